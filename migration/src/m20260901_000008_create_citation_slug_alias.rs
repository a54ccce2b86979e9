//! What any record has: its sources, and the slugs that it had before a rename.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, integer, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::create(manager, &tables()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::drop(manager, &tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> [Table; 2] {
    [
        // Citations of a treatment of an issue name its link; all others belong to the record as a whole. No unique
        // index: locators and notes may be longer than an index takes.
        Table::versioned("citation")
            .columns([
                integer("record_id").references("record"),
                integer("link_id").null().references("organisation_issue"),
                integer("position"),
                integer("source_id").references("source").indexed(),
                text("locator").null(),
                text("field").null(),
                text("note").null(),
            ])
            .index(["record_id", "position"])
            .index(["link_id", "position"]),
        Table::versioned("slug_alias")
            .columns([integer("record_id").references("record").indexed(), text("kind"), text("slug")])
            .lookup(["kind", "slug"]),
    ]
}
