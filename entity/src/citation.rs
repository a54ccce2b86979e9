//! Where one fact, or a whole record, comes from.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "citation")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The record that it belongs to.
    pub record_id: i64,
    /// The treatment of an issue that it belongs to; the record as a whole where there is none.
    pub link_id: Option<i64>,
    /// Its place in the list.
    pub position: i64,
    /// The source.
    pub source_id: i64,
    /// Where in the source: a page, a section, an address.
    pub locator: Option<String>,
    /// The field that it speaks for.
    pub field: Option<String>,
    /// A remark, for example on what sources contradict.
    pub note: Option<String>,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The record that it belongs to.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::RecordId", to = "super::record::Column::Id")]
    Record,
    /// The treatment of an issue that it belongs to.
    #[sea_orm(
        belongs_to = "super::organisation_issue::Entity",
        from = "Column::LinkId",
        to = "super::organisation_issue::Column::Id"
    )]
    Link,
    /// The source.
    #[sea_orm(belongs_to = "super::source::Entity", from = "Column::SourceId", to = "super::source::Column::Id")]
    Source,
}

impl ActiveModelBehavior for ActiveModel {}
