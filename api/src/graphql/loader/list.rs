//! The one batched read behind every connection, and its counts.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use sea_orm::{DbErr, QueryResult};

use super::{Columns, Rows};
use crate::graph::cursor::Cursor;
use crate::graph::list::List;
use crate::graph::{OrderBy, Scalar, Type};
use crate::graphql::error::ApiError;

/// One page of one parent's list. Roots have the parent 0.
pub struct ListOf<N, E> {
    list: Arc<List>,
    parent: i64,
    rows: PhantomData<fn() -> (N, E)>,
}

/// The number of all rows of one parent's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOf {
    pub list: Arc<List>,
    pub parent: i64,
}

/// A page as it was read.
#[derive(Debug)]
pub struct Slice<N, E> {
    pub rows: Vec<Row<N, E>>,
    pub has_next: bool,
    pub has_previous: bool,
}

/// A record in a page; missing where a link leads to what the atlas does not hold.
#[derive(Debug)]
pub struct Row<N, E> {
    pub record: Option<Arc<N>>,
    pub edge: Arc<E>,
    pub cursor: Cursor,
}

impl<N, E> ListOf<N, E> {
    pub fn new(list: Arc<List>, parent: i64) -> Self {
        Self { list, parent, rows: PhantomData }
    }
}

// Derived, these would ask the same of `N` and `E`.
impl<N, E> Clone for ListOf<N, E> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.list), self.parent)
    }
}
impl<N, E> PartialEq for ListOf<N, E> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.list == other.list
    }
}
impl<N, E> Eq for ListOf<N, E> {}
impl<N, E> std::hash::Hash for ListOf<N, E> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.list.hash(state);
    }
}

impl<N, E> Default for Slice<N, E> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_next: false, has_previous: false }
    }
}

impl<N: Columns, E: Columns> Loader<ListOf<N, E>> for Rows {
    type Value = Arc<Slice<N, E>>;
    type Error = ApiError;

    async fn load(&self, keys: &[ListOf<N, E>]) -> Result<HashMap<ListOf<N, E>, Self::Value>, ApiError> {
        let mut loaded = HashMap::with_capacity(keys.len());
        for (list, parents) in by_list(keys.iter().map(|key| (&key.list, key.parent))) {
            for (parent, slice) in self.page(list, &parents).await? {
                loaded.insert(ListOf::new(Arc::clone(list), parent), Arc::new(slice));
            }
        }
        Ok(loaded)
    }
}

impl Loader<CountOf> for Rows {
    type Value = i64;
    type Error = ApiError;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>, ApiError> {
        let mut loaded = HashMap::with_capacity(keys.len());
        for (list, parents) in by_list(keys.iter().map(|key| (&key.list, key.parent))) {
            for row in self.read(&list.count_statement(&parents, self.backend())).await? {
                let key = CountOf { list: Arc::clone(list), parent: row.try_get("", "parent")? };
                loaded.insert(key, row.try_get("", "count")?);
            }
        }
        Ok(loaded)
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
    async fn page<N: Columns, E: Columns>(
        &self,
        list: &List,
        parents: &[i64],
    ) -> Result<HashMap<i64, Slice<N, E>>, ApiError> {
        let mut slices: HashMap<i64, Slice<N, E>> = HashMap::with_capacity(parents.len());
        for row in self.read(&list.statement(parents, self.backend())).await? {
            let (before, after) = (row.try_get("", "up_to_after")?, row.try_get("", "from_before")?);
            let slice = slices.entry(row.try_get("", "parent")?).or_default();
            (slice.has_previous, slice.has_next) = (before, after);
            if let Some(row) = read_row(list, &row)? {
                slice.rows.push(row);
            }
        }
        for slice in slices.values_mut() {
            slice.cut(list);
        }
        Ok(slices)
    }
}

impl<N, E> Slice<N, E> {
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
fn read_row<N: Columns, E: Columns>(list: &List, row: &QueryResult) -> Result<Option<Row<N, E>>, DbErr> {
    let values: Vec<_> =
        list.order.iter().enumerate().map(|term| read_term(term, row)).collect::<Result<_, DbErr>>()?;
    if values.last().is_none_or(Option::is_none) {
        return Ok(None);
    }
    let record = match row.try_get::<Option<i64>>("", "c_id")? {
        Some(_) => Some(Arc::new(N::from_query_result(row, "c_")?)),
        None => None,
    };
    Ok(Some(Row { record, edge: Arc::new(E::from_query_result(row, "e_")?), cursor: Cursor(values) }))
}

fn read_term((position, term): (usize, &OrderBy), row: &QueryResult) -> Result<Option<Scalar>, DbErr> {
    let name = format!("k{position}");
    Ok(match term.column.ty {
        Type::Text | Type::List => row.try_get::<Option<String>>("", &name)?.map(Scalar::Text),
        Type::Int | Type::Time | Type::Key => row.try_get::<Option<i64>>("", &name)?.map(Scalar::Int),
        Type::Bool => row.try_get::<Option<bool>>("", &name)?.map(Scalar::Bool),
    })
}
