//! Fetches from SQLite, in the thread that answers: a row costs a step of the statement and nothing else. A plan that
//! takes longer than others should wait is broken off, and run where it may take its time.

use std::num::NonZero;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Statement};
use rustix::time::{ClockId, clock_gettime};
use sea_orm::DbBackend;

use super::rows::{Parents, Reading, Rows, Run};
use super::{Fetch, Given, HEAD, KeptBy, Lean, MAX_TOGETHER, Parameter, Plan, Unanswered};
use crate::graph::Scalar;

/// Statements that a connection keeps prepared.
const PREPARED: usize = 256;
/// Operations of SQLite's machine between two looks at the clock: some tens of microseconds.
const OPERATIONS_BETWEEN_CHECKS: i32 = 1_000;
/// Connections that are kept open while nobody uses them.
const IDLE: usize = 8;
/// What the connections that answer at once may keep of the file, in KiB, all together: one in each core's thread. Of what
/// one keeps, the least and the most.
const CACHES_KIB: usize = 40 * 1_024;
const CACHE_KIB: RangeInclusive<usize> = 4 * 1_024..=CACHES_KIB;
/// What one keeps that takes its time.
const PATIENT_CACHE_KIB: usize = 8 * 1_024;

/// How many times as long as it may use its core a plan may take that runs at once.
pub(super) const WAITING: u32 = 5;

/// How long those who wait for a plan have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Others wait for the thread too.
    AtOnce,
    Patient,
}

/// Connections that only read, for whoever answers in this thread.
pub struct Readers {
    file: PathBuf,
    /// Those that answer at once, and those that take their time.
    idle: [Mutex<Vec<Reader>>; 2],
    started: Instant,
}

/// A connection, and when what it runs must end.
struct Reader {
    connection: Connection,
    end: Arc<End>,
}

/// When what a connection runs must end, all in microseconds: whoever answers at once in a thread that the system lets wait
/// for others does not keep anybody waiting himself.
struct End {
    /// After the start, from when on it may be over.
    earliest: AtomicU64,
    /// After the start, when it is over.
    latest: AtomicU64,
    /// What the thread may have used by then.
    used: AtomicU64,
}

impl End {
    fn set(&self, earliest: u64, latest: u64, used: u64) {
        self.earliest.store(earliest, Relaxed);
        self.latest.store(latest, Relaxed);
        self.used.store(used, Relaxed);
    }

    fn is_over(&self, now: u64) -> bool {
        now > self.earliest.load(Relaxed) && (now > self.latest.load(Relaxed) || used() > self.used.load(Relaxed))
    }
}

/// What this thread has used of its core so far, in microseconds.
fn used() -> u64 {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(used.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(used.tv_nsec).unwrap_or(0) / 1_000
}

/// Rows, or why there are none, and what a plan has used of its thread's core.
pub(super) type Ran = (Result<Vec<Rows>, Unanswered>, Duration);

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Readers {
    /// Readers of a file, which are opened as they are needed.
    pub fn of(file: PathBuf) -> Self {
        Self { file, idle: [Mutex::default(), Mutex::default()], started: Instant::now() }
    }

    fn idle(&self, pace: Pace) -> MutexGuard<'_, Vec<Reader>> {
        let [at_once, patient] = &self.idle;
        let idle = if pace == Pace::AtOnce { at_once } else { patient };
        idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, pace: Pace) -> rusqlite::Result<Reader> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let cache = match pace {
            Pace::AtOnce => (CACHES_KIB / cores).clamp(*CACHE_KIB.start(), *CACHE_KIB.end()),
            Pace::Patient => PATIENT_CACHE_KIB,
        };
        connection.pragma_update(None, "cache_size", format!("-{cache}"))?;
        // Nobody waits in this thread: while the file is locked, others answer.
        connection.busy_timeout(Duration::ZERO)?;
        let end = Arc::new(End { earliest: u64::MAX.into(), latest: u64::MAX.into(), used: u64::MAX.into() });
        let (watched, started) = (Arc::clone(&end), self.started);
        let is_late = move || watched.is_over(micros(started.elapsed()));
        connection.progress_handler(OPERATIONS_BETWEEN_CHECKS, Some(is_late))?;
        Ok(Reader { connection, end })
    }

    /// The number that a short statement finds.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn number(&self, sql: &str) -> rusqlite::Result<i64> {
        let reader = self.take(Pace::AtOnce)?;
        reader.end.set(u64::MAX, u64::MAX, u64::MAX);
        let number = reader.number(sql);
        self.give_back(reader, Pace::AtOnce);
        number
    }

    /// Runs all fetches of a plan within some time, all on one state of the database. What runs at once may use its core for
    /// so long; what waits for the disk or for its core, a few times as long.
    pub(super) fn run(&self, plan: &Plan, given: &Given, (pace, most): (Pace, Duration), max_rows: u64) -> Ran {
        let reader = match self.take(pace) {
            Ok(reader) => reader,
            Err(error) => return (Err(failed(error)), Duration::ZERO),
        };
        let (now, before, most) = (micros(self.started.elapsed()), used(), micros(most));
        let end = now.saturating_add(most);
        match pace {
            Pace::AtOnce => reader.end.set(
                end,
                now.saturating_add(most.saturating_mul(WAITING.into())),
                before.saturating_add(most),
            ),
            Pace::Patient => reader.end.set(end, end, u64::MAX),
        }
        let fetched = reader.run(plan, given, max_rows);
        self.give_back(reader, pace);
        (fetched, Duration::from_micros(used().saturating_sub(before)))
    }

    /// A connection that nobody uses, or a new one.
    fn take(&self, pace: Pace) -> rusqlite::Result<Reader> {
        let idle = self.idle(pace).pop();
        idle.map_or_else(|| self.open(pace), Ok)
    }

    /// Keeps a connection for others, unless it is amid something or enough are kept.
    fn give_back(&self, reader: Reader, pace: Pace) {
        let mut idle = self.idle(pace);
        if reader.connection.is_autocommit() && idle.len() < IDLE {
            idle.push(reader);
        }
    }
}

