//! Lists as statements. A table enters a statement through [`Tables`] only, so that what every use of a table needs
//! has one place; [`List::select`] is the one place that knows what a list is.

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    CommonTableExpression, Condition, Expr, ExprTrait, Func, IntoCondition, JoinType, NullOrdering, Order,
    OverStatement, Query, SelectStatement, WindowStatement, WithClause,
};

use super::cursor::Cursor;
use super::list::{List, Source};
use super::predicate::{column, is_edition, is_not_true};
use super::{Column, OrderBy, Relation, Scalar, Side, Via, kinds};

/// The tables of one statement.
pub struct Tables {
    backend: DbBackend,
    aliases: u32,
}

impl Tables {
    pub fn new(backend: DbBackend) -> Self {
        Self { backend, aliases: 0 }
    }

    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    /// Starts `query` from a table and gives the alias.
    pub fn from(&mut self, query: &mut SelectStatement, table: &'static str) -> String {
        let alias = self.alias();
        query.from_as(table, alias.clone());
        alias
    }

    /// Joins a table to `query` and gives the alias.
    pub fn join(&mut self, query: &mut SelectStatement, table: &'static str, on: impl FnOnce(&str) -> Expr) -> String {
        self.join_by(JoinType::InnerJoin, query, table, on)
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
        query.join_as(join, table, alias.clone(), on);
        alias
    }
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    All,
    Page,
    /// What lies before the page's `after`, that row included.
    UpToAfter,
    /// What lies behind the page's `before`, that row included.
    FromBefore,
}

/// A list as a statement without columns, and the names its tables go by.
pub struct Selected {
    pub query: SelectStatement,
    record: String,
    link: Option<String>,
    tally: Option<String>,
    parent: Option<Expr>,
}

impl List {
    /// One page for every parent; of a root list for the parent 0. Columns: `parent`, `up_to_after`, `from_before`,
    /// those of the record (`c_`), of the edge (`e_`) and of the order (`k0`, `k1`, …), the last of which is the unique
    /// key. A parent without rows has a row of its own, with an unknown key, only where a cursor makes it matter.
    pub fn statement(&self, parents: &[i64], backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::new(backend);
        let is_root = matches!(self.source, Source::Root(_));
        let rows = self.rows(&mut tables);
        let parent = || Expr::col(("keys", "value"));
        let join = if self.page.is_bounded() { JoinType::LeftJoin } else { JoinType::InnerJoin };
        let mut query = Query::select();
        query
            .expr_as(parent(), "parent")
            .expr_as(self.exists(Part::UpToAfter, parent(), &mut tables), "up_to_after")
            .expr_as(self.exists(Part::FromBefore, parent(), &mut tables), "from_before")
            .expr(Expr::cust("page.*"))
            .from("keys")
            .join_subquery(join, rows, "page", Expr::col(("page", "owner")).equals(("keys", "value")));
        if is_root {
            self.order_by(&mut query, |position, _| Expr::col(("page", term_name(position))));
        } else {
            query.order_by(("page", "n"), Order::Asc);
        }
        query.with_cte(keys(parents, backend));
        query
    }

    /// How many rows the whole list of each parent has: `parent`, `count`.
    pub fn count_statement(&self, parents: &[i64], backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::new(backend);
        let parent = || Expr::col(("keys", "value"));
        let mut rows = self.countable(&mut tables).unwrap_or_else(|| self.select(Part::All, &mut tables));
        rows.query.expr(Expr::cust("count(*)"));
        if let Some(key) = rows.parent {
            rows.query.and_where(key.eq(parent()));
        }
        let mut query = Query::select();
        query
            .expr_as(parent(), "parent")
            .expr_as(Expr::SubQuery(None, Box::new(rows.query.into())), "count")
            .from("keys");
        query.with_cte(keys(parents, backend));
        query
    }

    /// The links alone, where nothing is asked of the records they lead to: foreign keys say that these are there.
    fn countable(&self, tables: &mut Tables) -> Option<Selected> {
        let Source::Related(Relation { via: Via::Link { link, near, once: false, .. }, .. }) = self.source else {
            return None;
        };
        if self.filter.is_some() || self.only.is_some() {
            return None;
        }
        let mut query = Query::select();
        let link = tables.from(&mut query, link.table);
        let parent = Some(column(&link, near));
        Some(Selected { query, record: link.clone(), link: Some(link), tally: None, parent })
    }

