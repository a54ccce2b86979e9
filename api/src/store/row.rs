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

    /// What a column holds once these values are put over those that are stored.
    pub fn held_over<'a>(&'a self, stored: Option<&'a Self>, name: &str) -> Option<&'a Scalar> {
        match self.0.iter().find(|(column, _)| column.name == name) {
            Some((_, told)) => told.as_ref(),
            None => stored?.get(name),
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

/// Most rows of one statement: so few that the next are made while the database takes these, and that SQLite has a
/// parameter for each value, of which it takes 32,766. There, fewer rows are a power of two, so that few statements of
/// different length are prepared, and kept.
const MAX_ROWS: usize = 256;

/// Rows for one statement on a table: new ones, or what becomes of those that are there.
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
        execute(db, self.inserts(db.get_database_backend())).await
    }

    /// The statements that add the rows to the table; none stay here.
    pub fn inserts(&mut self, backend: DbBackend) -> Vec<Statement> {
        let head = format!(r#"INSERT INTO "{}" ({})"#, self.table, names(&self.columns));
        self.statements(backend, |given| match given {
            Given::Arrays(arrays) => format!("{head} SELECT * FROM {arrays}"),
            Given::Values(values) => format!("{head} {values}"),
        })
    }

    /// Gives rows of the table these values, by the key in the first column, and keeps none.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn update<C: ConnectionTrait>(&mut self, db: &C) -> Result<(), DbErr> {
        let (table, width) = (self.table, self.columns.len());
        let set = self.columns.iter().enumerate().skip(1);
        let set =
            set.map(|(place, column)| format!(r#""{column}"=v.column{}"#, place + 1)).collect::<Vec<_>>().join(",");
        let statements = self.statements(db.get_database_backend(), |given| {
            format!(r#"UPDATE "{table}" SET {set} FROM {} WHERE "{table}"."id"=v.column1"#, given.as_table(width))
        });
        execute(db, statements).await
    }

    /// Copies rows of the table to its twin, each valid until the entry in the second column, by the key in the first,
    /// unless it became what it is by that entry. Keeps none.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn retire<C: ConnectionTrait>(&mut self, db: &C, columns: &[&'static str]) -> Result<(), DbErr> {
        let (table, width, names) = (self.table, self.columns.len(), names(columns));
        let statements = self.statements(db.get_database_backend(), |given| {
            format!(
                r#"INSERT INTO "{table}_history" ({names},"to_seq") SELECT {names},v.column2 FROM {} CROSS JOIN "{table}" WHERE "id"=v.column1 AND "from_seq"<v.column2"#,
                given.as_table(width)
            )
        });
        execute(db, statements).await
    }

    /// A statement on the rows, several where they are more than one takes.
    fn statements(&mut self, backend: DbBackend, sql: impl Fn(Given) -> String) -> Vec<Statement> {
        let width = self.columns.len();
        let mut values = std::mem::take(&mut self.values).into_iter();
        let mut statements = Vec::new();
        while values.len() > 0 {
            let rows = values.len() / width;
            statements.push(if backend == DbBackend::Postgres {
                let values: Vec<Value> = values.by_ref().take(MAX_ROWS * width).collect();
                let parameters = (0..width).map(|place| array(values.iter().skip(place).step_by(width)).into());
                let sql = sql(Given::Arrays(arrays(values.get(..width).unwrap_or_default())));
                Statement::from_sql_and_values(backend, sql, parameters)
            } else {
                let rows = if rows >= MAX_ROWS { MAX_ROWS } else { 1 << rows.ilog2() };
                let row = format!("({})", vec!["?"; width].join(","));
                let sql = sql(Given::Values(format!("VALUES {}", vec![row.as_str(); rows].join(","))));
                Statement::from_sql_and_values(backend, sql, values.by_ref().take(rows * width))
            });
        }
        statements
    }
}

/// Runs statements one after the other.
///
/// # Errors
/// Whatever the database says.
pub async fn execute<C: ConnectionTrait>(db: &C, statements: Vec<Statement>) -> Result<(), DbErr> {
    for statement in statements {
        db.execute_raw(statement).await?;
    }
    Ok(())
}

/// Rows as they stand in a statement.
enum Given {
    /// A parameter for each column, so that the text does not depend on the number of rows: PostgreSQL takes longer for
    /// as many parameters as there are values.
    Arrays(String),
    /// A parameter for each value.
    Values(String),
}

impl Given {
    /// As the table `v`, whose columns are `column1` and so on to this one.
    fn as_table(&self, width: usize) -> String {
        match self {
            Self::Arrays(arrays) => {
                let columns = (1..=width).map(|column| format!("column{column}")).collect::<Vec<_>>().join(",");
                format!("{arrays} AS v({columns})")
            }
            Self::Values(values) => format!("({values}) AS v"),
        }
    }
}

/// Arrays of the types of one row's values.
fn arrays(row: &[Value]) -> String {
    let arrays = (1..).zip(row).map(|(place, value)| {
        let ty = match value {
            Value::BigInt(_) => "bigint",
            Value::Bool(_) => "boolean",
            _ => "text",
        };
        format!("(${place}::text)::{ty}[]")
    });
    format!("unnest({})", arrays.collect::<Vec<_>>().join(","))
}

fn names(columns: &[&'static str]) -> String {
    columns.iter().map(|column| format!(r#""{column}""#)).collect::<Vec<_>>().join(",")
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
