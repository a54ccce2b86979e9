//! What the atlas is made of: every kind, link and relation of the contract, as data.

use super::{Column, Filter, FilterForm, Keys, Kind, Label, Link, OrderBy, OrderKey, Relation, Via};

// ---------------------------------------------------------------- columns

pub static ID: Column = Column::key("id");
pub static SLUG: Column = Column::text("slug");
pub static LABEL: Column = Column::text("label");
pub static LABEL_SORT: Column = Column::text("label_sort").derived();
pub static VERSION: Column = Column::int("version");
pub static CREATED_AT: Column = Column::time("created_at");
pub static UPDATED_AT: Column = Column::time("updated_at");

static NAME_FOLD: Column = Column::text("name_fold").derived().long();
static NAME_SORT: Column = Column::text("name_sort").derived();
static NAME: Column = Column::text("name").folded(&NAME_FOLD, &NAME_SORT);

static ACRONYM_FOLD: Column = Column::text("acronym_fold").nullable().derived().long();
static ACRONYM_SORT: Column = Column::text("acronym_sort").nullable().derived();
static FOLDED_ACRONYM: Column = Column::text("acronym").nullable().folded(&ACRONYM_FOLD, &ACRONYM_SORT);
static ACRONYM: Column = Column::text("acronym").nullable();
static COMMITTEE_NAME: Column = Column::text("name").nullable().long();
static OTHER_NAMES: Column = Column::list("other_names").long();
static DESCRIPTION: Column = Column::text("description").nullable().long();
pub static KIND: Column = Column::text("kind");
static URL: Column = Column::text("url").nullable().long();
pub static COUNTRY_ID: Column = Column::key("country_id").nullable().shown_as("country");
pub static ADDRESS_COUNTRY_ID: Column = Column::key("country_id").nullable().shown_as("address");
pub static PARENT_ID: Column = Column::key("parent_id").nullable().shown_as("parent");

static ESTABLISHED_YEAR: Column = Column::int("established_year").nullable();
static STAKEHOLDER_GROUP: Column = Column::text("stakeholder_group").nullable();
static ADDRESS_TEXT: Column = Column::text("address_text").nullable().shown_as("address");
static ADDRESS_STREET: Column = Column::text("address_street").nullable().shown_as("address");
static ADDRESS_POSTAL_CODE: Column = Column::text("address_postal_code").nullable().shown_as("address");
static ADDRESS_LOCALITY: Column = Column::text("address_locality").nullable().shown_as("address");
static WEBSITE: Column = Column::text("website").nullable().long();
static SUMMARY: Column = Column::text("summary").nullable().long();
static DIGITAL_ACTIVITIES: Column = Column::text("digital_activities").nullable().long();
static FUTURE_OF_MEETINGS: Column = Column::text("future_of_meetings").nullable().long();
static MEMBERSHIP: Column = Column::text("membership").nullable().long();

static IDENTIFIER_KEY: Column = Column::text("identifier_key").derived();
static IDENTIFIER_FOLD: Column = Column::text("identifier_fold").derived().long();
static IDENTIFIER_SORT: Column = Column::text("identifier_sort").derived();
static IDENTIFIER: Column = Column::text("identifier").identifier(&IDENTIFIER_KEY, &IDENTIFIER_FOLD, &IDENTIFIER_SORT);
static UNDATED_IDENTIFIER_KEY: Column = Column::text("undated_identifier_key").derived();
static UNDATED_IDENTIFIER_FOLD: Column = Column::text("undated_identifier_fold").derived().long();
static UNDATED_IDENTIFIER_SORT: Column = Column::text("undated_identifier_sort").derived();
static UNDATED_IDENTIFIER: Column = Column::text("undated_identifier").identifier(
    &UNDATED_IDENTIFIER_KEY,
    &UNDATED_IDENTIFIER_FOLD,
    &UNDATED_IDENTIFIER_SORT,
);
static UNDATED: Column = Column::bool("undated");
static TITLE_FOLD: Column = Column::text("title_fold").derived().long();
static TITLE_SORT: Column = Column::text("title_sort").derived();
static TITLE: Column = Column::text("title").folded(&TITLE_FOLD, &TITLE_SORT).long();
static OPTIONAL_TITLE_FOLD: Column = Column::text("title_fold").nullable().derived().long();
static OPTIONAL_TITLE_SORT: Column = Column::text("title_sort").nullable().derived();
static OPTIONAL_TITLE: Column =
    Column::text("title").nullable().folded(&OPTIONAL_TITLE_FOLD, &OPTIONAL_TITLE_SORT).long();
