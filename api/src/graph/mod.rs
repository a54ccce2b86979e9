//! The graph, described once as data: kinds, columns, links, relations, filters and orders. Loaders, filters, orders,
//! counts and the write path read this and name no column of a kind themselves. The description itself is in
//! [`kinds`]; what is done with it in [`predicate`], [`list`] and [`statement`].
//!
//! To add a column: a migration, the entity, one line in [`kinds`]. To add a kind: the same, and its relations.

pub mod cursor;
pub mod document;
pub mod documents;
pub mod facet;
pub mod fold;
pub mod identifier;
pub mod kinds;
pub mod language;
pub mod list;
pub mod moment;
pub mod predicate;
pub mod search;
pub mod statement;
pub mod summary;

use std::fmt::{Debug, Formatter};
use std::hash::{Hash, Hasher};

use sea_orm::sea_query::Expr;
use sea_orm::{DbErr, QueryResult};

/// What a column holds, as far as statements and JSON differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Text,
    Int,
    Bool,
    /// Microseconds since 1970-01-01 in UTC.
    Time,
    /// A JSON array of texts.
    List,
    /// The key of a row of this or another kind.
    Key,
}

/// A value of a column in filters, cursors and rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    Text(String),
    Int(i64),
    Bool(bool),
}

impl Scalar {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number, where it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// Reads a value from a row, by the name that it has there.
    ///
    /// # Errors
    /// Where the row has no such column, or one of another type.
    pub fn read(row: &QueryResult, name: &str, ty: Type) -> Result<Option<Self>, DbErr> {
        Ok(match ty {
            Type::Text | Type::List => row.try_get::<Option<String>>("", name)?.map(Self::Text),
            Type::Int | Type::Time | Type::Key => row.try_get::<Option<i64>>("", name)?.map(Self::Int),
            Type::Bool => row.try_get::<Option<bool>>("", name)?.map(Self::Bool),
        })
    }
}

/// How texts of a column are compared, and the columns that are kept for it.
#[derive(Clone, Copy, Debug)]
pub enum Keys {
    /// Compared as they are: slugs and codes, which are lower or upper case throughout.
    Plain,
    /// `fold` holds the text without case and accents, `sort` its key in natural order.
    Folded { fold: &'static Column, sort: &'static Column },
    /// Codes: `fold` holds the code without case and accents, and their order is not natural order.
    Code { fold: &'static Column },
    /// Like `Folded`; and equal where `key`, the identifier without case and blanks, is equal.
    Identifier { key: &'static Column, fold: &'static Column, sort: &'static Column },
}

/// A column.
pub struct Column {
    pub name: &'static str,
    pub ty: Type,
    pub nullable: bool,
    pub keys: Keys,
    /// Kept for statements alone: neither read into rows nor shown.
    pub derived: bool,
    /// Holds texts that no index holds, which may therefore be long.
    pub long: bool,
    /// What the row is whose key it holds.
    pub target: Target,
    /// The column that says in which language its text is; where there is none, it is in English.
    pub language: Option<&'static Column>,
    /// Its field in the API, where that has another name.
    field: Option<&'static str>,
}

/// Whose key a column holds.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    Nothing,
    /// A row of the same kind.
    Same,
    /// A record of any kind.
    Any,
    Row(&'static Kind),
}

impl Column {
    const fn new(name: &'static str, ty: Type) -> Self {
        Self {
            name,
            ty,
            nullable: false,
            keys: Keys::Plain,
            derived: false,
            long: false,
            target: Target::Nothing,
            language: None,
            field: None,
        }
    }

    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Type::Text)
    }

    pub const fn int(name: &'static str) -> Self {
        Self::new(name, Type::Int)
    }

    pub const fn bool(name: &'static str) -> Self {
        Self::new(name, Type::Bool)
    }

    pub const fn time(name: &'static str) -> Self {
        Self::new(name, Type::Time)
    }

    pub const fn list(name: &'static str) -> Self {
        Self::new(name, Type::List)
    }

    pub const fn key(name: &'static str) -> Self {
        Self::new(name, Type::Key)
    }

    /// A value of it that is not known. SQLite takes halves of a statement with other types for different, and
    /// PostgreSQL refuses them.
    pub fn unknown(&self) -> Expr {
        let ty = match self.ty {
            Type::Text | Type::List => "TEXT",
            Type::Int | Type::Time | Type::Key => "BIGINT",
            Type::Bool => "BOOLEAN",
        };
        Expr::cust(format!("CAST(NULL AS {ty})"))
    }

    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub const fn derived(mut self) -> Self {
        self.derived = true;
        self
    }

    pub const fn long(mut self) -> Self {
        self.long = true;
        self
    }

