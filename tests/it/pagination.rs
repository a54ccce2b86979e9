//! Lists in pages: every connection of the schema, in both directions, in every order, whatever happens in between.

use api::graph::cursor::read_id;
use api::graph::fold::sort_key;
use api::graph::kinds;
use serde_json::{Value, json};
use tests::{Atlas, Backend, ListField, NOW, Schema, as_of, both, timeless};

/// What is compared of a page.
const PAGE: &str =
    "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } totalCount";

/// A page as the answer tells it, or as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    cursors: Vec<String>,
    has_next: bool,
    has_previous: bool,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn edges(list: &Value) -> Vec<Value> {
    list["edges"].as_array().cloned().unwrap_or_default()
}

fn page(list: &Value) -> Page {
    let cursors: Vec<String> = edges(list).iter().map(|edge| text(&edge["cursor"])).collect();
    let info = &list["pageInfo"];
    assert_eq!(info["startCursor"], json!(cursors.first()), "{list}");
    assert_eq!(info["endCursor"], json!(cursors.last()), "{list}");
    Page { cursors, has_next: info["hasNextPage"] == true, has_previous: info["hasPreviousPage"] == true }
}

/// The part of a list that the arguments ask for, reckoned from the whole list.
fn part(whole: &[String], after: Option<usize>, before: Option<usize>, forward: bool, limit: usize) -> Page {
    let start = after.map_or(0, |after| after + 1);
    let end = before.unwrap_or(whole.len()).max(start);
    let (from, to) =
        if forward { (start, end.min(start + limit)) } else { (start.max(end.saturating_sub(limit)), end) };
    let cut = to - from < end - start;
    Page {
        cursors: whole[from..to].to_vec(),
        has_next: before.is_some() || (forward && cut),
        has_previous: after.is_some() || (!forward && cut),
    }
}

/// A whole list, by the longest pages.
async fn whole(atlas: &Atlas, list: &ListField, arguments: &str) -> Vec<Value> {
    let found = walk(atlas, list, arguments, 100, true).await;
    let answer = atlas.ask(&list.document(&format!("first: 0 {arguments}"), PAGE)).await;
    assert_eq!(list.answer(&answer, "list")["totalCount"], found.len(), "{} {arguments}", list.name());
    found
}

/// Walks through a list by pages of this length, from the start or from the end.
async fn walk(atlas: &Atlas, list: &ListField, arguments: &str, limit: usize, forward: bool) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let (count, beyond) = if forward { ("first", "after") } else { ("last", "before") };
        let from = cursor.as_ref().map(|cursor| format!("{beyond}: \"{cursor}\"")).unwrap_or_default();
        let answer = atlas.ask(&list.document(&format!("{count}: {limit} {from} {arguments}"), PAGE)).await;
        let answer = list.answer(&answer, "list");
        let (read, entries) = (page(answer), edges(answer));
        assert!(entries.len() <= limit);
        let more = if forward { read.has_next } else { read.has_previous };
        let came = if forward { read.has_previous } else { read.has_next };
        assert_eq!(came, cursor.is_some(), "{}: what lies behind is known", list.name());
        if forward {
            found.extend(entries);
        } else {
            found.splice(0..0, entries).for_each(drop);
        }
        if !more {
            return found;
        }
        assert_eq!(read.cursors.len(), limit, "{}: only the last page is short", list.name());
        cursor = if forward { read.cursors.last().cloned() } else { read.cursors.first().cloned() };
        assert!(found.len() < 1_000, "{} never ends", list.name());
    }
}

async fn can_be_walked_both_ways(atlas: &Atlas, lists: Vec<ListField>, limits: &[usize]) {
    assert!(lists.len() > 60, "{}", lists.len());
    for list in lists {
        let all = whole(atlas, &list, "").await;
        assert!(all.len() >= 4, "the garden has only {} for {}", all.len(), list.name());
        for limit in limits.iter().copied() {
            for forward in [true, false] {
                let found = walk(atlas, &list, "", limit, forward).await;
                assert_eq!(found, all, "{} by {limit}, forward: {forward}", list.name());
            }
        }
    }
}

