//! Facets of connections: how many records of the whole list there are for each value of something.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::context::rows;
use super::error::{Result, bad_input};
use super::loader::{FacetOf, Group};
use super::record::int;
use crate::graph::Type;
use crate::graph::facet::{By, Facet, MAX_GROUPS};
use crate::graph::kinds;
use crate::graph::list::{List, PageSize, limit};

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

/// What groups without a value are called.
const NONE: &str = "None";
/// Words that are written in another way than others.
const SPELT: [(&str, &str); 2] = [("RFC", "RFC"), ("NGOS_AND_ASSOCIATIONS", "NGOs and associations")];

/// A list whose records are counted.
pub struct Counted {
    list: Arc<List>,
    parent: i64,
    exclude_own: bool,
}

impl Counted {
    /// The list of one parent. With `exclude_own` each facet leaves out the filter's conditions on what it counts by.
    pub fn new(list: &List, parent: i64, exclude_own: bool) -> Self {
        let mut list = list.clone();
        list.forget_page();
        Self { list: Arc::new(list), parent, exclude_own }
    }

    async fn groups(&self, ctx: &Context<'_>, facet: &'static Facet, first: i64) -> Result<Vec<FacetCount>> {
        let mut list = Arc::clone(&self.list);
        if let (true, Some(filter)) = (self.exclude_own, &self.list.filter) {
            list = Arc::new(List { filter: Some(filter.without(facet)), ..(*self.list).clone() });
        }
        let asked = FacetOf { list, facet, first, parent: self.parent };
        let groups = rows(ctx)?.load_one(asked).await?.transpose()?.unwrap_or_default();
        Ok(groups.iter().map(|group| shown(facet, group)).collect())
    }

    async fn few(&self, ctx: &Context<'_>, facet: &'static Facet) -> Result<Vec<FacetCount>> {
        self.groups(ctx, facet, MAX_GROUPS).await
    }

    async fn largest(&self, ctx: &Context<'_>, facet: &'static Facet, first: Option<i32>) -> Result<Vec<FacetCount>> {
        self.groups(ctx, facet, limit("first", first, PageSize::USUAL).map_err(bad_input)?).await
    }
}

fn shown(facet: &Facet, group: &Group) -> FacetCount {
    let label = match (&group.value, &group.label, &facet.by) {
        (None, _, _) => NONE.to_owned(),
        (Some(code), _, By::Column(column)) if column.ty == Type::Text => words_of(code),
        (Some(value), label, _) => label.clone().unwrap_or_else(|| value.clone()),
    };
    FacetCount { value: group.value.clone(), label, count: int(group.count) }
}

/// The value of an enum in words: `UNDER_DEVELOPMENT` is "Under development".
fn words_of(code: &str) -> String {
    if let Some((_, words)) = SPELT.iter().find(|(spelt, _)| *spelt == code) {
        return (*words).to_owned();
    }
    let mut words = code.replace('_', " ").to_lowercase();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
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
        self.0.few(ctx, &kinds::ORGANISATION_BY_GROUP).await
    }

    /// By country of the address: ISO 3166-1 alpha-2 codes.
    async fn country(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.few(ctx, &kinds::ORGANISATION_BY_COUNTRY).await
    }

    /// By issue that they treat: slugs. An organisation counts once for an issue, under however many headings.
    async fn issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.largest(ctx, &kinds::ORGANISATION_BY_ISSUE, first).await
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
        self.0.few(ctx, &kinds::STANDARD_BY_STATUS).await
    }

    /// By type of document.
    async fn r#type(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.few(ctx, &kinds::STANDARD_BY_TYPE).await
    }

    /// By year of publication.
    async fn published_year(&self, ctx: &Context<'_>) -> Result<Vec<FacetCount>> {
        self.0.few(ctx, &kinds::STANDARD_BY_YEAR).await
    }

    /// By publisher: slugs. A standard with several publishers counts for each.
    async fn publisher(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.largest(ctx, &kinds::STANDARD_BY_PUBLISHER, first).await
    }

    /// By issue: slugs. A standard on several issues counts for each.
    async fn issue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.largest(ctx, &kinds::STANDARD_BY_ISSUE, first).await
    }

    /// By subject: codes, with the title as label where it is known. A standard under several codes counts for each.
    async fn subject(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many groups, 100 at most.", default = 20)] first: Option<i32>,
    ) -> Result<Vec<FacetCount>> {
        self.0.largest(ctx, &kinds::STANDARD_BY_SUBJECT, first).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_enums_have_words() {
        for (code, words) in [
            ("UNDER_DEVELOPMENT", "Under development"),
            ("RFC", "RFC"),
            ("NGOS_AND_ASSOCIATIONS", "NGOs and associations"),
            ("", ""),
        ] {
            assert_eq!(words_of(code), words);
        }
    }
}
