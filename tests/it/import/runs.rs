//! Runs: a second one, one that only looks, and many that are stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tests::{Atlas, Backend, Import, both};

use super::{STANDARD, many, nodes, record, relation, revision, standards, title, titled};

const ICS: &str = "<?xml version=\"1.0\"?><fields><field><identifier>35</identifier><title xml:lang=\"en\">Information \
    technology</title></field><group><identifier>35.030</identifier><title xml:lang=\"en\">IT security</title></group></fields>";
const COMMITTEES: &str = r#"{"id": 1, "reference": "ISO/TC 91", "title": {"en": "Lamps"}, "scope": {"en": "All lamps."}, "parentId": null, "secretariat": {"id": 51, "acronym": "LMB"}}
{"id": 2, "reference": "ISO/TC 91/SC 1", "title": {"en": "Wicks"}, "parentId": 1, "secretariat": {"id": 51, "acronym": "LMB"}}
"#;
const CONFERENCES: &str = r#"[{"name": "LampConf", "startDate": "2031-05-01", "endDate": "2031-05-03", "url": "https://lamp.example",
    "city": "Lucerne", "country": "Switzerland", "twitter": "@lampconf"}]"#;
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lamps\r\nDTSTART;VALUE=DATE:20310601\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Files of several formats.
fn all_sorts(count: usize) -> Import {
    Import::of("relaton-iso")
        .records(&many(count))
        .file("z/committees.jsonl", COMMITTEES)
        .file("z/conferences.json", CONFERENCES)
        .file("z/ics.xml", ICS)
        .file("z/lamps.ics", CALENDAR)
}

/// All records but their ids and times.
async fn everything(atlas: &Atlas) -> Vec<Value> {
    let committees = "{ committees(first: 100) { nodes { slug name scope parent { slug } owners { nodes { slug } } citations { nodes { locator } } } }
        events(first: 100) { nodes { slug startsOn country { code } } }
        organisations(first: 100) { nodes { slug name acronym standards { totalCount } } }
        channels(first: 100) { nodes { slug owner { slug } } } atlas { recordCounts { kind count } } }";
    let mut all = standards(atlas, "ISO 7", STANDARD).await;
    let rest = atlas.ask(committees).await;
    for list in rest.as_object().into_iter().flat_map(|lists| lists.values()) {
        match list["nodes"].as_array() {
            Some(nodes) => all.extend(nodes.iter().cloned()),
            None => all.push(list.clone()),
        }
    }
    all
}

/// Two atlases are told apart by their first difference.
fn assert_same(one: &[Value], other: &[Value]) {
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

/// The log behind a revision: what was done to which record, by whom.
async fn changes(atlas: &Atlas, after: &str) -> Value {
    let document = "query($after: String) { changes(after: $after, first: 100) {
        nodes { actor operation changedFields record { label } } } }";
    atlas.ask_with(document, json!({ "after": after })).await["changes"]["nodes"].clone()
}

async fn a_second_run_writes_nothing_and_a_third_exactly_what_changed(on: Backend) {
    let atlas = on.seeded().await;
    let import = all_sorts(40);
    let first = import.run(&atlas).await;
    assert_eq!((first.counts(), first.rejects.len()), ([46, 0, 0, 0, 0, 0], 0));
    let (before, state) = (revision(&atlas).await, everything(&atlas).await);
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 46, 0, 0, 0]);
    assert_eq!(revision(&atlas).await, before, "{}", changes(&atlas, &format!("{before}")).await);
    assert_same(&everything(&atlas).await, &state);

    let after = atlas.ask("{ atlas { revision } }").await["atlas"]["revision"].as_str().unwrap_or_default().to_owned();
    let mut changed = many(40).remove(7);
    changed["title"] = title("Widgets, renamed");
    changed["docstatus"] = json!({ "stage": { "value": "95" }, "substage": { "value": "99" } });
    import.write("0007.yaml", &tests::yaml(&changed));
    assert_eq!(import.run(&atlas).await.counts(), [0, 1, 45, 0, 0, 0]);
    let expected = json!([{ "actor": "import:relaton-iso", "operation": "UPDATED", "changedFields": ["stage", "status", "title"],
        "record": { "label": "ISO 70007:2020" } }]);
    assert_eq!(changes(&atlas, &after).await, expected);
}

