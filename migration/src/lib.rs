//! TEMPORARY: one table, until the migrations arrive.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Brings a database to the newest form of its tables, or back.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(M)]
    }
}

struct M;

impl MigrationName for M {
    fn name(&self) -> &'static str {
        "m20260901_000001_create_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for M {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP TABLE setting").await?;
        Ok(())
    }
}
