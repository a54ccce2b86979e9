//! What a dry run would have written: no batch of it finds in the database what those before it did.

use std::collections::{HashMap, HashSet};

use super::found::mark;
use crate::graph::{Column, Kind, Scalar, Target, identifier, kinds};
use crate::import::batch::Batch;
use crate::import::document::{Document, Name};
use crate::import::merge::Stored;
use crate::import::prepare::{Identity, digest};
use crate::store::{Draft, Kept, LinkRows, Values};

/// Nothing is noted unless it is a dry run.
#[derive(Debug, Default)]
pub struct Dry {
    /// Marks of records that were met, since the keys of new ones do not last.
    pub met: HashSet<i64>,
    /// Records that are gone.
    pub gone: HashSet<i64>,
    /// Records that were there and were described again: what the database says of them is past.
    pub described: HashSet<i64>,
    /// What they lead to now.
    pub led_to: HashSet<i64>,
    /// What they are below now.
    pub parents: HashMap<i64, Option<i64>>,
    /// Marks of names and identities that they had and have no more.
    pub given_up: HashSet<i64>,
}

/// By what a dry run knows a record again: what tells it apart, and what others call it.
pub(super) fn marks(document: &Document) -> Vec<i64> {
    let mut marks = vec![mark(document), digest(&document.name())];
    marks.dedup();
    marks
}

impl Batch<'_, '_> {
    /// Forgets that a record was met, which is gone again.
    pub(super) fn forget_dry(&mut self, kind: &'static Kind, id: i64) {
        if let Some(stored) = self.stored.get(&id) {
            for mark in names(kind, &Values::default(), &[], &stored.values) {
                self.run.dry.met.remove(&mark);
            }
        }
    }

    /// Notes what documents would have made of the records that are there.
    pub(super) fn note_dry(&mut self) {
        let dry = &mut self.run.dry;
        for draft in self.drafts.values() {
            let stored = self.stored.get(&draft.id);
            dry.led_to.extend(leads(draft, stored));
            let Some(stored) = stored else { continue };
            dry.described.insert(draft.id);
            let parent = draft.values.held_over(Some(&stored.values), kinds::PARENT_ID.name);
            dry.parents.insert(draft.id, parent.and_then(Scalar::as_int));
            let before = names(draft.kind, &Values::default(), &[], &stored.values);
            let after = names(draft.kind, &draft.values, &draft.links, &stored.values);
            dry.given_up.extend(before.into_iter().filter(|mark| !after.contains(mark)));
        }
    }
}

/// The keys of all that a record leads to behind a draft.
fn leads(draft: &Draft, stored: Option<&Stored>) -> HashSet<i64> {
    let mut keys = HashSet::new();
    let is_key = |column: &Column| !matches!(column.target, Target::Nothing);
    for column in draft.kind.columns.iter().filter(|column| is_key(column)) {
        let stored = stored.map(|stored| &stored.values);
        keys.extend(draft.values.held_over(stored, column.name).and_then(Scalar::as_int));
    }
    for link in draft.kind.links {
        let wanted = draft.links.iter().find(|rows| rows.link.table == link.table);
        let stays = wanted.is_none_or(|rows| rows.kept != Kept::Nothing);
        let stored = stored.filter(|_| stays).map_or(&[][..], |stored| stored.rows(link.table));
        let wanted = wanted.into_iter().flat_map(|rows| &rows.rows).map(|row| &row.values);
        for row in stored.iter().chain(wanted) {
            keys.extend(link.columns.iter().filter(|column| is_key(column)).filter_map(|column| row.int(column.name)));
        }
    }
    keys
}

/// Marks of what a record is called behind a draft, and of what tells a standard apart.
fn names(kind: &'static Kind, draft: &Values, links: &[LinkRows], stored: &Values) -> HashSet<i64> {
    let held = |column: &Column| draft.held_over(Some(stored), column.name);
    let text = |column: &Column| held(column).and_then(Scalar::as_text);
    let mut marks = HashSet::new();
    marks.extend(kind.natural_key.first().and_then(|column| text(column)).map(|name| digest(&Name::new(kind, name))));
    if *kind == kinds::STANDARD {
        let key = identifier::key(text(&kinds::IDENTIFIER).unwrap_or_default());
        let [edition, volume] = [&kinds::EDITION, &kinds::VOLUME].map(|column| text(column).map(str::to_owned));
        marks.insert(digest(&(Identity { key, edition, volume }, held(&kinds::UNDATED) == Some(&true.into()))));
    }
    for row in links.iter().filter(|rows| rows.link.table == kinds::SLUG_ALIAS.table).flat_map(|rows| &rows.rows) {
        marks.extend(row.values.text(kinds::SLUG.name).map(|slug| digest(&Name::new(kind, slug))));
    }
    marks
}
