//! `atlas schema`: prints the schema language text.

use std::io::{ErrorKind, Write};

use clap::Args;

use crate::graphql;
use crate::http::schema;

/// Prints the schema in the GraphQL schema language
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas schema > schema.graphql")]
pub(super) struct PrintSchema {}

impl PrintSchema {
    #[expect(clippy::unused_self, reason = "every command is run in the same way")]
    pub(super) fn run(self) -> anyhow::Result<()> {
        let text = schema::text(&graphql::schema());
        match std::io::stdout().write_all(text.as_bytes()) {
            // The reader has seen enough, as in `atlas schema | head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result?),
        }
    }
}
