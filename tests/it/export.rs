//! What leaves the atlas: whole, of one state whoever writes meanwhile, and so that a copy made of it answers equally.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use api::auth::Editor;
use api::export::{self, Format, Order, Question};
use api::graph::cursor::revision_text;
use api::graph::moment::date_time_text;
use api::graph::{Kind, kinds};
use api::http::router;
use api::import::Report;
use api::store::{Draft, LinkRows, Values, Write, put};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::{Atlas, Backend, Gardener, Import, Imported, Invented, NOW, Schema, both, timeless};
use tower::ServiceExt as _;

const PATIENCE: Duration = Duration::from_mins(1);

/// Imports lines, all of which can be kept.
async fn take_in(atlas: &Atlas, lines: &str) -> Report {
    let done = Import::of_files().file("atlas.jsonl", lines).run(atlas).await;
    assert_eq!(done.rejects, []);
    done.report
}

/// Imports lines, and compares what comes of it with what a dry run said of them.
async fn take_in_as_foretold(atlas: &Atlas, lines: &str) -> Imported {
    let import = Import::of_files().file("atlas.jsonl", lines).dry_run();
    let foretold = import.run(atlas).await;
    let done = Import::of_files().file("atlas.jsonl", lines).run(atlas).await;
    assert_eq!(foretold.counts(), done.counts());
    assert_eq!(foretold.report.conflicts, done.report.conflicts);
    assert_eq!(foretold.rejects, done.rejects);
    done
}

/// What changed behind a revision.
async fn changes_since(atlas: &Atlas, revision: &str) -> String {
    let order = order(atlas, "all", Question { since: Some(revision), ..Question::default() }).await;
    taken(atlas, order).await
}

/// Makes records, or changes those that are there, by their tables and names.
async fn write(atlas: &Atlas, editor: Editor, drafts: Vec<(&'static Kind, i64, Values)>) {
    let mut write = Write::begin(&atlas.app, editor).await.expect("a write");
    for (kind, id, values) in drafts {
        let (id, is_new) = if id == 0 { (write.new_id(), true) } else { (id, false) };
        put(&mut write, vec![Draft { kind, id, is_new, values, links: Vec::new() }]).await.expect("it is put");
    }
    write.save().await.expect("it is saved");
}

/// What an order gives, as text.
async fn taken(atlas: &Atlas, order: Order) -> String {
    let mut from = export::stream(Arc::clone(&atlas.app), order, PATIENCE);
    let mut all = Vec::new();
    while let Some(bytes) = from.next().await {
        all.extend_from_slice(&bytes.expect("bytes"));
    }
    String::from_utf8(all).expect("a text")
}

async fn order(atlas: &Atlas, kinds: &str, question: Question<'_>) -> Order {
    let kinds = export::kinds_named(kinds).expect("a kind");
    export::order(&atlas.app, kinds, Format::Jsonl, question, "http://atlas.example".to_owned())
        .await
        .expect("an order")
}

/// All records in the newest state, and the revision.
async fn whole(atlas: &Atlas) -> (String, String) {
    let order = order(atlas, "all", Question::default()).await;
    let revision = revision_text(order.state.sequence);
    (taken(atlas, order).await, revision)
}

/// Every list of the schema, in both directions, with all that its records show; without what each atlas has of its own:
/// cursors, the keys of links, and the log.
async fn answers(atlas: &Atlas) -> BTreeMap<String, Value> {
    let schema = Schema::of(atlas).await;
    let mut answers = BTreeMap::new();
    for list in schema.lists_of_the_present().iter().filter(|list| list.is_root() && !list.is_log()) {
        let everything =
            format!("totalCount nodes {{ {} }}", schema.everything_of(list.connection.trim_end_matches("Connection")));
        for arguments in ["first: 100", "last: 7"] {
            let answer = atlas.ask(&list.document(arguments, &everything)).await;
            answers.insert(format!("{} {arguments}", list.name()), without_keys_of_links(&timeless(&answer)));
        }
    }
    assert!(answers.len() > 15, "{answers:?}");
    answers
}

fn without_keys_of_links(answer: &Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let is_link = |text: &str| text.starts_with("Citation ") || text.starts_with("OrganisationIssue ");
            let kept = fields.iter().filter(|(name, value)| *name != "history" && !value.as_str().is_some_and(is_link));
            Value::Object(kept.map(|(name, value)| (name.clone(), without_keys_of_links(value))).collect())
        }
        Value::Array(values) => values.iter().map(without_keys_of_links).collect(),
        other => other.clone(),
    }
}

fn without_citations(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "citations");
            Value::Object(kept.map(|(name, value)| (name.clone(), without_citations(value))).collect())
        }
        Value::Array(values) => values.iter().map(without_citations).collect(),
        other => other.clone(),
    }
}

/// Where two answers first differ, and how; nothing where they are equal.
fn difference(found: &Value, expected: &Value) -> Option<String> {
    let inside =
        |name: String, found: &Value, expected: &Value| Some(format!("{name}.{}", difference(found, expected)?));
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) if found.keys().eq(expected.keys()) => found
            .iter()
            .zip(expected.values())
            .find_map(|((name, found), expected)| inside(name.clone(), found, expected)),
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.find_map(|(place, (found, expected))| inside(place.to_string(), found, expected))
        }
        _ => (found != expected).then(|| format!(": {found} instead of {expected}")),
    }
}

/// Documents, without former names of sources, which only their own log knows.
fn lines(text: &str) -> Vec<Value> {
    let document = |line| {
        let mut document: Value = serde_json::from_str(line).expect("a document");
        document.as_object_mut().expect("an object").remove("formerNames");
        document
    };
    text.lines().map(document).collect()
}

/// An atlas that was worked on: records were renamed, changed and deleted.
async fn worked_on(on: Backend, gardener: &mut Gardener) -> Atlas {
    let atlas = on.empty().await;
    atlas.load(&Invented::new()).await;
    gardener.plant(&atlas.app, 5).await;
    for number in 0..25 {
        atlas.set_clock(NOW + (number + 1) * 1_000_000);
        gardener.work(&atlas.app).await;
    }
    atlas
}

async fn a_copy_answers_as_the_original_does(on: Backend) {
    let other = if on == Backend::Sqlite { Backend::Postgres } else { Backend::Sqlite };
    for (atlas, copy) in
        [(on.seeded().await, on.empty().await), (worked_on(on, &mut Gardener::new(11)).await, other.empty().await)]
    {
        let (all, _) = whole(&atlas).await;
        let expected = answers(&atlas).await;
        let report = take_in(&copy, &all).await;
        assert_eq!(report.total.created, all.lines().count() as u64, "{:?}", report.total);
        assert_eq!(lines(&whole(&copy).await.0), lines(&all));
        let found = answers(&copy).await;
        for (list, answer) in &expected {
            assert_eq!(difference(&found[list], answer), None, "{list}");
        }
        let again = take_in(&copy, &all).await;
        assert_eq!(again.total.unchanged, again.total.read, "{:?}", again.total);
    }
}

