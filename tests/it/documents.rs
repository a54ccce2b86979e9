//! Completeness: what was made of every line of the source documents, so that a lost paragraph shows.
//!
//! `tests/fixtures/documents` has a table for each profile: every line of the document in its order, headings too, and
//! the records, fields and links that were made of it (`makes`), or why nothing was (`because`). All of it must be in
//! the atlas with a citation of that heading; and what cites a document must stand in a table. That the tables hold
//! every line of the documents is checked by `tests/checks/documents.py`, where the documents are at hand.

use std::collections::{BTreeMap, BTreeSet};

use api::graph::api_name;
use serde::Deserialize;
use serde_json::{Value, json};
use tests::{Atlas, Backend, both};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The key of the source.
    document: String,
    line: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The line's first words.
    begins: String,
    /// Where a citation says that it comes from, from this line to the next heading.
    heading: Option<String>,
    #[serde(default)]
    makes: Vec<String>,
    because: Option<String>,
}

/// The documents, as sources are named in the atlas.
const DOCUMENTS: [(&str, &str); 2] = [
    ("profiles", "Organisation profiles (profiles.txt)"),
    ("international-digital-cooperation", "International Digital Cooperation (international-digital-cooperation.txt)"),
];

/// A kind, its list at the root, and the fields that the tables speak of.
const KINDS: [(&str, &str, &str); 8] = [
    (
        "organisation",
        "organisations",
        "name acronym otherNames establishedYear stakeholderGroup address { text } website summary digitalActivities \
         futureOfMeetings membership partners(first: 100) { nodes { slug } } \
         issues(first: 100) { edges { heading node { slug } citations { locator source { name } } } }",
    ),
    ("standard", "standards", "identifier title abstract publishedOn issues { nodes { slug } }"),
    ("committee", "committees", "designation name scope parent { slug }"),
    (
        "event",
        "events",
        "title description startsOn endsOn startsAt endsAt timeZone dateText format location organisers { nodes { slug } } \
         issues { nodes { slug } }",
    ),
    ("channel", "channels", "platform handle"),
    ("instrument", "instruments", "name acronym adoptedYear description statedPartyCount parties { nodes { code } }"),
    (
        "initiative",
        "initiatives",
        "name acronym kind startedYear description participants { nodes { slug } } countries { nodes { code } } \
         issues { nodes { slug } }",
    ),
    (
        "resource",
        "resources",
        "name acronym kind availability description url providers { nodes { slug } } issues { nodes { slug } }",
    ),
];

fn tables() -> Vec<(String, Table)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let mut tables: Vec<(String, Table)> = std::fs::read_dir(folder)
        .expect("the folder of the tables")
        .map(|entry| {
            let path = entry.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            let table = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), table)
        })
        .collect();
    tables.sort_by(|one, other| one.0.cmp(&other.0));
    tables
}

