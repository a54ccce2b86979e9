//! Counts that lists are ordered by, kept beside the records and without a past.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, integer};

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

fn tables() -> [Table; 1] {
    [Table::plain("tally", integer("record_id").references("record"))
        .columns([integer("organisations").default(0), integer("standards").default(0)])
        .index(["standards", "record_id"])
        .index(["organisations", "record_id"])]
}
