//! What Relaton files become, on invented ones.

use formats::record::{EventFormat, Record, RelationKind, Standard, StandardStatus, StandardType};
use formats::relaton::{self, LARGEST, yaml};
use formats::{Entry, Item, Outcome, Reader};

fn read(path: &str, contents: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut bytes = contents.as_bytes();
    let entry = Entry { path, contents: &mut bytes };
    relaton::reader()
        .read(entry, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
    items
}

fn one(contents: &str) -> Outcome {
    let mut items = read("data/a.yaml", contents);
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0).outcome
}

fn standard(contents: &str) -> Standard {
    match one(contents) {
        Outcome::Record(Record::Standard(standard)) => *standard,
        other => panic!("{other:?}"),
    }
}

fn reason(contents: &str) -> String {
    match one(contents) {
        Outcome::Rejected(reason) => reason,
        other => panic!("{other:?}"),
    }
}

const OLDER: &str = r#"---
schema-version: v1.2.9
title:
- content: Widgets
  language:
  - fr
  type: title-intro
- content: 'Partie 1: Boulons'
  language:
  - fr
  type: title-part
- content: 'Widgets — Part 1: Bolts &amp; nuts'
  language:
  - en
  type: main
link:
- content: https://iso.example/1.rss
  type: rss
- content: https://iso.example/1
  type: src
docid:
- id: ISO/IEC  99991:2022
  type: ISO
  primary: true
- id: ISO/IEC 99991:2022(E)
  type: iso-reference
- id: urn:iso:std:iso-iec:99991:stage-60.60
  type: URN
date:
- type: published
  value: 2022-10
contributor:
- organization:
    name:
    - content: International Organization for Standardization
    abbreviation:
      content: ISO
  role:
  - type: publisher
- person:
    name:
      completename:
        content: Nobody At All
  role:
  - type: publisher
edition:
  content: '3'
language:
- en
- fre
abstract:
- content: "<p>All about\r\nwidgets. Ask nobody@example.org.</p><ul><li>one</li></ul>"
  language:
  - en
docstatus:
  stage:
    value: '90'
  substage:
    value: '93'
relation:
- type: obsoletes
  bibitem:
    docid:
    - id: ISO/IEC 99991:2013
      type: ISO
      primary: true
- type: obsoletedBy
  bibitem:
    formattedref:
      content: ISO/IEC 99991:2030
- type: hasManifestation
  bibitem:
    formattedref:
      content: ISO/IEC 99991:2022
ext:
  doctype:
    type: international-standard
  editorialgroup:
    technical_committee:
    - name: Widget technology
      number: 1
      type: IEC
      identifier: ISO/IEC JTC 1/SC 99
  ics:
  - code: '35.030'
    text: Widgets
  - code: '35.030'
    text: Widgets
"#;

