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
//!   and unless a curator changed it here. What is not there is gone already. Until then nobody means it by its name.
//! - What a tombstone removed comes back by a document of a state that is no earlier than its last one: it passes a filter
//!   again, for example. What was deleted here otherwise is not made again by its document; where a curator deleted it,
//!   that is reported. Links of others that lead to it are left out, and reported.
//! - A document that says which record it is, and describes one of another key by its name or identity, waits until all
//!   others are read: that one's own document may call it otherwise, and then this is a record beside it.
//! - Of two documents of one record in a run the first counts, unless the other tells a later state of it, as where two
//!   exports are read one behind the other. Of a document and a tombstone of one record, the one behind counts.
//! - Sources come before all else, so that none is made by who cites it before its own document is read.
//! - A document that leads to a record which is not there waits until it comes, in this batch or a later one; and so does
//!   one with a name that another record is about to give up. What waits is written together with all that it leads to, so
//!   that records which lead to each other need not be whole before the other is. At the end, what leads nowhere is
//!   rejected.
//!
//! | module | for |
//! | --- | --- |
//! | [`found`] | what is there of all that documents name |
//! | [`going`] | records that are to go |
//! | [`dry`] | what a dry run would have written |

pub(super) mod dry;
mod found;
pub(super) mod going;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use dry::marks;
use found::Found;
use going::Going;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::{Batch, Run};
use crate::graph::statement::text_values;
use crate::graph::{Kind, Link, Scalar, api_name, kinds};
use crate::import::directory::curated_sources;
use crate::import::document::{self, Document, Name, Reference, Row, State, Tombstone};
use crate::import::merge::{self, Authority, Stored};
use crate::import::origin::{self, Claim, claim_row};
use crate::import::prepare::{Identity, digest};
use crate::import::report::{Conflict, Fate};
use crate::import::source::rank_of;
use crate::store::{Draft, Error, Kept, LinkRow, LinkRows, Values};

/// A document and where it stands: the path, the place in the source.
type Placed = (usize, String, Box<Document>);

/// The largest key that a new record takes from a document: later ones still fit into documents.
const MAX_TAKEN: i64 = 1 << 50;

/// Documents that may wait, which are kept in memory.
const MAX_WAITING: usize = 100_000;
/// Documents that may wait for all others since they describe a record of another key by its name or identity. A copy has
/// few.
const MAX_NAMED: usize = 10_000;
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
    /// The mark of which record it says that it is, and the version that it tells.
    told: Option<i64>,
    version: Option<i64>,
    name: Name,
    needs: Vec<Name>,
}

/// How far a path has come, for documents that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// They may be written later.
    #[default]
    Reading,
    /// Records that are to go, or to be called otherwise, make way for what waits for their names, in the transaction that
    /// writes it.
    Clearing,
    /// What cannot be written now never will be.
    Ending,
}

/// What no document that is yet to be read will change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Settled {
    #[default]
    Nothing,
    /// All that may be called otherwise is.
    Names,
    /// Links to what was deleted here are left out.
    Links,
}

impl Waiting {
    fn new((path, locator, document): Placed, missing: Vec<Reference>) -> Self {
        let (name, told, version) = (document.name(), document.told(), document.version());
        let json = serde_json::Value::Object(document.json).to_string();
        Self {
            path,
            locator,
            json,
            told,
            version,
            name,
            needs: missing.into_iter().map(|reference| reference.name).collect(),
        }
    }
}

/// A document that leads to something which is not there, and what that is.
type Unresolved = (Placed, Vec<Reference>);

