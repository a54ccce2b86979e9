//! What a row is: one file for each table, and the values of its columns in [`vocabulary`].
//!
//! A `Model` holds what is read and shown. It leaves out columns that serve statements alone: `from_seq` and all that
//! is derived from other columns for search and order, such as `name_fold`, `name_sort` and `identifier_key`. So rows
//! are read through a `Model`, now or from a twin, and written by `api::store` through the description of the graph.
//! Lists of texts are JSON arrays, moments are microseconds, and every number is an `i64`.
//!
//! To add a column: a migration, a field here, one line in `api::graph::kinds`. To add a table: the same, a file here
//! and its line below.

pub mod change;
pub mod channel;
pub mod citation;
pub mod committee;
pub mod committee_owner;
pub mod country;
pub mod event;
pub mod event_issue;
pub mod event_organiser;
pub mod initiative;
pub mod initiative_country;
pub mod initiative_issue;
pub mod initiative_participant;
pub mod instrument;
pub mod instrument_custodian;
pub mod instrument_issue;
pub mod instrument_party;
pub mod issue;
pub mod log_head;
pub mod organisation;
pub mod organisation_issue;
pub mod organisation_name;
pub mod organisation_partner;
pub mod record;
pub mod resource;
pub mod resource_issue;
pub mod resource_provider;
pub mod setting;
pub mod slug_alias;
pub mod source;
pub mod standard;
pub mod standard_committee;
pub mod standard_identifier;
pub mod standard_issue;
pub mod standard_publisher;
pub mod standard_relation;
pub mod standard_subject;
pub mod standard_title;
pub mod tally;
pub mod vocabulary;
