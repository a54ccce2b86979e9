//! A record as one JSON object, with what it owns: the shape in which records leave the atlas as a whole.
//!
//! Every shown column stands under its name in the API, unknown ones are left out; keys of other rows are what names
//! these rows to the outside (slugs, codes of countries, names of sources). Lists of links are in their order. Former
//! slugs stand under `formerSlugs`, where there are any, and former names of a source under `formerNames`.
//! `import/document.rs` reads it.

use entity::vocabulary::{
    ChannelPlatform, EventFormat, InitiativeKind, InstrumentKind, PartnerRole, RecordKind, ResourceAvailability,
    ResourceKind, StakeholderGroup, StandardRelationKind, StandardStatus, StandardType,
};
use sea_orm::{ActiveEnum, Iterable};
use serde_json::{Map, Value, json};

use super::cursor::global_id;
use super::moment::{Moment, date_time_text};
use super::{Column, Kind, Link, Scalar, Target, Type, api_name, kinds};

/// A row as it was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What the columns hold; of keys the names of the rows that they lead to.
    pub values: Vec<(&'static Column, Option<Scalar>)>,
    /// The keys themselves.
    pub keys: Vec<(&'static Column, i64)>,
}

impl Read {
    /// What a column holds.
    pub fn get(&self, column: &'static Column) -> Option<&Scalar> {
        let own = self.values.iter().find(|(read, _)| read.name == column.name);
        own.and_then(|(_, value)| value.as_ref())
    }
}

/// The columns of a kind that its document shows.
pub fn columns_of(kind: &'static Kind) -> impl Iterator<Item = &'static Column> {
    kind.read_columns().filter(|column| column.name != kinds::LABEL.name)
}

/// The columns of a link that the documents of its owners are made of.
pub fn columns_of_link(link: &'static Link) -> impl Iterator<Item = &'static Column> {
    // The kind of a former slug is that of its record.
    let is_said = |column: &&Column| link.table == kinds::SLUG_ALIAS.table && column.name == kinds::KIND.name;
    let shown = link.columns.iter().copied().filter(move |column| !column.derived && !is_said(column));
    [&kinds::ID].into_iter().chain(shown)
}

/// The links that the documents of a kind show.
pub fn links_of(kind: &'static Kind) -> impl Iterator<Item = &'static Link> {
    kind.links.iter().copied().chain(kind.is_record().then_some(&kinds::SLUG_ALIAS))
}

/// The name of the field that shows a link.
pub fn field_of(link: &'static Link) -> &'static str {
    if link.table == kinds::SLUG_ALIAS.table { "formerSlugs" } else { link.field }
}

/// The document of a record: its row, and the rows of its links.
pub fn document(kind: &'static Kind, record: &Read, links: &[(&'static Link, Vec<Read>)]) -> Value {
    let mut document = Map::new();
    document.insert("recordKind".to_owned(), kind.code.into());
    let mut parts: Vec<(String, Map<String, Value>)> = Vec::new();
    for (column, value) in &record.values {
        let Some(value) = value.as_ref() else { continue };
        if let (Scalar::Int(key), true) = (value, column.name == kinds::ID.name) {
            document.insert("id".to_owned(), global_id(kind, *key, Moment::Now).into());
            continue;
        }
        let value = shown(column, value);
        match part_of(column) {
            None => {
                document.insert(column.api_name(), value);
            }
            Some(name) => {
                let object = column.api_name();
                match parts.iter_mut().find(|(known, _)| *known == object) {
                    Some((_, fields)) => _ = fields.insert(name, value),
                    None => parts.push((object, Map::from_iter([(name, value)]))),
                }
            }
        }
    }
    document.extend(parts.into_iter().map(|(name, fields)| (name, Value::Object(fields))));
    let citations = links.iter().find(|(link, _)| link.table == kinds::CITATION.table).map(|(_, rows)| rows.as_slice());
    for (link, rows) in links {
        let mine = |row: &&Read| link.table != kinds::CITATION.table || row.get(&kinds::LINK_ID).is_none();
        let list: Vec<Value> =
            rows.iter().filter(mine).map(|row| entry(link, row, citations.unwrap_or_default())).collect();
        if !list.is_empty() || link.table != kinds::SLUG_ALIAS.table {
            document.insert(field_of(link).to_owned(), list.into());
        }
    }
    Value::Object(document)
}

/// Where the document of a record shows a column: `name`, `address.street`.
pub fn field(column: &Column) -> String {
    let whole = column.api_name();
    match part_of(column) {
        Some(part) => format!("{whole}.{part}"),
        None => whole,
    }
}

/// The name within an object, for columns that are shown together as one.
pub fn part_of(column: &Column) -> Option<String> {
    match (column.api_name().as_str(), column.name) {
        ("address", "country_id") => Some("country".to_owned()),
        ("owner", "owner_id") => Some("slug".to_owned()),
        (whole @ ("address" | "owner"), name) => name.strip_prefix(whole)?.strip_prefix('_').map(api_name),
        _ => None,
    }
}

/// Whether the API shows the places of a link's rows, which may have gaps.
pub fn shows_places(link: &'static Link) -> bool {
    link.table == kinds::ORGANISATION_ISSUE.table
}

/// One row of a link: its only value, or an object.
fn entry(link: &'static Link, row: &Read, citations: &[Read]) -> Value {
    let is_hidden = |column: &Column| {
        column.name == kinds::ID.name
            || column.name == kinds::LINK_ID.name
            || column.name == kinds::POSITION.name && !shows_places(link)
    };
    let columns = || row.values.iter().filter(|(column, _)| !is_hidden(column));
    if columns().count() == 1 {
        return columns().next().and_then(|(column, value)| Some(shown(column, value.as_ref()?))).unwrap_or_default();
    }
    let known = columns().filter_map(|(column, value)| Some((column.api_name(), shown(column, value.as_ref()?))));
    let mut object: Map<String, Value> = known.collect();
    if link.table == kinds::ORGANISATION_ISSUE.table {
        let id = row.get(&kinds::ID);
        let cited = citations.iter().filter(|citation| id.is_some() && citation.get(&kinds::LINK_ID) == id);
        object.insert("citations".to_owned(), cited.map(|citation| entry(&kinds::CITATION, citation, &[])).collect());
    }
    Value::Object(object)
}

fn shown(column: &Column, value: &Scalar) -> Value {
    match (value, column.ty) {
        (Scalar::Text(text), Type::List) => serde_json::from_str(text).unwrap_or_default(),
        (Scalar::Text(text), _) if column.name == kinds::FIELD.name => api_name(text).into(),
        (Scalar::Text(text), _) => text.as_str().into(),
        (Scalar::Int(moment), Type::Time) => date_time_text(*moment).into(),
        (Scalar::Int(number), _) => json!(number),
        (Scalar::Bool(flag), _) => json!(flag),
    }
}

/// The kind of row that a column of a record of `own` leads to, where it is one kind.
pub fn target_of(column: &Column, own: Option<&'static Kind>) -> Option<&'static Kind> {
    match column.target {
        Target::Row(kind) => Some(kind),
        Target::Same => own,
        Target::Any | Target::Nothing => None,
    }
}

/// The values that a column of a table chooses from.
pub fn vocabulary(table: &str, column: &str) -> Option<Vec<String>> {
    Some(match (table, column) {
        ("organisation", "stakeholder_group") => values_of::<StakeholderGroup>(),
        ("standard", "type") => values_of::<StandardType>(),
        ("standard", "status") => values_of::<StandardStatus>(),
        ("standard_relation", "kind") => values_of::<StandardRelationKind>(),
        ("event", "format") => values_of::<EventFormat>(),
        ("channel", "platform") => values_of::<ChannelPlatform>(),
        ("channel", "owner_kind") => values_of::<RecordKind>(),
        ("instrument", "kind") => values_of::<InstrumentKind>(),
        ("initiative", "kind") => values_of::<InitiativeKind>(),
        ("resource", "kind") => values_of::<ResourceKind>(),
        ("resource", "availability") => values_of::<ResourceAvailability>(),
        (_, "role") => values_of::<PartnerRole>(),
        _ => return None,
    })
}

/// The values of a vocabulary.
pub fn values_of<T: ActiveEnum<Value = String> + Iterable>() -> Vec<String> {
    T::iter().map(|value| value.to_value()).collect()
}
