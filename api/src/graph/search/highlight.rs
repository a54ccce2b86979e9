//! Pieces of a text that show why it was found, as HTML: the words that match are marked, and everything else is
//! escaped.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::query::Query;
use super::word::{Language, Word, words};

/// Most fragments of a text.
const MAX_FRAGMENTS: usize = 3;

/// Longest text that is shown as a whole, in characters.
const MAX_WHOLE_CHARACTERS: usize = 200;

/// Longest part of a longer text, in characters.
const FRAGMENT_CHARACTERS: usize = 160;

/// What a fragment shows before its first match, in characters.
const CHARACTERS_BEFORE: usize = 40;

/// Part of a text with matches in it.
struct Window<'a> {
    start: usize,
    end: usize,
    matches: &'a [Word],
}

/// At most three fragments around what matches, in the order of the text: those with the most different words. A
/// short text is one fragment. None where nothing matches.
pub fn fragments(text: &str, language: Language, query: &Query) -> Vec<String> {
    let text = one_line(text);
    let matches: Vec<Word> = words(&text).filter(|word| query.matches_word(&word.plain, language)).collect();
    if matches.is_empty() {
        return Vec::new();
    }
    if text.chars().nth(MAX_WHOLE_CHARACTERS).is_none() {
        return vec![marked(&text, &Window { start: 0, end: text.len(), matches: &matches })];
    }
    let mut windows = windows(&text, &matches);
    windows.sort_by_cached_key(|window| {
        let plains = window.matches.iter().map(|word| word.plain.as_str());
        Reverse(plains.collect::<HashSet<_>>().len())
    });
    windows.truncate(MAX_FRAGMENTS);
    windows.sort_by_key(|window| window.start);
    windows.iter().map(|window| marked(&text, window)).collect()
}

/// The text with every run of white space and control characters as one blank, and none at its ends.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Parts of the text that do not overlap and hold all matches.
fn windows<'a>(text: &str, mut matches: &'a [Word]) -> Vec<Window<'a>> {
    let mut windows: Vec<Window<'_>> = Vec::new();
    while let Some(first) = matches.first() {
        let earliest = windows.last().map_or(0, |window| window.end);
        let start = start(text, earliest, first);
        let end = end(text, start, first);
        let (inside, after) = matches.split_at(matches.partition_point(|word| word.start < end));
        windows.push(Window { start, end, matches: inside });
        matches = after;
    }
    windows
}

/// Where a window begins whose first match this is: not before `earliest`, and between words if there is a blank.
fn start(text: &str, earliest: usize, first: &Word) -> usize {
    // Near the end of the text more is shown of what precedes.
    let most_after = FRAGMENT_CHARACTERS - CHARACTERS_BEFORE;
    let after = text[first.start..].chars().take(most_after).count();
    let before = &text[earliest..first.start];
    match before.char_indices().rev().nth(FRAGMENT_CHARACTERS - after) {
        // The character here is still left out: a blank is where to begin, and so is what follows the next one.
        Some((position, character)) => {
            let begin = earliest + position + character.len_utf8();
            let blank = if character == ' ' { None } else { text[begin..first.start].find(' ') };
            blank.map_or(begin, |blank| begin + blank + 1)
        }
        None => earliest,
    }
}

/// Where the window ends: between words if there is a blank behind its first match.
fn end(text: &str, start: usize, first: &Word) -> usize {
    let Some((length, next)) = text[start..].char_indices().nth(FRAGMENT_CHARACTERS) else { return text.len() };
    let end = start + length;
    if next == ' ' {
        return end;
    }
    let blank = text.get(first.end..end).and_then(|behind| behind.rfind(' '));
    blank.map_or(end, |blank| first.end + blank)
}

