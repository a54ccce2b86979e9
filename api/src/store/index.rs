//! What is stored for search, and kept with the records: their words in `search_text`, what they are known by in
//! `search_key`, every word of a name, label or title in `search_word`, with its trigrams, and every word as it is stored
//! in `search_token`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, Value};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult};

use super::row::Rows;
use crate::app::database::begin_write;
use crate::graph::fold::sort_key;
use crate::graph::search::near::{has_trigrams, trigrams};
use crate::graph::search::reference;
use crate::graph::search::stored::{marks, sign};
use crate::graph::search::text::{Part, Text, Texts, parts};
use crate::graph::search::word::{tokens, words};
use crate::graph::statement::{key_values, text_values};
use crate::graph::{Kind, Role, kinds};

/// Grows with every change of what is stored: an atlas that was indexed otherwise is indexed anew when it is opened.
const VERSION: &str = "4";
const SETTING: &str = "search_version";
/// Most records that are indexed at once.
const MAX_RECORDS: usize = 500;
/// Most words that a process remembers: some megabytes.
const MAX_KNOWN_WORDS: usize = 100_000;

/// The row of `search_text` of a record, without its key.
type Row = [String; 7];
/// What a record is known by: codes of forms, and keys.
type Keys = BTreeSet<(String, String)>;
const COLUMNS: [&str; 7] = ["kind", "label_sort", "label", "names", "title", "body", "marks"];
/// Those of them that hold words.
const WORDS: std::ops::Range<usize> = 2..7;

/// What is stored for one record, which its texts alone decide.
#[derive(Debug)]
pub struct Indexed {
    row: Row,
    keys: Keys,
    /// The words of its names that someone may mistype.
    names: BTreeSet<String>,
}

impl Indexed {
    pub fn of(kind: &'static Kind, texts: &Texts) -> Self {
        Self { row: row(kind, texts), keys: keys_of(texts), names: names_of(&texts.texts).collect() }
    }
}

/// Words that stand in `search_word` or in `search_token`, as far as this process knows: a write need not ask for them.
/// Only what was committed is here, and no word is ever taken from the tables while their rules are these.
#[derive(Clone, Default)]
pub struct KnownWords(Arc<Mutex<HashSet<Stored>>>);

/// A word, and where it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Stored {
    /// In `search_word`.
    Name(String),
    /// In `search_token`.
    Token(String),
}

impl Stored {
    /// Whether it is likely to come again: numbers are those of one document.
    fn is_usual(&self) -> bool {
        match self {
            Self::Name(_) => true,
            Self::Token(token) => !token.contains(char::is_numeric),
        }
    }
}

impl KnownWords {
    /// Those of the words that may be new.
    fn unknown(&self, words: BTreeSet<String>, stored: fn(String) -> Stored) -> Vec<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = words.into_iter().map(stored).filter(|word| !known.contains(word));
        let plain = |word| match word {
            Stored::Name(word) | Stored::Token(word) => word,
        };
        unknown.map(plain).collect()
    }

    /// Takes note of words once they are committed.
    pub fn add(&self, words: Vec<Stored>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Which words come next nobody knows; to begin anew costs a question or two.
        if known.len() + words.len() > MAX_KNOWN_WORDS {
            known.clear();
        }
        known.extend(words.into_iter().filter(Stored::is_usual).take(MAX_KNOWN_WORDS));
    }
}

/// What changes in what is stored.
struct Changes {
    /// Whose rows go, before others come.
    gone: Vec<i64>,
    rows: Rows,
    /// Whose keys go.
    unknown: Vec<i64>,
    keys: Rows,
    names: BTreeSet<String>,
    tokens: BTreeSet<String>,
}

impl Changes {
    fn new() -> Self {
        Self {
            gone: Vec::new(),
            rows: Rows::new("search_text", ["id"].into_iter().chain(COLUMNS)),
            unknown: Vec::new(),
            keys: Rows::new("search_key", ["record_id", "form", "key"]),
            names: BTreeSet::new(),
            tokens: BTreeSet::new(),
        }
    }

    fn add_row(&mut self, id: i64, row: Row, names: BTreeSet<String>) {
        for token in row.get(WORDS).into_iter().flatten().flat_map(|words| words.split_whitespace()) {
            if !self.tokens.contains(token) {
                self.tokens.insert(token.to_owned());
            }
        }
        self.rows.push([id.into()].into_iter().chain(row.map(Value::from)));
        self.names.extend(names);
    }

    fn add_keys(&mut self, id: i64, keys: Keys) {
        self.keys.push(keys.into_iter().flat_map(|(form, key)| [id.into(), form.into(), key.into()]));
    }

    /// Writes them, and gives the words that are surely stored now.
    async fn save<C: ConnectionTrait>(mut self, db: &C, known: &KnownWords) -> Result<Vec<Stored>, DbErr> {
        delete(db, "search_text", "id", &self.gone).await?;
        delete(db, "search_key", "record_id", &self.unknown).await?;
        self.rows.insert(db).await?;
        self.keys.insert(db).await?;
        let names = add_words(db, known.unknown(self.names, Stored::Name)).await?;
        let tokens = add_tokens(db, known.unknown(self.tokens, Stored::Token)).await?;
        Ok(names.into_iter().map(Stored::Name).chain(tokens.into_iter().map(Stored::Token)).collect())
    }
}

