//! Large JSON documents, one element after the other.

use std::fmt;
use std::io::{BufRead, Read};

use serde::de::{Deserializer as _, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::item::Stop;
use crate::text;

/// What is done with an element: its place in the list (from 1) or its key, and its value.
type Each<'a, K> = dyn FnMut(K, Value) -> Result<(), Stop> + 'a;

/// Whether a file is JSON by its ending, or has none, and these first bytes of it are those of a list with such members
/// in its objects.
pub(crate) fn is_list_with(path: &str, head: &[u8], members: &[&str]) -> bool {
    let head = text::head(head);
    let start = head.trim_start_matches('\u{feff}').trim_start();
    std::path::Path::new(path).extension().is_none_or(|ending| ending.eq_ignore_ascii_case("json"))
        && start.starts_with('[')
        && members.iter().all(|member| head.contains(member))
}

/// Reads a list, and hands on each element. The inner error says why the rest cannot be read.
///
/// # Errors
/// That no more is wanted.
pub(crate) fn list(contents: &mut dyn BufRead, each: &mut Each<'_, usize>) -> Result<Result<(), String>, Stop> {
    let mut stopped = false;
    let visitor = List { each, stopped: &mut stopped };
    let read = without_mark(contents).and_then(|contents| {
        let mut json = serde_json::Deserializer::from_reader(contents);
        json.deserialize_seq(visitor).and_then(|()| json.end()).map_err(|error| error.to_string())
    });
    if stopped { Err(Stop) } else { Ok(read) }
}

/// Reads an object, and hands on each entry, those with the same key too. The inner error says why the rest cannot be
/// read.
///
/// # Errors
/// That no more is wanted.
pub(crate) fn object(contents: &mut dyn BufRead, each: &mut Each<'_, String>) -> Result<Result<(), String>, Stop> {
    let mut stopped = false;
    let visitor = Object { each, stopped: &mut stopped };
    let read = without_mark(contents).and_then(|contents| {
        let mut json = serde_json::Deserializer::from_reader(contents);
        json.deserialize_map(visitor).and_then(|()| json.end()).map_err(|error| error.to_string())
    });
    if stopped { Err(Stop) } else { Ok(read) }
}

/// A single value, of `bound` bytes at most.
pub(crate) fn value(contents: &mut dyn BufRead, bound: u64) -> Result<Value, String> {
    let contents = without_mark(contents)?;
    let mut contents = contents.take(bound + 1);
    let mut bytes = Vec::new();
    contents.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > bound {
        return Err(format!("longer than {bound} bytes"));
    }
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

/// Leaves out the mark of the byte order that some editors put in front of UTF-8.
fn without_mark(contents: &mut dyn BufRead) -> Result<&mut dyn BufRead, String> {
    let marked = contents.fill_buf().map_err(|error| error.to_string())?.starts_with("\u{feff}".as_bytes());
    if marked {
        contents.consume('\u{feff}'.len_utf8());
    }
    Ok(contents)
}

/// The text of a member, where it is one and not blank.
pub(crate) fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The texts of a member: a list of them, or a single one.
pub(crate) fn texts<'v>(value: &'v Value, member: &str) -> Vec<&'v str> {
    match value.get(member) {
        Some(Value::String(text)) => vec![text.as_str()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

struct List<'a, 'e> {
    each: &'a mut Each<'e, usize>,
    stopped: &'a mut bool,
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(value) = list.next_element()? {
            place += 1;
            if (self.each)(place, value).is_err() {
                *self.stopped = true;
                return Err(A::Error::custom("ended"));
            }
        }
        Ok(())
    }
}

struct Object<'a, 'e> {
    each: &'a mut Each<'e, String>,
    stopped: &'a mut bool,
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some((key, value)) = object.next_entry()? {
            if (self.each)(key, value).is_err() {
                *self.stopped = true;
                return Err(A::Error::custom("ended"));
            }
        }
        Ok(())
    }
}
