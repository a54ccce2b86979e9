//! The formats by name, and which of them a file is in.

use std::{
    collections::BTreeMap,
    fmt,
    io::{BufRead, Cursor, Read},
    path::Path,
    str::FromStr,
};

use crate::{
    conferences,
    container::HEAD,
    icalendar, iso_committees, iso_ics,
    item::{Entry, Item, Outcome, Reader, Sink, Stop},
    jsonl, profile, relaton, rfc_index, ris, specref,
    table::{self, Mapping},
    web_specs,
};

type AnyReader = Box<dyn Reader + Send>;

/// A format that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Relaton,
    Specref,
    WebSpecs,
    RfcIndex,
    Ris,
    IsoCommittees,
    IsoIcs,
    Icalendar,
    Conferences,
    Profile,
    Table,
    Jsonl,
}

/// What is known of a format.
struct Known {
    format: Format,
    name: &'static str,
    about: &'static str,
    recognises: fn(&str, &[u8]) -> bool,
    reader: fn() -> AnyReader,
}

macro_rules! formats {
    ($($format:ident $name:literal $about:literal: $recognises:expr, $reader:expr;)+) => {
        const KNOWN: &[Known] =
            &[$(Known { format: Format::$format, name: $name, about: $about, recognises: $recognises, reader: $reader }),+];
    };
}

/// Boxes what a module's `reader` makes.
macro_rules! reader {
    ($module:ident) => {
        || Box::new($module::reader())
    };
}

// In the order in which they are asked whether they recognise a file: those that look closely before those that do not.
formats! {
    Jsonl "jsonl" "what an atlas exports as JSON Lines": jsonl::recognises, reader!(jsonl);
    IsoCommittees "iso-committees" "ISO technical committees (ISO Open Data)": iso_committees::recognises, reader!(iso_committees);
    IsoIcs "iso-ics" "the International Classification for Standards, XML or JSON-LD": iso_ics::recognises, reader!(iso_ics);
    RfcIndex "rfc-index" "the RFC index as JSON": rfc_index::recognises, reader!(rfc_index);
    WebSpecs "web-specs" "index.json of web-specs and browser-specs": web_specs::recognises, reader!(web_specs);
    Specref "specref" "Specref JSON": specref::recognises, reader!(specref);
    Conferences "conferences" "events as conference-data JSON": conferences::recognises, reader!(conferences);
    Icalendar "icalendar" "events as iCalendar (RFC 5545)": icalendar::recognises, reader!(icalendar);
    Profile "profile" "profiles of organisations as plain text": profile::recognises, reader!(profile);
    Relaton "relaton" "Relaton bibliographic YAML and XML": relaton::recognises, reader!(relaton);
    Ris "ris" "RIS": ris::recognises, reader!(ris);
    Table "table" "CSV, JSON, JSON Lines, YAML or Markdown by a mapping": table::recognises, reader!(table);
}

