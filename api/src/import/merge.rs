//! What becomes of a record that is there, when a source describes it again or another source does.
//!
//! - What a source does not know changes nothing; what nobody knew is filled.
//! - Where two sources contradict each other, the value of the one with the lower rank stands, whichever came first, and
//!   both are cited.
//! - A field that a curator changed is left as it is, and the conflict reported.
//! - Of a standard that one source alone describes, links are exactly those that it names; otherwise links come
//!   together.

use std::collections::{HashMap, HashSet};

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::prepare::localised;
use crate::graph::statement::key_values;
use crate::graph::{Kind, Scalar, api_name, kinds};
use crate::store::row::read_rows;
use crate::store::{Draft, Kept, LinkRows, Values, Write};

/// A record as it stands.
#[derive(Debug, Default)]
pub struct Stored {
    pub values: Values,
    /// By the table of the link.
    pub links: HashMap<&'static str, Vec<Values>>,
    /// Fields that curators changed, by their names in the API; all of them, where a curator made the record.
    pub curated: Curated,
}

#[derive(Debug, Default)]
pub struct Curated {
    all: bool,
    fields: HashSet<String>,
}

impl Curated {
    /// Whether curators changed nothing.
    pub fn is_empty(&self) -> bool {
        !self.all && self.fields.is_empty()
    }

    fn has(&self, field: &str) -> bool {
        self.all || self.fields.contains(field)
    }
}

/// How far the word of a source counts for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Nobody else describes it.
    pub sole: bool,
    /// It ranks before all others that describe it.
    pub best: bool,
}

impl Authority {
    /// Only what nobody knew is taken.
    pub const FILLING: Self = Self { sole: false, best: false };
}

impl Stored {
    pub fn version(&self) -> i64 {
        self.values.int(kinds::VERSION.name).unwrap_or(1)
    }

    /// Whether a curator changed a field.
    pub fn is_curated(&self, field: &str) -> bool {
        self.curated.has(field)
    }

    pub fn rows(&self, table: &str) -> &[Values] {
        self.links.get(table).map_or(&[], Vec::as_slice)
    }

    /// Sources of the record as a whole but this one.
    pub fn other_sources(&self, source: i64) -> impl Iterator<Item = i64> {
        self.rows(kinds::CITATION.table)
            .iter()
            .filter(|row| row.int(kinds::LINK_ID.name).is_none())
            .filter_map(|row| row.int(kinds::SOURCE_ID.name))
            .filter(move |other| *other != source)
    }

    /// The place that a citation of this source has or is to have.
    pub fn position_of(&self, source: i64) -> i64 {
        let whole = || self.rows(kinds::CITATION.table).iter().filter(|row| row.int(kinds::LINK_ID.name).is_none());
        let own = whole().find(|row| row.int(kinds::SOURCE_ID.name) == Some(source));
        let position = |row: &Values| row.int(kinds::POSITION.name);
        own.and_then(position).unwrap_or_else(|| whole().filter_map(position).max().unwrap_or_default() + 1)
    }
}

/// Reads records of a kind with all that they own, and what curators did to them.
///
/// # Errors
/// Whatever the database says.
pub async fn read(write: &Write, kind: &'static Kind, ids: &[i64]) -> Result<HashMap<i64, Stored>, DbErr> {
    let mut found: HashMap<i64, Stored> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let db = write.reader();
    let among = || key_values(ids, db.get_database_backend());
    let columns: Vec<_> = kind.read_columns().collect();
    for (id, rows) in read_rows(db, kind.table, &columns, &kinds::ID, among()).await? {
        if let (Scalar::Int(id), Some(values)) = (id, rows.into_iter().next()) {
            found.insert(id, Stored { values, ..Stored::default() });
        }
    }
    for link in kind.links {
        let columns: Vec<_> = link.all_columns().collect();
        for (owner, rows) in read_rows(db, link.table, &columns, link.owner, among()).await? {
            if let Scalar::Int(owner) = owner
                && let Some(stored) = found.get_mut(&owner)
            {
                stored.links.insert(link.table, rows);
            }
        }
    }
    let mut edits = Query::select();
    edits
        .columns(["record_id", "operation", "changed_fields"])
        .from("change")
        .and_where(Expr::col("record_id").in_subquery(among()))
        .and_where(Expr::col("actor").ne("seed"))
        .and_where(Expr::col("actor").not_like("import:%"));
    for row in db.query_all(&edits).await? {
        let Some(stored) = found.get_mut(&row.try_get("", "record_id")?) else { continue };
        let fields: String = row.try_get("", "changed_fields")?;
        stored.curated.fields.extend(serde_json::from_str::<Vec<String>>(&fields).unwrap_or_default());
        stored.curated.all |= row.try_get::<String>("", "operation")? == "CREATED";
    }
    Ok(found)
}

/// Columns that follow another: whatever becomes of the first becomes of the second.
const COMPANIONS: [(&str, &str); 4] = [
    ("title_language", "title"),
    ("published_year", "published_on"),
    ("name_language", "name"),
    ("owner_kind", "owner_id"),
];

/// Whether a value says nothing.
fn says_nothing(column: &str, value: Option<&Scalar>) -> bool {
    match value {
        None => true,
        Some(Scalar::Text(text)) => {
            text == "[]"
                || text == "UNKNOWN" && ["status", "format", "availability"].contains(&column)
                || text == "OTHER" && ["type", "kind", "platform"].contains(&column)
        }
        Some(_) => false,
    }
}

