//! Filters. The cases come from the description of the graph, so that a filter that is added is tested too; what they
//! should keep is reckoned here, from the records as the API shows them.

use std::collections::{BTreeMap, BTreeSet};

use api::graph::fold::fold;
use api::graph::moment::{Moment, date_time_text};
use api::graph::{Column, Filter, FilterForm, Keys, Kind, Relation, Via, cursor, identifier, kinds};
use serde_json::{Value, json};
use tests::{Atlas, Backend, ListField, NOW, Schema, both};

/// A filter and the records that it should keep, by id.
struct Case {
    filter: Value,
    keeps: BTreeSet<String>,
}

/// All records of a kind, by id, with what the filters look at.
type Records = BTreeMap<String, Value>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The root list of a kind.
fn list_of(kind: &Kind) -> String {
    format!("{}s", kind.name.to_lowercase())
}

/// The field of the API that shows a relation.
fn field_of(relation: &Relation) -> &'static str {
    relation.name.split_once('.').map_or("", |(_, field)| field)
}

/// What is asked of a record to know whether a filter keeps it.
fn selection(filter: &Filter) -> String {
    match &filter.test {
        FilterForm::Text(column) | FilterForm::Int(column) | FilterForm::Choice(column, _) => column.api_name(),
        // The moments are not shown: they come from the rows. What words find has tests of its own.
        FilterForm::Time(_) | FilterForm::Words => String::new(),
        FilterForm::Country(relation) | FilterForm::Related(relation) => match (&relation.via, relation.name) {
            (_, "Organisation.country") => "address { country { id code } }".to_owned(),
            (Via::Reference { .. }, _) if relation.far.code == "COUNTRY" => {
                format!("{} {{ id code }}", field_of(relation))
            }
            (Via::Reference { .. }, _) => format!("{} {{ id }}", field_of(relation)),
            (_, _) if relation.far.code == "COUNTRY" => {
                format!("{}(first: 100) {{ nodes {{ id code }} }}", field_of(relation))
            }
            (_, _) => format!("{}(first: 100) {{ nodes {{ id }} }}", field_of(relation)),
        },
        FilterForm::Under => "slug ancestors { slug }".to_owned(),
        FilterForm::Root(_) => "parent { id }".to_owned(),
        FilterForm::LatestEdition => "undated type status publishedOn undatedIdentifier".to_owned(),
        FilterForm::Subject => "subjects { scheme code }".to_owned(),
    }
}

/// What a relation leads to from a record.
fn related(relation: &Relation, record: &Value) -> Vec<Value> {
    let found = match relation.name {
        "Organisation.country" => &record["address"]["country"],
        _ => &record[field_of(relation)],
    };
    match found {
        Value::Null => Vec::new(),
        found => found["nodes"].as_array().cloned().unwrap_or_else(|| vec![found.clone()]),
    }
}

async fn records(atlas: &Atlas, kind: &'static Kind) -> Records {
    let fields: Vec<String> = kind.filters.iter().map(selection).collect();
    let document = format!("{{ list: {}(first: 100) {{ nodes {{ id {} }} }} }}", list_of(kind), fields.join(" "));
    let nodes = atlas.ask(&document).await["list"]["nodes"].as_array().cloned().expect("nodes");
    nodes.into_iter().map(|node| (text(&node["id"]), node)).collect()
}

/// The records that a filter keeps, by their ids of the present; as of now it finds them in the tables of all times.
async fn kept_at(atlas: &Atlas, kind: &'static Kind, filter: &Value, at: Option<i64>) -> BTreeSet<String> {
    let list = format!("list: {}(first: 100, filter: $f) {{ totalCount nodes {{ id }} }}", list_of(kind));
    let list = match at {
        None => list,
        Some(at) => format!("asOf(at: \"{}\") {{ {list} }}", date_time_text(at)),
    };
    let answer = atlas.ask_with(&format!("query($f: {}Filter) {{ {list} }}", kind.name), json!({ "f": filter })).await;
    let answer = if at.is_some() { &answer["asOf"]["list"] } else { &answer["list"] };
    let nodes = answer["nodes"].as_array().cloned().expect("nodes");
    assert_eq!(answer["totalCount"], nodes.len(), "{filter}");
    nodes.iter().map(|node| of_the_present(&text(&node["id"]))).collect()
}

