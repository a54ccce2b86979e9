//! How the tables came to be: one ordered list of migrations for SQLite and for PostgreSQL 15 and later.
//!
//! A migration says what its tables are in the words of `table`; only `backend` knows how either database writes
//! that down. Nothing here uses `entity`: a migration must mean the same when the entity has moved on. For the same
//! reason a change to `table` or `backend` must leave the statements of released migrations as they are.
//!
//! To add a migration: a file `mYYYYMMDD_NNNNNN_verb_noun.rs` with `up` and `down`, and its line at the end of the
//! list below. A released migration is never edited, and its place in the list never changes.

mod backend;
mod table;

mod m20260901_000001_create_log;
mod m20260901_000002_create_country_source;
mod m20260901_000003_create_organisation_issue;
mod m20260901_000004_create_committee;
mod m20260901_000005_create_standard;
mod m20260901_000006_create_event_channel;
mod m20260901_000007_create_instrument_initiative_resource;
mod m20260901_000008_create_citation_slug_alias;
mod m20260901_000009_create_tally;
mod m20261124_000001_index_record_kind;
mod m20261124_000002_create_titles;
mod m20261124_000003_create_search;
mod m20261124_000004_create_import;
mod m20261130_000001_index_lists;
mod m20261130_000002_list_standards;
mod m20261130_000003_mark_words;
mod m20261201_000001_order_standards;
mod m20261201_000002_keep_targets;
mod m20261201_000003_index_words_apart;
mod m20261201_000004_words_beside_texts;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// Brings a database to the newest form of its tables, or back.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20260901_000001_create_log::Migration),
            Box::new(m20260901_000002_create_country_source::Migration),
            Box::new(m20260901_000003_create_organisation_issue::Migration),
            Box::new(m20260901_000004_create_committee::Migration),
            Box::new(m20260901_000005_create_standard::Migration),
            Box::new(m20260901_000006_create_event_channel::Migration),
            Box::new(m20260901_000007_create_instrument_initiative_resource::Migration),
            Box::new(m20260901_000008_create_citation_slug_alias::Migration),
            Box::new(m20260901_000009_create_tally::Migration),
            Box::new(m20261124_000001_index_record_kind::Migration),
            Box::new(m20261124_000002_create_titles::Migration),
            Box::new(m20261124_000003_create_search::Migration),
            Box::new(m20261124_000004_create_import::Migration),
            Box::new(m20261130_000001_index_lists::Migration),
            Box::new(m20261130_000002_list_standards::Migration),
            Box::new(m20261130_000003_mark_words::Migration),
            Box::new(m20261201_000001_order_standards::Migration),
            Box::new(m20261201_000002_keep_targets::Migration),
            Box::new(m20261201_000003_index_words_apart::Migration),
            Box::new(m20261201_000004_words_beside_texts::Migration),
        ]
    }
}
