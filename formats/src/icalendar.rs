//! iCalendar (RFC 5545): the events of calendars.
//!
//! An event that recurs is one record: its first occurrence, with the rule in words. A changed occurrence of it is a
//! record of its own. Cancelled events and tasks are skipped. Organisers and attendees are passed over, and so are
//! sentences of a description that say who presents or hosts. A UID of the form of an e-mail address is given as digest.
//!
//! Times are in the zone of the event: an IANA name is used as it is, another name by what its `VTIMEZONE` says. Times
//! without zone are local: only their dates are given, and the times as text.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::lines::{self, Line};
use crate::record::{Event, EventFormat, Record};
use crate::text;

mod time;
mod zone;

use time::Moment;
use zone::Zones;

/// How much of an event is kept, in bytes. What is longer is rejected.
const BOUND: usize = 1 << 24;

/// How many events may stand before the zone that they name. Beyond, their times count as local.
const WAITING: usize = 10_000;

/// Whether these are the first bytes of such a file.
pub fn recognises(_path: &str, head: &[u8]) -> bool {
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    head.get(..15).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"))
}

/// Reads calendars.
pub fn reader() -> ICalendar {
    ICalendar
}

/// Reads calendars. It remembers nothing from one to the next.
#[derive(Debug)]
pub struct ICalendar;

/// A property: "DTSTART;TZID=Europe/Berlin:20230809T110000".
#[derive(Debug)]
pub(crate) struct Property {
    /// In capitals.
    name: String,
    /// Names in capitals.
    parameters: Vec<(String, String)>,
    value: String,
}

/// An event as far as it is read.
#[derive(Debug, Default)]
struct Draft {
    line: usize,
    /// Whether it is a task or a journal entry instead.
    is_other: bool,
    properties: HashMap<String, Property>,
    size: usize,
}

const KEPT: &[&str] = &[
    "SUMMARY",
    "DTSTART",
    "DTEND",
    "DURATION",
    "UID",
    "RRULE",
    "STATUS",
    "LOCATION",
    "URL",
    "DESCRIPTION",
    "RECURRENCE-ID",
];

impl Reader for ICalendar {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut calendar = Calendar { path: entry.path, ..Calendar::default() };
        let mut number = 0_usize;
        // The property that the next line may go on with, and the line it began on.
        let mut unfolded: Option<(String, usize)> = None;
        let mut broken = None;
        while let Some(line) = lines::next(entry.contents) {
            number += 1;
            let line = match line {
                Line::Text(line) => line,
                Line::TooLong => {
                    calendar.overflow();
                    continue;
                }
                Line::Broken(reason) => {
                    broken = Some(reason);
                    break;
                }
            };
            if let Some(rest) = line.strip_prefix([' ', '\t']) {
                match &mut unfolded {
                    Some((whole, _)) if whole.len() + rest.len() <= BOUND => whole.push_str(rest),
                    _ => calendar.overflow(),
                }
                continue;
            }
            if let Some((whole, began)) = unfolded.replace((line, number)) {
                calendar.line(&whole, began, sink)?;
            }
        }
        if let Some((whole, began)) = unfolded {
            calendar.line(&whole, began, sink)?;
        }
        calendar.end(broken, number, sink)
    }
}

/// A calendar as far as it is read.
#[derive(Default)]
struct Calendar<'a> {
    path: &'a str,
    any: bool,
    zones: Zones,
    draft: Option<Draft>,
    /// How many components are open within the event: alarms.
    depth: usize,
    waiting: Vec<Draft>,
}