async fn kept(atlas: &Atlas, kind: &'static Kind, filter: &Value) -> BTreeSet<String> {
    kept_at(atlas, kind, filter, None).await
}

fn case(records: &Records, filter: Value, keeps: impl Fn(&Value) -> bool) -> Case {
    let keeps = records.iter().filter(|(_, record)| keeps(record)).map(|(id, _)| id.clone()).collect();
    Case { filter, keeps }
}

/// The cases of one filter.
async fn cases(
    atlas: &Atlas,
    schema: &Schema,
    kind: &'static Kind,
    filter: &'static Filter,
    records: &Records,
) -> Vec<Case> {
    let field = filter.field;
    let with = |test: Value| json!({ field: test });
    match &filter.test {
        FilterForm::Text(column) => text_cases(records, field, column),
        FilterForm::Int(column) => int_cases(records, field, &|record| record[&column.api_name()].as_i64()),
        FilterForm::Time(column) => time_cases(atlas, kind, field, column, records).await,
        FilterForm::Choice(column, values) => {
            let values: Vec<String> = schema.members(values, "enumValues").into_keys().collect();
            assert!(values.len() > 1, "{field}");
            let name = column.api_name();
            let among =
                |chosen: &[String]| case(records, with(json!(chosen)), |record| chosen.contains(&text(&record[&name])));
            let mut cases: Vec<Case> = values.chunks(1).map(among).collect();
            cases.extend([among(&[]), among(&values), among(&values[..2])]);
            // One value stands for a list of one.
            cases.push(case(records, with(json!(values[0])), |record| record[&name] == values[0].as_str()));
            cases
        }
        FilterForm::Country(relation) => {
            let codes = |record: &Value| {
                related(relation, record).iter().map(|country| text(&country["code"])).collect::<Vec<_>>()
            };
            let among = |asked: &[&str]| {
                let wanted: Vec<String> = asked.iter().map(|code| code.to_uppercase()).collect();
                case(records, with(json!(asked)), |record| codes(record).iter().any(|code| wanted.contains(code)))
            };
            vec![
                among(&["CH"]),
                among(&["ch"]),
                among(&["cH", "DE"]),
                among(&["XX"]),
                among(&["ci", "tr", "JP", "CH", "AT"]),
                among(&[]),
                among(&["Switzerland"]),
            ]
        }
        FilterForm::Related(relation) => {
            let mut cases = Vec::new();
            for inner in [
                json!({}),
                json!({ "slug": { "eq": "hub" } }),
                json!({ "slug": { "startsWith": "o-" } }),
                json!({ "not": { "slug": { "eq": "hub" } } }),
                json!({ "or": [{ "slug": { "contains": "1" } }, { "slug": { "contains": "hub" } }] }),
                json!({ "or": [] }),
            ] {
                let matching = kept(atlas, relation.far, &inner).await;
                cases.push(case(records, with(inner), |record| {
                    related(relation, record).iter().any(|far| matching.contains(&text(&far["id"])))
                }));
            }
            cases
        }
        FilterForm::Under => {
            let under = |slug: &str| {
                case(records, with(json!(slug)), |record| {
                    record["slug"] == slug
                        || record["ancestors"].as_array().into_iter().flatten().any(|above| above["slug"] == slug)
                })
            };
            vec![
                under("hub"),
                under("branch-1"),
                under("leaf-1"),
                under("bud"),
                under("lonely"),
                under("nothing"),
                under("HUB"),
                under(""),
            ]
        }
        FilterForm::Root(_) => [true, false]
            .map(|root| case(records, with(json!(root)), |record| record["parent"].is_null() == root))
            .into(),
        FilterForm::LatestEdition => [true, false]
            .map(|latest| case(records, with(json!(latest)), |record| is_superseded(records, record) != latest))
            .into(),
        FilterForm::Subject => subject_cases(records, field),
        FilterForm::Words => Vec::new(),
    }
}

/// The id of the same record of the present.
fn of_the_present(id: &str) -> String {
    let id = cursor::read_id(id).expect("an id");
    cursor::typed_id(&id.name, id.key, Moment::Now)
}