/// Stores what is known of new records, for which nothing is stored, and brings what is stored for those touched up to
/// date. Records that are gone lose it. Gives words for [`KnownWords`].
///
/// # Errors
/// Whatever the database says.
pub async fn update<C: ConnectionTrait>(
    db: &C,
    new: Vec<(i64, Indexed)>,
    touched: impl Iterator<Item = (&'static Kind, i64)>,
    known: &KnownWords,
) -> Result<Vec<Stored>, DbErr> {
    let mut by_kind: BTreeMap<&'static str, (&'static Kind, Vec<i64>)> = BTreeMap::new();
    for (kind, id) in touched.filter(|(kind, _)| kind.is_record()) {
        by_kind.entry(kind.table).or_insert((kind, Vec::new())).1.push(id);
    }
    let mut changes = Changes::new();
    for (id, Indexed { row, keys, names }) in new {
        changes.add_row(id, row, names);
        changes.add_keys(id, keys);
    }
    for (kind, ids) in by_kind.into_values() {
        for ids in ids.chunks(MAX_RECORDS) {
            compare(db, kind, ids, &mut changes).await?;
        }
    }
    changes.save(db, known).await
}

/// Notes in what the records differ from what is stored for them.
async fn compare<C: ConnectionTrait>(
    db: &C,
    kind: &'static Kind,
    ids: &[i64],
    changes: &mut Changes,
) -> Result<(), DbErr> {
    let wanted = read(db, kind, ids).await?;
    let (rows, mut keys) = stored(db, ids).await?;
    for id in ids {
        let wanted = wanted.get(id).map(|texts| Indexed::of(kind, texts));
        let known = keys.remove(id).unwrap_or_default();
        let (row, names, new) = match wanted {
            Some(Indexed { row, keys, names }) => (Some(row), names, keys),
            None => Default::default(),
        };
        if row.as_ref() != rows.get(id) {
            if rows.contains_key(id) {
                changes.gone.push(*id);
            }
            if let Some(row) = row {
                changes.add_row(*id, row, names);
            }
        }
        if new != known {
            if !known.is_empty() {
                changes.unknown.push(*id);
            }
            changes.add_keys(*id, new);
        }
    }
    Ok(())
}

/// The texts of records of a kind.
async fn read<C: ConnectionTrait>(db: &C, kind: &'static Kind, ids: &[i64]) -> Result<HashMap<i64, Texts>, DbErr> {
    let mut found: HashMap<i64, Texts> = HashMap::with_capacity(ids.len());
    let mut parts = parts(kind, ids, db.get_database_backend()).into_iter();
    if let Some(records) = parts.next() {
        for row in db.query_all(&records.statement).await? {
            records.read(&row, found.entry(Part::record_of(&row)?).or_default())?;
        }
    }
    for links in parts {
        for row in db.query_all(&links.statement).await? {
            // Links of a record that this transaction removes are gone with it.
            if let Some(texts) = found.get_mut(&Part::record_of(&row)?) {
                links.read(&row, texts)?;
            }
        }
    }
    Ok(found)
}

/// What is stored for these records.
async fn stored<C: ConnectionTrait>(db: &C, ids: &[i64]) -> Result<(HashMap<i64, Row>, HashMap<i64, Keys>), DbErr> {
    let among = || key_values(ids, db.get_database_backend());
    let mut texts = Query::select();
    texts.column("id").columns(COLUMNS).from("search_text").and_where(Expr::col("id").in_subquery(among()));
    let mut rows = HashMap::new();
    for row in db.query_all(&texts).await? {
        let mut columns: Row = Default::default();
        for (value, column) in columns.iter_mut().zip(COLUMNS) {
            *value = row.try_get("", column)?;
        }
        rows.insert(row.try_get("", "id")?, columns);
    }
    let mut known = Query::select();
    known
        .columns(["record_id", "form", "key"])
        .from("search_key")
        .and_where(Expr::col("record_id").in_subquery(among()));
    let mut keys: HashMap<i64, Keys> = HashMap::new();
    for row in db.query_all(&known).await? {
        let key = (row.try_get("", "form")?, row.try_get("", "key")?);
        keys.entry(row.try_get("", "record_id")?).or_default().insert(key);
    }
    Ok((rows, keys))
}

fn row(kind: &'static Kind, texts: &Texts) -> Row {
    let of = |role: Role| {
        tokens(texts.texts.iter().filter(|text| text.role == role).map(|text| (text.value.as_str(), text.language)))
    };
    let label = texts.texts.iter().find(|text| text.role == Role::Label).map_or("", |text| text.value.as_str());
    let words = [Role::Label, Role::Names, Role::Title, Role::Body].map(of);
    let marks = marks(kind.code, &words);
    let [label_words, names, title, body] = words;
    [sign(kind.code).to_owned(), sort_key(label), label_words, names, title, body, marks]
}

