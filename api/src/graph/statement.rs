//! Lists as statements. A table enters a statement through [`Tables`] only, so that what every use of a table needs
//! has one place; [`List::select`] is the one place that knows what a list is.

use std::collections::BTreeSet;

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    CommonTableExpression, Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, NullOrdering, Order,
    OverStatement, Query, SelectStatement, UnionType, Value, WindowStatement, WithClause,
};

use super::cursor::Cursor;
use super::list::{List, Source};
use super::moment::{Moment, Past};
use super::predicate::{Predicate, column, is_edition, is_published};
use super::search::find;
use super::{Column, Kind, Link, OrderBy, Relation, Scalar, Side, Tally, Via, kinds};

/// Which rows of its tables a statement sees.
enum Seen {
    Now,
    /// Those that were there after this entry of the log.
    At(Expr),
    /// Those that were there before the write that the row of `keys` names in its column `first`, by its first entry.
    BeforeEach,
}

/// The tables of one statement, all seen at one moment.
///
/// Of the past, a table is read through a table expression that holds its rows of all times, `<table>_ever`, and beside
/// each use of it stands from which entry of the log to which its rows must have been true.
pub struct Tables {
    backend: DbBackend,
    seen: Seen,
    aliases: u32,
    /// Tables whose rows of all times are used.
    ever: BTreeSet<&'static str>,
    /// Tables whose rows of all times are used beside a row for those who lead to none.
    ever_or_none: BTreeSet<&'static str>,
    /// Where columns of records are read from links that hold copies of them: the names of the record and of the link.
    copies: Vec<(String, String, &'static Link)>,
    /// Whether records that links lead to stay out of it.
    links_only: bool,
}

impl Tables {
    pub fn at(moment: Moment, backend: DbBackend) -> Self {
        let seen = match moment {
            Moment::Now => Seen::Now,
            Moment::Past(Past { sequence, .. }) => Seen::At(Expr::val(sequence)),
            Moment::Later => Seen::At(later(ENTRY)),
        };
        Self::seen_so(seen, backend)
    }

    /// Tables of the present for a statement that finds no more of records than the keys that links hold. What names a
    /// record by its alias all the same names nothing: see [`Selected::left_out`].
    pub fn links_only(backend: DbBackend) -> Self {
        Self { links_only: true, ..Self::seen_so(Seen::Now, backend) }
    }

    fn seen_so(seen: Seen, backend: DbBackend) -> Self {
        let (ever, ever_or_none) = (BTreeSet::new(), BTreeSet::new());
        Self { backend, seen, aliases: 0, ever, ever_or_none, copies: Vec::new(), links_only: false }
    }

    /// Tables of a statement each of whose keys comes with an entry of the log, and is seen as it was before the write
    /// that made the entry.
    pub fn before_each(backend: DbBackend) -> Self {
        Self::seen_so(Seen::BeforeEach, backend)
    }

    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Lets columns of a record be read from a link of the present that holds copies of them.
    fn read_copies(&mut self, record: &str, of: &str, link: &'static Link) {
        if matches!(self.seen, Seen::Now) && !link.copies.is_empty() {
            self.copies.push((record.to_owned(), of.to_owned(), link));
        }
    }

    /// A column of a record as the link holds it through which the record is found; none where it does not.
    pub fn copy(&self, record: &str, own: &'static Column) -> Option<Expr> {
        let (_, alias, link) = self.copies.iter().find(|(known, ..)| known == record)?;
        link.copy_of(own).map(|copy| column(alias, copy))
    }

