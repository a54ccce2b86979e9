//! The `index.json` of web-specs and browser-specs: a list of specifications of the web.
//!
//! A specification of W3C is identified by the last part of its address below `www.w3.org/TR/`, as its series is in other
//! sources; RFCs, Internet-Drafts, standards of Ecma and of ISO by their numbers; others by the acronym or name of their
//! organisation and the short name.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::bodies;
use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::record::{Body, Group, Localised, Record, Relation, RelationKind, Standard, StandardStatus, StandardType};
use crate::specref;
use crate::text;

/// How many short names are remembered, and how many records wait for those that they name.
const BOUND: usize = 100_000;

/// Whether these are the first bytes of such a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    json::is_list_with(path, head, &["\"seriesComposition\"", "\"shortname\"", "\"series\""])
}

/// Reads lists of specifications.
pub fn reader() -> WebSpecs {
    WebSpecs::default()
}

/// Reads lists of specifications. It remembers which document each short name stands for; specifications that others
/// replace are given after the last file.
#[derive(Debug, Default)]
pub struct WebSpecs {
    names: HashMap<String, String>,
    waiting: Vec<(Item, Vec<String>)>,
}

impl Reader for WebSpecs {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let read = json::list(entry.contents, &mut |place, value| {
            let short = text::plain(json::text(&value, "shortname").unwrap_or_default());
            let position = if short.is_empty() { place.to_string() } else { short.clone() };
            let item = |outcome| Item { path: path.to_owned(), position: Some(format!("entry {position}")), outcome };
            match standard(&short, &value) {
                Ok(standard) => {
                    if self.names.len() < BOUND {
                        self.names.insert(short, standard.identifier.clone());
                    }
                    let successors: Vec<String> =
                        json::texts(&value, "obsoletedBy").into_iter().map(text::plain).collect();
                    let item = item(Outcome::Record(Record::Standard(Box::new(standard))));
                    if successors.is_empty() || self.waiting.len() >= BOUND {
                        sink(item)
                    } else {
                        self.waiting.push((item, successors));
                        Ok(())
                    }
                }
                Err(reason) => sink(item(Outcome::Rejected(reason))),
            }
        })?;
        match read {
            Ok(()) => Ok(()),
            Err(reason) => sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) }),
        }
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        for (mut item, successors) in std::mem::take(&mut self.waiting) {
            if let Outcome::Record(Record::Standard(standard)) = &mut item.outcome {
                let known: HashSet<&String> =
                    successors.iter().filter_map(|successor| self.names.get(successor)).collect();
                let mut known: Vec<&String> = known.into_iter().collect();
                known.sort();
                standard.relations.extend(known.into_iter().map(|identifier| Relation {
                    kind: RelationKind::Replaces,
                    inverse: true,
                    identifier: identifier.clone(),
                    edition: None,
                    volume: None,
                }));
            }
            sink(item)?;
        }
        Ok(())
    }
}

fn standard(short: &str, value: &Value) -> Result<Standard, String> {
    let title = text::plain(json::text(value, "title").unwrap_or_default());
    let address = json::text(value, "url").unwrap_or_default().trim();
    if short.is_empty() {
        return Err("no short name".to_owned());
    }
    if title.is_empty() {
        return Err("no title".to_owned());
    }
    let organisation = text::plain(json::text(value, "organization").unwrap_or_default());
    let publishers = bodies::bodies(&organisation);
    let groups = value.get("groups").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let stage = |member: &str| {
        let stage = value.get(member).and_then(|version| json::text(version, "status")).map(text::plain);
        // Of an e-mail address nothing is left.
        stage.filter(|stage| !stage.is_empty())
    };
    let stage = stage("release").or_else(|| stage("nightly"));
    let standing = json::text(value, "standing");
    let is_replaced = !json::texts(value, "obsoletedBy").is_empty();
    let status = match (standing, stage.as_deref()) {
        _ if is_replaced => Some(StandardStatus::Superseded),
        (Some("discontinued"), _) => Some(StandardStatus::Withdrawn),
        // What the IETF calls its proposed standards is published.
        (_, Some("Proposed Standard")) => Some(StandardStatus::Published),
        (_, Some(stage)) => specref::status(stage),
        (Some("pending"), None) => Some(StandardStatus::UnderDevelopment),
        (_, None) => None,
    };
    let (identifier, kind) = identify(short, address, &organisation, &publishers);
    Ok(Standard {
        identifier,
        titles: vec![Localised { language: Some("en".to_owned()), value: title }],
        r#type: Some(kind),
        status,
        stage,
        url: text::web_address(address),
        committees: committees(groups, &publishers),
        publishers,
        ..Standard::default()
    })
}

