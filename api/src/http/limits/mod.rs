//! How much a document may ask for, judged before anything runs.
//!
//! [`scan()`] looks at the text, so that the parser is given nothing that it would choke on; [`measure()`] at the parsed
//! document, each fragment once; [`cost`] says how many objects it could return. Bounds that a service may want to
//! change are settings; the constants here stand far above what any honest client sends.

pub mod cost;
mod measure;
mod scan;
#[cfg(test)]
mod tests;
mod typename;

pub use measure::measure;
pub use scan::scan;

use async_graphql::{Pos, ServerError};

use super::answer::{self, Code};

/// Brackets within one another, of any sort. The parser and everything behind it recurse.
pub const MAX_BRACKETS: usize = 64;
/// Tokens of a document.
pub const MAX_TOKENS: usize = 15_000;
/// Fields, inline fragments and spreads below one another: what a walk recurses into.
pub const MAX_NESTING: usize = 64;
/// Fields below one another within `__schema` and `__type`. The usual introspection query has 15.
pub const MAX_INTROSPECTION_DEPTH: usize = 20;
/// Objects that the introspection in a document returns, roughly. The usual query has about 200,000 by this reckoning.
pub const MAX_INTROSPECTION_COST: u64 = 1_000_000;
/// Fields at the root, after fragments are spread.
pub const MAX_ROOT_FIELDS: u64 = 100;
/// Operations of a document.
pub const MAX_OPERATIONS: usize = 50;
/// Variables of an operation.
pub const MAX_VARIABLES: usize = 100;
/// Directives in a document.
pub const MAX_DIRECTIVES: usize = 200;
/// Items of one list among the arguments and variables.
pub const MAX_LIST_ITEMS: usize = 1_000;
/// Lists and objects within one another in the variables.
pub const MAX_VALUE_DEPTH: usize = 32;

/// Refuses a figure above its bound.
fn within(what: &str, figure: u64, bound: u64, position: Option<Pos>) -> Result<(), ServerError> {
    if figure <= bound {
        return Ok(());
    }
    Err(answer::error(Code::LimitExceeded, format!("The document has {figure} {what}; {bound} is the most"), position))
}

/// Refuses what the rules of GraphQL forbid.
fn invalid(message: impl Into<String>, position: Option<Pos>) -> ServerError {
    answer::error(Code::ValidationFailed, message, position)
}
