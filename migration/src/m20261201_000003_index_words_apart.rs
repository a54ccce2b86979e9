//! On PostgreSQL two indexes of words: of standards, which are most of what is stored, and of all else.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::backend::run;

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

const ALL: &str = "ix_search_text_words";
/// The two, and which rows they hold.
const APART: [(&str, &str); 2] =
    [("ix_search_text_words_standard", "\"kind\" = 'S'"), ("ix_search_text_words_other", "\"kind\" <> 'S'")];

async fn index(manager: &SchemaManager<'_>, name: &str, rows: &str) -> Result<(), DbErr> {
    run(manager, &format!(r#"CREATE INDEX "{name}" ON "search_text" USING gin ("words"){rows}"#)).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            for (name, rows) in APART {
                index(manager, name, &format!(" WHERE {rows}")).await?;
            }
            run(manager, &format!(r#"DROP INDEX "{ALL}""#)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            index(manager, ALL, "").await?;
            for (name, _) in APART {
                run(manager, &format!(r#"DROP INDEX "{name}""#)).await?;
            }
        }
        Ok(())
    }
}