async fn what_changed_makes_the_older_copy_the_newer(on: Backend) {
    let mut gardener = Gardener::new(5);
    let atlas = worked_on(on, &mut gardener).await;
    let [copy, late] = [on.empty().await, on.empty().await];
    let (all, mut revision) = whole(&atlas).await;
    take_in(&copy, &all).await;
    take_in(&late, &all).await;
    let mut together = String::new();
    let mut gone = 0;
    for round in 0..8 {
        for number in 0..6 {
            atlas.set_clock(NOW + (100 + round * 10 + number) * 1_000_000);
            gardener.work(&atlas.app).await;
        }
        if round % 2 == 1 {
            atlas.set_clock(NOW + (109 + round * 10) * 1_000_000);
            gardener.replace(&atlas.app).await;
        }
        let order = order(&atlas, "all", Question { since: Some(&revision), ..Question::default() }).await;
        let next = revision_text(order.state.sequence);
        let changes = taken(&atlas, order).await;
        // What a reader of the log would have seen, each record once.
        let read = atlas
            .ask(&format!(
                "{{ changes(first: 100, after: \"{revision}\") {{ nodes {{ recordId }} pageInfo {{ hasNextPage }} }} }}"
            ))
            .await;
        assert_eq!(read["changes"]["pageInfo"]["hasNextPage"], false);
        let ids =
            |list: &[Value], name: &str| list.iter().map(|entry| entry[name].to_string()).collect::<BTreeSet<_>>();
        // Of sources and countries the API tells no changes.
        let told: Vec<Value> = lines(&changes)
            .into_iter()
            .filter(|line| line["recordKind"] != "SOURCE" && line["recordKind"] != "COUNTRY")
            .collect();
        let seen = read["changes"]["nodes"].as_array().cloned().unwrap_or_default();
        assert_eq!(ids(&told, "id"), ids(&seen, "recordId"));
        assert_eq!(ids(&told, "id").len(), told.len());
        gone += told.iter().filter(|line| line["deleted"] == true).count();
        assert_eq!(take_in_as_foretold(&copy, &changes).await.rejects, []);
        let (expected, found) = (lines(&whole(&atlas).await.0), lines(&whole(&copy).await.0));
        let names = |lines: &[Value]| {
            lines
                .iter()
                .map(|line| format!("{} {} {}", line["recordKind"], line["id"], line["name"]))
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(names(&found).symmetric_difference(&names(&expected)).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!(difference(&json!(found), &json!(expected)), None);
        revision = next;
        together += &changes;
    }
    // All of them at once, too, but for sources whose names passed on meanwhile: each is cited by its name of then.
    take_in(&late, &together).await;
    let [found, expected] =
        [whole(&late).await.0, whole(&atlas).await.0].map(|all| without_citations(&json!(lines(&all))));
    assert_eq!(difference(&found, &expected), None);
    assert!(gone > 2, "{gone} were deleted");
    assert!(gardener.done["link moved"] > 2, "{:?}", gardener.done);
    assert_eq!(difference(&json!(answers(&copy).await), &json!(answers(&atlas).await)), None);
}

/// What passes a filter since a record changed that it leads to comes, and what does not any more goes.
async fn a_filter_on_linked_records_is_followed(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    for slug in ["comes", "goes", "stays"] {
        records.add("issue", json!({ "slug": slug, "name": slug }));
    }
    // More than are read at once, most of which pass all the time.
    for number in 0..1_100 {
        let issues = match number {
            3 => vec!["comes"],
            600 | 1_099 => vec!["goes"],
            700 => vec!["comes", "goes"],
            900 => vec![],
            _ => vec!["stays"],
        };
        let issues: Vec<Value> = issues.iter().map(|issue| json!({ "issue": issue })).collect();
        let slug = format!("o-{number:04}");
        records.add("organisation", json!({ "slug": slug, "name": slug, "issues": issues }));
    }
    atlas.load(&records).await;
    let rename = async |slug: &str, name: &str| {
        let id = atlas.number(&format!("SELECT id FROM issue WHERE slug = '{slug}'")).await;
        let values = Values::default().with(kinds::ISSUE.column("name").expect("a column"), name);
        write(&atlas, Editor::seed(), vec![(&kinds::ISSUE, id, values)]).await;
    };
    rename("goes", "YES").await;
    rename("stays", "YES").await;
    let filter = r#"{"issue":{"name":{"eq":"YES"}}}"#;
    let exported = async |since: Option<&str>| {
        let question = Question { filter: Some(filter), since, ..Question::default() };
        let order = order(&atlas, "organisations", question).await;
        (revision_text(order.state.sequence), taken(&atlas, order).await)
    };
    let (revision, before) = exported(None).await;
    let mut kept: BTreeSet<String> = lines(&before).iter().map(|line| line["slug"].to_string()).collect();
    assert_eq!(kept.len(), 1_098);
    rename("goes", "NO").await;
    rename("comes", "YES").await;
    // One that changes itself comes once.
    let values = Values::default().with(kinds::ORGANISATION.column("summary").expect("a column"), "New");
    let id = atlas.number("SELECT id FROM organisation WHERE slug = 'o-1099'").await;
    write(&atlas, Editor::seed(), vec![(&kinds::ORGANISATION, id, values)]).await;
    let changes = lines(&exported(Some(&revision)).await.1);
    let told: Vec<(&str, bool)> =
        changes.iter().map(|line| (line["slug"].as_str().unwrap_or_default(), line["deleted"] == true)).collect();
    assert_eq!(told, [("o-1099", true), ("o-0003", false), ("o-0600", true)]);
    for line in &changes {
        let slug = line["slug"].to_string();
        _ = if line["deleted"] == true { kept.remove(&slug) } else { kept.insert(slug) };
    }
    assert_eq!(kept, lines(&exported(None).await.1).iter().map(|line| line["slug"].to_string()).collect());
}

/// A copy of what passes a filter is not told of what never did, which it may have by another.
async fn what_never_passed_a_filter_is_not_told(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    for slug in ["in", "out", "in-gone", "out-gone", "leaves"] {
        records
            .add("organisation", json!({ "slug": slug, "name": if slug.starts_with("out") { "NO" } else { "YES" } }));
    }
    atlas.load(&records).await;
    let (_, revision) = whole(&atlas).await;
    let change = async |slug: &str, column: &str, value: &str| {
        let id = atlas.number(&format!("SELECT id FROM organisation WHERE slug = '{slug}'")).await;
        let values = Values::default().with(kinds::ORGANISATION.column(column).expect("a column"), value);
        write(&atlas, Editor::seed(), vec![(&kinds::ORGANISATION, id, values)]).await;
    };
    for slug in ["in", "out", "in-gone", "out-gone"] {
        change(slug, "summary", "New").await;
    }
    change("leaves", "name", "NO").await;
    let gone = ["in-gone", "out-gone"].map(|slug| (&kinds::ORGANISATION, slug));
    tests::delete(&atlas.app, &gone).await;
    // It came and went meanwhile.
    let mut records = Invented::new();
    records.add("organisation", json!({ "slug": "brief", "name": "YES" }));
    atlas.load(&records).await;
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "brief")]).await;
    let filter = Some(r#"{"name":{"eq":"YES"}}"#);
    let question = Question { filter, since: Some(&revision), ..Question::default() };
    let changes = lines(&taken(&atlas, order(&atlas, "organisations", question).await).await);
    let told: BTreeSet<(&str, bool)> =
        changes.iter().map(|line| (line["slug"].as_str().unwrap_or_default(), line["deleted"] == true)).collect();
    assert_eq!(told, BTreeSet::from([("in", false), ("in-gone", true), ("leaves", true)]));
    assert_eq!(changes.len(), 3);
    // Without a filter, all are told of.
    assert_eq!(changes_since(&atlas, &revision).await.lines().filter(|line| line.contains("ORGANISATION")).count(), 6);
}

/// Not all records are looked through where nobody else makes one pass the filter, nor where nothing has changed.
async fn a_delta_looks_through_all_records_only_where_it_must(on: Backend) {
    let mut atlas = on.empty().await;
    let noted = atlas.note_statements();
    atlas.load(&partners(&[("a", &[]), ("b", &["a"])])).await;
    let (_, before) = whole(&atlas).await;
    atlas.load(&partners(&[("b", &[])])).await;
    let (_, newest) = whole(&atlas).await;
    let own = r#"{"name":{"eq":"a"}}"#;
    let linked = r#"{"not":{"issue":{"name":{"eq":"YES"}}}}"#;
    for (filter, since, are_looked_through) in
        [(own, &before, false), (linked, &newest, false), (linked, &before, true)]
    {
        let question = Question { filter: Some(filter), since: Some(since), ..Question::default() };
        let order = order(&atlas, "organisations", question).await;
        noted.lock().expect("no callback has failed").clear();
        taken(&atlas, order).await;
        let noted = noted.lock().expect("no callback has failed").clone();
        let is_page = |sql: &String| sql.contains("organisation") && sql.contains("LIMIT");
        assert_eq!(noted.keys().any(is_page), are_looked_through, "{:?}", noted.keys());
    }
}

