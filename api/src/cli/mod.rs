//! The command line: one file per command.
//!
//! Exit status: 0 done; 1 failed, with a line on standard error that says what and what to do; 2 wrong usage.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what a command prints is what it is for")]

mod backup;
mod export;
mod import;
mod migrate;
mod restore;
mod schema;
mod seed;
mod serve;

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Flags};

/// A knowledge graph of digital policy, served as GraphQL
///
/// Without a command: `atlas serve`.
#[derive(Debug, Parser)]
#[command(name = "atlas", version, args_conflicts_with_subcommands = false, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    flags: Flags,
}

/// Bytes of a thread's stack.
const STACK: usize = 4 << 20;

const EXAMPLES: &str = "Examples:
  atlas                                      serve atlas.db at http://127.0.0.1:8080
  atlas serve --listen 0.0.0.0:80            serve to others
  ATLAS_LOG=debug atlas                      any setting as a variable
  atlas help serve                           all settings

Settings come from flags, then ATLAS_… variables, then atlas.toml, then the defaults.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Creates and migrates the database, seeds an empty one, serves (the default command)
    Serve(serve::Serve),
    /// Changes the tables, or says in which state they are
    Migrate(migrate::Migrate),
    /// Loads the built-in records; a second run changes nothing
    Seed(seed::Seed),
    /// Brings data in from files, folders and archives
    Import(import::Import),
    /// Gives records away, as JSON Lines, CSV or JSON-LD
    Export(export::Export),
    /// Saves the database in one file, while others use it
    ///
    /// Nobody has to wait for it: it saves one state, whatever is written meanwhile. The file is an SQLite database with a
    /// checksum, and readable for whoever can read the database; keep it as safe as that. It has its name only once it is
    /// whole, checked and on the disk.
    Backup(backup::Backup),
    /// Puts a saved database back
    ///
    /// The file is checked first: one that is damaged, newer than this atlas or something else is refused, and nothing is
    /// changed. So is a database that another process uses: end `atlas serve` before, and start it again after. The atlas
    /// answers as it did when it was saved, ids and cursors stay valid, and it goes on from the same revision.
    Restore(restore::Restore),
    /// Prints the schema in the GraphQL schema language
    Schema(schema::PrintSchema),
}

/// Runs the command that the process was given.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match start(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atlas: {}", chain(&error));
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> anyhow::Result<()> {
    let command = cli.command.unwrap_or(Command::Serve(serve::Serve {}));
    if let Command::Schema(command) = command {
        return command.run();
    }
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect();
    let config = Config::load(&cli.flags, &environment)?;
    crate::telemetry::init(&config);
    // Answers by resolvers take a part of the stack for each level of a document, and more of it where nothing is optimised.
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve(command) => command.run(config).await,
            Command::Migrate(command) => command.run(config).await,
            Command::Seed(command) => command.run(config).await,
            Command::Import(command) => command.run(config).await,
            Command::Export(command) => command.run(config).await,
            Command::Backup(command) => command.run(config).await,
            Command::Restore(command) => command.run(config).await,
            Command::Schema(command) => command.run(),
        }
    })
}

/// An error and its causes in one line. A cause that the line already says is left out.
fn chain(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if line.is_empty() {
            line = text;
        } else if !line.contains(&text) {
            line = format!("{line}: {text}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_stand_before_and_after_the_command() {
        for line in [["atlas", "--listen", "a:1", "serve"], ["atlas", "serve", "--listen", "a:1"]] {
            assert_eq!(Cli::try_parse_from(line).unwrap().flags.listen.as_deref(), Some("a:1"));
        }
        assert_eq!(Cli::try_parse_from(["atlas", "--nothing"]).unwrap_err().exit_code(), 2);
    }

    #[test]
    fn causes_are_told_once() {
        let error = anyhow::anyhow!("inner").context("outer: inner").context("top");
        assert_eq!(chain(&error), "top: outer: inner");
    }
}
