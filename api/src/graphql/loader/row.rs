//! Reads of single rows and of short lists that belong to a row, in batches.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::{
    citation, country, issue, organisation_name, standard, standard_identifier, standard_subject, standard_title,
};
use futures_util::future::join_all;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use super::{AnyRow, Columns, Reader, Rows, read_as};
use crate::graph::moment::Moment;
use crate::graph::predicate::column;
use crate::graph::statement::{
    self, Tables, ancestors, facts, key_of_code, key_of_identifier, key_of_latest_edition, key_of_slug, key_values,
};
use crate::graph::{Column, Kind, Link, identifier, kinds};
use crate::graphql::connection::Node;
use crate::graphql::error::ApiError;

/// The row of a kind with this key.
#[derive(Clone)]
pub struct ByKey {
    kind: &'static Kind,
    key: i64,
    moment: Moment,
    read: Reader,
}

/// The record of a kind with this slug, or that had it before a rename.
#[derive(Clone)]
pub struct BySlug {
    kind: &'static Kind,
    slug: String,
    moment: Moment,
    read: Reader,
}

impl ByKey {
    /// The row that a type of the API shows.
    pub fn of<N: Node>(key: i64, moment: Moment) -> Self {
        Self { kind: N::KIND, key, moment, read: read_as::<N::Row> }
    }
}

impl BySlug {
    /// The record that a type of the API shows.
    pub fn of<N: Node>(slug: String, moment: Moment) -> Self {
        Self { kind: N::KIND, slug, moment, read: read_as::<N::Row> }
    }
}

macro_rules! equal_by {
    ($name:ident, $what:ident) => {
        // The kind decides what its rows are read as.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.kind == other.kind && self.moment == other.moment && self.$what == other.$what
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
pub struct ByIdentifier(pub String, pub Moment);

/// The country with this code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountryByCode(pub String, pub Moment);

/// The newest published edition of the document that this standard is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LatestEditionOf(pub i64, pub Moment);

/// The issues above an issue, root first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AncestorsOf(pub i64, pub Moment);

/// What a link between an organisation and an issue cites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CitationsOfLink(pub i64, pub Moment);

/// A standard's classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubjectsOf(pub i64, pub Moment);

/// A standard's other identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdentifiersOf(pub i64, pub Moment);

/// A standard's titles in other languages than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TitlesOf(pub i64, pub Moment);

/// An organisation's names in other languages than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamesOf(pub i64, pub Moment);

/// The keys of each group; none of the lists is empty.
pub(super) fn grouped<K, G: Eq + std::hash::Hash>(keys: &[K], group: impl Fn(&K) -> G) -> HashMap<G, Vec<&K>> {
    let mut groups: HashMap<G, Vec<&K>> = HashMap::new();
    for key in keys {
        groups.entry(group(key)).or_default().push(key);
    }
    groups
}

// The kinds of one level share a batch. A kind that fails is its own keys' value, so that it leaves the others theirs.
impl Loader<ByKey> for Rows {
    type Value = Result<AnyRow, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[ByKey]) -> Result<HashMap<ByKey, Self::Value>, ApiError> {
        let kinds =
            grouped(asked, |key| (key.kind, key.moment)).into_iter().map(|((kind, moment), asked)| async move {
                let parents: Vec<i64> = asked.iter().map(|asked| asked.key).collect();
                let mut tables = Tables::at(moment, self.backend());
                let mut query = one_row(kind, Expr::col(("keys", "value")), &mut tables);
                query.with_cte(tables.with_keys(&parents));
                shared(&asked, &self.any_rows(&query, key_of, asked[0].read).await, |asked| &asked.key)
            });
        Ok(join_all(kinds).await.into_iter().flatten().collect())
    }
}

impl Loader<BySlug> for Rows {
    type Value = Result<AnyRow, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[BySlug]) -> Result<HashMap<BySlug, Self::Value>, ApiError> {
        let kinds =
            grouped(asked, |key| (key.kind, key.moment)).into_iter().map(|((kind, moment), asked)| async move {
                let slugs: Vec<String> = asked.iter().map(|asked| asked.slug.clone()).collect();
                let mut tables = Tables::at(moment, self.backend());
                let mut query = by_slug(kind, &mut tables);
                query.with_cte(tables.with_texts(&slugs));
                shared(&asked, &self.any_rows(&query, text_of, asked[0].read).await, |asked| &asked.slug)
            });
        Ok(join_all(kinds).await.into_iter().flatten().collect())
    }
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
fn by_slug(kind: &'static Kind, tables: &mut Tables) -> SelectStatement {
    let key = key_of_slug(kind, &Expr::col(("keys", "value")), tables);
    one_row(kind, key, tables)
}

impl Loader<ByIdentifier> for Rows {
    type Value = Arc<standard::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[ByIdentifier]) -> Result<HashMap<ByIdentifier, Self::Value>, ApiError> {
        let mut found = HashMap::new();
        for (moment, asked) in grouped(asked, |key| key.1) {
            let asked_keys: Vec<String> = asked.iter().map(|wanted| identifier::key(&wanted.0)).collect();
            let mut tables = Tables::at(moment, self.backend());
            let key = key_of_identifier(&Expr::col(("keys", "value")), &mut tables);
            let mut query = one_row(&kinds::STANDARD, key, &mut tables);
            query.with_cte(tables.with_texts(&asked_keys));
            let rows = self.single_rows::<_, standard::Model>(&query, text_of).await?;
            let answers = asked.into_iter().zip(asked_keys);
            found.extend(answers.filter_map(|(asked, key)| Some((asked.clone(), Arc::clone(rows.get(&key)?)))));
        }
        Ok(found)
    }
}

