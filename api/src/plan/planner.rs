//! Which plan answers a request: plans are kept by document, and by the values of those variables that decide how its
//! statements look.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::{Name, Pos, Positioned, Request, ServerError, ValidationResult, Value, Variables};
use sea_orm::DbBackend;
use tokio::sync::Semaphore;

use super::compile::compile;
use super::document::Document;
use super::explain::{Explanation, Run, milliseconds};
use super::rows::Rows;
use super::shelf::Shelves;
use super::sqlite::{Pace, Readers, WAITING};
use super::write::write;
use super::{Fetch, Given, HEAD, Parameter, Plan, Statement, Step, Texts, Unanswered, postgres, read_search};
use crate::app::App;
use crate::graph::Scalar;
use crate::graph::cursor::CursorKey;
use crate::graphql::{self, AtlasSchema};

/// Bytes of the plans that are kept, roughly, with their documents.
const MAX_KEPT: usize = 16 * 1_024 * 1_024;
/// Longest document whose plans are kept, in bytes, with the values that they depend on.
const MAX_DOCUMENT: usize = 20_000;
/// What a plan takes beside its texts, roughly.
const OVERHEAD: usize = 2_048;
/// Bytes that the data of an answer is taken to have as long as there was none.
const ROOM: usize = 1_024;
/// How long a plan may keep the thread that serves other requests too, unless it is told otherwise.
const INLINE: Duration = Duration::from_millis(4);

/// Makes plans and keeps them.
pub struct Planner {
    is_on: bool,
    /// A schema that judges documents and runs nothing.
    judge: AtlasSchema,
    key: CursorKey,
    connections: Connections,
    /// Where rows of records are kept, if they are.
    shelves: Option<Arc<Shelves>>,
    /// How long a plan may keep the thread that serves other requests too.
    pub inline: Duration,
    /// Turns of plans that run where they may take their time: one for each processor core.
    slow: Arc<Semaphore>,
    /// On PostgreSQL, how far the log had got, and when that was asked.
    seen: Mutex<Option<(i64, Instant)>>,
    kept: RwLock<Kept>,
    hasher: RandomState,
}

/// Connections of plans.
#[derive(Debug)]
pub enum Connections {
    Sqlite(Arc<Readers>),
    Postgres(Box<postgres::Connections>),
}

impl Connections {
    fn backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }
}

#[derive(Default)]
struct Kept {
    documents: HashMap<u64, Arc<Known>>,
    /// Roughly how much they take.
    bytes: usize,
}

/// A document whose plans are kept.
struct Known {
    query: String,
    operation_name: Option<String>,
    /// The operation's own name, for the log.
    name: String,
    /// Its variables.
    variables: BTreeSet<String>,
    /// Those by which its plans differ.
    differ: Mutex<Differ>,
    plans: RwLock<HashMap<String, Arc<Ready>>>,
}

/// Variables by which the plans of a document differ.
#[derive(Clone, Debug, Default)]
struct Differ {
    /// By their values.
    decisive: BTreeSet<String>,
    /// By whether they are there: these hold texts.
    optional: BTreeSet<String>,
    /// By of how many words they are: these hold full-text queries.
    searched: BTreeSet<String>,
}

/// A plan, and what is known of how it runs.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    usual: Usual,
    /// Bytes that the data of its answers takes.
    room: AtomicUsize,
}

/// What the runs of a plan on SQLite use of a core, in microseconds, the latest most.
#[derive(Debug, Default)]
struct Usual(AtomicU64);

/// So many times what a plan may use at once it counts as using at most: a single slow run is soon forgotten.
const SLOWEST: u32 = 8;

impl Usual {
    /// Whether it may be run at once, where it may use so much of a core: whether it usually uses less.
    fn is_quick(&self, inline: Duration) -> bool {
        Duration::from_micros(self.0.load(Ordering::Relaxed)) < inline * 3 / 4
    }

    /// Notes what a run has used.
    fn note(&self, used: Duration, inline: Duration) {
        let used = u64::try_from(used.min(inline * SLOWEST).as_micros()).unwrap_or(u64::MAX);
        let usual = self.0.load(Ordering::Relaxed);
        self.0.store(usual - usual / 8 + used / 8, Ordering::Relaxed);
    }
}

impl Ready {
    /// Roughly how much it takes.
    fn bytes(&self) -> usize {
        let steps = self.plan.steps.iter().map(Step::bytes).sum::<usize>();
        OVERHEAD + steps + self.plan.fetches.iter().map(Fetch::bytes).sum::<usize>()
    }
}

