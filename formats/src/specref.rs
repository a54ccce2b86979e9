//! Specref: bibliographies of specifications as JSON, an object a file that maps short names to records.
//!
//! A record is identified as its publisher identifies it, wherever that can be told, so that it is one with the same
//! document of other sources; the short name is what remains. What tells, in this order:
//!
//! | told by | identifier |
//! | --- | --- |
//! | `isoNumber` "ISO 13818-1:2023", publisher ISO/IEC | "ISO/IEC 13818-1:2023" |
//! | short name "iso13818-1-2013-amd2-2014", publisher ISO/IEC | "ISO/IEC 13818-1:2013/Amd 2:2014" |
//! | `ogcNumber` "OGC 20-082r4" | "20-082r4" |
//! | address or short name of an RFC or Internet-Draft | "RFC 9110", "draft-ietf-lamps-lamp" |
//! | address below `www.w3.org/TR/` | "W3C html5"; "W3C REC-html5-20141028" where it is dated |
//! | title "ETSI TS 103 303 V1.1.1 (2016-04): …" | "ETSI TS 103 303 V1.1.1 (2016-04)" |
//! | title or status that begins with or is a number of ISO, IEC, ITU, FIPS, Ecma | "ISO 8601:2004", "NIST FIPS 180-4" |
//! | status "Unicode Standard Annex #29" | "UAX #29" |
//! | publisher with an acronym | it and the short name: "WHATWG FETCH", "WG21 N4659" |
//!
//! An alias gives no record: where it looks like something that people cite, it is another identifier of the record of
//! the same file that it leads to. Books and articles are skipped. `versions` are passed over.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::bodies;
use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::json;
use crate::record::{Body, Group, Localised, Record, Relation, RelationKind, Standard, StandardStatus, StandardType};
use crate::text;

mod identify;
mod words;

pub use identify::w3c;
pub(crate) use identify::{Found, by_address, undated};
pub(crate) use words::status;

/// How much the entries of a file may hold together, in bytes of text. Entries beyond are rejected.
const BOUND: usize = 1 << 26;

/// How many names are remembered for relations between files, and how many records wait for them.
const NAMES: usize = 1 << 20;
const WAITING: usize = 10_000;

/// How many aliases may lead to each other.
const CHAIN: usize = 16;

/// Whether these are the first bytes of such a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    if !path.rsplit('.').next().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        return false;
    }
    let head = text::head(head);
    let compact: String = head.chars().filter(|character| !character.is_whitespace()).collect();
    let compact = compact.trim_start_matches('\u{feff}');
    // {"name":{"title":… or {"name":{"aliasOf":…
    let is_map = compact
        .strip_prefix("{\"")
        .and_then(|rest| rest.split_once('"'))
        .is_some_and(|(_, rest)| rest.starts_with(":{\""));
    is_map
        && (compact.contains("\"aliasOf\":\"")
            || compact.contains("\"href\":\"")
                && compact.contains("\"title\":\"")
                && ["\"publisher\":", "\"rawDate\":", "\"authors\":", "\"status\":"]
                    .iter()
                    .any(|member| compact.contains(member)))
        && !compact.contains("\"stream\":")
}

/// Reads bibliographies.
pub fn reader() -> Specref {
    Specref::default()
}

/// Reads bibliographies. It remembers which document each short name stands for.
#[derive(Debug, Default)]
pub struct Specref {
    /// By short name in small letters, identifiers.
    names: HashMap<String, String>,
    /// Records that relate to names of files that are not read yet.
    waiting: Vec<(Item, Vec<Named>)>,
}

/// A relation to a short name.
#[derive(Debug)]
struct Named {
    kind: RelationKind,
    inverse: bool,
    name: String,
}

/// A record of a file, until its aliases are known.
struct Draft {
    name: String,
    standard: Standard,
    relations: Vec<Named>,
}

