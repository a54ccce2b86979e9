//! YAML into trees, twice: a quick reader for the block style that programs write, which gives up at the first thing
//! beyond it, and a full one for all else. Where the quick one does not give up, both agree.
//!
//! Measured on the data on one core, the full reader reads 20 to 48 MB/s, the quick one 160 to 310. One file in a hundred
//! needs the full one: it has tabs, comments, anchors, flow style, or scalars whose style is rare.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::tree::{DEEPEST, Value};

/// Aliases are written out; the documents of a file may have so many nodes in all.
const MOST_NODES: usize = 500_000;

/// Why a document cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Fault {
    pub line: usize,
    pub reason: String,
}

/// The documents of a file.
///
/// # Errors
/// That it is no YAML, or too deep or too large a tree.
pub fn documents(text: &str) -> Result<Vec<Value<'_>>, Fault> {
    match quick(text) {
        Some(document) => Ok(vec![document]),
        None => full(text),
    }
}

/// Reads one document of block maps and lists, plain keys and scalars of all styles; none where there is anything else.
pub fn quick(text: &str) -> Option<Value<'_>> {
    if memchr::memchr2(b'\t', b'\r', text.as_bytes()).is_some() || text.contains('\u{feff}') {
        return None;
    }
    let mut reader = Quick { text, at: 0, line: Line::default(), left: MOST_NODES };
    let rest = text.strip_prefix("---\n").unwrap_or(text);
    reader.at = text.len() - rest.len();
    reader.next_line()?;
    if reader.line.ended || reader.line.indent > 0 {
        return None;
    }
    let value = reader.block(0, 0)?;
    reader.line.ended.then_some(value)
}

/// A line with something on it.
#[derive(Clone, Copy, Default)]
struct Line {
    start: usize,
    /// How many blanks it begins with; behind the dash of an item, where the item's contents begin.
    indent: usize,
    /// Where its line end stands, or the text's.
    end: usize,
    /// There are no more lines.
    ended: bool,
}

struct Quick<'a> {
    text: &'a str,
    /// Where the line behind the current one begins.
    at: usize,
    line: Line,
    /// How many nodes there may still be.
    left: usize,
}

impl<'a> Quick<'a> {
    /// Goes to the next line that is not empty. None at marks of documents and comments.
    fn next_line(&mut self) -> Option<()> {
        loop {
            let Some(line) = self.peek_line() else {
                self.line = Line { start: self.at, end: self.at, indent: 0, ended: true };
                return Some(());
            };
            self.at = line.end + 1;
            if line.start + line.indent == line.end {
                continue;
            }
            let content = self.text.as_bytes().get(line.start + line.indent..line.end)?;
            let is_mark = line.indent == 0 && (content.starts_with(b"---") || content.starts_with(b"..."));
            if is_mark || content.starts_with(b"#") || content.starts_with(b"%") {
                return None;
            }
            self.line = line;
            return Some(());
        }
    }

    /// The line that begins where reading is, be it empty; none at the end.
    fn peek_line(&self) -> Option<Line> {
        let bytes = self.text.as_bytes().get(self.at..)?;
        if bytes.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let indent = bytes.iter().take(length).take_while(|&&byte| byte == b' ').count();
        Some(Line { start: self.at, indent, end: self.at + length, ended: false })
    }

