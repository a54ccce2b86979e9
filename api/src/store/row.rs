//! Rows without a type of their own: what the write path reads, compares and writes by the description.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, Value};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

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

    /// What a column holds, which is unknown from then on.
    pub fn take(&mut self, name: &str) -> Option<Scalar> {
        self.0.iter_mut().find(|(column, _)| column.name == name).and_then(|(_, value)| value.take())
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

    /// Puts other keys in the place of those that lead to rows.
    pub fn map_keys(&mut self, key: impl Fn(i64) -> i64) {
        for (column, value) in &mut self.0 {
            if let (Type::Key, Some(Scalar::Int(held))) = (column.ty, value) {
                *held = key(*held);
            }
        }
    }

    /// What these columns hold, in their order.
    pub fn key(&self, columns: &[&'static Column]) -> Vec<Option<Scalar>> {
        columns.iter().map(|column| self.get(column.name).cloned()).collect()
    }
}

impl From<&Values> for Values {
    fn from(values: &Values) -> Self {
        values.clone()
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
pub fn parameter(column: &Column, value: Option<Scalar>) -> Value {
    match (value, column.ty) {
        (Some(Scalar::Text(text)), _) => text.into(),
        (Some(Scalar::Int(number)), _) => number.into(),
        (Some(Scalar::Bool(flag)), _) => flag.into(),
        (None, Type::Text | Type::List) => Value::String(None),
        (None, Type::Int | Type::Time | Type::Key) => Value::BigInt(None),
        (None, Type::Bool) => Value::Bool(None),
    }
}

/// Most rows of one insert.
const MAX_ROWS: usize = 1_000;
/// Most rows of an insert with a parameter for each value, of which SQLite takes 32,766. Fewer rows are a power of two,
/// so that few statements of different length are prepared, and kept.
const MAX_ROWS_AS_VALUES: usize = 500;

/// New rows of one table.
pub struct Rows {
    pub table: &'static str,
    columns: Vec<&'static str>,
    /// Row after row.
    values: Vec<Value>,
}

impl Rows {
    pub fn new(table: &'static str, columns: impl IntoIterator<Item = &'static str>) -> Self {
        Self { table, columns: columns.into_iter().collect(), values: Vec::new() }
    }

    /// Adds a row, with a value for each column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.values.extend(row);
    }

    /// Whether there are as many as one statement takes.
    pub fn is_full(&self) -> bool {
        self.values.len() >= MAX_ROWS * self.columns.len()
    }

    /// Adds the rows to the table, and keeps none.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert<C: ConnectionTrait>(&mut self, db: &C) -> Result<(), DbErr> {
        let backend = db.get_database_backend();
        let width = self.columns.len();
        let mut values = std::mem::take(&mut self.values).into_iter();
        while values.len() > 0 {
            let rows = values.len() / width;
            let insert = if backend == DbBackend::Postgres {
                self.of_arrays(&values.by_ref().take(MAX_ROWS * width).collect::<Vec<_>>())
            } else {
                let rows = if rows >= MAX_ROWS_AS_VALUES { MAX_ROWS_AS_VALUES } else { 1 << rows.ilog2() };
                self.of_rows(values.by_ref().take(rows * width).collect())
            };
            db.execute_raw(insert).await?;
        }
        Ok(())
    }

    /// An insert whose text does not depend on the number of rows, each column being one parameter: PostgreSQL takes
    /// longer for as many parameters as there are values.
    fn of_arrays(&self, values: &[Value]) -> Statement {
        let ty = |value: Option<&Value>| match value {
            Some(Value::BigInt(_)) => "bigint",
            Some(Value::Bool(_)) => "boolean",
            _ => "text",
        };
        let width = self.columns.len();
        let arrays = (0..width).map(|place| format!("(${}::text)::{}[]", place + 1, ty(values.get(place))));
        let arrays = arrays.collect::<Vec<_>>().join(",");
        let sql = format!(r#"INSERT INTO "{}" ({}) SELECT * FROM unnest({arrays})"#, self.table, self.names());
        let parameters = (0..width).map(|place| array(values.iter().skip(place).step_by(width)).into());
        Statement::from_sql_and_values(DbBackend::Postgres, sql, parameters)
    }

    /// An insert with a parameter for each value.
    fn of_rows(&self, values: Vec<Value>) -> Statement {
        let width = self.columns.len();
        let row = format!("({})", vec!["?"; width].join(","));
        let all = vec![row.as_str(); values.len() / width].join(",");
        let sql = format!(r#"INSERT INTO "{}" ({}) VALUES {all}"#, self.table, self.names());
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    }

    fn names(&self) -> String {
        self.columns.iter().map(|column| format!(r#""{column}""#)).collect::<Vec<_>>().join(",")
    }
}

/// An array in PostgreSQL's notation.
fn array<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let mut array = String::from("{");
    for value in values {
        if array.len() > 1 {
            array.push(',');
        }
        match value {
            Value::BigInt(Some(number)) => array.push_str(&number.to_string()),
            Value::Bool(Some(flag)) => array.push(if *flag { 't' } else { 'f' }),
            Value::String(Some(text)) => {
                array.push('"');
                for part in text.split_inclusive(['"', '\\']) {
                    match part.strip_suffix(['"', '\\']) {
                        Some(before) => array.extend([before, "\\", &part[before.len()..]]),
                        None => array.push_str(part),
                    }
                }
                array.push('"');
            }
            _ => array.push_str("NULL"),
        }
    }
    array.push('}');
    array
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_written_as_postgresql_reads_them() {
        let text = |text: &str| Value::from(text);
        for (values, expected) in [
            (&[][..], "{}"),
            (&[1_i64.into(), Value::BigInt(None), (-2_i64).into()], "{1,NULL,-2}"),
            (&[true.into(), false.into()], "{t,f}"),
            (&[text(""), text("NULL"), text(r#"a "b" \c\"#), text("{é,}")], r#"{"","NULL","a \"b\" \\c\\","{é,}"}"#),
        ] {
            assert_eq!(array(values.iter()), expected);
        }
    }
}
