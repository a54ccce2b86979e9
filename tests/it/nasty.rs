//! Every text that people may type is a query: nothing in it is an operator to a database, and both answer alike.

use std::fmt::Write;

use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented};

/// Texts with operators, quotes, wildcards and statements in them, in all scripts, whole and broken.
const SEARCHES: &str = include_str!("../fixtures/nasty-searches.json");

/// In how many parts the texts are asked, each by a test of its own.
const PARTS: usize = 12;

/// Records that some of the texts find.
fn records() -> Invented {
    Invented::new()
        .with("issue", json!({ "slug": "data", "name": "Data & norms", "other_names": ["Données", "данные", "数据", "ＤＡＴＡ", "بيانات"] }))
        .with("organisation", json!({ "slug": "guild", "name": "Guild of Norms", "acronym": "ISO", "website": "https://iso.org", "summary": "AND, OR, NOT and NEAR: 'data' \"norms\" % _ \\ ½ of <data>." }))
        .with("standard", json!({ "identifier": "ISO/IEC 27001:2013", "undated_identifier": "ISO/IEC 27001", "title": "Data norms" }))
        .with("standard", json!({ "identifier": "RFC 9110", "title": "Node.js, C++, C# and 0 data", "titles": { "he": "שלום עולם", "ja": "日本 データ" } }))
        .with("channel", json!({ "owner": "guild", "platform": "TWITTER", "handle": "guild" }))
}

/// The texts of the file and those that are too long for one.
fn searches() -> Vec<String> {
    let mut searches: Vec<String> = serde_json::from_str(SEARCHES).expect("a list of texts");
    let words = |count: usize| (0..count).map(|number| format!("w{number}x")).collect::<Vec<_>>().join(" ");
    let digits = |count: usize| (0..count).map(|number| (100 + number).to_string()).collect::<Vec<_>>().join(" ");
    let each = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<Vec<_>>().concat();
    searches.extend([
        "x".repeat(1_000),
        "x".repeat(1_001),
        "é".repeat(10_000),
        "😀".repeat(10_000),
        "\0".repeat(10_000),
        "\u{fdfa}".repeat(1_000),
        "\"".repeat(1_000),
        "-\"".repeat(500),
        "(".repeat(1_000),
        "a ".repeat(500),
        "\"a\" ".repeat(250),
        format!("\"{}\"", "a ".repeat(498)),
        "a\u{301}".repeat(500),
        "data* ".repeat(160),
        "-data ".repeat(160),
        format!("data {}", "-x1 ".repeat(240)),
        digits(64),
        digits(65),
        format!("{} -x", digits(64)),
        format!("\"{}\"", digits(64)),
        words(2_000),
        each(64, &|number| format!("\"{} {}\"", number / 8, number % 8)),
        each(200, &|number| format!("\"{} {}\"", number / 20, number % 20)),
        format!("data {}", each(150, &|number| format!("-\"{} {}\" ", number / 15, number % 15))),
        each(26, &|number| format!("dat{}s ", char::from(b"abcdefghijklmnopqrstuvwxyz"[number]))),
    ]);
    searches
}

/// What is asked: a search, a filter and a reference, each under a name of its own.
const DOCUMENTS: [(&str, &str); 3] = [
    (
        "search",
        "query($q: String!) { search(query: $q) { totalCount kinds { kind count } edges { cursor score highlights { field fragments } node { slug } } } }",
    ),
    (
        "standards",
        "query($q: String!) { standards(filter: { text: $q }, orderBy: [{ field: RELEVANCE }]) { totalCount edges { cursor node { slug } } facets { status { value count } } } }",
    ),
    ("resolve", "query($q: String!) { resolve(reference: $q) { score matchedOn record { slug } } }"),
];

/// The answers to a text, which must be answers.
async fn answers(atlas: &Atlas, text: &str) -> Result<String, String> {
    let mut answers = String::new();
    let is_long = text.chars().count() > 1_000;
    for (name, document) in DOCUMENTS {
        let reply = atlas.post(&json!({ "query": document, "variables": { "q": text } }), &[]).await;
        if reply.status != 200 {
            return Err(format!("{name}: status {}", reply.status));
        }
        let too_long = reply.codes() == ["BAD_USER_INPUT"]
            && (is_long && reply.messages().contains("characters: 1000 at most")
                || reply.messages().contains(": 64 at most"));
        if too_long == reply.codes().is_empty() || is_long != too_long && is_long {
            return Err(format!("{name}: {}", reply.text));
        }
        let answer: Value = reply.json();
        write!(answers, "{answer}").expect("a text takes more");
    }
    Ok(answers)
}

/// Asks both databases for every text of a part.
async fn ask(part: usize) {
    let records = records();
    let (sqlite, postgres) = (Backend::Sqlite.atlas(&records).await, Backend::Postgres.atlas(&records).await);
    let mut wrong = Vec::new();
    for (number, text) in searches().iter().enumerate().filter(|(number, _)| number % PARTS == part) {
        let (one, other) = tokio::join!(answers(&sqlite, text), answers(&postgres, text));
        let short: String = text.chars().take(60).collect();
        match (one, other) {
            (Ok(one), Ok(other)) if one == other => {}
            (one, other) => wrong.push(format!("{number} {short:?}:\n  {one:?}\n  {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A test for each part. Each asks both databases, so that it can compare them.
macro_rules! parts {
    ($($name:ident = $part:literal),+ $(,)?) => {
        mod any_text_is_a_query_and_both_databases_answer_alike {
            $(
                #[test]
                fn $name() {
                    tests::run(tests::Backend::Sqlite, env!("CARGO_TARGET_TMPDIR"), |_| super::ask($part));
                }
            )+
        }
    };
}

parts!(
    part_0 = 0,
    part_1 = 1,
    part_2 = 2,
    part_3 = 3,
    part_4 = 4,
    part_5 = 5,
    part_6 = 6,
    part_7 = 7,
    part_8 = 8,
    part_9 = 9,
    part_10 = 10,
    part_11 = 11,
);

#[test]
fn the_texts_are_many_and_different() {
    let searches = searches();
    let different: std::collections::HashSet<&String> = searches.iter().collect();
    assert_eq!(different.len(), searches.len());
    assert!(searches.len() > 300, "{}", searches.len());
}
