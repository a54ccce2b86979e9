//! What a file can say, in terms of the atlas. Texts are composed (NFC) CommonMark or plain, without control characters
//! but line ends; identifiers and names are as their owners write them, with single blanks. Nothing names persons or
//! e-mail addresses.
//!
//! Other things are named as the source names them; which record of the atlas is meant is for the importer to find.

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($value:ident),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
            pub enum $name {
                $($value),+
            }

            impl $name {
                pub const ALL: &'static [Self] = &[$(Self::$value),+];
            }
        )+
    };
}

vocabulary! {
    /// What kind of document a standard is.
    StandardType {
        InternationalStandard, Standard, TechnicalSpecification, PubliclyAvailableSpecification,
        TechnicalReport, Guide, Recommendation, Amendment, Corrigendum, Supplement, Rfc, InternetDraft,
        WebStandard, DataModel, Other,
    }

    /// How far a standard has come.
    StandardStatus { UnderDevelopment, Published, Superseded, Withdrawn, Cancelled, Unknown }

    /// How a standard relates to another: it KIND the other. `Requires` is a normative reference.
    RelationKind {
        Replaces, Updates, AdoptedFrom, IdenticalTo, PartOf, EditionOf, Supplements, Amends, Corrects,
        References, Requires, DerivedFrom, TranslatedFrom, Related,
    }

    /// The group of stakeholders that an organisation belongs to.
    StakeholderGroup {
        InternationalAndRegionalOrganisations, NgosAndAssociations, Government, PrivateSector, Academia,
        TechnicalCommunity,
    }

    /// What an organisation is to another.
    PartnerRole {
        Member, FoundingMember, Lead, Funder, Implementer, Partner, Liaison, JointBody, Parent, Subsidiary,
        Host, Secretariat, Other,
    }

    /// Whether people meet online or in person.
    EventFormat { Online, InPerson, Hybrid, Unknown }

    /// Where a channel is.
    ChannelPlatform {
        Blog, Bluesky, Facebook, Flickr, Instagram, Linkedin, Mastodon, Newsletter, Pinterest, Podcast, Rss,
        Twitter, Youtube, Other,
    }

    /// What kind of instrument it is.
    InstrumentKind { Agreement, Convention, Regulation, Recommendation, Declaration, Guidance, Other }

    /// What kind of initiative it is.
    InitiativeKind { Programme, Project, Partnership, Negotiation, EventSeries, Other }

    /// What kind of resource it is.
    ResourceKind { Tool, Platform, Database, Software, Publication, Course, Blog, Video, Other }

    /// Whether a resource can be used today.
    ResourceAvailability { Live, Planned, Retired, Unknown }
}

/// One thing that a source describes.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    Standard(Box<Standard>),
    Organisation(Box<Organisation>),
    Committee(Box<Committee>),
    Event(Box<Event>),
    Channel(Box<Channel>),
    Instrument(Box<Instrument>),
    Initiative(Box<Initiative>),
    Resource(Box<Resource>),
    Issue(Box<Issue>),
    Country(Box<Country>),
    Subject(Box<Subject>),
    /// One standard relates to another, said apart from both.
    Relation(Box<Statement>),
    /// A record as an atlas exports it: its columns and links under their names in the API, other records by their slugs.
    Document(Box<serde_json::Map<String, serde_json::Value>>),
}

/// A text in a language, which is a BCP 47 tag in its shortest form ("en", "zh-Hant"); none where it is not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    #[serde(default)]
    pub language: Option<String>,
    pub value: String,
}

/// An organisation as something else names it. One of acronym and name at least.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Body {
    /// "ISO"
    pub acronym: Option<String>,
    /// "International Organization for Standardization"
    pub name: Option<String>,
    pub website: Option<String>,
    /// ISO 3166-1 alpha-2, where it acts for a country or is seated there.
    pub country: Option<String>,
}

/// A committee or group as something else names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// In full, as its owner writes it: "ISO/IEC JTC 1/SC 27", "ITU-T Study Group 17", "TC39", "3GPP SA WG5".
    pub designation: String,
    pub name: Option<String>,
    /// Whose committee it is. Empty: of the publishers of the standard that names it.
    pub owners: Vec<Body>,
    /// The designation of the group above it; a group is made for it too.
    pub parent: Option<String>,
}

/// A document. One record of the atlas for each (identifier, edition, volume).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standard {
    /// As its publisher writes it: "ISO/IEC 27001:2022", "ECMA-262", "RFC 9110", "ITU-T X.509 (10/2019)".
    pub identifier: String,
    /// Without year, edition or version: "ISO/IEC 27001".
    pub undated_identifier: Option<String>,
    /// "15", where editions of one identifier are numbered and so tell documents apart.
    pub edition: Option<String>,
    /// "2", where one edition comes in volumes with the same identifier.
    pub volume: Option<String>,
    pub other_identifiers: Vec<String>,
    /// The main title in each language, the most important language first.
    pub titles: Vec<Localised>,
    /// CommonMark, in English where there is a choice.
    #[serde(rename = "abstract")]
    pub r#abstract: Option<String>,
    pub r#type: Option<StandardType>,
    pub status: Option<StandardStatus>,
    /// The publisher's own word for how far it has come: "60.60", "REC", "Withdrawal".
    pub stage: Option<String>,
    /// "2022-10-25", "2022-10" or "2022".
    pub published_on: Option<String>,
    pub url: Option<String>,
    /// BCP 47 tags of the languages that the document is written in.
    pub languages: Vec<String>,
    pub publishers: Vec<Body>,
    pub committees: Vec<Group>,
    pub subjects: Vec<Subject>,
    pub relations: Vec<Relation>,
    /// Text order tells the newer of two records of one source on the same document: "2025-06-02T…", say.
    pub freshness: Option<String>,
}