impl Reader for Specref {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let item = |name: &str, outcome| Item {
            path: path.to_owned(),
            position: Some(format!("entry {}", text::plain(name))),
            outcome,
        };
        let mut drafts: Vec<Draft> = Vec::new();
        // Alias and name, both in small letters, and the alias as written.
        let mut aliases: HashMap<String, (String, String)> = HashMap::new();
        let mut used = 0_usize;
        let read = json::object(entry.contents, &mut |name, value| {
            if let Some(target) = json::text(&value, "aliasOf") {
                used = used.saturating_add(2 * name.len() + target.len() + 128);
                if used <= BOUND {
                    aliases.insert(name.to_lowercase(), (target.to_lowercase(), name));
                }
                return Ok(());
            }
            let outcome = match record(path, &name, &value) {
                Ok(draft) => {
                    used = used.saturating_add(size(&draft));
                    if used <= BOUND {
                        drafts.push(draft);
                        return Ok(());
                    }
                    Outcome::Rejected(format!("the file holds more than {BOUND} bytes"))
                }
                Err(outcome) => outcome,
            };
            sink(item(&name, outcome))
        })?;
        self.remember(&drafts, &aliases);
        let mut others = other_identifiers(&drafts, &aliases);
        for (place, draft) in drafts.into_iter().enumerate() {
            let Draft { name, mut standard, relations } = draft;
            for other in others.remove(&place).unwrap_or_default() {
                add_other(&mut standard, &other);
            }
            let item = item(&name, Outcome::Record(Record::Standard(Box::new(standard))));
            let known = relations.iter().all(|relation| self.names.contains_key(&relation.name));
            if known || self.waiting.len() >= WAITING {
                sink(self.related(item, relations))?;
            } else {
                self.waiting.push((item, relations));
            }
        }
        match read {
            Ok(()) => Ok(()),
            Err(reason) => sink(Item { path: path.to_owned(), position: None, outcome: Outcome::Rejected(reason) }),
        }
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        for (item, relations) in std::mem::take(&mut self.waiting) {
            sink(self.related(item, relations))?;
        }
        Ok(())
    }
}

impl Specref {
    fn remember(&mut self, drafts: &[Draft], aliases: &HashMap<String, (String, String)>) {
        let mut own = HashMap::new();
        for draft in drafts {
            own.insert(draft.name.to_lowercase(), draft.standard.identifier.as_str());
        }
        for alias in aliases.keys() {
            if self.names.len() < NAMES
                && let Some(target) = follow(alias, aliases, |name| own.contains_key(name))
                && let Some(identifier) = own.get(target)
            {
                self.names.entry(alias.clone()).or_insert_with(|| (*identifier).to_owned());
            }
        }
        for (name, identifier) in own {
            if self.names.len() < NAMES {
                self.names.insert(name, identifier.to_owned());
            }
        }
    }

    /// Names what a record relates to. A name that no file explains relates to nothing.
    fn related(&self, mut item: Item, relations: Vec<Named>) -> Item {
        if let Outcome::Record(Record::Standard(standard)) = &mut item.outcome {
            for Named { kind, inverse, name } in relations {
                if let Some(identifier) = self.names.get(&name) {
                    let relation =
                        Relation { kind, inverse, identifier: identifier.clone(), edition: None, volume: None };
                    if !standard.relations.contains(&relation) {
                        standard.relations.push(relation);
                    }
                }
            }
        }
        item
    }
}

/// The name of a record that an alias leads to.
fn follow<'a>(
    alias: &'a str,
    aliases: &'a HashMap<String, (String, String)>,
    is_record: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let mut name = alias;
    for _ in 0..CHAIN {
        let (target, _) = aliases.get(name)?;
        name = target;
        if is_record(name) {
            return Some(name);
        }
    }
    None
}

/// By the place of a record, the aliases that people may cite it by.
fn other_identifiers(drafts: &[Draft], aliases: &HashMap<String, (String, String)>) -> HashMap<usize, Vec<String>> {
    let mut places = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        places.entry(draft.name.to_lowercase()).or_insert(place);
    }
    let mut others: HashMap<usize, Vec<String>> = HashMap::new();
    for (alias, (_, written)) in aliases {
        if let Some(target) = follow(alias, aliases, |name| places.contains_key(name))
            && let Some(&place) = places.get(target)
            && !places.contains_key(alias)
            && identify::is_cited(written)
        {
            others.entry(place).or_default().push(written.clone());
        }
    }
    // The order of a map is another one each time.
    for others in others.values_mut() {
        others.sort();
    }
    others
}

fn add_other(standard: &mut Standard, other: &str) {
    let other = text::plain(other);
    let folded = fold(&other);
    let known: HashSet<String> =
        standard.other_identifiers.iter().chain([&standard.identifier]).map(|known| fold(known)).collect();
    if !folded.is_empty() && !known.contains(&folded) {
        standard.other_identifiers.push(other);
    }
}

