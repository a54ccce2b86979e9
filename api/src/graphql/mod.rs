//! The API. With `http/graphql.rs` the only room that names the GraphQL library: types and their words in
//! [`record`], entry points in [`query`], batched reads in [`loader`], and what all lists share in [`connection`].

mod atlas;
pub mod connection;
mod context;
pub mod error;
mod facet;
pub mod filter;
pub mod loader;
mod node;
pub mod order;
mod query;
mod record;
mod resolve;
pub mod scalars;
mod search;
mod turn;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::ExtensionFactory;
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, Schema, SchemaBuilder};

use crate::app::App;
use crate::graph::cursor::CursorKey;

pub use loader::Noted;
pub use node::{AtlasRecord, Node};
pub use query::{MAX_NODES, Query};
pub use record::int;

/// The schema with its resolvers.
pub type AtlasSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// Levels of a document that the library follows; the service refuses documents of more than 64 before.
const MAX_RECURSION: usize = 128;

/// What a request is answered, and what that cost.
pub struct Answer {
    pub response: Response,
    /// Statements that were run.
    pub statements: u64,
    /// All of them, where that was asked for.
    pub noted: Vec<Noted>,
}

/// Makes the schema. No extension is registered: any would switch off the fast path of every field.
pub fn schema() -> AtlasSchema {
    builder().finish()
}

/// The same schema with an extension, for whoever does not run it.
pub fn schema_with(extension: impl ExtensionFactory) -> AtlasSchema {
    builder().extension(extension).finish()
}

fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    // The service measures documents before they run; the library's own bound would come first and say less.
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_recursive_depth(MAX_RECURSION)
        .register_output_type::<Node>()
        .register_output_type::<AtlasRecord>()
}

/// Runs one request with reads of its own.
pub async fn execute(app: &App, request: Request) -> Answer {
    execute_noting(app, request, 0, false).await
}

/// Runs one request for which some rows were read already, and notes the statements where `noting`.
pub async fn execute_noting(app: &App, request: Request, rows: u64, noting: bool) -> Answer {
    let noted = noting.then(Mutex::default);
    let counts = Arc::new(loader::Counts { rows: rows.into(), noted, ..loader::Counts::default() });
    let turns = turn::Turns::default();
    let rows = loader::loader(app.read.clone(), app.config.max_rows, &turns, Arc::clone(&counts));
    let request = request.data(rows).data(CursorKey::new(&app.cursor_key)).data(app.clock.clone());
    let response = turns.drive(app.schema.execute(request)).await;
    let noted =
        counts.noted.as_ref().map(|noted| std::mem::take(&mut *noted.lock().unwrap_or_else(PoisonError::into_inner)));
    Answer { response, statements: counts.statements.load(Ordering::Relaxed), noted: noted.unwrap_or_default() }
}
