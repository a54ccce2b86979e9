//! Brings records and their links to a wanted state: what differs is written, what is the same is left alone.

use std::collections::HashMap;
use std::convert::Infallible;

use sea_orm::{ConnectionTrait, DbErr};

use super::index::Indexed;
use super::row::{Values, read_rows};
use super::{Error, Write, derive, pass};
use crate::graph::search::text::{Source, Texts};
use crate::graph::statement::key_values;
use crate::graph::{Column, Kind, Link, Scalar, kinds};

/// A record as it should be. Columns and links that are not named stay as they are.
#[derive(Debug)]
pub struct Draft {
    pub kind: &'static Kind,
    /// The key, from [`Write::new_id`] where the record is new.
    pub id: i64,
    pub is_new: bool,
    pub values: Values,
    pub links: Vec<LinkRows>,
}

/// The rows of one link that a record should own.
#[derive(Debug)]
pub struct LinkRows {
    pub link: &'static Link,
    pub rows: Vec<LinkRow>,
    pub kept: Kept,
}

impl LinkRows {
    /// These rows and no others.
    pub fn exactly(link: &'static Link, rows: Vec<LinkRow>) -> Self {
        Self { link, rows, kept: Kept::Nothing }
    }
}

/// Which stored rows of a link stay, beside those that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Nothing,
    All,
    /// Of citations: those of other sources than this, and those of single links.
    OtherSources(i64),
}

impl Kept {
    fn keeps(self, row: &Values) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::OtherSources(source) => {
                row.int(kinds::SOURCE_ID.name) != Some(source) || row.int(kinds::LINK_ID.name).is_some()
            }
        }
    }
}

#[derive(Debug, Default)]
pub struct LinkRow {
    pub values: Values,
    /// What is cited for this row.
    pub citations: Vec<Values>,
}

impl From<Values> for LinkRow {
    fn from(values: Values) -> Self {
        Self { values, citations: Vec::new() }
    }
}

/// A draft with all that follows from its texts, which takes longer than to write it: made on any thread, without a
/// database.
#[derive(Debug)]
pub struct Prepared {
    draft: Draft,
    /// What search is to know of a new record.
    indexed: Option<Indexed>,
}

impl Draft {
    /// Makes ready for [`put_prepared`] what follows from texts. Only drafts of new records gain by it.
    pub fn prepare(mut self) -> Prepared {
        if !self.is_new {
            return Prepared { draft: self, indexed: None };
        }
        derive::fill(self.kind, &mut self.values);
        for LinkRows { link, rows, .. } in &mut self.links {
            for row in rows {
                derive::keys(link.columns, &mut row.values);
            }
        }
        let indexed = self.kind.is_record().then(|| Indexed::of(self.kind, &self.texts()));
        Prepared { draft: self, indexed }
    }

    /// The texts of a new record, as they will be read from its rows.
    fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        for source in Source::all(self.kind) {
            let rows: Vec<&Values> = match source.link {
                None => vec![&self.values],
                Some(link) => {
                    let own = self.links.iter().filter(|own| own.link.table == link.table);
                    own.flat_map(|own| own.rows.iter().map(|row| &row.values)).collect()
                }
            };
            for row in rows {
                let held = |column: &'static Column| Ok::<_, Infallible>(row.text(column.name).map(str::to_owned));
                let Ok(()) = source.read(held, &mut texts);
            }
        }
        texts
    }
}

