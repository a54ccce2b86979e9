//! Everything that changes rows. [`Write`] is the transaction and the log, [`put()`] brings a record and its links to a
//! wanted state, [`mod@derive`] keeps the columns that statements compare, and the files of kinds hold their rules.

mod changes;
pub mod channel;
pub mod derive;
pub mod event;
pub mod index;
mod pass;
pub mod put;
pub mod row;
pub mod standard;
mod target;
mod write;

use sea_orm::{DbErr, RuntimeErr};

pub use put::{Draft, Kept, LinkRow, LinkRows, Outcome, Prepared, put, put_prepared};
pub use row::Values;
pub use write::{Write, check};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{table}.{column} holds {characters} characters: {max} at most")]
    TooLong { table: &'static str, column: &'static str, characters: usize, max: usize },
    #[error("{table}.{column} holds a NUL character")]
    Nul { table: &'static str, column: &'static str },
    #[error("the database refused")]
    Database(#[from] DbErr),
}

/// Whether the database stopped a statement that took too long.
pub fn is_timeout(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return matches!(error, DbErr::ConnectionAcquire(_));
    };
    // PostgreSQL: query_canceled. SQLite: SQLITE_INTERRUPT.
    cause
        .as_database_error()
        .and_then(sea_orm::sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "57014" || code == "9")
}
