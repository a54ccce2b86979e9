//! Records as JSON-LD 1.1, in terms of schema.org: one object with a context of its own, so that nothing need be fetched
//! to read it, and the records under `@graph`.
//!
//! A record's `@id` is the address of the export of its kind, and its global id behind a `#`: it is stable for the
//! record's life, whatever its slug. Relations of standards are in terms of Dublin Core, where an issue stands among
//! others in those of SKOS. What schema.org has no term for is left out; JSON Lines have all. `deleted` is the atlas's own.

use serde_json::{Map, Value, json};

use crate::graph::cursor::global_id;
use crate::graph::document::{Read, target_of};
use crate::graph::documents::Whole;
use crate::graph::moment::{Moment, date_time_text};
use crate::graph::{Column, Kind, Link, Scalar, Target, Type, kinds};

/// Whether a value stands for itself, or is an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    Text,
    Address,
    /// A year, a month or a day.
    Date,
    DateTime,
}

/// The types of a kind in schema.org: <https://schema.org/docs/full.html>.
fn type_of(kind: &Kind) -> &'static str {
    match kind.code {
        "ORGANISATION" | "COMMITTEE" => "Organization",
        "ISSUE" => "DefinedTerm",
        "EVENT" => "Event",
        "CHANNEL" => "WebPage",
        "INSTRUMENT" => "Legislation",
        "INITIATIVE" => "Project",
        "COUNTRY" => "Country",
        "SOURCE" => "Dataset",
        _ => "CreativeWork",
    }
}

/// The terms for columns of kinds. What several columns say under one term is a list.
const COLUMNS: &[(&str, &str, &str, As)] = &[
    ("ORGANISATION", "name", "name", As::Text),
    ("ORGANISATION", "acronym", "alternateName", As::Text),
    ("ORGANISATION", "other_names", "alternateName", As::Text),
    ("ORGANISATION", "established_year", "foundingDate", As::Date),
    ("ORGANISATION", "website", "url", As::Address),
    ("ORGANISATION", "summary", "description", As::Text),
    ("ISSUE", "name", "name", As::Text),
    ("ISSUE", "other_names", "alternateName", As::Text),
    ("ISSUE", "description", "description", As::Text),
    ("ISSUE", "slug", "termCode", As::Text),
    ("ISSUE", "parent_id", "broader", As::Address),
    ("STANDARD", "identifier", "identifier", As::Text),
    ("STANDARD", "title", "name", As::Text),
    ("STANDARD", "abstract", "abstract", As::Text),
    ("STANDARD", "type", "additionalType", As::Text),
    ("STANDARD", "status", "creativeWorkStatus", As::Text),
    ("STANDARD", "edition", "version", As::Text),
    ("STANDARD", "published_on", "datePublished", As::Date),
    ("STANDARD", "url", "url", As::Address),
    ("STANDARD", "languages", "inLanguage", As::Text),
    ("COMMITTEE", "designation", "name", As::Text),
    ("COMMITTEE", "name", "alternateName", As::Text),
    ("COMMITTEE", "scope", "description", As::Text),
    ("COMMITTEE", "parent_id", "parentOrganization", As::Address),
    ("EVENT", "title", "name", As::Text),
    ("EVENT", "description", "description", As::Text),
    ("EVENT", "starts_on", "startDate", As::Date),
    ("EVENT", "ends_on", "endDate", As::Date),
    ("EVENT", "starts_at", "startDate", As::DateTime),
    ("EVENT", "ends_at", "endDate", As::DateTime),
    ("EVENT", "location", "location", As::Text),
    ("EVENT", "country_id", "location", As::Address),
    ("EVENT", "url", "url", As::Address),
    ("CHANNEL", "platform", "additionalType", As::Text),
    ("CHANNEL", "handle", "name", As::Text),
    ("CHANNEL", "url", "url", As::Address),
    ("CHANNEL", "owner_id", "publisher", As::Address),
    ("INSTRUMENT", "name", "name", As::Text),
    ("INSTRUMENT", "acronym", "alternateName", As::Text),
    ("INSTRUMENT", "kind", "legislationType", As::Text),
    ("INSTRUMENT", "adopted_year", "legislationDate", As::Date),
    ("INSTRUMENT", "description", "description", As::Text),
    ("INITIATIVE", "name", "name", As::Text),
    ("INITIATIVE", "acronym", "alternateName", As::Text),
    ("INITIATIVE", "kind", "additionalType", As::Text),
    ("INITIATIVE", "started_year", "foundingDate", As::Date),
    ("INITIATIVE", "description", "description", As::Text),
    ("RESOURCE", "name", "name", As::Text),
    ("RESOURCE", "acronym", "alternateName", As::Text),
    ("RESOURCE", "kind", "additionalType", As::Text),
    ("RESOURCE", "availability", "creativeWorkStatus", As::Text),
    ("RESOURCE", "description", "description", As::Text),
    ("RESOURCE", "url", "url", As::Address),
    ("COUNTRY", "name", "name", As::Text),
    ("COUNTRY", "code", "identifier", As::Text),
    ("COUNTRY", "alpha3", "identifier", As::Text),
    ("SOURCE", "name", "name", As::Text),
    ("SOURCE", "url", "url", As::Address),
    ("SOURCE", "publisher", "publisher", As::Text),
    ("SOURCE", "licence", "license", As::Text),
    ("SOURCE", "attribution", "creditText", As::Text),
];