fn identify(short: &str, address: &str, organisation: &str, publishers: &[Body]) -> (String, StandardType) {
    let first = publishers.first().and_then(|body| body.acronym.as_deref());
    // Publishers of several are W3C's addresses too.
    let found = specref::by_address(address, if organisation.contains("W3C") { "W3C" } else { organisation });
    if let Some(found) = found
        && (found.kind != StandardType::WebStandard || first == Some("W3C"))
    {
        return (found.identifier, found.kind);
    }
    let number = |prefix: &str| {
        short
            .get(..prefix.len())
            .filter(|start| start.eq_ignore_ascii_case(prefix))
            .and_then(|_| short.get(prefix.len()..))
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    match organisation {
        "Ecma International" => {
            // "ecma-402" by its short name, "https://tc39.es/ecma262/" by its address.
            let of_address = || {
                address.split('/').find_map(|part| {
                    part.strip_prefix("ecma").filter(|rest| {
                        !rest.is_empty() && rest.len() <= 4 && rest.bytes().all(|byte| byte.is_ascii_digit())
                    })
                })
            };
            match number("ecma-").or_else(of_address) {
                Some(number) => (format!("ECMA-{number}"), StandardType::Standard),
                None => (format!("Ecma {short}"), StandardType::WebStandard),
            }
        }
        "ISO/IEC" | "ISO" if number("iso").is_some() => {
            let number = number("iso").unwrap_or_default();
            (format!("{organisation} {number}"), StandardType::InternationalStandard)
        }
        _ => {
            let name = first.map_or_else(
                || publishers.first().and_then(|body| body.name.clone()).unwrap_or_default(),
                str::to_owned,
            );
            (format!("{name} {short}").trim().to_owned(), StandardType::WebStandard)
        }
    }
}

/// The groups of a specification. Those of the IETF are called by what their address ends in: "IETF httpbis".
fn committees(groups: &[Value], publishers: &[Body]) -> Vec<Group> {
    let mut committees: Vec<Group> = Vec::new();
    for group in groups {
        let name = text::plain(json::text(group, "name").unwrap_or_default());
        let address = json::text(group, "url").unwrap_or_default().trim_end_matches('/');
        let of_ietf = address
            .strip_prefix("https://datatracker.ietf.org/wg/")
            .map(|rest| text::plain(rest.split('/').next().unwrap_or_default()))
            .filter(|acronym| !acronym.is_empty());
        let is_publisher =
            publishers.iter().any(|body| body.name.as_ref() == Some(&name) || body.acronym.as_ref() == Some(&name));
        let group = match of_ietf.as_deref() {
            // Documents of persons.
            Some("none") => continue,
            _ if name.is_empty() || is_publisher => continue,
            Some(_) if name.ends_with(" Area") => Group { designation: format!("IETF {name}"), ..Group::default() },
            Some(acronym) => Group { designation: format!("IETF {acronym}"), name: Some(name), ..Group::default() },
            None => Group { designation: name, ..Group::default() },
        };
        let owners = if of_ietf.is_some() { bodies::bodies("IETF") } else { owners(address, publishers) };
        let group = Group { owners, ..group };
        if !committees.contains(&group) {
            committees.push(group);
        }
    }
    committees
}

/// Whose group it is: of W3C by its address, even where others publish with it.
fn owners(address: &str, publishers: &[Body]) -> Vec<Body> {
    let of_w3c = address.starts_with("https://www.w3.org/") || address.starts_with("http://www.w3.org/");
    match publishers.iter().find(|body| body.acronym.as_deref() == Some("W3C")) {
        Some(body) if of_w3c => vec![body.clone()],
        _ => publishers.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &str) -> Vec<Item> {
        crate::item::items_of(reader(), [("index.json", contents)])
    }

    fn one(members: &str) -> Standard {
        let items = read(&format!(r#"[{{"title": "Lamps", {members}}}]"#));
        match items.into_iter().next().unwrap().outcome {
            Outcome::Record(Record::Standard(standard)) => *standard,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn specifications_are_identified_as_elsewhere() {
        for (organisation, short, address, identifier) in [
            ("W3C", "rdf-lamps", "https://www.w3.org/TR/lamps/", "W3C lamps"),
            ("W3C", "lamp", "https://lamp.example/", "W3C lamp"),
            ("W3C/OGC", "lamp", "https://www.w3.org/TR/lamp/", "W3C lamp"),
            ("WHATWG", "lamp", "https://lamp.example/", "WHATWG lamp"),
            ("IETF", "rfc99999", "https://www.rfc-editor.org/info/rfc99999/", "RFC 99999"),
            ("IETF", "x", "https://datatracker.ietf.org/doc/html/draft-ietf-lamps-x", "draft-ietf-lamps-x"),
            ("Ecma International", "script", "https://lamp.example/ecma9262/multipage/", "ECMA-9262"),
            ("Ecma International", "ecma-9402", "https://lamp.example/", "ECMA-9402"),
            ("Ecma International", "lamp-proposal", "https://lamp.example/", "Ecma lamp-proposal"),
            ("ISO/IEC", "iso99999-5", "https://lamp.example/", "ISO/IEC 99999-5"),
            ("Khronos Group", "glLamp", "https://lamp.example/", "Khronos Group glLamp"),
        ] {
            let standard =
                one(&format!(r#""organization": "{organisation}", "shortname": "{short}", "url": "{address}""#));
            assert_eq!(standard.identifier, identifier);
        }
    }

    #[test]
    fn joint_specifications_have_two_publishers_and_groups_their_owners() {
        let standard =
            one(r#""organization": "W3C/OGC", "shortname": "lamp", "url": "https://www.w3.org/TR/lamp/", "groups":
               [{"name": "Lamps Working Group", "url": "https://www.w3.org/groups/wg/lamps"}]"#);
        assert_eq!(standard.publishers.len(), 2);
        assert_eq!(standard.committees[0].designation, "Lamps Working Group");
        assert_eq!(standard.committees[0].owners.len(), 1);
        let draft = one(
            r#""organization": "IETF", "shortname": "rfc99999", "url": "https://www.rfc-editor.org/info/rfc99999", "groups":
               [{"name": "Lamp Working Group", "url": "https://datatracker.ietf.org/wg/lamps/"},
                {"name": "Individual Submissions", "url": "https://datatracker.ietf.org/wg/none/"}]"#,
        );
        let groups: Vec<_> =
            draft.committees.iter().map(|group| (group.designation.as_str(), group.name.as_deref())).collect();
        assert_eq!(groups, [("IETF lamps", Some("Lamp Working Group"))]);
    }

    #[test]
    fn the_status_follows_from_stage_and_standing() {
        for (members, status) in [
            (r#""nightly": {"status": "Editor's Draft"}, "release": {"status": "Recommendation"}"#, "Published"),
            (r#""nightly": {"status": "Editor's Draft"}"#, "UnderDevelopment"),
            (r#""nightly": {"status": "Living Standard"}"#, "Published"),
            (r#""nightly": {"status": "Proposed Standard"}"#, "Published"),
            (r#""nightly": {"status": "Living Standard"}, "standing": "discontinued""#, "Withdrawn"),
            (r#""standing": "discontinued", "obsoletedBy": ["x"]"#, "Superseded"),
        ] {
            let standard = one(&format!(r#""organization": "W3C", "shortname": "lamp", {members}"#));
            assert_eq!(format!("{:?}", standard.status.unwrap()), status, "{members}");
        }
        let stage = r#""organization": "W3C", "shortname": "lamp", "nightly": {"status": "a@lamp.example"}"#;
        assert_eq!(one(stage).stage, None);
    }

    #[test]
    fn what_replaces_a_specification_may_stand_before_or_behind_it() {
        let new = r#"{"title": "New", "organization": "WHATWG", "shortname": "new"}"#;
        let old = r#"{"title": "Old", "organization": "W3C", "shortname": "old", "obsoletedBy": ["new", "lost"]}"#;
        for list in [format!("[{new}, {old}]"), format!("[{old}, {new}]")] {
            let items = read(&list);
            let Outcome::Record(Record::Standard(old)) = &items[1].outcome else { panic!() };
            assert_eq!(old.relations.len(), 1);
            assert_eq!((old.relations[0].identifier.as_str(), old.relations[0].inverse), ("WHATWG new", true));
        }
    }

    #[test]
    fn entries_without_name_or_title_are_rejected() {
        let items = read(r#"[{"title": "A"}, {"shortname": "a"}, 7]"#);
        assert_eq!(items.len(), 3);
        assert!(items.iter().all(|item| matches!(item.outcome, Outcome::Rejected(_))));
    }

    #[test]
    fn addresses_of_people_are_not_kept() {
        let spec = one(r#""shortname": "lamps a@lamp.example", "organization": "Guild <b@lamp.example>", "url":
               "https://www.iana.org/assignments/a@lamp.example", "groups":
           [{"name": "c@lamp.example", "url": ""}]"#);
        assert_eq!(spec.identifier, "Guild lamps");
        assert_eq!(spec.publishers[0].name.as_deref(), Some("Guild"));
        assert_eq!(spec.committees, []);
        let items = read(r#"[{"title": "a@lamp.example", "shortname": "lamps"}]"#);
        assert_eq!(items[0].outcome, Outcome::Rejected("no title".to_owned()));
    }
}
