//! The one batched read behind every connection, and its counts.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::join_all;
use sea_orm::{DbErr, QueryResult};

use super::row::grouped;
use super::{AnyRow, Columns, Reader, Rows, read_as};
use crate::graph::cursor::Cursor;
use crate::graph::facet::{Facet, Group};
use crate::graph::list::List;
use crate::graph::{OrderBy, Scalar, Type};
use crate::graphql::error::ApiError;

/// One page of one parent's list. Roots have the parent 0. The list's source decides what its rows are, so keys are
/// equal where list and parent are.
#[derive(Clone)]
pub struct ListOf {
    list: Arc<List>,
    parent: i64,
    record: Reader,
    edge: Reader,
}

/// The number of all rows of one parent's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOf {
    pub list: Arc<List>,
    pub parent: i64,
}

/// The groups of a facet of one parent's whole list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FacetOf {
    pub list: Arc<List>,
    pub facet: &'static Facet,
    pub first: i64,
    pub parent: i64,
}

/// A page as it was read.
#[derive(Debug, Default)]
pub struct Slice {
    pub rows: Vec<Row>,
    pub has_next: bool,
    pub has_previous: bool,
}

/// A record in a page; missing where a link leads to what the atlas does not hold.
#[derive(Debug)]
pub struct Row {
    pub record: Option<AnyRow>,
    pub edge: AnyRow,
    pub cursor: Cursor,
}

impl ListOf {
    /// The page of a list whose records and edges are read as `N` and `E`.
    pub fn new<N: Columns, E: Columns>(list: Arc<List>, parent: i64) -> Self {
        Self { list, parent, record: read_as::<N>, edge: read_as::<E> }
    }
}

impl PartialEq for ListOf {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.list == other.list
    }
}
impl Eq for ListOf {}
impl std::hash::Hash for ListOf {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.list.hash(state);
    }
}

// The lists of one level share a batch. A list that fails is its own keys' value, so that it leaves the others theirs.
impl Loader<ListOf> for Rows {
    type Value = Result<Arc<Slice>, ApiError>;
    type Error = ApiError;

    async fn load(&self, keys: &[ListOf]) -> Result<HashMap<ListOf, Self::Value>, ApiError> {
        let mut lists: HashMap<&Arc<List>, Vec<&ListOf>> = HashMap::new();
        for key in keys {
            lists.entry(&key.list).or_default().push(key);
        }
        let pages = lists.into_values().map(|keys| async move {
            let parents: Vec<i64> = keys.iter().map(|key| key.parent).collect();
            let mut slices = self.page(keys[0], &parents).await;
            let mut value = |key: &ListOf| match &mut slices {
                Ok(slices) => slices.remove(&key.parent).map(|slice| Ok(Arc::new(slice))),
                Err(error) => Some(Err(error.clone())),
            };
            keys.into_iter().filter_map(|key| Some((key.clone(), value(key)?))).collect::<Vec<_>>()
        });
        Ok(join_all(pages).await.into_iter().flatten().collect())
    }
}

impl Loader<CountOf> for Rows {
    type Value = Result<i64, ApiError>;
    type Error = ApiError;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, Self::Value>, ApiError> {
        let mut loaded = HashMap::with_capacity(keys.len());
        for (list, parents) in by_list(keys.iter().map(|key| (&key.list, key.parent))) {
            let key = |parent| CountOf { list: Arc::clone(list), parent };
            match self.counts(list, &parents).await {
                Ok(counts) => loaded.extend(counts.into_iter().map(|(parent, count)| (key(parent), Ok(count)))),
                Err(error) => loaded.extend(parents.into_iter().map(|parent| (key(parent), Err(error.clone())))),
            }
        }
        Ok(loaded)
    }
}

impl Loader<FacetOf> for Rows {
    type Value = Result<Arc<Vec<Group>>, ApiError>;
    type Error = ApiError;

