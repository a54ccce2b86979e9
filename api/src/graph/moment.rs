//! When a question is about: the present, or the atlas as it stood at a moment.

use jiff::Timestamp;

/// What state a question is answered from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The present state, whatever is written meanwhile.
    #[default]
    Now,
    Past(Past),
    /// A moment of the past that is known when a statement is run. No id and no cursor holds it.
    Later,
}

/// A moment, and the last entry of the log that had been written by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Past {
    /// The state is that after this entry; 0 before the first.
    pub sequence: i64,
    /// What was asked for, in microseconds since 1970 in UTC. A write that was under way may add entries with times
    /// before it, so that the moment alone does not say which state was seen.
    pub at: i64,
}

impl Moment {
    /// The moment as ids and cursors carry it: nothing for the present, else the entry and the time.
    pub fn text(self) -> String {
        match self {
            Self::Now | Self::Later => String::new(),
            Self::Past(Past { sequence, at }) => format!("@{sequence}@{at}"),
        }
    }

    /// Reads what [`Moment::text`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Now);
        }
        let (sequence, at) = text.strip_prefix('@')?.split_once('@')?;
        let moment = Self::Past(Past { sequence: sequence.parse().ok()?, at: at.parse().ok()? });
        // One moment, one text: "+1" and "01" are none. What no clock can show is none either.
        let plain = moment.text() == text && !sequence.starts_with('-');
        let shown = at.parse().is_ok_and(|at| Timestamp::from_microsecond(at).is_ok());
        (plain && shown).then_some(moment)
    }

    pub fn is_now(self) -> bool {
        self == Self::Now
    }
}

impl From<Past> for Moment {
    fn from(past: Past) -> Self {
        Self::Past(past)
    }
}

/// The text of a moment: RFC 3339 in UTC with microseconds.
pub fn date_time_text(microseconds: i64) -> String {
    Timestamp::from_microsecond(microseconds).map(|moment| format!("{moment:.6}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back_as_it_was() {
        for moment in [Moment::Now, Past { sequence: 0, at: -5 }.into(), Past { sequence: 12, at: 1 }.into()] {
            assert_eq!(Moment::read(&moment.text()), Some(moment));
        }
        for odd in [
            "@",
            "@1",
            "@1@",
            "@x@1",
            "@01@1",
            "@+1@1",
            "@-1@1",
            "1@1",
            "@1@1@1",
            "@1@99999999999999999999",
            "@0@9223372036854775807",
        ] {
            assert_eq!(Moment::read(odd), None, "{odd}");
        }
    }
}