/// What leaves a filter and passes it again comes back to a copy, as the same record.
async fn what_comes_back_to_a_filter_comes_back_to_a_copy(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    records.add("issue", json!({ "slug": "i", "name": "i" }));
    for slug in ["leaves", "moves", "stays"] {
        let issues = if slug == "moves" { json!([{ "issue": "i" }]) } else { json!([]) };
        records.add("organisation", json!({ "slug": slug, "name": "YES", "issues": issues }));
    }
    atlas.load(&records).await;
    let copy = on.empty().await;
    for kind in ["sources", "issues"] {
        take_in(&copy, &taken(&atlas, order(&atlas, kind, Question::default()).await).await).await;
    }
    let filter = r#"{"or":[{"name":{"eq":"YES"}},{"issue":{"name":{"eq":"YES"}}}]}"#;
    let exported = async |since: Option<&str>| {
        let order =
            order(&atlas, "organisations", Question { filter: Some(filter), since, ..Question::default() }).await;
        (taken(&atlas, order.clone()).await, revision_text(order.state.sequence))
    };
    let rename = async |kind: &'static Kind, slug: &str, name: &str| {
        let id = atlas.number(&format!("SELECT id FROM {} WHERE slug = '{slug}'", kind.table)).await;
        let values = Values::default().with(kind.column("name").expect("a column"), name);
        write(&atlas, Editor::seed(), vec![(kind, id, values)]).await;
    };
    rename(&kinds::ISSUE, "i", "YES").await;
    let (all, start) = exported(None).await;
    take_in(&copy, &all).await;
    rename(&kinds::ORGANISATION, "moves", "NO").await;
    let (changes, mut revision) = exported(Some(&start)).await;
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [0, 1, 0, 0, 0, 0]);
    let ids = "SELECT CAST(id AS TEXT) FROM organisation ORDER BY id";
    let before = copy.texts(ids).await;
    for (name, expected) in [("NO", [0, 2, 0, 0, 0, 0]), ("YES", [2, 0, 0, 0, 0, 0])] {
        copy.set_clock(NOW + 1_000_000);
        rename(&kinds::ORGANISATION, "leaves", name).await;
        rename(&kinds::ISSUE, "i", name).await;
        let (changes, next) = exported(Some(&revision)).await;
        let done = take_in_as_foretold(&copy, &changes).await;
        assert_eq!(done.counts(), expected);
        revision = next;
    }
    let now = taken(&copy, order(&copy, "organisations", Question::default()).await).await;
    let sorted = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(sorted(&now), sorted(&exported(None).await.0));
    assert_eq!(copy.texts(ids).await, before);
    // Its past has what it was, that it was gone and that it came back.
    let log = "SELECT operation FROM change JOIN organisation ON record_id = organisation.id WHERE slug = 'leaves' ORDER BY sequence";
    assert_eq!(copy.texts(log).await, ["CREATED", "DELETED", "CREATED"]);
    let gone = copy.number("SELECT at FROM change WHERE operation = 'DELETED' ORDER BY sequence LIMIT 1").await;
    let question = "{ organisation(slug: \"leaves\") { version } }";
    for (at, version) in [(gone - 1, json!(1)), (gone, Value::Null)] {
        let found = copy.ask(&format!("{{ asOf(at: \"{}\") {question} }}", date_time_text(at))).await;
        assert_eq!(found["asOf"]["organisation"]["version"], version);
    }
    assert_eq!(copy.ask(question).await["organisation"]["version"], 3);
    // What was earlier than that it does not bring back.
    rename(&kinds::ORGANISATION, "leaves", "NO").await;
    take_in(&copy, &exported(Some(&revision)).await.0).await;
    assert_eq!(take_in_as_foretold(&copy, &all).await.counts()[2], 3);
    assert_eq!(copy.number("SELECT count(*) FROM organisation").await, 2);
}

async fn writers_do_not_change_what_leaves(on: Backend) {
    let mut gardener = Gardener::new(3);
    let atlas = worked_on(on, &mut gardener).await;
    let order = order(&atlas, "all", Question::default()).await;
    let state = order.state;
    let mut from = export::stream(Arc::clone(&atlas.app), order.clone(), PATIENCE);
    let mut all = Vec::new();
    while let Some(bytes) = from.next().await {
        all.extend_from_slice(&bytes.expect("bytes"));
        atlas.set_clock(NOW + 1_000_000_000);
        gardener.work(&atlas.app).await;
    }
    assert!(export::newest(&atlas.app).await.expect("a state").sequence > state.sequence);
    // The same state, read when all of that is past.
    assert_eq!(String::from_utf8(all).expect("a text"), taken(&atlas, order).await);
}

/// Who waits too long is told that what came is not all.
async fn an_export_that_is_given_up_ends_in_an_error(on: Backend) {
    let atlas = on.seeded().await;
    let order = order(&atlas, "all", Question::default()).await;
    let mut from = export::stream(Arc::clone(&atlas.app), order, Duration::from_millis(1));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut last = None;
    while let Some(bytes) = from.next().await {
        last = Some(bytes.is_ok());
    }
    assert_eq!(last, Some(false));
}