async fn every_list_can_be_walked_both_ways(on: Backend) {
    let atlas = on.garden().await;
    can_be_walked_both_ways(&atlas, Schema::of(&atlas).await.lists_of_the_present(), &[2, 3]).await;
}

async fn every_list_as_of_now_can_be_walked_both_ways(on: Backend) {
    let atlas = on.garden().await;
    can_be_walked_both_ways(&atlas, Schema::of(&atlas).await.lists_of_the_past(), &[3]).await;
}

async fn every_list_is_now_as_it_is_as_of_now(on: Backend) {
    let atlas = on.garden().await;
    for list in Schema::of(&atlas).await.lists_of_the_past() {
        let (past, present) = (whole(&atlas, &list, "").await, whole(&atlas, &list.present(), "").await);
        assert_eq!(timeless(&past.clone().into()), timeless(&present.clone().into()), "{}", list.name());
        for (past, present) in past.iter().zip(&present) {
            let (id, present_id) = (&past["node"]["id"], &present["node"]["id"]);
            assert!(id.is_null() || id != present_id, "{}: ids carry the moment", list.name());
            assert_eq!(past["cursor"] == present["cursor"], list.is_log(), "{}: so do cursors", list.name());
        }
    }
}

async fn cursors_of_the_log_are_revisions(on: Backend) {
    let atlas = on.garden().await;
    let logs = Schema::of(&atlas).await.lists().into_iter().filter(ListField::is_log);
    let mut seen = 0;
    for list in logs {
        let page = "edges { cursor node { revision } } pageInfo { startCursor endCursor }";
        let answer = atlas.ask(&list.document("first: 3", page)).await;
        let answer = list.answer(&answer, "list");
        let edges = edges(answer);
        assert!(edges.iter().all(|edge| edge["cursor"] == edge["node"]["revision"]), "{}: {answer}", list.name());
        assert_eq!(answer["pageInfo"]["startCursor"], edges[0]["cursor"], "{}", list.name());
        assert_eq!(answer["pageInfo"]["endCursor"], edges[2]["cursor"], "{}", list.name());
        seen += 1;
    }
    assert_eq!(seen, 2 * kinds::RECORDS.len() + 1);
}

async fn every_list_answers_the_eight_ways_of_asking(on: Backend) {
    let atlas = on.garden().await;
    answer_the_eight_ways_of_asking(&atlas, Schema::of(&atlas).await.lists_of_the_present()).await;
}

async fn every_list_as_of_now_answers_the_eight_ways_of_asking(on: Backend) {
    let atlas = on.garden().await;
    answer_the_eight_ways_of_asking(&atlas, Schema::of(&atlas).await.lists_of_the_past()).await;
}

async fn answer_the_eight_ways_of_asking(atlas: &Atlas, lists: Vec<ListField>) {
    for list in lists {
        let all: Vec<String> = whole(atlas, &list, "").await.iter().map(|edge| text(&edge["cursor"])).collect();
        let last = all.len() - 1;
        let mut asked = Vec::new();
        // Nested lists are all made in one way, so a few lengths do.
        let limits: &[usize] = if list.is_root() { &[0, 1, 2, 100] } else { &[0, 2] };
        for limit in limits.iter().copied() {
            for forward in [true, false] {
                for (after, before) in [
                    (None, None),
                    (Some(0), None),
                    (None, Some(last)),
                    (Some(0), Some(last)),
                    (Some(last), None),
                    (None, Some(0)),
                    (Some(1), Some(2)),
                ] {
                    asked.push((limit, forward, after, before));
                }
            }
        }
        let names: Vec<String> = (0..asked.len()).map(|number| format!("l{number}")).collect();
        let argument =
            |name: &str, at: Option<usize>| at.map(|at| format!(" {name}: \"{}\"", all[at])).unwrap_or_default();
        let arguments: Vec<String> = asked
            .iter()
            .map(|(limit, forward, after, before)| {
                let count = if *forward { "first" } else { "last" };
                format!("{count}: {limit}{}{}", argument("after", *after), argument("before", *before))
            })
            .collect();
        let lists: Vec<(&str, &str, &str)> =
            names.iter().zip(&arguments).map(|(name, arguments)| (name.as_str(), arguments.as_str(), PAGE)).collect();
        let answer = atlas.ask(&list.documents(&lists)).await;
        for ((name, arguments), (limit, forward, after, before)) in names.iter().zip(&arguments).zip(asked) {
            let answer = list.answer(&answer, name);
            assert_eq!(page(answer), part(&all, after, before, forward, limit), "{}({arguments})", list.name());
            assert_eq!(answer["totalCount"], all.len(), "{}({arguments})", list.name());
        }
    }
}