    /// The rows of all pages, one more of each than asked.
    fn rows(&self, tables: &mut Tables) -> SelectStatement {
        let mut selected = self.select(Part::Page, tables);
        self.columns(&mut selected);
        let Some(parent) = selected.parent.clone() else {
            selected.query.expr_as(Expr::cust("CAST(0 AS BIGINT)"), "owner");
            let mut query = selected.query.clone();
            self.order_by(&mut query, |_, term| term_expr(term, &selected));
            query.limit(self.page.limit.unsigned_abs() + 1);
            return query;
        };
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

    /// FROM and WHERE of a part of this list, of all parents together.
    pub fn select(&self, part: Part, tables: &mut Tables) -> Selected {
        let mut selected = self.joined(tables);
        if self.order.iter().any(|term| term.side == Side::Tally) {
            let record = selected.record.clone();
            selected.tally = Some(tables.join(&mut selected.query, "tally", |tally| {
                Expr::col((tally.to_owned(), "record_id")).equals((record, "id"))
            }));
        }
        if let Some(filter) = &self.filter {
            let condition = filter.condition(&selected.record, tables);
            selected.query.cond_where(condition);
        }
        if let (Some((only, values)), Some(link)) = (&self.only, &selected.link) {
            selected.query.and_where(column(link, only).in_subquery(text_values(values, tables.backend)));
        }
        let beyond = |cursor: &Cursor, before: bool| self.beyond(cursor, before, &selected);
        let outside =
            |cursor: &Option<Cursor>, before: bool| cursor.as_ref().map(|cursor| is_not_true(beyond(cursor, before)));
        let condition = match part {
            Part::All => Condition::all(),
            Part::Page => Condition::all()
                .add_option(self.page.after.as_ref().map(|cursor| beyond(cursor, false)))
                .add_option(self.page.before.as_ref().map(|cursor| beyond(cursor, true))),
            Part::UpToAfter => Condition::all().add_option(outside(&self.page.after, false)),
            Part::FromBefore => Condition::all().add_option(outside(&self.page.before, true)),
        };
        selected.query.cond_where(condition);
        selected
    }

    fn joined(&self, tables: &mut Tables) -> Selected {
        let mut query = Query::select();
        let relation = match self.source {
            Source::Root(kind) => {
                let record = tables.from(&mut query, kind.table);
                return Selected { query, record, link: None, tally: None, parent: None };
            }
            Source::Related(relation) => relation,
        };
        let far = relation.far.table;
        let (record, link, parent) = match &relation.via {
            Via::Link { link, near, far: far_key, once, .. } => {
                let alias = tables.from(&mut query, link.table);
                let record =
                    tables.join(&mut query, far, |record| column(&alias, far_key).equals((record.to_owned(), "id")));
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
                let target = target(&link, tables);
                let record =
                    tables.join_by(JoinType::LeftJoin, &mut query, far, |record| column(record, &kinds::ID).eq(target));
                (record, Some(link.clone()), column(&link, &kinds::STANDARD_ID))
            }
            Via::Targets { inverse: true } => {
                let near = tables.from(&mut query, far);
                let link = tables.join(&mut query, kinds::STANDARD_RELATION.table, |link| {
                    column(link, &kinds::TARGET_KEY).equals((near.clone(), "identifier_key"))
                });
                query.and_where(column(&near, &kinds::ID).eq(target(&link, tables)));
                let record = tables.join(&mut query, far, |record| {
                    column(record, &kinds::ID).equals((link.clone(), kinds::STANDARD_ID.name))
                });
                (record, Some(link), column(&near, &kinds::ID))
            }
        };
        Selected { query, record, link, tally: None, parent: Some(parent) }
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
        for (position, term) in self.order.iter().enumerate() {
            let value = term_expr(term, selected);
            selected.query.expr_as(value, term_name(position));
        }
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

    /// The rows strictly after a cursor, or strictly before it.
    fn beyond(&self, cursor: &Cursor, before: bool, selected: &Selected) -> Condition {
        let terms: Vec<_> =
            self.order.iter().zip(&cursor.0).map(|(term, value)| (term, term_expr(term, selected), value)).collect();
        let uniform =
            self.order.iter().all(|term| !term.column.nullable && term.descending == self.order[0].descending);
        if uniform
            && let Some(values) =
                cursor.0.iter().map(|value| value.as_ref().map(Scalar::expr)).collect::<Option<Vec<_>>>()
        {
            // One comparison of rows, which an index answers by a search.
            let row = Expr::tuple(terms.into_iter().map(|(_, value, _)| value));
            let cursor = Expr::tuple(values);
            return if self.order[0].descending == before { row.gt(cursor) } else { row.lt(cursor) }.into_condition();
        }
        // For some term past the cursor's value, equal in all earlier ones.
        let mut any = Condition::any();
        let mut equal = Condition::all();
        for (term, column, value) in terms {
            any = any.add(equal.clone().add(past(&column, value.as_ref(), term, before)));
            equal = equal.add(match value {
                Some(value) => column.eq(value.expr()),
                None => column.is_null(),
            });
        }
        any
    }
}

/// One term past a value, with unknown values last.
fn past(column: &Expr, value: Option<&Scalar>, term: &OrderBy, before: bool) -> Condition {
    let column = column.clone();
    let compare = |column: Expr, value: &Scalar| {
        if term.descending == before { column.gt(value.expr()) } else { column.lt(value.expr()) }
    };
    match value {
        Some(value) if before || !term.column.nullable => compare(column, value).into_condition(),
        Some(value) => Condition::any().add(compare(column.clone(), value)).add(column.is_null()),
        None if before => column.is_not_null().into_condition(),
        None => Expr::cust("FALSE").into_condition(),
    }
}

fn term_name(position: usize) -> String {
    format!("k{position}")
}

fn term_expr(term: &OrderBy, selected: &Selected) -> Expr {
    let table = match (term.side, &selected.link, &selected.tally) {
        (Side::Link, Some(link), _) => link,
        (Side::Tally, _, Some(tally)) => tally,
        _ => &selected.record,
    };
    column(table, term.column)
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

/// The key of the document that a relation points at: that with the target's key, the undated one first, else the
/// newest.
fn target(link: &str, tables: &mut Tables) -> Expr {
    let mut query = Query::select();
    let standard = tables.from(&mut query, kinds::STANDARD.table);
    query
        .column((standard.clone(), "id"))
        .and_where(Expr::col((standard.clone(), "identifier_key")).equals((link.to_owned(), kinds::TARGET_KEY.name)));
    for (wanted, own) in [(&kinds::TARGET_EDITION, "edition"), (&kinds::TARGET_VOLUME, "volume")] {
        let same = column(link, wanted).equals((standard.clone(), own));
        query.cond_where(Condition::any().add(column(link, wanted).is_null()).add(same));
    }
    query
        .order_by((standard.clone(), "undated"), Order::Desc)
        .order_by((standard.clone(), "edition_sort"), Order::Desc)
        .order_by((standard, "id"), Order::Desc)
        .limit(1);
    Expr::SubQuery(None, Box::new(query.into()))
}

/// The keys of parents as the table `keys`, from one parameter.
pub fn keys(keys: &[i64], backend: DbBackend) -> WithClause {
    keys_table(key_values(keys, backend))
}

/// Texts as the table `keys`, from one parameter.
pub fn text_keys(texts: &[String], backend: DbBackend) -> WithClause {
    keys_table(text_values(texts, backend))
}

fn keys_table(values: SelectStatement) -> WithClause {
    let mut expression = CommonTableExpression::new();
    expression.table_name("keys").column("value").query(values);
    let mut with = WithClause::new();
    with.cte(expression);
    with
}

/// Any number of keys as a subquery with one parameter.
pub fn key_values(keys: &[i64], backend: DbBackend) -> SelectStatement {
    values(serde_json::Value::from(keys).to_string(), Some("bigint"), backend)
}

/// Any number of texts as a subquery with one parameter.
pub fn text_values(texts: &[String], backend: DbBackend) -> SelectStatement {
    values(serde_json::Value::from(texts).to_string(), None, backend)
}

fn values(array: String, cast: Option<&'static str>, backend: DbBackend) -> SelectStatement {
    let mut query = Query::select();
    let value = Expr::col(("elements", "value"));
    if backend == DbBackend::Postgres {
        let array = Expr::val(array).cast_as("json");
        query.from_function(Func::cust("json_array_elements_text").arg(array), "elements");
        query.expr_as(cast.map_or_else(|| value.clone(), |ty| value.clone().cast_as(ty)), "value");
    } else {
        query.from_function(Func::cust("json_each").arg(array), "elements").expr_as(value, "value");
    }
    query
}
