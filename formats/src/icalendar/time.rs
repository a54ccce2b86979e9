//! Dates, times, lengths and rules of recurrence.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::Property;
use super::zone::Zones;
use crate::text;

/// A day, a local time, or a point in time.
#[derive(Clone, Debug)]
pub enum Moment {
    Day(Date),
    Local(DateTime),
    /// In UTC, with no word on where.
    Utc(Timestamp),
    Zoned(Zoned),
}

impl Moment {
    /// None where it is no date.
    pub fn read(property: &Property, zones: &Zones) -> Option<Self> {
        let value = property.value.trim();
        let (day, time) = match value.split_once(['T', 't']) {
            Some((day, time)) => (day, Some(time)),
            None => (value, None),
        };
        let day = date(day)?;
        let Some(time) = time else { return Some(Self::Day(day)) };
        let is_utc = time.ends_with(['Z', 'z']);
        let figures = time.trim_end_matches(['Z', 'z']);
        let part = |from: usize| figures.get(from..from + 2)?.parse::<i8>().ok();
        if !matches!(figures.len(), 4 | 6) || !figures.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // A leap second is the second before it.
        let second = if figures.len() == 6 { part(4)?.min(59) } else { 0 };
        let local = day.to_datetime(Time::new(part(0)?, part(2)?, second, 0).ok()?);
        if is_utc {
            return local.to_zoned(TimeZone::UTC).ok().map(|zoned| Self::Utc(zoned.timestamp()));
        }
        let zone = match property.parameter("TZID") {
            Some(name) => zones.find(name),
            None => zones.usual().cloned(),
        };
        match zone {
            Some(zone) => local.to_zoned(zone).ok().map(Self::Zoned),
            None => Some(Self::Local(local)),
        }
    }

    /// What it is when a time as long as "P1DT2H" has gone by.
    pub fn after(&self, length: &str) -> Option<Self> {
        let length = duration(length)?;
        Some(match self {
            Self::Day(day) => Self::Day(day.checked_add(length).ok()?),
            Self::Local(local) => Self::Local(local.checked_add(length).ok()?),
            Self::Utc(instant) => Self::Utc(instant.checked_add(length).ok()?),
            Self::Zoned(zoned) => Self::Zoned(zoned.checked_add(length).ok()?),
        })
    }

    fn local(&self) -> DateTime {
        match self {
            Self::Day(day) => day.to_datetime(Time::midnight()),
            Self::Local(local) => *local,
            Self::Utc(instant) => TimeZone::UTC.to_datetime(*instant),
            Self::Zoned(zoned) => zoned.datetime(),
        }
    }

    pub fn date(&self) -> Date {
        self.local().date()
    }

    fn timestamp(&self) -> Option<Timestamp> {
        match self {
            Self::Utc(instant) => Some(*instant),
            Self::Zoned(zoned) => Some(zoned.timestamp()),
            _ => None,
        }
    }

    pub fn is_before(&self, other: &Self) -> bool {
        match (self.timestamp(), other.timestamp()) {
            (Some(own), Some(other)) => own < other,
            _ => self.local() < other.local(),
        }
    }

    pub fn zone(&self) -> Option<&TimeZone> {
        match self {
            Self::Zoned(zoned) => Some(zoned.time_zone()),
            _ => None,
        }
    }

    /// With its offset from UTC: "2023-08-09T11:00:00+02:00".
    pub fn instant(&self) -> Option<String> {
        match self {
            Self::Utc(instant) => Some(instant.to_string()),
            Self::Zoned(zoned) => Some(zoned.timestamp().display_with_offset(zoned.offset()).to_string()),
            _ => None,
        }
    }

    /// The last day of what ends here: the day before, where it ends at the start of a day. The day is that of the place
    /// where it started.
    pub fn last_day(&self, start: &Self) -> Option<Date> {
        let local = match (self, start) {
            (Self::Utc(instant), Self::Zoned(start)) => start.time_zone().to_datetime(*instant),
            (end, _) => end.local(),
        };
        let last = if local.time() == Time::midnight() { local.date().yesterday().ok()? } else { local.date() };
        Some(last.max(start.date()))
    }

    /// "11:00 to 12:00 local time", where that is all that is known.
    pub fn local_times(&self, end: Option<&Self>) -> Option<String> {
        let Self::Local(start) = self else { return None };
        let time = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        Some(match end {
            Some(Self::Local(end)) => format!("{} to {} local time", time(start.time()), time(end.time())),
            _ => format!("{} local time", time(start.time())),
        })
    }
}

/// "20230809"
fn date(written: &str) -> Option<Date> {
    if written.len() != 8 || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = written.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (1000..3000).contains(&date.year()).then_some(date)
}

/// "P2W", "P1DT2H30M". Days are of 24 hours. None of a negative one, and beyond some thousand years.
fn duration(written: &str) -> Option<SignedDuration> {
    let written = written.trim().strip_prefix('+').unwrap_or(written.trim());
    let mut seconds = 0_i64;
    let mut number: Option<i64> = None;
    for character in written.strip_prefix(['P', 'p'])?.chars().take(64) {
        let unit = match character.to_ascii_uppercase() {
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            'T' => continue,
            figure => {
                let figure = i64::from(figure.to_digit(10)?);
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(figure)?);
                continue;
            }
        };
        seconds = seconds.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    (number.is_none() && seconds < 1 << 37).then(|| SignedDuration::from_secs(seconds))
}

/// A rule of recurrence in words, else as it is: "every 2 weeks from 2023-08-09". None of an empty one.
pub fn rule(rule: &str, start: &Moment) -> Option<String> {
    in_words(rule, start).or_else(|| {
        let rule: String = text::plain(rule).chars().take(500).collect();
        let rule = rule.trim_end();
        (!rule.is_empty()).then(|| format!("recurs by {rule}"))
    })
}

fn in_words(rule: &str, start: &Moment) -> Option<String> {
    let mut unit = None;
    let mut interval = 1_u32;
    let mut days = Vec::new();
    let mut end = String::new();
    for (name, value) in rule.split(';').take(16).filter_map(|part| part.split_once('=')) {
        match name.trim().to_ascii_uppercase().as_str() {
            "FREQ" => {
                unit = Some(match value.trim().to_ascii_uppercase().as_str() {
                    "DAILY" => "day",
                    "WEEKLY" => "week",
                    "MONTHLY" => "month",
                    "YEARLY" => "year",
                    _ => return None,
                });
            }
            "INTERVAL" => interval = value.trim().parse().ok().filter(|interval| *interval > 0)?,
            "COUNT" => end = format!(", {} times", value.trim().parse::<u32>().ok()?),
            "UNTIL" => end = format!(" to {}", date(value.trim().get(..8)?)?),
            "BYDAY" => {
                for day in value.split(',').take(7) {
                    days.push(match day.trim().to_ascii_uppercase().as_str() {
                        "MO" => "Monday",
                        "TU" => "Tuesday",
                        "WE" => "Wednesday",
                        "TH" => "Thursday",
                        "FR" => "Friday",
                        "SA" => "Saturday",
                        "SU" => "Sunday",
                        _ => return None,
                    });
                }
            }
            "WKST" => {}
            _ => return None,
        }
    }
    let unit = unit?;
    let every = if interval == 1 { format!("every {unit}") } else { format!("every {interval} {unit}s") };
    let on = match days.as_slice() {
        [] => String::new(),
        _ if unit != "week" => return None,
        [day] => format!(" on {day}"),
        [first @ .., last] => format!(" on {} and {last}", first.join(", ")),
    };
    Some(format!("{every}{on} from {}{end}", start.date()))
}
