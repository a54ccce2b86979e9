//! Which standards a text cites, and how far it says that they have come.

use std::collections::HashMap;

use super::text::Block;
use crate::record::{Cited, StandardStatus};

/// Who numbers standards as "BODY \[type\] number".
const BODIES: &[&str] =
    &["ISO", "IEC", "IEEE", "CENELEC", "CEN", "CLC", "EN", "ANSI", "DIN", "BS", "ASTM", "JIS", "OGC", "IWA", "FIPS"];

/// Kinds of documents in their numbers.
const TYPES: &[&str] = &[
    "TR", "TS", "PAS", "ISP", "SR", "TTA", "Guide", "GUIDE", "DIS", "FDIS", "CD", "CDV", "WD", "AWI", "DTR", "DTS",
    "PRF", "Std", "SP", "STD",
];

/// A standard in a text: where its identifier begins and ends, and the identifier without stray blanks.
#[derive(Debug, PartialEq)]
struct Found {
    start: usize,
    end: usize,
    identifier: String,
}

/// Whether the text cites a standard by its identifier.
pub fn any(text: &str) -> bool {
    !find(text).is_empty()
}

/// The standards that the blocks cite, each once, in their order. The status is told by the text; a standard without
/// a word on it has none yet.
pub fn cited(blocks: &[Block]) -> Vec<Cited> {
    let mut all: Vec<Cited> = Vec::new();
    let mut places = HashMap::new();
    // What a paragraph that announces a list says holds for the items.
    let mut announced = None;
    for block in blocks {
        let text = block.text();
        let mut carried = if matches!(block, Block::Item(_)) { announced } else { None };
        let is_item = carried.is_some();
        for sentence in sentences(text) {
            let said = sentence_statuses(sentence, &mut carried, is_item);
            for (identifier, status) in said {
                let place = *places.entry(identifier.clone()).or_insert(all.len());
                match all.get_mut(place) {
                    Some(cited) => cited.status = both(cited.status, status),
                    None => all.push(Cited { identifier, title: None, status }),
                }
            }
        }
        if !matches!(block, Block::Item(_)) {
            announced = carried.filter(|_| text.ends_with(':'));
        }
    }
    all
}

/// What two places say of one standard: a word on its status against none wins, and two different words leave it
/// unknown.
pub fn both(one: Option<StandardStatus>, other: Option<StandardStatus>) -> Option<StandardStatus> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(StandardStatus::Unknown),
        _ => one.or(other),
    }
}

/// The sentences of a paragraph. A full stop within parentheses or after an abbreviation ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut begin, mut depth) = (0_usize, 0_i32);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '(' => depth += 1,
            ')' => depth = (depth - 1).max(0),
            '.' | '!' | '?' if depth == 0 => {
                if characters.peek().is_some_and(|(_, next)| !next.is_whitespace()) {
                    continue;
                }
                let said = text.get(begin..at).unwrap_or_default();
                let word = said.rsplit(|other: char| other.is_whitespace() || other == '(').next().unwrap_or_default();
                let abbreviated = ["e.g", "i.e", "no", "nos", "rec", "cf", "vs", "etc", "st"]
                    .contains(&word.to_ascii_lowercase().as_str());
                if !abbreviated {
                    out.push(text.get(begin..=at).unwrap_or_default());
                    begin = at + 1;
                }
            }
            _ => {}
        }
    }
    out.push(text.get(begin..).unwrap_or_default());
    out.retain(|sentence| !sentence.trim().is_empty());
    out
}

/// A word on the status of standards, at a place of a sentence.
struct Word {
    start: usize,
    end: usize,
    status: StandardStatus,
}

const WORDS: &[(&str, StandardStatus)] = &[
    ("under development", StandardStatus::UnderDevelopment),
    ("in development", StandardStatus::UnderDevelopment),
    ("being developed", StandardStatus::UnderDevelopment),
    ("is developing", StandardStatus::UnderDevelopment),
    ("are developing", StandardStatus::UnderDevelopment),
    ("currently developing", StandardStatus::UnderDevelopment),
    ("under preparation", StandardStatus::UnderDevelopment),
    ("in preparation", StandardStatus::UnderDevelopment),
    ("to be published", StandardStatus::UnderDevelopment),
    ("forthcoming", StandardStatus::UnderDevelopment),
    ("published", StandardStatus::Published),
    ("superseded", StandardStatus::Superseded),
    ("replaced by", StandardStatus::Superseded),
    ("withdrawn", StandardStatus::Withdrawn),
    ("cancelled", StandardStatus::Cancelled),
];

