//! Entries of the change log.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::change;
use entity::vocabulary as row;
use sea_orm::ActiveEnum;

use super::partner::names;
use super::vocabulary::{ChangeOperation, RecordKind};
use super::{int, texts};
use crate::graph::cursor::{global_id, revision_text};
use crate::graph::list::Arguments;
use crate::graph::moment::Moment;
use crate::graph::predicate::Predicate;
use crate::graph::{Kind, kinds};
use crate::graphql::connection::{self, Asked, Connection, Edge, Node, Place};
use crate::graphql::context::rows;
use crate::graphql::error::{Maybe, Result, internal};
use crate::graphql::loader::BeforeOf;
use crate::graphql::node::{AtlasRecord, find_record};
use crate::graphql::scalars::{DateTime, Json};

/// One entry of the change log.
pub struct Change(pub Arc<change::Model>, pub Moment);

pub type ChangeConnection = Connection<Edge<Change>>;

impl Node for Change {
    type Row = change::Model;
    type Connection = ChangeConnection;
    const KIND: &'static Kind = &kinds::CHANGE;
    fn show(row: Arc<change::Model>, moment: Moment) -> Self {
        Self(row, moment)
    }
}

/// One entry of the change log: what one write did to one record. A link, such as how an organisation treats an issue,
/// belongs to the record that owns it: a change to it is an `UPDATED` of that record.
#[Object]
impl Change {
    /// Opaque and stable; `node(id:)` finds the entry by it.
    pub async fn id(&self) -> ID {
        global_id(&kinds::CHANGE, self.0.sequence, self.1).into()
    }

    /// Position in the log: digits of fixed width, so that text order is log order. It is the cursor of `changes`, and
    /// never expires.
    async fn revision(&self) -> String {
        revision_text(self.0.sequence)
    }

    /// When the write was made; the same for all its entries, and later than that of every earlier write.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Who made it: the name of a token, "import:" and a source, or "seed".
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// What was done to the record.
    async fn operation(&self) -> ChangeOperation {
        self.0.operation.into()
    }

    /// The kind of the record.
    async fn kind(&self) -> Result<RecordKind> {
        self.record_kind().map(Into::into)
    }

    /// The global id of the record, whether or not it still exists.
    async fn record_id(&self) -> Result<ID> {
        Ok(global_id(self.described()?, self.0.record_id, self.1).into())
    }

    /// The record as it is now, under `asOf` as it was then; null once it is deleted.
    async fn record(&self, ctx: &Context<'_>) -> Maybe<AtlasRecord> {
        record(ctx, self).await.transpose()
    }

    /// The version of the record after this change.
    async fn version(&self) -> i32 {
        int(self.0.version)
    }

    /// The fields that changed, by their names in the record or its input, links included; empty where the record was
    /// created or deleted.
    async fn changed_fields(&self) -> Vec<String> {
        texts(&self.0.changed_fields)
    }

    /// The record before the write that made this change, as one object: `recordKind`, `slug` and every field of the
    /// record by name, unknown ones left out; records that it leads to by their slugs, countries by their codes, sources
    /// by their names. Null for `CREATED`.
    async fn before(&self, ctx: &Context<'_>) -> Maybe<Json> {
        before(ctx, self).await.transpose()
    }
}

impl Change {
    /// Whether it tells of a record; countries and sources are in the log too.
    pub fn is_of_record(&self) -> bool {
        self.record_kind().is_ok()
    }

    fn record_kind(&self) -> Result<row::RecordKind> {
        row::RecordKind::try_from_value(&self.0.kind).map_err(internal)
    }

    fn described(&self) -> Result<&'static Kind> {
        kinds::by_code(&self.0.kind).ok_or_else(|| internal("the log tells of an unknown kind"))
    }
}

async fn record(ctx: &Context<'_>, change: &Change) -> Result<Option<AtlasRecord>> {
    find_record(ctx, change.record_kind()?, change.0.record_id, change.1).await
}

async fn before(ctx: &Context<'_>, change: &Change) -> Result<Option<Json>> {
    if change.0.operation == row::ChangeOperation::Created {
        return Ok(None);
    }
    let asked = BeforeOf { kind: change.described()?, key: change.0.record_id, sequence: change.0.sequence };
    Ok(rows(ctx)?.load_one(asked).await?.map(|document| Json((*document).clone())))
}

/// A page of what the log says of one record.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn of_record(ctx: &Context<'_>, record: Place, arguments: Arguments) -> Result<ChangeConnection> {
    let asked = Asked { filter: None, order_by: None, arguments };
    connection::page::<Edge<Change>>(ctx, (&kinds::RECORD_HISTORY).into(), record, asked).await
}

/// A page of the whole log, of changes to records of these kinds.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn all(ctx: &Context<'_>, kinds: Option<Vec<RecordKind>>, arguments: Arguments) -> Result<ChangeConnection> {
    let asked = Asked { filter: None, order_by: None, arguments };
    let mut list = connection::list::<Change>(ctx, (&kinds::CHANGE).into(), Moment::Now, asked)?;
    list.filter = Some(Predicate::of_changes(kinds.map(|kinds| names(&kinds))));
    connection::load::<Edge<Change>>(ctx, list, 0).await
}
