//! The connections of a process, and bringing the tables up to date.
//!
//! SQLite: one connection that writes and a pool that may only read. PostgreSQL: one pool for both. How they
//! are made is in `connect`; what goes wrong is put into words in `trouble`. Whole copies of an SQLite file are made and put
//! back in [`copy`].

mod connect;
pub mod copy;
mod trouble;

use std::sync::Arc;

use anyhow::{Context, bail};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};

use crate::config::{Config, DatabaseUrl};
use crate::graph::search::sqlite::INDEXES;
use crate::plan::{Connections, PostgresConnections, Readers};

/// The lock under which PostgreSQL is migrated: "atlas" in ASCII.
const MIGRATION_LOCK: i64 = 0x61_74_6c_61_73;
const MIGRATION_TABLE: &str = "seaql_migrations";

/// What is wrong with a database, and what to do, in one sentence.
pub fn explain(error: &DbErr, url: &DatabaseUrl) -> String {
    trouble::explain(error, url)
}

/// See [`super::App::prepare_for_import`].
pub(super) async fn prepare_for_import(write: &DatabaseConnection) -> Result<(), DbErr> {
    if write.get_database_backend() == DbBackend::Sqlite {
        write.execute_unprepared("PRAGMA synchronous = NORMAL").await?;
    }
    Ok(())
}

/// Gets a transaction ready that is one of many of an import.
///
/// # Errors
/// Whatever the database says.
pub async fn one_of_many(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        // A plan that is made while a table is small, that of a foreign key too, reads it whole when it is large. What has
        // no index is one row, and seems so dear now that it would be compiled.
        let settings = "SET LOCAL synchronous_commit = off; SET LOCAL enable_seqscan = off; SET LOCAL jit = off";
        transaction.execute_unprepared(settings).await?;
    }
    Ok(())
}

/// See [`super::App::settle_after_import`].
pub(super) async fn settle_after_import(write: &DatabaseConnection) -> Result<(), DbErr> {
    if write.get_database_backend() == DbBackend::Sqlite {
        for index in INDEXES {
            put_index_together(write, index).await?;
        }
        // What planners go by is renewed where tables have grown much.
        write.execute_unprepared("PRAGMA optimize").await?;
        write.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    } else {
        // What is sure to be on the disk has all before it there too.
        write.execute_unprepared("UPDATE log_head SET at = at").await?;
    }
    Ok(())
}

/// Lets searches be quick after all records were indexed anew. They are right without it, too.
pub(super) async fn settle_after_indexing(write: &DatabaseConnection) {
    let settled = match write.get_database_backend() {
        DbBackend::Sqlite => settle_after_import(write).await,
        _ => write.execute_unprepared("ANALYZE search_text, search_place").await.map(|_| ()),
    };
    if let Err(error) = settled {
        tracing::warn!("Searches are slower than they could be until an import has ended: {error}");
    }
}

/// Pages that one step of putting an index of words together writes, roughly, and most steps.
const MERGED_PAGES: i32 = 200;
const MAX_MERGES: u32 = 10_000;
/// How many times as large as all others together the largest part of an index must be to stay as it is, roughly.
const LARGE: i64 = 16;

/// Puts the parts of one of SQLite's indexes of words together that writes have left, for a search looks into each of them. All
/// become one, unless nearly all is in one already: then parts of about the same size do. So what is written is at most some
/// times as much as what was imported, however much is there.
async fn put_index_together(write: &DatabaseConnection, index: &str) -> Result<(), DbErr> {
    let say =
        |command: &str, number: i32| format!("INSERT INTO {index} ({index}, rank) VALUES ('{command}', {number})");
    write.execute_unprepared(&say("usermerge", 2)).await?;
    // Below zero, it is all that the first step and those behind it put together.
    let mut pages = if has_a_large_part(write, index).await? { MERGED_PAGES } else { -MERGED_PAGES };
    for _ in 0..MAX_MERGES {
        let step = begin_write(write).await?;
        let before = total_changes(&step).await?;
        step.execute_unprepared(&say("merge", pages)).await?;
        let changes = total_changes(&step).await? - before;
        step.commit().await?;
        pages = MERGED_PAGES;
        // Where there was nothing to do, that alone is noted.
        if changes < 2 {
            break;
        }
    }
    Ok(())
}

