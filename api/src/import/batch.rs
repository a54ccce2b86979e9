//! One transaction of an import: some hundred records of a source, matched with what is there and written.

mod bodies;
mod documents;
mod others;
mod standards;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use documents::dry::Dry;
use documents::going::Going;
use documents::{Settled, Stage, Waiting};
use formats::record::{Body, Record};
use serde::Serialize;

use super::directory::Directory;
use super::document::{Document, Name, Tombstone};
use super::merge::{self, Authority, Stored};
use super::origin::{self, Claim, Origin};
use super::prepare::Prepared;
use super::report::{Conflict, Fate, Report};
use super::source::{Source, rank_of};
use crate::app::App;
use crate::auth::Editor;
use crate::graph::{Kind, Link, Scalar, kinds};
use crate::store::put::{column, text};
use crate::store::{self, Draft, Error, Kept, LinkRow, LinkRows, Values, Write};

/// A record of a source, read and prepared, or what became of it.
#[derive(Debug)]
pub struct Work {
    /// The path that was given, by its place among them.
    pub path: usize,
    /// Where in the source it stands: the file, and the place in it.
    pub locator: String,
    pub ready: Ready,
}

#[derive(Debug)]
pub enum Ready {
    Standard(Box<Prepared>),
    Document(Box<Document>),
    Tombstone(Tombstone),
    /// Any other record; `counted` is whether it is one of the source's own.
    Other {
        record: Record,
        counted: bool,
    },
    Skipped(&'static str),
    Rejected(Reject),
    /// Something beside the source's records that cannot be kept.
    Passed,
}

/// A record that cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file.
    pub path: String,
    /// Where in the file.
    pub position: Option<String>,
    pub reason: String,
}

/// What a run keeps from batch to batch.
pub struct Run<'a> {
    pub app: &'a App,
    pub source: Source,
    /// The paths that were given.
    pub paths: &'a [String],
    pub dry_run: bool,
    pub directory: Directory,
    pub report: Report,
    /// What was rejected and is not written down yet.
    pub rejects: Vec<Reject>,
    /// Records that this run has met, by their keys; a second description of one is a duplicate.
    pub met: HashSet<i64>,
    /// Records, standards aside, that this run has described; what another description adds is what nobody knew.
    pub described: HashSet<i64>,
    /// What a dry run would have written.
    pub dry: Dry,
    /// Whether titles of subjects were told.
    pub subjects_met: bool,
    /// Documents that lead to records which are not there yet.
    waiting: Vec<Waiting>,
    /// How far the path has come for them.
    stage: Stage,
    /// Documents that describe by its name alone what may be about to be called otherwise.
    named: Vec<Waiting>,
    /// What of that is over.
    settled: Settled,
    /// Records that are to go once nothing leads to them.
    going: Vec<Going>,
    /// Names of records that were deleted here and are not made again.
    deleted: HashSet<Name>,
    /// Records that documents were written of, by the marks of which they say they are, with the last version told.
    told: HashMap<i64, Option<i64>>,
    /// Names of sources that documents told, of now and of before, with the keys of those that are meant here.
    names_of_sources: HashMap<String, i64>,
    /// The last of the keys that documents give.
    last_key: i64,
    /// How many may wait before they are tried again.
    try_again: usize,
}

/// A batch as it comes together.
pub(super) struct Batch<'r, 'a> {
    run: &'r mut Run<'a>,
    write: Write,
    source_id: i64,
    /// By the key of the record, in the order in which keys were given.
    drafts: BTreeMap<i64, Draft>,
    /// Records that this batch makes.
    new: HashSet<i64>,
    /// What is there of records that are described again.
    stored: HashMap<i64, Stored>,
    origins: Vec<Origin>,
    /// Records of which the source had said something.
    replaced: Vec<i64>,
    claims: Vec<Claim>,
    /// Records whose claims are told anew.
    told: Vec<i64>,
    /// What becomes known of counted records when all is written: the path, the record, whether the source had described
    /// it before.
    counted: Vec<(usize, i64, bool)>,
    /// Records of which this run has told an earlier state.
    later: HashSet<i64>,
    /// Names that sources have elsewhere and not here, by their keys.
    names_elsewhere: Vec<(i64, String)>,
    /// Names of sources, by their keys.
    sources: HashMap<i64, String>,
}

