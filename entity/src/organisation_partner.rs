//! An organisation that another one works with.

use sea_orm::entity::prelude::*;

use crate::vocabulary::PartnerRole;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_partner")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The organisation whose partner it is.
    pub organisation_id: i64,
    /// The partner.
    pub partner_id: i64,
    /// What the partner is to the organisation.
    pub role: PartnerRole,
    /// A remark on the partnership.
    pub note: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The organisation whose partner it is.
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id"
    )]
    Organisation,
    /// The partner.
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::PartnerId",
        to = "super::organisation::Column::Id"
    )]
    Partner,
}

impl ActiveModelBehavior for ActiveModel {}
