//! The International Classification for Standards: the XML file of ISO Open Data, and the JSON-LD files of isoics.org.
//!
//! An archive may hold both. They tell the same, so that a code is one record, and the file that tells it second adds
//! nothing.

use std::collections::HashSet;
use std::io::BufRead;

use quick_xml::Reader as Xml;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::record::{Record, Subject};
use crate::text;

/// How large a JSON file may be, and a text or a tag in an XML file, in bytes.
const BOUND: u64 = 1 << 20;

/// Whether these are the first bytes of such a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    let head = text::head(head);
    if has_ending(path, ".xml") {
        head.contains("<fields") && head.contains("<identifier>") && head.contains("<title xml:lang")
    } else {
        has_ending(path, ".json")
            && (head.contains("isoics.org/") || head.contains("\"descriptionFull\""))
            && head.contains("\"fieldcode\"")
    }
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.len() >= ending.len()
        && path.as_bytes().iter().rev().zip(ending.as_bytes().iter().rev()).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// Reads the classification.
pub fn reader() -> IsoIcs {
    IsoIcs::default()
}

/// Reads the classification. It remembers which codes were told, [`MAX_CODES`] at most.
#[derive(Debug, Default)]
pub struct IsoIcs {
    told: HashSet<String>,
}

/// How many codes are known not to be told twice; the classification has some 1,400.
const MAX_CODES: usize = 100_000;

impl Reader for IsoIcs {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let told = &mut self.told;
        let sink: &mut Sink<'_> = &mut |item: Item| {
            if let Outcome::Record(Record::Subject(subject)) = &item.outcome {
                if told.contains(&subject.code) {
                    return Ok(());
                }
                if told.len() < MAX_CODES {
                    told.insert(subject.code.clone());
                }
            }
            sink(item)
        };
        let starts_with_tag = entry.contents.fill_buf().is_ok_and(|head| {
            head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start().first() == Some(&b'<')
        });
        if starts_with_tag {
            xml(entry.path, entry.contents, sink)
        } else {
            let outcome = match json_entry(entry.contents) {
                Ok(subject) => Outcome::Record(Record::Subject(Box::new(subject))),
                Err(reason) => Outcome::Rejected(reason),
            };
            sink(Item { path: entry.path.to_owned(), position: None, outcome })
        }
    }
}

fn json_entry(contents: &mut dyn BufRead) -> Result<Subject, String> {
    let value = json::value(contents, BOUND)?;
    subject(json::text(&value, "code").unwrap_or_default(), json::text(&value, "description").unwrap_or_default())
}

/// A subject, where the code is one: "35", "35.030", "35.240.15".
fn subject(code: &str, title: &str) -> Result<Subject, String> {
    let code = text::plain(code);
    let parts: Vec<&str> = code.split('.').collect();
    let lengths: &[usize] = &[2, 3, 2];
    let is_code = parts.len() <= lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, &length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_code {
        return Err("no ICS code".to_owned());
    }
    let title = text::plain(title);
    Ok(Subject { scheme: "ICS".to_owned(), code, title: (!title.is_empty()).then_some(title) })
}

/// An entry as far as it is read.
#[derive(Default)]
struct Draft {
    code: String,
    /// The title in English, else the first one.
    title: String,
    in_english: bool,
}

/// What the text that is read belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Nowhere,
    Code,
    Title { english: bool },
}

