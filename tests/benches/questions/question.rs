//! A question in two forms that must be answered alike: a document, and the plainest statements for the same rows.

use std::time::{Duration, Instant};

use api::app::App;
use api::graphql;
use async_graphql::Request;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

/// One way to ask.
pub enum Ask {
    /// A document, answered as the service does, up to the bytes of the answer.
    Document(String),
    /// Statements, one after the other, with every column of every row as a text.
    Statements(Vec<Sql>),
}

/// A hand-written statement.
pub struct Sql {
    pub text: String,
    pub gives: Gives,
}

/// What a statement contributes to what is seen.
pub enum Gives {
    /// The rows of a page, with the label in front.
    Rows,
    /// How many rows there are on all pages.
    Total,
    /// Groups: a value, how many records have it, and whatever else.
    Groups,
    /// What the other statements need.
    Nothing,
}

/// What must be the same however a question is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub rows: usize,
    /// The label of the first row, or the value of the first group.
    pub first: Option<String>,
    /// Rows on all pages, or records in all groups; none where nothing was counted.
    pub total: Option<i64>,
}

impl Sql {
    pub fn rows(text: impl Into<String>) -> Self {
        Self { text: text.into(), gives: Gives::Rows }
    }

    pub fn total(text: impl Into<String>) -> Self {
        Self { text: text.into(), gives: Gives::Total }
    }

    pub fn groups(text: impl Into<String>) -> Self {
        Self { text: text.into(), gives: Gives::Groups }
    }

    pub fn nothing(text: impl Into<String>) -> Self {
        Self { text: text.into(), gives: Gives::Nothing }
    }
}

impl Ask {
    /// Asks once: how long it took until the answer was there, and what it was.
    pub async fn run(&self, app: &App) -> (Duration, Seen) {
        match self {
            Self::Document(document) => {
                let started = Instant::now();
                let bytes = answer(app, document).await;
                let took = started.elapsed();
                (took, seen(&serde_json::from_slice(&bytes).expect("an answer is JSON")))
            }
            Self::Statements(statements) => {
                let started = Instant::now();
                let mut seen = Seen::default();
                for statement in statements {
                    statement.run(app, &mut seen).await;
                }
                (started.elapsed(), seen)
            }
        }
    }
}

async fn answer(app: &App, document: &str) -> Vec<u8> {
    let answer = graphql::execute(app, Request::new(document)).await;
    assert!(answer.response.errors.is_empty(), "{document}\nis answered with {:?}", answer.response.errors);
    serde_json::to_vec(&answer.response).expect("an answer is JSON")
}

/// The data of an answer.
pub async fn ask(app: &App, document: &str) -> Value {
    let answer: Value = serde_json::from_slice(&answer(app, document).await).expect("an answer is JSON");
    answer["data"].clone()
}

impl Sql {
    async fn run(&self, app: &App, seen: &mut Seen) {
        let rows = texts(app, &self.text).await;
        let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i64>().ok());
        match self.gives {
            Gives::Rows => {
                seen.rows = rows.len();
                seen.first = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
            }
            Gives::Total => seen.total = rows.first().and_then(|row| number(&row[0])),
            Gives::Groups => {
                seen.rows += rows.len();
                *seen.total.get_or_insert_default() += rows.iter().filter_map(|row| number(&row[1])).sum::<i64>();
                seen.first = seen.first.take().or_else(|| rows.into_iter().next()?.into_iter().next()?);
            }
            Gives::Nothing => {}
        }
    }
}

/// The rows of a statement all of whose columns are texts.
pub async fn texts(app: &App, sql: &str) -> Vec<Vec<Option<String>>> {
    let rows = app.read.query_all_raw(Statement::from_string(app.read.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let text = |row: &sea_orm::QueryResult, place: usize| {
        row.try_get_by_index(place).unwrap_or_else(|error| panic!("{sql}: {error}"))
    };
    let columns = rows.first().map_or(0, |row| row.column_names().len());
    rows.iter().map(|row| (0..columns).map(|place| text(row, place)).collect()).collect()
}

/// What an answer shows: its first connection, or the groups of its facets.
fn seen(answer: &Value) -> Seen {
    let connection = connection(&answer["data"]).expect("an answer with a connection");
    if let Some(facets) = connection["facets"].as_object() {
        let groups: Vec<&Value> = facets.values().filter_map(Value::as_array).flatten().collect();
        return Seen {
            rows: groups.len(),
            // The facet that the statements ask for first; the answer's own order is lost with the text.
            first: facets.get("status").and_then(|groups| groups[0]["value"].as_str()).map(str::to_owned),
            total: Some(groups.iter().filter_map(|group| group["count"].as_i64()).sum()),
        };
    }
    let nodes = connection["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    Seen {
        rows: nodes.len(),
        first: nodes.first().and_then(|node| node["label"].as_str()).map(str::to_owned),
        total: connection["totalCount"].as_i64(),
    }
}

fn connection(value: &Value) -> Option<&Value> {
    let object = value.as_object()?;
    let is_connection = ["nodes", "facets", "totalCount"].iter().any(|field| object.contains_key(*field));
    if is_connection { Some(value) } else { object.values().find_map(connection) }
}
