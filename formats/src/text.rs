//! Texts, dates and codes of languages as foreign files write them, in the form that records have. All of it takes time
//! in proportion to the length of its input.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark, is_nfc};

/// Composed (NFC), without control characters but line ends, which are LF. Nothing else changes.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_kept) {
        return composed(Cow::Borrowed(text));
    }
    let mut clean = String::with_capacity(text.len());
    let mut previous = '\0';
    for character in text.chars() {
        match character {
            // The CR has made the line end.
            '\n' if previous == '\r' => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' | '\u{b}' | '\u{c}' | '\u{85}' => clean.push(' '),
            _ if is_kept(character) => clean.push(character),
            _ => {}
        }
        previous = character;
    }
    // Now: what is left out may have stood between a letter and its mark.
    composed(Cow::Owned(clean))
}

fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(&text) { text } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether a character stands in a clean text as it is.
fn is_kept(character: char) -> bool {
    match character {
        '\n' => true,
        // Marks of the byte order and of the direction, soft hyphens, blanks without width.
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' => false,
        _ => !character.is_control(),
    }
}

/// One line of plain text without e-mail addresses: clean, each run of white space one blank, tags of HTML left out and
/// entities decoded. What only looks like a tag ("a < b", "`<ETX>`") stays.
pub fn plain(text: &str) -> String {
    let line = line(text);
    match without_emails(&line) {
        Cow::Borrowed(_) => line,
        Cow::Owned(rest) => single_blanks(&rest),
    }
}

/// As [`plain`], but what has the form of an e-mail address stays: for handles, UIDs and addresses on the web.
pub fn line(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut raised = Raised::default();
    for token in Tokens::new(&clean(text)) {
        match token {
            Token::Text(text) => raised.push(&mut plain, &decode(text)),
            Token::Tag(tag) => match tag.name {
                Name::Sup => raised.set(&mut plain, (!tag.closes).then_some(Shift::Up)),
                Name::Sub => raised.set(&mut plain, (!tag.closes).then_some(Shift::Down)),
                name if name.is_block() => raised.push(&mut plain, " "),
                _ => {}
            },
        }
    }
    raised.set(&mut plain, None);
    // Entities can hold what `clean` takes out.
    single_blanks(&clean(&plain))
}

/// One line of what is no HTML, without e-mail addresses.
pub fn words(text: &str) -> String {
    single_blanks(&without_emails(&clean(text)))
}

/// Each run of white space as one blank, and none at the ends.
pub(crate) fn single_blanks(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !single.is_empty() {
            single.push(' ');
        }
        single.push_str(word);
    }
    single
}

/// Whether [`plain`] leaves a text as it is: what most texts are.
fn is_plain(text: &str) -> bool {
    let mut previous = b' ';
    for &byte in text.as_bytes() {
        let is_plain = match byte {
            b' ' => previous != b' ',
            b'&' | b'<' => false,
            _ => byte.is_ascii_graphic(),
        };
        if !is_plain {
            return false;
        }
        previous = byte;
    }
    previous != b' '
}

/// `CommonMark` of HTML or of plain text, without e-mail addresses. Without a tag or an entity of HTML, the text only
/// becomes clean. With an entity and no tag of a block, lines stay lines; with one, white space is what it is in HTML.
pub fn markdown(text: &str) -> String {
    let text = clean(text);
    let mut has_tags = false;
    let mut has_blocks = false;
    let mut has_entities = false;
    if text.contains(['<', '&']) {
        for token in Tokens::new(&text) {
            match token {
                Token::Tag(tag) => {
                    has_tags = true;
                    has_blocks |= tag.name.is_block();
                }
                Token::Text(text) => has_entities |= matches!(decode(text), Cow::Owned(_)),
            }
        }
    }
    if !has_tags && !has_entities {
        return trim_lines(&without_emails(&text));
    }
    let mut writer = Markdown { keeps_lines: !has_blocks, ..Markdown::default() };
    for token in Tokens::new(&text) {
        match token {
            // Here with the brackets around them, before those are escaped.
            Token::Text(text) => writer.text(&without_emails(&clean(&decode(text)))),
            Token::Tag(tag) => writer.tag(&tag),
        }
    }
    // Tags that are left out may have parted a letter and its mark, or an address.
    let composed = composed(Cow::Owned(writer.finish()));
    trim_lines(&without_emails(&composed))
}

/// Without blanks at the ends of lines but those that break a line, and without empty lines at both ends.
fn trim_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !lines.is_empty() {
            // More than one empty line says no more than one.
            lines.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        lines.push_str(line);
    }
    match lines.strip_prefix(' ') {
        Some(rest) => rest.trim_start().to_owned(),
        None => lines,
    }
}

/// The shortest BCP 47 tag for what a file calls a language: `eng` and `en-Latn` are "en", `fre` is "fr", the wrong `jp` is
/// "ja". None where it names no language.
pub fn language(code: &str) -> Option<String> {
    let mut parts = code.trim().split(['-', '_']).filter(|part| part.is_ascii() && !part.is_empty());
    // A word before the code belongs to something else: "main-en".
    let primary =
        parts.find(|part| matches!(part.len(), 2 | 3) && part.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    let mut tag = shortest(&primary.to_ascii_lowercase())?;
    let mut has_script = false;
    for part in parts {
        let is_word = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        if part.len() == 4 && is_word && !has_script && tag.len() <= 3 {
            has_script = true;
            let script = part.to_ascii_lowercase();
            if !is_usual_script(&tag, &script) {
                tag.push('-');
                tag.extend(script.chars().take(1).map(|first| first.to_ascii_uppercase()));
                tag.extend(script.chars().skip(1));
            }
        } else if part.len() == 2 && is_word || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()) {
            tag.push('-');
            tag.push_str(&part.to_ascii_uppercase());
            break;
        } else {
            break;
        }
    }
    Some(tag)
}

