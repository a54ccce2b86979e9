//! What lists of records are counted by.

use super::column::*;
use super::kind::*;
use super::relation::*;
use crate::graph::facet::{By, Facet};
use crate::graph::{Column, Kind, Relation};

const fn own(name: &'static str, of: &'static Kind, column: &'static Column) -> Facet {
    Facet { name, of, by: By::Column(column), is_small: true }
}
/// Records are named by their slugs in filters.
const fn records(name: &'static str, of: &'static Kind, relation: &'static Relation) -> Facet {
    Facet { name, of, by: By::Related { relation, value: &SLUG, label: &LABEL, sort: &LABEL_SORT }, is_small: false }
}

pub static ORGANISATION_BY_GROUP: Facet = own("stakeholderGroup", &ORGANISATION, &STAKEHOLDER_GROUP);
pub static ORGANISATION_BY_COUNTRY: Facet = Facet {
    name: "country",
    of: &ORGANISATION,
    by: By::Related { relation: &ORGANISATION_COUNTRY, value: &CODE, label: &NAME, sort: &NAME_SORT },
    is_small: true,
};
pub static ORGANISATION_BY_ISSUE: Facet = records("issue", &ORGANISATION, &ORGANISATION_ISSUES);

pub static STANDARD_BY_STATUS: Facet = own("status", &STANDARD, &STATUS);
pub static STANDARD_BY_TYPE: Facet = own("type", &STANDARD, &TYPE);
pub static STANDARD_BY_YEAR: Facet = own("publishedYear", &STANDARD, &PUBLISHED_YEAR);
pub static STANDARD_BY_PUBLISHER: Facet = records("publisher", &STANDARD, &STANDARD_PUBLISHERS);
pub static STANDARD_BY_ISSUE: Facet = records("issue", &STANDARD, &STANDARD_ISSUES);
pub static STANDARD_BY_SUBJECT: Facet = Facet { name: "subject", of: &STANDARD, by: By::Subject, is_small: false };

/// All of them.
pub static FACETS: &[&Facet] = &[
    &ORGANISATION_BY_GROUP,
    &ORGANISATION_BY_COUNTRY,
    &ORGANISATION_BY_ISSUE,
    &STANDARD_BY_STATUS,
    &STANDARD_BY_TYPE,
    &STANDARD_BY_YEAR,
    &STANDARD_BY_PUBLISHER,
    &STANDARD_BY_ISSUE,
    &STANDARD_BY_SUBJECT,
];
