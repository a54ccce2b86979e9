//! Facets: counts of all records of a list by what they have in common, against counts that are made here, row by row.

use std::collections::BTreeMap;

use api::graph::fold::sort_key;
use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented, both};

/// A facet and, for a record as the list shows it, its values with what people call them.
type Values = fn(&Value) -> Vec<(Option<String>, String)>;

const ORGANISATION: &str =
    "slug stakeholderGroup address { country { code name } } issues(first: 100) { nodes { slug label } }";
const ORGANISATION_FACETS: &[(&str, Values)] = &[
    ("stakeholderGroup", |record| value(&record["stakeholderGroup"])),
    ("country", |record| {
        let country = &record["address"]["country"];
        related([country].into_iter().filter(|country| !country.is_null()), "code", "name")
    }),
    ("issue", |record| related(nodes(&record["issues"]), "slug", "label")),
];
const STANDARD: &str = "identifier status type publishedYear publishers(first: 100) { nodes { slug label } }
    issues(first: 100) { nodes { slug label } } subjects { code title }";
const STANDARD_FACETS: &[(&str, Values)] = &[
    ("status", |record| value(&record["status"])),
    ("type", |record| value(&record["type"])),
    ("publishedYear", |record| value(&record["publishedYear"])),
    ("publisher", |record| related(nodes(&record["publishers"]), "slug", "label")),
    ("issue", |record| related(nodes(&record["issues"]), "slug", "label")),
    ("subject", |record| related(record["subjects"].as_array().into_iter().flatten(), "code", "title")),
];

/// A group as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    value: Option<String>,
    label: String,
    count: i64,
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn nodes(list: &Value) -> impl Iterator<Item = &Value> {
    list["nodes"].as_array().into_iter().flatten()
}

/// The value of a column, and its words.
fn value(value: &Value) -> Vec<(Option<String>, String)> {
    if value.is_null() {
        return none();
    }
    let code = text(value);
    let words = match code.as_str() {
        "RFC" => code.clone(),
        "NGOS_AND_ASSOCIATIONS" => "NGOs and associations".to_owned(),
        _ => code.chars().take(1).chain(code.replace('_', " ").to_lowercase().chars().skip(1)).collect(),
    };
    vec![(Some(code), words)]
}

fn none() -> Vec<(Option<String>, String)> {
    vec![(None, "None".to_owned())]
}

/// The values of records, each once.
fn related<'a>(records: impl Iterator<Item = &'a Value>, value: &str, label: &str) -> Vec<(Option<String>, String)> {
    let mut found: Vec<(Option<String>, String)> = Vec::new();
    for record in records {
        let value = text(&record[value]);
        let label = record[label].as_str().map_or_else(|| value.clone(), str::to_owned);
        if !found.iter().any(|(known, _)| known.as_ref() == Some(&value)) {
            found.push((Some(value), label));
        }
    }
    if found.is_empty() { none() } else { found }
}

/// The groups of records, the largest first, then by label in natural order, of subjects letter by letter; those without
/// a value last among equals.
fn counted<'a>(facet: &str, records: impl IntoIterator<Item = &'a Value>, values: Values) -> Vec<Group> {
    let mut groups: BTreeMap<Option<String>, (String, i64)> = BTreeMap::new();
    for (value, label) in records.into_iter().flat_map(values) {
        let group = groups.entry(value.clone()).or_insert_with(|| (label.clone(), 0));
        // Where a subject has a title in one place and not in another, the title is known.
        if Some(&group.0) == value.as_ref() {
            group.0 = label;
        }
        group.1 += 1;
    }
    let mut groups: Vec<Group> =
        groups.into_iter().map(|(value, (label, count))| Group { value, label, count }).collect();
    let sorted = |label: &str| if facet == "subject" { label.to_owned() } else { sort_key(label) };
    groups.sort_by_key(|group| (-group.count, group.value.is_none(), sorted(&group.label), group.value.clone()));
    groups
}

fn groups(facet: &Value) -> Vec<Group> {
    let group = |group: &Value| Group {
        value: group["value"].as_str().map(str::to_owned),
        label: text(&group["label"]),
        count: group["count"].as_i64().unwrap_or_default(),
    };
    facet.as_array().into_iter().flatten().map(group).collect()
}

/// All facets of a kind, `first` as large as may be where there is one.
fn selection(facets: &[(&str, Values)]) -> String {
    let facet = |(name, _): &(&str, Values)| {
        let first = if ["issue", "publisher", "subject"].contains(name) { "(first: 100)" } else { "" };
        format!("{name}{first} {{ value label count }}")
    };
    facets.iter().map(facet).collect::<Vec<_>>().join(" ")
}

