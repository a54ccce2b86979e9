//! Answers are kept while nothing changes, and never longer: not even where another process writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use api::app::App;
use api::{http, seed};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tests::{Backend, COUNTRIES, Invented, both, garden};
use tower::ServiceExt;

async fn ask(addresses: &http::Addresses, document: &str) -> Value {
    send(addresses, &json!({ "query": document })).await
}

async fn send(addresses: &http::Addresses, body: &Value) -> Value {
    let body = Body::from(body.to_string());
    let request = Request::post("/graphql").header("content-type", "application/json").body(body);
    let Ok(response) = addresses.clone().oneshot(request.expect("a request")).await;
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("the body arrives");
    serde_json::from_slice(&bytes).expect("an answer is JSON")
}

/// The garden, whose hub was changed so often.
fn changed(times: u64) -> Invented {
    let mut garden = garden();
    garden.change("organisation", "hub", json!({ "membership": format!("changed {times} times") }));
    garden
}

/// Another process changes the hub for the so-many-th time.
async fn write_elsewhere(other: &App, times: u64) {
    let files = [("invented.toml", changed(times).text())];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    seed::load_files(other, ("countries.csv", COUNTRIES), &files).await.expect("records without a mistake");
}

/// Asks four times at once, as long as another process writes so many times with a pause behind each. What an answer says
/// of the hub is never older than what was written before it was asked for, or seen before; and of what stands in one
/// answer, nothing is older than the first.
async fn ask_while_another_writes(
    (router, other): (http::Addresses, Arc<App>),
    documents: &'static [&'static str],
    (writes, pause): (u64, Duration),
) {
    let (written, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let readers: Vec<_> = documents
        .iter()
        .cycle()
        .take(4)
        .map(|document| {
            let (router, written, is_over) = (router.clone(), Arc::clone(&written), Arc::clone(&is_over));
            tokio::spawn(async move {
                let (mut asked, mut last) = (0_u64, 0);
                while !is_over.load(Ordering::SeqCst) {
                    let before = written.load(Ordering::SeqCst).max(last);
                    let answer = ask(&router, document).await.to_string();
                    let mut seen =
                        answer.split("changed ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok());
                    let first: u64 = seen.next().unwrap_or_default();
                    assert!(first >= before, "{answer} after {before} changes");
                    assert!(seen.all(|other| other >= first), "{answer}");
                    (asked, last) = (asked + 1, first);
                    // What is kept is answered without waiting, and the writer needs a turn.
                    tokio::task::yield_now().await;
                }
                asked
            })
        })
        .collect();
    for times in 1..=writes {
        write_elsewhere(&other, times).await;
        written.store(times, Ordering::SeqCst);
        tokio::time::sleep(pause).await;
    }
    is_over.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.expect("no answer was stale") > 0);
    }
}

async fn no_answer_is_older_than_what_was_written_before_it_was_asked(on: Backend) {
    let atlas = on.garden().await;
    let router = http::router(Arc::clone(&atlas.app));
    // By a plan, and by resolvers.
    let documents = &[
        "{ organisation(slug: \"hub\") { membership } }",
        "{ organisation(slug: \"hub\") { membership history { totalCount } } atlas { revision } }",
    ];
    ask_while_another_writes((router, atlas.another().await), documents, (30, Duration::ZERO)).await;
}

async fn an_answer_is_made_once_while_nothing_changes(on: Backend) {
    let mut atlas = on.garden().await;
    let noted = atlas.note_statements();
    let document = "{ atlas { revision recordCounts { kind count } } }";
    let is_asked = || {
        let mut noted = noted.lock().expect("no test has failed");
        let is_asked = noted.keys().any(|sql| sql.contains("count"));
        noted.clear();
        is_asked
    };
    let router = http::router(Arc::clone(&atlas.app));
    let first = ask(&router, document).await;
    assert!(is_asked());
    assert_eq!(ask(&router, document).await, first);
    assert!(!is_asked(), "what was kept is asked for again");
    atlas.load(&changed(1)).await;
    is_asked();
    assert_ne!(ask(&router, document).await, first);
    assert!(is_asked());
    // A mistake is none that is kept, and where nothing is to be kept nothing is.
    let wrong = "{ atlas { revision recordCounts { kind count } } organisations(first: 1000) { totalCount } }";
    for _ in 0..2 {
        assert!(ask(&router, wrong).await["errors"].is_array());
        assert!(is_asked());
    }
}

/// What a document is answered, and the texts of the statements that were run for it.
async fn explained(addresses: &http::Addresses, document: &str) -> (Value, Vec<String>) {
    let answer = send(addresses, &json!({ "query": document, "extensions": { "explain": true } })).await;
    let statements = answer["extensions"]["explain"]["statements"].as_array().expect("statements are told").iter();
    let statements = statements.map(|statement| statement["sql"].as_str().unwrap_or_default().to_owned()).collect();
    (answer["data"].clone(), statements)
}

/// Lists of several kinds, the later ones of what the earlier ones find, and a search.
const LISTS: &str = "{ organisations(first: 3) { totalCount nodes { slug membership channels { nodes { url } } \
                     standards(first: 2) { nodes { slug title publishers { nodes { name membership } } \
                     relations { edges { kind node { title } } } } } } } \
                     events { nodes { label } } other: search(query: \"hub\") { nodes { label } } \
                     search(query: \"hub\") { nodes { ... on Organisation { slug membership } } } }";

async fn rows_are_read_once_while_nothing_changes(on: Backend) {
    let atlas = on.garden().await;
    let app = atlas.with(|config| config.response_cache_bytes = 0).await;
    let none = atlas.with(|config| (config.response_cache_bytes, config.record_cache_bytes) = (0, 0)).await;
    let [router, plain] = [app, none].map(http::router);
    let (expected, whole) = explained(&plain, LISTS).await;
    let reads_titles = |statements: &[String]| statements.iter().any(|sql| sql.contains("\"title_language\""));
    assert!(reads_titles(&whole));
    for _ in 0..2 {
        let (answer, statements) = explained(&router, LISTS).await;
        assert!(answer == expected && reads_titles(&statements), "{statements:#?}");
    }
    let (answer, statements) = explained(&router, LISTS).await;
    assert!(answer == expected && !reads_titles(&statements), "{statements:#?}");
    // Without any, all is read each time.
    for _ in 0..3 {
        assert_eq!(explained(&plain, LISTS).await, (expected.clone(), whole.clone()));
    }
    // What is written elsewhere is seen at once, and read once more.
    let other = atlas.another().await;
    for times in 1..=3 {
        write_elsewhere(&other, times).await;
        for _ in 0..3 {
            let (answer, _) = explained(&router, LISTS).await;
            assert_eq!(answer, explained(&plain, LISTS).await.0);
            assert!(answer.to_string().contains(&format!("changed {times} times")), "{answer}");
        }
    }
}

/// Of lists whose rows are kept.
async fn no_row_is_older_than_what_was_written_before_it_was_asked_for(on: Backend) {
    let atlas = on.garden().await;
    let router = http::router(atlas.with(|config| config.response_cache_bytes = 0).await);
    // Time for what is kept to be read again.
    let pause = Duration::from_millis(10);
    ask_while_another_writes((router, atlas.another().await), &[LISTS], (20, pause)).await;
}

both!(rows_are_read_once_while_nothing_changes, no_row_is_older_than_what_was_written_before_it_was_asked_for);
both!(no_answer_is_older_than_what_was_written_before_it_was_asked, an_answer_is_made_once_while_nothing_changes);
