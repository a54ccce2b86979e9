//! The atlas as a whole: how much it holds and what its newest change is.

use async_graphql::{Context, Object, SimpleObject};

use super::context::rows;
use super::error::Result;
use super::loader::SummaryOf;
use super::record::int;
use super::record::vocabulary::RecordKind;
use super::scalars::DateTime;
use crate::graph::cursor::revision_text;
use crate::graph::summary::Summary;

/// The atlas itself.
pub struct Atlas;

/// The atlas itself.
#[Object]
impl Atlas {
    /// Version of the service.
    async fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    /// Position of the newest change in the log: digits of fixed width, so that text order is log order.
    async fn revision(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(revision_text(summary(ctx).await?.sequence))
    }

    /// Number of records of each of the nine kinds.
    async fn record_counts(&self, ctx: &Context<'_>) -> Result<Vec<KindCount>> {
        let counts = summary(ctx).await?.counts;
        Ok(counts.into_iter().map(|(kind, count)| KindCount::new(kind, count)).collect())
    }

    /// When the newest change was made; the beginning of 1970 before the first one.
    async fn updated_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(summary(ctx).await?.at))
    }
}

async fn summary(ctx: &Context<'_>) -> Result<Summary> {
    Ok(rows(ctx)?.load_one(SummaryOf).await?.unwrap_or_default())
}

impl KindCount {
    /// So many records of a kind.
    pub fn new(kind: entity::vocabulary::RecordKind, count: i64) -> Self {
        Self { kind: kind.into(), count: int(count) }
    }
}

/// How many records of a kind there are.
#[derive(SimpleObject)]
pub struct KindCount {
    /// The kind.
    kind: RecordKind,
    /// Number of records.
    count: i32,
}