    /// A column of a record.
    pub fn column(&self, record: &str, own: &'static Column) -> Expr {
        self.copy(record, own).unwrap_or_else(|| column(record, own))
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Starts `query` from a table and gives the alias.
    pub fn from(&mut self, query: &mut SelectStatement, table: &'static str) -> String {
        let alias = self.alias();
        query.from_as(self.name(table), alias.clone());
        if let Some(seen) = self.seen(table, &alias) {
            query.and_where(seen);
        }
        alias
    }

    /// Joins a table to `query` and gives the alias.
    pub fn join(&mut self, query: &mut SelectStatement, table: &'static str, on: impl FnOnce(&str) -> Expr) -> String {
        self.join_by(JoinType::InnerJoin, query, table, on)
    }

    /// Joins a table to `query`, whether or not it has a row, and gives the alias.
    pub fn left_join(
        &mut self,
        query: &mut SelectStatement,
        table: &'static str,
        on: impl FnOnce(&str) -> Expr,
    ) -> String {
        self.join_by(JoinType::LeftJoin, query, table, on)
    }

    /// Joins the row of a kind with a key, or one without values where the key is unknown, and gives the alias. A row
    /// with the key must be there.
    pub fn join_optional(&mut self, query: &mut SelectStatement, kind: &'static Kind, key: Expr) -> String {
        let table = kind.table;
        if matches!(self.seen, Seen::Now) || columns_of(table).is_none() {
            return self.left_join(query, table, |record| column(record, kind.key()).eq(key));
        }
        // SQLite finds rows of all times by an index only where all of them must be there.
        self.ever_or_none.insert(table);
        let alias = self.alias();
        let on = Expr::col((alias.clone(), JOIN_KEY)).eq(Func::coalesce([key, Expr::cust(NOBODY)]));
        let on = self.seen(table, &alias).into_iter().fold(on, ExprTrait::and);
        query.join_as(JoinType::InnerJoin, format!("{table}{OR_NONE}"), alias.clone(), on);
        alias
    }

    /// The values of the row of a kind with a key, unknown where there is none.
    pub fn values_of<const N: usize>(
        &mut self,
        query: &mut SelectStatement,
        kind: &'static Kind,
        key: &Expr,
        columns: [&'static Column; N],
    ) -> [Expr; N] {
        if matches!(self.seen, Seen::Now) || columns_of(kind.table).is_none() {
            let row = self.left_join(query, kind.table, |row| column(row, kind.key()).eq(key.clone()));
            return columns.map(|read| column(&row, read));
        }
        // One by one: SQLite finds rows of all times by an index in a join only where it makes what else is joined once
        // for each half of them.
        columns.map(|read| {
            let mut value = Query::select();
            let row = self.from(&mut value, kind.table);
            value.expr(column(&row, read)).and_where(column(&row, kind.key()).eq(key.clone()));
            Expr::SubQuery(None, Box::new(value.into()))
        })
    }

    /// Joins the records that a link leads to, unless they stay out of the statement, and gives their alias.
    fn join_far(&mut self, query: &mut SelectStatement, table: &'static str, on: impl FnOnce(&str) -> Expr) -> String {
        if self.links_only { self.alias() } else { self.join(query, table, on) }
    }

    fn join_by(
        &mut self,
        join: JoinType,
        query: &mut SelectStatement,
        table: &'static str,
        on: impl FnOnce(&str) -> Expr,
    ) -> String {
        let alias = self.alias();
        let on = on(&alias);
        let on = self.seen(table, &alias).into_iter().fold(on, ExprTrait::and);
        query.join_as(join, self.name(table), alias.clone(), on);
        alias
    }

    /// The name under which the statement finds the rows of a table.
    fn name(&mut self, table: &'static str) -> String {
        if matches!(self.seen, Seen::Now) || columns_of(table).is_none() {
            return table.to_owned();
        }
        self.ever.insert(table);
        format!("{table}{EVER}")
    }

    /// What rows of a table must satisfy to be seen at the moment.
    fn seen(&self, table: &'static str, alias: &str) -> Option<Expr> {
        let column = |name: &'static str| Expr::col((alias.to_owned(), name));
        match &self.seen {
            Seen::Now => None,
            Seen::At(entry) if table == kinds::CHANGE.table => Some(column("sequence").lte(entry.clone())),
            _ if columns_of(table).is_none() => None,
            Seen::At(entry) => Some(column("from_seq").lte(entry.clone()).and(column("to_seq").gt(entry.clone()))),
            Seen::BeforeEach => {
                let first = || Expr::col(("keys", "first"));
                Some(column("from_seq").lt(first()).and(column("to_seq").gte(first())))
            }
        }
    }

    /// The table expressions that a statement with these tables needs, and the table `keys` where there are any. All
    /// tables must have entered by now.
    pub fn with(self, keys: Option<SelectStatement>) -> WithClause {
        let mut with = WithClause::new();
        if let Some(values) = keys {
            let mut keys = CommonTableExpression::new();
            keys.table_name("keys").query(values);
            with.cte(keys);
        }
        for table in self.ever {
            let mut ever = CommonTableExpression::new();
            // An index answers only where the expression dissolves into the statement.
            ever.table_name(format!("{table}{EVER}")).query(all_times(table)).materialized(false);
            with.cte(ever);
        }
        for table in self.ever_or_none {
            let mut ever = CommonTableExpression::new();
            ever.table_name(format!("{table}{OR_NONE}")).query(all_times_or_none(table)).materialized(false);
            with.cte(ever);
        }
        with
    }

    /// Adds the table expressions that a statement without keys needs, if any.
    pub fn end(self, query: &mut SelectStatement) {
        if !self.ever.is_empty() || !self.ever_or_none.is_empty() {
            query.with_cte(self.with(None));
        }
    }

    /// [`Tables::with`] for a statement that asks for many parents.
    pub fn with_keys(self, keys: &[i64]) -> WithClause {
        let values = key_values(keys, self.backend);
        self.with(Some(values))
    }

    /// [`Tables::with`] for a statement that asks for keys, each before an entry of the log.
    pub fn with_entries(self, entries: &[(i64, i64)]) -> WithClause {
        let values = entry_values(entries, self.backend);
        self.with(Some(values))
    }

    /// [`Tables::with`] for a statement that asks for many texts.
    pub fn with_texts(self, texts: &[String]) -> WithClause {
        let values = text_values(texts, self.backend);
        self.with(Some(values))
    }
}

/// What the name of a table of all times ends in.
const EVER: &str = "_ever";

/// What the name of a table of all times with a row without values ends in, its column to join by, and the key of that
/// row.
const OR_NONE: &str = "_ever_or_none";
const JOIN_KEY: &str = "join_key";
const NOBODY: &str = "CAST(-1 AS BIGINT)";
/// Until when a row holds that is there. It is cast since SQLite else takes the two halves for different.
const FOREVER: &str = "CAST(9223372036854775807 AS BIGINT)";

/// The columns of a table that has a past; none of one that has not.
fn columns_of(table: &str) -> Option<Vec<&'static Column>> {
    let kind = kinds::NODES.iter().find(|kind| kind.table == table).map(|kind| kind.columns.to_vec());
    kind.or_else(|| kinds::LINKS.iter().find(|link| link.table == table).map(|link| link.all_columns().collect()))
}

/// The rows of a table that are and that were.
fn all_times(table: &'static str) -> SelectStatement {
    let mut all = half(table, table.to_owned());
    let mut past = half(table, format!("{table}_history"));
    past.column("to_seq");
    all.expr_as(Expr::cust(FOREVER), "to_seq").union(UnionType::All, past);
    all
}

/// The rows of a table or of its twin.
fn half(table: &'static str, from: String) -> SelectStatement {
    let mut half = Query::select();
    half.columns(columns_of(table).into_iter().flatten().map(|column| column.name)).column("from_seq").from(from);
    half
}

/// The rows of a table that are and that were, and one without values that is there at all times.
fn all_times_or_none(table: &'static str) -> SelectStatement {
    let mut none = Query::select();
    for column in columns_of(table).into_iter().flatten() {
        none.expr(column.unknown());
    }
    // One row, since SQLite looks into no half without a table.
    none.exprs(["CAST(0 AS BIGINT)", FOREVER, NOBODY].map(Expr::cust)).from("log_head");
    let mut all = half(table, table.to_owned());
    let mut past = half(table, format!("{table}_history"));
    past.columns(["to_seq", "id"]);
    all.expr_as(Expr::cust(FOREVER), "to_seq").expr_as(Expr::col("id"), JOIN_KEY);
    all.union(UnionType::All, past).union(UnionType::All, none);
    all
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    Page,
    /// Of the page, what has a known value in the first term of the order.
    Known,
    /// Of the page, what has none, where the page's `after` has one.
    Unknown,
    /// What lies before the page's `after`, that row included.
    UpToAfter,
    /// What lies behind the page's `before`, that row included.
    FromBefore,
}

/// What the parameters are called that hold the values of a cursor late: these and the position in the order.
pub const AFTER: &str = "after";
pub const BEFORE: &str = "before";

/// What the parameter is called that holds the last entry of the log at the moment, where it comes late.
pub const ENTRY: &str = "entry";

/// A parameter whose value comes when the statement is run. It goes through the statement as bytes, which no column holds.
pub fn later(name: &str) -> Expr {
    Expr::val(Value::Bytes(Some(name.as_bytes().to_vec())))
}

/// How a column puts rows in order: texts by their bytes, numbers by their size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    pub descending: bool,
    pub unknown_first: bool,
}

/// A list as a statement without columns, and the names its tables go by.
pub struct Selected {
    pub query: SelectStatement,
    pub record: String,
    pub link: Option<String>,
    /// The column of the link that holds the key of the record.
    key: Option<&'static Column>,
    /// The column of the link that holds it in the present.
    leads_to: Option<&'static Column>,
    /// The link whose rows hold copies of columns of the record.
    copies: Option<&'static Link>,
    /// Whether the record stays out of the statement.
    links_only: bool,
    tallied: Tallied,
    rank: Option<Expr>,
    pub parent: Option<Expr>,
}

impl Selected {
    fn of(query: SelectStatement, record: String) -> Self {
        Self {
            query,
            record,
            link: None,
            key: None,
            leads_to: None,
            copies: None,
            links_only: false,
            tallied: Tallied::Nowhere,
            rank: None,
            parent: None,
        }
    }

    /// The key of the record, of the present, as the link holds it through which it is found.
    pub fn key_of_record(&self, kind: &Kind) -> Expr {
        match (&self.link, self.leads_to) {
            (Some(link), Some(leads_to)) => column(link, leads_to),
            _ => column(&self.record, kind.key()),
        }
    }

    /// The alias of the record, where it stays out of the statement, which must not name it then.
    pub fn left_out(&self) -> Option<&str> {
        self.links_only.then_some(self.record.as_str())
    }
}

/// A link over which all records of a list are found, once each: they lead to one record, which the filter names by its
/// slug.
struct Through<'a> {
    /// The part of the filter that says so.
    part: &'a Predicate,
    link: &'static Link,
    /// The column of the link that holds the key of that record.
    far: &'static Column,
    kind: &'static Kind,
    slug: &'a str,
}

