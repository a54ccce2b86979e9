//! An atlas on a database of its own, asked in process: by its schema, or through the router with status and headers.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use api::app::{App, Clock};
use api::config::Config;
use api::{graphql, http, seed};
use async_graphql::{Request, Variables};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request as HttpRequest, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::database::TestDatabase;
use crate::invented::{COUNTRIES, Invented};

/// Where the clock of every test stands: 2026-01-01T00:00:00Z, in microseconds.
pub const NOW: i64 = 1_767_225_600_000_000;

/// An atlas for one test.
pub struct Atlas {
    /// What answers.
    pub app: Arc<App>,
    database: TestDatabase,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    /// `extensions.code` of every error.
    pub fn codes(&self) -> Vec<String> {
        errors_of(&self.json())
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or("none").to_owned())
            .collect()
    }

    /// The text of every error.
    pub fn messages(&self) -> String {
        let errors = errors_of(&self.json());
        errors.iter().map(|error| error["message"].as_str().unwrap_or("none").to_owned()).collect::<Vec<_>>().join("; ")
    }

    /// A header as text; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

fn errors_of(answer: &Value) -> Vec<Value> {
    answer["errors"].as_array().cloned().unwrap_or_default()
}

/// What an atlas answers to a request.
pub async fn reply(app: Arc<App>, request: HttpRequest<Body>) -> Reply {
    let Ok(response) = http::router(app).oneshot(request).await;
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the body arrives");
    let text = String::from_utf8(bytes.to_vec()).expect("the body is text");
    Reply { status: parts.status, headers: parts.headers, text }
}

impl Atlas {
    pub(crate) async fn open(database: TestDatabase) -> Self {
        let app = App::open_at(database.config(), Clock::fixed(NOW)).await.expect("the atlas opens");
        Self { app, database }
    }

    /// Another process, as it were, on the same database and with the same clock.
    pub async fn another(&self) -> Arc<App> {
        App::open_at(self.database.config(), self.app.clock.clone()).await.expect("the atlas opens twice")
    }

    /// The same atlas with other settings.
    pub async fn with(&self, change: impl FnOnce(&mut Config)) -> Arc<App> {
        let mut config = self.database.config();
        change(&mut config);
        App::open_at(config, self.app.clock.clone()).await.expect("the atlas opens with other settings")
    }

    /// Notes every statement from now on, each text once.
    ///
    /// # Panics
    /// When the atlas is in use elsewhere.
    pub fn note_statements(&mut self) -> Arc<Mutex<BTreeMap<String, Statement>>> {
        let noted: Arc<Mutex<BTreeMap<String, Statement>>> = Arc::default();
        let app = Arc::get_mut(&mut self.app).expect("nobody else has the atlas");
        for connection in [&mut app.read, &mut app.write] {
            let noted = Arc::clone(&noted);
            connection.set_metric_callback(move |info| {
                let mut noted = noted.lock().expect("no test has failed");
                noted.entry(info.statement.sql.clone()).or_insert_with(|| info.statement.clone());
            });
        }
        noted
    }

    /// Moves the clock to a moment, in microseconds.
    pub fn set_clock(&self, at: i64) {
        match &self.app.clock {
            Clock::Fixed(clock) => clock.store(at, Ordering::SeqCst),
            Clock::System => unreachable!("tests have their own clock"),
        }
    }

    // ------------------------------------------------------------ records

    /// Loads records, which must hold no mistake.
    pub async fn load(&self, records: &Invented) -> seed::Outcome {
        self.try_load(&[("invented.toml", &records.text())]).await.expect("records without a mistake")
    }

    /// Loads files as the seeds are loaded.
    ///
    /// # Errors
    /// The sentence for the person who wrote them.
    pub async fn try_load(&self, files: &[(&str, &str)]) -> Result<seed::Outcome, String> {
        let loaded = seed::load_files(&self.app, ("countries.csv", COUNTRIES), files).await;
        loaded.map_err(|error| format!("{error:#}"))
    }

    // ------------------------------------------------------------ questions

    /// The data of an answer, which must hold no error.
    pub async fn ask(&self, document: &str) -> Value {
        self.ask_with(document, json!({})).await
    }

    /// The data of an answer to a document with variables, which must hold no error.
    pub async fn ask_with(&self, document: &str, variables: Value) -> Value {
        self.answer(document, variables).await.0
    }

    /// How many statements a document costs, which must hold no error.
    pub async fn statements(&self, document: &str) -> u64 {
        self.answer(document, json!({})).await.1
    }

    async fn answer(&self, document: &str, variables: Value) -> (Value, u64) {
        let request = Request::new(document).variables(Variables::from_json(variables.clone()));
        let answer = graphql::execute(&self.app, request).await;
        let response = serde_json::to_value(&answer.response).expect("an answer is JSON");
        let errors = errors_of(&response);
        assert!(errors.is_empty(), "{document}\n{variables}\nis answered with {}", Value::from(errors));
        (response["data"].clone(), answer.statements)
    }

    /// The errors of an answer, which must hold at least one.
    pub async fn ask_errors(&self, document: &str) -> Vec<Value> {
        let errors = errors_of(&self.post(&json!({ "query": document }), &[]).await.json());
        assert!(!errors.is_empty(), "{document}\nis answered without an error");
        errors
    }

    /// Asserts that a document is refused with this code, in words that hold all of these.
    pub async fn refuses(&self, document: &str, code: &str, words: &[&str]) {
        let errors = self.ask_errors(document).await;
        for error in &errors {
            assert_eq!(error["extensions"]["code"], code, "{document}\n{error}");
        }
        let message = errors[0]["message"].as_str().unwrap_or_default();
        for word in words {
            assert!(message.contains(word), "{document}\n{message}\ndoes not say {word}");
        }
    }

    // ------------------------------------------------------------ HTTP

    /// Sends a JSON body to `/graphql`.
    pub async fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Reply {
        let headers = [&[("content-type", "application/json")], headers].concat();
        self.send(Method::POST, "/graphql", &headers, body.to_string()).await
    }

    /// Gets an address.
    pub async fn get(&self, address: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(Method::GET, address, headers, String::new()).await
    }

    /// Sends any request.
    pub async fn send(&self, method: Method, address: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = HttpRequest::builder().method(method).uri(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        reply(Arc::clone(&self.app), request).await
    }

    // ------------------------------------------------------------ rows

    /// Runs a statement behind the atlas's back.
    pub async fn execute(&self, sql: &str) {
        if let Err(error) = self.app.write.execute_unprepared(sql).await {
            panic!("{sql}: {error}");
        }
    }

    /// The rows of a statement whose only column is text.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows =
            self.app.write.query_all_raw(Statement::from_string(self.app.write.get_database_backend(), sql)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.try_get_by_index(0).unwrap_or_else(|error| panic!("{sql}: {error}"))).collect()
    }

    /// The rows of a statement whose only column is a whole number.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        let rows =
            self.app.write.query_all_raw(Statement::from_string(self.app.write.get_database_backend(), sql)).await;
        let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.try_get_by_index(0).unwrap_or_else(|error| panic!("{sql}: {error}"))).collect()
    }

    /// The only number that a statement gives.
    pub async fn number(&self, sql: &str) -> i64 {
        match self.numbers(sql).await.as_slice() {
            [number] => *number,
            numbers => panic!("{sql} gives {numbers:?}"),
        }
    }
}
