//! Where the log stands: one row, locked first by every write.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "log_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// The last sequence in the log.
    pub sequence: i64,
    /// The moment of the last change, in microseconds since 1970 in UTC.
    pub at: i64,
    /// The key that the next row of any table takes.
    pub next_id: i64,
}

/// It refers to no other table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
