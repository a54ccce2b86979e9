//! The fields of each record, as a mapping names them. A test keeps them those of [`crate::record`].

use serde_json::Value;

use crate::record::{
    self, ChannelPlatform, EventFormat, InitiativeKind, InstrumentKind, PartnerRole, Record, RelationKind,
    ResourceAvailability, ResourceKind, StakeholderGroup, StandardStatus, StandardType,
};

/// What stands in a field.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text on one line.
    Line,
    /// The same, which may have the form of an e-mail address: a handle, a UID.
    Exact,
    /// An address on the web, or something else without blanks.
    Url,
    /// A BCP 47 tag.
    Language,
    /// Text with paragraphs.
    Prose,
    Number,
    /// From 0 to 9999.
    Year,
    /// "2022-10-25", "2022-10" or "2022".
    Date,
    /// "2022-10-25T09:00:00+02:00"
    Moment,
    /// "true" or "false"
    Flag,
    /// One of some words.
    Word(fn() -> Vec<String>),
    Object(&'static [(&'static str, Shape)]),
    List(&'static Shape),
}

/// A word as a mapping writes it: `INTERNATIONAL_STANDARD`.
fn words<T: serde::Serialize>(all: &[T]) -> Vec<String> {
    all.iter()
        .filter_map(|word| match serde_json::to_value(word) {
            Ok(Value::String(word)) => Some(word),
            _ => None,
        })
        .collect()
}

macro_rules! word {
    ($vocabulary:ident) => {
        Word(|| words($vocabulary::ALL))
    };
}

use Shape::{Date, Exact, Flag, Language, Line, List, Moment, Number, Object, Prose, Url, Word, Year};

const LINES: Shape = List(&Line);
const LOCALISED: Shape = Object(&[("language", Language), ("value", Line)]);
const BODY: Shape = Object(&[("acronym", Line), ("name", Line), ("website", Url), ("country", Line)]);
const BODIES: Shape = List(&BODY);
const GROUP: Shape = Object(&[("designation", Line), ("name", Line), ("owners", BODIES), ("parent", Line)]);
const SUBJECT_FIELDS: &[(&str, Shape)] = &[("scheme", Line), ("code", Line), ("title", Line)];
const RELATION: Shape = Object(&[
    ("kind", word!(RelationKind)),
    ("inverse", Flag),
    ("identifier", Line),
    ("edition", Line),
    ("volume", Line),
]);
const ADDRESS: Shape =
    Object(&[("text", Line), ("street", Line), ("postal_code", Line), ("locality", Line), ("country", Line)]);
const CITED: Shape = Object(&[("identifier", Line), ("title", Line), ("status", word!(StandardStatus))]);
const TREATMENT: Shape =
    Object(&[("heading", Line), ("local_term", Line), ("text", Prose), ("standards", List(&CITED))]);
const PARTNER: Shape = Object(&[("body", BODY), ("role", word!(PartnerRole)), ("note", Line)]);
const CHANNEL_FIELDS: &[(&str, Shape)] =
    &[("platform", word!(ChannelPlatform)), ("handle", Exact), ("url", Url), ("owner", BODY)];
const CHANNEL: Shape = Object(CHANNEL_FIELDS);

const STANDARD_FIELDS: &[(&str, Shape)] = &[
    ("identifier", Line),
    ("undated_identifier", Line),
    ("edition", Line),
    ("volume", Line),
    ("other_identifiers", LINES),
    ("titles", List(&LOCALISED)),
    ("abstract", Prose),
    ("type", word!(StandardType)),
    ("status", word!(StandardStatus)),
    ("stage", Line),
    ("published_on", Date),
    ("url", Url),
    ("languages", List(&Language)),
    ("publishers", BODIES),
    ("committees", List(&GROUP)),
    ("subjects", List(&Object(SUBJECT_FIELDS))),
    ("relations", List(&RELATION)),
    ("freshness", Line),
];

const ORGANISATION_FIELDS: &[(&str, Shape)] = &[
    ("acronym", Line),
    ("name", Line),
    ("name_language", Language),
    ("names", List(&LOCALISED)),
    ("other_names", LINES),
    ("established_year", Year),
    ("stakeholder_group", word!(StakeholderGroup)),
    ("address", ADDRESS),
    ("website", Url),
    ("summary", Prose),
    ("digital_activities", Prose),
    ("future_of_meetings", Prose),
    ("membership", Prose),
    ("issues", List(&TREATMENT)),
    ("partners", List(&PARTNER)),
    ("channels", List(&CHANNEL)),
];

const EVENT_FIELDS: &[(&str, Shape)] = &[
    ("title", Line),
    ("description", Prose),
    ("starts_on", Date),
    ("ends_on", Date),
    ("starts_at", Moment),
    ("ends_at", Moment),
    ("time_zone", Line),
    ("date_text", Line),
    ("format", word!(EventFormat)),
    ("location", Line),
    ("country", Line),
    ("url", Url),
    ("registration_url", Url),
    ("organisers", BODIES),
    ("issues", LINES),
    ("channels", List(&CHANNEL)),
    ("uid", Exact),
];