async fn an_address_says_what_it_has(on: Backend) {
    let atlas = on.seeded().await;
    let reply = atlas.get("/export/issues.jsonl", &[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/jsonl; charset=utf-8"));
    let issues = lines(&reply.text);
    assert!(issues.len() > 10 && issues.iter().all(|issue| issue["recordKind"] == "ISSUE"));
    assert!(reply.text.starts_with("{\"recordKind\":\"ISSUE\",\"id\":\""), "{}", &reply.text[..80]);
    let etag = reply.header("etag").to_owned();
    let revision = reply.header("atlas-revision").to_owned();
    assert_eq!(json!(revision), atlas.ask("{ atlas { revision } }").await["atlas"]["revision"]);
    let known = atlas.get("/export/issues.jsonl", &[("if-none-match", &etag)]).await;
    assert_eq!((known.status.as_u16(), known.text.as_str(), known.header("etag")), (304, "", etag.as_str()));
    assert_ne!(atlas.get("/export/issues.csv", &[]).await.header("etag"), etag);

    let filter =
        |filter: &str| format!("/export/standards.jsonl?filter={}", filter.replace('"', "%22").replace(' ', "%20"));
    let some = atlas.get(&filter(r#"{"publisher":{"slug":{"eq":"iso"}}}"#), &[]).await;
    let count = atlas.ask("{ standards(filter: { publisher: { slug: { eq: \"iso\" } } }) { totalCount } }").await;
    assert_eq!(json!(lines(&some.text).len()), count["standards"]["totalCount"]);
    let found = atlas.get(&filter(r#"{"text":"blockchain"}"#), &[]).await;
    let count = atlas.ask("{ standards(filter: { text: \"blockchain\" }) { totalCount } }").await;
    assert_eq!(json!(lines(&found.text).len()), count["standards"]["totalCount"]);
    assert!(!found.text.is_empty());

    atlas.set_clock(NOW + 1_000_000);
    let before = date_time_text(NOW - 1);
    assert_eq!(atlas.get(&format!("/export/all.jsonl?asOf={before}"), &[]).await.text, "");
    assert_eq!(atlas.get(&format!("/export/all.jsonl?since={revision}"), &[]).await.text, "");

    for (address, status, words) in [
        ("/export/planets.jsonl", 404, "there is no kind \"planets\", but sources, countries"),
        ("/export/issues.xml", 404, "there is no format \"xml\", but jsonl"),
        ("/export/issues", 404, "names no format"),
        ("/export/all.csv", 400, "CSV holds records of one kind"),
        ("/export/all.jsonl?filter={}", 400, "a filter is for one kind"),
        ("/export/sources.jsonl?filter={}", 400, "sources have no filter"),
        ("/export/issues.jsonl?filter={", 400, "`filter` is no JSON"),
        ("/export/issues.jsonl?filter={%22nmae%22:1}", 400, "nmae"),
        ("/export/standards.jsonl?filter={%22status%22:[%22NEW%22]}", 400, "NEW"),
        ("/export/issues.jsonl?since=12", 400, "`since` is not a revision"),
        ("/export/issues.jsonl?since=0000000099999999", 400, "later than the state"),
        ("/export/issues.jsonl?asOf=May", 400, "not a moment"),
        ("/export/issues.jsonl?asOf=2999-01-01T00:00:00Z", 400, "in the future"),
        ("/export/issues.jsonl?until=1", 400, "until"),
        ("/export/issues.jsonl?filter={%22text%22:%22a%22}&since=0000000000000001", 400, "searches the present only"),
    ] {
        let reply = atlas.get(&address.replace('{', "%7B").replace('}', "%7D"), &[]).await;
        assert!(
            reply.status.as_u16() == status && reply.text.contains(words),
            "{address}: {} {}",
            reply.status,
            reply.text
        );
    }
}

async fn exports_beyond_the_bound_are_refused_until_one_ends(on: Backend) {
    let atlas = on.seeded().await;
    let service = router(Arc::clone(&atlas.app));
    let get = async || {
        let request = Request::get("/export/all.jsonl").body(Body::empty()).expect("a request");
        let Ok(answer) = service.clone().oneshot(request).await;
        answer
    };
    let mut open = Vec::new();
    for _ in 0..atlas.app.config.max_exports {
        open.push(get().await);
    }
    assert!(open.iter().all(|answer| answer.status() == 200));
    let refused = get().await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &HeaderValue::from_static("30")));
    let reason = to_bytes(refused.into_body(), usize::MAX).await.expect("a reason");
    assert!(reason.starts_with(b"8 exports are under way"), "{reason:?}");
    // Those that are open are whole, and make room when they end or nobody wants them any more.
    let whole = to_bytes(open.remove(0).into_body(), usize::MAX).await.expect("the body arrives");
    assert_eq!(String::from_utf8_lossy(&whole).lines().count(), records(&atlas).await);
    let again = get().await;
    assert_eq!(again.status(), 200);
    assert_eq!(get().await.status(), 503);
    drop(open.pop());
    assert_eq!(get().await.status(), 200);
}

/// How many records leave.
async fn records(atlas: &Atlas) -> usize {
    let mut count = 0;
    for kind in kinds::NODES {
        count += atlas.number(&format!("SELECT count(*) FROM {}", kind.table)).await;
    }
    usize::try_from(count).unwrap_or_default()
}

async fn what_leaves_compressed_is_whole(on: Backend) {
    let atlas = on.seeded().await;
    let plain = atlas.get("/export/all.jsonl", &[]).await.text;
    for encoding in ["gzip", "zstd"] {
        let request = Request::get("/export/all.jsonl").header("accept-encoding", encoding);
        let request = request.body(Body::empty()).expect("a request");
        let Ok(answer) = router(Arc::clone(&atlas.app)).oneshot(request).await;
        assert_eq!(answer.headers()["content-encoding"], encoding);
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("the body arrives");
        assert!(bytes.len() < plain.len() / 2);
        if encoding == "gzip" {
            let mut text = String::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("a whole text");
            assert_eq!(text, plain);
        }
    }
}

async fn tables_have_a_line_for_each_record(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    records.add(
        "issue",
        json!({ "slug": "sums", "name": "=SUM(A1)", "description": "one, \"two\"\nthree", "other_names": ["a", "b"] }),
    );
    atlas.load(&records).await;
    let reply = atlas.get("/export/issues.csv", &[]).await;
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8; header=present");
    let mut table = csv::Reader::from_reader(reply.text.as_bytes());
    let names = table.headers().expect("a header").clone();
    let rows: Vec<BTreeMap<String, String>> = table
        .records()
        .map(|row| names.iter().map(str::to_owned).zip(row.expect("a row").iter().map(str::to_owned)).collect())
        .collect();
    let row = rows.iter().find(|row| row["slug"] == "sums").expect("the issue");
    // An apostrophe keeps a spreadsheet from calculating.
    assert_eq!((row["name"].as_str(), row["description"].as_str()), ("'=SUM(A1)", "one, \"two\"\nthree"));
    assert_eq!(row["otherNames"], "a; b");
    assert!(reply.text.contains("\r\n") && !reply.text.starts_with('\u{feff}'));
}

/// Lines that are not as `docs/export.schema.json` says.
fn wrong_lines(text: &str) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&export::schema()).expect("a schema");
    let wrong = |line: &str| {
        let document: Value = serde_json::from_str(line).expect("a document");
        let error = validator.validate(&document).err().map(|error| error.to_string());
        error.map(|error| format!("{error}: {line}"))
    };
    text.lines().filter_map(wrong).collect()
}

async fn each_line_is_as_the_schema_says(on: Backend) {
    let mut gardener = Gardener::new(7);
    let atlas = worked_on(on, &mut gardener).await;
    let (all, revision) = whole(&atlas).await;
    assert_eq!(wrong_lines(&all), Vec::<String>::new());
    atlas.set_clock(NOW + 1_000_000_000);
    for _ in 0..12 {
        gardener.work(&atlas.app).await;
    }
    let changes = changes_since(&atlas, &revision).await;
    assert!(changes.contains("\"deleted\":true"));
    assert_eq!(wrong_lines(&changes), Vec::<String>::new());
    assert_eq!(wrong_lines(&whole(&on.seeded().await).await.0), Vec::<String>::new());
    for wrong in
        ["{}", "{\"recordKind\":\"ISSUE\"}", "{\"recordKind\":\"ISSUE\",\"id\":\"a\",\"slug\":\"a\",\"deleted\":false}"]
    {
        assert_eq!(wrong_lines(wrong).len(), 1, "{wrong}");
    }
}

#[test]
fn the_schema_of_lines_is_in_the_project() {
    let file = include_str!("../../docs/export.schema.json");
    let wanted = format!("{:#}\n", export::schema());
    assert!(file == wanted, "write GET /export/schema.json, indented, into docs/export.schema.json");
}

/// What curators changed in a copy stays, and is told; all else follows the original.
async fn a_copy_that_was_edited_follows_but_for_that(on: Backend) {
    let line = |fields: Value| {
        let id = "T3JnYW5pc2F0aW9uOjkwMDE";
        let mut whole = json!({ "recordKind": "ORGANISATION", "id": id, "slug": "iwo", "name": "Widgets", "createdAt": "2026-01-01T00:00:00.000000Z", "version": 1 });
        whole.as_object_mut().expect("an object").extend(fields.as_object().cloned().unwrap_or_default());
        whole.to_string()
    };
    let copy = on.empty().await;
    take_in(&copy, &line(json!({ "website": "https://widget.example", "summary": "Old" }))).await;
    let id = copy.number("SELECT id FROM organisation WHERE slug = 'iwo'").await;
    assert_eq!(id, 9001);
    for (second, name) in [(1, "Widget makers"), (2, "Makers of widgets")] {
        copy.set_clock(NOW + second * 1_000_000);
        let mut write = Write::begin(&copy.app, Editor::named("curator")).await.expect("a write");
        let values = Values::default().with(kinds::ORGANISATION.column("name").expect("a column"), name);
        put(&mut write, vec![Draft { kind: &kinds::ORGANISATION, id, is_new: false, values, links: Vec::new() }])
            .await
            .expect("it is put");
        write.save().await.expect("it is saved");
    }
    let report =
        take_in(&copy, &line(json!({ "version": 2, "name": "Widgets and more", "summary": "New", "website": null })))
            .await;
    let fields: Vec<&str> = report.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    assert_eq!(fields, ["name"]);
    let found = copy.ask("{ organisation(slug: \"iwo\") { name summary website version } }").await;
    let expected = json!({ "name": "Makers of widgets", "summary": "New", "website": null, "version": 4 });
    assert_eq!(found["organisation"], expected);
}

/// Records that lead to each other go together.
async fn records_that_lead_to_each_other_go_together(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    for (slug, partner) in [("one", "two"), ("two", "one")] {
        records.add(
            "organisation",
            json!({ "slug": slug, "name": slug, "partners": [{ "organisation": partner, "role": "PARTNER" }] }),
        );
    }
    atlas.load(&records).await;
    let (all, revision) = whole(&atlas).await;
    let copy = on.empty().await;
    take_in(&copy, &all).await;
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "one"), (&kinds::ORGANISATION, "two")]).await;
    let changes = changes_since(&atlas, &revision).await;
    assert_eq!(changes.matches("\"deleted\":true").count(), 2);
    let report = take_in(&copy, &changes).await;
    assert_eq!((report.total.read, report.total.updated), (2, 2));
    assert_eq!(lines(&whole(&copy).await.0), lines(&whole(&atlas).await.0));
}

