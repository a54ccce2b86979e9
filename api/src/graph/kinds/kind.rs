//! The kinds: their columns, filters and orders, with the words that the API's manual has for them.

use super::column::*;
use super::link::*;
use super::relation::*;
use crate::graph::{Column, Filter, FilterForm, Form, Kind, Label, OrderBy, OrderKey, Relation, Role, Side, Tally};

const BY_LABEL: &[OrderBy] = &[OrderBy::record(&LABEL_SORT)];

const fn text(field: &'static str, column: &'static Column, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Text(column), doc }
}
const fn int(field: &'static str, column: &'static Column, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Int(column), doc }
}
const fn time(field: &'static str, column: &'static Column, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Time(column), doc }
}
const fn choice(field: &'static str, column: &'static Column, values: &'static str, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Choice(column, values), doc }
}
const fn related(field: &'static str, relation: &'static Relation, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Related(relation), doc }
}
const fn country(field: &'static str, relation: &'static Relation, doc: &'static str) -> Filter {
    Filter { field, test: FilterForm::Country(relation), doc }
}
const fn key(name: &'static str, column: &'static Column, doc: &'static str) -> OrderKey {
    OrderKey { name, by: OrderBy::record(column), doc }
}

const UPDATED: OrderKey = key("UPDATED_AT", &UPDATED_AT, "By the time of the last change.");
const BY_SLUG: Filter = text("slug", &SLUG, "The slug. Slugs that a record had before a rename do not match here.");
pub const BY_TEXT: Filter = Filter {
    field: "text",
    test: FilterForm::Words,
    doc: "Full text, as in `search`: all words, \"phrases\", -exclusions; 1,000 characters at most, and five such queries in one filter. Not under `asOf`.",
};
const BY_ISSUE_DOC: &str = "At least one issue of the record matches. `{}` keeps the records that have any issue.";

pub static ORGANISATION: Kind = Kind {
    name: "Organisation",
    code: "ORGANISATION",
    table: "organisation",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &ORGANISATION_NAME_COLUMN,
        &NAME_LANGUAGE,
        &NAME_FOLD,
        &NAME_SORT,
        &FOLDED_ACRONYM,
        &ACRONYM_FOLD,
        &ACRONYM_SORT,
        &OTHER_NAMES,
        &ESTABLISHED_YEAR,
        &STAKEHOLDER_GROUP,
        &ADDRESS_TEXT,
        &ADDRESS_STREET,
        &ADDRESS_POSTAL_CODE,
        &ADDRESS_LOCALITY,
        &ADDRESS_COUNTRY_ID,
        &WEBSITE,
        &SUMMARY,
        &DIGITAL_ACTIVITIES,
        &FUTURE_OF_MEETINGS,
        &MEMBERSHIP,
    ],
    filters: &[
        BY_SLUG,
        text("name", &ORGANISATION_NAME_COLUMN, "The full name."),
        text("acronym", &FOLDED_ACRONYM, "The acronym."),
        int("establishedYear", &ESTABLISHED_YEAR, "The year of foundation."),
        choice(
            "stakeholderGroup",
            &STAKEHOLDER_GROUP,
            "StakeholderGroup",
            "Any of these groups. `[]` matches nothing.",
        ),
        country(
            "country",
            &ORGANISATION_COUNTRY,
            "The address is in any of these countries: ISO 3166-1 alpha-2 codes, in either case.",
        ),
        related(
            "issue",
            &ORGANISATION_ISSUES,
            "Treats at least one issue that matches. `{}` keeps the organisations that treat any issue.",
        ),
        BY_TEXT,
    ],
    orders: &[
        key("NAME", &NAME_SORT, "By name in natural order: case and accents ignored, numbers by value."),
        key("ACRONYM", &ACRONYM_SORT, "By acronym in natural order; organisations without one come last."),
        key("ESTABLISHED_YEAR", &ESTABLISHED_YEAR, "By the year of foundation; unknown years come last."),
        UPDATED,
        OrderKey {
            name: "STANDARD_COUNT",
            by: OrderBy::tally(&STANDARDS),
            doc: "By the number of standards that the organisation publishes.",
        },
    ],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&ORGANISATION_ISSUE, &ORGANISATION_PARTNER, &ORGANISATION_NAME, &CITATION],
    texts: &[
        (Role::Label, &LABEL),
        (Role::Names, &ORGANISATION_NAME_COLUMN),
        (Role::Names, &FOLDED_ACRONYM),
        (Role::Names, &OTHER_NAMES),
        (Role::Body, &SUMMARY),
        (Role::Body, &DIGITAL_ACTIVITIES),
        (Role::Body, &FUTURE_OF_MEETINGS),
        (Role::Body, &MEMBERSHIP),
    ],
    known_by: &[
        (Form::Slug, &SLUG),
        (Form::Acronym, &FOLDED_ACRONYM),
        (Form::Name, &ORGANISATION_NAME_COLUMN),
        (Form::OtherName, &OTHER_NAMES),
        (Form::Url, &WEBSITE),
    ],
};

