//! `resolve`: what people mean by an identifier, a name, an address or a slug.

use api::auth::Editor;
use api::graph::kinds;
use api::store::{Values, Write};
use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented, both};

/// A reference, and what it means: label, score and how it was found, in order.
type Case<'a> = (&'a str, &'a [(&'a str, f64, &'a str)]);

fn registry() -> Invented {
    Invented::new()
        .with("issue", json!({ "slug": "cloud", "name": "Cloud computing", "other_names": ["Informatique en nuage"] }))
        .with(
            "organisation",
            json!({
                "slug": "wlo", "name": "World Lamp Organization", "acronym": "WLO", "website": "https://www.lamps.example/en/",
                "names": { "fr": "Organisation mondiale des lampes", "ja": "世界灯台機関" }, "other_names": ["Lampists"],
            }),
        )
        .with("organisation", json!({ "slug": "guild", "name": "Guild of Lamps", "website": "http://guild.example" }))
        .with("committee", json!({ "slug": "guild-tc39", "designation": "TC39", "name": "Wicks and burners", "owners": ["guild"] }))
        .with("standard", json!({ "identifier": "ABC/DEF 27001", "undated_identifier": "ABC/DEF 27001", "undated": true, "title": "Wicks", "other_identifiers": ["GH 77"] }))
        .with("standard", json!({ "identifier": "ABC/DEF 30149", "title": "Glass", "url": "https://guild.example/standards/30149.html" }))
        .with("standard", json!({ "identifier": "RFC 9110", "title": "Signals" }))
        .with("channel", json!({ "owner": "guild", "platform": "TWITTER", "handle": "guild_lamps", "url": "https://twitter.com/guild_lamps" }))
        .with("channel", json!({ "owner": "wlo", "platform": "MASTODON", "handle": "wlo_news" }))
}

/// Editions of one document, with and without a record for all of them.
fn editions() -> Invented {
    let edition = |identifier: &str, undated: &str, year: &str| json!({ "identifier": identifier, "undated_identifier": undated, "published_on": year });
    registry()
        .with("standard", edition("ABC/DEF 27001:2005", "ABC/DEF 27001", "2005"))
        .with("standard", edition("ABC/DEF 27001:2013", "ABC/DEF 27001", "2013"))
        .with("standard", edition("ABC/DEF 27001:2022", "ABC/DEF 27001", "2022"))
        .with("standard", edition("ABC 9:1999", "ABC 9", "1999"))
        .with("standard", edition("ABC 9:2015", "ABC 9", "2015"))
        .with("standard", edition("ABC 9:2008", "ABC 9", "2008"))
}

async fn meant(atlas: &Atlas, reference: &str, first: usize) -> Vec<(String, f64, String)> {
    let document = "query($r: String!, $first: Int) { resolve(reference: $r, first: $first) { score matchedOn record { label } } }";
    let answer = atlas.ask_with(document, json!({ "r": reference, "first": first })).await;
    let one = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&one["record"]["label"]), one["score"].as_f64().unwrap_or(-1.0), text(&one["matchedOn"]))
    };
    let meant: Vec<_> = answer["resolve"].as_array().into_iter().flatten().map(one).collect();
    assert!(meant.is_sorted_by(|one, other| one.1 >= other.1), "{reference} {meant:?}");
    assert!(meant.iter().all(|one| (0.0..=1.0).contains(&one.1)), "{reference} {meant:?}");
    meant
}

