//! Records as text: what stands before them, and each of them.

use std::io::Write as _;

use serde_json::Value;

use super::{Format, Item, Order, csv, jsonld};
use crate::graph::document::{document, field};
use crate::graph::documents::Whole;

/// What stands before all records.
pub fn head(order: &Order) -> Vec<u8> {
    match (order.format, order.kinds.as_slice()) {
        (Format::Csv, [kind]) => csv::row(csv::columns(kind, order.since.is_some())),
        (Format::Jsonld, _) => jsonld::head(&order.base).into_bytes(),
        _ => Vec::new(),
    }
}

/// What stands behind all records.
pub fn end(order: &Order) -> Vec<u8> {
    if order.format == Format::Jsonld { jsonld::END.into() } else { Vec::new() }
}

/// Adds a record, or one that is gone.
pub fn write(order: &Order, Item { record, is_gone }: &Item, is_first: bool, bytes: &mut Vec<u8>) {
    let document = || if *is_gone { tombstone(record) } else { record.document() };
    match order.format {
        Format::Jsonl => line(document(), bytes),
        Format::Csv => bytes.extend(csv::record(record.kind, order.since.is_some(), &document())),
        Format::Jsonld => {
            let between = if is_first { "\n" } else { ",\n" };
            // Writing to memory does not fail.
            _ = write!(bytes, "{between}{}", jsonld::record(record, *is_gone, &order.base));
        }
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

/// What a record that is gone leaves: what tells it apart, and that it is deleted.
fn tombstone(record: &Whole) -> Value {
    let Value::Object(mut document) = document(record.kind, &record.row, &[]) else { return Value::Null };
    let name = record.kind.natural_key.first().map(|column| field(column));
    let kept = ["recordKind", "id", "createdAt"];
    document.retain(|member, _| kept.contains(&member.as_str()) || Some(member) == name.as_ref());
    document.insert("deleted".to_owned(), true.into());
    document.into()
}
