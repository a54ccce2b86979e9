//! Countries, and the sources that facts were taken from.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, folded, text};

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
        Table::versioned("country")
            .columns([text("code"), text("alpha3")])
            .columns(folded("name"))
            .columns([text("region").null()])
            .lookup(["code"])
            .unique(["alpha3"]),
        Table::versioned("source")
            .columns(folded("name"))
            .columns([
                text("url").null(),
                text("publisher").null(),
                text("licence").null(),
                text("attribution").null(),
                text("accessed_on").null(),
            ])
            .unique(["name"]),
    ]
}