impl Format {
    /// Every format, in the order in which they are asked whether they recognise a file.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|known| known.format)
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.format == self)
    }

    /// As a user writes it: "web-specs".
    pub fn name(self) -> &'static str {
        self.known().map_or("unknown", |known| known.name)
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        self.known().map_or("", |known| known.about)
    }

    /// A reader of it. A mapping is for tables.
    pub fn reader(self, mapping: Option<Mapping>) -> AnyReader {
        match (self, mapping, self.known()) {
            (Self::Table, Some(mapping), _) => Box::new(table::reader_by(mapping)),
            (_, _, Some(known)) => (known.reader)(),
            (.., None) => Box::new(Auto::default()),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// There is no format of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no format \"{name}\": {hint}")]
pub struct Unknown {
    name: String,
    hint: String,
}

impl FromStr for Format {
    type Err = Unknown;

    fn from_str(name: &str) -> Result<Self, Unknown> {
        if let Some(known) = KNOWN.iter().find(|known| known.name == name) {
            return Ok(known.format);
        }
        let near = KNOWN
            .iter()
            .map(|known| (strsim::osa_distance(&name.to_lowercase(), known.name), known.name))
            .min()
            .filter(|(distance, _)| *distance <= 3);
        let hint = match near {
            Some((_, near)) => format!("did you mean \"{near}\"?"),
            None => format!("there are {}", KNOWN.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")),
        };
        Err(Unknown { name: name.to_owned(), hint })
    }
}

/// Which format a file is in, by its path and its first bytes, [`HEAD`] of them where there are as many.
pub fn recognise(path: &str, head: &[u8]) -> Option<Format> {
    KNOWN.iter().find(|known| (known.recognises)(path, head)).map(|known| known.format)
}

/// Reads entries of any format: each by the reader of the format that it is recognised as. There is one reader for each
/// format, so that files that explain each other meet.
///
/// What nobody recognises is rejected, but for what lies about in every repository: documentation, licences, programs,
/// pictures.
#[derive(Default)]
pub struct Auto {
    mapping: Option<Mapping>,
    readers: BTreeMap<Format, AnyReader>,
}

impl Auto {
    /// A mapping is asked before anything else whether it recognises a file, and replaces those that are built in.
    pub fn new(mapping: Option<Mapping>) -> Self {
        Self { mapping, readers: BTreeMap::new() }
    }

    fn recognise(&self, path: &str, head: &[u8]) -> Option<Format> {
        match &self.mapping {
            Some(mapping) if mapping.recognises(path, head) => Some(Format::Table),
            Some(_) => recognise(path, head).filter(|format| *format != Format::Table),
            None => recognise(path, head),
        }
    }
}

impl Reader for Auto {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let Entry { path, contents } = entry;
        let mut reject =
            |reason: String| sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) });
        let mut head = Vec::with_capacity(HEAD);
        let failed = contents.take(HEAD as u64).read_to_end(&mut head).err();
        if let (true, Some(error)) = (head.is_empty(), &failed) {
            return reject(format!("cannot be read: {error}"));
        }
        let Some(format) = self.recognise(path, &head) else {
            if passed_over(path, &head) {
                return Ok(());
            }
            return reject("no format is recognised: name it".to_owned());
        };
        let mapping = &self.mapping;
        let reader = self.readers.entry(format).or_insert_with(|| format.reader(mapping.clone()));
        let contents: &mut dyn BufRead = &mut Cursor::new(head).chain(contents);
        reader.read(Entry { path, contents }, sink)
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        for reader in self.readers.values_mut() {
            reader.finish(sink)?;
        }
        Ok(())
    }
}