/// Whether a language is written in a script anyhow, so that a tag does not name it.
fn is_usual_script(language: &str, script: &str) -> bool {
    match script {
        "latn" => !matches!(
            language,
            "zh" | "ja" | "ko" | "ru" | "uk" | "be" | "bg" | "sr" | "ar" | "fa" | "he" | "el" | "hi"
        ),
        "cyrl" => matches!(language, "ru" | "uk" | "be" | "bg" | "mk" | "kk" | "ky" | "tg" | "mn"),
        "jpan" => language == "ja",
        "kore" => language == "ko",
        "arab" => matches!(language, "ar" | "fa" | "ur" | "ps"),
        "grek" => language == "el",
        "hebr" => matches!(language, "he" | "yi"),
        "deva" => matches!(language, "hi" | "mr" | "ne"),
        "thai" => language == "th",
        "geor" => language == "ka",
        "armn" => language == "hy",
        _ => false,
    }
}

fn shortest(code: &str) -> Option<String> {
    let short = match code {
        "und" | "mul" | "mis" | "zxx" => return None,
        // Withdrawn codes, and codes of countries that stand for what is spoken there.
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        "mo" => "ro",
        "jp" => "ja",
        "cn" => "zh",
        "cz" => "cs",
        "dk" => "da",
        "gr" => "el",
        "ua" => "uk",
        "scr" => "hr",
        "scc" => "sr",
        code if code.len() == 3 => {
            let at = THREE_LETTERS.binary_search_by_key(&code, |pair| pair.0).ok();
            at.and_then(|at| THREE_LETTERS.get(at)).map_or(code, |pair| pair.1)
        }
        code => code,
    };
    Some(short.to_owned())
}

/// The months in English, in small letters.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date as much as is known of it ("2022-10-25", "2022-10", "2022"), where it is one of the calendar; a time of day
/// behind it goes. Years from 1000 to 2999.
pub fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let date = text.split(['T', ' ']).next()?;
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|month| number(month, 2));
    let day = parts.next().map(|day| number(day, 2));
    if parts.next().is_some() || !(1000..3000).contains(&year) || date.len() < text.len() && day.is_none() {
        return None;
    }
    match (month, day) {
        (None | Some(Some(1..=12)), None) => {}
        (Some(Some(month @ 1..=12)), Some(Some(day))) if (1..=days(year, month)).contains(&day) => {}
        _ => return None,
    }
    Some(date.to_owned())
}

fn number(digits: &str, length: usize) -> Option<u16> {
    let is_number = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

fn days(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// An address on the web ("https://…"), without blanks and control characters; none where the text is something else.
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme))?;
    let is_whole =
        !host.is_empty() && !host.contains(|character: char| character.is_whitespace() || !is_kept(character));
    is_whole.then(|| composed(Cow::Borrowed(text)).into_owned())
}

/// The text at the head of a file, which can end amid a character.
pub fn head(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default())
        }
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Whether a text has a letter or a digit: "®" alone says nothing.
pub fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Whether a text holds an e-mail address. A handle ("@lamps@lamp.example") is none.
pub fn has_email(text: &str) -> bool {
    next_email(text, 0).is_some()
}

/// The text without its e-mail addresses, nor the brackets around them.
pub fn without_emails(text: &str) -> Cow<'_, str> {
    let Some(first) = next_email(text, 0) else { return Cow::Borrowed(text) };
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    let mut found = Some(first);
    while let Some((start, end)) = found {
        let before = text.get(at..start).unwrap_or_default();
        let before = before.strip_suffix("mailto:").unwrap_or(before);
        let closing = text.get(end..).and_then(|behind| behind.chars().next());
        let opening = match closing {
            Some('>') => Some('<'),
            Some(')') => Some('('),
            Some(']') => Some('['),
            _ => None,
        };
        let unbracketed = opening.and_then(|opening| before.strip_suffix(opening));
        push_apart(&mut rest, unbracketed.unwrap_or(before).trim_end_matches(' '));
        at = end + usize::from(unbracketed.is_some());
        found = next_email(text, at);
    }
    push_apart(&mut rest, text.get(at..).unwrap_or_default());
    // What went may have stood between a letter and its mark.
    composed(Cow::Owned(rest))
}

/// Adds what stood behind an address, with a blank where it would make a new one with what stood before it.
fn push_apart(rest: &mut String, behind: &str) {
    let is_part = |character: char| is_local(character) || character == '@';
    let mut behind_it = behind.chars();
    let goes_on = match behind_it.next() {
        // The end of a sentence.
        Some('.') => behind_it.next().is_some_and(is_part),
        first => first.is_some_and(is_part),
    };
    if goes_on && rest.chars().next_back().is_some_and(is_part) {
        rest.push(' ');
    }
    rest.push_str(behind);
}