async fn what_a_source_no_longer_says_goes(on: Backend) {
    let atlas = on.empty().await;
    let with = json!({ "title": title("Widgets"), "relation": [relation("obsoletes", "ISO 2:2000"), relation("hasPart", "ISO 3:2000")],
        "ext": { "ics": [{ "code": "35.030" }, { "code": "35.020" }] } });
    let import = Import::of("relaton-iso").record("1.yaml", &record("ISO 1:2020", with));
    import.run(&atlas).await;
    let without = json!({ "title": title("Widgets"), "ext": { "ics": [{ "code": "35.030" }] } });
    import.write("1.yaml", &tests::yaml(&record("ISO 1:2020", without)));
    assert_eq!(import.run(&atlas).await.counts(), [0, 1, 0, 0, 0, 0]);
    let found = standards(&atlas, "ISO 1", "subjects { code } relations { edges { kind } }").await;
    assert_eq!(found, [json!({ "subjects": [{ "code": "35.030" }], "relations": { "edges": [] } })]);
    Import::of("relaton-iso").record("3.yaml", &titled("ISO 3:2000", "A part no more")).run(&atlas).await;
    let part = standards(&atlas, "ISO 3", "relations { edges { kind } }").await;
    assert_eq!(part, [json!({ "relations": { "edges": [] } })], "what it told of others goes too");
}

async fn a_dry_run_writes_nothing_and_tells_what_a_run_then_does(on: Backend) {
    let atlas = on.seeded().await;
    let mut records = many(300);
    // One document twice, far apart.
    records.push(titled("ISO 70001:2020", "Widgets again"));
    records.push(titled("ISO", "No number"));
    let files = |import: Import| {
        import
            .records(&records)
            .file("z/ics.xml", ICS)
            .file("z/conferences.json", CONFERENCES)
            .file("z/conferences2.json", CONFERENCES)
            .file("z/broken.yaml", "docid: [")
    };
    let before = revision(&atlas).await;
    let look = files(Import::of("relaton-iso").dry_run());
    let told = look.run(&atlas).await;
    assert_eq!(revision(&atlas).await, before);
    assert_eq!(atlas.number("SELECT count(*) FROM subject").await, 0);
    let done = files(Import::of("relaton-iso")).run(&atlas).await;
    assert_eq!((told.counts(), &told.rejects), (done.counts(), &done.rejects));
    assert_eq!(done.counts(), [304, 0, 0, 2, 1, 0]);
    let then = look.run(&atlas).await;
    assert_eq!(then.counts(), [0, 0, 304, 2, 1, 0], "what is there is found");
}

async fn an_import_that_is_stopped_again_and_again_ends_like_one_that_is_not(on: Backend) {
    let import = all_sorts(300);
    let undisturbed = on.seeded().await;
    import.run(&undisturbed).await;
    let atlas = on.seeded().await;
    let (mut stops, mut waits, mut states) = (0, 16, std::collections::BTreeSet::new());
    while !import.run_until(&atlas, waits).await {
        stops += 1;
        states.insert(atlas.number("SELECT count(*) FROM standard").await);
        waits += waits / 3;
    }
    assert!(stops > 3 && states.len() > 2, "stopped {stops} times, with {states:?} standards");
    assert_same(&everything(&atlas).await, &everything(&undisturbed).await);
    let before = revision(&atlas).await;
    import.run(&atlas).await;
    assert_eq!(revision(&atlas).await, before, "nothing is left to do");
}

async fn no_reader_sees_half_a_record(on: Backend) {
    const COUNT: usize = 1_200;
    let atlas = on.empty().await;
    let import = Import::of("relaton-iso").records(&many(COUNT));
    let done = AtomicBool::new(false);
    let writer = async {
        import.run(&atlas).await;
        done.store(true, Ordering::Relaxed);
    };
    let reader = async {
        let document = "{ standards(last: 40) { totalCount nodes { identifier publishers { nodes { slug } } citations { nodes { locator } }
            committees { nodes { slug parent { slug } owners { nodes { slug } } } } subjects { code } relations { edges { kind } } } } }";
        let mut amid = 0;
        while !done.load(Ordering::Relaxed) {
            let seen = atlas.ask(document).await["standards"].take();
            for one in seen["nodes"].as_array().into_iter().flatten() {
                // The publisher, and ISO whose number it is.
                assert_eq!(nodes(&one["publishers"], "slug").len(), 2, "{one}");
                assert_eq!(nodes(&one["citations"], "locator").len(), 1, "{one}");
                let committee = &one["committees"]["nodes"][0];
                assert!(
                    committee["parent"]["slug"].is_string() && committee["owners"]["nodes"][0].is_object(),
                    "{one}"
                );
                assert!(one["subjects"][0].is_object() && one["relations"]["edges"][0].is_object(), "{one}");
            }
            amid += u32::from((1..COUNT as u64).contains(&seen["totalCount"].as_u64().unwrap_or_default()));
        }
        amid
    };
    let ((), amid) = tokio::join!(writer, reader);
    assert!(amid > 0, "readers saw the import grow");
    assert_eq!(atlas.number("SELECT count(*) FROM standard").await, i64::try_from(COUNT).expect("a small number"));
}

both!(
    a_second_run_writes_nothing_and_a_third_exactly_what_changed,
    what_a_source_no_longer_says_goes,
    a_dry_run_writes_nothing_and_tells_what_a_run_then_does,
    an_import_that_is_stopped_again_and_again_ends_like_one_that_is_not,
    no_reader_sees_half_a_record,
);
