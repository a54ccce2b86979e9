//! Single records: by global id, by slug, present or former, and by identifier.

use std::collections::BTreeSet;

use api::graph::cursor::{self, revision_text, typed_id};
use api::graph::kinds;
use api::graph::moment::{Moment, Past, date_time_text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented, NOW, Schema, as_of, both};

async fn ids(atlas: &Atlas, kind: &str) -> Vec<Value> {
    let list = match kind {
        "Country" => "countries".to_owned(),
        kind => format!("{}s", kind.to_lowercase()),
    };
    let answer = atlas.ask(&format!("{{ {list}(first: 100) {{ nodes {{ id }} }} }}")).await;
    answer[&list]["nodes"].as_array().into_iter().flatten().map(|node| node["id"].clone()).collect()
}

async fn every_node_comes_back_by_its_id(on: Backend) {
    let atlas = on.garden().await;
    let schema = Schema::of(&atlas).await;
    let nodes: BTreeSet<&str> =
        schema.types.keys().map(String::as_str).filter(|ty| schema.implements(ty, "Node")).collect();
    assert_eq!(nodes, kinds::NODES.iter().map(|kind| kind.name).chain([kinds::CHANGE_NAME, cursor::MOMENT]).collect());
    for kind in kinds::NODES {
        let ids = ids(&atlas, kind.name).await;
        assert!(ids.len() > 3, "{}", kind.name);
        for id in &ids {
            let answer = atlas
                .ask(&format!("{{ node(id: {id}) {{ __typename id ... on AtlasRecord {{ slug label }} }} }}"))
                .await;
            assert_eq!((&answer["node"]["id"], &answer["node"]["__typename"]), (id, &json!(kind.name)));
            assert_eq!(answer["node"]["slug"].is_string(), kind.is_record(), "{}", kind.name);
        }
        let answer = atlas.ask(&format!("{{ nodes(ids: {}) {{ id }} }}", json!(ids))).await;
        assert_eq!(answer["nodes"], ids.iter().map(|id| json!({ "id": id })).collect::<Value>());
    }
}