/// Up to eight of the values, from the first to near the last.
fn some<T>(values: &BTreeSet<T>) -> impl Iterator<Item = &T> {
    values.iter().step_by(values.len().div_ceil(8).max(1))
}

fn text_cases(records: &Records, field: &str, column: &'static Column) -> Vec<Case> {
    let name = column.api_name();
    let value = |record: &Value| record[&name].as_str().map(str::to_owned);
    let same = |one: &str, other: &str| match column.keys {
        Keys::Identifier { .. } => identifier::key(one) == identifier::key(other),
        _ => one == other,
    };
    let test = |test: Value, keeps: &dyn Fn(Option<String>) -> bool| {
        case(records, json!({ field: test }), |record| keeps(value(record)))
    };
    let contains = |part: &str| {
        test(json!({ "contains": part }), &|value| value.is_some_and(|value| fold(&value).contains(&fold(part))))
    };
    let starts = |start: &str| {
        test(json!({ "startsWith": start }), &|value| value.is_some_and(|value| fold(&value).starts_with(&fold(start))))
    };
    let mut cases = vec![
        test(json!({}), &|_| true),
        test(json!({ "isNull": true }), &|value| value.is_none()),
        test(json!({ "isNull": false }), &|value| value.is_some()),
        test(json!({ "in": [] }), &|_| false),
        test(json!({ "eq": "nothing of the kind" }), &|_| false),
        test(json!({ "ne": "nothing of the kind" }), &|_| true),
    ];
    cases.extend(
        [
            "", "%", "_", "\\", "\\%", "0% s", "r_s", "k\\s", "É", "ecole", "STRASSE", "œ", "9", " ", "'", "zebra 1",
            "a\u{308}",
        ]
        .map(contains),
    );
    cases.extend(
        [
            "", "%", "_", "100%", "100 ", "under_", "back\\", "ANGSTROM", "Å", "e", "zebra 1", "Zebra ", "1",
            "hub 1:20", "hub",
        ]
        .map(starts),
    );
    let values: BTreeSet<String> = records.values().filter_map(value).collect();
    for found in some(&values) {
        let shouted = found.to_uppercase();
        for asked in [found, &shouted] {
            cases.push(test(json!({ "eq": asked }), &|value| value.is_some_and(|value| same(&value, asked))));
            cases.push(test(json!({ "ne": asked }), &|value| !value.is_some_and(|value| same(&value, asked))));
        }
        cases.push(test(json!({ "in": [found, "nothing", shouted] }), &|value| {
            value.is_some_and(|value| same(&value, found) || same(&value, &shouted))
        }));
        let letters: Vec<char> = shouted.chars().collect();
        cases.push(contains(&letters[letters.len() / 3..].iter().collect::<String>()));
        cases.push(starts(&letters[..letters.len().div_ceil(2)].iter().collect::<String>()));
    }
    let spaced = |found: &String| found.chars().flat_map(|letter| [letter, ' ']).collect::<String>();
    if let (Keys::Identifier { .. }, Some(found)) = (column.keys, values.first()) {
        let asked = spaced(found).to_lowercase();
        cases.push(test(json!({ "eq": asked }), &|value| value.is_some_and(|value| same(&value, found))));
        cases.push(test(json!({ "in": [asked] }), &|value| value.is_some_and(|value| same(&value, found))));
    }
    // Several tests of one text must all hold.
    cases.push(test(json!({ "contains": "e", "startsWith": "z" }), &|value| {
        value.is_some_and(|value| fold(&value).contains('e') && fold(&value).starts_with('z'))
    }));
    cases
}

fn int_cases(records: &Records, field: &str, value: &dyn Fn(&Value) -> Option<i64>) -> Vec<Case> {
    let test = |test: Value, keeps: &dyn Fn(Option<i64>) -> bool| {
        case(records, json!({ field: test }), |record| keeps(value(record)))
    };
    let mut cases = vec![
        test(json!({}), &|_| true),
        test(json!({ "isNull": true }), &|value| value.is_none()),
        test(json!({ "isNull": false }), &|value| value.is_some()),
        test(json!({ "in": [] }), &|_| false),
        test(json!({ "eq": i32::MIN }), &|_| false),
        test(json!({ "gte": i32::MAX }), &|_| false),
    ];
    for found in some(&records.values().filter_map(value).collect::<BTreeSet<_>>()).copied() {
        cases.push(test(json!({ "eq": found }), &|value| value == Some(found)));
        cases.push(test(json!({ "ne": found }), &|value| value != Some(found)));
        cases.push(test(json!({ "in": [found, found, -1] }), &|value| value == Some(found)));
        cases.push(test(json!({ "gte": found }), &|value| value >= Some(found)));
        cases.push(test(json!({ "lte": found }), &|value| value.is_some() && value <= Some(found)));
        cases.push(test(json!({ "gte": found, "lte": found }), &|value| value == Some(found)));
    }
    cases
}

