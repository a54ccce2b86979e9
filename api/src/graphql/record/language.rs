//! Titles and names in several languages.

use async_graphql::SimpleObject;

use crate::graph::language::{Localised, choose, serves};
use crate::graphql::error::{Result, bad_input};

/// Most languages that one field is asked in.
const MAX_LANGUAGES: usize = 20;

/// A text in one language.
#[derive(SimpleObject)]
pub struct LocalisedText {
    /// The language: a BCP 47 tag such as `en`, `fr` or `zh-Hant`.
    pub language: String,
    /// The text.
    pub value: String,
}

/// The languages of which the argument `languages` names the best first.
pub struct Languages(Vec<String>);

/// The default of the argument.
#[expect(clippy::unnecessary_wraps, reason = "the argument may be null")]
pub fn english() -> Option<Vec<String>> {
    Some(vec!["en".to_owned()])
}

impl Languages {
    /// Reads the argument.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn read(asked: Option<Vec<String>>) -> Result<Self> {
        let asked = asked.or_else(english).unwrap_or_default();
        if asked.len() > MAX_LANGUAGES {
            return Err(bad_input(format!("`languages` holds {} languages: {MAX_LANGUAGES} at most", asked.len())));
        }
        Ok(Self(asked))
    }

    /// Whether the record's own text is the answer, whatever others there are.
    pub fn are_served_by(&self, own: &str) -> bool {
        self.0
            .first()
            .is_none_or(|first| first.eq_ignore_ascii_case(own) || serves(own, first) && first.len() <= own.len())
    }

    /// The text to show.
    pub fn choose<'a>(&self, own: Localised<'a>, others: &[Localised<'a>]) -> &'a str {
        choose(&self.0, own, others).value
    }
}
