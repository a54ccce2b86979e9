//! The notes at the end of a profile.

use super::lines::{Line, Section, channels, footnote, label, section, strip_marks};

pub struct Footnote {
    pub number: u32,
    pub text: String,
}

/// The organisation's own word for an issue.
#[derive(Debug, PartialEq)]
pub struct LocalTerm {
    /// The issue, where the note names it.
    pub issue: Option<String>,
    pub term: String,
    /// Whether the note says how the issue is addressed, rather than what the organisation calls something.
    pub passive: bool,
}

/// Whether the line begins like a note.
pub fn at_start(text: &str) -> bool {
    footnote(text).is_some()
}

/// The lines without the notes, and the notes: those among the channels or under a heading of their own, and those at
/// the very end, where headings have their numbers.
pub fn split(lines: &[Line]) -> (Vec<Line>, Vec<Footnote>) {
    let (mut body, mut notes) = (Vec::new(), Vec::<Footnote>::new());
    let marks: Vec<u32> = lines.iter().filter_map(|line| strip_marks(&line.text).1).collect();
    let is_marked = |line: &Line| footnote(&line.text).is_some_and(|(number, _)| marks.contains(&number));
    let trailing = lines.iter().rev().take_while(|line| at_start(&line.text)).count();
    let end = lines.len() - trailing;
    let trailing_are_notes = lines.get(end..).is_some_and(|last| last.iter().any(is_marked));
    let mut among = false;
    let mut numbers = std::collections::HashSet::new();
    for (index, line) in lines.iter().enumerate() {
        let named = section(&line.text);
        if let Some(section) = named {
            among = matches!(section, Section::Channels | Section::Footnotes);
        }
        let is_plain = named.is_none() && label(&line.text).is_none() && channels(&line.text).is_empty();
        match footnote(&line.text) {
            // A number is one note's.
            Some((number, _)) if (among || trailing_are_notes && index >= end) && !numbers.insert(number) => {}
            Some((number, text)) if among || trailing_are_notes && index >= end => {
                notes.push(Footnote { number, text: text.to_owned() });
            }
            _ if among && is_plain && line.close && body.last().is_none_or(|last: &Line| last.number < line.number) => {
                match notes.last_mut() {
                    Some(note) => {
                        note.text.push(' ');
                        note.text.push_str(&line.text);
                    }
                    None => body.push(line.clone()),
                }
            }
            _ => body.push(line.clone()),
        }
    }
    (body, notes)
}

/// Whether the text has the number of a note: "(2)". In "(1) one thing, (2) another" the numbers count.
pub fn refers(text: &str, number: u32) -> bool {
    let counts = text.contains("(1)") && text.contains("(2)");
    !counts && (text.contains(&format!("({number})")) || text.contains(&format!("[{number}]")))
}

impl Footnote {
    /// "The issue of X is addressed as Y within the work of Z", in the words that profiles have for it.
    pub fn local_term(&self) -> Option<LocalTerm> {
        let text = self.text.as_str();
        let lower = text.to_ascii_lowercase();
        // The offsets hold for both, as only ASCII letters have changed.
        let behind = |phrase: &str| lower.find(phrase).and_then(|at| text.get(at + phrase.len()..));
        let issue = behind("issue of ")
            .filter(|_| lower.find("issue of ") != lower.find("under the issue of ").map(|at| at + "under the ".len()))
            .and_then(|rest| {
                quoted(rest).or_else(|| Some(rest.get(..rest.to_ascii_lowercase().find(" is ")?)?.trim()))
            });
        for phrase in [
            "addressed as ",
            "addressed under the issue of ",
            "addressed under ",
            "referred to under the issue of ",
            "referred to under ",
            "referred to as ",
            "dealt with as ",
            "dealt with under ",
            "described as ",
            "treated as ",
            "known as ",
            "called ",
        ] {
            if let Some(term) = behind(phrase).and_then(term) {
                return Some(LocalTerm { issue: issue.map(str::to_owned), term, passive: true });
            }
        }
        for phrase in ["refers to ", "addresses ", "calls ", "describes ", "treats "] {
            let Some(rest) = behind(phrase) else { continue };
            let issue = quoted(rest);
            let from = issue.map_or(0, |issue| rest.find(issue).map_or(0, |at| at + issue.len()));
            let rest = rest.get(from..).unwrap_or_default();
            let as_at = rest.find(" as ").map(|at| at + " as ".len());
            if let Some(term) = as_at.and_then(|at| term(rest.get(at..)?)) {
                return Some(LocalTerm { issue: issue.map(str::to_owned), term, passive: false });
            }
        }
        None
    }
}

