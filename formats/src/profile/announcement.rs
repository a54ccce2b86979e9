//! The announcement of an event, as it may stand before the profiles.

use super::lines::{Line, labelled, url};
use super::text::{Block, common_mark, fold};
use crate::record::{Event, EventFormat};

/// The event that the lines announce; none where they have no "Event date".
pub fn event(lines: &[Line]) -> Option<Event> {
    let (title, body) = lines.split_first()?;
    let (tag, title) = title
        .text
        .strip_prefix('[')
        .and_then(|text| text.split_once(']'))
        .map_or(("", title.text.as_str()), |(tag, title)| (tag, title.trim()));
    let mut event = Event { title: title.to_owned(), ..Event::default() };
    let mut blocks = Vec::new();
    for line in body {
        let text = line.text.as_str();
        let (name, value) = labelled(text).map_or((String::new(), ""), |(name, value)| (fold(name), value));
        match name.as_str() {
            "event date" | "event dates" | "date of event" | "date of the event" if event.date_text.is_none() => {
                event.date_text = Some(value.to_owned());
            }
            "location" | "venue" | "event location" if event.location.is_none() => {
                event.location = Some(value.to_owned());
            }
            "registration" | "register" => event.registration_url = value.split_whitespace().find_map(url),
            "website" | "event website" => event.url = value.split_whitespace().find_map(url),
            _ if fold(text) == "event description" => {}
            _ => blocks.push(Block::Paragraph(text.to_owned())),
        }
    }
    let date = event.date_text.clone().filter(|date| !date.is_empty() && !event.title.is_empty())?;
    event.format = match fold(tag).as_str() {
        "webinar" | "online" | "virtual" | "online event" => Some(EventFormat::Online),
        "hybrid" => Some(EventFormat::Hybrid),
        "in person" | "in-person" => Some(EventFormat::InPerson),
        _ => None,
    };
    event.description = common_mark(&blocks);
    tell_when(&date, &mut event);
    Some(event)
}

/// The first number of four digits, from the year 1000 to 2999.
pub fn year(text: &str) -> Option<i64> {
    text.split(|character: char| !character.is_ascii_digit())
        .filter(|number| number.len() == 4)
        .filter_map(|number| number.parse().ok())
        .find(|year| (1000..3000).contains(year))
}

/// Time zones whose short names mean one offset, in minutes east of Greenwich.
const ZONES: &[(&str, i32)] = &[
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("EEST", 180),
    ("EDT", -240),
    ("PDT", -420),
];

/// "16 June 2022, 15:00–17:00 CEST", "16–18 June 2022".
fn tell_when(text: &str, event: &mut Event) {
    let (day, times) = match text.split_once(',') {
        Some((day, times)) => (day, times.trim()),
        None => (text, ""),
    };
    let Some((first, last)) = days(day) else { return };
    if first == last {
        let (from, until) = clock(&first, times).unwrap_or_default();
        event.starts_at = from;
        event.ends_at = until;
    }
    event.starts_on = Some(first);
    event.ends_on = Some(last);
}

fn days(text: &str) -> Option<(String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [days, month, year_text] = words.as_slice() else { return None };
    let year = year(year_text).filter(|_| year_text.len() == 4)?;
    let name = month.to_lowercase();
    let month = crate::text::MONTHS.iter().position(|one| *one == name || one.get(..3) == Some(name.as_str()))? + 1;
    let (first, last) = days.split_once(['–', '-']).unwrap_or((days, days));
    let date = |day: &str| {
        let day: usize = day.parse().ok()?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let most = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (1..=most).contains(&day).then(|| format!("{year}-{month:02}-{day:02}"))
    };
    let (first, last) = (date(first)?, date(last)?);
    (first <= last).then_some((first, last))
}

/// "15:00–17:00 CEST" of a day.
fn clock(day: &str, text: &str) -> Option<(Option<String>, Option<String>)> {
    let (times, zone) = text.rsplit_once(' ')?;
    let (_, offset) = ZONES.iter().find(|(name, _)| *name == zone)?;
    let sign = if *offset < 0 { '-' } else { '+' };
    let offset = offset.abs();
    let time = |text: &str| {
        let (hour, minute) = text.trim().split_once([':', '.'])?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60)
            .then(|| format!("{day}T{hour:02}:{minute:02}:00{sign}{:02}:{:02}", offset / 60, offset % 60))
    };
    let (from, until) = match times.split_once(['–', '-']) {
        Some((from, until)) => (time(from), time(until)),
        None => (time(times), None),
    };
    Some(match (from, until) {
        (Some(from), Some(until)) if until < from => (Some(from), None),
        (None, _) => (None, None),
        both => both,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(text: &str) -> [Option<String>; 4] {
        let mut event = Event::default();
        tell_when(text, &mut event);
        [event.starts_on, event.ends_on, event.starts_at, event.ends_at]
    }

    #[test]
    fn days_and_times_are_told_where_they_are_whole() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            when("3 May 2031, 9:30–11:00 CEST"),
            [
                some("2031-05-03"),
                some("2031-05-03"),
                some("2031-05-03T09:30:00+02:00"),
                some("2031-05-03T11:00:00+02:00")
            ]
        );
        assert_eq!(when("3-5 May 2031"), [some("2031-05-03"), some("2031-05-05"), None, None]);
        assert_eq!(when("29 February 2031"), [None, None, None, None]);
        assert_eq!(when("3 May 2031, 25:00 UTC"), [some("2031-05-03"), some("2031-05-03"), None, None]);
        assert_eq!(when("in spring"), [None, None, None, None]);
    }

    #[test]
    fn a_year_has_four_digits() {
        assert_eq!(year("17 May 1865, as number 12345"), Some(1865));
        assert_eq!(year("in 0012"), None);
        assert_eq!(year("soon"), None);
    }
}
