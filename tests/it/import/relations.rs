//! Relations: found from both ends, whichever arrives first.

use serde_json::{Value, json};
use tests::{Atlas, Backend, Import, both};

use super::{record, relation, revision, standard, title, titled};

/// The relations of a standard: kind, identifier as it is written, slug of what it leads to.
async fn relations(atlas: &Atlas, identifier: &str) -> Vec<[String; 3]> {
    let found = standard(atlas, identifier, "relations { edges { kind identifier node { slug } } }").await;
    triples(&found["relations"])
}

/// The relations that lead to a standard.
async fn related_from(atlas: &Atlas, identifier: &str) -> Vec<[String; 3]> {
    let found = standard(atlas, identifier, "relatedFrom { edges { kind identifier node { slug } } }").await;
    triples(&found["relatedFrom"])
}

fn triples(connection: &Value) -> Vec<[String; 3]> {
    let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
    let edges = connection["edges"].as_array().into_iter().flatten();
    edges.map(|edge| [text(&edge["kind"]), text(&edge["identifier"]), text(&edge["node"]["slug"])]).collect()
}

fn owned(triples: &[[&str; 3]]) -> Vec<[String; 3]> {
    triples.iter().map(|triple| triple.map(str::to_owned)).collect()
}

fn relating(identifier: &str, kind: &str, target: &str) -> Value {
    record(identifier, json!({ "title": title("Widgets"), "relation": [relation(kind, target)] }))
}

async fn a_relation_is_found_from_both_ends_as_soon_as_its_target_arrives(on: Backend) {
    let atlas = on.empty().await;
    let import = Import::of("relaton-iso").record("1.yaml", &relating("ISO 1:2020", "obsoletes", "ISO  1:2010"));
    import.run(&atlas).await;
    assert_eq!(relations(&atlas, "ISO 1:2020").await, owned(&[["REPLACES", "ISO 1:2010", "nothing"]]));
    let version = standard(&atlas, "ISO 1:2020", "version").await;
    Import::of("relaton-iec").record("2.yaml", &titled("iso 1:2010", "Old widgets")).run(&atlas).await;
    assert_eq!(relations(&atlas, "ISO 1:2020").await, owned(&[["REPLACES", "ISO 1:2010", "iso-1-2010"]]));
    assert_eq!(related_from(&atlas, "ISO 1:2010").await, owned(&[["REPLACES", "ISO 1:2020", "iso-1-2020"]]));
    assert_eq!(standard(&atlas, "ISO 1:2020", "version").await, version, "nothing is written to connect them");
}

async fn a_relation_told_from_its_other_end_joins_its_owner_whichever_arrives_first(on: Backend) {
    let (older, newer) = (relating("ISO 1:2010", "obsoletedBy", "ISO 1:2020"), titled("ISO 1:2020", "Widgets"));
    let expected = owned(&[["REPLACES", "ISO 1:2010", "iso-1-2010"]]);
    for (first, second) in [(&older, &newer), (&newer, &older)] {
        // In one import, in two, and in two of different sources.
        let one = Import::of("relaton-iso").record("1.yaml", first).record("2.yaml", second);
        let two = [("relaton-iso", "relaton-iso"), ("relaton-iso", "relaton-iec")].map(|(source, other)| {
            vec![Import::of(source).record("1.yaml", first), Import::of(other).record("2.yaml", second)]
        });
        for imports in two.into_iter().chain([vec![one]]) {
            let atlas = on.empty().await;
            for import in &imports {
                import.run(&atlas).await;
            }
            assert_eq!(relations(&atlas, "ISO 1:2020").await, expected);
            assert_eq!(related_from(&atlas, "ISO 1:2010").await, owned(&[["REPLACES", "ISO 1:2020", "iso-1-2020"]]));
            assert!(relations(&atlas, "ISO 1:2010").await.is_empty(), "what is told is nobody else's");
            let before = revision(&atlas).await;
            for import in imports.iter().chain(&imports) {
                assert_eq!(import.run(&atlas).await.report.total.updated, 0);
            }
            assert_eq!(revision(&atlas).await, before, "told again, nothing is written");
            assert_eq!(relations(&atlas, "ISO 1:2020").await, expected);
        }
    }
}

async fn both_ends_may_tell_the_same_relation(on: Backend) {
    let atlas = on.empty().await;
    let ends = [relating("ISO 1:2020", "obsoletes", "ISO 1:2010"), relating("ISO 1:2010", "obsoletedBy", "ISO 1:2020")];
    let import = Import::of("relaton-iso").records(&ends);
    let report = import.run(&atlas).await.report;
    assert_eq!((report.relations.joined, report.relations.dropped), (0, 0));
    assert_eq!(relations(&atlas, "ISO 1:2020").await, owned(&[["REPLACES", "ISO 1:2010", "iso-1-2010"]]));
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 2, 0, 0, 0]);
}