impl Reader {
    fn run(&self, plan: &Plan, given: &Given, max_rows: u64) -> Result<Vec<Rows>, Unanswered> {
        let transaction = plan.fetches.len() > 1 || plan.fetches.iter().any(|fetch| plan.keeps(fetch));
        if transaction {
            self.connection.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).map_err(failed)?;
        }
        let fetched = self.fetch_all(plan, given, max_rows);
        if transaction {
            self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).map_err(failed)?;
        }
        fetched
    }

    fn fetch_all(&self, plan: &Plan, given: &Given, max_rows: u64) -> Result<Vec<Rows>, Unanswered> {
        let mut run = Run::new(plan, given, max_rows, DbBackend::Sqlite);
        // It is the same for all: they see one state of the database.
        let mut revision = None;
        for (place, fetch) in plan.fetches.iter().enumerate() {
            let parents = Parents::of(fetch, &run.fetched)?;
            let mut reading = Reading::new(fetch.columns.len());
            if parents.keys.is_empty() {
                // There is nothing to ask.
            } else if plan.keeps(fetch) {
                let revision = match revision {
                    Some(revision) => revision,
                    None => *revision.insert(self.number(HEAD).map_err(failed)?),
                };
                let mut were_there = self.fetch_lean(&run, fetch, (&parents, revision), &mut reading)?;
                if !were_there {
                    reading = Reading::new(fetch.columns.len());
                    self.fetch(&run, fetch, &parents, &mut reading)?;
                    were_there = run.keep(fetch, &reading, &parents, revision);
                }
                if let Some(kept) = &fetch.kept {
                    kept.luck.note(were_there);
                }
            } else {
                self.fetch(&run, fetch, &parents, &mut reading)?;
            }
            run.take(place, reading, parents)?;
        }
        Ok(run.fetched)
    }

    /// Asks for what is not kept of a fetch, and takes the rest from where it is kept. Tells whether all is there.
    fn fetch_lean(
        &self,
        run: &Run<'_>,
        fetch: &Fetch,
        (parents, revision): (&Parents, i64),
        reading: &mut Reading,
    ) -> Result<bool, Unanswered> {
        let Some(kept) = &fetch.kept else {
            let known = run.known(fetch).filter(|(of, _)| *of == revision);
            return Ok(known.map(|(_, known)| *reading = known).is_some());
        };
        if !kept.luck.is_good() || !kept.shelf.read(|held| held.may_be_of(revision)) {
            return Ok(false);
        }
        let together = fetch.together(parents.keys.len(), run.left);
        let lean = kept.lean(together.is_some());
        match (kept.key, lean) {
            (KeptBy::Parent, _) => {}
            (KeptBy::Column(_), None) => return Ok(false),
            (KeptBy::Column(_), Some(Lean { sql, parameters })) => {
                let mut statement = self.prepared(sql, parameters, run, parents)?;
                if together.is_some() {
                    read_batch(&mut statement, parents, reading, u64::MAX)?;
                    reading.together = reading.len() <= MAX_TOGETHER;
                    if !reading.together {
                        return Ok(false);
                    }
                    reading.runs = 1;
                } else {
                    read_parents(&mut statement, (fetch.is_batch, parameters), (run, parents), reading)?;
                }
            }
        }
        Ok(reading.fill(kept, revision, parents))
    }

    fn fetch(&self, run: &Run<'_>, fetch: &Fetch, parents: &Parents, reading: &mut Reading) -> Result<(), Unanswered> {
        if let Some(together) = fetch.together(parents.keys.len(), run.left) {
            let mut statement = self.prepared(&together.sql, &together.parameters, run, parents)?;
            read_batch(&mut statement, parents, reading, u64::MAX)?;
            if reading.is_together(together) {
                return Ok(());
            }
        }
        let mut statement = self.prepared(&fetch.sql, &fetch.parameters, run, parents)?;
        read_parents(&mut statement, (fetch.is_batch, &fetch.parameters), (run, parents), reading)
    }

    /// The number that a short statement finds.
    fn number(&self, sql: &str) -> rusqlite::Result<i64> {
        self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
    }

    /// A statement with what is the same for all parents.
    fn prepared(
        &self,
        sql: &str,
        parameters: &[Parameter],
        run: &Run<'_>,
        parents: &Parents,
    ) -> Result<CachedStatement<'_>, Unanswered> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        for (place, parameter) in (1..).zip(parameters) {
            statement.raw_bind_parameter(place, run.value(parameter, parents)?.as_deref()).map_err(failed)?;
        }
        Ok(statement)
    }
}

