//! Reads of single rows and of short lists that belong to a row, in batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{citation, country, issue, standard, standard_identifier, standard_subject};
use futures_util::future::join_all;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement, UnionType, WindowStatement,
    WithClause,
};
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use super::{AnyRow, Columns, Reader, Rows, read_as};
use crate::graph::predicate::{is_edition, is_published};
use crate::graph::statement::{Tables, key_values, keys, text_keys};
use crate::graph::{Column, Kind, Link, identifier, kinds};
use crate::graphql::connection::Node;
use crate::graphql::error::ApiError;

/// Longest way from an issue to its root.
const MAX_ANCESTORS: i32 = 32;

/// The row of a kind with this key.
#[derive(Clone)]
pub struct ByKey {
    kind: &'static Kind,
    key: i64,
    read: Reader,
}

/// The record of a kind with this slug, or that had it before a rename.
#[derive(Clone)]
pub struct BySlug {
    kind: &'static Kind,
    slug: String,
    read: Reader,
}

impl ByKey {
    /// The row that a type of the API shows.
    pub fn of<N: Node>(key: i64) -> Self {
        Self { kind: N::KIND, key, read: read_as::<N::Row> }
    }
}

impl BySlug {
    /// The record that a type of the API shows.
    pub fn of<N: Node>(slug: String) -> Self {
        Self { kind: N::KIND, slug, read: read_as::<N::Row> }
    }
}

macro_rules! equal_by {
    ($name:ident, $what:ident) => {
        // The kind decides what its rows are read as.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.kind == other.kind && self.$what == other.$what
            }
        }
        impl Eq for $name {}
        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.kind.hash(state);
                self.$what.hash(state);
            }
        }
    };
}
equal_by!(ByKey, key);
equal_by!(BySlug, slug);

/// The standard that a reference means: that with exactly this identifier, the undated one first; else the newest
/// published edition with this undated identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByIdentifier(pub String);

/// The country with this code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountryByCode(pub String);

/// The newest published edition of the document that this standard is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LatestEditionOf(pub i64);

/// The issues above an issue, root first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AncestorsOf(pub i64);

/// What a link between an organisation and an issue cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CitationsOfLink(pub i64);

/// A standard's classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubjectsOf(pub i64);

/// A standard's other identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdentifiersOf(pub i64);

// The kinds of one level share a batch. A kind that fails is its own keys' value, so that it leaves the others theirs.
impl Loader<ByKey> for Rows {
    type Value = Result<AnyRow, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[ByKey]) -> Result<HashMap<ByKey, Self::Value>, ApiError> {
        let kinds = by_kind(asked, |key| key.kind).map(|asked| async move {
            let parents: Vec<i64> = asked.iter().map(|asked| asked.key).collect();
            let mut query = one_row(asked[0].kind, Expr::col(("keys", "value")));
            query.with_cte(keys(&parents, self.backend()));
            shared(&asked, &self.any_rows(&query, key_of, asked[0].read).await, |asked| &asked.key)
        });
        Ok(join_all(kinds).await.into_iter().flatten().collect())
    }
}

impl Loader<BySlug> for Rows {
    type Value = Result<AnyRow, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[BySlug]) -> Result<HashMap<BySlug, Self::Value>, ApiError> {
        let kinds = by_kind(asked, |key| key.kind).map(|asked| async move {
            let slugs: Vec<String> = asked.iter().map(|asked| asked.slug.clone()).collect();
            let mut query = by_slug(asked[0].kind);
            query.with_cte(text_keys(&slugs, self.backend()));
            shared(&asked, &self.any_rows(&query, text_of, asked[0].read).await, |asked| &asked.slug)
        });
        Ok(join_all(kinds).await.into_iter().flatten().collect())
    }
}

/// The keys of each kind; none of the lists is empty.
fn by_kind<K>(keys: &[K], kind: impl Fn(&K) -> &'static Kind) -> impl Iterator<Item = Vec<&K>> {
    let mut kinds: HashMap<&'static Kind, Vec<&K>> = HashMap::new();
    for key in keys {
        kinds.entry(kind(key)).or_default().push(key);
    }
    kinds.into_values()
}

