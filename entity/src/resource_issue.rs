//! An issue that a resource is about.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "resource_issue")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The resource.
    pub resource_id: i64,
    /// The issue.
    pub issue_id: i64,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The resource.
    #[sea_orm(belongs_to = "super::resource::Entity", from = "Column::ResourceId", to = "super::resource::Column::Id")]
    Resource,
    /// The issue.
    #[sea_orm(belongs_to = "super::issue::Entity", from = "Column::IssueId", to = "super::issue::Column::Id")]
    Issue,
}

impl ActiveModelBehavior for ActiveModel {}