async fn targets_without_the_name_of_itu_are_found(on: Backend) {
    let atlas = on.empty().await;
    let records =
        [relating("ITU-T Z.999 (10/2019)", "obsoletes", "Z.999 (2012)"), titled("ITU-T Z.999 (2012)", "Widgets")];
    Import::of("relaton-itu").records(&records).run(&atlas).await;
    let expected = owned(&[["REPLACES", "ITU-T Z.999 (2012)", "itu-t-z-999-2012"]]);
    assert_eq!(relations(&atlas, "ITU-T Z.999 (10/2019)").await, expected);
}

async fn a_target_is_found_however_its_identifier_is_spaced(on: Backend) {
    let atlas = on.empty().await;
    let records = [relating("RFC 9999", "obsoletes", "RFC2317"), titled("RFC 2317", "Widgets")];
    Import::of("ietf").records(&records).run(&atlas).await;
    assert_eq!(relations(&atlas, "RFC 9999").await, owned(&[["REPLACES", "RFC2317", "rfc-2317"]]));
}

async fn relations_between_editions_lead_to_the_edition_and_those_to_oneself_are_dropped(on: Backend) {
    let atlas = on.empty().await;
    let edition = |number: &str, relations: &[&str]| {
        let target = |edition: &&str| {
            let mut relation = relation("obsoletes", "ECMA-999");
            relation["bibitem"]["edition"] = json!({ "content": edition });
            relation
        };
        let relations: Vec<_> = relations.iter().map(target).collect();
        record(
            "ECMA-999",
            json!({ "title": title("Widgets"), "edition": { "content": number }, "relation": relations }),
        )
    };
    let import =
        Import::of("relaton-ecma").records(&[edition("3", &["2", "3"]), edition("1", &[]), edition("2", &["1"])]);
    assert_eq!(import.run(&atlas).await.report.relations.dropped, 1);
    let document = "{ standard(slug: \"ecma-999-ed-3\") { relations { edges { kind identifier node { slug } } } }
        from: standard(slug: \"ecma-999-ed-1\") { relatedFrom { edges { kind identifier node { slug } } } } }";
    let found = atlas.ask(document).await;
    assert_eq!(triples(&found["standard"]["relations"]), owned(&[["REPLACES", "ECMA-999", "ecma-999-ed-2"]]));
    assert_eq!(triples(&found["from"]["relatedFrom"]), owned(&[["REPLACES", "ECMA-999", "ecma-999-ed-2"]]));
}

async fn every_word_of_the_sources_has_its_direction(on: Backend) {
    let atlas = on.empty().await;
    let words = [
        ("obsoletes", "REPLACES", true),
        ("obsoletedBy", "REPLACES", false),
        ("updates", "UPDATES", true),
        ("updatedBy", "UPDATES", false),
        ("adoptedFrom", "ADOPTED_FROM", true),
        ("identical", "IDENTICAL_TO", true),
        ("partOf", "PART_OF", true),
        ("hasPart", "PART_OF", false),
        ("editionOf", "EDITION_OF", true),
        ("hasEdition", "EDITION_OF", false),
        ("complementOf", "SUPPLEMENTS", true),
        ("amends", "AMENDS", true),
        ("corrects", "CORRECTS", true),
        ("cites", "REFERENCES", true),
        ("normativeReference", "REQUIRES", true),
        ("instanceOf", "EDITION_OF", true),
        ("translatedFrom", "TRANSLATED_FROM", true),
        ("derivedFrom", "DERIVED_FROM", true),
    ];
    let records = words.iter().enumerate().flat_map(|(number, (word, ..))| {
        let target = format!("ISO {}:2020", 500 + number);
        [relating(&format!("ISO {}:2020", 100 + number), word, &target), titled(&target, "Target")]
    });
    Import::of("relaton-iso").records(&records.collect::<Vec<_>>()).run(&atlas).await;
    for (number, (word, kind, forward)) in words.into_iter().enumerate() {
        let (one, other) = (format!("ISO {}:2020", 100 + number), format!("ISO {}:2020", 500 + number));
        let (owner, target) = if forward { (one, other) } else { (other, one) };
        let slug = target.to_lowercase().replace([' ', ':'], "-");
        assert_eq!(relations(&atlas, &owner).await, [[kind.to_owned(), target, slug]], "{word}");
    }
}

both!(
    a_relation_is_found_from_both_ends_as_soon_as_its_target_arrives,
    a_relation_told_from_its_other_end_joins_its_owner_whichever_arrives_first,
    both_ends_may_tell_the_same_relation,
    targets_without_the_name_of_itu_are_found,
    a_target_is_found_however_its_identifier_is_spaced,
    relations_between_editions_lead_to_the_edition_and_those_to_oneself_are_dropped,
    every_word_of_the_sources_has_its_direction,
);
