//! What the atlas is made of: every kind, link and relation of the contract, as data.
//!
//! The parts name each other freely: they are one description, cut where a reader looks for one sort of thing.

#![allow(clippy::wildcard_imports, reason = "the parts of one description name some hundred statics of each other")]

mod column;
mod facet;
mod kind;
mod link;
mod relation;

use super::Kind;

pub use column::*;
pub use facet::*;
pub use kind::*;
pub use link::*;
pub use relation::*;

/// The kinds of record, in the order of `RecordKind`.
pub static RECORDS: &[&Kind] =
    &[&ORGANISATION, &ISSUE, &STANDARD, &COMMITTEE, &EVENT, &CHANNEL, &INSTRUMENT, &INITIATIVE, &RESOURCE];
/// Every kind that has a global id and is found by `node`.
pub static NODES: &[&Kind] = &[
    &ORGANISATION,
    &ISSUE,
    &STANDARD,
    &COMMITTEE,
    &EVENT,
    &CHANNEL,
    &INSTRUMENT,
    &INITIATIVE,
    &RESOURCE,
    &COUNTRY,
    &SOURCE,
];

/// The kind of record or of node with this code.
pub fn by_code(code: &str) -> Option<&'static Kind> {
    NODES.iter().copied().find(|kind| kind.code == code)
}