struct Listed<'a> {
    list: &'a str,
    kind: &'a str,
    record: &'a str,
    facets: &'a [(&'a str, Values)],
}

const ORGANISATIONS: Listed<'static> =
    Listed { list: "organisations", kind: "Organisation", record: ORGANISATION, facets: ORGANISATION_FACETS };
const STANDARDS: Listed<'static> =
    Listed { list: "standards", kind: "Standard", record: STANDARD, facets: STANDARD_FACETS };

impl Listed<'_> {
    /// Asserts that all facets of a list under a filter count what the list shows; gives the number of records.
    async fn holds(&self, atlas: &Atlas, filter: &Value) -> usize {
        let Self { list, kind, record, facets } = self;
        let document = format!(
            "query($f: {kind}Filter) {{ list: {list}(filter: $f, first: 100) {{ nodes {{ {record} }} facets {{ {} }} }} }}",
            selection(facets)
        );
        let answer = atlas.ask_with(&document, json!({ "f": filter })).await["list"].clone();
        let records: Vec<&Value> = nodes(&answer).collect();
        for (name, values) in *facets {
            assert_eq!(
                groups(&answer["facets"][name]),
                counted(name, records.iter().copied(), *values),
                "{name} {filter}"
            );
        }
        records.len()
    }

    /// The facets under a filter.
    async fn facets(&self, atlas: &Atlas, filter: &Value, exclude_own: bool) -> Value {
        let Self { list, kind, facets, .. } = self;
        let document = format!(
            "query($f: {kind}Filter) {{ list: {list}(filter: $f, first: 0) {{ facets(excludeOwn: {exclude_own}) {{ {} }} }} }}",
            selection(facets)
        );
        atlas.ask_with(&document, json!({ "f": filter })).await["list"]["facets"].clone()
    }
}

async fn facets_count_what_the_list_holds(on: Backend) {
    let atlas = on.garden().await;
    let found = [
        ORGANISATIONS.holds(&atlas, &json!({})).await,
        ORGANISATIONS.holds(&atlas, &json!({ "country": ["CH", "de"] })).await,
        ORGANISATIONS.holds(&atlas, &json!({ "issue": { "under": "branch-1" } })).await,
        ORGANISATIONS.holds(&atlas, &json!({ "text": "hub" })).await,
        ORGANISATIONS
            .holds(&atlas, &json!({ "or": [{ "text": "zebra" }, { "stakeholderGroup": "GOVERNMENT" }] }))
            .await,
        ORGANISATIONS.holds(&atlas, &json!({ "not": { "issue": {} } })).await,
        STANDARDS.holds(&atlas, &json!({})).await,
        STANDARDS.holds(&atlas, &json!({ "status": ["PUBLISHED", "UNKNOWN"] })).await,
        STANDARDS.holds(&atlas, &json!({ "publisher": { "slug": { "startsWith": "o-" } } })).await,
        STANDARDS.holds(&atlas, &json!({ "subject": { "scheme": "ICS" } })).await,
        STANDARDS.holds(&atlas, &json!({ "text": "nave", "latestEdition": true })).await,
        STANDARDS.holds(&atlas, &json!({ "or": [{ "text": "hub 1" }, { "publishedYear": { "gte": 2021 } }] })).await,
        STANDARDS
            .holds(
                &atlas,
                &json!({ "not": { "issue": { "text": "branch" } }, "and": [{ "title": { "isNull": false } }] }),
            )
            .await,
    ];
    assert!(found.iter().all(|count| *count > 0), "{found:?}");
    for listed in [&ORGANISATIONS, &STANDARDS] {
        assert_eq!(listed.holds(&atlas, &json!({ "or": [] })).await, 0);
        assert_eq!(listed.holds(&atlas, &json!({ "text": "zyxwv" })).await, 0);
    }
}

async fn records_without_a_value_are_a_group(on: Backend) {
    let atlas = on.garden().await;
    let answer = ORGANISATIONS.facets(&atlas, &json!({}), false).await;
    for facet in ["stakeholderGroup", "country", "issue"] {
        let unknown: Vec<Group> = groups(&answer[facet]).into_iter().filter(|group| group.value.is_none()).collect();
        assert!(unknown.len() == 1 && unknown[0].label == "None" && unknown[0].count > 0, "{facet} {unknown:?}");
    }
    let answer = STANDARDS.facets(&atlas, &json!({}), false).await;
    for facet in ["publishedYear", "publisher", "subject"] {
        assert!(groups(&answer[facet]).iter().any(|group| group.value.is_none() && group.count > 0), "{facet}");
    }
}

