//! On SQLite two indexes of words, as on PostgreSQL: of standards, which are most of what is stored, and of all else.

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

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            backend::drop_word_index(manager, TABLE).await?;
            backend::forget_search(manager).await?;
            for part in APART {
                backend::create_word_index_of(manager, TABLE, part, &COLUMNS).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            for (index, _) in APART {
                backend::drop_word_index_of(manager, index).await?;
            }
            backend::forget_search(manager).await?;
            backend::create_word_index(manager, TABLE, &COLUMNS).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
