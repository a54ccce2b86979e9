//! Time: the atlas as of any moment is a copy of what it was then, and the log tells every change in its order.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::app::App;
use api::auth::Editor;
use api::graph::moment::{Moment, date_time_text};
use api::graph::{FilterForm, Kind, Side, cursor, kinds};
use api::store::{Draft, Values, Write, put};
use serde_json::{Value, json};
use tests::{Atlas, Backend, Gardener, Invented, ListField, NOW, Schema, as_of, both, timeless};
use tokio::task::JoinSet;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list_of(kind: &Kind) -> String {
    format!("{}s", kind.name.to_lowercase())
}

// ---------------------------------------------------------------- the past is a copy

/// What was asked and answered at a moment.
struct Kept {
    at: i64,
    document: String,
    answer: Value,
}

/// The documents that show all of a kind: its records with everything around them, its orders, filters and counts, and
/// its records by slug.
fn documents(schema: &Schema, kind: &'static Kind, gardener: &Gardener) -> [String; 3] {
    let list = list_of(kind);
    let everything = schema.everything_of(kind.name);
    let mut aliases = Vec::new();
    for (number, order) in kind.orders.iter().filter(|order| order.by.side != Side::Rank).enumerate() {
        for (direction, end) in [("ASC", "first"), ("DESC", "first"), ("ASC", "last"), ("DESC", "last")] {
            let name = format!("o{number}{direction}{end}").to_lowercase();
            let order = format!("orderBy: [{{ field: {}, direction: {direction} }}]", order.name);
            aliases.push(format!(
                "{name}: {list}({end}: 4, {order}) {{ nodes {{ slug }} pageInfo {{ hasNextPage hasPreviousPage }} }}"
            ));
        }
    }
    for filter in kind.filters {
        let values: &[&str] = match &filter.test {
            FilterForm::Related(_) => &["{}", "{ not: { slug: { contains: \"1\" } } }"],
            FilterForm::Country(_) => &["[\"CH\", \"DE\", \"TR\"]"],
            FilterForm::Under => &["\"issue-7\"", "\"issue-8\""],
            FilterForm::Root(_) | FilterForm::LatestEdition => &["true"],
            FilterForm::Subject => &["{ scheme: \"ICS\", code: { startsWith: \"35\" } }"],
            FilterForm::Text(_) => &["{ contains: \"e\" }", "{ startsWith: \"zebra 1\" }"],
            FilterForm::Int(_) => &["{ gte: 1993 }"],
            FilterForm::Time(_) => &["{ lt: \"2021-01-01T00:00:00Z\" }"],
            // Words are searched in the present only.
            FilterForm::Choice(..) | FilterForm::Words => &[],
        };
        for (number, value) in values.iter().enumerate() {
            let argument = format!("filter: {{ {}: {value} }}", filter.field);
            aliases.push(format!(
                "f{}{number}: {list}(first: 3, {argument}) {{ totalCount nodes {{ slug }} }}",
                filter.field
            ));
        }
    }
    let one = kind.name.to_lowercase();
    let slugs = gardener
        .slugs(kind)
        .enumerate()
        .map(|(number, slug)| format!("s{number}: {one}(slug: \"{slug}\") {{ id slug version }}"));
    [
        format!("{{ {list}(first: 100) {{ totalCount nodes {{ {everything} }} }} }}"),
        format!("{{ {} }}", aliases.join(" ")),
        format!("{{ {} }}", slugs.collect::<Vec<_>>().join(" ")),
    ]
}

/// What belongs to no kind of record, and what goes deeper.
const OTHERS: [&str; 3] = [
    "{ countries(first: 100) { totalCount nodes { code alpha3 name region } } sources(first: 3) { totalCount nodes { id name url } } ch: country(code: \"ch\") { name } }",
    "{ a: standard(identifier: \"inv 1\") { identifier latestEdition { identifier } editions { nodes { identifier } } } b: standard(identifier: \"INV 2\") { identifier latestEdition { identifier } } }",
    "{ organisations(first: 3, filter: { issue: { not: { name: { contains: \"zebra\" } } } }) { totalCount nodes { slug issues(first: 2, orderBy: [{ field: STANDARD_COUNT, direction: DESC }]) { totalCount edges { heading citations { note source { name } } node { slug ancestors { slug } standards(first: 2) { totalCount nodes { identifier publishers(orderBy: [{ field: STANDARD_COUNT }]) { nodes { slug } } } } } } } channels { nodes { label owner { slug } } } } } }",
];

/// The records of a kind by pages of three, forward or backward, with the cursors of these pages.
async fn by_pages(atlas: &Atlas, kind: &Kind, at: Option<i64>, forward: bool) -> Vec<Value> {
    let (count, beyond, more, end) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let list = list_of(kind);
        let document = format!("{{ {list}({count}: 3 {cursor}) {{ nodes {{ slug }} pageInfo {{ {more} {end} }} }} }}");
        let answer = match at {
            None => atlas.ask(&document).await,
            Some(at) => atlas.ask(&as_of(at, &document)).await["asOf"].clone(),
        };
        let page = &answer[&list];
        found.push(page["nodes"].clone());
        if page["pageInfo"][more] == false {
            return found;
        }
        cursor = format!("{beyond}: {}", page["pageInfo"][end]);
    }
}