/// What a standard is about, by a classification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subject {
    /// "ICS"
    pub scheme: String,
    /// "35.030"
    pub code: String,
    /// In English where there is a choice.
    pub title: Option<String>,
}

/// How the standard that it stands in relates to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    pub kind: RelationKind,
    /// Whether it is to be read from the other side: the other KIND this one ("obsoletedBy", "hasPart").
    #[serde(default)]
    pub inverse: bool,
    /// The other's identifier, in full as its publisher writes it.
    pub identifier: String,
    #[serde(default)]
    pub edition: Option<String>,
    #[serde(default)]
    pub volume: Option<String>,
}

/// A relation between two standards that are described elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The identifier of the standard that relates.
    pub identifier: String,
    pub relation: Relation,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    /// The whole address as written.
    pub text: Option<String>,
    pub street: Option<String>,
    pub postal_code: Option<String>,
    pub locality: Option<String>,
    /// ISO 3166-1 alpha-2 code, or a name in English.
    pub country: Option<String>,
}

/// An organisation, as far as the source tells: what is unknown here changes nothing in the atlas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    pub acronym: Option<String>,
    /// The full name; the acronym stands in where the source has no more.
    pub name: String,
    /// The language of `name`; English where it is not told.
    pub name_language: Option<String>,
    /// In other languages.
    pub names: Vec<Localised>,
    pub other_names: Vec<String>,
    pub established_year: Option<i64>,
    pub stakeholder_group: Option<StakeholderGroup>,
    pub address: Address,
    pub website: Option<String>,
    /// CommonMark, as are the next three.
    pub summary: Option<String>,
    pub digital_activities: Option<String>,
    pub future_of_meetings: Option<String>,
    pub membership: Option<String>,
    /// The issues that it treats, in the order of its profile.
    pub issues: Vec<Treatment>,
    pub partners: Vec<Partner>,
    pub channels: Vec<Channel>,
}

/// How an organisation treats an issue: a headed section of its profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Treatment {
    /// As it stands in the profile, without marks of footnotes.
    pub heading: String,
    /// The organisation's own word for it, from a footnote.
    pub local_term: Option<String>,
    /// CommonMark
    pub text: Option<String>,
    /// Identifiers of the standards that the text cites, with what it says of their status.
    pub standards: Vec<Cited>,
}

/// A standard that a text cites. Without year or edition it stands for all editions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cited {
    pub identifier: String,
    pub title: Option<String>,
    pub status: Option<StandardStatus>,
}

/// What another organisation is to the one that this stands in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    pub body: Body,
    pub role: PartnerRole,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub platform: ChannelPlatform,
    /// Without "@".
    #[serde(default)]
    pub handle: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    /// Whose it is; the record that this stands in, where it stands in one.
    #[serde(default)]
    pub owner: Option<Body>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Committee {
    pub group: Group,
    /// CommonMark
    pub scope: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Event {
    pub title: String,
    /// CommonMark
    pub description: Option<String>,
    /// The local date, as much as is known.
    pub starts_on: Option<String>,
    /// Inclusive.
    pub ends_on: Option<String>,
    /// With the offset from UTC or "Z" (RFC 3339), only where the time of day is known.
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// As announced, where it says more than the dates.
    pub date_text: Option<String>,
    pub format: Option<EventFormat>,
    pub location: Option<String>,
    /// ISO 3166-1 alpha-2 code, or a name in English.
    pub country: Option<String>,
    pub url: Option<String>,
    pub registration_url: Option<String>,
    pub organisers: Vec<Body>,
    /// Names of issues.
    pub issues: Vec<String>,
    pub channels: Vec<Channel>,
    /// What tells it apart for its source, where title, first day and address are not enough: the UID of a calendar.
    pub uid: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Instrument {
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Option<InstrumentKind>,
    pub adopted_year: Option<i64>,
    /// CommonMark
    pub description: Option<String>,
    pub stated_party_count: Option<i64>,
    pub custodians: Vec<Body>,
    /// ISO 3166-1 alpha-2 codes, or names in English.
    pub parties: Vec<String>,
    pub issues: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Initiative {
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Option<InitiativeKind>,
    pub started_year: Option<i64>,
    /// CommonMark
    pub description: Option<String>,
    pub participants: Vec<Partner>,
    pub countries: Vec<String>,
    pub issues: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resource {
    pub name: String,
    pub acronym: Option<String>,
    pub kind: Option<ResourceKind>,
    pub availability: Option<ResourceAvailability>,
    /// CommonMark
    pub description: Option<String>,
    pub url: Option<String>,
    pub providers: Vec<Body>,
    pub issues: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Issue {
    pub name: String,
    pub other_names: Vec<String>,
    /// CommonMark
    pub description: Option<String>,
    /// The name of the issue above it.
    pub parent: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Country {
    /// ISO 3166-1 alpha-2
    pub code: String,
    pub alpha3: Option<String>,
    pub name: Option<String>,
    pub region: Option<String>,
}