/// Without blanks, in small letters.
fn fold(identifier: &str) -> String {
    identifier.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// About how much a record holds, in bytes.
fn size(draft: &Draft) -> usize {
    let standard = &draft.standard;
    let titles: usize = standard.titles.iter().map(|title| title.value.len()).sum();
    let relations: usize = draft.relations.iter().map(|relation| relation.name.len() + 64).sum();
    1024 + titles + relations + standard.url.as_ref().map_or(0, String::len) + 2 * draft.name.len()
}

/// What an entry says, or why it gives no record.
fn record(path: &str, name: &str, value: &Value) -> Result<Draft, Outcome> {
    if !value.is_object() {
        return Err(Outcome::Rejected("no object".to_owned()));
    }
    let title = text::plain(json::text(value, "title").unwrap_or_default());
    if title.is_empty() {
        return Err(Outcome::Rejected("no title".to_owned()));
    }
    let publisher = text::plain(json::text(value, "publisher").unwrap_or_default());
    let stage = json::text(value, "status").map(text::plain).filter(|stage| !stage.is_empty());
    let Some(found) = identify::identify(name, &title, &publisher, stage.as_deref(), value) else {
        return Err(Outcome::Rejected("no short name".to_owned()));
    };
    if found.is_short_name && words::is_literature(&publisher, value) {
        return Err(Outcome::Skipped("a book or an article"));
    }
    let obsoleted = !json::texts(value, "obsoletedBy").is_empty();
    let flag = |member: &str| value.get(member).and_then(Value::as_bool) == Some(true);
    // What WG21 says of its papers is how far they have come in its own work.
    let told = stage.as_deref().filter(|_| publisher != "WG21").and_then(words::status);
    let status =
        match told {
            Some(
                status @ (StandardStatus::Cancelled | StandardStatus::Withdrawn | StandardStatus::UnderDevelopment),
            ) if !obsoleted && !flag("isSuperseded") && !flag("isRetired") => Some(status),
            Some(StandardStatus::Cancelled) => Some(StandardStatus::Cancelled),
            _ if obsoleted || flag("isSuperseded") => Some(StandardStatus::Superseded),
            _ if flag("isRetired") => Some(StandardStatus::Withdrawn),
            status => status,
        };
    let mut publishers = bodies::bodies(&publisher);
    if publishers.is_empty() {
        publishers = found.publishers.iter().filter_map(|name| bodies::body(name)).collect();
    }
    let language = (found.is_english || words::is_english(&publisher)).then(|| "en".to_owned());
    let mut standard = Standard {
        undated_identifier: undated(&found.identifier),
        r#type: Some(found.kind),
        status,
        stage: stage.clone(),
        published_on: json::text(value, "rawDate")
            .and_then(words::date)
            .or_else(|| json::text(value, "date").and_then(words::date)),
        url: json::text(value, "href").and_then(text::web_address),
        titles: vec![Localised { language, value: found.title.clone().unwrap_or(title) }],
        committees: committees(path, &publisher, &found),
        publishers,
        identifier: found.identifier.clone(),
        ..Standard::default()
    };
    for other in found.others {
        add_other(&mut standard, &other);
    }
    let mut relations = Vec::new();
    for (member, kind, inverse) in [
        ("obsoletes", RelationKind::Replaces, false),
        ("obsoletedBy", RelationKind::Replaces, true),
        ("updates", RelationKind::Updates, false),
        ("updatedBy", RelationKind::Updates, true),
    ] {
        for target in json::texts(value, member) {
            relations.push(Named { kind, inverse, name: target.to_lowercase() });
        }
    }
    Ok(Draft { name: name.to_owned(), standard, relations })
}

/// The committee of a whole file, by its name (`iso_jtc1_sc29.json`) or its publisher.
fn committees(path: &str, publisher: &str, found: &Found) -> Vec<Group> {
    let joint = |designation: String, parent: String| Group {
        designation,
        name: None,
        owners: ["ISO", "IEC"].iter().filter_map(|name| bodies::body(name)).collect::<Vec<Body>>(),
        parent: Some(parent),
    };
    if publisher.eq_ignore_ascii_case("WG21") {
        let above = "ISO/IEC JTC 1/SC 22";
        return vec![joint(format!("{above}/WG 21"), above.to_owned())];
    }
    let file = path.rsplit('/').next().unwrap_or_default();
    let numbers = file
        .strip_prefix("iso_jtc")
        .and_then(|rest| rest.strip_suffix(".json"))
        .and_then(|rest| rest.split_once("_sc"))
        .filter(|(one, other)| [one, other].iter().all(|part| part.parse::<u16>().is_ok()));
    match numbers {
        Some((committee, subcommittee)) if found.kind != StandardType::Other => {
            let above = format!("ISO/IEC JTC {committee}");
            vec![joint(format!("{above}/SC {subcommittee}"), above)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