impl<'a> Run<'a> {
    pub fn new(app: &'a App, source: Source, paths: &'a [String], dry_run: bool) -> Self {
        Self {
            app,
            source,
            paths,
            dry_run,
            directory: Directory::default(),
            report: Report::default(),
            rejects: Vec::new(),
            met: HashSet::new(),
            described: HashSet::new(),
            dry: Dry::default(),
            subjects_met: false,
            waiting: Vec::new(),
            stage: Stage::default(),
            named: Vec::new(),
            settled: Settled::default(),
            going: Vec::new(),
            deleted: HashSet::new(),
            told: HashMap::new(),
            names_of_sources: HashMap::new(),
            last_key: 0,
            try_again: documents::TRY_AGAIN,
        }
    }
}

impl Run<'_> {
    pub(super) fn rejected(&mut self, path: usize, locator: String, reason: String) {
        let file = self.paths.get(path).cloned().unwrap_or_default();
        self.rejects.push(Reject { path: file, position: Some(locator), reason });
    }

    /// Adds rows of links to standards, whatever else the sources say.
    ///
    /// # Errors
    /// Whatever the database says; then nothing of it is written.
    pub async fn settle(&mut self, link: &'static Link, rows: BTreeMap<i64, Vec<Values>>) -> Result<(), Error> {
        let ids: Vec<i64> = rows.keys().copied().collect();
        let mut batch = Batch::begin(self).await?;
        batch.read_stored(&kinds::STANDARD, &ids).await?;
        let authority = Authority { sole: false, best: true };
        for (id, rows) in rows {
            let links = vec![LinkRows { link, rows: rows.into_iter().map(Into::into).collect(), kept: Kept::All }];
            let draft = Draft { kind: &kinds::STANDARD, id, is_new: false, values: Values::default(), links };
            let Some(stored) = batch.stored.get(&id) else { continue };
            let (draft, _) = merge::merge(stored, authority, draft);
            batch.drafts.insert(id, draft);
        }
        origin::grown(&mut batch.write, &ids).await?;
        batch.end().await
    }

    /// Writes some records.
    ///
    /// # Errors
    /// Whatever the database says; then nothing of them is written.
    pub async fn apply(&mut self, work: Vec<Work>) -> Result<(), Error> {
        let mut standards = Vec::new();
        let mut others = Vec::new();
        let mut documents = Vec::new();
        let mut tombstones = Vec::new();
        let last = last_words(&work);
        for (place, Work { path, locator, ready }) in work.into_iter().enumerate() {
            let name = self.paths.get(path).map_or("", String::as_str);
            match ready {
                Ready::Document(document)
                    if document.told().and_then(|told| last.get(&told)).is_some_and(|(last, _)| place != *last) =>
                {
                    self.report.count(name, Fate::Merged);
                }
                Ready::Standard(prepared) => standards.push((path, locator, prepared)),
                Ready::Document(document) => documents.push((path, locator, document)),
                Ready::Tombstone(tombstone) => tombstones.push((path, locator, tombstone)),
                Ready::Other { record, counted } => others.push((path, locator, record, counted)),
                Ready::Skipped(reason) => self.report.skip(name, reason),
                Ready::Rejected(reject) => {
                    self.report.count(name, Fate::Rejected);
                    self.rejects.push(reject);
                }
                Ready::Passed => {}
            }
        }
        if !(standards.is_empty() && others.is_empty()) {
            let mut batch = Batch::begin(self).await?;
            batch.others(others).await?;
            batch.standards(standards).await?;
            batch.end().await?;
        }
        if !tombstones.is_empty() {
            self.end_waiting(&tombstones);
            self.remove(tombstones).await?;
        }
        self.replace_waiting(&documents);
        if documents.is_empty() { Ok(()) } else { self.write_documents(documents).await }
    }
}

/// Where the last word on each record stands of which documents say that they are it, and the version that it tells: the
/// latest state, or a tombstone behind.
fn last_words(work: &[Work]) -> HashMap<i64, (usize, Option<i64>)> {
    let mut last: HashMap<i64, (usize, Option<i64>)> = HashMap::new();
    for (place, work) in work.iter().enumerate() {
        match &work.ready {
            Ready::Tombstone(tombstone) => _ = last.insert(tombstone.told(), (place, None)),
            Ready::Document(document) => {
                let Some(told) = document.told() else { continue };
                if last.get(&told).is_none_or(|(_, before)| document.is_later(*before)) {
                    last.insert(told, (place, document.version()));
                }
            }
            _ => {}
        }
    }
    last
}

