//! Facets of connections: how many records of the whole list there are for each value of something.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::context::rows;
use super::error::{Result, bad_input};
use super::loader::FacetOf;
use super::record::int;
use crate::graph::facet::{Facet, Group};
use crate::graph::kinds;
use crate::graph::list::List;

/// How many records of a list have one value.
#[derive(SimpleObject)]
pub struct FacetCount {
    /// What the filter takes: a slug, a code, a value of the enum, a year. Null: the records that have none.
    value: Option<String>,
    /// What a person would call it.
    label: String,
    /// Number of records.
    count: i32,
}

/// A list whose records are counted.
pub struct Counted {
    list: Arc<List>,
    parent: i64,
    exclude_own: bool,
}

impl Counted {
    /// The list of one parent. With `exclude_own` each facet leaves out the filter's conditions on what it counts by.
    pub fn new(list: &Arc<List>, parent: i64, exclude_own: bool) -> Self {
        Self { list: Arc::clone(list), parent, exclude_own }
    }

    async fn groups(&self, ctx: &Context<'_>, facet: &'static Facet, first: Option<i32>) -> Result<Vec<FacetCount>> {
        let first = facet.most(first).map_err(bad_input)?;
        let list = Arc::new(facet.counted(&self.list, self.exclude_own));
        let asked = FacetOf { list, facet, first, parent: self.parent };
        let groups = rows(ctx)?.load_one(asked).await?.transpose()?.unwrap_or_default();
        Ok(groups.iter().map(|group| shown(facet, group)).collect())
    }
}

fn shown(facet: &Facet, group: &Group) -> FacetCount {
    FacetCount { value: group.value.clone(), label: facet.label(group).into_owned(), count: int(group.count) }
}

/// How many organisations of a list there are for each value of something, the largest groups first. The whole list
/// counts, all pages together, under the list's filter.
pub struct OrganisationFacets(pub Counted);

/// How many organisations of a list there are for each value of something, the largest groups first. The whole list
/// counts, all pages together, under the list's filter.
#[Object]
impl OrganisationFacets {
    /// By group of stakeholders.
    async fn stakeholder_group(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::ORGANISATION_BY_GROUP, None).await
    }

    /// By country of the address: ISO 3166-1 alpha-2 codes.
    async fn country(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::ORGANISATION_BY_COUNTRY, None).await
    }

    /// By issue that they treat: slugs. An organisation counts once for an issue, under however many headings.
    async fn issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::ORGANISATION_BY_ISSUE, first).await
    }
}

/// How many standards of a list there are for each value of something, the largest groups first. The whole list
/// counts, all pages together, under the list's filter.
pub struct StandardFacets(pub Counted);

/// How many standards of a list there are for each value of something, the largest groups first. The whole list
/// counts, all pages together, under the list's filter.
#[Object]
impl StandardFacets {
    /// By status.
    async fn status(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_STATUS, None).await
    }

    /// By type of document.
    async fn r#type(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_TYPE, None).await
    }

    /// By year of publication.
    async fn published_year(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_YEAR, None).await
    }

    /// By publisher: slugs. A standard with several publishers counts for each.
    async fn publisher(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_PUBLISHER, first).await
    }

    /// By issue: slugs. A standard on several issues counts for each.
    async fn issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_ISSUE, first).await
    }

    /// By subject: codes, with the title as label where it is known. A standard under several codes counts for each.
    async fn subject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.groups(ctx, &kinds::STANDARD_BY_SUBJECT, first).await
    }
}
