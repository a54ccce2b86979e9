//! Events: the moments that partial dates allow.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::row::Values;
use crate::graph::kinds;

/// Fills the earliest start and the latest end.
pub fn fill(row: &mut Values) {
    let zone = row.text("time_zone").and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let first_of = |name: &str| row.text(name).and_then(days).and_then(|(first, _)| start_of(first, &zone));
    let last_of = |name: &str| row.text(name).and_then(days).and_then(|(_, last)| end_of(last, &zone));
    let starting_day = |moment: i64| {
        let moment = Timestamp::from_microsecond(moment).ok()?;
        end_of(moment.to_zoned(zone.clone()).date(), &zone)
    };
    let starts_first = row.int("starts_at").or_else(|| first_of("starts_on"));
    let ends_last = row
        .int("ends_at")
        .or_else(|| last_of("ends_on"))
        .or_else(|| row.int("starts_at").and_then(starting_day))
        .or_else(|| last_of("starts_on"));
    row.set(&kinds::STARTS_FIRST, starts_first.map(Into::into));
    row.set(&kinds::ENDS_LAST, ends_last.map(Into::into));
}

/// The first and the last day that a partial date allows; none where it is no date.
pub fn days(date: &str) -> Option<(Date, Date)> {
    let part = |range: std::ops::Range<usize>| date.get(range)?.parse::<i8>().ok();
    let year: i16 = date.get(..4)?.parse().ok()?;
    let separators = date
        .bytes()
        .enumerate()
        .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !separators {
        return None;
    }
    match date.len() {
        4 => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        7 => {
            let first = Date::new(year, part(5..7)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        10 => Date::new(year, part(5..7)?, part(8..10)?).ok().map(|day| (day, day)),
        _ => None,
    }
}

fn start_of(day: Date, zone: &TimeZone) -> Option<i64> {
    day.to_zoned(zone.clone()).ok().map(|start| start.timestamp().as_microsecond())
}

/// The last microsecond of a day.
fn end_of(day: Date, zone: &TimeZone) -> Option<i64> {
    start_of(day.checked_add(1.day()).ok()?, zone).map(|next| next - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Scalar;
    use crate::graph::moment::date_time_text;

    fn moments(values: &[(&'static str, &str)]) -> (String, String) {
        let mut row = Values::default();
        for (name, text) in values {
            row.set(kinds::EVENT.column(name).expect("a column"), Some(Scalar::from(*text)));
        }
        fill(&mut row);
        let text = |name: &str| row.int(name).map(date_time_text).unwrap_or_default();
        (text("starts_first"), text("ends_last"))
    }

    #[test]
    fn partial_dates_allow_their_first_and_last_moment() {
        for (values, first, last) in [
            (
                &[("starts_on", "2022-06-16"), ("time_zone", "Europe/Zurich")][..],
                "2022-06-15T22:00:00.000000Z",
                "2022-06-16T21:59:59.999999Z",
            ),
            (&[("starts_on", "2022-02")], "2022-02-01T00:00:00.000000Z", "2022-02-28T23:59:59.999999Z"),
            (
                &[("starts_on", "2015"), ("ends_on", "2016-01-02")],
                "2015-01-01T00:00:00.000000Z",
                "2016-01-02T23:59:59.999999Z",
            ),
            (&[], "", ""),
        ] {
            assert_eq!(moments(values), (first.to_owned(), last.to_owned()));
        }
    }

    #[test]
    fn what_is_no_date_has_no_days() {
        for odd in ["", "20", "2022-13", "2022-02-30", "2022/02", "2022-2-3", "+022", "２０２２"] {
            assert_eq!(days(odd), None, "{odd}");
        }
    }
}
