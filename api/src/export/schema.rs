//! What a line of an export in JSON Lines may hold, as a JSON Schema (2020-12), made of the same description as the lines.

use serde_json::{Map, Value, json};

use super::KINDS;
use crate::graph::document::{columns_of, columns_of_link, field, field_of, links_of, shows_places, vocabulary};
use crate::graph::documents::FORMER_NAMES;
use crate::graph::{Column, Kind, Link, Type, kinds};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let records = KINDS.iter().map(|kind| record(kind));
    let tombstones = KINDS.iter().map(|kind| tombstone(kind));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of an export of Atlas in JSON Lines",
        "description": "A record with all that it owns, or, where only changes were asked for, the tombstone of one that is gone. What is unknown is left out.",
        "oneOf": records.chain(tombstones).collect::<Vec<_>>(),
    })
}

/// Members as they come together; those of an object within it under its name.
#[derive(Default)]
struct Members {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Members {
    fn add(&mut self, name: &str, value: Value, is_required: bool) {
        let Some((whole, part)) = name.split_once('.') else {
            self.properties.insert(name.to_owned(), value);
            self.required.extend(is_required.then(|| name.to_owned()));
            return;
        };
        let object = self.properties.entry(whole).or_insert_with(|| object(Members::default()));
        object["properties"][part] = value;
        if is_required {
            if let Some(required) = object["required"].as_array_mut() {
                required.push(part.into());
            }
            if !self.required.iter().any(|known| known == whole) {
                self.required.push(whole.to_owned());
            }
        }
    }
}

fn object(Members { properties, required }: Members) -> Value {
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn record(kind: &'static Kind) -> Value {
    let mut members = Members::default();
    members.add("recordKind", json!({ "const": kind.code }), true);
    for column in columns_of(kind) {
        members.add(&field(column), value(kind.table, column), !column.nullable);
    }
    for link in links_of(kind) {
        let is_required = link.table != kinds::SLUG_ALIAS.table;
        members.add(field_of(link), json!({ "type": "array", "items": entry(link) }), is_required);
    }
    if *kind == kinds::SOURCE {
        members.add(FORMER_NAMES, json!({ "type": "array", "items": { "type": "string" } }), false);
    }
    let mut record = object(members);
    record["title"] = kind.name.into();
    record
}

fn tombstone(kind: &'static Kind) -> Value {
    let mut members = Members::default();
    members.add("recordKind", json!({ "const": kind.code }), true);
    let name = kind.natural_key.first().copied();
    for column in columns_of(kind) {
        if [kinds::ID.name, kinds::CREATED_AT.name].contains(&column.name) || Some(column) == name {
            members.add(&field(column), value(kind.table, column), true);
        }
    }
    members.add("deleted", json!({ "const": true }), true);
    let mut tombstone = object(members);
    tombstone["title"] = format!("{}, gone", kind.name).into();
    tombstone
}

/// An entry of a link.
fn entry(link: &'static Link) -> Value {
    let hidden = [kinds::ID.name, kinds::LINK_ID.name, kinds::POSITION.name];
    let columns: Vec<_> = columns_of_link(link).filter(|column| !hidden.contains(&column.name)).collect();
    if let [only] = columns.as_slice() {
        return value(link.table, only);
    }
    let mut members = Members::default();
    for column in columns {
        members.add(&column.api_name(), value(link.table, column), !column.nullable);
    }
    if shows_places(link) {
        members.add("position", json!({ "type": "integer" }), true);
    }
    if link.table == kinds::ORGANISATION_ISSUE.table {
        members.add("citations", json!({ "type": "array", "items": entry(&kinds::CITATION) }), true);
    }
    object(members)
}

fn value(table: &str, column: &'static Column) -> Value {
    if let Some(values) = vocabulary(table, column.name) {
        return json!({ "enum": values });
    }
    if column.name == kinds::ID.name {
        return json!({ "type": "string", "description": "The global id, as the API has it." });
    }
    match column.ty {
        Type::Text | Type::Key => json!({ "type": "string" }),
        Type::List => json!({ "type": "array", "items": { "type": "string" } }),
        Type::Int => json!({ "type": "integer" }),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Time => json!({ "type": "string", "format": "date-time" }),
    }
}
