//! What a request is told of how it was answered: `extensions: {explain: true}`.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, Value};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use crate::graphql::Noted;

/// Statements of which the database is asked what it means to do.
const MAX_PLANS: usize = 50;

/// How a request was answered.
#[derive(Debug, Default, Serialize)]
pub struct Explanation {
    pub fields: Vec<Field>,
    pub statements: Vec<Run>,
}

/// Who answered a field of the root.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub response_key: String,
    /// `plan` or `resolvers`.
    pub executor: &'static str,
}

/// A statement, and what came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub sql: String,
    /// How many parameters it has.
    pub parameters: usize,
    /// How often it was run: on SQLite a plan asks for each parent by itself.
    pub runs: usize,
    /// How many rows it gave in all.
    pub rows: usize,
    /// How long it took in all.
    pub milliseconds: f64,
    /// What the database means to do, line by line.
    pub plan: Vec<String>,
    #[serde(skip)]
    pub values: Vec<Value>,
}

impl Explanation {
    /// Notes who answered these fields of the root.
    pub fn add_fields(&mut self, response_keys: impl IntoIterator<Item = String>, executor: &'static str) {
        let fields = response_keys.into_iter().map(|response_key| Field { response_key, executor });
        self.fields.extend(fields);
    }

    /// Asks the database what it means to do, for the first statements and as long as there is time. What it does not say
    /// stays empty.
    pub async fn ask_for_plans(&mut self, db: &DatabaseConnection, deadline: Instant) {
        let backend = db.get_database_backend();
        let (explain, line) = if backend == DbBackend::Sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
        for run in self.statements.iter_mut().take(MAX_PLANS) {
            let sql = format!("{explain} {}", run.sql);
            let statement = Statement::from_sql_and_values(backend, sql, std::mem::take(&mut run.values));
            let Ok(rows) = timeout_at(deadline, db.query_all_raw(statement)).await else { return };
            let rows = rows.unwrap_or_default();
            run.plan = rows.iter().filter_map(|row| row.try_get_by_index(line).ok()).collect();
        }
    }
}

impl From<Noted> for Run {
    fn from(Noted { statement, rows, took }: Noted) -> Self {
        let values = statement.values.map(|values| values.0).unwrap_or_default();
        let (parameters, milliseconds) = (values.len(), milliseconds(took));
        Self { sql: statement.sql, parameters, runs: 1, rows, milliseconds, plan: Vec::new(), values }
    }
}

/// A duration as explanations show it.
pub fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}
