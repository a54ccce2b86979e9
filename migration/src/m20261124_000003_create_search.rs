//! What search looks through: the words of every record, the keys under which one is known exactly, and the words that
//! may have been meant by a mistyped one. None of it has a past, since all of it follows from the records.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, integer, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::create(manager, &tables()).await?;
        backend::create_word_index(manager, "search_text", &WORDS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What is indexed is gone: the service must not take it for done when the tables are made again.
        backend::run(manager, r#"DELETE FROM "setting" WHERE "name" = 'search_version'"#).await?;
        backend::drop_word_index(manager, "search_text").await?;
        backend::drop(manager, &tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The columns of words, from the most to the least important. Long ones come last in the row: what sorts and scores
/// is then read without them.
const WORDS: [&str; 4] = ["label", "names", "title", "body"];

fn tables() -> [Table; 4] {
    [
        Table::plain("search_text", integer("id").references("record"))
            .columns([text("kind"), text("label_sort")])
            .columns(WORDS.map(text)),
        Table::keyless("search_key")
            .columns([integer("record_id").references("record").indexed(), text("form"), text("key")])
            .index(["key", "form", "record_id"]),
        Table::plain("search_word", text("word")),
        // Words stay when nothing holds them any more: they find nothing then.
        Table::keyless("search_trigram").columns([text("trigram"), text("word")]).index(["trigram", "word"]),
    ]
}
