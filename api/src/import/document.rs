//! Records in the shape of `graph/document.rs`, as rows: its inverse, by the same description, as far as that needs no
//! database. What leads to other rows stays a name.
//!
//! - `id`, `version`, `createdAt` and `updatedAt` say which record it is and in which state (`Lineage`).
//! - `label` follows from the rest: it may be there and is not kept.
//! - With `deleted`, it is a tombstone.
//! - What is unknown is left out or null. A field that there is not is a mistake.
//! - The order of a list is the order of its rows.

use std::collections::HashSet;
use std::fmt;

use entity::vocabulary::RecordKind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use strsim::osa_distance;

use super::prepare::{Identity, digest};
use crate::graph::cursor::read_id;
use crate::graph::document::{
    columns_of, columns_of_link, field, field_of, links_of, shows_places, values_of, vocabulary,
};
use crate::graph::documents::FORMER_NAMES;
use crate::graph::fold::composed;
use crate::graph::{Column, Kind, Link, Scalar, Target, Type, api_name, identifier, kinds};
use crate::store::put::{list, text};
use crate::store::{Values, derive, event, standard};

/// A record, as rows but for what leads to other rows.
#[derive(Debug)]
pub struct Document {
    pub kind: &'static Kind,
    pub row: Row,
    pub links: Vec<(&'static Link, Vec<Row>)>,
    pub former_slugs: Vec<String>,
    /// Of a source.
    pub former_names: Vec<String>,
    /// None where the document does not say which record it is.
    pub lineage: Option<Lineage>,
    /// As it was read.
    pub json: Map<String, Value>,
}

/// Which record of the atlas that it comes from a document is, and which state of it. The same record in two atlases has
/// the same key and was made at the same moment; what has no versions is known by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lineage {
    pub key: i64,
    pub state: Option<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

/// What says that a record is gone.
#[derive(Clone, Debug)]
pub struct Tombstone {
    pub kind: &'static Kind,
    pub key: i64,
    /// What it was called at last.
    pub name: Option<String>,
    pub created_at: Option<i64>,
}

impl Tombstone {
    /// The mark of which record it says is gone.
    pub fn told(&self) -> i64 {
        told(self.kind, self.key, self.created_at.filter(|_| self.kind.is_record()))
    }
}

fn told(kind: &'static Kind, key: i64, created_at: Option<i64>) -> i64 {
    digest(&(kind.code, key, created_at))
}

/// A row, and the rows that it leads to.
#[derive(Debug, Default)]
pub struct Row {
    pub values: Values,
    pub references: Vec<Reference>,
    /// What is cited for a row of a link.
    pub citations: Vec<Self>,
}

/// A row that is named.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The column that is to hold its key.
    pub column: &'static Column,
    /// The field that names it.
    pub field: String,
    pub name: Name,
}

/// What the outside calls a row: a slug, the code of a country, the name of a source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub kind: &'static Kind,
    pub key: String,
}

impl Name {
    pub fn new(kind: &'static Kind, key: &str) -> Self {
        let key = if *kind == kinds::COUNTRY { key.trim().to_uppercase() } else { composed(key) };
        Self { kind, key }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} \"{}\"", self.kind.name.to_lowercase(), self.key)
    }
}

impl Document {
    /// What others call it.
    pub fn name(&self) -> Name {
        let key = self.kind.natural_key.first().and_then(|column| self.row.values.text(column.name));
        Name { kind: self.kind, key: key.unwrap_or_default().to_owned() }
    }

    /// What tells a standard apart, and whether it stands for all editions.
    pub fn identity(&self) -> Option<(Identity, bool)> {
        let text = |column: &Column| self.row.values.text(column.name);
        (*self.kind == kinds::STANDARD).then(|| {
            let edition = text(&kinds::EDITION).map(str::to_owned);
            let volume = text(&kinds::VOLUME).map(str::to_owned);
            let key = identifier::key(text(&kinds::IDENTIFIER).unwrap_or_default());
            (Identity { key, edition, volume }, self.row.values.get(kinds::UNDATED.name) == Some(&Scalar::Bool(true)))
        })
    }