/// Whether a character can stand before the "@" of an address. Of other letters than ASCII's those with capitals: where
/// scripts have none, words have no blanks between them either. And marks, so that a letter does not matter more when it
/// is composed with its own.
fn is_local(character: char) -> bool {
    match character {
        '.' | '_' | '%' | '+' | '-' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        _ => character.is_lowercase() || character.is_uppercase() || is_combining_mark(character),
    }
}

fn is_domain(character: char) -> bool {
    is_local(character) && !matches!(character, '_' | '%' | '+')
}

/// Where the first address behind a byte stands.
fn next_email(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut from = from;
    // Where the last address or failed try ended: nothing is looked at twice to the left.
    let mut floor = from;
    loop {
        let at = from + memchr::memchr(b'@', text.as_bytes().get(from..)?)?;
        let before = text.get(floor..at)?;
        let start = floor + before.trim_end_matches(is_local).len();
        let behind = text.get(at + 1..)?;
        let host = behind.split(|character| !is_domain(character)).next()?.trim_end_matches(['.', '-']);
        if start < at && is_host(host) && !is_handle(text.get(..start)?) {
            return Some((start, at + 1 + host.len()));
        }
        from = at + 1;
        floor = from;
    }
}

/// Whether it names a host of the internet: "lamp.example", but neither "lamp" nor "1.2.3".
fn is_host(host: &str) -> bool {
    let mut labels = host.split('.');
    labels.next().is_some_and(|first| !first.is_empty())
        && labels.any(|label| label.len() > 1 && label.contains(char::is_alphabetic))
}

/// Whether what stands before a name makes it a handle: "@", unless that ends something else.
fn is_handle(before: &str) -> bool {
    before.strip_suffix('@').is_some_and(|before| !before.ends_with(is_local))
}

/// Decodes the entities that end in ";", as HTML has them. Borrowed where there is none.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('&')).map(|at| from + at) {
        from = at + 1;
        let rest = text.get(at + 1..).unwrap_or_default().bytes();
        // The longest name has 31 letters.
        let length = rest.clone().take(32).take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'#').count();
        if length == 0 || rest.clone().nth(length) != Some(b';') {
            continue;
        }
        let entity = text.get(at..at + length + 2).unwrap_or_default();
        if let Cow::Owned(character) = htmlize::unescape(entity)
            && !character.ends_with(';')
        {
            decoded.push_str(text.get(done..at).unwrap_or_default());
            decoded.push_str(&character);
            done = at + length + 2;
            from = done;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    decoded.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(decoded)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Paragraph,
    Heading(u8),
    Break,
    Ordered,
    Unordered,
    Item,
    Rule,
    Quote,
    OtherBlock,
    Emphasis,
    Strong,
    Code,
    Sup,
    Sub,
    Link,
    /// What shows nothing that is text: its contents go too.
    Hidden,
    OtherInline,
}

impl Name {
    fn of(name: &str) -> Option<Self> {
        // No name of an element is longer.
        let mut small = [0; 16];
        let small = small.get_mut(..name.len())?;
        small.copy_from_slice(name.as_bytes());
        small.make_ascii_lowercase();
        Some(match std::str::from_utf8(small).ok()? {
            "p" | "para" | "jats:p" => Self::Paragraph,
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" | "jats:title" => Self::Heading(6),
            "br" => Self::Break,
            "ol" => Self::Ordered,
            "ul" | "dir" | "menu" | "jats:list" => Self::Unordered,
            "li" | "jats:list-item" => Self::Item,
            "hr" => Self::Rule,
            "blockquote" => Self::Quote,
            "div" | "section" | "article" | "header" | "footer" | "main" | "table" | "tbody" | "thead" | "tfoot"
            | "tr" | "dl" | "dt" | "dd" | "pre" | "center" | "figure" | "figcaption" | "form" | "address" | "nav"
            | "aside" | "html" | "body" | "caption" | "jats:sec" => Self::OtherBlock,
            "em" | "i" | "italic" | "cite" | "dfn" | "var" | "jats:italic" => Self::Emphasis,
            "strong" | "b" | "bold" | "jats:bold" => Self::Strong,
            "code" | "tt" | "kbd" | "samp" => Self::Code,
            "sup" | "jats:sup" => Self::Sup,
            "sub" | "jats:sub" => Self::Sub,
            "a" => Self::Link,
            "script" | "style" | "head" | "template" | "noscript" | "iframe" | "object" => Self::Hidden,
            "span" | "font" | "u" | "s" | "strike" | "del" | "ins" | "small" | "big" | "abbr" | "acronym" | "q"
            | "mark" | "nobr" | "wbr" | "label" | "img" | "td" | "th" | "time" | "bdi" | "bdo" | "o:p" | "sc"
            | "underline" | "jats:sc" => Self::OtherInline,
            _ => return None,
        })
    }

    fn is_block(self) -> bool {
        matches!(
            self,
            Self::Paragraph
                | Self::Heading(_)
                | Self::Break
                | Self::Ordered
                | Self::Unordered
                | Self::Item
                | Self::Rule
                | Self::Quote
                | Self::OtherBlock
        )
    }
}

struct Tag<'a> {
    name: Name,
    closes: bool,
    /// What stands behind the name.
    attributes: &'a str,
}