async fn time_cases(atlas: &Atlas, kind: &Kind, field: &str, column: &Column, records: &Records) -> Vec<Case> {
    let known = format!("{} IS NOT NULL", column.name);
    let ids = atlas.numbers(&format!("SELECT id FROM {} WHERE {known} ORDER BY id", kind.table)).await;
    let moments = atlas.numbers(&format!("SELECT {} FROM {} WHERE {known} ORDER BY id", column.name, kind.table)).await;
    let moments: BTreeMap<String, i64> =
        ids.iter().map(|id| cursor::global_id(kind, *id, Moment::Now)).zip(moments).collect();
    assert!(moments.len() < records.len(), "the garden has a record without {field}");
    let test = |test: Value, keeps: &dyn Fn(Option<i64>) -> bool| {
        case(records, json!({ field: test }), |record| keeps(moments.get(&text(&record["id"])).copied()))
    };
    let mut cases = vec![
        test(json!({ "isNull": true }), &|value| value.is_none()),
        test(json!({ "isNull": false }), &|value| value.is_some()),
    ];
    for moment in moments.values().copied().collect::<BTreeSet<_>>() {
        let written = date_time_text(moment);
        cases.push(test(json!({ "eq": written }), &|value| value == Some(moment)));
        cases.push(test(json!({ "gte": written }), &|value| value >= Some(moment)));
        cases.push(test(json!({ "lt": written }), &|value| value.is_some() && value < Some(moment)));
    }
    cases
}

fn subject_cases(records: &Records, field: &str) -> Vec<Case> {
    let any = |filter: Value, passes: &dyn Fn(&str, &str) -> bool| {
        case(records, json!({ field: filter }), |record| {
            record["subjects"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|subject| passes(&text(&subject["scheme"]), &text(&subject["code"])))
        })
    };
    vec![
        any(json!({}), &|_, _| true),
        any(json!({ "scheme": "ICS" }), &|scheme, _| scheme == "ICS"),
        any(json!({ "scheme": "ics" }), &|_, _| false),
        any(json!({ "code": { "startsWith": "35." } }), &|_, code| code.starts_with("35.")),
        any(json!({ "code": { "startsWith": "e" } }), &|_, code| code == "É35"),
        any(json!({ "code": { "contains": "É3" } }), &|_, code| code == "É35"),
        any(json!({ "code": { "eq": "35.030" } }), &|_, code| code == "35.030"),
        any(json!({ "code": { "ne": "35.030" } }), &|_, code| code != "35.030"),
        any(json!({ "code": { "in": ["35.003", "01.040"] } }), &|_, code| ["35.003", "01.040"].contains(&code)),
        // One subject must pass both.
        any(json!({ "scheme": "UDC", "code": { "startsWith": "35." } }), &|_, _| false),
        any(json!({ "scheme": "ICS", "code": { "startsWith": "35.0", "ne": "35.030" } }), &|scheme, code| {
            scheme == "ICS" && code.starts_with("35.0") && code != "35.030"
        }),
    ]
}

/// An edition with a newer published one. The garden's editions have different dates.
fn is_superseded(records: &Records, record: &Value) -> bool {
    let is_edition = |record: &Value| {
        record["undated"] == false
            && !["AMENDMENT", "CORRIGENDUM", "SUPPLEMENT"].contains(&record["type"].as_str().unwrap_or_default())
    };
    let is_published =
        |record: &Value| !["UNDER_DEVELOPMENT", "CANCELLED"].contains(&record["status"].as_str().unwrap_or_default());
    let newer = |other: &Value| {
        other["undatedIdentifier"] == record["undatedIdentifier"]
            && text(&other["publishedOn"]) > text(&record["publishedOn"])
    };
    is_edition(record) && records.values().any(|other| is_edition(other) && is_published(other) && newer(other))
}

