//! What one process opens once and shares: settings, schema, database, keys and the clock.
//!
//! Time and randomness come from here, never from the air. [`database`] connects and migrates; the rest of the crate
//! is given an [`App`] that is ready to be asked.

pub mod clock;
pub mod database;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement};

use crate::config::Config;
use crate::graph::summary::{self, Summary};
use crate::graphql::{self, AtlasSchema};
use crate::plan::Planner;
use crate::store::index::{self, KnownWords};
pub use clock::Clock;
use database::Databases;

/// Everything that a request, a command or a test needs.
pub struct App {
    /// The settings, checked.
    pub config: Config,
    /// The schema, registered once.
    pub schema: AtlasSchema,
    /// Answers questions without resolvers, where it can.
    pub planner: Planner,
    /// Connections that only read: a pool.
    pub read: DatabaseConnection,
    /// The connection that writes: one on SQLite, the same pool as `read` on PostgreSQL.
    pub write: DatabaseConnection,
    /// Signs cursors; the same for all processes of one database.
    pub cursor_key: [u8; 32],
    /// What time it is.
    pub clock: Clock,
    /// Words of names that the index of words has.
    pub known_words: KnownWords,
    /// How many requests there were.
    requests: AtomicU64,
    /// Makes their ids, from randomness of the system.
    request_key: RandomState,
}

impl App {
    /// Opens the database, brings its tables up to date and gets the application ready.
    ///
    /// # Errors
    ///
    /// A sentence for the person who started it: what is wrong with the database and what to do.
    pub async fn open(config: Config) -> anyhow::Result<Arc<Self>> {
        Self::open_at(config, Clock::System).await
    }

    /// Like [`App::open`], with a clock of one's own.
    ///
    /// # Errors
    ///
    /// As [`App::open`].
    pub async fn open_at(config: Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let databases = Databases::connect(&config).await?;
        databases.migrate().await?;
        let indexed = index::bring_up_to_date(&databases.read, &databases.write).await;
        if indexed.context("Search cannot be got ready")? > 0 {
            database::settle_after_indexing(&databases.write).await;
        }
        let cursor_key = cursor_key(&databases.write).await.context("The key for cursors cannot be read")?;
        let connections = databases.connections_of_plans(&config)?;
        let Databases { read, write, .. } = databases;
        let planner = Planner::new(connections, &cursor_key, config.planner, config.record_cache_bytes);
        let known_words = KnownWords::default();
        Ok(Arc::new(Self {
            config,
            schema: graphql::schema(),
            planner,
            read,
            write,
            cursor_key,
            clock,
            known_words,
            requests: AtomicU64::new(0),
            request_key: RandomState::new(),
        }))
    }

    /// Begins a transaction that writes. On SQLite it takes the write lock at once, since a transaction that reads
    /// first and writes later fails when another has written in between.
    ///
    /// # Errors
    ///
    /// When the database is away, or another writer holds the lock for too long.
    pub async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        database::begin_write(&self.write).await
    }

    /// Makes the connection that writes quicker for the many transactions of an import: each is whole, and all of them are
    /// sure to be on the disk once [`App::settle_after_import`] has returned. On PostgreSQL each says so itself.
    ///
    /// # Errors
    ///
    /// Whatever the database says.
    pub async fn prepare_for_import(&self) -> Result<(), DbErr> {
        database::prepare_for_import(&self.write).await
    }

    /// Brings all that an import has written to the disk.
    ///
    /// # Errors
    ///
    /// Whatever the database says.
    pub async fn settle_after_import(&self) -> Result<(), DbErr> {
        database::settle_after_import(&self.write).await
    }

    /// Whether the database answers and has all tables that this binary needs.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let pending = database::pending(&self.read).await.context("the database does not answer")?;
        anyhow::ensure!(pending.is_empty(), "migrations are missing: {}", pending.join(", "));
        Ok(())
    }

    /// How much there is, and what the newest change is.
    ///
    /// # Errors
    ///
    /// When the database is away.
    pub async fn summary(&self) -> Result<Summary, DbErr> {
        Summary::read(&self.read.query_all(&summary::statement()).await?)
    }

    /// Closes the connections, once everything under way has ended.
    pub async fn close(&self) {
        for connection in [&self.read, &self.write] {
            if let Err(error) = connection.close_by_ref().await {
                tracing::warn!("The database did not close in order: {error}");
            }
        }
    }

    /// A new identifier for a request, 16 hexadecimal digits.
    #[must_use]
    pub fn request_id(&self) -> String {
        // A number that nobody can guess who does not know the key, and that comes once, without a call of the system.
        let count = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}", self.request_key.hash_one(count))
    }
}

