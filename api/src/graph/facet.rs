//! Facets: how many records of a list there are for each value of something.

use std::borrow::Cow;

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, JoinType, NullOrdering, Order, Query, SelectStatement, UnionType, WindowStatement,
};

use super::list::{List, PageSize, Source, limit};
use super::predicate::{Predicate, column};
use super::statement::{Part, Selected, Tables, key_values};
use super::{Column, Kind, Link, Relation, Type, Via, kinds};

/// What records are counted by.
#[derive(Debug)]
pub struct Facet {
    /// Its field in the API.
    pub name: &'static str,
    /// The kind whose lists have it.
    pub of: &'static Kind,
    pub by: By,
    /// Whether it has few values, all of which are shown.
    pub is_small: bool,
}

/// The records of a list that have one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What filters call it; none for the records that have no value.
    pub value: Option<String>,
    pub label: Option<String>,
    pub count: i64,
}

/// What groups without a value are called.
const NONE: &str = "None";
/// Words that are written in another way than others.
const SPELT: [(&str, &str); 2] = [("RFC", "RFC"), ("NGOS_AND_ASSOCIATIONS", "NGOs and associations")];

/// Where a facet takes its values from. Records that have none are a group of their own.
#[derive(Debug)]
pub enum By {
    /// A column of the record.
    Column(&'static Column),
    /// The rows that a relation leads to: what filters call them, what people do, and the label's natural order.
    Related { relation: &'static Relation, value: &'static Column, label: &'static Column, sort: &'static Column },
    /// The subjects of a standard.
    Subject,
}

/// Most groups of a facet whose values are few.
pub const MAX_GROUPS: i64 = 250;

impl PartialEq for Facet {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Facet {}
impl std::hash::Hash for Facet {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Facet {
    /// How many groups are shown where `first` are asked for.
    ///
    /// # Errors
    /// The sentence for the client.
    pub fn most(&self, first: Option<i32>) -> Result<i64, String> {
        if self.is_small { Ok(MAX_GROUPS) } else { limit("first", first, PageSize::USUAL) }
    }

    /// The list that is counted: the whole of it. With `exclude_own` the filter's conditions on what is counted by are
    /// left out.
    pub fn counted(&self, list: &List, exclude_own: bool) -> List {
        let mut whole = list.clone();
        whole.forget_page();
        if exclude_own {
            whole.filter = whole.filter.map(|filter| filter.without(self));
        }
        whole
    }

    /// What its values are read as.
    pub fn ty(&self) -> Type {
        if let By::Column(column) = &self.by { column.ty } else { Type::Text }
    }

    /// What a person would call a group.
    pub fn label<'a>(&self, group: &'a Group) -> Cow<'a, str> {
        match (&group.value, &group.label, &self.by) {
            (None, _, _) => NONE.into(),
            (Some(code), _, By::Column(column)) if column.ty == Type::Text => words_of(code).into(),
            (Some(value), label, _) => label.as_deref().unwrap_or(value).into(),
        }
    }

    /// The column that holds its values, and where that is a link's, the link and its end at the record.
    fn column(&self) -> (&'static Column, Option<(&'static Link, &'static Column)>) {
        match &self.by {
            By::Column(own) => (own, None),
            By::Subject => {
                let link = &kinds::STANDARD_SUBJECT;
                (&kinds::SUBJECT_CODE, Some((link, link.owner)))
            }
            By::Related { relation, .. } => match &relation.via {
                Via::Reference { column } => (column, None),
                Via::Link { link, near, far, .. } => (far, Some((link, near))),
                _ => unreachable!("no facet goes over {}", relation.name),
            },
        }
    }

