//! How much the atlas holds and what its newest change is, in one statement.

use std::collections::HashMap;

use entity::vocabulary::RecordKind;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};
use sea_orm::{ActiveEnum, DbErr, Iterable, QueryResult};

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