    /// The contents of the current line from its indent on.
    fn content(&self) -> &'a str {
        self.text.get(self.line.start + self.line.indent..self.line.end).unwrap_or_default()
    }

    /// The map or list that begins at the indent of the current line.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Value<'a>> {
        if depth > DEEPEST {
            return None;
        }
        if is_item(self.content()) { self.list(indent, depth) } else { self.map(indent, depth) }
    }

    fn map(&mut self, indent: usize, depth: usize) -> Option<Value<'a>> {
        let mut entries = Vec::new();
        while !self.line.ended && self.line.indent == indent {
            let content = self.content();
            let (key, rest) = split_key(content)?;
            let value = if rest.is_empty() {
                self.next_line()?;
                let line = self.line;
                if !line.ended && (line.indent > indent || line.indent == indent && is_item(self.content())) {
                    self.block(line.indent, depth + 1)?
                } else {
                    Value::Nothing
                }
            } else {
                self.scalar(rest, indent)?
            };
            self.left = self.left.checked_sub(1)?;
            entries.push((Cow::Borrowed(key), value));
        }
        (self.line.ended || self.line.indent < indent).then_some(Value::Map(entries))
    }

    fn list(&mut self, indent: usize, depth: usize) -> Option<Value<'a>> {
        let mut values = Vec::new();
        while !self.line.ended && self.line.indent == indent && is_item(self.content()) {
            let content = self.content();
            let rest = content.get(1..)?.trim_start_matches(' ');
            let value = if rest.is_empty() {
                self.next_line()?;
                if !self.line.ended && self.line.indent > indent {
                    self.block(self.line.indent, depth + 1)?
                } else {
                    Value::Nothing
                }
            } else if is_item(rest) || split_key(rest).is_some() {
                self.line.indent += content.len() - rest.len();
                self.block(self.line.indent, depth + 1)?
            } else {
                self.scalar(rest, indent)?
            };
            self.left = self.left.checked_sub(1)?;
            values.push(value);
        }
        // A map goes on behind its list at the same indent.
        (self.line.ended || self.line.indent <= indent).then_some(Value::List(values))
    }

    /// A scalar that begins in the current line, and goes on in deeper ones. Ends at the line behind.
    fn scalar(&mut self, first: &'a str, indent: usize) -> Option<Value<'a>> {
        match first.as_bytes().first()? {
            b'\'' => self.single_quoted(first, indent).map(Value::Text),
            b'"' => self.double_quoted(first, indent).map(Value::Text),
            b'|' | b'>' => self.block_scalar(first, indent).map(Value::Text),
            b'[' | b'{' => {
                let value = match first.trim_end_matches(' ') {
                    "[]" => Value::List(Vec::new()),
                    "{}" => Value::Map(Vec::new()),
                    _ => return None,
                };
                self.next_line()?;
                Some(value)
            }
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b']' | b'}' | b',' | b'#' | b'?' | b':' => None,
            b'-' if matches!(first.as_bytes().get(1), None | Some(b' ')) => None,
            _ => self.plain(first, indent).map(Value::bare),
        }
    }

    fn plain(&mut self, first: &'a str, indent: usize) -> Option<Cow<'a, str>> {
        let first = first.trim_end_matches(' ');
        if !is_plain(first) {
            return None;
        }
        let mut empty = 0;
        let mut text = Cow::Borrowed(first);
        while let Some(line) = self.peek_line() {
            let content = self.text.get(line.start + line.indent..line.end)?.trim_end_matches(' ');
            if content.is_empty() {
                empty += 1;
            } else if line.indent > indent {
                if !is_plain(content) || content.starts_with('#') {
                    return None;
                }
                fold(text.to_mut(), empty);
                text.to_mut().push_str(content);
                empty = 0;
            } else {
                break;
            }
            self.at = line.end + 1;
        }
        self.next_line()?;
        Some(text)
    }

    fn single_quoted(&mut self, first: &'a str, indent: usize) -> Option<Cow<'a, str>> {
        let mut rest = first.get(1..)?;
        let mut text = Cow::Borrowed("");
        let mut empty = 0;
        let mut is_first = true;
        loop {
            // One line up to its end or to the quote.
            let mut from = 0;
            let end = loop {
                let Some(at) = memchr::memchr(b'\'', rest.as_bytes().get(from..)?).map(|at| from + at) else {
                    break None;
                };
                if rest.as_bytes().get(at + 1) != Some(&b'\'') {
                    break Some(at);
                }
                from = at + 2;
            };
            let part = rest.get(..end.unwrap_or(rest.len()))?;
            let part = if end.is_none() { part.trim_end_matches(' ') } else { part };
            if part.is_empty() && end.is_none() && !is_first {
                empty += 1;
            } else {
                if !is_first {
                    fold(text.to_mut(), empty);
                }
                empty = 0;
                let part = if from > 0 { Cow::Owned(part.replace("''", "'")) } else { Cow::Borrowed(part) };
                if is_first { text = part } else { text.to_mut().push_str(&part) }
            }
            if let Some(end) = end {
                return self.behind_quote(rest.get(end + 1..)?).then_some(text);
            }
            is_first = false;
            rest = self.quoted_line(indent)?;
        }
    }

    fn double_quoted(&mut self, first: &'a str, indent: usize) -> Option<Cow<'a, str>> {
        let mut rest = first.get(1..)?;
        let at = memchr::memchr2(b'"', b'\\', rest.as_bytes());
        if let Some(at) = at
            && rest.as_bytes().get(at) == Some(&b'"')
        {
            return self.behind_quote(rest.get(at + 1..)?).then(|| rest.get(..at).map(Cow::Borrowed)).flatten();
        }
        let mut text = String::with_capacity(rest.len());
        let mut empty = 0;
        // What the end of a line does: it folds, or it is escaped.
        let mut gap = None;
        loop {
            if rest.is_empty() && gap.is_some() {
                empty += 1;
            } else if let Some(folds) = gap.take() {
                if folds {
                    fold(&mut text, empty);
                } else {
                    text.extend(std::iter::repeat_n('\n', empty));
                }
                empty = 0;
            }
            let mut escaped_end = false;
            // Blanks that are escaped stay at the end of a line.
            let mut kept = text.len();
            loop {
                let Some(at) = memchr::memchr2(b'"', b'\\', rest.as_bytes()) else {
                    text.push_str(rest);
                    break;
                };
                text.push_str(rest.get(..at)?);
                if rest.as_bytes().get(at) == Some(&b'"') {
                    return self.behind_quote(rest.get(at + 1..)?).then_some(Cow::Owned(text));
                }
                let escape = rest.get(at + 1..)?;
                if escape.is_empty() {
                    escaped_end = true;
                    break;
                }
                let (character, length) = unescape(escape)?;
                text.push(character);
                kept = text.len();
                rest = escape.get(length..)?;
            }
            if gap.is_none() {
                if !escaped_end {
                    let end = text.trim_end_matches(' ').len().max(kept);
                    text.truncate(end);
                }
                gap = Some(!escaped_end);
            }
            rest = self.quoted_line(indent)?.trim_end_matches('\n');
        }
    }

    /// The next line within quotes, without the blanks it begins with.
    fn quoted_line(&mut self, indent: usize) -> Option<&'a str> {
        let line = self.peek_line()?;
        self.at = line.end + 1;
        let content = self.text.get(line.start + line.indent..line.end)?;
        (content.is_empty() || line.indent > indent).then_some(content)
    }

    /// Nothing but blanks stands behind a quote.
    fn behind_quote(&mut self, rest: &str) -> bool {
        rest.bytes().all(|byte| byte == b' ') && self.next_line().is_some()
    }

    fn block_scalar(&mut self, header: &'a str, indent: usize) -> Option<Cow<'a, str>> {
        let folds = header.starts_with('>');
        let mut depth = None;
        let mut chomp = None;
        for byte in header.trim_end_matches(' ').bytes().skip(1) {
            match byte {
                b'+' | b'-' if chomp.is_none() => chomp = Some(byte),
                b'1'..=b'9' if depth.is_none() => depth = Some(indent + usize::from(byte - b'0')),
                _ => return None,
            }
        }
        // A list within a map at the same indent counts from the map in one reading, from the list in another.
        if depth.is_some() {
            return None;
        }
        let mut text = String::new();
        let mut is_first = true;
        let mut was_deeper = false;
        // Line ends that are not written yet.
        let mut ends = 0;
        let mut ended_by_text = false;
        while let Some(line) = self.peek_line() {
            let is_empty = line.start + line.indent == line.end;
            let level = match depth {
                Some(level) => level,
                None if is_empty => {
                    // Deeper empty lines before the text are an error.
                    ends += 1;
                    self.at = line.end + 1;
                    continue;
                }
                None if line.indent > indent => *depth.insert(line.indent),
                None => break,
            };
            if is_empty && line.indent <= level {
                ends += 1;
                self.at = line.end + 1;
                continue;
            }
            if line.indent < level {
                if line.indent > indent {
                    return None;
                }
                break;
            }
            let content = self.text.get(line.start + level..line.end)?;
            let is_deeper = content.starts_with(' ');
            if is_first {
                text.extend(std::iter::repeat_n('\n', ends));
            } else if folds && !was_deeper && !is_deeper {
                fold(&mut text, ends - 1);
            } else {
                text.extend(std::iter::repeat_n('\n', ends));
            }
            text.push_str(content);
            is_first = false;
            was_deeper = is_deeper;
            ended_by_text = self.text.len() == line.end;
            ends = 1;
            self.at = line.end + 1;
        }
        if is_first || ended_by_text {
            // Readers differ on what has no text or no line end.
            return None;
        }
        match chomp {
            Some(b'-') => {}
            Some(_) => text.extend(std::iter::repeat_n('\n', ends)),
            None => text.push('\n'),
        }
        self.next_line()?;
        Some(Cow::Owned(text))
    }
}

/// One line end is a blank; of more, all but the first are line ends.
fn fold(text: &mut String, empty: usize) {
    if empty == 0 {
        text.push(' ');
    } else {
        text.extend(std::iter::repeat_n('\n', empty));
    }
}

fn is_item(content: &str) -> bool {
    matches!(content.as_bytes(), [b'-'] | [b'-', b' ', ..])
}

/// The plain key that a line begins with, and what stands behind its colon.
fn split_key(content: &str) -> Option<(&str, &str)> {
    let bytes = content.as_bytes();
    let length = bytes.iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-').count();
    if !bytes.first()?.is_ascii_alphanumeric() || bytes.get(length) != Some(&b':') {
        return None;
    }
    let rest = content.get(length + 1..)?;
    (rest.is_empty() || rest.starts_with(' '))
        .then(|| (content.get(..length).unwrap_or_default(), rest.trim_matches(' ')))
}

/// Whether a line of a plain scalar holds nothing that ends or changes it.
fn is_plain(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr2_iter(b':', b'#', bytes).all(|at| {
        if bytes.get(at) == Some(&b':') {
            bytes.get(at + 1).is_some_and(|&next| next != b' ')
        } else {
            at == 0 || at.checked_sub(1).and_then(|before| bytes.get(before)) != Some(&b' ')
        }
    })
}

/// The character that an escape stands for, and how long it is behind the backslash.
fn unescape(escape: &str) -> Option<(char, usize)> {
    let character = match escape.as_bytes().first()? {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        &kind @ (b'x' | b'u' | b'U') => {
            let length = match kind {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let figures = escape.get(1..=length)?;
            let is_number = figures.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = is_number.then(|| u32::from_str_radix(figures, 16).ok()).flatten()?;
            return Some((char::from_u32(number)?, length + 1));
        }
        _ => return None,
    };
    Some((character, 1))
}

/// A list or map that is not at its end.
struct Open<'a> {
    value: Value<'a>,
    key: Option<Cow<'a, str>>,
    anchor: usize,
    nodes: usize,
}

/// Reads all of YAML.
///
/// # Errors
/// That it is no YAML, or too deep or too large a tree.
pub fn full(text: &str) -> Result<Vec<Value<'_>>, Fault> {
    let mut documents = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut anchors: Vec<(usize, Value<'_>, usize)> = Vec::new();
    let mut nodes = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event
            .map_err(|error| Fault { line: error.marker().line(), reason: format!("no YAML: {}", error.info()) })?;
        let fault = |reason: &str| Fault { line: span.start.line(), reason: reason.to_owned() };
        // The weight of a value is the number of its nodes, itself among them; not all of them are new.
        let (value, anchor, weight, new) = match event {
            Event::DocumentStart(_) => {
                anchors.clear();
                continue;
            }
            Event::Scalar(text, style, anchor, _) => {
                let value = if style == ScalarStyle::Plain { Value::bare(text) } else { Value::Text(text) };
                (value, anchor, 1, 1)
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() > DEEPEST => {
                return Err(fault("too deep"));
            }
            Event::SequenceStart(anchor, _) => {
                open.push(Open { value: Value::List(Vec::new()), key: None, anchor, nodes });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open { value: Value::Map(Vec::new()), key: None, anchor, nodes });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(closed) => (closed.value, closed.anchor, nodes - closed.nodes + 1, 1),
                None => continue,
            },
            Event::Alias(anchor) => match anchors.iter().rev().find(|(id, ..)| *id == anchor) {
                // An alias within its own anchor has no end.
                None => return Err(fault("an alias of nothing")),
                Some((_, _, weight)) if nodes + weight > MOST_NODES => return Err(fault("too large a tree")),
                Some((_, value, weight)) => (value.clone(), 0, *weight, *weight),
            },
            _ => continue,
        };
        nodes += new;
        if nodes > MOST_NODES {
            return Err(fault("too large a tree"));
        }
        if anchor != 0 {
            // What an alias may need is kept twice.
            nodes += weight;
            anchors.push((anchor, value.clone(), weight));
        }
        match open.last_mut() {
            None => documents.push(value),
            Some(Open { value: Value::List(values), .. }) => values.push(value),
            Some(Open { value: Value::Map(entries), key, .. }) => match key.take() {
                Some(key) => entries.push((key, value)),
                None => {
                    *key = Some(match value {
                        Value::Text(text) => text,
                        _ => Cow::Borrowed(""),
                    });
                }
            },
            Some(_) => {}
        }
    }
    Ok(documents)
}
