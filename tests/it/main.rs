//! All integration tests as one binary, so that they link once.
//!
//! Each file is about one promise of the atlas. Every test runs on SQLite and on PostgreSQL ([`tests::both`]), in a
//! database of its own; nothing is shared, and no test waits for time to pass. Start them with `tests/run`.

mod cache;
mod documents;
mod executors;
mod export;
mod facets;
mod filters;
mod import;
mod jsonl;
mod languages;
mod links;
mod migrations;
mod nasty;
mod nodes;
mod pagination;
mod plans;
mod questions;
mod resolve;
mod schema;
mod search;
mod seeds;
mod service;
mod statements;
mod time;
mod words;
