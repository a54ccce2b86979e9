//! Records as text: what stands before them, and each of them.

use std::io::Write as _;

use serde_json::{Map, Value};

use super::{Format, Item, Order, csv};
use crate::graph::Kind;
use crate::graph::cursor::global_id;
use crate::graph::document::{document, field};
use crate::graph::moment::Moment;

/// What stands before all records.
pub fn head(order: &Order) -> Vec<u8> {
    match (order.format, order.kinds.as_slice()) {
        (Format::Csv, [kind]) => csv::row(csv::columns(kind, order.since.is_some())),
        _ => Vec::new(),
    }
}

/// Adds a record, or one that is gone.
pub fn write(order: &Order, item: &Item, bytes: &mut Vec<u8>) {
    let (kind, document) = match item {
        Item::Record(record) => (record.kind, document(record.kind, &record.row, &record.links)),
        Item::Gone(kind, key, name) => (*kind, tombstone(kind, *key, name.as_deref())),
    };
    match order.format {
        Format::Jsonl => line(document, bytes),
        Format::Csv => bytes.extend(csv::record(kind, order.since.is_some(), &document)),
    }
}

/// A document on a line of its own, what tells records apart before all else.
fn line(document: Value, bytes: &mut Vec<u8>) {
    let Value::Object(mut rest) = document else { return };
    bytes.push(b'{');
    for name in ["recordKind", "id", "slug"] {
        if let Some(value) = rest.remove(name) {
            // Writing to memory does not fail.
            _ = write!(bytes, "\"{name}\":{value},");
        }
    }
    let rest = Value::Object(rest).to_string();
    bytes.extend_from_slice(rest.strip_prefix('{').unwrap_or_default().as_bytes());
    bytes.push(b'\n');
}

/// What a record that is gone leaves: its id and name, and that it is deleted.
fn tombstone(kind: &'static Kind, key: i64, name: Option<&str>) -> Value {
    let mut tombstone = Map::new();
    tombstone.insert("recordKind".to_owned(), kind.code.into());
    tombstone.insert("id".to_owned(), global_id(kind, key, Moment::Now).into());
    if let Some((column, name)) = kind.natural_key.first().zip(name) {
        tombstone.insert(field(column), name.into());
    }
    tombstone.insert("deleted".to_owned(), true.into());
    tombstone.into()
}