/// The window as HTML.
fn marked(text: &str, window: &Window<'_>) -> String {
    let mut html = String::with_capacity(window.end - window.start + 64);
    if window.start > 0 {
        html.push('…');
    }
    let mut position = window.start;
    // The blanks that it was cut at are left out.
    position += text[window.start..window.end].len() - text[window.start..window.end].trim_start().len();
    for word in window.matches {
        // A word without end is cut like the text.
        let end = word.end.min(window.end);
        escape(&mut html, &text[position..word.start]);
        html.push_str("<mark>");
        escape(&mut html, &text[word.start..end]);
        html.push_str("</mark>");
        position = end;
    }
    escape(&mut html, text[position..window.end].trim_end());
    if window.end < text.len() {
        html.push('…');
    }
    html
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::search::query::parse;

    fn english(text: &str, query: &str) -> Vec<String> {
        fragments(text, Language::English, &parse(query).unwrap())
    }

    /// The text of a fragment without its marks.
    fn unmarked(fragment: &str) -> String {
        fragment.replace("<mark>", "").replace("</mark>", "")
    }

    #[test]
    fn short_texts_are_shown_as_a_whole() {
        for (text, query, expected) in [
            ("Data governance", "governing", "Data <mark>governance</mark>"),
            ("Organisations", "organization", "<mark>Organisations</mark>"),
            ("Côte d’Ivoire, 日本", "cote 日", "<mark>Côte</mark> d’Ivoire, <mark>日</mark>本"),
            ("ISO/IEC27001", "iec 27001", "ISO/<mark>IEC</mark><mark>27001</mark>"),
            ("Data governance act", "\"data governance\"", "<mark>Data</mark> <mark>governance</mark> act"),
            (" a\n\n\tdata\0 set\u{a0} ", "data", "a <mark>data</mark> set"),
            (
                "<script>x('&\")</script>",
                "script",
                "&lt;<mark>script</mark>&gt;x(&#39;&amp;&quot;)&lt;/<mark>script</mark>&gt;",
            ),
        ] {
            assert_eq!(english(text, query), [expected]);
        }
    }

    #[test]
    fn nothing_is_shown_where_nothing_matches() {
        for (text, query) in [("", "x"), ("data", "x"), ("data", ""), ("data", "-data"), (" \0 ", "x")] {
            assert!(english(text, query).is_empty(), "{text} {query}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        let filler = "Lorem ipsum dolor sit amet. ".repeat(20);
        let text = format!("{filler}A needle here. {filler}{filler}And needles there, {filler}the needle.");
        assert_eq!(
            english(&text, "needle"),
            [
                "…sit amet. Lorem ipsum dolor sit amet. A <mark>needle</mark> here. Lorem ipsum dolor sit amet. \
                 Lorem ipsum dolor sit amet. Lorem ipsum dolor sit amet. Lorem ipsum dolor sit…",
                "…amet. Lorem ipsum dolor sit amet. And <mark>needles</mark> there, Lorem ipsum dolor sit amet. \
                 Lorem ipsum dolor sit amet. Lorem ipsum dolor sit amet. Lorem ipsum dolor sit…",
                "…amet. Lorem ipsum dolor sit amet. Lorem ipsum dolor sit amet. Lorem ipsum dolor sit amet. \
                 Lorem ipsum dolor sit amet. Lorem ipsum dolor sit amet. the <mark>needle</mark>.",
            ]
        );
    }

    #[test]
    fn fragments_are_few_and_short() {
        for unit in ["needle ", "needle x", "日本", "needle", "x\u{301} needle ", "&'"] {
            let text = unit.repeat(2_000);
            let fragments = english(&text, "needle needlexneedle 日");
            assert!(fragments.len() <= MAX_FRAGMENTS);
            for fragment in fragments {
                assert!(unmarked(&fragment).chars().count() <= FRAGMENT_CHARACTERS + 2, "{fragment}");
                assert!(fragment.contains("<mark>"), "{fragment}");
            }
        }
    }

    #[test]
    fn fragments_with_more_words_come_first() {
        let filler = "lorem ipsum dolor ".repeat(20);
        let text = format!("{}data governance {filler}", format!("data {filler}").repeat(5));
        let fragments = english(&text, "data governance");
        assert_eq!(fragments.len(), 3);
        assert!(fragments[2].contains("<mark>data</mark> <mark>governance</mark>"), "{fragments:?}");
    }

    #[test]
    fn odd_texts_are_escaped_whole() {
        for odd in
            ["\0", "<", "\u{301}", "\u{feff}", "½", "ﬁ", "İ", "👩‍🚀", "\u{200f}", "\"", "\u{fdfa}", "-", "e\u{301}<"]
        {
            for count in [1, 150, 2_000] {
                let text = format!("{odd} x {}", odd.repeat(count));
                for query in ["x", "x fi", "12", "i", "e"] {
                    for fragment in english(&text, query) {
                        assert!(!unmarked(&fragment).contains(['<', '>', '"', '\'']), "{fragment}");
                    }
                }
            }
        }
    }
}
