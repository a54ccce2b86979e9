//! Fetches from PostgreSQL: one statement for each step of a plan, prepared once for each connection. A step of one fetch, of
//! which nothing is kept, is that fetch's statement, for all its parents at once.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sea_orm::DbBackend;
use sea_orm::sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sea_orm::sqlx::{Arguments, AssertSqlSafe, Connection as _, Error, Row, ValueRef, query_scalar, query_with};
use tokio::sync::Semaphore;

use super::rows::{Parents, Reading, Rows, Run};
use super::{
    Fetch, Given, LeanStep, MAX_TOGETHER, PARENT_COLUMN, PART_COLUMN, Parameter, Part, Plan, Statement, Step,
    Unanswered,
};
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
        let mut fetched = run(&mut connection, plan, given, (max_rows, true)).await;
        if matches!(fetched, Err(Unanswered::Changed)) {
            fetched = run(&mut connection, plan, given, (max_rows, false)).await;
        }
        // What failed may be amid something; so may what is given up while it waits, which does not come this far.
        if !matches!(fetched, Err(Unanswered::Failed(_) | Unanswered::TooMany)) {
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
    (max_rows, by_kept): (u64, bool),
) -> Result<Vec<Rows>, Unanswered> {
    let mut run = Run::new(plan, given, max_rows, DbBackend::Postgres);
    for step in &plan.steps {
        if by_kept && take_known(&mut run, step)? {
            continue;
        }
        if let (false, [part]) = (step.is_union(), step.parts.as_slice()) {
            let fetch = run.fetch(part.fetch)?;
            let parents = Parents::of(fetch, &run.fetched)?;
            let mut reading = Reading::new(fetch.columns.len());
            if !parents.keys.is_empty() {
                fetch_one(connection, &run, fetch, &parents, &mut reading).await?;
            }
            run.take(part.fetch, reading, parents)?;
        } else {
            fetch_step(connection, &mut run, step).await?;
        }
    }
    Ok(run.fetched)
}

/// Takes what is kept of the words that a step asks for, if it asks for nothing else. Whatever is asked later must then be
/// answered at the same entry of the log.
fn take_known(run: &mut Run<'_>, step: &Step) -> Result<bool, Unanswered> {
    let mut all = Vec::with_capacity(step.parts.len());
    for part in &step.parts {
        let Some(known) = run.known(run.fetch(part.fetch)?) else { return Ok(false) };
        if known.0 < run.newest() {
            return Ok(false);
        }
        all.push((part.fetch, known));
    }
    for (fetch, (revision, reading)) in all {
        if run.revision.replace(revision).is_some_and(|other| other != revision) {
            return Err(Unanswered::Changed);
        }
        let parents = Parents::of(run.fetch(fetch)?, &run.fetched)?;
        run.take(fetch, reading, parents)?;
    }
    Ok(true)
}

/// Runs several fetches by one statement: where their rows may be kept, first by the one that asks for the others' keys.
async fn fetch_step(connection: &mut PgConnection, run: &mut Run<'_>, step: &Step) -> Result<(), Unanswered> {
    let known = step.parts.iter().map(|part| run.parents_before(part.fetch));
    let known: Vec<Parents> = known.collect::<Result<_, _>>()?;
    let started = Instant::now();
    if known.iter().all(|parents| parents.keys.is_empty()) {
        return take_parts(run, &Found::of(step), started).map(|_| ());
    }
    let short = step.short.as_ref().filter(|short| !short.is_long.load(Ordering::Relaxed));
    let together = short.map_or(&[][..], |short| &short.parts);
    // Its lists are whole too.
    let is_long = step.short.is_some() && short.is_none();
    let is_tried = |lean: &&LeanStep| !is_long && lean.luck.is_good() && are_fresh(run, lean);
    if let Some(lean) = step.lean.as_ref().filter(is_tried) {
        let mut found = Found { parts: &lean.parts, kept: &lean.kept, together, ..Found::of(step) };
        let left = run.left;
        rows_of_step(connection, run, &lean.statement, &known, &mut found).await?;
        if !found.is_long() && take_parts(run, &found, started)?.is_some() {
            lean.luck.note(true);
            return Ok(());
        }
        run.left = left;
    }
    let mut found = Found::of(step);
    if let Some(short) = short {
        found.together = together;
        rows_of_step(connection, run, &short.statement, &known, &mut found).await?;
        if found.is_long() {
            short.is_long.store(true, Ordering::Relaxed);
            found = Found::of(step);
        }
    }
    if found.together.is_empty() {
        rows_of_step(connection, run, &step.statement, &known, &mut found).await?;
    }
    let taken = take_parts(run, &found, started)?;
    if let Some(lean) = &step.lean {
        lean.luck.note(taken.is_some_and(|Taken { were_there }| were_there));
    }
    Ok(())
}

