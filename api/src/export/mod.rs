//! Records out of the atlas as a stream of bytes, all as they were after one entry of the log.
//!
//! A stream reads [`BATCH`] records at a time and waits until they are taken, so that it needs little memory whatever it
//! gives away and however slowly. Each batch is a handful of statements of its own: no transaction stays open, and writers
//! go on. That all batches show one state is the work of the twins: every statement asks for that entry.
//!
//! Without `since`, records come kind by kind, those that others lead to before the others, and within a kind in the order
//! in which they were made. With `since`, only those come that changed behind that entry: sources, which others cite, and
//! then all else in the order of their last changes; one that is no longer there as a tombstone. Where there is a filter
//! too, one that does not pass it any more is a tombstone as well, since a copy made with the filter is to lose it, and
//! one that passed it neither then nor now does not come; behind the others come those that did not change, and passed only then or pass only now because of what they lead to.

mod catalogue;
mod csv;
mod jsonld;
mod question;
mod schema;
mod text;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use sea_orm::sea_query::{Expr, ExprTrait, Order as Direction, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use tokio::sync::mpsc;

use crate::app::App;
use crate::graph::documents::{self, Asked, Whole};
use crate::graph::list::{List, Page, Source};
use crate::graph::moment::{Moment, Past};
use crate::graph::predicate::Predicate;
use crate::graph::statement::{Part, Tables, key_values};
use crate::graph::{Kind, kinds, summary};

pub use catalogue::catalogue;
pub use question::{Question, Refused, order};
pub use schema::schema;

/// Records that are read at once.
const BATCH: u64 = 500;
/// Batches that are ready before anybody takes them.
const READY: usize = 2;

/// The form in which records leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON Lines: one document on each line.
    Jsonl,
    /// CSV by RFC 4180, in UTF-8, with a header.
    Csv,
    /// JSON-LD in terms of schema.org.
    Jsonld,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Jsonl, Self::Csv, Self::Jsonld];

    /// As commands and addresses name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Jsonld => "jsonld",
        }
    }

    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Jsonld => "application/ld+json",
        }
    }

    /// The format of this name.
    ///
    /// # Errors
    /// The sentence for whoever named it.
    pub fn named(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| format!("there is no format \"{name}\", but {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// What is to leave.
#[derive(Clone, Debug)]
pub struct Order {
    pub kinds: Vec<&'static Kind>,
    pub format: Format,
    /// Of a single kind.
    pub filter: Option<Predicate>,
    /// After which entry of the log.
    pub state: Past,
    /// Only what changed behind this entry.
    pub since: Option<i64>,
    /// Where the atlas is, which addresses of records begin with.
    pub base: String,
}

/// Every kind that leaves, those that others lead to first.
const KINDS: [&Kind; 11] = [
    &kinds::SOURCE,
    &kinds::COUNTRY,
    &kinds::ISSUE,
    &kinds::ORGANISATION,
    &kinds::COMMITTEE,
    &kinds::STANDARD,
    &kinds::EVENT,
    &kinds::INSTRUMENT,
    &kinds::INITIATIVE,
    &kinds::RESOURCE,
    &kinds::CHANNEL,
];

/// The names of all that can be asked for.
#[must_use]
pub fn names() -> Vec<String> {
    KINDS.iter().map(|kind| kind.plural()).chain(["all".to_owned()]).collect()
}

/// The kinds of a name: `organisations`, `organisation`, `all`.
///
/// # Errors
/// The sentence for whoever named it.
pub fn kinds_named(name: &str) -> Result<Vec<&'static Kind>, String> {
    if name == "all" {
        return Ok(KINDS.to_vec());
    }
    let kind = KINDS.into_iter().find(|kind| kind.plural() == name || kind.code.eq_ignore_ascii_case(name));
    kind.map(|kind| vec![kind]).ok_or_else(|| format!("there is no kind \"{name}\", but {}", names().join(", ")))
}

impl Order {
    /// What is to leave, once it is settled that it goes together.
    ///
    /// # Errors
    /// The sentence for whoever asked.
    pub fn new(
        kinds: Vec<&'static Kind>,
        format: Format,
        filter: Option<Predicate>,
        state: Past,
        since: Option<i64>,
        base: String,
    ) -> Result<Self, String> {
        if kinds.len() > 1 && format == Format::Csv {
            return Err("CSV holds records of one kind, which have the same columns: name one".to_owned());
        }
        if since.is_some_and(|since| since > state.sequence) {
            return Err("`since` is later than the state that is asked for".to_owned());
        }
        Ok(Self { kinds, format, filter, state, since, base })
    }
}

/// The newest state.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(app: &App) -> Result<Past, DbErr> {
    let mut head = Query::select();
    head.columns(["sequence", "at"]).from("log_head");
    let head = app.read.query_one(&head).await?.ok_or_else(|| DbErr::Custom("the log has no head".to_owned()))?;
    Ok(Past { sequence: head.try_get("", "sequence")?, at: head.try_get("", "at")? })
}

