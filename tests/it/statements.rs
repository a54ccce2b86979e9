//! No field costs a statement per parent: the number of statements depends on the document alone.

use serde_json::json;
use tests::{Backend, Invented, NOW, as_of, both};

/// Organisations × issues × standards, as many as asked.
pub fn many(organisations: usize, issues: usize, standards: usize) -> Invented {
    let mut atlas = Invented::new();
    atlas.add("issue", json!({ "slug": "root" }));
    for number in 0..issues {
        atlas.add("issue", json!({ "slug": format!("issue-{number}"), "parent": "root" }));
    }
    for number in 0..organisations {
        let treated: Vec<_> = (0..issues).map(|issue| json!({ "issue": format!("issue-{issue}") })).collect();
        let partner = json!({ "organisation": format!("o-{}", (number + 1) % organisations), "role": "PARTNER" });
        atlas.add(
            "organisation",
            json!({
                "slug": format!("o-{number}"), "issues": treated, "partners": [partner],
                "address": { "text": "A street", "country": "CH" },
            }),
        );
        atlas.add("channel", json!({ "owner": format!("o-{number}"), "platform": "TWITTER" }));
        let body = [format!("o-{number}")];
        let issue = ["issue-0"];
        let slug = |prefix: &str| format!("{prefix}-{number}");
        let party = [json!({ "country": "CH" }), json!({ "country": "DE" })];
        atlas.add("committee", json!({ "slug": slug("c"), "owners": body, "parent": (number > 0).then_some("c-0") }));
        atlas.add("event", json!({ "slug": slug("e"), "organisers": body, "issues": issue, "country": "CH" }));
        atlas.add("instrument", json!({ "slug": slug("i"), "custodians": body, "issues": issue, "parties": party }));
        let lead = [json!({ "organisation": format!("o-{number}"), "role": "LEAD" })];
        atlas
            .add("initiative", json!({ "slug": slug("n"), "participants": lead, "issues": issue, "countries": party }));
        atlas.add("resource", json!({ "slug": slug("r"), "providers": body, "issues": issue }));
    }
    for number in 0..standards {
        let document = format!("ABC {}", number / 2);
        atlas.add(
            "standard",
            json!({
                "identifier": format!("{document}:{}", 2000 + number % 2), "undated_identifier": document,
                "published_on": (2000 + number % 2).to_string(),
                "publishers": [format!("o-{}", number % organisations)], "committees": [format!("c-{}", number % organisations)],
                "issues": [format!("issue-{}", number % issues)],
                "relations": [{ "kind": "REFERENCES", "identifier": format!("ABC {}:2000", number.div_ceil(2)) }],
                "subjects": [{ "scheme": "ICS", "code": "35.030" }], "other_identifiers": [format!("Other {number}")],
            }),
        );
    }
    atlas
}

async fn the_document_of_the_foundation_costs_six_statements(on: Backend) {
    let document = "{ organisations(first: 50) { nodes { name
        channels { nodes { platform handle } }
        issues { edges { heading node { name
            standards(first: 5) { nodes { identifier
                publishers { nodes { name } }
                committees { nodes { designation } } } } } } } } } }";
    for (organisations, issues, standards) in [(2, 2, 4), (60, 6, 240)] {
        let atlas = on.atlas(&many(organisations, issues, standards)).await;
        assert_eq!(atlas.statements(document).await, 6, "{organisations} organisations");
    }
    let empty = on.empty().await;
    assert_eq!(empty.statements(document).await, 1, "without a row the first statement is the last");
}

