//! How much the atlas holds, and how far its log had got at a moment; once for each request.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{DbErr, QueryResult};

use super::Rows;
use crate::graph::statement::key_values;
use crate::graph::summary::{End, Reach, Summary, ends_of_writes, reaches, statement};
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

impl Loader<ReachAt> for Rows {
    type Value = Reach;
    type Error = ApiError;

    async fn load(&self, asked: &[ReachAt]) -> Result<HashMap<ReachAt, Reach>, ApiError> {
        let moments: Vec<i64> = asked.iter().map(|asked| asked.0).collect();
        let keys = key_values(&moments, self.backend());
        let rows = self.read(&reaches(keys, self.backend())).await?;
        let read = |row: &QueryResult| {
            let at: i64 = row.try_get("", "at")?;
            Ok((ReachAt(at), Reach::new(at, row.try_get("", "sequence")?, row.try_get("", "newest")?)))
        };
        Ok(rows.iter().map(read).collect::<Result<_, DbErr>>()?)
    }
}

/// When the entry of the log was made that a state follows; none where it does not end a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EndOf(pub i64);

impl Loader<EndOf> for Rows {
    type Value = End;
    type Error = ApiError;

    async fn load(&self, asked: &[EndOf]) -> Result<HashMap<EndOf, End>, ApiError> {
        let sequences: Vec<i64> = asked.iter().map(|asked| asked.0).collect();
        let keys = key_values(&sequences, self.backend());
        let rows = self.read(&ends_of_writes(keys, self.backend())).await?;
        let read = |row: &QueryResult| {
            let end = End { at: row.try_get("", "at")?, newest: row.try_get("", "newest")? };
            Ok((EndOf(row.try_get("", "sequence")?), end))
        };
        Ok(rows.iter().map(read).collect::<Result<_, DbErr>>()?)
    }
}