pub static ISSUE: Kind = Kind {
    name: "Issue",
    code: "ISSUE",
    table: "issue",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &NAME,
        &NAME_FOLD,
        &NAME_SORT,
        &DESCRIPTION,
        &OTHER_NAMES,
        &PARENT_ID,
    ],
    filters: &[
        BY_SLUG,
        text("name", &NAME, "The name."),
        Filter {
            field: "under",
            test: FilterForm::Under,
            doc: "A slug: that issue and every issue below it. An unknown slug matches nothing.",
        },
        Filter {
            field: "root",
            test: FilterForm::Root(&PARENT_ID),
            doc: "True keeps the issues without a parent, false those with one.",
        },
        BY_TEXT,
    ],
    orders: &[
        key("NAME", &NAME_SORT, "By name in natural order: case and accents ignored, numbers by value."),
        OrderKey {
            name: "ORGANISATION_COUNT",
            by: OrderBy::tally(&ORGANISATIONS),
            doc: "By the number of organisations that treat the issue, each counted once.",
        },
        OrderKey {
            name: "STANDARD_COUNT",
            by: OrderBy::tally(&STANDARDS),
            doc: "By the number of standards on the issue.",
        },
        UPDATED,
    ],
    default_order: BY_LABEL,
    label: Some(Label::Column("name")),
    natural_key: &[&SLUG],
    links: &[&CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &OTHER_NAMES), (Role::Body, &DESCRIPTION)],
    known_by: &[(Form::Slug, &SLUG), (Form::Name, &NAME), (Form::OtherName, &OTHER_NAMES)],
};