/// Where counts that serve an order come from.
enum Tallied {
    Nowhere,
    /// The table `tally` under this name.
    Kept(String),
    /// Counted here, for the past: the expression of each column.
    Counted(Vec<(&'static Column, Expr)>),
}

impl List {
    /// One page for every parent; of a root list for the parent 0. Columns: `parent`, `up_to_after`, `from_before`,
    /// those of the record (`c_`), of the edge (`e_`) and of the order (`k0`, `k1`, …), the last of which is the unique
    /// key. A parent without rows has a row of its own, with an unknown key, only where a cursor makes it matter.
    pub fn statement(&self, parents: &[i64], backend: DbBackend) -> SelectStatement {
        if matches!(self.source, Source::Root(_)) {
            return self.root_statement(parents, backend);
        }
        let mut tables = Tables::at(self.moment, backend);
        let rows = self.numbered(&mut tables);
        let join = if self.page.is_bounded() { JoinType::LeftJoin } else { JoinType::InnerJoin };
        let mut query = self.outside(&mut tables);
        query
            .expr(Expr::cust("page.*"))
            .join_subquery(join, rows, "page", Expr::col(("page", "owner")).equals(("keys", "value")))
            .order_by(("page", "n"), Order::Asc)
            .with_cte(tables.with_keys(parents));
        query
    }

    /// The page of a root list, which has one parent: where no cursor bounds it, the rows as they come in their order.
    fn root_statement(&self, parents: &[i64], backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::at(self.moment, backend);
        let mut rows = self.first(&mut tables);
        if !self.page.is_bounded() {
            let none = || Expr::cust("FALSE");
            rows.expr_as(Expr::cust("CAST(0 AS BIGINT)"), "parent");
            rows.expr_as(none(), "up_to_after").expr_as(none(), "from_before");
            return rows.with_cte(tables.with_keys(parents)).to_owned();
        }
        let mut query = self.outside(&mut tables);
        query.expr(Expr::cust("page.*")).join_subquery(JoinType::LeftJoin, rows, "page", Expr::cust("TRUE"));
        self.order_by(&mut query, |position, _| Expr::col(("page", term_name(position))));
        query.limit(self.page.limit.unsigned_abs() + 1);
        query.with_cte(tables.with_keys(parents));
        query
    }

    /// Of each parent, whether rows lie outside the page: `parent`, `up_to_after`, `from_before`.
    fn outside(&self, tables: &mut Tables) -> SelectStatement {
        let parent = || Expr::col(("keys", "value"));
        let mut query = Query::select();
        query
            .expr_as(parent(), "parent")
            .expr_as(self.exists(Part::UpToAfter, parent(), tables), "up_to_after")
            .expr_as(self.exists(Part::FromBefore, parent(), tables), "from_before")
            .from("keys");
        query
    }

    /// How many rows the whole list of each parent has: `parent`, `count`.
    pub fn count_statement(&self, parents: &[i64], backend: DbBackend) -> SelectStatement {
        self.count_of(key_values(parents, backend), backend)
    }

    /// [`List::count_statement`] for the parents that a statement gives.
    pub fn count_of(&self, parents: SelectStatement, backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::at(self.moment, backend);
        let parent = || Expr::col(("keys", "value"));
        let count = self.count(Some(parent()), &mut tables);
        let mut query = Query::select();
        query.expr_as(parent(), "parent").expr_as(count, "count").from("keys");
        query.with_cte(tables.with(Some(parents)));
        query
    }

    /// How many rows the whole list of a parent has, or a root list.
    pub fn count(&self, parent: Option<Expr>, tables: &mut Tables) -> Expr {
        if let Some(kept) = self.kept_count(parent.as_ref(), tables) {
            return kept;
        }
        // Whatever stays out of the statement around it.
        let links_only = std::mem::replace(&mut tables.links_only, false);
        let mut rows = self.countable(tables).unwrap_or_else(|| self.select(Part::All, tables));
        tables.links_only = links_only;
        if let (Some(key), Some(parent)) = (rows.parent, parent) {
            rows.query.and_where(key.eq(parent));
        }
        let mut count = rows.query;
        if !self.moment.is_now() {
            // SQLite answers from indexes only where nothing is counted directly over the rows of all times; the limit
            // keeps it from drawing the two together.
            count.expr(Expr::cust("1")).limit(i64::MAX.unsigned_abs());
            count = Query::select().from_subquery(count, "counted").take();
        }
        count.expr(Expr::cust("count(*)"));
        subquery(count)
    }

    /// [`List::count`] of a list of the present without conditions, where it is kept beside the records.
    fn kept_count(&self, parent: Option<&Expr>, tables: &mut Tables) -> Option<Expr> {
        if !self.moment.is_now() || self.only.is_some() || self.conditions().next().is_some() {
            return None;
        }
        let (link, near, key) = match self.source {
            Source::Related(Relation { via: Via::Link { link, near, once: false, .. }, .. }) => {
                (*link, *near, parent?.clone())
            }
            Source::Related(_) => return None,
            Source::Root(_) => {
                let through = self.through()?;
                (through.link, through.far, through.key(tables))
            }
        };
        let counts = |tally: &&Tally| tally.link.table == link.table && tally.near == near && tally.distinct.is_none();
        let column_of = kinds::TALLIES.iter().find(counts)?.column;
        let mut query = Query::select();
        let tally = tables.from(&mut query, "tally");
        query.expr(column(&tally, column_of)).and_where(column(&tally, &kinds::RECORD_ID).eq(key));
        Some(Func::coalesce([subquery(query), Expr::cust("0")]).into())
    }

    /// Of each parent that a statement gives, whether rows lie outside the page on the side of its cursors: `parent`,
    /// `up_to_after`, `from_before`.
    pub fn outside_of(&self, parents: SelectStatement, backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::at(self.moment, backend);
        let mut query = self.outside(&mut tables);
        query.with_cte(tables.with(Some(parents)));
        query
    }

    /// The links alone, where nothing is asked of the records they lead to but what the links hold copies of: foreign keys
    /// say that these are there.
    fn countable(&self, tables: &mut Tables) -> Option<Selected> {
        if self.only.is_some() {
            return None;
        }
        let mut query = Query::select();
        let (link, near, through) = match self.source {
            Source::Related(Relation { via: Via::Link { link, near, once: false, .. }, .. }) => {
                (*link, Some(near), None)
            }
            Source::Related(_) => return None,
            Source::Root(_) => {
                let through = self.through()?;
                (through.link, None, Some(through))
            }
        };
        let has_copies = self.moment.is_now();
        let is_copied = |column: &'static Column| has_copies && link.copy_of(column).is_some();
        if !self.conditions().all(|part| part.asks_only(&is_copied)) {
            return None;
        }
        let alias = tables.from(&mut query, link.table);
        tables.read_copies(&alias, &alias, link);
        if let Some(through) = through {
            query.and_where(through.condition(&alias, tables));
        }
        for part in self.conditions() {
            query.cond_where(part.condition(&alias, tables));
        }
        let parent = near.map(|near| column(&alias, near));
        Some(Selected { link: Some(alias.clone()), parent, ..Selected::of(query, alias) })
    }

    /// The link over which all records of a list of the present are found.
    fn through(&self) -> Option<Through<'_>> {
        let Source::Root(kind) = self.source else { return None };
        if !self.moment.is_now() {
            return None;
        }
        self.filter.iter().flat_map(Predicate::parts).find_map(|part| Through::of(kind, part))
    }

    /// What the filter asks of the records, beside what [`List::through`] says.
    fn conditions(&self) -> impl Iterator<Item = &Predicate> {
        let through = self.through().map(|through| through.part);
        let parts = self.filter.iter().flat_map(Predicate::parts);
        parts.filter(move |part| !through.is_some_and(|through| std::ptr::eq(through, *part)))
    }

    /// The rows of all pages, one more of each than asked, numbered.
    fn numbered(&self, tables: &mut Tables) -> SelectStatement {
        let mut selected = self.select(Part::Page, tables);
        self.columns(&mut selected);
        let parent = selected.parent.clone().unwrap_or_else(|| Expr::val(0_i64));
        let window = self.window(parent.clone(), &selected);
        let mut query = selected.query;
        query.expr_as(parent.clone(), "owner").expr_window_as(Expr::cust("row_number()"), window, "n").join(
            JoinType::InnerJoin,
            "keys",
            parent.equals(("keys", "value")),
        );
        let mut numbered = Query::select();
        numbered
            .expr(Expr::cust("*"))
            .from_subquery(query, "numbered")
            .and_where(Expr::col("n").lte(self.page.limit + 1));
        numbered
    }

    /// The rows of a root list's page, one more than asked at least.
    fn first(&self, tables: &mut Tables) -> SelectStatement {
        let mut columns = |selected: &mut Selected, _: &mut Tables| self.columns(selected);
        match self.halves() {
            None => self.first_of(Part::Page, None, tables, &mut columns),
            Some(halves) => self.first_of_halves(halves, None, tables, &mut columns),
        }
    }

    /// The rows of one parent's page, or of a root list's, one more than asked, in the order in which the page is read.
    /// `add` adds the columns; those of the order must be among them where cursors bound the page or it is of the past.
    pub fn page_of(
        &self,
        parent: Option<&Expr>,
        tables: &mut Tables,
        add: &mut dyn FnMut(&mut Selected, &mut Tables),
    ) -> SelectStatement {
        let Some(halves) = self.halves() else { return self.first_of(Part::Page, parent, tables, add) };
        let both = self.first_of_halves(halves, parent, tables, add);
        let mut query = Query::select();
        query.expr(Expr::cust("*")).from_subquery(both, "page");
        self.order_by(&mut query, |position, _| Expr::col(("page", term_name(position))));
        query.limit(self.page.limit.unsigned_abs() + 1);
        query
    }

    /// The rows of the lists of all parents in `keys`, in no order, so many at most and one more: `parent`, the columns that
    /// `add` adds, and those of the order. To be put in order by [`List::sorting`].
    pub fn together(
        &self,
        keys: SelectStatement,
        most: usize,
        mut tables: Tables,
        add: impl FnOnce(&mut Selected, &mut Tables),
    ) -> SelectStatement {
        let mut selected = self.select(Part::All, &mut tables);
        let parent = selected.parent.clone().unwrap_or_else(|| Expr::val(0_i64));
        selected.query.expr_as(parent.clone(), "parent");
        add(&mut selected, &mut tables);
        self.terms_of(&mut selected);
        let mut rows = selected.query;
        rows.join(JoinType::InnerJoin, "keys", parent.equals(("keys", "value")));
        rows.limit(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1));
        rows.with_cte(tables.with(Some(keys)));
        rows
    }

