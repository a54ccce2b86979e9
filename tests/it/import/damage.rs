//! What cannot be read or kept, and a disk that is full.

use std::collections::BTreeMap;

use serde_json::json;
use tests::{Backend, Failed, Import, both};

use super::{STANDARD, many, revision, standards, titled};

/// Files of which some can be read, some in part and some not.
fn good_and_bad(import: Import) -> Import {
    import
        .record("1.yaml", &titled("ISO 1:2020", "Good"))
        .file("2.yaml", "docid:\n- {id: 'ISO 2:2020', type: ISO\ntitle: [broken\n")
        .file("3.yaml", "title:\n- content: Nobody knows its number\ndocid: []\n")
        .file("4.json", r#"[{"name": "LampConf", "startDate": "2031-05-01", "url": "https://lamp.example"}, {"name": "No day", "url": "https://x.example"}]"#)
        .file("5.json", r#"[{"name": "WickConf", "startDate": "2031-06-01", "url": "https://wick.example"}, {"name": "#)
        .file("6.yaml", &format!("docid: {{id: 'ISO {}:2020', type: ISO}}\n", "9".repeat(3_000)))
        .record("7.yaml", &titled("ISO 7:2020", "Good too"))
}

async fn what_cannot_be_read_or_kept_is_told_and_stops_nothing(on: Backend) {
    let atlas = on.empty().await;
    let import = good_and_bad(Import::of("relaton-iso"));
    let done = import.run(&atlas).await;
    assert_eq!(done.counts(), [4, 0, 0, 0, 5, 0]);
    let told: BTreeMap<_, _> = done
        .rejects
        .iter()
        .map(|reject| (reject.path.as_str(), (reject.position.as_deref(), reject.reason.as_str())))
        .collect();
    assert_eq!(told.keys().collect::<Vec<_>>(), [&"2.yaml", &"3.yaml", &"4.json", &"5.json", &"6.yaml"]);
    for (path, position, words) in [
        ("2.yaml", None, "line "),
        ("3.yaml", None, "no identifier"),
        ("4.json", Some("entry 2"), "no first day"),
        ("5.json", None, "line "),
        ("6.yaml", None, "characters"),
    ] {
        let (place, reason) = told[path];
        assert_eq!(place, position, "{path}: {reason}");
        assert!(reason.contains(words), "{path}: {reason}");
    }
    assert_eq!(standards(&atlas, "ISO", "title").await, ["Good", "Good too"].map(|title| json!({ "title": title })));
    let events = atlas.ask("{ events(first: 10) { nodes { title } } }").await;
    assert_eq!(events["events"]["nodes"].as_array().map(Vec::len), Some(2), "{events}");
    let before = revision(&atlas).await;
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 4, 0, 5, 0]);
    assert_eq!(revision(&atlas).await, before);
}

async fn one_reject_fails_a_strict_import_before_anything_is_written(on: Backend) {
    let atlas = on.empty().await;
    let before = revision(&atlas).await;
    let failed = good_and_bad(Import::of("relaton-iso").strict()).try_run(&atlas).await;
    let Err(Failed { error, rejects }) = failed else { panic!("a strict import of broken files ends well") };
    assert!(error.contains("5 records cannot be read or kept") && error.contains("nothing was written"), "{error}");
    assert_eq!(rejects.len(), 5);
    assert_eq!(revision(&atlas).await, before);
    assert_eq!(atlas.number("SELECT count(*) FROM source").await, 0);
    let good = Import::of("relaton-iso").strict().records(&many(3)).run(&atlas).await;
    assert_eq!(good.counts(), [3, 0, 0, 0, 0, 0], "good records are imported");
}

both!(
    what_cannot_be_read_or_kept_is_told_and_stops_nothing,
    one_reject_fails_a_strict_import_before_anything_is_written,
);

mod a_full_disk_ends_the_import_with_an_intact_database_and_the_next_run_completes_it {
    use super::*;

    /// PostgreSQL looks after its own disk.
    #[test]
    fn sqlite() {
        tests::run(Backend::Sqlite, env!("CARGO_TARGET_TMPDIR"), async |on: Backend| {
            let import = Import::of("relaton-iso").records(&many(600));
            let undisturbed = on.empty().await;
            import.run(&undisturbed).await;
            let atlas = on.empty().await;
            let pages = atlas.number("PRAGMA page_count").await;
            let most = pages + (undisturbed.number("PRAGMA page_count").await - pages) / 2;
            atlas.execute(&format!("PRAGMA max_page_count = {most}")).await;
            let Err(Failed { error, .. }) = import.try_run(&atlas).await else { panic!("the disk is not full") };
            assert!(error.contains("is full: free some space") && error.contains("goes on from there"), "{error}");
            assert_eq!(error.trim().lines().count(), 1, "{error}");
            assert_eq!(atlas.texts("PRAGMA integrity_check").await, ["ok"]);
            let written = atlas.number("SELECT count(*) FROM standard").await;
            assert!((1..600).contains(&written), "{written}");
            atlas.execute("PRAGMA max_page_count = 1000000").await;
            import.run(&atlas).await;
            assert_eq!(standards(&atlas, "", STANDARD).await, standards(&undisturbed, "", STANDARD).await);
        });
    }
}