/// The last entry of the log at a moment; 0 before the first.
async fn reach(app: &App, at: i64) -> Result<i64, DbErr> {
    let row = app.read.query_one(&summary::reach(Expr::val(at))).await?;
    Ok(row.map(|row| row.try_get("", "sequence")).transpose()?.unwrap_or_default())
}

/// The bytes of an export, as they are taken.
pub struct Stream {
    from: mpsc::Receiver<Sent>,
    is_over: bool,
}

/// Some bytes of an export, or that all have left.
enum Sent {
    Bytes(Result<Bytes, DbErr>),
    End,
}

impl Stream {
    /// The next bytes; none once all have been given. An error is the last that comes: what came before is not whole.
    pub async fn next(&mut self) -> Option<Result<Bytes, DbErr>> {
        if self.is_over {
            return None;
        }
        let bytes = match self.from.recv().await {
            Some(Sent::Bytes(bytes)) => bytes,
            Some(Sent::End) => {
                self.is_over = true;
                return None;
            }
            // Whoever reads did not come back in time, or has failed.
            None => Err(DbErr::Custom("the export was given up".to_owned())),
        };
        self.is_over = bytes.is_err();
        Some(bytes)
    }
}

/// Begins to export. Who no longer listens ends it; who takes nothing for as long as `patience` is not waited for.
#[must_use]
pub fn stream(app: Arc<App>, order: Order, patience: Duration) -> Stream {
    let (to, from) = mpsc::channel(READY);
    tokio::spawn(async move {
        let export = Export { app: &app, order: &order, to: &to, patience, is_first: AtomicBool::new(true) };
        let last = match export.run().await {
            Ok(()) => Sent::End,
            Err(Ended::Failed(error)) => Sent::Bytes(Err(error)),
            Err(Ended::Unheard) => return,
        };
        // Nobody listens: nobody need know.
        _ = to.send(last).await;
    });
    Stream { from, is_over: false }
}

/// Why an export ended early.
enum Ended {
    Failed(DbErr),
    Unheard,
}

impl From<DbErr> for Ended {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

/// A record that leaves, or one that is gone, as it was at last.
pub struct Item {
    pub record: Whole,
    pub is_gone: bool,
}

struct Export<'a> {
    app: &'a App,
    order: &'a Order,
    to: &'a mpsc::Sender<Sent>,
    patience: Duration,
    /// Whether no record has left yet.
    is_first: AtomicBool,
}

