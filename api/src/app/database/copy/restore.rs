//! Puts a copy in the place of the database.
//!
//! What is checked is what is put in place: the file is copied beside the database first. Whoever has the database open is
//! told by the locks of SQLite, which last as long as a connection does. At the end the name of the database goes from
//! the former file to the new one by a single renaming, while nobody can open the former.
//!
//! A database and the changes in its journal belong together only by their names. So the former database takes its
//! changes in and has no journal any more before the name changes hands; it is in such a form then that one who opened it
//! just before is refused by SQLite, rather than leave a journal for the new one.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tempfile::TempPath;

use super::check::{Contents, Look};
use super::place::{self, Place, Workplace};
use super::seal::{self, Seal};
use super::{DAMAGE_ADVICE, check, database, on_a_thread};
use crate::app::database::{connect, trouble};
use crate::config::{Config, DatabaseUrl};

/// What was done.
#[derive(Debug)]
pub struct Restored {
    /// What the database holds now.
    pub contents: Contents,
    /// Its size in bytes.
    pub size: u64,
    /// Where the former database is.
    pub former: Option<PathBuf>,
}

/// Puts a file in the place of the database. A database that is there is replaced only where that was asked for, and kept
/// under another name.
///
/// # Errors
///
/// A sentence that says what is wrong and what to do; the database is what it was then.
pub async fn restore(config: &Config, file: &Path, force: bool) -> anyhow::Result<Restored> {
    let url = &config.database_url;
    if !url.is_sqlite() {
        let file = file.display();
        bail!("PostgreSQL restores its databases itself: pg_restore --clean --if-exists --dbname={url} {file}");
    }
    check::admit(file).await?;
    let target = database(url)?;
    let shown = target.shown.display();
    if Place::at(file)?.touches(&target) {
        bail!("{} is the database itself, which is what it is: name a backup", file.display());
    }
    if !force {
        if target.is_filled() {
            bail!("the database {shown} is there: replace it with --force, which keeps it under another name");
        }
        if let Some(journal) = target.waiting_changes() {
            bail!("{} holds changes of a database that is not there: remove it, or use --force", journal.display());
        }
    }
    let replace = target.is_taken();
    if replace {
        // Told before anything is copied; who comes later is found at the end.
        drop(target.lock()?);
    }
    let work = target.workplace()?;
    let (copy, seal) = bring(file, &target, &work).await?;
    let look = match seal {
        // As it was saved, and it was looked at then.
        Seal::Whole => Look::Quick,
        Seal::None => Look::Full,
        Seal::Broken => {
            bail!("{} is damaged (its checksum is not that of its contents): {DAMAGE_ADVICE}", file.display())
        }
        Seal::Foreign => {
            bail!("{} belongs to another application: name a file that `atlas backup` made", file.display())
        }
    };
    let contents = check::whole(&copy, file, look).await?;
    let size = fs::metadata(&copy)?.len();
    // The work can be broken off at `await` alone, so not after the name has changed hands.
    let former = if replace {
        let held = hold(&target, url).await?;
        let former = keep(&target, &held)?;
        target.remove_journals()?;
        target.put(copy, true)?;
        drop(held);
        former
    } else {
        target.remove_journals()?;
        target.put(copy, false)?;
        None
    };
    Ok(Restored { contents, size, former })
}

/// Copies a file beside the database, down to the disk, with its seal judged and taken away.
async fn bring(file: &Path, target: &Place, work: &Workplace) -> anyhow::Result<(TempPath, Seal)> {
    let unwritten = format!("{} cannot be written", target.shown.display());
    let copy = place::empty(work, if target.is_taken() { &target.path } else { file }).context(unwritten.clone())?;
    if target.is_taken() {
        place::give_to_owner_of(copy.path(), &target.path)?;
    }
    let from = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    on_a_thread(move |stop| {
        let (mut to, path) = copy.into_parts();
        let seal = seal::copy(from, &mut to, stop).context(unwritten.clone())?;
        if seal == Seal::Whole {
            seal::remove(&mut to).context(unwritten.clone())?;
        }
        to.sync_all().context(unwritten)?;
        Ok((path, seal))
    })
    .await
}

/// The former database while nobody else can open it.
enum Held {
    /// By a transaction: one file, which has taken its changes in.
    Whole(
        #[cfg_attr(not(test), expect(dead_code, reason = "the lock lasts as long as the connection"))]
        DatabaseConnection,
    ),
    /// By a lock alone, since SQLite cannot read it.
    Damaged(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File),
}

