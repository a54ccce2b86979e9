//! Records as they were before a change, whole: their rows and those of their links, read from the twins.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{DbBackend, DbErr, QueryResult};
use serde_json::Value;

use super::Rows;
use super::row::grouped;
use crate::graph::document::{Read, columns_of, columns_of_link, document, links_of, target_of};
use crate::graph::predicate::column;
use crate::graph::statement::Tables;
use crate::graph::{Column, Kind, Link, Scalar, Target, Type, kinds};
use crate::graphql::error::ApiError;

/// A record as it was before an entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BeforeOf {
    pub kind: &'static Kind,
    pub key: i64,
    pub sequence: i64,
}

/// A key, and the entry of the log before which its row is looked at.
type Entry = (i64, i64);

impl Loader<BeforeOf> for Rows {
    type Value = Arc<Value>;
    type Error = ApiError;

    async fn load(&self, asked: &[BeforeOf]) -> Result<HashMap<BeforeOf, Arc<Value>>, ApiError> {
        let kinds = grouped(asked, |asked| asked.kind).into_iter();
        let documents = kinds.map(|(kind, asked)| async move {
            let entries: Vec<Entry> = asked.iter().map(|asked| (asked.key, asked.sequence)).collect();
            self.documents(kind, &entries).await
        });
        Ok(try_join_all(documents).await?.into_iter().flatten().collect())
    }
}

impl Rows {
    async fn documents(&self, kind: &'static Kind, entries: &[Entry]) -> Result<Vec<(BeforeOf, Arc<Value>)>, ApiError> {
        let mut links = Vec::new();
        for link in links_of(kind) {
            let columns: Vec<_> = columns_of_link(link).collect();
            let rows = statement(link.table, link.owner, None, &columns, entries, self.backend());
            links.push((link, self.read_by_parent(&rows, entry_of, |row| read(row, &columns)).await?));
        }
        let columns: Vec<_> = columns_of(kind).collect();
        let records = statement(kind.table, &kinds::ID, Some(kind), &columns, entries, self.backend());
        let records = self.read_by_parent(&records, entry_of, |row| read(row, &columns)).await?;
        let whole = records.into_iter().filter_map(|(entry, rows)| {
            let of_entry = |(link, rows): &mut (&'static Link, HashMap<Entry, Vec<Read>>)| {
                (*link, rows.remove(&entry).unwrap_or_default())
            };
            let document = document(kind, rows.first()?, &links.iter_mut().map(of_entry).collect::<Vec<_>>());
            Some((BeforeOf { kind, key: entry.0, sequence: entry.1 }, Arc::new(document)))
        });
        Ok(whole.collect())
    }
}

fn entry_of(row: &QueryResult) -> Result<Entry, DbErr> {
    Ok((row.try_get("", "parent")?, row.try_get("", "sequence")?))
}

/// The rows of a table before each entry, by the key in `by`, with what names the rows that their keys lead to.
fn statement(
    table: &'static str,
    by: &'static Column,
    own: Option<&'static Kind>,
    columns: &[&'static Column],
    entries: &[Entry],
    backend: DbBackend,
) -> SelectStatement {
    let mut tables = Tables::before_each(backend);
    let mut query = Query::select();
    query
        .expr_as(Expr::col(("keys", "value")), "parent")
        .expr_as(Expr::col(("keys", "sequence")), "sequence")
        .from("keys");
    let row = tables.join(&mut query, table, |row| column(row, by).equals(("keys", "value")));
    for read in columns {
        let value = match read.target {
            Target::Any => {
                // Of the kinds, one has the row.
                let named = kinds::RECORDS.iter().map(|kind| {
                    let [named] = tables.values_of(&mut query, kind, &column(&row, read), [kind.natural_key[0]]);
                    named
                });
                Func::coalesce(named.collect::<Vec<_>>()).into()
            }
            _ => match target_of(read, own) {
                Some(kind) => {
                    let far = tables.join_optional(&mut query, kind, column(&row, read));
                    column(&far, kind.natural_key[0])
                }
                None => column(&row, read),
            },
        };
        query.expr_as(value, format!("c_{}", read.name));
    }
    if columns.iter().any(|read| read.name == kinds::POSITION.name) {
        query.order_by((row.clone(), kinds::POSITION.name), Order::Asc);
    }
    // What orders is selected: see `found`.
    query.expr_as(column(&row, &kinds::ID), "row_id").order_by((row, kinds::ID.name), Order::Asc);
    query.with_cte(tables.with_entries(entries));
    query
}

fn read(row: &QueryResult, columns: &[&'static Column]) -> Result<Read, DbErr> {
    let value = |read: &&'static Column| {
        // A key was read as what names its row.
        let ty = if matches!(read.target, Target::Nothing) { read.ty } else { Type::Text };
        let value = Scalar::read(row, &format!("c_{}", read.name), ty)?;
        Ok((*read, value))
    };
    columns.iter().map(value).collect::<Result<_, DbErr>>().map(Read)
}
