//! Records as they were before a change, whole: their rows and those of their links, read from the twins.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use serde_json::Value;

use super::Rows;
use super::row::grouped;
use crate::graph::Kind;
use crate::graph::documents::{self, Asked, Whole};
use crate::graphql::error::ApiError;

/// A record as it was before an entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BeforeOf {
    pub kind: &'static Kind,
    pub key: i64,
    pub sequence: i64,
}

impl Loader<BeforeOf> for Rows {
    type Value = Arc<Value>;
    type Error = ApiError;

    async fn load(&self, asked: &[BeforeOf]) -> Result<HashMap<BeforeOf, Arc<Value>>, ApiError> {
        let kinds = grouped(asked, |asked| asked.kind).into_iter();
        let documents = kinds.map(|(kind, asked)| async move {
            let entries: Vec<(i64, i64)> = asked.iter().map(|asked| (asked.key, asked.sequence)).collect();
            let run = |statement| async move { self.read(&statement).await };
            documents::read(kind, Asked::BeforeEach(&entries), self.backend(), run).await
        });
        let records = try_join_all(documents).await?.into_iter().flatten();
        let before = |record: Whole| {
            let (key, sequence) = record.key;
            let document = Arc::new(record.document());
            Some((BeforeOf { kind: record.kind, key, sequence: sequence? }, document))
        };
        Ok(records.filter_map(before).collect())
    }
}
