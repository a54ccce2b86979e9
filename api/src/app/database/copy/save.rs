//! Makes a copy of a database while others use it.
//!
//! `VACUUM INTO` reads one state of the database and writes it as one file, table by table, within the few megabytes of
//! SQLite's cache. It keeps nobody from writing: what is written meanwhile waits in the journal until it is done. The
//! other way, SQLite's backup interface, starts again at each write from elsewhere, and needs code that the compiler cannot
//! check.

use std::path::Path;

use anyhow::{Context, bail};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::check::{Contents, Look};
use super::place::{self, Place};
use super::{check, database, on_a_thread, seal};
use crate::app::database::{applied, connect, trouble, unknown};
use crate::config::Config;

/// Saves the database in a file, and says what was saved and its size in bytes. A file that is there is replaced only
/// where that was asked for.
///
/// # Errors
///
/// A sentence that says what is wrong and what to do; there is no file then, or the one that was there.
pub async fn save(config: &Config, file: &Path, force: bool) -> anyhow::Result<(Contents, u64)> {
    let (url, shown) = (&config.database_url, file.display());
    if !url.is_sqlite() {
        bail!("PostgreSQL saves its databases itself: pg_dump --format=custom --file={shown} --dbname={url}");
    }
    let source = database(url)?;
    if !source.is_filled() {
        bail!("there is no database {} to save: name another in ATLAS_DATABASE_URL", source.shown.display());
    }
    let place = Place::at(file)?;
    if place.touches(&source) {
        bail!("{shown} belongs to the database itself: name another file");
    }
    if place.is_taken() && !force {
        bail!("{shown} is there: name another file, or replace it with --force");
    }
    if place.is_taken() {
        // It may be another database, and somebody may be using it.
        drop(place.lock()?);
    }
    if let Some(journal) = place.waiting_changes() {
        bail!("{} would be taken for changes of the copy: name another file, or remove that one", journal.display());
    }
    let work = place.workplace()?;
    let copy = place::empty(&work, &source.path).with_context(|| format!("{shown} cannot be written"))?;
    let told = |error: DbErr| match trouble::sqlite_code(&error) {
        Some(trouble::DISK_FULL) => anyhow::anyhow!("the disk that is to hold {shown} is full: free some space"),
        _ => anyhow::anyhow!(trouble::explain(&error, url)),
    };
    let db = connect::sqlite_beside_others(&source.path).await.map_err(told)?;
    let written = write(&db, copy.path(), config, told).await;
    db.close().await.map_err(told)?;
    written?;
    // The database is as good as its copy, so what is wrong with one is wrong with the other.
    let contents = check::whole(copy.path(), &source.shown, Look::Quick).await?;
    let (copy, size) = on_a_thread({
        let shown = shown.to_string();
        move |stop| {
            let (mut file, path) = copy.into_parts();
            let sealed = seal::put(&mut file, stop).and_then(|()| Ok(file.sync_all()?));
            sealed.with_context(|| format!("{shown} cannot be written"))?;
            Ok((path, file.metadata()?.len()))
        }
    })
    .await?;
    place.put(copy, force)?;
    Ok((contents, size))
}

async fn write(
    db: &DatabaseConnection,
    copy: &Path,
    config: &Config,
    told: impl Fn(DbErr) -> anyhow::Error,
) -> anyhow::Result<()> {
    let url = &config.database_url;
    if applied(db).await.map_err(&told)?.is_empty() {
        bail!("the database {url} has no tables: there is nothing to save");
    }
    // A copy that this program could not put back is none.
    if let Some(name) = unknown(db).await.map_err(&told)? {
        bail!("the database {url} is newer than this atlas (it has {name}): upgrade atlas");
    }
    let Some(copy) = copy.to_str() else { bail!("{} is not UTF-8: name another folder", copy.display()) };
    let into = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [copy.into()]);
    db.execute_raw(into).await.map_err(&told)?;
    Ok(())
}
