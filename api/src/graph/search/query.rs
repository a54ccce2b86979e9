//! Queries as people type them: words, "phrases" and -exclusions. Nothing else has a meaning, so that no text is a
//! mistake, and whatever a database would take for an operator never reaches it.

use std::collections::{HashMap, HashSet};

use super::word::{Language, letters, stem, with_z, words};

/// Longest query, in characters.
pub const MAX_CHARACTERS: usize = 1_000;

/// Most different words of a query.
pub const MAX_WORDS: usize = 64;

/// Words that say little alone, in English and French, and what elision leaves of them: left out where something
/// else is asked for.
const STOP_WORDS: [&str; 20] = [
    "the", "of", "and", "a", "an", "in", "on", "for", "to", "by", "at", "de", "la", "le", "les", "des", "du", "et",
    "l", "d",
];

/// The quotes: one opens a phrase, and the next of the same kind closes it.
const QUOTES: [&[char]; 2] = [&['"', '“', '”'], &['«', '»']];

/// The beginnings of British ends while they are typed.
const UNFINISHED_BRITISH_ENDS: [&str; 10] =
    ["is", "isa", "isat", "isati", "isatio", "ise", "ised", "ises", "isi", "isin"];

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// What a record must hold, all of it. Where it is empty the query finds nothing.
    pub terms: Vec<Term>,
    /// What a record must not hold, any of it.
    pub without: Vec<Term>,
    text: String,
}

/// A word, or the words of a phrase in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Term {
    /// At least one.
    pub words: Vec<Form>,
}

/// A word of a query: it matches a stored word of which the stem or the plain form is among its stems, or begins with
/// one of its prefixes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Form {
    /// As words are compared: see [`plain`](super::word::plain).
    pub plain: String,
    /// Its stem in every language, and itself.
    pub stems: Vec<String>,
    /// Empty unless the word may still be typed.
    pub prefixes: Vec<String>,
}

impl Form {
    fn of(plain: String) -> Self {
        let mut stems = Vec::new();
        add_stems(&mut stems, &plain);
        Self { plain, stems, prefixes: Vec::new() }
    }

    /// Whether it matches a stored word with this stem.
    fn matches(&self, plain: &str, stem: &str) -> bool {
        self.stems.iter().any(|own| own == stem || own == plain)
            || self.prefixes.iter().any(|prefix| stem.starts_with(prefix) || plain.starts_with(prefix))
    }
}

/// Adds what the word may be stored as in any language.
fn add_stems(stems: &mut Vec<String>, plain: &str) {
    for language in [Language::English, Language::French, Language::Other] {
        let stem = stem(plain, language);
        if !stems.contains(&stem) {
            stems.push(stem);
        }
    }
}

impl Query {
    /// The text as it was typed, trimmed, with a blank for every control character.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it asks for nothing, and so finds nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The query with the words that may have been meant by those typed. Phrases stay as they are: quotes ask for
    /// exactly that.
    pub fn widened(&self, near: &HashMap<String, Vec<String>>) -> Self {
        let mut query = self.clone();
        for term in &mut query.terms {
            if let [form] = term.words.as_mut_slice()
                && let Some(words) = near.get(&form.plain)
            {
                for word in words {
                    add_stems(&mut form.stems, word);
                }
            }
        }
        query
    }

    /// Whether a word of a text in this language is one that the query asks for, alone or in a phrase.
    pub fn matches_word(&self, plain: &str, language: Language) -> bool {
        let stem = stem(plain, language);
        self.terms.iter().flat_map(|term| &term.words).any(|form| form.matches(plain, &stem))
    }
}

/// Reads a query: every text is one.
///
/// # Errors
/// Only where there is too much of it: the sentence says how much.
pub fn parse(text: &str) -> Result<Query, String> {
    let characters = text.chars().count();
    if characters > MAX_CHARACTERS {
        return Err(format!("holds {characters} characters: {MAX_CHARACTERS} at most"));
    }
    let text: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let text = text.trim().to_owned();
    let mut read = Read::default();
    for part in parts(&text) {
        read.add(&part);
    }
    let words = read.distinct_words();
    if words > MAX_WORDS {
        return Err(format!("holds {words} different words: {MAX_WORDS} at most"));
    }
    read.widen_last();
    read.leave_out_stop_words();
    let terms = read.terms.into_iter().map(|(term, _)| term).collect();
    Ok(Query { terms, without: read.without, text })
}

