//! A statement as text with its parameters.

use std::collections::HashMap;
use std::fmt;

use sea_orm::DbBackend;
use sea_orm::sea_query::{PostgresQueryBuilder, QueryBuilder, SelectStatement, SqlWriter, SqliteQueryBuilder, Value};

/// The text of a statement, and the values of its parameters. Numbers of rows stand in the text: they are what a database
/// chooses its way by, PostgreSQL guesses one that it does not see, and SQLite compiles the statement anew with each.
pub fn text_of(query: &SelectStatement, backend: DbBackend) -> (String, Vec<Value>) {
    text_among(query, backend, 0, &HashMap::new())
}

/// [`text_of`] a statement within another one, so many of whose parameters stand before its own. Of what comes late, some
/// stands in the text.
pub fn text_among(
    query: &SelectStatement,
    backend: DbBackend,
    before: usize,
    known: &HashMap<&str, String>,
) -> (String, Vec<Value>) {
    let mut writer = Writer { backend, sql: String::with_capacity(512), values: Vec::new(), before, known };
    if backend == DbBackend::Postgres {
        query.build_collect_into(PostgresQueryBuilder, &mut writer);
    } else {
        query.build_collect_into(SqliteQueryBuilder, &mut writer);
    }
    (writer.sql, writer.values)
}

struct Writer<'a> {
    backend: DbBackend,
    sql: String,
    values: Vec<Value>,
    before: usize,
    known: &'a HashMap<&'a str, String>,
}

impl fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.sql.write_str(text)
    }
}

impl fmt::Display for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

impl SqlWriter for Writer<'_> {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, _: &T) {
        // Only LIMIT is given such a number.
        if let Value::BigUnsigned(Some(number)) = value {
            self.sql.push_str(&number.to_string());
            return;
        }
        if let Value::Bytes(Some(name)) = &value
            && let Some(text) = std::str::from_utf8(name).ok().and_then(|name| self.known.get(name))
        {
            self.sql.push_str(text);
            return;
        }
        // What comes late may be named often, and is given once.
        let is_late = matches!(value, Value::Bytes(_));
        let known = self.values.iter().position(|known| is_late && *known == value);
        let place = known.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        self.sql.push(if self.backend == DbBackend::Postgres { '$' } else { '?' });
        self.sql.push_str(&(self.before + place + 1).to_string());
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}