impl Tag<'_> {
    /// Where a link leads, if that is a place in the web.
    fn address(&self) -> Option<String> {
        let lower = self.attributes.to_ascii_lowercase();
        let at = lower.find("href=")? + 5;
        let rest = self.attributes.get(at..)?;
        let address = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
            _ => rest.split([' ', '\n']).next()?,
        };
        let address = decode(address.trim());
        let is_web = address.starts_with("http://") || address.starts_with("https://");
        let is_safe = !address.contains(['(', ')', '<', '>', '\\']) && !address.contains(char::is_whitespace);
        (is_web && is_safe).then(|| address.into_owned())
    }
}

enum Token<'a> {
    Text(&'a str),
    Tag(Tag<'a>),
}

/// Cuts a text at the tags of HTML; comments and hidden contents are left out.
struct Tokens<'a> {
    rest: &'a str,
    /// A tag that was found behind the last text.
    tag: Option<Tag<'a>>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, tag: None }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(tag) = self.tag.take() {
            return Some(Token::Tag(tag));
        }
        let text = self.rest;
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find('<')).map(|at| from + at) {
            let markup = text.get(at..).unwrap_or_default();
            if let Some(behind) = comment(markup) {
                self.rest = behind;
                let before = text.get(..at).unwrap_or_default();
                if before.is_empty() {
                    return self.next_of_rest();
                }
                return Some(Token::Text(before));
            }
            if let Some((tag, behind)) = tag(markup) {
                self.rest = behind;
                let before = text.get(..at).unwrap_or_default();
                if tag.name == Name::Hidden {
                    if !tag.closes {
                        self.rest = behind_hidden(behind);
                    }
                    return if before.is_empty() { self.next_of_rest() } else { Some(Token::Text(before)) };
                }
                if before.is_empty() {
                    return Some(Token::Tag(tag));
                }
                self.tag = Some(tag);
                return Some(Token::Text(before));
            }
            from = at + 1;
        }
        self.rest = "";
        (!text.is_empty()).then_some(Token::Text(text))
    }
}

impl<'a> Tokens<'a> {
    /// Goes on without growing the stack: an empty text stands in for what was left out.
    fn next_of_rest(&mut self) -> Option<Token<'a>> {
        (!self.rest.is_empty()).then_some(Token::Text(""))
    }
}

/// What stands behind a comment or a declaration; all is, where it does not end.
fn comment(markup: &str) -> Option<&str> {
    let (start, end) = if markup.starts_with("<!--") {
        (4, "-->")
    } else if markup.starts_with("<![CDATA[") || markup.starts_with("<!DOCTYPE") || markup.starts_with("<?xml") {
        (2, ">")
    } else {
        return None;
    };
    let rest = markup.get(start..)?;
    Some(rest.find(end).and_then(|at| rest.get(at + end.len()..)).unwrap_or_default())
}

/// What stands behind the next closing tag of what is hidden; nothing is, where there is none.
fn behind_hidden(markup: &str) -> &str {
    let mut rest = markup;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at..).unwrap_or_default();
        if let Some((tag, behind)) = tag(rest)
            && tag.name == Name::Hidden
        {
            return behind;
        }
        rest = rest.get(2..).unwrap_or_default();
    }
    ""
}

