pub mod app;
pub mod auth;
pub mod graph;
pub mod graphql;
pub mod seed;
pub mod store;