async fn all_cases(atlas: &Atlas, schema: &Schema, kind: &'static Kind, records: &Records) -> Vec<Case> {
    let mut all = Vec::new();
    for filter in kind.filters.iter().filter(|filter| !matches!(filter.test, FilterForm::Words)) {
        let cases = cases(atlas, schema, kind, filter, records).await;
        assert!(
            cases.iter().any(|case| !case.keeps.is_empty()),
            "{}.{} keeps nothing of the garden",
            kind.name,
            filter.field
        );
        assert!(
            cases.iter().any(|case| case.keeps.len() < records.len()),
            "{}.{} leaves nothing out",
            kind.name,
            filter.field
        );
        all.extend(cases);
    }
    all
}

async fn every_filter_of_every_kind_keeps_what_it_says(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    for kind in kinds::RECORDS {
        let records = records(&atlas, kind).await;
        for Case { filter, keeps } in all_cases(&atlas, &schema, kind, &records).await {
            assert_eq!(kept(&atlas, kind, &filter).await, keeps, "{} {filter}", kind.name);
        }
    }
}

async fn every_filter_of_every_kind_keeps_the_same_as_of_now(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    for kind in kinds::RECORDS {
        let records = records(&atlas, kind).await;
        // Half of the cases: statements of the past take longer.
        for Case { filter, keeps } in all_cases(&atlas, &schema, kind, &records).await.into_iter().step_by(2) {
            assert_eq!(kept_at(&atlas, kind, &filter, Some(NOW)).await, keeps, "{} {filter}", kind.name);
        }
    }
}

async fn filters_combine_as_sets_do(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    for kind in kinds::RECORDS {
        let records = records(&atlas, kind).await;
        let cases = all_cases(&atlas, &schema, kind, &records).await;
        let all: BTreeSet<String> = records.keys().cloned().collect();
        // Far apart in the list, so that different filters meet.
        let pairs = cases.iter().zip(cases.iter().skip(cases.len() / 2)).step_by(5);
        for (number, (one, other)) in pairs.enumerate() {
            // Every fourth pair as of now too.
            let moments = if number % 4 == 0 { &[None, Some(NOW)][..] } else { &[None] };
            let complement: BTreeSet<String> = &all - &one.keeps;
            for (filter, keeps) in [
                (json!({ "not": one.filter }), complement.clone()),
                (json!({ "not": { "not": one.filter } }), one.keeps.clone()),
                (json!({ "and": [one.filter, other.filter] }), &one.keeps & &other.keeps),
                (json!({ "or": [one.filter, other.filter] }), &one.keeps | &other.keeps),
                (json!({ "not": { "or": [one.filter, other.filter] } }), &complement - &other.keeps),
                (json!({ "and": [{ "not": one.filter }], "or": [other.filter] }), &complement & &other.keeps),
            ] {
                for at in moments {
                    assert_eq!(kept_at(&atlas, kind, &filter, *at).await, keeps, "{} {filter} {at:?}", kind.name);
                }
            }
        }
        for (filter, keeps) in [
            (json!({}), all.clone()),
            (json!({ "and": [] }), all.clone()),
            (json!({ "or": [] }), BTreeSet::new()),
            (json!({ "not": {} }), BTreeSet::new()),
            (json!({ "not": { "or": [] } }), all.clone()),
            (json!({ "or": [{}] }), all.clone()),
            (json!({ "and": [{}, { "or": [] }] }), BTreeSet::new()),
        ] {
            for at in [None, Some(NOW)] {
                assert_eq!(kept_at(&atlas, kind, &filter, at).await, keeps, "{} {filter} {at:?}", kind.name);
            }
        }
    }
}

async fn filters_of_nested_lists_keep_what_those_of_the_root_keep(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    nested_lists_keep_what_the_root_keeps(&atlas, &schema, schema.lists_of_the_present()).await;
}

async fn filters_of_nested_lists_as_of_now_keep_what_those_of_the_root_keep(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    nested_lists_keep_what_the_root_keeps(&atlas, &schema, schema.lists_of_the_past()).await;
}