impl ToSql for Scalar {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(flag) => ValueRef::Integer((*flag).into()),
        }))
    }
}

/// Reads the rows of all parents: at once where the statement is of a `batch`, else of one after the other.
fn read_parents(
    statement: &mut Statement<'_>,
    (batch, parameters): (bool, &[Parameter]),
    (run, parents): (&Run<'_>, &Parents),
    reading: &mut Reading,
) -> Result<(), Unanswered> {
    if batch {
        reading.runs = 1;
        return read_batch(statement, parents, reading, run.left);
    }
    reading.runs = parents.keys.len();
    for (place, key) in parents.keys.iter().enumerate() {
        bind_parent(statement, parameters, *key)?;
        read(statement, place, reading, run.left)?;
    }
    Ok(())
}

fn bind_parent(statement: &mut Statement<'_>, parameters: &[Parameter], key: i64) -> Result<(), Unanswered> {
    for (place, _) in (1..).zip(parameters).filter(|(_, parameter)| **parameter == Parameter::Parent) {
        statement.raw_bind_parameter(place, key).map_err(failed)?;
    }
    Ok(())
}

fn read(statement: &mut Statement<'_>, place: usize, reading: &mut Reading, left: u64) -> Result<(), Unanswered> {
    let width = reading.width();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        reading.row(place);
        for column in 0..width {
            cell(reading, row.get_ref(column).map_err(failed)?)?;
        }
        within(reading, left)?;
    }
    Ok(())
}

/// Reads rows that begin with the keys of their parents.
fn read_batch(
    statement: &mut Statement<'_>,
    parents: &Parents,
    reading: &mut Reading,
    left: u64,
) -> Result<(), Unanswered> {
    let mut places = parents.places();
    let width = reading.width();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        let Some(place) = places.of(row.get(0).map_err(failed)?) else { continue };
        reading.row(place);
        for column in 1..=width {
            cell(reading, row.get_ref(column).map_err(failed)?)?;
        }
        within(reading, left)?;
    }
    Ok(())
}

fn cell(reading: &mut Reading, value: ValueRef<'_>) -> Result<(), Unanswered> {
    match value {
        ValueRef::Null => reading.null(),
        ValueRef::Integer(number) => reading.int(number),
        ValueRef::Text(text) => {
            reading.text(std::str::from_utf8(text).map_err(|error| Unanswered::Failed(error.to_string()))?);
        }
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            return Err(Unanswered::Failed("a column holds neither text nor whole number".to_owned()));
        }
    }
    Ok(())
}

fn within(reading: &Reading, left: u64) -> Result<(), Unanswered> {
    if reading.len() as u64 > left { Err(Unanswered::TooMany) } else { Ok(()) }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::needless_pass_by_value, reason = "it takes errors as they come")]
fn failed(error: rusqlite::Error) -> Unanswered {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => Unanswered::TooSlow,
        _ => Unanswered::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_his_core_is_not_late_and_who_uses_it_is() {
        let end = End { earliest: 10.into(), latest: u64::MAX.into(), used: used().saturating_add(20_000).into() };
        std::thread::sleep(Duration::from_millis(40));
        assert!(!end.is_over(5) && !end.is_over(1_000_000));
        let started = Instant::now();
        while !end.is_over(1_000_000) {
            assert!(started.elapsed() < Duration::from_secs(20), "it goes on");
        }
        assert!(!end.is_over(10));
        // However little it uses, it does not take for ever.
        end.set(10, 500, u64::MAX);
        assert!(!end.is_over(500) && end.is_over(501));
    }
}
