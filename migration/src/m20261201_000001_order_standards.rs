//! Indexes that hold the standards of one status, and those of one type, in the order in which they are shown, in place of
//! those that only find them. The present alone has them.

use sea_orm_migration::prelude::*;

use crate::backend::{analyse, run};

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Columns by which standards are found.
const FOUND_BY: [&str; 2] = ["status", "type"];

async fn replace(manager: &SchemaManager<'_>, old: &str, new: &str, columns: &str) -> Result<(), DbErr> {
    run(manager, &format!(r#"DROP INDEX "{old}""#)).await?;
    run(manager, &format!(r#"CREATE INDEX "{new}" ON "standard" ({columns})"#)).await
}

fn name(column: &str) -> String {
    format!("ix_standard_{column}")
}

fn ordered_name(column: &str) -> String {
    format!("ix_standard_{column}_label_sort")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in FOUND_BY {
            let columns = format!(r#""{column}", "label_sort", "id", "from_seq""#);
            replace(manager, &name(column), &ordered_name(column), &columns).await?;
        }
        analyse(manager, "standard").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in FOUND_BY {
            replace(manager, &ordered_name(column), &name(column), &format!(r#""{column}", "id", "from_seq""#)).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
