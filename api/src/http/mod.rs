//! The service's addresses: what is asked of them, how much, and in which form it is answered.
//!
//! [`router`](router()) makes everything but the socket, so that a test can ask it in process; [`server`] is the socket.
//! A request to `/graphql` passes [`negotiation`] (which form?), [`request`] (what is asked?), [`limits`] (is it too
//! much?), [`variables`] (do they fit?), then `graphql::execute`, then [`answer`] (codes and status). `observe` stands
//! around all addresses: request ids, one log line, panics.

pub mod answer;
mod compressed;
mod cors;
mod export;
mod graphql;
mod health;
pub mod limits;
pub mod negotiation;
mod observe;
mod packed;
pub mod playground;
pub mod request;
mod router;
pub mod schema;
pub mod server;
mod start;
#[cfg(test)]
mod tests;
pub mod variables;

pub use router::{Addresses, router};
