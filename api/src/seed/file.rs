//! The format of the seeds: TOML, one file for each profile. An unknown key is an error; every text that names
//! something keeps its place, so that a mistake in it can be shown.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text that names a record, a country, a source or a value of a vocabulary.
pub type Name = Spanned<String>;

/// One file of seeds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub source: Vec<Source>,
    pub issue: Vec<Issue>,
    pub organisation: Vec<Organisation>,
    pub standard: Vec<Standard>,
    pub committee: Vec<Committee>,
    pub event: Vec<Event>,
    pub channel: Vec<Channel>,
    pub instrument: Vec<Instrument>,
    pub initiative: Vec<Initiative>,
    pub resource: Vec<Resource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub key: Name,
    pub name: String,
    pub url: Option<String>,
    pub publisher: Option<String>,
    pub licence: Option<String>,
    pub attribution: Option<String>,
    pub accessed_on: Option<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    pub source: Name,
    pub locator: Option<String>,
    pub field: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    pub slug: Name,
    pub name: String,
    pub description: Option<String>,
    #[serde(default)]
    pub other_names: Vec<String>,
    pub parent: Option<Name>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub slug: Name,
    pub name: String,
    /// The name in other languages than English, by BCP 47 tag.
    #[serde(default)]
    pub names: BTreeMap<Name, String>,
    pub acronym: Option<String>,
    #[serde(default)]
    pub other_names: Vec<String>,
    pub established_year: Option<i64>,
    pub stakeholder_group: Option<Name>,
    pub address: Option<Address>,
    pub website: Option<String>,
    pub summary: Option<String>,
    pub digital_activities: Option<String>,
    pub future_of_meetings: Option<String>,
    pub membership: Option<String>,
    #[serde(default)]
    pub issues: Vec<Treatment>,
    #[serde(default)]
    pub partners: Vec<Partner>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub text: String,
    pub street: Option<String>,
    pub postal_code: Option<String>,
    pub locality: Option<String>,
    pub country: Option<Name>,
}

/// How an organisation treats an issue. Its position is its place in the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    pub issue: Name,
    pub heading: String,
    pub local_term: Option<String>,
    pub text: Option<String>,
    pub cites: Vec<Cite>,
}

/// An organisation in a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    pub organisation: Name,
    pub role: Name,
    pub note: Option<String>,
}

/// A country that takes part.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    pub country: Name,
    pub note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    pub slug: Option<Name>,
    pub identifier: Name,
    pub undated_identifier: Option<String>,
    #[serde(default)]
    pub undated: bool,
    pub title: Option<String>,
    /// The title in other languages than English, by BCP 47 tag.
    #[serde(default)]
    pub titles: BTreeMap<Name, String>,
    pub r#abstract: Option<String>,
    pub r#type: Name,
    pub status: Name,
    pub stage: Option<String>,
    pub edition: Option<String>,
    pub volume: Option<String>,
    pub published_on: Option<Name>,
    pub url: Option<String>,
    #[serde(default)]
    pub languages: Vec<String>,
    #[serde(default)]
    pub other_identifiers: Vec<String>,
    #[serde(default)]
    pub publishers: Vec<Name>,
    #[serde(default)]
    pub committees: Vec<Name>,
    #[serde(default)]
    pub issues: Vec<Name>,
    #[serde(default)]
    pub relations: Vec<Relation>,
    #[serde(default)]
    pub subjects: Vec<Subject>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    pub kind: Name,
    pub identifier: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub scheme: String,
    pub code: String,
    pub title: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    pub slug: Name,
    pub designation: String,
    /// Left out where the designation is the name.
    pub name: Option<String>,
    pub scope: Option<String>,
    pub parent: Option<Name>,
    #[serde(default)]
    pub owners: Vec<Name>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub slug: Name,
    pub title: String,
    pub description: Option<String>,
    pub starts_on: Option<Name>,
    pub ends_on: Option<Name>,
    pub starts_at: Option<Name>,
    pub ends_at: Option<Name>,
    pub time_zone: Option<Name>,
    pub date_text: Option<String>,
    pub format: Name,
    pub location: Option<String>,
    pub country: Option<Name>,
    pub url: Option<String>,
    pub registration_url: Option<String>,
    #[serde(default)]
    pub organisers: Vec<Name>,
    #[serde(default)]
    pub issues: Vec<Name>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub owner: Name,
    pub owner_kind: Option<Name>,
    pub platform: Name,
    pub handle: Option<String>,
    pub url: Option<String>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub slug: Name,
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Name,
    pub adopted_year: Option<i64>,
    pub description: Option<String>,
    pub stated_party_count: Option<i64>,
    #[serde(default)]
    pub custodians: Vec<Name>,
    #[serde(default)]
    pub parties: Vec<Party>,
    #[serde(default)]
    pub issues: Vec<Name>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initiative {
    pub slug: Name,
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Name,
    pub started_year: Option<i64>,
    pub description: Option<String>,
    #[serde(default)]
    pub participants: Vec<Partner>,
    #[serde(default)]
    pub countries: Vec<Party>,
    #[serde(default)]
    pub issues: Vec<Name>,
    pub cites: Vec<Cite>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    pub slug: Name,
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Name,
    pub availability: Name,
    pub description: Option<String>,
    pub url: Option<String>,
    #[serde(default)]
    pub providers: Vec<Name>,
    #[serde(default)]
    pub issues: Vec<Name>,
    pub cites: Vec<Cite>,
}
