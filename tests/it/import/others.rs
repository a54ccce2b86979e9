//! What standards name, and records of other kinds: organisations, committees, subjects, events, sources.

use serde_json::{Value, json};
use tests::{Atlas, Backend, Import, Invented, both};

use super::{nodes, record, revision, standard, title, titled};

/// A standard that an organisation publishes.
fn published(identifier: &str, organisation: &Value) -> Value {
    let contributor = json!([{ "role": [{ "type": "publisher" }], "organization": organisation }]);
    record(identifier, json!({ "title": title("Widgets"), "contributor": contributor }))
}

async fn publishers(atlas: &Atlas, identifier: &str) -> Vec<String> {
    nodes(&standard(atlas, identifier, "publishers { nodes { slug } }").await["publishers"], "slug")
}

async fn publishers_are_found_by_all_that_they_are_known_by_before_one_is_made(on: Backend) {
    let seeds = Invented::new().with(
        "organisation",
        json!({ "slug": "wub", "acronym": "WUB", "name": "World Union of Boards", "other_names": ["Union of Widgets"],
            "names": { "fr": "Union mondiale" } }),
    );
    let atlas = on.atlas(&seeds).await;
    let known = [
        json!({ "abbreviation": { "content": "WUB" } }),
        json!({ "name": [{ "content": "world union of  boards" }] }),
        json!({ "name": [{ "content": "Union of Widgets" }] }),
        json!({ "name": [{ "content": "Union mondiale" }] }),
        json!({ "name": [{ "content": "WUB" }] }),
    ];
    let new = [
        (json!({ "name": [{ "content": "Lamp Council" }], "abbreviation": { "content": "LC" } }), "lc"),
        (json!({ "name": [{ "content": "Society of Wicks" }] }), "society-of-wicks"),
        // Its acronym is taken.
        (json!({ "name": [{ "content": "Lamp Council" }] }), "lc"),
    ];
    let all = known.iter().chain(new.iter().map(|(organisation, _)| organisation));
    let records: Vec<_> = all.enumerate().map(|(number, body)| published(&format!("X {number}"), body)).collect();
    Import::of("widgets").records(&records).run(&atlas).await;
    for (number, known) in known.iter().enumerate() {
        assert_eq!(publishers(&atlas, &format!("X {number}")).await, ["wub"], "{known}");
    }
    for (number, (organisation, slug)) in (known.len()..).zip(&new) {
        assert_eq!(publishers(&atlas, &format!("X {number}")).await, [*slug], "{organisation}");
    }
    let made =
        atlas.ask("{ organisation(slug: \"lc\") { acronym name citations { nodes { source { name } } } } }").await;
    let expected = json!({ "acronym": "LC", "name": "Lamp Council", "citations": { "nodes": [{ "source": { "name": "widgets" } }] } });
    assert_eq!(made["organisation"], expected);
}

async fn committees_are_one_however_they_are_written_and_stand_below_others(on: Backend) {
    let atlas = on.empty().await;
    let of = |identifier: &str, committee: &Value| {
        let ext = json!({ "editorialgroup": { "technical_committee": [committee] } });
        record(identifier, json!({ "title": title("Widgets"), "ext": ext }))
    };
    let records = [
        of("ISO/IEC 1:2020", &json!({ "identifier": "ISO/IEC JTC 9/SC 7/WG 1" })),
        of("ISO/IEC 2:2020", &json!({ "identifier": "ISO/IEC JTC9/SC7", "name": "Widgets" })),
        of("ISO 3:2020", &json!({ "identifier": "ISO/TC 9" })),
    ];
    let import = Import::of("relaton-iso").records(&records);
    import.run(&atlas).await;
    let document = "{ committees(first: 10) { nodes { slug name parent { slug } owners { nodes { slug } } } } }";
    let found = atlas.ask(document).await["committees"]["nodes"].clone();
    let owners =
        |owners: &[&str]| json!({ "nodes": owners.iter().map(|slug| json!({ "slug": slug })).collect::<Vec<_>>() });
    let expected = json!([
        { "slug": "iso-iec-jtc-9", "name": null, "parent": null, "owners": owners(&["iec", "iso"]) },
        { "slug": "iso-iec-jtc-9-sc-7", "name": "Widgets", "parent": { "slug": "iso-iec-jtc-9" }, "owners": owners(&["iec", "iso"]) },
        { "slug": "iso-iec-jtc-9-sc-7-wg-1", "name": null, "parent": { "slug": "iso-iec-jtc-9-sc-7" }, "owners": owners(&["iec", "iso"]) },
        { "slug": "iso-tc-9", "name": null, "parent": null, "owners": owners(&["iso"]) },
    ]);
    assert_eq!(found, expected);
    let named = standard(&atlas, "ISO/IEC 2:2020", "committees { nodes { slug } }").await;
    assert_eq!(nodes(&named["committees"], "slug"), ["iso-iec-jtc-9-sc-7"]);
    let before = revision(&atlas).await;
    import.run(&atlas).await;
    assert_eq!(revision(&atlas).await, before);
}