async fn the_past_is_a_copy(on: Backend, seed: u64) {
    let atlas = on.empty().await;
    let schema = Schema::of(&atlas).await;
    let mut gardener = Gardener::new(seed);
    let (mut kept, mut pages) = (Vec::new(), Vec::new());
    atlas.load(&Invented::new()).await;
    for number in 0..25 {
        let at = NOW + (number + 1) * 1_000_000;
        gardener.go_on(&atlas, number, 3).await;
        assert!(atlas.number("SELECT at FROM log_head").await <= at);
        // Each kind at every ninth write, so that a document is asked of different moments.
        let place = usize::try_from(number).expect("a number");
        let kind = kinds::RECORDS[place % kinds::RECORDS.len()];
        let [everything, lists, slugs] = documents(&schema, kind, &gardener);
        let asked = [everything, if number % 2 == 0 { lists } else { slugs }, OTHERS[place % 3].to_owned()];
        for document in asked {
            let answer = atlas.ask(&document).await;
            kept.push(Kept { at, document, answer });
        }
        let forward = number % 2 == 0;
        pages.push((at, kind, forward, by_pages(&atlas, kind, None, forward).await));
    }
    atlas.set_clock(NOW + 100_000_000);
    // Until the next write the atlas stays what it was.
    for (Kept { at, document, answer }, later) in kept.into_iter().zip([0, 1, 0, 999_999].into_iter().cycle()) {
        let past = atlas.ask(&as_of(at + later, &document)).await["asOf"].take();
        assert_eq!(timeless(&past), timeless(&answer), "seed {seed}, as of {}: {document}", date_time_text(at + later));
    }
    for (at, kind, forward, expected) in pages {
        assert_eq!(by_pages(&atlas, kind, Some(at), forward).await, expected, "seed {seed}, {} at {at}", kind.name);
    }
    let mut all =
        vec!["create", "fields", "rename", "rename back", "delete", "delete after a change", "Country", "Source"];
    all.extend(kinds::RECORDS.iter().flat_map(|kind| kind.links).map(|link| link.table));
    all.retain(|what| !gardener.done.contains_key(what));
    assert_eq!(all, Vec::<&str>::new(), "seed {seed} leaves something undone: {:?}", gardener.done);
}

async fn the_atlas_as_of_a_moment_is_what_it_was_then(on: Backend) {
    the_past_is_a_copy(on, 1).await;
}

async fn the_atlas_of_another_gardener_too(on: Backend) {
    the_past_is_a_copy(on, 3).await;
}

// ---------------------------------------------------------------- moments

async fn before_the_first_change_everything_is_empty(on: Backend) {
    let (empty, garden) = (on.empty().await, on.garden().await);
    let first = garden.number("SELECT min(at) FROM change").await;
    let roots: Vec<_> = Schema::of(&garden).await.lists_of_the_past().into_iter().filter(ListField::is_root).collect();
    let lists: Vec<String> =
        roots.iter().map(|list| format!("{} {{ totalCount edges {{ cursor }} nodes {{ id }} }}", list.field)).collect();
    let records: Vec<String> =
        kinds::RECORDS.iter().map(|kind| format!("{}(slug: \"hub\") {{ id }}", kind.name.to_lowercase())).collect();
    let document = format!("{{ {} {} country(code: \"CH\") {{ id }} }}", lists.join(" "), records.join(" "));
    let nothing = json!({ "totalCount": 0, "edges": [], "nodes": [] });
    for (atlas, at) in [(&empty, NOW), (&garden, first - 1), (&garden, 0), (&garden, -60_000_000_000_000_000)] {
        let answer = &atlas.ask(&as_of(at, &document)).await["asOf"];
        for (field, found) in answer.as_object().expect("fields") {
            assert!(found.is_null() || *found == nothing, "{field}: {found}");
        }
        assert_eq!(answer.as_object().map(serde_json::Map::len), Some(roots.len() + kinds::RECORDS.len() + 1));
    }
    let ids: Vec<Value> = garden.ask("{ issues(first: 3) { nodes { id } } }").await["issues"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|node| node["id"].clone())
        .collect();
    let answer = garden.ask(&as_of(first - 1, &format!("{{ nodes(ids: {}) {{ id }} }}", json!(ids)))).await;
    assert_eq!(answer["asOf"]["nodes"], json!([null, null, null]));
}

async fn the_future_is_refused(on: Backend) {
    let atlas = on.garden().await;
    let (now, later) = (date_time_text(NOW), date_time_text(NOW + 1));
    let words = ["`at`", "still to come", &now, &later];
    atlas.refuses(&as_of(NOW + 1, "{ id }"), "BAD_USER_INPUT", &words).await;
    let body = json!({ "query": format!("{{ asOf(at: \"{later}\") {{ id }} now: asOf(at: \"{now}\") {{ issues {{ totalCount }} }} }}") });
    let answer = atlas.post(&body, &[]).await.json();
    assert_eq!(answer["data"], json!({ "asOf": null, "now": { "issues": { "totalCount": 16 } } }));
    assert_eq!(answer["errors"][0]["path"], json!(["asOf"]));
    for odd in ["yesterday", "2026-01-01", "2026-01-01T00:00:00"] {
        atlas.refuses(&format!("{{ asOf(at: \"{odd}\") {{ id }} }}"), "BAD_USER_INPUT", &[odd, "RFC 3339"]).await;
    }
}

/// Another process may have a clock that is ahead, and its writes are over all the same.
async fn what_the_log_has_reached_is_over(on: Backend) {
    let atlas = on.garden().await;
    atlas.set_clock(NOW + 5_000_000);
    atlas.load(&tests::garden().with("issue", json!({ "slug": "new" }))).await;
    atlas.set_clock(NOW);
    let document = "{ issue(slug: \"new\") { id slug } issues { totalCount } }";
    let at = NOW + 5_000_000;
    let past = atlas.ask(&as_of(at, document)).await["asOf"].take();
    assert_eq!(timeless(&past), timeless(&atlas.ask(document).await));
    let node = atlas.ask(&format!("{{ node(id: {}) {{ id }} }}", past["issue"]["id"])).await;
    assert_eq!(node["node"]["id"], past["issue"]["id"]);
    let between = atlas.ask(&as_of(at - 1, document)).await;
    assert_eq!(between["asOf"]["issue"], Value::Null);
    atlas.refuses(&as_of(at + 1, document), "BAD_USER_INPUT", &["still to come"]).await;
}