/// A request whose plan is known.
pub struct Planned {
    ready: Arc<Ready>,
    given: Given,
    /// The name of the operation.
    pub name: String,
    /// The request without the fields that the plan answers, where it does not answer all.
    pub left: Option<Request>,
}

/// What a plan has fetched.
pub struct Fetched {
    rows: Vec<Rows>,
}

impl Fetched {
    /// How many statements were run for it, each counted once.
    pub fn statements(&self) -> u64 {
        self.rows.iter().filter(|rows| rows.runs > 0).count() as u64
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows.iter().map(|rows| rows.len() as u64).sum()
    }
}

impl Planner {
    /// A planner without plans; one that is not on leaves everything to the resolvers. It may keep rows of so many bytes.
    pub fn new(connections: Connections, cursor_key: &[u8; 32], is_on: bool, record_cache_bytes: usize) -> Self {
        Self {
            is_on,
            judge: graphql::schema_with(Judge),
            key: CursorKey::new(cursor_key),
            connections,
            shelves: Shelves::new(record_cache_bytes).map(Arc::new),
            inline: INLINE,
            slow: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))),
            seen: Mutex::default(),
            kept: RwLock::default(),
            hasher: RandomState::new(),
        }
    }

    /// The plan of a request that was made before.
    pub fn known(&self, query: &str, operation_name: Option<&str>, variables: &Variables) -> Option<Planned> {
        let digest = self.digest(query, operation_name);
        let known = {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.documents.get(&digest)?)
        };
        if known.query != query || known.operation_name.as_deref() != operation_name {
            return None;
        }
        // What else is given was not judged.
        if !variables.keys().all(|name| known.variables.contains(name.as_str())) {
            return None;
        }
        let values = known.values(variables, self.shelves.as_deref())?;
        let ready = Arc::clone(known.plans.read().unwrap_or_else(PoisonError::into_inner).get(&values)?);
        let given = ready.plan.given(Texts(variables), &self.key)?;
        Some(Planned { ready, given, name: known.name.clone(), left: None })
    }

    /// Makes a plan for a request that was parsed and measured; none where resolvers must answer it.
    pub async fn plan(
        &self,
        parsed: &ExecutableDocument,
        operation: &OperationDefinition,
        request: (&str, Option<&str>, &Variables),
        name: &str,
    ) -> Option<Planned> {
        let (query, operation_name, variables) = request;
        if !self.is_on || operation.ty != OperationType::Query {
            return None;
        }
        let mut document = Document::new(parsed, operation, variables);
        let plan = compile(&mut document, self.connections.backend(), &self.key, self.shelves.as_ref())?;
        let asking = |document: ExecutableDocument| {
            let mut asking = Request::new(query).variables(variables.clone());
            asking.operation_name = operation_name.map(str::to_owned);
            asking.set_parsed_query(document);
            asking
        };
        if !self.judge.execute(asking(parsed.clone())).await.errors.is_empty() {
            return None;
        }
        let planned: Vec<&str> =
            plan.root.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| key.as_str()).collect();
        let left = (planned.len() < plan.root.len()).then(|| asking(without(parsed, operation, &planned)));
        let ready = Arc::new(Ready { plan, usual: Usual::default(), room: AtomicUsize::new(ROOM) });
        // What the plan does not take as it comes must be what was judged.
        let mut decisive = document.decisive;
        let names: BTreeSet<String> =
            operation.variable_definitions.iter().map(|one| one.node.name.node.to_string()).collect();
        let (optional, searched) = (document.optional, document.searched);
        let unmet = names.iter().filter(|name| !ready.plan.variables.contains(*name) && !optional.contains(*name));
        decisive.extend(unmet.cloned());
        let given = ready.plan.given(Texts(variables), &self.key)?;
        let name = name.to_owned();
        if left.is_some() || ready.plan.is_fleeting {
            // What is left must be judged each time.
            return Some(Planned { ready, given, name, left });
        }
        self.keep(
            Known {
                query: query.to_owned(),
                operation_name: operation_name.map(str::to_owned),
                name: name.clone(),
                variables: names,
                differ: Mutex::new(Differ { decisive, optional, searched }),
                plans: RwLock::default(),
            },
            variables,
            &ready,
        );
        Some(Planned { ready, given, name, left })
    }

    fn digest(&self, query: &str, operation_name: Option<&str>) -> u64 {
        self.hasher.hash_one((query, operation_name))
    }

    fn keep(&self, new: Known, variables: &Variables, ready: &Arc<Ready>) {
        let digest = self.digest(&new.query, new.operation_name.as_deref());
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes >= MAX_KEPT {
            // Those that are still asked for are made again.
            *kept = Kept::default();
        }
        let known = match kept.documents.get(&digest) {
            Some(known) if known.query == new.query && known.operation_name == new.operation_name => {
                let forgotten = known.differ_by(&new);
                let known = Arc::clone(known);
                kept.bytes = kept.bytes.saturating_sub(forgotten);
                known
            }
            _ => Arc::new(new),
        };
        let Some(values) = known.values(variables, self.shelves.as_deref()) else { return };
        if known.query.len() + values.len() > MAX_DOCUMENT {
            return;
        }
        let bytes = ready.bytes() + values.len();
        let replaced = {
            let mut plans = known.plans.write().unwrap_or_else(PoisonError::into_inner);
            plans.insert(values, Arc::clone(ready)).is_some()
        };
        if !replaced {
            kept.bytes += bytes;
        }
        let length = 2 * known.query.len();
        if let Some(other) = kept.documents.insert(digest, Arc::clone(&known)) {
            if Arc::ptr_eq(&other, &known) {
                return;
            }
            // Another document with the same digest goes.
            kept.bytes = kept.bytes.saturating_sub(2 * other.query.len() + other.bytes());
        }
        kept.bytes += length;
    }

    /// Runs a plan. None where resolvers must answer all.
    pub async fn run(&self, app: &App, planned: &mut Planned, deadline: Instant) -> Option<Fetched> {
        planned.given.now = app.clock.now();
        let fetched = self.fetch(app, planned, deadline).await;
        if let Some(shelves) = &self.shelves {
            shelves.tidy();
        }
        match fetched {
            Ok(rows) => Some(Fetched { rows }),
            Err(reason @ Unanswered::Failed(_)) => {
                tracing::warn!("A plan failed: {reason}");
                None
            }
            Err(reason) => {
                tracing::debug!("A plan gave no answer: {reason}");
                None
            }
        }
    }

    /// How many bytes the data of the answer may take, going by what it took before.
    pub fn room(&self, planned: &Planned) -> usize {
        planned.ready.room.load(Ordering::Relaxed)
    }

    /// Writes the data of the answer behind what is there, as JSON, from what a plan fetched and what resolvers answered
    /// beside it. None where it cannot be written.
    pub fn write(&self, planned: &Planned, fetched: &Fetched, left: Option<&Value>, bytes: &mut Vec<u8>) -> Option<()> {
        let before = bytes.len();
        write(&planned.ready.plan, &planned.given, &fetched.rows, &self.key, left, bytes)
            .inspect_err(|reason| tracing::warn!("A plan gave no answer: {reason}"))
            .ok()?;
        let room = planned.ready.room.load(Ordering::Relaxed);
        // The longest of late, which a single long one does not stay.
        planned.ready.room.store((bytes.len() - before).max(room - room / 16), Ordering::Relaxed);
        Some(())
    }

    /// How far the log has got: the same as long as nothing has changed. None where the database does not say.
    pub async fn revision(&self, app: &App) -> Option<i64> {
        let connections = match &self.connections {
            Connections::Sqlite(readers) => {
                return readers.number(HEAD).inspect_err(|error| tracing::warn!("The head of the log: {error}")).ok();
            }
            Connections::Postgres(connections) => connections,
        };
        let age = Duration::from_millis(app.config.response_cache_age_ms);
        let asked = Instant::now();
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((revision, at)) = seen
            && asked.saturating_duration_since(at) < age
        {
            return Some(revision);
        }
        let revision = Box::pin(connections.number(HEAD)).await;
        let revision = revision.inspect_err(|error| tracing::warn!("The head of the log: {error}")).ok()?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some((revision, asked));
        Some(revision)
    }

    /// How a plan was run.
    pub fn explain(&self, planned: &Planned, fetched: &Fetched) -> Explanation {
        let plan = &planned.ready.plan;
        let mut explanation = Explanation::default();
        for (key, value) in &plan.root {
            explanation.add_fields([key.clone()], if value.is_some() { "plan" } else { "resolvers" });
        }
        let example = |parameter: &Parameter| planned.example(parameter, &fetched.rows, self.connections.backend());
        // The first part of a step stands for all.
        let first_of = |place: usize| plan.steps.iter().find(|step| step.is_union() && step.parts[0].fetch == place);
        let run = |(place, (fetch, rows)): (usize, (&Fetch, &Rows))| {
            let (sql, parameters, found): (_, Vec<&Parameter>, _) = if let Some(step) = first_of(place) {
                let parts = || step.parts.iter().filter_map(|part| fetched.rows.get(part.fetch));
                let short = step.short.as_ref().filter(|_| parts().any(|rows| rows.together));
                let lean = step.lean.as_ref().filter(|_| parts().any(|rows| rows.kept));
                let statement = lean.map(|lean| &lean.statement).or(short.map(|short| &short.statement));
                let Statement { sql, parameters } = statement.unwrap_or(&step.statement);
                (sql, parameters.iter().map(|(_, parameter)| parameter).collect(), parts().map(Rows::len).sum())
            } else if let Some(lean) =
                fetch.kept.as_ref().filter(|_| rows.kept).and_then(|kept| kept.lean(rows.together))
            {
                (&lean.sql, lean.parameters.iter().collect(), rows.len())
            } else if let Some(together) = fetch.together.as_ref().filter(|_| rows.together) {
                (&together.sql, together.parameters.iter().collect(), rows.len())
            } else {
                (&fetch.sql, fetch.parameters.iter().collect(), rows.len())
            };
            Run {
                sql: sql.to_string(),
                parameters: parameters.len(),
                runs: rows.runs,
                rows: found,
                milliseconds: milliseconds(rows.took),
                plan: Vec::new(),
                values: parameters.into_iter().map(example).collect(),
            }
        };
        let runs = plan.fetches.iter().zip(&fetched.rows).enumerate().filter(|(_, (_, rows))| rows.runs > 0);
        explanation.statements.extend(runs.map(run));
        explanation
    }

    async fn fetch(&self, app: &App, planned: &Planned, deadline: Instant) -> Result<Vec<Rows>, Unanswered> {
        let (plan, max_rows) = (&planned.ready.plan, app.config.max_rows);
        let readers = match &self.connections {
            Connections::Sqlite(readers) => readers,
            // What the driver needs is much, and SQLite needs none of it.
            Connections::Postgres(connections) => {
                return Box::pin(connections.run(plan, &planned.given, max_rows)).await;
            }
        };
        if planned.ready.usual.is_quick(self.inline) {
            let (fetched, used) = readers.run(plan, &planned.given, (Pace::AtOnce, self.inline), max_rows);
            if !matches!(fetched, Err(Unanswered::TooSlow)) {
                // Some of what the database does is not broken off.
                planned.ready.usual.note(used, self.inline);
                return fetched;
            }
        }
        // Each has a connection, also where nobody waits for it any more.
        let turn = Arc::clone(&self.slow).acquire_owned().await;
        let turn = turn.map_err(|error| Unanswered::Failed(error.to_string()))?;
        let (readers, ready, given) = (Arc::clone(readers), Arc::clone(&planned.ready), planned.given.clone());
        let inline = self.inline;
        let run = tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            let left = deadline.saturating_duration_since(started);
            let (fetched, used) = readers.run(&ready.plan, &given, (Pace::Patient, left), max_rows);
            ready.usual.note(used.max(started.elapsed() / WAITING), inline);
            drop(turn);
            fetched
        });
        run.await.map_err(|error| Unanswered::Failed(error.to_string()))?
    }
}

