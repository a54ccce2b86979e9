//! Citations: where facts come from.

use std::sync::Arc;

use async_graphql::{Context, Error, ID, Object};
use entity::citation;

use super::source::Source;
use crate::graph::cursor::{CITATION, typed_id};
use crate::graph::list::Arguments;
use crate::graph::moment::Moment;
use crate::graph::{Kind, kinds};
use crate::graphql::connection::{Asked, Connection, Edge, Node, Place, page};
use crate::graphql::context::find;
use crate::graphql::error::{Result, internal};

/// Where one fact, or a whole record, comes from.
pub struct Citation(pub Arc<citation::Model>, pub Moment);

pub type CitationConnection = Connection<Edge<Citation>>;

impl Node for Citation {
    type Row = citation::Model;
    type Connection = CitationConnection;
    const KIND: &'static Kind = &kinds::CITATIONS;
    fn show(row: Arc<citation::Model>, moment: Moment) -> Self {
        Self(row, moment)
    }
}

/// Where one fact, or a whole record, comes from.
#[Object]
impl Citation {
    /// Stable id of this citation.
    async fn id(&self) -> ID {
        typed_id(CITATION, self.0.id, self.1).into()
    }

    /// The document or data set.
    async fn source(&self, ctx: &Context<'_>) -> Result<Source, Error> {
        let source = find(ctx, self.1, Some(self.0.source_id)).await?;
        // A foreign key stands behind it.
        Ok(source.ok_or_else(|| internal("the source of a citation was deleted meanwhile"))?)
    }

    /// Where in the source: a page, a heading, an address.
    async fn locator(&self) -> Option<&str> {
        self.0.locator.as_deref()
    }

    /// The field of the record that it speaks for; null where it speaks for the whole.
    async fn field(&self) -> Option<String> {
        self.0.field.as_deref().map(crate::graph::api_name)
    }

    /// A remark: what is doubtful, what sources contradict, what was inferred.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// A page of what is cited for a record as a whole.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn of_record(ctx: &Context<'_>, record: Place, arguments: Arguments) -> Result<CitationConnection> {
    let asked = Asked { filter: None, order_by: None, arguments };
    page::<Edge<Citation>>(ctx, (&kinds::RECORD_CITATIONS).into(), record, asked).await
}
