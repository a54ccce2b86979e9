//! `atlas seed`: loads the built-in records.

use clap::Args;

use crate::app::App;
use crate::config::Config;
use crate::seed::{self, Outcome};

/// Loads the built-in records; a second run changes nothing
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas seed                                 into atlas.db
  atlas seed --database-url postgres://atlas@localhost/atlas")]
pub(super) struct Seed {}

impl Seed {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let app = App::open(config).await?;
        let Outcome { created, updated, unchanged } = seed::load(&app).await?;
        app.close().await;
        println!("{created} records created, {updated} updated, {unchanged} unchanged");
        Ok(())
    }
}
