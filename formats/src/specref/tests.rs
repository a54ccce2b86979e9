use super::*;

/// What is read of some files, the last ones after the end.
fn read(files: &[(&str, &str)]) -> Vec<Item> {
    for (path, contents) in files {
        assert!(recognises(path, contents.as_bytes()), "{path}");
    }
    crate::item::items_of(reader(), files.iter().copied())
}

fn standards(files: &[(&str, &str)]) -> Vec<Standard> {
    let outcomes = read(files).into_iter().map(|item| item.outcome);
    outcomes
        .map(|outcome| match outcome {
            Outcome::Record(Record::Standard(standard)) => *standard,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn one(name: &str, members: &str) -> Standard {
    let file = format!(r#"{{"{name}": {{"title": "Lamps", "href": "https://lamp.example/x", {members}}}}}"#);
    standards(&[("biblio.json", &file)]).remove(0)
}

#[test]
fn documents_are_identified_as_their_publishers_do() {
    for (name, members, identifier) in [
        ("iso99999-1", r#""publisher": "ISO/IEC", "isoNumber": "ISO 99999-1:2031""#, "ISO/IEC 99999-1:2031"),
        ("iso99999-1-2013-amd2-2014", r#""publisher": "ISO/IEC""#, "ISO/IEC 99999-1:2013/Amd 2:2014"),
        (
            "iso99999-1-2013-amd2-2014-cor1-2015",
            r#""publisher": "ISO/IEC""#,
            "ISO/IEC 99999-1:2013/Amd 2:2014/Cor 1:2015",
        ),
        ("iso99999-2-2013-damd2", r#""publisher": "ISO/IEC""#, "ISO/IEC 99999-2:2013/DAM 2"),
        ("iso99999-2-cdamd1", r#""publisher": "ISO/IEC""#, "ISO/IEC 99999-2/CD Amd 1"),
        ("LAMP", r#""publisher": "ISO", "status": "ISO 99998:2031""#, "ISO 99998:2031"),
        ("wms", r#""publisher": "OGC", "ogcNumber": "OGC 99-042""#, "99-042"),
        ("rfc99999", r#""publisher": "IETF""#, "RFC 99999"),
        ("N99999", r#""publisher": "WG21""#, "WG21 N99999"),
        ("LAMP", r#""publisher": "WHATWG""#, "WHATWG LAMP"),
        ("W3C-LAMP", r#""publisher": "W3C""#, "W3C-LAMP"),
        ("UAX99", r#""publisher": "Unicode Consortium", "status": "Unicode Standard Annex #99""#, "UAX #99"),
        ("LAMP", r#""publisher": "Guild of Lamplighters""#, "LAMP"),
    ] {
        assert_eq!(one(name, &format!(r#"{members}, "authors": []"#)).identifier, identifier, "{name}");
    }
}

#[test]
fn addresses_identify_reports_of_w3c_and_of_the_ietf() {
    for (address, identifier) in [
        ("https://www.w3.org/TR/lamps/", "W3C lamps"),
        ("http://www.w3.org/TR/2031/REC-lamps-20310501/", "W3C REC-lamps-20310501"),
        ("https://www.rfc-editor.org/rfc/rfc99999", "RFC 99999"),
        ("https://datatracker.ietf.org/doc/html/draft-ietf-lamps-lamp-03", "draft-ietf-lamps-lamp"),
        ("https://www.iana.org/assignments/lamps/lamps.xhtml", "IANA lamps"),
    ] {
        let file = format!(r#"{{"X": {{"title": "Lamps", "status": "REC", "href": "{address}"}}}}"#);
        assert_eq!(standards(&[("biblio.json", &file)])[0].identifier, identifier);
    }
}

#[test]
fn editions_share_an_undated_identifier() {
    for (identifier, undated) in [
        ("ISO/IEC 99999 :2022", Some("ISO/IEC 99999")),
        ("ISO/IEC 99999-1:2013/Amd 2:2014", Some("ISO/IEC 99999-1/Amd 2")),
        ("ETSI ETS 999 132 ed.1 (2031-08)", Some("ETSI ETS 999 132")),
        ("W3C REC-lamps-1-20310501", Some("W3C lamps-1")),
        ("W3C lamps", None),
        ("RFC 99999", None),
    ] {
        assert_eq!(identify::undated(identifier).as_deref(), undated);
    }
}

#[test]
fn the_number_in_front_of_a_title_goes_from_it() {
    let file = r#"{"etsi-ts-999-303": {"title": "ETSI TS 999 303 V1.1.1 (2031-04): LAMPS; Wicks", "publisher": "ETSI",
        "href": "https://etsi.example/x.pdf", "status": "Historical", "rawDate": "2031-04", "isRetired": true}}"#;
    let standard = standards(&[("etsi.json", file)]).remove(0);
    assert_eq!(standard.identifier, "ETSI TS 999 303 V1.1.1 (2031-04)");
    assert_eq!(standard.undated_identifier.as_deref(), Some("ETSI TS 999 303"));
    assert_eq!(standard.titles[0].value, "LAMPS; Wicks");
    assert_eq!(standard.status, Some(StandardStatus::Withdrawn));
    assert_eq!(standard.stage.as_deref(), Some("Historical"));
    assert_eq!(standard.published_on.as_deref(), Some("2031-04"));
    assert_eq!(standard.r#type, Some(StandardType::TechnicalSpecification));
}

#[test]
fn aliases_give_no_record_and_name_the_one_that_they_lead_to() {
    let file = r#"{"LAMP": {"title": "Lamps", "href": "https://x.example", "publisher": "WG21"},
        "b1": {"aliasOf": "Lamp"}, "c2": {"aliasOf": "B1"}, "round": {"aliasOf": "round"}, "wick": {"aliasOf": "lamp"},
        "lost3": {"aliasOf": "nothing"}}"#;
    let standards = standards(&[("wg21.json", file)]);
    assert_eq!(standards.len(), 1);
    assert_eq!(standards[0].other_identifiers, ["LAMP", "b1", "c2"]);
}

#[test]
fn relations_name_documents_by_their_identifiers_also_those_of_later_files() {
    let first = r#"{"lamp": {"title": "Lamps", "href": "https://www.w3.org/TR/lamp/", "publisher": "W3C", "status": "REC",
        "obsoletedBy": ["TORCH", "nobody"], "updates": ["old"]}, "old": {"aliasOf": "older"},
        "older": {"title": "Old", "href": "https://www.w3.org/TR/older/", "publisher": "W3C"}}"#;
    let second = r#"{"Torch": {"title": "Torches", "href": "https://torch.example", "publisher": "WHATWG"}}"#;
    let standards = standards(&[("w3c.json", first), ("whatwg.json", second)]);
    let lamp = standards.iter().find(|standard| standard.identifier == "W3C lamp").unwrap();
    let relations: Vec<_> =
        lamp.relations.iter().map(|relation| (relation.kind, relation.inverse, relation.identifier.as_str())).collect();
    let expected = [(RelationKind::Replaces, true, "WHATWG Torch"), (RelationKind::Updates, false, "W3C older")];
    assert_eq!(relations, expected);
    assert_eq!(lamp.status, Some(StandardStatus::Superseded));
}

#[test]
fn dates_are_given_where_they_are_clear() {
    for (date, expected) in [
        ("9 November 2030", Some("2030-11-09")),
        ("July 13, 2030", Some("2030-07-13")),
        ("July 2030", Some("2030-07")),
        ("20301231", Some("2030-12-31")),
        ("2030", Some("2030")),
        ("Sept. 2030", Some("2030-09")),
        ("31 June 2030", None),
        ("Work in progress", None),
        ("7 to 9 July 2030", None),
    ] {
        let standard = one("LAMP", &format!(r#""status": "x", "date": "{date}""#));
        assert_eq!(standard.published_on.as_deref(), expected, "{date}");
    }
}

#[test]
fn books_are_skipped_and_what_is_no_record_is_rejected() {
    let file = r#"{"BOOK": {"title": "On lamps", "href": "https://x.example", "isbn": "0", "publisher": "Wiley"},
        "X": {"href": "https://x.example"}, "Y": 7}"#;
    let items = read(&[("biblio.json", file)]);
    assert_eq!(items[0].outcome, Outcome::Skipped("a book or an article"));
    assert_eq!(items[1].outcome, Outcome::Rejected("no title".to_owned()));
    assert_eq!(items[2].outcome, Outcome::Rejected("no object".to_owned()));
}

#[test]
fn persons_are_not_named() {
    let standard = one("LAMP", r#""authors": ["Some Body"], "editors": ["Any Body"], "status": "WD""#);
    assert!(!format!("{standard:?}").contains("Body"));
}

#[test]
fn papers_of_a_committee_are_its_own() {
    let file = r#"{"P9999R1": {"title": "Lamps", "href": "https://x.example", "publisher": "WG21"}}"#;
    let standard = standards(&[("wg21.json", file)]).remove(0);
    assert_eq!(standard.committees[0].designation, "ISO/IEC JTC 1/SC 22/WG 21");
    assert_eq!(standard.committees[0].parent.as_deref(), Some("ISO/IEC JTC 1/SC 22"));
    assert_eq!(standard.other_identifiers, ["P9999R1"]);
}

#[test]
fn addresses_of_people_are_not_kept() {
    let spec = one("lamps a@lamp.example", r#""publisher": "Guild b@lamp.example""#);
    assert_eq!(spec.identifier, "lamps");
    assert_eq!(spec.publishers[0].name.as_deref(), Some("Guild"));
    let items = read(&[("biblio.json", r#"{"a@lamp.example": {"title": "Lamps", "href": "", "status": ""}}"#)]);
    assert_eq!(items[0].outcome, Outcome::Rejected("no short name".to_owned()));
}
