//! A country that is party to an instrument.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "instrument_party")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The instrument.
    pub instrument_id: i64,
    /// The party.
    pub country_id: i64,
    /// The name under which it takes part, or a reservation.
    pub note: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The instrument.
    #[sea_orm(
        belongs_to = "super::instrument::Entity",
        from = "Column::InstrumentId",
        to = "super::instrument::Column::Id"
    )]
    Instrument,
    /// The party.
    #[sea_orm(belongs_to = "super::country::Entity", from = "Column::CountryId", to = "super::country::Column::Id")]
    Country,
}

impl ActiveModelBehavior for ActiveModel {}
