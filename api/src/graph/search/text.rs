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

/// A statement for rows of records or of their links, and how to read them.
pub struct Part {
    pub statement: SelectStatement,
    link: Option<&'static Link>,
    texts: &'static [(Role, &'static Column)],
    known_by: &'static [(Form, &'static Column)],
}

/// The statements that together read the texts of records of a kind. Their rows name the record in the column `record`.
pub fn parts(kind: &'static Kind, records: &[i64], backend: DbBackend) -> Vec<Part> {
    let of_kind = Part {
        statement: statement(kind.table, kind.key(), kind.texts, kind.known_by, records, backend),
        link: None,
        texts: kind.texts,
        known_by: kind.known_by,
    };
    let links = kind.links.iter().copied().chain([&kinds::SLUG_ALIAS]);
    let links = links.filter(|link| !(link.texts.is_empty() && link.known_by.is_empty()));
    let of_links = links.map(|link| Part {
        statement: statement(link.table, link.owner, link.texts, link.known_by, records, backend),
        link: Some(link),
        texts: link.texts,
        known_by: link.known_by,
    });
    [of_kind].into_iter().chain(of_links).collect()
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
        for (role, column) in self.texts {
            let language = match column.language {
                Some(language) => Language::of(&row.try_get::<String>("", language.name)?),
                None => Language::English,
            };
            let field = self.link.map_or_else(|| column.api_name(), |link| link.field.to_owned());
            let text = |value| Text { role: *role, field: field.clone(), language, value };
            into.texts.extend(values(row, column)?.into_iter().map(text));
        }
        for (form, column) in self.known_by {
            into.known_by.extend(values(row, column)?.into_iter().map(|value| (*form, value)));
        }
        Ok(())
    }
}

/// The texts in a column of a row.
fn values(row: &QueryResult, column: &Column) -> Result<Vec<String>, DbErr> {
    let text: Option<String> = row.try_get("", column.name)?;
    Ok(match (text, column.ty) {
        (Some(text), Type::List) => serde_json::from_str(&text).unwrap_or_default(),
        (text, _) => text.into_iter().collect(),
    })
}
