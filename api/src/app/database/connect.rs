//! How each database is connected to: pools, timeouts, pragmas.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _, Error as SqlxError};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, RuntimeErr};
use tokio::time::timeout;

use super::trouble;
use crate::config::{Config, DatabaseUrl, Synchronous};
use crate::plan::TRUSTED;

/// How long SQLite waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a start waits for PostgreSQL to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What a writer may hold in memory, in KiB: with the 2 MiB that SQLite takes by itself, a transaction of some thousand
/// records writes its pages several times over.
const WRITER_CACHE_KIB: u32 = 64 * 1024;
/// How long the journal grows before its pages are taken into the file, 16 MiB: records that come one after the other
/// touch the same pages of the indexes, which then go to the file once for many transactions.
const PAGES_OF_JOURNAL: u32 = 4_000;
/// Rows that may wait for their reader: a long page, so that the thread that runs a statement does not stop amid it.
const ROWS_AHEAD: usize = 512;
/// Operations of SQLite's machine between two looks at the clock: some tenths of a millisecond.
const OPERATIONS_BETWEEN_CHECKS: i32 = 10_000;

/// Connects the one connection that writes an SQLite file. It makes the file and sets its journal to WAL; that needs the
/// file for itself for a moment and does not wait as other statements do, so two processes that start at once may have
/// to try again.
pub(super) async fn sqlite_writer(config: &Config) -> Result<DatabaseConnection, DbErr> {
    let started = Instant::now();
    loop {
        match Database::connect(sqlite_writer_options(config)).await {
            Err(error) if trouble::is_busy(&error) && started.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            result => return result,
        }
    }
}

/// Connects the pool that reads an SQLite file, which must be there.
pub(super) async fn sqlite_readers(config: &Config) -> Result<DatabaseConnection, DbErr> {
    Database::connect(sqlite_readers_options(config)).await
}

/// The file that an SQLite address means.
pub(super) fn sqlite_file(url: &DatabaseUrl) -> Result<PathBuf, DbErr> {
    Ok(read::<SqliteConnectOptions>(url)?.get_filename().to_owned())
}

/// An address as a driver reads it.
fn read<O: FromStr<Err = SqlxError>>(url: &DatabaseUrl) -> Result<O, DbErr> {
    url.expose().parse().map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
}

/// Connects once to an SQLite file that is there, which others may be using.
pub(super) async fn sqlite_beside_others(file: &Path) -> Result<DatabaseConnection, DbErr> {
    sqlite_once(file, sqlite).await
}

/// Connects once to an SQLite file that nobody else should be using: a lock of theirs is told at once.
pub(super) async fn sqlite_alone(file: &Path) -> Result<DatabaseConnection, DbErr> {
    sqlite_once(file, |options| options.busy_timeout(Duration::ZERO)).await
}

/// Connects once to an SQLite file that nobody changes, to read it. It takes no lock, makes no file beside it, and does
/// not look at one that is there.
pub(super) async fn sqlite_at_rest(file: &Path) -> Result<DatabaseConnection, DbErr> {
    let cache = format!("-{WRITER_CACHE_KIB}");
    sqlite_once(file, move |options| options.read_only(true).immutable(true).pragma("cache_size", cache.clone())).await
}

async fn sqlite_once(
    file: &Path,
    more: impl Fn(SqliteConnectOptions) -> SqliteConnectOptions + Send + Sync + 'static,
) -> Result<DatabaseConnection, DbErr> {
    // The name goes by itself: in an address it would have to be escaped.
    let (mut options, file) = (ConnectOptions::new("sqlite://"), file.to_owned());
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options.max_connections(1).idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |options: SqliteConnectOptions| more(options.filename(&file)));
    Database::connect(options).await
}

/// Connects the pool that reads and writes a PostgreSQL database.
pub(super) async fn postgres(config: &Config) -> Result<DatabaseConnection, DbErr> {
    let connected = timeout(CONNECT_TIMEOUT, Database::connect(postgres_options(config))).await;
    connected.unwrap_or_else(|_| Err(trouble::too_late()))
}

fn sqlite_writer_options(config: &Config) -> ConnectOptions {
    let synchronous = match config.sqlite_synchronous {
        Synchronous::Full => SqliteSynchronous::Full,
        Synchronous::Normal => SqliteSynchronous::Normal,
    };
    let mut options = quiet(config);
    // One request may wait while a long import commits its batches.
    options.max_connections(1).min_connections(1).acquire_timeout(Duration::from_secs(30));
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |options: SqliteConnectOptions| {
        let options = sqlite(options).create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let options = options.synchronous(synchronous).pragma("cache_size", format!("-{WRITER_CACHE_KIB}"));
        // What SQLite notes to undo a single statement need not go to a file.
        options.pragma("temp_store", "MEMORY").pragma("wal_autocheckpoint", PAGES_OF_JOURNAL.to_string())
    });
    options
}

fn sqlite_readers_options(config: &Config) -> ConnectOptions {
    let mut options = quiet(config);
    options.max_connections(config.database_connections).min_connections(1).acquire_timeout(config.request_timeout);
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    options.map_sqlx_sqlite_opts(|options| sqlite(options).pragma("query_only", "ON"));
    let most = config.request_timeout;
    options.map_sqlx_sqlite_pool_opts(move |options| {
        options.after_connect(move |connection, _| Box::pin(bound_statements(connection, most))).before_acquire(
            move |connection, _| Box::pin(async move { bound_statements(connection, most).await.map(|()| true) }),
        )
    });
    options
}

/// Ends a statement that runs longer than a request may: SQLite has no such setting, and the thread that runs a
/// statement does not notice that nobody waits for it any more.
async fn bound_statements(connection: &mut SqliteConnection, most: Duration) -> Result<(), SqlxError> {
    let end = Instant::now() + most;
    connection.lock_handle().await?.set_progress_handler(OPERATIONS_BETWEEN_CHECKS, move || Instant::now() < end);
    Ok(())
}

fn sqlite(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.foreign_keys(true).busy_timeout(BUSY_TIMEOUT).row_buffer_size(ROWS_AHEAD)
}

fn postgres_options(config: &Config) -> ConnectOptions {
    let mut options = quiet(config);
    options.max_connections(config.database_connections).min_connections(1).acquire_timeout(config.request_timeout);
    options.test_before_acquire(false);
    options.map_sqlx_postgres_pool_opts(|options: PgPoolOptions| {
        // What was used a moment ago is there.
        options.before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
    });
    let most = config.request_timeout;
    options.map_sqlx_postgres_opts(move |options| named(options, most));
    options
}

/// How connections that are in no pool reach a PostgreSQL server.
pub(super) fn postgres_address(config: &Config) -> Result<PgConnectOptions, DbErr> {
    let options: PgConnectOptions = read(&config.database_url)?;
    Ok(named(options, config.request_timeout).disable_statement_logging())
}

/// With the name by which the server's operators know the connections, and the time after which it ends a statement.
fn named(options: PgConnectOptions, most: Duration) -> PgConnectOptions {
    options.application_name("atlas").options([("statement_timeout", most.as_millis().to_string())])
}

/// The driver's own logging is off: a failure is logged once, where it is turned into an answer.
fn quiet(config: &Config) -> ConnectOptions {
    let mut options = ConnectOptions::new(config.database_url.expose());
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options
}
