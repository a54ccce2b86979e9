//! What lists of records are counted by.

use super::column::*;
use super::relation::*;
use crate::graph::facet::{By, Facet};
use crate::graph::{Column, Relation};

const fn own(name: &'static str, column: &'static Column) -> Facet {
    Facet { name, by: By::Column(column) }
}
/// Records are named by their slugs in filters.
const fn records(name: &'static str, relation: &'static Relation) -> Facet {
    Facet { name, by: By::Related { relation, value: &SLUG, label: &LABEL } }
}

pub static ORGANISATION_BY_GROUP: Facet = own("stakeholderGroup", &STAKEHOLDER_GROUP);
pub static ORGANISATION_BY_COUNTRY: Facet =
    Facet { name: "country", by: By::Related { relation: &ORGANISATION_COUNTRY, value: &CODE, label: &NAME } };
pub static ORGANISATION_BY_ISSUE: Facet = records("issue", &ORGANISATION_ISSUES);

pub static STANDARD_BY_STATUS: Facet = own("status", &STATUS);
pub static STANDARD_BY_TYPE: Facet = own("type", &TYPE);
pub static STANDARD_BY_YEAR: Facet = own("publishedYear", &PUBLISHED_YEAR);
pub static STANDARD_BY_PUBLISHER: Facet = records("publisher", &STANDARD_PUBLISHERS);
pub static STANDARD_BY_ISSUE: Facet = records("issue", &STANDARD_ISSUES);
pub static STANDARD_BY_SUBJECT: Facet = Facet { name: "subject", by: By::Subject };