async fn assert_means(atlas: &Atlas, cases: &[Case<'_>]) {
    let mut wrong = Vec::new();
    for (reference, expected) in cases {
        let found = meant(atlas, reference, 100).await;
        let same = found.len() == expected.len()
            && found
                .iter()
                .zip(*expected)
                .all(|(found, known)| found.0 == known.0 && (found.1 - known.1).abs() < 1e-9 && found.2 == known.2);
        if !same {
            wrong.push(format!("{reference:?} means {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn references_mean_what_is_known_by_them(on: Backend) {
    let atlas = on.atlas(&registry()).await;
    assert_means(
        &atlas,
        &[
            ("ABC/DEF 30149", &[("ABC/DEF 30149", 1.0, "IDENTIFIER")]),
            ("AB C/DEF 30149", &[("ABC/DEF 30149", 1.0, "IDENTIFIER")]),
            ("abc/def30149", &[("ABC/DEF 30149", 1.0, "IDENTIFIER")]),
            ("rfc9110", &[("RFC 9110", 1.0, "IDENTIFIER")]),
            ("  Rfc  9110 ", &[("RFC 9110", 1.0, "IDENTIFIER")]),
            ("rfc-9110", &[("RFC 9110", 1.0, "SLUG")]),
            ("TC39", &[("TC39", 1.0, "IDENTIFIER")]),
            ("tc 39", &[("TC39", 1.0, "IDENTIFIER")]),
            ("GH77", &[("ABC/DEF 27001", 0.95, "OTHER_IDENTIFIER")]),
            ("Wicks and burners", &[("TC39", 1.0, "NAME")]),
            ("World Lamp Organisation", &[("WLO", 1.0, "NAME")]),
            ("wörld lamp ORGANIZATION", &[("WLO", 1.0, "NAME")]),
            ("Organisation mondiale des lampes", &[("WLO", 0.95, "OTHER_NAME")]),
            ("世界灯台機関", &[("WLO", 0.95, "OTHER_NAME")]),
            ("lampists", &[("WLO", 0.95, "OTHER_NAME")]),
            ("informatique en NUAGE", &[("Cloud computing", 0.95, "OTHER_NAME")]),
            ("cloud", &[("Cloud computing", 1.0, "SLUG")]),
            // A slug beside the acronym is the surer one: both are certain.
            ("wlo", &[("WLO", 1.0, "SLUG")]),
        ],
    )
    .await;
}

async fn addresses_lead_to_their_owner(on: Backend) {
    let atlas = on.atlas(&registry()).await;
    assert_means(
        &atlas,
        &[
            ("https://www.lamps.example/en/", &[("WLO", 1.0, "URL")]),
            ("lamps.example/en", &[("WLO", 1.0, "URL")]),
            ("HTTP://LAMPS.example/EN?utm=1#top", &[("WLO", 1.0, "URL")]),
            ("https://guild.example", &[("Guild of Lamps", 1.0, "URL")]),
            // A page of a site leads to the site, unless the page itself is known.
            ("https://guild.example/about/us.html", &[("Guild of Lamps", 0.7, "URL")]),
            (
                "https://guild.example/standards/30149.html",
                &[("ABC/DEF 30149", 1.0, "URL"), ("Guild of Lamps", 0.7, "URL")],
            ),
            ("https://twitter.com/guild_lamps", &[("Twitter @guild_lamps", 1.0, "URL")]),
            ("x.com/Guild_Lamps?lang=en", &[("Twitter @guild_lamps", 1.0, "URL")]),
            ("@guild_lamps", &[("Twitter @guild_lamps", 0.9, "HANDLE")]),
            ("wlo_news", &[("Mastodon @wlo_news", 0.9, "HANDLE")]),
            ("https://mastodon.example/@wlo_news", &[("Mastodon @wlo_news", 0.72, "HANDLE")]),
            ("https://nowhere.example/", &[]),
        ],
    )
    .await;
}

async fn an_edition_that_is_not_there_means_the_document(on: Backend) {
    let atlas = on.atlas(&registry()).await;
    assert_means(
        &atlas,
        &[
            ("ABC/DEF 27001:2013", &[("ABC/DEF 27001", 0.6, "UNDATED_IDENTIFIER")]),
            ("ABC 27001:2013", &[("ABC/DEF 27001", 0.6, "UNDATED_IDENTIFIER")]),
            ("abc/def27001 (2013)", &[("ABC/DEF 27001", 0.6, "UNDATED_IDENTIFIER")]),
            ("ABC/DEF 27001 ed. 2", &[("ABC/DEF 27001", 0.6, "UNDATED_IDENTIFIER")]),
            ("GH 77:2013", &[("ABC/DEF 27001", 0.57, "UNDATED_IDENTIFIER")]),
            ("ABC 27001", &[("ABC/DEF 27001", 0.8, "WORDS")]),
            ("ABC 27002:2013", &[]),
        ],
    )
    .await;
}

async fn of_several_editions_the_newest_comes_first(on: Backend) {
    let atlas = on.atlas(&editions()).await;
    let by_words = |score: f64, way: &'static str| {
        [
            ("ABC/DEF 27001", score, way),
            ("ABC/DEF 27001:2022", score, way),
            ("ABC/DEF 27001:2013", score, way),
            ("ABC/DEF 27001:2005", score, way),
        ]
    };
    assert_means(
        &atlas,
        &[
            ("ABC/DEF 27001:2013", &[("ABC/DEF 27001:2013", 1.0, "IDENTIFIER")]),
            ("abc/def 27001 : 2013", &[("ABC/DEF 27001:2013", 1.0, "IDENTIFIER")]),
            ("ABC 27001:2013", &[("ABC/DEF 27001:2013", 0.8, "WORDS")]),
            (
                "ABC/DEF 27001",
                &[
                    ("ABC/DEF 27001", 1.0, "IDENTIFIER"),
                    ("ABC/DEF 27001:2022", 0.85, "UNDATED_IDENTIFIER"),
                    ("ABC/DEF 27001:2013", 0.85, "UNDATED_IDENTIFIER"),
                    ("ABC/DEF 27001:2005", 0.85, "UNDATED_IDENTIFIER"),
                ],
            ),
            ("ABC 27001", &by_words(0.8, "WORDS")),
            ("ABC 27001:1998", &by_words(0.6, "UNDATED_IDENTIFIER")),
            (
                "ABC 9",
                &[
                    ("ABC 9:2015", 0.85, "UNDATED_IDENTIFIER"),
                    ("ABC 9:2008", 0.85, "UNDATED_IDENTIFIER"),
                    ("ABC 9:1999", 0.85, "UNDATED_IDENTIFIER"),
                ],
            ),
            (
                "ABC 9:2011",
                &[
                    ("ABC 9:2015", 0.51, "UNDATED_IDENTIFIER"),
                    ("ABC 9:2008", 0.51, "UNDATED_IDENTIFIER"),
                    ("ABC 9:1999", 0.51, "UNDATED_IDENTIFIER"),
                ],
            ),
        ],
    )
    .await;
    for (reference, best) in
        [("ABC 9", "ABC 9:2015"), ("ABC 27001", "ABC/DEF 27001"), ("ABC 27001:1998", "ABC/DEF 27001")]
    {
        let found = meant(&atlas, reference, 1).await;
        assert_eq!(found.iter().map(|found| found.0.as_str()).collect::<Vec<_>>(), [best], "{reference}");
    }
    let two: Vec<String> = meant(&atlas, "ABC 27001:1998", 2).await.into_iter().map(|found| found.0).collect();
    assert_eq!(two, ["ABC/DEF 27001", "ABC/DEF 27001:2022"]);
}

async fn words_and_misspelt_names_are_found_with_less_certainty(on: Backend) {
    let atlas = on.atlas(&registry()).await;
    assert_means(
        &atlas,
        &[
            ("World Lamp", &[("WLO", 0.6, "WORDS")]),
            ("the Guild", &[("Guild of Lamps", 0.8, "WORDS"), ("Twitter @guild_lamps", 0.8, "WORDS")]),
            ("Wolrd Lamp Organisation", &[("WLO", 0.15, "WORDS")]),
            ("Gild of Lamps", &[("Guild of Lamps", 0.2, "WORDS"), ("Twitter @guild_lamps", 0.2, "WORDS")]),
            ("Signals", &[("RFC 9110", 0.2, "WORDS")]),
            ("glas", &[("ABC/DEF 30149", 0.15, "WORDS")]),
            ("Signlas", &[("RFC 9110", 0.1, "WORDS")]),
            ("Something else entirely", &[]),
        ],
    )
    .await;
}

async fn a_slug_of_before_a_rename_still_means_the_record(on: Backend) {
    let atlas = on.atlas(&registry()).await;
    let id = atlas.number("SELECT id FROM organisation WHERE slug = 'guild'").await;
    let version = atlas.number("SELECT version FROM organisation WHERE slug = 'guild'").await;
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    let renamed = Values::default().with(&kinds::SLUG, "fellowship");
    write.update(&kinds::ORGANISATION, id, version, &renamed).await.expect("the organisation can be renamed");
    let alias = Values::default().with(kinds::SLUG_ALIAS_KIND, kinds::ORGANISATION.code).with(&kinds::SLUG, "guild");
    let link = write.new_id();
    write.insert_link((&kinds::ORGANISATION, id), &kinds::SLUG_ALIAS, link, &alias).await.expect("the alias is kept");
    write.save().await.expect("the write can be saved");
    assert_means(
        &atlas,
        &[
            ("guild", &[("Guild of Lamps", 0.95, "FORMER_SLUG")]),
            ("GUILD", &[("Guild of Lamps", 0.95, "FORMER_SLUG")]),
            ("fellowship", &[("Guild of Lamps", 1.0, "SLUG")]),
        ],
    )
    .await;
}

async fn answers_are_bounded(on: Backend) {
    let mut records = Invented::new();
    for number in 0..120 {
        records.add("issue", json!({ "slug": format!("lamp-{number}"), "name": "Lamp" }));
    }
    let atlas = on.atlas(&records).await;
    let document =
        "{ default: resolve(reference: \"lamp\") { score } none: resolve(reference: \"lamp\", first: 0) { score }
        most: resolve(reference: \"lamp\", first: 100) { score matchedOn } }";
    let answer = atlas.ask(document).await;
    let lengths = ["default", "none", "most"].map(|name| answer[name].as_array().map(Vec::len));
    assert_eq!(lengths, [Some(10), Some(0), Some(100)]);
    for first in ["-1", "101"] {
        let document = format!("{{ resolve(reference: \"x\", first: {first}) {{ score }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["`first`", "0 to 100"]).await;
    }
    for reference in ["", " ", "\0", "…", "\"\"", "-x", "()", "://", "."] {
        assert_eq!(meant(&atlas, reference, 100).await, [], "{reference:?}");
    }
}

async fn the_seeds_are_found_by_what_people_write(on: Backend) {
    let atlas = on.seeded().await;
    for (reference, kind, label, score, way) in [
        ("IS O/IEC 30149", "Standard", "ISO/IEC 30149", 1.0, "IDENTIFIER"),
        ("TC39", "Committee", "TC39", 1.0, "IDENTIFIER"),
        ("tc 39", "Committee", "TC39", 1.0, "IDENTIFIER"),
        ("World Trade Organisation", "Organisation", "WTO", 1.0, "NAME"),
        ("world trade organization", "Organisation", "WTO", 1.0, "NAME"),
        ("wto", "Organisation", "WTO", 1.0, "SLUG"),
        ("https://www.wto.org/", "Organisation", "WTO", 1.0, "URL"),
        ("wto.org/english/tratop_e/ecom_e/ecom_e.htm", "Organisation", "WTO", 0.7, "URL"),
        ("https://x.com/CERN", "Channel", "Twitter @CERN", 1.0, "URL"),
        ("@EcmaIntl", "Channel", "Twitter @EcmaIntl", 0.9, "HANDLE"),
    ] {
        let document =
            "query($r: String!) { resolve(reference: $r, first: 1) { score matchedOn record { __typename label } } }";
        let answer = atlas.ask_with(document, json!({ "r": reference })).await["resolve"].clone();
        let expected = json!([{ "score": score, "matchedOn": way, "record": { "__typename": kind, "label": label } }]);
        assert_eq!(answer, expected, "{reference}");
    }
}

both!(
    references_mean_what_is_known_by_them,
    addresses_lead_to_their_owner,
    an_edition_that_is_not_there_means_the_document,
    of_several_editions_the_newest_comes_first,
    words_and_misspelt_names_are_found_with_less_certainty,
    a_slug_of_before_a_rename_still_means_the_record,
    answers_are_bounded,
    the_seeds_are_found_by_what_people_write,
);
