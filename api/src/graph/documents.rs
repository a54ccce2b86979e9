//! Documents of many records at once: the statements for their rows and for those of their links, and the documents
//! that these make up.

use std::collections::HashMap;
use std::future::Future;

use futures_util::future::try_join_all;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{DbBackend, DbErr, QueryResult};
use serde_json::Value;

use super::document::{Read, columns_of, columns_of_link, document, links_of, target_of};
use super::moment::{Moment, Past};
use super::predicate::column;
use super::statement::{Tables, key_values};
use super::{Column, Kind, Link, Scalar, Target, Type, kinds};

/// Which records, and of when.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// By their keys, as they were at a moment.
    At(Moment, &'a [i64]),
    /// By their keys, each as it was before the write that made an entry of the log.
    BeforeEach(&'a [(i64, i64)]),
}

/// A record with all that it owns, as rows.
#[derive(Clone, Debug)]
pub struct Whole {
    pub kind: &'static Kind,
    /// Its key, and the entry before which it was so; none of a moment.
    pub key: (i64, Option<i64>),
    pub row: Read,
    pub links: Vec<(&'static Link, Vec<Read>)>,
    /// Of a source at a moment, what it was called before.
    pub former_names: Vec<String>,
}

impl Whole {
    /// The record as one JSON object.
    pub fn document(&self) -> Value {
        let mut document = document(self.kind, &self.row, &self.links);
        if let (false, Some(fields)) = (self.former_names.is_empty(), document.as_object_mut()) {
            fields.insert(FORMER_NAMES.to_owned(), self.former_names.clone().into());
        }
        document
    }
}

/// The field with former names of a source, which has no slug to be known by.
pub const FORMER_NAMES: &str = "formerNames";

/// Reads records of a kind by `run`, which is given each statement. Those that are not there are left out; the others come
/// in any order.
///
/// # Errors
/// Whatever `run` says, and where rows are not what was asked for.
pub async fn read<E, F>(
    kind: &'static Kind,
    asked: Asked<'_>,
    backend: DbBackend,
    run: impl Fn(SelectStatement) -> F,
) -> Result<Vec<Whole>, E>
where
    E: From<DbErr>,
    F: Future<Output = Result<Vec<QueryResult>, E>>,
{
    let rows = |table, by, own, columns: Vec<&'static Column>| {
        let found = run(statement(table, by, own, &columns, asked, backend));
        async move {
            let mut rows: HashMap<_, Vec<Read>> = HashMap::new();
            for row in found.await? {
                let key = (row.try_get("", "parent")?, row.try_get("", "sequence")?);
                rows.entry(key).or_default().push(read_row(&row, &columns)?);
            }
            Ok::<_, E>(rows)
        }
    };
    let own = rows(kind.table, &kinds::ID, Some(kind), columns_of(kind).collect());
    let links = links_of(kind).map(|link| rows(link.table, link.owner, None, columns_of_link(link).collect()));
    let mut former_names: HashMap<i64, Vec<String>> = HashMap::new();
    if let (true, Asked::At(moment, keys)) = (*kind == kinds::SOURCE, asked) {
        for row in run(names_statement(moment, keys, backend)).await? {
            former_names.entry(row.try_get("", "id")?).or_default().push(row.try_get::<String>("", "name")?);
        }
    }
    let mut all = try_join_all([own].into_iter().chain(links)).await?.into_iter();
    let records = all.next().unwrap_or_default();
    let mut links: Vec<_> = links_of(kind).zip(all).collect();
    let whole = records.into_iter().filter_map(|(key, rows)| {
        let links = links.iter_mut().map(|(link, rows)| (*link, rows.remove(&key).unwrap_or_default())).collect();
        let row = rows.into_iter().next()?;
        let mut former_names = former_names.remove(&key.0).unwrap_or_default();
        former_names.retain(|name| row.get(&kinds::NAME).and_then(Scalar::as_text) != Some(name));
        Some(Whole { kind, key, row, links, former_names })
    });
    Ok(whole.collect())
}

/// What sources were called before they were called what they are at a moment: `id`, `name`.
fn names_statement(moment: Moment, keys: &[i64], backend: DbBackend) -> SelectStatement {
    let mut query = Query::select();
    query
        .distinct()
        .columns(["id", "name"])
        .from("source_history")
        .and_where(Expr::col("id").in_subquery(key_values(keys, backend)))
        .order_by("id", Order::Asc)
        .order_by("name", Order::Asc);
    if let Moment::Past(Past { sequence, .. }) = moment {
        query.and_where(Expr::col("to_seq").lte(sequence));
    }
    query
}

/// The rows of a table by the key in `by`, with what names the rows that their keys lead to.
fn statement(
    table: &'static str,
    by: &'static Column,
    own: Option<&'static Kind>,
    columns: &[&'static Column],
    asked: Asked<'_>,
    backend: DbBackend,
) -> SelectStatement {
    let mut tables = match asked {
        Asked::At(moment, _) => Tables::at(moment, backend),
        Asked::BeforeEach(_) => Tables::before_each(backend),
    };
    let sequence = match asked {
        Asked::At(..) => Expr::cust("CAST(NULL AS BIGINT)"),
        Asked::BeforeEach(_) => Expr::col(("keys", "sequence")),
    };
    let mut query = Query::select();
    query.expr_as(Expr::col(("keys", "value")), "parent").expr_as(sequence, "sequence").from("keys");
    let row = tables.join(&mut query, table, |row| column(row, by).equals(("keys", "value")));
    for read in columns {
        let key = || column(&row, read);
        let value = match read.target {
            Target::Any => {
                // Of the kinds, one has the row.
                let named = kinds::RECORDS.iter().map(|kind| {
                    let [named] = tables.values_of(&mut query, kind, &key(), [kind.natural_key[0]]);
                    named
                });
                Func::coalesce(named.collect::<Vec<_>>()).into()
            }
            _ => match target_of(read, own) {
                Some(kind) => {
                    let far = tables.join_optional(&mut query, kind, key());
                    column(&far, kind.natural_key[0])
                }
                None => key(),
            },
        };
        query.expr_as(value, format!("c_{}", read.name));
        if is_key(read) {
            query.expr_as(key(), format!("k_{}", read.name));
        }
    }
    if columns.iter().any(|read| read.name == kinds::POSITION.name) {
        query.order_by((row.clone(), kinds::POSITION.name), Order::Asc);
    }
    if table == kinds::SLUG_ALIAS.table {
        // A copy does not know in which order they were given up.
        query.order_by((row.clone(), kinds::SLUG.name), Order::Asc);
    }
    // What orders is selected: see `found`.
    query.expr_as(column(&row, &kinds::ID), "row_id").order_by((row, kinds::ID.name), Order::Asc);
    query.with_cte(match asked {
        Asked::At(_, keys) => tables.with_keys(keys),
        Asked::BeforeEach(entries) => tables.with_entries(entries),
    });
    query
}

/// Whether a column holds the key of another row.
fn is_key(column: &Column) -> bool {
    !matches!(column.target, Target::Nothing)
}

fn read_row(row: &QueryResult, columns: &[&'static Column]) -> Result<Read, DbErr> {
    let mut read = Read::default();
    for column in columns {
        // A key was read as what names its row.
        let ty = if is_key(column) { Type::Text } else { column.ty };
        read.values.push((column, Scalar::read(row, &format!("c_{}", column.name), ty)?));
        if is_key(column)
            && let Some(Scalar::Int(key)) = Scalar::read(row, &format!("k_{}", column.name), Type::Key)?
        {
            read.keys.push((column, key));
        }
    }
    Ok(read)
}