/// A part of the text: what stands in quotes, or what stands between blanks and quotes.
struct Part<'a> {
    text: &'a str,
    quoted: bool,
    excluded: bool,
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut after_blank = true;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
            after_blank = true;
            continue;
        }
        let excluded = after_blank && excludes(rest);
        let body = if excluded { &rest[first.len_utf8()..] } else { rest };
        let (text, after) = quoted(body).unwrap_or_else(|| unquoted(body));
        parts.push(Part { text, quoted: quoted(body).is_some(), excluded });
        rest = after;
        after_blank = false;
    }
    parts
}

/// Whether the text begins with a minus that belongs to what follows it.
fn excludes(text: &str) -> bool {
    let mut characters = text.chars();
    matches!(characters.next(), Some('-' | '−'))
        && characters
            .next()
            .is_some_and(|next| next.is_alphanumeric() || QUOTES.iter().any(|quotes| quotes.contains(&next)))
}

/// What stands in the quotes with which the text begins, and what follows them. A quote that nothing closes is none.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let quotes = QUOTES.iter().find(|quotes| quotes.contains(&first))?;
    text[first.len_utf8()..].split_once(*quotes)
}

/// The first character, with what follows it up to a blank or a phrase, and the rest.
fn unquoted(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .skip(1)
        .find(|(position, character)| character.is_whitespace() || quoted(&text[*position..]).is_some());
    text.split_at(end.map_or(text.len(), |(position, _)| position))
}

/// What has been read of a query.
#[derive(Default)]
struct Read {
    /// The terms, and whether each was in quotes.
    terms: Vec<(Term, bool)>,
    without: Vec<Term>,
    /// The last word and its letters as typed, unless a phrase follows: it may still be typed.
    last: Option<(String, String)>,
}

impl Read {
    fn add(&mut self, part: &Part<'_>) {
        let words: Vec<_> = words(part.text).collect();
        let forms = words.iter().map(|word| Form::of(word.plain.clone()));
        let Some(last) = words.last() else { return };
        if part.excluded {
            // What was typed as one word is excluded as one: "-rfc9110" leaves other documents numbered 9110.
            let term = Term { words: forms.collect() };
            if !self.without.contains(&term) {
                self.without.push(term);
            }
        } else if part.quoted {
            self.last = None;
            self.add_term(Term { words: forms.collect() }, true);
        } else {
            let typed = part.text.get(last.start..last.end).map(letters);
            self.last = typed.map(|letters| (last.plain.clone(), letters));
            forms.for_each(|form| self.add_term(Term { words: vec![form] }, false));
        }
    }

    fn add_term(&mut self, term: Term, quoted: bool) {
        match self.terms.iter_mut().find(|(other, _)| *other == term) {
            // With and without quotes, what the quotes ask for holds.
            Some((_, was_quoted)) => *was_quoted |= quoted,
            None => self.terms.push((term, quoted)),
        }
    }

    fn distinct_words(&self) -> usize {
        let terms = self.terms.iter().map(|(term, _)| term).chain(&self.without);
        terms.flat_map(|term| &term.words).map(|form| form.plain.as_str()).collect::<HashSet<_>>().len()
    }

    /// Lets the last word match what begins with it.
    fn widen_last(&mut self) {
        let Some((plain, letters)) = &self.last else { return };
        for (term, quoted) in &mut self.terms {
            if let [form] = term.words.as_mut_slice()
                && !*quoted
                && form.plain == *plain
            {
                form.prefixes = prefixes(letters, plain);
            }
        }
    }

    fn leave_out_stop_words(&mut self) {
        let says_something = |(term, quoted): &(Term, bool)| *quoted || !is_stop_word(term);
        if self.terms.iter().any(says_something) {
            self.terms.retain(says_something);
        }
    }
}

fn is_stop_word(term: &Term) -> bool {
    let [form] = term.words.as_slice() else { return false };
    STOP_WORDS.contains(&form.plain.as_str())
}

