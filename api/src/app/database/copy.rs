//! Whole copies of an SQLite file: made while others write, looked at, and put in the place of a database.
//!
//! `save` makes one and `restore` puts one back; `check` says what a file is and whether it is whole, `seal` tells any
//! change of a copy, `place` does what is done to files. PostgreSQL has means of its own for all of this.
//!
//! What is written goes to a folder of its own beside the place where it belongs, to the disk, and only then, by one
//! renaming, to its name. So a name never has half a file, whenever the process or the power goes.

mod check;
mod place;
mod restore;
mod save;
pub(super) mod seal;

use std::path::Path;

use anyhow::bail;
use sea_orm::DbErr;

pub use check::Contents;
pub use restore::{Restored, restore};
pub use save::save;

use super::{connect, trouble};
use crate::config::DatabaseUrl;
use place::Place;

/// Where the database of an SQLite address is.
fn database(url: &DatabaseUrl) -> anyhow::Result<Place> {
    let file = connect::sqlite_file(url).map_err(|error| anyhow::anyhow!(trouble::explain(&error, url)))?;
    Place::at(&file)
}

/// Runs what takes long with files on a thread that may wait. It is told to stop once nobody waits for it any more.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce(&Stop) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let (stop, _waiting) = tokio::sync::oneshot::channel();
    tokio::task::spawn_blocking(move || work(&Stop(stop))).await?
}

/// Whether work is still wanted.
struct Stop(tokio::sync::oneshot::Sender<()>);

impl Stop {
    fn look(&self) -> anyhow::Result<()> {
        if self.0.is_closed() {
            bail!("nobody waits for this any more");
        }
        Ok(())
    }
}

/// What is wrong with a file that is read as a copy.
fn explain(error: &DbErr, file: &Path) -> anyhow::Error {
    let file = file.display();
    match trouble::sqlite_code(error) {
        Some(trouble::NOT_A_DATABASE) => anyhow::anyhow!("{file} {NOT_A_DATABASE}"),
        Some(trouble::DAMAGED) => anyhow::anyhow!("{file} is damaged ({error}): {DAMAGE_ADVICE}"),
        _ => anyhow::anyhow!("{file} cannot be read: {error}"),
    }
}

const NOT_A_DATABASE: &str = "is not an SQLite database: name a file that `atlas backup` made";
const DAMAGE_ADVICE: &str = "an earlier backup may be whole";