impl Export<'_> {
    async fn run(&self) -> Result<(), Ended> {
        self.send(text::head(self.order)).await?;
        match self.order.since {
            Some(since) => self.changes(since).await?,
            None => self.all().await?,
        }
        self.send(text::end(self.order)).await
    }

    /// All records, kind by kind.
    async fn all(&self) -> Result<(), Ended> {
        for kind in &self.order.kinds {
            let mut after = 0;
            loop {
                let keys = self.keys(kind, self.moment(), after).await?;
                let Some(last) = keys.last() else { break };
                after = *last;
                let mut records = self.records(kind, &keys).await?;
                let items =
                    keys.iter().filter_map(|key| records.remove(key)).map(|record| Item { record, is_gone: false });
                self.items(items).await?;
            }
        }
        Ok(())
    }

    /// What changed: sources, then all else, each in the order of the last changes.
    async fn changes(&self, since: i64) -> Result<(), Ended> {
        if since == self.order.state.sequence {
            return Ok(());
        }
        let (sources, others): (Vec<_>, Vec<_>) = self.order.kinds.iter().partition(|kind| ***kind == kinds::SOURCE);
        for some in [sources, others] {
            self.changes_of(&some, since).await?;
        }
        match (&self.order.filter, self.order.kinds.as_slice()) {
            (Some(filter), [kind]) if filter.looks_beyond() => self.moved(kind, since).await,
            _ => Ok(()),
        }
    }

    /// Records that did not change and passed the filter at that entry or pass it now, but not both.
    async fn moved(&self, kind: &'static Kind, since: i64) -> Result<(), Ended> {
        let mut after = Some(0);
        while let Some(start) = after {
            let passed = self.keys(kind, self.before(since), start).await?;
            let passing = self.keys(kind, self.moment(), start).await?;
            // As far as both are known.
            let last = |keys: &[i64]| keys.last().copied().filter(|_| keys.len() as u64 == BATCH);
            after = [last(&passed), last(&passing)].into_iter().flatten().min();
            let known = |keys: Vec<i64>| keys.into_iter().filter(|key| after.is_none_or(|end| *key <= end)).collect();
            let (passed, passing): (BTreeSet<i64>, BTreeSet<i64>) = (known(passed), known(passing));
            let mut moved: Vec<i64> = passed.symmetric_difference(&passing).copied().collect();
            if moved.is_empty() {
                continue;
            }
            let changed = ids(&self.rows(self.changed_among(&moved, since)).await?)?;
            moved.retain(|key| !changed.contains(key));
            let mut records = self.records(kind, &moved).await?;
            let item = |key: &i64| Some(Item { record: records.remove(key)?, is_gone: passed.contains(key) });
            self.items(moved.iter().filter_map(item)).await?;
        }
        Ok(())
    }

    async fn changes_of(&self, of: &[&'static Kind], since: i64) -> Result<(), Ended> {
        if of.is_empty() {
            return Ok(());
        }
        let mut after = since;
        loop {
            let rows = self.rows(self.changed(of, after)).await?;
            let mut changed = Vec::with_capacity(rows.len());
            for row in &rows {
                after = row.try_get("", "sequence")?;
                let code: String = row.try_get("", "kind")?;
                changed.extend(kinds::by_code(&code).zip(Some((row.try_get::<i64>("", "record_id")?, after))));
            }
            if rows.is_empty() {
                return Ok(());
            }
            let mut items: HashMap<i64, Item> = HashMap::new();
            for kind in of {
                let keys: Vec<(i64, i64)> =
                    changed.iter().filter(|(its, _)| its == kind).map(|(_, entry)| *entry).collect();
                if !keys.is_empty() {
                    self.fates(kind, since, &keys, &mut items).await?;
                }
            }
            self.items(changed.iter().filter_map(|(_, (key, _))| items.remove(key))).await?;
        }
    }

    /// What became of records of a kind, by their last entries. Of what passes a filter neither now nor passed it at the
    /// entry that they are told since, nothing: a copy made with it never had that.
    async fn fates(
        &self,
        kind: &'static Kind,
        since: i64,
        entries: &[(i64, i64)],
        items: &mut HashMap<i64, Item>,
    ) -> Result<(), Ended> {
        let keys: Vec<i64> = entries.iter().map(|(key, _)| *key).collect();
        let (passing, passed) = if self.order.filter.is_some() {
            let passing = self.passing(kind, self.moment(), &keys).await?;
            let others: Vec<i64> = keys.iter().copied().filter(|key| !passing.contains(key)).collect();
            (passing, self.passing(kind, self.before(since), &others).await?)
        } else {
            let all: HashSet<i64> = keys.iter().copied().collect();
            (all.clone(), all)
        };
        let mut missing: HashMap<i64, i64> = entries.iter().copied().collect();
        for (key, record) in self.records(kind, &keys).await? {
            missing.remove(&key);
            let is_gone = !passing.contains(&key);
            if !is_gone || passed.contains(&key) {
                items.insert(key, Item { record, is_gone });
            }
        }
        let missing: Vec<(i64, i64)> = missing.into_iter().filter(|(key, _)| passed.contains(key)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let last = documents::read(kind, Asked::BeforeEach(&missing), self.app.read.get_database_backend(), |query| {
            self.rows(query)
        });
        for record in last.await? {
            items.insert(record.key.0, Item { record, is_gone: true });
        }
        Ok(())
    }

    /// Which keys of a kind come next among those that pass the filter at a moment.
    async fn keys(&self, kind: &'static Kind, moment: Moment, after: i64) -> Result<Vec<i64>, DbErr> {
        let (list, mut tables) = self.list(kind, moment);
        let mut selected = list.select(Part::All, &mut tables);
        let key = Expr::col((selected.record.clone(), kinds::ID.name));
        selected.query.expr_as(key.clone(), "id").and_where(key.clone().gt(after));
        selected.query.order_by_expr(key, Direction::Asc).limit(BATCH).with_cte(tables.with_keys(&[]));
        ids(&self.rows(selected.query).await?)
    }

    /// Which of these records pass the filter at a moment.
    async fn passing(&self, kind: &'static Kind, moment: Moment, keys: &[i64]) -> Result<HashSet<i64>, DbErr> {
        let (list, mut tables) = self.list(kind, moment);
        let mut selected = list.select(Part::All, &mut tables);
        let key = Expr::col((selected.record.clone(), kinds::ID.name));
        let among = key_values(keys, tables.backend());
        selected.query.expr_as(key.clone(), "id").and_where(key.in_subquery(among)).with_cte(tables.with_keys(&[]));
        Ok(ids(&self.rows(selected.query).await?)?.into_iter().collect())
    }

    /// When records are to pass the filter.
    fn moment(&self) -> Moment {
        // Words are looked up in the present; what did not stand there then has no document.
        let is_searched = self.order.filter.as_ref().is_some_and(Predicate::has_words);
        if is_searched { Moment::Now } else { self.order.state.into() }
    }

    /// The state behind an entry since which changes are told.
    fn before(&self, since: i64) -> Moment {
        Past { sequence: since, at: self.order.state.at }.into()
    }

    /// All records of a kind that pass the filter at a moment.
    fn list(&self, kind: &'static Kind, moment: Moment) -> (List, Tables) {
        let list = List {
            source: Source::Root(kind),
            moment,
            filter: self.order.filter.clone(),
            only: None,
            order: Vec::new(),
            page: Page { limit: 0, backward: false, after: None, before: None, late: false },
        };
        (list, Tables::at(moment, self.app.read.get_database_backend()))
    }

    /// The last entries of records of some kinds behind one.
    fn changed(&self, of: &[&'static Kind], after: i64) -> SelectStatement {
        let column = |name: &'static str| Expr::col(("change", name));
        let until = self.order.state.sequence;
        let mut later = Query::select();
        later
            .expr(Expr::cust("1"))
            .from_as("change", "later")
            .and_where(Expr::col(("later", "record_id")).eq(column("record_id")))
            .and_where(Expr::col(("later", "sequence")).gt(column("sequence")))
            .and_where(Expr::col(("later", "sequence")).lte(until));
        let mut query = Query::select();
        query
            .columns(["sequence", "kind", "record_id"].map(|name| ("change", name)))
            .from("change")
            .and_where(column("sequence").gt(after))
            .and_where(column("sequence").lte(until))
            .and_where(Expr::exists(later).not())
            .and_where(column("kind").is_in(of.iter().map(|kind| kind.code)))
            .order_by(("change", "sequence"), Direction::Asc)
            .limit(BATCH);
        query
    }

    /// Which of these records have entries behind one.
    fn changed_among(&self, keys: &[i64], after: i64) -> SelectStatement {
        let mut query = Query::select();
        query
            .distinct()
            .expr_as(Expr::col("record_id"), "id")
            .from("change")
            .and_where(Expr::col("record_id").in_subquery(key_values(keys, self.app.read.get_database_backend())))
            .and_where(Expr::col("sequence").gt(after))
            .and_where(Expr::col("sequence").lte(self.order.state.sequence));
        query
    }

    async fn records(&self, kind: &'static Kind, keys: &[i64]) -> Result<HashMap<i64, Whole>, DbErr> {
        let backend = self.app.read.get_database_backend();
        let asked = Asked::At(self.order.state.into(), keys);
        let records = documents::read(kind, asked, backend, |query| self.rows(query)).await?;
        Ok(records.into_iter().map(|record| (record.key.0, record)).collect())
    }

    async fn rows(&self, statement: SelectStatement) -> Result<Vec<QueryResult>, DbErr> {
        self.app.read.query_all(&statement).await
    }

    async fn items(&self, items: impl Iterator<Item = Item>) -> Result<(), Ended> {
        let mut bytes = Vec::new();
        for item in items {
            let is_first = self.is_first.swap(false, Ordering::Relaxed);
            text::write(self.order, &item, is_first, &mut bytes);
        }
        self.send(bytes).await
    }

    async fn send(&self, bytes: Vec<u8>) -> Result<(), Ended> {
        if bytes.is_empty() {
            return Ok(());
        }
        let sent = self.to.send_timeout(Sent::Bytes(Ok(bytes.into())), self.patience).await;
        sent.map_err(|_| Ended::Unheard)
    }
}

fn ids(rows: &[QueryResult]) -> Result<Vec<i64>, DbErr> {
    rows.iter().map(|row| row.try_get("", "id")).collect()
}
