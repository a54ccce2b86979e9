//! Committees and the bodies whose committees they are.

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

fn tables() -> [Table; 2] {
    [
        Table::record("committee").columns(folded("designation")).columns([
            text("name").null(),
            text("scope").null(),
            integer("parent_id").null().references("committee").indexed(),
        ]),
        Table::once_between("committee_owner", "committee", "organisation"),
    ]
}
