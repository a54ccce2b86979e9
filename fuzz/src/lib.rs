//! What must hold of whatever the readers of `formats` give, for any bytes. See `README.md` for how to run it.

use std::io::{BufRead, BufReader, Read as _};

use formats::record::Record;
use formats::{Entry, Item, Outcome, Reader, Stop};
use serde_json::Value;
use unicode_normalization::is_nfc;

/// How much the first buffer of an entry holds. It is less than what containers promise
/// ([`formats::container::HEAD`]), so that more is read behind it.
const HEAD: usize = 512;

/// Reads the bytes as one file of each of these names, by a new reader, and checks what comes: the records, that the
/// size of buffers makes no difference, and that reading ends when no more is wanted.
///
/// # Panics
/// That something does not hold.
pub fn check<R: Reader>(reader: impl Fn() -> R, recognises: impl Fn(&str, &[u8]) -> bool, paths: &[&str], bytes: &[u8]) {
    for path in paths {
        recognises(path, bytes.get(..8192).unwrap_or(bytes));
        let items = read(&mut reader(), path, &mut &*bytes);
        for item in &items {
            check_item(item, path);
        }
        // One in some runs is enough for what costs another reading.
        match bytes.len() % 4 {
            0 => {
                // Entries begin with a buffer that is large enough to tell what they are.
                let (head, rest) = bytes.split_at_checked(HEAD).unwrap_or((bytes, &[]));
                let mut small = head.chain(BufReader::with_capacity(1 + bytes.len() % 7, rest));
                assert_eq!(read(&mut reader(), path, &mut small), items, "small buffers read the same");
            }
            1 if !items.is_empty() => {
                let most = bytes.len() % items.len();
                let mut count = 0;
                let mut reader = reader();
                let mut sink = |_: Item| {
                    count += 1;
                    if count > most { Err(Stop) } else { Ok(()) }
                };
                let mut contents = bytes;
                let result = reader
                    .read(Entry { path, contents: &mut contents }, &mut sink)
                    .and_then(|()| reader.finish(&mut sink));
                assert_eq!(result, Err(Stop), "reading ends when the sink wants no more");
                assert_eq!(count, most + 1, "nothing comes after the end");
            }
            _ => {}
        }
    }
}

fn read(reader: &mut impl Reader, path: &str, contents: &mut dyn BufRead) -> Vec<Item> {
    let mut items = Vec::new();
    let mut sink = |item| {
        items.push(item);
        Ok(())
    };
    reader.read(Entry { path, contents }, &mut sink).expect("the sink wants all");
    reader.finish(&mut sink).expect("the sink wants all");
    items
}

/// What holds of every item.
///
/// # Panics
/// That it does not.
pub fn check_item(item: &Item, path: &str) {
    // What comes along after the last file stands in none.
    let comes_along = matches!(item.outcome, Outcome::Beside(_)) && item.path.is_empty();
    assert!(comes_along || item.path == path, "{:?}", item.path);
    // A position may quote the file, as may a reason.
    if let Some(position) = &item.position {
        assert!(!position.is_empty() && !position.contains(char::is_control), "position: {position:?}");
    }
    match &item.outcome {
        Outcome::Record(record) | Outcome::Beside(record) => check_record(record),
        Outcome::Skipped(reason) => assert!(!reason.is_empty()),
        Outcome::Rejected(reason) => {
            assert!(!reason.trim().is_empty() && !reason.contains(char::is_control), "reason: {reason:?}");
        }
    }
}

