//! One entry of the change log.

use sea_orm::entity::prelude::*;

use crate::vocabulary::ChangeOperation;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// Its position in the log, which is the order of commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// The moment of its transaction, in microseconds since 1970 in UTC.
    pub at: i64,
    /// Who changed it: the name of a token, "import:" and a source, or "seed".
    pub actor: String,
    /// What was done.
    pub operation: ChangeOperation,
    /// A value of `RecordKind`, or `COUNTRY` or `SOURCE`.
    pub kind: String,
    /// What was changed, whether or not it still exists.
    pub record_id: i64,
    /// The version after the change.
    pub version: i64,
    /// The names of the fields that changed, as in inputs: a JSON array.
    pub changed_fields: String,
}

/// It refers to no other table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