async fn the_largest_groups_come_first(on: Backend) {
    let mut records = Invented::new();
    for (number, name) in (0_usize..).zip(["Zone 10", "Zone 9", "Élan", "Echo", "Zone 11"]) {
        records.add("issue", json!({ "slug": format!("issue-{number}"), "name": name }));
    }
    for number in 0..6 {
        let issues: Vec<String> =
            (0..5).filter(|issue| *issue != 4 || number < 3).map(|issue| format!("issue-{issue}")).collect();
        let subjects: &[Value] = &[
            json!({ "scheme": "ICS", "code": "01.040" }),
            json!({ "scheme": "ICS", "code": "35.030", "title": "Security" }),
            json!({ "scheme": "UDC", "code": "35.030" }),
            json!({ "scheme": "UDC", "code": "9" }),
        ];
        records.add(
            "standard",
            json!({ "identifier": format!("X {number}"), "issues": if number < 5 { issues } else { Vec::new() }, "subjects": subjects }),
        );
    }
    let atlas = on.atlas(&records).await;
    let document = "{ standards { facets {
        all: issue { value label count } two: issue(first: 2) { label } none: issue(first: 0) { label }
        subject { value label count } publisher { value label count } } } }";
    let answer = atlas.ask(document).await["standards"]["facets"].clone();
    let group = |value: &str, label: &str, count: i64| json!({ "value": value, "label": label, "count": count });
    assert_eq!(
        answer,
        json!({
            "all": [
                group("issue-3", "Echo", 5), group("issue-2", "Élan", 5), group("issue-1", "Zone 9", 5),
                group("issue-0", "Zone 10", 5), group("issue-4", "Zone 11", 3), { "value": null, "label": "None", "count": 1 },
            ],
            "two": [{ "label": "Echo" }, { "label": "Élan" }], "none": [],
            // A standard counts once for a code, whatever the schemes that have it.
            "subject": [group("01.040", "01.040", 6), group("9", "9", 6), group("35.030", "Security", 6)],
            "publisher": [{ "value": null, "label": "None", "count": 6 }],
        })
    );
}

async fn lists_of_groups_are_bounded(on: Backend) {
    let atlas = on.garden().await;
    for (list, facet) in
        [("organisations", "issue"), ("standards", "publisher"), ("standards", "issue"), ("standards", "subject")]
    {
        for first in ["-1", "101"] {
            let document = format!("{{ {list} {{ facets {{ {facet}(first: {first}) {{ count }} }} }} }}");
            atlas.refuses(&document, "BAD_USER_INPUT", &["`first`", "0 to 100"]).await;
        }
    }
}

async fn an_organisation_counts_once_for_an_issue(on: Backend) {
    let atlas = on.garden().await;
    let document = "{ organisations(first: 100, filter: { slug: { in: [\"o-0\", \"o-1\"] } }) {
        nodes { issues { totalCount } } facets { issue { value count } } } }";
    let answer = atlas.ask(document).await["organisations"].clone();
    assert_eq!(answer["nodes"], json!([{ "issues": { "totalCount": 3 } }, { "issues": { "totalCount": 3 } }]));
    assert_eq!(
        answer["facets"]["issue"],
        json!([{ "value": "hub", "count": 2 }, { "value": "branch-1", "count": 1 }, { "value": "branch-2", "count": 1 }])
    );
}

// ---------------------------------------------------------------- without their own conditions

/// Asserts that each facet leaves out conditions on what it counts by, and no others; `other` is on nothing counted.
async fn assert_own(on: Backend, listed: &Listed<'_>, other: Value, cases: &[(&str, Value)]) {
    let atlas = on.garden().await;
    let without = listed.facets(&atlas, &other, false).await;
    for (facet, own) in cases {
        let fields = own.as_object().into_iter().chain(other.as_object()).flatten();
        let both: Value = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
        for filter in [both, json!({ "and": [{ "and": [own] }, other] })] {
            let with = listed.facets(&atlas, &filter, false).await;
            let kept = listed.facets(&atlas, &filter, true).await;
            for (name, _) in listed.facets {
                let expected = if name == facet { &without } else { &with };
                assert_eq!(kept[name], expected[name], "{name} {filter}");
            }
            assert_ne!(with[facet], without[facet], "{facet} {filter}");
        }
        // Together with others it means something else.
        for filter in [json!({ "or": [own, other] }), json!({ "and": [{ "not": own }] })] {
            let with = listed.facets(&atlas, &filter, false).await;
            let kept = listed.facets(&atlas, &filter, true).await;
            assert_eq!(with, kept, "{filter}");
        }
    }
}

