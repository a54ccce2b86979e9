//! The words of a text as the search compares them: folded, with one spelling for British and American English, and
//! by their stem. Stored texts and queries pass through the same steps, so that an odd stem or spelling does no harm:
//! it is the same on both sides.

use std::collections::HashSet;
use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

use crate::graph::fold::fold;

/// Longest plain word, in characters: a longer one is cut there, in stored texts and in queries alike.
pub const MAX_WORD_CHARACTERS: usize = 64;

/// Most words of a field that are stored for the search.
pub const MAX_TOKENS: usize = 20_000;

/// Most bytes of a field that are stored for the search: the words of all fields of a record must stay below one
/// mebibyte, beyond which PostgreSQL's index loses them.
pub const MAX_BYTES: usize = 250_000;

/// A word and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// Where it begins in the original text, in bytes.
    pub start: usize,
    /// Where it ends in the original text, in bytes.
    pub end: usize,
    /// As it is compared: see [`plain`].
    pub plain: String,
}

/// The language that decides on a word's stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, however it is spelt.
    English,
    /// French.
    French,
    /// One whose words are compared as they are.
    Other,
}

impl Language {
    /// The language of a BCP 47 tag, by its primary subtag: `en-GB` is English.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") {
            Self::English
        } else if primary.eq_ignore_ascii_case("fr") {
            Self::French
        } else {
            Self::Other
        }
    }
}

/// What a character is to a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    /// Changes or says nothing about the word that it stands in, such as an accent or a soft hyphen.
    Within,
    Separator,
}

impl Kind {
    fn of(character: char) -> Self {
        if character.is_alphabetic() {
            Self::Letter
        } else if character.is_numeric() {
            Self::Digit
        } else if character.is_ascii() {
            Self::Separator
        } else if matches!(character, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
            || fold(character.encode_utf8(&mut [0; 4])).is_empty()
        {
            // Folding leaves nothing of a combining mark.
            Self::Within
        } else {
            Self::Separator
        }
    }
}

/// The words of a text, in order. They end at whatever is neither letter nor digit, and where letters meet digits, so
/// that all ways to write an identifier have the same words: "ISO/IEC27001" is iso, iec, 27001.
pub fn words(text: &str) -> impl Iterator<Item = Word> {
    text.unicode_word_indices().flat_map(|(offset, word)| {
        pieces(word).into_iter().filter_map(move |piece| {
            let plain = plain(word.get(piece.clone())?);
            (!plain.is_empty()).then(|| Word { start: offset + piece.start, end: offset + piece.end, plain })
        })
    })
}

/// Where the runs of letters and the runs of digits are.
fn pieces(word: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut running = Kind::Separator;
    for (start, character) in word.char_indices() {
        let end = start + character.len_utf8();
        let kind = Kind::of(character);
        match pieces.last_mut() {
            Some(last) if running != Kind::Separator && (kind == running || kind == Kind::Within) => last.end = end,
            _ if kind == Kind::Within => {}
            _ => {
                running = kind;
                if kind != Kind::Separator {
                    pieces.push(start..end);
                }
            }
        }
    }
    pieces
}

/// A single word as it is compared: [`letters`] in one spelling, which is the American one.
pub fn plain(word: &str) -> String {
    let letters = letters(word);
    american(&letters).unwrap_or(letters)
}

/// A single word folded, without whatever is neither letter nor digit: nothing in it has a meaning to a database, not
/// even the fraction slash that folding puts into '½'.
pub fn letters(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return word.get(..MAX_WORD_CHARACTERS).unwrap_or(word).to_ascii_lowercase();
    }
    letters_of_any(word)
}

fn letters_of_any(word: &str) -> String {
    fold(word).chars().filter(|character| character.is_alphanumeric()).take(MAX_WORD_CHARACTERS).collect()
}

/// The ends of words that have an s in British and a z in American English.
const BRITISH_ENDS: [&str; 8] = ["isation", "isations", "ise", "ised", "ises", "ising", "iser", "isers"];

/// Fewest letters of a word with such an end: shorter ones, like "raise", have their s everywhere.
const MIN_BRITISH_LETTERS: usize = 6;