impl Loader<CountryByCode> for Rows {
    type Value = Arc<country::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[CountryByCode]) -> Result<HashMap<CountryByCode, Self::Value>, ApiError> {
        let mut found = HashMap::new();
        for (moment, asked) in grouped(asked, |key| key.1) {
            let mut tables = Tables::at(moment, self.backend());
            let key = key_of_code(&Expr::col(("keys", "value")), &mut tables);
            let mut query = one_row(&kinds::COUNTRY, key, &mut tables);
            query.with_cte(tables.with_texts(&asked.iter().map(|code| code.0.clone()).collect::<Vec<_>>()));
            let rows = self.single_rows(&query, text_of).await?;
            found.extend(rows.into_iter().map(|(code, row)| (CountryByCode(code, moment), row)));
        }
        Ok(found)
    }
}

impl Loader<LatestEditionOf> for Rows {
    type Value = Arc<standard::Model>;
    type Error = ApiError;

    async fn load(&self, asked: &[LatestEditionOf]) -> Result<HashMap<LatestEditionOf, Self::Value>, ApiError> {
        let mut found = HashMap::new();
        for (moment, asked) in grouped(asked, |key| key.1) {
            let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
            let mut tables = Tables::at(moment, self.backend());
            let latest = key_of_latest_edition(&Expr::col(("keys", "value")), &mut tables);
            let mut query = one_row(&kinds::STANDARD, latest, &mut tables);
            query.with_cte(tables.with_keys(&parents));
            let rows = self.single_rows(&query, key_of).await?;
            found.extend(rows.into_iter().map(|(key, row)| (LatestEditionOf(key, moment), row)));
        }
        Ok(found)
    }
}

impl Loader<AncestorsOf> for Rows {
    type Value = Vec<Arc<issue::Model>>;
    type Error = ApiError;

    async fn load(&self, asked: &[AncestorsOf]) -> Result<HashMap<AncestorsOf, Self::Value>, ApiError> {
        let mut found = HashMap::new();
        for (moment, asked) in grouped(asked, |key| key.1) {
            let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
            let (keys, tables) = (key_values(&parents, self.backend()), Tables::at(moment, self.backend()));
            let statement = ancestors(keys, tables, |query, issue, _| record_columns(&kinds::ISSUE, issue, query));
            let read = |row: &QueryResult| issue::Model::from_query_result(row, "c_").map(Arc::new);
            let rows = self.read_by_parent(&statement, key_of, read).await?;
            found.extend(rows.into_iter().map(|(key, rows)| (AncestorsOf(key, moment), rows)));
        }
        Ok(found)
    }
}

/// A short list of rows of one link, without pages.
macro_rules! facts_loader {
    ($key:ident gives $row:ty: $link:expr, $near:expr) => {
        impl Loader<$key> for Rows {
            type Value = Vec<Arc<$row>>;
            type Error = ApiError;

            async fn load(&self, asked: &[$key]) -> Result<HashMap<$key, Self::Value>, ApiError> {
                let mut found = HashMap::new();
                for (moment, asked) in grouped(asked, |key| key.1) {
                    let parents: Vec<i64> = asked.iter().map(|key| key.0).collect();
                    let rows = self.facts($link, $near, &parents, moment).await?;
                    found.extend(rows.into_iter().map(|(key, rows)| ($key(key, moment), rows)));
                }
                Ok(found)
            }
        }
    };
}
facts_loader!(TitlesOf gives standard_title::Model: &kinds::STANDARD_TITLE, &kinds::STANDARD_ID);
facts_loader!(NamesOf gives organisation_name::Model: &kinds::ORGANISATION_NAME, &kinds::ORGANISATION_ID);
facts_loader!(CitationsOfLink gives citation::Model: &kinds::CITATION, &kinds::LINK_ID);
facts_loader!(SubjectsOf gives standard_subject::Model: &kinds::STANDARD_SUBJECT, &kinds::STANDARD_ID);
facts_loader!(IdentifiersOf gives standard_identifier::Model: &kinds::STANDARD_IDENTIFIER, &kinds::STANDARD_ID);

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

    /// Rows of a link table by the key in `near`.
    async fn facts<M: Columns>(
        &self,
        link: &'static Link,
        near: &'static Column,
        parents: &[i64],
        moment: Moment,
    ) -> Result<HashMap<i64, Vec<Arc<M>>>, ApiError> {
        let (keys, tables) = (key_values(parents, self.backend()), Tables::at(moment, self.backend()));
        let query = facts(link, near, keys, tables, |query, alias, _| {
            for read in link.all_columns() {
                query.expr_as(column(alias, read), format!("c_{}", read.name));
            }
        });
        self.read_by_parent(&query, key_of, |row| M::from_query_result(row, "c_").map(Arc::new)).await
    }
}

fn key_of(row: &QueryResult) -> Result<i64, DbErr> {
    row.try_get("", "parent")
}

fn text_of(row: &QueryResult) -> Result<String, DbErr> {
    row.try_get("", "parent")
}

/// For each of `keys` the row whose id is `id`; columns `parent` and those of the record (`c_`).
fn one_row(kind: &'static Kind, id: Expr, tables: &mut Tables) -> SelectStatement {
    statement::one_row(kind, id, tables, |query, record, _| record_columns(kind, record, query))
}

fn record_columns(kind: &'static Kind, alias: &str, query: &mut SelectStatement) {
    for read in kind.read_columns() {
        query.expr_as(column(alias, read), format!("c_{}", read.name));
    }
}
