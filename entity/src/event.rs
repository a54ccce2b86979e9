//! A meeting, conference or course.

use sea_orm::entity::prelude::*;

use crate::vocabulary::EventFormat;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
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
    /// The title.
    pub title: String,
    /// What it is, as Markdown.
    pub description: Option<String>,
    /// The local date of the start, as much as is known: YYYY, YYYY-MM or YYYY-MM-DD.
    pub starts_on: Option<String>,
    /// The last local date, as much as is known.
    pub ends_on: Option<String>,
    /// The moment of the start, where the time of day is known, in microseconds since 1970 in UTC.
    pub starts_at: Option<i64>,
    /// The moment of the end, where the time of day is known.
    pub ends_at: Option<i64>,
    /// The IANA name of its time zone.
    pub time_zone: Option<String>,
    /// The date as announced.
    pub date_text: Option<String>,
    /// Whether people meet online or in person.
    pub format: EventFormat,
    /// Where it takes place.
    pub location: Option<String>,
    /// The country where it takes place.
    pub country_id: Option<i64>,
    /// Its address on the web.
    pub url: Option<String>,
    /// Where to register.
    pub registration_url: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
    /// The country where it takes place.
    #[sea_orm(belongs_to = "super::country::Entity", from = "Column::CountryId", to = "super::country::Column::Id")]
    Country,
}

impl ActiveModelBehavior for ActiveModel {}
