//! The rows of a YAML file. All scalars are texts, but those that stand for nothing: a table's columns say themselves what
//! is a number.

use std::io::{BufRead, Read};

use saphyr_parser::{Event as Yaml, Parser, ScalarStyle, ScanError};
use serde_json::{Map, Value};

use super::rows::{Event, Handle, Settings, Top, cannot};
use crate::item::Stop;

/// How large a YAML file is at most, in bytes.
pub const FILE_LIMIT: u64 = 64 << 20;

/// How deep the values of a row are nested at most.
const DEPTH: usize = 64;

enum Failure {
    Stop,
    Bad(String),
}

impl From<Stop> for Failure {
    fn from(_: Stop) -> Self {
        Self::Stop
    }
}

impl From<ScanError> for Failure {
    fn from(error: ScanError) -> Self {
        Self::Bad(cannot(&error))
    }
}

pub(super) fn read(input: &mut dyn BufRead, settings: Settings<'_>, handle: &mut Handle<'_>) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    if let Err(error) = input.take(FILE_LIMIT + 1).read_to_end(&mut bytes) {
        return handle(Event::Bad(None, cannot(&error)));
    }
    if bytes.len() as u64 > FILE_LIMIT {
        let reason = format!("has more than {FILE_LIMIT} bytes, too much for one YAML file: divide it");
        return handle(Event::Bad(None, reason));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return handle(Event::Bad(None, "is not written in UTF-8".to_owned()));
    };
    let mut top = Top::new(settings, handle);
    let mut parser = Parser::new_from_str(&text);
    match file(&mut parser, &mut top) {
        Ok(()) => top.end(),
        Err(Failure::Stop) => Err(Stop),
        Err(Failure::Bad(reason)) => top.bad(None, reason),
    }
}

type Events<'t> = Parser<'t, saphyr_parser::StrInput<'t>>;

fn next<'t>(parser: &mut Events<'t>) -> Result<Yaml<'t>, Failure> {
    match parser.next_event() {
        Some(event) => Ok(event?.0),
        None => Ok(Yaml::StreamEnd),
    }
}

fn file(parser: &mut Events<'_>, top: &mut Top<'_, '_>) -> Result<(), Failure> {
    loop {
        match next(parser)? {
            Yaml::StreamEnd => return Ok(()),
            Yaml::SequenceStart(..) if top.rows().is_none() => list(parser, top)?,
            Yaml::MappingStart(..) => map(parser, top)?,
            Yaml::Scalar(text, ..) if !nothing(&text) => {
                return Err(Failure::Bad("holds neither a list nor a map".to_owned()));
            }
            Yaml::SequenceStart(..) => {
                return Err(Failure::Bad("the rows stand in a list, not below a key".to_owned()));
            }
            _ => {}
        }
    }
}

fn list(parser: &mut Events<'_>, top: &mut Top<'_, '_>) -> Result<(), Failure> {
    loop {
        match next(parser)? {
            Yaml::SequenceEnd => return Ok(()),
            event => {
                let value = value(event, parser)?;
                top.element(&value)?;
            }
        }
    }
}

fn map(parser: &mut Events<'_>, top: &mut Top<'_, '_>) -> Result<(), Failure> {
    let mut found = top.rows().is_none();
    loop {
        let key = match next(parser)? {
            Yaml::MappingEnd if found => return Ok(()),
            Yaml::MappingEnd => {
                let rows = top.rows().unwrap_or_default();
                return Err(Failure::Bad(format!("has no \"{rows}\" that the rows stand below")));
            }
            Yaml::Scalar(key, ..) => key.into_owned(),
            _ => return Err(Failure::Bad("a key is no text".to_owned())),
        };
        let event = next(parser)?;
        if top.rows().is_some_and(|rows| rows == key) {
            found = true;
            match event {
                Yaml::SequenceStart(..) => list(parser, top)?,
                Yaml::MappingStart(..) => entries(parser, top)?,
                _ => return Err(Failure::Bad(format!("\"{key}\" holds neither a list nor a map"))),
            }
            continue;
        }
        let value = value(event, parser)?;
        if top.rows().is_none() {
            top.entry(key, value)?;
        }
    }
}

/// The entries of a map below the key of the rows.
fn entries(parser: &mut Events<'_>, top: &mut Top<'_, '_>) -> Result<(), Failure> {
    loop {
        let key = match next(parser)? {
            Yaml::MappingEnd => return Ok(()),
            Yaml::Scalar(key, ..) => key.into_owned(),
            _ => return Err(Failure::Bad("a key is no text".to_owned())),
        };
        let event = next(parser)?;
        let value = value(event, parser)?;
        top.entry(key, value)?;
    }
}

fn nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

enum Open {
    List(Vec<Value>),
    /// With the key that waits for its value.
    Map(Map<String, Value>, Option<String>),
}

/// A whole value, of which the first event is there already.
fn value<'t>(first: Yaml<'t>, parser: &mut Events<'t>) -> Result<Value, Failure> {
    let mut open: Vec<Open> = Vec::new();
    let mut event = first;
    loop {
        let done = match event {
            Yaml::Scalar(text, style, ..) => {
                if let Some(Open::Map(_, key @ None)) = open.last_mut() {
                    *key = Some(text.into_owned());
                    None
                } else if style == ScalarStyle::Plain && nothing(&text) {
                    Some(Value::Null)
                } else {
                    Some(Value::String(text.into_owned()))
                }
            }
            Yaml::SequenceStart(..) | Yaml::MappingStart(..) if open.len() == DEPTH => {
                return Err(Failure::Bad(format!("is nested deeper than {DEPTH} levels")));
            }
            Yaml::SequenceStart(..) | Yaml::MappingStart(..) if matches!(open.last(), Some(Open::Map(_, None))) => {
                return Err(Failure::Bad("a key is no text".to_owned()));
            }
            Yaml::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Yaml::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                None
            }
            Yaml::SequenceEnd | Yaml::MappingEnd => match open.pop() {
                Some(Open::List(list)) => Some(Value::Array(list)),
                Some(Open::Map(map, _)) => Some(Value::Object(map)),
                None => None,
            },
            Yaml::Alias(_) => return Err(Failure::Bad("uses an anchor (\"*name\"), which is not read".to_owned())),
            Yaml::StreamEnd => return Err(Failure::Bad("ends early".to_owned())),
            _ => None,
        };
        if let Some(done) = done {
            match open.last_mut() {
                None => return Ok(done),
                Some(Open::List(list)) => list.push(done),
                Some(Open::Map(map, key)) => {
                    if let Some(key) = key.take() {
                        map.insert(key, done);
                    }
                }
            }
        }
        event = next(parser)?;
    }
}
