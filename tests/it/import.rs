//! `atlas import`: what becomes of other people's files, as a user of the API sees it.

mod curators;
mod damage;
mod identity;
mod others;
mod relations;
mod runs;

use serde_json::{Value, json};
use tests::Atlas;

/// A Relaton record of the newer layout: its identifier, whose scheme is its first word, and more members.
pub fn record(identifier: &str, more: Value) -> Value {
    let scheme = identifier.split([' ', '/', '-']).next().unwrap_or_default().to_owned();
    let mut record = json!({ "docidentifier": [{ "content": identifier, "type": scheme, "primary": true }] });
    if let (Some(record), Value::Object(more)) = (record.as_object_mut(), more) {
        record.extend(more);
    }
    record
}

pub fn title(text: &str) -> Value {
    json!([{ "content": text, "language": "en", "type": "main" }])
}

/// A record with a title and nothing else.
fn titled(identifier: &str, text: &str) -> Value {
    record(identifier, json!({ "title": title(text) }))
}

/// A relation of a Relaton record.
pub fn relation(kind: &str, identifier: &str) -> Value {
    json!({ "type": kind, "bibitem": { "docid": [{ "id": identifier, "primary": true }] } })
}

/// A number of standards that name each other, publishers, committees and subjects.
pub fn many(count: usize) -> Vec<Value> {
    let standard = |number: usize| {
        let (committee, next) = (number % 7 + 1, (number + 1) % count);
        record(
            &format!("ISO {}:2020", 70_000 + number),
            json!({
                "title": title(&format!("Widgets of size {number}")),
                "contributor": [{ "role": [{ "type": "publisher" }], "organization": {
                    "name": [{ "content": format!("Widget Board {}", number % 5) }],
                    "abbreviation": { "content": format!("WB{}", number % 5) },
                } }],
                "ext": {
                    "editorialgroup": { "technical_committee": [{ "identifier": format!("ISO/TC 9{committee}/SC 1"), "name": "Widgets" }] },
                    "ics": [{ "code": "35.030" }],
                },
                "relation": [relation("obsoletes", &format!("ISO {}:2020", 70_000 + next))],
            }),
        )
    };
    (0..count).map(standard).collect()
}

/// All that the API says of a standard but ids, times and versions.
const STANDARD: &str =
    "identifier undatedIdentifier undated slug edition titles { language value } abstract type status stage
    publishedOn url languages otherIdentifiers subjects { scheme code title } publishers { nodes { slug } }
    committees { nodes { slug } } issues { nodes { slug } } citations { nodes { locator source { name } } }
    relations { edges { kind identifier node { slug } } } relatedFrom { edges { kind node { slug } } }";

/// What is asked of the standard with this identifier; null where there is none.
async fn standard(atlas: &Atlas, identifier: &str, fields: &str) -> Value {
    let document = format!("query($identifier: String!) {{ standard(identifier: $identifier) {{ {fields} }} }}");
    atlas.ask_with(&document, json!({ "identifier": identifier })).await["standard"].clone()
}

/// What is asked of all standards whose identifier begins so, by identifier.
async fn standards(atlas: &Atlas, beginning: &str, fields: &str) -> Vec<Value> {
    let document = format!(
        "query($beginning: String!, $after: String) {{ standards(first: 100, after: $after, orderBy: [{{ field: IDENTIFIER }}],
            filter: {{ identifier: {{ startsWith: $beginning }} }}) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let page =
            atlas.ask_with(&document, json!({ "beginning": beginning, "after": after })).await["standards"].take();
        found.extend(page["nodes"].as_array().into_iter().flatten().cloned());
        if page["pageInfo"]["hasNextPage"] != true {
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// One member of each node of a connection, in order.
fn nodes(connection: &Value, member: &str) -> Vec<String> {
    let nodes = connection["nodes"].as_array().unwrap_or_else(|| panic!("no nodes: {connection}"));
    nodes.iter().map(|node| node[member].as_str().unwrap_or_default().to_owned()).collect()
}

/// The newest entry of the log.
async fn revision(atlas: &Atlas) -> i64 {
    atlas.number("SELECT sequence FROM log_head").await
}