    /// How the columns of the order put the rows of a page in order.
    pub fn sorting(&self) -> impl Iterator<Item = Sorting> {
        self.order.iter().map(|term| Sorting {
            descending: self.direction(term) == Order::Desc,
            unknown_first: self.nulls(term) == Some(NullOrdering::First),
        })
    }

    /// The parts in which a page is searched that no single search of an index finds: the unknown values come behind the
    /// known ones.
    fn halves(&self) -> Option<[Part; 2]> {
        let first_value = self.page.after.as_ref().and_then(|cursor| cursor.0.first()?.as_ref());
        let is_one = self.page.backward || !self.order[0].column.nullable || first_value.is_none();
        (!is_one).then_some([Part::Known, Part::Unknown])
    }

    fn first_of_halves(
        &self,
        halves: [Part; 2],
        parent: Option<&Expr>,
        tables: &mut Tables,
        add: &mut dyn FnMut(&mut Selected, &mut Tables),
    ) -> SelectStatement {
        let [mut known, unknown] = halves.map(|part| {
            let half = self.first_of(part, parent, tables, add);
            Query::select().expr(Expr::cust("*")).from_subquery(half, "half").to_owned()
        });
        known.union(UnionType::All, unknown);
        known
    }

    /// The first rows of a part of a list of one parent, or of a root list.
    fn first_of(
        &self,
        part: Part,
        parent: Option<&Expr>,
        tables: &mut Tables,
        add: &mut dyn FnMut(&mut Selected, &mut Tables),
    ) -> SelectStatement {
        let mut selected = self.select(part, tables);
        if let (Some(key), Some(parent)) = (selected.parent.clone(), parent) {
            selected.query.and_where(key.eq(parent.clone()));
        }
        add(&mut selected, tables);
        let mut query = selected.query.clone();
        self.order_by(&mut query, |_, term| term_expr(term, &selected));
        query.limit(self.page.limit.unsigned_abs() + 1);
        query
    }

    /// FROM and WHERE of a part of this list, of all parents together.
    pub fn select(&self, part: Part, tables: &mut Tables) -> Selected {
        let mut selected = self.joined(tables);
        if self.order.iter().any(|term| term.side == Side::Tally) {
            selected.tallied = self.tallied(&mut selected, tables);
        }
        if let (true, Some((kind, search))) =
            (self.order.iter().any(|term| term.side == Side::Rank), self.filter.as_ref().and_then(Predicate::ranking))
        {
            // As a column, since an order names it often, and each time with all parameters otherwise.
            let mut ranked = Query::select();
            let ranks = search.rank("place", find::Among::kinds([kind.code]), tables.backend);
            ranked.column(("place", "id")).expr_as(ranks, "rank").from_as(find::PLACE, "place");
            let same = Expr::col(("ranked", "id")).equals((selected.record.clone(), "id"));
            selected.query.join_subquery(JoinType::InnerJoin, ranked, "ranked", same);
            selected.rank = Some(Expr::col(("ranked", "rank")));
        }
        for part in self.conditions() {
            let condition = part.condition(&selected.record, tables);
            selected.query.cond_where(condition);
        }
        if let (Some((only, values)), Some(link)) = (&self.only, &selected.link) {
            selected.query.and_where(column(link, only).in_subquery(text_values(values, tables.backend)));
        }
        let (after, before) = (self.page.after.as_ref(), self.page.before.as_ref());
        let terms = |cursor: &Cursor, side: &str| self.terms(cursor, side, &selected);
        let until = || before.map(|cursor| beyond(&terms(cursor, BEFORE), true, false));
        let condition = match part {
            Part::All => Condition::all(),
            Part::Page => Condition::all()
                .add_option(after.map(|cursor| beyond(&terms(cursor, AFTER), false, false)))
                .add_option(until()),
            Part::Known => {
                let known = |cursor: &Cursor| {
                    let mut terms = terms(cursor, AFTER);
                    terms[0].nullable = false;
                    beyond(&terms, false, false)
                };
                Condition::all().add_option(after.map(known)).add_option(until())
            }
            Part::Unknown => {
                let unknown = term_expr(&self.order[0], &selected).is_null();
                Condition::all().add(unknown).add_option(until())
            }
            Part::UpToAfter => {
                Condition::all().add_option(after.map(|cursor| beyond(&terms(cursor, AFTER), true, true)))
            }
            Part::FromBefore => {
                Condition::all().add_option(before.map(|cursor| beyond(&terms(cursor, BEFORE), false, true)))
            }
        };
        selected.query.cond_where(condition);
        selected
    }

