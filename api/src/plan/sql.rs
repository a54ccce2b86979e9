//! A statement as text with its parameters.

use std::fmt;

use sea_orm::DbBackend;
use sea_orm::sea_query::{PostgresQueryBuilder, QueryBuilder, SelectStatement, SqlWriter, SqliteQueryBuilder, Value};

/// The text of a statement, and the values of its parameters. Numbers of rows stand in the text: they are what a database
/// chooses its way by, PostgreSQL guesses one that it does not see, and SQLite compiles the statement anew with each.
pub fn text_of(query: &SelectStatement, backend: DbBackend) -> (String, Vec<Value>) {
    let mut writer = Writer { backend, sql: String::with_capacity(512), values: Vec::new() };
    if backend == DbBackend::Postgres {
        query.build_collect_into(PostgresQueryBuilder, &mut writer);
    } else {
        query.build_collect_into(SqliteQueryBuilder, &mut writer);
    }
    (writer.sql, writer.values)
}

struct Writer {
    backend: DbBackend,
    sql: String,
    values: Vec<Value>,
}

impl fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.sql.write_str(text)
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)
    }
}

impl SqlWriter for Writer {
    fn push_param<T: QueryBuilder>(&mut self, value: Value, _: &T) {
        // Only LIMIT is given such a number.
        if let Value::BigUnsigned(Some(number)) = value {
            self.sql.push_str(&number.to_string());
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
        self.sql.push_str(&(place + 1).to_string());
    }

    fn as_writer(&mut self) -> &mut dyn fmt::Write {
        self
    }
}
