//! The RFC index as JSON: one file maps numbers of RFCs to what they are, one to what they cite, one lists them by topic.
//! They explain each other, so records are given after the last file.
//!
//! Entries are told by what they hold, not by the name of their file:
//!
//! | entry | is |
//! | --- | --- |
//! | `"RFC9110": {"title": …, "level": …, "stream": …, "wg": …}` | a record |
//! | `"9110": {"normative": ["3986"], "informative": […]}` | what it cites |
//! | `"collection": {"HTTP": {"rfcs": ["RFC9110"]}}` | topics: subjects of the scheme "RFC collection" |
//!
//! Who obsoletes an RFC is told by the other one. An RFC of the level "historic" that none obsoletes is WITHDRAWN. The
//! area of a working group is that of its newest RFC.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::bodies;
use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::record::{
    Body, Group, Localised, Record, Relation, RelationKind, Standard, StandardStatus, StandardType, Subject,
};
use crate::text;

/// How much the files may hold together, in bytes of text; 16 are counted for every number. Entries beyond are rejected.
const BOUND: usize = 1 << 26;

/// Whether these are the first bytes of such a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let head = text::head(head);
    if !head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with('{') {
        return false;
    }
    let compact: String = head.chars().filter(|character| !character.is_whitespace()).take(4096).collect();
    let starts = compact.trim_start_matches('\u{feff}');
    let is_rfc = starts.strip_prefix("{\"RFC").is_some_and(|rest| {
        rest.trim_start_matches(|character: char| character.is_ascii_digit()).starts_with("\":{")
            && starts.contains("\"stream\":")
    });
    let is_citation = starts.strip_prefix("{\"").is_some_and(|rest| {
        rest.trim_start_matches(|character: char| character.is_ascii_digit()).starts_with("\":{")
            && rest.starts_with(|character: char| character.is_ascii_digit())
            && (name == "refs.json" || starts.contains("\"normative\":[") || starts.contains("\"informative\":["))
    });
    let is_topics = starts.starts_with("{\"collection\":{") && starts.contains("\"rfcs\":[\"RFC");
    is_rfc || is_citation || is_topics
}

/// Reads the index.
pub fn reader() -> RfcIndex {
    RfcIndex::default()
}

/// Reads the index. It keeps what the files say until all are read.
#[derive(Debug, Default)]
pub struct RfcIndex {
    rfcs: Vec<Rfc>,
    /// By number, what it cites: RFCs without which it cannot be understood, and others.
    citations: HashMap<u32, Citations>,
    topics: HashMap<u32, Vec<String>>,
    used: usize,
}

#[derive(Debug, Default)]
struct Citations {
    normative: Vec<u32>,
    informative: Vec<u32>,
}

#[derive(Debug)]
struct Rfc {
    path: String,
    number: u32,
    title: String,
    level: String,
    stream: String,
    obsoleted: bool,
    area: Option<String>,
    group: Option<String>,
    obsoletes: Vec<u32>,
    updates: Vec<u32>,
}

impl Reader for RfcIndex {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let read = json::object(entry.contents, &mut |key, value| {
            let Err(reason) = self.entry(path, &key, &value) else { return Ok(()) };
            let position = Some(format!("entry {}", text::plain(&key)));
            sink(Item { path: path.to_owned(), position, outcome: Outcome::Rejected(reason) })
        })?;
        match read {
            Ok(()) => Ok(()),
            Err(reason) => sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) }),
        }
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut areas: BTreeMap<String, (u32, String)> = BTreeMap::new();
        for rfc in &self.rfcs {
            if let (Some(group), Some(area)) = (&rfc.group, &rfc.area)
                && areas.get(group).is_none_or(|(number, _)| *number <= rfc.number)
            {
                areas.insert(group.clone(), (rfc.number, area.clone()));
            }
        }
        for rfc in std::mem::take(&mut self.rfcs) {
            let area = rfc.group.as_ref().and_then(|group| areas.get(group)).map(|(_, area)| area.as_str());
            let topics = self.topics.get(&rfc.number).map_or(&[][..], Vec::as_slice);
            let standard = rfc.standard(area, self.citations.get(&rfc.number), topics);
            sink(Item {
                position: Some(format!("entry RFC{}", rfc.number)),
                path: rfc.path,
                outcome: Outcome::Record(Record::Standard(Box::new(standard))),
            })?;
        }
        Ok(())
    }
}

impl RfcIndex {
    /// Takes in an entry of a file, or says why not.
    fn entry(&mut self, path: &str, key: &str, value: &Value) -> Result<(), String> {
        let Value::Object(members) = value else { return Err("no entry of the RFC index".to_owned()) };
        let number = number(key);
        let is_rfc = ["title", "level", "stream", "status"].iter().any(|member| members.contains_key(*member));
        match number {
            Some(number) if is_rfc => self.rfc(path, number, value),
            Some(number) if key.trim().bytes().all(|byte| byte.is_ascii_digit()) => self.cites(number, value),
            None if members.values().all(|topic| topic.get("rfcs").is_some_and(Value::is_array)) => {
                members.iter().try_for_each(|(topic, value)| self.topic(topic, value))
            }
            _ => Err("no entry of the RFC index".to_owned()),
        }
    }