    /// Every row that it leads to.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let rows = self.links.iter().flat_map(|(_, rows)| rows);
        let all = rows.flat_map(|row| [row].into_iter().chain(&row.citations));
        [&self.row].into_iter().chain(all).flat_map(|row| &row.references)
    }

    /// The mark of which record it says that it is.
    pub fn told(&self) -> Option<i64> {
        let Lineage { key, state } = self.lineage?;
        Some(told(self.kind, key, state.map(|state| state.created_at)))
    }

    /// The version that it tells.
    pub fn version(&self) -> Option<i64> {
        self.lineage?.state.map(|state| state.version)
    }

    /// Whether it tells a later state than one of the same record before it, which told this version. What has no versions
    /// is what is told last.
    pub fn is_later(&self, before: Option<i64>) -> bool {
        self.version().is_none_or(|version| before.is_none_or(|before| version > before))
    }
}

const RECORD_KIND: &str = "recordKind";
/// What a document may hold and the atlas makes itself.
const MADE: [&str; 5] = ["id", "version", "createdAt", "updatedAt", "label"];

/// Reads a record.
///
/// # Errors
/// Why it cannot be kept.
pub fn read(json: Map<String, Value>) -> Result<Document, String> {
    let kind = kind_of(&json)?;
    let columns: Vec<Shown> = columns_of(kind)
        .filter(|column| !MADE.contains(&column.api_name().as_str()))
        .map(|column| Shown { field: field(column), column })
        .collect();
    let of_links: Vec<&str> = links_of(kind).map(field_of).collect();
    let fields = flat(&json, &columns)?;
    let names = (*kind == kinds::SOURCE).then_some(&FORMER_NAMES);
    let others: Vec<&str> = [RECORD_KIND].iter().chain(&MADE).chain(&of_links).chain(names).copied().collect();
    refuse_unknown(&fields, &columns, &others, kind)?;
    let mut row = read_row(kind, kind.table, &fields, &columns)?;
    check_record(kind, &mut row.values)?;
    let mut links = Vec::new();
    let mut former_slugs = Vec::new();
    for link in links_of(kind) {
        let name = field_of(link);
        let entries = match json.get(name) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(entries)) => entries,
            Some(_) => return Err(format!("`{name}` is no list")),
        };
        let rows = read_list(kind, link, name, entries)?;
        if link.table == kinds::SLUG_ALIAS.table {
            former_slugs.extend(rows.iter().filter_map(|row| row.values.text(kinds::SLUG.name)).map(str::to_owned));
        } else {
            links.push((link, rows));
        }
    }
    for slug in &former_slugs {
        check_slug("formerSlugs", slug)?;
        if row.values.text(kinds::SLUG.name) == Some(slug) {
            return Err(format!("`formerSlugs` holds the slug \"{slug}\", which it has now"));
        }
    }
    let former_names = match json.get(FORMER_NAMES).filter(|_| names.is_some()) {
        None | Some(Value::Null) => Vec::new(),
        Some(names) => texts(names).ok_or_else(|| format!("`{FORMER_NAMES}` is no list of texts"))?,
    };
    let lineage = lineage(kind, &json)?;
    Ok(Document { kind, row, links, former_slugs, former_names, lineage, json })
}

/// Largest key that is taken from a document: what programs that know no greater whole number can hold.
const MAX_KEY: i64 = (1 << 53) - 1;

/// Reads a tombstone, where it is one.
///
/// # Errors
/// Why it says nothing.
pub fn tombstone(json: &Map<String, Value>) -> Result<Option<Tombstone>, String> {
    match json.get("deleted") {
        None | Some(Value::Null | Value::Bool(false)) => return Ok(None),
        Some(Value::Bool(true)) => {}
        Some(_) => return Err("`deleted` is neither true nor false".to_owned()),
    }
    let kind = kind_of(json)?;
    let key = key(kind, json)?.ok_or_else(|| missing("id"))?;
    let name = kind.natural_key.first().and_then(|column| json.get(&field(column))?.as_str()).map(str::to_owned);
    Ok(Some(Tombstone { kind, key, name, created_at: moment(json, &kinds::CREATED_AT)? }))
}

