//! Relaton: bibliographic records in YAML of both generations ("docid" and "docidentifier"), and in XML; bodies in YAML.
//!
//! | module | for |
//! | --- | --- |
//! | [`tree`] | what both are read into |
//! | [`yaml`] | YAML into trees |
//! | [`xml`] | XML into trees |
//! | [`identity`] | what makes two records one document |
//! | [`vocabulary`] | kinds, stages and relations in terms of the atlas |
//! | [`map`] | trees into records |
//!
//! Meetings become events. Journal articles, and decisions, resolutions and the like of meetings are skipped.

pub mod identity;
pub mod map;
pub mod tree;
pub mod vocabulary;
pub mod xml;
pub mod yaml;

use std::io::{BufRead, Read};

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::text;

/// The largest file of YAML, and the largest record of XML, in bytes. The largest known record has 76 kB.
pub const LARGEST: usize = 4 << 20;

/// Whether a file holds Relaton records.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    let head = text::head(head);
    let begins = |key: &str| head.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    let is_yaml = || {
        begins("docid")
            || begins("docidentifier")
            || (begins("schema-version") || begins("schema_version")) && begins("title")
            || begins("abbreviation") && begins("name")
            || begins("logo") && path.ends_with("logos.yaml")
    };
    let is_xml = || ["<bibdata", "<bibitem", "<relaton-collection"].iter().any(|element| head.contains(element));
    match extension(path).as_str() {
        "xml" => is_xml(),
        // What comes from standard input has no name.
        "" if head.trim_start().starts_with('<') => is_xml(),
        "yaml" | "yml" | "" => is_yaml(),
        _ => false,
    }
}

fn extension(path: &str) -> String {
    path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// A reader of Relaton files.
pub fn reader() -> Relaton {
    Relaton::default()
}

/// Reads Relaton files.
#[derive(Debug, Default)]
pub struct Relaton {
    buffer: Vec<u8>,
}

impl Reader for Relaton {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let start = entry.contents.fill_buf().unwrap_or_default();
        let is_xml = start.iter().find(|byte| !byte.is_ascii_whitespace() && byte.is_ascii()) == Some(&b'<');
        if is_xml { xml::read(entry, sink) } else { self.yaml(entry.path, entry.contents, sink) }
    }
}

impl Relaton {
    fn yaml(&mut self, path: &str, contents: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut send = |position: Option<String>, outcome| sink(Item { path: path.to_owned(), position, outcome });
        let reject = |reason: String| Outcome::Rejected(reason);
        self.buffer.clear();
        let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
        if let Err(error) = contents.take(limit).read_to_end(&mut self.buffer) {
            return send(None, reject(format!("cannot be read: {error}")));
        }
        if self.buffer.len() > LARGEST {
            self.buffer = Vec::new();
            return send(None, reject(format!("larger than {} MiB", LARGEST >> 20)));
        }
        let text = match std::str::from_utf8(&self.buffer) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let before = self.buffer.get(..error.valid_up_to()).unwrap_or_default();
                let line = memchr::memchr_iter(b'\n', before).count() + 1;
                return send(None, reject(format!("line {line}: no UTF-8")));
            }
        };
        match yaml::documents(text) {
            Err(fault) => send(None, reject(fault.to_string())),
            Ok(documents) if documents.is_empty() => send(None, reject("line 1: an empty file".to_owned())),
            Ok(documents) => {
                let is_alone = documents.len() == 1;
                for (at, document) in documents.iter().enumerate() {
                    let Some(outcome) = map::outcome(document) else { continue };
                    send((!is_alone).then(|| format!("document {}", at + 1)), outcome)?;
                }
                Ok(())
            }
        }
    }
}
