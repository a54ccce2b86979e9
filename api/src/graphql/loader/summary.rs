//! How much the atlas holds, in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::vocabulary::RecordKind;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveEnum, Iterable};

use super::Rows;
use crate::graphql::error::ApiError;

/// The log's head and the number of records of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SummaryOf;

#[derive(Clone, Debug, Default)]
pub struct Summary {
    pub sequence: i64,
    pub at: i64,
    /// In the order of the kinds, those without records included.
    pub counts: Vec<(RecordKind, i64)>,
}

impl Loader<SummaryOf> for Rows {
    type Value = Summary;
    type Error = ApiError;

    async fn load(&self, _: &[SummaryOf]) -> Result<HashMap<SummaryOf, Summary>, ApiError> {
        let mut query = Query::select();
        query
            .columns([("log_head", "sequence"), ("log_head", "at")])
            .column(("record", "kind"))
            .expr_as(Expr::col(("record", "kind")).count(), "count")
            .from("log_head")
            .left_join("record", Expr::cust("TRUE"))
            .group_by_columns([("log_head", "sequence"), ("log_head", "at")])
            .group_by_col(("record", "kind"));
        let mut summary = Summary::default();
        let mut counts: HashMap<String, i64> = HashMap::new();
        for row in self.read(&query).await? {
            (summary.sequence, summary.at) = (row.try_get("", "sequence")?, row.try_get("", "at")?);
            if let Some(kind) = row.try_get::<Option<String>>("", "kind")? {
                counts.insert(kind, row.try_get("", "count")?);
            }
        }
        summary.counts =
            RecordKind::iter().map(|kind| (kind, counts.get(&kind.to_value()).copied().unwrap_or_default())).collect();
        Ok(HashMap::from([(SummaryOf, summary)]))
    }
}