/// How stored words begin that begin as typed. Those in British spelling are stored in the American one, but only
/// once their end is there: "organisa" begins "organization", while "promise" begins both "promizes" and "promisee".
fn prefixes(letters: &str, plain: &str) -> Vec<String> {
    let mut prefixes = vec![plain.to_owned()];
    for other in [with_z(letters, &UNFINISHED_BRITISH_ENDS), Some(letters.to_owned())].into_iter().flatten() {
        if !prefixes.contains(&other) {
            prefixes.push(other);
        }
    }
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::search::word::tokens;

    fn shown(terms: &[Term]) -> String {
        let form = |form: &Form| format!("{}{}", form.plain, if form.prefixes.is_empty() { "" } else { "*" });
        let term = |term: &Term| term.words.iter().map(form).collect::<Vec<_>>().join("+");
        terms.iter().map(term).collect::<Vec<_>>().join(" ")
    }

    /// Whether a stored text matches, as the databases decide it.
    fn finds(query: &str, text: &str, language: Language) -> bool {
        let query = parse(query).unwrap();
        let stored = tokens([(text, language)]);
        let stored: Vec<&str> = stored.split_whitespace().collect();
        let matches = |term: &Term| {
            stored
                .windows(term.words.len())
                .any(|part| term.words.iter().zip(part).all(|(form, word)| form.matches(word, word)))
        };
        !query.is_empty() && query.terms.iter().all(matches) && !query.without.iter().any(matches)
    }

    #[test]
    fn queries_are_read() {
        for (text, terms, without) in [
            ("data governance", "data governance*", ""),
            ("\"data governance\" act", "data+governance act*", ""),
            ("act “data governance”", "act data+governance", ""),
            ("«data governance» \"act\"", "data+governance act", ""),
            ("act \"data governance", "act data governance*", ""),
            ("5\" pipe", "5 pipe*", ""),
            ("\"a«b\" c»x", "a+b c x*", ""),
            ("x\"y z\"w", "x y+z w*", ""),
            ("data -cloud", "data*", "cloud"),
            ("data -\"cloud computing\" −rfc9110", "data*", "cloud+computing rfc+9110"),
            ("-cloud", "", "cloud"),
            ("data -\"cloud", "data*", "cloud"),
            ("data - cloud --edge data-set (-fog)", "data cloud edge set fog*", ""),
            ("e-commerce ISO 19944-1", "e commerce iso 19944 1*", ""),
            ("\"x\"-y", "x y*", ""),
            ("rfc9110", "rfc 9110*", ""),
            ("data Data DATA -x -X", "data*", "x"),
            ("data act data", "data* act", ""),
            ("\"data\" data", "data", ""),
            ("\"data act\" \"Data Act\"", "data+act", ""),
            ("AND OR NOT NEAR(a b, 2) x* col:y ^z {w} +v ~u & | ! < >", "or not near b 2 x col y z w v u*", ""),
            ("the law of the sea", "law sea*", ""),
            ("cyber of", "cyber", ""),
            ("the of", "the of*", ""),
            ("\"the\" law", "the law*", ""),
            ("the -law", "the*", "law"),
            ("law -the", "law*", "the"),
            ("Côte d’Ivoire", "cote ivoire*", ""),
            ("data \"\" -\"\" …", "data*", ""),
            ("a\0b\nc", "b c*", ""),
            ("", "", ""),
        ] {
            let query = parse(text).unwrap();
            assert_eq!((shown(&query.terms).as_str(), shown(&query.without).as_str()), (terms, without), "{text}");
            assert_eq!(query.is_empty(), terms.is_empty());
        }
    }

    #[test]
    fn forms_hold_every_stem() {
        let query = parse("normes").unwrap();
        assert_eq!(query.terms[0].words[0].stems, ["norm", "normes"]);
        let query = parse("standardisation").unwrap();
        assert_eq!(query.terms[0].words[0].stems, ["standard", "standardiz", "standardization"]);
    }

    #[test]
    fn words_being_typed_match_what_they_begin() {
        for (text, prefixes) in [
            ("organ", &["organ"][..]),
            ("organis", &["organis", "organiz"]),
            ("organisa", &["organisa", "organiza"]),
            ("standardisatio", &["standardisatio", "standardizatio"]),
            ("standardisation", &["standardization", "standardisation"]),
            ("promise", &["promize", "promise"]),
            ("revise", &["revise", "revize"]),
            ("his", &["his"]),
            ("9110", &["9110"]),
        ] {
            assert_eq!(parse(text).unwrap().terms[0].words[0].prefixes, prefixes, "{text}");
        }
    }

    #[test]
    fn words_match_texts() {
        let (english, french) = (Language::English, Language::French);
        for (query, text, language) in [
            ("organisation", "Organization", english),
            ("organization chart", "Organisation charts", english),
            ("organisa", "Organization", english),
            ("standardis", "Standardization", english),
            ("standardise x", "Standardization of X", english),
            ("normes x", "la norme x", french),
            ("norme x", "les normes x", french),
            ("\"information security\"", "Information security management", english),
            ("\"securite de l’information\"", "La sécurité de l'information", french),
            ("ISO/IEC 27001", "iso iec27001", Language::Other),
            ("governan", "governance", english),
            ("revise", "revised", english),
            ("data -cloud", "data governance", english),
            ("data -rfc9110", "data 9110", english),
        ] {
            assert!(finds(query, text, language), "{query} {text}");
        }
        for (query, text, language) in [
            ("\"security information\"", "Information security management", english),
            ("\"organisa\"", "Organization", english),
            ("data cloud", "data", english),
            ("data -cloud", "data clouds", english),
            ("data -\"cloud computing\"", "data in cloud computing", english),
            ("-cloud", "data", english),
            ("", "data", english),
        ] {
            assert!(!finds(query, text, language), "{query} {text}");
        }
    }

    #[test]
    fn words_of_texts_are_recognised() {
        let query = parse("\"data governance\" -cloud organis").unwrap();
        for (word, matches) in
            [("data", true), ("governing", true), ("organization", true), ("cloud", false), ("act", false), ("", false)]
        {
            assert_eq!(query.matches_word(word, Language::English), matches, "{word}");
        }
        assert!(!query.matches_word("governing", Language::Other));
    }

    #[test]
    fn typing_errors_widen_words_but_not_phrases() {
        let query = parse("\"cybr security\" cybr data").unwrap();
        let near = HashMap::from([("cybr".to_owned(), vec!["cyber".to_owned(), "cybers".to_owned()])]);
        let widened = query.widened(&near);
        assert_eq!(widened.terms[0], query.terms[0]);
        assert_eq!(widened.terms[1].words[0].stems, ["cybr", "cyber", "cyb", "cybers"]);
        assert_eq!(widened.terms[2], query.terms[2]);
        assert_eq!(query.widened(&HashMap::new()), query);
    }

    #[test]
    fn only_its_size_can_be_wrong() {
        let error = |text: &str| parse(text).unwrap_err();
        assert_eq!(error(&"x".repeat(10_000)), "holds 10000 characters: 1000 at most");
        let words = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(error(&words(65)), "holds 65 different words: 64 at most");
        assert_eq!(error(&format!("{} -x", words(64))), "holds 65 different words: 64 at most");
        assert!(parse(&words(64)).is_ok());
        assert!(parse(&"é ".repeat(500)).is_ok());
    }

    #[test]
    fn every_text_is_a_query() {
        let emoji = "👩‍🚀".repeat(333);
        let minus = "-\"".repeat(500);
        for text in [
            "\0",
            "\0\u{1}\u{7f}\u{85}",
            "\"",
            "“",
            "»",
            "-",
            "--",
            "−",
            "-\"",
            "\"-",
            "\"\"",
            "\"\"\"",
            "-\"\"",
            "- \" -",
            "“\"«»”",
            "'; DROP TABLE standard; --",
            "\" OR 1=1 --",
            "a AND (b OR NOT c) NEAR/3 d:* ^e {f g} + ~ & | ! <-> <",
            "\u{202e}שלום\u{200f} עולם\u{200e}",
            "\u{301}\u{302}",
            "\u{feff}",
            "\u{feff}-x",
            "½",
            "-½",
            "ﬁ",
            "İ",
            "-İ\"é",
            "\u{fdfa}",
            "\u{10ffff}",
            "\\ % _ $1 ?1 :x",
            &emoji,
            &minus,
        ] {
            let query = parse(text).unwrap();
            assert_eq!(parse(query.text()).as_ref(), Ok(&query), "{text}");
            assert!(!query.text().chars().any(char::is_control), "{text}");
            for form in query.terms.iter().chain(&query.without).flat_map(|term| &term.words) {
                let all = form.stems.iter().chain(&form.prefixes).chain([&form.plain]);
                assert!(all.clone().all(|word| word.chars().all(char::is_alphanumeric) && !word.is_empty()), "{text}");
            }
        }
    }

    #[test]
    fn queries_keep_their_text() {
        assert_eq!(parse(" Data \"act\"\0-x\n").unwrap().text(), "Data \"act\" -x");
    }
}
