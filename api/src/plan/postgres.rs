//! Fetches from PostgreSQL: one statement for each list, for all its parents at once, prepared once for each connection.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::DbBackend;
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::postgres::{PgArguments, PgPool, PgRow};
use sea_orm::sqlx::{Arguments, AssertSqlSafe, Error, Row, query_with};

use super::rows::{Parents, Reading, Rows};
use super::{Fetch, Given, Parameter, Plan, Unanswered};
use crate::graph::{Scalar, Type};

/// Runs all fetches of a plan.
pub async fn run(pool: &PgPool, plan: &Plan, given: &Given, max_rows: u64) -> Result<Vec<Rows>, Unanswered> {
    if plan.fetches.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = pool.acquire().await.map_err(failed)?;
    let (mut fetched, mut left) = (Vec::with_capacity(plan.fetches.len()), max_rows);
    let mut given = Cow::Borrowed(given);
    for fetch in &plan.fetches {
        let parents = Parents::of(fetch, &fetched)?;
        let mut reading = Reading::new(fetch.columns.len());
        if !parents.keys.is_empty() {
            reading.runs = 1;
            let arguments = arguments(fetch, &parents, &given)?;
            let statement = query_with(AssertSqlSafe(Arc::clone(&fetch.sql)), arguments);
            let rows = statement.fetch_all(&mut *connection).await.map_err(failed)?;
            left = left.checked_sub(rows.len() as u64).ok_or(Unanswered::TooMany)?;
            let places = if fetch.is_batch { parents.places() } else { HashMap::new() };
            for row in &rows {
                read(row, fetch, &places, &mut reading).map_err(failed)?;
            }
        }
        let rows = reading.end(parents, fetch.limit);
        fetch.then.follow(&rows, &mut given, DbBackend::Postgres)?;
        fetched.push(rows);
    }
    Ok(fetched)
}

fn arguments(fetch: &Fetch, parents: &Parents, given: &Given) -> Result<PgArguments, Unanswered> {
    let mut arguments = PgArguments::default();
    for parameter in &fetch.parameters {
        match parameter {
            Parameter::Always(value) => add(&mut arguments, value),
            Parameter::Variable(name) => arguments.add(given.text(name)),
            Parameter::Cursor { cursor, position } => match given.value(*cursor, *position) {
                Some(value) => add(&mut arguments, value),
                None => return Err(Unanswered::Failed("a cursor lacks a value".to_owned())),
            },
            Parameter::Searched { search, place } => arguments.add(given.searched(*search, *place)),
            Parameter::Question { search, place } => arguments.add(given.question(*search, *place)),
            Parameter::Parents => arguments.add(serde_json::Value::from(parents.keys.as_slice()).to_string()),
            Parameter::Parent => arguments.add(parents.keys.first().copied()),
        }
        .map_err(|error| Unanswered::Failed(error.to_string()))?;
    }
    Ok(arguments)
}

fn add(arguments: &mut PgArguments, value: &Scalar) -> Result<(), BoxDynError> {
    match value {
        Scalar::Text(text) => arguments.add(text.as_str()),
        Scalar::Int(number) => arguments.add(*number),
        Scalar::Bool(flag) => arguments.add(*flag),
    }
}

fn read(row: &PgRow, fetch: &Fetch, places: &HashMap<i64, usize>, reading: &mut Reading) -> Result<(), Error> {
    let mut first = 0;
    if fetch.is_batch {
        let Some(place) = places.get(&row.try_get::<i64, _>(0)?) else { return Ok(()) };
        reading.row(*place);
        first = 1;
    } else {
        reading.row(0);
    }
    for (column, ty) in (first..).zip(&fetch.columns) {
        match ty {
            Type::Text | Type::List => match row.try_get::<Option<&str>, _>(column)? {
                Some(text) => reading.text(text),
                None => reading.null(),
            },
            Type::Int | Type::Time | Type::Key => match row.try_get::<Option<i64>, _>(column)? {
                Some(number) => reading.int(number),
                None => reading.null(),
            },
            Type::Bool => match row.try_get::<Option<bool>, _>(column)? {
                Some(flag) => reading.int(flag.into()),
                None => reading.null(),
            },
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it takes errors as they come")]
fn failed(error: Error) -> Unanswered {
    Unanswered::Failed(error.to_string())
}