    fn rfc(&mut self, path: &str, number: u32, value: &Value) -> Result<(), String> {
        let own = |member: &str| text::plain(json::text(value, member).unwrap_or_default());
        let rfc = Rfc {
            path: path.to_owned(),
            number,
            title: own("title"),
            level: own("level"),
            stream: own("stream"),
            obsoleted: own("status") == "obsoleted",
            area: Some(own("area")).filter(|area| !area.is_empty()),
            group: Some(own("wg")).filter(|group| !group.is_empty()),
            obsoletes: numbers(value, "obsoletes"),
            updates: numbers(value, "updates"),
        };
        if rfc.title.is_empty() {
            return Err("no title".to_owned());
        }
        let texts = [Some(&rfc.title), Some(&rfc.level), Some(&rfc.stream), rfc.area.as_ref(), rfc.group.as_ref()];
        let size: usize = texts.into_iter().flatten().map(String::len).sum();
        self.make_room(size + path.len() + 256 + 16 * (rfc.obsoletes.len() + rfc.updates.len()))?;
        self.rfcs.push(rfc);
        Ok(())
    }

    fn cites(&mut self, number: u32, value: &Value) -> Result<(), String> {
        let citations =
            Citations { normative: numbers(value, "normative"), informative: numbers(value, "informative") };
        let count = citations.normative.len() + citations.informative.len();
        if count == 0 {
            return Ok(());
        }
        self.make_room(64 + 16 * count)?;
        let known = self.citations.entry(number).or_default();
        known.normative.extend(citations.normative);
        known.informative.extend(citations.informative);
        Ok(())
    }

    fn topic(&mut self, topic: &str, value: &Value) -> Result<(), String> {
        let topic = text::plain(topic);
        for number in numbers(value, "rfcs") {
            self.make_room(64 + topic.len())?;
            self.topics.entry(number).or_default().push(topic.clone());
        }
        Ok(())
    }

    fn make_room(&mut self, size: usize) -> Result<(), String> {
        self.used = self.used.saturating_add(size);
        if self.used > BOUND { Err(format!("the files hold more than {BOUND} bytes")) } else { Ok(()) }
    }
}

/// The number in "RFC0822", "rfc 822" or "822".
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = match text.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("rfc") => text.get(3..)?.trim_start(),
        _ => text,
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) { None } else { digits.parse().ok() }
}

fn numbers(value: &Value, member: &str) -> Vec<u32> {
    json::texts(value, member).into_iter().filter_map(number).collect()
}

impl Rfc {
    fn standard(&self, area: Option<&str>, citations: Option<&Citations>, topics: &[String]) -> Standard {
        let number = self.number;
        let mut relations = Vec::new();
        let mut relate = |kind, targets: &[u32]| {
            for target in targets {
                let relation =
                    Relation { kind, inverse: false, identifier: format!("RFC {target}"), edition: None, volume: None };
                relations.push(relation);
            }
        };
        relate(RelationKind::Replaces, &self.obsoletes);
        relate(RelationKind::Updates, &self.updates);
        if let Some(citations) = citations {
            relate(RelationKind::Requires, &citations.normative);
            relate(RelationKind::References, &citations.informative);
        }
        let publisher = match self.stream.as_str() {
            "ietf" => "IETF",
            "iab" => "IAB",
            "irtf" => "IRTF",
            _ => "RFC Editor",
        };
        Standard {
            identifier: format!("RFC {number}"),
            titles: vec![Localised { language: Some("en".to_owned()), value: self.title.clone() }],
            r#type: Some(StandardType::Rfc),
            status: Some(if self.obsoleted {
                StandardStatus::Superseded
            } else if self.level == "historic" {
                StandardStatus::Withdrawn
            } else {
                StandardStatus::Published
            }),
            stage: level(&self.level),
            url: Some(format!("https://www.rfc-editor.org/info/rfc{number}")),
            publishers: bodies::body(publisher).into_iter().collect(),
            committees: self.group.iter().map(|group| committee(group, area)).collect(),
            subjects: topics
                .iter()
                .map(|topic| Subject {
                    scheme: "RFC collection".to_owned(),
                    code: topic.clone(),
                    title: Some(topic.clone()),
                })
                .collect(),
            relations,
            ..Standard::default()
        }
    }
}

/// The level in the words of the RFC series.
fn level(level: &str) -> Option<String> {
    let words = match level {
        "" => return None,
        "std" => "Standards Track",
        "bcp" => "Best Current Practice",
        "informational" => "Informational",
        "experimental" => "Experimental",
        "historic" => "Historic",
        "unknown" => "Unknown",
        other => other,
    };
    Some(words.to_owned())
}

