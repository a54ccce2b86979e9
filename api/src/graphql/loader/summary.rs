//! How much the atlas holds, and how far its log had got at a moment; once for each request.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query};
use sea_orm::{DbErr, QueryResult};

use super::Rows;
use crate::graph::moment::{Moment, Past};
use crate::graph::statement::Tables;
use crate::graph::summary::{Summary, reach, statement};
use crate::graphql::error::ApiError;

/// The log's head and the number of records of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SummaryOf;

impl Loader<SummaryOf> for Rows {
    type Value = Summary;
    type Error = ApiError;

    async fn load(&self, _: &[SummaryOf]) -> Result<HashMap<SummaryOf, Summary>, ApiError> {
        Ok(HashMap::from([(SummaryOf, Summary::read(&self.read(&statement()).await?)?)]))
    }
}

/// How far the log had got at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReachAt(pub i64);

/// How far the log had got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The last entry; 0 before the first.
    pub sequence: i64,
    /// Whether the moment is over by the log's own time, which may run ahead of this process's clock.
    pub passed: bool,
}

impl Loader<ReachAt> for Rows {
    type Value = Reach;
    type Error = ApiError;

    async fn load(&self, asked: &[ReachAt]) -> Result<HashMap<ReachAt, Reach>, ApiError> {
        let moments: Vec<i64> = asked.iter().map(|asked| asked.0).collect();
        let moment = || Expr::col(("keys", "value"));
        // PostgreSQL would look for a later entry from the beginning of the log.
        let mut newest = Query::select();
        newest.expr(Expr::col(("change", "at")).max()).from("change");
        let mut query = Query::select();
        query
            .expr_as(moment(), "at")
            .expr_as(Expr::SubQuery(None, Box::new(reach(moment()).into())), "sequence")
            .expr_as(Expr::SubQuery(None, Box::new(newest.into())), "newest")
            .from("keys")
            .with_cte(Tables::at(Moment::Now, self.backend()).with_keys(&moments));
        let rows = self.read(&query).await?;
        let read = |row: &QueryResult| {
            let sequence = row.try_get::<Option<i64>>("", "sequence")?.unwrap_or_default();
            let at: i64 = row.try_get("", "at")?;
            let passed = row.try_get::<Option<i64>>("", "newest")?.is_some_and(|newest| at <= newest);
            Ok((ReachAt(at), Reach { sequence, passed }))
        };
        Ok(rows.iter().map(read).collect::<Result<_, DbErr>>()?)
    }
}

/// Whether the atlas stood so: after a whole write that had been made by then, or before the first. Found where it did;
/// then whether the moment is over by the log's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Happened(pub Past);

impl Loader<Happened> for Rows {
    type Value = bool;
    type Error = ApiError;

    async fn load(&self, asked: &[Happened]) -> Result<HashMap<Happened, bool>, ApiError> {
        let sequences: Vec<i64> = asked.iter().map(|asked| asked.0.sequence).collect();
        let column = |table: &'static str, name: &'static str| Expr::col((table, name));
        let next = column("next", "sequence").eq(column("change", "sequence").add(1));
        let same_write = column("next", "at").equals(("change", "at"));
        let mut newest = Query::select();
        newest.expr(Expr::col("at").max()).from("change");
        let mut query = Query::select();
        query
            .expr_as(column("keys", "value"), "sequence")
            .expr_as(column("change", "at"), "at")
            .expr_as(Expr::SubQuery(None, Box::new(newest.into())), "newest")
            .from("keys")
            .join(JoinType::LeftJoin, "change", column("change", "sequence").equals(("keys", "value")))
            .join_as(JoinType::LeftJoin, "change", "next", next.and(same_write))
            .and_where(column("next", "sequence").is_null())
            .with_cte(Tables::at(Moment::Now, self.backend()).with_keys(&sequences));
        let mut whole: HashMap<i64, (Option<i64>, Option<i64>)> = HashMap::new();
        for row in self.read(&query).await? {
            whole.insert(row.try_get("", "sequence")?, (row.try_get("", "at")?, row.try_get("", "newest")?));
        }
        let happened = |asked: &Happened| {
            let (at, newest) = whole.get(&asked.0.sequence)?;
            let by_then = asked.0.sequence == 0 || at.is_some_and(|at| at <= asked.0.at);
            by_then.then_some((*asked, newest.is_some_and(|newest| asked.0.at <= newest)))
        };
        Ok(asked.iter().filter_map(happened).collect())
    }
}