impl Planned {
    /// A value of a parameter, for the database to say what it means to do.
    fn example(&self, parameter: &Parameter, fetched: &[Rows], backend: DbBackend) -> sea_orm::Value {
        if let Parameter::Searched { search, place } = parameter {
            // As if nothing were known of it.
            let texts = self.given.searches.get(*search).map(|searched| searched.search.texts(searched.among, backend));
            return texts.and_then(|texts| texts.get(*place).cloned()).into();
        }
        match self.ready.plan.value(parameter, &self.given, fetched, &[1], backend).ok().flatten().as_deref() {
            Some(Scalar::Text(text)) => text.clone().into(),
            Some(Scalar::Int(number)) => (*number).into(),
            Some(Scalar::Bool(flag)) => (*flag).into(),
            None => None::<String>.into(),
        }
    }
}

impl Known {
    /// Notes that plans differ by more variables than was known: other parts of the document were left out before. Gives
    /// how much was forgotten.
    fn differ_by(&self, new: &Self) -> usize {
        let new = new.differ.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut differ = self.differ.lock().unwrap_or_else(PoisonError::into_inner);
        let known = [&differ.decisive, &differ.optional, &differ.searched];
        if [&new.decisive, &new.optional, &new.searched].into_iter().zip(known).all(|(new, known)| new.is_subset(known))
        {
            return 0;
        }
        differ.decisive.extend(new.decisive);
        differ.optional.extend(new.optional);
        differ.searched.extend(new.searched);
        let bytes = self.bytes();
        self.plans.write().unwrap_or_else(PoisonError::into_inner).clear();
        bytes
    }

