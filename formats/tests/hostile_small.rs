//! The smaller readers on damaged files: whatever the bytes are, reading ends, and says what it could not read.

use formats::record::Record;
use formats::{Entry, Item, Outcome, Reader};

const FILES: &[(&str, &str)] = &[
    (
        "ics.xml",
        "<fields><field><identifier>98</identifier><title xml:lang=\"en\">Lamps &amp; &#x41;</title></field></fields>",
    ),
    ("98.json", "{\"@context\": \"https://isoics.org/jsonld/field.jsonld\", \"code\": \"98\", \"fieldcode\": \"98\"}"),
    (
        "committees.jsonl",
        "{\"id\": 1, \"reference\": \"ISO/TC 999\", \"title\": {\"en\": \"Lamps\"}, \"parentId\": 1, \"pMembers\": [{\"id\": 2, \
         \"acronym\": \"LMB\"}]}\n{\"id\": 3, \"reference\": \"ISO/TC 999/SC 1\", \"parentId\": 1}\n",
    ),
    (
        "rfcs.json",
        "{\"RFC9\": {\"title\": \"A\", \"level\": \"std\", \"stream\": \"ietf\", \"obsoletes\": [\"RFC8\"]}, \"9\": \
         {\"normative\": [\"0008\"]}, \"collection\": {\"X\": {\"rfcs\": [\"RFC9\"]}}}",
    ),
    ("lamp.ris", "TY  - RPRT\r\nTI  - Lamps\r\nPY  - 2031/05/01/\r\nSN  - LMP 7\r\nDO  - 10.9/x\r\nER  - \r\n"),
    (
        "biblio.json",
        "{\"iso9-1-2013-amd2-2014\": {\"title\": \"ETSI TS 9 V1 (2031): Lämps\", \"href\": \"https://www.w3.org/TR/2031/REC-a-1/\", \
         \"publisher\": \"ISO/IEC\", \"date\": \"9 May 2031\", \"obsoletedBy\": [\"b\"]}, \"b\": {\"aliasOf\": \"b\"}}",
    ),
    (
        "index.json",
        "[{\"shortname\": \"iso9\", \"title\": \"A\", \"url\": \"https://datatracker.ietf.org/doc/draft-a-00\", \"organization\": \
         \"ISO/IEC\", \"groups\": [{\"name\": \"G\", \"url\": \"https://datatracker.ietf.org/wg/g/\"}], \"obsoletedBy\": [\"iso9\"]}]",
    ),
    (
        "conferences.json",
        "[{\"name\": \"Lämps\", \"startDate\": \"2031-05-01\", \"endDate\": \"2031-05-02\", \"mastodon\": \"@a@b.example\"}]",
    ),
    (
        "lamps.ics",
        "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETTO:+0100\r\n\
         RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\n\
         TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n\
         SUMMARY:L\\, ä\r\n mps\r\nDTSTART;TZID=X:20310501T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n\
         DESCRIPTION:Hosted by A. B. C\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ),
];

fn readers() -> Vec<Box<dyn Reader>> {
    vec![
        Box::new(formats::iso_ics::reader()),
        Box::new(formats::iso_committees::reader()),
        Box::new(formats::rfc_index::reader()),
        Box::new(formats::ris::reader()),
        Box::new(formats::specref::reader()),
        Box::new(formats::web_specs::reader()),
        Box::new(formats::conferences::reader()),
        Box::new(formats::icalendar::reader()),
    ]
}

const RECOGNISE: &[fn(&str, &[u8]) -> bool] = &[
    formats::iso_ics::recognises,
    formats::iso_committees::recognises,
    formats::rfc_index::recognises,
    formats::ris::recognises,
    formats::specref::recognises,
    formats::web_specs::recognises,
    formats::conferences::recognises,
    formats::icalendar::recognises,
];

fn read(reader: &mut dyn Reader, path: &str, mut contents: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    reader.read(Entry { path, contents: &mut contents }, &mut sink).unwrap();
    reader.finish(&mut sink).unwrap();
    items
}

#[test]
fn every_reader_survives_every_file_cut_anywhere() {
    for (path, contents) in FILES {
        for end in 0..=contents.len() {
            let cut = &contents.as_bytes()[..end];
            for (reader, recognises) in readers().iter_mut().zip(RECOGNISE) {
                read(&mut **reader, path, cut);
                recognises(path, cut);
            }
        }
    }
}

#[test]
fn every_reader_survives_changed_bytes() {
    // A plain generator of pseudo-random numbers: the same changes each time.
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap()
    };
    for (path, contents) in FILES {
        for _ in 0..400 {
            let mut changed = contents.as_bytes().to_vec();
            for _ in 0..=(next() % 4) {
                let at = next() % changed.len();
                match next() % 3 {
                    0 => changed[at] = u8::try_from(next() % 256).unwrap(),
                    1 => {
                        changed.remove(at);
                    }
                    _ => {
                        let part = changed[at..].to_vec();
                        changed.extend(part);
                    }
                }
            }
            for reader in &mut readers() {
                read(&mut **reader, path, &changed);
            }
        }
    }
}

#[test]
fn nesting_without_end_is_rejected() {
    for unit in
        ["[", "{\"a\":", "[{\"name\":", "{\"a\":{\"title\":", "<field>", "<fields><group><title>", "BEGIN:VEVENT\n"]
    {
        let deep = unit.repeat(200_000);
        for reader in &mut readers() {
            for item in read(&mut **reader, "x.json", deep.as_bytes()) {
                assert!(!matches!(item.outcome, Outcome::Record(Record::Standard(_))));
            }
        }
    }
}

#[test]
fn a_reader_ends_when_no_more_is_wanted() {
    for (path, contents) in FILES {
        for reader in &mut readers() {
            let mut given = 0;
            let mut sink = |_| {
                given += 1;
                Err(formats::Stop)
            };
            let read = reader.read(Entry { path, contents: &mut contents.as_bytes() }, &mut sink);
            let ended = read.and_then(|()| reader.finish(&mut sink));
            assert!(given <= 1, "{path}");
            assert_eq!(ended.is_err(), given == 1, "{path}");
        }
    }
}