async fn facets_by_column_may_leave_out_their_own_conditions(on: Backend) {
    let cases = [
        ("status", json!({ "status": ["PUBLISHED"] })),
        ("type", json!({ "type": ["GUIDE", "STANDARD"] })),
        ("publishedYear", json!({ "publishedYear": { "gte": 2009, "lte": 2021 } })),
    ];
    assert_own(on, &STANDARDS, json!({ "latestEdition": true }), &cases).await;
}

async fn facets_by_link_may_leave_out_their_own_conditions(on: Backend) {
    let cases = [
        ("publisher", json!({ "publisher": { "slug": { "eq": "hub" } } })),
        ("issue", json!({ "issue": { "under": "hub" } })),
        ("subject", json!({ "subject": { "code": { "startsWith": "35" } } })),
    ];
    assert_own(on, &STANDARDS, json!({ "latestEdition": true }), &cases).await;
}

async fn facets_of_organisations_may_leave_out_their_own_conditions(on: Backend) {
    let cases = [
        ("stakeholderGroup", json!({ "stakeholderGroup": ["GOVERNMENT"] })),
        ("country", json!({ "country": ["CH", "DE"] })),
        ("issue", json!({ "issue": { "slug": { "eq": "hub" } } })),
    ];
    assert_own(on, &ORGANISATIONS, json!({ "establishedYear": { "isNull": false } }), &cases).await;
}

async fn facets_keep_all_conditions_unless_asked(on: Backend) {
    let atlas = on.garden().await;
    let document = "{ standards(filter: { status: [WITHDRAWN] }) { totalCount facets { status { value count } } } }";
    let answer = atlas.ask(document).await["standards"].clone();
    assert_eq!(answer["facets"]["status"], json!([{ "value": "WITHDRAWN", "count": answer["totalCount"] }]));
}

// ---------------------------------------------------------------- beneath other records, and what they cost

/// Twenty organisations with standards, each with other ones.
fn publishers(organisations: usize) -> Invented {
    let mut records = Invented::new();
    for number in 0..3 {
        records.add("issue", json!({ "slug": format!("issue-{number}"), "name": format!("Issue {number}") }));
    }
    for number in 0..organisations {
        records.add("organisation", json!({ "slug": format!("o-{number}"), "name": format!("Organisation {number}") }));
    }
    for number in 0..organisations * 4 {
        let next = (number / 4 + number % 3) % organisations;
        let mut publishers = vec![format!("o-{}", number / 4), format!("o-{next}")];
        publishers.dedup();
        records.add(
            "standard",
            json!({
                "identifier": format!("X {number}"), "publishers": publishers, "published_on": (2000 + number % 7).to_string(),
                "status": (["PUBLISHED", "WITHDRAWN", "UNKNOWN"][number % 3]), "type": (["GUIDE", "STANDARD"][number % 2]),
                "issues": if number % 5 == 0 { Vec::new() } else { vec![format!("issue-{}", number % 3)] },
                "subjects": if number % 4 == 0 { Vec::new() } else { vec![json!({ "scheme": "ICS", "code": format!("35.0{}", number % 4) })] },
            }),
        );
    }
    records
}

async fn facets_of_twenty_lists_cost_one_statement_each(on: Backend) {
    let atlas = on.atlas(&publishers(20)).await;
    let few = on.atlas(&publishers(2)).await;
    let all = selection(STANDARD_FACETS);
    let facets = |selection: &str| format!("facets {{ {selection} }}");
    let nested =
        |list: &str| format!("{{ organisations(first: 20) {{ nodes {{ slug standards(first: 0) {{ {list} }} }} }} }}");
    for (document, cost) in [
        (nested("pageInfo { hasNextPage }"), 2),
        (nested(&facets("status { count }")), 3),
        (nested(&facets(&all)), 8),
        (nested(&format!("{} other: facets(excludeOwn: true) {{ status {{ count }} }}", facets(&all))), 8),
        ("{ standards(first: 0) { pageInfo { hasNextPage } facets { __typename } } }".to_owned(), 1),
        ("{ standards(first: 0) { facets { type { count } } } }".to_owned(), 2),
        (format!("{{ standards(first: 0) {{ {} }} }}", facets(&all)), 7),
        (
            "{ organisations(first: 0) { facets { stakeholderGroup { count } country { count } issue { count } } } }"
                .to_owned(),
            4,
        ),
        (
            "{ standards(first: 0) { facets { a: issue { count } b: issue(first: 2) { count } c: issue { label } } } }"
                .to_owned(),
            3,
        ),
    ] {
        for atlas in [&atlas, &few] {
            assert_eq!(atlas.statements(&document).await, cost, "{document}");
        }
    }
}

