//! An organisation that publishes a standard.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "standard_publisher")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The standard.
    pub standard_id: i64,
    /// The publisher.
    pub organisation_id: i64,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The standard.
    #[sea_orm(belongs_to = "super::standard::Entity", from = "Column::StandardId", to = "super::standard::Column::Id")]
    Standard,
    /// The publisher.
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id"
    )]
    Organisation,
}

impl ActiveModelBehavior for ActiveModel {}