// ---------------------------------------------------------------- cursors and ids

/// A root list and a nested one, as documents with page arguments, and where their answers are.
type Paged = (fn(&str) -> String, &'static str);
const PAGED: [Paged; 2] = [
    (|page| format!("{{ organisations({page}) {{ {PAGE} }} }}"), "/organisations"),
    (
        |page| format!("{{ organisation(slug: \"hub\") {{ standards({page}) {{ {PAGE} }} }} }}"),
        "/organisation/standards",
    ),
];
const PAGE: &str = "nodes { id slug } pageInfo { startCursor endCursor }";

async fn ask_page(atlas: &Atlas, (document, place): Paged, at: Option<i64>, arguments: &str) -> Value {
    let document = document(arguments);
    let answer = match at {
        None => atlas.ask(&document).await,
        Some(at) => atlas.ask(&as_of(at, &document)).await["asOf"].take(),
    };
    answer.pointer(place).cloned().expect("a page")
}

fn nodes(page: &Value) -> Vec<Value> {
    page["nodes"].as_array().cloned().expect("nodes")
}

async fn a_page_goes_on_at_its_moment_whatever_is_written(on: Backend) {
    let atlas = on.garden().await;
    let at = NOW + 10_000_000;
    atlas.set_clock(at);
    let mut seen = Vec::new();
    for list in PAGED {
        let whole = ask_page(&atlas, list, Some(at), "first: 100").await;
        seen.push((list, whole, ask_page(&atlas, list, Some(at), "first: 3").await));
    }
    // The first write had begun before the moment, whose pages belong to the state without it all the same.
    let mut garden = tests::garden();
    for clock in [at - 5_000_000, at + 5_000_000] {
        atlas.set_clock(clock);
        garden.add("organisation", json!({ "slug": format!("z-{clock}"), "name": "zz" }));
        garden.add("standard", json!({ "identifier": format!("ZZZ {clock}"), "publishers": ["hub"] }));
        garden.change("organisation", "hub", json!({ "name": format!("hub {clock}") }));
        atlas.load(&garden).await;
    }
    for (list, whole, first) in seen {
        let anew = ask_page(&atlas, list, Some(at), "first: 100").await;
        assert_eq!(nodes(&anew).len(), nodes(&whole).len() + 1, "who asks anew sees the late write");
        let page = format!("first: 100, after: {}", first["pageInfo"]["endCursor"]);
        let rest = ask_page(&atlas, list, Some(at), &page).await;
        assert_eq!([nodes(&first), nodes(&rest)].concat(), nodes(&whole));
        let back = format!("last: 2, before: {}", rest["pageInfo"]["startCursor"]);
        assert_eq!(nodes(&ask_page(&atlas, list, Some(at), &back).await), nodes(&first)[1..]);
        // The ids of the page find its state too.
        let node = format!("{{ node(id: {}) {{ ... on AtlasRecord {{ slug version }} }} }}", nodes(&whole)[0]["id"]);
        assert_eq!(atlas.ask(&node).await["node"]["slug"], nodes(&whole)[0]["slug"]);
    }
}

async fn a_cursor_of_another_moment_is_refused(on: Backend) {
    let atlas = on.garden().await;
    let moments = [None, Some(NOW), Some(NOW - 1), Some(NOW - 2_000_000)];
    for list in PAGED {
        for from in moments {
            let page = ask_page(&atlas, list, from, "first: 3").await;
            for to in moments.into_iter().filter(|to| *to != from) {
                for argument in ["after", "before"] {
                    let document = (list.0)(&format!("{argument}: {}", page["pageInfo"]["endCursor"]));
                    let document = to.map_or_else(|| document.clone(), |at| as_of(at, &document));
                    let words = [&format!("`{argument}`"), "another moment", "`asOf`"];
                    atlas.refuses(&document, "BAD_USER_INPUT", &words).await;
                }
            }
        }
    }
}

async fn ids_of_a_moment_find_what_was_there_then(on: Backend) {
    let atlas = on.garden().await;
    let fields = "id slug label version citations { nodes { id source { id name } } } history { nodes { id revision } }
        ... on Resource { name providers { nodes { id slug version } } issues { nodes { id slug parent { id slug } } } }";
    let document = format!("{{ resource(slug: \"hub\") {{ {fields} }} }}");
    let then = atlas.ask(&as_of(NOW, &document)).await["asOf"]["resource"].take();
    let present = atlas.ask("{ resource(slug: \"hub\") { id } }").await["resource"]["id"].take();
    assert_ne!(then["id"], present);
    atlas.set_clock(NOW + 1_000_000);
    tests::delete(&atlas.app, &[(&kinds::RESOURCE, "hub"), (&kinds::ISSUE, "branch-5")]).await;
    let mut garden = tests::garden();
    garden.change("organisation", "o-1", json!({ "name": "Another" }));
    atlas.set_clock(NOW + 2_000_000);
    atlas.load(&garden).await;
    // The seeds bring both back, as other records.
    let anew = atlas.ask(&document).await["resource"].take();
    assert!(anew["id"] != present && anew["version"] == 1, "{anew}");
    let node = |id: &Value| format!("{{ node(id: {id}) {{ ... on AtlasRecord {{ {fields} }} }} }}");
    assert_eq!(atlas.ask(&node(&present)).await["node"], Value::Null);
    assert_eq!(atlas.ask(&node(&then["id"])).await["node"], then);
    assert_eq!(atlas.ask(&as_of(NOW, &document)).await["asOf"]["resource"], then);
    assert_eq!(timeless(&atlas.ask(&as_of(NOW, &node(&present))).await["asOf"]["node"]), timeless(&then));
    // Nested records are those of then, too.
    for issue in then["issues"]["nodes"].as_array().expect("issues") {
        let found = atlas
            .ask(&format!("{{ node(id: {}) {{ ... on Issue {{ id slug parent {{ id slug }} }} }} }}", issue["id"]))
            .await;
        assert_eq!(found["node"], *issue);
    }
    // Between delete and return there is none, and the new one was not there then.
    let between = atlas.ask(&as_of(NOW + 1_999_999, &document)).await;
    assert_eq!(between["asOf"]["resource"], Value::Null);
    let new = cursor::read_id(anew["id"].as_str().expect("an id")).expect("an id");
    let moment = cursor::read_id(then["id"].as_str().expect("an id")).expect("an id").moment;
    let id = json!(cursor::typed_id(&new.name, new.key, moment));
    assert_eq!(atlas.ask(&node(&id)).await["node"], Value::Null);
    assert_eq!(atlas.ask(&as_of(NOW, &node(&anew["id"]))).await["asOf"]["node"], Value::Null);
}

// ---------------------------------------------------------------- the log

/// All entries of `changes` with these arguments, by pages of 40.
async fn entries(atlas: &Atlas, arguments: &str, fields: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.map(|cursor| format!(", after: \"{cursor}\"")).unwrap_or_default();
        let document = format!(
            "{{ changes(first: 40 {arguments} {after}) {{ nodes {{ revision {fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let page = atlas.ask(&document).await["changes"].take();
        found.extend(nodes(&page));
        if page["pageInfo"]["hasNextPage"] == false {
            return found;
        }
        cursor = page["pageInfo"]["endCursor"].as_str().map(str::to_owned);
    }
}

fn revisions(entries: &[Value]) -> Vec<String> {
    entries.iter().map(|entry| text(&entry["revision"])).collect()
}

async fn logged(atlas: &Atlas, condition: &str) -> Vec<String> {
    let select = format!(
        "SELECT sequence FROM change WHERE kind NOT IN ('COUNTRY', 'SOURCE') AND {condition} ORDER BY sequence"
    );
    atlas.numbers(&select).await.into_iter().map(cursor::revision_text).collect()
}

async fn the_log_is_listed_in_its_order(on: Backend) {
    let atlas = on.garden().await;
    let all = logged(&atlas, "TRUE").await;
    assert_eq!(revisions(&entries(&atlas, "", "").await), all);
    let last = atlas.ask("{ changes(last: 5) { totalCount nodes { revision } pageInfo { hasPreviousPage } } }").await["changes"].take();
    assert_eq!(revisions(&nodes(&last)), all[all.len() - 5..]);
    assert_eq!((&last["totalCount"], &last["pageInfo"]["hasPreviousPage"]), (&json!(all.len()), &json!(true)));
    let before = format!("{{ changes(last: 3, before: \"{}\") {{ nodes {{ revision }} }} }}", all[10]);
    assert_eq!(revisions(&nodes(&atlas.ask(&before).await["changes"])), all[7..10]);
    for kind in kinds::RECORDS {
        let found = entries(&atlas, &format!(", kinds: [{}]", kind.code), "kind").await;
        assert_eq!(revisions(&found), logged(&atlas, &format!("kind = '{}'", kind.code)).await, "{}", kind.name);
        assert!(found.iter().all(|entry| entry["kind"] == kind.code), "{}", kind.name);
    }
    let two = entries(&atlas, ", kinds: [ISSUE, EVENT]", "").await;
    assert_eq!(revisions(&two), logged(&atlas, "kind IN ('ISSUE', 'EVENT')").await);
    assert_eq!(entries(&atlas, ", kinds: []", "").await, Vec::<Value>::new());
}

async fn what_came_later_is_listed_after_the_revision(on: Backend) {
    let atlas = on.garden().await;
    let revision = text(&atlas.ask("{ atlas { revision } }").await["atlas"]["revision"]);
    let after = format!(", after: \"{revision}\"");
    assert_eq!(entries(&atlas, &after, "").await, Vec::<Value>::new());
    atlas.set_clock(NOW + 1_000_000);
    let mut garden = tests::garden().with("issue", json!({ "slug": "new" }));
    garden.change("event", "hub", json!({ "location": "Geneva", "issues": ["new"] }));
    atlas.load(&garden).await;
    tests::delete(&atlas.app, &[(&kinds::INITIATIVE, "ini-3")]).await;
    let found =
        entries(&atlas, &after, "id at actor operation kind recordId version changedFields record { slug } before")
            .await;
    let shown: Vec<Value> = found
        .iter()
        .map(|entry| {
            json!([
                entry["at"],
                entry["actor"],
                entry["operation"],
                entry["kind"],
                entry["version"],
                entry["changedFields"],
                entry["record"]["slug"],
                entry["before"]["slug"]
            ])
        })
        .collect();
    let (one, two) = (date_time_text(NOW + 1_000_000), date_time_text(NOW + 1_000_001));
    assert_eq!(
        shown,
        [
            json!([one, "seed", "CREATED", "ISSUE", 1, [], "new", null]),
            json!([one, "seed", "UPDATED", "EVENT", 6, ["issues", "location"], "hub", "hub"]),
            json!([two, "seed", "DELETED", "INITIATIVE", 2, [], null, "ini-3"]),
        ]
    );
    let gone = cursor::read_id(found[2]["recordId"].as_str().expect("an id")).expect("an id");
    assert_eq!((gone.name.as_str(), found[2]["record"].is_null()), ("Initiative", true));
    // Beneath a moment before the delete, its entries are there with the record, and its later ones are not.
    let document =
        as_of(NOW, "{ initiative(slug: \"ini-3\") { history { totalCount nodes { operation record { slug } } } } }");
    let history = atlas.ask(&document).await["asOf"]["initiative"]["history"].take();
    assert_eq!(
        history,
        json!({ "totalCount": 1, "nodes": [{ "operation": "CREATED", "record": { "slug": "ini-3" } }] })
    );
    let kept = entries(&atlas, ", kinds: [INITIATIVE]", "recordId operation").await;
    let kept: Vec<&Value> = kept
        .iter()
        .filter(|entry| entry["recordId"] == found[2]["recordId"])
        .map(|entry| &entry["operation"])
        .collect();
    assert_eq!(kept, ["CREATED", "DELETED"]);
}

async fn the_history_of_a_record_is_its_part_of_the_log(on: Backend) {
    let atlas = on.garden().await;
    for kind in kinds::RECORDS {
        let list = list_of(kind);
        let answer = atlas.ask(&format!("{{ {list}(first: 100) {{ nodes {{ id slug version updatedAt history {{ totalCount nodes {{ revision at version operation recordId record {{ id }} }} }} }} }} }}")).await;
        for record in nodes(&answer[&list]) {
            let key = cursor::read_id(record["id"].as_str().expect("an id")).expect("an id").key;
            let history = nodes(&record["history"]);
            assert_eq!(revisions(&history), logged(&atlas, &format!("record_id = {key}")).await);
            let newest = history.last().expect("an entry");
            assert_eq!((&newest["version"], &newest["at"]), (&record["version"], &record["updatedAt"]), "{record}");
            assert!(
                history.iter().all(|entry| entry["recordId"] == record["id"] && entry["record"]["id"] == record["id"])
            );
            assert_eq!(history[0]["operation"], "CREATED");
        }
    }
    let document = "{ organisation(slug: \"hub\") { all: history { nodes { version } } last: history(last: 2) { nodes { version } } } }";
    let answer = atlas.ask(document).await["organisation"].take();
    let versions = |list: &str| nodes(&answer[list]).iter().map(|entry| entry["version"].clone()).collect::<Vec<_>>();
    assert_eq!(
        (versions("all"), versions("last")),
        (vec![json!(1), json!(2), json!(3), json!(4), json!(5)], vec![json!(4), json!(5)])
    );
    // Each moment has the history of until then.
    for (ago, count) in [(4, 1), (3, 2), (0, 5)] {
        let document =
            as_of(NOW - ago * 1_000_000, "{ organisation(slug: \"hub\") { version history { totalCount } } }");
        let organisation = atlas.ask(&document).await["asOf"]["organisation"].take();
        assert_eq!(organisation, json!({ "version": count, "history": { "totalCount": count } }));
    }
}

async fn a_cursor_that_is_no_revision_is_refused(on: Backend) {
    let atlas = on.garden().await;
    let opaque =
        text(&atlas.ask("{ issues(first: 1) { pageInfo { endCursor } } }").await["issues"]["pageInfo"]["endCursor"]);
    let id = text(&atlas.ask("{ changes(first: 1) { nodes { id } } }").await["changes"]["nodes"][0]["id"]);
    let wrong = [
        "",
        "x",
        "1",
        "-000000000000001",
        "+000000000000001",
        "000000000000001x",
        "0x00000000000001",
        "00000000000000001",
        " 000000000000001",
        "99999999999999999999999",
        &opaque,
        &id,
    ];
    for cursor in wrong {
        for argument in ["after", "before"] {
            for list in [
                "{ changes(ARGUMENTS) { totalCount } }",
                "{ issue(slug: \"hub\") { history(ARGUMENTS) { totalCount } } }",
            ] {
                let document = list.replace("ARGUMENTS", &format!("{argument}: {}", json!(cursor)));
                atlas.refuses(&document, "BAD_USER_INPUT", &[&format!("`{argument}`"), "revision"]).await;
            }
        }
    }
    // A revision that is not reached yet is a place in the log like any other: a copy of the database may lag behind.
    let answer = atlas.ask("{ changes(after: \"9999999999999999\") { nodes { id } pageInfo { hasNextPage } } }").await;
    assert_eq!(answer["changes"], json!({ "nodes": [], "pageInfo": { "hasNextPage": false } }));
}

// ---------------------------------------------------------------- before

/// All that the document of a record says, by the fields of its type.
const WHOLE: [(&str, &str); 9] = [
    ("Organisation", "name names { language value } acronym otherNames establishedYear stakeholderGroup address { text street postalCode locality country { code } } website summary digitalActivities futureOfMeetings membership
        issues(first: 100) { edges { heading localTerm text position citations { locator field note source { name } } node { slug } } } partners(first: 100) { edges { role note node { slug } } }"),
    ("Issue", "name description otherNames parent { slug }"),
    ("Standard", "identifier undatedIdentifier undated title titles { language value } abstract type status stage edition publishedOn publishedYear url languages otherIdentifiers subjects { scheme code title }
        publishers(first: 100) { edges { node { slug } } } committees(first: 100) { edges { node { slug } } } issues(first: 100) { edges { node { slug } } } relations(first: 100) { edges { kind identifier } }"),
    ("Committee", "designation name scope parent { slug } owners(first: 100) { edges { node { slug } } }"),
    ("Event", "title description startsOn endsOn startsAt endsAt timeZone dateText format location country { code } url registrationUrl
        organisers(first: 100) { edges { node { slug } } } issues(first: 100) { edges { node { slug } } }"),
    ("Channel", "platform handle url owner { __typename slug }"),
    ("Instrument", "name acronym kind adoptedYear description statedPartyCount
        custodians(first: 100) { edges { node { slug } } } parties(first: 100) { edges { note node { code } } } issues(first: 100) { edges { node { slug } } }"),
    ("Initiative", "name acronym kind startedYear description
        participants(first: 100) { edges { role note node { slug } } } countries(first: 100) { edges { note node { code } } } issues(first: 100) { edges { node { slug } } }"),
    ("Resource", "name acronym kind availability description url providers(first: 100) { edges { node { slug } } } issues(first: 100) { edges { node { slug } } }"),
];

/// The record as one object, as it reads now or as of a moment.
async fn document(atlas: &Atlas, kind: &Kind, slug: &str, at: Option<i64>) -> Value {
    let fields = WHOLE.iter().find(|(name, _)| *name == kind.name).map(|(_, fields)| *fields).expect("the fields");
    let field = kind.name.to_lowercase();
    let cited = "citations(first: 100) { nodes { locator field note source { name } } }";
    let asked = format!("{{ {field}(slug: \"{slug}\") {{ id slug version createdAt updatedAt {cited} {fields} }} }}");
    let answer = match at {
        None => atlas.ask(&asked).await,
        Some(at) => atlas.ask(&as_of(at, &asked)).await["asOf"].take(),
    };
    let mut document = known(&answer[&field]);
    let fields = document.as_object_mut().unwrap_or_else(|| panic!("there is no {} {slug}", kind.name));
    // An id of the past carries the moment, that of a document does not.
    let id = cursor::read_id(&text(&fields["id"])).expect("an id");
    fields.insert("id".to_owned(), cursor::global_id(kind, id.key, Moment::Now).into());
    let citations = fields["citations"]["nodes"].as_array().into_iter().flatten().map(citation).collect();
    fields.insert("citations".to_owned(), citations);
    for (name, value) in fields.iter_mut() {
        if let Some(edges) = value["edges"].as_array() {
            *value = edges.iter().map(|edge| link(kind, name, edge)).collect();
        }
    }
    for (name, part) in [("parent", "slug"), ("country", "code")] {
        if let Some(far) = fields.get_mut(name) {
            *far = far[part].take();
        }
    }
    if let Some(country) = fields.get_mut("address").and_then(|address| address.get_mut("country")) {
        *country = country["code"].take();
    }
    if let Some(owner) = fields.get_mut("owner") {
        *owner = json!({ "kind": text(&owner["__typename"]).to_uppercase(), "slug": owner["slug"] });
    }
    // The API shows all languages in one list; the document has the record's own apart.
    for (all, own) in [("names", "nameLanguage"), ("titles", "titleLanguage")] {
        if let Some(texts) = fields.get_mut(all).and_then(Value::as_array_mut) {
            let is_own = |text: &Value| text["language"] == "en";
            texts.retain(|text| !is_own(text));
            fields.insert(own.to_owned(), "en".into());
        }
    }
    fields.insert("recordKind".to_owned(), kind.code.into());
    in_any_order(document)
}

/// A value without what is unknown.
fn known(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name.clone(), known(value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(values) => values.iter().map(known).collect(),
        other => other.clone(),
    }
}

fn citation(citation: &Value) -> Value {
    let mut citation = citation.clone();
    citation["source"] = citation["source"]["name"].take();
    citation
}

/// A link as the document of its owner shows it.
fn link(kind: &Kind, field: &str, edge: &Value) -> Value {
    let mut link = edge.clone();
    let fields = link.as_object_mut().expect("an edge");
    let far = fields
        .remove("node")
        .map(|mut node| if node["code"].is_string() { node["code"].take() } else { node["slug"].take() });
    if let Some(citations) = fields.get_mut("citations") {
        *citations = citations.as_array().into_iter().flatten().map(citation).collect();
    }
    let name = match (kind.name, field) {
        (_, "relations") => return link,
        ("Organisation", "issues") => "issue",
        (_, "partners" | "participants") => "organisation",
        (_, "parties" | "countries") => "country",
        _ => return far.unwrap_or_default(),
    };
    fields.extend(far.map(|far| (name.to_owned(), far)));
    link
}

/// The same with links in one order; the API's is by label, that of a document by entry, unless they have places.
fn in_any_order(mut document: Value) -> Value {
    for (name, value) in document.as_object_mut().into_iter().flatten() {
        let placed = ["citations", "otherIdentifiers", "otherNames", "languages"].contains(&name.as_str());
        if let Some(links) = value.as_array_mut()
            && !placed
            && links.first().is_none_or(|link| link["heading"].is_null())
        {
            links.sort_by_key(Value::to_string);
        }
    }
    document
}

/// The newest entries of a record's history: what was done, what changed and what was before.
async fn newest(atlas: &Atlas, kind: &Kind, key: &Value) -> Value {
    let document = format!(
        "{{ changes(last: 40, kinds: [{}]) {{ nodes {{ operation version recordId changedFields before record {{ id }} }} }} }}",
        kind.code
    );
    let all = nodes(&atlas.ask(&document).await["changes"]);
    all.into_iter().rev().find(|entry| entry["recordId"] == *key).expect("an entry")
}

fn hub(kind: &Kind) -> &'static str {
    match kind.name {
        "Standard" => "hub-1",
        "Channel" => "hub-blog",
        _ => "hub",
    }
}

async fn id_of(atlas: &Atlas, kind: &Kind) -> Value {
    let field = kind.name.to_lowercase();
    atlas.ask(&format!("{{ {field}(slug: \"{}\") {{ id }} }}", hub(kind))).await[&field]["id"].take()
}

/// A change of every kind, and what the log calls it.
fn changes() -> Vec<(&'static str, &'static str, Value, Vec<&'static str>)> {
    let cites = json!([{ "source": "other", "locator": "page 9", "note": "doubtful" }]);
    vec![
        (
            "organisation",
            "hub",
            json!({ "name": "Hub", "other_names": ["Moyeu"], "established_year": 1900, "address": { "text": "B", "country": "JP", "locality": "B" }, "issues": [], "partners": [], "cites": cites }),
            vec!["address", "citations", "establishedYear", "issues", "name", "otherNames", "partners"],
        ),
        (
            "issue",
            "hub",
            json!({ "description": "Words.", "other_names": [], "cites": cites }),
            vec!["citations", "description", "otherNames"],
        ),
        (
            "standard",
            "HUB 1",
            json!({ "title": null, "status": "WITHDRAWN", "languages": [], "publishers": ["o-1"], "committees": [], "issues": ["hub"], "relations": [], "subjects": [], "other_identifiers": ["H 1"] }),
            vec![
                "committees",
                "issues",
                "languages",
                "otherIdentifiers",
                "publishers",
                "relations",
                "status",
                "subjects",
                "title",
            ],
        ),
        ("committee", "hub", json!({ "name": null, "parent": "free", "owners": [] }), vec!["name", "owners", "parent"]),
        (
            "event",
            "hub",
            json!({ "country": "TR", "starts_at": null, "starts_on": "2024", "ends_at": null, "organisers": [], "issues": ["hub"] }),
            vec!["country", "endsAt", "issues", "organisers", "startsAt", "startsOn"],
        ),
        ("channel", "BLOG", json!({ "url": "https://example.org/blog", "cites": cites }), vec!["citations", "url"]),
        (
            "instrument",
            "hub",
            json!({ "kind": "CONVENTION", "custodians": [], "parties": [{ "country": "CH", "note": "another" }], "issues": [] }),
            vec!["custodians", "issues", "kind", "parties"],
        ),
        (
            "initiative",
            "hub",
            json!({ "started_year": 2001, "participants": [], "countries": [], "issues": [] }),
            vec!["countries", "issues", "participants", "startedYear"],
        ),
        (
            "resource",
            "hub",
            json!({ "acronym": "R", "availability": "RETIRED", "providers": ["hub"], "issues": [] }),
            vec!["acronym", "availability", "issues", "providers"],
        ),
    ]
}

async fn the_log_has_each_record_as_it_was_before(on: Backend) {
    let atlas = on.garden().await;
    let mut garden = tests::garden();
    let mut kept = Vec::new();
    for kind in kinds::RECORDS {
        kept.push((kind, id_of(&atlas, kind).await, document(&atlas, kind, hub(kind), None).await));
    }
    for (kind, slug, fields, _) in changes() {
        garden.change(kind, slug, fields);
    }
    atlas.set_clock(NOW + 1_000_000);
    atlas.load(&garden).await;
    let mut after = Vec::new();
    for ((kind, id, before), (_, slug, fields, changed)) in kept.into_iter().zip(changes()) {
        let entry = newest(&atlas, kind, &id).await;
        assert_eq!(
            (&entry["operation"], &entry["version"], &entry["record"]["id"]),
            (&json!("UPDATED"), &json!(6), &id)
        );
        assert_eq!(entry["changedFields"], json!(changed), "{slug} {fields}");
        assert_eq!(in_any_order(entry["before"].clone()), before, "{}", kind.name);
        after.push((kind, id, document(&atlas, kind, hub(kind), None).await));
    }
    // All of them go in one write, each of which leads to others of them.
    let gone: Vec<(&'static Kind, &str)> =
        kinds::RECORDS.iter().filter(|kind| **kind != &kinds::CHANNEL).map(|kind| (*kind, hub(kind))).collect();
    atlas.set_clock(NOW + 2_000_000);
    tests::delete(&atlas.app, &gone).await;
    for (kind, id, before) in after {
        let entry = newest(&atlas, kind, &id).await;
        assert_eq!(
            (&entry["operation"], &entry["version"], &entry["record"]),
            (&json!("DELETED"), &json!(7), &Value::Null)
        );
        assert_eq!(entry["changedFields"], json!([]));
        assert_eq!(in_any_order(entry["before"].clone()), before, "{}", kind.name);
        assert_eq!(document(&atlas, kind, hub(kind), Some(NOW + 1_999_999)).await, before, "{}", kind.name);
    }
}

/// Whatever a write does, what was before it is what the moment before it shows.
async fn what_was_before_is_what_the_moment_before_shows(on: Backend) {
    let atlas = on.empty().await;
    let mut gardener = Gardener::new(3);
    atlas.load(&Invented::new()).await;
    for number in 0..25 {
        gardener.go_on(&atlas, number, 3).await;
    }
    let mut compared = BTreeMap::<String, usize>::new();
    for entry in entries(&atlas, "", "operation kind before").await {
        if entry["before"].is_null() {
            assert_eq!(entry["operation"], "CREATED");
            continue;
        }
        let sequence = cursor::read_revision(&text(&entry["revision"])).expect("a revision");
        let at = atlas.number(&format!("SELECT at FROM change WHERE sequence = {sequence}")).await;
        let kind = kinds::by_code(&text(&entry["kind"])).expect("a kind");
        let mut before = in_any_order(entry["before"].clone());
        // The API shows neither volumes nor former slugs.
        for hidden in ["volume", "formerSlugs"] {
            before.as_object_mut().expect("a document").remove(hidden);
        }
        let then = document(&atlas, kind, &text(&before["slug"]), Some(at - 1)).await;
        assert_eq!(before, then, "{} before {}", kind.name, entry["revision"]);
        *compared.entry(text(&entry["operation"])).or_default() += 1;
    }
    assert!(compared["UPDATED"] > 30 && compared["DELETED"] > 2, "{compared:?}");
}

/// A write changes several records, whose entries follow each other; what was before is before them all.
async fn before_is_before_the_whole_write(on: Backend) {
    let atlas = on.garden().await;
    let standard = atlas.ask("{ standard(slug: \"abc-2\") { id } }").await["standard"]["id"].take();
    let before = document(&atlas, &kinds::STANDARD, "abc-2", None).await;
    assert_eq!(before["publishers"], json!(["hub", "o-0"]));
    // The publisher's entry stands before that of the standard which led to it.
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "o-0")]).await;
    let entry = newest(&atlas, &kinds::STANDARD, &standard).await;
    assert_eq!((&entry["operation"], &entry["changedFields"]), (&json!("UPDATED"), &json!(["publishers"])));
    assert_eq!(in_any_order(entry["before"].clone()), before);
}

async fn former_slugs_are_in_the_log(on: Backend) {
    let atlas = on.garden().await;
    let id = atlas.number("SELECT id FROM issue WHERE slug = 'leaf-1'").await;
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    let alias = Values::default().with(kinds::SLUG_ALIAS_KIND, "ISSUE").with(&kinds::SLUG, "leaf-1");
    let key = write.new_id();
    write.update(&kinds::ISSUE, id, 1, &Values::default().with(&kinds::SLUG, "leaf-one")).await.expect("a rename");
    write.insert_link((&kinds::ISSUE, id), &kinds::SLUG_ALIAS, key, &alias).await.expect("a former slug");
    write.save().await.expect("the write is saved");
    let answer = atlas
        .ask("{ issue(slug: \"leaf-1\") { slug history(last: 1) { nodes { changedFields before } } } }")
        .await["issue"]
        .take();
    let entry = &answer["history"]["nodes"][0];
    assert_eq!(
        (&answer["slug"], &entry["changedFields"], &entry["before"]["slug"]),
        (&json!("leaf-one"), &json!(["slug"]), &json!("leaf-1"))
    );
    let then = atlas
        .ask(&as_of(NOW, "{ now: issue(slug: \"leaf-one\") { slug } once: issue(slug: \"leaf-1\") { slug } }"))
        .await;
    assert_eq!(then["asOf"], json!({ "now": null, "once": { "slug": "leaf-1" } }));
}

// ---------------------------------------------------------------- many writers

/// One of many writers: 25 writes of one to three new issues.
async fn write_issues(app: Arc<App>, writer: usize) {
    for number in 0..25 {
        let mut write = Write::begin(&app, Editor::seed()).await.expect("a write begins");
        let mut drafts = Vec::new();
        for place in 0..=(number + writer) % 3 {
            let slug = format!("w-{writer}-{number}-{place}");
            let values = Values::default()
                .with(&kinds::SLUG, slug.as_str())
                .with(&kinds::NAME, slug.as_str())
                .with(&kinds::OTHER_NAMES, "[]");
            drafts.push(Draft { kind: &kinds::ISSUE, id: write.new_id(), is_new: true, values, links: Vec::new() });
        }
        put(&mut write, drafts).await.expect("issues can be put");
        write.save().await.expect("the write is saved");
    }
}

async fn a_reader_of_the_log_misses_nothing_whatever_is_written_meanwhile(on: Backend) {
    let atlas = on.garden().await;
    let start = text(&atlas.ask("{ atlas { revision } }").await["atlas"]["revision"]);
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        writers.spawn(write_issues(atlas.another().await, writer));
    }
    let (mut found, mut last) = (Vec::new(), start.clone());
    let mut is_over = false;
    loop {
        // What the writers did before they ended is read once more after it.
        let was_over = is_over;
        is_over = writers.is_empty();
        let page = atlas.ask(&format!("{{ changes(first: 7, after: \"{last}\") {{ nodes {{ revision record {{ slug }} }} pageInfo {{ endCursor }} }} }}")).await["changes"].take();
        last = page["pageInfo"]["endCursor"].as_str().map_or(last, str::to_owned);
        let read = nodes(&page);
        if read.is_empty() && was_over {
            break;
        }
        found.extend(read);
        while let Some(written) = writers.try_join_next() {
            written.expect("the writer ends");
        }
        tokio::task::yield_now().await;
    }
    let expected = logged(&atlas, &format!("sequence > {}", start.trim_start_matches('0'))).await;
    assert_eq!(revisions(&found), expected, "nothing is missed, nothing comes twice, and all in the order of the log");
    for writer in 0..4 {
        let of_writer = |entry: &&Value| text(&entry["record"]["slug"]).starts_with(&format!("w-{writer}-"));
        let slugs: Vec<String> = found.iter().filter(of_writer).map(|entry| text(&entry["record"]["slug"])).collect();
        let written = (0..25)
            .flat_map(|number| (0..=(number + writer) % 3).map(move |place| format!("w-{writer}-{number}-{place}")));
        assert_eq!(slugs, written.collect::<Vec<_>>(), "each writer's in the order in which it wrote");
    }
}

both!(
    the_atlas_as_of_a_moment_is_what_it_was_then,
    the_atlas_of_another_gardener_too,
    before_the_first_change_everything_is_empty,
    the_future_is_refused,
    what_the_log_has_reached_is_over,
    a_page_goes_on_at_its_moment_whatever_is_written,
    a_cursor_of_another_moment_is_refused,
    ids_of_a_moment_find_what_was_there_then,
    the_log_is_listed_in_its_order,
    what_came_later_is_listed_after_the_revision,
    the_history_of_a_record_is_its_part_of_the_log,
    a_cursor_that_is_no_revision_is_refused,
    the_log_has_each_record_as_it_was_before,
    what_was_before_is_what_the_moment_before_shows,
    before_is_before_the_whole_write,
    former_slugs_are_in_the_log,
    a_reader_of_the_log_misses_nothing_whatever_is_written_meanwhile,
);