impl Calendar<'_> {
    /// What is read is too long: the event that it belongs to is rejected.
    fn overflow(&mut self) {
        if let Some(draft) = &mut self.draft {
            draft.size = usize::MAX;
        }
    }

    fn line(&mut self, line: &str, number: usize, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let Some(property) = property(line) else { return Ok(()) };
        let component = property.value.trim().to_ascii_uppercase();
        match (property.name.as_str(), component.as_str()) {
            ("BEGIN", "VCALENDAR") => self.any = true,
            ("END", "VCALENDAR") if self.draft.is_none() => {
                self.give_waiting(sink)?;
                self.zones = Zones::default();
            }
            ("BEGIN", "VEVENT" | "VTODO" | "VJOURNAL") if self.draft.is_none() => {
                let is_other = component != "VEVENT";
                self.draft = Some(Draft { line: number, is_other, ..Draft::default() });
                self.depth = 0;
            }
            ("BEGIN", _) if self.draft.is_some() => self.depth += 1,
            ("END", "VEVENT" | "VTODO" | "VJOURNAL") => {
                if let Some(draft) = self.draft.take() {
                    if draft.names_unknown_zone(&self.zones) && self.waiting.len() < WAITING {
                        self.waiting.push(draft);
                    } else {
                        sink(self.item(&draft))?;
                    }
                }
            }
            ("END", _) if self.draft.is_some() => self.depth = self.depth.saturating_sub(1),
            _ => match &mut self.draft {
                Some(draft) if self.depth == 0 => draft.add(property),
                Some(_) => {}
                None => self.zones.add(&property),
            },
        }
        Ok(())
    }

    fn give_waiting(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        for draft in std::mem::take(&mut self.waiting) {
            sink(self.item(&draft))?;
        }
        Ok(())
    }

    fn end(&mut self, broken: Option<String>, number: usize, sink: &mut Sink<'_>) -> Result<(), Stop> {
        self.give_waiting(sink)?;
        let reason = match (broken, &self.draft) {
            (Some(reason), _) => reason,
            (None, Some(_)) => "the file ends within an event".to_owned(),
            (None, None) if !self.any => "no calendar".to_owned(),
            _ => return Ok(()),
        };
        let line = self.draft.as_ref().map_or(number, |draft| draft.line);
        sink(Item {
            path: self.path.to_owned(),
            position: Some(format!("line {line}")),
            outcome: Outcome::Rejected(reason),
        })
    }

    fn item(&self, draft: &Draft) -> Item {
        let outcome = match draft.event(&self.zones) {
            Ok(event) => Outcome::Record(Record::Event(Box::new(event))),
            Err(outcome) => outcome,
        };
        Item { path: self.path.to_owned(), position: Some(format!("line {}", draft.line)), outcome }
    }
}

/// The parts of an unfolded line.
fn property(line: &str) -> Option<Property> {
    let line = line.trim_start_matches('\u{feff}');
    let mut quoted = false;
    let mut ends = Vec::new();
    let mut value = None;
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted && ends.len() < 64 => ends.push(at),
            ':' if !quoted => {
                ends.push(at);
                value = line.get(at + 1..);
                break;
            }
            _ => {}
        }
    }
    let value = value?.to_owned();
    let mut parts = Vec::new();
    let mut start = 0;
    for end in ends {
        parts.push(line.get(start..end).unwrap_or_default());
        start = end + 1;
    }
    let mut parts = parts.into_iter();
    let name = parts.next()?.trim().to_ascii_uppercase();
    let parameters = parts
        .filter_map(|part| part.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    Some(Property { name, parameters, value })
}

impl Property {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// The text of a value: "\n" is the end of a line, and a backslash before other characters goes.
fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            }
        } else {
            text.push(character);
        }
    }
    text
}

impl Draft {
    fn add(&mut self, property: Property) {
        if !KEPT.contains(&property.name.as_str()) {
            return;
        }
        let parameters: usize = property.parameters.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.size = self.size.saturating_add(property.value.len() + parameters);
        if self.size <= BOUND {
            self.properties.entry(property.name.clone()).or_insert(property);
        }
    }

    fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    fn plain(&self, name: &str) -> Option<String> {
        let text = text::plain(&unescape(&self.property(name)?.value));
        Some(text).filter(|text| !text.is_empty())
    }

    fn names_unknown_zone(&self, zones: &Zones) -> bool {
        ["DTSTART", "DTEND"].iter().any(|name| {
            self.property(name)
                .and_then(|property| property.parameter("TZID"))
                .is_some_and(|zone| zones.find(zone).is_none())
        })
    }

