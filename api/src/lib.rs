//! The atlas as a service: what runs, from the command line to the statement.
//!
//! | room | for |
//! | --- | --- |
//! | [`cli`] | the commands of the binary `atlas`, one file each |
//! | [`config`] | every setting, its default and its bounds |
//! | [`app`] | what is opened once: database, schema, clock |
//! | [`http`] | addresses, negotiation, limits, the server |
//! | [`graphql`] | the schema, its resolvers and batched reads |
//! | [`graph`] | the description of the graph as data, and the statements made of it |
//! | [`store`] | every write: the transaction, the log, the rules of each kind |
//! | [`auth`] | who may change what |
//! | [`export`] | records as a stream of bytes |
//! | [`import`] | other people's files, matched with the records and written |
//! | [`seed`] | the built-in records |
//!
//! `cli` and `http` call `export`, `graphql`, `import` and `seed`, which call `store`, `auth` and `graph`; no arrow turns round.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod export;
pub mod graph;
pub mod graphql;
pub mod http;
pub mod import;
pub mod plan;
pub mod seed;
pub mod store;
pub mod telemetry;

use mimalloc::MiMalloc;

// Requests and imports make and drop small texts all the time; the system's allocator took a fifth of an import's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