/// Organisations, each with the partners named.
fn partners(of: &[(&str, &[&str])]) -> Invented {
    let mut records = Invented::new();
    for (slug, partners) in of {
        let partners: Vec<Value> =
            partners.iter().map(|partner| json!({ "organisation": partner, "role": "PARTNER" })).collect();
        records.add("organisation", json!({ "slug": slug, "name": slug, "partners": partners }));
    }
    records
}

/// A new record has the slug of one that is gone, and those that led there lead to it.
async fn a_slug_that_passes_to_another_record_is_followed(on: Backend) {
    let atlas = on.empty().await;
    atlas.load(&partners(&[("a", &["b"]), ("b", &["a"]), ("c", &["a"])])).await;
    let (all, revision) = whole(&atlas).await;
    let [copy, other] = [on.empty().await, on.empty().await];
    take_in(&copy, &all).await;
    take_in(&other, &all).await;
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "a")]).await;
    atlas.load(&partners(&[("a", &["c"]), ("b", &["a"]), ("c", &["a"])])).await;
    let changes = changes_since(&atlas, &revision).await;
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [1, 3, 0, 0, 0, 0]);
    assert_eq!(whole(&copy).await.0, whole(&atlas).await.0);
    let log = "SELECT operation FROM change WHERE kind = 'ORGANISATION' ORDER BY sequence";
    assert_eq!(copy.texts(log).await.iter().filter(|operation| *operation == "DELETED").count(), 1);

    // Where a record of the copy's own leads to the one that is to go, it stays as it is.
    let own = json!({ "recordKind": "ORGANISATION", "slug": "own", "name": "own", "partners": [{ "organisation": "a", "role": "PARTNER" }] });
    other.set_clock(NOW + 1_000_000);
    take_in(&other, &own.to_string()).await;
    let id = other.number("SELECT id FROM organisation WHERE slug = 'a'").await;
    let rejects = take_in_as_foretold(&other, &changes).await.rejects;
    let reasons: Vec<&str> = rejects.iter().map(|reject| reject.reason.as_str()).collect();
    assert_eq!(rejects.len(), 4, "{reasons:?}");
    assert!(
        reasons.iter().any(|reason| reason.contains("other records lead to the organisation \"a\"")),
        "{reasons:?}"
    );
    assert_eq!(other.number("SELECT id FROM organisation WHERE slug = 'a'").await, id);
}

/// Makes an organisation cite this source alone.
async fn cite(atlas: &Atlas, slug: &str, source: &str) {
    let id = atlas.number(&format!("SELECT id FROM organisation WHERE slug = '{slug}'")).await;
    let source = atlas.number(&format!("SELECT id FROM source WHERE name = '{source}'")).await;
    let row = Values::default().with(&kinds::SOURCE_ID, source).with(&kinds::POSITION, 1);
    let links = vec![LinkRows::exactly(&kinds::CITATION, vec![row.into()])];
    let draft = Draft { kind: &kinds::ORGANISATION, id, is_new: false, values: Values::default(), links };
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write");
    put(&mut write, vec![draft]).await.expect("it is put");
    write.save().await.expect("it is saved");
}

/// A source is renamed, another has its name, and the first changes again.
async fn a_name_that_passes_to_another_source_is_followed(on: Backend) {
    let atlas = on.empty().await;
    atlas.load(&partners(&[("a", &[]), ("b", &[]), ("c", &[])])).await;
    let named = |name: &str| Values::default().with(&kinds::NAME, name);
    let url = |text: &str| Values::default().with(kinds::SOURCE.column("url").expect("a column"), text);
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, 0, named("Register"))]).await;
    let (all, revision) = whole(&atlas).await;
    let copy = on.empty().await;
    take_in(&copy, &all).await;
    let id = atlas.number("SELECT id FROM source WHERE name = 'Register'").await;
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, id, named("Old register"))]).await;
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, 0, named("Register"))]).await;
    cite(&atlas, "a", "Register").await;
    cite(&atlas, "b", "Old register").await;
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, id, url("https://old.example"))]).await;
    let changes = changes_since(&atlas, &revision).await;
    let kinds_told: Vec<Value> = lines(&changes).iter().map(|line| line["recordKind"].clone()).collect();
    assert_eq!(kinds_told, ["SOURCE", "SOURCE", "ORGANISATION", "ORGANISATION"]);
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [1, 3, 0, 0, 0, 0]);
    assert_eq!(lines(&whole(&copy).await.0), lines(&whole(&atlas).await.0));

    // What a curator calls it here is another name of the same source.
    write(&copy, Editor::named("curator"), vec![(&kinds::SOURCE, id, named("Archive"))]).await;
    let (_, revision) = whole(&atlas).await;
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, id, url("https://older.example"))]).await;
    cite(&atlas, "c", "Old register").await;
    let done = take_in_as_foretold(&copy, &changes_since(&atlas, &revision).await).await;
    assert_eq!((done.counts(), conflicts(&done.report)), ([0, 2, 0, 0, 0, 0], vec!["name".to_owned()]));
    assert_eq!(copy.texts("SELECT name FROM source WHERE url = 'https://older.example'").await, ["Archive"]);
    assert_eq!(copy.number("SELECT count(*) FROM source").await, atlas.number("SELECT count(*) FROM source").await);
    let cited = "SELECT source_id FROM citation JOIN organisation ON organisation.id = record_id WHERE slug = 'c'";
    assert_eq!(copy.number(cited).await, id);
}

/// A standard has the identifier that another had, which changes again.
async fn an_identifier_that_passes_to_another_standard_is_followed(on: Backend) {
    let atlas = on.empty().await;
    let mut records = Invented::new();
    records.add("standard", json!({ "identifier": "INV 1", "slug": "old" }));
    atlas.load(&records).await;
    let (all, revision) = whole(&atlas).await;
    let copy = on.empty().await;
    take_in(&copy, &all).await;
    let id = atlas.number("SELECT id FROM standard").await;
    let with = |values: &[(&str, &str)]| {
        let column = |name: &str| kinds::STANDARD.column(name).expect("a column");
        values.iter().fold(Values::default(), |row, (name, value)| row.with(column(name), *value))
    };
    let new = [
        ("slug", "new"),
        ("identifier", "INV 1"),
        ("undated_identifier", "INV 1"),
        ("type", "GUIDE"),
        ("status", "PUBLISHED"),
        ("languages", "[]"),
    ];
    let new = with(&new).with(&kinds::UNDATED, false);
    for (id, values) in [(id, with(&[("identifier", "INV 2")])), (0, new), (id, with(&[("stage", "60.60")]))] {
        write(&atlas, Editor::seed(), vec![(&kinds::STANDARD, id, values)]).await;
    }
    let changes = changes_since(&atlas, &revision).await;
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [1, 1, 0, 0, 0, 0]);
    assert_eq!(whole(&copy).await.0, whole(&atlas).await.0);
}