    fn event(&self, zones: &Zones) -> Result<Event, Outcome> {
        let reject = |reason: &str| Outcome::Rejected(reason.to_owned());
        if self.is_other {
            return Err(Outcome::Skipped("a task or a journal entry"));
        }
        if self.size > BOUND {
            return Err(Outcome::Rejected(format!("an event of more than {BOUND} bytes")));
        }
        let raw = |name: &str| self.property(name).map(|property| property.value.trim());
        if raw("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
            return Err(Outcome::Skipped("a cancelled event"));
        }
        let title = self.plain("SUMMARY").ok_or_else(|| reject("no title (SUMMARY)"))?;
        let start = self.property("DTSTART").ok_or_else(|| reject("no start (DTSTART)"))?;
        let start = Moment::read(start, zones).ok_or_else(|| reject("a start (DTSTART) that is no date"))?;
        let end = self
            .property("DTEND")
            .and_then(|end| Moment::read(end, zones))
            .or_else(|| start.after(raw("DURATION")?))
            .filter(|end| !end.is_before(&start));
        let rule = raw("RRULE").and_then(|rule| time::rule(rule, &start));
        let local = start.local_times(end.as_ref());
        let date_text = [local, rule].into_iter().flatten().collect::<Vec<_>>().join("; ");
        let location = self.plain("LOCATION");
        let address = location.as_deref().and_then(text::web_address);
        let format = location.as_deref().and_then(format);
        let uid = self.property("UID").map(|uid| text::line(&uid.value)).filter(|uid| !uid.is_empty());
        let occurrence = self.property("RECURRENCE-ID").map(|occurrence| text::plain(&occurrence.value));
        let description = self
            .property("DESCRIPTION")
            .map(|description| text::markdown(&without_persons(&unescape(&description.value))))
            .filter(|description| !description.is_empty());
        Ok(Event {
            title,
            description,
            starts_on: Some(start.date().to_string()),
            ends_on: end.as_ref().and_then(|end| end.last_day(&start)).map(|day| day.to_string()),
            starts_at: start.instant(),
            ends_at: end.as_ref().and_then(Moment::instant),
            time_zone: start.zone().and_then(TimeZone::iana_name).map(str::to_owned),
            date_text: Some(date_text).filter(|text| !text.is_empty()),
            format,
            location: location.filter(|_| address.is_none()),
            url: raw("URL").and_then(|url| text::web_address(&text::line(url))).or(address),
            uid: match (uid.as_deref().map(anonymous), occurrence) {
                (Some(uid), Some(occurrence)) => Some(format!("{uid} {occurrence}")),
                (uid, _) => uid,
            },
            ..Event::default()
        })
    }
}

/// A UID, or its digest where it has the form of an address of e-mail and so might be somebody's.
fn anonymous(uid: &str) -> String {
    if !uid.contains('@') {
        return uid.to_owned();
    }
    Sha256::digest(uid).iter().take(16).fold(String::with_capacity(32), |digest, byte| digest + &format!("{byte:02x}"))
}

/// Whether people meet online, where the place says so.
fn format(location: &str) -> Option<EventFormat> {
    let location = location.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| location.contains(word));
    if has(&["hybrid", "and online", "or online", "& online"]) {
        Some(EventFormat::Hybrid)
    } else if has(&[
        "online",
        "virtual",
        "zoom",
        "webex",
        "google meet",
        "jitsi",
        "teams meeting",
        "https://",
        "http://",
    ]) {
        Some(EventFormat::Online)
    } else {
        None
    }
}

/// Without the sentences that say who presents or hosts.
fn without_persons(description: &str) -> String {
    const NAMING: &[&str] = &[
        "presented by ",
        "presenter:",
        "presenters:",
        "speaker:",
        "speakers:",
        "host:",
        "hosted by ",
        "moderator:",
        "moderated by ",
        "organizer:",
        "organiser:",
        "contact:",
        "chair:",
        "chairs:",
        "scribe:",
    ];
    let mut kept = String::with_capacity(description.len());
    for line in description.split_inclusive('\n') {
        let mut rest = line;
        while !rest.is_empty() {
            let sentence = rest.get(..sentence_end(rest)).unwrap_or(rest);
            let start = sentence.trim_start();
            let names = NAMING
                .iter()
                .any(|words| start.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words)));
            if !names {
                kept.push_str(sentence);
            } else if sentence.ends_with('\n') {
                kept.push('\n');
            }
            rest = rest.get(sentence.len()..).unwrap_or_default();
        }
    }
    kept
}

/// Where the first sentence of a line ends: behind ". ", but not behind an initial.
fn sentence_end(line: &str) -> usize {
    line.match_indices(". ")
        .find(|(at, _)| {
            let mut before = line.get(..*at).unwrap_or_default().chars().rev();
            let last = before.next();
            !(last.is_some_and(char::is_uppercase)
                && before.next().is_none_or(|character| !character.is_alphanumeric()))
        })
        .map_or(line.len(), |(at, end)| at + end.len())
}

#[cfg(test)]
mod tests;
