//! Organisations and committees as standards, events and lists name them: found, or made.

use formats::record::{Body, Group};

use super::{Batch, is_named};
use crate::graph::{Column, Kind, Scalar, identifier, kinds};
use crate::import::directory::{Committee, Organisation};
use crate::import::prepare::hashed_slug;
use crate::store::put::{column, text};
use crate::store::{Draft, Kept, LinkRows, Values};

/// Most levels of committees that a designation makes.
const MAX_LEVELS: usize = 6;

impl Batch<'_, '_> {
    /// The organisation that is meant, which is made where there is none; nothing where nothing is named.
    pub(super) fn body(&mut self, body: &Body, locator: &str) -> Option<i64> {
        if !is_named(body) {
            return None;
        }
        if let Some(id) = self.run.directory.organisation(body) {
            self.name_body(id, body);
            return Some(id);
        }
        self.new_body(body, locator)
    }

    /// A new organisation, whoever else is known by its acronym.
    pub(super) fn new_body(&mut self, body: &Body, locator: &str) -> Option<i64> {
        let kind = &kinds::ORGANISATION;
        let acronym = body.acronym.as_deref().map(str::trim).filter(|acronym| !acronym.is_empty());
        let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).or(acronym)?;
        let slug = self.run.directory.organisation_slug(body, name);
        let country = body.country.as_deref().and_then(|country| self.run.directory.country(country));
        let id = self.write.new_id();
        let values = Values::default()
            .with(&kinds::SLUG, slug.as_str())
            .with(column(kind, "name"), text(Some(name)))
            .with(column(kind, "name_language"), "en")
            .with(column(kind, "acronym"), text(acronym))
            .with(column(kind, "other_names"), "[]")
            .with(column(kind, "website"), text(body.website.as_deref()))
            .with(column(kind, "country_id"), country.map(Scalar::Int));
        self.new.insert(id);
        let known =
            Organisation { slug, acronym: acronym.map(str::to_owned), country, has_name: acronym != Some(name) };
        self.run.directory.know_organisation(id, known, [name.to_owned()]);
        let links = vec![self.citation(id, locator)];
        self.drafts.insert(id, Draft { kind, id, is_new: true, values, links });
        Some(id)
    }

    /// Sets one column of a record.
    fn set(&mut self, kind: &'static Kind, id: i64, column: &'static Column, value: Option<Scalar>) {
        if let Some(draft) = self.drafts.get_mut(&id) {
            draft.values.set(column, value);
        } else {
            let values = Values::default().with(column, value);
            self.drafts.insert(id, Draft { kind, id, is_new: false, values, links: Vec::new() });
        }
    }

    /// Names an organisation that was known by its acronym alone.
    fn name_body(&mut self, id: i64, body: &Body) {
        let Some(known) = self.run.directory.organisations.get_mut(&id) else { return };
        let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let Some(name) = name.filter(|name| !known.has_name && known.acronym.as_deref() != Some(*name)) else { return };
        known.has_name = true;
        self.run.directory.know_name(id, name);
        let kind = &kinds::ORGANISATION;
        let value = text(Some(name));
        self.set(kind, id, column(kind, "name"), value);
    }

    /// The committee that is meant, which is made where there is none, with those above it. `publishers` own it where it
    /// names no owners.
    pub(super) fn group(&mut self, group: &Group, publishers: &[i64], locator: &str) -> Option<i64> {
        self.group_at(group, publishers, locator, 0)
    }

    fn group_at(&mut self, group: &Group, publishers: &[i64], locator: &str, level: usize) -> Option<i64> {
        let designation = group.designation.trim();
        if designation.is_empty() || identifier::slug(designation).is_empty() || level > MAX_LEVELS {
            return None;
        }
        let owners: Vec<i64> = if group.owners.is_empty() {
            publishers.to_vec()
        } else {
            group.owners.iter().filter_map(|owner| self.body(owner, locator)).collect()
        };
        let slug = self.run.directory.committee_slug(group, &owners);
        let name = group.name.as_deref().map(str::trim).filter(|name| !name.is_empty() && *name != designation);
        if let Some(known) = self.run.directory.committee(&slug).copied() {
            // A name that nobody knew so far.
            if let (false, Some(name)) = (known.has_name, name) {
                self.name_committee(&slug, known.id, name);
            }
            return Some(known.id);
        }
        let parent = group.parent.clone().or_else(|| above(designation)).and_then(|parent| {
            let parent = Group { designation: parent, owners: group.owners.clone(), ..Group::default() };
            self.group_at(&parent, &owners, locator, level + 1)
        });
        let kind = &kinds::COMMITTEE;
        let slug = match self.run.directory.by_slug(kind, &slug) {
            Some(_) => hashed_slug(&slug, designation),
            None => slug,
        };
        let id = self.write.new_id();
        let values = Values::default()
            .with(&kinds::SLUG, slug.as_str())
            .with(column(kind, "designation"), text(Some(designation)))
            .with(column(kind, "name"), text(name))
            .with(&kinds::PARENT_ID, parent.map(Scalar::Int));
        self.new.insert(id);
        let known = Committee { id, has_name: name.is_some() };
        self.run.directory.know_committee(slug, known);
        let mut owned = owners;
        owned.dedup();
        let rows =
            owned.into_iter().map(|owner| Values::default().with(&kinds::ORGANISATION_ID, owner).into()).collect();
        let links = vec![LinkRows { link: &kinds::COMMITTEE_OWNER, rows, kept: Kept::All }, self.citation(id, locator)];
        self.drafts.insert(id, Draft { kind, id, is_new: true, values, links });
        Some(id)
    }

    fn name_committee(&mut self, slug: &str, id: i64, name: &str) {
        let kind = &kinds::COMMITTEE;
        let name = text(Some(name));
        self.set(kind, id, column(kind, "name"), name);
        if let Some(known) = self.run.directory.committee_mut(slug) {
            known.has_name = true;
        }
    }
}

/// The designation of the committee above one that is written as a path: "ISO/TC 22" for "ISO/TC 22/SC 3".
fn above(designation: &str) -> Option<String> {
    let (above, last) = designation.rsplit_once('/')?;
    let has = |part: &str, words: &[&str]| {
        part.split_whitespace().any(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    let last_above = above.rsplit('/').next().unwrap_or_default();
    let is_part = has(last, &["SC", "WG", "JWG", "TF", "AG", "JAG", "AHG", "SG"]);
    let is_whole = has(last_above, &["TC", "JTC", "PC", "SC", "JPC", "CASCO", "COPOLCO", "TMB", "SyC"]);
    (is_part && is_whole).then(|| above.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committees_written_as_paths_stand_below_others() {
        for (designation, expected) in [
            ("ISO/TC 22/SC 3", Some("ISO/TC 22")),
            ("ISO/IEC JTC 1/SC 27", Some("ISO/IEC JTC 1")),
            ("ISO/IEC JTC 1/SC 27/WG 1", Some("ISO/IEC JTC 1/SC 27")),
            ("ISO/TC 22", None),
            ("ISO/IEC", None),
            ("TC39", None),
        ] {
            assert_eq!(above(designation).as_deref(), expected, "{designation}");
        }
    }
}
