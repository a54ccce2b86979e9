//! Which documents relations mean, kept beside them: a relation names a document by its identifier, which may arrive
//! later, be replaced by a better match, or go.

use std::collections::BTreeSet;

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, DbErr};

use crate::graph::moment::Moment;
use crate::graph::statement::{TARGETS_FOUND_BY, Tables, key_of_target, key_values};
use crate::graph::{Column, Kind, Link, kinds};

/// What a write did that changes which document a relation means.
#[derive(Default)]
pub struct Targets {
    documents: BTreeSet<i64>,
    relations: BTreeSet<i64>,
}

impl Targets {
    /// Whether a document with another value in this column may be meant by other relations.
    pub fn depend_on(column: &Column) -> bool {
        TARGETS_FOUND_BY.contains(&column.name)
    }

    /// Notes that a record came, went, or changed in a column that [matters](Self::depend_on).
    pub fn note_record(&mut self, kind: &Kind, id: i64) {
        if *kind == kinds::STANDARD {
            self.documents.insert(id);
        }
    }

    /// Notes that a link came or changed.
    pub fn note_link(&mut self, link: &Link, id: i64) {
        if link.target.is_some() {
            self.relations.insert(id);
        }
    }

    /// Brings the keys up to date that relations hold.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn settle<C: ConnectionTrait>(self, db: &C) -> Result<(), DbErr> {
        if self.documents.is_empty() && self.relations.is_empty() {
            return Ok(());
        }
        let table = kinds::STANDARD_RELATION.table;
        let target = key_of_target(table, &mut Tables::at(Moment::Now, db.get_database_backend()));
        let held = || Expr::col((table, kinds::TARGET_ID.name));
        let mut update = Query::update();
        update.table(table).value(kinds::TARGET_ID.name, target.clone());
        update.and_where(Expr::col((table, "id")).in_subquery(self.touched(db)));
        update.and_where(held().binary(BinOper::Custom("IS DISTINCT FROM"), target));
        db.execute(&update).await.map(|_| ())
    }

    /// The keys of the relations that may mean another document than they did.
    fn touched<C: ConnectionTrait>(self, db: &C) -> SelectStatement {
        let [documents, relations] = [self.documents, self.relations].map(|keys| keys.into_iter().collect::<Vec<_>>());
        let documents = || key_values(&documents, db.get_database_backend());
        let mut meant = Query::select();
        meant.column(("r", "id")).from_as(kinds::STANDARD_RELATION.table, "r");
        let mut named = meant.clone();
        meant.and_where(Expr::col(("r", kinds::TARGET_ID.name)).in_subquery(documents()));
        let mut keys = Query::select();
        keys.column(kinds::IDENTIFIER_KEY.name).from(kinds::STANDARD.table);
        keys.and_where(Expr::col("id").in_subquery(documents()));
        named.and_where(Expr::col(("r", kinds::TARGET_KEY.name)).in_subquery(keys));
        let mut touched = key_values(&relations, db.get_database_backend());
        touched.union(UnionType::All, meant).union(UnionType::All, named);
        touched
    }
}
