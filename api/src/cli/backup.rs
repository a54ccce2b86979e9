//! `atlas backup FILE`: one consistent copy of the embedded database.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use indicatif::{HumanBytes, HumanCount};

use crate::app::database::copy::{self, Contents};
use crate::config::Config;
use crate::graph::cursor::revision_text;
use crate::http::server::told_to_end;

/// Saves the database in one file, while others use it
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas backup atlas.backup                  atlas.db as it is now
  atlas backup /backups/$(date +%F).atlas    one a day
  atlas backup --force atlas.backup          instead of an earlier one
  atlas backup --database-url sqlite:///srv/atlas.db atlas.backup

PostgreSQL saves its databases itself: pg_dump --format=custom --file=FILE")]
pub(super) struct Backup {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Replaces the file where there is one
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let end = told_to_end()?;
        let (contents, size) = tokio::select! {
            saved = copy::save(&config, &self.file, self.force) => saved?,
            () = end => bail!("ended before the copy was done: nothing was saved"),
        };
        println!("Saved in {}: {}", self.file.display(), told(contents, size));
        Ok(())
    }
}

/// What is in a copy: "10,000 records, revision 0000000000010000, 5.21 MiB".
pub(super) fn told(contents: Contents, size: u64) -> String {
    let records = HumanCount(contents.records.unsigned_abs());
    format!("{records} records, revision {}, {}", revision_text(contents.sequence), HumanBytes(size))
}