/// What each key was answered: its row, where there is one, or the failure of all.
fn shared<K: Clone, P: Eq + std::hash::Hash>(
    asked: &[&K],
    rows: &Result<HashMap<P, AnyRow>, ApiError>,
    part: fn(&K) -> &P,
) -> Vec<(K, Result<AnyRow, ApiError>)> {
    let value = |key: &K| match rows {
        Ok(rows) => rows.get(part(key)).cloned().map(Ok),
        Err(error) => Some(Err(error.clone())),
    };
    asked.iter().filter_map(|key| Some(((*key).clone(), value(key)?))).collect()
}

/// For each slug in `keys` the record that has it, or had it before a rename.
fn by_slug(kind: &'static Kind) -> SelectStatement {
    let slug = || Expr::col(("keys", "value"));
    let mut current = Query::select();
    current.column("id").from_as(kind.table, "c").and_where(Expr::col(("c", "slug")).eq(slug()));
    let mut former = Query::select();
    former
        .column("record_id")
        .from_as(kinds::SLUG_ALIAS.table, "f")
        .and_where(Expr::col(("f", "kind")).eq(kind.code))
        .and_where(Expr::col(("f", "slug")).eq(slug()));
    one_row(kind, first_of(current, former))
}

impl Loader<ByIdentifier> for Rows {
    type Value = Arc<standard::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[ByIdentifier]) -> Result<HashMap<ByIdentifier, Self::Value>, ApiError> {
        let asked_keys: Vec<String> = asked.iter().map(|wanted| identifier::key(&wanted.0)).collect();
        let key = || Expr::col(("keys", "value"));
        let mut exact = Query::select();
        exact
            .column("id")
            .from_as("standard", "e")
            .and_where(Expr::col(("e", "identifier_key")).eq(key()))
            .order_by(("e", "undated"), Order::Desc);
        let mut query = one_row(&kinds::STANDARD, first_of(newest(exact, "e"), newest_edition(key())));
        query.with_cte(text_keys(&asked_keys, self.backend()));
        let rows = self.single_rows::<_, standard::Model>(&query, text_of).await?;
        Ok(asked
            .iter()
            .zip(asked_keys)
            .filter_map(|(asked, key)| Some((asked.clone(), Arc::clone(rows.get(&key)?))))
            .collect())
    }
}

impl Loader<CountryByCode> for Rows {
    type Value = Arc<country::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[CountryByCode]) -> Result<HashMap<CountryByCode, Self::Value>, ApiError> {
        let by_code = Query::select()
            .column("id")
            .from_as("country", "c")
            .and_where(Expr::col(("c", "code")).eq(Expr::col(("keys", "value"))))
            .to_owned();
        let mut query = one_row(&kinds::COUNTRY, subquery(by_code));
        query.with_cte(text_keys(&asked.iter().map(|code| code.0.clone()).collect::<Vec<_>>(), self.backend()));
        let rows = self.single_rows(&query, text_of).await?;
        Ok(rows.into_iter().map(|(code, row)| (CountryByCode(code), row)).collect())
    }
}

impl Loader<LatestEditionOf> for Rows {
    type Value = Arc<standard::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[LatestEditionOf]) -> Result<HashMap<LatestEditionOf, Self::Value>, ApiError> {
        let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
        let near = Query::select()
            .column("undated_identifier_key")
            .from_as("standard", "near")
            .and_where(Expr::col(("near", "id")).equals(("keys", "value")))
            .to_owned();
        let mut query = one_row(&kinds::STANDARD, subquery(newest_edition(subquery(near))));
        query.with_cte(keys(&parents, self.backend()));
        let rows = self.single_rows(&query, key_of).await?;
        Ok(rows.into_iter().map(|(key, row)| (LatestEditionOf(key), row)).collect())
    }
}

impl Loader<AncestorsOf> for Rows {
    type Value = Vec<Arc<issue::Model>>;
    type Error = ApiError;

    async fn load(&self, asked: &[AncestorsOf]) -> Result<HashMap<AncestorsOf, Self::Value>, ApiError> {
        let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
        let statement = ancestors(&parents, self.backend());
        let found = self
            .read_by_parent(&statement, key_of, |row| issue::Model::from_query_result(row, "c_").map(Arc::new))
            .await?;
        Ok(found.into_iter().map(|(key, rows)| (AncestorsOf(key), rows)).collect())
    }
}

