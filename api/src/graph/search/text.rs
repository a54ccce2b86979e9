//! The texts of records: what search looks through and what highlights are made of. Read by the description of kinds and
//! links, by whoever has a connection.

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{DbBackend, DbErr, QueryResult};

use super::word::Language;
use crate::graph::statement::key_values;
use crate::graph::{Column, Form, Kind, Link, Role, Type, kinds};

/// A text of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub role: Role,
    /// The field of the record that shows it.
    pub field: String,
    pub language: Language,
    pub value: String,
}

/// What search knows of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    pub texts: Vec<Text>,
    pub known_by: Vec<(Form, String)>,
}

/// Rows of records, or of one of their links, that hold texts.
#[derive(Clone, Copy)]
pub struct Source {
    pub link: Option<&'static Link>,
    texts: &'static [(Role, &'static Column)],
    known_by: &'static [(Form, &'static Column)],
}

impl Source {
    /// Where the texts of records of a kind are, in the order in which they are read.
    pub fn all(kind: &'static Kind) -> impl Iterator<Item = Self> {
        let of_kind = Self { link: None, texts: kind.texts, known_by: kind.known_by };
        let links = kind.links.iter().copied().chain([&kinds::SLUG_ALIAS]);
        let of_links = links.map(|link| Self { link: Some(link), texts: link.texts, known_by: link.known_by });
        [of_kind].into_iter().chain(of_links.filter(|of| !(of.texts.is_empty() && of.known_by.is_empty())))
    }

    /// Adds what a row says to what is known of its record. `held` gives what the row has in a column.
    ///
    /// # Errors
    /// Whatever `held` says.
    pub fn read<E>(
        &self,
        held: impl Fn(&'static Column) -> Result<Option<String>, E>,
        into: &mut Texts,
    ) -> Result<(), E> {
        let values = |column: &'static Column| {
            Ok(match (held(column)?, column.ty) {
                (Some(text), Type::List) => serde_json::from_str(&text).unwrap_or_default(),
                (text, _) => text.into_iter().collect::<Vec<String>>(),
            })
        };
        for (role, column) in self.texts {
            let language = match column.language {
                Some(language) => Language::of(&held(language)?.unwrap_or_default()),
                None => Language::English,
            };
            let field = self.link.map_or_else(|| column.api_name(), |link| link.field.to_owned());
            let text = |value| Text { role: *role, field: field.clone(), language, value };
            into.texts.extend(values(column)?.into_iter().map(text));
        }
        for (form, column) in self.known_by {
            into.known_by.extend(values(column)?.into_iter().map(|value| (*form, value)));
        }
        Ok(())
    }
}

/// A statement for rows of records or of their links, and how to read them.
pub struct Part {
    pub statement: SelectStatement,
    source: Source,
}

/// The statements that together read the texts of records of a kind. Their rows name the record in the column `record`.
pub fn parts(kind: &'static Kind, records: &[i64], backend: DbBackend) -> Vec<Part> {
    let part = |source: Source| {
        let (table, owner) = source.link.map_or((kind.table, kind.key()), |link| (link.table, link.owner));
        Part { statement: statement(table, owner, source.texts, source.known_by, records, backend), source }
    };
    Source::all(kind).map(part).collect()
}

fn statement(
    table: &'static str,
    owner: &'static Column,
    texts: &[(Role, &'static Column)],
    known_by: &[(Form, &'static Column)],
    records: &[i64],
    backend: DbBackend,
) -> SelectStatement {
    let mut columns: Vec<&'static Column> = Vec::new();
    for column in texts.iter().map(|(_, column)| *column).chain(known_by.iter().map(|(_, column)| *column)) {
        for column in [Some(column), column.language].into_iter().flatten() {
            if !columns.iter().any(|known| known.name == column.name) {
                columns.push(column);
            }
        }
    }
    let mut query = Query::select();
    query
        .expr_as(Expr::col((table, owner.name)), "record")
        .columns(columns.iter().map(|column| (table, column.name)))
        .from(table)
        .and_where(Expr::col((table, owner.name)).in_subquery(key_values(records, backend)))
        .order_by((table, "id"), Order::Asc);
    query
}

impl Part {
    /// The record of a row.
    ///
    /// # Errors
    /// Where it is a row of something else.
    pub fn record_of(row: &QueryResult) -> Result<i64, DbErr> {
        row.try_get("", "record")
    }

    /// Adds what a row says to what is known of its record.
    ///
    /// # Errors
    /// Where it is a row of something else.
    pub fn read(&self, row: &QueryResult, into: &mut Texts) -> Result<(), DbErr> {
        self.source.read(|column| row.try_get("", column.name), into)
    }
}