    /// Joins the counts that are kept; those of the past are counted.
    fn tallied(&self, selected: &mut Selected, tables: &mut Tables) -> Tallied {
        let record = selected.record.clone();
        if self.moment.is_now() {
            return Tallied::Kept(tables.join(&mut selected.query, "tally", |tally| {
                Expr::col((tally.to_owned(), "record_id")).equals((record, "id"))
            }));
        }
        let tallies = kinds::TALLIES.iter().filter(|tally| tally.of == self.source.kind());
        let counted = tallies.map(|tally| {
            let mut query = Query::select();
            let link = tables.from(&mut query, tally.link.table);
            let counted = tally.distinct.unwrap_or(&kinds::ID);
            query.expr_as(column(&link, counted), "counted");
            query.and_where(column(&link, tally.near).equals((record.clone(), "id"))).limit(i64::MAX.unsigned_abs());
            let rows = Expr::col(("links", "counted"));
            let count = if tally.distinct.is_some() { rows.count_distinct() } else { rows.count() };
            // SQLite uses an index on rows of all times only where they are not counted at once, which a limit sees to.
            let count = Query::select().expr(count).from_subquery(query, "links").to_owned();
            (tally.column, Expr::SubQuery(None, Box::new(count.into())))
        });
        Tallied::Counted(counted.collect())
    }

    fn joined(&self, tables: &mut Tables) -> Selected {
        let mut query = Query::select();
        let relation = match self.source {
            Source::Root(kind) => {
                if let Some(through) = self.through() {
                    let link = through.link;
                    let alias = tables.from(&mut query, link.table);
                    let record = tables.join_far(&mut query, kind.table, |record| {
                        column(&alias, link.owner).eq(column(record, &kinds::ID))
                    });
                    query.and_where(through.condition(&alias, tables));
                    tables.read_copies(&record, &alias, link);
                    return Selected {
                        link: Some(alias),
                        key: Some(link.owner),
                        leads_to: Some(link.owner),
                        copies: Some(link),
                        links_only: tables.links_only,
                        ..Selected::of(query, record)
                    };
                }
                let record = tables.from(&mut query, kind.table);
                return Selected::of(query, record);
            }
            Source::Related(relation) => relation,
        };
        let far = relation.far.table;
        let (record, link, parent) = match &relation.via {
            Via::Link { link, near, far: far_key, once, .. } => {
                let alias = tables.from(&mut query, link.table);
                let record = tables
                    .join_far(&mut query, far, |record| column(&alias, far_key).equals((record.to_owned(), "id")));
                if *once {
                    query.and_where(is_first(&alias, link.table, near, far_key, tables));
                }
                (record, Some(alias.clone()), column(&alias, near))
            }
            Via::Children { column: owner, unless } => {
                let record = tables.from(&mut query, far);
                if let Some(known) = unless {
                    query.and_where(column(&record, known).is_null());
                }
                (record.clone(), None, column(&record, owner))
            }
            Via::Reference { column: reference } => {
                unreachable!("{} is no list: {} holds one key", relation.name, reference.name)
            }
            Via::Editions => {
                let near = tables.from(&mut query, far);
                let key = "undated_identifier_key";
                let record = tables
                    .join(&mut query, far, |record| Expr::col((near.clone(), key)).equals((record.to_owned(), key)));
                query.cond_where(is_edition(&record));
                (record, None, column(&near, &kinds::ID))
            }
            Via::Targets { inverse: false } => {
                let link = tables.from(&mut query, kinds::STANDARD_RELATION.table);
                let target =
                    if self.moment.is_now() { column(&link, &kinds::TARGET_ID) } else { key_of_target(&link, tables) };
                let record = if tables.links_only {
                    tables.alias()
                } else {
                    tables.join_optional(&mut query, relation.far, target)
                };
                (record, Some(link.clone()), column(&link, &kinds::STANDARD_ID))
            }
            Via::Targets { inverse: true } => {
                let (link, parent) = if self.moment.is_now() {
                    let link = tables.from(&mut query, kinds::STANDARD_RELATION.table);
                    (link.clone(), column(&link, &kinds::TARGET_ID))
                } else {
                    let near = tables.from(&mut query, far);
                    let link = tables.join(&mut query, kinds::STANDARD_RELATION.table, |link| {
                        column(link, &kinds::TARGET_KEY).equals((near.clone(), "identifier_key"))
                    });
                    query.and_where(column(&near, &kinds::ID).eq(key_of_target(&link, tables)));
                    (link, column(&near, &kinds::ID))
                };
                let record = tables.join_far(&mut query, far, |record| {
                    column(record, &kinds::ID).equals((link.clone(), kinds::STANDARD_ID.name))
                });
                (record, Some(link), parent)
            }
        };
        let (key, copies) = match relation.via {
            Via::Link { link, far, .. } => {
                (Some(far), Some(link).filter(|link| self.moment.is_now() && link.owner == far))
            }
            _ => (None, None),
        };
        let leads_to = match relation.via {
            Via::Link { far, .. } => Some(far),
            Via::Targets { inverse: false } => Some(&kinds::TARGET_ID),
            Via::Targets { inverse: true } => Some(&kinds::STANDARD_ID),
            Via::Children { .. } | Via::Reference { .. } | Via::Editions => None,
        };
        let links_only = tables.links_only && link.is_some();
        if let (Some(link), Some(alias)) = (copies, &link) {
            tables.read_copies(&record, alias, link);
        }
        Selected { link, key, leads_to, copies, links_only, parent: Some(parent), ..Selected::of(query, record) }
    }

    /// Whether rows lie outside the page on the side of the cursor; false where no cursor was given.
    fn exists(&self, part: Part, parent: Expr, tables: &mut Tables) -> Expr {
        let cursor = if part == Part::UpToAfter { &self.page.after } else { &self.page.before };
        if cursor.is_none() {
            return Expr::cust("FALSE");
        }
        let mut selected = self.select(part, tables);
        selected.query.expr(Expr::cust("1"));
        if let Some(key) = selected.parent {
            selected.query.and_where(key.eq(parent));
        }
        Expr::exists(selected.query)
    }

    /// Adds the columns of record, edge and order.
    fn columns(&self, selected: &mut Selected) {
        for read in self.source.kind().read_columns() {
            selected.query.expr_as(column(&selected.record, read), format!("c_{}", read.name));
        }
        if let (Source::Related(relation), Some(link)) = (self.source, &selected.link) {
            for read in relation.edge_columns() {
                selected.query.expr_as(column(link, read), format!("e_{}", read.name));
            }
        }
        self.terms_of(selected);
    }

