//! An international body, company, network or other organisation.

use sea_orm::entity::prelude::*;

use crate::vocabulary::StakeholderGroup;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
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
    /// The full name.
    pub name: String,
    /// The language of the name, as a BCP 47 tag.
    pub name_language: String,
    /// The acronym, as it is written.
    pub acronym: Option<String>,
    /// Other names it goes by: a JSON array.
    pub other_names: String,
    /// The year of foundation.
    pub established_year: Option<i64>,
    /// The group of stakeholders that it belongs to.
    pub stakeholder_group: Option<StakeholderGroup>,
    /// The address in full; the other parts of the address are known only with it.
    pub address_text: Option<String>,
    /// Street and number.
    pub address_street: Option<String>,
    /// The postal code.
    pub address_postal_code: Option<String>,
    /// The town or city.
    pub address_locality: Option<String>,
    /// The country of the address.
    pub country_id: Option<i64>,
    /// The address of its website.
    pub website: Option<String>,
    /// What it is and does, as Markdown.
    pub summary: Option<String>,
    /// What it does in digital policy, as Markdown.
    pub digital_activities: Option<String>,
    /// How it meets, online and in person, as Markdown.
    pub future_of_meetings: Option<String>,
    /// Who can be a member and how many there are, as Markdown.
    pub membership: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
    /// The country of the address.
    #[sea_orm(belongs_to = "super::country::Entity", from = "Column::CountryId", to = "super::country::Column::Id")]
    Country,
}

impl ActiveModelBehavior for ActiveModel {}