/// A name passes to another record, and whoever had it is told of many batches later.
async fn a_name_that_passes_on_is_followed_from_batch_to_batch(on: Backend) {
    let copy = on.empty().await;
    let line = |kind: &str, key: u64, version: u64, fields: Value| {
        let name = if kind == "STANDARD" { "Standard" } else { "Source" };
        let mut line = json!({ "recordKind": kind, "id": BASE64_URL_SAFE_NO_PAD.encode(format!("{name}:{key}")) });
        let line_fields = line.as_object_mut().expect("an object");
        line_fields.extend(fields.as_object().cloned().expect("an object"));
        if kind == "STANDARD" {
            let more = json!({ "version": version, "createdAt": date_time_text(NOW), "type": "GUIDE", "status": "PUBLISHED", "undatedIdentifier": "INV" });
            line_fields.extend(more.as_object().cloned().expect("an object"));
        }
        line.to_string() + "\n"
    };
    let source = |key: u64, fields: Value| line("SOURCE", key, 1, fields);
    let standard = |key: u64, version: u64, slug: &str, identifier: &str, source: &str| {
        line(
            "STANDARD",
            key,
            version,
            json!({ "slug": slug, "identifier": identifier, "citations": [{ "source": source }] }),
        )
    };
    let before = source(9001, json!({ "name": "Register" })) + &standard(9002, 1, "old", "INV 1", "Register");
    take_in(&copy, &before).await;
    let mut changes = source(9003, json!({ "name": "Register", "url": "https://new.example" }));
    changes.extend((0..4_000).map(|number| source(20_000 + number, json!({ "name": format!("S {number}") }))));
    changes += &source(9001, json!({ "name": "Old register", "formerNames": ["Register"] }));
    changes += &standard(9004, 1, "new", "INV 1", "Register");
    changes.extend(
        (0..4_000)
            .map(|number| standard(10_000 + number, 1, &format!("s-{number}"), &format!("SER {number}"), "Register")),
    );
    changes += &standard(9002, 2, "old", "INV 2", "Old register");
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [8_002, 2, 0, 0, 0, 0]);
    let found = copy
        .texts(
            "SELECT identifier || ' ' || standard.slug || ' ' || name FROM standard JOIN citation ON record_id = standard.id JOIN source ON source.id = source_id WHERE standard.id < 10000 ORDER BY standard.id",
        )
        .await;
    assert_eq!(found, ["INV 2 old Old register", "INV 1 new Register"]);
    let found = copy.texts("SELECT name FROM source WHERE id < 10000 ORDER BY id").await;
    assert_eq!(found, ["Old register", "Register"]);
    let again = take_in(&copy, &changes).await;
    assert_eq!(again.total.unchanged, again.total.read);
    // Nobody else says otherwise: it is that record.
    let report = take_in(&copy, &standard(9005, 1, "newer", "INV 1", "Register")).await;
    assert_eq!((report.total.created, report.total.unchanged + report.total.updated), (0, 1));
}

/// Names and identifiers go round between records, which no order of writing follows.
async fn what_goes_round_between_records_is_followed(on: Backend) {
    let atlas = on.empty().await;
    let mut records = partners(&[("a", &["b"]), ("b", &["c"]), ("c", &[])]);
    for number in 1..=3 {
        records.add("standard", json!({ "identifier": format!("INV {number}"), "slug": format!("s-{number}") }));
    }
    atlas.load(&records).await;
    let named = |name: &str| Values::default().with(&kinds::NAME, name);
    write(&atlas, Editor::seed(), vec![(&kinds::SOURCE, 0, named("One")), (&kinds::SOURCE, 0, named("Two"))]).await;
    cite(&atlas, "a", "One").await;
    cite(&atlas, "b", "Two").await;
    let (all, revision) = whole(&atlas).await;
    let [copy, curated] = [on.empty().await, on.empty().await];
    take_in(&copy, &all).await;
    take_in(&curated, &all).await;

    let key = |kind: &'static Kind, column: &'static str, text: &'static str| {
        let sql = format!("SELECT id FROM {} WHERE {column} = '{text}'", kind.table);
        let atlas = &atlas;
        async move { atlas.number(&sql).await }
    };
    // Each has what the one behind it had. In between, the first has a name of its own.
    let rings: [(&'static Kind, &'static str, Vec<&'static str>); 4] = [
        (&kinds::STANDARD, "identifier", vec!["INV 1", "INV 2", "INV 3"]),
        (&kinds::SOURCE, "name", vec!["One", "Two"]),
        (&kinds::ORGANISATION, "slug", vec!["a", "b", "c"]),
        (&kinds::COUNTRY, "alpha3", vec!["CHE", "FRA"]),
    ];
    for (kind, column, ring) in rings {
        let mut ids = Vec::new();
        for text in &ring {
            ids.push(key(kind, column, text).await);
        }
        let called = |text: &str| Values::default().with(kind.column(column).expect("a column"), text);
        write(&atlas, Editor::seed(), vec![(kind, ids[0], called("ZZZ"))]).await;
        for (place, id) in ids.iter().enumerate().skip(1) {
            write(&atlas, Editor::seed(), vec![(kind, *id, called(ring[place - 1]))]).await;
        }
        write(&atlas, Editor::seed(), vec![(kind, ids[0], called(ring[ring.len() - 1]))]).await;
    }
    // The organisation that is "b" now was "c", and cites what is "One" now.
    cite(&atlas, "b", "One").await;
    let changes = changes_since(&atlas, &revision).await;
    let done = take_in_as_foretold(&copy, &changes).await;
    assert_eq!((done.report.total.created, done.report.total.rejected), (0, 0), "{:?}", done.rejects);
    assert_eq!(lines(&whole(&copy).await.0), lines(&whole(&atlas).await.0));
    // Nobody was called otherwise in between.
    for table in ["organisation", "standard", "source", "country"] {
        for rows in [table.to_owned(), format!("{table}_history")] {
            let column = match table {
                "organisation" => "slug",
                "standard" => "identifier_key",
                "source" => "name",
                _ => "alpha3",
            };
            let all = copy.texts(&format!("SELECT {column} FROM {rows}")).await;
            assert!(all.iter().all(|text| !text.contains('\u{1}')), "{rows}: {all:?}");
        }
    }
    let again = take_in(&copy, &changes).await;
    assert_eq!(again.total.unchanged, again.total.read);
    let found = r#"{ standard(identifier: "INV 3") { slug } standards { nodes { slug identifier } } }"#;
    let found = copy.ask(found).await;
    assert_eq!(found["standard"], json!({ "slug": "s-1" }));
    assert_eq!(found["standards"]["nodes"].as_array().map(Vec::len), Some(3));

    // Where one of them stays as a curator has it, whoever was to be called so is rejected, and who waits for that.
    let id = curated.number("SELECT id FROM standard WHERE slug = 's-2'").await;
    let column = |name: &str| kinds::STANDARD.column(name).expect("a column");
    for identifier in ["INV 9", "INV 2"] {
        let values = Values::default().with(column("identifier"), identifier);
        write(&curated, Editor::named("curator"), vec![(&kinds::STANDARD, id, values)]).await;
    }
    let rejects = take_in_as_foretold(&curated, &changes).await.rejects;
    let reasons: Vec<&str> = rejects.iter().map(|reject| reject.reason.as_str()).collect();
    assert_eq!(reasons, ["`identifier`: another standard has it, in this edition and volume"; 2]);
    let identifiers = "SELECT identifier FROM standard ORDER BY slug";
    assert_eq!(curated.texts(identifiers).await, ["INV 1", "INV 2", "INV 3"]);
}