    /// Roughly how much its plans take.
    fn bytes(&self) -> usize {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        plans.iter().map(|(values, ready)| values.len() + ready.bytes()).sum()
    }

    /// The values by which the plans differ, as text. None where others were not judged.
    fn values(&self, variables: &Variables, shelves: Option<&Shelves>) -> Option<String> {
        let differ = self.differ.lock().unwrap_or_else(PoisonError::into_inner);
        let Differ { decisive, optional, searched } = &*differ;
        let mut values = String::new();
        for name in decisive {
            if let Some(value) = variables.get(name.as_str()) {
                values.push_str(name);
                values.push_str(&serde_json::to_string(value).ok()?);
            }
            values.push('\n');
        }
        for name in optional.difference(decisive) {
            values.push_str(match variables.get(name.as_str()) {
                None => "-",
                Some(Value::Null) => "0",
                Some(_) => "1",
            });
        }
        for name in searched.difference(decisive) {
            if let Some(Value::String(text)) = variables.get(name.as_str()) {
                values.push(' ');
                values.push_str(&read_search(text, shelves)?.shape());
            }
        }
        // A value of another type was not judged.
        let is_known = |(name, value): (&Name, &Value)| {
            decisive.contains(name.as_str())
                || is_text(value)
                || *value == Value::Null && optional.contains(name.as_str())
        };
        variables.iter().all(is_known).then_some(values)
    }
}