pub static STANDARD: Kind = Kind {
    name: "Standard",
    code: "STANDARD",
    table: "standard",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &IDENTIFIER,
        &IDENTIFIER_KEY,
        &IDENTIFIER_FOLD,
        &IDENTIFIER_SORT,
        &UNDATED_IDENTIFIER,
        &UNDATED_IDENTIFIER_KEY,
        &UNDATED_IDENTIFIER_FOLD,
        &UNDATED_IDENTIFIER_SORT,
        &UNDATED,
        &OPTIONAL_TITLE,
        &TITLE_LANGUAGE,
        &OPTIONAL_TITLE_FOLD,
        &OPTIONAL_TITLE_SORT,
        &ABSTRACT,
        &TYPE,
        &STATUS,
        &STAGE,
        &EDITION,
        &VOLUME,
        &PUBLISHED_ON,
        &PUBLISHED_YEAR,
        &EDITION_SORT,
        &URL,
        &LANGUAGES,
    ],
    filters: &[
        BY_SLUG,
        text(
            "identifier",
            &IDENTIFIER,
            "The identifier; `eq`, `ne` and `in` forgive case and spacing, as `standard(identifier:)` does.",
        ),
        text(
            "undatedIdentifier",
            &UNDATED_IDENTIFIER,
            "The identifier without year, edition or version; `eq`, `ne` and `in` forgive case and spacing.",
        ),
        text("title", &OPTIONAL_TITLE, "The title."),
        choice("type", &TYPE, "StandardType", "Any of these types. `[]` matches nothing."),
        choice("status", &STATUS, "StandardStatus", "Any of these statuses. `[]` matches nothing."),
        int("publishedYear", &PUBLISHED_YEAR, "The year of publication."),
        Filter {
            field: "latestEdition",
            test: FilterForm::LatestEdition,
            doc: "True leaves out editions that a newer published one supersedes; false keeps only those.",
        },
        Filter {
            field: "subject",
            test: FilterForm::Subject,
            doc: "At least one subject matches, for example an ICS code.",
        },
        related("publisher", &STANDARD_PUBLISHERS, "At least one publisher matches."),
        related("committee", &STANDARD_COMMITTEES, "At least one committee matches."),
        related("issue", &STANDARD_ISSUES, BY_ISSUE_DOC),
        BY_TEXT,
    ],
    orders: &[
        key("IDENTIFIER", &IDENTIFIER_SORT, "By identifier in natural order: \"ISO 9\" before \"ISO 10\"."),
        key("TITLE", &OPTIONAL_TITLE_SORT, "By title in natural order; standards without one come last."),
        key(
            "PUBLISHED_ON",
            &PUBLISHED_ON,
            "By date of publication; unknown dates come last. A year alone sorts before the days of that year.",
        ),
        UPDATED,
        OrderKey {
            name: "RELEVANCE",
            by: OrderBy { side: Side::Rank, column: &RANK, descending: false },
            doc: "By how well the record matches `filter.text`, which must be given: `ASC` is best first; records that match equally well by identifier.",
        },
    ],
    default_order: BY_LABEL,
    label: Some(Label::Column("identifier")),
    natural_key: &[&SLUG],
    links: &[
        &STANDARD_PUBLISHER,
        &STANDARD_COMMITTEE,
        &STANDARD_ISSUE,
        &STANDARD_RELATION,
        &STANDARD_SUBJECT,
        &STANDARD_IDENTIFIER,
        &STANDARD_TITLE,
        &CITATION,
    ],
    texts: &[
        (Role::Label, &LABEL),
        (Role::Names, &UNDATED_IDENTIFIER),
        (Role::Title, &OPTIONAL_TITLE),
        (Role::Body, &ABSTRACT),
    ],
    known_by: &[
        (Form::Slug, &SLUG),
        (Form::Identifier, &IDENTIFIER),
        (Form::UndatedIdentifier, &UNDATED_IDENTIFIER),
        (Form::Url, &URL),
    ],
};

pub static COMMITTEE: Kind = Kind {
    name: "Committee",
    code: "COMMITTEE",
    table: "committee",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &DESIGNATION,
        &DESIGNATION_FOLD,
        &DESIGNATION_SORT,
        &COMMITTEE_NAME,
        &SCOPE,
        &PARENT_ID,
    ],
    filters: &[
        BY_SLUG,
        text("designation", &DESIGNATION, "The designation, for example \"ISO/IEC JTC 1/SC 42\"."),
        related("owner", &COMMITTEE_OWNERS, "At least one of the bodies whose committee it is matches."),
        BY_TEXT,
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::Column("designation")),
    natural_key: &[&SLUG],
    links: &[&COMMITTEE_OWNER, &CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &COMMITTEE_NAME), (Role::Body, &SCOPE)],
    known_by: &[(Form::Slug, &SLUG), (Form::Identifier, &DESIGNATION), (Form::Name, &COMMITTEE_NAME)],
};

pub static EVENT: Kind = Kind {
    name: "Event",
    code: "EVENT",
    table: "event",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &TITLE,
        &TITLE_FOLD,
        &TITLE_SORT,
        &DESCRIPTION,
        &STARTS_ON,
        &ENDS_ON,
        &STARTS_AT,
        &ENDS_AT,
        &STARTS_FIRST,
        &ENDS_LAST,
        &TIME_ZONE,
        &DATE_TEXT,
        &FORMAT,
        &LOCATION,
        &COUNTRY_ID,
        &URL,
        &REGISTRATION_URL,
    ],
    filters: &[
        BY_SLUG,
        text("title", &TITLE, "The title."),
        time(
            "startsAt",
            &STARTS_FIRST,
            "The earliest moment of the start that the known date allows. In the event's time zone, in UTC where it is unknown.",
        ),
        time(
            "endsAt",
            &ENDS_LAST,
            "The latest moment of the end that the known date allows; the end of the starting day where no end is known.",
        ),
        choice("format", &FORMAT, "EventFormat", "Any of these formats. `[]` matches nothing."),
        country(
            "country",
            &EVENT_COUNTRY,
            "Takes place in any of these countries: ISO 3166-1 alpha-2 codes, in either case.",
        ),
        related("organiser", &EVENT_ORGANISERS, "At least one organiser matches."),
        related("issue", &EVENT_ISSUES, BY_ISSUE_DOC),
        BY_TEXT,
    ],
    orders: &[
        key(
            "STARTS_AT",
            &STARTS_FIRST,
            "By the earliest start that the known date allows; events without a date come last.",
        ),
        key("TITLE", &TITLE_SORT, "By title in natural order."),
        UPDATED,
    ],
    default_order: &[OrderBy::record(&STARTS_FIRST)],
    label: Some(Label::Column("title")),
    natural_key: &[&SLUG],
    links: &[&EVENT_ORGANISER, &EVENT_ISSUE, &CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Body, &DESCRIPTION), (Role::Body, &LOCATION)],
    known_by: &[(Form::Slug, &SLUG), (Form::Name, &TITLE), (Form::Url, &URL)],
};

