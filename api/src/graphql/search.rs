//! Full-text search across all kinds of record.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use futures_util::future::try_join_all;
use sea_orm::ActiveEnum;

use super::atlas::KindCount;
use super::connection::PageInfo;
use super::context::{cursor_key, rows};
use super::error::{ApiError, Result, bad_input, internal};
use super::loader::{KindsFound, Match, PageFound, SearchFor, TextsOf};
use super::node::{AtlasRecord, find_record};
use super::record::int;
use super::record::partner::names;
use super::record::vocabulary::RecordKind;
use crate::graph::cursor::{Cursor, CursorKey};
use crate::graph::kinds;
use crate::graph::list::{PageSize, limit};
use crate::graph::moment::Moment;
use crate::graph::search::find::{Found, Search};
use crate::graph::search::highlight::fragments;

/// One page of what a search finds.
pub struct SearchConnection {
    found: Arc<Found>,
    matches: Arc<Vec<Match>>,
}

/// A record that a search found.
pub struct SearchEdge {
    found: Arc<Found>,
    matched: Match,
    node: AtlasRecord,
}

/// Where the words of a search stand in one field.
#[derive(SimpleObject)]
pub struct SearchHighlight {
    /// The field of the record.
    field: String,
    /// At most three pieces of its text, as HTML: matches in `<mark>`, all else escaped, "…" where it was cut.
    fragments: Vec<String>,
}

/// Most pieces of one field.
const MAX_FRAGMENTS: usize = 3;

/// Searches for a text.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn search(
    ctx: &Context<'_>,
    query: String,
    kinds: Option<Vec<RecordKind>>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<SearchConnection> {
    let limit = limit("first", first, PageSize::USUAL).map_err(bad_input)?;
    let kinds = kinds.map(|kinds| names(&kinds));
    let search = Search::read(&query).map_err(|words| bad_input(format!("`query` {words}")))?;
    let text = search.query.text();
    let after = after.map(|after| read_cursor(&after, text, kinds.as_ref(), cursor_key(ctx)?)).transpose()?;
    let (after, near) = after.unzip();
    let search = rows(ctx)?.load_one(SearchFor { search, kind: None, near }).await?.transpose()?;
    let search = search.ok_or_else(|| internal("a search was not answered"))?;
    let found = Arc::new(Found { search: (*search).clone(), kinds, limit, after });
    let matches =
        if found.search.is_empty() { None } else { rows(ctx)?.load_one(PageFound(Arc::clone(&found))).await? };
    Ok(SearchConnection { found, matches: matches.unwrap_or_default() })
}

fn read_cursor(cursor: &str, text: &str, kinds: Option<&Vec<String>>, key: &CursorKey) -> Result<(Cursor, bool)> {
    Found::read_cursor(cursor, text, kinds, key).ok_or_else(|| {
        bad_input("`after` is not a cursor of this search: take it from `pageInfo` or an edge, with the same `query` and `kinds`")
    })
}

impl SearchConnection {
    /// The matches of the page, without the one more that was read.
    fn page(&self) -> &[Match] {
        let limit = usize::try_from(self.found.limit).unwrap_or_default();
        self.matches.get(..limit).unwrap_or(&self.matches)
    }

    async fn counts(&self, ctx: &Context<'_>) -> Result<Arc<Vec<(entity::vocabulary::RecordKind, i64)>>> {
        if self.found.search.is_empty() {
            return Ok(Arc::default());
        }
        let whole = Found { limit: 0, after: None, ..(*self.found).clone() };
        Ok(rows(ctx)?.load_one(KindsFound(Arc::new(whole))).await?.unwrap_or_default())
    }
}

