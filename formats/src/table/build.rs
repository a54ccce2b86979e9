//! From the cells of a row to a record.

use std::borrow::Cow;

use serde_json::{Map, Number, Value};

use super::{
    mapping::{Action, Condition, Languages, Leaf, Node, Piece, Source, Table, Test},
    rows::Cells,
    schema::{Schema, Shape},
};
use crate::item::Outcome;
use crate::text;

/// Why a row cannot be read.
type Reason = String;

/// What a table makes of a row.
pub(super) fn outcome(table: &Table, cells: &Cells<'_>) -> Option<Outcome> {
    let row = Row { table, cells };
    if let Some(reason) = row.skipped() {
        return Some(Outcome::Skipped(reason));
    }
    match &table.action {
        Action::PassOver => None,
        Action::Skip(reason) => Some(Outcome::Skipped(reason)),
        Action::Make(schema, fields) => {
            let record = row.object(fields).and_then(|made| finish(schema, made.first));
            Some(record.unwrap_or_else(Outcome::Rejected))
        }
    }
}

/// Whether a row is for a table.
pub(super) fn takes(table: &Table, cells: &Cells<'_>) -> bool {
    let row = Row { table, cells };
    table.when.iter().all(|condition| row.holds(condition))
}

/// The columns of which each stands for what is read: one of each group must be there.
pub(super) fn needed(table: &Table) -> Vec<Vec<&str>> {
    let mut needed = Vec::new();
    for condition in table.when.iter().chain(&table.only_if).chain(&table.skip_if) {
        needed.push(vec![condition.column.as_str()]);
    }
    if let Action::Make(_, fields) = &table.action {
        for (_, node) in fields {
            gather(node, &mut needed);
        }
    }
    needed
}

fn gather<'a>(node: &'a Node, needed: &mut Vec<Vec<&'a str>>) {
    match node {
        Node::Leaf(_, leaf) if leaf.optional => {}
        Node::Leaf(_, leaf) => match &leaf.source {
            Source::Columns(columns) => needed.push(columns.iter().map(String::as_str).collect()),
            Source::Constant(_) => {}
            Source::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Column(column) = piece {
                        needed.push(vec![column]);
                    }
                }
            }
        },
        Node::Object(fields) => {
            for (_, node) in fields {
                gather(node, needed);
            }
        }
        Node::List(nodes) => {
            for node in nodes {
                gather(node, needed);
            }
        }
        Node::Languages(_) => {}
    }
}

fn finish(schema: &Schema, record: Map<String, Value>) -> Result<Outcome, Reason> {
    let record = Value::Object(record);
    for needed in schema.needed {
        let mut value = Some(&record);
        for part in needed.split('.') {
            value = value.and_then(|value| value.get(part));
        }
        if value.is_none() {
            return Err(format!("has no {needed}: no {} is without it", schema.name));
        }
    }
    (schema.record)(record).map(Outcome::Record).map_err(|error| error.to_string())
}

struct Row<'r> {
    table: &'r Table,
    cells: &'r Cells<'r>,
}

/// The values of a field.
struct Values {
    values: Vec<String>,
    /// Whether they are the same for every row.
    constant: bool,
}

/// What the parts of an object came to.
#[derive(Default)]
struct Made {
    /// The object; the first of several.
    first: Map<String, Value>,
    /// As many as the longest list in it has values.
    all: Vec<Map<String, Value>>,
    /// Whether a column gave something.
    given: bool,
    /// Whether nothing could come from a column.
    constant: bool,
}

