//! What is there of all that the documents of a batch name, as the batch goes on.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use super::Placed;
use super::dry::Dry;
use crate::graph::document::field;
use crate::graph::statement::{key_values, text_values};
use crate::graph::{Kind, Scalar, kinds};
use crate::import::document::{Document, Lineage, Name};
use crate::import::prepare::{Identity, digest};
use crate::store::row::read_rows;
use crate::store::{Error, Write};

/// A record that was deleted here.
struct Deleted {
    made: i64,
    /// Its last one.
    version: i64,
    by: Deleter,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Deleter {
    Curator,
    /// By a tombstone: in another atlas the record may be there, or come back to what is exported of it.
    Import,
    Seed,
}

#[derive(Default)]
pub(super) struct Found {
    /// Of records with the keys that documents give: when they were made, and their versions.
    states: HashMap<(&'static Kind, i64), (i64, i64)>,
    /// What sources with the keys that documents give are and were called.
    sources: HashMap<i64, HashSet<String>>,
    /// Records that had keys which documents give and were deleted.
    deleted: HashMap<(&'static Kind, i64), Deleted>,
    /// Keys that documents give and rows have or had.
    pub used: HashSet<i64>,
    /// By what a row is called now.
    present: HashMap<Name, i64>,
    /// By what a record or a source was called before.
    former: HashMap<Name, i64>,
    standards: HashMap<(Identity, bool), i64>,
    /// Countries by their codes of three letters.
    alpha3: HashMap<String, i64>,
    /// Records that are to go, by the marks of what tells them apart: it is theirs until they are gone, but nobody means
    /// them by it.
    leaving: HashMap<i64, i64>,
    /// Records whose documents say that they are called otherwise, by the marks that they give up once those are written.
    passing: HashMap<i64, i64>,
    /// Records that documents of this batch describe by their keys, with the mark of what the document is called.
    claimed: HashMap<i64, i64>,
    /// Records that this batch describes.
    pub described: HashSet<i64>,
    /// New records that were to be made and are not.
    pub withdrawn: HashSet<i64>,
}

impl Found {
    pub async fn read(write: &Write, documents: &[Placed]) -> Result<Self, Error> {
        let mut found = Self::default();
        let mut keys: HashMap<&'static Kind, HashSet<String>> = HashMap::new();
        let mut identifiers = HashSet::new();
        found.read_keys(write, documents).await?;
        for (.., document) in documents {
            let mut note = |name: Name| _ = keys.entry(name.kind).or_default().insert(name.key);
            note(document.name());
            document.former_names.iter().for_each(|name| note(Name::new(document.kind, name)));
            document.references().for_each(|reference| note(reference.name.clone()));
            document.former_slugs.iter().for_each(|slug| note(Name::new(document.kind, slug)));
            identifiers.extend(document.identity().map(|(identity, _)| identity.key));
        }
        let db = write.reader();
        let backend = db.get_database_backend();
        for (kind, keys) in keys {
            let keys: Vec<String> = keys.into_iter().collect();
            let Some(natural) = kind.natural_key.first().copied() else { continue };
            let rows = read_rows(db, kind.table, &[&kinds::ID, natural], natural, text_values(&keys, backend)).await?;
            for (key, rows) in rows {
                if let (Scalar::Text(key), Some(id)) = (key, rows.first().and_then(|row| row.int(kinds::ID.name))) {
                    found.present.insert(Name { kind, key }, id);
                }
            }
            if *kind == kinds::SOURCE {
                found.read_renamed(write, keys).await?;
            } else if kind.is_record() {
                let columns = [&kinds::RECORD_ID, &kinds::KIND, &kinds::SLUG];
                let among = text_values(&keys, backend);
                let rows = read_rows(db, kinds::SLUG_ALIAS.table, &columns, &kinds::SLUG, among).await?;
                for row in rows.into_values().flatten().filter(|row| row.text(kinds::KIND.name) == Some(kind.code)) {
                    if let (Some(key), Some(id)) = (row.text(kinds::SLUG.name), row.int(kinds::RECORD_ID.name)) {
                        found.former.insert(Name { kind, key: key.to_owned() }, id);
                    }
                }
            }
        }
        found.read_standards(write, identifiers.into_iter().collect()).await?;
        if documents.iter().any(|(.., document)| *document.kind == kinds::COUNTRY) {
            let mut countries = Query::select();
            countries.columns(["id", "alpha3"]).from("country");
            for row in db.query_all(&countries).await? {
                found.alpha3.insert(row.try_get("", "alpha3")?, row.try_get("", "id")?);
            }
        }
        Ok(found)
    }

    /// Settles whose names are whose: nobody means what is `going`, nor, in a dry run, what it would have removed and
    /// renamed.
    pub fn settle(&mut self, documents: &[Placed], going: &HashSet<i64>, dry: &Dry) {
        for (.., document) in documents {
            if let Some(id) = self.meant_by_key(document) {
                self.claimed.insert(id, mark(document));
            }
        }
        if going.is_empty() && dry.gone.is_empty() && dry.given_up.is_empty() {
            return;
        }
        for (record, (made, version)) in self.states.extract_if(|(_, id), _| dry.gone.contains(id)) {
            self.deleted.insert(record, Deleted { made, version, by: Deleter::Import });
        }
        self.alpha3.retain(|_, id| !dry.gone.contains(id));
        let goes = |mark, id| going.contains(&id) || dry.gone.contains(&id) || dry.given_up.contains(&mark);
        let taken_out = self.take_out(goes);
        self.leaving.extend(taken_out.into_iter().filter(|(_, id)| going.contains(id)));
    }

    /// Lets nobody mean records by some of what they are and were called, and of what tells them apart. Gives the marks of
    /// that with the records.
    fn take_out(&mut self, goes: impl Fn(i64, i64) -> bool) -> Vec<(i64, i64)> {
        let mut taken_out = Vec::new();
        let mut stays = |mark: i64, id: i64| {
            let goes = goes(mark, id);
            taken_out.extend(goes.then_some((mark, id)));
            !goes
        };
        self.present.retain(|name, id| stays(digest(name), *id));
        self.former.retain(|name, id| stays(digest(name), *id));
        self.standards.retain(|identity, id| stays(digest(identity), *id));
        taken_out
    }

    /// Lets others have what these records give up, which their documents replace whole.
    pub fn pass(&mut self, documents: &[Placed], replaced: &HashSet<i64>) {
        let mut stay: HashMap<i64, HashSet<i64>> = HashMap::new();
        for (.., document) in documents {
            if let Some(id) = self.replaced_by(document).filter(|id| replaced.contains(id)) {
                stay.entry(id).or_default().extend(all_marks(document));
            }
        }
        let passes = |mark: i64, id: i64| stay.get(&id).is_some_and(|marks| !marks.contains(&mark));
        let mut passing = self.take_out(passes);
        self.alpha3.retain(|code, id| {
            let mark = digest(&alpha3_name(code));
            passing.extend(passes(mark, *id).then_some((mark, *id)));
            !passes(mark, *id)
        });
        self.passing.extend(passing);
    }

    /// Records that must be called otherwise by the time that a document is kept.
    pub fn taken_from(&self, document: &Document) -> impl Iterator<Item = i64> {
        all_marks(document).filter_map(|mark| self.passing.get(&mark).copied())
    }

    /// Forgets a record that was to be as a document says, and is not.
    pub fn withdraw(&mut self, document: &Document, id: i64, is_new: bool) {
        if is_new {
            self.withdrawn.insert(id);
            return;
        }
        // It has no name that it was to take from another.
        let names = [document.name()].into_iter();
        for name in names.chain(document.former_slugs.iter().map(|slug| Name::new(document.kind, slug))) {
            if let Some(owner) = self.passing.get(&digest(&name)) {
                self.former.remove(&name);
                self.present.insert(name, *owner);
            }
        }
    }

    /// Reads what is there by the keys that documents give.
    async fn read_keys(&mut self, write: &Write, documents: &[Placed]) -> Result<(), Error> {
        let db = write.reader();
        let backend = db.get_database_backend();
        let mut keys: HashMap<&'static Kind, Vec<i64>> = HashMap::new();
        for (.., document) in documents {
            keys.entry(document.kind).or_default().extend(document.lineage.map(|lineage| lineage.key));
        }
        for (kind, mut keys) in keys {
            let mut used = Query::select();
            used.distinct().column("record_id").from("change");
            used.and_where(Expr::col("record_id").in_subquery(key_values(&keys, backend)));
            for row in db.query_all(&used).await? {
                self.used.insert(row.try_get("", "record_id")?);
            }
            if *kind == kinds::SOURCE {
                self.read_sources(write, &keys).await?;
            }
            if !kind.is_record() {
                continue;
            }
            let columns = [&kinds::ID, &kinds::CREATED_AT, &kinds::VERSION];
            let rows = read_rows(db, kind.table, &columns, &kinds::ID, key_values(&keys, backend)).await?;
            for row in rows.into_values().flatten() {
                let [id, made, version] = columns.map(|column| row.int(column.name).unwrap_or_default());
                self.states.insert((kind, id), (made, version));
            }
            keys.retain(|key| self.used.contains(key) && !self.states.contains_key(&(kind, *key)));
            self.read_deleted(write, kind, &keys).await?;
        }
        Ok(())
    }

    /// Reads what sources are called and were called, by their keys.
    async fn read_sources(&mut self, write: &Write, keys: &[i64]) -> Result<(), Error> {
        let db = write.reader();
        for table in ["source", "source_history"] {
            let mut names = Query::select();
            names.columns(["id", "name"]).from(table);
            names.and_where(Expr::col("id").in_subquery(key_values(keys, db.get_database_backend())));
            for row in db.query_all(&names).await? {
                let (id, name) = (row.try_get("", "id")?, row.try_get("", "name")?);
                if table == "source" {
                    self.sources.insert(id, HashSet::from([name]));
                } else if let Some(names) = self.sources.get_mut(&id) {
                    names.insert(name);
                }
            }
        }
        Ok(())
    }

    /// Reads which sources had names that none has.
    async fn read_renamed(&mut self, write: &Write, mut names: Vec<String>) -> Result<(), Error> {
        names.retain(|name| !self.present.contains_key(&Name::new(&kinds::SOURCE, name)));
        if names.is_empty() {
            return Ok(());
        }
        let db = write.reader();
        let column = |name: &'static str| Expr::col(("source_history", name));
        let mut renamed = Query::select();
        renamed
            .columns([("source_history", "id"), ("source_history", "name")])
            .from("source_history")
            .inner_join("source", column("id").equals(("source", "id")))
            .and_where(column("name").in_subquery(text_values(&names, db.get_database_backend())))
            // Who had it last.
            .order_by(("source_history", "to_seq"), Order::Asc);
        for row in db.query_all(&renamed).await? {
            let name: String = row.try_get("", "name")?;
            self.former.insert(Name::new(&kinds::SOURCE, &name), row.try_get("", "id")?);
        }
        Ok(())
    }

    /// Reads which records had these keys and were deleted.
    async fn read_deleted(&mut self, write: &Write, kind: &'static Kind, keys: &[i64]) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let db = write.reader();
        let among = || key_values(keys, db.get_database_backend());
        let mut deleters = HashMap::new();
        let mut entries = Query::select();
        entries
            .columns(["record_id", "operation", "actor"])
            .from("change")
            .and_where(Expr::col("record_id").in_subquery(among()))
            .and_where(Expr::col("kind").eq(kind.code))
            .order_by("sequence", Order::Asc);
        for row in db.query_all(&entries).await? {
            let actor: String = row.try_get("", "actor")?;
            let by = match actor.as_str() {
                "seed" => Deleter::Seed,
                actor if actor.starts_with("import:") => Deleter::Import,
                _ => Deleter::Curator,
            };
            let is_deleted = row.try_get::<String>("", "operation")? == "DELETED";
            deleters.insert(row.try_get::<i64>("", "record_id")?, is_deleted.then_some(by));
        }
        let mut last = Query::select();
        last.columns(["id", "created_at", "version"]).from(format!("{}_history", kind.table));
        last.and_where(Expr::col("id").in_subquery(among())).order_by("to_seq", Order::Asc);
        for row in db.query_all(&last).await? {
            let id: i64 = row.try_get("", "id")?;
            if let Some(Some(by)) = deleters.get(&id) {
                let (made, version) = (row.try_get("", "created_at")?, row.try_get("", "version")?);
                self.deleted.insert((kind, id), Deleted { made, version, by: *by });
            }
        }
        Ok(())
    }

    async fn read_standards(&mut self, write: &Write, keys: Vec<String>) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let db = write.reader();
        let mut query = Query::select();
        query
            .columns(["id", "identifier_key", "edition", "volume", "undated"])
            .from("standard")
            .and_where(Expr::col("identifier_key").in_subquery(text_values(&keys, db.get_database_backend())));
        for row in db.query_all(&query).await? {
            let identity = Identity::read(&row, ["identifier_key", "edition", "volume"])?;
            self.standards.insert((identity, row.try_get("", "undated")?), row.try_get("", "id")?);
        }
        Ok(())
    }

    /// The record of which a document is a state, and its version here.
    pub fn state_of(&self, document: &Document) -> Option<(i64, i64)> {
        let Lineage { key, state } = document.lineage?;
        let (created_at, version) = self.states.get(&(document.kind, key))?;
        (state?.created_at == *created_at).then_some((key, *version))
    }

    /// The row that a document means by its key. A source, which has no versions, is known by what it is or was called in
    /// either atlas.
    fn meant_by_key(&self, document: &Document) -> Option<i64> {
        let source = || {
            let Lineage { key, .. } = document.lineage.filter(|_| *document.kind == kinds::SOURCE)?;
            let known = self.sources.get(&key)?;
            let name = document.name().key;
            let is_known = known.contains(&name) || document.former_names.iter().any(|name| known.contains(name));
            is_known.then_some(key)
        };
        self.state_of(document).map(|(key, _)| key).or_else(source)
    }

    /// The record of which a document tells a later state. What has no versions is taken as it comes.
    pub fn replaced_by(&self, document: &Document) -> Option<i64> {
        if !document.kind.is_record() {
            let key = document.lineage?.key;
            return self.described_by(document).filter(|id| *id == key);
        }
        self.state_of(document).filter(|(_, version)| document.is_later(Some(*version))).map(|(id, _)| id)
    }

    /// The record of which a document is a state and that was deleted here, and whether this brings it back: what a
    /// tombstone removed comes in no earlier state than that which it had.
    fn deleted(&self, document: &Document) -> Option<(&Deleted, bool)> {
        let Lineage { key, state } = document.lineage?;
        let (deleted, state) = (self.deleted.get(&(document.kind, key))?, state?);
        let comes_back = deleted.by == Deleter::Import && state.version >= deleted.version;
        (state.created_at == deleted.made).then_some((deleted, comes_back))
    }

    /// Where a document is a state of a record that was deleted here and stays so, whether a curator deleted it.
    pub fn stays_deleted(&self, document: &Document) -> Option<bool> {
        let (deleted, comes_back) = self.deleted(document)?;
        (!comes_back).then_some(deleted.by == Deleter::Curator)
    }

    /// Whether a document brings back a record that was deleted here.
    pub fn comes_back(&self, document: &Document) -> bool {
        self.deleted(document).is_some_and(|(_, comes_back)| comes_back)
    }

    pub fn key(&self, name: &Name) -> Option<i64> {
        let there = |id: &&i64| !self.withdrawn.contains(id);
        self.present.get(name).filter(there).or_else(|| self.former.get(name).filter(there)).copied()
    }

    /// The key of the record that a document describes, if it is there.
    pub fn described_by(&self, document: &Document) -> Option<i64> {
        self.meant_by_key(document).or_else(|| self.named_by(document))
    }

    /// The record of another key that a document describes by its name or identity alone, which its own document, where
    /// that is yet to come, may call otherwise.
    pub fn only_named_by(&self, document: &Document) -> Option<i64> {
        let Lineage { key, .. } = document.lineage.filter(|_| *document.kind != kinds::COUNTRY)?;
        if self.meant_by_key(document).is_some() {
            return None;
        }
        self.named_by(document).filter(|id| *id != key)
    }

    fn named_by(&self, document: &Document) -> Option<i64> {
        // What another document, which knows the record by its key, calls otherwise is about to give the name up.
        let is_given_up = |id: &i64| {
            document.lineage.is_some_and(|lineage| lineage.key != *id)
                && self.claimed.get(id).is_some_and(|claim| *claim != mark(document))
        };
        let former = document.former_names.iter().map(|name| Name::new(document.kind, name));
        let named = match document.identity() {
            Some(identity) => self.standards.get(&identity),
            None => [document.name()].into_iter().chain(former).find_map(|name| self.present.get(&name)),
        };
        named.filter(|id| !is_given_up(id)).copied()
    }

    /// Why a document cannot be kept beside others; `id` is the key of its record where that is there. What is to go is no
    /// hindrance where it `gives_way`.
    pub fn clash(&self, document: &Document, id: Option<i64>, gives_way: bool) -> Option<String> {
        let of_another = |owner: Option<&i64>| owner.is_some_and(|owner| Some(*owner) != id);
        let is_held = !(gives_way || self.leaving.is_empty());
        let is_leaving = |mark: i64| self.leaving.contains_key(&mark);
        let is_or_was = |name: &Name| of_another(self.former.get(name)) || is_held && is_leaving(digest(name));
        let name = document.name();
        if id.is_none() || self.meant_by_key(document).is_some() {
            let field = document.kind.natural_key.first().map(|column| field(column)).unwrap_or_default();
            if of_another(self.present.get(&name)) {
                return Some(format!("`{field}`: another record is the {name}"));
            }
            if document.kind.is_record() && is_or_was(&name) {
                return Some(format!("`{field}`: another record was the {name} before it was renamed"));
            }
            let is_taken =
                |identity| of_another(self.standards.get(&identity)) || is_held && is_leaving(digest(&identity));
            if document.identity().is_some_and(is_taken) {
                return Some("`identifier`: another standard has it, in this edition and volume".to_owned());
            }
        }
        for slug in &document.former_slugs {
            let former = Name::new(document.kind, slug);
            if of_another(self.present.get(&former)) || is_or_was(&former) {
                return Some(format!("`formerSlugs`: another record is or was the {former}"));
            }
        }
        let alpha3 = document.row.values.text(kinds::ALPHA3.name).unwrap_or_default();
        let is_taken = *document.kind == kinds::COUNTRY && of_another(self.alpha3.get(alpha3));
        is_taken.then(|| format!("`alpha3`: another country has the code \"{alpha3}\""))
    }

    /// Records that are to go and must be gone before a document can be kept.
    pub fn in_the_way(&self, document: &Document) -> impl Iterator<Item = i64> {
        all_marks(document).filter_map(|mark| self.leaving.get(&mark).copied())
    }

    /// Whether nobody is or was called as a document is, nor anybody who is to go.
    pub fn is_unheard(&self, document: &Document) -> bool {
        let name = document.name();
        self.key(&name).is_none() && !self.leaving.contains_key(&digest(&name))
    }

    /// Former slugs of a document that nobody has.
    pub fn unknown_slugs(&self, document: &Document) -> Vec<String> {
        let is_unknown = |slug: &&String| self.key(&Name::new(document.kind, slug)).is_none();
        document.former_slugs.iter().filter(is_unknown).cloned().collect()
    }

    /// Notes the record that a document describes.
    pub fn note(&mut self, document: &Document, id: i64) {
        self.described.insert(id);
        if let Some(identity) = document.identity() {
            self.standards.insert(identity, id);
        }
        self.present.entry(document.name()).or_insert(id);
        for slug in &document.former_slugs {
            self.former.entry(Name::new(document.kind, slug)).or_insert(id);
        }
        if let (true, Some(code)) = (*document.kind == kinds::COUNTRY, document.row.values.text(kinds::ALPHA3.name)) {
            self.alpha3.insert(code.to_owned(), id);
        }
    }

    /// Notes a source that is cited and was not there.
    pub fn note_source(&mut self, name: Name, id: i64) {
        self.present.insert(name, id);
    }
}

/// The marks of all that no other record may have beside that of a document.
fn all_marks(document: &Document) -> impl Iterator<Item = i64> {
    let former = document.former_slugs.iter().map(|slug| digest(&Name::new(document.kind, slug)));
    let alpha3 = document.row.values.text(kinds::ALPHA3.name).filter(|_| *document.kind == kinds::COUNTRY);
    let alpha3 = alpha3.map(|code| digest(&alpha3_name(code)));
    [digest(&document.name()), mark(document)].into_iter().chain(former).chain(alpha3)
}

/// A country's code of three letters. Names of countries have two.
fn alpha3_name(code: &str) -> Name {
    Name::new(&kinds::COUNTRY, code)
}

/// The mark of what tells the record of a document apart, where its key does not.
pub(super) fn mark(document: &Document) -> i64 {
    document.identity().map_or_else(|| digest(&document.name()), |identity| digest(&identity))
}
