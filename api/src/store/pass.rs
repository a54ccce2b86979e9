//! Names and identities that pass between records in one write. The database lets no two rows have one at any step, so
//! whoever gives one up that another takes is called by its key in between. No moment shows that, as both steps are by one
//! entry of the log.

use std::collections::HashMap;

use super::put::Prepared;
use super::row::Values;
use super::{Error, Write};
use crate::graph::{Column, Kind, Scalar, identifier, kinds};

/// Columns that together tell apart the rows of a kind, beside the key and the natural one. The first is a text.
const OTHER_KEYS: &[(&Kind, &[&Column])] = &[
    (&kinds::STANDARD, &[&kinds::IDENTIFIER_KEY, &kinds::EDITION, &kinds::VOLUME, &kinds::UNDATED]),
    (&kinds::COUNTRY, &[&kinds::ALPHA3]),
];

/// Frees what some of these drafts' records are called and others of them will be.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn free(
    write: &mut Write,
    drafts: &[Prepared],
    records: &mut HashMap<(&'static str, i64), Values>,
) -> Result<(), Error> {
    for (kind, columns) in keys() {
        let mut given_up = HashMap::new();
        let mut taken = Vec::new();
        let of_kind = drafts.iter().map(Prepared::draft).filter(|draft| draft.kind == kind);
        for draft in of_kind {
            let stored = records.get(&(kind.table, draft.id));
            let key = |draft: &Values| columns.iter().map(|column| held(column, draft, stored)).collect::<Vec<_>>();
            let wanted = key(&draft.values);
            match stored.map(|_| key(&Values::default())) {
                Some(had) if had == wanted => {}
                Some(had) => {
                    given_up.insert(had, draft);
                    taken.push(wanted);
                }
                None => taken.push(wanted),
            }
        }
        let Some(first) = columns.first() else { continue };
        for draft in taken.iter().filter_map(|key| given_up.remove(key)) {
            let Some(stored) = records.get_mut(&(kind.table, draft.id)) else { continue };
            let mut between = Values::default().with(first, format!("\u{1}{}", draft.id));
            if let Some(version) = draft.values.int(kinds::VERSION.name) {
                between.set(&kinds::VERSION, Some(version.into()));
            }
            let version = stored.int(kinds::VERSION.name).unwrap_or(1);
            write.update(kind, draft.id, version, &between).await?;
            stored.set(first, between.take(first.name));
        }
        write.flush().await?;
    }
    Ok(())
}

fn keys() -> impl Iterator<Item = (&'static Kind, &'static [&'static Column])> {
    let natural = kinds::NODES.iter().map(|kind| (*kind, kind.natural_key));
    natural.chain(OTHER_KEYS.iter().copied()).filter(|(_, columns)| !columns.is_empty())
}

/// What a column holds behind a draft.
fn held(column: &'static Column, draft: &Values, stored: Option<&Values>) -> Option<Scalar> {
    if *column == kinds::IDENTIFIER_KEY {
        let identifier = draft.held_over(stored, kinds::IDENTIFIER.name).and_then(Scalar::as_text);
        return identifier.map(|identifier| identifier::key(identifier).into());
    }
    draft.held_over(stored, column.name).cloned()
}
