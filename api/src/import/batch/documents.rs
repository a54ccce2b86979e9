//! Documents of a batch: records in the shape in which an atlas gives them away.
//!
//! # Identity
//!
//! A document with the id and the moment of making of a record that is there is a state of this record. Else a source is
//! told by its name or a former one, a country by its code, a standard as elsewhere by its identifier, edition, volume and
//! whether it is undated; everything else by its slug. A new record takes the slug that it has; one that another record
//! has or had is refused. It takes the id too, with version and times, unless a record of this atlas has or had the id: so a copy
//! answers as the original does.
//!
//! # Rules, beside those of [`crate::import::merge`]
//!
//! - A document speaks for the sources that it cites. Where nobody else describes the record, its links are exactly those
//!   of the document, unless a curator changed some of them.
//! - The source of the run is not cited: a document brings its citations.
//! - A later state of a record (by its version) replaces it whole, its slug included, but for what a curator changed
//!   here; an earlier one says nothing new, unless a curator changed the record here, whose version then tells nothing.
//! - A tombstone removes the record that has its id and was made at the same moment, once no other record leads to it,
//!   and unless a curator changed it here. What is not there is gone already.
//! - Of two documents of one record in a run the first counts.
//! - A document that leads to a record which is not there waits until it comes, in this batch or a later one. What waits
//!   is written together with all that it leads to, so that records which lead to each other need not be whole before
//!   the other is. At the end, what leads nowhere is rejected.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::{Batch, Run};
use crate::graph::document::target_of;
use crate::graph::statement::{key_values, text_values};
use crate::graph::{Kind, Scalar, Target, kinds};
use crate::import::directory::curated_sources;
use crate::import::document::{self, Document, Lineage, Name, Reference, Row, State, Tombstone};
use crate::import::merge::{self, Authority, Stored};
use crate::import::origin::{self, Claim, claim_row};
use crate::import::prepare::{Identity, digest};
use crate::import::report::{Conflict, Fate};
use crate::import::source::rank_of;
use crate::store::row::read_rows;
use crate::store::{Draft, Error, Kept, LinkRow, LinkRows, Values, Write};

/// A document and where it stands: the path, the place in the source.
type Placed = (usize, String, Box<Document>);

/// The largest key that a new record takes from a document: later ones still fit into documents.
const MAX_TAKEN: i64 = 1 << 50;

/// Documents that may wait, which are kept in memory.
const MAX_WAITING: usize = 100_000;
/// How many wait before they are tried again for the first time.
pub(super) const TRY_AGAIN: usize = 1_000;
/// Documents that waited and are written in one transaction, if they do not lead to each other.
const AT_ONCE: usize = 100;

/// A document that leads to something that is not there yet.
#[derive(Debug)]
pub(super) struct Waiting {
    path: usize,
    locator: String,
    /// As it was read, which takes less room than what is made of it.
    json: String,
    name: Name,
    needs: Vec<Name>,
}

/// A record that is to go: the path, the place in the source, the tombstone.
pub(super) type Going = (usize, String, Tombstone);

impl Waiting {
    fn new((path, locator, document): Placed, missing: Vec<Reference>) -> Self {
        let name = document.name();
        let json = serde_json::Value::Object(document.json).to_string();
        Self { path, locator, json, name, needs: missing.into_iter().map(|reference| reference.name).collect() }
    }
}

/// A document that leads to something which is not there, and what that is.
type Unresolved = (Placed, Vec<Reference>);

