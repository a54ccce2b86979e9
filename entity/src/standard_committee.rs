//! A committee that a standard comes from.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "standard_committee")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The standard.
    pub standard_id: i64,
    /// The committee.
    pub committee_id: i64,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The standard.
    #[sea_orm(belongs_to = "super::standard::Entity", from = "Column::StandardId", to = "super::standard::Column::Id")]
    Standard,
    /// The committee.
    #[sea_orm(
        belongs_to = "super::committee::Entity",
        from = "Column::CommitteeId",
        to = "super::committee::Column::Id"
    )]
    Committee,
}

impl ActiveModelBehavior for ActiveModel {}
