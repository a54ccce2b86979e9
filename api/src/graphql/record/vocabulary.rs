//! The enum types of the API: each value's words. The values are those of the rows, held together by the compiler.

use async_graphql::Enum;
use entity::vocabulary as row;

/// The kinds of record.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::RecordKind")]
pub enum RecordKind {
    /// An organisation.
    Organisation,
    /// An issue of digital policy.
    Issue,
    /// A standard or another numbered document.
    Standard,
    /// A committee, working group or other body of an organisation.
    Committee,
    /// An event.
    Event,
    /// A channel on which an organisation or another record speaks.
    Channel,
    /// A treaty, agreement, convention or regulation.
    Instrument,
    /// A programme, project, partnership or negotiation.
    Initiative,
    /// Something to use or to read.
    Resource,
}

/// The group of stakeholders that an organisation belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::StakeholderGroup")]
pub enum StakeholderGroup {
    /// Intergovernmental and other international or regional organisations.
    InternationalAndRegionalOrganisations,
    /// Non-governmental organisations and associations.
    NgosAndAssociations,
    /// Governments and their bodies.
    Government,
    /// Companies and their federations.
    PrivateSector,
    /// Universities and research bodies.
    Academia,
    /// Bodies that run or specify the internet's technology.
    TechnicalCommunity,
}

/// What an organisation is to another, or to an initiative.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::PartnerRole")]
pub enum PartnerRole {
    /// A member.
    Member,
    /// A member since the foundation.
    FoundingMember,
    /// It leads or coordinates.
    Lead,
    /// It pays.
    Funder,
    /// It carries the work out.
    Implementer,
    /// It works together with the other on equal terms.
    Partner,
    /// It has a formal liaison with the other.
    Liaison,
    /// A body that the other runs jointly with others.
    JointBody,
    /// The organisation that the other is part of.
    Parent,
    /// A part of the other.
    Subsidiary,
    /// It gives the other a place.
    Host,
    /// It provides the secretariat.
    Secretariat,
    /// None of these; the note says what.
    Other,
}

/// What kind of document a standard is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::StandardType")]
pub enum StandardType {
    /// An international standard, as of ISO or IEC.
    InternationalStandard,
    /// A standard of another body.
    Standard,
    /// A technical specification (TS).
    TechnicalSpecification,
    /// A publicly available specification (PAS).
    PubliclyAvailableSpecification,
    /// A technical report (TR).
    TechnicalReport,
    /// A guide.
    Guide,
    /// A recommendation, as of ITU or W3C.
    Recommendation,
    /// An amendment to another document.
    Amendment,
    /// A corrigendum to another document.
    Corrigendum,
    /// A supplement to another document.
    Supplement,
    /// A document of the RFC series.
    Rfc,
    /// A draft on the way to the RFC series.
    InternetDraft,
    /// A living standard of the web.
    WebStandard,
    /// A data model or schema.
    DataModel,
    /// Any other kind.
    Other,
}

/// How far a standard has come, whatever stages its publisher has.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::StandardStatus")]
pub enum StandardStatus {
    /// Being written; not published yet.
    UnderDevelopment,
    /// Published and in force.
    Published,
    /// Published, and replaced by a newer document.
    Superseded,
    /// Published, and withdrawn.
    Withdrawn,
    /// Given up before publication.
    Cancelled,
    /// The sources do not say, or contradict each other.
    Unknown,
}

/// How a standard relates to another. Read as: this standard KIND the node. The inverse is found by `relatedFrom`.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::StandardRelationKind")]
pub enum StandardRelationKind {
    /// It takes the place of the node.
    Replaces,
    /// It changes or adds to the node, which stays in force.
    Updates,
    /// It adopts the node of another body.
    AdoptedFrom,
    /// It is the same document as the node.
    IdenticalTo,
    /// It is a part of the node.
    PartOf,
    /// It is an edition of the node.
    EditionOf,
    /// It supplements the node.
    Supplements,
    /// It amends the node.
    Amends,
    /// It corrects the node.
    Corrects,
    /// It cites the node.
    References,
    /// It cannot be applied without the node: a normative reference.
    Requires,
    /// It was made from the node.
    DerivedFrom,
    /// It is a translation of the node.
    TranslatedFrom,
    /// It has to do with the node in another way.
    Related,
}

/// Whether people meet online or in person.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::EventFormat")]
pub enum EventFormat {
    /// Online only.
    Online,
    /// In person only.
    InPerson,
    /// Both.
    Hybrid,
    /// Not known.
    Unknown,
}

/// Where a channel is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::ChannelPlatform")]
pub enum ChannelPlatform {
    /// A blog.
    Blog,
    /// Bluesky.
    Bluesky,
    /// Facebook.
    Facebook,
    /// Flickr.
    Flickr,
    /// Instagram.
    Instagram,
    /// `LinkedIn`.
    Linkedin,
    /// Mastodon.
    Mastodon,
    /// A newsletter by mail.
    Newsletter,
    /// Pinterest.
    Pinterest,
    /// A podcast.
    Podcast,
    /// An RSS or Atom feed.
    Rss,
    /// Twitter, now X.
    Twitter,
    /// `YouTube`.
    Youtube,
    /// Anything else.
    Other,
}

/// What kind of instrument it is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::InstrumentKind")]
pub enum InstrumentKind {
    /// An agreement.
    Agreement,
    /// A convention.
    Convention,
    /// A regulation.
    Regulation,
    /// A recommendation.
    Recommendation,
    /// A declaration or decision.
    Declaration,
    /// Guidance without binding force.
    Guidance,
    /// Any other kind.
    Other,
}

/// What kind of initiative it is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::InitiativeKind")]
pub enum InitiativeKind {
    /// A programme: lasting work with several parts.
    Programme,
    /// A project with an end.
    Project,
    /// A partnership.
    Partnership,
    /// A negotiation.
    Negotiation,
    /// A series of events.
    EventSeries,
    /// Any other kind.
    Other,
}

/// What kind of resource it is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::ResourceKind")]
pub enum ResourceKind {
    /// A tool.
    Tool,
    /// A platform.
    Platform,
    /// A data base.
    Database,
    /// Software.
    Software,
    /// A publication.
    Publication,
    /// A course or training.
    Course,
    /// A blog post or article.
    Blog,
    /// A video.
    Video,
    /// Any other kind.
    Other,
}

/// Whether a resource can be used.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::ResourceAvailability")]
pub enum ResourceAvailability {
    /// It can be used.
    Live,
    /// It is planned or being built.
    Planned,
    /// It is no longer there.
    Retired,
    /// Not known.
    Unknown,
}

/// What was done to a record.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "row::ChangeOperation")]
pub enum ChangeOperation {
    /// It was created.
    Created,
    /// A field or a link that it owns was changed.
    Updated,
    /// It was deleted. Its history stays.
    Deleted,
}