impl Run<'_> {
    /// Writes documents. Those that lead to records which are not there wait.
    pub(super) async fn write_documents(&mut self, documents: Vec<Placed>) -> Result<(), Error> {
        for ((path, locator, document), missing) in self.try_documents(documents).await? {
            if self.waiting.len() < MAX_WAITING {
                self.waiting.push(Waiting::new((path, locator, document), missing));
            } else {
                let reason = format!(
                    "{}, and {MAX_WAITING} records wait for others already: let those that are led to come first",
                    leads_nowhere(&missing)
                );
                self.reject(path, locator, reason);
            }
        }
        if self.waiting.len() >= self.try_again { self.write_waiting(false).await } else { Ok(()) }
    }

    /// Writes what waited and can be written by now. At the end of a path the rest is rejected.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn write_waiting(&mut self, is_end: bool) -> Result<(), Error> {
        self.write_waiting_documents(false).await?;
        if !is_end {
            return Ok(());
        }
        // What is to go may be led to until documents are written, which may wait for its slug.
        for is_ending in [false, true] {
            self.is_ending = is_ending;
            let going = std::mem::take(&mut self.going);
            self.remove(going).await?;
            self.write_waiting_documents(is_ending).await?;
        }
        self.is_ending = false;
        let going = std::mem::take(&mut self.going);
        self.remove(going).await?;
        for (path, locator, Tombstone { kind, name, .. }) in std::mem::take(&mut self.going) {
            let named = Name::new(kind, &name.unwrap_or_default());
            self.reject(path, locator, format!("other records lead to the {named}, which is to go"));
        }
        Ok(())
    }

    /// Removes records to which nothing leads. The others stay in `going`.
    pub(super) async fn remove(&mut self, going: Vec<Going>) -> Result<(), Error> {
        if going.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::open(self).await?;
        let (done, left) = batch.remove(going).await?;
        batch.end().await?;
        self.directory.forget();
        for (path, fate) in done {
            let path = self.paths.get(path).cloned().unwrap_or_default();
            self.report.count(&path, fate);
        }
        self.going.extend(left);
        Ok(())
    }

    async fn write_waiting_documents(&mut self, is_end: bool) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let groups = together(&waiting);
        let mut waiting: Vec<Option<Waiting>> = waiting.into_iter().map(Some).collect();
        for group in groups {
            let mut documents = Vec::with_capacity(group.len());
            for place in group {
                let Some(Waiting { path, locator, json, .. }) = waiting.get_mut(place).and_then(Option::take) else {
                    continue;
                };
                match serde_json::from_str(&json).map_err(|error| error.to_string()).and_then(document::read) {
                    Ok(document) => documents.push((path, locator, Box::new(document))),
                    Err(reason) => self.reject(path, locator, reason),
                }
            }
            for ((path, locator, document), missing) in self.try_documents(documents).await? {
                if is_end {
                    self.reject(path, locator, leads_nowhere(&missing));
                    continue;
                }
                self.waiting.push(Waiting::new((path, locator, document), missing));
            }
        }
        self.try_again = (self.waiting.len() * 2).clamp(TRY_AGAIN, MAX_WAITING);
        Ok(())
    }

    /// Writes documents in one transaction, but for those that lead to something which is not there.
    async fn try_documents(&mut self, mut documents: Vec<Placed>) -> Result<Vec<Unresolved>, Error> {
        let mut unresolved = Vec::new();
        while !documents.is_empty() {
            let mut batch = Batch::open(self).await?;
            let held_back = batch.documents(documents).await?;
            batch.end().await?;
            // It was not read, and is not told what was written.
            self.directory.forget();
            // What describes the record of one that was held back may be kept in its place.
            let (seconds, missing): (Vec<_>, Vec<_>) =
                held_back.into_iter().partition(|(_, missing)| missing.is_empty());
            documents = seconds.into_iter().map(|(placed, _)| placed).collect();
            unresolved.extend(missing);
        }
        Ok(unresolved)
    }

    fn reject(&mut self, path: usize, locator: String, reason: String) {
        let name = self.paths.get(path).cloned().unwrap_or_default();
        self.report.count(&name, Fate::Rejected);
        self.rejected(path, locator, reason);
    }
}

fn leads_nowhere(missing: &[Reference]) -> String {
    let named = missing.first().map(|reference| format!("`{}` names the {}", reference.field, reference.name));
    format!("{}, which is not there", named.unwrap_or_default())
}

/// Groups of documents that wait, each with all in this list that they lead to or those groups before it hold.
fn together(waiting: &[Waiting]) -> Vec<Vec<usize>> {
    let mut places: HashMap<&Name, usize> = HashMap::with_capacity(waiting.len());
    for (place, waiting) in waiting.iter().enumerate() {
        places.entry(&waiting.name).or_insert(place);
    }
    let mut seen = vec![false; waiting.len()];
    let mut groups = Vec::new();
    let mut group = Vec::new();
    for start in 0..waiting.len() {
        let mut open = vec![start];
        while let Some(place) = open.pop() {
            let (Some(seen), Some(waiting)) = (seen.get_mut(place), waiting.get(place)) else { continue };
            if !std::mem::replace(seen, true) {
                group.push(place);
                open.extend(waiting.needs.iter().filter_map(|name| places.get(name)).copied());
            }
        }
        if group.len() >= AT_ONCE {
            groups.push(std::mem::take(&mut group));
        }
    }
    groups.push(group);
    groups
}