    /// Names the kind of the row whose key it holds.
    pub const fn to(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// Names the column that says in which language its text is.
    pub const fn in_language(mut self, language: &'static Column) -> Self {
        self.language = Some(language);
        self
    }

    pub const fn folded(mut self, fold: &'static Column, sort: &'static Column) -> Self {
        self.keys = Keys::Folded { fold, sort };
        self
    }

    pub const fn identifier(mut self, key: &'static Column, fold: &'static Column, sort: &'static Column) -> Self {
        self.keys = Keys::Identifier { key, fold, sort };
        self
    }

    /// Names the field of the API that shows the column, where it is not the column's own name.
    pub const fn shown_as(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The name of the column's field in the API.
    pub fn api_name(&self) -> String {
        self.field.map_or_else(|| api_name(self.name.strip_suffix("_id").unwrap_or(self.name)), str::to_owned)
    }
}

/// `established_year` is `establishedYear` in the API.
pub fn api_name(name: &str) -> String {
    let mut api = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        match character {
            '_' => upper = true,
            _ if upper => {
                api.extend(character.to_uppercase());
                upper = false;
            }
            _ => api.push(character),
        }
    }
    api
}

/// A kind of row that has a type of its own in the API.
pub struct Kind {
    /// Name of the type in the API.
    pub name: &'static str,
    /// Value of `RecordKind` and of `change.kind`.
    pub code: &'static str,
    pub table: &'static str,
    /// Every column but `from_seq`; the first is the key.
    pub columns: &'static [&'static Column],
    pub filters: &'static [Filter],
    pub orders: &'static [OrderKey],
    /// The order where none is asked; the unique key follows.
    pub default_order: &'static [OrderBy],
    /// What a person would call it, made of the columns named. None for what is no record.
    pub label: Option<Label>,
    /// Columns that tell apart rows of a kind that has no slug.
    pub natural_key: &'static [&'static Column],
    /// What inputs carry beside columns: the links that a record of this kind owns.
    pub links: &'static [&'static Link],
    /// What full-text search looks through.
    pub texts: &'static [(Role, &'static Column)],
    /// What a record is known by.
    pub known_by: &'static [(Form, &'static Column)],
}

/// How much a word found in a text says of a record, from much to little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Label,
    Names,
    Title,
    Body,
}

/// What a text is by which a record is known, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    Identifier,
    Slug,
    Acronym,
    Name,
    Url,
    OtherIdentifier,
    OtherName,
    FormerSlug,
    Handle,
    /// The identifier of a document without its edition.
    UndatedIdentifier,
}

/// How the label of a record is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// This column.
    Column(&'static str),
    /// The first of these columns that is known.
    FirstOf(&'static str, &'static str),
    /// "Twitter @handle".
    Channel,
}

/// A table of facts that belong to a record: a link to another row, or a list of values.
#[derive(Debug)]
pub struct Link {
    pub table: &'static str,
    /// The field of the owner's input, as it stands in `changedFields`.
    pub field: &'static str,
    /// Column that holds the owning record's key.
    pub owner: &'static Column,
    /// Every other column but `id` and `from_seq`.
    pub columns: &'static [&'static Column],
    /// Columns that, with the owner, tell its rows apart.
    pub unique: &'static [&'static Column],
    /// What full-text search looks through, for the owner.
    pub texts: &'static [(Role, &'static Column)],
    /// What the owner is known by.
    pub known_by: &'static [(Form, &'static Column)],
    /// Columns of the owner that stand in the rows of the present too, so that an index finds owners by whom they lead to
    /// in the orders in which they are listed, and counts them. They have no past and are not served.
    pub copies: &'static [&'static Column],
    /// The column of the rows of the present that holds the key of the record that a row names by its other columns, where
    /// there is one. It is written by [`crate::store`] alone, has no past and is not served.
    pub target: Option<&'static Column>,
}

impl Link {
    /// The column of the rows of the present that holds what this column of the owner does.
    pub fn copy_of(&self, column: &'static Column) -> Option<&'static Column> {
        // The identifier of a standard is its label.
        let column = if *column == kinds::IDENTIFIER_SORT { &kinds::LABEL_SORT } else { column };
        self.copies.iter().copied().find(|copy| *copy == column)
    }

    /// All columns but `from_seq` and copies.
    pub fn all_columns(&self) -> impl Iterator<Item = &'static Column> + Clone {
        [&kinds::ID, self.owner].into_iter().chain(self.columns.iter().copied())
    }
}

/// How rows of one kind lead to rows of another: a field of the API, or the inside of a filter.
pub struct Relation {
    /// Unique; part of every cursor of its lists.
    pub name: &'static str,
    pub far: &'static Kind,
    pub via: Via,
    /// Default order where it is not that of the far kind.
    pub order: &'static [OrderBy],
}

/// The way from a near row to far rows.
#[derive(Debug)]
pub enum Via {
    /// Over rows of a link: `near` holds the near row's key, `far` the far row's; `columns` belong to the edge.
    /// `once` counts a far row once though several links lead to it.
    Link {
        link: &'static Link,
        near: &'static Column,
        far: &'static Column,
        columns: &'static [&'static Column],
        once: bool,
    },
    /// The far rows hold the near row's key. Those in which the column `unless` is known are left out.
    Children { column: &'static Column, unless: Option<&'static Column> },
    /// The near row holds the far row's key.
    Reference { column: &'static Column },
    /// Dated documents with the undated identifier of the near one.
    Editions,
    /// Relations of standards, joined by the target's key when asked for. With `inverse` those that point at the
    /// near row; without, the far row may be missing.
    Targets { inverse: bool },
}