static ABSTRACT: Column = Column::text("abstract").nullable().long();
pub static TYPE: Column = Column::text("type");
pub static STATUS: Column = Column::text("status");
static STAGE: Column = Column::text("stage").nullable();
static EDITION: Column = Column::text("edition").nullable();
static VOLUME: Column = Column::text("volume").nullable();
static PUBLISHED_ON: Column = Column::text("published_on").nullable();
static PUBLISHED_YEAR: Column = Column::int("published_year").nullable();
/// Orders the editions of a document: day of publication, then edition by value.
pub static EDITION_SORT: Column = Column::text("edition_sort").derived();
static LANGUAGES: Column = Column::list("languages").long();

static DESIGNATION_FOLD: Column = Column::text("designation_fold").derived().long();
static DESIGNATION_SORT: Column = Column::text("designation_sort").derived();
static DESIGNATION: Column = Column::text("designation").folded(&DESIGNATION_FOLD, &DESIGNATION_SORT);
static SCOPE: Column = Column::text("scope").nullable().long();

static STARTS_ON: Column = Column::text("starts_on").nullable();
static ENDS_ON: Column = Column::text("ends_on").nullable();
static STARTS_AT: Column = Column::time("starts_at").nullable();
static ENDS_AT: Column = Column::time("ends_at").nullable();
/// The earliest start and the latest end that the known dates allow.
pub static STARTS_FIRST: Column = Column::time("starts_first").nullable().derived();
pub static ENDS_LAST: Column = Column::time("ends_last").nullable().derived();
static TIME_ZONE: Column = Column::text("time_zone").nullable();
static DATE_TEXT: Column = Column::text("date_text").nullable().long();
static FORMAT: Column = Column::text("format");
static LOCATION: Column = Column::text("location").nullable().long();
static REGISTRATION_URL: Column = Column::text("registration_url").nullable().long();

static PLATFORM: Column = Column::text("platform");
static HANDLE_FOLD: Column = Column::text("handle_fold").nullable().derived().long();
static HANDLE_SORT: Column = Column::text("handle_sort").nullable().derived();
static HANDLE: Column = Column::text("handle").nullable().folded(&HANDLE_FOLD, &HANDLE_SORT);
pub static OWNER_ID: Column = Column::key("owner_id").shown_as("owner");
pub static OWNER_KIND: Column = Column::text("owner_kind").shown_as("owner");

static ADOPTED_YEAR: Column = Column::int("adopted_year").nullable();
static STATED_PARTY_COUNT: Column = Column::int("stated_party_count").nullable();
static STARTED_YEAR: Column = Column::int("started_year").nullable();
static AVAILABILITY: Column = Column::text("availability");

static CODE: Column = Column::text("code");
static ALPHA3: Column = Column::text("alpha3");
static REGION: Column = Column::text("region").nullable();
static PUBLISHER: Column = Column::text("publisher").nullable();
static LICENCE: Column = Column::text("licence").nullable();
static ATTRIBUTION: Column = Column::text("attribution").nullable().long();
static ACCESSED_ON: Column = Column::text("accessed_on").nullable();

