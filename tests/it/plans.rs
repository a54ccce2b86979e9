//! No statement reads a whole table to find some rows: the plans of all statements that questions and imports run are
//! read, on both databases.

use std::collections::BTreeMap;

use api::graph::kinds;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;
use tests::{Atlas, Backend, Import, NOW, as_of, both};

use crate::import::{many as records, record, relation, title};
use crate::statements::{COSTS, many};

/// Tables that are small whatever the atlas holds, and may be read whole: of issues there are some hundred, of former
/// slugs as many as were renamed.
const SMALL: &[&str] = &[
    "country",
    "log_head",
    "setting",
    "seaql_migrations",
    "source",
    "subject",
    "issue",
    "issue_history",
    "slug_alias",
];

/// What statements call rows that they hold or have found.
const FOUND: &[&str] =
    &["v", "keys", "numbered", "page", "elements", "found", "links", "counted", "groups", "start", "below", "up"];

/// Questions by search, facets, filters and references, beside those whose cost is known.
const QUESTIONS: &[&str] = &[
    "{ search(query: \"abc 1 other\") { totalCount kinds { kind count } edges { score node { label } } } }",
    "{ search(query: \"othr\", kinds: [STANDARD]) { nodes { label } } }",
    "{ a: resolve(reference: \"ABC 1:2001\") { score } b: resolve(reference: \"o-1\") { score }
        c: resolve(reference: \"https://lamp.example\") { score } d: resolve(reference: \"some words\") { score } }",
    "{ standards(filter: { publisher: { slug: { eq: \"o-1\" } } }) { totalCount facets {
        status { value count } publishedYear { value count } publisher { value count } subject { value count } } } }",
    "{ organisations(filter: { slug: { in: [\"o-1\", \"o-2\"] } }) { nodes { standards { facets { subject { value count } publisher { value count } } } } facets { country { value count } issue { value count } } } }",
    "{ standard(identifier: \"ABC 1:2001\") { slug } committee(slug: \"c-1\") { designation } }",
    "{ standards(filter: { subject: { code: { startsWith: \"35\" } }, publishedYear: { gte: 2001 } }, orderBy: [{ field: PUBLISHED_ON, direction: DESC }]) { nodes { identifier } } }",
];

/// The whole tables that a statement's plan reads.
async fn whole_tables(atlas: &Atlas, statement: &Statement) -> Vec<String> {
    let mut explain = statement.clone();
    let is_postgres = statement.db_backend == DbBackend::Postgres;
    explain.sql = format!("EXPLAIN {}{}", if is_postgres { "" } else { "QUERY PLAN " }, statement.sql);
    // On one connection, with which reading whole tables costs more than anything else.
    let transaction = atlas.app.begin_write().await.expect("a transaction");
    if is_postgres {
        transaction.execute_unprepared("SET LOCAL enable_seqscan = off").await.expect("a setting");
    }
    let rows = transaction.query_all_raw(explain).await.unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    transaction.rollback().await.expect("the transaction ends");
    let line = |place| rows.iter().map(move |row| row.try_get_by_index::<String>(place).expect("a line of a plan"));
    if is_postgres {
        line(0).filter_map(|line| word_after(&line, "Seq Scan on ")).collect()
    } else {
        let scans = line(3).filter(|line| !line.contains(" INDEX ") && !line.contains("VIRTUAL TABLE"));
        // What the statement itself holds or has found so far is no table.
        let is_table =
            |name: &String| statement.sql.contains(&format!(r#""{name}""#)) && !FOUND.contains(&name.as_str());
        scans.filter_map(|line| word_after(&line, "SCAN ")).filter(is_table).collect()
    }
}

fn word_after(line: &str, before: &str) -> Option<String> {
    let (_, rest) = line.split_once(before)?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// The names of tables by the names that statements give them.
fn is_small(sql: &str, alias: &str) -> bool {
    SMALL.iter().any(|table| {
        alias == *table
            || sql.contains(&format!(r#""{table}" AS "{alias}""#))
            || sql.contains(&format!(r#""{table}_ever" AS "{alias}""#))
    })
}

async fn no_statement_lacks_an_index(on: Backend) {
    let mut atlas = on.atlas(&many(40, 3, 80)).await;
    let noted = atlas.note_statements();
    for (_, document) in COSTS {
        atlas.ask(document).await;
        if !document.contains("{ atlas ") && !document.contains("{ changes(") {
            atlas.ask(&as_of(NOW, document)).await;
        }
    }
    for document in QUESTIONS {
        atlas.ask(document).await;
        // The past is not searched.
        if !document.contains("search(") && !document.contains("resolve(") {
            atlas.ask(&as_of(NOW, document)).await;
        }
    }
    let one = record("ISO 7001", json!({ "title": title("Lamps"), "relation": relation("obsoletes", "ISO 7002") }));
    let import = Import::of("relaton-iso").records(&records(60)).record("z.yaml", &one);
    import.run(&atlas).await;
    // Once more with another title, and by another source, so that rows change.
    let import = import.record("z.yaml", &record("ISO 7001", json!({ "title": title("All lamps") })));
    import.run(&atlas).await;
    Import::of("relaton-iec")
        .record("z.yaml", &record("ISO 7001", json!({ "title": title("Lamps") })))
        .run(&atlas)
        .await;
    atlas.ask("{ changes(first: 100, kinds: [STANDARD, COMMITTEE, CHANNEL]) { nodes { before } } last: changes(last: 100) { nodes { before } } }").await;
    for address in [
        "/export/all.jsonl",
        "/export/standards.jsonl?since=0000000000000001&filter=%7B%22publisher%22:%7B%22slug%22:%7B%22eq%22:%22o-1%22%7D%7D%7D",
    ] {
        assert_eq!(atlas.get(address, &[]).await.status, 200);
    }
    // Another atlas's records, one of which was deleted here, and one that is to go.
    let all = atlas.get("/export/all.jsonl", &[]).await.text;
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "o-1")]).await;
    let gone = all.lines().rfind(|line| line.starts_with(r#"{"recordKind":"STANDARD""#)).expect("a standard");
    let mut gone: serde_json::Value = serde_json::from_str(gone).expect("a document");
    gone["deleted"] = true.into();
    Import::of_files().file("atlas.jsonl", &format!("{gone}\n{all}")).run(&atlas).await;
    let noted = noted.lock().expect("no callback has failed").clone();
    assert!(noted.len() > 100, "only {} statements", noted.len());
    let mut wrong = BTreeMap::new();
    for (sql, statement) in &noted {
        // What names no rows means all of them: an import keeps in memory whom its records may name, and looks at all
        // relations that wait.
        if sql.contains(" WHERE ") && !sql.contains(r#"FROM "import_claim" INNER JOIN "standard""#) {
            let mut tables = whole_tables(&atlas, statement).await;
            // Counts of the past are not kept: whoever orders by them reads whom they are of.
            let is_counted = |alias: &str| {
                sql.contains(r#"COUNT("links"."counted")"#)
                    && sql.contains(&format!(r#"FROM "organisation_ever" AS "{alias}""#))
            };
            tables.retain(|alias| !is_small(sql, alias) && !is_counted(alias));
            if !tables.is_empty() {
                wrong.insert(sql, tables);
            }
        }
    }
    let told: Vec<String> = wrong.iter().map(|(sql, tables)| format!("{tables:?}: {sql}")).collect();
    assert!(told.is_empty(), "{} of {}\n{}", told.len(), noted.len(), told.join("\n"));
}

both!(no_statement_lacks_an_index);