/// Words that may stand between a standard and the word on its status that comes behind it.
const FILLERS: &[&str] = &[
    "which",
    "that",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "been",
    "currently",
    "still",
    "now",
    "since",
    "both",
    "also",
    "all",
    "already",
    "recently",
    "first",
    "standard",
    "standards",
    "and",
    "presently",
    "be",
    "will",
];

/// How a sentence begins that goes on with what the one before it spoke of.
const CARRIERS: &[&str] = &[
    "these include",
    "these are",
    "these cover",
    "they include",
    "they are",
    "they cover",
    "those include",
    "this includes",
    "examples",
    "among them",
    "among these",
    "for example",
    "for instance",
    "such as",
];

/// Each standard of a sentence with what is said of its status. `carried` is what the sentence before it said of
/// standards in general, and becomes what this one says.
fn sentence_statuses(
    sentence: &str,
    carried: &mut Option<StandardStatus>,
    is_item: bool,
) -> Vec<(String, Option<StandardStatus>)> {
    let found = find(sentence);
    let words = words(sentence);
    let lower = sentence.trim_start().to_ascii_lowercase();
    let inherited = carried.filter(|_| is_item || CARRIERS.iter().any(|carrier| lower.starts_with(carrier)));
    let mut used = vec![false; words.len()];
    let mut statuses: Vec<Option<StandardStatus>> = vec![None; found.len()];
    // Behind a standard, or behind the last of several: "A and B are under development".
    for (index, one) in found.iter().enumerate() {
        let follows = found.get(index + 1).map_or(usize::MAX, |next| next.start);
        let at = words.partition_point(|word| word.start < one.end);
        let Some(word) = words.get(at).filter(|word| word.start < follows) else { continue };
        if !only(sentence.get(one.end..word.start).unwrap_or_default(), FILLERS) {
            continue;
        }
        if let Some(flag) = used.get_mut(at) {
            *flag = true;
        }
        let mut member = index;
        loop {
            if let Some(status) = statuses.get_mut(member) {
                *status = Some(word.status);
            }
            let Some(before) = member.checked_sub(1) else { break };
            let joined = match (found.get(before), found.get(member)) {
                (Some(before), Some(this)) => sentence.get(before.end..this.start).unwrap_or_default(),
                _ => break,
            };
            if !only(joined, &["and", "or", "as", "well", "both"]) {
                break;
            }
            member = before;
        }
    }
    // Before a standard, for all that follow.
    let mut before = words.iter().zip(&used).filter(|(_, used)| !**used).map(|(word, _)| word).peekable();
    let mut last = inherited;
    for (one, status) in found.iter().zip(&mut statuses) {
        while let Some(word) = before.next_if(|word| word.end <= one.start) {
            last = Some(word.status);
        }
        *status = status.or(last);
    }
    let general = words.iter().zip(&used).rfind(|(_, used)| !**used).map(|(word, _)| word.status);
    if !is_item {
        *carried = general.or(inherited);
    }
    found.into_iter().map(|one| one.identifier).zip(statuses).collect()
}

/// Whether nothing but these words and marks that part no sentence is in the text.
fn only(text: &str, allowed: &[&str]) -> bool {
    !text.contains([';', '.', ':'])
        && text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .all(|word| allowed.contains(&word.to_ascii_lowercase().as_str()))
}

/// The words on status, in order. "Published or in development" is one, and says that it is not known which.
fn words(sentence: &str) -> Vec<Word> {
    let lower = sentence.to_ascii_lowercase();
    let mut all: Vec<Word> = Vec::new();
    for (phrase, status) in WORDS {
        for (start, _) in lower.match_indices(phrase) {
            let end = start + phrase.len();
            let bounded = |character: Option<char>| character.is_none_or(|character| !character.is_alphanumeric());
            if bounded(lower.get(..start).and_then(|before| before.chars().next_back()))
                && bounded(lower.get(end..).and_then(|after| after.chars().next()))
            {
                all.push(Word { start, end, status: *status });
            }
        }
    }
    // The longer phrase is meant where one holds the other: "to be published".
    all.sort_by_key(|word| (word.end, word.start));
    all.dedup_by_key(|word| word.end);
    all.sort_by_key(|word| word.start);
    let mut out: Vec<Word> = Vec::with_capacity(all.len());
    for word in all {
        match out.last_mut() {
            Some(last)
                if last.status != word.status
                    && lower
                        .get(last.end..word.start)
                        .is_some_and(|between| only(between, &["and", "or", "currently", "still"])) =>
            {
                last.end = word.end;
                last.status = StandardStatus::Unknown;
            }
            _ => out.push(word),
        }
    }
    out
}