/// "IETF httpbis", below "IETF Web and Internet Transport Area".
fn committee(group: &str, area: Option<&str>) -> Group {
    let ietf: Vec<Body> = bodies::body("IETF").into_iter().collect();
    let area = area.map(|area| {
        let name = match area {
            "app" => "Applications",
            "art" => "Applications and Real-Time",
            "gen" => "General",
            "int" => "Internet",
            "ipng" => "IP: Next Generation",
            "mgt" => "Network Management",
            "ops" => "Operations and Management",
            "ops-old" => "Operational Requirements",
            "osi" => "OSI Integration",
            "rai" => "Real-time Applications and Infrastructure",
            "rtg" => "Routing",
            "sec" => "Security",
            "sub" => "Sub-IP",
            "tsv" => "Transport",
            "usv" => "User Services",
            "wit" => "Web and Internet Transport",
            other => other,
        };
        format!("IETF {name} Area")
    });
    Group { designation: format!("IETF {group}"), name: None, owners: ietf, parent: area }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFCS: &str = r#"{"RFC99901": {"keywords": ["lamp"], "level": "std", "status": "obsoleted", "stream": "ietf",
        "title": "Lamps", "wg": "lamps", "area": "sec"}, "RFC99902": {"level": "historic", "status": "current",
        "stream": "irtf", "title": "Wicks", "obsoletes": ["RFC99901"]}, "RFC99903": {"level": "bcp", "status": "current",
        "stream": "ietf", "title": "Oil", "wg": "lamps", "area": "art"}}"#;
    const REFS: &str = r#"{"99902": {"normative": ["0791", "99901"], "informative": ["2119"]}, "99903": {}}"#;
    const TAGS: &str = r#"{"collection": {"Light": {"colour": "red", "rfcs": ["RFC99901"]}}}"#;

    fn read(files: &[&str]) -> Vec<Item> {
        crate::item::items_of(reader(), files.iter().map(|contents| ("x.json", *contents)))
    }

    fn standards(files: &[&str]) -> Vec<Standard> {
        let outcomes = read(files).into_iter().map(|item| item.outcome);
        outcomes
            .map(|outcome| match outcome {
                Outcome::Record(Record::Standard(standard)) => *standard,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn the_files_explain_each_other_in_any_order() {
        for files in [[RFCS, REFS, TAGS], [TAGS, REFS, RFCS]] {
            let standards = standards(&files);
            assert_eq!(standards.len(), 3);
            let relations: Vec<_> =
                standards[1].relations.iter().map(|relation| (relation.kind, relation.identifier.as_str())).collect();
            let expected = [
                (RelationKind::Replaces, "RFC 99901"),
                (RelationKind::Requires, "RFC 791"),
                (RelationKind::Requires, "RFC 99901"),
                (RelationKind::References, "RFC 2119"),
            ];
            assert_eq!(relations, expected);
            assert_eq!(standards[0].subjects[0].code, "Light");
        }
    }

    #[test]
    fn an_rfc_has_identifier_status_stage_and_publisher() {
        let standards = standards(&[RFCS]);
        let said: Vec<_> = standards
            .iter()
            .map(|standard| {
                let publisher = standard.publishers[0].acronym.as_deref();
                (standard.identifier.as_str(), standard.status, standard.stage.as_deref(), publisher)
            })
            .collect();
        let expected = [
            ("RFC 99901", Some(StandardStatus::Superseded), Some("Standards Track"), Some("IETF")),
            ("RFC 99902", Some(StandardStatus::Withdrawn), Some("Historic"), Some("IRTF")),
            ("RFC 99903", Some(StandardStatus::Published), Some("Best Current Practice"), Some("IETF")),
        ];
        assert_eq!(said, expected);
        assert_eq!(standards[0].url.as_deref(), Some("https://www.rfc-editor.org/info/rfc99901"));
    }

    #[test]
    fn a_group_is_in_the_area_of_its_newest_rfc() {
        for standard in standards(&[RFCS]).iter().filter(|standard| !standard.committees.is_empty()) {
            assert_eq!(standard.committees[0].designation, "IETF lamps");
            assert_eq!(standard.committees[0].parent.as_deref(), Some("IETF Applications and Real-Time Area"));
        }
    }

    #[test]
    fn each_file_is_recognised_and_no_other() {
        for file in [RFCS, REFS, TAGS] {
            assert!(recognises("var/x.json", file.as_bytes()));
        }
        assert!(!recognises("x.json", br#"{"rfc1": {"title": "A", "href": "https://x.example"}}"#));
    }

    #[test]
    fn other_entries_are_rejected() {
        let items = read(&[r#"{"RFC1": {"level": "std"}, "lamp": {"a": 1}, "RFC2": 7}"#, "[]"]);
        assert_eq!(items.len(), 4);
        assert!(items.iter().all(|item| matches!(item.outcome, Outcome::Rejected(_))));
    }
}