/// Whether a file that nobody recognises is none that anybody would want to import.
fn passed_over(path: &str, head: &[u8]) -> bool {
    const NAMES: &[&str] = &[
        "authors",
        "changelog",
        "changes",
        "citation",
        "codeowners",
        "code_of_conduct",
        "contributing",
        "copying",
        "copyright",
        "dockerfile",
        "gemfile",
        "licence",
        "license",
        "makefile",
        "notice",
        "rakefile",
        "readme",
        "sha256sums",
        "version",
    ];
    const ENDINGS: &[&str] = &[
        "adoc", "asc", "bat", "bmp", "c", "css", "doc", "docx", "eot", "epub", "exe", "gif", "h", "htm", "html", "ico",
        "jar", "jpeg", "jpg", "js", "lock", "log", "map", "md", "mjs", "mp3", "mp4", "odt", "pdf", "php", "png", "ppt",
        "pptx", "py", "rb", "rs", "rst", "sh", "sha256", "sig", "sum", "svg", "tex", "tif", "tiff", "ts", "ttf",
        "wasm", "webp", "woff", "woff2", "xls", "xlsx", "xsd", "xsl",
    ];
    let path = Path::new(path);
    let part = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().to_ascii_lowercase());
    let says_nothing = [&b""[..], b"[]", b"{}"].contains(&head.trim_ascii());
    says_nothing
        || head.contains(&0)
        || part(path.file_stem()).is_some_and(|name| {
            // "LICENSE-MIT", "README.en"
            NAMES.iter().any(|known| {
                name.strip_prefix(known).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
            })
        })
        || part(path.extension()).is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(auto: &mut Auto, path: &str, contents: &[u8]) -> Vec<Item> {
        let mut items = Vec::new();
        auto.read(Entry { path, contents: &mut &contents[..] }, &mut |item| {
            items.push(item);
            Ok(())
        })
        .unwrap();
        items
    }

    const COUNTRIES: &[u8] = b"alpha2,alpha3,name,region\nXA,XAA,Exland,Nowhere\n";

    #[test]
    fn each_format_is_told_by_its_name() {
        for format in Format::all() {
            assert_eq!(format.to_string().parse(), Ok(format));
            assert!(!format.about().is_empty(), "{format}");
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_gets_a_hint() {
        let error = "tabel".parse::<Format>().unwrap_err();
        assert_eq!(error.to_string(), "there is no format \"tabel\": did you mean \"table\"?");
        assert!("something".parse::<Format>().unwrap_err().to_string().contains("jsonl, "));
    }

    #[test]
    fn an_entry_is_read_whole_by_the_reader_of_its_format() {
        let mut auto = Auto::new(None);
        let items = read(&mut auto, "any.csv", COUNTRIES);
        assert!(matches!(
            items.as_slice(),
            [Item { outcome: Outcome::Record(crate::record::Record::Country(country)), .. }] if country.code == "XA"
        ));
        // Longer than what is looked at.
        let mut long = b"alpha2,alpha3,name,region\n".to_vec();
        for _ in 0..2000 {
            long.extend_from_slice(b"XA,XAA,Exland,Nowhere\n");
        }
        assert_eq!(read(&mut auto, "long.csv", &long).len(), 2000);
    }

    #[test]
    fn an_export_of_an_atlas_is_recognised() {
        let line = b"{\"recordKind\":\"ISSUE\",\"id\":\"1\"}\n";
        assert_eq!(recognise("-", line), Some(Format::Jsonl));
        let items = read(&mut Auto::new(None), "-", line);
        assert!(matches!(
            items.as_slice(),
            [Item { outcome: Outcome::Record(crate::record::Record::Document(_)), .. }]
        ));
    }

    #[test]
    fn what_has_no_name_is_recognised_by_its_beginning() {
        for (head, format) in [
            ("---\nid: ABC1\ndocid:\n- id: ABC 1\n  type: ABC\n", Format::Relaton),
            ("<?xml version=\"1.0\"?>\n<bibdata type=\"standard\">", Format::Relaton),
            (r#"[{"name": "Lamps", "url": "https://lamp.example", "startDate": "2024-05-02"}]"#, Format::Conferences),
            (r#"[{"shortname": "a-1", "series": {"shortname": "a"}, "seriesComposition": "full"}]"#, Format::WebSpecs),
            ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", Format::Icalendar),
            ("TY  - STAND\r\nTI  - Lamps\r\nER  - \r\n", Format::Ris),
            ("alpha2,alpha3,name,region\nXA,XAA,Exland,Nowhere\n", Format::Table),
        ] {
            assert_eq!(recognise("-", head.as_bytes()), Some(format), "{head}");
        }
    }

    #[test]
    fn what_nobody_recognises_is_rejected_but_for_what_lies_about() {
        let mut auto = Auto::new(None);
        for path in ["README.md", "a/LICENSE-MIT", "logo.svg", "COPYING", "doc/guide.html", "x.pdf", "SHA256SUMS"] {
            assert!(read(&mut auto, path, b"some text").is_empty(), "{path}");
        }
        assert!(read(&mut auto, "empty.json", b" \n").is_empty());
        assert!(read(&mut auto, "binary", b"\x7fELF\0\0").is_empty());
        for path in ["data.json", "licensees.csv", "notes.txt", "-"] {
            let items = read(&mut auto, path, b"{\"some\": \"text\"}");
            assert!(
                matches!(items.as_slice(), [Item { outcome: Outcome::Rejected(reason), .. }]
                    if reason == "no format is recognised: name it"),
                "{path}"
            );
        }
    }

    #[test]
    fn a_mapping_of_ones_own_is_asked_first() {
        let mapping = "
            [[table]]
            files = ['*.csv']
            record = 'issue'
            fields = { name = 'name' }
        ";
        let mut auto = Auto::new(Some(Mapping::parse(mapping).unwrap()));
        let items = read(&mut auto, "any.csv", COUNTRIES);
        assert!(matches!(
            items.as_slice(),
            [Item { outcome: Outcome::Record(crate::record::Record::Issue(issue)), .. }] if issue.name == "Exland"
        ));
    }
}
