//! CommonMark out of plain text.

/// Lower case, single blanks, without marks at either end: what two spellings of one heading have in common.
pub fn fold(text: &str) -> String {
    text.trim_matches(|character: char| !character.is_alphanumeric())
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Paragraph(String),
    Heading(String),
    Item(String),
}

impl Block {
    pub fn text(&self) -> &str {
        match self {
            Self::Paragraph(text) | Self::Heading(text) | Self::Item(text) => text,
        }
    }
}

/// The CommonMark of a section; none where it says nothing.
pub fn common_mark(blocks: &[Block]) -> Option<String> {
    let mut out = String::new();
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item(_));
        if !out.is_empty() {
            out.push_str(if in_list && is_item { "\n" } else { "\n\n" });
        }
        match block {
            Block::Paragraph(text) => out.push_str(&escape(text)),
            Block::Heading(text) => {
                out.push_str("## ");
                // "#" at the end of a heading would close it.
                let escaped = escape(text);
                match escaped.strip_suffix('#').filter(|rest| rest.ends_with([' ', '#'])) {
                    Some(rest) => {
                        out.push_str(rest);
                        out.push_str("\\#");
                    }
                    None => out.push_str(&escaped),
                }
            }
            Block::Item(text) => {
                out.push_str("- ");
                out.push_str(&escape(text));
            }
        }
        in_list = is_item;
    }
    Some(out).filter(|text| !text.is_empty())
}

/// The text, with a backslash before what CommonMark would read as more than text.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let characters: Vec<char> = text.chars().collect();
    let has_link = text.contains("](") || text.contains("][") || text.contains("]:");
    let number = characters.iter().take_while(|character| character.is_ascii_digit()).count();
    for (index, &character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(index + 1);
        let special = match character {
            '\\' | '`' => true,
            '*' => {
                !(before.is_none_or(|other| other.is_whitespace()) && after.is_none_or(|other| other.is_whitespace()))
                    || index == 0
            }
            '_' => {
                !(before.is_some_and(|other| other.is_alphanumeric())
                    && after.is_some_and(|other| other.is_alphanumeric()))
            }
            '<' => after.is_some_and(|other| other.is_alphabetic() || matches!(other, '/' | '!' | '?')),
            '&' => {
                after.is_some_and(|other| other.is_alphanumeric() || *other == '#') && {
                    let rest = characters.get(index + 1..).unwrap_or_default();
                    rest.iter().take(40).find(|other| !other.is_alphanumeric() && **other != '#') == Some(&';')
                }
            }
            '[' => has_link,
            '#' | '+' | '-' => index == 0 && after.is_none_or(|other| other.is_whitespace() || *other == character),
            '>' | '~' | '=' => index == 0,
            '.' | ')' => {
                number > 0 && number < 10 && index == number && after.is_none_or(|other| other.is_whitespace())
            }
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn blanks_are_single_and_nothing_unseen_is_left() {
        assert_eq!(words("\u{feff} one\u{a0}\u{a0}two\u{7}\u{200b}\tthree \r\n"), "one two three");
        assert_eq!(words("Cafe\u{301}"), "Café");
    }

    #[test]
    fn addresses_of_persons_are_left_out() {
        assert_eq!(words("Write to somebody@example.org."), "Write to.");
        assert_eq!(words("Write (somebody@example.org) or ring."), "Write or ring.");
        assert_eq!(words("@lamps@lamp.example,somebody@example.org"), "@lamps@lamp.example,");
        assert_eq!(words("Twitter @somebody"), "Twitter @somebody");
        assert_eq!(words("Mastodon @somebody@example.org"), "Mastodon @somebody@example.org");
    }

    #[test]
    fn plain_text_means_the_same_in_common_mark() {
        for (plain, marked) in [
            ("C# and snake_case, 3 * 4", "C# and snake_case, 3 * 4"),
            ("# no heading", "\\# no heading"),
            ("1. no list", "1\\. no list"),
            ("- no list", "\\- no list"),
            ("*, `code` and <b>", "\\*, \\`code\\` and \\<b>"),
            ("R&D, AT&T; A&amp;B", "R&D, AT\\&T; A\\&amp;B"),
            ("[not](a link) [1]", "\\[not](a link) \\[1]"),
        ] {
            assert_eq!(escape(plain), marked);
        }
    }

    #[test]
    fn items_are_one_list() {
        let blocks = [
            Block::Paragraph("Among them:".into()),
            Block::Item("one".into()),
            Block::Item("two".into()),
            Block::Heading("More".into()),
        ];
        assert_eq!(common_mark(&blocks).as_deref(), Some("Among them:\n\n- one\n- two\n\n## More"));
        assert_eq!(common_mark(&[]), None);
    }
}
