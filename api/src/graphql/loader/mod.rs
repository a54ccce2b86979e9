//! Batched reads: every field that needs rows asks here with a key, and all keys of one level cost one statement.
//! Keys travel as one parameter, so a level is one statement whatever the number of parents.

mod before;
mod list;
mod resolve;
mod row;
mod search;
mod summary;

use std::any::Any;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::dataloader::DataLoader;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, QueryResult, Statement};

use super::error::{ApiError, Result, internal, limit_exceeded};
use super::turn::Turns;

pub use before::BeforeOf;
pub use list::{CountOf, FacetOf, ListOf, Row, Slice};
pub use resolve::{Meant, MeantBy};
pub use row::{
    AncestorsOf, ByIdentifier, ByKey, BySlug, CitationsOfLink, CountryByCode, IdentifiersOf, LatestEditionOf, NamesOf,
    SubjectsOf, TitlesOf,
};
pub use search::{KindsFound, Match, PageFound, SearchFor, TextsOf};
pub use summary::{EndOf, ReachAt, SummaryOf};

/// The rows that one request reads; one for each request, since it is what keeps count.
pub struct Rows {
    db: DatabaseConnection,
    max_rows: u64,
    counts: Arc<Counts>,
}

/// What a request has cost so far.
#[derive(Debug, Default)]
pub struct Counts {
    pub statements: AtomicU64,
    pub rows: AtomicU64,
    /// Every statement, where the request wants to be told.
    pub noted: Option<Mutex<Vec<Noted>>>,
}

/// A statement that was run, how many rows it gave and how long it took.
#[derive(Debug)]
pub struct Noted {
    pub statement: Statement,
    pub rows: usize,
    pub took: Duration,
}

/// A row of an entity or the columns of an edge.
pub trait Columns: FromQueryResult + Send + Sync + 'static {}
impl<T: FromQueryResult + Send + Sync + 'static> Columns for T {}

/// A row of any type. Batches are compiled once rather than for each type of row: only the key's reader and whoever
/// asked know the type.
pub type AnyRow = Arc<dyn Any + Send + Sync>;

/// Reads columns with a prefix into a row.
pub type Reader = fn(&QueryResult, &str) -> Result<AnyRow, DbErr>;

/// The reader of a type of row.
///
/// # Errors
/// Where the row lacks a column or holds another type.
pub fn read_as<M: Columns>(row: &QueryResult, prefix: &str) -> Result<AnyRow, DbErr> {
    Ok(Arc::new(M::from_query_result(row, prefix)?))
}

/// The row as what its key's reader made.
///
/// # Errors
/// Where the key's reader made something else.
pub fn typed<M: Columns>(row: AnyRow) -> Result<Arc<M>> {
    row.downcast().map_err(|_| internal("a batch gave a row of another type"))
}

/// A loader for one request, whose batches `turns` drives.
pub fn loader(db: DatabaseConnection, max_rows: u64, turns: &Turns, counts: Arc<Counts>) -> DataLoader<Rows> {
    // The loader's own bound of keys would only split levels.
    DataLoader::new(Rows { db, max_rows, counts }, turns.clone(), turns.clone()).max_batch_size(usize::MAX)
}

impl Rows {
    /// What a request reads that answers no document.
    pub fn new(db: DatabaseConnection, max_rows: u64) -> Self {
        Self { db, max_rows, counts: Arc::default() }
    }

    fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    /// Runs a statement and counts it and its rows.
    async fn read(&self, statement: &SelectStatement) -> Result<Vec<QueryResult>> {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        let started = Instant::now();
        let rows = self.db.query_all(statement).await?;
        if let Some(noted) = &self.counts.noted {
            let (statement, rows, took) = (self.backend().build(statement), rows.len(), started.elapsed());
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(Noted { statement, rows, took });
        }
        let read = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let before = self.counts.rows.fetch_add(read, Ordering::Relaxed);
        if before.saturating_add(read) > self.max_rows {
            let most = self.max_rows;
            return Err(limit_exceeded(format!(
                "the answer needs more than {most} rows: ask for smaller pages or fewer levels"
            )));
        }
        Ok(rows)
    }

    /// Runs a statement whose rows carry a parent's key in the column `parent`, and groups them by it.
    async fn read_by_parent<K: Eq + Hash, R>(
        &self,
        statement: &SelectStatement,
        parent: impl Fn(&QueryResult) -> Result<K, DbErr>,
        row: impl Fn(&QueryResult) -> Result<R, DbErr>,
    ) -> Result<HashMap<K, Vec<R>>, ApiError> {
        let mut groups: HashMap<K, Vec<R>> = HashMap::new();
        for found in self.read(statement).await? {
            groups.entry(parent(&found)?).or_default().push(row(&found)?);
        }
        Ok(groups)
    }
}
