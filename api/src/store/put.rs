//! Brings records and their links to a wanted state: what differs is written, what is the same is left alone.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use super::row::{Values, read_rows};
use super::{Error, Write, derive};
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
    let records = read_records(write, &drafts).await?;
    let mut links: HashMap<&'static str, Stored> = HashMap::new();
    for link in kinds::LINKS {
        let owners: Vec<i64> = drafts
            .iter()
            .filter(|draft| !draft.is_new && draft.kind.links.iter().any(|own| own.table == link.table))
            .map(|draft| draft.id)
            .collect();
        if !owners.is_empty() {
            let columns: Vec<_> = link.all_columns().collect();
            let among = key_values(&owners, write.reader().get_database_backend());
            links.insert(link.table, read_rows(write.reader(), link.table, &columns, link.owner, among).await?);
        }
    }
    let mut outcome = Outcome::default();
    for draft in drafts {
        let stored = records.get(&(draft.kind.table, draft.id));
        let changed = put_one(write, draft, stored, &links).await?;
        match (stored.is_some(), changed) {
            (false, _) => outcome.created += 1,
            (true, true) => outcome.updated += 1,
            (true, false) => outcome.unchanged += 1,
        }
    }
    Ok(outcome)
}

async fn read_records(write: &Write, drafts: &[Draft]) -> Result<HashMap<(&'static str, i64), Values>, Error> {
    let mut records = HashMap::new();
    for kind in kinds::NODES {
        let ids: Vec<i64> = drafts
            .iter()
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

/// Whether something was written.
async fn put_one(
    write: &mut Write,
    draft: Draft,
    stored: Option<&Values>,
    links: &HashMap<&'static str, Stored>,
) -> Result<bool, Error> {
    let Draft { kind, id, values, links: wanted, .. } = draft;
    let owner = (kind, id);
    let Some(stored) = stored else {
        let mut row = values;
        derive::fill(kind, &mut row);
        write.insert(kind, id, &row).await?;
        put_links(write, owner, None, wanted, links).await?;
        return Ok(true);
    };
    let version = stored.int("version").unwrap_or(1);
    let changed = differences(&values, stored, |row| derive::fill(kind, row));
    let mut touched = !changed.is_empty();
    if touched {
        write.update(kind, id, version, &changed).await?;
    }
    touched |= put_links(write, owner, (!touched).then_some(version), wanted, links).await?;
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
        // Citations of links belong to the record too, and need the links' keys.
        for (id, row) in ids.into_iter().zip(rows) {
            cited.extend(row.citations.into_iter().map(|citation| citation.with(&kinds::LINK_ID, id)));
        }
    }
    if let Some((citations, kept)) = citations {
        let all: Vec<Values> =
            citations.into_iter().map(|row| row.values.without(&kinds::LINK_ID)).chain(cited).collect();
        let (plan, _) = plan(write, owner, &kinds::CITATION, all.iter(), kept, stored);
        plans.push(plan);
    }
    let touched =
        plans.iter().any(|plan| !(plan.insert.is_empty() && plan.update.is_empty() && plan.delete.is_empty()));
    if let (true, Some(version)) = (touched, version) {
        write.update(owner.0, owner.1, version, &Values::default()).await?;
    }
    for Plan { link, insert, update, delete } in plans {
        // Rows go before others come, since unique keys hold at every step.
        for (id, values) in delete {
            write.delete_link(owner, link, id, &values).await?;
        }
        for (id, values) in update {
            write.update_link(owner, link, id, &values).await?;
        }
        for (id, values) in insert {
            write.insert_link(owner, link, id, &values).await?;
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
