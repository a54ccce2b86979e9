//! `atlas restore FILE`: a copy in the place of the embedded database.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::backup::told;
use crate::app::database::copy;
use crate::config::Config;
use crate::http::server::told_to_end;

/// Puts a saved database back
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas restore atlas.backup                 as atlas.db, where there is none
  atlas restore --force atlas.backup         instead of atlas.db, which stays as atlas.db.former
  atlas restore --database-url sqlite:///srv/atlas.db atlas.backup

PostgreSQL restores its databases itself: pg_restore --clean --if-exists --dbname=NAME FILE")]
pub(super) struct Restore {
    /// A file that `atlas backup` made
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Replaces the database where there is one; the former one stays beside it, with .former at the end of its name
    #[arg(long)]
    force: bool,
}

impl Restore {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let end = told_to_end()?;
        let restored = tokio::select! {
            restored = copy::restore(&config, &self.file, self.force) => restored?,
            () = end => bail!("ended before the database was replaced: nothing was changed"),
        };
        println!("Restored from {}: {}", self.file.display(), told(restored.contents, restored.size));
        if let Some(former) = restored.former {
            println!("  The former database is kept as {}", former.display());
        }
        if restored.contents.is_older {
            println!("  It is of an earlier atlas: the next start brings its tables up to date");
        }
        Ok(())
    }
}