/// The tag at the beginning, and what stands behind it.
fn tag(markup: &str) -> Option<(Tag<'_>, &str)> {
    let inner = markup.strip_prefix('<')?;
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let length = inner.bytes().take(17).take_while(|byte| byte.is_ascii_alphanumeric() || b":-".contains(byte)).count();
    let name = Name::of(inner.get(..length)?)?;
    let rest = inner.get(length..)?;
    if !rest.starts_with(['>', '/', ' ', '\n']) {
        return None;
    }
    // A "<" ends the try, so that no byte is looked at by two of them.
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (byte, quote) {
            (b'<', _) => return None,
            (b'>', None) => {
                return Some((Tag { name, closes, attributes: rest.get(..at)? }, rest.get(at + 1..)?));
            }
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

#[derive(Clone, Copy)]
enum Shift {
    Up,
    Down,
}

/// Writes raised and lowered figures as such ("m²", "CO₂", "10⁻³"); words are written as others are ("26e").
#[derive(Default)]
struct Raised {
    shift: Option<Shift>,
    held: String,
}

impl Raised {
    fn push(&mut self, out: &mut String, text: &str) {
        if self.shift.is_some() { self.held.push_str(text) } else { out.push_str(text) }
    }

    fn set(&mut self, out: &mut String, shift: Option<Shift>) {
        if let Some(old) = self.shift {
            out.push_str(&shifted(&self.held, old).unwrap_or_else(|| self.held.clone()));
            self.held.clear();
        }
        self.shift = shift;
    }
}

fn shifted(text: &str, shift: Shift) -> Option<String> {
    if !text.contains(|character: char| character.is_ascii_digit()) {
        return None;
    }
    text.trim()
        .chars()
        .map(|character| {
            let from = "0123456789+-=()–−";
            let to = match shift {
                Shift::Up => "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻⁻",
                Shift::Down => "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋₋",
            };
            from.chars().position(|other| other == character).and_then(|at| to.chars().nth(at))
        })
        .collect()
}

/// What has to be written before the next text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Blank,
    Line,
    Break,
    Item,
    Paragraph,
}

/// Writes `CommonMark`.
#[derive(Default)]
struct Markdown {
    out: String,
    keeps_lines: bool,
    gap: Gap,
    /// The list items and the marks of headings that begin with the next text.
    prefix: String,
    /// For each list: the number of its next item, none for dots.
    lists: Vec<Option<u32>>,
    /// Marks that are open in the text, innermost last, and how many of them are written.
    marks: Vec<&'static str>,
    written: usize,
    links: Vec<Option<String>>,
    raised: Raised,
}

/// Deeper lists stand at this depth.
const DEEPEST_LIST: usize = 8;

impl Markdown {
    fn text(&mut self, text: &str) {
        if self.raised.shift.is_some() {
            self.raised.held.push_str(text);
            return;
        }
        self.inline(text);
    }

    fn inline(&mut self, text: &str) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\n' && self.keeps_lines {
                self.gap = if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line };
            } else if character.is_whitespace() && character != '\u{a0}' {
                self.gap = self.gap.max(Gap::Blank);
            } else {
                let is_new_line = self.begin();
                self.escape(character, characters.peek().copied(), is_new_line);
            }
        }
    }

    /// Writes what stands before a text; tells whether the text begins a line.
    fn begin(&mut self) -> bool {
        let is_first = self.out.is_empty();
        let depth = self.lists.len().min(DEEPEST_LIST);
        let mut is_new_line = is_first;
        if !is_first {
            match self.gap {
                Gap::None => {}
                Gap::Blank => self.out.push(' '),
                gap => {
                    is_new_line = true;
                    self.out.push_str(match gap {
                        Gap::Break => "\\\n",
                        Gap::Paragraph => "\n\n",
                        _ => "\n",
                    });
                    let is_item = !self.prefix.is_empty() && depth > 0;
                    let indent = if is_item { depth - 1 } else { depth };
                    for _ in 0..indent {
                        self.out.push_str("   ");
                    }
                }
            }
        }
        self.gap = Gap::None;
        if !self.prefix.is_empty() {
            self.out.push_str(&self.prefix);
            self.prefix.clear();
            is_new_line = true;
        }
        while let Some(mark) = self.marks.get(self.written) {
            self.out.push_str(mark);
            self.written += 1;
            is_new_line = false;
        }
        is_new_line
    }

    /// Writes a character so that it means itself.
    fn escape(&mut self, character: char, next: Option<char>, is_new_line: bool) {
        let is_code = self.marks.last() == Some(&"`");
        let is_blank = |character: Option<char>| character.is_none_or(char::is_whitespace);
        let before = self.out.chars().next_back();
        let is_special = match character {
            _ if is_code => false,
            '\\' | '`' | '<' => true,
            '*' => !(is_blank(before) && is_blank(next)),
            '_' => !(before.is_some_and(char::is_alphanumeric) || is_blank(before) && is_blank(next)),
            ']' => matches!(next, Some('(' | '[' | ':')),
            '&' => next.is_some_and(|next| next == '#' || next.is_ascii_alphabetic()),
            '#' | '>' => is_new_line,
            '-' | '+' => is_new_line && is_blank(next),
            '.' | ')' => is_blank(next) && self.ends_in_number_of_line(),
            _ => false,
        };
        if is_special {
            self.out.push('\\');
        }
        // A code mark would end the code.
        self.out.push(if is_code && character == '`' { '\'' } else { character });
    }

    /// Whether the line so far is a number of up to nine figures, which would begin an item.
    fn ends_in_number_of_line(&self) -> bool {
        let figures = self.out.bytes().rev().take(10).take_while(u8::is_ascii_digit).count();
        (1..10).contains(&figures)
            && self.out.bytes().rev().skip(figures).find(|&byte| byte != b' ').is_none_or(|byte| byte == b'\n')
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if tag.name.is_block() {
            self.raise(None);
            self.end_marks();
        }
        match (tag.name, tag.closes) {
            (Name::Break, _) => {
                // Two breaks are how people end paragraphs.
                self.gap = match self.gap {
                    Gap::Break | Gap::Paragraph => Gap::Paragraph,
                    gap => gap.max(Gap::Break),
                };
            }
            (Name::Ordered | Name::Unordered, false) => {
                self.lists.truncate(1024);
                self.lists.push((tag.name == Name::Ordered).then_some(1));
                self.gap = self.gap.max(if self.lists.len() > 1 { Gap::Item } else { Gap::Paragraph });
            }
            (Name::Ordered | Name::Unordered, true) => {
                self.lists.pop();
                self.prefix.clear();
                self.gap = self.gap.max(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Item });
            }
            (Name::Item, false) => {
                self.prefix.clear();
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.prefix.push_str(&number.to_string());
                        self.prefix.push_str(". ");
                        *number = (*number + 1).min(999_999_999);
                    }
                    Some(None) => self.prefix.push_str("-  "),
                    // An item outside any list.
                    None => {
                        self.lists.push(None);
                        self.prefix.push_str("-  ");
                    }
                }
                self.gap = if self.gap == Gap::Paragraph && self.begins_list() { Gap::Paragraph } else { Gap::Item };
            }
            (Name::Item, true) => self.gap = Gap::Item,
            (Name::Heading(level), false) => {
                self.gap = Gap::Paragraph;
                self.prefix.clear();
                self.prefix.extend(std::iter::repeat_n('#', usize::from(level)));
                self.prefix.push(' ');
            }
            (Name::Heading(_), true) => {
                self.gap = Gap::Paragraph;
                self.prefix.clear();
            }
            // A paragraph that begins an item stands on the item's line.
            (name, _) if name.is_block() && !self.prefix.is_empty() => {}
            (name, _) if name.is_block() => {
                self.gap = if self.lists.is_empty() { Gap::Paragraph } else { self.gap.max(Gap::Item) };
            }
            (Name::Emphasis, closes) => self.mark("*", closes),
            (Name::Strong, closes) => self.mark("**", closes),
            (Name::Code, closes) => self.mark("`", closes),
            (Name::Sup, closes) => self.raise((!closes).then_some(Shift::Up)),
            (Name::Sub, closes) => self.raise((!closes).then_some(Shift::Down)),
            (Name::Link, false) => {
                self.end_link();
                let address = tag.address();
                if address.is_some() {
                    self.marks.push("[");
                }
                self.links.push(address);
            }
            (Name::Link, true) => self.end_link(),
            _ => {}
        }
    }

    /// Whether the next item is the first of its list.
    fn begins_list(&self) -> bool {
        self.lists.len() == 1 && matches!(self.lists.last(), Some(None | Some(2)))
    }

    fn raise(&mut self, shift: Option<Shift>) {
        if let Some(old) = self.raised.shift.take() {
            let held = std::mem::take(&mut self.raised.held);
            let text = shifted(&held, old).unwrap_or(held);
            self.inline(&text);
        }
        self.raised.shift = shift;
    }

    fn mark(&mut self, mark: &'static str, closes: bool) {
        self.raise(None);
        let is_open = self.marks.contains(&mark);
        if !closes && !is_open {
            self.marks.push(mark);
        } else if closes && is_open {
            self.end_until(mark);
        }
    }

    /// Ends the marks down to one.
    fn end_until(&mut self, mark: &str) {
        while let Some(open) = self.marks.pop() {
            if self.written > self.marks.len() {
                self.written = self.marks.len();
                if open == "[" {
                    let address = self.links.pop().flatten().unwrap_or_default();
                    for part in ["](", &address, ")"] {
                        self.out.push_str(part);
                    }
                } else {
                    self.out.push_str(open);
                }
            } else if open == "[" {
                self.links.pop();
            }
            if open == mark {
                return;
            }
        }
    }

    fn end_link(&mut self) {
        self.raise(None);
        if self.marks.contains(&"[") {
            self.end_until("[");
        }
        self.links.clear();
    }

    fn end_marks(&mut self) {
        self.end_until("");
        self.links.clear();
    }

    fn finish(mut self) -> String {
        self.raise(None);
        self.end_marks();
        self.out
    }
}

