//! `atlas serve`: from an empty folder to an answering service.

use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use crate::app::App;
use crate::config::Config;
use crate::graph::cursor::revision_text;
use crate::graph::summary::{Summary, plural};
use crate::http::playground;
use crate::http::server::{Server, told_to_end};
use crate::{seed, telemetry};

/// Creates and migrates the database, seeds an empty one, serves
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas serve                                atlas.db in this folder, at http://127.0.0.1:8080
  atlas serve --listen 127.0.0.1:0           on a free port, which is printed
  atlas serve --database-url postgres://atlas:secret@localhost/atlas
  ATLAS_LOG_FORMAT=json atlas serve          the log as JSON lines

atlas.toml takes the same settings by their names with underscores:
  listen = \"0.0.0.0:80\"
  request_timeout = \"5s\"
atlas.example.toml, beside the sources, has all of them with their defaults.")]
pub(super) struct Serve {}

impl Serve {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let app = App::open(config).await?;
        if let Some(outcome) = seed::load_if_empty(&app).await? {
            println!("Loaded the built-in seeds: {} records, countries and sources", outcome.created);
        }
        let server = Server::bind(Arc::clone(&app)).await?;
        let end = told_to_end()?;
        announce(&app, &server).await?;
        // From here on there may be many lines.
        let _gathering = telemetry::gather();
        server.run_until(end).await;
        app.close().await;
        Ok(())
    }
}

/// Says where the service is, what it serves, and how to end it.
async fn announce(app: &App, server: &Server) -> anyhow::Result<()> {
    let summary = app.summary().await.context("the records cannot be counted")?;
    let local = format!("http://{}", server.address());
    let base = app.config.public_url.as_deref().unwrap_or(&local);
    println!("Atlas {} answers at {base}", env!("CARGO_PKG_VERSION"));
    match playground::MISSING {
        None => println!("  Playground  {base}/graphiql"),
        Some(reason) => println!("  Playground  not in this build: {reason}; {base}/graphiql says how to get it"),
    }
    println!("  GraphQL     {base}/graphql");
    println!("  Schema      {base}/schema.graphql");
    println!("  Health      {base}/healthz, {base}/readyz");
    println!("  Database    {}", app.config.database_url);
    println!("  Records     {}", counted(&summary));
    println!("Ctrl-C ends it");
    Ok(())
}

/// How many there are of each kind: "39 organisations, 32 issues, …".
fn counted(summary: &Summary) -> String {
    let counts = summary.counts.iter().map(|(kind, count)| format!("{count} {}", plural(*kind)));
    format!("{}; revision {}", counts.collect::<Vec<_>>().join(", "), revision_text(summary.sequence))
}