/// One field of a filter input.
#[derive(Debug)]
pub struct Filter {
    pub field: &'static str,
    pub test: FilterForm,
    /// The public manual.
    pub doc: &'static str,
}

#[derive(Debug)]
pub enum FilterForm {
    Text(&'static Column),
    Int(&'static Column),
    Time(&'static Column),
    /// A list of values of an enum type of the API.
    Choice(&'static Column, &'static str),
    /// A list of codes of countries that a relation leads to.
    Country(&'static Relation),
    Related(&'static Relation),
    /// `under`: an issue, by its slug, and all below it.
    Under,
    /// `root`: whether this reference is empty.
    Root(&'static Column),
    LatestEdition,
    Subject,
    /// Full text.
    Words,
}

/// A count that lists are ordered by, kept beside the records and without a past.
#[derive(Debug)]
pub struct Tally {
    /// The column of the table `tally`.
    pub column: &'static Column,
    /// Whose count it is.
    pub of: &'static Kind,
    /// The links that are counted.
    pub link: &'static Link,
    /// The column of the link that holds the record's key.
    pub near: &'static Column,
    /// Counted once for each value of this column, where one record has several links.
    pub distinct: Option<&'static Column>,
}

/// A value that lists can be ordered by.
#[derive(Debug)]
pub struct OrderKey {
    pub name: &'static str,
    pub by: OrderBy,
    /// The public manual.
    pub doc: &'static str,
}

/// Where an order takes its value from, and its direction in default orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OrderBy {
    pub side: Side,
    pub column: &'static Column,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Record,
    /// The link that leads to the record.
    Link,
    /// The counts kept beside the record.
    Tally,
    /// How well the record matches the text that is searched for.
    Rank,
}

impl OrderBy {
    pub const fn record(column: &'static Column) -> Self {
        Self { side: Side::Record, column, descending: false }
    }

    pub const fn link(column: &'static Column) -> Self {
        Self { side: Side::Link, column, descending: false }
    }

    pub const fn tally(column: &'static Column) -> Self {
        Self { side: Side::Tally, column, descending: false }
    }

    pub const fn descending(mut self) -> Self {
        self.descending = true;
        self
    }
}

impl Kind {
    /// Whether rows have a slug, a version, sources and a public history.
    pub fn is_record(&self) -> bool {
        self.label.is_some()
    }

    /// What several are called in the API, commands and addresses: "organisations".
    pub fn plural(&self) -> String {
        match self.code {
            "COUNTRY" => "countries".to_owned(),
            code => format!("{}s", code.to_lowercase()),
        }
    }

    /// The column that tells its rows apart.
    pub fn key(&self) -> &'static Column {
        self.columns[0]
    }

    pub fn filter(&self, field: &str) -> Option<&'static Filter> {
        self.filters.iter().find(|filter| filter.field == field)
    }

    pub fn order(&self, name: &str) -> Option<&'static OrderKey> {
        self.orders.iter().find(|order| order.name == name)
    }

    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().copied().find(|column| column.name == name)
    }

    /// The columns that a row of the entity has.
    pub fn read_columns(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().copied().filter(|column| !column.derived)
    }
}

impl Relation {
    /// The order where none is asked.
    pub fn default_order(&self) -> &'static [OrderBy] {
        if self.order.is_empty() { self.far.default_order } else { self.order }
    }

    /// Columns of the link that the edge shows.
    pub fn edge_columns(&self) -> &'static [&'static Column] {
        match &self.via {
            Via::Link { columns, .. } => columns,
            Via::Targets { .. } => kinds::STANDARD_RELATION_EDGE,
            Via::Children { .. } | Via::Reference { .. } | Via::Editions => &[],
        }
    }
}

macro_rules! same_by_name {
    ($($ty:ty),*) => {
        $(
            // Each stands once in `kinds` and its name is unique there.
            impl PartialEq for $ty {
                fn eq(&self, other: &Self) -> bool {
                    std::ptr::eq(self, other)
                }
            }
            impl Eq for $ty {}
            impl Hash for $ty {
                fn hash<H: Hasher>(&self, state: &mut H) {
                    self.name.hash(state);
                }
            }
            // They lead to each other in circles, so that none can be shown whole.
            impl Debug for $ty {
                fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.name)
                }
            }
        )*
    };
}
same_by_name!(Column, Kind, Relation);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_shown_though_it_goes_in_circles() {
        assert_eq!(format!("{:?}", kinds::PARTNER_ID), "partner_id");
        assert_eq!(format!("{:?}", [&kinds::ORGANISATION, &kinds::ISSUE]), "[Organisation, Issue]");
        assert!(format!("{:?}", kinds::ORGANISATION_PARTNER).contains("partner_id"));
    }
}