    /// Whether a record may have a value twice: a code stands in several classifications, and where more than the two
    /// ends tells links apart, there may be several between them.
    fn repeats(&self) -> bool {
        matches!(self.by, By::Subject) || self.column().1.is_some_and(|(link, _)| link.unique.len() > 1)
    }
}

/// The value of an enum in words: `UNDER_DEVELOPMENT` is "Under development".
fn words_of(code: &str) -> String {
    if let Some((_, words)) = SPELT.iter().find(|(spelt, _)| *spelt == code) {
        return (*words).to_owned();
    }
    let mut words = code.replace('_', " ").to_lowercase();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The values that a facet's records have, each as a row of a statement without columns.
struct Values {
    query: SelectStatement,
    parent: Option<Expr>,
    record: Expr,
    key: Expr,
    /// Of subjects alone.
    title: Option<Expr>,
}

/// Which records of a facet with links: those that have one, those that have none, or all.
#[derive(Clone, Copy)]
enum Linked {
    Surely,
    Not,
    Perhaps,
}

impl Predicate {
    /// The filter without its conditions on what a facet counts by, as far as they stand alone: within `or` and `not`
    /// they mean something together with others.
    #[must_use]
    pub fn without(&self, facet: &Facet) -> Self {
        match self {
            Self::All(parts) => {
                Self::All(parts.iter().filter(|part| !part.is_on(facet)).map(|part| part.without(facet)).collect())
            }
            other => other.clone(),
        }
    }

    fn is_on(&self, facet: &Facet) -> bool {
        match (self, &facet.by) {
            (Self::Column { column, .. }, By::Column(own)) => column == own,
            (Self::Related { relation, .. }, By::Related { relation: own, .. }) => relation == own,
            (Self::Subject { .. }, By::Subject) => true,
            _ => false,
        }
    }
}

impl List {
    /// The groups of a facet of every parent's whole list, the largest first: `parent`, `value`, `label`, `count`.
    pub fn facet_statement(&self, facet: &Facet, first: i64, parents: &[i64], backend: DbBackend) -> SelectStatement {
        self.facet_of(facet, first, key_values(parents, backend), backend)
    }

    /// [`List::facet_statement`] for the parents that a statement gives.
    pub fn facet_of(&self, facet: &Facet, first: i64, parents: SelectStatement, backend: DbBackend) -> SelectStatement {
        let mut tables = Tables::at(self.moment, backend);
        let groups = self.groups(facet, &mut tables);
        let mut named = Query::select();
        named.from_subquery(groups, "groups").columns([("groups", "parent"), ("groups", "count")]);
        let key = || Expr::col(("groups", "key"));
        let [value, label, sort] = match &facet.by {
            By::Column(_) => [key(), key(), key()],
            By::Subject => {
                let title: Expr = Func::coalesce([Expr::col(("groups", "title")), key()]).into();
                [key(), title.clone(), title]
            }
            By::Related { relation, value, label, sort } => {
                tables.values_of(&mut named, relation.far, &key(), [value, label, sort])
            }
        };
        named.expr_as(value, "value").expr_as(label, "label").expr_as(sort, "sort");
        let mut query = Query::select();
        query.columns(["parent", "value", "label", "count"]).from_subquery(named, "named");
        let order = [("count", Order::Desc), ("sort", Order::Asc), ("value", Order::Asc)];
        if matches!(self.source, Source::Root(_)) {
            for (term, direction) in order {
                query.order_by_with_nulls(term, direction, NullOrdering::Last);
            }
            query.limit(first.unsigned_abs());
        } else {
            let mut window = WindowStatement::partition_by("parent");
            for (term, direction) in order {
                window.order_by_with_nulls(term, direction, NullOrdering::Last);
            }
            query.expr_window_as(Expr::cust("row_number()"), window, "n");
            let mut first_of_each = Query::select();
            first_of_each
                .expr(Expr::cust("*"))
                .from_subquery(query, "numbered")
                .and_where(Expr::col("n").lte(first))
                .order_by("n", Order::Asc);
            query = first_of_each;
        }
        query.with_cte(tables.with(Some(parents))).take()
    }

    /// Every group: `parent`, `key`, `count`, and of subjects their `title`.
    fn groups(&self, facet: &Facet, tables: &mut Tables) -> SelectStatement {
        let values = if self.moment.is_now() {
            self.values(facet, Linked::Perhaps, tables)
        } else {
            self.all_values(facet, tables)
        };
        let Values { mut query, parent, record, key, title } = values;
        let count = if facet.repeats() { record.count_distinct() } else { Expr::cust("count(*)") };
        query.expr_as(key.clone(), "key").expr_as(count, "count");
        if let Some(title) = title {
            query.expr_as(title.max(), "title");
        }
        query.expr_as(parent.clone().unwrap_or_else(|| Expr::cust("CAST(0 AS BIGINT)")), "parent");
        query.add_group_by(parent.into_iter().chain([key]));
        query
    }

    /// The values of all records as rows that are made before they are grouped: SQLite uses an index on rows of all
    /// times only where all of them must be there and where they are not grouped at once, which a limit sees to.
    fn all_values(&self, facet: &Facet, tables: &mut Tables) -> Values {
        let mut rows = |linked| {
            let Values { mut query, parent, record, key, title } = self.values(facet, linked, tables);
            for (value, name) in [(parent, "parent"), (Some(record), "record"), (Some(key), "key"), (title, "title")] {
                if let Some(value) = value {
                    query.expr_as(value, name);
                }
            }
            query.limit(i64::MAX.unsigned_abs());
            Query::select().expr(Expr::cust("*")).from_subquery(query, "found").to_owned()
        };
        let mut all = rows(Linked::Surely);
        if facet.column().1.is_some() {
            all.union(UnionType::All, rows(Linked::Not));
        }
        let value = |name: &'static str| Expr::col(("counted", name));
        Values {
            query: Query::select().from_subquery(all, "counted").to_owned(),
            parent: matches!(self.source, Source::Related(_)).then(|| value("parent")),
            record: value("record"),
            key: value("key"),
            title: matches!(facet.by, By::Subject).then(|| value("title")),
        }
    }

    /// The values of the records that have a link to them, or that have none.
    fn values(&self, facet: &Facet, linked: Linked, tables: &mut Tables) -> Values {
        let Selected { mut query, record, parent, .. } = self.select(Part::All, tables);
        if let Some(parent) = &parent {
            query.join(JoinType::InnerJoin, "keys", parent.clone().equals(("keys", "value")));
        }
        let own = column(&record, &kinds::ID);
        let (value, link) = facet.column();
        // Those of a record without a link are unknown.
        let mut read: Box<dyn Fn(&'static Column) -> Expr> = Box::new(move |of| column(&record, of));
        if let Some((link, near)) = link {
            let of_record = |link: &str| column(link, near).eq(own.clone());
            read = match linked {
                Linked::Not => {
                    let mut links = Query::select();
                    let link = tables.from(&mut links, link.table);
                    links.expr(Expr::cust("1")).and_where(of_record(&link));
                    query.and_where(Expr::exists(links).not());
                    Box::new(Column::unknown)
                }
                Linked::Perhaps => {
                    let link = tables.left_join(&mut query, link.table, of_record);
                    Box::new(move |of| column(&link, of))
                }
                Linked::Surely => {
                    let link = tables.join(&mut query, link.table, of_record);
                    Box::new(move |of| column(&link, of))
                }
            };
        }
        let title = matches!(facet.by, By::Subject).then(|| read(&kinds::SUBJECT_TITLE));
        Values { query, parent, record: own, key: read(value), title }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_enums_have_words() {
        for (code, words) in [
            ("UNDER_DEVELOPMENT", "Under development"),
            ("RFC", "RFC"),
            ("NGOS_AND_ASSOCIATIONS", "NGOs and associations"),
            ("", ""),
        ] {
            assert_eq!(words_of(code), words);
        }
    }
}