/// The identifiers in a text.
fn find(text: &str) -> Vec<Found> {
    let mut out = Vec::new();
    let mut before = None;
    let mut resume = 0;
    for (at, character) in text.char_indices() {
        let begins = at >= resume
            && character.is_ascii_alphanumeric()
            && before.is_none_or(|other: char| !other.is_alphanumeric() && !matches!(other, '-' | '/' | '.' | '_'));
        before = Some(character);
        if !begins {
            continue;
        }
        let mut scan = Scan { rest: text.get(at..).unwrap_or_default(), identifier: String::new() };
        if scan.standard() && scan.ends() {
            let end = text.len() - scan.rest.len();
            out.push(Found { start: at, end, identifier: scan.identifier });
            resume = end;
        }
    }
    out
}

/// Reads an identifier from where a text stands. Each part says whether it was there; then it is taken.
#[derive(Clone)]
struct Scan<'a> {
    rest: &'a str,
    identifier: String,
}

impl Scan<'_> {
    fn standard(&mut self) -> bool {
        self.try_take(Self::recommendation)
            || self.try_take(Self::ecma)
            || self.try_take(Self::rfc)
            || self.try_take(Self::etsi)
            || self.try_take(Self::numbered)
    }

    /// Whether the identifier may end here.
    fn ends(&self) -> bool {
        let mut rest = self.rest.chars();
        match rest.next() {
            None => true,
            Some(',' | '.') => !rest.next().is_some_and(|next| next.is_ascii_digit()),
            Some('%') => false,
            Some(next) => !next.is_alphanumeric(),
        }
    }

    fn try_take(&mut self, take: impl Fn(&mut Self) -> bool) -> bool {
        let mut attempt = self.clone();
        let taken = take(&mut attempt);
        if taken {
            *self = attempt;
        }
        taken
    }

    /// Takes the text as it stands.
    fn literal(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                self.identifier.push_str(text);
                true
            }
            None => false,
        }
    }

    /// Takes the word, which must end there.
    fn word(&mut self, word: &str) -> bool {
        self.try_take(|scan| {
            scan.literal(word) && scan.rest.chars().next().is_none_or(|next| !next.is_ascii_alphabetic())
        })
    }

    /// Passes over blanks.
    fn blank(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let taken = rest.len() < self.rest.len();
        self.rest = rest;
        taken
    }

    fn digits(&mut self, least: usize, most: usize) -> usize {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if count < least || count > most {
            return 0;
        }
        let (digits, rest) = self.rest.split_at_checked(count).unwrap_or(("", self.rest));
        self.identifier.push_str(digits);
        self.rest = rest;
        count
    }

    /// "ITU-T X.509", also "ITU-T Recommendation X.509", which is the same.
    fn recommendation(&mut self) -> bool {
        if !(self.literal("ITU-T") || self.literal("ITU-R")) || !self.blank() {
            return false;
        }
        for word in ["Recommendations", "Recommendation", "Rec."] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                self.blank();
                break;
            }
        }
        self.identifier.push(' ');
        let series = self.rest.bytes().take_while(u8::is_ascii_uppercase).count();
        if series == 0 || series > 3 {
            return false;
        }
        let (letters, rest) = self.rest.split_at_checked(series).unwrap_or(("", self.rest));
        self.identifier.push_str(letters);
        self.rest = rest;
        if !self.literal(".") || self.digits(1, 5) == 0 {
            return false;
        }
        while self.try_take(|scan| (scan.literal(".") || scan.literal("-")) && scan.digits(1, 4) > 0) {}
        true
    }

    /// "ECMA-262", "ECMA TR/104"
    fn ecma(&mut self) -> bool {
        (self.literal("ECMA") || self.literal("Ecma"))
            && (self.try_take(|scan| scan.literal("-") && scan.digits(1, 4) > 0)
                || self.try_take(|scan| scan.literal(" TR/") && scan.digits(1, 4) > 0))
    }

    /// "RFC 9110", "RFC9110"
    fn rfc(&mut self) -> bool {
        if !self.literal("RFC") {
            return false;
        }
        if self.blank() {
            self.identifier.push(' ');
        }
        self.digits(1, 5) > 0
    }

    /// "ETSI EN 303 645", "3GPP TS 23.501", "NIST SP 800-53"
    fn etsi(&mut self) -> bool {
        let Some(body) = ["ETSI", "3GPP", "NIST"].into_iter().find(|body| self.word(body)) else { return false };
        if !self.blank() {
            return false;
        }
        self.identifier.push(' ');
        let types: &[&str] = match body {
            "ETSI" => &["EN", "TS", "TR", "ES", "EG", "SR", "GS", "GR"],
            "3GPP" => &["TS", "TR"],
            _ => &["SP", "FIPS", "IR"],
        };
        if !types.iter().any(|name| self.word(name)) || !self.blank() {
            return false;
        }
        self.identifier.push(' ');
        if self.digits(1, 4) == 0 {
            return false;
        }
        match body {
            // Its numbers are written in groups.
            "ETSI" => {
                self.try_take(|scan| {
                    scan.blank() && {
                        scan.identifier.push(' ');
                        scan.digits(3, 3) > 0
                    }
                });
                self.parts(false);
            }
            _ => self.parts(false),
        }
        true
    }

    /// "ISO/IEC TR 24028", "IEC 62443", "ISO/IEC/IEEE 8802-A", "IEEE 802.11": the blanks that strayed into it are
    /// left out where it can be nothing else.
    fn numbered(&mut self) -> bool {
        if !self.body() {
            return false;
        }
        let mut joint = false;
        while self.try_take(|scan| {
            scan.blank();
            scan.literal("/") && {
                scan.blank();
                scan.body()
            }
        }) {
            joint = true;
        }
        // "ISO/TR 23455" or "ISO/IEC TR 24028".
        let mut kind = false;
        while self.try_take(|scan| {
            let slash = scan.try_take(|scan| {
                scan.blank();
                scan.literal("/")
            });
            if !scan.blank() && !slash {
                return false;
            }
            if !slash {
                scan.identifier.push(' ');
            }
            TYPES.iter().any(|name| scan.word(name))
        }) {
            kind = true;
        }
        if !self.blank() {
            return false;
        }
        self.identifier.push(' ');
        // The projects of IEEE.
        if self.identifier == "IEEE " {
            self.literal("P");
        }
        let first = self.digits(1, 6);
        if first == 0 {
            return false;
        }
        let before = self.identifier.len();
        // "19 944": thousands.
        if first < 3 {
            self.try_take(|scan| {
                scan.blank() && scan.digits(3, 3) > 0 && !scan.rest.starts_with(|next: char| next.is_alphanumeric())
            });
        }
        self.parts(true);
        let more = self.identifier.len() > before;
        first > 2 || more || kind || joint || self.identifier.starts_with("IWA ")
    }

    fn body(&mut self) -> bool {
        if BODIES.iter().any(|body| self.word(body)) {
            return true;
        }
        // "IS O/IEC"
        let Some(rest) = self.rest.strip_prefix("IS O") else { return false };
        let strayed = rest.trim_start().starts_with('/') || {
            let number = rest.trim_start();
            number.len() < rest.len() && number.starts_with(|next: char| next.is_ascii_digit())
        };
        if strayed {
            self.rest = rest;
            self.identifier.push_str("ISO");
        }
        strayed
    }

    /// "-1", "-A", ".2", ":2022", "/Amd 1:2020"
    fn parts(&mut self, stray_blanks: bool) {
        while self.try_take(|scan| {
            if stray_blanks && scan.rest.trim_start().starts_with('-') {
                scan.blank();
            }
            if scan.literal("-") {
                return scan.digits(1, 4) > 0 && !scan.rest.starts_with(|next: char| next.is_alphabetic())
                    || scan.letter();
            }
            scan.literal(".") && scan.digits(1, 3) > 0
        }) {}
        self.try_take(|scan| {
            scan.literal(":") && scan.digits(4, 4) > 0 && {
                scan.try_take(|scan| scan.literal("-") && scan.digits(2, 2) > 0);
                true
            }
        });
        while self.try_take(|scan| {
            scan.literal("/") && ["Amd", "AMD", "Cor", "COR", "Add", "Suppl"].iter().any(|name| scan.word(name)) && {
                if scan.blank() {
                    scan.identifier.push(' ');
                }
                scan.digits(1, 2) > 0 && {
                    scan.try_take(|scan| scan.literal(":") && scan.digits(4, 4) > 0);
                    true
                }
            }
        }) {}
    }

    /// A part that is a capital letter: "8802-A".
    fn letter(&mut self) -> bool {
        let mut rest = self.rest.chars();
        let Some(letter) = rest.next().filter(char::is_ascii_uppercase) else { return false };
        if rest.next().is_some_and(char::is_alphanumeric) {
            return false;
        }
        self.identifier.push(letter);
        self.rest = rest_of(self.rest);
        true
    }
}

