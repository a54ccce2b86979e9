//! Rows of one table that wait to be changed or removed, with what they were before kept in the table's twin.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, Value};
use sea_orm::{ConnectionTrait, DbErr};

use super::row::Rows;
use crate::graph::Column;
use crate::graph::statement::key_values;

/// Columns, each once, and what they become.
pub type Row = Vec<(&'static str, Value)>;

/// The column with the entry since which a row is what it is.
const FROM: &str = "from_seq";
/// So many wait at most.
const MAX_WAITING: usize = 1_000;

pub struct Changes {
    pub table: &'static str,
    columns: Vec<&'static str>,
    /// By the keys of the rows.
    rows: BTreeMap<i64, Change>,
}

struct Change {
    /// The entry of the log by which the row changes.
    sequence: i64,
    /// None where it goes.
    row: Option<Row>,
}

impl Changes {
    /// Of a table with these columns, beside that which says since which entry a row is what it is.
    pub fn new(table: &'static str, columns: impl Iterator<Item = &'static Column>) -> Self {
        let columns = columns.map(|column| column.name).chain([FROM]).collect();
        Self { table, columns, rows: BTreeMap::new() }
    }

    /// Adds what a row becomes to what else it becomes by the same entry; none removes it.
    pub fn add(&mut self, id: i64, sequence: i64, row: Option<Row>) {
        let change = self.rows.entry(id).or_insert(Change { sequence, row: Some(Vec::new()) });
        match (&mut change.row, row) {
            (Some(known), Some(row)) => {
                known.retain(|(column, _)| row.iter().all(|(changed, _)| changed != column));
                known.extend(row);
            }
            (known, None) => *known = None,
            // What is gone stays so.
            (None, Some(_)) => {}
        }
    }

    pub fn is_full(&self) -> bool {
        self.rows.len() >= MAX_WAITING
    }

    /// Makes the changes, and keeps none. Rows go before others change.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn apply<C: ConnectionTrait>(&mut self, db: &C) -> Result<(), DbErr> {
        let mut retired = Rows::new(self.table, ["id", "to_seq"]);
        let mut gone = Vec::new();
        // Rows of which the same columns change are changed at once.
        let mut changed: BTreeMap<Vec<&'static str>, Rows> = BTreeMap::new();
        for (id, Change { sequence, row }) in std::mem::take(&mut self.rows) {
            retired.push([id.into(), sequence.into()]);
            let Some(mut row) = row else {
                gone.push(id);
                continue;
            };
            row.sort_by_key(|(column, _)| *column);
            let columns: Vec<_> = ["id", FROM].into_iter().chain(row.iter().map(|(column, _)| *column)).collect();
            let rows =
                changed.entry(columns).or_insert_with_key(|columns| Rows::new(self.table, columns.iter().copied()));
            rows.push([id.into(), sequence.into()].into_iter().chain(row.into_iter().map(|(_, value)| value)));
        }
        retired.retire(db, &self.columns).await?;
        if !gone.is_empty() {
            let among = key_values(&gone, db.get_database_backend());
            db.execute(Query::delete().from_table(self.table).and_where(Expr::col("id").in_subquery(among))).await?;
        }
        for mut rows in changed.into_values() {
            rows.update(db).await?;
        }
        Ok(())
    }
}