impl<'r, 'a> Batch<'r, 'a> {
    pub(super) async fn begin(run: &'r mut Run<'a>) -> Result<Self, Error> {
        let mut batch = Self::open(run).await?;
        let Self { run, write, drafts, source_id, .. } = &mut batch;
        let sequence = write.sequence();
        run.directory.refresh(write.reader(), sequence).await?;
        *source_id = if let Some(id) = run.directory.sources.get(&run.source.name) {
            *id
        } else {
            let id = write.new_id();
            drafts.insert(id, source_draft(&run.source, id));
            run.directory.sources.insert(run.source.name.clone(), id);
            id
        };
        batch.sources = run.directory.sources.iter().map(|(name, id)| (*id, name.clone())).collect();
        Ok(batch)
    }

    /// A batch that neither cites the source nor looks into the directory.
    async fn open(run: &'r mut Run<'a>) -> Result<Self, Error> {
        let write = Write::begin(run.app, Editor::import(&run.source.key)).await?;
        write.of_many().await?;
        Ok(Self {
            run,
            write,
            source_id: 0,
            drafts: BTreeMap::new(),
            new: HashSet::new(),
            stored: HashMap::new(),
            origins: Vec::new(),
            replaced: Vec::new(),
            claims: Vec::new(),
            told: Vec::new(),
            counted: Vec::new(),
            later: HashSet::new(),
            names_elsewhere: Vec::new(),
            sources: HashMap::new(),
        })
    }

    /// Writes everything and commits.
    pub(super) async fn end(self) -> Result<(), Error> {
        let Self {
            run,
            mut write,
            source_id,
            drafts,
            new,
            stored,
            mut origins,
            replaced,
            claims,
            told,
            counted,
            later,
            names_elsewhere,
            ..
        } = self;
        let kinds: HashMap<i64, &'static Kind> = drafts.iter().map(|(id, draft)| (*id, draft.kind)).collect();
        store::put(&mut write, drafts.into_values().collect()).await?;
        let changed = |id: &i64| kinds.get(id).and_then(|kind| write.version_of(kind, *id));
        for origin in &mut origins {
            origin.version = changed(&origin.record)
                .unwrap_or_else(|| stored.get(&origin.record).map_or(origin.version, Stored::version));
        }
        for (path, id, known) in counted {
            let fate = match (new.contains(&id), known, changed(&id).is_some()) {
                _ if later.contains(&id) => {
                    if changed(&id).is_some() {
                        Fate::Updated
                    } else {
                        Fate::Unchanged
                    }
                }
                // The first description makes the record, and others in the same batch join it.
                (true, ..) if run.met.insert(id) => Fate::Created,
                (true, ..) | (false, false, _) => Fate::Merged,
                // However a source is cut into batches.
                _ if run.met.contains(&id) => Fate::Merged,
                (false, true, true) => Fate::Updated,
                (false, true, false) => Fate::Unchanged,
            };
            run.met.insert(id);
            run.report.count(run.paths.get(path).map_or("", String::as_str), fate);
        }
        origin::write(&mut write, source_id, origins, &replaced).await?;
        origin::write_claims(&mut write, source_id, claims, &told).await?;
        if run.dry_run {
            run.directory.forget();
            // Keys that were not kept are given again.
            run.met.retain(|met| !new.contains(met));
            run.described.retain(|described| !new.contains(described));
            return Ok(());
        }
        for (id, name) in names_elsewhere {
            write.know_as(&kinds::SOURCE, id, &kinds::NAME, name).await?;
        }
        let saved = write.save().await?;
        run.directory.is_at(saved.sequence);
        Ok(())
    }