fn lineage(kind: &'static Kind, json: &Map<String, Value>) -> Result<Option<Lineage>, String> {
    let key = key(kind, json)?;
    let version = json.get("version").filter(|version| !version.is_null()).map(|version| {
        let version = version.as_i64().filter(|version| (1..=MAX_KEY).contains(version));
        version.ok_or_else(|| "`version` is no whole number from 1".to_owned())
    });
    let (version, created_at, updated_at) =
        (version.transpose()?, moment(json, &kinds::CREATED_AT)?, moment(json, &kinds::UPDATED_AT)?);
    let state =
        (|| Some(State { version: version?, created_at: created_at?, updated_at: updated_at.or(created_at)? }))();
    Ok(key.map(|key| Lineage { key, state: state.filter(|_| kind.is_record()) }))
}

fn key(kind: &'static Kind, json: &Map<String, Value>) -> Result<Option<i64>, String> {
    let Some(id) = json.get("id").filter(|id| !id.is_null()) else { return Ok(None) };
    let id = id.as_str().and_then(read_id).filter(|id| id.name == kind.name && id.moment.is_now());
    let key = id.map(|id| id.key).filter(|key| *key <= MAX_KEY);
    key.map(Some).ok_or_else(|| format!("`id` is no id of {kind:?} in the present"))
}

fn moment(json: &Map<String, Value>, column: &'static Column) -> Result<Option<i64>, String> {
    let field = field(column);
    let Some(value) = json.get(&field).filter(|value| !value.is_null()) else { return Ok(None) };
    Ok(scalar("", column, &field, value)?.as_int())
}

fn kind_of(json: &Map<String, Value>) -> Result<&'static Kind, String> {
    let code = json.get(RECORD_KIND).and_then(Value::as_str).unwrap_or_default();
    kinds::by_code(code).ok_or_else(|| {
        let known: Vec<&str> = kinds::NODES.iter().map(|kind| kind.code).collect();
        format!("`{RECORD_KIND}`: \"{code}\" is none of {}", known.join(", "))
    })
}

/// A column, and where a document shows it: `name`, `address.street`.
struct Shown {
    field: String,
    column: &'static Column,
}

type Fields<'a> = Vec<(String, &'a Value)>;

/// The fields of an object, those of objects within it beside them.
fn flat<'a>(object: &'a Map<String, Value>, columns: &[Shown]) -> Result<Fields<'a>, String> {
    let mut fields = Vec::with_capacity(object.len());
    for (name, value) in object {
        let is_whole = columns.iter().any(|shown| shown.field.split_once('.').is_some_and(|(whole, _)| whole == name));
        match value {
            Value::Object(parts) if is_whole => {
                fields.extend(parts.iter().map(|(part, value)| (format!("{name}.{part}"), value)));
            }
            Value::Null if is_whole => {}
            _ if is_whole => return Err(format!("`{name}` is no object")),
            _ => fields.push((name.clone(), value)),
        }
    }
    Ok(fields)
}

/// Refuses a field that there is not, and says which may be meant.
fn refuse_unknown(fields: &Fields<'_>, columns: &[Shown], others: &[&str], of: impl fmt::Debug) -> Result<(), String> {
    let known = || columns.iter().map(|shown| shown.field.as_str()).chain(others.iter().copied());
    for (name, _) in fields {
        if known().any(|known| known == name) {
            continue;
        }
        let near = known().min_by_key(|known| osa_distance(known, name));
        return Err(match near.filter(|near| osa_distance(near, name) <= 3) {
            Some(near) => format!("{of:?} has no field `{name}`: is it `{near}`?"),
            None => format!("{of:?} has no field `{name}`, but {}", known().collect::<Vec<_>>().join(", ")),
        });
    }
    Ok(())
}

