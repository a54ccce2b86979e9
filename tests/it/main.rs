//! All integration tests as one binary, so that they link once.
//!
//! Each file is about one promise of the atlas. Every test runs on SQLite and on PostgreSQL ([`tests::both`]), in a
//! database of its own; nothing is shared, and no test waits for time to pass. Start them with `tests/run`.

mod documents;
mod filters;
mod migrations;
mod nodes;
mod pagination;
mod questions;
mod schema;
mod seeds;
mod service;
mod statements;
mod time;