pub static ORGANISATION_ID: Column = Column::key("organisation_id");
pub static PARTNER_ID: Column = Column::key("partner_id");
pub static ISSUE_ID: Column = Column::key("issue_id");
pub static STANDARD_ID: Column = Column::key("standard_id");
pub static COMMITTEE_ID: Column = Column::key("committee_id");
pub static EVENT_ID: Column = Column::key("event_id");
pub static INSTRUMENT_ID: Column = Column::key("instrument_id");
pub static INITIATIVE_ID: Column = Column::key("initiative_id");
pub static RESOURCE_ID: Column = Column::key("resource_id");
pub static PARTY_ID: Column = Column::key("country_id");
pub static RECORD_ID: Column = Column::key("record_id");

pub static HEADING: Column = Column::text("heading");
pub static LOCAL_TERM: Column = Column::text("local_term").nullable();
pub static TEXT: Column = Column::text("text").nullable().long();
pub static POSITION: Column = Column::int("position");
pub static ROLE: Column = Column::text("role");
pub static NOTE: Column = Column::text("note").nullable().long();

pub static TARGET_KEY: Column = Column::text("target_key");
pub static TARGET_EDITION: Column = Column::text("target_edition").nullable();
pub static TARGET_VOLUME: Column = Column::text("target_volume").nullable();
pub static RELATION_SORT: Column = Column::text("identifier_sort");
pub static RELATION_IDENTIFIER: Column = Column::text("identifier");
pub static OTHER_IDENTIFIER_KEY: Column = Column::text("identifier_key");
pub static SCHEME: Column = Column::text("scheme");
pub static SUBJECT_FOLD: Column = Column::text("code_fold");
pub static SUBJECT_CODE: Column = Column { keys: Keys::Code { fold: &SUBJECT_FOLD }, ..Column::text("code") };
pub static SUBJECT_TITLE: Column = Column::text("title").nullable().long();

pub static SOURCE_ID: Column = Column::key("source_id");
pub static LINK_ID: Column = Column::key("link_id").nullable();
pub static LOCATOR: Column = Column::text("locator").nullable().long();
pub static FIELD: Column = Column::text("field").nullable();

pub static STANDARDS: Column = Column::int("standards");
pub static ORGANISATIONS: Column = Column::int("organisations");

// ---------------------------------------------------------------- links

pub static CITATION: Link = Link {
    table: "citation",
    field: "citations",
    owner: &RECORD_ID,
    columns: &[&LINK_ID, &POSITION, &SOURCE_ID, &LOCATOR, &FIELD, &NOTE],
    unique: &[&LINK_ID, &SOURCE_ID, &LOCATOR, &FIELD, &NOTE],
};
pub static SLUG_ALIAS: Link =
    Link { table: "slug_alias", field: "slug", owner: &RECORD_ID, columns: &[&KIND, &SLUG], unique: &[&SLUG] };
