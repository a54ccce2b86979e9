//! Fetches from PostgreSQL: one statement for each list, for all its parents at once, prepared once for each connection.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbBackend;
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sea_orm::sqlx::{Arguments, AssertSqlSafe, Connection as _, Error, Row, query_scalar, query_with};
use tokio::sync::Semaphore;

use super::rows::{Parents, Reading, Rows, Run};
use super::{Fetch, Given, Parameter, Plan, Unanswered};
use crate::graph::{Scalar, Type};

/// A connection that was used within this time is taken to be there.
pub const TRUSTED: Duration = Duration::from_secs(1);
/// Statements that a connection keeps prepared.
const PREPARED: usize = 256;

/// Connections for plans, kept between them: a pool would ask the database for a sign of life at the end of each use.
#[derive(Debug)]
pub struct Connections {
    options: PgConnectOptions,
    turns: Semaphore,
    /// Those that nobody uses, and since when.
    idle: Mutex<Vec<(PgConnection, Instant)>>,
}

impl Connections {
    /// So many connections at most, which are opened as they are needed.
    pub fn new(options: PgConnectOptions, most: u32) -> Self {
        let options = options.statement_cache_capacity(PREPARED);
        let turns = Semaphore::new(usize::try_from(most).unwrap_or(1));
        Self { options, turns, idle: Mutex::default() }
    }

    /// Runs all fetches of a plan.
    pub(super) async fn run(&self, plan: &Plan, given: &Given, max_rows: u64) -> Result<Vec<Rows>, Unanswered> {
        if plan.fetches.is_empty() {
            return Ok(Vec::new());
        }
        let _turn = self.turns.acquire().await.map_err(|error| Unanswered::Failed(error.to_string()))?;
        let mut connection = self.take().await.map_err(failed)?;
        let fetched = run(&mut connection, plan, given, max_rows).await;
        // What failed may be amid something; so may what is given up while it waits, which does not come this far.
        if !matches!(fetched, Err(Unanswered::Failed(_))) {
            self.give_back(connection);
        }
        fetched
    }

    /// The number that a short statement finds.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn number(&self, sql: &'static str) -> Result<i64, Error> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::PoolClosed)?;
        let mut connection = self.take().await?;
        let number = query_scalar(sql).fetch_one(&mut connection).await?;
        self.give_back(connection);
        Ok(number)
    }

    /// A connection that nobody uses, or a new one.
    async fn take(&self) -> Result<PgConnection, Error> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((mut connection, since)) = idle else { break };
            if since.elapsed() < TRUSTED || connection.ping().await.is_ok() {
                return Ok(connection);
            }
        }
        PgConnection::connect_with(&self.options).await
    }

    fn give_back(&self, connection: PgConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }
}

async fn run(
    connection: &mut PgConnection,
    plan: &Plan,
    given: &Given,
    max_rows: u64,
) -> Result<Vec<Rows>, Unanswered> {
    let mut run = Run::new(plan, given, max_rows, DbBackend::Postgres);
    for fetch in &plan.fetches {
        let parents = Parents::of(fetch, &run.fetched)?;
        let mut reading = Reading::new(fetch.columns.len());
        if !parents.keys.is_empty() {
            fetch_one(connection, &run, fetch, &parents, &mut reading).await?;
        }
        run.take(fetch, reading, parents)?;
    }
    Ok(run.fetched)
}

async fn fetch_one(
    connection: &mut PgConnection,
    run: &Run<'_>,
    fetch: &Fetch,
    parents: &Parents,
    reading: &mut Reading,
) -> Result<(), Unanswered> {
    if let Some(together) = fetch.together(parents.keys.len(), run.left) {
        let rows = rows_of(connection, &together.sql, &together.parameters, run, parents).await?;
        read_all(&rows, fetch, true, parents, reading)?;
        if reading.is_together(together) {
            return Ok(());
        }
    }
    let rows = rows_of(connection, &fetch.sql, &fetch.parameters, run, parents).await?;
    reading.runs = 1;
    read_all(&rows, fetch, fetch.is_batch, parents, reading)
}

async fn rows_of(
    connection: &mut PgConnection,
    sql: &Arc<str>,
    parameters: &[Parameter],
    run: &Run<'_>,
    parents: &Parents,
) -> Result<Vec<PgRow>, Unanswered> {
    let mut arguments = PgArguments::default();
    for parameter in parameters {
        match run.value(parameter, parents)? {
            Some(value) => add(&mut arguments, &value),
            // Only texts are unknown.
            None => arguments.add(None::<&str>),
        }
        .map_err(|error| Unanswered::Failed(error.to_string()))?;
    }
    query_with(AssertSqlSafe(Arc::clone(sql)), arguments).fetch_all(connection).await.map_err(failed)
}

fn add(arguments: &mut PgArguments, value: &Scalar) -> Result<(), BoxDynError> {
    match value {
        Scalar::Text(text) => arguments.add(text.as_str()),
        Scalar::Int(number) => arguments.add(*number),
        Scalar::Bool(flag) => arguments.add(*flag),
    }
}

/// Reads rows, which begin with the keys of their parents where they are of a `batch`.
fn read_all(
    rows: &[PgRow],
    fetch: &Fetch,
    batch: bool,
    parents: &Parents,
    reading: &mut Reading,
) -> Result<(), Unanswered> {
    let places = if batch { parents.places() } else { HashMap::new() };
    for row in rows {
        let place = if batch { places.get(&row.try_get::<i64, _>(0).map_err(failed)?).copied() } else { Some(0) };
        if let Some(place) = place {
            reading.row(place);
            read(row, fetch, usize::from(batch), reading).map_err(failed)?;
        }
    }
    Ok(())
}

/// Reads the cells of a row from this column on.
fn read(row: &PgRow, fetch: &Fetch, first: usize, reading: &mut Reading) -> Result<(), Error> {
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
