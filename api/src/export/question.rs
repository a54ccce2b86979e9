//! What was asked for, as texts, and the order that it makes.

use std::fmt;

use sea_orm::DbErr;

use super::{Format, Order, newest};
use crate::app::App;
use crate::graph::Kind;
use crate::graph::cursor::read_revision;
use crate::graph::moment::{Past, date_time_text};
use crate::graph::predicate::Predicate;
use crate::graphql::error::{ApiError, Code};
use crate::graphql::{filter, scalars};

/// What was asked for, as it was written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// A filter of the API as JSON.
    pub filter: Option<&'a str>,
    /// A moment, as RFC 3339 has it.
    pub as_of: Option<&'a str>,
    /// A revision.
    pub since: Option<&'a str>,
}

/// Why nothing can be exported.
#[derive(Debug)]
pub enum Refused {
    /// The question is at fault: the sentence for whoever asked.
    Question(String),
    /// The database cannot answer: why.
    Failed(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(reason) | Self::Failed(reason) => out.write_str(reason),
        }
    }
}

impl std::error::Error for Refused {}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        let message = error.message.to_string();
        match error.code {
            Code::BadUserInput | Code::LimitExceeded => Self::Question(message),
            Code::Timeout | Code::Internal => Self::Failed(message),
        }
    }
}

impl From<String> for Refused {
    fn from(reason: String) -> Self {
        Self::Question(reason)
    }
}

/// Reads a question.
///
/// # Errors
/// What is wrong with it, and whatever the database says.
pub async fn order(
    app: &App,
    kinds: Vec<&'static Kind>,
    format: Format,
    question: Question<'_>,
    base: String,
) -> Result<Order, Refused> {
    let filter = match (question.filter, kinds.as_slice()) {
        (Some(_), [kind]) if kind.filters.is_empty() => return Err(format!("{} have no filter", kind.plural()).into()),
        (Some(filter), [kind]) => {
            let json = serde_json::from_str(filter).map_err(|error| format!("`filter` is no JSON: {error}"))?;
            Some(filter::settled(app, kind, json).await?)
        }
        (Some(_), _) => return Err("a filter is for one kind: name one".to_owned().into()),
        (None, _) => None,
    };
    if filter.as_ref().is_some_and(Predicate::has_words) && (question.as_of.is_some() || question.since.is_some()) {
        return Err("`text` in a filter searches the present only: leave it out, or `asOf` and `since`"
            .to_owned()
            .into());
    }
    let since = question.since.map(|since| {
        read_revision(since).ok_or_else(|| "`since` is not a revision: 16 digits, as `revision` gives them".to_owned())
    });
    let since = since.transpose()?;
    let newest = newest(app).await?;
    let state = match question.as_of {
        None => newest,
        Some(at) => {
            let at = scalars::read_date_time(at).map_err(|reason| format!("`asOf`: {reason}"))?;
            if at > Ord::max(app.clock.now(), newest.at) {
                return Err(format!("`asOf` is in the future: it is {}", date_time_text(app.clock.now())).into());
            }
            Past { sequence: super::reach(app, at).await?, at }
        }
    };
    Ok(Order::new(kinds, format, filter, state, since, base)?)
}