const ICS: &str = "<?xml version=\"1.0\"?><fields><field><identifier>35</identifier><title xml:lang=\"en\">Information \
    technology</title></field><group><identifier>35.030</identifier><title xml:lang=\"en\">IT security</title></group></fields>";

async fn subjects_have_the_titles_of_the_classification_whichever_comes_first(on: Backend) {
    let classified = record(
        "ISO 1:2020",
        json!({ "title": title("Widgets"), "ext": { "ics": [{ "code": "35.030", "text": "security, it" }] } }),
    );
    let imports =
        || [Import::of("relaton-iso").record("1.yaml", &classified), Import::of("iso-ics").file("ics.xml", ICS)];
    for turned in [false, true] {
        let atlas = on.seeded().await;
        let mut imports = imports();
        if turned {
            imports.reverse();
        }
        for import in &imports {
            import.run(&atlas).await;
        }
        let found = standard(&atlas, "ISO 1:2020", "subjects { scheme code title } issues { nodes { slug } }").await;
        assert_eq!(found["subjects"], json!([{ "scheme": "ICS", "code": "35.030", "title": "IT security" }]));
        assert_eq!(nodes(&found["issues"], "slug"), ["cybersecurity", "encryption", "network-security"]);
        let before = revision(&atlas).await;
        for import in &imports {
            import.run(&atlas).await;
        }
        assert_eq!(revision(&atlas).await, before, "a second run writes nothing");
    }
    let atlas = on.seeded().await;
    for import in imports() {
        import.run(&atlas).await;
    }
    let document = "{ of: standards(filter: { subject: { code: { startsWith: \"35\" } } }) { nodes { identifier } } }";
    let found = atlas.ask(document).await["of"]["nodes"].clone();
    assert!(
        found.as_array().into_iter().flatten().any(|one| one["identifier"] == "ISO 1:2020"),
        "found by its branch: {found}"
    );
}

async fn sources_are_served_with_licence_and_attribution(on: Backend) {
    let atlas = on.empty().await;
    Import::of("iso-ics").file("ics.xml", ICS).record("1.yaml", &titled("ISO 1:2020", "Widgets")).run(&atlas).await;
    Import::of("homemade").record("1.yaml", &titled("X 1", "Widgets")).run(&atlas).await;
    let known = api::import::source::Source::named("iso-ics");
    let found = atlas.ask("{ sources(first: 10) { nodes { name url publisher licence attribution } } }").await;
    let expected = json!([
        { "name": "homemade", "url": null, "publisher": null, "licence": null, "attribution": null },
        { "name": known.name, "url": known.url, "publisher": known.publisher, "licence": known.licence, "attribution": known.attribution },
    ]);
    let mut found = found["sources"]["nodes"].as_array().expect("sources").clone();
    found.sort_by_key(|source| source["name"] != "homemade");
    assert_eq!(Value::from(found), expected);
    assert!(known.licence.is_some() && known.attribution.is_some());
}

