//! Standards: who publishes them, what they are about, and how they relate to each other.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, boolean, identifier, integer, text};

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

fn tables() -> [Table; 7] {
    [
        standard(),
        Table::once_between("standard_publisher", "standard", "organisation"),
        Table::once_between("standard_committee", "standard", "committee"),
        Table::once_between("standard_issue", "standard", "issue"),
        // The target is joined by its key when asked for, since it may arrive later or never.
        Table::versioned("standard_relation")
            .columns([
                integer("standard_id").references("standard"),
                text("kind"),
                text("identifier"),
                text("identifier_sort"),
                text("target_key").indexed(),
                text("target_edition").null(),
                text("target_volume").null(),
            ])
            .index(["standard_id", "identifier_sort"])
            .unique(["standard_id", "kind", "target_key", "target_edition", "target_volume"]),
        Table::versioned("standard_subject")
            .columns([
                integer("standard_id").references("standard").indexed(),
                text("scheme"),
                text("code"),
                text("code_fold").indexed(),
                text("title").null(),
            ])
            .index(["scheme", "code_fold"])
            .unique(["standard_id", "scheme", "code"]),
        Table::versioned("standard_identifier")
            .columns([
                integer("standard_id").references("standard").indexed(),
                text("identifier"),
                text("identifier_key").indexed(),
                integer("position"),
            ])
            .unique(["standard_id", "identifier"]),
    ]
}

fn standard() -> Table {
    Table::record("standard")
        .columns(identifier("identifier"))
        .columns([
            text("undated_identifier"),
            text("undated_identifier_key"),
            text("undated_identifier_fold"),
            text("undated_identifier_sort").indexed(),
            boolean("undated"),
            text("title").null(),
            text("title_fold").null(),
            text("title_sort").null().ordered(),
            text("abstract").null(),
            text("type").indexed(),
            text("status").indexed(),
            text("stage").null(),
            text("edition").null(),
            text("volume").null(),
            text("published_on").null().ordered(),
            integer("published_year").null().indexed(),
            text("edition_sort"),
            text("url").null(),
            text("languages"),
        ])
        .index(["updated_at"])
        .index(["undated_identifier_key", "edition_sort"])
        .unique(["identifier_key", "edition", "volume", "undated"])
}