/// What is left to write of what a source says, and the fields in which a curator says otherwise.
pub fn merge(stored: &Stored, authority: Authority, draft: Draft) -> (Draft, Vec<String>) {
    let Draft { kind, id, is_new, values: said, links } = draft;
    let mut conflicts = Vec::new();
    let mut values = Values::default();
    let wins = authority.sole || authority.best;
    let mut titles = Vec::new();
    for (column, value) in said.iter() {
        let leader = COMPANIONS.iter().find(|(follower, _)| *follower == column.name).map(|(_, leader)| *leader);
        if leader.is_some() || says_nothing(column.name, value.as_ref()) {
            continue;
        }
        let mut held = stored.values.get(column.name);
        if *kind == kinds::ORGANISATION && column.name == "name" {
            // A name that only stands for the acronym is none.
            if value.as_ref() == said.get("acronym") {
                continue;
            }
            held = held.filter(|name| Some(*name) != stored.values.get("acronym"));
        }
        if held == value.as_ref() {
            continue;
        }
        let field = column.api_name();
        let curated = stored.curated.has(&field);
        if curated && !(stored.curated.all && says_nothing(column.name, held)) {
            conflicts.push(field);
            continue;
        }
        let taken = wins || says_nothing(column.name, held);
        if taken {
            values.set(column, value.clone());
            for (follower, _) in COMPANIONS.iter().filter(|(_, leader)| *leader == column.name) {
                if let Some((column, value)) = said.iter().find(|(column, _)| column.name == *follower) {
                    values.set(column, value.clone());
                }
            }
        }
        if *kind == kinds::STANDARD && column.name == "title" && !authority.sole {
            // The title that is not the record's own is one in its language.
            let (own, other) = if taken { (&said, &stored.values) } else { (&stored.values, &said) };
            titles.extend(other_title(own, other));
        }
    }
    let links =
        links.into_iter().filter_map(|rows| merge_links(stored, authority, kind, rows, &titles, &mut conflicts));
    let links = links.collect();
    (Draft { kind, id, is_new, values, links }, conflicts)
}

/// What is left to write of a later state of the same record in another atlas, and the fields in which a curator of this
/// one says otherwise. It replaces the whole record but these; without them, the record has the version and the times
/// of that state.
pub fn replace(stored: &Stored, draft: Draft) -> (Draft, Vec<String>) {
    let Draft { kind, id, is_new, mut values, mut links } = draft;
    let mut conflicts = Vec::new();
    let own = [kinds::VERSION.name, kinds::CREATED_AT.name, kinds::UPDATED_AT.name];
    for (column, value) in values.clone().iter() {
        let field = column.api_name();
        let differs = value.as_ref() != stored.values.get(column.name) && !own.contains(&column.name);
        let leader = COMPANIONS.iter().find(|(follower, _)| *follower == column.name).map(|(_, leader)| *leader);
        if differs && leader.is_none() && stored.curated.has(&field) {
            values.remove(column);
            conflicts.push(field);
        }
        // The language of a text that stays, stays.
        let leads = leader.and_then(|leader| kind.column(leader));
        if leads.is_some_and(|leader| stored.curated.has(&leader.api_name())) {
            values.remove(column);
        }
    }
    links.retain_mut(|rows| {
        rows.kept = Kept::Nothing;
        let field = api_name(rows.link.field);
        let key = |row: &Values| row.key(rows.link.unique);
        let known: HashSet<_> = stored.rows(rows.link.table).iter().map(key).collect();
        let wanted: HashSet<_> = rows.rows.iter().map(|row| key(&row.values)).collect();
        let is_left = known != wanted && stored.curated.has(&field);
        if is_left {
            conflicts.push(field);
        }
        !is_left
    });
    conflicts.dedup();
    if !conflicts.is_empty() {
        own.iter().filter_map(|name| kind.column(name)).for_each(|column| values.remove(column));
    }
    (Draft { kind, id, is_new, values, links }, conflicts)
}

fn other_title(own: &Values, other: &Values) -> Option<Values> {
    let language = other.text("title_language")?;
    if own.text("title_language") == Some(language) {
        return None;
    }
    let title =
        formats::record::Localised { language: Some(language.to_owned()), value: other.text("title")?.to_owned() };
    Some(localised(&title))
}

fn merge_links(
    stored: &Stored,
    authority: Authority,
    kind: &'static Kind,
    rows: LinkRows,
    titles: &[Values],
    conflicts: &mut Vec<String>,
) -> Option<LinkRows> {
    let LinkRows { link, mut rows, kept } = rows;
    if link.table == kinds::CITATION.table {
        return Some(LinkRows { link, rows, kept });
    }
    let known = stored.rows(link.table);
    let is_known = |row: &Values| known.iter().any(|known| known.key(link.unique) == row.key(link.unique));
    let field = api_name(link.field);
    if stored.curated.has(&field) {
        if rows.iter().any(|row| !is_known(&row.values)) {
            conflicts.push(field);
        }
        return None;
    }
    if authority.sole && *kind == kinds::STANDARD {
        return Some(LinkRows { link, rows, kept: Kept::Nothing });
    }
    if link.table == kinds::STANDARD_TITLE.table {
        let own = stored.values.text("title_language").map(str::to_owned);
        rows.extend(titles.iter().cloned().map(Into::into));
        rows.retain(|row| authority.best || row.values.text("language") != own.as_deref());
    }
    if !authority.best {
        rows.retain(|row| !is_known(&row.values));
    }
    let mut seen = HashSet::new();
    rows.retain(|row| seen.insert(row.values.key(link.unique)));
    Some(LinkRows { link, rows, kept: Kept::All })
}
