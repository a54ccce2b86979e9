//! Columns that follow from others: labels, folded texts, keys of orders. Kept in the row, made in Rust, so that both
//! databases compare the same bytes.

use super::row::Values;
use super::{channel, event, standard};
use crate::graph::fold::{fold, sort_key, sort_key_of};
use crate::graph::{Column, Keys, Kind, Label, Scalar, identifier, kinds};

/// Longest text of a column that stands in an index.
pub const MAX_SHORT: usize = 500;
/// Longest text of any other column.
pub const MAX_LONG: usize = 100_000;

/// Fills the derived columns of a whole row of a kind.
pub fn fill(kind: &'static Kind, row: &mut Values) {
    keys(kind.columns, row);
    if let Some(label) = kind.label {
        let label = label_of(label, row);
        row.set(&kinds::LABEL_SORT, Some(sort_key(&label).into()));
        row.set(&kinds::LABEL, Some(label.into()));
    }
    // What does not say its language is in English.
    for language in kind.columns.iter().filter_map(|column| column.language) {
        if row.get(language.name).is_none() {
            row.set(language, Some("en".into()));
        }
    }
    if *kind == kinds::STANDARD {
        standard::fill(row);
    } else if *kind == kinds::EVENT {
        event::fill(row);
    }
}

/// Fills the columns by which the texts among `columns` are compared.
pub fn keys(columns: &[&'static Column], row: &mut Values) {
    for column in columns {
        let (key, folded, sort) = match column.keys {
            Keys::Plain => continue,
            Keys::Code { fold } => (None, fold, None),
            Keys::Folded { fold, sort } => (None, fold, Some(sort)),
            Keys::Identifier { key, fold, sort } => (Some(key), fold, Some(sort)),
        };
        let text = row.text(column.name);
        let (made_key, made_fold) = (text.filter(|_| key.is_some()).map(identifier::key), text.map(fold));
        let made_sort = made_fold.as_deref().map(sort_key_of);
        for (column, made) in [(key, made_key), (sort, made_sort), (Some(folded), made_fold)] {
            if let Some(column) = column {
                row.set(column, made.map(Scalar::Text));
            }
        }
    }
}

fn label_of(label: Label, row: &Values) -> String {
    let text = |name: &str| row.text(name).filter(|text| !text.is_empty());
    match label {
        Label::Column(name) => text(name).unwrap_or_default().to_owned(),
        Label::FirstOf(one, other) => text(one).or_else(|| text(other)).unwrap_or_default().to_owned(),
        Label::Channel => channel::label(row.text("platform").unwrap_or_default(), text("handle")),
    }
}