impl Loader<CitationsOfLink> for Rows {
    type Value = Vec<Arc<citation::Model>>;
    type Error = ApiError;

    async fn load(&self, asked: &[CitationsOfLink]) -> Result<HashMap<CitationsOfLink, Self::Value>, ApiError> {
        let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
        let found = self.facts(&kinds::CITATION, &kinds::LINK_ID, &[&kinds::POSITION], &parents).await?;
        Ok(found.into_iter().map(|(key, rows)| (CitationsOfLink(key), rows)).collect())
    }
}

impl Loader<SubjectsOf> for Rows {
    type Value = Vec<Arc<standard_subject::Model>>;
    type Error = ApiError;

    async fn load(&self, asked: &[SubjectsOf]) -> Result<HashMap<SubjectsOf, Self::Value>, ApiError> {
        let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
        let order = [&kinds::SCHEME, &kinds::SUBJECT_FOLD];
        let found = self.facts(&kinds::STANDARD_SUBJECT, &kinds::STANDARD_ID, &order, &parents).await?;
        Ok(found.into_iter().map(|(key, rows)| (SubjectsOf(key), rows)).collect())
    }
}

impl Loader<IdentifiersOf> for Rows {
    type Value = Vec<Arc<standard_identifier::Model>>;
    type Error = ApiError;

    async fn load(&self, asked: &[IdentifiersOf]) -> Result<HashMap<IdentifiersOf, Self::Value>, ApiError> {
        let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
        let found = self.facts(&kinds::STANDARD_IDENTIFIER, &kinds::STANDARD_ID, &[&kinds::POSITION], &parents).await?;
        Ok(found.into_iter().map(|(key, rows)| (IdentifiersOf(key), rows)).collect())
    }
}

impl Rows {
    /// Like [`Rows::single_rows`], as what the reader makes of a row.
    async fn any_rows<K: Eq + std::hash::Hash>(
        &self,
        statement: &SelectStatement,
        key: fn(&QueryResult) -> Result<K, DbErr>,
        read: Reader,
    ) -> Result<HashMap<K, AnyRow>, ApiError> {
        let rows = self.read(statement).await?;
        Ok(rows.iter().map(|row| Ok((key(row)?, read(row, "c_")?))).collect::<Result<_, DbErr>>()?)
    }

    /// At most one row for each key of a statement made by [`one_row`].
    async fn single_rows<K: Eq + std::hash::Hash, M: Columns>(
        &self,
        statement: &SelectStatement,
        key: impl Fn(&QueryResult) -> Result<K, DbErr>,
    ) -> Result<HashMap<K, Arc<M>>, ApiError> {
        let mut found = HashMap::new();
        for row in self.read(statement).await? {
            found.insert(key(&row)?, Arc::new(M::from_query_result(&row, "c_")?));
        }
        Ok(found)
    }

