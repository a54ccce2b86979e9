//! Rows without a type of their own: what the write path reads, compares and writes by the description.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use sea_orm::{ConnectionTrait, DbErr};

use crate::graph::{Column, Scalar, Type};

/// Columns and what they hold; `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Vec<(&'static Column, Option<Scalar>)>);

impl Values {
    pub fn set(&mut self, column: &'static Column, value: Option<Scalar>) {
        match self.0.iter_mut().find(|(known, _)| known.name == column.name) {
            Some((_, held)) => *held = value,
            None => self.0.push((column, value)),
        }
    }

    #[must_use]
    pub fn with(mut self, column: &'static Column, value: impl Into<Held>) -> Self {
        self.set(column, value.into().0);
        self
    }

    /// The column is unknown.
    #[must_use]
    pub fn without(mut self, column: &'static Column) -> Self {
        self.set(column, None);
        self
    }

    /// Says nothing of the column.
    pub fn remove(&mut self, column: &Column) {
        self.0.retain(|(known, _)| known.name != column.name);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, name: &str) -> Option<&Scalar> {
        self.0.iter().find(|(column, _)| column.name == name).and_then(|(_, value)| value.as_ref())
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Scalar::Int(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &(&'static Column, Option<Scalar>)> {
        self.0.iter()
    }

    /// What these columns hold, in their order.
    pub fn key(&self, columns: &[&'static Column]) -> Vec<Option<Scalar>> {
        columns.iter().map(|column| self.get(column.name).cloned()).collect()
    }
}

/// What a column is to hold.
pub struct Held(Option<Scalar>);

impl From<Option<Scalar>> for Held {
    fn from(value: Option<Scalar>) -> Self {
        Self(value)
    }
}

macro_rules! held {
    ($($ty:ty: $value:ident => $scalar:expr;)*) => {
        $(
            impl From<$ty> for Scalar {
                fn from($value: $ty) -> Self {
                    $scalar
                }
            }
            impl From<$ty> for Held {
                fn from($value: $ty) -> Self {
                    Self(Some($scalar))
                }
            }
        )*
    };
}
held! {
    &str: text => Scalar::Text(text.to_owned());
    String: text => Scalar::Text(text);
    i64: number => Scalar::Int(number);
    bool: flag => Scalar::Bool(flag);
}

impl From<Scalar> for Held {
    fn from(value: Scalar) -> Self {
        Self(Some(value))
    }
}

/// A column's value as a parameter.
pub fn parameter(column: &Column, value: Option<&Scalar>) -> Value {
    match (value, column.ty) {
        (Some(Scalar::Text(text)), _) => text.as_str().into(),
        (Some(Scalar::Int(number)), _) => (*number).into(),
        (Some(Scalar::Bool(flag)), _) => (*flag).into(),
        (None, Type::Text | Type::List) => Value::String(None),
        (None, Type::Int | Type::Time | Type::Key) => Value::BigInt(None),
        (None, Type::Bool) => Value::Bool(None),
    }
}

/// Most parameters of one insert; SQLite takes 32,766 and PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 30_000;
/// Most rows of one insert, so that few statements of different length are prepared.
const MAX_ROWS: usize = 250;

/// How many rows of so many columns one insert takes.
pub fn rows_at_once(columns: usize) -> usize {
    MAX_ROWS.min(MAX_PARAMETERS / columns.max(1))
}

/// Adds any number of rows to a table.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_rows<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    columns: &[&'static str],
    rows: &[Vec<Value>],
) -> Result<(), DbErr> {
    for rows in rows.chunks(rows_at_once(columns.len())) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns.iter().copied());
        for row in rows {
            insert.values_panic(row.iter().cloned().map(Expr::from));
        }
        db.execute(&insert).await?;
    }
    Ok(())
}

/// Reads rows of a table, each under the value of the column `by`.
///
/// # Errors
/// Whatever the database says.
pub async fn read_rows<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    columns: &[&'static Column],
    by: &'static Column,
    among: SelectStatement,
) -> Result<HashMap<Scalar, Vec<Values>>, DbErr> {
    let mut query = Query::select();
    query
        .columns(columns.iter().map(|column| column.name))
        .from(table)
        .and_where(Expr::col(by.name).in_subquery(among))
        .order_by("id", Order::Asc);
    let mut rows: HashMap<Scalar, Vec<Values>> = HashMap::new();
    for row in db.query_all(&query).await? {
        let mut values = Values::default();
        for column in columns {
            values.0.push((column, Scalar::read(&row, column.name, column.ty)?));
        }
        if let Some(key) = values.get(by.name).cloned() {
            rows.entry(key).or_default().push(values);
        }
    }
    Ok(rows)
}