async fn entries_of_the_log_come_back_by_their_ids(on: Backend) {
    let atlas = on.garden().await;
    let fields = "id revision at actor operation kind recordId record { id } version changedFields before";
    let answer = atlas.ask(&format!("{{ changes(last: 7) {{ nodes {{ {fields} }} }} }}")).await;
    for entry in answer["changes"]["nodes"].as_array().expect("entries") {
        let document = format!("{{ node(id: {}) {{ ... on Change {{ {fields} }} }} }}", entry["id"]);
        assert_eq!(atlas.ask(&document).await["node"], *entry);
    }
    // Countries and sources are in the log and are not shown.
    let country = atlas.number("SELECT max(sequence) FROM change WHERE kind = 'COUNTRY'").await;
    for sequence in [country, 1_000_000, i64::MAX] {
        let id = typed_id(kinds::CHANGE_NAME, sequence, Moment::Now);
        assert_eq!(atlas.ask(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await, json!({ "node": null }));
    }
}

async fn a_moment_comes_back_by_its_id(on: Backend) {
    let atlas = on.garden().await;
    let lists = "id at issues(first: 3) { edges { cursor node { id slug } } }";
    for at in [NOW, NOW - 1, NOW - 2_000_000, 0, -1_000_000] {
        let moment = atlas.ask(&as_of(at, &format!("{{ {lists} }}"))).await["asOf"].clone();
        assert_eq!(moment["at"], date_time_text(at));
        let document = format!("{{ node(id: {}) {{ __typename ... on Moment {{ {lists} }} }} }}", moment["id"]);
        let mut found = atlas.ask(&document).await["node"].take();
        assert_eq!(found.as_object_mut().expect("a moment").remove("__typename"), Some(json!("Moment")));
        assert_eq!(found, moment);
        let within = as_of(at, &format!("{{ node(id: {}) {{ id }} }}", moment["id"]));
        assert_eq!(atlas.ask(&within).await["asOf"]["node"]["id"], moment["id"]);
    }
}

async fn every_node_of_the_past_comes_back_as_it_was_by_its_id(on: Backend) {
    let atlas = on.garden().await;
    // Between the first two writes, with hubs that had other texts.
    let at = NOW - 3_500_000;
    for kind in kinds::RECORDS {
        let list = format!("{}s", kind.name.to_lowercase());
        let fields = "__typename id slug label version updatedAt history { totalCount }";
        let answer = atlas.ask(&as_of(at, &format!("{{ {list}(first: 100) {{ nodes {{ {fields} }} }} }}"))).await;
        let nodes = &answer["asOf"][&list]["nodes"];
        let ids: Value = nodes.as_array().into_iter().flatten().map(|node| node["id"].clone()).collect();
        let document = format!("{{ nodes(ids: {ids}) {{ ... on AtlasRecord {{ {fields} }} }} }}");
        assert_eq!(atlas.ask(&document).await["nodes"], *nodes, "{}", kind.name);
        // Beneath the same moment the ids of the present mean that state too.
        let present = self::ids(&atlas, kind.name).await;
        for ids in [ids, json!(present)] {
            let document = as_of(at, &format!("{{ nodes(ids: {ids}) {{ ... on AtlasRecord {{ {fields} }} }} }}"));
            assert_eq!(atlas.ask(&document).await["asOf"]["nodes"], *nodes, "{}", kind.name);
        }
    }
    let country = atlas.ask(&as_of(at, "{ country(code: \"CH\") { id code } sources { nodes { id } } }")).await;
    let ids = [&country["asOf"]["country"]["id"], &country["asOf"]["sources"]["nodes"][1]["id"]];
    let answer = atlas.ask(&format!("{{ nodes(ids: {}) {{ id }} }}", json!(ids))).await;
    assert_eq!(answer["nodes"], json!(ids.map(|id| json!({ "id": id }))));
}

async fn an_id_of_another_moment_is_asked_for_at_the_root(on: Backend) {
    let atlas = on.garden().await;
    let id = atlas.ask(&as_of(NOW - 1_000_000, "{ id issue(slug: \"hub\") { id } }")).await["asOf"].clone();
    for id in [&id["id"], &id["issue"]["id"]] {
        let document = as_of(NOW, &format!("{{ node(id: {id}) {{ id }} }}"));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`id`", "another moment", "root"]).await;
        let document = as_of(NOW, &format!("{{ nodes(ids: [{id}]) {{ id }} }}"));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`ids[0]`", "another moment"]).await;
    }
}

/// What nobody was given: states that never were, and moments that no clock shows.
async fn forged_ids_of_the_past_find_nothing(on: Backend) {
    let atlas = on.garden().await;
    let last = atlas.number("SELECT max(sequence) FROM change").await;
    let issue = atlas.number("SELECT id FROM issue WHERE slug = 'hub'").await;
    let states = [
        (last + 1, NOW),
        (i64::MAX, NOW),
        // Beyond what had been written by then.
        (last, NOW - 1),
        (1, NOW - 10_000_000),
        // Still to come.
        (last, NOW + 1),
        (0, NOW + 1),
        (last, MAX_MOMENT),
        // In the midst of a write.
        (1, NOW),
        (last - 1, NOW),
    ];
    for (sequence, at) in states {
        let moment = Moment::from(Past { sequence, at });
        for (name, key) in [(cursor::MOMENT, 0), ("Issue", issue), (kinds::CHANGE_NAME, last), ("Country", 1)] {
            let document = format!("{{ node(id: \"{}\") {{ id }} }}", typed_id(name, key, moment));
            assert_eq!(atlas.ask(&document).await, json!({ "node": null }), "{name} {sequence} {at}");
        }
    }
    let garbage = [
        "Issue:1@",
        "Issue:1@@",
        "Issue:1@1",
        "Issue:1@1@x",
        "Issue:1@01@1",
        "Issue:1@-1@1",
        "Moment:0",
        "Moment:1@1@1",
    ]
    .map(str::to_owned);
    let beyond = [i64::MAX, i64::MIN, MAX_MOMENT + 1].map(|at| format!("Moment:0@0@{at}"));
    for text in garbage.iter().chain(&beyond) {
        let document = format!("{{ node(id: \"{}\") {{ id ... on Moment {{ at }} }} }}", URL_SAFE_NO_PAD.encode(text));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`id`", "not an id"]).await;
    }
}

/// The last moment that a text can show.
const MAX_MOMENT: i64 = 253_402_207_200_000_000;

async fn what_is_no_id_is_refused_by_name(on: Backend) {
    let atlas = on.garden().await;
    let answer =
        atlas.ask("{ organisation(slug: \"hub\") { citations { nodes { id } } issues { edges { linkId } } } }").await;
    let citation = answer["organisation"]["citations"]["nodes"][0]["id"].as_str().expect("an id").to_owned();
    let link = answer["organisation"]["issues"]["edges"][0]["linkId"].as_str().expect("an id").to_owned();
    let good = ids(&atlas, "Issue").await[0].clone();
    let padded = format!("{}=", typed_id("Issue", 1, Moment::Now));
    let wrong = [
        "",
        "x",
        "hub",
        "Issue:1",
        &padded,
        &typed_id("Moon", 1, Moment::Now),
        &typed_id("Issue", 0, Moment::Now),
        &typed_id("Issue", -4, Moment::Now),
        "SXNzdWU6MDE",
        &"A".repeat(5_000),
        "\u{0}",
        "ÄÖÜ",
        &revision_text(1),
        &citation,
        &link,
    ]
    .map(str::to_owned);
    for id in wrong {
        atlas.refuses(&format!("{{ node(id: {}) {{ id }} }}", json!(id)), "BAD_USER_INPUT", &["`id`"]).await;
        let document = format!("{{ nodes(ids: {}) {{ id }} }}", json!([good, id]));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`ids[1]`"]).await;
    }
    atlas.refuses(&format!("{{ node(id: \"{citation}\") {{ id }} }}"), "BAD_USER_INPUT", &["Citation"]).await;
}

async fn unknown_ids_are_null_and_keep_their_places(on: Backend) {
    let atlas = on.garden().await;
    for kind in kinds::NODES {
        let id = typed_id(kind.name, i64::MAX, Moment::Now);
        assert_eq!(
            atlas.ask(&format!("{{ node(id: \"{id}\") {{ id }} }}")).await,
            json!({ "node": null }),
            "{}",
            kind.name
        );
    }
    let (issues, countries) = (ids(&atlas, "Issue").await, ids(&atlas, "Country").await);
    // A key of another kind's row is unknown to this one.
    let key = api::graph::cursor::read_id(issues[0].as_str().expect("a text")).expect("an id").key;
    let strange = json!(typed_id("Organisation", key, Moment::Now));
    let asked = [&issues[3], &strange, &countries[1], &issues[0], &issues[3]];
    let answer = atlas.ask(&format!("{{ nodes(ids: {}) {{ id }} }}", json!(asked))).await;
    let found = |id: &Value| json!({ "id": id });
    assert_eq!(
        answer["nodes"],
        json!([found(&issues[3]), null, found(&countries[1]), found(&issues[0]), found(&issues[3])])
    );
    assert_eq!(atlas.ask("{ nodes(ids: []) { id } }").await, json!({ "nodes": [] }));
}

async fn a_hundred_ids_are_taken_and_no_more(on: Backend) {
    let atlas = on.garden().await;
    let many = |count: i64| json!((1..=count).map(|key| typed_id("Issue", key, Moment::Now)).collect::<Vec<_>>());
    let answer = atlas.ask(&format!("{{ nodes(ids: {}) {{ id }} }}", many(100))).await;
    assert_eq!(answer["nodes"].as_array().map(Vec::len), Some(100));
    atlas
        .refuses(&format!("{{ nodes(ids: {}) {{ id }} }}", many(101)), "BAD_USER_INPUT", &["`ids`", "101", "100"])
        .await;
}

async fn former_slugs_find_the_record(on: Backend) {
    let atlas = on.garden().await;
    for (number, kind) in (0..).zip(kinds::RECORDS) {
        let slug = atlas.texts(&format!("SELECT slug FROM {} ORDER BY slug", kind.table)).await.swap_remove(0);
        let id = atlas.number(&format!("SELECT id FROM {} WHERE slug = '{slug}'", kind.table)).await;
        atlas
            .execute(&format!(
                "INSERT INTO slug_alias (id, record_id, kind, slug, from_seq) VALUES ({}, {id}, '{}', 'former', 1)",
                800_000 + number,
                kind.code
            ))
            .await;
        let field = kind.name.to_lowercase();
        let document =
            format!("{{ now: {field}(slug: \"{slug}\") {{ id slug }} once: {field}(slug: \"former\") {{ id slug }} }}");
        let answer = atlas.ask(&document).await;
        assert!(answer["now"].is_object() && answer["now"] == answer["once"], "{}: {answer}", kind.name);
        // A filter tests the slug that the record has.
        let list = atlas
            .ask(&format!("{{ list: {field}s(filter: {{ slug: {{ eq: \"former\" }} }}) {{ totalCount }} }}"))
            .await;
        assert_eq!(list["list"]["totalCount"], 0, "{}", kind.name);
    }
    let branch = atlas.number("SELECT id FROM issue WHERE slug = 'branch-1'").await;
    atlas
        .execute(&format!(
            "INSERT INTO slug_alias (id, record_id, kind, slug, from_seq) VALUES (899999, {branch}, 'ISSUE', 'twig', 1)"
        ))
        .await;
    let answer = atlas
        .ask("{ now: issues(filter: { under: \"branch-1\" }) { nodes { slug } } once: issues(filter: { under: \"twig\" }) { nodes { slug } } }")
        .await;
    assert_eq!(answer["now"], answer["once"]);
    assert_eq!(answer["now"]["nodes"].as_array().map(Vec::len), Some(3));
}

async fn slugs_that_nothing_has_are_null(on: Backend) {
    let atlas = on.garden().await;
    for kind in kinds::RECORDS {
        for slug in ["nothing", "", "HUB", " hub", "hub'; --", "\u{0}", "\u{fffd}"] {
            let field = kind.name.to_lowercase();
            let answer = atlas.ask(&format!("{{ {field}(slug: {}) {{ id }} }}", json!(slug))).await;
            assert_eq!(answer[&field], Value::Null, "{} {slug:?}", kind.name);
        }
    }
    for code in ["", "X", "XX", "CHE", "\u{0}\u{0}", "ÄÖ", "Ä"] {
        assert_eq!(
            atlas.ask(&format!("{{ country(code: {}) {{ id }} }}", json!(code))).await["country"],
            Value::Null,
            "{code:?}"
        );
    }
    let answer = atlas
        .ask("{ small: country(code: \"ci\") { code alpha3 name } large: country(code: \"CI\") { code alpha3 name } }")
        .await;
    assert_eq!(answer["small"], json!({ "code": "CI", "alpha3": "CIV", "name": "Côte d'Ivoire" }));
    assert_eq!(answer["small"], answer["large"]);
}

async fn an_identifier_finds_the_document_it_means(on: Backend) {
    let editions = [
        ("2001", "PUBLISHED"),
        ("2010", "WITHDRAWN"),
        ("2008", "PUBLISHED"),
        ("2020", "UNDER_DEVELOPMENT"),
        ("2021", "CANCELLED"),
    ];
    let mut records = Invented::new();
    for (year, status) in editions {
        records.add("standard", json!({ "identifier": format!("XYZ 1:{year}"), "undated_identifier": "XYZ 1", "published_on": year, "status": status }));
        records.add("standard", json!({ "identifier": format!("UVW 1:{year}"), "undated_identifier": "UVW 1", "published_on": year, "status": status }));
    }
    records.add("standard", json!({ "identifier": "XYZ 1:2010/Amd 1", "undated_identifier": "XYZ 1", "published_on": "2015", "type": "AMENDMENT" }));
    records.add("standard", json!({ "identifier": "UVW 1", "undated": true }));
    // Documents that are numbered by edition: all of them have one identifier.
    for edition in ["9", "10", "2"] {
        records.add("standard", json!({ "identifier": "ECMA-1", "edition": edition }));
        records.add("standard", json!({ "identifier": "ECMA-2", "edition": edition }));
    }
    records.add("standard", json!({ "identifier": "ECMA-2", "undated": true }));
    records.add("standard", json!({ "identifier": "ISO/TS 23258" }));
    records.add("standard", json!({ "identifier": "ISO/IEC 19944-1" }));
    records.add("standard", json!({ "identifier": "ISO 9000/Cor 1", "type": "CORRIGENDUM" }));
    let atlas = on.atlas(&records).await;
    for (asked, found) in [
        ("XYZ 1", Some("XYZ 1:2010")),
        ("xyz  1", Some("XYZ 1:2010")),
        ("XYZ 1:2001", Some("XYZ 1:2001")),
        ("xyz1:2020", Some("XYZ 1:2020")),
        ("UVW 1", Some("UVW 1")),
        ("uvw 1:2021", Some("UVW 1:2021")),
        ("iso ts 23258", Some("ISO/TS 23258")),
        ("ISO/TS  23258", Some("ISO/TS 23258")),
        ("iso/iec 19 944 -1", Some("ISO/IEC 19944-1")),
        ("ISO 9000/COR1:", Some("ISO 9000/Cor 1")),
        ("iso 9000 cor 1", Some("ISO 9000/Cor 1")),
        ("XYZ", None),
        ("XYZ 11", None),
        ("ISO/IEC 199441", None),
        ("", None),
        ("%", None),
        ("\u{0}", None),
    ] {
        let answer = atlas.ask(&format!("{{ standard(identifier: {}) {{ identifier }} }}", json!(asked))).await;
        assert_eq!(answer["standard"]["identifier"].as_str(), found, "{asked:?}");
    }
    for identifier in ["XYZ 1:2001", "XYZ 1:2010", "XYZ 1:2020", "XYZ 1:2010/Amd 1"] {
        let answer = atlas.ask(&format!("{{ standard(identifier: \"{identifier}\") {{ latestEdition {{ identifier }} editions {{ nodes {{ identifier }} }} }} }}")).await;
        assert_eq!(answer["standard"]["latestEdition"]["identifier"], "XYZ 1:2010", "{identifier}");
        let editions =
            ["2021", "2020", "2010", "2008", "2001"].map(|year| json!({ "identifier": format!("XYZ 1:{year}") }));
        assert_eq!(answer["standard"]["editions"]["nodes"], json!(editions), "{identifier}");
    }
    for (asked, edition, undated) in [("ecma-1", json!("10"), false), ("ecma-2", Value::Null, true)] {
        let answer = atlas.ask(&format!("{{ standard(identifier: \"{asked}\") {{ edition undated }} }}")).await;
        assert_eq!(answer["standard"], json!({ "edition": edition, "undated": undated }), "{asked}");
    }
}

async fn a_standard_is_asked_for_in_one_way(on: Backend) {
    let atlas = on.garden().await;
    for arguments in ["", "(slug: null)", "(slug: null, identifier: null)", "(slug: \"abc-1\", identifier: \"ABC 1\")"]
    {
        let document = format!("{{ standard{arguments} {{ id }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["`slug`", "`identifier`"]).await;
    }
    let answer = atlas.ask("{ standard(slug: \"abc-1\", identifier: null) { identifier } }").await;
    assert_eq!(answer["standard"]["identifier"], "ABC 1");
}

async fn relations_connect_as_soon_as_their_target_is_there(on: Backend) {
    let mut records = Invented::new()
        .with("standard", json!({ "identifier": "A 1", "relations": [{ "kind": "REPLACES", "identifier": "b  2" }] }));
    let atlas = on.atlas(&records).await;
    let document = "{ standard(slug: \"a-1\") { relations { edges { kind identifier node { identifier } } } } }";
    let edge = |node: Value| json!([{ "kind": "REPLACES", "identifier": "b  2", "node": node }]);
    assert_eq!(atlas.ask(document).await["standard"]["relations"]["edges"], edge(Value::Null));
    records.add("standard", json!({ "identifier": "B 2" }));
    atlas.load(&records).await;
    assert_eq!(atlas.ask(document).await["standard"]["relations"]["edges"], edge(json!({ "identifier": "B 2" })));
    let version = atlas.ask("{ standard(slug: \"a-1\") { version } }").await;
    assert_eq!(version["standard"]["version"], 1, "the other end logs nothing");
}

async fn channels_know_their_owner_whatever_it_is(on: Backend) {
    let atlas = on.garden().await;
    let answer =
        atlas.ask("{ channels(first: 100) { nodes { slug owner { __typename slug } organisation { slug } } } }").await;
    let nodes = answer["channels"]["nodes"].as_array().expect("nodes");
    let of = |slug: &str| nodes.iter().find(|node| node["slug"] == slug).cloned().unwrap_or_default();
    for (slug, kind, owner) in [
        ("hub-blog", "Organisation", "hub"),
        ("e-1-twitter", "Event", "e-1"),
        ("abc-1-rss", "Standard", "abc-1"),
        ("hub-twitter-hub", "Organisation", "hub"),
    ] {
        let channel = of(slug);
        assert_eq!(channel["owner"], json!({ "__typename": kind, "slug": owner }), "{slug}");
        assert_eq!(channel["organisation"].is_null(), kind != "Organisation", "{slug}");
    }
}

both!(
    every_node_comes_back_by_its_id,
    entries_of_the_log_come_back_by_their_ids,
    a_moment_comes_back_by_its_id,
    every_node_of_the_past_comes_back_as_it_was_by_its_id,
    an_id_of_another_moment_is_asked_for_at_the_root,
    forged_ids_of_the_past_find_nothing,
    what_is_no_id_is_refused_by_name,
    unknown_ids_are_null_and_keep_their_places,
    a_hundred_ids_are_taken_and_no_more,
    former_slugs_find_the_record,
    slugs_that_nothing_has_are_null,
    an_identifier_finds_the_document_it_means,
    a_standard_is_asked_for_in_one_way,
    relations_connect_as_soon_as_their_target_is_there,
    channels_know_their_owner_whatever_it_is,
);
