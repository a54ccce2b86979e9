//! Records of one kind as CSV by RFC 4180: a line for each, under a header with the names of the columns.
//!
//! - Columns are those of the documents (`graph/document.rs`), parts of objects as `address.street`.
//! - A list is one cell, its entries parted by `; `. Of a link it has what names the other row (the slug, the code of a
//!   country, the name of a source), of titles and names `language: value`, of relations `KIND identifier`. What else a
//!   link says is in the other formats.
//! - A text that a spreadsheet would take for a formula has an apostrophe before it, which spreadsheets do not show.

use serde_json::{Map, Value};

use crate::graph::document::{columns_of, field, field_of, links_of};
use crate::graph::{Kind, Link, Target, kinds};

/// What parts the entries of a list.
const BETWEEN: &str = "; ";

/// The names of the columns.
pub fn columns(kind: &'static Kind, with_deleted: bool) -> impl Iterator<Item = String> {
    let own = columns_of(kind).map(field);
    let links = links_of(kind).map(|link| field_of(link).to_owned());
    own.chain(links).chain(with_deleted.then(|| "deleted".to_owned()))
}

/// The line of a document or of a tombstone.
pub fn record(kind: &'static Kind, with_deleted: bool, document: &Value) -> Vec<u8> {
    let own = columns_of(kind).map(|column| {
        let name = field(column);
        let value = match name.split_once('.') {
            Some((whole, part)) => document.get(whole).and_then(|whole| whole.get(part)),
            None => document.get(&name),
        };
        value.map(cell).unwrap_or_default()
    });
    let links = links_of(kind).map(|link| {
        let entries = document.get(field_of(link)).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut names: Vec<String> = entries.iter().map(|entry| named(link, entry)).collect();
        // An organisation treats an issue under several headings.
        names.dedup();
        names.join(BETWEEN)
    });
    let deleted = with_deleted.then(|| document.get("deleted").map(cell).unwrap_or_default());
    row(own.chain(links).chain(deleted))
}

/// One line.
pub fn row(cells: impl Iterator<Item = String>) -> Vec<u8> {
    let mut line = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        // Texts in quotation marks stay whole where spreadsheets part cells by semicolons.
        .quote_style(csv::QuoteStyle::NonNumeric)
        .from_writer(Vec::new());
    // What spreadsheets take for a formula at the beginning of a cell: OWASP, "CSV Injection".
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let harmless = cells.map(|cell| if is_formula(&cell) { format!("'{cell}") } else { cell });
    // Writing to memory does not fail.
    _ = line.write_record(harmless);
    line.into_inner().unwrap_or_default()
}

/// The text of a value.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => entries.iter().map(cell).collect::<Vec<_>>().join(BETWEEN),
        other => other.to_string(),
    }
}

/// What names an entry of a link.
fn named(link: &'static Link, entry: &Value) -> String {
    let Value::Object(entry) = entry else { return cell(entry) };
    let text = |name: &str| entry.get(name).map(cell).unwrap_or_default();
    match link.table {
        table if table == kinds::STANDARD_RELATION.table => format!("{} {}", text("kind"), text("identifier")),
        table if table == kinds::STANDARD_TITLE.table || table == kinds::ORGANISATION_NAME.table => {
            format!("{}: {}", text("language"), text("value"))
        }
        table if table == kinds::STANDARD_SUBJECT.table => text("code"),
        _ => leads(link, entry),
    }
}

/// What names the row that a link leads to.
fn leads(link: &'static Link, entry: &Map<String, Value>) -> String {
    let far = link
        .columns
        .iter()
        .find(|column| !matches!(column.target, Target::Nothing) && entry.contains_key(&column.api_name()));
    far.and_then(|column| entry.get(&column.api_name())).map(cell).unwrap_or_default()
}
