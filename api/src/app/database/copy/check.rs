//! What a file is, and whether it is whole. Nothing here changes a file or makes one.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, bail};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::place::Place;
use super::{DAMAGE_ADVICE, NOT_A_DATABASE, explain};
use crate::app::database::{applied, connect, known, unknown};
use crate::graph::summary::{self, Summary};

/// How every SQLite file begins.
const BEGINNING: &[u8; 16] = b"SQLite format 3\0";

/// What an atlas in a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Records of all kinds.
    pub records: i64,
    /// Sequence of the newest change.
    pub sequence: i64,
    /// Whether the program has migrations that the file has not.
    pub is_older: bool,
}

/// How closely a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Every page and every row.
    Quick,
    /// Also whether every index has what its table has, which takes several times as long.
    Full,
}

/// What is in a file that is to be restored: refused where it is no atlas, a newer one, or one that is in use.
pub(super) async fn admit(file: &Path) -> anyhow::Result<Contents> {
    let place = Place::at(file)?;
    let shown = file.display();
    if !place.is_taken() {
        bail!("{shown} is not there: name a file that `atlas backup` made");
    }
    let mut beginning = [0; BEGINNING.len()];
    let opened = File::open(file).with_context(|| format!("{shown} cannot be read"))?;
    match (&opened).read_exact(&mut beginning) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => bail!("{shown} {NOT_A_DATABASE}"),
        read => read.with_context(|| format!("{shown} cannot be read"))?,
    }
    if beginning != *BEGINNING {
        bail!("{shown} {NOT_A_DATABASE}");
    }
    if let Some(journal) = place.waiting_changes() {
        bail!(
            "{shown} is a database in use or not closed, with changes in {}: let `atlas backup` make a copy of it",
            journal.display()
        );
    }
    at_rest(&place.path, file, async |db| contents(db, file).await).await
}

/// Whether an atlas is whole, and what it holds. `file` is what the user calls the file at `path`.
pub(super) async fn whole(path: &Path, file: &Path, look: Look) -> anyhow::Result<Contents> {
    let pragma = match look {
        Look::Quick => "PRAGMA quick_check(1)",
        Look::Full => "PRAGMA integrity_check(1)",
    };
    at_rest(path, file, async |db| {
        let told = |error: DbErr| explain(&error, file);
        let shown = file.display();
        let found = db.query_one_raw(sql(pragma)).await.map_err(told)?;
        let found: Option<String> = found.map(|row| row.try_get_by_index(0)).transpose().map_err(told)?;
        if found.as_deref() != Some("ok") {
            bail!("{shown} is damaged ({}): {DAMAGE_ADVICE}", found.unwrap_or_default().replace('\n', " "));
        }
        if let Some(row) = db.query_one_raw(sql("PRAGMA foreign_key_check")).await.map_err(told)? {
            let table: String = row.try_get_by_index(0).map_err(told)?;
            bail!("{shown} is damaged (a row of table {table} refers to one that is not there): {DAMAGE_ADVICE}");
        }
        contents(db, file).await
    })
    .await
}

/// What an atlas holds, or why it is none.
async fn contents(db: &DatabaseConnection, file: &Path) -> anyhow::Result<Contents> {
    let told = |error: DbErr| explain(&error, file);
    let shown = file.display();
    let applied = applied(db).await.map_err(told)?;
    if applied.is_empty() {
        bail!("{shown} is an SQLite database but no atlas: name a file that `atlas backup` made");
    }
    if let Some(name) = unknown(db).await.map_err(told)? {
        bail!("{shown} is newer than this atlas (it has {name}): upgrade atlas, or name an older file");
    }
    let rows = db.query_all(&summary::statement()).await.map_err(told)?;
    if rows.is_empty() {
        bail!("{shown} has lost the head of its log: {DAMAGE_ADVICE}");
    }
    let Summary { sequence, counts, .. } = Summary::read(&rows).map_err(told)?;
    let records = counts.iter().map(|(_, count)| count).sum();
    Ok(Contents { records, sequence, is_older: applied.len() < known().len() })
}

/// Asks a file that nobody changes.
async fn at_rest<T>(
    path: &Path,
    shown: &Path,
    ask: impl AsyncFnOnce(&DatabaseConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let db = connect::sqlite_at_rest(path).await.map_err(|error| explain(&error, shown))?;
    let answer = ask(&db).await;
    db.close().await.map_err(|error| explain(&error, shown))?;
    answer
}

fn sql(text: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, text)
}