/// Whether what is kept of a step may be of the last entry of the log that is known of.
fn are_fresh(run: &Run<'_>, lean: &LeanStep) -> bool {
    let newest = run.newest();
    let mut kept = lean.parts.iter().filter_map(|part| run.fetch(part.fetch).ok()?.kept.as_ref());
    kept.all(|kept| kept.shelf.read(|held| held.may_be_of(newest)))
}

/// That what a step has found was taken, and whether all that is kept of its kind was there already.
struct Taken {
    were_there: bool,
}

/// What the statement of a step has found.
struct Found<'a> {
    parts: &'a [Part],
    /// The rows of each part.
    rows: Vec<Vec<PgRow>>,
    /// At which entry of the log, where the statement tells.
    revision: Option<i64>,
    /// The numbers of the parts of which only keys were asked for, and of those whose lists are whole.
    kept: &'a [usize],
    together: &'a [usize],
    was_run: bool,
}

impl<'a> Found<'a> {
    /// Nothing yet of a step.
    fn of(step: &'a Step) -> Self {
        let rows = step.parts.iter().map(|_| Vec::new()).collect();
        Self { parts: &step.parts, rows, revision: None, kept: &[], together: &[], was_run: false }
    }

    /// Whether lists that should be whole are longer than they may be.
    fn is_long(&self) -> bool {
        let mut together = self.together.iter().filter_map(|part| self.rows.get(*part));
        together.any(|rows| rows.len() > MAX_TOGETHER)
    }
}

/// Takes what the statement of a step has found; nothing where only keys were asked for, and the rest is not kept: then the
/// step must be run again.
fn take_parts(run: &mut Run<'_>, found: &Found<'_>, started: Instant) -> Result<Option<Taken>, Unanswered> {
    let mut were_there = true;
    for (number, (part, rows)) in found.parts.iter().zip(&found.rows).enumerate() {
        let fetch = run.fetch(part.fetch)?;
        let parents = Parents::of(fetch, &run.fetched)?;
        let mut reading = Reading::since(started, fetch.columns.len());
        reading.runs = usize::from(found.was_run && number == 0);
        reading.together = found.together.contains(&number);
        let mut places = parents.places();
        for row in rows {
            let Some(place) = places.of(key(row, PARENT_COLUMN)?) else { continue };
            reading.row(place);
            for (column, ty) in part.columns.iter().zip(&fetch.columns) {
                match column {
                    Some(column) => read(row, *column, *ty, &mut reading).map_err(failed)?,
                    None => reading.null(),
                }
            }
        }
        match (fetch.kept.as_ref().filter(|_| found.kept.contains(&number)), found.revision) {
            (Some(kept), Some(revision)) if reading.fill(kept, revision, &parents) => {}
            (Some(_), _) => return Ok(None),
            (None, Some(revision)) => were_there &= run.keep(fetch, &reading, &parents, revision),
            (None, None) => were_there = false,
        }
        run.take(part.fetch, reading, parents)?;
    }
    Ok(Some(Taken { were_there }))
}