/// One page of what a search finds, the best matches first: what is known by exactly the text; then records with all
/// words in their label, in their other names, in their title, anywhere. Go on with `after: endCursor`.
#[Object]
impl SearchConnection {
    /// The entries.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<SearchEdge>> {
        let edges = self.page().iter().map(|matched| async {
            let node = find_record(ctx, matched.kind, matched.key, Moment::Now).await?;
            // A record may be deleted between two statements.
            Ok::<_, ApiError>(node.map(|node| SearchEdge {
                found: Arc::clone(&self.found),
                matched: matched.clone(),
                node,
            }))
        });
        let edges: Vec<Option<SearchEdge>> = try_join_all(edges).await?;
        Ok(edges.into_iter().flatten().collect())
    }

    /// The records, in the same order.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<AtlasRecord>> {
        let nodes = self.page().iter().map(|matched| find_record(ctx, matched.kind, matched.key, Moment::Now));
        let nodes: Vec<Option<AtlasRecord>> = try_join_all(nodes).await?;
        Ok(nodes.into_iter().flatten().collect())
    }

    /// Where this page stands in all that was found.
    async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        let key = cursor_key(ctx)?;
        let cursor = |matched: &Match| cursor_text(&self.found, matched, key);
        Ok(PageInfo {
            has_next_page: self.matches.len() > self.page().len(),
            has_previous_page: self.found.after.is_some(),
            start_cursor: self.page().first().map(cursor),
            end_cursor: self.page().last().map(cursor),
        })
    }

    /// Number of records found, all pages together. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(int(self.counts(ctx).await?.iter().map(|(_, count)| count).sum()))
    }

    /// Number of records found of each kind, of which there are any, all pages together. Counted only when asked for.
    async fn kinds(&self, ctx: &Context<'_>) -> Result<Vec<KindCount>> {
        Ok(self.counts(ctx).await?.iter().map(|(kind, count)| KindCount::new(*kind, *count)).collect())
    }
}

/// A record that a search found.
#[Object]
impl SearchEdge {
    /// Position of this entry: give it as `after` to go on from here.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(cursor_text(&self.found, &self.matched, cursor_key(ctx)?))
    }

    /// How well the record matches: 1 where it is known by exactly the text, 0.8 for all words in its label, 0.6 in its
    /// other names too, 0.4 in its title, 0.2 anywhere; 0.1 less where the last word is only the beginning of one; half of
    /// it where words were taken for others since nothing held those that were typed. It depends on the query and the
    /// record alone.
    async fn score(&self) -> f64 {
        self.found.search.score(self.matched.rank)
    }

    /// Where the words stand, field by field; fields without a match are left out. `issues` are the organisation's words
    /// on issues, `subjects` and `otherIdentifiers` those of the standard.
    async fn highlights(&self, ctx: &Context<'_>) -> Result<Vec<SearchHighlight>> {
        highlights(ctx, self).await
    }

    /// The record.
    async fn node(&self) -> &AtlasRecord {
        &self.node
    }
}

fn cursor_text(found: &Found, matched: &Match, key: &CursorKey) -> String {
    Found::cursor_text(&found.search, found.kinds.as_ref(), &matched.cursor, key)
}

async fn highlights(ctx: &Context<'_>, edge: &SearchEdge) -> Result<Vec<SearchHighlight>> {
    let kind = kinds::by_code(&edge.matched.kind.to_value()).ok_or_else(|| internal("a record of an unknown kind"))?;
    let texts = rows(ctx)?.load_one(TextsOf { kind, key: edge.matched.key }).await?.unwrap_or_default();
    let mut highlights: Vec<SearchHighlight> = Vec::new();
    for text in &texts.texts {
        let found = fragments(&text.value, text.language, &edge.found.search.query);
        if found.is_empty() {
            continue;
        }
        match highlights.iter_mut().find(|highlight| highlight.field == text.field) {
            Some(highlight) => highlight.fragments.extend(found),
            None => highlights.push(SearchHighlight { field: text.field.clone(), fragments: found }),
        }
    }
    for highlight in &mut highlights {
        highlight.fragments.truncate(MAX_FRAGMENTS);
    }
    Ok(highlights)
}
