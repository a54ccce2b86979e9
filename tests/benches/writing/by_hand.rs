//! The rows as they stand, by prepared inserts of many rows and nothing else: the plainest bulk load.

use api::app::database::{Databases, begin_write};
use api::config::Config;
use api::graph::kinds;
use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};

use crate::BATCH;

/// Tables beside those of records and links, and the column that names a record, where there is one.
const BESIDE: [(&str, &str); 9] = [
    ("tally", "record_id"),
    ("search_text", "id"),
    ("search_key", "record_id"),
    ("change", "record_id"),
    ("import_origin", "record_id"),
    ("import_claim", "record_id"),
    ("subject", ""),
    ("search_word", ""),
    ("search_trigram", ""),
];

/// Rows of one insert.
const ROWS: usize = 100;

/// The rows of one table by transaction.
pub struct Rows {
    table: String,
    columns: Vec<String>,
    batches: Vec<Vec<Vec<Value>>>,
}

async fn open(config: &Config) -> DatabaseConnection {
    Databases::connect(config).await.expect("the database can be opened").write
}

/// Whose rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of standards, where what they lead to is there.
    Standards,
    /// All: other records before the standards, and links of others behind them.
    All,
}

/// Rows of all tables, by transactions of some standards each.
pub async fn rows(config: &Config, whose: Whose) -> Vec<Rows> {
    let db = open(config).await;
    let backend = db.get_database_backend();
    let query = async |sql: &str| {
        db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    let number = |row: &QueryResult| row.try_get_by_index::<i64>(0).expect("a number");
    let standards: Vec<i64> = query("SELECT id FROM standard ORDER BY id").await.iter().map(number).collect();
    let count = standards.len().div_ceil(BATCH).max(1);
    let mut all = Vec::new();
    for (table, owner, others) in tables(count) {
        let described = match backend {
            DbBackend::Sqlite => format!("SELECT name, type FROM pragma_table_info('{table}')"),
            _ => format!(
                "SELECT column_name::text, upper(data_type) FROM information_schema.columns \
                 WHERE table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position"
            ),
        };
        let text = |row: &QueryResult, place| row.try_get_by_index::<String>(place).expect("a text");
        let columns: Vec<_> = query(&described).await.iter().map(|row| (text(row, 0), text(row, 1))).collect();
        let names: Vec<_> = columns.iter().map(|(name, _)| name.clone()).collect();
        let order = if owner.is_empty() { names.last().map_or("1", String::as_str) } else { owner };
        let found = query(&format!("SELECT {} FROM {table} ORDER BY {order}", names.join(", "))).await;
        let place = names.iter().position(|name| name == owner);
        let mut batches = vec![Vec::new(); count];
        for (number, row) in found.iter().enumerate() {
            let batch = match place {
                Some(place) => {
                    let owner: Option<i64> = row.try_get_by_index(place).expect("a key");
                    match owner.and_then(|owner| standards.binary_search(&owner).ok()) {
                        Some(place) => place / BATCH,
                        None if whose == Whose::All => others,
                        None => continue,
                    }
                }
                None => number * count / found.len(),
            };
            batches[batch].push(columns.iter().enumerate().map(|(place, (_, ty))| value(row, place, ty)).collect());
        }
        all.push(Rows { table, columns: names, batches });
    }
    db.close().await.expect("the connection closes");
    all
}

/// Every table, the column that names a record, and the transaction in which rows of others than standards are written.
fn tables(transactions: usize) -> Vec<(String, &'static str, usize)> {
    let mut tables = vec![("record".to_owned(), "id", 0)];
    for kind in kinds::NODES {
        tables.push((kind.table.to_owned(), "id", 0));
        tables.push((format!("{}_history", kind.table), "id", 0));
    }
    for link in kinds::LINKS {
        tables.push((link.table.to_owned(), link.owner.name, transactions - 1));
        tables.push((format!("{}_history", link.table), link.owner.name, transactions - 1));
    }
    tables.extend(BESIDE.map(|(table, owner)| (table.to_owned(), owner, transactions - 1)));
    tables
}

fn value(row: &QueryResult, place: usize, ty: &str) -> Value {
    let value = match ty {
        "BIGINT" | "INTEGER" => row.try_get_by_index(place).map(Value::BigInt),
        "BOOLEAN" => row.try_get_by_index(place).map(Value::Bool),
        _ => row.try_get_by_index(place).map(Value::String),
    };
    value.expect("a value")
}

/// The way to write them by hand.
pub struct ByHand {
    db: DatabaseConnection,
    tables: Vec<Rows>,
}

impl ByHand {
    pub async fn open(config: &Config, tables: Vec<Rows>) -> Self {
        let db = open(config).await;
        // Words that the copy has are no part of it.
        for table in ["search_trigram", "search_word"] {
            db.execute_unprepared(&format!("DELETE FROM {table}")).await.expect("words can be deleted");
        }
        Self { db, tables }
    }

    /// How many transactions there are.
    pub fn transactions(&self) -> usize {
        self.tables.first().map_or(0, |rows| rows.batches.len())
    }

    pub async fn write(&self, batch: usize) {
        let backend = self.db.get_database_backend();
        let transaction = begin_write(&self.db).await.expect("a transaction");
        for Rows { table, columns, batches } in &self.tables {
            for rows in batches[batch].chunks(ROWS) {
                let sql = insert(backend, table, columns, rows.len());
                let insert = Statement::from_sql_and_values(backend, sql, rows.iter().flatten().cloned());
                transaction.execute_raw(insert).await.unwrap_or_else(|error| panic!("{table}: {error}"));
            }
        }
        transaction.commit().await.expect("a commit");
    }

    pub async fn close(self) {
        self.db.close().await.expect("the connection closes");
    }
}

fn insert(backend: DbBackend, table: &str, columns: &[String], rows: usize) -> String {
    let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    for row in 0..rows {
        let parameter = |column| match backend {
            DbBackend::Sqlite => "?".to_owned(),
            _ => format!("${}", row * columns.len() + column + 1),
        };
        let parameters: Vec<_> = (0..columns.len()).map(parameter).collect();
        sql.push_str(if row == 0 { "(" } else { ", (" });
        sql.push_str(&parameters.join(", "));
        sql.push(')');
    }
    sql
}
