//! Words that may have been meant by a mistyped one: found by the trigrams that they share, and chosen by the number
//! of errors between them.

use std::collections::HashSet;

use strsim::osa_distance;

/// Fewest characters of a word that may be mistyped: of shorter ones nearly every other is near.
const MIN_CHARACTERS: usize = 4;

/// Longest word that has trigrams, in characters.
const MAX_CHARACTERS: usize = 40;

/// Fewest characters of a word that may hold two errors.
const MIN_CHARACTERS_FOR_TWO: usize = 8;

/// Most words that are near another.
const MAX_CLOSE: usize = 10;

/// The different trigrams of a word with "$$" before and "$" behind it, so that its beginning weighs more. None for
/// words that are not taken to be mistyped: numbers, and very short or long ones.
pub fn trigrams(plain: &str) -> Vec<String> {
    if !has_trigrams(plain) {
        return Vec::new();
    }
    let padded: Vec<char> = "$$".chars().chain(plain.chars()).chain(['$']).collect();
    let mut seen = HashSet::new();
    padded.windows(3).filter(|window| seen.insert(*window)).map(|window| window.iter().collect()).collect()
}

/// Whether a word may be taken for a mistyped one.
pub fn has_trigrams(plain: &str) -> bool {
    distance(plain) > 0 && plain.chars().nth(MAX_CHARACTERS).is_none()
}

/// How many errors a word may hold.
pub fn distance(plain: &str) -> usize {
    let characters = plain.chars().count();
    if characters < MIN_CHARACTERS || plain.contains(char::is_numeric) {
        0
    } else if characters < MIN_CHARACTERS_FOR_TWO {
        1
    } else {
        2
    }
}

/// Those candidates that are a word with no more than its [`distance`] of errors, nearest first. Two letters in the
/// wrong order are one error.
pub fn close<'a>(plain: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let most = distance(plain);
    let length = plain.chars().count();
    let errors = |candidate: &'a str| {
        // Counting the errors takes a while for long texts, and every missing character is one.
        let near = candidate.chars().take(length + most + 1).count().abs_diff(length) <= most;
        near.then(|| (osa_distance(plain, candidate), candidate)).filter(|(errors, _)| *errors <= most)
    };
    let mut close: Vec<(usize, &str)> = candidates.into_iter().filter_map(errors).collect();
    close.sort_unstable();
    close.dedup();
    close.into_iter().take(MAX_CLOSE).map(|(_, candidate)| candidate.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::search::word::plain;

    #[test]
    fn words_have_trigrams() {
        for (plain, expected) in [
            ("data", "$$d $da dat ata ta$"),
            ("aaaaaa", "$$a $aa aaa aa$"),
            ("σοφοσ", "$$σ $σο σοφ οφο φοσ οσ$"),
            ("iso", ""),
            ("9110", ""),
            ("", ""),
        ] {
            assert_eq!(trigrams(plain).join(" "), expected, "{plain}");
        }
        assert_eq!(trigrams(&"x".repeat(MAX_CHARACTERS)).len(), 4);
        assert!(trigrams(&"x".repeat(MAX_CHARACTERS + 1)).is_empty());
    }

    #[test]
    fn longer_words_may_hold_more_errors() {
        for (plain, expected) in
            [("", 0), ("iso", 0), ("data", 1), ("charter", 1), ("security", 2), ("12345678", 0), ("été½", 0)]
        {
            assert_eq!(distance(plain), expected, "{plain}");
        }
    }

    #[test]
    fn mistyped_words_are_close() {
        for (typed, meant) in [
            ("organistion", "organisation"),
            ("organization", "organisation"),
            ("organsiation", "organization"),
            ("goverance", "governance"),
            ("dtaa", "data"),
            ("securite", "security"),
            ("gouvernence", "gouvernance"),
            ("iso", "iso"),
        ] {
            let meant = plain(meant);
            assert_eq!(close(&plain(typed), [meant.as_str(), "x", ""]), [meant.as_str()], "{typed}");
        }
        for (typed, other) in [("iso", "isa"), ("data", "date1x"), ("9110", "9111"), ("security", "scrty"), ("", "x")] {
            assert!(close(typed, [other]).is_empty(), "{typed} {other}");
        }
    }

    #[test]
    fn nearest_words_come_first() {
        let candidates = ["standart", "standards", "standard", "stand", "standarts", "standard"];
        assert_eq!(close("standard", candidates), ["standard", "standards", "standart", "standarts"]);
        let many: Vec<String> = ('a'..='z').map(|letter| format!("dat{letter}")).collect();
        assert_eq!(close("dataa", many.iter().map(String::as_str)), ["data"]);
        assert_eq!(close("datx", many.iter().map(String::as_str)).len(), MAX_CLOSE);
    }

    #[test]
    fn odd_words_are_no_mistake() {
        let long = "x".repeat(100_000);
        for odd in ["\0", "$$$$", "\u{301}\u{301}\u{301}\u{301}", "👩‍🚀👩‍🚀", "½", "日本日本", long.as_str()]
        {
            assert!(trigrams(odd).len() <= 66);
            assert!(close("standard", [odd]).is_empty());
            assert!(close(odd, ["standard"]).is_empty());
        }
    }
}
