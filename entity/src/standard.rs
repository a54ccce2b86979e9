//! A document of a standards body: one edition, or undated, a stand-in for all of them.

use sea_orm::entity::prelude::*;

use crate::vocabulary::{StandardStatus, StandardType};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "standard")]
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
    /// As its publishers write it, for example "ISO/IEC 27001:2022".
    pub identifier: String,
    /// The identifier without year, edition or version.
    pub undated_identifier: String,
    /// Whether it stands for all editions.
    pub undated: bool,
    /// The title.
    pub title: Option<String>,
    /// The language of the title, as a BCP 47 tag.
    pub title_language: String,
    /// What it is about, as Markdown.
    #[sea_orm(column_name = "abstract")]
    pub r#abstract: Option<String>,
    /// What kind of document it is.
    #[sea_orm(column_name = "type")]
    pub r#type: StandardType,
    /// How far it has come.
    pub status: StandardStatus,
    /// The publisher's own stage code, for example 60.60.
    pub stage: Option<String>,
    /// The edition, as its publisher numbers it.
    pub edition: Option<String>,
    /// The volume, as its publisher numbers it.
    pub volume: Option<String>,
    /// The date of publication, as much as is known: YYYY, YYYY-MM or YYYY-MM-DD.
    pub published_on: Option<String>,
    /// The year of publication.
    pub published_year: Option<i64>,
    /// Its address on the web.
    pub url: Option<String>,
    /// BCP 47 tags of its languages: a JSON array.
    pub languages: String,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
}

impl ActiveModelBehavior for ActiveModel {}
