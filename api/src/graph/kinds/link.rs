//! Tables of facts that belong to records: links to other rows, and lists of values.

use super::column::*;
use crate::graph::{Column, Form, Link, Role};

pub static CITATION: Link = Link {
    table: "citation",
    field: "citations",
    owner: &RECORD_ID,
    columns: &[&LINK_ID, &POSITION, &SOURCE_ID, &LOCATOR, &FIELD, &NOTE],
    unique: &[&LINK_ID, &SOURCE_ID, &LOCATOR, &FIELD, &NOTE],
    texts: &[],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static SLUG_ALIAS: Link = Link {
    table: "slug_alias",
    field: "slug",
    owner: &RECORD_ID,
    columns: &[&KIND, &SLUG],
    unique: &[&SLUG],
    texts: &[],
    known_by: &[(Form::FormerSlug, &SLUG)],
    copies: &[],
    target: None,
};
pub static SLUG_ALIAS_KIND: &Column = &KIND;
pub static ORGANISATION_ISSUE: Link = Link {
    table: "organisation_issue",
    field: "issues",
    owner: &ORGANISATION_ID,
    columns: &[&ISSUE_ID, &HEADING, &LOCAL_TERM, &TEXT, &POSITION],
    unique: &[&ISSUE_ID, &HEADING],
    texts: &[(Role::Body, &HEADING), (Role::Body, &LOCAL_TERM), (Role::Body, &TEXT)],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static ORGANISATION_PARTNER: Link = Link {
    table: "organisation_partner",
    field: "partners",
    owner: &ORGANISATION_ID,
    columns: &[&PARTNER_ID, &ROLE, &NOTE],
    unique: &[&PARTNER_ID, &ROLE],
    texts: &[],
    known_by: &[],
    copies: &[],
    target: None,
};
/// What long lists of standards are ordered and filtered by.
const LISTED: &[&Column] = &[&LABEL_SORT, &STATUS, &TYPE, &PUBLISHED_ON];
pub static STANDARD_PUBLISHER: Link =
    Link { copies: LISTED, ..plain("standard_publisher", "publishers", &STANDARD_ID, &[&ORGANISATION_ID]) };
pub static STANDARD_COMMITTEE: Link =
    Link { copies: LISTED, ..plain("standard_committee", "committees", &STANDARD_ID, &[&COMMITTEE_ID]) };
pub static STANDARD_ISSUE: Link =
    Link { copies: LISTED, ..plain("standard_issue", "issues", &STANDARD_ID, &[&ISSUE_ID]) };
pub static STANDARD_RELATION: Link = Link {
    table: "standard_relation",
    field: "relations",
    owner: &STANDARD_ID,
    columns: &[&KIND, &RELATION_IDENTIFIER, &RELATION_SORT, &TARGET_KEY, &TARGET_EDITION, &TARGET_VOLUME],
    unique: &[&KIND, &TARGET_KEY, &TARGET_EDITION, &TARGET_VOLUME],
    texts: &[],
    known_by: &[],
    copies: &[],
    target: Some(&TARGET_ID),
};
pub static STANDARD_RELATION_EDGE: &[&Column] = &[&KIND, &RELATION_IDENTIFIER];
pub static STANDARD_RELATION_KIND: &Column = &KIND;
pub static STANDARD_SUBJECT: Link = Link {
    table: "standard_subject",
    field: "subjects",
    owner: &STANDARD_ID,
    columns: &[&SCHEME, &SUBJECT_CODE, &SUBJECT_FOLD, &SUBJECT_TITLE],
    unique: &[&SCHEME, &SUBJECT_CODE],
    texts: &[(Role::Body, &SUBJECT_TITLE)],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static STANDARD_IDENTIFIER: Link = Link {
    table: "standard_identifier",
    field: "otherIdentifiers",
    owner: &STANDARD_ID,
    columns: &[&RELATION_IDENTIFIER, &OTHER_IDENTIFIER_KEY, &POSITION],
    unique: &[&RELATION_IDENTIFIER],
    texts: &[(Role::Names, &RELATION_IDENTIFIER)],
    known_by: &[(Form::OtherIdentifier, &RELATION_IDENTIFIER)],
    copies: &[],
    target: None,
};
pub static STANDARD_TITLE: Link = Link {
    table: "standard_title",
    field: "titles",
    owner: &STANDARD_ID,
    columns: &[&LANGUAGE, &VALUE],
    unique: &[&LANGUAGE],
    texts: &[(Role::Title, &VALUE)],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static ORGANISATION_NAME: Link = Link {
    table: "organisation_name",
    field: "names",
    owner: &ORGANISATION_ID,
    columns: &[&LANGUAGE, &VALUE],
    unique: &[&LANGUAGE],
    texts: &[(Role::Names, &VALUE)],
    known_by: &[(Form::OtherName, &VALUE)],
    copies: &[],
    target: None,
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
    texts: &[],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static INITIATIVE_PARTICIPANT: Link = Link {
    table: "initiative_participant",
    field: "participants",
    owner: &INITIATIVE_ID,
    columns: &[&ORGANISATION_ID, &ROLE, &NOTE],
    unique: &[&ORGANISATION_ID, &ROLE],
    texts: &[],
    known_by: &[],
    copies: &[],
    target: None,
};
pub static INITIATIVE_COUNTRY: Link = Link {
    table: "initiative_country",
    field: "countries",
    owner: &INITIATIVE_ID,
    columns: &[&PARTY_ID, &NOTE],
    unique: &[&PARTY_ID],
    texts: &[],
    known_by: &[],
    copies: &[],
    target: None,
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
    Link { table, field, owner, columns: far, unique: far, texts: &[], known_by: &[], copies: &[], target: None }
}

pub static LINKS: &[&Link] = &[
    &SLUG_ALIAS,
    &ORGANISATION_ISSUE,
    &ORGANISATION_PARTNER,
    &ORGANISATION_NAME,
    &STANDARD_PUBLISHER,
    &STANDARD_COMMITTEE,
    &STANDARD_ISSUE,
    &STANDARD_RELATION,
    &STANDARD_SUBJECT,
    &STANDARD_IDENTIFIER,
    &STANDARD_TITLE,
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

static BY_LANGUAGE: &[&Column] = &[&LANGUAGE];
static BY_CODE: &[&Column] = &[&SCHEME, &SUBJECT_FOLD];
static BY_PLACE: &[&Column] = &[&POSITION];

/// In which order the rows of a link come that is shown without pages; their keys follow.
pub fn order_of_facts(link: &Link) -> &'static [&'static Column] {
    match link.field {
        "titles" | "names" => BY_LANGUAGE,
        "subjects" => BY_CODE,
        _ => BY_PLACE,
    }
}
