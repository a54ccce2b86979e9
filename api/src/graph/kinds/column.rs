//! Every column, once; kinds and links name those they have.

use super::kind::*;
use crate::graph::{Column, Keys, Target};

pub static ID: Column = Column::key("id");
pub static SLUG: Column = Column::text("slug");
pub static LABEL: Column = Column::text("label");
pub static LABEL_SORT: Column = Column::text("label_sort").derived();
pub static VERSION: Column = Column::int("version");
pub static CREATED_AT: Column = Column::time("created_at");
pub static UPDATED_AT: Column = Column::time("updated_at");

pub static NAME_FOLD: Column = Column::text("name_fold").derived().long();
pub static NAME_SORT: Column = Column::text("name_sort").derived();
pub static NAME: Column = Column::text("name").folded(&NAME_FOLD, &NAME_SORT);

/// In which language an organisation's own name is, as a BCP 47 tag.
pub static NAME_LANGUAGE: Column = Column::text("name_language");
pub static ORGANISATION_NAME_COLUMN: Column =
    Column::text("name").folded(&NAME_FOLD, &NAME_SORT).in_language(&NAME_LANGUAGE);

pub static ACRONYM_FOLD: Column = Column::text("acronym_fold").nullable().derived().long();
pub static ACRONYM_SORT: Column = Column::text("acronym_sort").nullable().derived();
pub static FOLDED_ACRONYM: Column = Column::text("acronym").nullable().folded(&ACRONYM_FOLD, &ACRONYM_SORT);
pub static ACRONYM: Column = Column::text("acronym").nullable();
pub static COMMITTEE_NAME: Column = Column::text("name").nullable().long();
pub static OTHER_NAMES: Column = Column::list("other_names").long();
pub static DESCRIPTION: Column = Column::text("description").nullable().long();
pub static KIND: Column = Column::text("kind");
pub static URL: Column = Column::text("url").nullable().long();
pub static COUNTRY_ID: Column = Column::key("country_id").nullable().to(Target::Row(&COUNTRY));
pub static ADDRESS_COUNTRY_ID: Column =
    Column::key("country_id").nullable().to(Target::Row(&COUNTRY)).shown_as("address");
pub static PARENT_ID: Column = Column::key("parent_id").nullable().to(Target::Same);

pub static ESTABLISHED_YEAR: Column = Column::int("established_year").nullable();
pub static STAKEHOLDER_GROUP: Column = Column::text("stakeholder_group").nullable();
pub static ADDRESS_TEXT: Column = Column::text("address_text").nullable().shown_as("address");
pub static ADDRESS_STREET: Column = Column::text("address_street").nullable().shown_as("address");
pub static ADDRESS_POSTAL_CODE: Column = Column::text("address_postal_code").nullable().shown_as("address");
pub static ADDRESS_LOCALITY: Column = Column::text("address_locality").nullable().shown_as("address");
pub static WEBSITE: Column = Column::text("website").nullable().long();
pub static SUMMARY: Column = Column::text("summary").nullable().long();
pub static DIGITAL_ACTIVITIES: Column = Column::text("digital_activities").nullable().long();
pub static FUTURE_OF_MEETINGS: Column = Column::text("future_of_meetings").nullable().long();
pub static MEMBERSHIP: Column = Column::text("membership").nullable().long();

pub static IDENTIFIER_KEY: Column = Column::text("identifier_key").derived();
pub static IDENTIFIER_FOLD: Column = Column::text("identifier_fold").derived().long();
pub static IDENTIFIER_SORT: Column = Column::text("identifier_sort").derived();
pub static IDENTIFIER: Column =
    Column::text("identifier").identifier(&IDENTIFIER_KEY, &IDENTIFIER_FOLD, &IDENTIFIER_SORT);