/// Reads the key for cursors, or makes it when this is the first time.
async fn cursor_key(connection: &DatabaseConnection) -> anyhow::Result<[u8; 32]> {
    let transaction = database::begin_write(connection).await?;
    let backend = transaction.get_database_backend();
    let select = Statement::from_string(backend, "SELECT value FROM setting WHERE name = 'cursor_key'");
    let key = if let Some(row) = transaction.query_one_raw(select).await? {
        let text: String = row.try_get_by_index(0)?;
        from_hex(&text).context("the row cursor_key of table setting is not 64 hexadecimal digits; delete it and start again (open cursors become invalid)")?
    } else {
        let mut key = [0; 32];
        getrandom::fill(&mut key).context("the system has no randomness to give")?;
        let insert = format!("INSERT INTO setting (name, value) VALUES ('cursor_key', '{}')", to_hex(&key));
        transaction.execute_unprepared(&insert).await?;
        key
    };
    transaction.commit().await?;
    Ok(key)
}

/// Bytes as hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.chars().map(|digit| digit.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    (digits.len() == 64).then_some(bytes)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    fn config(folder: &tempfile::TempDir) -> Config {
        let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
        Config { database_url: url.parse().unwrap(), ..Config::default() }
    }

    #[tokio::test]
    async fn two_that_start_at_once_share_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let opened = futures_util::future::join_all((0..4).map(|_| App::open(config(&folder)))).await;
        let apps: Vec<_> = opened.into_iter().map(Result::unwrap).collect();
        assert!(apps.iter().all(|app| app.cursor_key == apps[0].cursor_key));
        apps[0].ready().await.unwrap();
        assert!(apps[0].read.execute_unprepared("DELETE FROM setting").await.is_err(), "readers must not write");
    }

    #[tokio::test]
    async fn a_database_from_the_future_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(config(&folder)).await.unwrap();
        let insert = "INSERT INTO seaql_migrations VALUES ('m29990101_000001_create_moon', 0)";
        app.write.execute_unprepared(insert).await.unwrap();
        app.close().await;
        let error = App::open(config(&folder)).await.err().unwrap().to_string();
        assert!(error.contains("newer than this atlas") && error.contains("m29990101_000001_create_moon"), "{error}");
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("text.db"), "not a database, but long enough to be taken for one".repeat(50))
            .unwrap();
        for (path, expected) in
            [("no/such/folder/atlas.db", "folder"), ("text.db", "not an SQLite database"), ("", "folder")]
        {
            let url = format!("sqlite://{}/{path}", folder.path().display());
            let error = App::open(Config { database_url: url.parse().unwrap(), ..Config::default() }).await.err();
            let error = error.unwrap().to_string();
            assert!(error.contains(expected), "{path}: {error}");
        }
    }

    #[tokio::test]
    async fn a_statement_that_runs_too_long_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let timeout = std::time::Duration::from_millis(200);
        let app = App::open(Config { request_timeout: timeout, ..config(&folder) }).await.unwrap();
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        for _ in 0..2 {
            let error = app.read.query_one_raw(Statement::from_string(DbBackend::Sqlite, endless)).await.unwrap_err();
            assert!(error.to_string().contains("interrupted"), "{error}");
        }
        app.ready().await.unwrap();
    }

    #[test]
    fn hexadecimal_both_ways() {
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7).unwrap_or(255));
        assert_eq!(from_hex(&to_hex(&key)), Some(key));
        for text in ["", "00", &"g".repeat(64), &"0".repeat(63), &"0".repeat(65)] {
            assert_eq!(from_hex(text), None);
        }
    }
}