const INSTRUMENT_FIELDS: &[(&str, Shape)] = &[
    ("name", Line),
    ("acronym", Line),
    ("kind", word!(InstrumentKind)),
    ("adopted_year", Year),
    ("description", Prose),
    ("stated_party_count", Number),
    ("custodians", BODIES),
    ("parties", LINES),
    ("issues", LINES),
];

const INITIATIVE_FIELDS: &[(&str, Shape)] = &[
    ("name", Line),
    ("acronym", Line),
    ("kind", word!(InitiativeKind)),
    ("started_year", Year),
    ("description", Prose),
    ("participants", List(&PARTNER)),
    ("countries", LINES),
    ("issues", LINES),
];

const RESOURCE_FIELDS: &[(&str, Shape)] = &[
    ("name", Line),
    ("acronym", Line),
    ("kind", word!(ResourceKind)),
    ("availability", word!(ResourceAvailability)),
    ("description", Prose),
    ("url", Url),
    ("providers", BODIES),
    ("issues", LINES),
];

/// A record that a table can hold.
#[derive(Debug)]
pub struct Schema {
    /// As a mapping calls it.
    pub name: &'static str,
    pub fields: &'static [(&'static str, Shape)],
    /// What no record is without: paths of fields.
    pub needed: &'static [&'static str],
    pub record: fn(Value) -> Result<Record, serde_json::Error>,
}

macro_rules! schema {
    ($name:literal, $record:ident, $of:ident, $fields:expr, $needed:expr) => {
        Schema {
            name: $name,
            fields: $fields,
            needed: $needed,
            record: |value| serde_json::from_value::<record::$of>(value).map(|one| Record::$record(Box::new(one))),
        }
    };
}

/// Every record that a table can hold.
pub const SCHEMAS: &[Schema] = &[
    schema!("standard", Standard, Standard, STANDARD_FIELDS, &["identifier"]),
    schema!("organisation", Organisation, Organisation, ORGANISATION_FIELDS, &["name"]),
    schema!("committee", Committee, Committee, &[("group", GROUP), ("scope", Prose)], &["group.designation"]),
    schema!("event", Event, Event, EVENT_FIELDS, &["title"]),
    schema!("channel", Channel, Channel, CHANNEL_FIELDS, &["platform"]),
    schema!("instrument", Instrument, Instrument, INSTRUMENT_FIELDS, &["name"]),
    schema!("initiative", Initiative, Initiative, INITIATIVE_FIELDS, &["name"]),
    schema!("resource", Resource, Resource, RESOURCE_FIELDS, &["name"]),
    schema!(
        "issue",
        Issue,
        Issue,
        &[("name", Line), ("other_names", LINES), ("description", Prose), ("parent", Line)],
        &["name"]
    ),
    schema!(
        "country",
        Country,
        Country,
        &[("code", Line), ("alpha3", Line), ("name", Line), ("region", Line)],
        &["code"]
    ),
    schema!("subject", Subject, Subject, SUBJECT_FIELDS, &["scheme", "code"]),
    schema!(
        "relation",
        Relation,
        Statement,
        &[("identifier", Line), ("relation", RELATION)],
        &["identifier", "relation.kind", "relation.identifier"]
    ),
];

pub fn schema(name: &str) -> Option<&'static Schema> {
    SCHEMAS.iter().find(|schema| schema.name == name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    /// A value of a shape, with everything in it.
    fn sample(shape: Shape) -> Value {
        match shape {
            Line | Exact | Url | Language | Moment | Prose => json!("text"),
            Number | Year => json!(7),
            Date => json!("2020"),
            Flag => json!(true),
            Word(words) => json!(words().first().unwrap()),
            List(of) => json!([sample(*of)]),
            Object(fields) => {
                fields.iter().map(|(name, shape)| ((*name).to_owned(), sample(*shape))).collect::<Map<_, _>>().into()
            }
        }
    }

    fn written(record: &Record) -> Value {
        match record {
            Record::Standard(one) => serde_json::to_value(one),
            Record::Organisation(one) => serde_json::to_value(one),
            Record::Committee(one) => serde_json::to_value(one),
            Record::Event(one) => serde_json::to_value(one),
            Record::Channel(one) => serde_json::to_value(one),
            Record::Instrument(one) => serde_json::to_value(one),
            Record::Initiative(one) => serde_json::to_value(one),
            Record::Resource(one) => serde_json::to_value(one),
            Record::Issue(one) => serde_json::to_value(one),
            Record::Country(one) => serde_json::to_value(one),
            Record::Subject(one) => serde_json::to_value(one),
            Record::Relation(one) => serde_json::to_value(one),
            Record::Document(one) => serde_json::to_value(one),
        }
        .unwrap()
    }

    #[test]
    fn a_mapping_can_name_every_field_of_every_record_and_no_other() {
        for schema in SCHEMAS {
            let sample = sample(Object(schema.fields));
            let record = (schema.record)(sample.clone()).unwrap_or_else(|error| panic!("{}: {error}", schema.name));
            assert_eq!(written(&record), sample, "{}", schema.name);
        }
    }
}
