//! A committee or working group that makes standards.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "committee")]
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
    /// Its short name, for example "ISO/IEC JTC 1/SC 42".
    pub designation: String,
    /// The full name.
    pub name: Option<String>,
    /// What it works on, as Markdown.
    pub scope: Option<String>,
    /// The committee above it.
    pub parent_id: Option<i64>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
    /// The committee above it.
    #[sea_orm(belongs_to = "Entity", from = "Column::ParentId", to = "Column::Id")]
    Parent,
}

impl ActiveModelBehavior for ActiveModel {}