/// Runs the statement of a step, and tells its rows by parts.
async fn rows_of_step(
    connection: &mut PgConnection,
    run: &Run<'_>,
    statement: &Statement,
    known: &[Parents],
    found: &mut Found<'_>,
) -> Result<(), Unanswered> {
    let mut arguments = PgArguments::default();
    for (part, parameter) in &statement.parameters {
        add(&mut arguments, run.value(parameter, known.get(*part).ok_or_else(no_part)?)?.as_deref())?;
    }
    let mut rows = query_with(AssertSqlSafe(Arc::clone(&statement.sql)), arguments).fetch(connection);
    // The row of a page that tells that there are more leads to rows that are not counted, and of short lists not all are.
    let parts = u64::try_from(found.rows.len() * (MAX_TOGETHER + 1)).unwrap_or(0);
    let mut left = run.left.saturating_mul(2).saturating_add(parts);
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        left = left.checked_sub(1).ok_or(Unanswered::TooMany)?;
        let part = usize::try_from(key(&row, PART_COLUMN)?).map_err(|_| no_part())?;
        match found.rows.get_mut(part) {
            Some(rows) => rows.push(row),
            None => found.revision = Some(key(&row, PARENT_COLUMN)?),
        }
    }
    found.was_run = true;
    if let (Some(shelves), Some(revision)) = (&run.plan.shelves, found.revision) {
        shelves.see(revision);
    }
    match run.revision {
        Some(revision) if found.revision != Some(revision) => Err(Unanswered::Changed),
        _ => Ok(()),
    }
}

fn no_part() -> Unanswered {
    Unanswered::Failed("a step has no such part".to_owned())
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
        add(&mut arguments, run.value(parameter, parents)?.as_deref())?;
    }
    query_with(AssertSqlSafe(Arc::clone(sql)), arguments).fetch_all(connection).await.map_err(failed)
}

fn add(arguments: &mut PgArguments, value: Option<&Scalar>) -> Result<(), Unanswered> {
    let added = match value {
        Some(Scalar::Text(text)) => arguments.add(text.as_str()),
        Some(Scalar::Int(number)) => arguments.add(*number),
        Some(Scalar::Bool(flag)) => arguments.add(*flag),
        // Only texts are unknown.
        None => arguments.add(None::<&str>),
    };
    added.map_err(|error| Unanswered::Failed(error.to_string()))
}

/// Reads rows, which begin with the keys of their parents where they are of a `batch`.
fn read_all(
    rows: &[PgRow],
    fetch: &Fetch,
    batch: bool,
    parents: &Parents,
    reading: &mut Reading,
) -> Result<(), Unanswered> {
    let mut places = parents.places();
    for row in rows {
        let place = if batch { places.of(key(row, 0)?) } else { Some(0) };
        if let Some(place) = place {
            reading.row(place);
            for (column, ty) in (usize::from(batch)..).zip(&fetch.columns) {
                read(row, column, *ty, reading).map_err(failed)?;
            }
        }
    }
    Ok(())
}

/// The number in a column that always holds one.
fn key(row: &PgRow, column: usize) -> Result<i64, Unanswered> {
    let value = row.try_get_raw(column).map_err(failed)?;
    let known = value.as_bytes().ok().and_then(number);
    known.ok_or_else(|| Unanswered::Failed(NO_NUMBER.to_owned()))
}

/// Reads a cell of a row, which a prepared statement gives in PostgreSQL's binary form.
fn read(row: &PgRow, column: usize, ty: Type, reading: &mut Reading) -> Result<(), Error> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        reading.null();
        return Ok(());
    }
    match ty {
        Type::Text | Type::List => reading.text(value.as_str().map_err(Error::Decode)?),
        Type::Int | Type::Time | Type::Key | Type::Bool => {
            reading
                .int(number(value.as_bytes().map_err(Error::Decode)?).ok_or_else(|| Error::Decode(NO_NUMBER.into()))?);
        }
    }
    Ok(())
}

const NO_NUMBER: &str = "a column holds neither a bigint nor a boolean";

/// What the bytes of a `bigint` or of a `boolean` are.
fn number(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [flag] => Some(i64::from(*flag)),
        bytes => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it takes errors as they come")]
fn failed(error: Error) -> Unanswered {
    Unanswered::Failed(error.to_string())
}
