//! Indexes of words of standards, which are most of what is stored, and of all else. On PostgreSQL the words stand beside
//! the texts, with what puts records in order: a search looks at many rows, and at few texts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::backend;

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "search_text";
const COLUMNS: [&str; 5] = ["label", "names", "title", "body", "marks"];
/// The two, and which kinds they hold.
const APART: [(&str, &str); 2] = [("search_standard_words", "= 'S'"), ("search_other_words", "<> 'S'")];
/// What is beside the texts.
const PLACE: &str = "search_place";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::drop_word_index(manager, TABLE).await?;
        backend::forget_search(manager).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            for part in APART {
                backend::create_word_index_of(manager, TABLE, part, &COLUMNS).await?;
            }
            return Ok(());
        }
        backend::create_words_beside(manager, TABLE, PLACE, &["kind", "label_sort"], &COLUMNS).await?;
        for (index, kinds) in APART {
            let on = format!(r#"CREATE INDEX "ix_{index}" ON "{PLACE}" USING gin ("words")"#);
            backend::run(manager, &format!(r#"{on} WHERE "kind" {kinds}"#)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::forget_search(manager).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            for (index, _) in APART {
                backend::drop_word_index_of(manager, index).await?;
            }
            return backend::create_word_index(manager, TABLE, &COLUMNS).await;
        }
        backend::drop_words_beside(manager, PLACE).await?;
        backend::create_word_index(manager, TABLE, &COLUMNS).await?;
        // As the step before leaves it.
        for (index, kinds) in [("standard", "= 'S'"), ("other", "<> 'S'")] {
            let on = format!(r#"CREATE INDEX "ix_{TABLE}_words_{index}" ON "{TABLE}" USING gin ("words")"#);
            backend::run(manager, &format!(r#"{on} WHERE "kind" {kinds}"#)).await?;
        }
        backend::run(manager, &format!(r#"DROP INDEX "ix_{TABLE}_words""#)).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