/// The American spelling of a word in British spelling.
fn american(letters: &str) -> Option<String> {
    if letters.chars().count() < MIN_BRITISH_LETTERS {
        return None;
    }
    with_z(letters, &BRITISH_ENDS)
}

/// The word with the s of its end as a z, where it has one of these ends behind at least three letters.
pub(super) fn with_z(letters: &str, ends: &[&str]) -> Option<String> {
    ends.iter().find_map(|end| {
        let before = letters.strip_suffix(end).filter(|before| before.chars().count() >= 3)?;
        Some(format!("{before}iz{}", end.strip_prefix("is")?))
    })
}

/// The stem of a plain word. Words with digits, or with letters beyond the 26 that folding leaves of English and
/// French, are their own stem.
pub fn stem(plain: &str, language: Language) -> String {
    let algorithm = match language {
        Language::English => Algorithm::English,
        Language::French => Algorithm::French,
        Language::Other => return plain.to_owned(),
    };
    if !plain.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return plain.to_owned();
    }
    Stemmer::create(algorithm).stem(plain).into_owned()
}

/// What parts the texts of a field: no phrase of a query has it.
const PART: &str = " | ";

/// The stored form of a field made of several texts: the stems of each text in order, with a sign between the texts
/// across which no phrase matches, and at the end the plain words that differ from their stem. It begins and ends with
/// a blank, so that every word stands between two, and is empty where there is no word.
pub fn tokens<'a>(texts: impl IntoIterator<Item = (&'a str, Language)>) -> String {
    let mut stored = String::new();
    let mut plains = Vec::new();
    let mut seen = HashSet::new();
    let (mut left, mut bytes) = (MAX_TOKENS, MAX_BYTES);
    for (text, language) in texts {
        let mut before = PART;
        for word in words(text).take(left) {
            let stem = stem(&word.plain, language);
            let is_new = stem != word.plain && !seen.contains(&word.plain);
            let size = stem.len() + PART.len() + if is_new { word.plain.len() + PART.len() } else { 0 };
            let Some(rest) = bytes.checked_sub(size) else { break };
            bytes = rest;
            left -= 1;
            stored.push_str(if stored.is_empty() { " " } else { before });
            stored.push_str(&stem);
            before = " ";
            if is_new {
                seen.insert(word.plain.clone());
                plains.push(word.plain);
            }
        }
    }
    // Each alone: words that were no neighbours in the text must not become a phrase.
    for plain in plains {
        stored.push_str(PART);
        stored.push_str(&plain);
    }
    if !stored.is_empty() {
        stored.push(' ');
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plains(text: &str) -> Vec<String> {
        words(text).map(|word| word.plain).collect()
    }

    #[test]
    fn texts_are_split_into_plain_words() {
        for (text, expected) in [
            ("ISO/IEC27001", "iso iec 27001"),
            ("rfc9110", "rfc 9110"),
            ("Côte d'Ivoire, d’Ivoire", "cote d ivoire d ivoire"),
            ("35.030 WP.29", "35 030 wp 29"),
            ("e-commerce ISO 19944‑1:2020", "e commerce iso 19944 1 2020"),
            ("Co\u{302}te stan\u{ad}dards zero\u{200b}width", "cote standards zero width"),
            ("snake_case a\0b\tc\u{7f}d", "snake case a b c d"),
            ("½ m² ﬁn İstanbul Straße Ⅳ", "12 m 2 fin istanbul strasse iv"),
            ("日本 ΣΟΦΟΣ ПМГ", "日 本 σοφοσ пмг"),
            ("\u{301} \u{feff} \u{200f} 👍🏽 -- \"\" _ ()", ""),
            ("", ""),
        ] {
            assert_eq!(plains(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "«É9» Co\u{302}te d’Ivoire½";
        let found: Vec<&str> = words(text).map(|word| &text[word.start..word.end]).collect();
        assert_eq!(found, ["É", "9", "Co\u{302}te", "d", "Ivoire", "½"]);
    }

    #[test]
    fn letters_of_ascii_are_those_of_any_other() {
        let long = "Aa0Zz9".repeat(20);
        for word in ["", "ISO", "27001", "x", &long[..64], &long[..65], &long] {
            assert_eq!(letters(word), letters_of_any(word));
        }
    }

    #[test]
    fn british_spelling_is_american() {
        for (word, expected) in [
            ("standardisation", "standardization"),
            ("Organisations", "organizations"),
            ("realise", "realize"),
            ("ionising", "ionizing"),
            ("organiser", "organizer"),
            ("organisers", "organizers"),
            ("exercise", "exercize"),
            ("advise", "advize"),
            ("raised", "raised"),
            ("basis", "basis"),
            ("organization", "organization"),
        ] {
            assert_eq!(plain(word), expected, "{word}");
        }
    }

    #[test]
    fn plain_words_hold_letters_and_digits_only() {
        // No letters are assigned beyond.
        for character in '\0'..='\u{3347f}' {
            let text = format!("x{character}9");
            for word in words(&text) {
                assert!(word.plain.chars().all(char::is_alphanumeric), "{word:?}");
                assert!((1..=MAX_WORD_CHARACTERS).contains(&word.plain.chars().count()), "{word:?}");
                assert!(text.get(word.start..word.end).is_some(), "{word:?}");
            }
        }
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(plains(&"é".repeat(10_000)), ["e".repeat(MAX_WORD_CHARACTERS)]);
    }

    #[test]
    fn languages_are_found_by_their_primary_subtag() {
        for (tag, language) in [
            ("en", Language::English),
            ("EN", Language::English),
            ("en-GB", Language::English),
            ("fr-CA", Language::French),
            ("enm", Language::Other),
            ("de", Language::Other),
            ("", Language::Other),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn stems_are_of_the_language() {
        for (plain, language, expected) in [
            ("governance", Language::English, "govern"),
            ("standards", Language::English, "standard"),
            ("normes", Language::French, "norm"),
            ("norme", Language::French, "norm"),
            ("governance", Language::Other, "governance"),
            ("9110", Language::English, "9110"),
            ("σοφοσ", Language::English, "σοφοσ"),
            ("", Language::French, ""),
        ] {
            assert_eq!(stem(plain, language), expected, "{plain}");
        }
    }

    #[test]
    fn stems_of_any_letters_are_words() {
        // A small generator of the same words every time.
        let mut seed = 7_u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        for _ in 0..20_000 {
            let length = 1 + next(12);
            let alphabet = b"aeiouyyssttnnrlmdgcvqhzbpfjkxw";
            let word: String = (0..length).map(|_| char::from(alphabet[next(30) as usize])).collect();
            for language in [Language::English, Language::French] {
                let stem = stem(&word, language);
                assert!(!stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_lowercase()), "{word} {stem}");
            }
        }
    }

    #[test]
    fn fields_are_stored_by_stem_and_by_word() {
        let english = Language::English;
        for (texts, expected) in [
            (&[("Data governance", english)][..], " data govern | governance "),
            (&[("Data", english), ("", english), ("Les normes", Language::French)], " data | le norm | les | normes "),
            (&[("standards", english), ("Standards", english)], " standard | standard | standards "),
            (&[("RFC 9110", english)], " rfc 9110 "),
            (&[("…", english)], ""),
            (&[], ""),
        ] {
            assert_eq!(tokens(texts.iter().copied()), expected);
        }
    }

    #[test]
    fn both_spellings_are_stored_alike() {
        for (british, american) in [
            ("standardisation", "standardization"),
            ("Organising organisations", "Organizing organizations"),
            ("ionised", "IONIZED"),
        ] {
            for language in [Language::English, Language::French, Language::Other] {
                assert_eq!(tokens([(british, language)]), tokens([(american, language)]));
            }
        }
    }

    #[test]
    fn stored_fields_are_bounded() {
        let text = "a ".repeat(MAX_TOKENS);
        let stored = tokens([(text.as_str(), Language::Other), (text.as_str(), Language::Other)]);
        assert_eq!(stored.split(' ').filter(|token| *token == "a").count(), MAX_TOKENS);
        let word = |number: usize| format!("{number}{}standards ", "ж".repeat(50));
        let long = (0..MAX_TOKENS).map(word).collect::<Vec<_>>().concat();
        for language in [Language::English, Language::Other] {
            assert!(tokens([(long.as_str(), language)]).len() <= MAX_BYTES);
        }
    }
}
