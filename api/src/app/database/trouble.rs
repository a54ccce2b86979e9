//! What is wrong with a database, in one sentence for the person who started the service.

use std::path::Path;
use std::sync::Arc;

use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr};

use crate::config::DatabaseUrl;

/// SQLite's result codes, without their extension.
pub(super) const BUSY: u32 = 5;
const READ_ONLY: u32 = 8;
pub(super) const DAMAGED: u32 = 11;
pub(super) const DISK_FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
pub(super) const NOT_A_DATABASE: u32 = 26;

/// Whether another process had the file for itself.
pub(super) fn is_busy(error: &DbErr) -> bool {
    sqlite_code(error) == Some(BUSY)
}

/// The error of a server that does not answer in time.
pub(super) fn too_late() -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(Arc::new(SqlxError::PoolTimedOut)))
}

/// What is wrong, and what to do.
pub(super) fn explain(error: &DbErr, url: &DatabaseUrl) -> String {
    if url.is_sqlite() { explain_sqlite(error, url) } else { explain_postgres(error, url) }
}

fn explain_sqlite(error: &DbErr, url: &DatabaseUrl) -> String {
    let file = sqlite_file(url);
    let shown = file.display();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    match sqlite_code(error) {
        Some(BUSY) => format!("the database file {shown} is locked by another process: end that one, or try again"),
        Some(READ_ONLY) => format!(
            "the database file {shown} or its folder is not writable: give this user the right to write, or set ATLAS_DATABASE_URL"
        ),
        Some(DISK_FULL) => format!("the disk that holds {shown} is full: free some space"),
        Some(DAMAGED) => {
            format!("the database file {shown} is damaged: put a backup in its place with `atlas restore --force FILE`")
        }
        Some(CANNOT_OPEN) if file.is_dir() => {
            format!("the database file {shown} is a folder: name a file in ATLAS_DATABASE_URL")
        }
        Some(CANNOT_OPEN) => match folder.filter(|folder| !folder.is_dir()) {
            Some(folder) => format!(
                "the folder {} of the database file is not there: make it, or set ATLAS_DATABASE_URL",
                folder.display()
            ),
            None => format!(
                "the database file {shown} cannot be opened or made: give this user the right to read and write it and its folder, or set ATLAS_DATABASE_URL"
            ),
        },
        Some(NOT_A_DATABASE) => {
            format!("the file {shown} is not an SQLite database: name another in ATLAS_DATABASE_URL")
        }
        _ => format!("the database {url} fails: {error}"),
    }
}

fn explain_postgres(error: &DbErr, url: &DatabaseUrl) -> String {
    let sqlx = sqlx_error(error);
    let code = sqlx.and_then(SqlxError::as_database_error).and_then(|error| error.code().map(String::from));
    match (code.as_deref(), sqlx) {
        (Some("28P01" | "28000"), _) => {
            format!("PostgreSQL at {url} refuses this user or password: correct ATLAS_DATABASE_URL")
        }
        (Some("3D000"), _) => {
            format!("PostgreSQL at {url} has no such database: make it with createdb, or correct ATLAS_DATABASE_URL")
        }
        (Some("42501"), _) => format!(
            "PostgreSQL at {url} does not let this user change tables: grant CREATE on the schema, or use another user"
        ),
        (None, Some(SqlxError::Io(cause))) => {
            format!("PostgreSQL at {url} does not answer ({cause}): start it, or correct ATLAS_DATABASE_URL")
        }
        (None, Some(SqlxError::PoolTimedOut)) => {
            format!("PostgreSQL at {url} does not answer in time: start it, or correct ATLAS_DATABASE_URL")
        }
        (None, Some(SqlxError::Configuration(cause))) => {
            format!("the database address {url} cannot be read ({cause}): correct ATLAS_DATABASE_URL")
        }
        _ => format!("PostgreSQL at {url} fails: {error}"),
    }
}

/// What SQLite says, without the extension of its code.
pub(super) fn sqlite_code(error: &DbErr) -> Option<u32> {
    let code: u32 = sqlx_error(error)?.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

fn sqlx_error(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

/// The file of an SQLite address.
fn sqlite_file(url: &DatabaseUrl) -> &Path {
    let path = url.expose().trim_start_matches("sqlite://");
    Path::new(path.split('?').next().unwrap_or(path))
}
