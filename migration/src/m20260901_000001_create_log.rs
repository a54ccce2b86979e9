//! The log of changes and its head, settings, and the keys of all records.

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
        let head = r#"INSERT INTO "log_head" ("id", "sequence", "at", "next_id") VALUES (1, 0, 0, 1)"#;
        backend::run(manager, head).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::drop(manager, &tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> [Table; 4] {
    [
        // One row: the last sequence, its moment, and the next key of any table.
        Table::plain("log_head", integer("id")).columns([integer("sequence"), integer("at"), integer("next_id")]),
        Table::plain("change", integer("sequence"))
            .columns([
                integer("at"),
                text("actor"),
                text("operation"),
                text("kind"),
                // No reference: the log outlives what it tells of.
                integer("record_id"),
                integer("version"),
                text("changed_fields"),
            ])
            .index(["at", "sequence"])
            .index(["kind", "sequence"])
            .index(["record_id", "sequence"]),
        Table::plain("setting", text("name")).columns([text("value")]),
        // What may be a record of any kind refers to this table.
        Table::plain("record", integer("id")).columns([text("kind")]),
    ]
}