    /// Rows of a link table by the key in `near`, at most [`MAX_FACTS`] for each.
    async fn facts<M: Columns>(
        &self,
        link: &'static Link,
        near: &'static Column,
        order: &[&'static Column],
        parents: &[i64],
    ) -> Result<HashMap<i64, Vec<Arc<M>>>, ApiError> {
        let mut window = WindowStatement::partition_by(("r", near.name));
        for term in order.iter().copied().chain([&kinds::ID]) {
            window.order_by(("r", term.name), Order::Asc);
        }
        let mut rows = Query::select();
        rows.expr_as(Expr::col(("r", near.name)), "parent").expr_window_as(Expr::cust("row_number()"), window, "n");
        for read in link.all_columns().filter(|column| !column.derived) {
            rows.expr_as(Expr::col(("r", read.name)), format!("c_{}", read.name));
        }
        rows.from_as(link.table, "r").join(
            JoinType::InnerJoin,
            "keys",
            Expr::col(("r", near.name)).equals(("keys", "value")),
        );
        let mut query = Query::select();
        query
            .expr(Expr::cust("*"))
            .from_subquery(rows, "numbered")
            .and_where(Expr::col("n").lte(MAX_FACTS))
            .order_by("n", Order::Asc);
        query.with_cte(keys(parents, self.backend()));
        self.read_by_parent(&query, key_of, |row| M::from_query_result(row, "c_").map(Arc::new)).await
    }
}

/// Most entries of a list that has no pages: citations of a link, subjects, other identifiers.
const MAX_FACTS: i64 = 100;

fn key_of(row: &QueryResult) -> Result<i64, DbErr> {
    row.try_get("", "parent")
}

fn text_of(row: &QueryResult) -> Result<String, DbErr> {
    row.try_get("", "parent")
}

/// For each of `keys` the row whose id is `id`; columns `parent` and those of the record (`c_`).
fn one_row(kind: &'static Kind, id: Expr) -> SelectStatement {
    let mut query = Query::select();
    query.expr_as(Expr::col(("keys", "value")), "parent");
    record_columns(kind, &mut query);
    query.from("keys").join_as(JoinType::InnerJoin, kind.table, "r", Expr::col(("r", "id")).eq(id));
    query
}

fn record_columns(kind: &'static Kind, query: &mut SelectStatement) {
    for read in kind.read_columns() {
        query.expr_as(Expr::col(("r", read.name)), format!("c_{}", read.name));
    }
}

/// The newest published edition with this key of an undated identifier.
fn newest_edition(undated_key: Expr) -> SelectStatement {
    let mut edition = Query::select();
    edition
        .column("id")
        .from_as("standard", "n")
        .and_where(Expr::col(("n", "undated_identifier_key")).eq(undated_key))
        .cond_where(is_edition("n"))
        .and_where(is_published("n"));
    newest(edition, "n")
}

/// The newest of the standards at `alias`.
fn newest(mut standards: SelectStatement, alias: &'static str) -> SelectStatement {
    standards.order_by((alias, "edition_sort"), Order::Desc).order_by((alias, "id"), Order::Desc).limit(1);
    standards
}

fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

fn first_of(one: SelectStatement, other: SelectStatement) -> Expr {
    Func::coalesce([subquery(one), subquery(other)]).into()
}

/// Every issue above each of the parents, the farthest first.
fn ancestors(parents: &[i64], backend: sea_orm::DbBackend) -> SelectStatement {
    let mut tables = Tables::new(backend);
    let mut start = Query::select();
    let issue = tables.from(&mut start, kinds::ISSUE.table);
    let parent_id = |alias: &str| Expr::col((alias.to_owned(), "parent_id"));
    start
        .expr(Expr::col(("keys", "value")))
        .expr(parent_id(&issue))
        .expr(Expr::cust("1"))
        .join(JoinType::InnerJoin, "keys", Expr::col((issue.clone(), "id")).equals(("keys", "value")))
        .and_where(parent_id(&issue).is_not_null());
    let mut step = Query::select();
    let issue = tables.from(&mut step, kinds::ISSUE.table);
    step.expr(Expr::col(("up", "start")))
        .expr(parent_id(&issue))
        .expr(Expr::col(("up", "depth")).add(1))
        .join(JoinType::InnerJoin, "up", Expr::col((issue.clone(), "id")).equals(("up", "id")))
        .and_where(parent_id(&issue).is_not_null())
        .and_where(Expr::col(("up", "depth")).lt(MAX_ANCESTORS));
    let mut keys = CommonTableExpression::new();
    keys.table_name("keys").column("value").query(key_values(parents, backend));
    let mut up = CommonTableExpression::new();
    up.table_name("up").columns(["start", "id", "depth"]).query(start.union(UnionType::All, step).to_owned());
    let mut with = WithClause::new();
    with.recursive(true).cte(keys).cte(up);
    let mut query = Query::select();
    query.expr_as(Expr::col(("up", "start")), "parent");
    record_columns(&kinds::ISSUE, &mut query);
    query
        .from("up")
        .join_as(JoinType::InnerJoin, kinds::ISSUE.table, "r", Expr::col(("r", "id")).equals(("up", "id")))
        .order_by(("up", "depth"), Order::Desc)
        .with_cte(with);
    query
}