    /// Adds the columns of the order: `k0`, `k1`, …, the last of which is the unique key. Those of a record that stays out
    /// of the statement are unknown.
    pub fn terms_of(&self, selected: &mut Selected) {
        for (position, term) in self.order.iter().enumerate() {
            let is_missing = selected.links_only && is_of_record(term, selected);
            let value = if is_missing { Expr::cust("NULL") } else { term_expr(term, selected) };
            selected.query.expr_as(value, term_name(position));
        }
    }

    /// Those terms of the order that no link holds, by their positions: columns of records that links lead to.
    pub fn terms_of_records(&self, selected: &Selected) -> Vec<(usize, &'static Column)> {
        let terms = self.order.iter().enumerate().filter(|(_, term)| is_of_record(term, selected));
        terms.map(|(position, term)| (position, term.column)).collect()
    }

    /// The rows of each parent in the order of the page, to be numbered.
    fn window(&self, parent: Expr, selected: &Selected) -> WindowStatement {
        let mut window = WindowStatement::new();
        window.add_partition_by(parent);
        for term in &self.order {
            let (value, direction) = (term_expr(term, selected), self.direction(term));
            match self.nulls(term) {
                Some(nulls) => window.order_by_expr_with_nulls(value, direction, nulls),
                None => window.order_by_expr(value, direction),
            };
        }
        window
    }

    /// Adds the order of the page.
    fn order_by(&self, query: &mut SelectStatement, value: impl Fn(usize, &OrderBy) -> Expr) {
        for (position, term) in self.order.iter().enumerate() {
            let (value, direction) = (value(position, term), self.direction(term));
            match self.nulls(term) {
                Some(nulls) => query.order_by_expr_with_nulls(value, direction, nulls),
                None => query.order_by_expr(value, direction),
            };
        }
    }

    fn direction(&self, term: &OrderBy) -> Order {
        if term.descending == self.page.backward { Order::Asc } else { Order::Desc }
    }

    /// Unknown values come last in both directions, and so first when a list is read from its end.
    fn nulls(&self, term: &OrderBy) -> Option<NullOrdering> {
        let last = if self.page.backward { NullOrdering::First } else { NullOrdering::Last };
        term.column.nullable.then_some(last)
    }

    /// The terms of the order, with the values that a cursor has in them.
    fn terms(&self, cursor: &Cursor, side: &str, selected: &Selected) -> Vec<Term> {
        let value = |position: usize, value: &Scalar| {
            if self.page.late { later(&format!("{side} {position}")) } else { value.expr() }
        };
        let terms = self.order.iter().zip(&cursor.0).enumerate();
        let term = |(position, (term, held)): (usize, (&OrderBy, &Option<Scalar>))| Term {
            column: term_expr(term, selected),
            value: held.as_ref().map(|held| value(position, held)),
            nullable: term.column.nullable,
            descending: term.descending,
        };
        terms.map(term).collect()
    }
}

/// A term of an order, beside the value of a row in it.
struct Term {
    column: Expr,
    /// None where it is unknown.
    value: Option<Expr>,
    /// Whether other rows may have an unknown value.
    nullable: bool,
    descending: bool,
}

impl<'a> Through<'a> {
    /// The link over which all records of a kind that satisfy a condition are found.
    fn of(kind: &'static Kind, part: &'a Predicate) -> Option<Self> {
        let Predicate::Related { relation, matching } = part else { return None };
        let Via::Link { link, near, far, .. } = &relation.via else { return None };
        let slug = matching.slug()?;
        // A link with copies tells its rows apart by its two ends.
        let is_once = !link.copies.is_empty() && link.owner == *near && link.unique == [*far];
        (is_once && kind.links.iter().any(|own| own.table == link.table)).then_some(Self {
            part,
            link,
            far,
            kind: relation.far,
            slug,
        })
    }

    /// Whether the link at `alias` leads to the record.
    fn condition(&self, alias: &str, tables: &mut Tables) -> Expr {
        column(alias, self.far).eq(self.key(tables))
    }

    /// The key of the record.
    fn key(&self, tables: &mut Tables) -> Expr {
        subquery(with_slug(self.kind, &Expr::val(self.slug), tables))
    }
}

/// The key of the record of a kind that has a slug.
fn with_slug(kind: &'static Kind, slug: &Expr, tables: &mut Tables) -> SelectStatement {
    let mut query = Query::select();
    let record = tables.from(&mut query, kind.table);
    query.column((record.clone(), "id")).and_where(column(&record, &kinds::SLUG).eq(slug.clone()));
    query
}

/// The rows after a row, or before it; with that row itself where `inclusive`.
fn beyond(terms: &[Term], before: bool, inclusive: bool) -> Condition {
    if let Some(comparison) = comparison(terms, before, inclusive) {
        return comparison.into_condition();
    }
    // For some term past the row's value, equal in all earlier ones.
    let mut any = Condition::any();
    let mut equal = Condition::all();
    for term in terms {
        any = any.add_option(term.past(before).map(|past| equal.clone().add(past)));
        equal = equal.add(match &term.value {
            Some(value) => term.column.clone().eq(value.clone()),
            None => term.column.clone().is_null(),
        });
    }
    if inclusive {
        any = any.add(equal);
    }
    Condition::all().add_option(terms.first().and_then(|term| term.range(before))).add(any)
}

/// One comparison of rows, which an index answers by a search; none where unknown values or mixed directions forbid it.
fn comparison(terms: &[Term], before: bool, inclusive: bool) -> Option<Expr> {
    let descending = terms.first()?.descending;
    if terms.iter().any(|term| term.nullable || term.descending != descending) {
        return None;
    }
    let values = terms.iter().map(|term| term.value.clone()).collect::<Option<Vec<_>>>()?;
    let row = Expr::tuple(terms.iter().map(|term| term.column.clone()));
    let values = Expr::tuple(values);
    Some(match (descending == before, inclusive) {
        (true, false) => row.gt(values),
        (true, true) => row.gte(values),
        (false, false) => row.lt(values),
        (false, true) => row.lte(values),
    })
}

impl Term {
    /// Past the value, with unknown values last; none where nothing is.
    fn past(&self, before: bool) -> Option<Condition> {
        let column = || self.column.clone();
        let Some(value) = self.value.clone() else {
            return before.then(|| column().is_not_null().into_condition());
        };
        let past = if self.descending == before { column().gt(value) } else { column().lt(value) };
        let unknown = (self.nullable && !before).then(|| column().is_null());
        Some(Condition::any().add(past).add_option(unknown))
    }

    /// The range in which all rows past the value lie, and those with the same: what an index can search. None where
    /// it would not be one range.
    fn range(&self, before: bool) -> Option<Expr> {
        let column = self.column.clone();
        match self.value.clone() {
            Some(value) if before || !self.nullable => {
                Some(if self.descending == before { column.gte(value) } else { column.lte(value) })
            }
            None if !before => Some(column.is_null()),
            _ => None,
        }
    }
}

fn term_name(position: usize) -> String {
    format!("k{position}")
}

