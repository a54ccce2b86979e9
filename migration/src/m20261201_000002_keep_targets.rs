//! Beside each relation the key of the document that it means, so that it is not looked for each time it is read, and
//! indexes that hold the relations of a document, and those that lead to one. The present alone has them.

use sea_orm_migration::prelude::*;

use crate::backend::{add_columns, analyse, run};
use crate::table::integer;

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What finds the relations of a document, in their order.
const ORDERED: &str = "ix_standard_relation_standard_id_identifier_sort";
/// What finds those that lead to one.
const LEADING: &str = "ix_standard_relation_target_id";

/// The document with the target's key: the undated one first, else the newest.
const TARGET: &str = r#"(
    SELECT d."id" FROM "standard" d
    WHERE d."identifier_key" = "standard_relation"."target_key"
        AND ("standard_relation"."target_edition" IS NULL OR "standard_relation"."target_edition" = d."edition")
        AND ("standard_relation"."target_volume" IS NULL OR "standard_relation"."target_volume" = d."volume")
    ORDER BY d."undated" DESC, d."edition_sort" DESC, d."id" DESC LIMIT 1)"#;

async fn replace_ordered(manager: &SchemaManager<'_>, more: &str) -> Result<(), DbErr> {
    run(manager, &format!(r#"DROP INDEX "{ORDERED}""#)).await?;
    run(
        manager,
        &format!(r#"CREATE INDEX "{ORDERED}" ON "standard_relation" ("standard_id", "identifier_sort", "id", {more})"#),
    )
    .await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "standard_relation", &[integer("target_id").null()]).await?;
        run(manager, &format!(r#"UPDATE "standard_relation" SET "target_id" = {TARGET}"#)).await?;
        replace_ordered(manager, r#""kind", "target_id", "from_seq""#).await?;
        run(
            manager,
            &format!(r#"CREATE INDEX "{LEADING}" ON "standard_relation" ("target_id", "standard_id", "id", "kind")"#),
        )
        .await?;
        analyse(manager, "standard_relation").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &format!(r#"DROP INDEX "{LEADING}""#)).await?;
        replace_ordered(manager, r#""from_seq""#).await?;
        run(manager, r#"ALTER TABLE "standard_relation" DROP COLUMN "target_id""#).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
