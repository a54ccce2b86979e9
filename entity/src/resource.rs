//! Something to use or to read: a tool, data base, publication or course.

use sea_orm::entity::prelude::*;

use crate::vocabulary::{ResourceAvailability, ResourceKind};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "resource")]
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
    /// What kind of resource it is.
    pub kind: ResourceKind,
    /// Whether it can be used today.
    pub availability: ResourceAvailability,
    /// What it is, as Markdown.
    pub description: Option<String>,
    /// Its address on the web.
    pub url: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
}

impl ActiveModelBehavior for ActiveModel {}
