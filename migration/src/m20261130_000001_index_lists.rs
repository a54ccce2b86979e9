//! Indexes that hold the lists of an organisation's issues and of an owner's channels in the order in which they are
//! shown, in place of those that only find them.

use sea_orm_migration::prelude::*;

/// This step of the list.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// A table, the columns of the index that goes, and those of the one that comes.
type Step = (&'static str, &'static [&'static str], &'static [&'static str]);

const STEPS: [Step; 2] = [
    ("organisation_issue", &["organisation_id", "position"], &["organisation_id", "position", "issue_id"]),
    ("channel", &["owner_id"], &["owner_id", "label_sort"]),
];

fn name(table: &str, columns: &[&str]) -> String {
    format!("ix_{table}_{}", columns.join("_"))
}

async fn replace(manager: &SchemaManager<'_>, table: &'static str, old: &[&str], new: &[&str]) -> Result<(), DbErr> {
    manager.drop_index(Index::drop().name(name(table, old)).table(table).to_owned()).await?;
    let mut index = Index::create();
    index.name(name(table, new)).table(table);
    for column in new {
        index.col((*column).to_owned());
    }
    manager.create_index(index).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, old, new) in STEPS {
            replace(manager, table, old, new).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, old, new) in STEPS {
            replace(manager, table, new, old).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