#[test]
fn a_document_of_the_older_generation_is_read_whole() {
    let standard = standard(OLDER);
    assert_eq!(standard.identifier, "ISO/IEC 99991:2022");
    assert_eq!(standard.undated_identifier.as_deref(), Some("ISO/IEC 99991"));
    assert_eq!((standard.edition, standard.volume), (None, None), "the identifier has the year");
    assert_eq!(standard.other_identifiers, ["urn:iso:std:iso-iec:99991:stage-60.60"]);
    let titles: Vec<_> =
        standard.titles.iter().map(|title| (title.language.as_deref(), title.value.as_str())).collect();
    assert_eq!(titles, [(Some("en"), "Widgets — Part 1: Bolts & nuts"), (Some("fr"), "Widgets — Partie 1: Boulons"),]);
    assert_eq!(standard.r#abstract.as_deref(), Some("All about widgets. Ask.\n\n-  one"));
    assert_eq!(standard.r#type, Some(StandardType::InternationalStandard));
    assert_eq!((standard.status, standard.stage.as_deref()), (Some(StandardStatus::Published), Some("90.93")));
    assert_eq!(standard.published_on.as_deref(), Some("2022-10"));
    assert_eq!(standard.url.as_deref(), Some("https://iso.example/1"));
    assert_eq!(standard.languages, ["en", "fr"]);
    let publishers: Vec<_> = standard.publishers.iter().filter_map(|body| body.acronym.as_deref()).collect();
    assert_eq!(publishers, ["ISO", "IEC"], "the identifier names both; persons are none");
    let committee = &standard.committees[0];
    assert_eq!(committee.designation, "ISO/IEC JTC 1/SC 99");
    assert_eq!(committee.parent.as_deref(), Some("ISO/IEC JTC 1"));
    assert_eq!(committee.owners.len(), 2);
    assert_eq!(standard.subjects.len(), 1);
    assert_eq!(standard.subjects[0].title.as_deref(), Some("Widgets"));
    let relations: Vec<_> =
        standard.relations.iter().map(|other| (other.kind, other.inverse, other.identifier.as_str())).collect();
    assert_eq!(
        relations,
        [(RelationKind::Replaces, false, "ISO/IEC 99991:2013"), (RelationKind::Replaces, true, "ISO/IEC 99991:2030"),]
    );
}

const NEWER: &str = r"---
id: ITUTZ999
schema_version: v1.5.6
title:
- language: en
  content: The Widget
  type: main
source:
- type: src
  content: https://itu.example/Z.999
docidentifier:
- content: ITU-T Z.999 (03/2000)
  type: ITU
  primary: true
- content: ISO/IEC 99594-8
  type: ISO
  primary: true
date:
- type: published
  at: '2000-03-31'
contributor:
- role:
  - type: author
    description:
    - content: committee
  organization:
    name:
    - content: International Telecommunication Union
    subdivision:
    - name:
      - content: ITU-T Study Group 99
      type: technical-committee
    - name:
      - content: UNKNOWN WORKING GROUP
    abbreviation:
      content: ITU-T
status:
  stage:
    content: Withdrawal
relation:
- type: hasEdition
  bibitem:
    docidentifier:
    - content: Z.999 (2019) Cor. 3 (07/2026)
      type: ITU
      primary: true
ext:
  doctype:
    content: recommendation
  flavor: itu
";

#[test]
fn a_document_of_the_newer_generation_is_read_whole() {
    let standard = standard(NEWER);
    assert_eq!(standard.identifier, "ITU-T Z.999 (03/2000)");
    assert_eq!(standard.other_identifiers, ["ISO/IEC 99594-8"]);
    assert_eq!(standard.status, Some(StandardStatus::Withdrawn));
    assert_eq!(standard.published_on.as_deref(), Some("2000-03-31"));
    assert_eq!(standard.publishers[0].acronym.as_deref(), Some("ITU"), "authors are no publishers");
    let committees: Vec<_> = standard.committees.iter().map(|group| group.designation.as_str()).collect();
    assert_eq!(committees, ["ITU-T Study Group 99"]);
    assert_eq!(standard.relations[0].identifier, "ITU-T Z.999 (2019) Cor. 3 (07/2026)");
}

#[test]
fn editions_and_volumes_tell_documents_of_ecma_apart() {
    let standard = standard(
        "docid:\n- id: ECMA-999\n  type: ECMA\nedition:\n  content: '3'\nextent:\n- locality:\n    type: volume\n    \
         reference_from: '2'\nrelation:\n- type: updates\n  bibitem:\n    docid:\n    - id: ECMA-999\n      type: ECMA\n    \
         edition:\n      content: '2'\n    extent:\n    - locality:\n        type: volume\n        reference_from: '1'\n",
    );
    assert_eq!((standard.edition.as_deref(), standard.volume.as_deref()), (Some("3"), Some("2")));
    assert_eq!(standard.undated_identifier.as_deref(), Some("ECMA-999"));
    let other = &standard.relations[0];
    assert_eq!((other.edition.as_deref(), other.volume.as_deref()), (Some("2"), Some("1")));
    assert_eq!(standard.status, Some(StandardStatus::Published));
}

#[test]
fn the_newer_record_is_told() {
    let old = standard("docid: {id: 'ISO 999:2000', type: ISO}\ndoctype: directive\nfetched: '2025-01-01'\n");
    let new = standard("docid: [{id: 'ISO 999:2000', type: ISO}]\next: {doctype: {type: directive}}\n");
    assert!(new.freshness > old.freshness);
    let newest = standard("docidentifier: [{content: 'ISO 999:2000', type: ISO}]\n");
    assert!(newest.freshness > new.freshness);
}

#[test]
fn what_is_a_list_may_be_no_list() {
    let standard = standard(
        "title: Widgets of the sea\ndocid:\n  type: IHO\n  id: S-999\ndocnumber: 999\nedition: 1.0.0\ndate:\n  type: published\n  \
         from: 2025-03-01\neditorialgroup:\n- - committee:\n      abbreviation: WSSC\n      name: Widget Committee\n      \
         workgroup:\n        abbreviation: S-999WG\n        name: Widget Group\nlanguage: jp\n",
    );
    assert_eq!(standard.identifier, "S-999");
    assert_eq!(standard.other_identifiers, ["IHO S-999"]);
    assert_eq!(standard.edition.as_deref(), Some("1.0.0"));
    assert_eq!(standard.languages, ["ja"]);
    let committees: Vec<_> =
        standard.committees.iter().map(|group| (group.designation.as_str(), group.parent.as_deref())).collect();
    assert_eq!(committees, [("IHO WSSC", None), ("IHO S-999WG", Some("IHO WSSC"))]);
}

#[test]
fn committees_come_in_many_shapes() {
    for (scheme, group, expected) in [
        ("IEC", "{technical_committee: [{name: TC 99/SC 99A, number: 99}]}", "IEC TC 99/SC 99A"),
        ("IEC", "{technical_committee: [{name: ISO/IEC JTC 1/SC 9}]}", "ISO/IEC JTC 1/SC 9"),
        ("IEEE", "{committee: [Nuts &amp; Bolts Committee]}", "Nuts & Bolts Committee"),
        ("OGC", "{committee: technical}", "OGC Technical Committee"),
        ("ETSI", "[{name: Widgets}]", "ETSI Widgets"),
        ("3GPP", "[{name: S9, type: prime}]", "3GPP S9"),
        ("OASIS", "[{name: \"OASIS Widget\\r\\n   Things TC\"}]", "OASIS Widget Things TC"),
        ("CCSDS", "[{name: ABC-DEF}]", "CCSDS ABC-DEF"),
    ] {
        let standard = standard(&format!("docid: [{{id: X 1, type: {scheme}}}]\next: {{editorialgroup: {group}}}\n"));
        let designations: Vec<_> = standard.committees.iter().map(|group| group.designation.as_str()).collect();
        assert_eq!(designations, [expected]);
    }
}

#[test]
fn a_title_that_says_nothing_is_none() {
    let standard = standard("docid: [{id: Adobe TN 9999, type: ADOBE}]\ntitle: [{content: ®, language: eng}]\n");
    assert!(standard.titles.is_empty());
}

#[test]
fn the_edition_of_ieee_is_dated_when_it_was_issued() {
    let standard = standard(
        "docid: [{id: IEEE Std 9999-1976, type: IEEE, primary: 'true'}, {id: IEEE Std 9999™-1976, type: IEEE, scope: \
         trademark, primary: 'true'}]\ndate: [{type: published, value: '2002-01-01'}, {type: issued, value: '1976'}]\n",
    );
    assert_eq!(standard.published_on.as_deref(), Some("1976"));
    assert_eq!(standard.other_identifiers, ["IEEE Std 9999™-1976"]);
}

#[test]
fn meetings_are_events_and_their_decisions_are_skipped() {
    let meeting = one(
        "docidentifier: [{content: CCXX 9<sup>e</sup> réunion (2021), type: BIPM, primary: true}]\ntype: proceedings\n\
         title: [{language: fr, content: 9<sup>e</sup> réunion}, {language: en, content: 9th meeting (online)}]\n\
         date: [{type: published, at: '2021-10-27'}]\nplace: [{city: Paris}]\next: {doctype: {content: meeting-report}}\n",
    );
    let Outcome::Record(Record::Event(event)) = meeting else { panic!("{meeting:?}") };
    assert_eq!(event.title, "9th meeting (online)");
    assert_eq!(event.starts_on.as_deref(), Some("2021-10-27"));
    assert_eq!(event.format, Some(EventFormat::Online));
    assert_eq!(event.organisers[0].acronym.as_deref(), Some("BIPM"));
    assert_eq!(event.uid.as_deref(), Some("CCXX 9e réunion (2021)"));
    let decision =
        "docidentifier: [{content: X, type: BIPM}]\ntype: proceedings\next: {doctype: {content: decision}}\n";
    assert_eq!(one(decision), Outcome::Skipped("a decision of a meeting"));
    let article = "docidentifier: [{content: X, type: BIPM}]\ntype: article\n";
    assert_eq!(one(article), Outcome::Skipped("a journal article"));
}

#[test]
fn bodies_are_organisations_and_their_pictures_nothing() {
    let body = one("abbreviation: ECMA\nname:\n- content: Ecma International\n- language: ja\n  content: エクマ\n");
    let Outcome::Record(Record::Organisation(organisation)) = body else { panic!("{body:?}") };
    assert_eq!(organisation.acronym.as_deref(), Some("Ecma"), "as the profiles write it");
    assert_eq!(organisation.name, "Ecma International");
    assert_eq!(organisation.names[0].language.as_deref(), Some("ja"));
    assert!(read("orgs/x/logos.yaml", "# none yet\nlogo: []\n").is_empty());
}

#[test]
fn bad_files_are_rejected_with_their_line() {
    assert_eq!(reason("title:\n- content: X\n"), "line 1: no identifier");
    assert_eq!(reason("a: b\n"), "line 1: neither identifier nor title");
    assert_eq!(reason("just text\n"), "line 1: no Relaton record, since no map");
    assert!(reason("a: b\nc: [d\n").starts_with("line "));
    assert_eq!(reason(""), "line 1: an empty file");
    assert_eq!(reason(&format!("a: {}", "x".repeat(LARGEST))), "larger than 4 MiB");
    let mut bytes: &[u8] = b"a: b\nc: \xff\n";
    let mut items = Vec::new();
    let entry = Entry { path: "a.yaml", contents: &mut bytes };
    relaton::reader()
        .read(entry, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
    assert_eq!(items[0].outcome, Outcome::Rejected("line 2: no UTF-8".to_owned()));
}

#[test]
fn a_file_may_hold_several_documents() {
    let items = read("a.yaml", "---\ndocid: [{id: A 1}]\n---\ndocid: [{id: A 2}]\n");
    assert_eq!(items.iter().filter(|item| matches!(item.outcome, Outcome::Record(_))).count(), 2);
    assert_eq!(items[1].position.as_deref(), Some("document 2"));
}

#[test]
fn anchors_are_written_out_and_bombs_refused() {
    let standard = standard("a: &a\n- code: '35.030'\ndocid: [{id: A 1}]\nics: *a\n");
    assert_eq!(standard.subjects[0].code, "35.030");
    let levels = (1..20).map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{}, ", level - 1).repeat(10)));
    let bomb: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned()).chain(levels).collect();
    assert!(reason(&bomb).ends_with("too large a tree"));
    assert!(reason(&"[".repeat(10_000)).contains("line 1"));
    assert!(reason(&"- ".repeat(10_000)).ends_with("too deep"));
}

#[test]
fn both_readers_of_yaml_agree() {
    for text in [
        OLDER,
        NEWER,
        "a: plain\n  goes on\n\n  and on\nb: 'it''s\n  two'\nc: \"x\\ty \\\n  z\\u00e9\n\n  w\"\n",
        "a: |\n  one\n   two\n\n  three\nb: >-\n  one\n  two\n\n  three\n   four\n  five\nc: |+\n  x\n\nd: ''\ne:\nf: ~\n",
        "- a\n-\n  b: c\n- - d\n  - e\n- []\n- f: {}\n  g:\n  - h\n  i: j\n",
        "a: x:y#z\nb: -1\nc: \"\"\nd: '  x  '\ne: \"a\n  \\  b\"\n",
        "a: \"x  \n   y\"\nb: 'x  \n   y'\nc: x  \n   y\n",
    ] {
        let quick = yaml::quick(text).unwrap_or_else(|| panic!("given up: {text}"));
        assert_eq!(yaml::full(text).unwrap(), [quick], "{text}");
    }
    for beyond in [
        "a: &x b\n",
        "a: [b, c]\n",
        "a: b # c\n",
        "a: b: c\n",
        "? a\n",
        "a:\tb\n",
        "a: b\n c: d\n",
        "a: 'b' c\n",
        "--- a\n",
    ] {
        assert_eq!(yaml::quick(beyond), None, "{beyond}");
    }
}

#[test]
fn cut_and_changed_files_are_survived() {
    for text in [OLDER, NEWER] {
        for (at, _) in text.char_indices() {
            let (before, behind) = text.split_at(at);
            read("a.yaml", before);
            for wedge in ["'", "\"", "\n", ":", "- ", "|", "&a ", "{", "\t"] {
                let changed = format!("{before}{wedge}{behind}");
                if let Some(quick) = yaml::quick(&changed) {
                    assert_eq!(yaml::full(&changed).ok(), Some(vec![quick]), "{changed}");
                }
            }
        }
    }
}

#[test]
fn xml_says_what_yaml_says() {
    let xml = r#"<?xml version="1.0"?>
<relaton-collection xmlns="https://example.org/relaton"><relation><bibdata type="standard">
  <title language="en" type="main">Nuts &amp; <em>bolts</em></title>
  <uri type="src">https://iso.example/2</uri>
  <docidentifier type="ISO" primary="true">ISO 99992:2020</docidentifier>
  <docidentifier type="URN">urn:iso:std:iso:99992</docidentifier>
  <date type="published"><on>2020-05</on></date>
  <contributor><role type="publisher"/><organization><name>International Organization for Standardization</name>
    <abbreviation>ISO</abbreviation></organization></contributor>
  <language>en</language>
  <abstract><p>One &lt; two.</p><p>Three.</p></abstract>
  <status><stage>60</stage><substage>60</substage></status>
  <relation type="obsoletes"><bibitem><docidentifier type="ISO">ISO 99992:2010</docidentifier></bibitem></relation>
  <ext><doctype>international-standard</doctype><ics><code>35.030</code><text>Widgets</text></ics>
    <editorialgroup><technical-committee number="99" type="TC"><name>Widgets</name><identifier>ISO/TC 99</identifier></technical-committee></editorialgroup></ext>
</bibdata></relation>
<bibitem><docidentifier type="ISO">ISO 99993:2020</docidentifier></bibitem></relaton-collection>"#;
    assert!(relaton::recognises("a.xml", xml.as_bytes()));
    let items = read("a.xml", xml);
    assert_eq!(items.len(), 2);
    let Outcome::Record(Record::Standard(standard)) = &items[0].outcome else { panic!("{items:?}") };
    assert_eq!(standard.identifier, "ISO 99992:2020");
    assert_eq!(standard.titles[0].value, "Nuts & bolts");
    assert_eq!(standard.r#abstract.as_deref(), Some("One \\< two.\n\nThree."));
    assert_eq!(standard.published_on.as_deref(), Some("2020-05"));
    assert_eq!(standard.url.as_deref(), Some("https://iso.example/2"));
    assert_eq!((standard.status, standard.stage.as_deref()), (Some(StandardStatus::Published), Some("60.60")));
    assert_eq!(standard.publishers[0].acronym.as_deref(), Some("ISO"));
    assert_eq!(standard.committees[0].designation, "ISO/TC 99");
    assert_eq!(standard.subjects[0].code, "35.030");
    assert_eq!(standard.relations[0].identifier, "ISO 99992:2010");
    assert_eq!(items[1].position.as_deref().map(|position| position.starts_with("line ")), Some(true));
}

#[test]
fn bad_xml_is_rejected() {
    for xml in ["<a/>", "<bibdata><a></b></bibdata>", "<bibdata>", &"<bibdata>".repeat(1000), "<"] {
        let items = read("a.xml", xml);
        assert!(matches!(items.last().unwrap().outcome, Outcome::Rejected(_)), "{xml} {items:?}");
    }
    let large = format!("<bibdata><title>{}</title></bibdata>", "x".repeat(LARGEST));
    let items = read("a.xml", &large);
    assert!(
        matches!(&items[0].outcome, Outcome::Rejected(reason) if reason.contains("larger than")),
        "{:?}",
        items[0].path
    );
}

#[test]
fn other_files_are_left_to_others() {
    assert!(relaton::recognises("a/b.yaml", OLDER.as_bytes()));
    assert!(relaton::recognises("a/b.yml", NEWER.as_bytes()));
    assert!(!relaton::recognises("a/b.yaml", b"Some organisation:\n  Name_en: Some organisation\n"));
    assert!(!relaton::recognises("a/b.json", b"{\"docid\": 1}"));
    assert!(!relaton::recognises("a/ics.xml", b"<?xml version=\"1.0\"?><ics><field/></ics>"));
}