impl Prepared {
    pub(super) fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Puts other keys in the place of the draft's: that of the record, and those that lead to other rows. For drafts
    /// that were prepared before the keys of new records were known, with numbers to stand for them.
    pub fn map_keys(mut self, key: impl Fn(i64) -> i64) -> Self {
        self.draft.id = key(self.draft.id);
        self.draft.values.map_keys(&key);
        for row in self.draft.links.iter_mut().flat_map(|own| &mut own.rows) {
            row.values.map_keys(&key);
            for citation in &mut row.citations {
                citation.map_keys(&key);
            }
        }
        self
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
}

/// Stored rows of one link by their owner.
type Stored = HashMap<Scalar, Vec<Values>>;

/// Writes what differs between the drafts and what is stored. Each record stands in one draft.
///
/// # Errors
/// Where a text is too long or holds a NUL, and whatever the database says.
pub async fn put(write: &mut Write, drafts: Vec<Draft>) -> Result<Outcome, Error> {
    if drafts.iter().filter(|draft| draft.is_new).count() < FEW {
        return put_prepared(write, drafts.into_iter().map(Draft::prepare).collect()).await;
    }
    let (new, there): (Vec<_>, Vec<_>) = drafts.into_iter().partition(|draft| draft.is_new);
    // What follows from the texts of new records is made on another core while the database writes those before.
    let (sender, mut receiver) = tokio::sync::mpsc::channel(2);
    let preparing = tokio::task::spawn_blocking(move || {
        let mut new = new.into_iter().peekable();
        while new.peek().is_some() {
            let some: Vec<Prepared> = new.by_ref().take(FEW).map(Draft::prepare).collect();
            // Nobody takes it where the database has refused what came before.
            if sender.blocking_send(some).is_err() {
                break;
            }
        }
    });
    let mut outcome = put_prepared(write, there.into_iter().map(Draft::prepare).collect()).await?;
    while let Some(some) = receiver.recv().await {
        outcome.created += put_prepared(write, some).await?.created;
    }
    preparing.await.map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(outcome)
}

/// So many records are prepared at once.
const FEW: usize = 50;

/// Like [`put`], with drafts that were made ready before.
///
/// # Errors
/// As [`put`].
pub async fn put_prepared(write: &mut Write, drafts: Vec<Prepared>) -> Result<Outcome, Error> {
    if drafts.iter().any(|prepared| !prepared.draft.is_new) {
        // What this write has changed so far is compared too.
        write.flush().await?;
    }
    let mut records = read_records(write, &drafts).await?;
    if records.len() > 1 {
        pass::free(write, &drafts, &mut records).await?;
    }
    let mut links: HashMap<&'static str, Stored> = HashMap::new();
    for link in kinds::LINKS {
        let owners: Vec<i64> = drafts
            .iter()
            .map(Prepared::draft)
            .filter(|draft| {
                let wanted = draft.links.iter().map(|rows| rows.link);
                !draft.is_new && draft.kind.links.iter().copied().chain(wanted).any(|own| own.table == link.table)
            })
            .map(|draft| draft.id)
            .collect();
        if !owners.is_empty() {
            let columns: Vec<_> = link.all_columns().collect();
            let among = key_values(&owners, write.reader().get_database_backend());
            links.insert(link.table, read_rows(write.reader(), link.table, &columns, link.owner, among).await?);
        }
    }
    let mut outcome = Outcome::default();
    for prepared in drafts {
        let Prepared { draft, .. } = &prepared;
        match records.get(&(draft.kind.table, draft.id)) {
            None => {
                insert(write, prepared).await?;
                outcome.created += 1;
            }
            Some(stored) => {
                let touched = put_one(write, prepared.draft, stored, &links).await?;
                *(if touched { &mut outcome.updated } else { &mut outcome.unchanged }) += 1;
            }
        }
    }
    Ok(outcome)
}

async fn read_records(write: &Write, drafts: &[Prepared]) -> Result<HashMap<(&'static str, i64), Values>, Error> {
    let mut records = HashMap::new();
    for kind in kinds::NODES {
        let ids: Vec<i64> = drafts
            .iter()
            .map(Prepared::draft)
            .filter(|draft| !draft.is_new && draft.kind.table == kind.table)
            .map(|draft| draft.id)
            .collect();
        if ids.is_empty() {
            continue;
        }
        let columns: Vec<_> = kind.read_columns().collect();
        let among = key_values(&ids, write.reader().get_database_backend());
        for (id, rows) in read_rows(write.reader(), kind.table, &columns, &kinds::ID, among).await? {
            if let (Scalar::Int(id), Some(row)) = (id, rows.into_iter().next()) {
                records.insert((kind.table, id), row);
            }
        }
    }
    Ok(records)
}

/// Writes a new record and its links.
async fn insert(write: &mut Write, prepared: Prepared) -> Result<(), Error> {
    // Not so where the record was taken to be there.
    let prepared = if prepared.draft.is_new { prepared } else { Draft { is_new: true, ..prepared.draft }.prepare() };
    let Prepared { draft: Draft { kind, id, values, links, .. }, indexed } = prepared;
    let owner = (kind, id);
    let copied = |link: &Link, row: Values| {
        link.copies.iter().fold(row, |row, copy| row.with(copy, values.get(copy.name).cloned()))
    };
    write.insert(kind, id, &values).await?;
    let mut cited = Vec::new();
    let mut citations = None;
    for LinkRows { link, rows, .. } in links {
        if link.table == kinds::CITATION.table {
            citations = Some(rows);
            continue;
        }
        for LinkRow { values: row, citations } in rows {
            let id = write.new_id();
            write.insert_link(owner, link, id, copied(link, row)).await?;
            cited.extend(citations.into_iter().map(|citation| citation.with(&kinds::LINK_ID, id)));
        }
    }
    for values in all_citations(citations, cited) {
        let id = write.new_id();
        write.insert_link(owner, &kinds::CITATION, id, values).await?;
    }
    if let Some(indexed) = indexed {
        write.index(kind, id, indexed);
    }
    Ok(())
}

/// The citations of a record and those of its links. Citations of links belong to the record too, and stand or go with
/// its own.
fn all_citations(own: Option<Vec<LinkRow>>, of_links: Vec<Values>) -> Vec<Values> {
    let Some(own) = own else { return Vec::new() };
    own.into_iter().map(|row| row.values.without(&kinds::LINK_ID)).chain(of_links).collect()
}

/// Brings a stored record to the wanted state. Whether something was written.
async fn put_one(
    write: &mut Write,
    draft: Draft,
    stored: &Values,
    links: &HashMap<&'static str, Stored>,
) -> Result<bool, Error> {
    let Draft { kind, id, values, links: wanted, .. } = draft;
    let version = stored.int("version").unwrap_or(1);
    let changed = differences(&values, stored, |row| derive::fill(kind, row));
    let mut touched = !changed.is_empty();
    if touched {
        write.update(kind, id, version, &changed).await?;
    }
    touched |= put_links(write, (kind, id), (!touched).then_some(version), wanted, links).await?;
    Ok(touched)
}

/// The columns in which `wanted` differs from what is stored, with the derived ones where there is any.
fn differences(wanted: &Values, stored: &Values, fill: impl Fn(&mut Values)) -> Values {
    let mut changed = Values::default();
    for (column, value) in wanted.iter() {
        if value.as_ref() != stored.get(column.name) {
            changed.set(column, value.clone());
        }
    }
    if !changed.is_empty() {
        let mut whole = stored.clone();
        for (column, value) in changed.iter() {
            whole.set(column, value.clone());
        }
        fill(&mut whole);
        for (column, value) in whole.iter() {
            if column.derived || value.as_ref() != stored.get(column.name) {
                changed.set(column, value.clone());
            }
        }
    }
    changed
}

/// What is to be done with the rows of one link.
struct Plan {
    link: &'static Link,
    insert: Vec<(i64, Values)>,
    update: Vec<(i64, Values)>,
    delete: Vec<(i64, Values)>,
}

/// Brings a record's links to the wanted state. `version` is the record's where this write has not changed it yet.
async fn put_links(
    write: &mut Write,
    owner: (&'static Kind, i64),
    version: Option<i64>,
    wanted: Vec<LinkRows>,
    stored: &HashMap<&'static str, Stored>,
) -> Result<bool, Error> {
    let mut plans = Vec::new();
    let mut cited = Vec::new();
    let mut citations = None;
    for LinkRows { link, rows, kept } in wanted {
        if link.table == kinds::CITATION.table {
            citations = Some((rows, kept));
            continue;
        }
        let (plan, ids) = plan(write, owner, link, rows.iter().map(|row| &row.values), kept, stored);
        plans.push(plan);
        // Citations of links need the links' keys.
        for (id, row) in ids.into_iter().zip(rows) {
            cited.extend(row.citations.into_iter().map(|citation| citation.with(&kinds::LINK_ID, id)));
        }
    }
    if let Some((citations, kept)) = citations {
        let all = all_citations(Some(citations), cited);
        let (plan, _) = plan(write, owner, &kinds::CITATION, all.iter(), kept, stored);
        plans.push(plan);
    }
    let touched =
        plans.iter().any(|plan| !(plan.insert.is_empty() && plan.update.is_empty() && plan.delete.is_empty()));
    if let (true, Some(version)) = (touched, version) {
        write.update(owner.0, owner.1, version, &Values::default()).await?;
    }
    for Plan { link, insert, update, delete } in plans {
        for (id, values) in delete {
            write.delete_link(owner, link, id, &values).await?;
        }
        for (id, values) in update {
            write.update_link(owner, link, id, &values).await?;
        }
        for (id, values) in insert {
            write.insert_link(owner, link, id, values).await?;
        }
    }
    Ok(touched)
}

/// Compares wanted rows of a link with those stored, by the columns that tell them apart; gives the wanted rows' keys.
fn plan<'a>(
    write: &mut Write,
    owner: (&'static Kind, i64),
    link: &'static Link,
    wanted: impl Iterator<Item = &'a Values>,
    kept: Kept,
    stored: &HashMap<&'static str, Stored>,
) -> (Plan, Vec<i64>) {
    let rows = stored.get(link.table).and_then(|rows| rows.get(&Scalar::Int(owner.1))).map_or(&[][..], Vec::as_slice);
    let mut left: Vec<Option<&Values>> = rows.iter().map(Some).collect();
    let mut plan = Plan { link, insert: Vec::new(), update: Vec::new(), delete: Vec::new() };
    let mut ids = Vec::new();
    let fill = |row: &mut Values| derive::keys(link.columns, row);
    for values in wanted {
        let key = values.key(link.unique);
        let same =
            left.iter_mut().find(|row| row.is_some_and(|row| row.key(link.unique) == key)).and_then(Option::take);
        let Some(same) = same else {
            let id = write.new_id();
            let mut row = values.clone();
            fill(&mut row);
            plan.insert.push((id, row));
            ids.push(id);
            continue;
        };
        let id = same.int(kinds::ID.name).unwrap_or_default();
        let changed = differences(values, same, fill);
        if !changed.is_empty() {
            plan.update.push((id, changed));
        }
        ids.push(id);
    }
    let gone = left.into_iter().flatten().filter(|row| !kept.keeps(row));
    plan.delete = gone.map(|row| (row.int(kinds::ID.name).unwrap_or_default(), row.clone())).collect();
    (plan, ids)
}

/// A text column's value.
pub fn text(value: Option<&str>) -> Option<Scalar> {
    value.map(|text| Scalar::Text(crate::graph::fold::composed(text)))
}

/// A list column's value.
pub fn list(values: &[String]) -> Scalar {
    let composed: Vec<String> = values.iter().map(|text| crate::graph::fold::composed(text)).collect();
    Scalar::Text(serde_json::Value::from(composed).to_string())
}

/// The column of a kind; the description has it.
///
/// # Panics
/// Where the description does not.
pub fn column(kind: &'static Kind, name: &str) -> &'static Column {
    kind.column(name).unwrap_or_else(|| panic!("{} has no column {name}", kind.name))
}
