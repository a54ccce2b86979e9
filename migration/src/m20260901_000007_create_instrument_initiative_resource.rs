//! Instruments, initiatives and resources, with those who keep them, take part in them or provide them.

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

fn tables() -> [Table; 11] {
    [
        Table::record("instrument").columns(folded("name")).columns([
            text("acronym").null(),
            text("kind").indexed(),
            integer("adopted_year").null().indexed(),
            text("description").null(),
            integer("stated_party_count").null(),
        ]),
        Table::once_between("instrument_custodian", "instrument", "organisation"),
        Table::once_between("instrument_issue", "instrument", "issue"),
        Table::once_between("instrument_party", "instrument", "country").columns([text("note").null()]),
        Table::record("initiative").columns(folded("name")).columns([
            text("acronym").null(),
            text("kind").indexed(),
            integer("started_year").null(),
            text("description").null(),
        ]),
        // An organisation may take part in several roles.
        Table::between("initiative_participant", "initiative", "organisation")
            .columns([text("role"), text("note").null()])
            .unique(["initiative_id", "organisation_id", "role"]),
        Table::once_between("initiative_country", "initiative", "country").columns([text("note").null()]),
        Table::once_between("initiative_issue", "initiative", "issue"),
        Table::record("resource").columns(folded("name")).columns([
            text("acronym").null(),
            text("kind").indexed(),
            text("availability").indexed(),
            text("description").null(),
            text("url").null(),
        ]),
        Table::once_between("resource_provider", "resource", "organisation"),
        Table::once_between("resource_issue", "resource", "issue"),
    ]
}
