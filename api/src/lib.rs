pub mod app;
pub mod graph;
pub mod graphql;
pub mod store;