/// The ring is longer than what is written at once, and mixed.
async fn a_long_ring_goes_round(on: Backend) {
    let copy = on.empty().await;
    let line = |number: u64, version: u64, identifier: u64| {
        json!({
            "recordKind": "STANDARD", "id": BASE64_URL_SAFE_NO_PAD.encode(format!("Standard:{}", 10_000 + number)),
            "version": version, "createdAt": date_time_text(NOW), "type": "GUIDE", "status": "PUBLISHED",
            "undatedIdentifier": "INV", "slug": format!("s-{number}"), "identifier": format!("INV {identifier}"),
        })
        .to_string()
            + "\n"
    };
    let many = 2_500;
    take_in(&copy, &(0..many).map(|number| line(number, 1, number)).collect::<String>()).await;
    let moved: String = (0..many).map(|number| line(number * 7 % many, 2, (number * 7 + 1) % many)).collect();
    assert_eq!(take_in_as_foretold(&copy, &moved).await.counts(), [0, 2_500, 0, 0, 0, 0]);
    let wrong = copy.number("SELECT count(*) FROM standard WHERE slug = 's-0' AND identifier = 'INV 1' OR slug = 's-2499' AND identifier = 'INV 0'").await;
    assert_eq!(wrong, 2);
    assert_eq!(copy.number("SELECT count(*) FROM standard_history").await, 2_500);
}

/// What a record is called in the original and not here is kept, so that whoever calls it so finds it.
async fn a_name_that_a_copy_does_not_take_finds_the_record(on: Backend) {
    let line = |kind: &str, key: u64, version: u64, fields: Value| {
        let id = BASE64_URL_SAFE_NO_PAD.encode(format!("{}{}:{key}", &kind[..1], kind[1..].to_lowercase()));
        let mut line = json!({ "recordKind": kind, "id": id });
        let line_fields = line.as_object_mut().expect("an object");
        if kind != "SOURCE" {
            let state = json!({ "version": version, "createdAt": date_time_text(NOW) });
            line_fields.extend(state.as_object().cloned().expect("an object"));
        }
        line_fields.extend(fields.as_object().cloned().expect("an object"));
        line.to_string() + "\n"
    };
    let organisation = |key: u64, version: u64, slug: &str, fields: Value| {
        let mut whole = json!({ "slug": slug, "name": key.to_string() });
        whole.as_object_mut().expect("an object").extend(fields.as_object().cloned().expect("an object"));
        line("ORGANISATION", key, version, whole)
    };
    let standard = |key: u64, slug: &str, identifier: &str| {
        line(
            "STANDARD",
            key,
            1,
            json!({ "slug": slug, "identifier": identifier, "undatedIdentifier": identifier, "type": "GUIDE", "status": "PUBLISHED" }),
        )
    };
    let source = |name: &str, former: &[&str]| line("SOURCE", 9001, 1, json!({ "name": name, "formerNames": former }));
    let leads = |slug: &str| json!({ "partners": [{ "organisation": slug, "role": "PARTNER" }] });
    let cites = |name: &str| json!({ "citations": [{ "source": name }] });
    let filler: String =
        (0..4_000).map(|number| organisation(20_000 + number, 1, &format!("o-{number}"), json!({}))).collect();
    let copy = on.empty().await;
    let before =
        source("Register", &[]) + &organisation(9002, 1, "first", json!({})) + &standard(9003, "here", "INV 1");
    take_in(&copy, &before).await;
    let named = Values::default().with(&kinds::NAME, "Archive");
    let slug = Values::default().with(&kinds::SLUG, "ours");
    write(&copy, Editor::named("curator"), vec![(&kinds::SOURCE, 9001, named), (&kinds::ORGANISATION, 9002, slug)])
        .await;
    // The original calls all of them otherwise; of the standard another atlas tells.
    let changes = source("Old register", &["Register"])
        + &organisation(9002, 2, "second", json!({ "formerSlugs": ["first"] }))
        + &standard(9004, "there", "INV 1")
        + &filler
        + &organisation(9005, 1, "leads", leads("second"))
        + &organisation(9006, 1, "cites", cites("Old register"))
        + &standard(9007, "new", "INV 2");
    let done = take_in_as_foretold(&copy, &changes).await;
    assert_eq!((done.counts()[4], conflicts(&done.report)), (0, vec!["name".to_owned(), "slug".to_owned()]));
    // In a run of its own, too.
    let later = organisation(9008, 1, "leads-later", leads("second"))
        + &organisation(9009, 1, "cites-later", cites("Old register"));
    assert_eq!(take_in_as_foretold(&copy, &later).await.counts(), [2, 0, 0, 0, 0, 0]);
    let led = "SELECT CAST(partner_id AS TEXT) FROM organisation_partner ORDER BY organisation_id";
    assert_eq!(copy.texts(led).await, ["9002", "9002"]);
    let found = "SELECT CAST(source_id AS TEXT) FROM citation ORDER BY record_id";
    assert_eq!(copy.texts(found).await, ["9001", "9001"]);
    assert_eq!(copy.texts("SELECT name FROM source").await, ["Archive"]);
    for (kind, known, slug) in
        [("organisation", "second", "ours"), ("organisation", "first", "ours"), ("standard", "there", "here")]
    {
        let found = copy.ask(&format!("{{ {kind}(slug: \"{known}\") {{ slug }} }}")).await;
        assert_eq!(found[kind]["slug"], slug, "{known}");
    }
    // It was never called so.
    let shown = lines(&whole(&copy).await.0);
    assert!(
        shown.iter().any(|line| line["name"] == "Archive") && !shown.iter().any(|line| line["name"] == "Old register")
    );
    let again = take_in(&copy, &changes).await;
    assert_eq!(again.total.unchanged, again.total.read, "{:?}", again.total);
}

/// Of several states of one record in a stream the last stands, however many batches there are between.
async fn the_last_state_in_a_stream_stands(on: Backend) {
    let line = |key: u64, version: u64, slug: &str, fields: Value| {
        let id = BASE64_URL_SAFE_NO_PAD.encode(format!("Organisation:{key}"));
        let mut line =
            json!({ "recordKind": "ORGANISATION", "id": id, "slug": slug, "createdAt": date_time_text(NOW) });
        let line_fields = line.as_object_mut().expect("an object");
        if fields["deleted"] != true {
            line_fields.extend(json!({ "version": version, "name": slug }).as_object().cloned().expect("an object"));
        }
        line_fields.extend(fields.as_object().cloned().expect("an object"));
        line.to_string() + "\n"
    };
    let plain = || json!({});
    let gone = || json!({ "deleted": true });
    let partner = |slug: &str| json!({ "partners": [{ "organisation": slug, "role": "PARTNER" }] });
    let before = line(9001, 1, "changes", plain())
        + &line(9002, 1, "goes", plain())
        + &line(9003, 1, "comes-back", plain())
        + &line(9004, 1, "is-led-to", plain())
        + &line(9005, 1, "leads", partner("is-led-to"));
    let first = line(9001, 2, "renamed", json!({ "formerSlugs": ["changes"] }))
        + &line(9002, 2, "goes", plain())
        + &line(9003, 1, "comes-back", gone())
        + &line(9004, 1, "is-led-to", gone())
        + &line(9006, 1, "new", plain())
        + &line(9007, 1, "brief", plain())
        + &line(9008, 1, "waits", partner("nowhere"));
    let then = line(9001, 3, "again", json!({ "formerSlugs": ["changes", "renamed"] }))
        + &line(9002, 2, "goes", gone())
        + &line(9003, 2, "comes-back", plain())
        + &line(9004, 2, "is-led-to", plain())
        + &line(9006, 2, "new", partner("again"))
        + &line(9007, 1, "brief", gone())
        + &line(9008, 1, "waits", gone())
        // An earlier state says nothing.
        + &line(9001, 2, "renamed", json!({ "formerSlugs": ["changes"] }));
    for between in [0, 4_000] {
        let copy = on.empty().await;
        take_in(&copy, &before).await;
        let filler: String =
            (0..between).map(|number| line(10_000 + number, 1, &format!("o-{number}"), plain())).collect();
        let done = take_in_as_foretold(&copy, &(first.clone() + &filler + &then)).await;
        assert_eq!(done.rejects, []);
        let found = copy
            .texts("SELECT CAST(id AS TEXT) || ' ' || slug || ' ' || version FROM organisation WHERE id < 10000 ORDER BY id")
            .await;
        assert_eq!(
            found,
            ["9001 again 3", "9003 comes-back 2", "9004 is-led-to 2", "9005 leads 1", "9006 new 2"],
            "{between} between"
        );
    }
    // What has no versions is as it is told last.
    let copy = on.empty().await;
    let source = |name: &str| {
        let id = BASE64_URL_SAFE_NO_PAD.encode("Source:9001");
        json!({ "recordKind": "SOURCE", "id": id, "name": name, "formerNames": ["A"] }).to_string() + "\n"
    };
    take_in(&copy, &(source("A") + &source("B"))).await;
    assert_eq!(copy.texts("SELECT name FROM source").await, ["B"]);
}

