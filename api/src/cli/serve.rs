//! `atlas serve`: from an empty folder to an answering service.

use std::sync::Arc;

use clap::Args;

use crate::app::App;
use crate::config::Config;
use crate::http::server::{Server, told_to_end};
use crate::seed;

/// Creates and migrates the database, seeds an empty one, serves
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  atlas serve                                atlas.db in this folder, at http://127.0.0.1:8080
  atlas serve --listen 127.0.0.1:0           on a free port, which is printed
  atlas serve --database-url postgres://atlas:secret@localhost/atlas
  ATLAS_LOG_FORMAT=json atlas serve          the log as JSON lines

atlas.toml takes the same settings by their names with underscores:
  listen = \"0.0.0.0:80\"
  request_timeout = \"5s\"")]
pub(super) struct Serve {}

impl Serve {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let app = App::open(config).await?;
        if let Some(outcome) = seed::load_if_empty(&app).await? {
            println!("Loaded the built-in seeds: {} records, countries and sources", outcome.created);
        }
        let server = Server::bind(Arc::clone(&app)).await?;
        let end = told_to_end()?;
        announce(&app, &server);
        server.run_until(end).await;
        app.close().await;
        Ok(())
    }
}

fn announce(app: &App, server: &Server) {
    let local = format!("http://{}", server.address());
    let base = app.config.public_url.as_deref().unwrap_or(&local);
    println!("Atlas {} answers at {base}", env!("CARGO_PKG_VERSION"));
    println!("  GraphQL   {base}/graphql");
    println!("  Schema    {base}/schema.graphql");
    println!("  Health    {base}/healthz, {base}/readyz");
    println!("  Database  {}", app.config.database_url);
    println!("Ctrl-C ends it");
}