/// Holds a database against everybody else.
///
/// From here on the file must not be opened by other means: whichever of a process's openings of a file is closed first
/// gives up all locks that the process has on it.
async fn hold(target: &Place, url: &DatabaseUrl) -> anyhow::Result<Held> {
    match hold_by_transaction(&target.path).await {
        Ok(Some(db)) => Ok(Held::Whole(db)),
        Ok(None) => Err(target.in_use()),
        Err(error) => match trouble::sqlite_code(&error) {
            Some(trouble::BUSY) => Err(target.in_use()),
            Some(trouble::DAMAGED | trouble::NOT_A_DATABASE) => Ok(Held::Damaged(target.lock()?)),
            _ => bail!(trouble::explain(&error, url)),
        },
    }
}

/// Takes what is in the journal into the file, and a lock that keeps even readers out.
async fn hold_by_transaction(file: &Path) -> Result<Option<DatabaseConnection>, DbErr> {
    let db = connect::sqlite_alone(file).await?;
    let alone = async {
        // Another connection, even an idle one, keeps SQLite from giving the journal up.
        let alone = journal(&db, "PRAGMA journal_mode = DELETE").await?;
        db.execute_unprepared("BEGIN EXCLUSIVE").await?;
        // Somebody may have come in between, and with a journal again readers would not be kept out.
        Ok(alone == "delete" && journal(&db, "PRAGMA journal_mode").await? == "delete")
    };
    let alone = alone.await;
    if let Ok(true) = alone {
        return Ok(Some(db));
    }
    db.close().await?;
    alone.map(|_| None)
}

async fn journal(db: &DatabaseConnection, pragma: &str) -> Result<String, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, pragma)).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.try_get_by_index(0))
}

/// Gives the former database a second name, under which it stays; one in which there is nothing is not kept.
fn keep(target: &Place, held: &Held) -> anyhow::Result<Option<PathBuf>> {
    if !target.is_filled() {
        return Ok(None);
    }
    let former = second_name(target)
        .with_context(|| format!("{} cannot be kept: move it away and try again", target.shown.display()))?;
    if let Held::Damaged(_) = held {
        // What can be saved of it may be in its journal.
        for (journal, name) in target.journals().iter().zip(former.journals()) {
            match fs::rename(journal, &name) {
                // The connection that found the damage may take it away as it ends, on a thread of its own.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                kept => kept.with_context(|| format!("{} cannot be kept", journal.display()))?,
            }
        }
    }
    target.keep_names()?;
    Ok(Some(former.shown))
}

/// The former database as `atlas.db.former`, or `.former-2` and so on where there are some from earlier.
fn second_name(target: &Place) -> io::Result<Place> {
    let mut number = 1;
    loop {
        let former = target.sibling(&if number == 1 { ".former".to_owned() } else { format!(".former-{number}") });
        match fs::hard_link(&target.path, &former.path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            linked => return linked.map(|()| former),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sqlx::sqlite::SqliteConnectOptions;
    use sea_orm::sqlx::{ConnectOptions, Connection, Executor};

    use super::*;
    use crate::app::App;

    async fn make(file: &Path) -> DatabaseUrl {
        let database_url: DatabaseUrl = format!("sqlite://{}", file.display()).parse().unwrap();
        let app = App::open(Config { database_url: database_url.clone(), ..Config::default() }).await.unwrap();
        app.close().await;
        database_url
    }

    #[tokio::test]
    async fn who_opened_the_former_database_leaves_no_journal_for_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (former, new) = (folder.path().join("atlas.db"), folder.path().join("new.db"));
        let url = make(&former).await;
        make(&new).await;
        let target = Place::at(&former).unwrap();
        let held = hold(&target, &url).await.unwrap();
        // It has the file, and waits for its turn to read it.
        let mut late = SqliteConnectOptions::new().filename(&former).connect().await.unwrap();
        keep(&target, &held).unwrap();
        target.put(TempPath::try_from_path(&new).unwrap(), true).unwrap();
        let Held::Whole(held) = held else { panic!("it was whole") };
        held.close().await.unwrap();
        assert!(late.execute("PRAGMA journal_mode = WAL").await.is_err());
        assert!(target.journals().iter().all(|journal| !journal.exists()));
        late.close().await.unwrap();
        make(&former).await;
    }

    #[tokio::test]
    async fn a_connection_that_does_nothing_keeps_the_database_from_being_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("atlas.db");
        let url = make(&file).await;
        let target = Place::at(&file).unwrap();
        let app = App::open(Config { database_url: url.clone(), ..Config::default() }).await.unwrap();
        let error = hold(&target, &url).await.err().unwrap().to_string();
        assert!(error.contains("is used by another process"), "{error}");
        app.ready().await.unwrap();
        app.close().await;
        hold(&target, &url).await.unwrap();
    }
}
