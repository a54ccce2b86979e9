//! What time it is, as the log says it.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

use crate::app::Clock;

const MICROSECONDS: i64 = 1_000_000;

/// Writes the time to the microsecond. A second is put into words once, however many lines it has.
#[derive(Default)]
pub(super) struct Time(Mutex<Second>);

#[derive(Default)]
struct Second {
    since_1970: i64,
    text: String,
}

impl FormatTime for Time {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        self.write(Clock::System.now(), writer)
    }
}

impl Time {
    /// Writes a time that is given in microseconds since 1970 in UTC.
    fn write(&self, at: i64, writer: &mut impl fmt::Write) -> fmt::Result {
        let (since_1970, microseconds) = (at.div_euclid(MICROSECONDS), at.rem_euclid(MICROSECONDS));
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if second.text.is_empty() || second.since_1970 != since_1970 {
            let text = Timestamp::from_second(since_1970).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S").to_string();
            *second = Second { since_1970, text };
        }
        write!(writer, "{}.{microseconds:06}Z", second.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_to_the_microsecond() {
        let time = Time::default();
        for (at, expected) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (7, "1970-01-01T00:00:00.000007Z"),
            (1_767_225_599_999_999, "2025-12-31T23:59:59.999999Z"),
            (1_767_225_600_000_000, "2026-01-01T00:00:00.000000Z"),
            (1_767_225_600_120_000, "2026-01-01T00:00:00.120000Z"),
            (1_767_225_599_000_000, "2025-12-31T23:59:59.000000Z"),
        ] {
            let mut text = String::new();
            time.write(at, &mut text).unwrap();
            assert_eq!(text, expected);
        }
    }
}