/// Reads the columns of a row; `own` is the kind of its record.
fn read_row(own: &'static Kind, table: &'static str, fields: &Fields<'_>, columns: &[Shown]) -> Result<Row, String> {
    let mut row = Row::default();
    for Shown { field, column } in columns {
        let held = fields.iter().find(|(name, _)| name == field).map(|(_, value)| *value);
        let held = held.filter(|value| !value.is_null());
        if column.ty == Type::Key {
            let Some(held) = held else {
                if column.nullable {
                    row.values.set(column, None);
                    continue;
                }
                return Err(missing(field));
            };
            let key = held.as_str().filter(|key| !key.is_empty()).ok_or_else(|| format!("`{field}` is no text"))?;
            let kind = match column.target {
                Target::Row(kind) => kind,
                Target::Same | Target::Nothing => own,
                Target::Any => owner_kind(fields)?,
            };
            row.references.push(Reference { column, field: field.clone(), name: Name::new(kind, key) });
            continue;
        }
        let value = match held {
            Some(held) => Some(scalar(table, column, field, held)?),
            None => default_of(columns, column),
        };
        if value.is_none() && !column.nullable {
            return Err(missing(field));
        }
        row.values.set(column, value);
    }
    Ok(row)
}

fn missing(field: &str) -> String {
    format!("`{field}` is missing")
}

/// What a column holds of which nothing is said.
fn default_of(columns: &[Shown], column: &'static Column) -> Option<Scalar> {
    let is_language = || columns.iter().any(|shown| shown.column.language == Some(column));
    match column.ty {
        Type::List => Some("[]".into()),
        Type::Bool => Some(false.into()),
        Type::Text if is_language() => Some("en".into()),
        _ => None,
    }
}