pub static CHANNEL: Kind = Kind {
    name: "Channel",
    code: "CHANNEL",
    table: "channel",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &PLATFORM,
        &HANDLE,
        &HANDLE_FOLD,
        &HANDLE_SORT,
        &URL,
        &OWNER_ID,
        &OWNER_KIND,
    ],
    filters: &[
        BY_SLUG,
        choice("platform", &PLATFORM, "ChannelPlatform", "Any of these platforms. `[]` matches nothing."),
        text("handle", &HANDLE, "The handle, without the leading @."),
        related("organisation", &CHANNEL_ORGANISATION, "The owner is an organisation that matches."),
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::Channel),
    natural_key: &[&SLUG],
    links: &[&CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &SLUG)],
    known_by: &[(Form::Slug, &SLUG), (Form::Handle, &HANDLE), (Form::Url, &URL)],
};

pub static INSTRUMENT: Kind = Kind {
    name: "Instrument",
    code: "INSTRUMENT",
    table: "instrument",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &NAME,
        &NAME_FOLD,
        &NAME_SORT,
        &ACRONYM,
        &KIND,
        &ADOPTED_YEAR,
        &DESCRIPTION,
        &STATED_PARTY_COUNT,
    ],
    filters: &[
        BY_SLUG,
        text("name", &NAME, "The name."),
        choice("kind", &KIND, "InstrumentKind", "Any of these kinds. `[]` matches nothing."),
        int("adoptedYear", &ADOPTED_YEAR, "The year of adoption."),
        country(
            "party",
            &INSTRUMENT_PARTIES,
            "At least one of these countries is a listed party: ISO 3166-1 alpha-2 codes, in either case.",
        ),
        related("custodian", &INSTRUMENT_CUSTODIANS, "At least one custodian matches."),
        related("issue", &INSTRUMENT_ISSUES, BY_ISSUE_DOC),
        BY_TEXT,
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&INSTRUMENT_CUSTODIAN, &INSTRUMENT_PARTY, &INSTRUMENT_ISSUE, &CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &NAME), (Role::Names, &ACRONYM), (Role::Body, &DESCRIPTION)],
    known_by: &[(Form::Slug, &SLUG), (Form::Acronym, &ACRONYM), (Form::Name, &NAME)],
};

pub static INITIATIVE: Kind = Kind {
    name: "Initiative",
    code: "INITIATIVE",
    table: "initiative",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &NAME,
        &NAME_FOLD,
        &NAME_SORT,
        &ACRONYM,
        &KIND,
        &STARTED_YEAR,
        &DESCRIPTION,
    ],
    filters: &[
        BY_SLUG,
        text("name", &NAME, "The name."),
        choice("kind", &KIND, "InitiativeKind", "Any of these kinds. `[]` matches nothing."),
        related(
            "participant",
            &INITIATIVE_PARTICIPANTS,
            "At least one organisation that takes part, in any role, matches.",
        ),
        country(
            "country",
            &INITIATIVE_COUNTRIES,
            "At least one of these countries takes part: ISO 3166-1 alpha-2 codes, in either case.",
        ),
        related("issue", &INITIATIVE_ISSUES, BY_ISSUE_DOC),
        BY_TEXT,
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&INITIATIVE_PARTICIPANT, &INITIATIVE_COUNTRY, &INITIATIVE_ISSUE, &CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &NAME), (Role::Names, &ACRONYM), (Role::Body, &DESCRIPTION)],
    known_by: &[(Form::Slug, &SLUG), (Form::Acronym, &ACRONYM), (Form::Name, &NAME)],
};

