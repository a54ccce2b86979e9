//! How much the atlas holds, what its newest change is, and how far its log had got at a moment, each in one statement.

use std::collections::HashMap;

use entity::vocabulary::RecordKind;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use sea_orm::{ActiveEnum, DbBackend, DbErr, Iterable, QueryResult};

use super::moment::{Moment, Past};
use super::statement::{Tables, subquery};

/// The log's head and the number of records of each kind.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Sequence of the newest change; 0 before the first.
    pub sequence: i64,
    /// When it was made, in microseconds since 1970.
    pub at: i64,
    /// In the order of the kinds, those without records included.
    pub counts: Vec<(RecordKind, i64)>,
}

/// The statement whose rows [`Summary::read`] takes. Records are counted along the index on their kind, and only then
/// joined with the log's head.
#[must_use]
pub fn statement() -> SelectStatement {
    let counts = Query::select()
        .column("kind")
        .expr_as(Expr::col(Asterisk).count(), "count")
        .from("record")
        .group_by_col("kind")
        .take();
    Query::select()
        .columns([("log_head", "sequence"), ("log_head", "at")])
        .columns([("counts", "kind"), ("counts", "count")])
        .from("log_head")
        .join_subquery(JoinType::LeftJoin, counts, "counts", Expr::cust("TRUE"))
        .take()
}

/// The last entry of the log at a moment: `sequence`.
#[must_use]
pub fn reach(at: Expr) -> SelectStatement {
    let mut last = Query::select();
    last.column("sequence")
        .from("change")
        .and_where(Expr::col(("change", "at")).lte(at))
        .order_by(("change", "at"), Order::Desc)
        .order_by(("change", "sequence"), Order::Desc)
        .limit(1);
    last
}

/// How far the log had got at moments, which a statement gives: `at`, `sequence`, `newest`.
pub fn reaches(moments: SelectStatement, backend: DbBackend) -> SelectStatement {
    let moment = || Expr::col(("keys", "value"));
    let mut query = Query::select();
    query
        .expr_as(moment(), "at")
        .expr_as(subquery(reach(moment())), "sequence")
        .expr_as(newest(), "newest")
        .from("keys")
        .with_cte(Tables::at(Moment::Now, backend).with(Some(moments)));
    query
}

/// The entries of the log among those that a statement gives that end a write, or are none: `sequence`, `at`, `newest`.
pub fn ends_of_writes(sequences: SelectStatement, backend: DbBackend) -> SelectStatement {
    let column = |table: &'static str, name: &'static str| Expr::col((table, name));
    let next = column("next", "sequence").eq(column("change", "sequence").add(1));
    let same_write = column("next", "at").equals(("change", "at"));
    let mut query = Query::select();
    query
        .expr_as(column("keys", "value"), "sequence")
        .expr_as(column("change", "at"), "at")
        .expr_as(newest(), "newest")
        .from("keys")
        .join(JoinType::LeftJoin, "change", column("change", "sequence").equals(("keys", "value")))
        .join_as(JoinType::LeftJoin, "change", "next", next.and(same_write))
        .and_where(column("next", "sequence").is_null())
        .with_cte(Tables::at(Moment::Now, backend).with(Some(sequences)));
    query
}

/// When the newest entry was made. PostgreSQL would look for one later than a moment from the beginning of the log.
fn newest() -> Expr {
    let mut newest = Query::select();
    newest.expr(Expr::col(("change", "at")).max()).from("change");
    subquery(newest)
}

/// How far the log had got at a moment, by a row of [`reaches`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    at: i64,
    /// The last entry; 0 before the first.
    sequence: i64,
    newest: Option<i64>,
}

impl Reach {
    pub fn new(at: i64, sequence: Option<i64>, newest: Option<i64>) -> Self {
        Self { at, sequence: sequence.unwrap_or_default(), newest }
    }

    /// The state of the moment; none where it is still to come.
    pub fn past(self, now: i64) -> Option<Past> {
        is_over(self.at, now, self.newest).then_some(Past { sequence: self.sequence, at: self.at })
    }
}

/// When an entry that ends a write was made, by a row of [`ends_of_writes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub at: Option<i64>,
    pub newest: Option<i64>,
}

impl End {
    /// Whether the atlas stood so: after a whole write that had been made by then, or before the first.
    pub fn happened(self, past: Past, now: i64) -> bool {
        let by_then = past.sequence == 0 || self.at.is_some_and(|at| at <= past.at);
        by_then && is_over(past.at, now, self.newest)
    }
}

/// Whether a moment is over. By the log's time it may be before it is by this process's clock: another process wrote,
/// whose clock is ahead.
fn is_over(at: i64, now: i64, newest: Option<i64>) -> bool {
    at <= now || newest.is_some_and(|newest| at <= newest)
}

/// What several records of a kind are called, in the API too.
#[must_use]
pub fn plural(kind: RecordKind) -> String {
    format!("{}s", kind.to_value().to_lowercase())
}

impl Summary {
    /// Reads the rows of [`statement`].
    ///
    /// # Errors
    /// Where they are rows of something else.
    pub fn read(rows: &[QueryResult]) -> Result<Self, DbErr> {
        let mut summary = Self::default();
        let mut counts: HashMap<String, i64> = HashMap::new();
        for row in rows {
            (summary.sequence, summary.at) = (row.try_get("", "sequence")?, row.try_get("", "at")?);
            if let Some(kind) = row.try_get::<Option<String>>("", "kind")? {
                counts.insert(kind, row.try_get("", "count")?);
            }
        }
        summary.counts =
            RecordKind::iter().map(|kind| (kind, counts.get(&kind.to_value()).copied().unwrap_or_default())).collect();
        Ok(summary)
    }
}