pub static ORGANISATION_ISSUE: Link = Link {
    table: "organisation_issue",
    field: "issues",
    owner: &ORGANISATION_ID,
    columns: &[&ISSUE_ID, &HEADING, &LOCAL_TERM, &TEXT, &POSITION],
    unique: &[&ISSUE_ID, &HEADING],
};
pub static ORGANISATION_PARTNER: Link = Link {
    table: "organisation_partner",
    field: "partners",
    owner: &ORGANISATION_ID,
    columns: &[&PARTNER_ID, &ROLE, &NOTE],
    unique: &[&PARTNER_ID, &ROLE],
};
pub static STANDARD_PUBLISHER: Link = plain("standard_publisher", "publishers", &STANDARD_ID, &[&ORGANISATION_ID]);
pub static STANDARD_COMMITTEE: Link = plain("standard_committee", "committees", &STANDARD_ID, &[&COMMITTEE_ID]);
pub static STANDARD_ISSUE: Link = plain("standard_issue", "issues", &STANDARD_ID, &[&ISSUE_ID]);
pub static STANDARD_RELATION: Link = Link {
    table: "standard_relation",
    field: "relations",
    owner: &STANDARD_ID,
    columns: &[&KIND, &RELATION_IDENTIFIER, &RELATION_SORT, &TARGET_KEY, &TARGET_EDITION, &TARGET_VOLUME],
    unique: &[&KIND, &TARGET_KEY, &TARGET_EDITION, &TARGET_VOLUME],
};
pub static STANDARD_RELATION_EDGE: &[&Column] = &[&KIND, &RELATION_IDENTIFIER];
pub static STANDARD_RELATION_KIND: &Column = &KIND;
pub static STANDARD_SUBJECT: Link = Link {
    table: "standard_subject",
    field: "subjects",
    owner: &STANDARD_ID,
    columns: &[&SCHEME, &SUBJECT_CODE, &SUBJECT_FOLD, &SUBJECT_TITLE],
    unique: &[&SCHEME, &SUBJECT_CODE],
};
pub static STANDARD_IDENTIFIER: Link = Link {
    table: "standard_identifier",
    field: "otherIdentifiers",
    owner: &STANDARD_ID,
    columns: &[&RELATION_IDENTIFIER, &OTHER_IDENTIFIER_KEY, &POSITION],
    unique: &[&RELATION_IDENTIFIER],
};
pub static COMMITTEE_OWNER: Link = plain("committee_owner", "owners", &COMMITTEE_ID, &[&ORGANISATION_ID]);
pub static EVENT_ORGANISER: Link = plain("event_organiser", "organisers", &EVENT_ID, &[&ORGANISATION_ID]);
pub static EVENT_ISSUE: Link = plain("event_issue", "issues", &EVENT_ID, &[&ISSUE_ID]);
pub static INSTRUMENT_CUSTODIAN: Link =
    plain("instrument_custodian", "custodians", &INSTRUMENT_ID, &[&ORGANISATION_ID]);
pub static INSTRUMENT_ISSUE: Link = plain("instrument_issue", "issues", &INSTRUMENT_ID, &[&ISSUE_ID]);
pub static INSTRUMENT_PARTY: Link = Link {
    table: "instrument_party",
    field: "parties",
    owner: &INSTRUMENT_ID,
    columns: &[&PARTY_ID, &NOTE],
    unique: &[&PARTY_ID],
};
pub static INITIATIVE_PARTICIPANT: Link = Link {
    table: "initiative_participant",
    field: "participants",
    owner: &INITIATIVE_ID,
    columns: &[&ORGANISATION_ID, &ROLE, &NOTE],
    unique: &[&ORGANISATION_ID, &ROLE],
};
pub static INITIATIVE_COUNTRY: Link = Link {
    table: "initiative_country",
    field: "countries",
    owner: &INITIATIVE_ID,
    columns: &[&PARTY_ID, &NOTE],
    unique: &[&PARTY_ID],
};
pub static INITIATIVE_ISSUE: Link = plain("initiative_issue", "issues", &INITIATIVE_ID, &[&ISSUE_ID]);
pub static RESOURCE_PROVIDER: Link = plain("resource_provider", "providers", &RESOURCE_ID, &[&ORGANISATION_ID]);
pub static RESOURCE_ISSUE: Link = plain("resource_issue", "issues", &RESOURCE_ID, &[&ISSUE_ID]);

/// A link that says nothing but where it leads.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the description keeps the reference")]
const fn plain(
    table: &'static str,
    field: &'static str,
    owner: &'static Column,
    far: &'static [&'static Column; 1],
) -> Link {
    Link { table, field, owner, columns: far, unique: far }
}

pub static LINKS: &[&Link] = &[
    &SLUG_ALIAS,
    &ORGANISATION_ISSUE,
    &ORGANISATION_PARTNER,
    &STANDARD_PUBLISHER,
    &STANDARD_COMMITTEE,
    &STANDARD_ISSUE,
    &STANDARD_RELATION,
    &STANDARD_SUBJECT,
    &STANDARD_IDENTIFIER,
    &COMMITTEE_OWNER,
    &EVENT_ORGANISER,
    &EVENT_ISSUE,
    &INSTRUMENT_CUSTODIAN,
    &INSTRUMENT_ISSUE,
    &INSTRUMENT_PARTY,
    &INITIATIVE_PARTICIPANT,
    &INITIATIVE_COUNTRY,
    &INITIATIVE_ISSUE,
    &RESOURCE_PROVIDER,
    &RESOURCE_ISSUE,
    &CITATION,
];