/// The kind of the record that an owner is.
fn owner_kind(fields: &Fields<'_>) -> Result<&'static Kind, String> {
    let field = field(&kinds::OWNER_KIND);
    let code = fields.iter().find(|(name, _)| *name == field).and_then(|(_, value)| value.as_str());
    let code = code.ok_or_else(|| missing(&field))?;
    one_of(&field, code, &values_of::<RecordKind>())?;
    kinds::by_code(code).ok_or_else(|| missing(&field))
}

/// Reads what a column holds.
fn scalar(table: &str, column: &'static Column, field: &str, value: &Value) -> Result<Scalar, String> {
    match (column.ty, value) {
        (Type::Text, Value::String(text)) => {
            let text = if column.name == kinds::FIELD.name { column_name(text) } else { composed(text) };
            check_text(table, column, field, &text)?;
            Ok(text.into())
        }
        (Type::Text, _) => Err(format!("`{field}` is no text")),
        (Type::Int | Type::Key, value) => {
            value.as_i64().map(Scalar::Int).ok_or_else(|| format!("`{field}` is no whole number"))
        }
        (Type::Bool, value) => {
            value.as_bool().map(Scalar::Bool).ok_or_else(|| format!("`{field}` is neither true nor false"))
        }
        (Type::Time, value) => {
            let moment = value.as_str().and_then(|text| text.parse::<Timestamp>().ok());
            let moment = moment.ok_or_else(|| format!("`{field}` is no moment such as 2026-03-01T09:30:00Z"))?;
            Ok(Scalar::Int(moment.as_microsecond()))
        }
        (Type::List, value) => {
            texts(value).map(|texts| list(&texts)).ok_or_else(|| format!("`{field}` is no list of texts"))
        }
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}

fn check_text(table: &str, column: &Column, field: &str, text: &str) -> Result<(), String> {
    if let Some(values) = vocabulary(table, column.name) {
        return one_of(field, text, &values);
    }
    if column.name.ends_with("_on") && event::days(text).is_none() {
        return Err(format!("`{field}`: \"{text}\" is no date such as 2026, 2026-03 or 2026-03-01"));
    }
    if column.name == kinds::TIME_ZONE.name && TimeZone::get(text).is_err() {
        return Err(format!("`{field}`: \"{text}\" is no time zone such as Europe/Zurich"));
    }
    Ok(())
}

fn one_of(field: &str, value: &str, values: &[String]) -> Result<(), String> {
    if values.iter().any(|known| known == value) {
        return Ok(());
    }
    Err(format!("`{field}`: \"{value}\" is none of {}", values.join(", ")))
}

/// `establishedYear` is kept as `established_year`.
fn column_name(api: &str) -> String {
    let mut name = String::with_capacity(api.len());
    for character in api.chars() {
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    // What no name of a column becomes was never one.
    if api_name(&name) == api { name } else { api.to_owned() }
}

/// Checks a record's own columns together, as they will be stored.
fn check_record(kind: &'static Kind, values: &mut Values) -> Result<(), String> {
    for column in kind.read_columns().filter(|column| column.ty == Type::Text && !column.nullable) {
        if values.text(column.name).is_some_and(|text| text.trim().is_empty()) {
            return Err(format!("`{}` is empty", field(column)));
        }
    }
    if let Some(slug) = values.text(kinds::SLUG.name).filter(|_| kind.is_record()) {
        check_slug("slug", slug)?;
    }
    if *kind == kinds::STANDARD && identifier::key(values.text(kinds::IDENTIFIER.name).unwrap_or_default()).is_empty() {
        return Err("`identifier` has neither letter nor digit".to_owned());
    }
    if *kind == kinds::COUNTRY {
        for (column, letters) in [(&kinds::CODE, 2), (&kinds::ALPHA3, 3)] {
            let code = values.text(column.name).unwrap_or_default().trim().to_uppercase();
            if code.len() != letters || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Err(format!("`{}` is no code of {letters} letters (ISO 3166-1)", column.name));
            }
            values.set(column, text(Some(&code)));
        }
    }
    if *kind == kinds::STANDARD {
        let year = values.int(kinds::PUBLISHED_YEAR.name);
        if year.is_some_and(|year| !(0..=9999).contains(&year)) {
            return Err(format!("`{}` is no year of four digits", field(&kinds::PUBLISHED_YEAR)));
        }
        standard::fill_year(values);
    }
    let mut whole = values.clone();
    derive::fill(kind, &mut whole);
    crate::store::check(kind.table, &whole).map_err(|error| error.to_string())
}

fn check_slug(field: &str, slug: &str) -> Result<(), String> {
    let plain = identifier::slug(slug);
    if plain.is_empty() || plain != slug {
        return Err(format!("`{field}`: \"{slug}\" is no slug, which has small letters, digits and single hyphens"));
    }
    Ok(())
}

/// Reads the rows of a link.
fn read_list(own: &'static Kind, link: &'static Link, name: &str, entries: &[Value]) -> Result<Vec<Row>, String> {
    let hidden = [kinds::ID.name, kinds::LINK_ID.name, kinds::POSITION.name];
    let columns: Vec<Shown> = columns_of_link(link)
        .filter(|column| !hidden.contains(&column.name))
        .map(|column| Shown { field: column.api_name(), column })
        .collect();
    let mut rows = Vec::with_capacity(entries.len());
    let mut seen = HashSet::new();
    for (position, entry) in (1..).zip(entries) {
        let row = read_entry(own, link, &columns, entry, position);
        let row = row.map_err(|reason| format!("`{name}`, entry {position}: {reason}"))?;
        let key: Vec<(Option<Scalar>, Option<Name>)> = (link.unique.iter())
            .map(|column| {
                let reference = row.references.iter().find(|reference| reference.column.name == column.name);
                (row.values.get(column.name).cloned(), reference.map(|reference| reference.name.clone()))
            })
            .collect();
        if !seen.insert(key) && link.table != kinds::CITATION.table {
            return Err(format!("`{name}`, entry {position}: it says the same as one before it"));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn read_entry(
    own: &'static Kind,
    link: &'static Link,
    columns: &[Shown],
    entry: &Value,
    position: i64,
) -> Result<Row, String> {
    // What is cited for a row of a link.
    const CITATIONS: &str = "citations";
    const POSITION: &str = "position";
    let is_cited = link.table == kinds::ORGANISATION_ISSUE.table;
    let mut row = match (columns, entry) {
        ([only], value) => read_row(own, link.table, &vec![(only.field.clone(), value)], columns)?,
        (_, Value::Object(object)) => {
            let fields = flat(object, columns)?;
            let others: &[&str] = match (is_cited, shows_places(link)) {
                (true, true) => &[CITATIONS, POSITION],
                (true, false) => &[CITATIONS],
                (false, true) => &[POSITION],
                (false, false) => &[],
            };
            refuse_unknown(&fields, columns, others, format_args!("it"))?;
            let mut row = read_row(own, link.table, &fields, columns)?;
            match object.get(CITATIONS) {
                Some(Value::Array(cited)) if is_cited => {
                    row.citations = read_list(own, &kinds::CITATION, CITATIONS, cited)?;
                }
                None | Some(Value::Null) => {}
                Some(_) => return Err(format!("`{CITATIONS}` is no list")),
            }
            row
        }
        _ => return Err("it is no object".to_owned()),
    };
    if link.columns.iter().any(|column| column.name == kinds::POSITION.name) {
        let told = entry.get(POSITION).filter(|told| shows_places(link) && !told.is_null());
        let told = told.map(|told| told.as_i64().ok_or_else(|| format!("`{POSITION}` is no whole number")));
        row.values.set(&kinds::POSITION, Some(told.transpose()?.unwrap_or(position).into()));
    }
    complete(link, &mut row.values)?;
    crate::store::check(link.table, &row.values).map_err(|error| error.to_string())?;
    Ok(row)
}

/// Fills what follows from the columns of a link.
fn complete(link: &'static Link, values: &mut Values) -> Result<(), String> {
    derive::keys(link.columns, values);
    let identifier = values.text(kinds::RELATION_IDENTIFIER.name).unwrap_or_default().to_owned();
    let made = if link.table == kinds::STANDARD_RELATION.table {
        standard::relation("", &identifier)
    } else if link.table == kinds::STANDARD_IDENTIFIER.table {
        standard::other_identifier(&identifier, 0)
    } else {
        return Ok(());
    };
    for (column, value) in made.iter().filter(|(column, _)| column.derived) {
        if *value == Some(Scalar::from("")) {
            return Err(format!("`{}` is empty", kinds::RELATION_IDENTIFIER.name));
        }
        values.set(column, value.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::FilterForm;

    fn outcome(document: Value) -> Result<Document, String> {
        let Value::Object(object) = document else { panic!("no object") };
        read(object)
    }

    #[test]
    fn every_column_that_filters_choose_from_has_its_vocabulary() {
        for kind in kinds::RECORDS {
            for filter in kind.filters {
                if let FilterForm::Choice(column, _) = filter.test {
                    assert!(vocabulary(kind.table, column.name).is_some(), "{}.{}", kind.table, column.name);
                }
            }
        }
    }

    #[test]
    fn names_of_fields_become_those_of_columns() {
        for (api, name) in [("otherNames", "other_names"), ("name", "name"), ("old_way", "old_way")] {
            assert_eq!(column_name(api), name);
        }
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let document = outcome(json!({
            "recordKind": "ORGANISATION", "slug": "iwo", "name": "Widgets", "version": 7, "label": "IWO", "acronym": null,
            "address": { "country": "ch", "street": "Way 1" }, "formerSlugs": ["old-iwo"],
            "issues": [{ "issue": "trade", "heading": "Trade", "citations": [{ "source": "S", "field": "localTerm" }] }],
            "partners": [{ "organisation": "bsw", "role": "LEAD" }],
        }))
        .expect("a document");
        let named: Vec<String> = document.references().map(|reference| reference.name.to_string()).collect();
        assert_eq!(named, ["country \"CH\"", "issue \"trade\"", "source \"S\"", "organisation \"bsw\""]);
        assert_eq!(document.row.values.text("address_street"), Some("Way 1"));
        assert_eq!(document.row.values.text("name_language"), Some("en"));
        assert_eq!(document.links[0].1[0].citations[0].values.text("field"), Some("local_term"));
        assert_eq!(document.former_slugs, ["old-iwo"]);
    }

    #[test]
    fn what_cannot_be_kept_says_why() {
        let issue = |fields: Value| {
            let mut whole = json!({ "recordKind": "ISSUE", "slug": "a", "name": "A" });
            whole.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
            whole
        };
        for (document, words) in [
            (json!({ "recordKind": "PLANET" }), "\"PLANET\" is none of ORGANISATION, ISSUE"),
            (issue(json!({ "nmae": "A" })), "Issue has no field `nmae`: is it `name`?"),
            (issue(json!({ "somethingElseWhatever": 1 })), "but slug, name, description"),
            (issue(json!({ "name": " " })), "`name` is empty"),
            (issue(json!({ "name": null })), "`name` is missing"),
            (issue(json!({ "name": 3 })), "`name` is no text"),
            (issue(json!({ "name": "x".repeat(501) })), "issue.name holds 501 characters: 500 at most"),
            (issue(json!({ "name": "a\0" })), "NUL"),
            (issue(json!({ "slug": "Two Words" })), "is no slug"),
            (issue(json!({ "formerSlugs": ["a"] })), "which it has now"),
            (issue(json!({ "otherNames": ["a", 1] })), "`otherNames` is no list of texts"),
            (issue(json!({ "citations": {} })), "`citations` is no list"),
            (issue(json!({ "citations": [{ "locator": "x" }] })), "`citations`, entry 1: `source` is missing"),
            (issue(json!({ "citations": [{ "source": "x", "page": 1 }] })), "it has no field `page`"),
            (issue(json!({ "parent": 1 })), "`parent` is no text"),
            (
                json!({ "recordKind": "CHANNEL", "slug": "a", "platform": "TELEX", "owner": { "kind": "ISSUE", "slug": "b" } }),
                "`platform`: \"TELEX\" is none of BLOG, BLUESKY",
            ),
            (json!({ "recordKind": "CHANNEL", "slug": "a", "platform": "RSS", "owner": "b" }), "`owner` is no object"),
            (
                json!({ "recordKind": "CHANNEL", "slug": "a", "platform": "RSS", "owner": { "kind": "SOURCE", "slug": "b" } }),
                "`owner.kind`: \"SOURCE\" is none of ORGANISATION",
            ),
            (json!({ "recordKind": "CHANNEL", "slug": "a", "platform": "RSS" }), "`owner.slug` is missing"),
            (
                json!({ "recordKind": "EVENT", "slug": "a", "title": "A", "format": "ONLINE", "startsOn": "May" }),
                "`startsOn`: \"May\" is no date",
            ),
            (
                json!({ "recordKind": "EVENT", "slug": "a", "title": "A", "format": "ONLINE", "startsAt": "2026-01-01" }),
                "`startsAt` is no moment",
            ),
            (
                json!({ "recordKind": "EVENT", "slug": "a", "title": "A", "format": "ONLINE", "timeZone": "Moon/Sea" }),
                "is no time zone",
            ),
            (json!({ "recordKind": "COUNTRY", "code": "CHE", "alpha3": "CHE", "name": "x" }), "code of 2 letters"),
            (
                json!({ "recordKind": "RESOURCE", "slug": "a", "name": "A", "kind": "TOOL", "availability": "LIVE", "issues": ["b", "b"] }),
                "`issues`, entry 2: it says the same",
            ),
        ] {
            let reason = outcome(document).expect_err("a mistake");
            assert!(reason.contains(words), "{reason}");
        }
    }
}
