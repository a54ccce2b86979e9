//! Facets: how many records of a list there are for each value of something.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, NullOrdering, Order, Query, SelectStatement, WindowStatement};

use super::list::{List, Source};
use super::predicate::{Predicate, column};
use super::statement::{Part, Tables};
use super::{Column, Relation, Via, kinds};

/// What records are counted by.
#[derive(Debug)]
pub struct Facet {
    pub name: &'static str,
    pub by: By,
}

/// Where a facet takes its values from. Records that have none are a group of their own.
#[derive(Debug)]
pub enum By {
    /// A column of the record.
    Column(&'static Column),
    /// The rows that a relation leads to: what filters call them, and what people do.
    Related { relation: &'static Relation, value: &'static Column, label: &'static Column },
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
        let mut tables = Tables::at(self.moment, backend);
        let is_root = matches!(self.source, Source::Root(_));
        let groups = self.groups(facet, &mut tables);
        let mut named = Query::select();
        named.expr_as(Expr::col(("groups", "parent")), "parent").expr_as(Expr::col(("groups", "count")), "count");
        named.from_subquery(groups, "groups");
        let key = || Expr::col(("groups", "key"));
        let (value, label) = match &facet.by {
            By::Column(_) => (key(), key()),
            By::Subject => (key(), Expr::col(("groups", "title"))),
            By::Related { relation, value, label } => {
                let far =
                    tables.left_join(&mut named, relation.far.table, |far| column(far, relation.far.key()).eq(key()));
                (column(&far, value), column(&far, label))
            }
        };
        named.expr_as(value.clone(), "value").expr_as(label.clone(), "label");
        let order = [(Expr::col(("groups", "count")), Order::Desc), (label, Order::Asc), (value, Order::Asc)];
        let query = if is_root {
            for (term, direction) in order {
                named.order_by_expr_with_nulls(term, direction, NullOrdering::Last);
            }
            named.limit(first.unsigned_abs());
            named
        } else {
            let mut window = WindowStatement::partition_by(("groups", "parent"));
            for (term, direction) in order {
                window.order_by_expr_with_nulls(term, direction, NullOrdering::Last);
            }
            named.expr_window_as(Expr::cust("row_number()"), window, "n");
            let mut first_of_each = Query::select();
            first_of_each
                .expr(Expr::cust("*"))
                .from_subquery(named, "numbered")
                .and_where(Expr::col("n").lte(first))
                .order_by("n", Order::Asc);
            first_of_each
        };
        let mut query = query;
        query.with_cte(tables.with_keys(parents));
        query
    }

    /// Every group: `parent`, `key`, `count`, and of subjects their `title`.
    fn groups(&self, facet: &Facet, tables: &mut Tables) -> SelectStatement {
        let mut selected = self.select(Part::All, tables);
        let record = selected.record.clone();
        let query = &mut selected.query;
        let mut count = Expr::cust("count(*)");
        let key = match &facet.by {
            By::Column(own) => column(&record, own),
            By::Subject => {
                let link = &kinds::STANDARD_SUBJECT;
                let subject = tables.left_join(query, link.table, |subject| {
                    column(subject, link.owner).eq(column(&record, &kinds::ID))
                });
                query.expr_as(column(&subject, &kinds::SUBJECT_TITLE).max(), "title");
                // A code may stand in several classifications.
                count = column(&record, &kinds::ID).count_distinct();
                column(&subject, &kinds::SUBJECT_CODE)
            }
            By::Related { relation: Relation { via: Via::Link { link, near, far, .. }, .. }, .. } => {
                let table =
                    tables.left_join(query, link.table, |link| column(link, near).eq(column(&record, &kinds::ID)));
                // Where more than the two ends tells links apart, there may be several between them.
                if link.unique.len() > 1 {
                    count = column(&record, &kinds::ID).count_distinct();
                }
                column(&table, far)
            }
            By::Related { relation: Relation { via: Via::Reference { column: own }, .. }, .. } => column(&record, own),
            By::Related { relation, .. } => unreachable!("no facet goes over {}", relation.name),
        };
        query.expr_as(key.clone(), "key").expr_as(count, "count");
        match selected.parent {
            Some(parent) => {
                query.expr_as(parent.clone(), "parent").add_group_by([parent.clone(), key]);
                query.join(sea_orm::sea_query::JoinType::InnerJoin, "keys", parent.equals(("keys", "value")));
            }
            None => {
                query.expr_as(Expr::cust("CAST(0 AS BIGINT)"), "parent").add_group_by([key]);
            }
        }
        selected.query
    }
}
