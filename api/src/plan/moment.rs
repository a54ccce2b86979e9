//! Moments of the past that a plan looks at. What they mean in the log is known when it runs, so that a plan is kept
//! whatever is written.

use super::rows::Rows;
use super::{Given, Plan, Texts, Unanswered};
use crate::graph::moment::{Moment, Past};
use crate::graph::summary::{End, Reach};
use crate::graphql::scalars::read_date_time;

/// A moment of the past.
#[derive(Clone, Debug)]
pub enum LateMoment {
    /// The one that is asked for: a fetch finds how far the log had got. `same` are states that must be the one it had.
    AsOf { at: Instant, fetch: usize, same: Vec<Past> },
    /// The state that a cursor comes from, by the place of the cursor.
    OfCursor(usize),
    /// The state that a cursor in the document comes from.
    Always(Past),
    /// The state that an id says: a fetch finds whether the atlas ever stood so.
    OfId { past: Past, fetch: usize },
}

/// A time as it was given.
#[derive(Clone, Debug)]
pub enum Instant {
    Always(i64),
    Variable(String),
}

impl Instant {
    fn read(&self, texts: Texts<'_>) -> Option<i64> {
        match self {
            Self::Always(at) => Some(*at),
            Self::Variable(name) => read_date_time(texts.get(name)?).ok(),
        }
    }
}

impl Plan {
    /// The times of all moments.
    pub(super) fn instants(&self, texts: Texts<'_>) -> Option<Vec<i64>> {
        let mut instants = Vec::with_capacity(self.moments.len());
        for moment in &self.moments {
            instants.push(match moment {
                LateMoment::AsOf { at, .. } => at.read(texts)?,
                // A cursor goes on at the moment beneath which it stands, or it does not fit.
                LateMoment::OfCursor(cursor) => *instants.get(self.cursors.get(*cursor)?.beneath?)?,
                LateMoment::Always(past) | LateMoment::OfId { past, .. } => past.at,
            });
        }
        Some(instants)
    }

    /// The states that all moments mean, from what was fetched.
    pub(super) fn pasts(&self, given: &Given, fetched: &[Rows]) -> Result<Vec<Past>, Unanswered> {
        (0..self.moments.len()).map(|moment| self.past(moment, given, fetched)).collect()
    }

    /// The state that a moment means, from what was fetched.
    pub(super) fn past(&self, moment: usize, given: &Given, fetched: &[Rows]) -> Result<Past, Unanswered> {
        let missing = || Unanswered::Failed("a moment was not looked up".to_owned());
        let row = |fetch: usize| {
            let rows = fetched.get(fetch).ok_or_else(missing)?;
            let row = rows.group(0).and_then(|(_, group)| group.rows.clone().next());
            Ok::<_, Unanswered>(row.map(|row| [0, 1].map(|column| rows.int(row, column))))
        };
        match self.moments.get(moment).ok_or_else(missing)? {
            LateMoment::AsOf { fetch, same, .. } => {
                let at = *given.instants.get(moment).ok_or_else(missing)?;
                let [sequence, newest] = row(*fetch)?.ok_or_else(missing)?;
                let past = Reach::new(at, sequence, newest).past(given.now).ok_or(Unanswered::Never)?;
                if same.iter().all(|other| *other == past) { Ok(past) } else { Err(Unanswered::Never) }
            }
            LateMoment::OfCursor(cursor) => match given.cursors.get(*cursor) {
                Some((_, Moment::Past(past))) => Ok(*past),
                _ => Err(missing()),
            },
            LateMoment::Always(past) => Ok(*past),
            LateMoment::OfId { past, fetch } => {
                let end = row(*fetch)?.map(|[at, newest]| End { at, newest });
                let has_been = end.is_some_and(|end| end.happened(*past, given.now));
                if has_been { Ok(*past) } else { Err(Unanswered::Never) }
            }
        }
    }
}