    /// The citation of the source for a record.
    fn citation(&self, record: i64, locator: &str) -> LinkRows {
        let position = self.stored.get(&record).map_or(1, |stored| stored.position_of(self.source_id));
        let row = Values::default()
            .with(&kinds::SOURCE_ID, self.source_id)
            .with(&kinds::LOCATOR, text(Some(locator)))
            .with(&kinds::POSITION, position)
            .without(&kinds::FIELD)
            .without(&kinds::NOTE)
            .without(&kinds::LINK_ID);
        LinkRows { link: &kinds::CITATION, rows: vec![LinkRow::from(row)], kept: Kept::OtherSources(self.source_id) }
    }

    /// How far the source's word counts for a record that is there.
    fn authority(&self, stored: &Stored) -> Authority {
        let rank = |source: &i64| {
            let imported = !self.run.directory.curated_sources.contains(source);
            self.sources.get(source).map_or(0, |name| rank_of(name, imported))
        };
        let others: Vec<i64> = stored.other_sources(self.source_id).map(|other| rank(&other)).collect();
        Authority { sole: others.is_empty(), best: others.iter().all(|other| self.run.source.rank < *other) }
    }

    /// Adds what a source says of a record, or joins it with what this batch says already. A record that is there must
    /// have been read into `stored`. Where a run describes a record several times, the first counts, and the others fill
    /// what it leaves open.
    fn add(&mut self, mut draft: Draft, path: &str) {
        let id = draft.id;
        // Of standards the newest counts, which is settled before.
        let again = *draft.kind != kinds::STANDARD && !self.run.described.insert(id);
        let draft = match self.stored.get(&id) {
            None => draft,
            Some(stored) => {
                let authority = if again { Authority::FILLING } else { self.authority(stored) };
                if again {
                    draft.links.retain(|rows| rows.link.table != kinds::CITATION.table);
                }
                let (draft, conflicts) = merge::merge(stored, authority, draft);
                let slug = stored.values.text(kinds::SLUG.name).unwrap_or_default().to_owned();
                for field in conflicts {
                    let (kind, slug, path) = (draft.kind.code, slug.clone(), path.to_owned());
                    self.run.report.conflict(Conflict { kind, slug, field, path });
                }
                draft
            }
        };
        match self.drafts.get_mut(&id) {
            None => _ = self.drafts.insert(id, draft),
            Some(known) => join(known, draft),
        }
    }

    /// Reads records that the batch describes again, those that it knows already aside.
    async fn read_stored(&mut self, kind: &'static Kind, ids: &[i64]) -> Result<(), Error> {
        let missing: Vec<i64> =
            ids.iter().copied().filter(|id| !self.stored.contains_key(id) && !self.new.contains(id)).collect();
        self.stored.extend(merge::read(&self.write, kind, &missing).await?);
        Ok(())
    }

    fn path(&self, path: usize) -> String {
        self.run.paths.get(path).cloned().unwrap_or_default()
    }
}

/// Adds what a second description of a record in one batch says beside the first.
fn join(known: &mut Draft, draft: Draft) {
    for (column, value) in draft.values.iter() {
        let empty = known.values.get(column.name).is_none_or(|held| *held == Scalar::from("[]"));
        if empty && value.is_some() {
            known.values.set(column, value.clone());
        }
    }
    for rows in draft.links {
        match known.links.iter_mut().find(|own| own.link.table == rows.link.table) {
            None => known.links.push(rows),
            Some(own) if own.link.table == kinds::CITATION.table => {}
            Some(own) => {
                let unique = own.link.unique;
                for row in rows.rows {
                    if !own.rows.iter().any(|known| known.values.key(unique) == row.values.key(unique)) {
                        own.rows.push(row);
                    }
                }
            }
        }
    }
}

/// A source as a row. What is not known of it here stays as it is.
fn source_draft(source: &Source, id: i64) -> Draft {
    let kind = &kinds::SOURCE;
    let mut values = Values::default().with(column(kind, "name"), text(Some(&source.name)));
    for (name, value) in [
        ("url", &source.url),
        ("publisher", &source.publisher),
        ("licence", &source.licence),
        ("attribution", &source.attribution),
    ] {
        values.set(column(kind, name), text(value.as_deref()));
    }
    Draft { kind, id, is_new: true, values, links: Vec::new() }
}

/// Bodies without either name.
fn is_named(body: &Body) -> bool {
    [&body.name, &body.acronym].into_iter().flatten().any(|name| !name.trim().is_empty())
}
