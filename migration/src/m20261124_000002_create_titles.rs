//! Titles of standards and names of organisations in other languages than that of the record's own.

use sea_orm_migration::prelude::*;

use crate::backend;
use crate::table::{Table, integer, text};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables that say in which language their own text is, and the column that does.
const LANGUAGES: [(&str, &str); 2] = [("standard", "title_language"), ("organisation", "name_language")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        backend::create(manager, &tables()).await?;
        for (table, column) in LANGUAGES {
            // All that was written before this step is in English.
            backend::add_column(manager, table, &text(column), "'en'").await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in LANGUAGES {
            backend::drop_column(manager, table, column).await?;
        }
        backend::drop(manager, &tables()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn tables() -> [Table; 2] {
    [
        Table::versioned("standard_title")
            .columns([integer("standard_id").references("standard"), text("language"), text("value")])
            .lookup(["standard_id", "language"]),
        Table::versioned("organisation_name")
            .columns([integer("organisation_id").references("organisation"), text("language"), text("value")])
            .lookup(["organisation_id", "language"]),
    ]
}
