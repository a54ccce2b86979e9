//! What imports keep beside the records: what a source last said of each, relations that are told from the other side,
//! and the titles of subjects. None of it has a past, since none of it is served.

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

fn tables() -> [Table; 3] {
    [
        // One row for each record and source. `digest` is of what the source said; `version` is the record's behind it.
        Table::keyless("import_origin").columns([
            integer("record_id").references("record").indexed(),
            integer("source_id").references("source").indexed(),
            text("locator"),
            text("freshness"),
            integer("digest"),
            integer("version"),
        ]),
        // The standard with this key KIND the standard `identifier`: told by the record, which is at the other end, or
        // by a list of relations.
        Table::keyless("import_claim").columns([
            integer("record_id").null().references("record").indexed(),
            integer("source_id").references("source").indexed(),
            text("owner_key").indexed(),
            text("owner_edition").null(),
            text("owner_volume").null(),
            text("kind"),
            text("identifier"),
            text("target_key"),
            text("target_edition").null(),
            text("target_volume").null(),
        ]),
        Table::plain("subject", integer("id"))
            .columns([text("scheme"), text("code"), text("title").null()])
            .unique(["scheme", "code"]),
    ]
}