// ---------------------------------------------------------------- kinds

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
        &NAME,
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
        text("name", &NAME, "The full name."),
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
    links: &[&ORGANISATION_ISSUE, &ORGANISATION_PARTNER, &CITATION],
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
        &CITATION,
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
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::Column("designation")),
    natural_key: &[&SLUG],
    links: &[&COMMITTEE_OWNER, &CITATION],
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
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&INSTRUMENT_CUSTODIAN, &INSTRUMENT_PARTY, &INSTRUMENT_ISSUE, &CITATION],
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
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&INITIATIVE_PARTICIPANT, &INITIATIVE_COUNTRY, &INITIATIVE_ISSUE, &CITATION],
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
    ],
    orders: &[],
    default_order: BY_LABEL,
    label: Some(Label::FirstOf("acronym", "name")),
    natural_key: &[&SLUG],
    links: &[&RESOURCE_PROVIDER, &RESOURCE_ISSUE, &CITATION],
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
};

/// The kinds of record, in the order of `RecordKind`.
pub static RECORDS: &[&Kind] =
    &[&ORGANISATION, &ISSUE, &STANDARD, &COMMITTEE, &EVENT, &CHANNEL, &INSTRUMENT, &INITIATIVE, &RESOURCE];
/// Every kind that has a global id and is found by `node`.
pub static NODES: &[&Kind] = &[
    &ORGANISATION,
    &ISSUE,
    &STANDARD,
    &COMMITTEE,
    &EVENT,
    &CHANNEL,
    &INSTRUMENT,
    &INITIATIVE,
    &RESOURCE,
    &COUNTRY,
    &SOURCE,
];

/// The kind of record or of node with this code.
pub fn by_code(code: &str) -> Option<&'static Kind> {
    NODES.iter().copied().find(|kind| kind.code == code)
}

// ---------------------------------------------------------------- relations

const fn over(
    name: &'static str,
    far: &'static Kind,
    link: &'static Link,
    near_column: &'static Column,
    far_column: &'static Column,
) -> Relation {
    Relation {
        name,
        far,
        via: Via::Link { link, near: near_column, far: far_column, columns: &[], once: false },
        order: &[],
    }
}
const fn children(name: &'static str, far: &'static Kind, column: &'static Column) -> Relation {
    Relation { name, far, via: Via::Children { column, unless: None }, order: &[] }
}
const fn reference(name: &'static str, far: &'static Kind, column: &'static Column) -> Relation {
    Relation { name, far, via: Via::Reference { column }, order: &[] }
}

const TREATMENT: &[&Column] = &[&ID, &HEADING, &LOCAL_TERM, &TEXT, &POSITION];
const PARTNERSHIP: &[&Column] = &[&ROLE, &NOTE];
const PARTY: &[&Column] = &[&NOTE];

pub static ORGANISATION_ISSUES: Relation = Relation {
    name: "Organisation.issues",
    far: &ISSUE,
    via: Via::Link {
        link: &ORGANISATION_ISSUE,
        near: &ORGANISATION_ID,
        far: &ISSUE_ID,
        columns: TREATMENT,
        once: false,
    },
    order: &[OrderBy::link(&POSITION)],
};
pub static ORGANISATION_STANDARDS: Relation =
    over("Organisation.standards", &STANDARD, &STANDARD_PUBLISHER, &ORGANISATION_ID, &STANDARD_ID);
pub static ORGANISATION_COMMITTEES: Relation =
    over("Organisation.committees", &COMMITTEE, &COMMITTEE_OWNER, &ORGANISATION_ID, &COMMITTEE_ID);