fn term_expr(term: &OrderBy, selected: &Selected) -> Expr {
    if term.side == Side::Rank {
        return selected.rank.clone().unwrap_or_else(|| Expr::cust("CAST(0 AS BIGINT)"));
    }
    // An index of the link holds the key too.
    if let (Side::Record, Some(link), Some(key)) = (term.side, &selected.link, selected.key)
        && term.column.name == kinds::ID.name
    {
        return column(link, key);
    }
    if let (Side::Record, Some(link), Some(of)) = (term.side, &selected.link, selected.copies)
        && let Some(copy) = of.copy_of(term.column)
    {
        return column(link, copy);
    }
    let table = match (term.side, &selected.link, &selected.tallied) {
        (Side::Link, Some(link), _) => link,
        (Side::Tally, _, Tallied::Kept(tally)) => tally,
        (Side::Tally, _, Tallied::Counted(counted)) => {
            let count = counted.iter().find(|(column, _)| *column == term.column);
            return count.map_or_else(|| Expr::val(0_i64), |(_, count)| count.clone());
        }
        _ => &selected.record,
    };
    column(table, term.column)
}

/// Whether a term is read from the record, though there is a link.
fn is_of_record(term: &OrderBy, selected: &Selected) -> bool {
    let is_key = selected.key.is_some() && term.column.name == kinds::ID.name;
    let is_copy = selected.copies.is_some_and(|link| link.copy_of(term.column).is_some());
    term.side == Side::Record && selected.link.is_some() && !is_key && !is_copy
}

/// Whether no earlier link leads from the same row to the same row.
fn is_first(link: &str, table: &'static str, near: &'static Column, far: &'static Column, tables: &mut Tables) -> Expr {
    let mut earlier = Query::select();
    let other = tables.from(&mut earlier, table);
    earlier
        .expr(Expr::cust("1"))
        .and_where(column(&other, near).equals((link.to_owned(), near.name)))
        .and_where(column(&other, far).equals((link.to_owned(), far.name)))
        .and_where(column(&other, &kinds::ID).lt(column(link, &kinds::ID)));
    Expr::exists(earlier).not()
}

/// Columns of a document by which [`key_of_target`] finds it.
pub const TARGETS_FOUND_BY: [&str; 5] = ["identifier_key", "undated", "edition", "volume", "edition_sort"];

/// The key of the document that a relation points at: that with the target's key, the undated one first, else the
/// newest.
pub fn key_of_target(link: &str, tables: &mut Tables) -> Expr {
    let mut query = Query::select();
    let standard = tables.from(&mut query, kinds::STANDARD.table);
    query
        .columns(["id", "undated", "edition_sort"].map(|term| (standard.clone(), term)))
        .and_where(Expr::col((standard.clone(), "identifier_key")).equals((link.to_owned(), kinds::TARGET_KEY.name)));
    for (wanted, own) in [(&kinds::TARGET_EDITION, "edition"), (&kinds::TARGET_VOLUME, "volume")] {
        let same = column(link, wanted).equals((standard.clone(), own));
        query.cond_where(Condition::any().add(column(link, wanted).is_null()).add(same));
    }
    query
        .order_by((standard.clone(), "undated"), Order::Desc)
        .order_by((standard.clone(), "edition_sort"), Order::Desc)
        .order_by((standard.clone(), "id"), Order::Desc)
        .limit(1);
    if matches!(tables.seen, Seen::Now) {
        return subquery(query.clear_selects().column((standard, "id")).take());
    }
    subquery(found(query))
}

/// The keys that a statement finds, which selects all that it orders by: only so does SQLite use an index on rows of all
/// times.
pub fn found(query: SelectStatement) -> SelectStatement {
    Query::select().column("id").from_subquery(query, "found").to_owned()
}

/// Most entries of a list that has no pages: citations of a link, subjects, other identifiers.
const MAX_FACTS: i64 = 100;

/// Rows of a link table by the keys in `near`, at most [`MAX_FACTS`] for each, in order: `parent`, and the columns that
/// `add` adds for the link at an alias.
pub fn facts(
    link: &'static Link,
    near: &'static Column,
    keys: SelectStatement,
    mut tables: Tables,
    add: impl FnOnce(&mut SelectStatement, &str, &mut Tables),
) -> SelectStatement {
    let mut rows = Query::select();
    let row = tables.from(&mut rows, link.table);
    let mut window = WindowStatement::partition_by((row.clone(), near.name));
    for term in kinds::order_of_facts(link).iter().copied().chain([&kinds::ID]) {
        window.order_by((row.clone(), term.name), Order::Asc);
    }
    rows.expr_as(column(&row, near), "parent");
    add(&mut rows, &row, &mut tables);
    rows.expr_window_as(Expr::cust("row_number()"), window, "n");
    rows.join(JoinType::InnerJoin, "keys", column(&row, near).equals(("keys", "value")));
    let mut query = Query::select();
    query
        .expr(Expr::cust("*"))
        .from_subquery(rows, "numbered")
        .and_where(Expr::col("n").lte(MAX_FACTS))
        .order_by("n", Order::Asc);
    query.with_cte(tables.with(Some(keys)));
    query
}

/// For each of `keys` the row of a kind whose key is `id`: `parent`, and the columns that `add` adds for the row at an
/// alias. The table expressions are still to be added.
pub fn one_row(
    kind: &'static Kind,
    id: Expr,
    tables: &mut Tables,
    add: impl FnOnce(&mut SelectStatement, &str, &mut Tables),
) -> SelectStatement {
    let mut query = Query::select();
    query.expr_as(Expr::col(("keys", "value")), "parent").from("keys");
    let record = tables.join(&mut query, kind.table, |record| column(record, kind.key()).eq(id));
    add(&mut query, &record, tables);
    query
}

/// The key of the newest published edition of the document that the standard with a key is, or stands for.
pub fn key_of_latest_edition(standard: &Expr, tables: &mut Tables) -> Expr {
    let mut near = Query::select();
    let own = tables.from(&mut near, kinds::STANDARD.table);
    near.column((own.clone(), kinds::UNDATED_IDENTIFIER_KEY.name))
        .and_where(column(&own, &kinds::ID).eq(standard.clone()));
    subquery(newest_edition(subquery(near), tables))
}

/// The newest published edition with this key of an undated identifier.
pub fn newest_edition(undated_key: Expr, tables: &mut Tables) -> SelectStatement {
    let mut edition = Query::select();
    let standard = tables.from(&mut edition, kinds::STANDARD.table);
    edition
        .column((standard.clone(), "id"))
        .and_where(column(&standard, &kinds::UNDATED_IDENTIFIER_KEY).eq(undated_key))
        .cond_where(is_edition(&standard))
        .and_where(is_published(&standard));
    newest(edition, &standard)
}

/// The key of the newest of the standards at `alias`, of which the key is selected, and what they are ordered by so far.
pub fn newest(mut standards: SelectStatement, alias: &str) -> SelectStatement {
    let term = |name: &'static str| (alias.to_owned(), name);
    standards.column(term("edition_sort"));
    standards.order_by(term("edition_sort"), Order::Desc).order_by(term("id"), Order::Desc).limit(1);
    found(standards)
}

/// Longest way from an issue to its root.
const MAX_ANCESTORS: i32 = 32;