    async fn load(&self, keys: &[FacetOf]) -> Result<HashMap<FacetOf, Self::Value>, ApiError> {
        let facets = grouped(keys, |key| (Arc::clone(&key.list), key.facet, key.first)).into_iter();
        let counted = facets.map(|((list, facet, first), keys)| async move {
            let parents: Vec<i64> = keys.iter().map(|key| key.parent).collect();
            let groups = self.groups(&list, facet, first, &parents).await.map(|groups| {
                groups.into_iter().map(|(parent, groups)| (parent, Arc::new(groups))).collect::<HashMap<_, _>>()
            });
            let value = |key: &FacetOf| match &groups {
                Ok(groups) => Ok(groups.get(&key.parent).cloned().unwrap_or_default()),
                Err(error) => Err(error.clone()),
            };
            keys.into_iter().map(|key| (key.clone(), value(key))).collect::<Vec<_>>()
        });
        Ok(join_all(counted).await.into_iter().flatten().collect())
    }
}

/// The parents of each list; several where a document asks for one field in several ways.
fn by_list<'a>(keys: impl Iterator<Item = (&'a Arc<List>, i64)>) -> HashMap<&'a Arc<List>, Vec<i64>> {
    let mut lists: HashMap<&Arc<List>, Vec<i64>> = HashMap::new();
    for (list, parent) in keys {
        lists.entry(list).or_default().push(parent);
    }
    lists
}

impl Rows {
    async fn groups(
        &self,
        list: &List,
        facet: &'static Facet,
        first: i64,
        parents: &[i64],
    ) -> Result<HashMap<i64, Vec<Group>>, ApiError> {
        let is_number = facet.ty() == Type::Int;
        let text = |row: &QueryResult, name: &str| -> Result<Option<String>, DbErr> {
            if is_number {
                return Ok(row.try_get::<Option<i64>>("", name)?.map(|number| number.to_string()));
            }
            row.try_get("", name)
        };
        let group = |row: &QueryResult| {
            Ok(Group { value: text(row, "value")?, label: text(row, "label")?, count: row.try_get("", "count")? })
        };
        let statement = list.facet_statement(facet, first, parents, self.backend());
        self.read_by_parent(&statement, |row| row.try_get("", "parent"), group).await
    }

    async fn counts(&self, list: &List, parents: &[i64]) -> Result<Vec<(i64, i64)>, ApiError> {
        let rows = self.read(&list.count_statement(parents, self.backend())).await?;
        rows.iter().map(|row| Ok((row.try_get("", "parent")?, row.try_get("", "count")?))).collect()
    }

    async fn page(&self, key: &ListOf, parents: &[i64]) -> Result<HashMap<i64, Slice>, ApiError> {
        let mut slices: HashMap<i64, Slice> = HashMap::with_capacity(parents.len());
        for row in self.read(&key.list.statement(parents, self.backend())).await? {
            let (before, after) = (row.try_get("", "up_to_after")?, row.try_get("", "from_before")?);
            let slice = slices.entry(row.try_get("", "parent")?).or_default();
            (slice.has_previous, slice.has_next) = (before, after);
            if let Some(row) = read_row(key, &row)? {
                slice.rows.push(row);
            }
        }
        for slice in slices.values_mut() {
            slice.cut(&key.list);
        }
        Ok(slices)
    }
}

impl Slice {
    /// Turns the one row more than asked into what it says, and a page from the end the right way round.
    fn cut(&mut self, list: &List) {
        let limit = usize::try_from(list.page.limit).unwrap_or_default();
        let more = self.rows.len() > limit;
        self.rows.truncate(limit);
        if list.page.backward {
            self.rows.reverse();
            self.has_previous |= more;
        } else {
            self.has_next |= more;
        }
    }
}

/// A row of a page; none where the parent has no rows.
fn read_row(key: &ListOf, row: &QueryResult) -> Result<Option<Row>, DbErr> {
    let order = key.list.order.iter().enumerate();
    let values: Vec<_> = order.map(|term| read_term(term, row)).collect::<Result<_, DbErr>>()?;
    if values.last().is_none_or(Option::is_none) {
        return Ok(None);
    }
    let record_key = format!("c_{}", key.list.source.kind().key().name);
    let is_there = row.try_get::<Option<i64>>("", &record_key)?.is_some();
    let record = is_there.then(|| (key.record)(row, "c_")).transpose()?;
    Ok(Some(Row { record, edge: (key.edge)(row, "e_")?, cursor: Cursor(values) }))
}

fn read_term((position, term): (usize, &OrderBy), row: &QueryResult) -> Result<Option<Scalar>, DbErr> {
    Scalar::read(row, &format!("k{position}"), term.column.ty)
}