fn keys_of(texts: &Texts) -> Keys {
    let key = |(form, text): &(_, String)| Some((reference::code(*form).to_owned(), reference::key(*form, text)?));
    texts.known_by.iter().filter_map(key).collect()
}

/// The words of names that someone may mistype.
fn names_of(texts: &[Text]) -> impl Iterator<Item = String> {
    let names = texts.iter().filter(|text| text.role != Role::Body);
    names.flat_map(|text| words(&text.value)).map(|word| word.plain).filter(|plain| has_trigrams(plain))
}

/// Those of the texts that a table holds in a column.
async fn among<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    column: &'static str,
    texts: &[String],
) -> Result<HashSet<String>, DbErr> {
    if texts.is_empty() {
        return Ok(HashSet::new());
    }
    let mut query = Query::select();
    let texts = text_values(texts, db.get_database_backend());
    query.column(column).from(table).and_where(Expr::col(column).in_subquery(texts));
    db.query_all(&query).await?.iter().map(|row| row.try_get("", column)).collect()
}

/// Adds those words that are not there yet, and gives all back.
async fn add_tokens<C: ConnectionTrait>(db: &C, all: Vec<String>) -> Result<Vec<String>, DbErr> {
    let there = among(db, "search_token", "token", &all).await?;
    let mut tokens = Rows::new("search_token", ["token"]);
    for token in all.iter().filter(|token| !there.contains(*token)) {
        tokens.push([token.as_str().into()]);
    }
    tokens.insert(db).await?;
    Ok(all)
}

/// Adds those words of names that are not there yet, and gives all back.
async fn add_words<C: ConnectionTrait>(db: &C, names: Vec<String>) -> Result<Vec<String>, DbErr> {
    let there = among(db, "search_word", "word", &names).await?;
    let mut words = Rows::new("search_word", ["word"]);
    let mut pieces = Rows::new("search_trigram", ["trigram", "word"]);
    for word in names.iter().filter(|word| !there.contains(*word)) {
        words.push([word.as_str().into()]);
        pieces.push(trigrams(word).into_iter().flat_map(|trigram| [trigram.into(), word.as_str().into()]));
    }
    pieces.insert(db).await?;
    words.insert(db).await?;
    Ok(names)
}

async fn delete<C: ConnectionTrait>(db: &C, table: &'static str, key: &'static str, ids: &[i64]) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let among = key_values(ids, db.get_database_backend());
    db.execute(Query::delete().from_table(table).and_where(Expr::col(key).in_subquery(among))).await?;
    Ok(())
}

/// Indexes an atlas that was written by a program that indexed otherwise, or not at all. Of several processes that try
/// at once, one does it and the others find it done. Tells how many records it has indexed.
///
/// # Errors
/// Whatever the database says.
pub async fn bring_up_to_date(read: &DatabaseConnection, write: &DatabaseConnection) -> Result<usize, DbErr> {
    if is_current(read).await? {
        return Ok(0);
    }
    let transaction = begin_write(write).await?;
    // The head of the log is what writers wait for, this one too.
    let mut head = Query::select();
    head.column("sequence").from("log_head").lock_exclusive();
    transaction.query_one(&head).await?;
    if is_current(&transaction).await? {
        return Ok(0);
    }
    for table in ["search_key", "search_text", "search_trigram", "search_word", "search_token"] {
        transaction.execute(Query::delete().from_table(table)).await?;
    }
    // Of this transaction alone, which may yet be undone.
    let known = KnownWords::default();
    let mut indexed = 0;
    for kind in kinds::RECORDS {
        let mut last = 0;
        loop {
            let mut ids = Query::select();
            ids.column("id")
                .from(kind.table)
                .and_where(Expr::col("id").gt(last))
                .order_by("id", Order::Asc)
                .limit(MAX_RECORDS as u64);
            let rows = transaction.query_all(&ids).await?;
            let ids = rows.iter().map(|row: &QueryResult| row.try_get("", "id")).collect::<Result<Vec<i64>, _>>()?;
            let Some(newest) = ids.last() else { break };
            last = *newest;
            let mut changes = Changes::new();
            compare(&transaction, kind, &ids, &mut changes).await?;
            known.add(changes.save(&transaction, &known).await?);
            indexed += ids.len();
        }
    }
    transaction.execute(Query::delete().from_table("setting").and_where(Expr::col("name").eq(SETTING))).await?;
    let mut version = Query::insert();
    version.into_table("setting").columns(["name", "value"]).values_panic([SETTING.into(), VERSION.into()]);
    transaction.execute(&version).await?;
    transaction.commit().await?;
    if indexed > 0 {
        tracing::info!(records = indexed, "Records indexed for search: {indexed}");
    }
    Ok(indexed)
}

async fn is_current<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    let mut query = Query::select();
    query.column("value").from("setting").and_where(Expr::col("name").eq(SETTING));
    let row = db.query_one(&query).await?;
    Ok(row.map(|row| row.try_get::<String>("", "value")).transpose()?.as_deref() == Some(VERSION))
}
