//! The tables of the real data, where its folder is: `ATLAS_DATA`, else `shared/data` beside the repository. Nothing of it
//! is shown.

mod data;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use data::{expected, folder};
use formats::{
    Outcome, Reader,
    container::walk,
    record::{Organisation, Record},
    table,
};
use serde_json::Value;

/// How many items of each kind an archive gave, and what the tests look at.
#[derive(Debug, Default)]
struct Found {
    kinds: BTreeMap<&'static str, u64>,
    skipped: BTreeMap<&'static str, u64>,
    /// How many of each file were records, skipped or rejected.
    files: BTreeMap<String, u64>,
    rejected: u64,
    records: Vec<Record>,
}

impl Found {
    fn read(&self) -> u64 {
        self.files.values().sum()
    }

    fn kind(&self, kind: &str) -> u64 {
        self.kinds.get(kind).copied().unwrap_or(0)
    }
}

fn kind(record: &Record) -> &'static str {
    match record {
        Record::Standard(_) => "standard",
        Record::Organisation(_) => "organisation",
        Record::Committee(_) => "committee",
        Record::Event(_) => "event",
        Record::Channel(_) => "channel",
        Record::Instrument(_) => "instrument",
        Record::Initiative(_) => "initiative",
        Record::Resource(_) => "resource",
        Record::Issue(_) => "issue",
        Record::Country(_) => "country",
        Record::Subject(_) => "subject",
        Record::Relation(_) => "relation",
        Record::Document(_) => "document",
    }
}

fn read(folder: &std::path::Path, archive: &str) -> Found {
    let mut found = Found::default();
    let mut reader = table::reader();
    walk(&folder.join(archive), &Arc::default(), &mut |entry| {
        let entry = entry.unwrap();
        let head = entry.contents.fill_buf().unwrap().to_vec();
        if !table::recognises(entry.path, &head) {
            return Ok(());
        }
        reader.read(formats::Entry { path: entry.path, contents: entry.contents }, &mut |item| {
            *found.files.entry(item.path).or_default() += 1;
            match item.outcome {
                Outcome::Record(record) => {
                    *found.kinds.entry(kind(&record)).or_default() += 1;
                    found.records.push(record);
                }
                Outcome::Skipped(reason) => *found.skipped.entry(reason).or_default() += 1,
                Outcome::Rejected(_) => found.rejected += 1,
                Outcome::Beside(_) => panic!("a table has nothing beside its rows"),
            }
            Ok(())
        })
    })
    .unwrap();
    found
}

#[test]
fn every_country_is_read() {
    let Some(folder) = folder() else { return };
    for (archive, file) in [("countries", "countries.csv"), ("country-codes", "country-codes.csv.zst")] {
        let found = read(&folder, file);
        let rows = expected(archive).get("rows").and_then(Value::as_u64);
        assert_eq!(Some(found.kind("country")), rows, "{archive}");
        assert_eq!(Some(found.read()), rows, "{archive}");
    }
}

#[test]
fn every_row_of_sigma_is_told_of() {
    let Some(folder) = folder() else { return };
    let found = read(&folder, "sigma.tar.zst");
    let expected = expected("sigma");
    let files = expected.get("files").and_then(Value::as_object).unwrap();
    let mut total = 0;
    for (file, counts) in files {
        let rows = counts.get("rows").and_then(Value::as_u64).unwrap();
        let read = found.files.iter().find(|(path, _)| path.ends_with(file.as_str())).map_or(0, |(_, count)| *count);
        assert_eq!(read, rows, "{file}");
        total += rows;
    }
    assert_eq!(found.read(), total);
    // An address with commas that are not quoted makes two rows too long.
    assert_eq!(found.rejected, 2);
    let kinds = ["standard", "relation", "instrument", "organisation", "subject"].map(|kind| found.kind(kind));
    assert_eq!(kinds, [9_910, 20_129, 45, 21, 40]);
    let identifiers: BTreeSet<&str> = found
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Standard(standard) if standard.identifier.starts_with("RFC ") => Some(standard.identifier.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(identifiers.len(), 9_753);
    assert!(identifiers.contains("RFC 1"), "leading zeros are left out");
    let whole = found.records.iter().all(|record| match record {
        Record::Relation(statement) => [&statement.identifier, &statement.relation.identifier]
            .iter()
            .all(|identifier| identifier.starts_with("ISO") || identifier.starts_with("IEC")),
        _ => true,
    });
    assert!(whole, "ids of the index become identifiers");
}

#[test]
fn every_organisation_of_supraverden_is_read() {
    let Some(folder) = folder() else { return };
    let found = read(&folder, "supraverden.tar.zst");
    let expected = expected("supraverden");
    let count = |key: &str| expected.get(key).and_then(Value::as_u64).unwrap();
    assert_eq!(found.kind("organisation"), count("records"));
    assert_eq!(found.read(), count("records"));
    let organisations = || {
        found.records.iter().filter_map(|record| match record {
            Record::Organisation(organisation) => Some(organisation),
            _ => None,
        })
    };
    let with = |what: fn(&Organisation) -> bool| organisations().filter(|one| what(one)).count() as u64;
    assert_eq!(with(|one| one.established_year.is_some()), count("with Year_established"));
    assert_eq!(with(|one| one.address.text.is_some()), count("with Headquarters"));
    assert_eq!(with(|one| one.website.is_some()), count("with Website"));
    let languages: BTreeSet<_> =
        organisations().flat_map(|one| &one.names).filter_map(|name| name.language.as_deref()).collect();
    // All but English, which is the name itself.
    assert_eq!(languages.len() as u64 + 1, count("name languages"));
}

#[test]
fn every_meeting_of_the_markdown_calendar_is_read() {
    let Some(folder) = folder() else { return };
    let found = read(&folder, "calendars.tar.zst");
    let expected = expected("calendars");
    let rows = expected.pointer("/files/openjs-standards-calendar.md/table rows").and_then(Value::as_u64);
    assert_eq!(Some(found.kind("event")), rows);
    assert_eq!(Some(found.read()), rows);
    let dated = found.records.iter().all(|record| match record {
        Record::Event(event) => event.starts_on.is_some() && event.ends_on >= event.starts_on,
        _ => false,
    });
    assert!(dated);
}
