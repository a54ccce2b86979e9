//! Standards: the order of editions, and the rows of what they name.

use super::row::Values;
use crate::graph::fold::sort_key;
use crate::graph::{identifier, kinds};

/// Fills what follows from a standard's date and edition.
pub fn fill(row: &mut Values) {
    fill_year(row);
    let date = row.text("published_on").unwrap_or_default();
    let edition = row.text("edition").map(sort_key).unwrap_or_default();
    let order = format!("{date} {edition}");
    row.set(&kinds::EDITION_SORT, Some(order.into()));
}

/// Makes the year of publication that of the date. A year alone is a date.
pub fn fill_year(row: &mut Values) {
    match (row.text(kinds::PUBLISHED_ON.name), row.int(kinds::PUBLISHED_YEAR.name)) {
        (Some(date), year) => {
            let told = year_of(date);
            if told != year {
                row.set(&kinds::PUBLISHED_YEAR, told.map(Into::into));
            }
        }
        (None, Some(year)) if (0..=9999).contains(&year) => {
            row.set(&kinds::PUBLISHED_ON, Some(format!("{year:04}").into()));
        }
        (None, Some(_)) => row.set(&kinds::PUBLISHED_YEAR, None),
        (None, None) => {}
    }
}

/// The year of a partial date.
pub fn year_of(date: &str) -> Option<i64> {
    date.get(..4)?.parse().ok()
}

/// The slug of a standard: its identifier, with the edition where editions are numbered.
pub fn slug_of(identifier: &str, edition: Option<&str>) -> String {
    match edition {
        Some(edition) => identifier::slug(&format!("{identifier} ed {edition}")),
        None => identifier::slug(identifier),
    }
}

/// The row of a relation to the document with this identifier.
pub fn relation(kind: &str, target: &str) -> Values {
    Values::default()
        .with(kinds::STANDARD_RELATION_KIND, kind)
        .with(&kinds::RELATION_IDENTIFIER, target)
        .with(&kinds::RELATION_SORT, sort_key(target))
        .with(&kinds::TARGET_KEY, identifier::key(target))
        .without(&kinds::TARGET_EDITION)
        .without(&kinds::TARGET_VOLUME)
}

/// The row of another identifier of a standard.
pub fn other_identifier(identifier: &str, position: i64) -> Values {
    Values::default()
        .with(&kinds::RELATION_IDENTIFIER, identifier)
        .with(&kinds::OTHER_IDENTIFIER_KEY, identifier::key(identifier))
        .with(&kinds::POSITION, position)
}
