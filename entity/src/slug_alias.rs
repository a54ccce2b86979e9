//! A slug that a record had before a rename, and that still leads to it.

use sea_orm::entity::prelude::*;

use crate::vocabulary::RecordKind;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "slug_alias")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The record.
    pub record_id: i64,
    /// The kind of the record.
    pub kind: RecordKind,
    /// The former slug, which no other record of the kind has.
    pub slug: String,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The record.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::RecordId", to = "super::record::Column::Id")]
    Record,
}

impl ActiveModelBehavior for ActiveModel {}
