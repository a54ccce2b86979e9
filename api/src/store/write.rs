//! The one way rows change. A [`Write`] holds the log's head, so that the order of the log is the order of commits and
//! rows carry their sequence as they are written. One record has one entry in the log for a whole write; what a row was
//! before goes to the table's twin.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use entity::vocabulary::ChangeOperation;
use sea_orm::sea_query::{BinOper, Condition, Expr, ExprTrait, Query, Value};
use sea_orm::{ActiveEnum, ConnectionTrait, DatabaseTransaction, DbErr, Statement, StatementBuilder};
use tokio::task::JoinHandle;

use super::Error;
use super::changes::{Changes, Row};
use super::derive::{MAX_LONG, MAX_SHORT};
use super::index::{self, Indexed, KnownWords};
use super::row::{Rows, Values, execute, parameter};
use super::target::Targets;
use crate::app::App;
use crate::app::database::one_of_many;
use crate::auth::Editor;
use crate::graph::statement::key_values;
use crate::graph::{Column, Kind, Link, Side, Type, kinds};

/// A transaction that writes. Dropping it instead of [`Write::save`] undoes everything.
pub struct Write {
    tx: Arc<DatabaseTransaction>,
    /// Statements that the database runs while this write makes the next.
    running: Option<JoinHandle<Result<(), DbErr>>>,
    editor: Editor,
    /// Of the newest entry, those of this write included.
    sequence: i64,
    at: i64,
    /// The first key that this write gives away; rows with it and later ones may still wait to be written.
    first_id: i64,
    next_id: i64,
    entries: Vec<Entry>,
    /// Place in `entries` of a row's entry.
    by_row: HashMap<(&'static str, i64), usize>,
    /// Rows that wait to be written.
    inserts: Vec<Rows>,
    /// Rows that wait to be changed or removed.
    changes: Vec<Changes>,
    /// By how much counts change that links alone make up: by the place of the count, then by the record.
    counted: BTreeMap<usize, BTreeMap<i64, i64>>,
    /// Whose other counts may have changed, by the place of the count.
    recount: BTreeMap<usize, BTreeSet<i64>>,
    /// Records whose links may hold other copies of their columns than they should.
    recopy: BTreeMap<&'static str, BTreeSet<i64>>,
    targets: Targets,
    /// Whether rows changed that are no records and stand in no log.
    beside: bool,
    known_words: KnownWords,
}

/// What the log says of one record.
struct Entry {
    kind: &'static Kind,
    id: i64,
    operation: ChangeOperation,
    version: i64,
    fields: BTreeSet<String>,
    /// What search is to know of a record that is new, where the database need not be asked for it.
    indexed: Option<Indexed>,
}

/// Tables that have a row for a record, and the column with its key.
const BESIDE: &[(&str, &str)] =
    &[("import_origin", "record_id"), ("import_claim", "record_id"), ("tally", "record_id"), ("record", "id")];

/// What a write has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Of the newest entry of the log.
    pub sequence: i64,
    /// Records changed.
    pub entries: usize,
}

