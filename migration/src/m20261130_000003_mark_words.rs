//! What lets a search rank nearly all that it finds without reading texts: marks among the words of a record, that say
//! of a word where it stands and where not; every word that is stored, so that the beginning of a word becomes the words
//! that begin with it; and on SQLite, beside the texts, the little that puts records in order.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::backend;
use crate::table::{Table, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::forget_search(manager).await?;
        backend::drop_word_index(manager, "search_text").await?;
        backend::run(manager, r#"ALTER TABLE "search_text" ADD COLUMN "marks" TEXT NOT NULL DEFAULT ''"#).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            backend::run(manager, r#"ALTER TABLE "search_text" ALTER COLUMN "marks" TYPE TEXT COLLATE "C""#).await?;
        }
        backend::create_word_index(manager, "search_text", &["label", "names", "title", "body", "marks"]).await?;
        backend::create_narrow_copy(manager, "search_text", "search_place", &["kind", "label_sort"]).await?;
        backend::create(manager, &tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::forget_search(manager).await?;
        backend::drop(manager, &tables()).await?;
        backend::drop_narrow_copy(manager, "search_place").await?;
        backend::drop_word_index(manager, "search_text").await?;
        backend::run(manager, r#"ALTER TABLE "search_text" DROP COLUMN "marks""#).await?;
        backend::create_word_index(manager, "search_text", &["label", "names", "title", "body"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> [Table; 1] {
    // Words stay when nothing holds them any more: they find nothing then.
    [Table::plain("search_token", text("token"))]
}
