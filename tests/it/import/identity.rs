//! Which descriptions are of one record, and which of them stands.

use serde_json::{Value, json};
use tests::{Atlas, Backend, Import, Invented, both};

use super::{STANDARD, nodes, record, revision, standard, standards, title, titled};

async fn title_of(atlas: &Atlas, identifier: &str) -> String {
    standard(atlas, identifier, "title").await["title"].as_str().unwrap_or("none").to_owned()
}

/// The same document in the older and the newer layout.
fn two_layouts() -> [(&'static str, Value); 2] {
    let older = json!({ "docid": [{ "id": "ISO 99101:2020", "type": "ISO", "primary": true }], "title": title("Older"),
        "doctype": "standard", "fetched": "2030-01-01" });
    [("older.yaml", older), ("newer.yaml", titled("ISO 99101:2020", "Newer"))]
}

async fn of_two_descriptions_in_one_source_the_newer_stands_whichever_comes_first(on: Backend) {
    let fetched = |day: &str, text: &str| record("ISO 99102:2020", json!({ "title": title(text), "fetched": day }));
    let two_days = [("older", fetched("2024-12-31", "Older")), ("newer", fetched("2025-01-01", "Newer"))];
    let two_layouts = two_layouts();
    for (identifier, [(_, older), (_, newer)]) in [("ISO 99101:2020", two_layouts), ("ISO 99102:2020", two_days)] {
        for (first, second) in [(&older, &newer), (&newer, &older)] {
            let atlas = on.empty().await;
            let import = Import::of("relaton-iso").record("1.yaml", first).record("2.yaml", second);
            assert_eq!(import.run(&atlas).await.counts(), [1, 0, 0, 1, 0, 0]);
            assert_eq!(standards(&atlas, "ISO", "title").await, [json!({ "title": "Newer" })], "{identifier}");
            let before = revision(&atlas).await;
            assert_eq!(import.run(&atlas).await.counts(), [0, 0, 1, 1, 0, 0], "the second run");
            assert_eq!(revision(&atlas).await, before, "a second run writes nothing");
        }
    }
}

async fn the_newer_description_stands_even_where_many_records_are_between_or_a_run_is(on: Backend) {
    let [(_, older), (_, newer)] = two_layouts();
    let fillers: Vec<_> = (0..400).map(|number| titled(&format!("ISO {}:2020", 80_000 + number), "Filler")).collect();
    for (first, second) in [(&older, &newer), (&newer, &older)] {
        let atlas = on.empty().await;
        let far = Import::of("relaton-iso").records(&fillers).record("/a.yaml".trim_start_matches('/'), second);
        far.write("0.yaml", &tests::yaml(first));
        assert_eq!(far.run(&atlas).await.counts(), [401, 0, 0, 1, 0, 0]);
        assert_eq!(title_of(&atlas, "ISO 99101:2020").await, "Newer", "far apart");
        let before = revision(&atlas).await;
        assert_eq!(far.run(&atlas).await.counts(), [0, 0, 401, 1, 0, 0], "the second run");
        assert_eq!(revision(&atlas).await, before);

        let atlas = on.empty().await;
        Import::of("relaton-iso").record("1.yaml", first).run(&atlas).await;
        Import::of("relaton-iso").record("2.yaml", second).run(&atlas).await;
        assert_eq!(title_of(&atlas, "ISO 99101:2020").await, "Newer", "in two runs");
    }
}

/// ISO's and IEC's description of one document; they spell its identifier and tell its title and stage in two ways.
fn of_both() -> [(&'static str, Value); 2] {
    let iso = json!({ "title": title("Widgets by ISO"), "link": [{ "type": "src", "content": "https://iso.example/1" }],
        "date": [{ "type": "published", "at": "2020-05" }] });
    let mut iec = record(
        "iso/iec tr  99201:2020",
        json!({ "title": title("Widgets by IEC"), "abstract": [{ "content": "All about widgets.", "language": "en" }],
            "date": [{ "type": "published", "at": "2020-06-01" }],
            "contributor": [{ "role": [{ "type": "publisher" }], "organization": { "abbreviation": { "content": "IEC" } } }] }),
    );
    iec["docidentifier"][0]["type"] = json!("IEC");
    [("relaton-iso", record("ISO/IEC TR 99201:2020", iso)), ("relaton-iec", iec)]
}

async fn what_two_bodies_publish_is_one_record_of_both_and_the_better_ranked_source_is_believed(on: Backend) {
    let [iso, iec] = of_both();
    let mut answers = Vec::new();
    for order in [[&iso, &iec], [&iec, &iso]] {
        let atlas = on.empty().await;
        let imports = order.map(|(source, record)| Import::of(source).record("1.yaml", record));
        let counts = [imports[0].run(&atlas).await.counts(), imports[1].run(&atlas).await.counts()];
        assert_eq!(counts, [[1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]]);
        let found = standards(&atlas, "ISO", STANDARD).await;
        let [one] = found.as_slice() else { panic!("not one record: {found:?}") };
        assert_eq!(nodes(&one["publishers"], "slug"), ["iec", "iso"]);
        let mut one = one.clone();
        let mut cited: Vec<_> = one["citations"].take()["nodes"].as_array().expect("citations").clone();
        assert_eq!(
            cited[0]["source"]["name"].as_str().map(|name| &name[..3]),
            Some(if order[0].0 == iso.0 { "ISO" } else { "IEC" })
        );
        cited.sort_by_key(Value::to_string);
        assert_eq!(cited.len(), 2, "two citations");
        let told = json!([one["identifier"], one["titles"], one["publishedOn"], one["abstract"], one["url"]]);
        let expected = json!(["ISO/IEC TR 99201:2020", [{ "language": "en", "value": "Widgets by ISO" }], "2020-05",
            "All about widgets.", "https://iso.example/1"]);
        assert_eq!(told, expected, "what ISO says stands, and IEC fills what it does not say");
        answers.push((one, cited));
        let before = revision(&atlas).await;
        for import in &imports {
            assert_eq!(import.run(&atlas).await.counts(), [0, 0, 1, 0, 0, 0], "the second run");
        }
        assert_eq!(revision(&atlas).await, before, "a second run writes nothing");
    }
    assert_eq!(answers[0], answers[1], "the order of imports does not show");
}

async fn a_better_ranked_source_that_corrects_itself_is_believed_again(on: Backend) {
    let atlas = on.empty().await;
    let [(iso, first), (iec, other)] = of_both();
    let iso = Import::of(iso).record("1.yaml", &first);
    let iec = Import::of(iec).record("1.yaml", &other);
    iso.run(&atlas).await;
    iec.run(&atlas).await;
    let mut corrected = first.clone();
    corrected["title"] = title("Widgets, corrected");
    iso.write("1.yaml", &tests::yaml(&corrected));
    assert_eq!(iso.run(&atlas).await.counts(), [0, 1, 0, 0, 0, 0]);
    let mut worse = other.clone();
    worse["title"] = title("Widgets, worse");
    iec.write("1.yaml", &tests::yaml(&worse));
    iec.run(&atlas).await;
    assert_eq!(title_of(&atlas, "ISO/IEC TR 99201:2020").await, "Widgets, corrected");
}

async fn several_primary_identifiers_are_one_record_that_each_of_them_finds(on: Backend) {
    let atlas = on.empty().await;
    let mut both = titled("ITU-T Z.901 (03/2000)", "Widgets");
    let more = json!({ "content": "ISO/IEC 99301-8", "type": "ISO", "primary": true });
    both["docidentifier"].as_array_mut().expect("a list").push(more);
    Import::of("relaton-itu").record("1.yaml", &both).run(&atlas).await;
    let found = standard(&atlas, "ITU-T Z.901 (03/2000)", "slug otherIdentifiers").await;
    assert_eq!(found, json!({ "slug": "itu-t-z-901-03-2000", "otherIdentifiers": ["ISO/IEC 99301-8"] }));
    for reference in ["ITU-T Z.901 (03/2000)", "itu-t z.901", "ISO/IEC 99301-8", "iso/iec99301-8"] {
        let document = "query($r: String!) { resolve(reference: $r) { record { slug } } }";
        let answer = atlas.ask_with(document, json!({ "r": reference })).await;
        assert_eq!(answer["resolve"], json!([{ "record": { "slug": "itu-t-z-901-03-2000" } }]), "{reference}");
    }
    assert_eq!(standards(&atlas, "I", "slug").await.len(), 1);
}

async fn editions_and_volumes_of_one_identifier_are_records_of_their_own(on: Backend) {
    let atlas = on.empty().await;
    let edition = |edition: &str, volume: Option<&str>| {
        let mut record = titled("ECMA-999", &format!("Widgets {edition}"));
        record["edition"] = json!({ "content": edition });
        if let Some(volume) = volume {
            record["extent"] = json!([{ "locality": [{ "type": "volume", "reference_from": volume }] }]);
        }
        record
    };
    let records = [edition("1", None), edition("2", Some("1")), edition("2", Some("2")), edition("10", None)];
    let import = Import::of("relaton-ecma").records(&records);
    assert_eq!(import.run(&atlas).await.counts(), [4, 0, 0, 0, 0, 0]);
    let mut slugs: Vec<_> =
        standards(&atlas, "ECMA", "slug").await.iter().map(|found| found["slug"].to_string()).collect();
    slugs.sort();
    assert_eq!(
        slugs,
        ["\"ecma-999-ed-1\"", "\"ecma-999-ed-10\"", "\"ecma-999-ed-2-vol-1\"", "\"ecma-999-ed-2-vol-2\""]
    );
    let before = revision(&atlas).await;
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 4, 0, 0, 0]);
    assert_eq!(revision(&atlas).await, before);
}