impl Run<'_> {
    /// Writes documents. Those that lead to records which are not there wait.
    pub(super) async fn write_documents(&mut self, documents: Vec<Placed>) -> Result<(), Error> {
        let keys = documents.iter().filter_map(|(.., document)| document.lineage).map(|lineage| lineage.key);
        self.last_key = keys.filter(|key| *key <= MAX_TAKEN).fold(self.last_key, Ord::max);
        let (sources, others): (Vec<_>, Vec<_>) =
            documents.into_iter().partition(|(.., document)| *document.kind == kinds::SOURCE);
        self.write_sources(sources).await?;
        if !others.is_empty() {
            self.write_named_sources().await?;
        }
        for ((path, locator, document), missing) in self.try_documents(others).await? {
            if self.waiting.len() < MAX_WAITING {
                self.waiting.push(Waiting::new((path, locator, document), missing));
            } else {
                let reason = format!(
                    "{}, and {MAX_WAITING} records wait for others already: let those that are led to come first",
                    self.leads_nowhere(&missing)
                );
                self.reject(path, locator, reason);
            }
        }
        if self.waiting.len() >= self.try_again { self.write_waiting(false).await } else { Ok(()) }
    }

    /// Writes documents of sources, which lead to nothing. One may have the name that another gives up.
    async fn write_sources(&mut self, mut sources: Vec<Placed>) -> Result<(), Error> {
        let mut before = usize::MAX;
        while !sources.is_empty() && sources.len() < before {
            before = sources.len();
            self.try_documents(sources).await?;
            let waiting = std::mem::take(&mut self.waiting);
            let (again, others) = waiting.into_iter().partition(|waiting| *waiting.name.kind == kinds::SOURCE);
            self.waiting = others;
            sources = self.read_again(again);
        }
        if !sources.is_empty() {
            // Names that pass round.
            let stage = std::mem::replace(&mut self.stage, Stage::Clearing);
            self.try_documents(sources).await?;
            self.stage = stage;
        }
        Ok(())
    }

    /// Writes documents of sources that wait for others to be called otherwise. As others may cite them, what comes of
    /// that must have come before these.
    async fn write_named_sources(&mut self) -> Result<(), Error> {
        let sources = self.named.extract_if(.., |waiting| *waiting.name.kind == kinds::SOURCE).collect();
        let sources = self.read_again(sources);
        self.settled = Settled::Names;
        self.write_sources(sources).await?;
        self.settled = Settled::Nothing;
        Ok(())
    }

    /// Writes what waited and can be written by now. At the end of a path the rest is rejected.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn write_waiting(&mut self, is_end: bool) -> Result<(), Error> {
        self.write_waiting_documents().await?;
        if !is_end {
            return Ok(());
        }
        self.write_and_remove().await?;
        // Who is called otherwise is by now.
        self.settled = Settled::Names;
        if !self.named.is_empty() {
            self.waiting.append(&mut self.named);
            self.write_waiting_documents().await?;
            self.write_and_remove().await?;
        }
        self.note_deleted().await?;
        self.settled = Settled::Links;
        if self.may_clear() {
            self.stage = Stage::Clearing;
            self.write_waiting_documents().await?;
        }
        self.stage = Stage::Ending;
        self.write_waiting_documents().await?;
        self.stage = Stage::Reading;
        self.remove_going().await?;
        for (path, locator, Tombstone { kind, name, .. }) in std::mem::take(&mut self.going) {
            let named = Name::new(kind, &name.unwrap_or_default());
            self.reject(path, locator, format!("other records lead to the {named}, which is to go"));
        }
        Ok(())
    }

    /// Writes what waits and removes what is to go, as far as one lets the other.
    async fn write_and_remove(&mut self) -> Result<(), Error> {
        let mut before = None;
        while before != Some((self.waiting.len(), self.going.len())) {
            before = Some((self.waiting.len(), self.going.len()));
            self.remove_going().await?;
            self.write_waiting_documents().await?;
            if self.may_clear() {
                self.stage = Stage::Clearing;
                self.write_waiting_documents().await?;
                self.stage = Stage::Reading;
            }
        }
        Ok(())
    }

    /// Whether what waits may be written once something makes way for it.
    fn may_clear(&self) -> bool {
        let waits_for_a_name = |waiting: &Waiting| waiting.needs.is_empty();
        !(self.waiting.is_empty() || self.going.is_empty()) || self.waiting.iter().any(waits_for_a_name)
    }

    async fn remove_going(&mut self) -> Result<(), Error> {
        let going = std::mem::take(&mut self.going);
        self.remove(going).await
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
            self.count(path, fate);
        }
        self.going.extend(left);
        Ok(())
    }

    /// Lets nothing wait any more of what tombstones behind it say is gone.
    pub(super) fn end_waiting(&mut self, going: &[Going]) {
        let gone: HashSet<i64> = going.iter().map(|(.., tombstone)| tombstone.told()).collect();
        self.wait_no_more(|waiting| waiting.told.is_some_and(|told| gone.contains(&told)));
    }

    /// Lets no earlier states of records wait any more than documents behind them tell.
    pub(super) fn replace_waiting(&mut self, documents: &[Placed]) {
        let told: HashMap<i64, &Document> =
            documents.iter().filter_map(|(.., document)| Some((document.told()?, &**document))).collect();
        self.wait_no_more(|waiting| {
            let behind = waiting.told.and_then(|mark| told.get(&mark));
            behind.is_some_and(|document| document.is_later(waiting.version))
        });
    }

    fn wait_no_more(&mut self, is_past: impl Fn(&Waiting) -> bool) {
        let mut past: Vec<Waiting> = self.waiting.extract_if(.., |waiting| is_past(waiting)).collect();
        past.extend(self.named.extract_if(.., |waiting| is_past(waiting)));
        for waiting in past {
            self.count(waiting.path, Fate::Merged);
        }
    }

    fn tells(&mut self, document: &Document) {
        self.told.extend(document.told().map(|told| (told, document.version())));
    }

    /// Lets no record go that documents behind its tombstone say is there, in no earlier state.
    fn stay(&mut self, found: &Found, documents: &[Placed]) {
        if self.going.is_empty() {
            return;
        }
        let is_there = |document: &&Document| {
            found.state_of(document).is_some_and(|(_, version)| document.version().is_some_and(|told| told >= version))
        };
        let there = documents.iter().map(|(.., document)| &**document).filter(is_there);
        let told: HashSet<i64> = there.filter_map(Document::told).collect();
        let stays = |going: &mut Going| told.contains(&going.2.told());
        let stay: Vec<Going> = self.going.extract_if(.., stays).collect();
        for (path, ..) in stay {
            self.count(path, Fate::Merged);
        }
    }

    /// Notes which names that documents wait for were those of records that were deleted here.
    async fn note_deleted(&mut self) -> Result<(), Error> {
        let db = &self.app.read;
        for kind in kinds::RECORDS {
            let needs = self.waiting.iter().flat_map(|waiting| &waiting.needs).filter(|name| name.kind == *kind);
            let names: HashSet<String> = needs.map(|name| name.key.clone()).collect();
            if names.is_empty() {
                continue;
            }
            let names: Vec<String> = names.into_iter().collect();
            let history = format!("{}_history", kind.table);
            let column = |name: &'static str| Expr::col(("was", name));
            let mut there = Query::select();
            there.expr(Expr::cust("1")).from(kind.table).and_where(Expr::col((kind.table, "id")).eq(column("id")));
            let mut deleted = Query::select();
            deleted
                .distinct()
                .column(("was", "slug"))
                .from_as(history, "was")
                .and_where(column("slug").in_subquery(text_values(&names, db.get_database_backend())))
                .and_where(Expr::exists(there).not());
            for row in db.query_all(&deleted).await? {
                self.deleted.insert(Name::new(kind, &row.try_get::<String>("", "slug")?));
            }
        }
        Ok(())
    }

    async fn write_waiting_documents(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        // Whoever leads to what is to go must be written together with what takes its name.
        let groups =
            if self.stage == Stage::Clearing { vec![(0..waiting.len()).collect()] } else { together(&waiting) };
        let mut waiting: Vec<Option<Waiting>> = waiting.into_iter().map(Some).collect();
        for group in groups {
            let group: Vec<Waiting> =
                group.into_iter().filter_map(|place| waiting.get_mut(place).and_then(Option::take)).collect();
            let documents = self.read_again(group);
            for ((path, locator, document), missing) in self.try_documents(documents).await? {
                if self.stage == Stage::Ending {
                    let reason = self.leads_nowhere(&missing);
                    self.reject(path, locator, reason);
                    continue;
                }
                self.waiting.push(Waiting::new((path, locator, document), missing));
            }
        }
        self.try_again = (self.waiting.len() * 2).clamp(TRY_AGAIN, MAX_WAITING);
        Ok(())
    }

    /// Reads documents that waited.
    fn read_again(&mut self, waiting: Vec<Waiting>) -> Vec<Placed> {
        let mut documents = Vec::with_capacity(waiting.len());
        for Waiting { path, locator, json, .. } in waiting {
            match serde_json::from_str(&json).map_err(|error| error.to_string()).and_then(document::read) {
                Ok(document) => documents.push((path, locator, Box::new(document))),
                Err(reason) => self.reject(path, locator, reason),
            }
        }
        documents
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

    /// Lets a document wait for what may come to pass. Gives it back where that cannot be.
    fn wait(&mut self, placed: Placed) -> Option<Placed> {
        if self.stage == Stage::Ending || placed.2.lineage.is_none() || self.waiting.len() >= MAX_WAITING {
            return Some(placed);
        }
        self.waiting.push(Waiting::new(placed, Vec::new()));
        None
    }

    /// Lets a document wait until all that may be called otherwise is. Gives it back where that cannot be.
    fn wait_for_names(&mut self, placed: Placed) -> Option<Placed> {
        if self.settled >= Settled::Names || self.named.len() >= MAX_NAMED {
            return Some(placed);
        }
        self.named.push(Waiting::new(placed, Vec::new()));
        None
    }

    fn count(&mut self, path: usize, fate: Fate) {
        self.report.count(self.paths.get(path).map_or("", String::as_str), fate);
    }

    fn reject(&mut self, path: usize, locator: String, reason: String) {
        self.count(path, Fate::Rejected);
        self.rejected(path, locator, reason);
    }

    fn leads_nowhere(&self, missing: &[Reference]) -> String {
        let Some(Reference { field, name, .. }) = missing.first() else { return String::new() };
        let why = if self.deleted.contains(name) { "was deleted here" } else { "is not there" };
        format!("`{field}` names the {name}, which {why}")
    }
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

/// A document whose record is known.
struct Known {
    placed: Placed,
    id: i64,
    is_new: bool,
    /// Former slugs that it does not have yet.
    former_slugs: Vec<String>,
    /// Whether nobody is or was called as it is.
    is_unheard: bool,
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
        self.run.stay(&found, &documents);
        let going = self.run.going.iter().map(|(.., tombstone)| tombstone.key).collect();
        found.settle(&documents, &going, &self.run.dry);
        self.let_pass(&mut found, &documents).await?;
        let mut ready = Vec::with_capacity(documents.len());
        let mut seconds = Vec::new();
        // Before others are given keys, those of sources that are not described yet too.
        self.write.reserve(self.run.last_key);
        for placed in documents {
            if let Some(by_curator) = found.stays_deleted(&placed.2) {
                self.stays_deleted(&placed, by_curator);
                continue;
            }
            let placed = match found.only_named_by(&placed.2) {
                Some(_) => match self.run.wait_for_names(placed) {
                    Some(placed) => placed,
                    None => continue,
                },
                None => placed,
            };
            match found.described_by(&placed.2).filter(|id| found.described.contains(id)) {
                Some(id) => seconds.push((id, placed)),
                None => ready.extend(self.identified(&mut found, placed)),
            }
        }
        let settled = self.settle_earlier(&mut ready).await?;
        let mut held_back = Vec::new();
        let leaving = loop {
            self.hold_back(&mut found, &mut ready, &mut held_back);
            let below_themselves = self.below_themselves(&found, &ready).await?;
            let leaving = self.leaving(&ready).await?;
            let written: HashSet<i64> = ready.iter().map(|known| known.id).collect();
            let is_stuck = |known: &Known| {
                found.in_the_way(known.document()).any(|id| !leaving.contains(&id))
                    || found.taken_from(known.document()).any(|id| !written.contains(&id))
            };
            let stuck: HashSet<i64> = ready.iter().filter(|known| is_stuck(known)).map(|known| known.id).collect();
            if below_themselves.is_empty() && stuck.is_empty() {
                break leaving;
            }
            for known in ready.extract_if(.., |known| below_themselves.contains(&known.id) || stuck.contains(&known.id))
            {
                found.withdraw(known.document(), known.id, known.is_new);
                // What is above it may be about to move.
                if let Some((path, locator, _)) = self.run.wait(known.placed) {
                    self.run.reject(path, locator, "`parent` leads back to the record itself".to_owned());
                }
            }
        };
        self.clear(leaving).await?;
        if self.run.dry_run {
            for known in &ready {
                self.run.dry.met.extend(marks(known.document()));
            }
        }
        let kept: HashSet<i64> = ready.iter().map(|known| known.id).chain(settled).collect();
        for (id, placed) in seconds {
            if kept.contains(&id) {
                self.run.count(placed.0, Fate::Merged);
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
        if self.run.dry_run {
            self.note_dry();
        }
        Ok(unresolved)
    }

    /// Where names are cleared, lets records have what others of this batch give up, in a ring too.
    async fn let_pass(&mut self, found: &mut Found, documents: &[Placed]) -> Result<(), Error> {
        if self.run.stage != Stage::Clearing {
            return Ok(());
        }
        let mut replaced: HashMap<&'static Kind, HashSet<i64>> = HashMap::new();
        for (.., document) in documents {
            replaced.entry(document.kind).or_default().extend(found.replaced_by(document));
        }
        let mut whole = HashSet::new();
        for (kind, ids) in replaced {
            let ids: Vec<i64> = ids.into_iter().collect();
            self.read_stored(kind, &ids).await?;
            // What a curator called it stays.
            let is_whole = |id: &i64| self.stored.get(id).is_some_and(|stored| stored.curated.is_empty());
            whole.extend(ids.into_iter().filter(is_whole));
        }
        found.pass(documents, &whole);
        Ok(())
    }

    /// Takes out what tells an earlier state than that which is here, wherever it leads. Gives the keys.
    async fn settle_earlier(&mut self, ready: &mut Vec<Known>) -> Result<Vec<i64>, Error> {
        let is_earlier = |known: &&Known| known.age == Some(Ordering::Less);
        for kind in kinds::RECORDS {
            let of_kind = ready.iter().filter(is_earlier).filter(|known| known.document().kind == *kind);
            let ids: Vec<i64> = of_kind.map(|known| known.id).collect();
            self.read_stored(kind, &ids).await?;
        }
        // What curators did here made versions of its own, and no state is sure to be earlier.
        let is_settled = |known: &mut Known| {
            is_earlier(&&*known) && self.stored.get(&known.id).is_some_and(|stored| stored.curated.is_empty())
        };
        let settled: Vec<Known> = ready.extract_if(.., is_settled).collect();
        for Known { placed: (path, _, document), id, .. } in &settled {
            self.run.tells(document);
            self.counted.push((*path, *id, true));
        }
        Ok(settled.into_iter().map(|known| known.id).collect())
    }

    /// Tells of a document whose record was deleted here.
    fn stays_deleted(&mut self, (path, _, document): &Placed, by_curator: bool) {
        let name = document.name();
        if by_curator {
            let (kind, slug, field) = (document.kind.code, name.key.clone(), "deleted".to_owned());
            let path = self.path(*path);
            self.run.report.conflict(Conflict { kind, slug, field, path });
        }
        self.run.count(*path, Fate::Unchanged);
        self.run.deleted.insert(name);
    }

    /// Records that are to go and can, once these documents are written: where they replace records whole, nothing leads
    /// from there to what is to go.
    async fn leaving(&mut self, ready: &[Known]) -> Result<HashSet<i64>, Error> {
        if self.run.stage != Stage::Clearing {
            return Ok(HashSet::new());
        }
        let later = || ready.iter().filter(|known| known.age == Some(Ordering::Greater));
        for kind in kinds::NODES {
            let of_kind = later().filter(|known| known.document().kind == *kind);
            let ids: Vec<i64> = of_kind.map(|known| known.id).collect();
            self.read_stored(kind, &ids).await?;
        }
        let is_whole = |id: &i64| self.stored.get(id).is_some_and(|stored| stored.curated.is_empty());
        let released = later().map(|known| known.id).filter(is_whole).collect();
        self.free(&self.run.going, &released).await
    }

    /// Deletes records that are to go, before what takes their names is written.
    async fn clear(&mut self, leaving: HashSet<i64>) -> Result<(), Error> {
        let goes = |going: &mut Going| leaving.contains(&going.2.key);
        let going: Vec<Going> = self.run.going.extract_if(.., goes).collect();
        for (path, fate) in self.delete(going).await? {
            self.run.count(path, fate);
        }
        Ok(())
    }

    /// Finds the record that a document describes, or gives it a key. Nothing where the document says nothing new or
    /// cannot be kept.
    fn identified(&mut self, found: &mut Found, placed: Placed) -> Option<Known> {
        let document = &*placed.2;
        let id = found.described_by(document);
        let before = document.told().and_then(|told| self.run.told.get(&told)).copied();
        let is_again = match before {
            Some(version) => !document.is_later(version),
            None => {
                id.is_some_and(|id| self.run.met.contains(&id))
                    || marks(document).first().is_some_and(|mark| self.run.dry.met.contains(mark))
            }
        };
        if is_again {
            self.run.count(placed.0, Fate::Merged);
            return None;
        }
        let state = found.state_of(document);
        let told = document.lineage.and_then(|lineage| lineage.state).map(|state| state.version);
        let age = state.zip(told).map(|((_, version), told)| told.cmp(&version));
        if age != Some(Ordering::Less)
            && let Some(reason) =
                found.clash(document, id, self.run.stage == Stage::Clearing && document.lineage.is_some())
        {
            // What has the name may be about to give it away, or to go.
            if let Some((path, locator, _)) = self.run.wait(placed) {
                self.run.reject(path, locator, reason);
            }
            return None;
        }
        let (former_slugs, is_unheard) = (found.unknown_slugs(document), found.is_unheard(document));
        let is_new = id.is_none();
        // What comes back has its key again; a dry run finds it there still.
        let is_free =
            |found: &mut Found, key| found.used.insert(key) || !self.run.dry_run && found.comes_back(document);
        let key = document.lineage.map(|lineage| lineage.key);
        let free = key.filter(|key| *key <= MAX_TAKEN && is_free(found, *key));
        let id = match (id, free) {
            (Some(id), _) => id,
            (None, Some(key)) => {
                self.write.take_id(key);
                key
            }
            (None, None) => self.write.new_id(),
        };
        found.note(document, id);
        if before.is_some() {
            self.later.insert(id);
        }
        // What has no versions is taken as it comes.
        let is_same = !document.kind.is_record() && document.lineage.is_some_and(|lineage| lineage.key == id);
        let age = age.or(is_same.then_some(Ordering::Greater)).filter(|_| !is_new);
        if *document.kind == kinds::SOURCE {
            let names = document.former_names.iter().cloned().chain([document.name().key]);
            self.run.names_of_sources.extend(names.map(|name| (name, id)));
        }
        Some(Known { placed, id, is_new, former_slugs, is_unheard, age })
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
                found.withdraw(known.document(), known.id, known.is_new);
                held_back.push(known.placed);
            }
            if ready.len() == before {
                return;
            }
        }
    }

    /// What a document leads to and is not there. Sources are made; at the end, what was deleted here is left out, where a
    /// record can be without.
    fn missing<'d>(&self, found: &Found, document: &'d Document) -> impl Iterator<Item = &'d Reference> {
        let leaves_out = self.run.settled == Settled::Links && document.lineage.is_some();
        let own = |reference: &Reference| document.row.references.iter().any(|own| std::ptr::eq(own, reference));
        document.references().filter(move |reference| self.leads_nowhere(found, reference)).filter(move |reference| {
            let can_be_without = !own(reference) || reference.column.nullable;
            !(leaves_out && can_be_without && self.run.deleted.contains(&reference.name))
        })
    }

    fn leads_nowhere(&self, found: &Found, reference: &Reference) -> bool {
        *reference.name.kind != kinds::SOURCE && self.key(found, &reference.name).is_none()
    }

    /// The key of a row. A source is known by what it is or was called in the other atlas, too. A dry run knows what it would have made.
    fn key(&self, found: &Found, name: &Name) -> Option<i64> {
        let mark = digest(name);
        let source = || self.run.names_of_sources.get(&name.key).filter(|_| *name.kind == kinds::SOURCE).copied();
        found.key(name).or_else(source).or_else(|| self.run.dry.met.contains(&mark).then_some(mark))
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
            for (id, parent) in self.run.dry.parents.iter().filter(|_| !are_new) {
                match parent {
                    Some(parent) => _ = parents.insert(*id, *parent),
                    None => _ = parents.remove(id),
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
            if *reference.name.kind == *kind && self.key(found, &reference.name).is_none() {
                let id = self.write.new_id();
                let values = Values::default().with(&kinds::NAME, reference.name.key.as_str());
                self.drafts.insert(id, Draft { kind, id, is_new: true, values, links: Vec::new() });
                found.note_source(reference.name.clone(), id);
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
        let Known { placed: (path, _, document), id, is_new, former_slugs, is_unheard, age } = known;
        self.run.tells(&document);
        let is_later = age == Some(Ordering::Greater);
        let is_curated = self.stored.get(&id).is_some_and(|stored| !stored.curated.is_empty());
        let replaces = is_later || age.is_some() && is_curated;
        let identity = document.identity();
        let name = document.name();
        let Document { kind, mut row, mut links, lineage, former_slugs: all_former_slugs, .. } = *document;
        for field in self.leave_out(found, &mut row, &mut links) {
            let (kind, slug, path) = (kind.code, name.key.clone(), self.path(path));
            self.run.report.conflict(Conflict { kind, slug, field, path });
        }
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
        let mut other_names = former_slugs;
        if let (true, Some(stored)) = (is_unheard, self.stored.get(&id)) {
            // Who calls it by the name that it has there must find it, in this batch and ever after.
            let natural = kind.natural_key.first().map(|column| column.name).unwrap_or_default();
            let called = draft.values.text(natural).or_else(|| stored.values.text(natural));
            match called {
                Some(called) if called == name.key => {}
                _ if *kind == kinds::SOURCE => self.names_elsewhere.push((id, name.key)),
                _ if kind.is_record() => other_names.push(name.key),
                _ => {}
            }
        }
        if replaces && !has_own_slug {
            draft.links.push(LinkRows::exactly(&kinds::SLUG_ALIAS, aliases(kind, all_former_slugs)));
        } else if !other_names.is_empty() {
            let rows = aliases(kind, other_names);
            draft.links.push(LinkRows { link: &kinds::SLUG_ALIAS, rows, kept: Kept::All });
        }
        self.drafts.insert(id, draft);
        self.counted.push((path, id, true));
    }

    /// Leaves out what leads nowhere, once it is settled that the record can be without. Gives the fields.
    fn leave_out(&self, found: &Found, row: &mut Row, links: &mut [(&'static Link, Vec<Row>)]) -> Vec<String> {
        let leads_nowhere = |reference: &Reference| self.leads_nowhere(found, reference);
        let own = row.references.iter().filter(|reference| leads_nowhere(reference));
        let mut fields: Vec<String> = own.map(|reference| reference.column.api_name()).collect();
        for (link, rows) in links {
            let before = rows.len();
            rows.retain(|row| !row.references.iter().any(leads_nowhere));
            fields.extend((rows.len() < before).then(|| api_name(link.field)));
        }
        fields
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
            told: None,
            version: None,
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