/// The terms for links that lead to rows.
const LINKS: &[(&str, &str)] = &[
    ("citation", "isBasedOn"),
    ("organisation_issue", "knowsAbout"),
    ("organisation_partner", "affiliation"),
    ("standard_publisher", "publisher"),
    ("standard_committee", "creator"),
    ("standard_issue", "about"),
    ("committee_owner", "parentOrganization"),
    ("event_organiser", "organizer"),
    ("event_issue", "about"),
    ("instrument_custodian", "maintainer"),
    ("instrument_issue", "about"),
    ("instrument_party", "spatialCoverage"),
    ("initiative_participant", "member"),
    ("initiative_country", "member"),
    ("initiative_issue", "knowsAbout"),
    ("resource_provider", "provider"),
    ("resource_issue", "about"),
];

/// What stands before the records.
pub fn head(base: &str) -> String {
    let dated = |id: &str| json!({ "@id": format!("schema:{id}"), "@type": "xsd:dateTime" });
    let context = json!({
        "@version": 1.1,
        "@vocab": "https://schema.org/",
        "schema": "https://schema.org/",
        "dcterms": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "broader": "skos:broader",
        "deleted": format!("{base}/schema.graphql#deleted"),
        "dateCreated": dated("dateCreated"),
        "dateModified": dated("dateModified"),
    });
    format!("{{\"@context\":{context},\"@graph\":[")
}

/// What stands behind the last record.
pub const END: &str = "\n]}\n";

/// A record, or what a record leaves that is gone.
pub fn record(record: &Whole, is_gone: bool, base: &str) -> Value {
    let (kind, row) = (record.kind, &record.row);
    let mut node = Node::new(kind, record.key.0, base);
    if is_gone {
        node.set("deleted", true.into());
        return node.members.into();
    }
    for (column, value) in &row.values {
        let Some(value) = value else { continue };
        for (.., term, form) in COLUMNS.iter().filter(|(code, name, ..)| *code == kind.code && *name == column.name) {
            if let Some(value) = told(kind, row, column, value, *form, base) {
                node.add(term, value);
            }
        }
    }
    for (column, term) in [(&kinds::CREATED_AT, "dateCreated"), (&kinds::UPDATED_AT, "dateModified")] {
        if let Some(moment) = row.get(column).and_then(Scalar::as_int) {
            node.set(term, date_time_text(moment).into());
        }
    }
    if *kind == kinds::ORGANISATION {
        node.members.extend(address(row, base).map(|address| ("address".to_owned(), address)));
    }
    for (link, rows) in &record.links {
        for row in rows {
            if let Some((term, value)) = linked(link, row, base) {
                node.add(term, value);
            }
        }
    }
    node.members.into()
}

/// A node of the graph as it comes together.
struct Node {
    members: Map<String, Value>,
}

impl Node {
    fn new(kind: &Kind, key: i64, base: &str) -> Self {
        let mut members = Map::new();
        members.insert("@id".to_owned(), address_of(kind, key, base).into());
        members.insert("@type".to_owned(), type_of(kind).into());
        Self { members }
    }

    fn set(&mut self, term: &str, value: Value) {
        self.members.insert(term.to_owned(), value);
    }

    /// Adds a value, or each of a list, that was not told before.
    fn add(&mut self, term: &str, value: Value) {
        let values = if let Value::Array(values) = value { values } else { vec![value] };
        for value in values {
            match self.members.get_mut(term) {
                None => _ = self.members.insert(term.to_owned(), value),
                Some(Value::Array(known)) if !known.contains(&value) => known.push(value),
                Some(known) if !known.is_array() && *known != value => *known = json!([known.take(), value]),
                Some(_) => {}
            }
        }
    }
}

/// The address of a record.
pub fn address_of(kind: &Kind, key: i64, base: &str) -> String {
    format!("{base}/export/{}.jsonld#{}", kind.plural(), global_id(kind, key, Moment::Now))
}

fn reference(kind: &Kind, key: i64, base: &str) -> Value {
    json!({ "@id": address_of(kind, key, base) })
}

