//! Which of several texts in different languages to show.

/// A text and its language, as a BCP 47 tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Localised<'a> {
    pub language: &'a str,
    pub value: &'a str,
}

/// Whether a text may be a BCP 47 tag: parts of one to eight letters or digits with hyphens between them, the first of
/// letters alone.
pub fn is_tag(text: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    text.split('-').all(is_part) && first.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a text in this language is shown to whom asks for that one: a tag stands for all that are more precise, and
/// is better than none for those (`fr` for `fr-CA`, and `fr-CA` for `fr`).
pub fn serves(language: &str, asked: &str) -> bool {
    let (language, asked) = (language.as_bytes(), asked.as_bytes());
    let shorter = language.len().min(asked.len());
    let (Some(start), Some(other)) = (language.get(..shorter), asked.get(..shorter)) else { return false };
    let ends = |tag: &[u8]| tag.get(shorter).is_none_or(|next| *next == b'-');
    shorter > 0 && start.eq_ignore_ascii_case(other) && ends(language) && ends(asked)
}

/// Most languages that one field is asked in.
pub const MAX_LANGUAGES: usize = 20;
/// The language of whom asks for none.
pub const USUAL: &str = "en";

/// Whether a record's own text is the one asked for, whatever others there are.
pub fn is_served_by_own(asked: &[String], own: &str) -> bool {
    asked.first().is_none_or(|first| first.eq_ignore_ascii_case(own))
}

/// The text in the first language asked for that there is, preferring exactly that tag; else the record's own.
pub fn choose<'a>(asked: &[String], own: Localised<'a>, others: &[Localised<'a>]) -> Localised<'a> {
    let all = || [own].into_iter().chain(others.iter().copied());
    let of = |asked: &String| {
        let exactly = all().find(|text| text.language.eq_ignore_ascii_case(asked));
        exactly.or_else(|| all().find(|text| serves(text.language, asked)))
    };
    asked.iter().find_map(of).unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parts_with_hyphens() {
        for tag in ["en", "fr-CA", "zh-Hant-TW", "es-419", "x-klingon", "de-1996"] {
            assert!(is_tag(tag), "{tag}");
        }
        for text in ["", " ", "en ", "fr_CA", "-fr", "fr-", "fr--CA", "1", "français", "abcdefghi", "a\0"] {
            assert!(!is_tag(text), "{text}");
        }
    }

    #[test]
    fn the_first_language_that_there_is_wins_and_else_the_own() {
        let text = |language| Localised { language, value: language };
        let others = [text("fr-CA"), text("fr"), text("ru"), text("zh-Hant")];
        for (asked, shown) in [
            (&["en"][..], "en"),
            (&["fr"], "fr"),
            (&["fr-CA"], "fr-CA"),
            (&["fr-CH"], "fr"),
            (&["FR-ca"], "fr-CA"),
            (&["zh"], "zh-Hant"),
            (&["de", "ru", "fr"], "ru"),
            (&["de", ""], "en"),
            (&["f", "r", "frr"], "en"),
            (&[], "en"),
        ] {
            let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
            assert_eq!(choose(&asked, text("en"), &others).value, shown, "{asked:?}");
        }
    }
}
