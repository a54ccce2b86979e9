//! The smaller archives of real data, where they are: what is read is counted, and compared with what others counted.
//! Nothing of them is printed.

mod data;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};

use data::{expected, folder};
use formats::record::{Record, Standard};
use formats::{Entry, Outcome, Reader, relaton};

/// Archives that are read in no time even without optimisation.
const ARCHIVES: [&str; 21] = [
    "adobe",
    "bipm",
    "calconnect",
    "ccsds",
    "cie",
    "easc",
    "ecma",
    "iana",
    "ieee",
    "iho",
    "itu-r",
    "jcgm",
    "misc",
    "oasis",
    "ogc",
    "plateau",
    "rfcsubseries",
    "sdo",
    "w3c",
    "xsf",
    "etsi",
];

/// What one archive holds.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    records: u64,
    identifiers: u64,
    relations: u64,
    untitled: u64,
    subjects: u64,
}

#[derive(Default)]
struct Contents {
    standards: Vec<Standard>,
    events: Vec<String>,
    organisations: u64,
    skipped: u64,
    rejected: u64,
}

fn read(archive: &std::path::Path) -> Contents {
    let mut all = Contents::default();
    let mut reader = relaton::reader();
    let decoder = zstd::stream::Decoder::new(File::open(archive).unwrap()).unwrap();
    let mut archive = tar::Archive::new(decoder);
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let mut contents = BufReader::new(entry);
        let mut bytes = Vec::new();
        contents.read_to_end(&mut bytes).unwrap();
        assert!(relaton::recognises(&path, bytes.get(..8192).unwrap_or(&bytes)), "a file is not recognised");
        let entry = Entry { path: &path, contents: &mut bytes.as_slice() };
        reader
            .read(entry, &mut |item| {
                match item.outcome {
                    Outcome::Record(Record::Standard(standard)) => all.standards.push(*standard),
                    Outcome::Record(Record::Event(event)) => all.events.push(event.uid.unwrap_or_default()),
                    Outcome::Record(_) | Outcome::Beside(_) => all.organisations += 1,
                    Outcome::Skipped(_) => all.skipped += 1,
                    Outcome::Rejected(_) => all.rejected += 1,
                }
                Ok(())
            })
            .unwrap();
    }
    all
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap()
}

#[test]
fn the_smaller_archives_hold_what_was_counted() {
    let Some(folder) = folder() else { return };
    for name in ARCHIVES {
        let expected = expected(&format!("relaton-{name}"));
        let of = |what: &str| expected[what].as_u64().unwrap_or_default();
        let all = read(&folder.join(format!("relaton-{name}.tar.zst")));
        let standards = &all.standards;
        assert_eq!(all.rejected, 0, "{name}");
        let records = count(standards.len() + all.events.len()) + all.organisations + all.skipped;
        assert_eq!(records, of("records"), "{name}: records");
        if name == "sdo" {
            continue;
        }
        let identifiers: HashSet<&str> = standards
            .iter()
            .map(|standard| standard.identifier.as_str())
            .chain(all.events.iter().map(String::as_str))
            .collect();
        if name == "bipm" {
            assert_eq!((all.events.len(), all.skipped, standards.len()), (383, 1350 + 6205, 13));
            continue;
        }
        let counts = Counts {
            records,
            identifiers: count(identifiers.len()),
            relations: standards.iter().map(|standard| count(standard.relations.len())).sum(),
            untitled: count(standards.iter().filter(|standard| standard.titles.is_empty()).count()),
            subjects: standards.iter().map(|standard| count(standard.subjects.len())).sum(),
        };
        // Left out: six times, a code that stands twice in one record of IEEE. Thirteen titles of Adobe are "®".
        let twice = if name == "ieee" { 6 } else { 0 };
        let mark = if name == "adobe" { 13 } else { 0 };
        assert_eq!(
            counts,
            Counts {
                records: of("records"),
                identifiers: of("distinct primary identifiers"),
                relations: of("relations"),
                untitled: of("records without title") + mark,
                subjects: of("ICS entries") - twice,
            },
            "{name}"
        );
        let any: HashSet<&str> = standards
            .iter()
            .flat_map(|standard| std::iter::once(&standard.identifier).chain(&standard.other_identifiers))
            .map(String::as_str)
            .collect();
        let resolved = standards.iter().flat_map(|standard| &standard.relations);
        let resolved = resolved.filter(|relation| any.contains(relation.identifier.as_str())).count();
        assert_eq!(count(resolved), of("relations resolvable in this source"), "{name}: relations that resolve");
    }
}

#[test]
fn every_record_of_ecma_has_its_own_key() {
    let Some(folder) = folder() else { return };
    let all = read(&folder.join("relaton-ecma.tar.zst"));
    let keys: HashSet<_> =
        all.standards.iter().map(|standard| (&standard.identifier, &standard.edition, &standard.volume)).collect();
    assert_eq!(keys.len(), 799);
    let targets = all.standards.iter().flat_map(|standard| {
        standard.relations.iter().map(move |relation| (&relation.identifier, &relation.edition, &relation.volume))
    });
    let resolved = targets.filter(|target| keys.contains(target)).count();
    assert!(resolved > 2200, "relations of Ecma point at editions that are there");
}
