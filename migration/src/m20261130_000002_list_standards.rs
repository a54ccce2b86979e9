//! Copies of what long lists of standards are ordered and filtered by, in the links over which they are found, and indexes
//! that hold such lists in their orders; and an index that finds the document that a relation means. The present alone has
//! them.
//!
//! The first of the indexes takes the place of the one that only found the standards that lead to a record; what it found
//! the other way round, the unique index finds.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::backend::{add_columns, analyse, run};
use crate::table::{Column, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Links of standards, and the columns that hold whom they lead to.
const LINKS: [(&str, &str); 3] =
    [("standard_publisher", "organisation_id"), ("standard_committee", "committee_id"), ("standard_issue", "issue_id")];

fn copies() -> [Column; 4] {
    ["label_sort", "status", "type", "published_on"].map(|name| text(name).null())
}

/// Name and columns of each index of a link.
fn indexes(backend: DbBackend, table: &str, near: &str) -> [(String, String); 3] {
    // The newest come first; unknown dates come last.
    let newest = if backend == DbBackend::Postgres {
        r#""published_on" DESC NULLS LAST, "label_sort" DESC, "standard_id" DESC, "id" DESC"#
    } else {
        r#""published_on", "label_sort", "standard_id", "id""#
    };
    [
        ("label_sort", format!(r#""{near}", "label_sort", "standard_id", "id", "from_seq", "status", "type""#)),
        ("status", format!(r#""{near}", "status", {newest}"#)),
        ("published_on", format!(r#""{near}", {newest}, "type""#)),
    ]
    .map(|(name, columns)| (format!("ix_{table}_{near}_{name}"), columns))
}

/// Name and columns of the indexes that go.
fn replaced(table: &str, near: &str) -> [(String, String); 2] {
    [[near, "standard_id"], ["standard_id", near]]
        .map(|[one, other]| (format!("ix_{table}_{one}_{other}"), format!(r#""{one}", "{other}", "id", "from_seq""#)))
}

/// What finds standards by their identifiers: the document that a relation means without a look at the rows.
const IDENTIFIERS: &str = r#""identifier_key", "undated", "edition_sort", "id", "edition", "volume", "from_seq""#;
const FORMER_IDENTIFIERS: &str = r#""identifier_key", "id", "from_seq""#;

async fn replace_identifiers(manager: &SchemaManager<'_>, columns: &str) -> Result<(), DbErr> {
    run(manager, r#"DROP INDEX "ix_standard_identifier_key""#).await?;
    run(manager, &format!(r#"CREATE INDEX "ix_standard_identifier_key" ON "standard" ({columns})"#)).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        // A year alone is a date, and the year of a date is its beginning.
        run(
            manager,
            r#"UPDATE "standard" SET "published_on" = CAST("published_year" AS TEXT) WHERE "published_on" IS NULL AND "published_year" BETWEEN 1000 AND 9999"#,
        )
        .await?;
        run(
            manager,
            r#"UPDATE "standard" SET "published_year" = CAST(substr("published_on", 1, 4) AS BIGINT) WHERE "published_on" IS NOT NULL AND "published_year" IS NULL"#,
        )
        .await?;
        for (table, near) in LINKS {
            add_columns(manager, table, &copies()).await?;
            let set: Vec<String> =
                copies().iter().map(|Column { name, .. }| format!(r#""{name}" = "standard"."{name}""#)).collect();
            run(
                manager,
                &format!(
                    r#"UPDATE "{table}" SET {} FROM "standard" WHERE "standard"."id" = "standard_id""#,
                    set.join(", ")
                ),
            )
            .await?;
            for (name, _) in replaced(table, near) {
                run(manager, &format!(r#"DROP INDEX "{name}""#)).await?;
            }
            for (name, columns) in indexes(backend, table, near) {
                run(manager, &format!(r#"CREATE INDEX "{name}" ON "{table}" ({columns})"#)).await?;
            }
            analyse(manager, table).await?;
        }
        replace_identifiers(manager, IDENTIFIERS).await?;
        analyse(manager, "standard").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for (table, near) in LINKS {
            for (name, _) in indexes(backend, table, near) {
                run(manager, &format!(r#"DROP INDEX "{name}""#)).await?;
            }
            for column in copies() {
                run(manager, &format!(r#"ALTER TABLE "{table}" DROP COLUMN "{}""#, column.name)).await?;
            }
            for (name, columns) in replaced(table, near) {
                run(manager, &format!(r#"CREATE INDEX "{name}" ON "{table}" ({columns})"#)).await?;
            }
        }
        replace_identifiers(manager, FORMER_IDENTIFIERS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