/// What is there of all that the documents of a batch name.
#[derive(Default)]
struct Found {
    /// Of records with the keys that documents give: when they were made, and their versions.
    states: HashMap<(&'static Kind, i64), (i64, i64)>,
    /// Records that are to go.
    going: HashSet<i64>,
    /// Keys that documents give and rows have or had.
    used: HashSet<i64>,
    /// By what a row is called now.
    present: HashMap<Name, i64>,
    /// By what a record was called before.
    former: HashMap<Name, i64>,
    standards: HashMap<(Identity, bool), i64>,
    /// Countries by their codes of three letters.
    alpha3: HashMap<String, i64>,
    /// Records that this batch describes.
    described: HashSet<i64>,
    /// New records that were to be made and are not.
    withdrawn: HashSet<i64>,
}

impl Found {
    async fn read(write: &Write, documents: &[Placed]) -> Result<Self, Error> {
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
            if kind.is_record() {
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

    /// Reads what is there by the keys that documents give.
    async fn read_keys(&mut self, write: &Write, documents: &[Placed]) -> Result<(), Error> {
        let db = write.reader();
        let backend = db.get_database_backend();
        let mut keys: HashMap<&'static Kind, Vec<i64>> = HashMap::new();
        for (.., document) in documents {
            keys.entry(document.kind).or_default().extend(document.lineage.map(|lineage| lineage.key));
        }
        for (kind, keys) in keys {
            let mut used = Query::select();
            used.distinct().column("record_id").from("change");
            used.and_where(Expr::col("record_id").in_subquery(key_values(&keys, backend)));
            for row in db.query_all(&used).await? {
                self.used.insert(row.try_get("", "record_id")?);
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
        }
        Ok(())
    }

    /// The record of which a document is a state, and its version here.
    fn state_of(&self, document: &Document) -> Option<(i64, i64)> {
        let Lineage { key, state } = document.lineage?;
        let (created_at, version) = self.states.get(&(document.kind, key))?;
        (state?.created_at == *created_at).then_some((key, *version))
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

    fn key(&self, name: &Name) -> Option<i64> {
        let there = |id: &&i64| !self.withdrawn.contains(id);
        self.present.get(name).filter(there).or_else(|| self.former.get(name).filter(there)).copied()
    }

    /// The key of the record that a document describes, if it is there.
    fn described_by(&self, document: &Document) -> Option<i64> {
        let named = || {
            if let Some(identity) = document.identity() {
                return self.standards.get(&identity);
            }
            let former = document.former_names.iter().map(|name| Name::new(document.kind, name));
            [document.name()].into_iter().chain(former).find_map(|name| self.present.get(&name))
        };
        // What has the name of one that is to go is another.
        let named = || named().copied().filter(|id| !self.going.contains(id));
        self.state_of(document).map(|(key, _)| key).or_else(named)
    }

    /// Why a document cannot be kept beside others; `id` is the key of its record where that is there.
    fn clash(&self, document: &Document, id: Option<i64>) -> Option<String> {
        let of_another = |owner: Option<&i64>| owner.is_some_and(|owner| Some(*owner) != id);
        let name = document.name();
        let takes_slug = id.is_none() || self.state_of(document).is_some();
        if document.kind.is_record() && takes_slug {
            if of_another(self.present.get(&name)) {
                return Some(format!("`slug`: another record is the {name}"));
            }
            if of_another(self.former.get(&name)) {
                return Some(format!("`slug`: another record was the {name} before it was renamed"));
            }
        }
        for slug in &document.former_slugs {
            let former = Name::new(document.kind, slug);
            if of_another(self.present.get(&former)) || of_another(self.former.get(&former)) {
                return Some(format!("`formerSlugs`: another record is or was the {former}"));
            }
        }
        let alpha3 = document.row.values.text(kinds::ALPHA3.name).unwrap_or_default();
        let is_taken = *document.kind == kinds::COUNTRY && of_another(self.alpha3.get(alpha3));
        is_taken.then(|| format!("`alpha3`: another country has the code \"{alpha3}\""))
    }

    /// Notes the record that a document describes.
    fn note(&mut self, document: &Document, id: i64) {
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
}

/// A document whose record is known.
struct Known {
    placed: Placed,
    id: i64,
    is_new: bool,
    /// Former slugs that it does not have yet.
    former_slugs: Vec<String>,
    /// How new the state is that it tells beside that of the record; none where it tells no state of it.
    age: Option<Ordering>,
}

impl Known {
    fn document(&self) -> &Document {
        &self.placed.2
    }
}

/// How far the words of sources count, by their keys.
type Ranks = HashMap<i64, i64>;

impl Batch<'_, '_> {
    /// Brings records to what documents say. Gives those that lead to something which is not there, and those that were
    /// left aside for one of these.
    async fn documents(&mut self, documents: Vec<Placed>) -> Result<Vec<Unresolved>, Error> {
        let mut found = Found::read(&self.write, &documents).await?;
        found.going = self.run.going.iter().map(|(.., tombstone)| tombstone.key).collect();
        let mut ready = Vec::with_capacity(documents.len());
        let mut seconds = Vec::new();
        // Before others are given keys, those of sources that are not described yet too.
        let keys = documents.iter().filter_map(|(.., document)| document.lineage).map(|lineage| lineage.key);
        if let Some(last) = keys.filter(|key| *key <= MAX_TAKEN).max() {
            self.write.reserve(last);
        }
        for placed in documents {
            match found.described_by(&placed.2).filter(|id| found.described.contains(id)) {
                Some(id) => seconds.push((id, placed)),
                None => ready.extend(self.identified(&mut found, placed)),
            }
        }
        let mut held_back = Vec::new();
        loop {
            self.hold_back(&mut found, &mut ready, &mut held_back);
            let below_themselves = self.below_themselves(&found, &ready).await?;
            if below_themselves.is_empty() {
                break;
            }
            for known in ready.extract_if(.., |known| below_themselves.contains(&known.id)) {
                if known.is_new {
                    found.withdrawn.insert(known.id);
                }
                let (path, locator, _) = known.placed;
                self.run.reject(path, locator, "`parent` leads back to the record itself".to_owned());
            }
        }
        if self.run.dry_run {
            for known in &ready {
                self.run.met_dry.extend(marks(known.document()));
            }
        }
        let kept: HashSet<i64> = ready.iter().map(|known| known.id).collect();
        for (id, placed) in seconds {
            if kept.contains(&id) {
                let path = self.path(placed.0);
                self.run.report.count(&path, Fate::Merged);
            } else {
                held_back.push(placed);
            }
        }
        let missing = |placed: Placed| {
            let missing = self.missing(&found, &placed.2).cloned().collect();
            (placed, missing)
        };
        let unresolved = held_back.into_iter().map(missing).collect();
        self.make_sources(&mut found, &ready);
        let mut there: HashMap<&'static Kind, Vec<i64>> = HashMap::new();
        for known in ready.iter().filter(|known| !known.is_new) {
            there.entry(known.document().kind).or_default().push(known.id);
        }
        for (kind, ids) in &there {
            self.read_stored(kind, ids).await?;
        }
        let ranks = if there.is_empty() { Ranks::new() } else { self.ranks().await? };
        let standards = ready.iter().filter_map(|known| known.document().identity());
        let keys: Vec<String> = standards.map(|(identity, _)| identity.key).collect();
        let claims = origin::claims_on(self.write.reader(), &keys).await?;
        for known in ready {
            self.document(&found, known, &ranks, &claims);
        }
        Ok(unresolved)
    }

    /// Finds the record that a document describes, or gives it a key. Nothing where the document says nothing new or
    /// cannot be kept.
    fn identified(&mut self, found: &mut Found, placed: Placed) -> Option<Known> {
        let document = &*placed.2;
        let id = found.described_by(document);
        if id.is_some_and(|id| self.run.met.contains(&id))
            || marks(document).first().is_some_and(|mark| self.run.met_dry.contains(mark))
        {
            let path = self.path(placed.0);
            self.run.report.count(&path, Fate::Merged);
            return None;
        }
        let state = found.state_of(document);
        let told = document.lineage.and_then(|lineage| lineage.state).map(|state| state.version);
        let age = state.zip(told).map(|((_, version), told)| told.cmp(&version));
        if age != Some(Ordering::Less)
            && let Some(reason) = found.clash(document, id)
        {
            if !self.run.is_ending && document.lineage.is_some() && self.run.waiting.len() < MAX_WAITING {
                // What has the slug may be about to give it away, or to go.
                self.run.waiting.push(Waiting::new(placed, Vec::new()));
                return None;
            }
            self.run.reject(placed.0, placed.1, reason);
            return None;
        }
        let is_added = |slug: &&String| !found.former.contains_key(&Name::new(document.kind, slug));
        let former_slugs = document.former_slugs.iter().filter(is_added).cloned().collect();
        let is_new = id.is_none();
        let free =
            document.lineage.map(|lineage| lineage.key).filter(|key| *key <= MAX_TAKEN && found.used.insert(*key));
        let id = match (id, free) {
            (Some(id), _) => id,
            (None, Some(key)) => {
                self.write.take_id(key);
                key
            }
            (None, None) => self.write.new_id(),
        };
        found.note(document, id);
        // What has no versions is taken as it comes.
        let is_same = !document.kind.is_record() && document.lineage.is_some_and(|lineage| lineage.key == id);
        let age = age.or(is_same.then_some(Ordering::Greater)).filter(|_| !is_new);
        Some(Known { placed, id, is_new, former_slugs, age })
    }

    /// Takes out what leads to something that is not there, and what leads to that.
    fn hold_back(&self, found: &mut Found, ready: &mut Vec<Known>, held_back: &mut Vec<Placed>) {
        loop {
            let before = ready.len();
            for known in std::mem::take(ready) {
                if self.missing(found, known.document()).next().is_none() {
                    ready.push(known);
                    continue;
                }
                if known.is_new {
                    found.withdrawn.insert(known.id);
                }
                held_back.push(known.placed);
            }
            if ready.len() == before {
                return;
            }
        }
    }

    /// What a document leads to and is not there. Sources are made.
    fn missing<'d>(&self, found: &Found, document: &'d Document) -> impl Iterator<Item = &'d Reference> {
        document
            .references()
            .filter(|reference| *reference.name.kind != kinds::SOURCE && self.key(found, &reference.name).is_none())
    }

    /// The key of a row. A dry run knows what it would have made.
    fn key(&self, found: &Found, name: &Name) -> Option<i64> {
        let mark = digest(name);
        found.key(name).or_else(|| self.run.met_dry.contains(&mark).then_some(mark))
    }

    /// Records that would stand below themselves.
    async fn below_themselves(&self, found: &Found, ready: &[Known]) -> Result<HashSet<i64>, Error> {
        let mut below = HashSet::new();
        for kind in kinds::RECORDS.iter().filter(|kind| kind.column(kinds::PARENT_ID.name).is_some()) {
            let mut parents: HashMap<i64, i64> = HashMap::new();
            let mut told = Vec::new();
            let mut are_new = true;
            for known in ready.iter().filter(|known| known.document().kind == *kind) {
                let references = &known.document().row.references;
                let parent = references.iter().find(|reference| reference.column == &kinds::PARENT_ID);
                if let Some(parent) = parent.and_then(|parent| self.key(found, &parent.name)) {
                    told.push((known.id, parent));
                    are_new &= known.is_new;
                }
            }
            // What is there leads to nothing new, unless it changes.
            if !are_new {
                let mut query = Query::select();
                query.columns(["id", "parent_id"]).from(kind.table).and_where(Expr::col("parent_id").is_not_null());
                for row in self.write.reader().query_all(&query).await? {
                    parents.insert(row.try_get("", "id")?, row.try_get("", "parent_id")?);
                }
            }
            parents.extend(told.iter().copied());
            for (id, parent) in told {
                let mut above = Some(parent);
                for _ in 0..=parents.len() {
                    match above {
                        Some(above) if above == id => _ = below.insert(id),
                        None => break,
                        Some(_) => {}
                    }
                    above = above.filter(|above| *above != id).and_then(|above| parents.get(&above)).copied();
                }
            }
        }
        Ok(below)
    }

    /// Makes the sources that are cited and not there.
    fn make_sources(&mut self, found: &mut Found, ready: &[Known]) {
        let kind = &kinds::SOURCE;
        for reference in ready.iter().flat_map(|known| known.document().references()) {
            if *reference.name.kind == *kind && found.key(&reference.name).is_none() {
                let id = self.write.new_id();
                let values = Values::default().with(&kinds::NAME, reference.name.key.as_str());
                self.drafts.insert(id, Draft { kind, id, is_new: true, values, links: Vec::new() });
                found.present.insert(reference.name.clone(), id);
            }
        }
    }

    async fn ranks(&self) -> Result<Ranks, Error> {
        let mut sources = Query::select();
        sources
            .columns(["id", "name"])
            .expr_as(Expr::col("id").in_subquery(curated_sources()), "curated")
            .from("source");
        let mut ranks = Ranks::new();
        for row in self.write.reader().query_all(&sources).await? {
            let name: String = row.try_get("", "name")?;
            ranks.insert(row.try_get("", "id")?, rank_of(&name, !row.try_get("", "curated")?));
        }
        Ok(ranks)
    }

    /// Adds what a document says.
    fn document(&mut self, found: &Found, known: Known, ranks: &Ranks, claims: &HashMap<String, Vec<Claim>>) {
        let Known { placed: (path, _, document), id, is_new, former_slugs, age } = known;
        let is_later = age == Some(Ordering::Greater);
        // What curators did here made versions of its own, and no state is sure to be earlier.
        let is_curated = self.stored.get(&id).is_some_and(|stored| !stored.curated.is_empty());
        if age == Some(Ordering::Less) && !is_curated {
            self.counted.push((path, id, true));
            return;
        }
        let replaces = is_later || age.is_some() && is_curated;
        let identity = document.identity();
        let Document { kind, row, links, lineage, former_slugs: all_former_slugs, .. } = *document;
        let mut values = self.resolved(found, row).values;
        let state = lineage.filter(|lineage| lineage.key == id).and_then(|lineage| lineage.state);
        if let Some(State { version, created_at, updated_at }) = state.filter(|_| is_new || is_later) {
            values.set(&kinds::VERSION, Some(version.into()));
            values.set(&kinds::CREATED_AT, Some(created_at.into()));
            values.set(&kinds::UPDATED_AT, Some(updated_at.into()));
        }
        let mut links: Vec<LinkRows> = links
            .into_iter()
            .map(|(link, rows)| {
                let mut seen = HashSet::new();
                let rows = rows.into_iter().map(|row| self.resolved(found, row));
                // Two names may lead to one row. Of citations there may be two that say the same.
                let is_first = |row: &LinkRow| seen.insert(row.values.key(link.unique));
                let rows =
                    if link.table == kinds::CITATION.table { rows.collect() } else { rows.filter(is_first).collect() };
                LinkRows::exactly(link, rows)
            })
            .collect();
        if let Some((identity, false)) = identity {
            add_claims(&mut links, &identity, claims);
        }
        let mut has_own_slug = false;
        let draft = if let Some(stored) = self.stored.get(&id) {
            let (draft, conflicts) = if replaces {
                merge::replace(stored, Draft { kind, id, is_new, values, links })
            } else {
                values.remove(&kinds::SLUG);
                let draft = Draft { kind, id, is_new, values, links };
                let authority = authority(stored, &draft, ranks);
                merged(stored, authority, draft)
            };
            let slug = stored.values.text(kinds::SLUG.name).unwrap_or_default().to_owned();
            let path = self.path(path);
            // Who calls it by the slug that it has there must find it.
            has_own_slug = conflicts.iter().any(|field| field == kinds::SLUG.name);
            for field in conflicts {
                let (kind, slug, path) = (kind.code, slug.clone(), path.clone());
                self.run.report.conflict(Conflict { kind, slug, field, path });
            }
            draft
        } else {
            self.new.insert(id);
            Draft { kind, id, is_new, values, links }
        };
        let mut draft = draft;
        if replaces && !has_own_slug {
            draft.links.push(LinkRows::exactly(&kinds::SLUG_ALIAS, aliases(kind, all_former_slugs)));
        } else if !former_slugs.is_empty() {
            let rows = aliases(kind, former_slugs);
            draft.links.push(LinkRows { link: &kinds::SLUG_ALIAS, rows, kept: Kept::All });
        }
        self.drafts.insert(id, draft);
        self.counted.push((path, id, true));
    }

    /// Removes records to which nothing leads. Gives what became of tombstones, and those whose records are led to.
    async fn remove(&mut self, going: Vec<Going>) -> Result<(Vec<(usize, Fate)>, Vec<Going>), Error> {
        let mut done = Vec::new();
        let mut there = Vec::new();
        for kind in kinds::NODES {
            let keys: Vec<i64> = going
                .iter()
                .filter(|(.., tombstone)| tombstone.kind == *kind)
                .map(|(.., tombstone)| tombstone.key)
                .collect();
            self.read_stored(kind, &keys).await?;
        }
        for (path, locator, tombstone) in going {
            let stored = self.stored.get(&tombstone.key).filter(|stored| is_same(stored, &tombstone));
            match stored {
                None => done.push((path, Fate::Unchanged)),
                Some(stored) if !stored.curated.is_empty() => {
                    let slug = tombstone.name.unwrap_or_default();
                    let (kind, field) = (tombstone.kind.code, "deleted".to_owned());
                    let path_name = self.path(path);
                    self.run.report.conflict(Conflict { kind, slug, field, path: path_name });
                    done.push((path, Fate::Unchanged));
                }
                Some(stored) => there.push((stored.version(), (path, locator, tombstone))),
            }
        }
        // What is led to by others stays, and so does what that leads to.
        let mut left = Vec::new();
        loop {
            let keys: Vec<i64> = there.iter().map(|(_, (.., tombstone))| tombstone.key).collect();
            let mut led_to = HashSet::new();
            for kind in kinds::NODES {
                if there.iter().any(|(_, (.., tombstone))| tombstone.kind == *kind) {
                    led_to.extend(self.led_to(kind, &keys).await?);
                }
            }
            if led_to.is_empty() {
                break;
            }
            left.extend(there.extract_if(.., |(_, (.., tombstone))| led_to.contains(&tombstone.key)));
        }
        for (version, (path, _, tombstone)) in there {
            self.write.delete(tombstone.kind, tombstone.key, version).await?;
            done.push((path, Fate::Updated));
        }
        Ok((done, left.into_iter().map(|(_, going)| going).collect()))
    }

    /// Which records of a kind, of those with these keys, are led to by others than these.
    async fn led_to(&self, kind: &'static Kind, keys: &[i64]) -> Result<HashSet<i64>, Error> {
        let mut led_to = HashSet::new();
        let db = self.write.reader();
        let among = || key_values(keys, db.get_database_backend());
        let of_records = kinds::RECORDS
            .iter()
            .flat_map(|own| own.columns.iter().map(|column| (own.table, &kinds::ID, *column, Some(*own))));
        let of_links = kinds::LINKS
            .iter()
            .flat_map(|link| link.columns.iter().map(|column| (link.table, link.owner, *column, None)));
        for (table, owner, column, own) in of_records.chain(of_links) {
            if !matches!(column.target, Target::Any) && target_of(column, own) != Some(kind) {
                continue;
            }
            let mut leading = Query::select();
            leading.distinct().column(column.name).from(table);
            leading.and_where(Expr::col(column.name).in_subquery(among()));
            leading.and_where(Expr::col(owner.name).not_in_subquery(among()));
            for row in db.query_all(&leading).await? {
                led_to.insert(row.try_get("", column.name)?);
            }
        }
        Ok(led_to)
    }

    /// A row with the keys of those that it leads to.
    fn resolved(&self, found: &Found, row: Row) -> LinkRow {
        let Row { mut values, references, citations } = row;
        for Reference { column, name, .. } in references {
            values.set(column, self.key(found, &name).map(Scalar::Int));
        }
        LinkRow { values, citations: citations.into_iter().map(|row| self.resolved(found, row).values).collect() }
    }
}

/// Rows for former slugs.
fn aliases(kind: &'static Kind, slugs: Vec<String>) -> Vec<LinkRow> {
    let row = |slug: String| Values::default().with(kinds::SLUG_ALIAS_KIND, kind.code).with(&kinds::SLUG, slug);
    slugs.into_iter().map(|slug| row(slug).into()).collect()
}

/// Whether a record is the one that a tombstone stands for.
fn is_same(stored: &Stored, tombstone: &Tombstone) -> bool {
    if let (Some(told), Some(made)) = (tombstone.created_at, stored.values.int(kinds::CREATED_AT.name)) {
        return told == made;
    }
    let name = tombstone.kind.natural_key.first().and_then(|column| stored.values.text(column.name));
    name.is_some() && name == tombstone.name.as_deref()
}

/// By what a dry run knows a record again: what tells it apart, and what others call it.
fn marks(document: &Document) -> Vec<i64> {
    let name = digest(&document.name());
    match document.identity() {
        Some(identity) => vec![digest(&identity), name],
        None => vec![name],
    }
}

/// Adds the relations that were told from the other side.
fn add_claims(links: &mut [LinkRows], identity: &Identity, claims: &HashMap<String, Vec<Claim>>) {
    let Some(relations) = links.iter_mut().find(|rows| rows.link.table == kinds::STANDARD_RELATION.table) else {
        return;
    };
    let unique = kinds::STANDARD_RELATION.unique;
    for claim in claims.get(&identity.key).into_iter().flatten() {
        let row = claim_row(claim);
        let is_told = |own: &LinkRow| own.values.key(unique) == row.key(unique);
        if claim.owner.means(identity) && claim.target != *identity && !relations.rows.iter().any(is_told) {
            relations.rows.push(row.into());
        }
    }
}

/// How far the word of a document counts: it speaks for the sources that it cites.
fn authority(stored: &Stored, draft: &Draft, ranks: &Ranks) -> Authority {
    let rank = |source: &i64| ranks.get(source).copied().unwrap_or_else(|| rank_of("", true));
    let citations = draft.links.iter().filter(|rows| rows.link.table == kinds::CITATION.table);
    let cited: Vec<i64> =
        citations.flat_map(|rows| &rows.rows).filter_map(|row| row.values.int(kinds::SOURCE_ID.name)).collect();
    let own = cited.iter().map(rank).min().unwrap_or_else(|| rank_of("", true));
    let others: Vec<i64> = stored.other_sources(0).filter(|source| !cited.contains(source)).collect();
    Authority { sole: others.is_empty(), best: others.iter().all(|other| own < rank(other)) }
}

/// What is left to write of a document, and the fields in which a curator says otherwise.
fn merged(stored: &Stored, authority: Authority, draft: Draft) -> (Draft, Vec<String>) {
    let is_exact = authority.sole && draft.kind.links.iter().all(|link| !stored.is_curated(link.field));
    let (mut draft, conflicts) = merge::merge(stored, authority, draft);
    for rows in &mut draft.links {
        rows.kept = if is_exact { Kept::Nothing } else { Kept::All };
        if rows.link.columns.iter().any(|column| column.name == kinds::POSITION.name) {
            place(stored.rows(rows.link.table), rows, is_exact);
        }
    }
    (draft, conflicts)
}

/// Leaves rows where they are; others come behind them. All are numbered anew where that is not their order.
fn place(stored: &[Values], wanted: &mut LinkRows, is_exact: bool) {
    let unique = wanted.link.unique;
    let position = |row: &Values| row.int(kinds::POSITION.name).unwrap_or_default();
    // Citations of rows have places of their own.
    let whole = || stored.iter().filter(|row| row.int(kinds::LINK_ID.name).is_none());
    let known: HashMap<_, (i64, i64)> =
        whole().map(|row| (row.key(unique), (position(row), row.int(kinds::ID.name).unwrap_or_default()))).collect();
    let mut last = known.values().map(|(position, _)| *position).max().unwrap_or_default();
    let mut places = Vec::with_capacity(wanted.rows.len());
    for row in &wanted.rows {
        places.push(known.get(&row.values.key(unique)).copied().unwrap_or_else(|| {
            last += 1;
            (last, i64::MAX)
        }));
    }
    if is_exact && !places.is_sorted() {
        places = (1..).zip(&places).map(|(position, _)| (position, 0)).collect();
    }
    for (row, (position, _)) in wanted.rows.iter_mut().zip(places) {
        row.values.set(&kinds::POSITION, Some(position.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_written_with_all_that_it_leads_to() {
        let name = |key: usize| Name { kind: &kinds::ISSUE, key: key.to_string() };
        let waiting = |key: usize, needs: &[usize]| Waiting {
            path: 0,
            locator: String::new(),
            json: String::new(),
            name: name(key),
            needs: needs.iter().map(|key| name(*key)).collect(),
        };
        // A long circle, some that lead into it, and one that leads elsewhere.
        let mut all: Vec<Waiting> = (0..250).map(|key| waiting(key, &[(key + 1) % 250])).collect();
        all.insert(0, waiting(1_000, &[7, 9_999]));
        all.push(waiting(1_001, &[1_000]));
        let groups = together(&all);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [251, 1]);
        let mut places: Vec<usize> = groups.into_iter().flatten().collect();
        places.sort_unstable();
        assert_eq!(places, (0..252).collect::<Vec<_>>());
    }
}
