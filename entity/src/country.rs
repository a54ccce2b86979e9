//! A country or territory of ISO 3166-1.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "country")]
pub struct Model {
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The alpha-2 code, upper case.
    pub code: String,
    /// The alpha-3 code, upper case.
    pub alpha3: String,
    /// The name.
    pub name: String,
    /// The part of the world that it lies in.
    pub region: Option<String>,
}

/// It refers to no other table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
