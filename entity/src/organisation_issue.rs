//! How an organisation treats an issue.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_issue")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The organisation.
    pub organisation_id: i64,
    /// The issue.
    pub issue_id: i64,
    /// The heading under which the organisation treats it.
    pub heading: String,
    /// What the organisation calls it.
    pub local_term: Option<String>,
    /// What the organisation says, as Markdown.
    pub text: Option<String>,
    /// Its place in the organisation's profile.
    pub position: i64,
}

/// What its columns refer to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The organisation.
    #[sea_orm(
        belongs_to = "super::organisation::Entity",
        from = "Column::OrganisationId",
        to = "super::organisation::Column::Id"
    )]
    Organisation,
    /// The issue.
    #[sea_orm(belongs_to = "super::issue::Entity", from = "Column::IssueId", to = "super::issue::Column::Id")]
    Issue,
}

impl ActiveModelBehavior for ActiveModel {}