fn check_record(record: &Record) {
    let (value, keys): (serde_json::Result<Value>, &[&str]) = match record {
        Record::Standard(standard) => (serde_json::to_value(standard), &["identifier"]),
        Record::Organisation(organisation) => (serde_json::to_value(organisation), &["name"]),
        Record::Committee(committee) => {
            check_line("designation", &committee.group.designation);
            (serde_json::to_value(committee), &[])
        }
        Record::Event(event) => (serde_json::to_value(event), &["title"]),
        Record::Channel(channel) => {
            assert!(channel.handle.is_some() || channel.url.is_some() || channel.owner.is_some(), "a channel is told");
            (serde_json::to_value(channel), &[])
        }
        Record::Instrument(instrument) => (serde_json::to_value(instrument), &["name"]),
        Record::Initiative(initiative) => (serde_json::to_value(initiative), &["name"]),
        Record::Resource(resource) => (serde_json::to_value(resource), &["name"]),
        Record::Issue(issue) => (serde_json::to_value(issue), &["name"]),
        Record::Country(country) => (serde_json::to_value(country), &["code"]),
        Record::Subject(subject) => (serde_json::to_value(subject), &["scheme", "code"]),
        Record::Relation(statement) => (serde_json::to_value(statement), &["identifier"]),
        // What an atlas has exported is for the importer to check.
        Record::Document(_) => return,
    };
    let value = value.expect("records can be written as JSON");
    for key in keys {
        assert!(value.get(key).and_then(Value::as_str).is_some_and(|text| !text.is_empty()), "{key} is empty: {value}");
    }
    if let Some(titles) = value.get("titles").and_then(Value::as_array) {
        assert!(titles.iter().all(|title| title["value"].as_str().is_some_and(|text| !text.is_empty())), "{value}");
    }
    check_value("", &value);
}

fn check_value(key: &str, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| check_value(key, value)),
        Value::Array(values) => values.iter().for_each(|value| check_value(key, value)),
        Value::String(text) => check_field(key, text),
        Value::Number(number) if key.ends_with("_year") => {
            assert!(number.as_i64().is_some_and(|year| (0..=9999).contains(&year)), "{key}: {number}");
        }
        _ => {}
    }
}

fn check_field(key: &str, text: &str) {
    match key {
        // Texts of several lines.
        "abstract" | "summary" | "digital_activities" | "future_of_meetings" | "membership" | "text" | "scope"
        | "description" | "note" => {
            assert!(!text.trim().is_empty(), "{key} is empty");
            check_text(key, text, true);
            check_emails(key, text);
        }
        "published_on" | "starts_on" | "ends_on" => check_date(key, text),
        "starts_at" | "ends_at" => {
            check_line(key, text);
            assert!(text.parse::<jiff::Timestamp>().is_ok(), "{key}: {text:?}");
        }
        "url" | "website" | "registration_url" => {
            check_line(key, text);
            // What a table has there is for its mapping to say.
            let is_web = text.starts_with("http://") || text.starts_with("https://");
            assert!(!is_web || !text.contains(' '), "{key}: {text:?}");
        }
        "language" | "languages" | "name_language" => check_language(key, text),
        "freshness" => check_text(key, text, false),
        "handle" | "uid" => check_line(key, text),
        _ => {
            check_line(key, text);
            check_emails(key, text);
        }
    }
}

/// One line with single blanks.
///
/// # Panics
/// That it is not so.
pub fn check_line(key: &str, text: &str) {
    check_text(key, text, false);
    assert!(!text.is_empty(), "{key} is empty");
    let single = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(text, single, "{key} has single blanks");
}

/// Composed, without control characters but line ends where it has lines.
///
/// # Panics
/// That it is not so.
pub fn check_text(key: &str, text: &str, lines: bool) {
    assert!(is_nfc(text), "{key} is not composed: {text:?}");
    assert!(
        text.chars().all(|character| !character.is_control() || lines && character == '\n'),
        "{key} has control characters: {text:?}"
    );
}

/// "2022", "2022-10" or "2022-10-25", a day of the calendar.
///
/// # Panics
/// That it is not so.
pub fn check_date(key: &str, text: &str) {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    assert!(full.len() == 10 && full.parse::<jiff::civil::Date>().is_ok(), "{key}: {text:?}");
}

/// The form of a BCP 47 tag.
///
/// # Panics
/// That it has another.
pub fn check_language(key: &str, text: &str) {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(text.split('-').all(is_part), "{key}: {text:?}");
}

/// Without e-mail addresses, as far as another look than that of the readers finds them.
///
/// # Panics
/// That it has one.
pub fn check_emails(key: &str, text: &str) {
    let words = text.split(|character: char| character.is_whitespace() || "<>(),;:/[]".contains(character));
    assert!(!words.into_iter().any(is_email), "{key} has an address: {text:?}");
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(local, domain)| {
        let is_label = |label: &str| label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !local.is_empty()
            && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| label.len() > 1 && is_label(label))
            && domain.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_alphabetic()))
    })
}