/// Two records change places, and are told of in batches of their own.
async fn what_was_above_may_come_below(on: Backend) {
    let copy = on.empty().await;
    let line = |slug: &str, key: u64, version: u64, parent: Option<&str>| {
        let id = BASE64_URL_SAFE_NO_PAD.encode(format!("Issue:{key}"));
        let made = date_time_text(NOW);
        json!({ "recordKind": "ISSUE", "id": id, "slug": slug, "name": slug, "parent": parent, "createdAt": made, "version": version }).to_string() + "\n"
    };
    take_in(&copy, &(line("upper", 9001, 1, None) + &line("lower", 9002, 1, Some("upper")))).await;
    let mut changes = line("upper", 9001, 2, Some("lower"));
    changes.extend((0..3_000).map(|number| line(&format!("i-{number}"), 10_000 + number, 1, None)));
    changes += &line("lower", 9002, 2, None);
    assert_eq!(take_in_as_foretold(&copy, &changes).await.counts(), [3_000, 2, 0, 0, 0, 0]);
    let found = copy.ask("{ issue(slug: \"upper\") { parent { slug parent { slug } } } }").await;
    assert_eq!(found["issue"]["parent"], json!({ "slug": "lower", "parent": null }));
}

fn conflicts(report: &Report) -> Vec<String> {
    report.conflicts.iter().map(|conflict| conflict.field.clone()).collect()
}

/// What a curator of the copy deleted stays deleted, whoever leads to it in the original.
async fn what_was_deleted_here_is_not_made_again(on: Backend) {
    let atlas = on.empty().await;
    let mut records = partners(&[("a", &[]), ("b", &["a", "c"]), ("c", &[])]);
    records.add("channel", json!({ "owner": "a", "platform": "RSS", "handle": "x" }));
    atlas.load(&records).await;
    let (all, _) = whole(&atlas).await;
    let copy = on.empty().await;
    take_in(&copy, &all).await;
    tests::delete(&copy.app, &[(&kinds::ORGANISATION, "a")]).await;
    let entries = copy.number("SELECT count(*) FROM change").await;
    // As no curator deleted it, nobody need be told. What leads to it is older than what is here.
    let done = take_in_as_foretold(&copy, &all).await;
    assert_eq!((done.counts()[2], conflicts(&done.report).len()), (all.lines().count() as u64, 0));
    copy.execute("UPDATE change SET actor = 'curator' WHERE operation = 'DELETED'").await;
    let done = take_in_as_foretold(&copy, &all).await;
    assert_eq!(
        (done.counts()[2], conflicts(&done.report)),
        (all.lines().count() as u64, vec!["deleted".to_owned(); 2])
    );
    assert_eq!(copy.number("SELECT count(*) FROM change").await, entries);
    // A later state of who leads to it is kept without that link.
    let id = atlas.number("SELECT id FROM organisation WHERE slug = 'b'").await;
    let summary = kinds::ORGANISATION.column("summary").expect("a column");
    let (_, revision) = whole(&atlas).await;
    for text in ["Old", "New"] {
        let values = Values::default().with(summary, text);
        write(&atlas, Editor::seed(), vec![(&kinds::ORGANISATION, id, values)]).await;
    }
    let changes = changes_since(&atlas, &revision).await;
    for (updated, unchanged) in [(1, 0), (0, 1)] {
        let done = take_in_as_foretold(&copy, &changes).await;
        assert_eq!(
            (done.counts(), conflicts(&done.report)),
            ([0, updated, unchanged, 0, 0, 0], vec!["partners".to_owned()])
        );
    }
    let found = copy.ask("{ organisation(slug: \"b\") { summary partners { nodes { slug } } } }").await;
    let expected = json!({ "summary": "New", "partners": { "nodes": [{ "slug": "c" }] } });
    assert_eq!(found["organisation"], expected);

    let (_, before) = whole(&atlas).await;
    // What is older than what is here says nothing, wherever it leads.
    let mut old = lines(&all).into_iter().find(|line| line["slug"] == "b").expect("the organisation");
    old["address"] = json!({ "country": "XX" });
    assert_eq!(take_in_as_foretold(&copy, &old.to_string()).await.counts(), [0, 0, 1, 0, 0, 0]);

    // What leads to it may be what led to a record that is to go, whose slug another has.
    tests::delete(&atlas.app, &[(&kinds::ORGANISATION, "c")]).await;
    atlas.load(&partners(&[("c", &[])])).await;
    let new = atlas.number("SELECT id FROM organisation WHERE slug = 'c'").await;
    let done = take_in_as_foretold(&copy, &changes_since(&atlas, &before).await).await;
    assert_eq!((done.rejects, conflicts(&done.report)), (vec![], vec!["partners".to_owned()]));
    assert_eq!(copy.number("SELECT id FROM organisation WHERE slug = 'c'").await, new);

    // A new channel of what was deleted cannot be kept.
    let feed = lines(&all).into_iter().find(|line| line["recordKind"] == "CHANNEL").expect("the channel");
    let mut another = feed.clone();
    another["id"] = json!("Q2hhbm5lbDo5MDAx");
    another["slug"] = json!("another");
    let rejects = take_in_as_foretold(&copy, &another.to_string()).await.rejects;
    assert!(rejects[0].reason.contains("names the organisation \"a\", which was deleted here"), "{rejects:?}");
}

both!(
    a_long_ring_goes_round,
    a_name_that_a_copy_does_not_take_finds_the_record,
    the_last_state_in_a_stream_stands,
    a_delta_looks_through_all_records_only_where_it_must,
    what_never_passed_a_filter_is_not_told,
    a_name_that_passes_on_is_followed_from_batch_to_batch,
    what_comes_back_to_a_filter_comes_back_to_a_copy,
    a_slug_that_passes_to_another_record_is_followed,
    a_name_that_passes_to_another_source_is_followed,
    an_identifier_that_passes_to_another_standard_is_followed,
    what_was_above_may_come_below,
    a_filter_on_linked_records_is_followed,
    exports_beyond_the_bound_are_refused_until_one_ends,
    what_was_deleted_here_is_not_made_again,
    a_copy_that_was_edited_follows_but_for_that,
    records_that_lead_to_each_other_go_together,
    each_line_is_as_the_schema_says,
    a_copy_answers_as_the_original_does,
    what_changed_makes_the_older_copy_the_newer,
    writers_do_not_change_what_leaves,
    an_address_says_what_it_has,
    an_export_that_is_given_up_ends_in_an_error,
    tables_have_a_line_for_each_record,
    what_leaves_compressed_is_whole,
    what_goes_round_between_records_is_followed,
);
