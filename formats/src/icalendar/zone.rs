//! Time zones of a calendar.

use std::collections::HashMap;

use jiff::tz::{Offset, TimeZone};

use super::Property;

/// How many zones of a calendar are kept.
const BOUND: usize = 1000;

/// The zones that a calendar defines.
#[derive(Default)]
pub struct Zones {
    known: HashMap<String, Option<TimeZone>>,
    draft: Option<Draft>,
    /// The zone of times that name none, as many calendars say without being asked to ("X-WR-TIMEZONE").
    usual: Option<TimeZone>,
}

/// A `VTIMEZONE` as far as it is read.
#[derive(Default)]
struct Draft {
    name: String,
    /// The IANA name that it says it stands for.
    stands_for: Option<String>,
    changes: Vec<Change>,
    open: Option<Change>,
}

/// From when on which offset is used.
#[derive(Clone, Default)]
struct Change {
    is_summer: bool,
    /// As written, which sorts by time.
    start: String,
    offset: Option<i32>,
    rule: Option<String>,
}

impl Zones {
    pub fn add(&mut self, property: &Property) {
        let value = property.value.trim();
        let is = |word: &str| value.eq_ignore_ascii_case(word);
        match property.name.as_str() {
            "X-WR-TIMEZONE" if self.draft.is_none() => self.usual = iana(value),
            "BEGIN" if is("VTIMEZONE") => self.draft = Some(Draft::default()),
            "END" if is("VTIMEZONE") => {
                if let Some(draft) = self.draft.take()
                    && self.known.len() < BOUND
                {
                    let zone = draft.zone();
                    self.known.insert(draft.name, zone);
                }
            }
            _ => {
                if let Some(draft) = &mut self.draft {
                    draft.add(property, value);
                }
            }
        }
    }

    /// The zone of a name: that of IANA, else what the calendar says.
    pub fn find(&self, name: &str) -> Option<TimeZone> {
        iana(name).or_else(|| self.known.get(name.trim()).cloned().flatten())
    }

    /// The zone of times that name none.
    pub fn usual(&self) -> Option<&TimeZone> {
        self.usual.as_ref()
    }
}

impl Draft {
    fn add(&mut self, property: &Property, value: &str) {
        match property.name.as_str() {
            "TZID" => value.clone_into(&mut self.name),
            "X-LIC-LOCATION" => self.stands_for = Some(value.to_owned()),
            "BEGIN" => {
                let is_summer = value.eq_ignore_ascii_case("DAYLIGHT");
                if is_summer || value.eq_ignore_ascii_case("STANDARD") {
                    self.open = Some(Change { is_summer, ..Change::default() });
                }
            }
            "END" => {
                if let Some(change) = self.open.take()
                    && self.changes.len() < BOUND
                {
                    self.changes.push(change);
                }
            }
            name => {
                let Some(change) = &mut self.open else { return };
                match name {
                    "DTSTART" => value.clone_into(&mut change.start),
                    "TZOFFSETTO" => change.offset = offset(value),
                    "RRULE" => change.rule = Some(value.to_ascii_uppercase()),
                    _ => {}
                }
            }
        }
    }

    /// Its zone where it is plain: one offset, or two that change by a yearly rule.
    fn zone(&self) -> Option<TimeZone> {
        if let Some(zone) = self.stands_for.as_deref().and_then(iana) {
            return Some(zone);
        }
        let latest = |is_summer: bool| {
            self.changes.iter().filter(|change| change.is_summer == is_summer).max_by(|a, b| a.start.cmp(&b.start))
        };
        match (latest(false), latest(true)) {
            (Some(change), None) | (None, Some(change)) => {
                Some(TimeZone::fixed(Offset::from_seconds(change.offset?).ok()?))
            }
            (Some(winter), Some(summer)) if winter.offset == summer.offset => {
                Some(TimeZone::fixed(Offset::from_seconds(winter.offset?).ok()?))
            }
            (Some(winter), Some(summer)) => {
                let posix = format!(
                    "<W>{}<S>{},{},{}",
                    posix_offset(winter.offset?),
                    posix_offset(summer.offset?),
                    summer.posix_rule()?,
                    winter.posix_rule()?,
                )
                .replace("<W>", "<STD>")
                .replace("<S>", "<DST>");
                TimeZone::posix(&posix).ok()
            }
            (None, None) => None,
        }
    }
}

impl Change {
    /// "M3.5.0/2:00:00" of a yearly rule on the last Sunday of March at two.
    fn posix_rule(&self) -> Option<String> {
        let part = |name: &str| {
            self.rule.as_deref()?.split(';').filter_map(|part| part.split_once('=')).find(|(own, _)| *own == name)
        };
        if part("FREQ")?.1 != "YEARLY" {
            return None;
        }
        let month: u8 = part("BYMONTH")?.1.parse().ok()?;
        let day = part("BYDAY")?.1;
        let (week, day) = day.split_at_checked(day.len().checked_sub(2)?)?;
        let week: i8 = week.parse().ok()?;
        let week = match week {
            1..=4 => week,
            5 | -1 => 5,
            _ => return None,
        };
        let day = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].iter().position(|name| *name == day)?;
        let time = self.start.split_once('T').map_or("000000", |(_, time)| time.trim_end_matches('Z'));
        let figures = |from: usize| time.get(from..from + 2).and_then(|figures| figures.parse::<u8>().ok());
        Some(format!("M{month}.{week}.{day}/{}:{:02}:{:02}", figures(0)?, figures(2)?, figures(4).unwrap_or(0)))
    }
}

/// "+0130" or "-010000" in seconds.
fn offset(written: &str) -> Option<i32> {
    let (sign, figures) = match written.split_at_checked(1)? {
        ("+", figures) => (1, figures),
        ("-", figures) => (-1, figures),
        _ => return None,
    };
    if !matches!(figures.len(), 4 | 6) || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| figures.get(from..from + 2).map_or(Some(0), |part| part.parse::<i32>().ok());
    Some(sign * (part(0)? * 3600 + part(2)? * 60 + part(4)?))
}

/// POSIX counts to the west.
fn posix_offset(seconds: i32) -> String {
    let sign = if seconds > 0 { "-" } else { "" };
    let seconds = seconds.abs();
    format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The zone of an IANA name, which may stand at the end of a longer one ("/softwarestudio.org/Tzfile/Europe/Berlin").
fn iana(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    if name.len() > 256 {
        return None;
    }
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let starts = name.match_indices('/').map(|(at, _)| at + 1);
    starts.filter_map(|at| name.get(at..)).filter(|rest| rest.contains('/')).find_map(|rest| TimeZone::get(rest).ok())
}