impl Write {
    /// Locks the head of the log. The write's time is later than that of every earlier one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn begin(app: &App, editor: Editor) -> Result<Self, Error> {
        let tx = app.begin_write().await?;
        let mut head = Query::select();
        // SQLite has locked the whole file when the transaction began, and knows no lock of a row.
        head.columns(["sequence", "at", "next_id"]).from("log_head").lock_exclusive();
        let head = tx.query_one(&head).await?.ok_or_else(|| DbErr::Custom("the log has no head".to_owned()))?;
        let last: i64 = head.try_get("", "at")?;
        let next_id: i64 = head.try_get("", "next_id")?;
        Ok(Self {
            tx: Arc::new(tx),
            running: None,
            editor,
            sequence: head.try_get("", "sequence")?,
            at: Ord::max(app.clock.now(), last + 1),
            first_id: next_id,
            next_id,
            entries: Vec::new(),
            by_row: HashMap::new(),
            inserts: Vec::new(),
            changes: Vec::new(),
            counted: BTreeMap::new(),
            recount: BTreeMap::new(),
            recopy: BTreeMap::new(),
            targets: Targets::default(),
            beside: false,
            known_words: app.known_words.clone(),
        })
    }

    /// Makes this write quicker as one of many in a row. It is sure to be on the disk only once
    /// [`App::settle_after_import`] has returned.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of_many(&self) -> Result<(), Error> {
        Ok(one_of_many(&self.tx).await?)
    }

    /// Keeps in the past of a row that is there what others call it, though it was never called so: in the twin, from one
    /// entry to the same, so that no moment shows it.
    ///
    /// # Errors
    /// Where the name is too long or holds a NUL, and whatever the database says.
    pub async fn know_as(
        &mut self,
        kind: &'static Kind,
        id: i64,
        column: &'static Column,
        name: String,
    ) -> Result<(), Error> {
        check(kind.table, &Values::default().with(column, name.as_str()))?;
        self.flush().await?;
        let columns = || kind.columns.iter().map(|own| own.name);
        let mut row = Query::select();
        for own in kind.columns {
            row.expr(if own.name == column.name { Expr::val(name.as_str()) } else { Expr::col(own.name) });
        }
        row.expr(Expr::val(self.sequence)).expr(Expr::val(self.sequence));
        row.from(kind.table).and_where(Expr::col(kinds::ID.name).eq(id));
        let mut known = Query::insert();
        known.into_table(format!("{}_history", kind.table)).columns(columns().chain(["from_seq", "to_seq"]));
        known.select_from(row).map_err(|error| DbErr::Custom(error.to_string()))?;
        self.change_beside(&known).await
    }

    /// Whether nothing was ever written.
    pub fn is_first(&self) -> bool {
        self.sequence == 0
    }

    /// Where rows are read that this write will compare. What it has done may not be there yet, unless [`Write::flush`]
    /// was called since.
    pub fn reader(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// A key that no row ever had.
    pub fn new_id(&mut self) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// Gives nobody else a key that a row has in another atlas, or one before it.
    pub fn reserve(&mut self, id: i64) {
        self.next_id = Ord::max(self.next_id, id + 1);
    }

    /// Gives a row the key that it has in another atlas. No row may ever have had it in this one, but for the same record
    /// before it was deleted by an earlier write.
    pub fn take_id(&mut self, id: i64) {
        self.reserve(id);
        self.first_id = Ord::min(self.first_id, id);
    }

    /// The newest entry of the log, those of this write included.
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// The version that a record has behind this write, if it has changed the record so far.
    pub fn version_of(&self, kind: &'static Kind, id: i64) -> Option<i64> {
        self.entry_of(kind, id).map(|entry| entry.version)
    }

    /// Adds a row to a table without a past that is not served.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_beside(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        row: Vec<Value>,
    ) -> Result<(), Error> {
        self.beside = true;
        self.queue(table, columns.to_vec(), row).await
    }

    /// Changes or removes rows of a table without a past that is not served. Rows that wait are not seen.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn change_beside<S: StatementBuilder>(&mut self, statement: &S) -> Result<(), Error> {
        self.beside = true;
        self.done().await?;
        self.tx.execute(statement).await?;
        Ok(())
    }

    /// Adds a row of a kind under a key from [`Write::new_id`]. Its version and its times may be given with it, where it
    /// has them from another atlas.
    ///
    /// # Errors
    /// Where a text is too long or holds a NUL, and whatever the database says.
    pub async fn insert(&mut self, kind: &'static Kind, id: i64, values: impl Into<Values>) -> Result<(), Error> {
        let mut row = values.into().with(&kinds::ID, id);
        let version = row.int(kinds::VERSION.name).unwrap_or(1);
        let sequence = self.entry(kind, id, ChangeOperation::Created, version, []);
        self.targets.note_record(kind, id);
        if kind.is_record() {
            for (column, value) in [(&kinds::VERSION, 1), (&kinds::CREATED_AT, self.at), (&kinds::UPDATED_AT, self.at)]
            {
                if row.int(column.name).is_none() {
                    row.set(column, Some(value.into()));
                }
            }
            self.queue("record", ["id", "kind"], [id.into(), kind.code.into()]).await?;
            if kind.orders.iter().any(|order| order.by.side == Side::Tally) {
                self.queue("tally", ["record_id"], [id.into()]).await?;
            }
        }
        self.queue_row(kind.table, kind.columns.iter().copied(), row, sequence).await
    }

    /// Says what search is to know of a record that this write has inserted with all its links. Whatever is done with
    /// the record afterwards takes that back.
    pub fn index(&mut self, kind: &'static Kind, id: i64, indexed: Indexed) {
        if let Some(entry) = self.by_row.get(&(kind.table, id)).and_then(|place| self.entries.get_mut(*place)) {
            entry.indexed = Some(indexed).filter(|_| entry.operation == ChangeOperation::Created);
        }
    }

    /// Changes columns of a row of a kind, or, with none, notes that a link of it changes. `version` is the present one.
    /// A later version, and when the record was changed, may be among the columns, where it has them from another atlas.
    ///
    /// # Errors
    /// Where a text is too long or holds a NUL, and whatever the database says.
    pub async fn update(&mut self, kind: &'static Kind, id: i64, version: i64, changed: &Values) -> Result<(), Error> {
        check(kind.table, changed)?;
        self.flush_for(id).await?;
        let own = [kinds::LABEL.name, kinds::VERSION.name, kinds::UPDATED_AT.name];
        let shown = changed.iter().filter(|(column, _)| !column.derived && !own.contains(&column.name));
        let fields: Vec<String> = shown.map(|(column, _)| column.api_name()).collect();
        let is_copied = |(column, _): &(&Column, _)| kind.links.iter().any(|link| link.copies.contains(column));
        if changed.iter().any(is_copied) {
            self.recopy.entry(kind.table).or_default().insert(id);
        }
        if changed.iter().any(|(column, _)| Targets::depend_on(column)) {
            self.targets.note_record(kind, id);
        }
        // However often a write changes a record, its version grows by one.
        let told = changed.int(kinds::VERSION.name).filter(|told| *told > version);
        let version = self.entry_of(kind, id).map_or(told.unwrap_or(version + 1), |entry| entry.version);
        let sequence = self.entry(kind, id, ChangeOperation::Updated, version, fields);
        let mut row = row(changed);
        if kind.is_record() {
            let updated_at = changed.int(kinds::UPDATED_AT.name).unwrap_or(self.at);
            row.retain(|(column, _)| ![kinds::VERSION.name, kinds::UPDATED_AT.name].contains(column));
            row.extend([("version", version.into()), ("updated_at", updated_at.into())]);
        }
        // No other record may be given the slug while this one has it, nor this one while another has.
        let in_order = changed.iter().any(|(column, _)| column.name == kinds::SLUG.name);
        if in_order {
            self.flush().await?;
        }
        self.change(kind.table, kind.columns.iter().copied(), id, sequence, Some(row)).await?;
        if in_order { self.flush().await } else { Ok(()) }
    }

    /// Removes a record with the links that it owns. Links of others that lead to it must be gone by the end of the
    /// write. `version` is the present one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn delete(&mut self, kind: &'static Kind, id: i64, version: i64) -> Result<(), Error> {
        self.flush().await?;
        let version = self.entry_of(kind, id).map_or(version + 1, |entry| entry.version);
        let sequence = self.entry(kind, id, ChangeOperation::Deleted, version, []);
        self.targets.note_record(kind, id);
        if let Some(entry) = self.by_row.get(&(kind.table, id)).and_then(|place| self.entries.get_mut(*place)) {
            entry.operation = ChangeOperation::Deleted;
            entry.fields.clear();
        }
        // Former slugs stay in the past too, and are no longer anybody's.
        let links = kind.links.iter().copied().chain(kind.is_record().then_some(&kinds::SLUG_ALIAS));
        for link in links {
            let mut owned = Query::select();
            owned.column(kinds::ID.name).columns(link.columns.iter().map(|column| column.name)).from(link.table);
            owned.and_where(Expr::col(link.owner.name).eq(id));
            for row in self.tx.query_all(&owned).await? {
                let mut values = Values::default();
                for column in link.columns.iter().filter(|column| column.ty == Type::Key) {
                    values.set(column, row.try_get::<Option<i64>>("", column.name)?.map(Into::into));
                }
                self.delete_link((kind, id), link, row.try_get("", kinds::ID.name)?, &values).await?;
            }
        }
        self.change(kind.table, kind.columns.iter().copied(), id, sequence, None).await?;
        self.flush().await?;
        for (table, key) in BESIDE.iter().filter(|_| kind.is_record()) {
            let delete = Query::delete().from_table(*table).and_where(Expr::col(*key).eq(id)).to_owned();
            self.tx.execute(&delete).await?;
        }
        Ok(())
    }

    /// Adds a link of a record whose entry this write has made, under a key from [`Write::new_id`]. Copies of the record's
    /// columns, where the link has any, may be given with it, which is quicker.
    ///
    /// # Errors
    /// Where a text is too long or holds a NUL, and whatever the database says.
    pub async fn insert_link(
        &mut self,
        owner: (&'static Kind, i64),
        link: &'static Link,
        id: i64,
        values: impl Into<Values>,
    ) -> Result<(), Error> {
        let sequence = self.link_entry(owner, link);
        let row = values.into().with(&kinds::ID, id).with(link.owner, owner.1);
        self.count(link, &row, 1);
        self.targets.note_link(link, id);
        if link.copies.iter().any(|copy| row.get(copy.name).is_none()) {
            self.recopy.entry(owner.0.table).or_default().insert(owner.1);
        }
        self.queue_row(link.table, link.all_columns().chain(link.copies.iter().copied()), row, sequence).await
    }

    /// Changes columns of a link of a record whose entry this write has made.
    ///
    /// # Errors
    /// Where a text is too long or holds a NUL, and whatever the database says.
    pub async fn update_link(
        &mut self,
        owner: (&'static Kind, i64),
        link: &'static Link,
        id: i64,
        changed: &Values,
    ) -> Result<(), Error> {
        check(link.table, changed)?;
        self.flush_for(id).await?;
        let sequence = self.link_entry(owner, link);
        self.targets.note_link(link, id);
        self.change(link.table, link.all_columns(), id, sequence, Some(row(changed))).await
    }

    /// Removes a link of a record whose entry this write has made.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn delete_link(
        &mut self,
        owner: (&'static Kind, i64),
        link: &'static Link,
        id: i64,
        values: &Values,
    ) -> Result<(), Error> {
        self.flush_for(id).await?;
        let sequence = self.link_entry(owner, link);
        self.count(link, values, -1);
        self.change(link.table, link.all_columns(), id, sequence, None).await
    }

    /// Writes what waits, the counts, what search knows and the log, and commits.
    ///
    /// # Errors
    /// Whatever the database says; then nothing is written.
    pub async fn save(mut self) -> Result<Saved, Error> {
        let saved = Saved { sequence: self.sequence, entries: self.entries.len() };
        if self.entries.is_empty() {
            self.flush().await?;
            if !self.beside {
                self.whole()?.rollback().await?;
                return Ok(saved);
            }
            let mut head = Query::update();
            head.table("log_head").value("next_id", self.next_id);
            self.tx.execute(&head).await?;
            self.whole()?.commit().await?;
            return Ok(saved);
        }
        self.flush().await?;
        self.copy().await?;
        std::mem::take(&mut self.targets).settle(&*self.tx).await?;
        self.tally().await?;
        let new =
            self.entries.iter_mut().filter_map(|entry| Some((entry.id, entry.indexed.take()?))).collect::<Vec<_>>();
        let is_new: HashSet<i64> = new.iter().map(|(id, _)| *id).collect();
        let touched = self.entries.iter().map(|entry| (entry.kind, entry.id)).filter(|(_, id)| !is_new.contains(id));
        let words = index::update(&*self.tx, new, touched, &self.known_words).await?;
        let first = self.sequence - i64::try_from(self.entries.len()).unwrap_or_default() + 1;
        for (sequence, entry) in (first..).zip(std::mem::take(&mut self.entries)) {
            let fields = serde_json::Value::from(entry.fields.into_iter().collect::<Vec<_>>()).to_string();
            let row: [Value; 8] = [
                sequence.into(),
                self.at.into(),
                self.editor.name().into(),
                entry.operation.to_value().into(),
                entry.kind.code.into(),
                entry.id.into(),
                entry.version.into(),
                fields.into(),
            ];
            let columns = kinds::CHANGE.columns.iter().map(|column| column.name);
            self.queue("change", columns, row).await?;
        }
        self.flush().await?;
        let mut head = Query::update();
        head.table("log_head").value("sequence", self.sequence).value("at", self.at).value("next_id", self.next_id);
        self.tx.execute(&head).await?;
        let known_words = self.known_words.clone();
        self.whole()?.commit().await?;
        known_words.add(words);
        Ok(saved)
    }

    /// The sequence of a row's entry, which is made where there is none yet.
    fn entry(
        &mut self,
        kind: &'static Kind,
        id: i64,
        operation: ChangeOperation,
        version: i64,
        fields: impl IntoIterator<Item = String>,
    ) -> i64 {
        let next = self.entries.len();
        let place = *self.by_row.entry((kind.table, id)).or_insert(next);
        if place == next {
            self.sequence += 1;
            self.entries.push(Entry { kind, id, operation, version, fields: BTreeSet::new(), indexed: None });
        }
        let newest = i64::try_from(self.entries.len()).unwrap_or_default();
        if let Some(entry) = self.entries.get_mut(place) {
            entry.fields.extend(fields);
            entry.indexed = None;
        }
        self.sequence - newest + 1 + i64::try_from(place).unwrap_or_default()
    }

    /// The sequence of the entry of a link's owner, which says that this link changed.
    fn link_entry(&mut self, (kind, id): (&'static Kind, i64), link: &'static Link) -> i64 {
        let known = self.entry_of(kind, id).map(|entry| (entry.operation, entry.version));
        let (operation, version) = known.unwrap_or((ChangeOperation::Updated, 1));
        let field = (operation == ChangeOperation::Updated).then(|| link.field.to_owned());
        self.entry(kind, id, operation, version, field)
    }

    /// Notes what a row that is there becomes by an entry: these columns change, or with none it goes.
    async fn change(
        &mut self,
        table: &'static str,
        columns: impl Iterator<Item = &'static Column>,
        id: i64,
        sequence: i64,
        row: Option<Row>,
    ) -> Result<(), Error> {
        let place = self.changes.iter().position(|changes| changes.table == table).unwrap_or(self.changes.len());
        if place == self.changes.len() {
            self.changes.push(Changes::new(table, columns));
        }
        let changes = &mut self.changes[place];
        changes.add(id, sequence, row);
        if changes.is_full() { self.apply(table).await } else { Ok(()) }
    }

    async fn queue_row(
        &mut self,
        table: &'static str,
        columns: impl Iterator<Item = &'static Column> + Clone,
        mut row: Values,
        sequence: i64,
    ) -> Result<(), Error> {
        check(table, &row)?;
        let names = columns.clone().map(|column| column.name).chain(["from_seq"]);
        let values = columns.map(|column| parameter(column, row.take(column.name))).chain([sequence.into()]);
        self.queue(table, names, values).await
    }

    async fn queue(
        &mut self,
        table: &'static str,
        columns: impl IntoIterator<Item = &'static str>,
        row: impl IntoIterator<Item = Value>,
    ) -> Result<(), Error> {
        let place = self.inserts.iter().position(|rows| rows.table == table).unwrap_or(self.inserts.len());
        if place == self.inserts.len() {
            self.inserts.push(Rows::new(table, columns));
        }
        let rows = &mut self.inserts[place];
        rows.push(row);
        if rows.is_full() {
            let inserts = rows.inserts(self.tx.get_database_backend());
            // Rows go before others come, since unique keys hold at every step.
            self.apply(table).await?;
            self.run(inserts).await?;
        }
        Ok(())
    }

    /// Changes the rows of a table that wait for it, once the database is done: what it refuses is told by what caused it.
    async fn apply(&mut self, table: &'static str) -> Result<(), Error> {
        self.done().await?;
        if let Some(changes) = self.changes.iter_mut().find(|changes| changes.table == table) {
            changes.apply(&*self.tx).await?;
        }
        Ok(())
    }

    /// Lets the database run statements while the next are made.
    async fn run(&mut self, statements: Vec<Statement>) -> Result<(), DbErr> {
        self.done().await?;
        let tx = Arc::clone(&self.tx);
        self.running = Some(tokio::spawn(async move { execute(&*tx, statements).await }));
        Ok(())
    }

    /// Waits for the database.
    async fn done(&mut self) -> Result<(), DbErr> {
        let Some(running) = self.running.take() else { return Ok(()) };
        running.await.map_err(|error| DbErr::Custom(error.to_string()))?
    }

    /// The transaction, when the database is done.
    fn whole(self) -> Result<DatabaseTransaction, DbErr> {
        Arc::into_inner(self.tx).ok_or_else(|| DbErr::Custom("the transaction is in use".to_owned()))
    }

    fn entry_of(&self, kind: &'static Kind, id: i64) -> Option<&Entry> {
        self.by_row.get(&(kind.table, id)).and_then(|place| self.entries.get(*place))
    }

    /// Writes what waits, if the row with this key may be among it.
    async fn flush_for(&mut self, id: i64) -> Result<(), Error> {
        if id >= self.first_id { self.flush().await } else { Ok(()) }
    }

    /// Writes what waits, so that [`Write::reader`] finds it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.done().await?;
        for mut changes in std::mem::take(&mut self.changes) {
            changes.apply(&*self.tx).await?;
        }
        for mut rows in std::mem::take(&mut self.inserts) {
            let inserts = rows.inserts(self.tx.get_database_backend());
            self.run(inserts).await?;
        }
        Ok(self.done().await?)
    }

    /// Notes that a link came or went, for the counts that it is part of.
    fn count(&mut self, link: &'static Link, values: &Values, change: i64) {
        for (place, tally) in kinds::TALLIES.iter().enumerate().filter(|(_, tally)| tally.link.table == link.table) {
            let Some(record) = values.int(tally.near.name) else { continue };
            if tally.distinct.is_some() {
                self.recount.entry(place).or_default().insert(record);
            } else {
                *self.counted.entry(place).or_default().entry(record).or_default() += change;
            }
        }
    }

    /// Brings the copies of records' columns in their links up to date.
    async fn copy(&mut self) -> Result<(), DbErr> {
        let backend = self.tx.get_database_backend();
        for (table, records) in std::mem::take(&mut self.recopy) {
            let records: Vec<i64> = records.into_iter().collect();
            let kinds = kinds::NODES.iter().filter(|kind| kind.table == table);
            for link in kinds.flat_map(|kind| kind.links).filter(|link| !link.copies.is_empty()) {
                let [own, copy] =
                    [table, link.table].map(|table| move |column: &Column| Expr::col((table, column.name)));
                let mut update = Query::update();
                update.table(link.table).from(table);
                update.values(link.copies.iter().map(|column| (column.name, own(column))));
                update.and_where(copy(link.owner).eq(own(&kinds::ID)));
                update.and_where(copy(link.owner).in_subquery(key_values(&records, backend)));
                let differs = |column: &&Column| copy(column).binary(BinOper::Custom("IS DISTINCT FROM"), own(column));
                update.cond_where(link.copies.iter().map(differs).fold(Condition::any(), Condition::add));
                self.tx.execute(&update).await?;
            }
        }
        Ok(())
    }

    /// Brings the counts that serve orders up to date. What links alone make up is not counted anew, since a popular
    /// record has links by the hundred thousand.
    async fn tally(&mut self) -> Result<(), DbErr> {
        for (place, changes) in std::mem::take(&mut self.counted) {
            let column = kinds::TALLIES[place].column;
            let mut records: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            for (record, change) in changes.into_iter().filter(|(_, change)| *change != 0) {
                records.entry(change).or_default().push(record);
            }
            for (change, records) in records {
                self.set_tally(column, Expr::col(column.name).add(change), &records).await?;
            }
        }
        for (place, records) in std::mem::take(&mut self.recount) {
            let tally = &kinds::TALLIES[place];
            let Some(distinct) = tally.distinct else { continue };
            let rows = Query::select()
                .expr(Expr::col((tally.link.table, distinct.name)).count_distinct())
                .from(tally.link.table)
                .and_where(Expr::col((tally.link.table, tally.near.name)).equals(("tally", "record_id")))
                .to_owned();
            let records: Vec<i64> = records.into_iter().collect();
            self.set_tally(tally.column, Expr::SubQuery(None, Box::new(rows.into())), &records).await?;
        }
        Ok(())
    }

    async fn set_tally(&self, column: &Column, value: Expr, records: &[i64]) -> Result<(), DbErr> {
        let mut update = Query::update();
        update
            .table("tally")
            .value(column.name, value)
            .and_where(Expr::col("record_id").in_subquery(key_values(records, self.tx.get_database_backend())));
        self.tx.execute(&update).await.map(|_| ())
    }
}

/// Columns of a row, and what they become.
fn row(changed: &Values) -> Row {
    changed.iter().map(|(column, value)| (column.name, parameter(column, value.clone()))).collect()
}

/// Refuses what one of the databases would refuse, before either sees it.
///
/// # Errors
/// Where a text is too long or holds a NUL.
pub fn check(table: &'static str, row: &Values) -> Result<(), Error> {
    for (column, _) in row.iter() {
        let Some(text) = row.text(column.name) else { continue };
        if text.contains('\0') {
            return Err(Error::Nul { table, column: column.name });
        }
        let max = if column.long { MAX_LONG } else { MAX_SHORT };
        // Bytes first: counting characters of every text costs more.
        if text.len() > max {
            let characters = text.chars().count();
            if characters > max {
                return Err(Error::TooLong { table, column: column.name, characters, max });
            }
        }
    }
    Ok(())
}