pub static UNDATED_IDENTIFIER_KEY: Column = Column::text("undated_identifier_key").derived();
pub static UNDATED_IDENTIFIER_FOLD: Column = Column::text("undated_identifier_fold").derived().long();
pub static UNDATED_IDENTIFIER_SORT: Column = Column::text("undated_identifier_sort").derived();
pub static UNDATED_IDENTIFIER: Column = Column::text("undated_identifier").identifier(
    &UNDATED_IDENTIFIER_KEY,
    &UNDATED_IDENTIFIER_FOLD,
    &UNDATED_IDENTIFIER_SORT,
);
pub static UNDATED: Column = Column::bool("undated");
pub static TITLE_FOLD: Column = Column::text("title_fold").derived().long();
pub static TITLE_SORT: Column = Column::text("title_sort").derived();
pub static TITLE: Column = Column::text("title").folded(&TITLE_FOLD, &TITLE_SORT).long();
pub static OPTIONAL_TITLE_FOLD: Column = Column::text("title_fold").nullable().derived().long();
pub static OPTIONAL_TITLE_SORT: Column = Column::text("title_sort").nullable().derived();
pub static OPTIONAL_TITLE: Column = Column::text("title")
    .nullable()
    .folded(&OPTIONAL_TITLE_FOLD, &OPTIONAL_TITLE_SORT)
    .long()
    .in_language(&TITLE_LANGUAGE);
/// In which language a standard's own title is, as a BCP 47 tag.
pub static TITLE_LANGUAGE: Column = Column::text("title_language");
pub static ABSTRACT: Column = Column::text("abstract").nullable().long();
pub static TYPE: Column = Column::text("type");
pub static STATUS: Column = Column::text("status");
pub static STAGE: Column = Column::text("stage").nullable();
pub static EDITION: Column = Column::text("edition").nullable();
pub static VOLUME: Column = Column::text("volume").nullable();
pub static PUBLISHED_ON: Column = Column::text("published_on").nullable();
pub static PUBLISHED_YEAR: Column = Column::int("published_year").nullable();
/// Orders the editions of a document: day of publication, then edition by value.
pub static EDITION_SORT: Column = Column::text("edition_sort").derived();
pub static LANGUAGES: Column = Column::list("languages").long();

pub static DESIGNATION_FOLD: Column = Column::text("designation_fold").derived().long();
pub static DESIGNATION_SORT: Column = Column::text("designation_sort").derived();
pub static DESIGNATION: Column = Column::text("designation").folded(&DESIGNATION_FOLD, &DESIGNATION_SORT);
pub static SCOPE: Column = Column::text("scope").nullable().long();

pub static STARTS_ON: Column = Column::text("starts_on").nullable();
pub static ENDS_ON: Column = Column::text("ends_on").nullable();
pub static STARTS_AT: Column = Column::time("starts_at").nullable();
pub static ENDS_AT: Column = Column::time("ends_at").nullable();
/// The earliest start and the latest end that the known dates allow.
pub static STARTS_FIRST: Column = Column::time("starts_first").nullable().derived();
pub static ENDS_LAST: Column = Column::time("ends_last").nullable().derived();
pub static TIME_ZONE: Column = Column::text("time_zone").nullable();
pub static DATE_TEXT: Column = Column::text("date_text").nullable().long();
pub static FORMAT: Column = Column::text("format");
pub static LOCATION: Column = Column::text("location").nullable().long();
pub static REGISTRATION_URL: Column = Column::text("registration_url").nullable().long();

pub static PLATFORM: Column = Column::text("platform");
pub static HANDLE_FOLD: Column = Column::text("handle_fold").nullable().derived().long();
pub static HANDLE_SORT: Column = Column::text("handle_sort").nullable().derived();
pub static HANDLE: Column = Column::text("handle").nullable().folded(&HANDLE_FOLD, &HANDLE_SORT);
pub static OWNER_ID: Column = Column::key("owner_id").to(Target::Any);
pub static OWNER_KIND: Column = Column::text("owner_kind").shown_as("owner");

pub static ADOPTED_YEAR: Column = Column::int("adopted_year").nullable();
pub static STATED_PARTY_COUNT: Column = Column::int("stated_party_count").nullable();
pub static STARTED_YEAR: Column = Column::int("started_year").nullable();
pub static AVAILABILITY: Column = Column::text("availability");