async fn nested_lists_keep_what_the_root_keeps(atlas: &Atlas, schema: &Schema, lists: Vec<ListField>) {
    for kind in kinds::RECORDS {
        let records = records(atlas, kind).await;
        let cases = all_cases(atlas, schema, kind, &records).await;
        let filtered = format!("{}Filter", kind.name);
        for (offset, list) in
            lists.iter().filter(|list| !list.is_root() && list.arguments.get("filter") == Some(&filtered)).enumerate()
        {
            let whole = atlas.ask(&list.document("first: 100", "edges { node { id } }")).await;
            let ids = |answer: &Value| -> Vec<String> {
                let edges = list.answer(answer, "list")["edges"].as_array().cloned().unwrap_or_default();
                edges.iter().map(|edge| of_the_present(&text(&edge["node"]["id"]))).collect()
            };
            let whole = ids(&whole);
            for Case { filter, keeps } in cases.iter().skip(offset % 9).step_by(9) {
                let document = list.document("first: 100, filter: $f", "totalCount edges { node { id } }");
                let answer = atlas.ask_with(&format!("query($f: {filtered}) {document}"), json!({ "f": filter })).await;
                let expected: Vec<String> = whole.iter().filter(|id| keeps.contains(*id)).cloned().collect();
                assert_eq!(ids(&answer), expected, "{} {filter}", list.name());
                assert_eq!(list.answer(&answer, "list")["totalCount"], expected.len(), "{} {filter}", list.name());
            }
        }
    }
}

async fn roles_and_kinds_of_relations_are_kept(on: Backend) {
    let atlas = on.garden().await;
    let roles = |edges: &Value, name: &str| {
        edges["edges"].as_array().into_iter().flatten().map(|edge| text(&edge[name])).collect::<Vec<_>>()
    };
    let answer = atlas
        .ask("{ organisation(slug: \"hub\") { lead: partners(roles: [LEAD]) { totalCount edges { role } } two: partners(roles: [LEAD, MEMBER]) { totalCount edges { role } }
                none: partners(roles: []) { totalCount edges { role } } host: partnerOf(roles: [HOST]) { totalCount edges { role node { slug } } } }
            initiative(slug: \"hub\") { funder: participants(roles: [FUNDER]) { totalCount edges { role node { slug } } } }
            standard(identifier: \"hub 1\") { requires: relations(kinds: [REQUIRES]) { totalCount edges { kind } } none: relations(kinds: []) { totalCount edges { kind } }
                from: relatedFrom(kinds: [SUPPLEMENTS, AMENDS]) { totalCount edges { kind identifier } } amends: relatedFrom(kinds: [AMENDS]) { totalCount } } }")
        .await;
    let hub = &answer["organisation"];
    assert_eq!(roles(&hub["lead"], "role"), ["LEAD"]);
    assert_eq!(
        (&hub["two"]["totalCount"], &hub["none"]["totalCount"], &hub["host"]["totalCount"]),
        (&json!(8), &json!(0), &json!(6))
    );
    assert!(roles(&hub["none"], "role").is_empty() && roles(&hub["host"], "role").iter().all(|role| role == "HOST"));
    assert_eq!(answer["initiative"]["funder"]["edges"], json!([{ "role": "FUNDER", "node": { "slug": "hub" } }]));
    assert_eq!(roles(&answer["standard"]["requires"], "kind"), ["REQUIRES"; 3]);
    assert_eq!(answer["standard"]["none"]["totalCount"], 0);
    assert_eq!(
        (&answer["standard"]["from"]["totalCount"], &answer["standard"]["amends"]["totalCount"]),
        (&json!(7), &json!(0))
    );
}