pub static ORGANISATION_EVENTS: Relation =
    over("Organisation.events", &EVENT, &EVENT_ORGANISER, &ORGANISATION_ID, &EVENT_ID);
pub static ORGANISATION_CHANNELS: Relation = children("Organisation.channels", &CHANNEL, &OWNER_ID);
pub static ORGANISATION_INSTRUMENTS: Relation =
    over("Organisation.instruments", &INSTRUMENT, &INSTRUMENT_CUSTODIAN, &ORGANISATION_ID, &INSTRUMENT_ID);
pub static ORGANISATION_INITIATIVES: Relation = Relation {
    name: "Organisation.initiatives",
    far: &INITIATIVE,
    via: Via::Link {
        link: &INITIATIVE_PARTICIPANT,
        near: &ORGANISATION_ID,
        far: &INITIATIVE_ID,
        columns: &[],
        once: true,
    },
    order: &[],
};
pub static ORGANISATION_RESOURCES: Relation =
    over("Organisation.resources", &RESOURCE, &RESOURCE_PROVIDER, &ORGANISATION_ID, &RESOURCE_ID);
pub static ORGANISATION_PARTNERS: Relation = Relation {
    name: "Organisation.partners",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_PARTNER,
        near: &ORGANISATION_ID,
        far: &PARTNER_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static ORGANISATION_PARTNER_OF: Relation = Relation {
    name: "Organisation.partnerOf",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_PARTNER,
        near: &PARTNER_ID,
        far: &ORGANISATION_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static ORGANISATION_COUNTRY: Relation = reference("Organisation.country", &COUNTRY, &ADDRESS_COUNTRY_ID);

pub static ISSUE_CHILDREN: Relation = children("Issue.children", &ISSUE, &PARENT_ID);
pub static ISSUE_ORGANISATIONS: Relation = Relation {
    name: "Issue.organisations",
    far: &ORGANISATION,
    via: Via::Link {
        link: &ORGANISATION_ISSUE,
        near: &ISSUE_ID,
        far: &ORGANISATION_ID,
        columns: TREATMENT,
        once: false,
    },
    order: &[],
};
pub static ISSUE_STANDARDS: Relation = over("Issue.standards", &STANDARD, &STANDARD_ISSUE, &ISSUE_ID, &STANDARD_ID);
pub static ISSUE_EVENTS: Relation = over("Issue.events", &EVENT, &EVENT_ISSUE, &ISSUE_ID, &EVENT_ID);
pub static ISSUE_INSTRUMENTS: Relation =
    over("Issue.instruments", &INSTRUMENT, &INSTRUMENT_ISSUE, &ISSUE_ID, &INSTRUMENT_ID);
pub static ISSUE_INITIATIVES: Relation =
    over("Issue.initiatives", &INITIATIVE, &INITIATIVE_ISSUE, &ISSUE_ID, &INITIATIVE_ID);
pub static ISSUE_RESOURCES: Relation = over("Issue.resources", &RESOURCE, &RESOURCE_ISSUE, &ISSUE_ID, &RESOURCE_ID);

pub static STANDARD_EDITIONS: Relation = Relation {
    name: "Standard.editions",
    far: &STANDARD,
    via: Via::Editions,
    order: &[OrderBy::record(&EDITION_SORT).descending()],
};
pub static STANDARD_PUBLISHERS: Relation =
    over("Standard.publishers", &ORGANISATION, &STANDARD_PUBLISHER, &STANDARD_ID, &ORGANISATION_ID);
pub static STANDARD_COMMITTEES: Relation =
    over("Standard.committees", &COMMITTEE, &STANDARD_COMMITTEE, &STANDARD_ID, &COMMITTEE_ID);
pub static STANDARD_ISSUES: Relation = over("Standard.issues", &ISSUE, &STANDARD_ISSUE, &STANDARD_ID, &ISSUE_ID);
pub static STANDARD_RELATIONS: Relation = Relation {
    name: "Standard.relations",
    far: &STANDARD,
    via: Via::Targets { inverse: false },
    order: &[OrderBy::link(&RELATION_SORT)],
};
pub static STANDARD_RELATED_FROM: Relation =
    Relation { name: "Standard.relatedFrom", far: &STANDARD, via: Via::Targets { inverse: true }, order: &[] };

pub static COMMITTEE_CHILDREN: Relation = children("Committee.children", &COMMITTEE, &PARENT_ID);
pub static COMMITTEE_OWNERS: Relation =
    over("Committee.owners", &ORGANISATION, &COMMITTEE_OWNER, &COMMITTEE_ID, &ORGANISATION_ID);
pub static COMMITTEE_STANDARDS: Relation =
    over("Committee.standards", &STANDARD, &STANDARD_COMMITTEE, &COMMITTEE_ID, &STANDARD_ID);

pub static EVENT_ORGANISERS: Relation =
    over("Event.organisers", &ORGANISATION, &EVENT_ORGANISER, &EVENT_ID, &ORGANISATION_ID);
pub static EVENT_ISSUES: Relation = over("Event.issues", &ISSUE, &EVENT_ISSUE, &EVENT_ID, &ISSUE_ID);
pub static EVENT_COUNTRY: Relation = reference("Event.country", &COUNTRY, &COUNTRY_ID);

pub static CHANNEL_ORGANISATION: Relation = reference("Channel.organisation", &ORGANISATION, &OWNER_ID);

pub static INSTRUMENT_CUSTODIANS: Relation =
    over("Instrument.custodians", &ORGANISATION, &INSTRUMENT_CUSTODIAN, &INSTRUMENT_ID, &ORGANISATION_ID);
pub static INSTRUMENT_PARTIES: Relation = Relation {
    name: "Instrument.parties",
    far: &COUNTRY,
    via: Via::Link { link: &INSTRUMENT_PARTY, near: &INSTRUMENT_ID, far: &PARTY_ID, columns: PARTY, once: false },
    order: &[],
};
pub static INSTRUMENT_ISSUES: Relation =
    over("Instrument.issues", &ISSUE, &INSTRUMENT_ISSUE, &INSTRUMENT_ID, &ISSUE_ID);

pub static INITIATIVE_PARTICIPANTS: Relation = Relation {
    name: "Initiative.participants",
    far: &ORGANISATION,
    via: Via::Link {
        link: &INITIATIVE_PARTICIPANT,
        near: &INITIATIVE_ID,
        far: &ORGANISATION_ID,
        columns: PARTNERSHIP,
        once: false,
    },
    order: &[],
};
pub static INITIATIVE_COUNTRIES: Relation = Relation {
    name: "Initiative.countries",
    far: &COUNTRY,
    via: Via::Link { link: &INITIATIVE_COUNTRY, near: &INITIATIVE_ID, far: &PARTY_ID, columns: PARTY, once: false },
    order: &[],
};
pub static INITIATIVE_ISSUES: Relation =
    over("Initiative.issues", &ISSUE, &INITIATIVE_ISSUE, &INITIATIVE_ID, &ISSUE_ID);

pub static RESOURCE_PROVIDERS: Relation =
    over("Resource.providers", &ORGANISATION, &RESOURCE_PROVIDER, &RESOURCE_ID, &ORGANISATION_ID);
pub static RESOURCE_ISSUES: Relation = over("Resource.issues", &ISSUE, &RESOURCE_ISSUE, &RESOURCE_ID, &ISSUE_ID);

/// The sources of a record as a whole; what is cited for a link stands on its edge.
pub static RECORD_CITATIONS: Relation = Relation {
    name: "AtlasRecord.citations",
    far: &CITATIONS,
    via: Via::Children { column: &RECORD_ID, unless: Some(&LINK_ID) },
    order: &[],
};