/// Documents with what they cost; the second atlas has more rows and must not cost more.
pub const COSTS: &[(u64, &str)] = &[
    (1, "{ organisations(first: 40) { nodes { id slug label version createdAt updatedAt name otherNames } } }"),
    (1, "{ organisations(first: 40) { edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }"),
    (2, "{ organisations(first: 1) { totalCount } }"),
    (2, "{ organisations(first: 0) { totalCount } }"),
    (1, "{ atlas { version revision updatedAt recordCounts { kind count } } }"),
    (1, "{ atlas { version } issue(slug: \"root\") { name } }"),
    (
        3,
        "{ a: organisation(slug: \"o-0\") { name } b: organisation(slug: \"o-1\") { name } issue(slug: \"root\") { name } countries { nodes { name } } }",
    ),
    // To-one fields.
    (2, "{ organisations(first: 40) { nodes { address { text country { name } } } } }"),
    (2, "{ issues(first: 40) { nodes { parent { name } } } }"),
    (2, "{ issues(first: 40) { nodes { ancestors { name } } } }"),
    (2, "{ committees(first: 40) { nodes { parent { name } } } }"),
    (2, "{ events(first: 40) { nodes { country { name } } } }"),
    (2, "{ channels(first: 40) { nodes { owner { label } } } }"),
    (2, "{ channels(first: 40) { nodes { organisation { name } } } }"),
    (2, "{ channels(first: 40) { nodes { owner { label } organisation { name } } } }"),
    (2, "{ standards(first: 40) { nodes { latestEdition { identifier } } } }"),
    // Lists without pages.
    (2, "{ standards(first: 40) { nodes { subjects { code } } } }"),
    (2, "{ standards(first: 40) { nodes { otherIdentifiers } } }"),
    (3, "{ organisations(first: 40) { nodes { issues { edges { citations { locator } } } } } }"),
    (4, "{ organisations(first: 40) { nodes { issues { edges { citations { source { name } } } } } } }"),
    // Connections.
    (3, "{ organisations(first: 40) { nodes { citations { nodes { source { name } } } } } }"),
    (2, "{ organisations(first: 40) { nodes { standards { nodes { identifier } } } } }"),
    (3, "{ organisations(first: 40) { nodes { standards(first: 1) { totalCount nodes { identifier } } } } }"),
    (2, "{ organisations(first: 40) { nodes { committees { nodes { designation } } } } }"),
    (2, "{ organisations(first: 40) { nodes { events { nodes { title } } } } }"),
    (2, "{ organisations(first: 40) { nodes { instruments { nodes { name } } } } }"),
    (2, "{ organisations(first: 40) { nodes { initiatives { nodes { name } } } } }"),
    (2, "{ organisations(first: 40) { nodes { resources { nodes { name } } } } }"),
    (2, "{ organisations(first: 40) { nodes { partners { edges { role node { name } } } } } }"),
    (2, "{ organisations(first: 40) { nodes { partnerOf(roles: [PARTNER]) { edges { role node { name } } } } } }"),
    (2, "{ issues(first: 40) { nodes { children { nodes { name } } } } }"),
    (2, "{ issues(first: 40) { nodes { organisations { edges { heading node { name } } } } } }"),
    (
        5,
        "{ issues(first: 40) { nodes { events { nodes { id } } instruments { nodes { id } } initiatives { nodes { id } } resources { nodes { id } } } } }",
    ),
    (2, "{ standards(first: 40) { nodes { editions { nodes { identifier } } } } }"),
    (2, "{ standards(first: 40) { nodes { relations { edges { kind identifier node { title } } } } } }"),
    (2, "{ standards(first: 40) { nodes { relatedFrom { edges { kind identifier node { title } } } } } }"),
    (2, "{ standards(first: 40) { nodes { issues { nodes { name } } } } }"),
    (2, "{ committees(first: 40) { nodes { children { nodes { id } } } } }"),
    (3, "{ committees(first: 40) { nodes { owners { nodes { id } } standards { nodes { id } } } } }"),
    (3, "{ events(first: 40) { nodes { organisers { nodes { id } } issues { nodes { id } } } } }"),
    (
        4,
        "{ instruments(first: 40) { nodes { custodians { nodes { id } } parties { edges { note node { name } } } issues { nodes { id } } } } }",
    ),
    (
        4,
        "{ initiatives(first: 40) { nodes { participants { edges { role node { id } } } countries { nodes { name } } issues { nodes { id } } } } }",
    ),
    (3, "{ resources(first: 40) { nodes { providers { nodes { id } } issues { nodes { id } } } } }"),
    // The same field in two ways is two lists; in one way, one.
    (
        3,
        "{ organisations(first: 40) { nodes { a: standards(first: 1) { nodes { id } } b: standards(first: 2) { nodes { id } } } } }",
    ),
    (
        2,
        "{ organisations(first: 40) { nodes { a: standards(first: 1) { nodes { id } } b: standards(first: 1) { nodes { title } } } } }",
    ),
    (
        2,
        "{ organisations(first: 40) { nodes { a: standards(filter: { title: { isNull: true } }) { nodes { id } } b: standards(filter: { title: { isNull: true } }) { nodes { slug } } } } }",
    ),
    // The log: a page is a statement, and what a record was before is one for its table and one for each of its links.
    (1, "{ changes(first: 40) { nodes { id revision at actor operation kind recordId version changedFields } } }"),
    (2, "{ organisations(first: 40) { nodes { history { nodes { revision } } } } }"),
    (2, "{ changes(first: 40, kinds: [ORGANISATION]) { nodes { record { label } } } }"),
    (1, "{ changes(first: 40) { nodes { before } } }"),
    // Filters are part of the statement.
    (
        1,
        "{ organisations(first: 40, filter: { issue: { under: \"root\" } }, orderBy: [{ field: STANDARD_COUNT, direction: DESC }, { field: NAME }]) { nodes { name } } }",
    ),
    (
        2,
        "{ issues(first: 40) { nodes { standards(filter: { publisher: { slug: { startsWith: \"o-\" } } }, orderBy: [{ field: TITLE }]) { nodes { title } } } } }",
    ),
];

async fn documents_cost_what_they_cost_whatever_the_number_of_rows(on: Backend) {
    let (few, more) = (on.atlas(&many(2, 2, 4)).await, on.atlas(&many(40, 3, 80)).await);
    let mut wrong = Vec::new();
    for (expected, document) in COSTS {
        // As of a moment, it costs one more to find the entry of the log.
        let past = (!document.contains("{ atlas ") && !document.contains("{ changes("))
            .then(|| (expected + 1, as_of(NOW, document)));
        for (expected, document) in [(*expected, (*document).to_owned())].into_iter().chain(past) {
            for atlas in [&few, &more] {
                let statements = atlas.statements(&document).await;
                if statements != expected {
                    wrong.push(format!("{statements} instead of {expected}: {document}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn nodes_of_one_kind_cost_one_statement(on: Backend) {
    let atlas = on.atlas(&many(40, 3, 8)).await;
    let organisations = atlas.ask("{ organisations(first: 40) { nodes { id } } }").await;
    let ids: Vec<_> =
        organisations["organisations"]["nodes"].as_array().into_iter().flatten().map(|node| &node["id"]).collect();
    let document = format!("{{ nodes(ids: {}) {{ id }} }}", json!(ids));
    assert_eq!(atlas.statements(&document).await, 1);
    let issue = &atlas.ask("{ issue(slug: \"root\") { id } }").await["issue"]["id"];
    let document = format!("{{ nodes(ids: {}) {{ id }} node(id: {issue}) {{ id }} }}", json!([ids[0], issue, ids[1]]));
    assert_eq!(atlas.statements(&document).await, 2);
}

both!(
    the_document_of_the_foundation_costs_six_statements,
    documents_cost_what_they_cost_whatever_the_number_of_rows,
    nodes_of_one_kind_cost_one_statement,
);
