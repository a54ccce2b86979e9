//! Answers questions by kept plans, so that the instructions which that takes can be counted: by callgrind, which counts
//! within [`measured`] alone. Run by `tests/checks/instructions.py`.
//!
//! `instructions NAME`: the question with this name, so often as `REQUESTS` says. Without a name: the names.

#![expect(clippy::print_stdout, reason = "a program to be run by a check")]

use std::time::Duration;

use api::http::{Addresses, router};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tests::{Atlas, Backend};
use tower::ServiceExt as _;

/// Requests that are counted.
const REQUESTS: usize = 50;
/// Requests before them: the first makes the plan.
const BEFORE: usize = 5;

/// What is asked: a record, a page with lists of its rows, a list over a link with what its rows lead to, a filtered and
/// ordered page with its count, and a page behind a cursor.
const QUESTIONS: [(&str, &str); 5] = [
    (
        "record",
        r#"{ organisation(slug: "hub") { slug name stakeholderGroup address { country { code } } establishedYear } }"#,
    ),
    (
        "page",
        "{ organisations(first: 50) { nodes { slug name channels(first: 100) { nodes { platform url } } issues(first: 100) { edges { text node { slug name } } } } } }",
    ),
    (
        "links",
        r#"{ issue(slug: "hub") { slug name standards(first: 20) { nodes { slug title publishedYear publishers { nodes { slug name } } committees { nodes { slug name } } relations(first: 5) { edges { kind node { slug title } } } } } } }"#,
    ),
    (
        "filter",
        r#"{ standards(first: 100, filter: { status: [PUBLISHED], publishedYear: { gte: 2000, lte: 2030 }, publisher: { slug: { eq: "hub" } } }, orderBy: [{ field: PUBLISHED_ON, direction: DESC }, { field: IDENTIFIER, direction: DESC }]) { totalCount nodes { slug title status publishedYear } } }"#,
    ),
    (
        "cursor",
        "{ standards(first: 20, after: \"$\") { nodes { slug title status publishedYear } pageInfo { hasNextPage endCursor } } }",
    ),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(name) = arguments.first() else {
        for (name, _) in QUESTIONS {
            println!("{name}");
        }
        return;
    };
    let (_, document) = QUESTIONS.iter().find(|(known, _)| known == name).expect("a name of a question");
    let (name, document) = (name.clone(), (*document).to_owned());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tmp");
    std::fs::create_dir_all(folder).expect("a folder");
    tests::run(Backend::Sqlite, folder, |on| async move {
        let atlas = on.garden().await;
        let mut app = atlas.with(|config| config.response_cache_bytes = 0).await;
        // Where instructions are counted, all takes long.
        std::sync::Arc::get_mut(&mut app).expect("nobody else has the atlas").planner.inline = Duration::from_mins(1);
        let app = router(app);
        let document = if name == "cursor" { document.replace('$', &cursor(&atlas).await) } else { document };
        let body = json!({ "query": document }).to_string();
        for _ in 0..BEFORE {
            assert!(ask(&app, &body).await > 100, "{name} is answered");
        }
        assert!(is_planned(&app, &document).await, "a plan answers {name}");
        let runtime = tokio::runtime::Handle::current();
        // Another thread, in which nothing else runs.
        let counted = std::thread::spawn(move || measured(&runtime, &app, &body)).join().expect("all are answered");
        println!("{counted}");
    });
}

/// What is counted. Gives how many requests were answered.
#[inline(never)]
fn measured(runtime: &tokio::runtime::Handle, app: &Addresses, body: &str) -> usize {
    (0..REQUESTS).filter(|_| runtime.block_on(ask(app, body)) > 0).count()
}

/// Asks a question. How long the answer is.
async fn ask(app: &Addresses, body: &str) -> usize {
    answer(app, body).await.len()
}

async fn answer(app: &Addresses, body: &str) -> Vec<u8> {
    let request = Request::post("/graphql").header("content-type", "application/json");
    let request = request.body(Body::from(body.to_owned())).expect("a request");
    let Ok(response) = app.clone().oneshot(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.expect("the body arrives").to_vec()
}

async fn is_planned(app: &Addresses, document: &str) -> bool {
    let body = json!({ "query": document, "extensions": { "explain": true } }).to_string();
    let answer: Value = serde_json::from_slice(&answer(app, &body).await).expect("JSON");
    assert!(answer.get("errors").is_none(), "{answer}");
    let fields = answer["extensions"]["explain"]["fields"].as_array();
    fields.is_some_and(|fields| !fields.is_empty() && fields.iter().all(|field| field["executor"] == "plan"))
}

async fn cursor(atlas: &Atlas) -> String {
    let page = atlas.ask("{ standards(first: 3) { pageInfo { endCursor } } }").await;
    page["standards"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned()
}