pub static RESOURCE: Kind = Kind {
    name: "Resource",
    code: "RESOURCE",
    table: "resource",
    columns: &[
        &ID,
        &SLUG,
        &LABEL,
        &LABEL_SORT,
        &VERSION,
        &CREATED_AT,
        &UPDATED_AT,
        &NAME,
        &NAME_FOLD,
        &NAME_SORT,
        &ACRONYM,
        &KIND,
        &AVAILABILITY,
        &DESCRIPTION,
        &URL,
    ],
    filters: &[
        BY_SLUG,
        text("name", &NAME, "The name."),
        choice("kind", &KIND, "ResourceKind", "Any of these kinds. `[]` matches nothing."),
        choice("availability", &AVAILABILITY, "ResourceAvailability", "Any of these. `[]` matches nothing."),
        related("issue", &RESOURCE_ISSUES, BY_ISSUE_DOC),
        related("provider", &RESOURCE_PROVIDERS, "At least one provider matches."),
        BY_TEXT,
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&RESOURCE_PROVIDER, &RESOURCE_ISSUE, &CITATION],
    texts: &[(Role::Label, &LABEL), (Role::Names, &NAME), (Role::Names, &ACRONYM), (Role::Body, &DESCRIPTION)],
    known_by: &[(Form::Slug, &SLUG), (Form::Acronym, &ACRONYM), (Form::Name, &NAME), (Form::Url, &URL)],
};

pub static COUNTRY: Kind = Kind {
    name: "Country",
    code: "COUNTRY",
    table: "country",
    columns: &[&ID, &CODE, &ALPHA3, &NAME, &NAME_FOLD, &NAME_SORT, &REGION],
    filters: &[],
    orders: &[],
    default_order: &[OrderBy::record(&NAME_SORT)],
    label: None,
    natural_key: &[&CODE],
    links: &[],
    texts: &[],
    known_by: &[],
};

pub static SOURCE: Kind = Kind {
    name: "Source",
    code: "SOURCE",
    table: "source",
    columns: &[&ID, &NAME, &NAME_FOLD, &NAME_SORT, &URL, &PUBLISHER, &LICENCE, &ATTRIBUTION, &ACCESSED_ON],
    filters: &[],
    orders: &[],
    default_order: &[OrderBy::record(&NAME_SORT)],
    label: None,
    natural_key: &[&NAME],
    links: &[],
    texts: &[],
    known_by: &[],
};

/// The name of the type of the log's entries.
pub const CHANGE_NAME: &str = "Change";
pub static CHANGE_KIND: &Column = &KIND;
/// An entry of the log; its key is its position.
pub static CHANGE: Kind = Kind {
    name: CHANGE_NAME,
    code: "CHANGE",
    table: "change",
    columns: &[&SEQUENCE, &AT, &ACTOR, &OPERATION, &KIND, &RECORD_ID, &VERSION, &CHANGED_FIELDS],
    filters: &[],
    orders: &[],
    default_order: &[],
    label: None,
    natural_key: &[],
    links: &[],
    texts: &[],
    known_by: &[],
};

/// Citations have pages and keys like a kind, and belong to a record like a link; the log files them under it.
pub static CITATIONS: Kind = Kind {
    name: "Citation",
    code: "CITATION",
    table: "citation",
    columns: &[&ID, &RECORD_ID, &LINK_ID, &POSITION, &SOURCE_ID, &LOCATOR, &FIELD, &NOTE],
    filters: &[],
    orders: &[],
    default_order: &[OrderBy::record(&POSITION)],
    label: None,
    natural_key: &[],
    links: &[],
    texts: &[],
    known_by: &[],
};

pub static TALLIES: &[Tally] = &[
    Tally { column: &STANDARDS, of: &ORGANISATION, link: &STANDARD_PUBLISHER, near: &ORGANISATION_ID, distinct: None },
    Tally { column: &STANDARDS, of: &ISSUE, link: &STANDARD_ISSUE, near: &ISSUE_ID, distinct: None },
    Tally {
        column: &ORGANISATIONS,
        of: &ISSUE,
        link: &ORGANISATION_ISSUE,
        near: &ISSUE_ID,
        distinct: Some(&ORGANISATION_ID),
    },
];