/// Every issue above each of the parents, the farthest first: `parent`, and the columns that `add` adds for the issue at
/// an alias.
pub fn ancestors(
    keys: SelectStatement,
    mut tables: Tables,
    add: impl FnOnce(&mut SelectStatement, &str, &mut Tables),
) -> SelectStatement {
    let mut start = Query::select();
    let issue = tables.from(&mut start, kinds::ISSUE.table);
    let parent_id = |alias: &str| Expr::col((alias.to_owned(), "parent_id"));
    start
        .expr(Expr::col(("keys", "value")))
        .expr(parent_id(&issue))
        .expr(Expr::cust("1"))
        .join(JoinType::InnerJoin, "keys", Expr::col((issue.clone(), "id")).equals(("keys", "value")))
        .and_where(parent_id(&issue).is_not_null());
    let mut step = Query::select();
    let issue = tables.from(&mut step, kinds::ISSUE.table);
    step.expr(Expr::col(("up", "start")))
        .expr(parent_id(&issue))
        .expr(Expr::col(("up", "depth")).add(Expr::cust("1")))
        .join(JoinType::InnerJoin, "up", Expr::col((issue.clone(), "id")).equals(("up", "id")))
        .and_where(parent_id(&issue).is_not_null())
        .and_where(Expr::col(("up", "depth")).lt(MAX_ANCESTORS));
    let mut up = CommonTableExpression::new();
    up.table_name("up").columns(["start", "id", "depth"]).query(start.union(UnionType::All, step).to_owned());
    let mut query = Query::select();
    query.expr_as(Expr::col(("up", "start")), "parent").from("up");
    let issue = tables.join(&mut query, kinds::ISSUE.table, |issue| column(issue, &kinds::ID).equals(("up", "id")));
    add(&mut query, &issue, &mut tables);
    query.order_by(("up", "depth"), Order::Desc);
    let mut with = tables.with(Some(keys));
    with.recursive(true).cte(up);
    query.with_cte(with);
    query
}

/// The key of the record of a kind that has a slug, or had it before a rename.
pub fn key_of_slug(kind: &'static Kind, slug: &Expr, tables: &mut Tables) -> Expr {
    let current = with_slug(kind, slug, tables);
    let mut former = Query::select();
    let alias = tables.from(&mut former, kinds::SLUG_ALIAS.table);
    former
        .column((alias.clone(), kinds::RECORD_ID.name))
        .and_where(column(&alias, kinds::SLUG_ALIAS_KIND).eq(kind.code))
        .and_where(column(&alias, &kinds::SLUG).eq(slug.clone()));
    first_of(current, former)
}

/// The key of the standard that an identifier means, by its key: that with exactly this identifier, the undated one first;
/// else the newest published edition with this undated identifier.
pub fn key_of_identifier(identifier: &Expr, tables: &mut Tables) -> Expr {
    let mut exact = Query::select();
    let standard = tables.from(&mut exact, kinds::STANDARD.table);
    exact
        .columns(["id", kinds::UNDATED.name].map(|term| (standard.clone(), term)))
        .and_where(column(&standard, &kinds::IDENTIFIER_KEY).eq(identifier.clone()))
        .order_by((standard.clone(), kinds::UNDATED.name), Order::Desc);
    let dated = newest_edition(identifier.clone(), tables);
    first_of(newest(exact, &standard), dated)
}

/// The key of the country that has a code.
pub fn key_of_code(code: &Expr, tables: &mut Tables) -> Expr {
    let mut query = Query::select();
    let country = tables.from(&mut query, kinds::COUNTRY.table);
    query.column((country.clone(), "id")).and_where(column(&country, &kinds::CODE).eq(code.clone()));
    subquery(query)
}

/// What a statement of one row and one column finds.
pub fn subquery(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

/// What the first of two statements finds, else what the other does.
pub fn first_of(one: SelectStatement, other: SelectStatement) -> Expr {
    Func::coalesce([subquery(one), subquery(other)]).into()
}

/// Any number of keys as a subquery with one parameter.
pub fn key_values(keys: &[i64], backend: DbBackend) -> SelectStatement {
    values(Expr::val(serde_json::Value::from(keys).to_string()), Some("bigint"), backend)
}

/// Any number of keys as a subquery, from the JSON array that a parameter holds.
fn key_values_in(array: Expr, backend: DbBackend) -> SelectStatement {
    values(array, Some("bigint"), backend)
}

/// Any number of keys as a subquery, from the array that a parameter holds, on SQLite from a JSON array: quicker to read than
/// what [`key_values`] makes.
pub fn array_keys(array: Expr, backend: DbBackend) -> SelectStatement {
    if backend != DbBackend::Postgres {
        return key_values_in(array, backend);
    }
    let mut query = Query::select();
    let elements = Func::cust("unnest").arg(array.cast_as("bigint[]"));
    query.from_function(elements, "elements").expr_as(Expr::col("elements"), "value");
    query
}

/// The text of the array that [`array_keys`] reads.
pub fn array_text(keys: &[i64], backend: DbBackend) -> String {
    let (start, end) = if backend == DbBackend::Postgres { ('{', '}') } else { ('[', ']') };
    let mut array = String::with_capacity(8 * keys.len() + 2);
    array.push(start);
    for (place, key) in keys.iter().enumerate() {
        if place > 0 {
            array.push(',');
        }
        array.push_str(&key.to_string());
    }
    array.push(end);
    array
}

/// Any number of texts as a subquery with one parameter.
pub fn text_values(texts: &[String], backend: DbBackend) -> SelectStatement {
    values(Expr::val(serde_json::Value::from(texts).to_string()), None, backend)
}

/// Any number of texts as a subquery, from the JSON array that a parameter holds.
pub fn text_values_in(array: Expr, backend: DbBackend) -> SelectStatement {
    values(array, None, backend)
}

/// Any number of keys with entries of the log, as `value` and `sequence`, with one parameter; and as `first` the first
/// entry of the same write, before which none of its changes is seen.
fn entry_values(entries: &[(i64, i64)], backend: DbBackend) -> SelectStatement {
    let pairs: Vec<[i64; 2]> = entries.iter().map(|(key, sequence)| [*key, *sequence]).collect();
    let array = serde_json::json!(pairs).to_string();
    let (function, array, part) = if backend == DbBackend::Postgres {
        ("json_array_elements", Expr::val(array).cast_as("json"), ["(value ->> 0)", "(value ->> 1)"])
    } else {
        ("json_each", Expr::val(array), ["json_extract(value, '$[0]')", "json_extract(value, '$[1]')"])
    };
    let [key, sequence] = part.map(|part| Expr::cust(format!("CAST({part} AS BIGINT)")));
    let entry = |name: &'static str| Expr::col(("entry", name));
    let mut first = Query::select();
    first
        .expr(Expr::col(("same", "sequence")).min())
        .from_as("change", "entry")
        .join_as(JoinType::InnerJoin, "change", "same", entry("at").equals(("same", "at")))
        .and_where(entry("sequence").eq(sequence.clone()));
    let mut query = Query::select();
    query
        .from_function(Func::cust(function).arg(array), "elements")
        .expr_as(key, "value")
        .expr_as(sequence, "sequence")
        .expr_as(Expr::SubQuery(None, Box::new(first.into())), "first");
    query
}

fn values(array: Expr, cast: Option<&'static str>, backend: DbBackend) -> SelectStatement {
    let mut query = Query::select();
    let value = Expr::col(("elements", "value"));
    if backend == DbBackend::Postgres {
        let array = array.cast_as("json");
        query.from_function(Func::cust("json_array_elements_text").arg(array), "elements");
        query.expr_as(cast.map_or_else(|| value.clone(), |ty| value.clone().cast_as(ty)), "value");
    } else {
        query.from_function(Func::cust("json_each").arg(array), "elements").expr_as(value, "value");
    }
    query
}