/// Everything that is in the atlas, by kind and slug.
async fn everything(atlas: &Atlas) -> BTreeMap<(String, String), Value> {
    let mut records = BTreeMap::new();
    for (kind, list, fields) in KINDS {
        let document = format!(
            "query($after: String) {{ {list}(first: 50, after: $after) {{ pageInfo {{ hasNextPage endCursor }} \
             nodes {{ slug citations(first: 100) {{ nodes {{ locator source {{ name }} }} }} {fields} }} }} }}"
        );
        let mut after = Value::Null;
        loop {
            let answer = atlas.ask_with(&document, json!({ "after": after })).await;
            let page = &answer[list];
            for record in page["nodes"].as_array().expect("nodes") {
                records.insert((kind.to_owned(), text(&record["slug"]).to_owned()), record.clone());
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
    records
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn entries<'a>(value: &'a Value, list: &str) -> &'a [Value] {
    value[list].as_array().map_or(&[], Vec::as_slice)
}

fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(is_there),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether one of these citations is of the document, and of the place that the heading ends in.
fn cites(citations: &[Value], source: &str, heading: &str) -> bool {
    let place = heading.rsplit(" › ").next().unwrap_or(heading);
    citations
        .iter()
        .any(|citation| text(&citation["source"]["name"]) == source && text(&citation["locator"]).contains(place))
}

/// What is wrong with something that a line is said to have made.
fn wrong(
    records: &BTreeMap<(String, String), Value>,
    made: &mut BTreeSet<String>,
    makes: &str,
    source: &str,
    heading: &str,
) -> Option<&'static str> {
    const UNKNOWN: Option<&str> = Some("there is no such record");
    let record = |kind: &str, slug: &str| records.get(&(kind.to_owned(), slug.to_owned()));
    match makes.split(' ').collect::<Vec<_>>().as_slice() {
        [slug, "treats", issue] => {
            let Some(record) = record("organisation", slug) else { return UNKNOWN };
            let linked = entries(&record["issues"], "edges").iter().any(|edge| {
                text(&edge["node"]["slug"]) == *issue && cites(entries(edge, "citations"), source, heading)
            });
            made.insert(makes.to_owned());
            (!linked).then_some("the issue is not treated with a citation of this heading")
        }
        [slug, "with", partner] => {
            let Some(record) = record("organisation", slug) else { return UNKNOWN };
            let found = entries(&record["partners"], "nodes").iter().any(|node| text(&node["slug"]) == *partner);
            (!found).then_some("there is no such partner")
        }
        [kind, name] => {
            let (slug, field) = name.split_once('.').unwrap_or((name, ""));
            let Some(record) = record(kind, slug) else { return UNKNOWN };
            made.insert(format!("{kind} {slug}"));
            if !field.is_empty() && !is_there(&record[api_name(field)]) {
                return Some("the field is empty");
            }
            let citations = entries(&record["citations"], "nodes");
            (!cites(citations, source, heading)).then_some("it has no citation of this heading")
        }
        _ => Some("this cannot be read"),
    }
}

async fn every_line_of_the_documents_has_come_into_the_atlas(on: Backend) {
    let atlas = on.seeded().await;
    let records = everything(&atlas).await;
    let mut problems = Vec::new();
    let mut made: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (file, table) in tables() {
        let (document, source) = DOCUMENTS
            .into_iter()
            .find(|(key, _)| *key == table.document)
            .unwrap_or_else(|| panic!("{file}: no document"));
        let mut heading = String::new();
        for line in &table.line {
            heading = line.heading.clone().unwrap_or(heading);
            if line.makes.is_empty() && line.because.is_none() {
                problems.push(format!("{file}: “{}” makes nothing and does not say why", line.begins));
            }
            for makes in &line.makes {
                let made = made.entry(document).or_default();
                if let Some(problem) = wrong(&records, made, makes, source, &heading) {
                    problems.push(format!("{file}: “{}” makes {makes}: {problem} ({heading})", line.begins));
                }
            }
        }
    }
    // And the other way: nothing cites a document that no line of it made.
    for ((kind, slug), record) in &records {
        for (document, source) in DOCUMENTS {
            let is_cited =
                |citations: &[Value]| citations.iter().any(|citation| text(&citation["source"]["name"]) == source);
            let made = made.get(document).expect("each document has a table");
            let name = format!("{kind} {slug}");
            if is_cited(entries(&record["citations"], "nodes")) && !made.contains(&name) {
                problems.push(format!("{name} cites {document}, and no line makes it"));
            }
            for edge in entries(&record["issues"], "edges") {
                let link = format!("{slug} treats {}", text(&edge["node"]["slug"]));
                if is_cited(entries(edge, "citations")) && !made.contains(&link) {
                    problems.push(format!("{link}: this cites {document}, and no line makes it"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The issues of each profile in its order: the heading, the issues that it means, and what the organisation calls them.
type Headings = &'static [(&'static str, &'static [&'static str], Option<&'static str>)];
const HEADINGS: [(&str, Headings); 7] = [
    (
        "iec",
        &[
            (
                "Artificial intelligence and the internet of things",
                &["artificial-intelligence", "internet-of-things"],
                None,
            ),
            ("Hardware", &["telecommunications-infrastructure"], None),
            ("Building trust", &["trust"], None),
            ("Network security and critical infrastructure", &["network-security", "critical-infrastructure"], None),
        ],
    ),
    (
        "ecma",
        &[
            ("Digital standards", &["digital-standards"], None),
            ("Telecommunications infrastructure", &["telecommunications-infrastructure"], None),
            ("Network security", &["network-security"], None),
            (
                "Sustainable development/Digital and environment",
                &["sustainable-development", "digital-and-environment"],
                None,
            ),
            ("Data-related standards", &["data-governance"], None),
        ],
    ),
    (
        "iso",
        &[
            ("Artificial intelligence", &["artificial-intelligence"], None),
            ("Cloud computing", &["cloud-computing"], None),
            ("Internet of things", &["internet-of-things"], None),
            ("Telecommunication infrastructure", &["telecommunications-infrastructure"], None),
            ("Blockchain", &["blockchain"], None),
            ("Emerging technologies", &["emerging-technologies"], None),
            ("Encryption", &["encryption"], None),
            ("Data governance", &["data-governance"], None),
            ("Digital identities", &["digital-identities"], None),
            ("Privacy and data protection", &["privacy-and-data-protection"], None),
        ],
    ),
    (
        "cern",
        &[
            ("Artificial intelligence", &["artificial-intelligence"], Some("CERN openlab")),
            ("Cloud computing", &["cloud-computing"], Some("distributed computing")),
            (
                "Telecommunication infrastructure",
                &["telecommunications-infrastructure"],
                Some("network infrastructure"),
            ),
            ("Digital standards", &["digital-standards"], Some("open science")),
            ("Data governance", &["data-governance"], Some("data preservation")),
        ],
    ),
    (
        "unece",
        &[
            ("Digital standards", &["digital-standards"], None),
            (
                "Internet of things and artificial intelligence",
                &["internet-of-things", "artificial-intelligence"],
                None,
            ),
            ("Artificial intelligence for energy", &["artificial-intelligence"], None),
            ("Automated driving", &["automated-driving"], None),
            ("Blockchain", &["blockchain"], None),
            ("Critical infrastructure", &["critical-infrastructure"], None),
            ("Data governance", &["data-governance"], None),
            ("E-commerce and trade", &["e-commerce-and-trade"], None),
            ("Digital and environment", &["digital-and-environment"], None),
            ("Sustainable development", &["sustainable-development"], None),
            ("Privacy and data protection", &["privacy-and-data-protection"], None),
        ],
    ),
    (
        "wto",
        &[
            ("Telecommunications", &["telecommunications-infrastructure"], None),
            ("Digital standards", &["digital-standards"], Some("standards and regulations")),
            ("Cybersecurity", &["cybersecurity"], None),
            ("Data governance", &["data-governance"], None),
            ("Intellectual property rights", &["intellectual-property-rights"], None),
            ("Electronic commerce", &["e-commerce-and-trade"], None),
            ("Access", &["access"], None),
            ("Arbitration", &["arbitration"], Some("market access")),
        ],
    ),
    (
        "unctad",
        &[
            ("E-commerce and trade", &["e-commerce-and-trade"], None),
            ("Consumer protection", &["consumer-protection"], None),
            ("Sustainable development", &["sustainable-development"], None),
            ("Capacity development", &["capacity-development"], None),
            ("Gender rights online", &["gender-rights-online"], None),
            ("Data governance", &["data-governance"], None),
        ],
    ),
];

async fn every_heading_of_a_profile_is_a_link_in_the_order_of_the_document(on: Backend) {
    let atlas = on.seeded().await;
    for (slug, headings) in HEADINGS {
        let document = format!(
            "{{ organisation(slug: \"{slug}\") {{ issues(first: 100) {{ edges {{ position heading localTerm node {{ slug }} }} }} }} }}"
        );
        let answer = atlas.ask(&document).await;
        let linked = entries(&answer["organisation"]["issues"], "edges");
        let links =
            headings.iter().flat_map(|(heading, issues, term)| issues.iter().map(move |issue| (heading, issue, term)));
        let expected: Vec<Value> = (1..)
            .zip(links)
            .map(|(position, (heading, issue, term))| {
                json!({ "position": position, "heading": heading, "localTerm": term, "node": { "slug": issue } })
            })
            .collect();
        assert_eq!(linked, expected, "{slug}");
    }
}

both!(
    every_line_of_the_documents_has_come_into_the_atlas,
    every_heading_of_a_profile_is_a_link_in_the_order_of_the_document,
);
