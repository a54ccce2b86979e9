//! Events, with organisers and issues, and the channels of any record.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, folded, integer, text};

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

fn tables() -> [Table; 4] {
    [
        Table::record("event")
            .columns(folded("title"))
            .columns([
                text("description").null(),
                text("starts_on").null(),
                text("ends_on").null(),
                integer("starts_at").null(),
                integer("ends_at").null(),
                integer("starts_first").null().ordered(),
                integer("ends_last").null().indexed(),
                text("time_zone").null(),
                text("date_text").null(),
                text("format").indexed(),
                text("location").null(),
                integer("country_id").null().references("country").indexed(),
                text("url").null(),
                text("registration_url").null(),
            ])
            .index(["updated_at"]),
        Table::once_between("event_organiser", "event", "organisation"),
        Table::once_between("event_issue", "event", "issue"),
        Table::record("channel").columns([
            text("platform").indexed(),
            text("handle").null(),
            text("handle_fold").null(),
            text("handle_sort").null().indexed(),
            text("url").null(),
            integer("owner_id").references("record").indexed(),
            text("owner_kind"),
        ]),
    ]
}
