//! The readers on real data, where it is there: the folder that `ATLAS_DATA` names, else `shared/data` beside the
//! project. Nothing of the data is printed.

mod data;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use data::{expected, folder};
use formats::record::{ChannelPlatform, PartnerRole, Record, RelationKind, Standard, StandardStatus};
use formats::{Entry, Item, Outcome, Reader};

/// What was read of an archive.
struct Read_ {
    items: Vec<Item>,
    records: usize,
    skipped: usize,
    rejected: usize,
}

/// Reads each file of an archive that the format recognises.
fn read(name: &str, recognises: fn(&str, &[u8]) -> bool, mut reader: impl Reader) -> Option<Read_> {
    let file = File::open(folder()?.join(name)).unwrap();
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    let unpacked = BufReader::new(zstd::Decoder::new(file).unwrap());
    if let Some(stem) = name.strip_suffix(".tar.zst") {
        assert!(!stem.is_empty());
        let mut archive = tar::Archive::new(unpacked);
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            let mut contents = Vec::new();
            entry.read_to_end(&mut contents).unwrap();
            if recognises(&path, &contents[..contents.len().min(8192)]) {
                reader.read(Entry { path: &path, contents: &mut &contents[..] }, &mut sink).unwrap();
            }
        }
    } else {
        let mut unpacked = BufReader::with_capacity(8192, unpacked);
        let path = name.trim_end_matches(".zst");
        assert!(recognises(path, unpacked.fill_buf().unwrap()));
        reader.read(Entry { path, contents: &mut unpacked }, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();
    let count = |is: fn(&Outcome) -> bool| items.iter().filter(|item| is(&item.outcome)).count();
    Some(Read_ {
        records: count(|outcome| matches!(outcome, Outcome::Record(_))),
        skipped: count(|outcome| matches!(outcome, Outcome::Skipped(_))),
        rejected: count(|outcome| matches!(outcome, Outcome::Rejected(_))),
        items,
    })
}

impl Read_ {
    fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.items.iter().filter_map(|item| match &item.outcome {
            Outcome::Record(Record::Standard(standard)) => Some(&**standard),
            _ => None,
        })
    }
}

