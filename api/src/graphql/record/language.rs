//! Titles and names in several languages.

use std::sync::Arc;

use async_graphql::SimpleObject;
use entity::{organisation_name, standard_title};

use crate::graph::language::{Localised, MAX_LANGUAGES, USUAL, choose, is_served_by_own};
use crate::graphql::error::{Result, bad_input};

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
    Some(vec![USUAL.to_owned()])
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
    fn are_served_by(&self, own: &str) -> bool {
        is_served_by_own(&self.0, own)
    }

    /// The text to show. The others are read only where the record's own is not what is asked for.
    ///
    /// # Errors
    /// What reading the others says.
    pub async fn choose<R: InLanguage>(
        &self,
        own: Localised<'_>,
        others: impl Future<Output = Result<Vec<Arc<R>>>>,
    ) -> Result<String> {
        if self.are_served_by(own.language) {
            return Ok(own.value.to_owned());
        }
        let others = others.await?;
        let others: Vec<_> = others.iter().map(|other| other.localised()).collect();
        Ok(choose(&self.0, own, &others).value.to_owned())
    }
}

/// A row that holds a text in one language.
pub trait InLanguage {
    fn localised(&self) -> Localised<'_>;
}

macro_rules! in_language {
    ($($row:ty),*) => {
        $(
            impl InLanguage for $row {
                fn localised(&self) -> Localised<'_> {
                    Localised { language: &self.language, value: &self.value }
                }
            }
        )*
    };
}
in_language!(standard_title::Model, organisation_name::Model);

/// A text in every language that it is known in, the record's own first.
pub fn all<R: InLanguage>(own: Option<Localised<'_>>, others: &[Arc<R>]) -> Vec<LocalisedText> {
    let texts = own.into_iter().chain(others.iter().map(|other| other.localised()));
    texts.map(|text| LocalisedText { language: text.language.to_owned(), value: text.value.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exactly_the_language_asked_for_needs_no_other() {
        let asked = |tags: &[&str]| Languages(tags.iter().map(ToString::to_string).collect());
        for (tags, own, served) in [
            (&["en"][..], "en", true),
            (&["EN", "fr"], "en", true),
            (&[], "en", true),
            (&["fr", "en"], "en", false),
            // Another text may be in plain English.
            (&["en"], "en-GB", false),
            (&["en-GB"], "en", false),
        ] {
            assert_eq!(asked(tags).are_served_by(own), served, "{tags:?} {own}");
        }
    }
}
