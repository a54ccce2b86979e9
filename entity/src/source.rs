//! A document or data set that facts were taken from.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The name, which no other source has.
    pub name: String,
    /// Its address on the web.
    pub url: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// The licence under which it may be used.
    pub licence: Option<String>,
    /// What those who use it are asked to say.
    pub attribution: Option<String>,
    /// When it was read, as much as is known: YYYY, YYYY-MM or YYYY-MM-DD.
    pub accessed_on: Option<String>,
}

/// It refers to no other table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