impl Row<'_> {
    fn skipped(&self) -> Option<&'static str> {
        let unwanted = self.table.only_if.iter().find(|condition| !self.holds(condition));
        unwanted
            .or_else(|| self.table.skip_if.iter().find(|condition| self.holds(condition)))
            .map(|condition| condition.reason)
    }

    fn holds(&self, condition: &Condition) -> bool {
        let values = self.column(&condition.column);
        match &condition.test {
            Test::Empty(empty) => values.is_empty() == *empty,
            Test::OneOf(texts) => values.iter().any(|value| texts.contains(value)),
            Test::Matches(regex) => values.iter().any(|value| regex.is_match(value)),
        }
    }

    /// What stands in a column, without what stands for nothing.
    fn column(&self, column: &str) -> Vec<String> {
        self.cells
            .get(column)
            .iter()
            .map(|value| prose(value))
            .filter(|value| !value.is_empty() && !self.table.empty.contains(value))
            .collect()
    }

    fn object(&self, fields: &[(&'static str, Node)]) -> Result<Made, Reason> {
        let mut made = Made { constant: true, ..Made::default() };
        let mut parts: Vec<(&'static str, Vec<Value>)> = Vec::new();
        for (name, node) in fields {
            let values = match node {
                Node::Leaf(shape, leaf) => {
                    let found = self.leaf(leaf)?;
                    made.constant &= found.constant;
                    let shaped: Result<Vec<_>, _> =
                        found.values.iter().map(|value| shaped(*shape, value, leaf)).collect();
                    let values: Vec<Value> = shaped?.into_iter().flatten().collect();
                    made.given |= !found.constant && !values.is_empty();
                    values
                }
                Node::Object(fields) => {
                    let part = self.object(fields)?;
                    made.constant &= part.constant;
                    made.given |= part.given;
                    if part.given || part.constant {
                        part.all.into_iter().map(Value::Object).collect()
                    } else {
                        Vec::new()
                    }
                }
                Node::List(nodes) => {
                    let (list, given, constant) = self.list(nodes)?;
                    made.constant &= constant;
                    made.given |= given;
                    if list.is_empty() { Vec::new() } else { vec![Value::Array(list)] }
                }
                Node::Languages(languages) => {
                    let list = self.languages(languages);
                    made.constant = false;
                    made.given |= !list.is_empty();
                    if list.is_empty() { Vec::new() } else { vec![Value::Array(list)] }
                }
            };
            if !values.is_empty() {
                parts.push((name, values));
            }
        }
        let count = parts.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        for at in 0..count {
            let mut object = Map::new();
            for (name, values) in &parts {
                // One value stands for all; of lists that differ in length the shorter ends early.
                let value = if values.len() == 1 { values.first() } else { values.get(at) };
                if let Some(value) = value {
                    object.insert((*name).to_owned(), value.clone());
                }
            }
            if at == 0 {
                made.first.clone_from(&object);
            }
            made.all.push(object);
        }
        Ok(made)
    }

    fn list(&self, nodes: &[Node]) -> Result<(Vec<Value>, bool, bool), Reason> {
        let mut list = Vec::new();
        let (mut given, mut constant) = (false, true);
        for node in nodes {
            match node {
                Node::Leaf(shape, leaf) => {
                    let found = self.leaf(leaf)?;
                    constant &= found.constant;
                    for value in &found.values {
                        let value = shaped(*shape, value, leaf)?;
                        given |= !found.constant && value.is_some();
                        list.extend(value);
                    }
                }
                Node::Object(fields) => {
                    let made = self.object(fields)?;
                    given |= made.given;
                    constant &= made.constant;
                    if made.given || made.constant {
                        list.extend(made.all.into_iter().map(Value::Object));
                    }
                }
                // No field is a list of lists.
                Node::List(_) | Node::Languages(_) => {}
            }
        }
        // The same value from several columns counts once.
        let mut once: Vec<Value> = Vec::with_capacity(list.len());
        for value in list {
            if !once.contains(&value) {
                once.push(value);
            }
        }
        Ok((once, given, constant))
    }

    fn languages(&self, languages: &Languages) -> Vec<Value> {
        let mut list = Vec::new();
        for name in self.cells.names() {
            let tag = name
                .strip_prefix(languages.before.as_str())
                .and_then(|rest| rest.strip_suffix(languages.after.as_str()))
                .map(|tag| tag.replace('_', "-"));
            let Some(tag) = tag.filter(|tag| is_tag(tag) && !languages.except.contains(tag)) else {
                continue;
            };
            let value = self.column(name).first().map(|value| line(&without_emails(value)));
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                list.push(serde_json::json!({ "language": tag, "value": value }));
            }
        }
        list
    }

    fn leaf(&self, leaf: &Leaf) -> Result<Values, Reason> {
        let trimmed = |value: &str| {
            let value = leaf.trim_start.as_deref().map_or(value, |trim| value.trim_start_matches(trim));
            leaf.trim_end.as_deref().map_or(value, |trim| value.trim_end_matches(trim)).to_owned()
        };
        let constant = matches!(leaf.source, Source::Constant(_));
        let found: Vec<String> = match &leaf.source {
            Source::Columns(columns) => {
                let found = columns.iter().map(|column| self.column(column)).find(|values| !values.is_empty());
                found.unwrap_or_default()
            }
            Source::Constant(value) => vec![value.clone()],
            Source::Template(pieces) => {
                let filled: Option<String> = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => Some(text.clone()),
                        Piece::Column(column) => {
                            let value = self.column(column).first().map(|value| trimmed(value));
                            value.filter(|value| !value.is_empty())
                        }
                    })
                    .collect();
                filled.into_iter().collect()
            }
        };
        let mut values = Vec::new();
        for value in found {
            let divided: Vec<&str> = match &leaf.split {
                Some(split) => value.split(split.as_str()).collect(),
                None => vec![&value],
            };
            for value in divided {
                let value = match &leaf.source {
                    Source::Columns(_) => trimmed(value.trim()),
                    _ => value.trim().to_owned(),
                };
                let wanted = leaf.only.as_ref().is_none_or(|only| only.is_match(&value))
                    && leaf.except.as_ref().is_none_or(|except| !except.is_match(&value));
                if !value.is_empty()
                    && wanted
                    && let Some(value) = rewritten(leaf, value)?
                {
                    values.push(value);
                }
            }
        }
        if values.is_empty()
            && leaf.map.is_none()
            && let Some(otherwise) = &leaf.otherwise
        {
            values.push(otherwise.clone());
        }
        Ok(Values { values, constant })
    }
}