fn count(value: &serde_json::Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn every_code_of_the_classification_is_read_once_from_two_files() {
    let Some(read) = read("iso-ics.tar.zst", formats::iso_ics::recognises, formats::iso_ics::reader()) else { return };
    let expected = expected("iso-ics");
    assert_eq!(read.records, count(&expected["xml distinct codes"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let mut both = HashSet::new();
    let mut titled = 0;
    for item in &read.items {
        let Outcome::Record(Record::Subject(subject)) = &item.outcome else { panic!("something else") };
        titled += usize::from(subject.title.is_some());
        both.insert((**subject).clone());
    }
    assert_eq!(titled, read.records);
    assert_eq!(both.len(), count(&expected["xml distinct codes"]), "both files say the same");
}

#[test]
fn every_committee_is_read_with_the_one_above_it() {
    let name = "iso-committees.jsonl.zst";
    let Some(read) = read(name, formats::iso_committees::recognises, formats::iso_committees::reader()) else { return };
    let expected = expected("iso-committees");
    assert_eq!(read.records, count(&expected["records"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let mut designations = HashSet::new();
    let (mut parents, mut scopes) = (Vec::new(), 0);
    let mut organisations = Vec::new();
    for item in &read.items {
        match &item.outcome {
            Outcome::Record(Record::Committee(committee)) => {
                designations.insert(committee.group.designation.as_str());
                parents.extend(committee.group.parent.as_deref());
                scopes += usize::from(committee.scope.is_some());
            }
            Outcome::Beside(Record::Organisation(organisation)) => organisations.push(organisation),
            _ => panic!("something else"),
        }
    }
    assert_eq!(parents.len(), count(&expected["with parent"]));
    assert!(parents.iter().all(|parent| designations.contains(parent)));
    assert_eq!(scopes, read.records - count(&expected["scope missing"]));
    // The source counts the empty secretariat of one committee as a body.
    let national = count(&expected["distinct national bodies"]) - 1;
    let liaisons = count(&expected["distinct liaison organisations"]);
    assert_eq!(organisations.len(), national + liaisons + 1);
    let iso = organisations.last().unwrap();
    assert_eq!(iso.acronym.as_deref(), Some("ISO"));
    let of = |role| iso.partners.iter().filter(|partner| partner.role == role).count();
    assert_eq!((of(PartnerRole::Member), of(PartnerRole::Liaison)), (national, liaisons));
    let bodies: HashSet<_> = iso.partners.iter().map(|partner| &partner.body).collect();
    assert_eq!(bodies.len(), iso.partners.len(), "no two partners are one body");
}

#[test]
fn the_three_files_of_the_rfc_index_explain_each_other() {
    let name = "rfc-index.tar.zst";
    let Some(read) = read(name, formats::rfc_index::recognises, formats::rfc_index::reader()) else { return };
    let expected = expected("rfc-index");
    assert_eq!(read.records, count(&expected["records"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let of = |kind| {
        let relations = read.standards().flat_map(|standard| &standard.relations);
        relations.filter(|relation| relation.kind == kind).count()
    };
    assert_eq!(of(RelationKind::Replaces), count(&expected["obsoletes edges"]));
    let kinds = &expected["reference edges by kind"];
    assert_eq!(of(RelationKind::Requires), count(&kinds["normative"]));
    assert_eq!(of(RelationKind::References), count(&kinds["informative"]));
    let identifiers: HashSet<_> = read.standards().map(|standard| standard.identifier.as_str()).collect();
    assert_eq!(identifiers.len(), read.records);
    // Numbers with leading zeros find their RFC too: more than by the bare text.
    let known = read
        .standards()
        .flat_map(|standard| &standard.relations)
        .filter(|relation| matches!(relation.kind, RelationKind::Requires | RelationKind::References))
        .filter(|relation| identifiers.contains(relation.identifier.as_str()))
        .count();
    assert!(known > count(&expected["reference edges to a known RFC (RFC prefixed)"]), "{known}");
    let superseded = read.standards().filter(|standard| standard.status == Some(StandardStatus::Superseded)).count();
    assert_eq!(superseded, count(&expected["status"]["obsoleted"]));
    let in_groups = read.standards().filter(|standard| !standard.committees.is_empty()).count();
    assert_eq!(in_groups, count(&expected["with working group"]));
    let groups: HashSet<_> = read.standards().flat_map(|standard| &standard.committees).collect();
    assert_eq!(groups.len(), count(&expected["distinct working groups"]));
}

#[test]
fn every_report_is_read_and_none_names_its_authors() {
    let Some(read) = read("nist-ris.tar.zst", formats::ris::recognises, formats::ris::reader()) else { return };
    let expected = expected("nist-ris");
    assert_eq!(read.records, count(&expected["records"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let identifiers: HashSet<_> = read.standards().map(|standard| standard.identifier.as_str()).collect();
    let by_doi = identifiers.iter().filter(|identifier| identifier.starts_with("doi:")).count();
    assert_eq!(by_doi, count(&expected["records with empty identifier (SN)"]));
    assert_eq!(identifiers.len() - by_doi, count(&expected["distinct SN"]));
    let dois: HashSet<_> = read
        .standards()
        .flat_map(|standard| standard.other_identifiers.iter().chain([&standard.identifier]))
        .filter(|identifier| identifier.starts_with("doi:"))
        .collect();
    assert_eq!(dois.len(), count(&expected["distinct DOI"]));
    for (year, number) in expected["year"].as_object().unwrap() {
        let of_year = read.standards().filter(|standard| standard.published_on.as_ref() == Some(year)).count();
        assert_eq!(of_year, count(number), "{year}");
    }
}

#[test]
fn every_entry_of_specref_but_the_aliases_is_read() {
    let Some(read) = read("specref.tar.zst", formats::specref::recognises, formats::specref::reader()) else { return };
    let expected = expected("specref");
    let files = expected["files"].as_object().unwrap();
    for (file, counts) in files {
        let read = read.items.iter().filter(|item| item.path.rsplit('/').next() == Some(file)).count();
        assert_eq!(read, count(&counts["records"]), "{file}");
    }
    assert_eq!(read.rejected, 0);
    // Books and articles of the mixed bibliographies.
    assert!(read.skipped < 50, "{}", read.skipped);
    let relations: usize = read.standards().map(|standard| standard.relations.len()).sum();
    let given: usize = files.values().map(|counts| counts.get("relations").map_or(0, count)).sum();
    assert_eq!(relations, given, "all relations find what they name");
}

#[test]
fn every_web_specification_is_read() {
    let name = "browser-specs.tar.zst";
    let Some(read) = read(name, formats::web_specs::recognises, formats::web_specs::reader()) else { return };
    let expected = expected("browser-specs");
    assert_eq!(read.records, count(&expected["records"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let identifiers: HashSet<_> = read.standards().map(|standard| standard.identifier.as_str()).collect();
    assert_eq!(identifiers.len(), read.records);
    let replaced: usize = read.standards().map(|standard| standard.relations.len()).sum();
    assert_eq!(replaced, count(&expected["obsoletedBy edges"]));
    let of = |acronym: &str| {
        let publishers = read.standards().map(|standard| &standard.publishers);
        publishers.filter(|all| all.iter().any(|body| body.acronym.as_deref() == Some(acronym))).count()
    };
    let organisations = &expected["organization"];
    assert_eq!(of("W3C"), count(&organisations["W3C"]) + count(&organisations["W3C/OGC"]));
    assert_eq!(of("OGC"), count(&organisations["W3C/OGC"]));
    assert_eq!(of("IETF"), count(&organisations["IETF"]));
}

#[test]
fn every_conference_is_read_with_its_channels() {
    let name = "conferences.tar.zst";
    let Some(read) = read(name, formats::conferences::recognises, formats::conferences::reader()) else { return };
    let expected = expected("conferences");
    assert_eq!(read.records, count(&expected["records"]));
    assert_eq!((read.skipped, read.rejected), (0, 0));
    let events = || {
        read.items.iter().filter_map(|item| match &item.outcome {
            Outcome::Record(Record::Event(event)) => Some(event),
            _ => None,
        })
    };
    let of =
        |platform| events().filter(|event| event.channels.iter().any(|channel| channel.platform == platform)).count();
    assert_eq!(of(ChannelPlatform::Twitter), count(&expected["with twitter"]));
    assert_eq!(of(ChannelPlatform::Mastodon), count(&expected["with mastodon"]));
    assert_eq!(of(ChannelPlatform::Bluesky), count(&expected["with bluesky"]));
    let distinct: HashSet<_> = events().map(|event| (&event.title, &event.starts_on, &event.url)).collect();
    assert_eq!(distinct.len(), count(&expected["distinct (name,startDate,url)"]));
    for (year, number) in expected["start year"].as_object().unwrap() {
        let of_year = events().filter(|event| event.starts_on.as_ref().is_some_and(|day| day.starts_with(year)));
        assert_eq!(of_year.count(), count(number), "{year}");
    }
}

#[test]
fn every_event_of_the_calendars_is_read() {
    let name = "calendars.tar.zst";
    let Some(read) = read(name, formats::icalendar::recognises, formats::icalendar::reader()) else { return };
    let files = &expected("calendars")["files"];
    let files = files.as_object().unwrap().values().filter_map(|counts| counts.get("VEVENT"));
    assert_eq!(read.records, files.map(count).sum::<usize>());
    assert_eq!((read.skipped, read.rejected), (0, 0));
    for item in &read.items {
        let Outcome::Record(Record::Event(event)) = &item.outcome else { panic!("something else") };
        assert!(event.starts_at.is_some() && event.ends_at.is_some());
        assert!(!formats::text::has_email(&format!("{event:?}")), "nobody's address is kept");
    }
}