/// All but the first character.
fn rest_of(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

#[cfg(test)]
mod tests {
    use StandardStatus::{Published, UnderDevelopment, Unknown, Withdrawn};

    use super::*;

    fn identifiers(text: &str) -> Vec<String> {
        find(text).into_iter().map(|found| found.identifier).collect()
    }

    fn statuses(text: &str) -> Vec<Option<StandardStatus>> {
        cited(&[Block::Paragraph(text.into())]).into_iter().map(|cited| cited.status).collect()
    }

    #[test]
    fn identifiers_are_kept_as_written() {
        for identifier in [
            "ISO 99001",
            "ISO/IEC 99001-2",
            "ISO/IEC TR 99001-2-1",
            "ISO/TR 99001.2",
            "ISO/IEC/IEEE 9902-A",
            "ISO/IEC 99001:2031",
            "ISO 99001:2031/Amd 1:2032",
            "IEC 99001",
            "ISO/IEC Guide 99",
            "IEEE 802.99",
            "ITU-T X.9009",
            "ECMA-9999",
            "ECMA TR/999",
            "RFC 99999",
            "RFC99999",
            "ETSI EN 999 645",
            "3GPP TS 99.501",
            "NIST SP 999-53",
            "ISO/IEC 99123-2.2",
            "EN 99549",
        ] {
            assert_eq!(
                identifiers(&format!("It is told in {identifier}, which (see {identifier}) is new.")),
                [identifier, identifier]
            );
        }
    }

    #[test]
    fn stray_blanks_in_identifiers_are_mended() {
        assert_eq!(
            identifiers("ISO/ IEC 99086-1, IS O/IEC 99149 and ISO/IEC 99 944 -1"),
            ["ISO/IEC 99086-1", "ISO/IEC 99149", "ISO/IEC 99944-1"]
        );
        assert_eq!(identifiers("ISO/ IEC TR 99475 and ISO / TR 99475"), ["ISO/IEC TR 99475", "ISO/TR 99475"]);
        // Here the blank may mean something.
        assert_eq!(identifiers("ISO 99944 200 times, ISO 99001 - 1 more"), ["ISO 99944", "ISO 99001"]);
    }

    #[test]
    fn bodies_committees_and_figures_are_no_standards() {
        for text in [
            "ISO has 165 members",
            "ISO/IEC JTC 1/SC 99",
            "ISO/TC 999",
            "ISO 22,000 standards",
            "the ISO 3 pillars",
            "VISO 99001",
            "ISO 99001x",
            "Ecma TC99",
            "the ETSI 100",
            "IEC 99% of",
            "ITU-T Study Group 17",
        ] {
            assert_eq!(identifiers(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_status_holds_for_what_comes_behind_it() {
        assert_eq!(
            statuses(
                "ISO 99001 is about apples. Standards under development include pears (ISO 99002) and plums (ISO 99003). Also ISO 99004."
            ),
            [None, Some(UnderDevelopment), Some(UnderDevelopment), None]
        );
        assert_eq!(
            statuses("It has published three: ISO 99001, ISO 99002. Ten are in development. These include ISO 99003."),
            [Some(Published), Some(Published), Some(UnderDevelopment)]
        );
    }

    #[test]
    fn a_status_behind_standards_holds_for_them_alone() {
        assert_eq!(
            statuses(
                "ISO 99001 and ISO 99002, currently under development, go with ISO 99003; ISO 99004 was withdrawn."
            ),
            [Some(UnderDevelopment), Some(UnderDevelopment), None, Some(Withdrawn)]
        );
    }

    #[test]
    fn published_or_in_development_is_unknown() {
        assert_eq!(statuses("Forty are either published or in development (e.g. ISO 99001)."), [Some(Unknown)]);
        assert_eq!(statuses("It has some, both in development and published, such as ISO 99001."), [Some(Unknown)]);
    }

    #[test]
    fn a_text_that_contradicts_itself_leaves_the_status_unknown() {
        assert_eq!(statuses("Published: ISO 99001. ISO 99002. Under development: ISO 99001."), [Some(Unknown), None]);
    }

    #[test]
    fn what_announces_a_list_holds_for_its_items() {
        let blocks = [
            Block::Paragraph("Standards in development:".into()),
            Block::Item("ISO 99001".into()),
            Block::Item("ISO 99002".into()),
            Block::Paragraph("And ISO 99003.".into()),
        ];
        let statuses: Vec<_> = cited(&blocks).into_iter().map(|cited| cited.status).collect();
        assert_eq!(statuses, [Some(UnderDevelopment), Some(UnderDevelopment), None]);
    }
}