/// What becomes of a value by replacements, patterns, map, date and prefix.
fn rewritten(leaf: &Leaf, mut value: String) -> Result<Option<String>, Reason> {
    for (regex, replacement) in &leaf.replace {
        if let Cow::Owned(replaced) = regex.replace_all(&value, replacement) {
            value = replaced;
        }
    }
    if !leaf.patterns.is_empty() {
        let fitting = leaf.patterns.iter().find_map(|(regex, replacement)| {
            let found = regex.captures(&value)?;
            let mut written = String::new();
            found.expand(replacement, &mut written);
            Some(written)
        });
        match fitting {
            Some(written) => value = written,
            None if leaf.optional => return Ok(None),
            None => return Err(problem(leaf, &value, "fits none of the patterns")),
        }
    }
    if let Some(map) = &leaf.map {
        match map.get(&value).or(leaf.otherwise.as_ref()) {
            Some(mapped) => mapped.clone_into(&mut value),
            None if leaf.optional => return Ok(None),
            None => {
                let mut known: Vec<&str> = map.keys().map(String::as_str).take(12).collect();
                if map.len() > known.len() {
                    known.push("…");
                }
                return Err(problem(leaf, &value, &format!("is none of {}", known.join(", "))));
            }
        }
    }
    if let Some(format) = &leaf.date {
        match date(format, &value) {
            Some(date) => value = date,
            None if leaf.optional => return Ok(None),
            None => return Err(problem(leaf, &value, &format!("is no date of the form {format}"))),
        }
    }
    if let Some(prefix) = &leaf.prefix
        && !value.is_empty()
    {
        value.insert_str(0, prefix);
    }
    Ok((!value.is_empty()).then_some(value))
}

/// A value as a field holds it.
fn shaped(shape: Shape, value: &str, leaf: &Leaf) -> Result<Option<Value>, Reason> {
    let shaped = match shape {
        Shape::Prose => Some(Value::String(prose(&without_emails(value)))),
        Shape::Number => whole(value).map(|number| Value::Number(Number::from(number))),
        Shape::Year => {
            whole(value).filter(|year| (0..=9999).contains(year)).map(|year| Value::Number(Number::from(year)))
        }
        Shape::Date => is_date(value).then(|| Value::String(value.to_owned())),
        Shape::Moment => value.parse::<jiff::Timestamp>().is_ok().then(|| Value::String(value.to_owned())),
        Shape::Language => text::language(value).map(Value::String),
        Shape::Flag => match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Shape::Word(words) => {
            let word: String = value
                .chars()
                .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
                .collect();
            words().contains(&word).then_some(Value::String(word))
        }
        Shape::Exact => Some(Value::String(line(value))),
        Shape::Url => Some(line(value)).filter(|url| !url.contains(' ')).map(Value::String),
        Shape::Line | Shape::Object(_) | Shape::List(_) => Some(Value::String(line(&without_emails(value)))),
    };
    match shaped {
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(shaped) => Ok(Some(shaped)),
        None if leaf.optional => Ok(None),
        None => {
            let wanted = match shape {
                Shape::Number => "is no whole number".to_owned(),
                Shape::Year => "is no year".to_owned(),
                Shape::Moment => "is no time such as 2022-10-25T09:00:00+02:00".to_owned(),
                Shape::Language => "is no code of a language such as en".to_owned(),
                Shape::Url => "has blanks, as no address on the web has".to_owned(),
                Shape::Date => "is no date such as 2022-10-25, 2022-10 or 2022".to_owned(),
                Shape::Flag => "is neither true nor false".to_owned(),
                Shape::Word(words) => format!("is none of {}", words().join(", ")),
                _ => "does not fit".to_owned(),
            };
            Err(problem(leaf, value, &wanted))
        }
    }
}

