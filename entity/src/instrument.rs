//! A treaty, agreement, convention or regulation.

use sea_orm::entity::prelude::*;

use crate::vocabulary::InstrumentKind;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "instrument")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Short stable name for links, lower case.
    pub slug: String,
    /// What a person would call it.
    pub label: String,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was created, in microseconds since 1970 in UTC.
    pub created_at: i64,
    /// When it was last changed, in microseconds since 1970 in UTC.
    pub updated_at: i64,
    /// The name.
    pub name: String,
    /// The acronym, as it is written.
    pub acronym: Option<String>,
    /// What kind of instrument it is.
    pub kind: InstrumentKind,
    /// The year of adoption.
    pub adopted_year: Option<i64>,
    /// What it is, as Markdown.
    pub description: Option<String>,
    /// The number of parties that a source states; those listed are rows of their own.
    pub stated_party_count: Option<i64>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
}

impl ActiveModelBehavior for ActiveModel {}