/// What stands in quotation marks at the beginning. A mark that is not closed ends with the sentence.
fn quoted(text: &str) -> Option<&str> {
    let close = match text.chars().next()? {
        '‘' | '‚' | '’' => '’',
        '“' | '„' => '”',
        '"' => '"',
        '\'' => '\'',
        '«' => '»',
        _ => return None,
    };
    let mut inner = text.chars();
    inner.next();
    let inner = inner.as_str();
    // An apostrophe looks like the mark that closes: the last one before the next quotation is meant.
    let own = match (close, inner.find(['‘', '“', '„', '«'])) {
        ('’' | '”' | '»', next) => next.and_then(|next| inner.get(..next)).unwrap_or(inner),
        _ => inner.get(..inner.find(close).map_or(inner.len(), |at| at + 1)).unwrap_or(inner),
    };
    let end = own
        .char_indices()
        .filter(|(at, character)| {
            *character == close
                && !inner.get(at + character.len_utf8()..).is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        })
        .map(|(at, _)| at)
        .next_back();
    let inner = end.and_then(|end| inner.get(..end)).unwrap_or_else(|| inner.trim_end_matches(['.', ' ']));
    Some(inner.trim()).filter(|inner| !inner.is_empty())
}

/// The term that the rest of the sentence begins with.
fn term(rest: &str) -> Option<String> {
    let rest = ["part of the ", "part of ", "an ", "a ", "the "]
        .iter()
        .find_map(|article| rest.strip_prefix(article))
        .unwrap_or(rest);
    let term = quoted(rest).or_else(|| {
        let end = [" within ", " in its ", " in the ", " by ", " activities", " activity", " and ", ",", ";", "."]
            .iter()
            .filter_map(|end| rest.find(end))
            .min()
            .unwrap_or(rest.len());
        rest.get(..end)
    })?;
    let term = term.trim_end_matches([',', '.', ' ']).trim();
    (!term.is_empty() && term.len() <= 80).then(|| term.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<String>, String, bool)> {
        let note = Footnote { number: 1, text: text.into() };
        note.local_term().map(|found| (found.issue, found.term, found.passive))
    }

    #[test]
    fn the_words_for_an_issue_are_read_in_all_their_forms() {
        let expect =
            |issue: Option<&str>, term: &str, passive| Some((issue.map(str::to_owned), term.to_owned(), passive));
        assert_eq!(
            read("The issue of sea trade is addressed as ‘boats and fish’ within the work of XYZ."),
            expect(Some("sea trade"), "boats and fish", true)
        );
        assert_eq!(
            read("The issue of nets is referred to under the issue of ‘fishers’ gear’ within the work of XYZ."),
            expect(Some("nets"), "fishers’ gear", true)
        );
        assert_eq!(
            read("Within its work, XYZ refers to ‘sea trade’ as ‘boats."),
            expect(Some("sea trade"), "boats", false)
        );
        assert_eq!(
            read("Projects on nets are developed and referred to as part of the XYZ Netlab activities."),
            expect(None, "XYZ Netlab", true)
        );
        assert_eq!(read("XYZ/99/1; XYZ/99/2"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn numbers_that_count_are_no_marks() {
        assert!(refers("until the year after (2).", 2));
        assert!(!refers("(1) one and (2) two", 2));
        assert!(!refers("nothing", 2));
    }
}
