//! How much the atlas holds, once for each request.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::Rows;
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