pub static CODE: Column = Column::text("code");
pub static ALPHA3: Column = Column::text("alpha3");
pub static REGION: Column = Column::text("region").nullable();
pub static PUBLISHER: Column = Column::text("publisher").nullable();
pub static LICENCE: Column = Column::text("licence").nullable();
pub static ATTRIBUTION: Column = Column::text("attribution").nullable().long();
pub static ACCESSED_ON: Column = Column::text("accessed_on").nullable();

pub static ORGANISATION_ID: Column = Column::key("organisation_id").to(Target::Row(&ORGANISATION));
pub static PARTNER_ID: Column = Column::key("partner_id").to(Target::Row(&ORGANISATION)).shown_as("organisation");
pub static ISSUE_ID: Column = Column::key("issue_id").to(Target::Row(&ISSUE));
pub static STANDARD_ID: Column = Column::key("standard_id").to(Target::Row(&STANDARD));
pub static COMMITTEE_ID: Column = Column::key("committee_id").to(Target::Row(&COMMITTEE));
pub static EVENT_ID: Column = Column::key("event_id").to(Target::Row(&EVENT));
pub static INSTRUMENT_ID: Column = Column::key("instrument_id").to(Target::Row(&INSTRUMENT));
pub static INITIATIVE_ID: Column = Column::key("initiative_id").to(Target::Row(&INITIATIVE));
pub static RESOURCE_ID: Column = Column::key("resource_id").to(Target::Row(&RESOURCE));
pub static PARTY_ID: Column = Column::key("country_id").to(Target::Row(&COUNTRY));
pub static RECORD_ID: Column = Column::key("record_id").to(Target::Any);

pub static HEADING: Column = Column::text("heading");
pub static LOCAL_TERM: Column = Column::text("local_term").nullable();
pub static TEXT: Column = Column::text("text").nullable().long();
pub static POSITION: Column = Column::int("position");
pub static ROLE: Column = Column::text("role");
pub static NOTE: Column = Column::text("note").nullable().long();

pub static TARGET_KEY: Column = Column::text("target_key").derived();
pub static TARGET_EDITION: Column = Column::text("target_edition").nullable();
pub static TARGET_VOLUME: Column = Column::text("target_volume").nullable();
pub static TARGET_ID: Column = Column::key("target_id").nullable().derived();
pub static RELATION_SORT: Column = Column::text("identifier_sort").derived();
pub static RELATION_IDENTIFIER: Column = Column::text("identifier");
pub static OTHER_IDENTIFIER_KEY: Column = Column::text("identifier_key").derived();
pub static SCHEME: Column = Column::text("scheme");
pub static SUBJECT_FOLD: Column = Column::text("code_fold").derived();
pub static SUBJECT_CODE: Column = Column { keys: Keys::Code { fold: &SUBJECT_FOLD }, ..Column::text("code") };
pub static SUBJECT_TITLE: Column = Column::text("title").nullable().long();

pub static SOURCE_ID: Column = Column::key("source_id").to(Target::Row(&SOURCE));
pub static LINK_ID: Column = Column::key("link_id").nullable();
pub static LOCATOR: Column = Column::text("locator").nullable().long();
pub static FIELD: Column = Column::text("field").nullable();

pub static STANDARDS: Column = Column::int("standards");
pub static ORGANISATIONS: Column = Column::int("organisations");

pub static SEQUENCE: Column = Column::int("sequence");
pub static AT: Column = Column::time("at");
pub static ACTOR: Column = Column::text("actor");
pub static OPERATION: Column = Column::text("operation");
pub static CHANGED_FIELDS: Column = Column::list("changed_fields").long();

pub static LANGUAGE: Column = Column::text("language");
/// A title or name in another language.
pub static VALUE: Column = Column::text("value").long().in_language(&LANGUAGE);
/// How well a record matches; no table holds it.
pub static RANK: Column = Column::int("rank");
