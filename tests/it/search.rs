//! Full-text search: known answers over invented records.

use api::auth::Editor;
use api::graph::{FilterForm, Kind, kinds};
use api::store::put::{column, list};
use api::store::{Draft, Values, Write, put, put_prepared};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented, both};

/// A search and the labels that it finds, in order.
type Case<'a> = (&'a str, &'a [&'a str]);

/// Issues with these names.
fn issues(names: &[&str]) -> Invented {
    let mut records = Invented::new();
    for (number, name) in names.iter().enumerate() {
        records.add("issue", json!({ "slug": format!("issue-{number}"), "name": name }));
    }
    records
}

/// A little of every kind.
fn library() -> Invented {
    Invented::new()
        .with("issue", json!({ "slug": "cloud", "name": "Cloud computing", "other_names": ["Informatique en nuage"] }))
        .with("issue", json!({ "slug": "data", "name": "Data governance", "description": "Who decides on data." }))
        .with(
            "organisation",
            json!({
                "slug": "guild", "name": "Guild for Standardization", "acronym": "GFS", "other_names": ["Norm makers"],
                "names": { "de": "Gilde der Normungen", "fr": "Guilde des normes nationales" },
                "summary": "It keeps <script>alert('norms & rules')</script> away.",
                "issues": [{ "issue": "cloud", "heading": "Distributed work", "local_term": "grid", "text": "Machines elsewhere." }],
            }),
        )
        .with("organisation", json!({ "slug": "office", "name": "Office of Lamps", "membership": "All who govern data." }))
        .with(
            "standard",
            json!({
                "identifier": "ISO/IEC 27001:2022", "undated_identifier": "ISO/IEC 27001", "title": "Information security",
                "titles": { "de": "Sicherheit der Informationen", "fr": "Sécurité de l'information" },
                "abstract": "Requirements of a management system.", "other_identifiers": ["EN 27001", "BS 7799-2"],
                "subjects": [{ "scheme": "ICS", "code": "35.030", "title": "Cryptography" }],
            }),
        )
        .with("standard", json!({ "identifier": "ISO/IEC 30149", "title": "Trustworthiness" }))
        .with("standard", json!({ "identifier": "RFC 9110", "title": "HTTP semantics" }))
        .with("committee", json!({ "slug": "jtc-1", "designation": "JTC 1", "name": "Information technology", "scope": "Lamps and data." }))
        .with("event", json!({ "slug": "forum", "title": "Forum on lamps", "location": "Genève" }))
        .with("channel", json!({ "owner": "guild", "platform": "TWITTER", "handle": "lampnews" }))
        .with("instrument", json!({ "slug": "treaty", "name": "Treaty on lamps", "acronym": "TOL" }))
        .with("initiative", json!({ "slug": "project", "name": "Project of lamps" }))
        .with("resource", json!({ "slug": "tool", "name": "Tool for lamps", "description": "About governance." }))
}

