//! What a resolver may ask of its request.

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;

use super::connection::Node;
use super::error::{Result, internal};
use super::loader::{ByKey, ReachAt, Rows, typed};
use crate::app::Clock;
use crate::graph::cursor::CursorKey;
use crate::graph::moment::{Moment, Past};

/// The request's batched reads.
///
/// # Errors
/// Where the request was made without them.
pub fn rows<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<Rows>> {
    ctx.data::<DataLoader<Rows>>().map_err(|error| internal(error.message))
}

/// The key that signs cursors.
///
/// # Errors
/// Where the request was made without it.
pub fn cursor_key<'a>(ctx: &Context<'a>) -> Result<&'a CursorKey> {
    ctx.data::<CursorKey>().map_err(|error| internal(error.message))
}

/// What time it is, in microseconds since 1970 in UTC.
///
/// # Errors
/// Where the request was made without a clock.
pub fn now(ctx: &Context<'_>) -> Result<i64> {
    ctx.data::<Clock>().map(Clock::now).map_err(|error| internal(error.message))
}

/// The state of the atlas at a moment; none where the moment is still to come.
///
/// # Errors
/// What the database or a limit says.
pub async fn reach(ctx: &Context<'_>, at: i64) -> Result<Option<Past>> {
    let now = now(ctx)?;
    let reach = rows(ctx)?.load_one(ReachAt(at)).await?;
    Ok(reach.and_then(|reach| reach.past(now)))
}

/// The record of a kind with this key, where there is one.
///
/// # Errors
/// What the database or a limit says.
pub async fn find<N: Node>(ctx: &Context<'_>, moment: Moment, key: Option<i64>) -> Result<Option<N>> {
    let Some(key) = key else { return Ok(None) };
    let row = rows(ctx)?.load_one(ByKey::of::<N>(key, moment)).await?;
    row.map(|row| Ok(N::show(typed(row?)?, moment))).transpose()
}