async fn nodes_are_those_of_the_edges(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    for list in schema.lists() {
        if !schema.members(&list.connection, "fields").contains_key("nodes") {
            assert_eq!(list.connection, "StandardRelationConnection");
            continue;
        }
        let answer = atlas.ask(&list.document("first: 3", "edges { node { id } } nodes { id }")).await;
        let answer = list.answer(&answer, "list");
        let ids: Vec<Value> = edges(answer).iter().map(|edge| edge["node"]["id"].clone()).collect();
        let nodes: Vec<Value> =
            answer["nodes"].as_array().into_iter().flatten().map(|node| node["id"].clone()).collect();
        assert_eq!(ids, nodes, "{}", list.name());
    }
}

async fn a_page_has_twenty_entries_where_nothing_is_said(on: Backend) {
    let atlas = on.seeded().await;
    let answer = atlas.ask("{ standards { nodes { id } pageInfo { hasNextPage } } countries { nodes { id } } whole: countries(first: 250) { totalCount nodes { id } } }").await;
    assert_eq!(answer["standards"]["nodes"].as_array().map(Vec::len), Some(20));
    assert_eq!(answer["standards"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(answer["countries"]["nodes"].as_array().map(Vec::len), Some(20));
    assert_eq!(answer["whole"]["nodes"].as_array().map(Vec::len), Some(249));
    assert_eq!(answer["whole"]["totalCount"], 249);
}

async fn pages_out_of_bounds_are_refused_by_name(on: Backend) {
    let atlas = on.garden().await;
    for list in Schema::of(&atlas).await.lists() {
        let most = list.longest_page();
        let over = most + 1;
        for (arguments, words) in [
            ("first: -1".to_owned(), vec!["first".to_owned(), "0".to_owned(), most.to_string()]),
            (format!("first: {over}"), vec!["first".to_owned(), most.to_string()]),
            ("last: -1".to_owned(), vec!["last".to_owned(), most.to_string()]),
            (format!("last: {over}"), vec!["last".to_owned(), most.to_string()]),
            ("first: 1, last: 1".to_owned(), vec!["first".to_owned(), "last".to_owned()]),
        ] {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            atlas.refuses(&list.document(&arguments, "pageInfo { hasNextPage }"), "BAD_USER_INPUT", &words).await;
        }
        atlas.ask(&list.document(&format!("first: {most}"), "pageInfo { hasNextPage }")).await;
    }
}

async fn cursors_that_do_not_belong_are_refused_by_name(on: Backend) {
    let atlas = on.garden().await;
    let answer = atlas
        .ask("{ organisations(first: 2) { pageInfo { endCursor } } issues(first: 2) { pageInfo { endCursor } }
            named: organisations(first: 2, orderBy: [{ field: NAME }]) { pageInfo { endCursor } }
            down: organisations(first: 2, orderBy: [{ field: NAME, direction: DESC }]) { pageInfo { endCursor } }
            both: organisations(first: 2, orderBy: [{ field: NAME }, { field: ACRONYM }]) { pageInfo { endCursor } }
            organisation(slug: \"hub\") { standards(first: 2) { pageInfo { endCursor } } partners(first: 2) { pageInfo { endCursor } } } }")
        .await;
    let cursor = |list: &Value| text(&list["pageInfo"]["endCursor"]);
    let own = cursor(&answer["organisations"]);
    let tampered = |at: usize| {
        let mut bytes = own.clone().into_bytes();
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let mut wrong: Vec<(String, &str)> =
        [0, own.len() / 2, own.len() - 2].map(tampered).map(|cursor| (cursor, "not a cursor")).to_vec();
    wrong.extend(
        ["", "x", "null", "ÄÖ", "MTIz", &own[1..], &format!("{own}A")]
            .map(|cursor| (cursor.to_owned(), "not a cursor")),
    );
    for list in [
        &answer["issues"],
        &answer["named"],
        &answer["down"],
        &answer["both"],
        &answer["organisation"]["standards"],
        &answer["organisation"]["partners"],
    ] {
        wrong.push((cursor(list), "another"));
    }
    for (cursor, words) in &wrong {
        for argument in ["after", "before"] {
            let document = format!("{{ organisations({argument}: {}) {{ totalCount }} }}", json!(cursor));
            atlas.refuses(&document, "BAD_USER_INPUT", &[&format!("`{argument}`"), words]).await;
        }
    }
    let elsewhere = format!(
        "{{ organisation(slug: \"o-0\") {{ standards(after: \"{}\") {{ totalCount }} }} }}",
        cursor(&answer["organisation"]["standards"])
    );
    atlas.ask(&elsewhere).await;
    let elsewhere = format!(
        "{{ issue(slug: \"hub\") {{ standards(after: \"{}\") {{ totalCount }} }} }}",
        cursor(&answer["organisation"]["standards"])
    );
    atlas.refuses(&elsewhere, "BAD_USER_INPUT", &["`after`", "another list"]).await;
}

async fn a_mistake_in_one_root_list_leaves_the_others_their_answers(on: Backend) {
    let atlas = on.garden().await;
    let body = json!({ "query": "{ organisations(first: 101) { totalCount } issues(first: 0) { totalCount } }" });
    let answer = atlas.post(&body, &[]).await.json();
    assert_eq!(answer["data"]["organisations"], Value::Null);
    assert_eq!(answer["data"]["issues"]["totalCount"], 16);
    assert_eq!(answer["errors"][0]["path"], json!(["organisations"]));
}

// ---------------------------------------------------------------- orders

/// What a kind's orders go by: field of the order, fields that are read, and the value in them.
type OrderRow = (&'static str, &'static str, &'static str, fn(&Value) -> Option<Key>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(i64),
}

fn natural(value: &Value) -> Option<Key> {
    value.as_str().map(|text| Key::Text(sort_key(text)))
}

fn plain(value: &Value) -> Option<Key> {
    value.as_str().map(|text| Key::Text(text.to_owned()))
}

fn number(value: &Value) -> Option<Key> {
    value.as_i64().map(Key::Number)
}

const ORDERS: &[OrderRow] = &[
    ("Organisation", "NAME", "name", |node| natural(&node["name"])),
    ("Organisation", "ACRONYM", "acronym", |node| natural(&node["acronym"])),
    ("Organisation", "ESTABLISHED_YEAR", "establishedYear", |node| number(&node["establishedYear"])),
    ("Organisation", "UPDATED_AT", "updatedAt", |node| plain(&node["updatedAt"])),
    ("Organisation", "STANDARD_COUNT", "standards { totalCount }", |node| number(&node["standards"]["totalCount"])),
    ("Issue", "NAME", "name", |node| natural(&node["name"])),
    ("Issue", "ORGANISATION_COUNT", "organisations(first: 100) { nodes { id } }", |node| {
        let mut ids: Vec<String> =
            node["organisations"]["nodes"].as_array()?.iter().map(|node| text(&node["id"])).collect();
        ids.sort();
        ids.dedup();
        i64::try_from(ids.len()).ok().map(Key::Number)
    }),
    ("Issue", "STANDARD_COUNT", "standards { totalCount }", |node| number(&node["standards"]["totalCount"])),
    ("Issue", "UPDATED_AT", "updatedAt", |node| plain(&node["updatedAt"])),
    ("Standard", "IDENTIFIER", "identifier", |node| natural(&node["identifier"])),
    ("Standard", "TITLE", "title", |node| natural(&node["title"])),
    ("Standard", "PUBLISHED_ON", "publishedOn", |node| plain(&node["publishedOn"])),
    ("Standard", "UPDATED_AT", "updatedAt", |node| plain(&node["updatedAt"])),
    // The garden's dates by the first moment they allow: Tokyo is nine hours ahead of UTC.
    ("Event", "STARTS_AT", "startsAt startsOn timeZone", |node| {
        let (day, at) = (node["startsOn"].as_str(), node["startsAt"].as_str());
        let first = format!("{}{}", day.unwrap_or_default(), &"2024-01-01"[day.map_or(0, str::len).min(10)..]);
        match (at, node["timeZone"] == "Asia/Tokyo") {
            (Some(at), _) => Some(Key::Text(at[..16].to_owned())),
            (None, _) if day.is_none() => None,
            (None, false) => Some(Key::Text(format!("{first}T00:00"))),
            (None, true) => Some(Key::Text(match first.as_str() {
                "2024-01-01" => "2023-12-31T15:00".to_owned(),
                "2024-03-01" => "2024-02-29T15:00".to_owned(),
                "2023-12-31" => "2023-12-30T15:00".to_owned(),
                other => panic!("say when {other} begins in Tokyo"),
            })),
        }
    }),
    ("Event", "TITLE", "title", |node| natural(&node["title"])),
    ("Event", "UPDATED_AT", "updatedAt", |node| plain(&node["updatedAt"])),
];

fn order_row(kind: &str, order: &str) -> &'static OrderRow {
    let row = ORDERS.iter().find(|row| (row.0, row.1) == (kind, order));
    row.unwrap_or_else(|| panic!("say what {kind}.{order} goes by"))
}

fn key_of_record(node: &Value) -> i64 {
    read_id(node["id"].as_str().unwrap_or_default()).expect("an id").key
}

/// Whether two records stand in this order: unknown last either way, then by the unique key in the last direction.
fn stands_before(terms: &[(&OrderRow, bool)], one: &Value, other: &Value) -> std::cmp::Ordering {
    for (row, descending) in terms {
        let order = match (row.3(one), row.3(other)) {
            (Some(one), Some(other)) if *descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => one.is_none().cmp(&other.is_none()),
        };
        if order.is_ne() {
            return order;
        }
    }
    let order = key_of_record(one).cmp(&key_of_record(other));
    if terms.last().is_some_and(|(_, descending)| *descending) { order.reverse() } else { order }
}

fn order_argument(terms: &[(&OrderRow, bool)]) -> String {
    let term = |(row, descending): &(&OrderRow, bool)| {
        format!("{{ field: {}, direction: {} }}", row.1, if *descending { "DESC" } else { "ASC" })
    };
    format!("orderBy: [{}]", terms.iter().map(term).collect::<Vec<_>>().join(", "))
}

async fn every_order_sorts_as_it_says_with_unknown_values_last(on: Backend) {
    let atlas = on.garden().await;
    let lists = Schema::of(&atlas).await.lists();
    for kind in kinds::RECORDS {
        let Some(list) =
            lists.iter().find(|list| list.object == "Query" && list.order_type().as_deref() == Some(kind.name))
        else {
            assert!(kind.orders.is_empty(), "{} has orders and no list", kind.name);
            continue;
        };
        let rows: Vec<&OrderRow> = kind.orders.iter().map(|order| order_row(kind.name, order.name)).collect();
        let fields = format!("id {}", rows.iter().map(|row| row.2).collect::<Vec<_>>().join(" "));
        let mut orders: Vec<Vec<(&OrderRow, bool)>> = Vec::new();
        for row in &rows {
            for descending in [false, true] {
                orders.push(vec![(row, descending)]);
                for second in rows.iter().filter(|second| second.1 != row.1) {
                    for second_descending in [false, true] {
                        orders.push(vec![(row, descending), (second, second_descending)]);
                    }
                }
            }
        }
        for terms in orders {
            let argument = order_argument(&terms);
            let answer =
                atlas.ask(&list.document(&format!("first: 100, {argument}"), &format!("nodes {{ {fields} }}"))).await;
            let nodes = answer["list"]["nodes"].as_array().cloned().expect("nodes");
            let mut sorted = nodes.clone();
            sorted.sort_by(|one, other| stands_before(&terms, one, other));
            let ids = |nodes: &[Value]| nodes.iter().map(|node| node["id"].clone()).collect::<Vec<_>>();
            assert_eq!(ids(&nodes), ids(&sorted), "{} {argument}", kind.name);
            let past = as_of(NOW, &format!("{{ {}(first: 100, {argument}) {{ nodes {{ {fields} }} }} }}", list.field));
            let past = &atlas.ask(&past).await["asOf"][&list.field]["nodes"];
            assert_eq!(timeless(past), timeless(&nodes.into()), "{} {argument}, as of now", kind.name);
        }
    }
}

async fn every_ordered_list_can_be_walked_both_ways_in_every_order(on: Backend) {
    let atlas = on.garden().await;
    let lists = Schema::of(&atlas).await.lists_of_the_present();
    can_be_walked_in_every_order(&atlas, lists, |_| &[true, false]).await;
}

/// Statements of the past take longer: two orders of three, each in one direction, others at the next list.
async fn every_ordered_list_as_of_now_can_be_walked_in_every_order(on: Backend) {
    let atlas = on.garden().await;
    let lists = Schema::of(&atlas).await.lists_of_the_past();
    can_be_walked_in_every_order(&atlas, lists, |number| [&[true][..], &[false], &[]][number % 3]).await;
}

async fn can_be_walked_in_every_order(atlas: &Atlas, lists: Vec<ListField>, ways: fn(usize) -> &'static [bool]) {
    let mut number = 0;
    for list in lists {
        let Some(kind) = list.order_type() else { continue };
        let rows: Vec<&OrderRow> = ORDERS.iter().filter(|row| row.0 == kind).collect();
        let mut orders: Vec<Vec<(&OrderRow, bool)>> = Vec::new();
        for row in &rows {
            orders.extend([vec![(*row, false)], vec![(*row, true)]]);
        }
        // Several terms: mixed directions, with unknown values in front and behind.
        orders.push(vec![(rows[1], true), (rows[0], false)]);
        orders.push(vec![(rows[rows.len() - 1], false), (rows[1], true), (rows[0], true)]);
        for terms in orders {
            number += 1;
            let ways = ways(number);
            if ways.is_empty() {
                continue;
            }
            let argument = order_argument(&terms);
            let all = whole(atlas, &list, &argument).await;
            for forward in ways.iter().copied() {
                let found = walk(atlas, &list, &argument, 6, forward).await;
                assert_eq!(found, all, "{} {argument}, forward: {forward}", list.name());
            }
        }
    }
}

async fn natural_order_is_that_of_people(on: Backend) {
    let atlas = on.garden().await;
    let answer = atlas.ask("{ standards(first: 100, filter: { identifier: { startsWith: \"abc\" } }) { nodes { identifier } } committees(first: 100) { nodes { label } } }").await;
    let identifiers: Vec<String> =
        answer["standards"]["nodes"].as_array().into_iter().flatten().map(|node| text(&node["identifier"])).collect();
    assert_eq!(identifiers, (1..=12).map(|number| format!("ABC {number}")).collect::<Vec<_>>());
    let labels: Vec<String> =
        answer["committees"]["nodes"].as_array().into_iter().flatten().map(|node| text(&node["label"])).collect();
    let expected: Vec<String> = ["Frée".to_owned(), "HUB 1".to_owned()]
        .into_iter()
        .chain((1..=8).map(|number| format!("HUB 1/SC {}", 2 * number)))
        .collect();
    assert_eq!(labels, expected);
}

async fn an_order_named_twice_counts_once_and_an_empty_one_is_the_default(on: Backend) {
    let atlas = on.garden().await;
    let answer = atlas
        .ask(
            "{ once: organisations(orderBy: [{ field: NAME, direction: DESC }]) { edges { cursor } }
            twice: organisations(orderBy: [{ field: NAME, direction: DESC }, { field: NAME }]) { edges { cursor } }
            none: organisations(orderBy: []) { edges { cursor } } default: organisations { edges { cursor } } }",
        )
        .await;
    assert_eq!(answer["once"], answer["twice"]);
    assert_eq!(answer["none"], answer["default"]);
    atlas
        .refuses("{ organisations(orderBy: [{ field: MOON }]) { totalCount } }", "GRAPHQL_VALIDATION_FAILED", &[])
        .await;
}

async fn pages_stay_where_they_are_while_records_come_in_between(on: Backend) {
    let mut records = tests::garden();
    let atlas = on.garden().await;
    for (arguments, expected) in [
        ("", 2),
        ("orderBy: [{ field: NAME, direction: DESC }]", 2),
        ("orderBy: [{ field: ESTABLISHED_YEAR }, { field: NAME }]", 2),
    ] {
        let list = Schema::of(&atlas)
            .await
            .lists()
            .into_iter()
            .find(|list| list.object == "Query" && list.field == "organisations")
            .expect("a list");
        let before = whole(&atlas, &list, arguments).await;
        let answer = atlas.ask(&list.document(&format!("first: 5 {arguments}"), PAGE)).await;
        let first = page(list.answer(&answer, "list"));
        // One that sorts before the page's end in one direction, one behind it.
        let tag = before.len();
        records.add(
            "organisation",
            json!({ "slug": format!("early-{tag}"), "name": format!("!{tag}"), "established_year": 1900 }),
        );
        records.add("organisation", json!({ "slug": format!("late-{tag}"), "name": format!("zzz{tag}") }));
        atlas.load(&records).await;
        let cursor = first.cursors.last().expect("a cursor").clone();
        let answer = atlas.ask(&list.document(&format!("first: 100, after: \"{cursor}\" {arguments}"), PAGE)).await;
        let rest = page(list.answer(&answer, "list")).cursors;
        let seen: Vec<&String> = first.cursors.iter().chain(&rest).collect();
        let old: Vec<String> = before.iter().map(|edge| text(&edge["cursor"])).collect();
        let kept: Vec<&String> = seen.iter().copied().filter(|cursor| old.contains(cursor)).collect();
        assert_eq!(kept, old.iter().collect::<Vec<_>>(), "nothing is skipped, nothing comes twice: {arguments}");
        let now = whole(&atlas, &list, arguments).await.len();
        assert_eq!(now, before.len() + expected);
    }
}

both!(
    every_list_can_be_walked_both_ways,
    every_list_as_of_now_can_be_walked_both_ways,
    every_list_is_now_as_it_is_as_of_now,
    cursors_of_the_log_are_revisions,
    every_list_answers_the_eight_ways_of_asking,
    every_list_as_of_now_answers_the_eight_ways_of_asking,
    nodes_are_those_of_the_edges,
    a_page_has_twenty_entries_where_nothing_is_said,
    pages_out_of_bounds_are_refused_by_name,
    cursors_that_do_not_belong_are_refused_by_name,
    a_mistake_in_one_root_list_leaves_the_others_their_answers,
    every_order_sorts_as_it_says_with_unknown_values_last,
    every_ordered_list_can_be_walked_both_ways_in_every_order,
    every_ordered_list_as_of_now_can_be_walked_in_every_order,
    natural_order_is_that_of_people,
    an_order_named_twice_counts_once_and_an_empty_one_is_the_default,
    pages_stay_where_they_are_while_records_come_in_between,
);