async fn facets_beneath_a_record_count_its_own_list(on: Backend) {
    let atlas = on.atlas(&publishers(8)).await;
    let all = selection(STANDARD_FACETS);
    for filter in ["", "filter: { status: [PUBLISHED, UNKNOWN] }, ", "filter: { issue: { text: \"issue\" } }, "] {
        let document = format!(
            "{{ organisations(first: 20) {{ nodes {{ standards({filter}first: 100) {{ nodes {{ {STANDARD} }} facets {{ {all} }}
                two: facets {{ publisher(first: 2) {{ value label count }} }} }} }} }} }}"
        );
        let answer = atlas.ask(&document).await["organisations"].clone();
        assert_eq!(nodes(&answer).count(), 8);
        for organisation in nodes(&answer) {
            let list = &organisation["standards"];
            for (name, values) in STANDARD_FACETS {
                assert_eq!(groups(&list["facets"][name]), counted(name, nodes(list), *values), "{name} {filter}");
            }
            let two: Vec<Group> = groups(&list["facets"]["publisher"]).into_iter().take(2).collect();
            assert_eq!(groups(&list["two"]["publisher"]), two);
        }
    }
    let document = format!(
        "{{ standard(identifier: \"X 2\") {{ publishers(first: 100) {{ nodes {{ {ORGANISATION} }} facets {{ {} }} }} }} }}",
        selection(ORGANISATION_FACETS)
    );
    let list = atlas.ask(&document).await["standard"]["publishers"].clone();
    for (name, values) in ORGANISATION_FACETS {
        assert_eq!(groups(&list["facets"][name]), counted(name, nodes(&list), *values), "{name}");
    }
}

async fn facets_of_the_past_are_what_they_were(on: Backend) {
    let mut records = tests::garden();
    let atlas = on.garden().await;
    let lists = format!(
        "standards(filter: {{ publisher: {{ slug: {{ startsWith: \"o-\" }} }} }}) {{ facets {{ {standards} }} }}
         all: standards {{ facets(excludeOwn: true) {{ {standards} }} }}
         organisations {{ facets {{ {organisations} }} }}
         organisation(slug: \"hub\") {{ standards {{ facets {{ {standards} }} }} }}",
        standards = selection(STANDARD_FACETS),
        organisations = selection(ORGANISATION_FACETS)
    );
    let before = atlas.ask(&format!("{{ {lists} }}")).await;
    let at = atlas.ask("{ atlas { updatedAt } }").await["atlas"]["updatedAt"].clone();
    let past = format!("{{ asOf(at: {at}) {{ {lists} }} }}");
    assert_eq!(atlas.ask(&past).await["asOf"], before);

    records.change("standard", "ABC 2", json!({ "status": "WITHDRAWN", "type": "GUIDE", "published_on": "1999", "publishers": ["hub"], "issues": [], "subjects": [] }));
    records.change("standard", "ABC 3", json!({ "publishers": ["o-5", "o-2"], "issues": ["bud"], "subjects": [{ "scheme": "ICS", "code": "35.003", "title": "Named" }] }));
    records.change(
        "organisation",
        "o-0",
        json!({ "name": "Renamed", "acronym": null, "stakeholder_group": null, "address": null, "issues": [] }),
    );
    records.change("issue", "hub", json!({ "name": "Nave" }));
    records.add("standard", json!({ "identifier": "NEW 1", "publishers": ["o-1"], "issues": ["leaf-3"] }));
    atlas.load(&records).await;
    assert_eq!(atlas.ask(&past).await["asOf"], before);
    let now = atlas.ask(&format!("{{ {lists} }}")).await;
    for list in ["standards", "all", "organisations", "organisation"] {
        assert_ne!(now[list], before[list], "{list}");
    }
}

both!(
    facets_count_what_the_list_holds,
    records_without_a_value_are_a_group,
    the_largest_groups_come_first,
    lists_of_groups_are_bounded,
    an_organisation_counts_once_for_an_issue,
    facets_by_column_may_leave_out_their_own_conditions,
    facets_by_link_may_leave_out_their_own_conditions,
    facets_of_organisations_may_leave_out_their_own_conditions,
    facets_keep_all_conditions_unless_asked,
    facets_of_twenty_lists_cost_one_statement_each,
    facets_beneath_a_record_count_its_own_list,
    facets_of_the_past_are_what_they_were,
);