/// The row that a column of a row leads to.
fn led_to(own: Option<&'static Kind>, row: &Read, column: &'static Column, base: &str) -> Option<Value> {
    let (_, key) = row.keys.iter().find(|(read, _)| read.name == column.name)?;
    let kind = match column.target {
        Target::Any => kinds::by_code(row.get(&kinds::OWNER_KIND)?.as_text()?)?,
        _ => target_of(column, own)?,
    };
    Some(reference(kind, *key, base))
}

/// A value in the form of its term; none where it would be no address or no date.
fn told(
    kind: &'static Kind,
    row: &Read,
    column: &'static Column,
    value: &Scalar,
    form: As,
    base: &str,
) -> Option<Value> {
    if !matches!(column.target, Target::Nothing) {
        return led_to(Some(kind), row, column, base);
    }
    let dated = |text: &str, ty: &str| json!({ "@value": text, "@type": format!("xsd:{ty}") });
    Some(match (value, form) {
        (Scalar::Int(moment), As::DateTime) if column.ty == Type::Time => dated(&date_time_text(*moment), "dateTime"),
        (Scalar::Int(year), As::Date) => dated(&format!("{year:04}"), "gYear"),
        (Scalar::Text(text), As::Date) => match text.len() {
            4 => dated(text, "gYear"),
            7 => dated(text, "gYearMonth"),
            10 => dated(text, "date"),
            _ => text.as_str().into(),
        },
        (Scalar::Text(text), As::Address) => json!({ "@id": web_address(text)? }),
        (Scalar::Text(text), _) if column.ty == Type::List => serde_json::from_str(text).ok()?,
        (Scalar::Text(text), _) => match column.language.and_then(|language| row.get(language)?.as_text()) {
            Some(language) => in_language(language, text),
            None => text.as_str().into(),
        },
        (Scalar::Int(number), _) => (*number).into(),
        (Scalar::Bool(flag), _) => (*flag).into(),
    })
}

fn in_language(language: &str, text: &str) -> Value {
    json!({ "@value": text, "@language": language })
}

/// An address that JSON-LD takes as it is: other characters are written as in addresses.
pub fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

fn address(row: &Read, base: &str) -> Option<Value> {
    let mut address = Map::new();
    for (column, term) in [
        (&kinds::ADDRESS_STREET, "streetAddress"),
        (&kinds::ADDRESS_POSTAL_CODE, "postalCode"),
        (&kinds::ADDRESS_LOCALITY, "addressLocality"),
        (&kinds::ADDRESS_TEXT, "description"),
    ] {
        address.extend(row.get(column).and_then(Scalar::as_text).map(|text| (term.to_owned(), text.into())));
    }
    let country = led_to(None, row, &kinds::ADDRESS_COUNTRY_ID, base);
    address.extend(country.map(|country| ("addressCountry".to_owned(), country)));
    (!address.is_empty()).then(|| {
        address.insert("@type".to_owned(), "PostalAddress".into());
        address.into()
    })
}

/// What a row of a link says.
fn linked(link: &'static Link, row: &Read, base: &str) -> Option<(&'static str, Value)> {
    let text = |column: &'static Column| row.get(column).and_then(Scalar::as_text);
    match link.table {
        "standard_title" => Some(("name", in_language(text(&kinds::LANGUAGE)?, text(&kinds::VALUE)?))),
        "organisation_name" => Some(("alternateName", in_language(text(&kinds::LANGUAGE)?, text(&kinds::VALUE)?))),
        "standard_identifier" => Some(("identifier", text(&kinds::RELATION_IDENTIFIER)?.into())),
        "standard_subject" => {
            let code = text(&kinds::SUBJECT_CODE)?;
            let mut term = json!({ "@type": "DefinedTerm", "termCode": code });
            term["inDefinedTermSet"] = text(&kinds::SCHEME)?.into();
            if let Some(title) = text(&kinds::SUBJECT_TITLE) {
                term["name"] = title.into();
            }
            Some(("keywords", term))
        }
        "standard_relation" => {
            let term = match text(kinds::STANDARD_RELATION_KIND)? {
                "REPLACES" => "dcterms:replaces",
                "ADOPTED_FROM" | "EDITION_OF" | "DERIVED_FROM" | "TRANSLATED_FROM" => "dcterms:isVersionOf",
                "PART_OF" => "dcterms:isPartOf",
                "REFERENCES" => "dcterms:references",
                "REQUIRES" => "dcterms:requires",
                _ => "dcterms:relation",
            };
            Some((term, text(&kinds::RELATION_IDENTIFIER)?.into()))
        }
        table => {
            let (_, term) = LINKS.iter().find(|(known, _)| *known == table)?;
            let far = link.columns.iter().find(|column| matches!(column.target, Target::Row(_)))?;
            // What is cited for a single link is no source of the record as a whole.
            let of_link = table == "citation" && row.get(&kinds::LINK_ID).is_some();
            led_to(None, row, far, base).filter(|_| !of_link).map(|value| (*term, value))
        }
    }
}
