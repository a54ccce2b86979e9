//! How much the atlas holds, and how far its log had got at a moment; once for each request.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use super::Rows;
use crate::graph::moment::Moment;
use crate::graph::statement::Tables;
use crate::graph::summary::{Summary, statement};
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

/// The last entry of the log at a moment; 0 before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SequenceAt(pub i64);

impl Loader<SequenceAt> for Rows {
    type Value = i64;
    type Error = ApiError;

    async fn load(&self, asked: &[SequenceAt]) -> Result<HashMap<SequenceAt, i64>, ApiError> {
        let moments: Vec<i64> = asked.iter().map(|asked| asked.0).collect();
        let moment = || Expr::col(("keys", "value"));
        let mut last = Query::select();
        last.column("sequence")
            .from("change")
            .and_where(Expr::col(("change", "at")).lte(moment()))
            .order_by(("change", "at"), Order::Desc)
            .order_by(("change", "sequence"), Order::Desc)
            .limit(1);
        let mut query = Query::select();
        query
            .expr_as(moment(), "at")
            .expr_as(Expr::SubQuery(None, Box::new(last.into())), "sequence")
            .from("keys")
            .with_cte(Tables::at(Moment::Now, self.backend()).with_keys(&moments));
        let rows = self.read(&query).await?;
        let sequence = |row: &sea_orm::QueryResult| row.try_get::<Option<i64>>("", "sequence");
        let found = rows.iter().map(|row| Ok((SequenceAt(row.try_get("", "at")?), sequence(row)?.unwrap_or_default())));
        Ok(found.collect::<Result<_, sea_orm::DbErr>>()?)
    }
}
