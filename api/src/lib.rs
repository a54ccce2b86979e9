//! The atlas as a service: what runs, from the command line to the statement.
//!
//! | room | for |
//! | --- | --- |
//! | [`cli`] | the commands of the binary `atlas`, one file each |
//! | [`config`] | every setting, its default and its bounds |
//! | [`app`] | what is opened once: database, schema, clock |
//! | [`http`] | addresses, negotiation, limits, the server |
//! | [`graphql`] | the schema and its resolvers |
//! | `graph` | the description of the graph, as data |
//! | [`seed`] | the built-in records |
//!
//! `cli` and `http` call `graphql`, which calls what lies below; no arrow turns round.

pub mod app;
pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod seed;
pub mod telemetry;