/// A document whose operation leaves out fields of its root. They stay in it, so that all its variables are used.
fn without(document: &ExecutableDocument, operation: &OperationDefinition, keys: &[&str]) -> ExecutableDocument {
    let mut left = document.clone();
    let operations = match &mut left.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => {
            let own = document.operations.iter().find(|(_, other)| std::ptr::eq(&raw const other.node, operation));
            let name = own.and_then(|(name, _)| name.cloned());
            operations.iter_mut().filter(|(key, _)| Some(*key) == name.as_ref()).map(|(_, one)| &mut one.node).collect()
        }
    };
    let skip = Directive {
        name: Positioned::new(Name::new("skip"), Pos::default()),
        arguments: vec![(
            Positioned::new(Name::new("if"), Pos::default()),
            Positioned::new(async_graphql_value::Value::Boolean(true), Pos::default()),
        )],
    };
    for item in operations.into_iter().flat_map(|operation| &mut operation.selection_set.node.items) {
        if let Selection::Field(field) = &mut item.node
            && keys.contains(&field.node.response_key().node.as_str())
        {
            // Two of them are a mistake.
            field.node.directives = vec![Positioned::new(skip.clone(), Pos::default())];
        }
    }
    left
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::String(_))
}

/// Ends every request once its document is judged.
struct Judge;

impl ExtensionFactory for Judge {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Judge {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        // No mistake is not an error; what would follow is left out all the same.
        Err(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_slow_by_what_it_usually_uses() {
        let (inline, usual) = (Duration::from_millis(4), Usual::default());
        assert!(usual.is_quick(inline));
        let after = |runs: &[(usize, u64)]| {
            for (count, used) in runs {
                (0..*count).for_each(|_| usual.note(Duration::from_millis(*used), inline));
            }
            usual.is_quick(inline)
        };
        assert!(after(&[(100, 1)]));
        // However long it is, one that is slow is followed by few that wait.
        assert!(!after(&[(1, 60_000)]));
        assert!(after(&[(6, 1)]));
        assert!(after(&[(1, 6), (3, 1), (1, 6)]));
        assert!(!after(&[(10, 6)]));
        assert!(!after(&[(1, 1), (5, 10)]));
        assert!(after(&[(40, 1)]));
    }
}
