//! A social network account, blog, newsletter or the like of a record.

use sea_orm::entity::prelude::*;

use crate::vocabulary::{ChannelPlatform, RecordKind};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "channel")]
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
    /// Where the channel is.
    pub platform: ChannelPlatform,
    /// The name of the account, without the leading @.
    pub handle: Option<String>,
    /// Its address on the web.
    pub url: Option<String>,
    /// The record whose channel it is.
    pub owner_id: i64,
    /// The kind of the owner.
    pub owner_kind: RecordKind,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The entry of the key among those of all records.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::Id", to = "super::record::Column::Id")]
    Record,
    /// The record whose channel it is.
    #[sea_orm(belongs_to = "super::record::Entity", from = "Column::OwnerId", to = "super::record::Column::Id")]
    Owner,
}

impl ActiveModelBehavior for ActiveModel {}