const CONFERENCE: &str = r#"{"name": "LampConf", "startDate": "2031-05-01", "endDate": "2031-05-03", "url": "https://lamp.example",
    "city": "Lucerne", "country": "Switzerland", "twitter": "@lampconf"}"#;
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lamp days\r\nDTSTART:20310601T170000Z\r\n\
    DTEND:20310601T180000Z\r\nURL:https://days.example\r\nLOCATION:Lucerne\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

async fn events_of_every_format_are_served_and_the_same_one_is_there_once(on: Backend) {
    let atlas = on.seeded().await;
    let mut meeting = record(
        "CGPM 99th Meeting (2031)",
        json!({
            "title": title("99th meeting of the CGPM"), "doctype": "meeting-report", "type": "proceedings",
            "date": [{ "type": "published", "from": "2031-11-14", "to": "2031-11-17" }],
            "place": [{ "city": "Sèvres", "country": [{ "name": "France" }] }],
        }),
    );
    meeting["docidentifier"][0]["type"] = json!("BIPM");
    let article = record("Metrologia 1 1", json!({ "title": title("An article"), "doctype": "article" }));
    let import = Import::of("events")
        .file("1.json", &format!("[{CONFERENCE}]"))
        .file("2.json", &format!("[{CONFERENCE}]"))
        .file("lamps.ics", CALENDAR)
        .record("meeting.yaml", &meeting)
        .record("article.yaml", &article);
    let report = import.run(&atlas).await;
    assert_eq!(report.counts(), [3, 0, 0, 1, 0, 1]);
    assert_eq!(report.report.skipped.into_iter().collect::<Vec<_>>(), [("a journal article", 1)]);
    let event = |slug: &str| {
        let document = format!(
            "{{ event(slug: \"{slug}\") {{ title startsOn endsOn startsAt format location url country {{ code }} }} }}"
        );
        let atlas = &atlas;
        async move { atlas.ask(&document).await["event"].clone() }
    };
    let expected = json!({ "title": "LampConf", "startsOn": "2031-05-01", "endsOn": "2031-05-03", "startsAt": null, "format": "IN_PERSON",
        "location": "Lucerne", "url": "https://lamp.example", "country": { "code": "CH" } });
    assert_eq!(event("lampconf-2031-05-01").await, expected);
    let expected = json!({ "title": "Lamp days", "startsOn": "2031-06-01", "endsOn": "2031-06-01", "startsAt": "2031-06-01T17:00:00.000000Z",
        "format": "UNKNOWN", "location": "Lucerne", "url": "https://days.example", "country": null });
    let mut days = event("lamp-days-2031-06-01").await;
    days["format"] = json!("UNKNOWN");
    assert_eq!(days, expected);
    let met = event("99th-meeting-of-the-cgpm-2031-11-14").await;
    assert_eq!(
        [&met["startsOn"], &met["endsOn"], &met["country"]["code"]],
        [&json!("2031-11-14"), &json!("2031-11-17"), &json!("FR")]
    );
    let channels = "{ channels(first: 100) { nodes { platform handle owner { slug } } } }";
    let channels = atlas.ask(channels).await["channels"]["nodes"].clone();
    let own = json!({ "platform": "TWITTER", "handle": "lampconf", "owner": { "slug": "lampconf-2031-05-01" } });
    assert_eq!(
        channels.as_array().into_iter().flatten().filter(|channel| channel["handle"] == "lampconf").collect::<Vec<_>>(),
        [&own]
    );
    let before = revision(&atlas).await;
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 3, 1, 0, 1]);
    assert_eq!(revision(&atlas).await, before);
}

both!(
    publishers_are_found_by_all_that_they_are_known_by_before_one_is_made,
    committees_are_one_however_they_are_written_and_stand_below_others,
    subjects_have_the_titles_of_the_classification_whichever_comes_first,
    sources_are_served_with_licence_and_attribution,
    events_of_every_format_are_served_and_the_same_one_is_there_once,
);
