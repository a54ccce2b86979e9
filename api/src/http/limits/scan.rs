//! A look at the text of a document before it is parsed: brackets, tokens, and input fields that are there twice.
//!
//! The parser recurses with every bracket and has no bound while it matches the grammar, and of an input object it
//! keeps the last of two equal keys. Tokens are cut as the parser cuts them, so that no bracket hides from either.

use async_graphql::{Pos, ServerError};

use super::{MAX_BRACKETS, MAX_TOKENS, invalid, within};

/// What a bracket opened.
enum Open<'a> {
    /// A list, arguments, or a selection set.
    Other,
    /// An input object, and its keys so far.
    Object(Vec<&'a str>),
}

/// Refuses a document that is too deep or too long to parse, or names an input field twice.
///
/// # Errors
///
/// The first thing found, with its place. A document that is no GraphQL may pass: the parser says so better.
pub fn scan(text: &str) -> Result<(), ServerError> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut arguments = 0_usize;
    let mut tokens = 0;
    let mut name = None;
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        let start = at;
        at += token_length(text, at);
        if byte == b'#' || is_space(text, start) {
            continue;
        }
        tokens += 1;
        if tokens > MAX_TOKENS {
            return within("tokens or more", tokens as u64, MAX_TOKENS as u64, Some(position(text, start)));
        }
        let before = name.take();
        match byte {
            b'(' | b'[' | b'{' => {
                // Within parentheses a brace can only open an input object.
                let object = byte == b'{' && arguments > 0;
                arguments += usize::from(byte == b'(');
                open.push(if object { Open::Object(Vec::new()) } else { Open::Other });
                let place = Some(position_if(open.len() > MAX_BRACKETS, text, start));
                within("brackets within one another", open.len() as u64, MAX_BRACKETS as u64, place.flatten())?;
            }
            b')' | b']' | b'}' => {
                arguments = arguments.saturating_sub(usize::from(byte == b')'));
                open.pop();
            }
            b':' => {
                if let (Some((place, key)), Some(Open::Object(keys))) = (before, open.last_mut()) {
                    if keys.contains(&key) {
                        let message = format!("The input field {key} is there twice");
                        return Err(invalid(message, Some(position(text, place))));
                    }
                    keys.push(key);
                }
            }
            _ if is_name_start(byte) => name = text.get(start..at).map(|name| (start, name)),
            _ => {}
        }
    }
    Ok(())
}

/// Bytes of the token, comment or blank at a place.
fn token_length(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let run = |inside: fn(u8) -> bool| rest.bytes().take_while(|byte| inside(*byte)).count();
    match rest.as_bytes() {
        [b'#', ..] => run(|byte| byte != b'\n' && byte != b'\r'),
        [b'"', b'"', b'"', after @ ..] => match block_string_end(after) {
            Some(length) => 3 + length,
            // Without its end this is an empty string and whatever comes after it, as the parser has it.
            None => 2,
        },
        [b'.', b'.', b'.', ..] => 3,
        [b'"', after @ ..] => 1 + string_length(after),
        [byte, ..] if is_name_start(*byte) => run(|byte| is_name_start(byte) || byte.is_ascii_digit()),
        [byte, ..] if byte.is_ascii_digit() || *byte == b'-' => {
            1 + rest.bytes().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count()
        }
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

/// Where a block string ends, its closing quotes included.
fn block_string_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return Some(at + 3);
        } else {
            at += 1;
        }
    }
    None
}

/// Where a string ends, its closing quote included. At the end of the line it has failed, and with it the document.
fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_space(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with([' ', ',', '\t', '\n', '\r', '\u{feff}'])
}

fn position_if(wanted: bool, text: &str, at: usize) -> Option<Pos> {
    wanted.then(|| position(text, at))
}

fn position(text: &str, at: usize) -> Pos {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Pos { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_taken_or_refused() {
        let deep = |open: &str, close: &str, times: usize| {
            format!("{{ a(b: {}{}) }}", open.repeat(times), close.repeat(times))
        };
        for (text, expected) in [
            ("{ a { b } }".to_owned(), ""),
            (deep("[", "]", 62), ""),
            (deep("[", "]", 63), "brackets"),
            (deep("{a:", "}", 63), "brackets"),
            ("{a".repeat(30_000), "brackets"),
            ("(".repeat(60_000), "brackets"),
            ("query($a: ".to_owned() + &"[".repeat(60_000), "brackets"),
            ("{ a(b: \"[[[".to_owned() + &"[".repeat(100) + "\") }", ""),
            ("{ a(b: \"\"\"".to_owned() + &"[".repeat(100) + "\"\"\") }", ""),
            // The block string has no end, so the parser sees an empty string and then brackets.
            ("{ a(b: [\"\"\" ".to_owned() + &"[".repeat(100), ""),
            ("{ a(b: [\"\"\"\n".to_owned() + &"[".repeat(100), "brackets"),
            ("{ a } #".to_owned() + &"[".repeat(100), ""),
            ("{ a } #\r".to_owned() + &"[".repeat(100), "brackets"),
            ("{ a(b: \"\\\"\\\\\") ".to_owned() + &"[".repeat(100), "brackets"),
            ("{ ".to_owned() + &"a ".repeat(15_000) + "}", "tokens"),
            ("{ ".to_owned() + &"a, \u{feff}".repeat(14_000) + "}", ""),
            ("#".to_owned() + &"a ".repeat(30_000), ""),
            ("{ a(b: { c: 1, d: { c: 2 }, e: [{ c: 3 }, { c: 4 }] }) }".to_owned(), ""),
            ("{ a(b: { c: 1, d: 2, c: 3 }) }".to_owned(), "input field c is there twice"),
            ("{ a(b: { d: [{ c: 1 c: 1 }] }) }".to_owned(), "input field c is there twice"),
            ("query($a: A = { c: 1, c: 2 }) { a }".to_owned(), "input field c is there twice"),
            ("{ a: b a: b { a: c a: c } }".to_owned(), ""),
            ("{ a(b: { c: \"d: 1 d: 2\" }) }".to_owned(), ""),
            ("\u{1f600}\"".to_owned(), ""),
            ("\"\\".to_owned(), ""),
        ] {
            let start: String = text.chars().take(40).collect();
            match scan(&text) {
                Ok(()) => assert_eq!(expected, "", "{start}"),
                Err(error) => assert!(!expected.is_empty() && error.message.contains(expected), "{start}: {error}"),
            }
        }
    }

    #[test]
    fn the_place_is_said() {
        let error = scan("{\n  a(b: { c: 1, c: 2 })\n}").unwrap_err();
        assert_eq!(error.locations, [Pos { line: 2, column: 16 }]);
    }
}
