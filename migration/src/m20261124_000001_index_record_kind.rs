//! An index by which the records of each kind are counted without reading the records.

use sea_orm_migration::prelude::*;

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

const NAME: &str = "record_kind";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(Index::create().name(NAME).table("record").col("kind").to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(NAME).table("record").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