fn whole(value: &str) -> Option<i64> {
    value.strip_suffix(".0").unwrap_or(value).parse().ok()
}

/// A value that does not fit, shortened. What may name a person is not shown.
fn problem(leaf: &Leaf, value: &str, reason: &str) -> Reason {
    const PERSONAL: &[&str] = &[
        "author",
        "chair",
        "contact",
        "convener",
        "editor",
        "leader",
        "mail",
        "member",
        "person",
        "phone",
        "responsible",
    ];
    let column = match &leaf.source {
        Source::Columns(columns) => columns.join("\", \""),
        Source::Constant(_) => "value".to_owned(),
        Source::Template(pieces) => {
            let columns = pieces.iter().filter_map(|piece| match piece {
                Piece::Column(column) => Some(column.as_str()),
                Piece::Text(_) => None,
            });
            columns.collect::<Vec<_>>().join("\", \"")
        }
    };
    let lower = column.to_lowercase();
    if text::decode(value).contains('@') || PERSONAL.iter().any(|word| lower.contains(word)) {
        return format!("column \"{column}\": its value {reason}");
    }
    let mut short: String = line(value).chars().take(40).collect();
    if value.chars().count() > 40 {
        short.push('…');
    }
    format!("column \"{column}\": \"{short}\" {reason}")
}

/// The form that dates have in records.
fn is_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
        && date(["Y", "Y-M", "Y-M-D"].get(lengths.len() - 1).copied().unwrap_or_default(), text).is_some()
}

/// Reads a date by its form.
fn date(format: &str, text: &str) -> Option<String> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    for letter in format.chars() {
        let part = match letter {
            'Y' => &mut year,
            'M' => &mut month,
            'D' => &mut day,
            _ => {
                rest = rest.strip_prefix(letter)?;
                continue;
            }
        };
        let most = if letter == 'Y' { 4 } else { 2 };
        let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, behind) = rest.split_at_checked(length)?;
        *part = Some(digits.parse::<u32>().ok()?);
        rest = behind;
    }
    let year = year.filter(|year| rest.is_empty() && (1000..=9999).contains(year))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        None => 0,
        Some(1 | 3 | 5 | 7 | 8 | 10 | 12) => 31,
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) if leap => 29,
        Some(2) => 28,
        Some(_) => return None,
    };
    match (month, day) {
        (Some(month), Some(day)) if (1..=days).contains(&day) => Some(format!("{year}-{month:02}-{day:02}")),
        (_, Some(_)) => None,
        (Some(month), None) => Some(format!("{year}-{month:02}")),
        (None, None) => Some(year.to_string()),
    }
}

fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    parts
        .next()
        .is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase()))
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Composed, on one line, with single blanks.
pub(super) fn line(text: &str) -> String {
    text::single_blanks(&text::clean(text))
}

/// Composed, without control characters but line ends.
fn prose(text: &str) -> String {
    text::clean(text).trim().to_owned()
}

/// Without e-mail addresses, be they written with the "@" or with an entity of HTML for it.
fn without_emails(value: &str) -> Cow<'_, str> {
    let value = text::clean(value);
    let decoded = text::decode(&value);
    match text::without_emails(&decoded) {
        Cow::Owned(rest) => Cow::Owned(rest),
        Cow::Borrowed(_) => value,
    }
}