/// What a search finds: labels and scores, in order.
async fn scored(atlas: &Atlas, query: &str) -> Vec<(String, f64)> {
    let document = "query($q: String!) { search(query: $q, first: 100) { totalCount edges { score node { label } } } }";
    let answer = atlas.ask_with(document, json!({ "q": query })).await;
    let edges = answer["search"]["edges"].as_array().cloned().unwrap_or_default();
    assert_eq!(answer["search"]["totalCount"], edges.len(), "{query}");
    let edge = |edge: &Value| (text(&edge["node"]["label"]), edge["score"].as_f64().unwrap_or_default());
    edges.iter().map(edge).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn assert_finds(atlas: &Atlas, cases: &[Case<'_>]) {
    let mut wrong = Vec::new();
    for (query, expected) in cases {
        let found: Vec<String> = scored(atlas, query).await.into_iter().map(|(label, _)| label).collect();
        if found != *expected {
            wrong.push(format!("{query:?} finds {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn assert_scores(atlas: &Atlas, cases: &[(&str, &[(&str, f64)])]) {
    let mut wrong = Vec::new();
    for (query, expected) in cases {
        let found = scored(atlas, query).await;
        let same = found.len() == expected.len()
            && found.iter().zip(*expected).all(|(found, known)| found.0 == known.0 && (found.1 - known.1).abs() < 1e-9);
        if !same {
            wrong.push(format!("{query:?} finds {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// ---------------------------------------------------------------- words

async fn case_accents_and_spelling_do_not_matter(on: Backend) {
    let names = [
        "École numérique",
        "Ecology",
        "Côte d’Ivoire",
        "Straße",
        "Standardization of data",
        "ORGANISATION CHART",
        "İstanbul charter",
        "Œuvre 日本",
    ];
    let atlas = on.atlas(&issues(&names)).await;
    let cases: &[Case<'_>] = &[
        ("ecole", &["École numérique"]),
        ("ÉCOLE NUMERIQUE", &["École numérique"]),
        ("e\u{301}cole", &["École numérique"]),
        ("cote d'ivoire", &["Côte d’Ivoire"]),
        ("CÔTE D’IVOIRE", &["Côte d’Ivoire"]),
        ("strasse", &["Straße"]),
        ("STRASSE", &["Straße"]),
        ("standardisation", &["Standardization of data"]),
        ("STANDARDIZATION", &["Standardization of data"]),
        ("data standardisations", &["Standardization of data"]),
        ("standardise data", &["Standardization of data"]),
        ("organization charts", &["ORGANISATION CHART"]),
        ("organisa", &["ORGANISATION CHART"]),
        ("organiza", &["ORGANISATION CHART"]),
        ("istanbul", &["İstanbul charter"]),
        ("oeuvre", &["Œuvre 日本"]),
        ("日本", &["Œuvre 日本"]),
        ("the standardization", &["Standardization of data"]),
    ];
    assert_finds(&atlas, cases).await;
}

async fn words_are_found_by_the_stems_of_their_language(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let cases: &[Case<'_>] = &[
        ("norme nationale", &["GFS"]),
        ("nationaux normes", &["GFS"]),
        ("norm maker", &["GFS"]),
        ("governing data", &["Data governance", "Office of Lamps"]),
        ("governs data", &["Data governance", "Office of Lamps"]),
        // German is compared as it is.
        ("normungen gilde", &["GFS"]),
        ("normung gilde", &[]),
        ("informationen sicherheit", &["ISO/IEC 27001:2022"]),
        ("sécurités information", &["ISO/IEC 27001:2022"]),
        ("nuages informatiques", &["Cloud computing"]),
    ];
    assert_finds(&atlas, cases).await;
}

async fn the_last_word_may_be_unfinished(on: Backend) {
    let names = ["Governance", "Government", "Gov tech", "Data of the sea"];
    let atlas = on.atlas(&issues(&names)).await;
    assert_scores(
        &atlas,
        &[
            ("gov", &[("Gov tech", 0.8), ("Governance", 0.7), ("Government", 0.7)]),
            ("govern", &[("Governance", 0.8), ("Government", 0.8)]),
            ("government", &[("Government", 1.0), ("Governance", 0.8)]),
            ("governanc", &[("Governance", 0.7)]),
            ("tech gov", &[("Gov tech", 0.8)]),
            ("gov te", &[("Gov tech", 0.7)]),
            ("tec gov", &[]),
            ("\"gov te\"", &[]),
            ("se the da", &[]),
            ("sea the da", &[("Data of the sea", 0.7)]),
        ],
    )
    .await;
}

async fn phrases_ask_for_words_side_by_side(on: Backend) {
    let records = issues(&["Data protection law", "Protection of data laws", "Open data"])
        .with("issue", json!({ "slug": "big", "name": "Big data", "description": "Protection of people." }))
        .with("issue", json!({ "slug": "several", "name": "Several", "other_names": ["More data", "Protection"] }));
    let atlas = on.atlas(&records).await;
    let cases: &[Case<'_>] = &[
        ("\"data protection\"", &["Data protection law"]),
        ("“Data protections”", &["Data protection law"]),
        ("«data protection»", &["Data protection law"]),
        ("law \"data protection\"", &["Data protection law"]),
        ("\"protection data\"", &[]),
        ("\"protection of data\"", &["Protection of data laws"]),
        ("\"data protection law\" \"protection law\"", &["Data protection law"]),
        // Words of different fields, or of different names, are no neighbours.
        ("data protection", &["Data protection law", "Protection of data laws", "Several", "Big data"]),
        // A quote that nothing closes is none.
        ("\"open data", &["Open data"]),
        ("open data\"", &["Open data"]),
    ];
    assert_finds(&atlas, cases).await;
}

async fn a_minus_excludes(on: Backend) {
    let names = ["Data protection law", "Data laws of protection", "Open data", "Data 9110", "Data RFC 9110"];
    let atlas = on.atlas(&issues(&names)).await;
    let all = ["Data 9110", "Data laws of protection", "Data protection law", "Data RFC 9110", "Open data"];
    let cases: &[Case<'_>] = &[
        ("data", &all),
        ("data -law", &["Data 9110", "Data RFC 9110", "Open data"]),
        ("data −laws -open", &["Data 9110", "Data RFC 9110"]),
        ("data -\"data protection\" -9110", &["Data laws of protection", "Open data"]),
        ("data -\"protection data\" -9110", &["Data laws of protection", "Data protection law", "Open data"]),
        // What was typed as one word is excluded as one.
        ("data -rfc9110 -law -open", &["Data 9110"]),
        ("-data", &[]),
        ("-\"data protection\"", &[]),
        ("data -data", &[]),
        ("open-data", &["Open data"]),
        ("data - law", &["Data laws of protection", "Data protection law"]),
    ];
    assert_finds(&atlas, cases).await;
}

async fn identifiers_are_found_however_they_are_spaced(on: Backend) {
    let atlas = on.atlas(&library()).await;
    assert_scores(
        &atlas,
        &[
            ("iso 27001", &[("ISO/IEC 27001:2022", 0.8)]),
            ("ISO/IEC27001", &[("ISO/IEC 27001:2022", 0.8)]),
            ("iso iec 27001", &[("ISO/IEC 27001:2022", 0.8)]),
            ("27001:2022", &[("ISO/IEC 27001:2022", 0.8)]),
            ("iso/iec 27001 : 2022", &[("ISO/IEC 27001:2022", 1.0)]),
            ("IS O/IEC 30149", &[("ISO/IEC 30149", 1.0)]),
            ("rfc9110", &[("RFC 9110", 1.0)]),
            ("RFC-9110", &[("RFC 9110", 0.8)]),
            ("rfc 91", &[("RFC 9110", 0.7)]),
            ("jtc1", &[("JTC 1", 1.0)]),
            // Other identifiers name the document as well.
            ("en27001", &[("ISO/IEC 27001:2022", 1.0)]),
            ("bs7799 - 2", &[("ISO/IEC 27001:2022", 1.0)]),
            ("bs 7799", &[("ISO/IEC 27001:2022", 0.6)]),
            ("iso 2700", &[("ISO/IEC 27001:2022", 0.7)]),
            ("iso 7001", &[]),
        ],
    )
    .await;
}

async fn every_text_of_a_record_is_found(on: Backend) {
    let atlas = on.atlas(&library()).await;
    assert_scores(
        &atlas,
        &[
            ("gfs", &[("GFS", 1.0)]),
            ("guild for standardisation", &[("GFS", 1.0)]),
            ("guilde des normes nationales", &[("GFS", 1.0)]),
            ("norm makers", &[("GFS", 1.0)]),
            ("gilde", &[("GFS", 0.6)]),
            ("informatique", &[("Cloud computing", 0.6)]),
            ("securite", &[("ISO/IEC 27001:2022", 0.4)]),
            ("semantics", &[("RFC 9110", 0.4)]),
            // Treatments belong to the organisation, subjects to the standard.
            ("distributed work", &[("GFS", 0.2)]),
            ("grid", &[("GFS", 0.2)]),
            ("machines elsewhere", &[("GFS", 0.2)]),
            ("cryptography", &[("ISO/IEC 27001:2022", 0.2)]),
            ("management", &[("ISO/IEC 27001:2022", 0.2)]),
            ("geneve", &[("Forum on lamps", 0.2)]),
            ("decides", &[("Data governance", 0.2)]),
            ("information technology", &[("JTC 1", 1.0)]),
            ("lampnews", &[("Twitter @lampnews", 0.8)]),
            ("guild lamp", &[("Twitter @lampnews", 0.5)]),
            ("tool governance", &[("Tool for lamps", 0.2)]),
        ],
    )
    .await;
}

// ---------------------------------------------------------------- order

/// The word in one field of a record each, from the best to the worst, and two that match equally well.
fn beacons() -> Invented {
    Invented::new()
        .with("resource", json!({ "slug": "text", "name": "A text", "description": "About the beacon." }))
        .with("standard", json!({ "identifier": "X 1", "title": "On beacons" }))
        .with("organisation", json!({ "slug": "names", "name": "Names", "other_names": ["The beacon people"] }))
        .with("issue", json!({ "slug": "label-2", "name": "Label 10 beacon" }))
        .with("instrument", json!({ "slug": "same-1", "name": "Label 9 beacon" }))
        .with("issue", json!({ "slug": "same-2", "name": "Label 9 beacon" }))
        .with("initiative", json!({ "slug": "exact", "name": "Zeal", "acronym": "BEACON" }))
}

async fn what_is_known_by_the_words_comes_first_then_label_names_title_and_text(on: Backend) {
    let atlas = on.atlas(&beacons()).await;
    let document = "query($q: String!) { search(query: $q) { edges { score node { __typename slug } } } }";
    let asked = async |query: &str| {
        let answer = atlas.ask_with(document, json!({ "q": query })).await;
        let edges = answer["search"]["edges"].as_array().cloned().unwrap_or_default();
        edges.iter().map(|edge| format!("{} {}", edge["score"], text(&edge["node"]["slug"]))).collect::<Vec<_>>()
    };
    let mut whole = asked("beacon").await;
    // Of equal labels the record that was made first, whatever its kind.
    let ties: Vec<String> = atlas
        .texts("SELECT slug FROM issue WHERE slug = 'same-2' UNION ALL SELECT slug FROM instrument ORDER BY 1")
        .await;
    assert_eq!(ties, ["same-1", "same-2"]);
    let first = atlas.number("SELECT id FROM instrument").await;
    let second = atlas.number("SELECT id FROM issue WHERE slug = 'same-2'").await;
    if second < first {
        whole.swap(1, 2);
    }
    assert_eq!(whole, ["1.0 exact", "0.8 same-1", "0.8 same-2", "0.8 label-2", "0.6 names", "0.4 x-1", "0.2 text"]);
    let begun = asked("beac").await;
    let scores: Vec<&str> = begun.iter().map(|found| found.split(' ').next().unwrap_or_default()).collect();
    assert_eq!(scores, ["0.7", "0.7", "0.7", "0.7", "0.5", "0.3", "0.2"]);
    // Words in label and names together count as in the names, and so on.
    assert_scores(
        &atlas,
        &[
            ("names beacon", &[("Names", 0.6)]),
            ("x beacons", &[("X 1", 0.4)]),
            ("text beacon", &[("A text", 0.2)]),
            ("zeal beacon", &[("BEACON", 0.6)]),
        ],
    )
    .await;
}

async fn typing_errors_are_forgiven_where_nothing_else_is_found(on: Backend) {
    let records = library()
        .with("issue", json!({ "slug": "cyber", "name": "Cybersecurity" }))
        .with("issue", json!({ "slug": "form", "name": "Forms of power" }));
    let atlas = on.atlas(&records).await;
    assert_scores(
        &atlas,
        &[
            ("cybersecurty", &[("Cybersecurity", 0.4)]),
            ("cybresecurity", &[("Cybersecurity", 0.4)]),
            ("trustworthyness", &[("ISO/IEC 30149", 0.2)]),
            ("giuld standardisation", &[("GFS", 0.3)]),
            ("guidle nationales", &[("GFS", 0.3)]),
            // A word that something holds is meant, and phrases ask for what they say.
            ("forms", &[("Forms of power", 0.8)]),
            ("\"cybersecurty\"", &[]),
            ("cybersecurty -cybersecurity", &[]),
            // Numbers and short words are not mistyped.
            ("rfc 9111", &[]),
            ("gsf", &[]),
            ("iso 30148", &[]),
            // Every other word must be there.
            ("cybersecurty lamps", &[]),
            ("xyzzyxyzzy", &[]),
        ],
    )
    .await;
    // One mistyped word stands beside others that are not.
    let found = scored(&atlas, "foruum lamps").await;
    assert_eq!(found.first().map(|(label, score)| (label.as_str(), *score)), Some(("Forum on lamps", 0.4)));
}

// ---------------------------------------------------------------- changes

async fn labels(atlas: &Atlas, query: &str) -> Vec<String> {
    scored(atlas, query).await.into_iter().map(|(label, _)| label).collect()
}

/// Key and version of a record.
async fn record(atlas: &Atlas, kind: &Kind, slug: &str) -> (i64, i64) {
    let number =
        async |column: &str| atlas.number(&format!("SELECT {column} FROM {} WHERE slug = '{slug}'", kind.table)).await;
    (number("id").await, number("version").await)
}

async fn search_follows_every_change_at_once(on: Backend) {
    let mut records = library();
    let atlas = on.atlas(&records).await;
    records.change("issue", "data", json!({ "name": "Oversight of records", "description": "Who decides on zinc." }));
    records.change(
        "organisation",
        "guild",
        json!({
            "names": { "fr": "Confrérie" }, "acronym": null,
            "issues": [{ "issue": "cloud", "heading": "Far work", "cites": [{ "source": "test" }] }],
        }),
    );
    records.change(
        "standard",
        "ISO/IEC 30149",
        json!({ "other_identifiers": ["QQ 5"], "titles": { "fr": "Confiance" } }),
    );
    atlas.load(&records).await;
    let cases: &[Case<'_>] = &[
        ("data governance", &["Office of Lamps"]),
        ("oversight", &["Oversight of records"]),
        ("zinc", &["Oversight of records"]),
        ("gfs", &[]),
        ("guilde nationale", &[]),
        ("confrerie", &["Guild for Standardization"]),
        ("grid", &[]),
        ("far work", &["Guild for Standardization"]),
        ("qq5", &["ISO/IEC 30149"]),
        ("confiance", &["ISO/IEC 30149"]),
    ];
    assert_finds(&atlas, cases).await;
    records.change("standard", "ISO/IEC 30149", json!({ "other_identifiers": [], "titles": {} }));
    atlas.load(&records).await;
    assert_finds(&atlas, &[("qq5", &[]), ("confiance", &[])]).await;
}

async fn an_import_leaves_an_index_of_few_parts(on: Backend) {
    let atlas = on.atlas(&library()).await;
    // Parts of SQLite's index; PostgreSQL's has none.
    let parts = async || {
        let count = "SELECT count(DISTINCT segid) FROM search_other_words_idx";
        match atlas.app.read.get_database_backend() {
            DbBackend::Sqlite => {
                let row = atlas.app.read.query_one_raw(Statement::from_string(DbBackend::Sqlite, count)).await;
                row.expect("it can be counted").and_then(|row| row.try_get_by_index::<i64>(0).ok()).expect("a number")
            }
            _ => 1,
        }
    };
    let mut records = issues(&["0"; 9].map(|_| "Lamps"));
    for time in 0..9 {
        records.change("issue", &format!("issue-{time}"), json!({ "name": format!("Lamp {time}") }));
        atlas.load(&records).await;
    }
    let before = parts().await;
    atlas.app.settle_after_import().await.expect("it can be settled");
    let after = parts().await;
    assert!(after == 1 || after * 2 < before, "{after} of {before} parts are left");
    assert_finds(&atlas, &[("lamp 7", &["Lamp 7"]), ("zinc", &[]), ("grid", &["GFS"])]).await;
    atlas.app.settle_after_import().await.expect("it can be settled again");
    assert_eq!(parts().await, after);
}

async fn search_follows_renames_and_deletes(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let (id, version) = record(&atlas, &kinds::CHANNEL, "guild-twitter").await;
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    let renamed = Values::default().with(&kinds::SLUG, "brotherhood-twitter");
    write.update(&kinds::CHANNEL, id, version, &renamed).await.expect("the channel can be renamed");
    assert_eq!(labels(&atlas, "brotherhood").await, Vec::<String>::new(), "nothing is seen before it is saved");
    write.save().await.expect("the write can be saved");
    assert_eq!(labels(&atlas, "brotherhood").await, ["Twitter @lampnews"]);

    assert_eq!(labels(&atlas, "rfc9110").await, ["RFC 9110"]);
    let (id, version) = record(&atlas, &kinds::STANDARD, "rfc-9110").await;
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    write.delete(&kinds::STANDARD, id, version).await.expect("the standard can be deleted");
    drop(write);
    assert_eq!(labels(&atlas, "rfc9110").await, ["RFC 9110"], "what is dropped was never done");
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    write.delete(&kinds::STANDARD, id, version).await.expect("the standard can be deleted");
    write.save().await.expect("the write can be saved");
    for query in ["rfc9110", "http semantics", "9110"] {
        assert_eq!(labels(&atlas, query).await, Vec::<String>::new(), "{query}");
    }
    for (table, key) in [("search_text", "id"), ("search_key", "record_id")] {
        assert_eq!(atlas.number(&format!("SELECT count(*) FROM {table} WHERE {key} = {id}")).await, 0, "{table}");
    }
}

async fn an_atlas_of_before_search_is_indexed_when_it_is_opened(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let queries = ["lamps", "gfs", "rfc9110", "trustworthyness", "norme nationale"];
    let mut before = Vec::new();
    for query in queries {
        before.push(scored(&atlas, query).await);
    }
    assert!(before.iter().all(|found| !found.is_empty()), "{before:?}");
    for table in ["search_text", "search_key", "search_trigram", "search_word", "search_token"] {
        atlas.execute(&format!("DELETE FROM {table}")).await;
    }
    atlas.execute("DELETE FROM setting WHERE name = 'search_version'").await;
    assert!(scored(&atlas, "lamps").await.is_empty());
    atlas.another().await.close().await;
    for (query, before) in queries.into_iter().zip(before) {
        assert_eq!(scored(&atlas, query).await, before, "{query}");
    }
    // What is up to date is left alone.
    atlas.execute("DELETE FROM search_text").await;
    atlas.another().await.close().await;
    assert!(scored(&atlas, "lamps").await.is_empty());
}

async fn what_is_indexed_as_it_is_written_is_what_indexing_anew_makes(on: Backend) {
    for atlas in [on.atlas(&library()).await, on.seeded().await] {
        let mut stored = Vec::new();
        for _ in 0..2 {
            let columns =
                "CAST(id AS text), kind, label_sort, label, names, title, body, marks".replace(", ", " || '|' || ");
            let mut rows = atlas.texts(&format!("SELECT {columns} FROM search_text ORDER BY id")).await;
            for query in [
                "SELECT CAST(record_id AS text) || '|' || form || '|' || key FROM search_key ORDER BY record_id, form, key",
                "SELECT word FROM search_word ORDER BY word",
                "SELECT token FROM search_token ORDER BY token",
                "SELECT trigram || '|' || word FROM search_trigram ORDER BY word, trigram",
            ] {
                rows.extend(atlas.texts(query).await);
            }
            stored.push(rows);
            atlas.execute("DELETE FROM setting WHERE name = 'search_version'").await;
            atlas.another().await.close().await;
        }
        assert!(!stored[0].is_empty());
        assert_eq!(stored[0], stored[1]);
    }
}

async fn a_new_record_is_indexed_as_it_is_in_the_end(on: Backend) {
    let issue = |id: i64, name: &str| {
        let values = Values::default()
            .with(column(&kinds::ISSUE, "name"), name)
            .with(column(&kinds::ISSUE, "other_names"), list(&[]))
            .with(&kinds::SLUG, name.to_lowercase());
        Draft { kind: &kinds::ISSUE, id, is_new: true, values, links: Vec::new() }
    };
    let atlas = on.atlas(&library()).await;
    for is_saved in [false, true] {
        let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
        let drafts = vec![issue(write.new_id(), "Zanzibarium"), issue(write.new_id(), "Quixotry")];
        let changed = drafts[1].id;
        put(&mut write, drafts).await.expect("the issues can be written");
        let other = Values::default().with(column(&kinds::ISSUE, "description"), "Xylophones");
        write.update(&kinds::ISSUE, changed, 1, &other).await.expect("a new issue can be changed");
        if is_saved {
            write.save().await.expect("the write can be saved");
        }
    }
    // Words of what was never saved must not be taken for known.
    assert_eq!(labels(&atlas, "zanzibariun").await, ["Zanzibarium"]);
    assert_eq!(labels(&atlas, "xylophone").await, ["Quixotry"]);
}

async fn drafts_are_prepared_before_their_keys_are_known(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let parent = Values::default().with(column(&kinds::ISSUE, "name"), "Above").with(&kinds::SLUG, "above");
    let child = Values::default().with(column(&kinds::ISSUE, "name"), "Below").with(&kinds::SLUG, "below");
    let drafts = [(-1, parent.without(&kinds::PARENT_ID)), (-2, child.with(&kinds::PARENT_ID, -1))];
    let prepared = drafts.map(|(id, values)| {
        let values = values.with(column(&kinds::ISSUE, "other_names"), list(&[]));
        Draft { kind: &kinds::ISSUE, id, is_new: true, values, links: Vec::new() }.prepare()
    });
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write begins");
    let keys = [write.new_id(), write.new_id()];
    let keyed = prepared.map(|draft| draft.map_keys(|key| if key == -1 { keys[0] } else { keys[1] }));
    let outcome = put_prepared(&mut write, keyed.into()).await.expect("the issues can be written");
    assert_eq!(outcome.created, 2);
    write.save().await.expect("the write can be saved");
    assert_eq!(labels(&atlas, "below").await, ["Below"]);
    let answer = atlas.ask(r#"{ issue(slug: "below") { parent { name } } }"#).await;
    assert_eq!(answer["issue"]["parent"]["name"], "Above");
}

async fn of_very_many_words_the_first_are_found(on: Backend) {
    // More than an index of words holds on PostgreSQL: what stands at the beginning is found all the same.
    let word = |number: usize| format!("{}{}", "ж".repeat(40), letters(number));
    let text = |part: usize| (0..1_900).map(|number| word(part * 1_900 + number)).collect::<Vec<_>>().join(" ");
    let treatments: Vec<Value> =
        (0..9).map(|part| json!({ "issue": "cloud", "heading": format!("Part {part}"), "text": text(part) })).collect();
    let records = Invented::new()
        .with("issue", json!({ "slug": "cloud", "name": "Cloud" }))
        .with("organisation", json!({ "slug": "long", "name": "Long", "issues": treatments }));
    let atlas = on.atlas(&records).await;
    assert_eq!(labels(&atlas, "long").await, ["Long"]);
    for number in (0..26).chain([1_000, 2_000]) {
        assert_eq!(labels(&atlas, &word(number)).await, ["Long"], "{number}");
    }
    for number in [9_000, 17_099] {
        assert_eq!(labels(&atlas, &word(number)).await, Vec::<String>::new(), "{number}");
    }
}

/// A number in letters, so that it stays one word with those before it.
fn letters(mut number: usize) -> String {
    let mut letters = String::new();
    for _ in 0..4 {
        letters.push(char::from(b'a' + u8::try_from(number % 26).expect("a letter")));
        number /= 26;
    }
    letters
}

// ---------------------------------------------------------------- the connection

async fn kinds_are_kept_and_counted(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let all = "{ search(query: \"lamps\") { totalCount kinds { kind count } nodes { __typename } } }";
    let answer = atlas.ask(all).await["search"].clone();
    assert_eq!(answer["totalCount"], 6);
    let kinds = ["ORGANISATION", "COMMITTEE", "EVENT", "INSTRUMENT", "INITIATIVE", "RESOURCE"];
    assert_eq!(answer["kinds"], json!(kinds.map(|kind| json!({ "kind": kind, "count": 1 }))));
    let some = "{ search(query: \"lamps\", kinds: [RESOURCE, EVENT, ISSUE], first: 1) {
        totalCount kinds { kind count } nodes { label } pageInfo { hasNextPage hasPreviousPage } } }";
    assert_eq!(
        atlas.ask(some).await["search"],
        json!({
            "totalCount": 2, "kinds": [{ "kind": "EVENT", "count": 1 }, { "kind": "RESOURCE", "count": 1 }],
            "nodes": [{ "label": "Forum on lamps" }], "pageInfo": { "hasNextPage": true, "hasPreviousPage": false },
        })
    );
    let none = "{ search(query: \"lamps\", kinds: []) { totalCount kinds { kind } nodes { label } } }";
    assert_eq!(atlas.ask(none).await["search"], json!({ "totalCount": 0, "kinds": [], "nodes": [] }));
    // What is known by exactly the text is kept by its kind too.
    let exact = "{ search(query: \"gfs\", kinds: [ISSUE]) { totalCount nodes { label } } }";
    assert_eq!(atlas.ask(exact).await["search"], json!({ "totalCount": 0, "nodes": [] }));
}

async fn an_empty_query_finds_nothing_and_a_long_one_is_refused(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let document = "query($q: String!) { search(query: $q) { totalCount kinds { kind } edges { cursor } nodes { id } pageInfo { hasNextPage endCursor } } }";
    let nothing = json!({
        "totalCount": 0, "kinds": [], "edges": [], "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null },
    });
    for query in ["", " ", "\0\n\t", "…", "\"\"", "-", "()", "\u{301}"] {
        assert_eq!(atlas.ask_with(document, json!({ "q": query })).await["search"], nothing, "{query:?}");
    }
    let longest = "é".repeat(1_000);
    assert_eq!(atlas.ask_with(document, json!({ "q": longest })).await["search"], nothing);
    for (field, name) in [
        (format!("search(query: \"{longest}x\") {{ totalCount }}"), "`query`"),
        (format!("standards(filter: {{ text: \"{longest}x\" }}) {{ totalCount }}"), "`filter.text`"),
        (format!("resolve(reference: \"{longest}x\") {{ score }}"), "`reference`"),
    ] {
        let words = [name, "holds 1001 characters: 1000 at most"];
        atlas.refuses(&format!("{{ {field} }}"), "BAD_USER_INPUT", &words).await;
    }
    let words = (0..65).map(|number| format!("w{}", letters(number))).collect::<Vec<_>>().join(" ");
    atlas
        .refuses(
            &format!("{{ search(query: \"{words}\") {{ totalCount }} }}"),
            "BAD_USER_INPUT",
            &["65 different words"],
        )
        .await;
    for first in ["-1", "101"] {
        let document = format!("{{ search(query: \"x\", first: {first}) {{ totalCount }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["`first`", "0 to 100"]).await;
    }
}

/// Issues whose names hold one word, in label, in other names and in the text.
fn lamps(numbers: impl Iterator<Item = usize>) -> Invented {
    let mut records = Invented::new();
    for number in numbers {
        let slug = format!("lamp-{number}");
        let fields = match number % 3 {
            0 => json!({ "slug": slug, "name": format!("Lighthouse {number}") }),
            1 => json!({ "slug": slug, "name": format!("House {number}"), "other_names": ["Lighthouse"] }),
            _ => json!({ "slug": slug, "name": format!("Text {number}"), "description": "Like a lighthouse." }),
        };
        records.add("issue", fields);
    }
    records
}

/// The pages of a search one after another, with records added in between: slugs in order.
async fn paged(atlas: &Atlas, query: &str, mut between: impl AsyncFnMut(usize)) -> Vec<(String, f64)> {
    let document = "query($q: String!, $after: String) { search(query: $q, first: 7, after: $after) {
        edges { cursor score node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let (mut all, mut after) = (Vec::new(), Value::Null);
    for page in 0.. {
        let answer = atlas.ask_with(document, json!({ "q": query, "after": after })).await["search"].clone();
        let edges = answer["edges"].as_array().cloned().unwrap_or_default();
        all.extend(edges.iter().map(|edge| (text(&edge["node"]["slug"]), edge["score"].as_f64().unwrap_or_default())));
        assert_eq!(answer["pageInfo"]["hasPreviousPage"], page > 0);
        assert_eq!(answer["pageInfo"]["endCursor"], edges.last().map_or(Value::Null, |edge| edge["cursor"].clone()));
        assert_eq!(answer["pageInfo"]["startCursor"], edges.first().map_or(Value::Null, |edge| edge["cursor"].clone()));
        if answer["pageInfo"]["hasNextPage"] == false {
            break;
        }
        assert_eq!(edges.len(), 7);
        after = answer["pageInfo"]["endCursor"].clone();
        between(page).await;
    }
    all
}

async fn pages_give_each_record_once_and_in_order(on: Backend) {
    assert_pages(on, "lighthouse", 0.2).await;
}

async fn pages_go_on_as_they_began_where_words_were_taken_for_others(on: Backend) {
    assert_pages(on, "lihgthouse", 0.1).await;
}

/// Asserts that pages give the same records as one list, also while others arrive, down to the lowest score.
async fn assert_pages(on: Backend, query: &str, lowest: f64) {
    let atlas = on.atlas(&lamps(0..24)).await;
    let expected = paged(&atlas, query, async |_| ()).await;
    assert_eq!(expected.len(), 24);
    assert!(expected.is_sorted_by(|one, other| one.1 >= other.1), "{expected:?}");
    assert!((expected[23].1 - lowest).abs() < 1e-9, "{expected:?}");
    let document = "query($q: String!) { search(query: $q, first: 100) { nodes { slug } } }";
    let whole = atlas.ask_with(document, json!({ "q": query })).await;
    let whole = whole["search"]["nodes"].as_array().into_iter().flatten().map(|node| text(&node["slug"]));
    assert!(whole.eq(expected.iter().map(|(slug, _)| slug.clone())));

    // Some of those that arrive hold the word as it was mistyped.
    let seen = paged(&atlas, query, async |page| {
        let mut records = lamps(0..24);
        for (place, name) in [("a", "Aa lighthouse"), ("m", "Lighthouse 7.5"), ("z", "Lihgthouse zz")] {
            records.add("issue", json!({ "slug": format!("{place}-{page}"), "name": format!("{name} {page}") }));
        }
        atlas.load(&records).await;
    })
    .await;
    let mut once = seen.clone();
    once.sort_by(|one, other| one.0.cmp(&other.0));
    once.dedup_by(|one, other| one.0 == other.0);
    assert_eq!(once.len(), seen.len(), "{seen:?}");
    let old: Vec<_> = seen.into_iter().filter(|(slug, _)| slug.starts_with("lamp-")).collect();
    assert_eq!(old, expected);
}

async fn cursors_of_other_lists_are_refused(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let answer = atlas
        .ask(
            "{ search(query: \"lamps\", first: 1) { pageInfo { endCursor } }
               standards(first: 1) { pageInfo { endCursor } }
               relevance: standards(filter: { text: \"iso\" }, orderBy: [{ field: RELEVANCE }], first: 1) { pageInfo { endCursor } } }",
        )
        .await;
    let cursor = |list: &str| answer[list]["pageInfo"]["endCursor"].clone();
    let changed = format!("{}x", text(&cursor("search")));
    for after in [cursor("standards"), cursor("relevance"), json!(changed), json!(""), json!("0000000000000001")] {
        let document = format!("{{ search(query: \"lamps\", after: {after}) {{ totalCount }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["`after`", "is not a cursor of"]).await;
    }
    for list in ["issues", "standards"] {
        let document = format!("{{ {list}(after: {}) {{ totalCount }} }}", cursor("search"));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`after`"]).await;
    }
}

async fn highlights_show_where_the_words_are(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let document =
        "query($q: String!) { search(query: $q) { edges { node { label } highlights { field fragments } } } }";
    let field = |field: &str, fragments: &[&str]| json!({ "field": field, "fragments": fragments });
    for (query, label, expected) in [
        (
            "norms script",
            "GFS",
            json!([
                field("otherNames", &["<mark>Norm</mark> makers"]),
                field(
                    "summary",
                    &[
                        "It keeps &lt;<mark>script</mark>&gt;alert(&#39;<mark>norms</mark> &amp; rules&#39;)&lt;/<mark>script</mark>&gt; away."
                    ]
                ),
                field("names", &["Guilde des <mark>normes</mark> nationales"]),
            ]),
        ),
        ("grid elsewhere", "GFS", json!([field("issues", &["<mark>grid</mark>", "Machines <mark>elsewhere</mark>."])])),
        (
            "cryptography 27001",
            "ISO/IEC 27001:2022",
            json!([
                field("label", &["ISO/IEC <mark>27001</mark>:2022"]),
                field("undatedIdentifier", &["ISO/IEC <mark>27001</mark>"]),
                field("subjects", &["<mark>Cryptography</mark>"]),
                field("otherIdentifiers", &["EN <mark>27001</mark>"]),
            ]),
        ),
        (
            "informations",
            "ISO/IEC 27001:2022",
            json!([
                field("title", &["<mark>Information</mark> security"]),
                field("titles", &["Sécurité de l&#39;<mark>information</mark>"]),
            ]),
        ),
        ("geneve", "Forum on lamps", json!([field("location", &["<mark>Genève</mark>"])])),
        (
            "project",
            "Project of lamps",
            json!([
                field("label", &["<mark>Project</mark> of lamps"]),
                field("name", &["<mark>Project</mark> of lamps"])
            ]),
        ),
    ] {
        let answer = atlas.ask_with(document, json!({ "q": query })).await;
        let edges = answer["search"]["edges"].as_array().cloned().unwrap_or_default();
        let edge = edges.iter().find(|edge| edge["node"]["label"] == label);
        assert_eq!(edge.map(|edge| &edge["highlights"]), Some(&expected), "{query}");
    }
}

// ---------------------------------------------------------------- in filters

async fn every_kind_with_texts_can_be_filtered_by_text(on: Backend) {
    let atlas = on.atlas(&library()).await;
    let has_text = |kind: &&'static Kind| kind.filters.iter().any(|filter| matches!(filter.test, FilterForm::Words));
    let filtered: Vec<&Kind> = kinds::RECORDS.iter().copied().filter(has_text).collect();
    assert_eq!(filtered.len(), 8);
    for kind in filtered {
        let list = format!("{}s", kind.name.to_lowercase());
        let label = text(
            &atlas.ask(&format!("{{ list: {list}(first: 1) {{ nodes {{ label }} }} }}")).await["list"]["nodes"][0]["label"],
        );
        let document =
            format!("query($f: {}Filter) {{ list: {list}(filter: $f) {{ totalCount nodes {{ label }} }} }}", kind.name);
        let all = atlas.ask(&format!("{{ list: {list} {{ totalCount }} }}")).await["list"]["totalCount"].clone();
        let one = json!({ "totalCount": 1, "nodes": [{ "label": label }] });
        let phrase = json!({ "text": format!("\"{label}\"") });
        assert_eq!(atlas.ask_with(&document, json!({ "f": phrase })).await["list"], one, "{list} {label}");
        assert_eq!(atlas.ask_with(&document, json!({ "f": { "and": [phrase, {}] } })).await["list"], one);
        assert_eq!(atlas.ask_with(&document, json!({ "f": { "or": [phrase, { "text": "" }] } })).await["list"], one);
        let others = atlas.ask_with(&document, json!({ "f": { "not": phrase } })).await["list"]["totalCount"].clone();
        assert_eq!(others.as_i64().map(|others| others + 1), all.as_i64());
        let none = json!({ "totalCount": 0, "nodes": [] });
        assert_eq!(atlas.ask_with(&document, json!({ "f": { "text": " " } })).await["list"], none, "{list}");
    }
}

async fn texts_in_filters_mean_what_they_mean_in_a_search(on: Backend) {
    let records = library()
        .with("standard", json!({ "identifier": "LMP 1", "title": "Lamps", "publishers": ["office"], "issues": ["data"] }))
        .with("standard", json!({ "identifier": "LMP 2", "title": "Lamp posts", "publishers": ["guild", "office"], "issues": ["cloud"] }));
    let atlas = on.atlas(&records).await;
    let document = "query($f: StandardFilter) { standards(filter: $f) { totalCount nodes { identifier } } }";
    for (filter, expected) in [
        (json!({ "text": "lamp" }), vec!["LMP 1", "LMP 2"]),
        (json!({ "text": "lamp -posts" }), vec!["LMP 1"]),
        (json!({ "text": "rfc9110" }), vec!["RFC 9110"]),
        (json!({ "text": "IS O/IEC 30149" }), vec!["ISO/IEC 30149"]),
        (json!({ "text": "lapms" }), vec!["LMP 1", "LMP 2"]),
        (json!({ "text": "gfs" }), vec![]),
        (json!({ "text": "lamp", "publisher": { "text": "guild" } }), vec!["LMP 2"]),
        (json!({ "publisher": { "text": "norme nationale" } }), vec!["LMP 2"]),
        (json!({ "publisher": { "text": "giuld" } }), vec!["LMP 2"]),
        (json!({ "publisher": { "text": "\"office of lamps\"" } }), vec!["LMP 1", "LMP 2"]),
        (json!({ "issue": { "text": "nuage" } }), vec!["LMP 2"]),
        (json!({ "publisher": { "issue": { "text": "cloud" } } }), vec!["LMP 2"]),
        (json!({ "or": [{ "text": "lamp" }, { "text": "http" }] }), vec!["LMP 1", "LMP 2", "RFC 9110"]),
        (json!({ "and": [{ "text": "lamp" }, { "text": "posts" }] }), vec!["LMP 2"]),
        (json!({ "text": "lamp", "not": { "text": "posts" } }), vec!["LMP 1"]),
        (
            json!({ "not": { "publisher": { "text": "lamps" } }, "title": { "isNull": false } }),
            vec!["ISO/IEC 27001:2022", "ISO/IEC 30149", "RFC 9110"],
        ),
        (json!({ "not": { "text": "" }, "text": "http" }), vec!["RFC 9110"]),
    ] {
        let nodes: Vec<Value> = expected.iter().map(|identifier| json!({ "identifier": identifier })).collect();
        let answer = atlas.ask_with(document, json!({ "f": filter })).await["standards"].clone();
        assert_eq!(answer, json!({ "totalCount": nodes.len(), "nodes": nodes }), "{filter}");
    }
    let nested = "{ organisation(slug: \"office\") { standards(filter: { text: \"posts\" }) { nodes { identifier } }
        none: standards(filter: { text: \"http\" }) { totalCount } } }";
    assert_eq!(
        atlas.ask(nested).await["organisation"],
        json!({ "standards": { "nodes": [{ "identifier": "LMP 2" }] }, "none": { "totalCount": 0 } })
    );
}

/// A query of this many phrases.
fn phrases(count: u8) -> String {
    let phrase = |number: u8| format!("\"{} {}\"", char::from(b'a' + number % 26), number / 26);
    (0..count).map(phrase).collect::<Vec<_>>().concat()
}

async fn the_longest_filters_are_answered_and_longer_ones_refused(on: Backend) {
    // Words that are near many others, and the last one unfinished.
    let mut records = Invented::new();
    for number in 0..30 {
        let words =
            (0..8).map(|word| format!("{}ising{}", letters(31 * word), letters(number))).collect::<Vec<_>>().join(" ");
        records.add(
            "standard",
            json!({ "identifier": format!("X {number}"), "title": format!("{words} {}", phrases(64)) }),
        );
    }
    let atlas = on.atlas(&records).await;
    let near = (0..8).map(|word| format!("{}isingaaax", letters(31 * word))).collect::<Vec<_>>().join(" ");
    let rest = (0..56).map(|number| format!("w{}", letters(number))).collect::<Vec<_>>().join(" ");
    let document = "query($f: StandardFilter, $after: String, $before: String) {
        standards(filter: $f, orderBy: [{ field: RELEVANCE }, { field: TITLE, direction: DESC }], first: 1, after: $after, before: $before) {
            totalCount pageInfo { startCursor } facets { status { count } } } }";
    for text in [phrases(64), phrases(63) + " x", near.clone(), near + " " + &rest] {
        let filter = json!({ "text": text, "and": [{ "or": vec![json!({ "text": text }); 4] }] });
        let page = atlas.ask_with(document, json!({ "f": filter })).await["standards"].clone();
        let any = atlas.ask_with(document, json!({ "f": { "text": "x" } })).await["standards"].clone();
        let cursor = [&page, &any]
            .map(|page| page["pageInfo"]["startCursor"].clone())
            .into_iter()
            .find(|cursor| !cursor.is_null());
        let between = json!({ "f": filter, "after": cursor, "before": cursor });
        assert_eq!(atlas.ask_with(document, between).await["standards"]["totalCount"], page["totalCount"]);
    }
    let refused = |filter: &str| format!("{{ standards(filter: {filter}) {{ totalCount }} }}");
    let six = refused(
        "{ text: \"a\", publisher: { text: \"b\" }, or: [{ text: \"c\" }, { text: \"d\" }], not: { text: \"e\", issue: { text: \"f\" } } }",
    );
    atlas.refuses(&six, "BAD_USER_INPUT", &["`filter` holds 6 full-text queries: 5 at most"]).await;
    let long = refused(&format!("{{ text: {} }}", json!(phrases(65))));
    atlas.refuses(&long, "BAD_USER_INPUT", &["`filter.text` holds 65 words and phrases: 64 at most"]).await;
}

async fn records_are_ordered_by_relevance_in_both_directions(on: Backend) {
    let mut records = Invented::new();
    for number in 0..12 {
        let fields = match number % 4 {
            0 => json!({ "identifier": format!("LAMP {number}") }),
            1 => json!({ "identifier": format!("B {number}"), "other_identifiers": [format!("Lamp-B {number}")] }),
            2 => json!({ "identifier": format!("C {number}"), "title": "Of lamps" }),
            _ => json!({ "identifier": format!("D {number}"), "abstract": "The lamp.", "published_on": "2001" }),
        };
        records.add("standard", fields);
    }
    let atlas = on.atlas(&records).await;
    let best = ["LAMP 0", "LAMP 4", "LAMP 8", "B 1", "B 5", "B 9", "C 2", "C 6", "C 10", "D 3", "D 7", "D 11"];
    let list = "edges { cursor node { identifier } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
    let asked = async |arguments: &str| {
        let document = format!("{{ standards(filter: {{ text: \"lamp\" }}, {arguments}) {{ {list} }} }}");
        let answer = atlas.ask(&document).await["standards"].clone();
        let edges = answer["edges"].as_array().cloned().unwrap_or_default();
        let identifiers: Vec<String> = edges.iter().map(|edge| text(&edge["node"]["identifier"])).collect();
        (identifiers, answer["pageInfo"].clone())
    };
    for (order, expected) in [
        ("orderBy: [{ field: RELEVANCE }]", best.to_vec()),
        ("orderBy: [{ field: RELEVANCE, direction: DESC }]", best.iter().rev().copied().collect()),
        (
            "orderBy: [{ field: RELEVANCE }, { field: IDENTIFIER, direction: DESC }]",
            best.chunks(3).flat_map(|same| same.iter().rev().copied()).collect(),
        ),
    ] {
        assert_eq!(asked(&format!("{order}, first: 100")).await.0, expected, "{order}");
        for (size, after, forwards) in [("first: 5", "after", true), ("last: 5", "before", false)] {
            let (mut all, mut position): (Vec<Vec<String>>, _) = (Vec::new(), String::new());
            loop {
                let (page, info) = asked(&format!("{order}, {size}{position}")).await;
                all.push(page);
                let (more, cursor) =
                    if forwards { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
                if info[more] == false {
                    break;
                }
                position = format!(", {after}: {}", info[cursor]);
            }
            if !forwards {
                all.reverse();
            }
            assert_eq!(all.concat(), expected, "{order} {size}");
        }
    }
    // A search within others holds too; one that need not hold ranks nothing.
    let within = "{ standards(filter: { and: [{ text: \"lamp\" }] }, orderBy: [{ field: RELEVANCE }], first: 1) { nodes { identifier } } }";
    assert_eq!(atlas.ask(within).await["standards"]["nodes"][0]["identifier"], "LAMP 0");
    for filter in [
        "",
        "filter: {}, ",
        "filter: { or: [{ text: \"lamp\" }] }, ",
        "filter: { not: { text: \"lamp\" } }, ",
        "filter: { publisher: { text: \"lamp\" } }, ",
    ] {
        let document = format!("{{ standards({filter}orderBy: [{{ field: RELEVANCE }}]) {{ totalCount }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["RELEVANCE", "`filter.text`"]).await;
    }
}

async fn the_past_is_not_searched(on: Backend) {
    let atlas = on.atlas(&library()).await;
    for list in [
        "standards(filter: { text: \"x\" }) { totalCount }",
        "organisations(filter: { issue: { text: \"x\" } }) { totalCount }",
        "issues(filter: { not: { or: [{ text: \"x\" }] } }) { totalCount }",
        "organisation(slug: \"guild\") { standards(filter: { text: \"x\" }) { totalCount } }",
        "standards(filter: { text: \"x\" }, orderBy: [{ field: RELEVANCE }]) { totalCount }",
        "standards(filter: { text: \"x\" }) { facets { status { count } } }",
    ] {
        let document = format!("{{ asOf(at: \"2026-01-01T00:00:00Z\") {{ {list} }} }}");
        atlas.refuses(&document, "BAD_USER_INPUT", &["`text`", "present", "`asOf`"]).await;
    }
}

both!(
    case_accents_and_spelling_do_not_matter,
    words_are_found_by_the_stems_of_their_language,
    the_last_word_may_be_unfinished,
    phrases_ask_for_words_side_by_side,
    a_minus_excludes,
    identifiers_are_found_however_they_are_spaced,
    every_text_of_a_record_is_found,
    what_is_known_by_the_words_comes_first_then_label_names_title_and_text,
    typing_errors_are_forgiven_where_nothing_else_is_found,
    search_follows_every_change_at_once,
    an_import_leaves_an_index_of_few_parts,
    search_follows_renames_and_deletes,
    what_is_indexed_as_it_is_written_is_what_indexing_anew_makes,
    a_new_record_is_indexed_as_it_is_in_the_end,
    drafts_are_prepared_before_their_keys_are_known,
    an_atlas_of_before_search_is_indexed_when_it_is_opened,
    of_very_many_words_the_first_are_found,
    kinds_are_kept_and_counted,
    an_empty_query_finds_nothing_and_a_long_one_is_refused,
    pages_give_each_record_once_and_in_order,
    pages_go_on_as_they_began_where_words_were_taken_for_others,
    cursors_of_other_lists_are_refused,
    highlights_show_where_the_words_are,
    every_kind_with_texts_can_be_filtered_by_text,
    texts_in_filters_mean_what_they_mean_in_a_search,
    the_longest_filters_are_answered_and_longer_ones_refused,
    records_are_ordered_by_relevance_in_both_directions,
    the_past_is_not_searched,
);
