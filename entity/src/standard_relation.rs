//! How a standard relates to another, which is named by its key and need not be in the atlas.

use sea_orm::entity::prelude::*;

use crate::vocabulary::StandardRelationKind;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "standard_relation")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The standard that relates to the target.
    pub standard_id: i64,
    /// Read as: the standard KIND the target.
    pub kind: StandardRelationKind,
    /// The target's identifier, as the source writes it.
    pub identifier: String,
    /// The target's edition.
    pub target_edition: Option<String>,
    /// The target's volume.
    pub target_volume: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The standard that relates to the target.
    #[sea_orm(belongs_to = "super::standard::Entity", from = "Column::StandardId", to = "super::standard::Column::Id")]
    Standard,
}

impl ActiveModelBehavior for ActiveModel {}