/// Whether one part of an index of words holds nearly all of it.
async fn has_a_large_part(connection: &DatabaseConnection, index: &str) -> Result<bool, DbErr> {
    let parts = format!("SELECT count(*) AS pages FROM {index}_idx GROUP BY segid");
    let sql = format!("SELECT max(pages) AS largest, sum(pages) AS whole FROM ({parts})");
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
    let Some(row) = row else { return Ok(true) };
    let (largest, whole): (Option<i64>, Option<i64>) = (row.try_get("", "largest")?, row.try_get("", "whole")?);
    Ok(largest.zip(whole).is_none_or(|(largest, whole)| (whole - largest) * LARGE < largest))
}

/// Rows that a connection to SQLite has written since it was opened.
async fn total_changes(connection: &DatabaseTransaction) -> Result<i64, DbErr> {
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT total_changes()")).await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}

/// The connections of one process.
pub struct Databases {
    /// Connections that only read.
    pub read: DatabaseConnection,
    /// The connection or connections that write.
    pub write: DatabaseConnection,
    url: DatabaseUrl,
}

impl Databases {
    /// Connects; an SQLite file that is missing is made.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the database and what to do.
    pub async fn connect(config: &Config) -> anyhow::Result<Self> {
        let url = config.database_url.clone();
        let explained = |error: DbErr| anyhow::anyhow!(trouble::explain(&error, &url));
        if url.is_sqlite() {
            let write = connect::sqlite_writer(config).await.map_err(explained)?;
            let read = connect::sqlite_readers(config).await.map_err(explained)?;
            Ok(Self { read, write, url })
        } else {
            let pool = connect::postgres(config).await.map_err(explained)?;
            Ok(Self { read: pool.clone(), write: pool, url })
        }
    }

    /// Connections of plans: to an SQLite file those that answer in the thread of whoever asks.
    ///
    /// # Errors
    ///
    /// Where the address means no database.
    pub fn connections_of_plans(&self, config: &Config) -> anyhow::Result<Connections> {
        let connections = if self.url.is_sqlite() {
            connect::sqlite_file(&self.url).map(|file| Connections::Sqlite(Arc::new(Readers::of(file))))
        } else {
            let options = connect::postgres_address(config);
            options.map(|options| {
                Connections::Postgres(Box::new(PostgresConnections::new(options, config.database_connections)))
            })
        };
        connections.map_err(|error| self.explained(&error))
    }

    /// Brings the tables up to date under a lock, all in one transaction. Gives the names of what was applied.
    ///
    /// # Errors
    ///
    /// When the database is newer than this binary, or a statement fails; nothing is changed then.
    pub async fn migrate(&self) -> anyhow::Result<Vec<String>> {
        // Most starts find nothing to do, and need not wait for a writer then.
        if !applied(&self.read).await.map_err(|error| self.explained(&error))?.is_empty() {
            self.refuse_newer(&self.read).await?;
            copy::seal::break_open(&self.read, &self.write).await.map_err(|error| self.explained(&error))?;
            if pending(&self.read).await?.is_empty() {
                return Ok(Vec::new());
            }
        }
        let transaction = self.begin_migration().await?;
        self.refuse_newer(&transaction).await?;
        let pending = pending(&transaction).await?;
        Migrator::up(&transaction, None).await.map_err(|error| self.explained(&error))?;
        transaction.commit().await.map_err(|error| self.explained(&error))?;
        if !pending.is_empty() {
            tracing::info!(migrations = pending.len(), "Migrations applied: {}", pending.len());
        }
        Ok(pending)
    }

    /// Takes back the newest migrations, and with them their data. Gives the names of what was taken back.
    ///
    /// # Errors
    ///
    /// As [`Databases::migrate`].
    pub async fn roll_back(&self, steps: u32) -> anyhow::Result<Vec<String>> {
        let transaction = self.begin_migration().await?;
        self.refuse_newer(&transaction).await?;
        copy::seal::break_open(&transaction, &transaction).await.map_err(|error| self.explained(&error))?;
        let mut names = applied(&transaction).await?;
        names.reverse();
        names.truncate(steps as usize);
        if !names.is_empty() {
            Migrator::down(&transaction, Some(steps)).await.map_err(|error| self.explained(&error))?;
        }
        transaction.commit().await.map_err(|error| self.explained(&error))?;
        Ok(names)
    }

    /// Every migration that the binary or the database knows, with its state in words.
    ///
    /// # Errors
    ///
    /// When the database does not answer.
    pub async fn status(&self) -> anyhow::Result<Vec<(String, &'static str)>> {
        let applied = applied(&self.read).await.map_err(|error| self.explained(&error))?;
        let known = known();
        let unknown = applied.iter().filter(|name| !known.contains(name));
        let mut status: Vec<_> = unknown.map(|name| (name.clone(), "applied by a newer atlas")).collect();
        let state = |name: &String| if applied.contains(name) { "applied" } else { "missing" };
        status.extend(known.iter().map(|name| (name.clone(), state(name))));
        status.sort();
        Ok(status)
    }

    async fn begin_migration(&self) -> anyhow::Result<DatabaseTransaction> {
        let begun = async {
            let transaction = begin_write(&self.write).await?;
            if transaction.get_database_backend() == DbBackend::Postgres {
                // Tables may be large by now: the bound on statements is for requests.
                let lock = format!("SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
                transaction.execute_unprepared(&lock).await?;
            }
            Ok(transaction)
        };
        begun.await.map_err(|error| self.explained(&error))
    }

    async fn refuse_newer(&self, db: &impl ConnectionTrait) -> anyhow::Result<()> {
        if let Some(name) = unknown(db).await.context("The list of migrations cannot be read")? {
            bail!(
                "the database {} is newer than this atlas (it has {name}): upgrade atlas, or use another ATLAS_DATABASE_URL",
                self.url
            );
        }
        Ok(())
    }

    fn explained(&self, error: &DbErr) -> anyhow::Error {
        anyhow::anyhow!(trouble::explain(error, &self.url))
    }
}

/// Begins a transaction that writes; on SQLite it takes the lock at once.
///
/// # Errors
///
/// When the database is away, or another writer holds the lock for too long.
#[expect(clippy::disallowed_methods, reason = "the one place that begins, in the right mode")]
pub async fn begin_write(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate =
        (connection.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    connection
        .begin_with_options(TransactionOptions { sqlite_transaction_mode: immediate, ..TransactionOptions::default() })
        .await
}

/// The migrations that the binary has and the database has not.
///
/// # Errors
///
/// When the database does not answer.
pub async fn pending(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    Ok(known().into_iter().filter(|name| !applied.contains(name)).collect())
}

/// The newest migration of the database that the binary does not have.
async fn unknown(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let (known, mut applied) = (known(), applied(db).await?);
    applied.retain(|name| !known.contains(name));
    Ok(applied.pop())
}

/// The migrations that the database has, in their order.
async fn applied(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    // A statement that fails would end a transaction on PostgreSQL, so the table is looked for first.
    let exists = match backend {
        DbBackend::Postgres => format!("SELECT 1 WHERE to_regclass('{MIGRATION_TABLE}') IS NOT NULL"),
        _ => format!("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{MIGRATION_TABLE}'"),
    };
    if db.query_one_raw(Statement::from_string(backend, exists)).await?.is_none() {
        return Ok(Vec::new());
    }
    let select = Statement::from_string(backend, format!("SELECT version FROM {MIGRATION_TABLE} ORDER BY version"));
    db.query_all_raw(select).await?.iter().map(|row| row.try_get_by_index(0)).collect()
}

fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}