fn xml(path: &str, contents: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let mut xml = Xml::from_reader(contents);
    let mut buffer = Vec::new();
    let mut count = 0_usize;
    let mut draft: Option<Draft> = None;
    // How many elements are open within the entry; codes and titles of the entry itself stand at 1.
    let mut depth = 0_usize;
    let mut place = Place::Nowhere;
    let mut text = String::new();
    loop {
        buffer.clear();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                return reject(path, sink, format!("no well-formed XML: {}", text::plain(&error.to_string())));
            }
        };
        match event {
            Event::Start(tag) => {
                if draft.is_none() {
                    if matches!(tag.name().as_ref(), "field" | "group" | "subGroup") {
                        draft = Some(Draft::default());
                        depth = 0;
                    }
                } else {
                    depth += 1;
                    place = match tag.name().as_ref() {
                        "identifier" if depth == 1 => Place::Code,
                        "title" if depth == 1 => {
                            let english = tag
                                .try_get_attribute("xml:lang")
                                .ok()
                                .flatten()
                                .is_none_or(|language| language.value.starts_with("en"));
                            Place::Title { english }
                        }
                        _ => place,
                    };
                    if depth == 1 {
                        text.clear();
                    }
                }
            }
            Event::End(_) => {
                let Some(entry) = &mut draft else { continue };
                if depth == 0 {
                    count += 1;
                    let outcome = match subject(&entry.code, &entry.title) {
                        Ok(subject) => Outcome::Record(Record::Subject(Box::new(subject))),
                        Err(reason) => Outcome::Rejected(reason),
                    };
                    let position = Some(format!(
                        "entry {}",
                        if entry.code.is_empty() { count.to_string() } else { text::plain(&entry.code) }
                    ));
                    sink(Item { path: path.to_owned(), position, outcome })?;
                    draft = None;
                } else {
                    depth -= 1;
                    if depth == 0 {
                        match place {
                            Place::Code => entry.code = std::mem::take(&mut text),
                            Place::Title { english } if entry.title.is_empty() || english && !entry.in_english => {
                                entry.title = std::mem::take(&mut text);
                                entry.in_english = english;
                            }
                            _ => {}
                        }
                        place = Place::Nowhere;
                    }
                }
            }
            _ if place == Place::Nowhere => {
                if matches!(event, Event::Eof) {
                    break;
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(reference) => {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    text.push(character);
                } else if let Some(resolved) = resolve_predefined_entity(&reference) {
                    text.push_str(resolved);
                }
            }
            Event::Eof => break,
            _ => {}
        }
        if text.len() as u64 > BOUND || buffer.len() as u64 > BOUND {
            return reject(path, sink, format!("a text longer than {BOUND} bytes"));
        }
    }
    if draft.is_some() {
        return reject(path, sink, "the file ends within an entry".to_owned());
    }
    if count == 0 {
        return reject(path, sink, "no entry of the classification".to_owned());
    }
    Ok(())
}

fn reject(path: &str, sink: &mut Sink<'_>, reason: String) -> Result<(), Stop> {
    sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, contents: &str) -> Vec<Item> {
        let mut items = Vec::new();
        let mut sink = |item| {
            items.push(item);
            Ok(())
        };
        reader().read(Entry { path, contents: &mut contents.as_bytes() }, &mut sink).unwrap();
        items
    }

    fn subjects(items: &[Item]) -> Vec<(&str, Option<&str>)> {
        items
            .iter()
            .filter_map(|item| match &item.outcome {
                Outcome::Record(Record::Subject(subject)) => Some((subject.code.as_str(), subject.title.as_deref())),
                _ => None,
            })
            .collect()
    }

    const XML: &str = "\u{feff}<?xml version=\"1.0\"?>\n<fields>\n<field><identifier>98</identifier>\
        <title xml:lang=\"fr\">Lampes</title><title xml:lang=\"en\">Lamps &amp; wicks&#33;</title></field>\
        <group><identifier>98.010</identifier><field>98</field><title xml:lang=\"en\">Oil</title>\
        <scope xml:lang=\"en\">no title</scope><references><reference><identifier>98.020</identifier>\
        <note xml:lang=\"en\">no title</note></reference></references></group>\
        <subGroup><identifier>98.010.01</identifier><title xml:lang=\"fr\">Huile</title></subGroup></fields>";

    #[test]
    fn every_level_of_the_xml_file_is_a_subject_with_its_english_title() {
        let items = read("ics.xml", XML);
        let expected = [("98", Some("Lamps & wicks!")), ("98.010", Some("Oil")), ("98.010.01", Some("Huile"))];
        assert_eq!(subjects(&items), expected);
        assert_eq!(items[1].position.as_deref(), Some("entry 98.010"));
    }

    #[test]
    fn a_json_file_is_a_subject() {
        let file = r#"{"@context": "https://isoics.org/jsonld/group.jsonld", "code": "98.010", "description": "Oil  lamps",
            "edition": 7, "fieldcode": "98", "notes": [{"text": "x"}]}"#;
        assert!(recognises("98_010.json", file.as_bytes()));
        assert_eq!(subjects(&read("98_010.json", file)), [("98.010", Some("Oil lamps"))]);
    }

    #[test]
    fn what_is_no_code_is_rejected() {
        for file in [r#"{"code": "98.1", "description": "x"}"#, r#"{"code": 98}"#, "[]", "{", ""] {
            let items = read("x.json", file);
            assert!(matches!(items.as_slice(), [Item { outcome: Outcome::Rejected(_), .. }]), "{file}");
        }
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let whole = read("ics.xml", XML).len();
        for end in (0..XML.len()).filter(|&end| XML.is_char_boundary(end)) {
            let items = read("ics.xml", &XML[..end]);
            assert!(items.len() <= whole + 1);
        }
        let cut = read("ics.xml", &XML[..XML.find("</group>").unwrap()]);
        assert_eq!(subjects(&cut).len(), 1);
        assert!(matches!(cut.last().unwrap().outcome, Outcome::Rejected(_)));
    }
}
