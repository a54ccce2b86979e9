//! Words of Specref: dates, statuses, addresses.

use serde_json::Value;

use crate::record::StandardStatus;
use crate::text;

/// A date as people write it: "2014-10-28", "20170131", "9 November 2004", "July 13, 2004", "July 2011", "2012". None
/// where more is said, or less.
pub fn date(written: &str) -> Option<String> {
    let written = written.trim();
    if let Some(date) = text::date(written) {
        return Some(date);
    }
    if written.len() == 8 && written.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, rest) = written.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return text::date(&format!("{year}-{month}-{day}"));
    }
    let words: Vec<&str> = written
        .split(|character: char| character.is_whitespace() || character == ',')
        .filter(|word| !word.is_empty())
        .take(4)
        .collect();
    let month = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        text::MONTHS
            .iter()
            .position(|month| *month == word || word.len() >= 3 && word.len() <= 4 && month.starts_with(&word))
            .map(|place| place + 1)
    };
    let date = match words.as_slice() {
        [month_word, year] => format!("{year}-{:02}", month(month_word)?),
        [first, second, year] => {
            let (day, month) = match (month(first), month(second)) {
                (None, Some(month)) => (first, month),
                (Some(month), None) => (second, month),
                _ => return None,
            };
            format!("{year}-{month:02}-{day:0>2}")
        }
        _ => return None,
    };
    text::date(&date)
}

/// How far a document has come, by the many words for it.
pub fn status(word: &str) -> Option<StandardStatus> {
    let word = word.to_lowercase();
    let exact = match word.as_str() {
        // W3C
        "rec" | "note" | "stmt" | "reg" | "tag finding" | "informational" | "experimental" => StandardStatus::Published,
        "wd" | "lcwd" | "fpwd" | "cr" | "crd" | "pr" | "per" | "ed" | "cg-draft" | "dnote" | "on approval" => {
            StandardStatus::UnderDevelopment
        }
        "ret" | "rscnd" | "obsl" | "historical" | "retired" => StandardStatus::Withdrawn,
        "spsd" => StandardStatus::Superseded,
        "deleted" => StandardStatus::Cancelled,
        _ => return in_words(&word),
    };
    Some(exact)
}

fn in_words(word: &str) -> Option<StandardStatus> {
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["superseded", "replaced"]) {
        Some(StandardStatus::Superseded)
    } else if has(&["withdrawn", "discontinued", "retired", "rescinded", "obsolete"]) {
        Some(StandardStatus::Withdrawn)
    } else if has(&["draft", "in progress", "proposal", "under development", "candidate", "proposed", "committee"]) {
        Some(StandardStatus::UnderDevelopment)
    } else if has(&[
        "standard",
        "recommendation",
        "published",
        "final",
        "in force",
        "living",
        "approved",
        "release",
        "technical report",
        "technical note",
        "note",
        "statement",
        "registry",
    ]) {
        Some(StandardStatus::Published)
    } else {
        None
    }
}

/// Whether it is a book or an article rather than a document of a standards body.
pub fn is_literature(publisher: &str, value: &Value) -> bool {
    let publisher = publisher.to_lowercase();
    value.get("isbn").is_some()
        || value.get("pages").is_some()
        || [
            "addison wesley",
            "addison-wesley",
            "prentice",
            "wiley",
            "journal",
            "conference",
            "proceedings",
            "press",
            "saqi books",
            "o'reilly",
            "springer",
            "acm",
            "hartley",
            "peters limited",
            "issue no.",
            "iswc",
            "workshop",
            "mathematical society",
            "manning",
            "elsevier",
        ]
        .iter()
        .any(|word| has_word(&publisher, word))
}

/// Whether a word, or several, stands in a text in small letters, with no letter before or behind it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(char::is_alphabetic) && !behind.is_some_and(char::is_alphabetic)
    })
}

/// Whether all that a publisher has in these files is in English.
pub fn is_english(publisher: &str) -> bool {
    ["W3C", "WHATWG", "WICG", "WG21", "ETSI", "ISO", "ISO/IEC", "IETF", "Unicode Consortium"].contains(&publisher)
}
