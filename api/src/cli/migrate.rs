//! `atlas migrate up|down|status`: schema changes alone.

use clap::{Args, Subcommand};

use crate::app::database::Databases;
use crate::config::Config;

/// Changes the tables, or says in which state they are
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas migrate status                       what is applied and what is missing
  atlas migrate up                           apply what is missing (serve does so by itself)
  atlas migrate down                         take back the newest migration and its data
  atlas migrate down --steps 3               the newest three")]
pub(super) struct Migrate {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Debug, Subcommand)]
enum Direction {
    /// Applies what is missing
    Up,
    /// Takes back the newest migrations; the data in their tables is lost
    Down {
        /// How many to take back, from 1
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
    },
    /// Lists every migration and whether it is applied
    Status,
}

impl Migrate {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let databases = Databases::connect(&config).await?;
        match self.direction {
            Direction::Up => report("applied", &databases.migrate().await?),
            Direction::Down { steps } => report("taken back", &databases.roll_back(steps).await?),
            Direction::Status => {
                for (name, state) in databases.status().await? {
                    println!("{name}  {state}");
                }
            }
        }
        Ok(())
    }
}

fn report(done: &str, names: &[String]) {
    for name in names {
        println!("{name}  {done}");
    }
    if names.is_empty() {
        println!("Nothing to do");
    }
}