async fn dates_stand_for_every_moment_they_allow(on: Backend) {
    let atlas = on.garden().await;
    // e-4 is known to be in 2024 alone, e-9 in March 2024 in Tokyo, the hub from 09:30 to 17:00 in Zurich.
    let slugs = async |filter: &str| {
        let answer =
            atlas.ask(&format!("{{ events(first: 100, filter: {{ {filter} }}) {{ nodes {{ slug }} }} }}")).await;
        answer["events"]["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|node| text(&node["slug"]))
            .collect::<BTreeSet<_>>()
    };
    for (filter, slug, keeps) in [
        ("startsAt: { eq: \"2024-01-01T00:00:00Z\" }", "e-4", true),
        ("startsAt: { lt: \"2024-01-01T00:00:00Z\" }", "e-4", false),
        ("endsAt: { eq: \"2024-12-31T23:59:59.999999Z\" }", "e-4", true),
        ("endsAt: { lt: \"2024-12-31T23:59:59.999999Z\" }", "e-4", false),
        ("startsAt: { eq: \"2024-03-01T00:00:00+09:00\" }", "e-9", true),
        ("endsAt: { eq: \"2024-03-31T23:59:59.999999+09:00\" }", "e-9", true),
        ("startsAt: { eq: \"2024-03-01T08:30:00Z\" }", "hub", true),
        ("endsAt: { eq: \"2024-03-01T16:00:00Z\" }", "hub", true),
        ("endsAt: { gte: \"2025-01-31T23:59:59.999999Z\" }", "e-1", true),
        ("startsAt: { isNull: true }", "e-5", true),
        ("endsAt: { isNull: true }", "e-5", true),
        ("not: { startsAt: { gte: \"1900-01-01T00:00:00Z\" } }", "e-5", true),
    ] {
        assert_eq!(slugs(filter).await.contains(slug), keeps, "{slug} {filter}");
    }
}

async fn filters_that_mean_nothing_are_refused_by_name(on: Backend) {
    let atlas = on.garden().await;
    let many = |count: usize| (0..count).map(|number| format!("\"v{number}\"")).collect::<Vec<_>>().join(", ");
    let numbers = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let nots = |count: usize| format!("{}{}", "not: { ".repeat(count), "}".repeat(count));
    let accepted = [
        format!("organisations(filter: {{ name: {{ in: [{}] }} }})", many(100)),
        format!("organisations(filter: {{ establishedYear: {{ in: [{}] }} }})", numbers(100)),
        format!("organisations(filter: {{ country: [{}] }})", many(100)),
        format!("organisations(filter: {{ or: [{}] }})", "{} ".repeat(100)),
        format!("organisations(filter: {{ {} }})", nots(4)),
        "standards(filter: { publisher: { issue: { not: { or: [] } } } })".to_owned(),
    ];
    for list in accepted {
        atlas.ask(&format!("{{ {list} {{ totalCount }} }}")).await;
    }
    let refused = [
        (format!("organisations(filter: {{ name: {{ in: [{}] }} }})", many(101)), vec!["filter.name.in", "101", "100"]),
        (
            format!("standards(filter: {{ subject: {{ code: {{ in: [{}] }} }} }})", many(101)),
            vec!["filter.subject.code.in", "101", "100"],
        ),
        (
            format!("organisations(filter: {{ establishedYear: {{ in: [{}] }} }})", numbers(101)),
            vec!["filter.establishedYear.in", "101", "100"],
        ),
        (format!("organisations(filter: {{ country: [{}] }})", many(101)), vec!["filter.country", "101", "100"]),
        (format!("organisations(filter: {{ or: [{}] }})", "{} ".repeat(101)), vec!["filter.or", "101", "100"]),
        (
            format!("organisations(filter: {{ stakeholderGroup: [{}] }})", "ACADEMIA ".repeat(101)),
            vec!["filter.stakeholderGroup", "101", "100"],
        ),
        (format!("organisations(filter: {{ {} }})", nots(5)), vec!["filter.not.not", "6 deep", "5"]),
        (
            "standards(filter: { publisher: { issue: { not: { or: [{ not: {} }] } } } })".to_owned(),
            vec!["filter.publisher.issue.not.or[0].not", "6 deep"],
        ),
        ("organisations(filter: { name: { eq: \"a\\u0000b\" } })".to_owned(), vec!["filter.name.eq", "NUL"]),
        ("organisations(filter: { name: { contains: \"\\u0000\" } })".to_owned(), vec!["filter.name.contains", "NUL"]),
        ("organisations(filter: { country: [\"\\u0000\"] })".to_owned(), vec!["filter.country", "NUL"]),
        ("issues(filter: { under: \"\\u0000\" })".to_owned(), vec!["filter.under", "NUL"]),
        ("standards(filter: { subject: { scheme: \"\\u0000\" } })".to_owned(), vec!["filter.subject.scheme", "NUL"]),
        ("organisations(filter: { name: null })".to_owned(), vec!["filter.name", "null"]),
        ("organisations(filter: { name: { eq: null } })".to_owned(), vec!["filter.name.eq", "null", "isNull"]),
        ("organisations(filter: { name: { isNull: null } })".to_owned(), vec!["filter.name.isNull", "null"]),
        ("organisations(filter: { not: null })".to_owned(), vec!["filter.not", "null"]),
        ("organisations(filter: { and: null })".to_owned(), vec!["filter.and", "null"]),
        ("organisations(filter: { issue: null })".to_owned(), vec!["filter.issue", "null"]),
        ("organisations(filter: { stakeholderGroup: null })".to_owned(), vec!["filter.stakeholderGroup", "null"]),
        (
            "organisations(filter: { establishedYear: { gte: null } })".to_owned(),
            vec!["filter.establishedYear.gte", "null"],
        ),
        ("issues(filter: { root: null })".to_owned(), vec!["filter.root", "null"]),
        ("issues(filter: { under: null })".to_owned(), vec!["filter.under", "null"]),
        ("standards(filter: { latestEdition: null })".to_owned(), vec!["filter.latestEdition", "null"]),
        ("standards(filter: { subject: { scheme: null } })".to_owned(), vec!["filter.subject.scheme"]),
        ("standards(filter: { subject: { code: null } })".to_owned(), vec!["filter.subject.code"]),
        ("events(filter: { startsAt: { gte: \"2022-06-16\" } })".to_owned(), vec!["2022-06-16", "RFC 3339"]),
        ("events(filter: { startsAt: { eq: \"soon\" } })".to_owned(), vec!["soon"]),
    ];
    for (list, words) in &refused {
        atlas.refuses(&format!("{{ {list} {{ totalCount }} }}"), "BAD_USER_INPUT", words).await;
    }
    // Nested lists and variables go the same way.
    atlas
        .refuses(
            "{ issue(slug: \"hub\") { standards(filter: { title: { eq: null } }) { totalCount } } }",
            "BAD_USER_INPUT",
            &["filter.title.eq"],
        )
        .await;
    let body = json!({ "query": "query($f: OrganisationFilter) { organisations(filter: $f) { totalCount } }", "variables": { "f": { "or": [{ "name": { "eq": null } }] } } });
    let reply = atlas.post(&body, &[]).await;
    assert_eq!(
        (reply.codes(), reply.messages().contains("filter.or[0].name.eq")),
        (vec!["BAD_USER_INPUT".to_owned()], true),
        "{}",
        reply.text
    );
}

async fn filters_of_the_wrong_shape_do_not_fit_the_schema(on: Backend) {
    let atlas = on.garden().await;
    for list in [
        "organisations(filter: { name: \"ISO\" })",
        "organisations(filter: { name: { eq: 1 } })",
        "organisations(filter: { name: { matches: \"x\" } })",
        "organisations(filter: { moon: {} })",
        "organisations(filter: { establishedYear: { eq: \"1947\" } })",
        "organisations(filter: { stakeholderGroup: [MOON] })",
        "organisations(filter: { text: 5 })",
        "issues(filter: { root: \"yes\" })",
        "standards(orderBy: [{ field: RELEVANCE }])",
    ] {
        let errors = atlas.ask_errors(&format!("{{ {list} {{ totalCount }} }}")).await;
        let code = text(&errors[0]["extensions"]["code"]);
        assert!(code == "GRAPHQL_VALIDATION_FAILED" || code == "BAD_USER_INPUT", "{list}: {}", errors[0]);
    }
}

both!(
    every_filter_of_every_kind_keeps_what_it_says,
    every_filter_of_every_kind_keeps_the_same_as_of_now,
    filters_combine_as_sets_do,
    filters_of_nested_lists_keep_what_those_of_the_root_keep,
    filters_of_nested_lists_as_of_now_keep_what_those_of_the_root_keep,
    roles_and_kinds_of_relations_are_kept,
    dates_stand_for_every_moment_they_allow,
    filters_that_mean_nothing_are_refused_by_name,
    filters_of_the_wrong_shape_do_not_fit_the_schema,
);