async fn nothing_merges_into_an_undated_record(on: Backend) {
    let seeds = Invented::new()
        .with(
            "organisation",
            json!({ "slug": "iso", "acronym": "ISO", "name": "International Organization for Standardization" }),
        )
        .with(
            "standard",
            json!({ "identifier": "ISO 99401", "undated_identifier": "ISO 99401", "undated": true, "title": "As cited",
            "publishers": ["iso"] }),
        );
    let atlas = on.atlas(&seeds).await;
    let before = standard(&atlas, "ISO 99401", &format!("version {STANDARD}")).await;
    assert_eq!(before["undated"], true);
    let records = [titled("ISO 99401", "A project"), titled("ISO 99401:2020", "An edition")];
    let import = Import::of("relaton-iso").records(&records);
    assert_eq!(import.run(&atlas).await.counts(), [2, 0, 0, 0, 0, 0]);
    assert_eq!(
        standard(&atlas, "ISO 99401", &format!("version {STANDARD}")).await,
        before,
        "the undated one is found first"
    );
    let mut found = standards(&atlas, "ISO 99401", "undated title").await;
    found.sort_by_key(Value::to_string);
    let expected = [("A project", false), ("An edition", false), ("As cited", true)];
    assert_eq!(found, expected.map(|(title, undated)| json!({ "undated": undated, "title": title })));
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 2, 0, 0, 0]);
}

both!(
    of_two_descriptions_in_one_source_the_newer_stands_whichever_comes_first,
    the_newer_description_stands_even_where_many_records_are_between_or_a_run_is,
    what_two_bodies_publish_is_one_record_of_both_and_the_better_ranked_source_is_believed,
    a_better_ranked_source_that_corrects_itself_is_believed_again,
    several_primary_identifiers_are_one_record_that_each_of_them_finds,
    editions_and_volumes_of_one_identifier_are_records_of_their_own,
    nothing_merges_into_an_undated_record,
);