/// ISO 639-2 codes, of both kinds, with the ISO 639-1 codes of the same languages; sorted.
#[rustfmt::skip]
const THREE_LETTERS: &[(&str, &str)] = &[
    ("aar", "aa"), ("abk", "ab"), ("afr", "af"), ("aka", "ak"), ("alb", "sq"), ("amh", "am"), ("ara", "ar"),
    ("arg", "an"), ("arm", "hy"), ("asm", "as"), ("ava", "av"), ("ave", "ae"), ("aym", "ay"), ("aze", "az"),
    ("bak", "ba"), ("bam", "bm"), ("baq", "eu"), ("bel", "be"), ("ben", "bn"), ("bih", "bh"), ("bis", "bi"),
    ("bod", "bo"), ("bos", "bs"), ("bre", "br"), ("bul", "bg"), ("bur", "my"), ("cat", "ca"), ("ces", "cs"),
    ("cha", "ch"), ("che", "ce"), ("chi", "zh"), ("chu", "cu"), ("chv", "cv"), ("cor", "kw"), ("cos", "co"),
    ("cre", "cr"), ("cym", "cy"), ("cze", "cs"), ("dan", "da"), ("deu", "de"), ("div", "dv"), ("dut", "nl"),
    ("dzo", "dz"), ("ell", "el"), ("eng", "en"), ("epo", "eo"), ("est", "et"), ("eus", "eu"), ("ewe", "ee"),
    ("fao", "fo"), ("fas", "fa"), ("fij", "fj"), ("fin", "fi"), ("fra", "fr"), ("fre", "fr"), ("fry", "fy"),
    ("ful", "ff"), ("geo", "ka"), ("ger", "de"), ("gla", "gd"), ("gle", "ga"), ("glg", "gl"), ("glv", "gv"),
    ("gre", "el"), ("grn", "gn"), ("guj", "gu"), ("hat", "ht"), ("hau", "ha"), ("heb", "he"), ("her", "hz"),
    ("hin", "hi"), ("hmo", "ho"), ("hrv", "hr"), ("hun", "hu"), ("hye", "hy"), ("ibo", "ig"), ("ice", "is"),
    ("ido", "io"), ("iii", "ii"), ("iku", "iu"), ("ile", "ie"), ("ina", "ia"), ("ind", "id"), ("ipk", "ik"),
    ("isl", "is"), ("ita", "it"), ("jav", "jv"), ("jpn", "ja"), ("kal", "kl"), ("kan", "kn"), ("kas", "ks"),
    ("kat", "ka"), ("kau", "kr"), ("kaz", "kk"), ("khm", "km"), ("kik", "ki"), ("kin", "rw"), ("kir", "ky"),
    ("kom", "kv"), ("kon", "kg"), ("kor", "ko"), ("kua", "kj"), ("kur", "ku"), ("lao", "lo"), ("lat", "la"),
    ("lav", "lv"), ("lim", "li"), ("lin", "ln"), ("lit", "lt"), ("ltz", "lb"), ("lub", "lu"), ("lug", "lg"),
    ("mac", "mk"), ("mah", "mh"), ("mal", "ml"), ("mao", "mi"), ("mar", "mr"), ("may", "ms"), ("mkd", "mk"),
    ("mlg", "mg"), ("mlt", "mt"), ("mon", "mn"), ("mri", "mi"), ("msa", "ms"), ("mya", "my"), ("nau", "na"),
    ("nav", "nv"), ("nbl", "nr"), ("nde", "nd"), ("ndo", "ng"), ("nep", "ne"), ("nld", "nl"), ("nno", "nn"),
    ("nob", "nb"), ("nor", "no"), ("nya", "ny"), ("oci", "oc"), ("oji", "oj"), ("ori", "or"), ("orm", "om"),
    ("oss", "os"), ("pan", "pa"), ("per", "fa"), ("pli", "pi"), ("pol", "pl"), ("por", "pt"), ("pus", "ps"),
    ("que", "qu"), ("roh", "rm"), ("ron", "ro"), ("rum", "ro"), ("run", "rn"), ("rus", "ru"), ("sag", "sg"),
    ("san", "sa"), ("sin", "si"), ("slk", "sk"), ("slo", "sk"), ("slv", "sl"), ("sme", "se"), ("smo", "sm"),
    ("sna", "sn"), ("snd", "sd"), ("som", "so"), ("sot", "st"), ("spa", "es"), ("sqi", "sq"), ("srd", "sc"),
    ("srp", "sr"), ("ssw", "ss"), ("sun", "su"), ("swa", "sw"), ("swe", "sv"), ("tah", "ty"), ("tam", "ta"),
    ("tat", "tt"), ("tel", "te"), ("tgk", "tg"), ("tgl", "tl"), ("tha", "th"), ("tib", "bo"), ("tir", "ti"),
    ("ton", "to"), ("tsn", "tn"), ("tso", "ts"), ("tuk", "tk"), ("tur", "tr"), ("twi", "tw"), ("uig", "ug"),
    ("ukr", "uk"), ("urd", "ur"), ("uzb", "uz"), ("ven", "ve"), ("vie", "vi"), ("vol", "vo"), ("wel", "cy"),
    ("wln", "wa"), ("wol", "wo"), ("xho", "xh"), ("yid", "yi"), ("yor", "yo"), ("zha", "za"), ("zho", "zh"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_on_the_web_is_one_word() {
        assert_eq!(
            web_address(" https://lamp.example/a b".trim_end_matches(" b")).as_deref(),
            Some("https://lamp.example/a")
        );
        assert_eq!(web_address("http://lamp.example/\u{e9}").as_deref(), Some("http://lamp.example/\u{e9}"));
        for other in
            ["https://lamp.example/a b", "https://lamp\u{0}", "https://", "lamp.example", "ftp://lamp.example", ""]
        {
            assert_eq!(web_address(other), None, "{other}");
        }
    }

    #[test]
    fn a_letter_and_its_mark_are_composed_where_control_characters_parted_them() {
        assert_eq!(clean("tel\0\0\u{331}"), "te\u{1e3b}");
        assert_eq!(clean("e\u{301}\u{7}"), "\u{e9}");
    }

    #[test]
    fn a_plain_text_is_one_line_without_markup() {
        for (text, expected) in [
            ("Widgets", "Widgets"),
            ("  Widgets \r\n and\tgadgets ", "Widgets and gadgets"),
            ("26<sup>e</sup> réunion", "26e réunion"),
            ("10<sup>-3</sup> m<sup>2</sup> of CO<sub>2</sub>", "10⁻³ m² of CO₂"),
            ("Nuts &amp; bolts&#8482;", "Nuts & bolts™"),
            ("AT&T; a < b > c", "AT&T; a < b > c"),
            ("The <ETX> character", "The <ETX> character"),
            ("one<br/>two<p class=\"x > y\">three", "one two three"),
            ("a\u{0}b\u{1b}c\u{feff}", "abc"),
            ("e\u{301}", "é"),
            ("&#0;&#27;x&nbsp;y", "\u{fffd}x y"),
            ("<!-- no --><em>yes</em><script>no</script>!", "yes!"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn html_becomes_markdown() {
        for (html, expected) in [
            ("<p>One &amp; two.</p>\r\n<p>Three.</p>", "One & two.\n\nThree."),
            ("One<br/>two<br /><br>three", "One\\\ntwo\n\nthree"),
            ("Changes:<ul><li>a</li><li><p>b</p></li></ul>Then", "Changes:\n\n-  a\n-  b\n\nThen"),
            ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n   -  b\n2. c"),
            ("an <em> important </em>word <strong>here</strong>", "an *important* word **here**"),
            ("<em></em>x", "x"),
            ("<b>bold", "**bold**"),
            ("see <a href=\"https://a.example/b\">this</a>.", "see [this](https://a.example/b)."),
            ("see <a href='javascript:x'>this</a>.", "see this."),
            ("<p>2<sup>3</sup> * 4 = *x*</p>", "2³ * 4 = \\*x\\*"),
            ("<p># 1</p><p>1. a</p><p>- b</p>", "\\# 1\n\n1\\. a\n\n\\- b"),
            ("<h2>Scope</h2>All", "## Scope\n\nAll"),
            ("1 &lt;i&gt; 2", "1 \\<i> 2"),
        ] {
            assert_eq!(markdown(html), expected, "{html:?}");
        }
    }

    #[test]
    fn what_is_no_html_stays() {
        for text in ["a < b & c", "Lines\n\nstay *as* they <are>.", "1. one\n2. two"] {
            assert_eq!(markdown(text), text);
        }
        assert_eq!(markdown("one\r\ntwo\u{7}\r\n\r\n\r\nthree  "), "one\ntwo\n\nthree");
        assert_eq!(markdown("a &amp; b\n\nc"), "a & b\n\nc");
    }

    #[test]
    fn hostile_texts_take_no_time() {
        let started = std::time::Instant::now();
        for unit in
            ["<", "<b ", "<a href=\"", "<!--", "<ul><li>", "&amp", "&#", "<script>", "a@", "</em><em>", "<sup>1", "1."]
        {
            let text = unit.repeat(1_000_000 / unit.len());
            let mut length = plain(&text).len() + markdown(&text).len() + without_emails(&text).len();
            length += usize::from(has_email(&text));
            assert!(length < 40_000_000, "{unit}");
        }
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn languages_have_their_shortest_tag() {
        for (code, expected) in [
            ("en", Some("en")),
            ("eng", Some("en")),
            ("rus", Some("ru")),
            ("fra", Some("fr")),
            ("fre", Some("fr")),
            ("jp", Some("ja")),
            ("main-en", Some("en")),
            ("EN_gb", Some("en-GB")),
            ("zh-hans", Some("zh-Hans")),
            ("en-Latn", Some("en")),
            ("und", None),
            ("", None),
            ("42", None),
        ] {
            assert_eq!(language(code).as_deref(), expected, "{code}");
        }
        assert!(THREE_LETTERS.is_sorted());
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for date_text in ["2022", "2022-10", "2022-10-25", "2024-02-29", "1876-01-01"] {
            assert_eq!(date(date_text).as_deref(), Some(date_text));
        }
        assert_eq!(date(" 2022-10-25T12:00:00Z ").as_deref(), Some("2022-10-25"));
        for wrong in [
            "",
            "22",
            "2022-13",
            "2022-1",
            "2023-02-29",
            "2022-00-10",
            "2022-10-32",
            "0000",
            "20221025",
            "2022-10-",
            "May 2022",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_left_of_a_text_makes_no_new_address() {
        for (text, expected) in [
            ("Write to a@lamp.example@oil.example.", "Write to @oil.example."),
            ("to<a@lamp.example>@oil.example", "to @oil.example"),
            ("x@y (a@lamp.example).zz", "x@y .zz"),
            ("e <a@lamp.example>\u{301}", "e \u{301}"),
            ("m\u{301}@.a@lamp.example, m\u{301}@.a@oil.example", "\u{1e3f}@, \u{1e3f}@"),
        ] {
            let without = without_emails(text);
            assert!(!has_email(&without), "{without}");
            assert_eq!(without, expected);
        }
    }

    #[test]
    fn records_keep_no_addresses_of_people() {
        for (text, expected) in [
            ("a@lamp.example", ""),
            ("Lamps a&#64;lamp.example", "Lamps"),
            ("Lamps a<b>@</b>lamp.example", "Lamps"),
            ("Lamps &lt;a\u{ad}@lamp.example&gt; and oil", "Lamps and oil"),
            ("Lamps of @lamps@lamp.example", "Lamps of @lamps@lamp.example"),
        ] {
            assert_eq!(plain(text), expected);
        }
        for (text, expected) in [
            ("Ask a@lamp.example.\nOr not.", "Ask.\nOr not."),
            ("<p>Ask a&#64;lamp.example</p>", "Ask"),
            ("<p>Ask &lt;_a@lamp.example> now</p>", "Ask now"),
            ("<p>Ask a<span>@</span>lamp.example now</p>", "Ask now"),
        ] {
            assert_eq!(markdown(text), expected);
        }
        assert_eq!(words("<a@lamp.example> &amp;\n oil"), "&amp; oil");
        assert_eq!(line("a&#64;lamp.example"), "a@lamp.example");
    }

    #[test]
    fn a_letter_and_its_mark_are_composed_where_tags_parted_them() {
        assert_eq!(markdown("<p>e<sup>\u{301}</sup></p>"), "\u{e9}");
        assert_eq!(plain("e<sup>\u{301}</sup>"), "\u{e9}");
    }

    #[test]
    fn addresses_of_people_go() {
        for (text, expected) in [
            ("Write to m\u{fc}ller@l\u{e4}mp.example now", "Write to now"),
            ("lamps@1.2.3 and @lamps@lamp.example", "lamps@1.2.3 and @lamps@lamp.example"),
            ("Write to a.b@mail.example.org.", "Write to."),
            ("Ask (x@y.example) now", "Ask now"),
            ("A <x@y.example>, B <z@y.example>", "A, B"),
            ("user@host or @home", "user@host or @home"),
        ] {
            assert_eq!(without_emails(text), expected);
            assert_eq!(has_email(text), text != expected);
        }
    }

    #[test]
    fn a_mark_alone_says_nothing() {
        assert!(!says_something("®"));
        assert!(says_something("Ж"));
    }
}
