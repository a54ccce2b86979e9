//! Sources.

use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::source;

use crate::graph::cursor::global_id;
use crate::graph::moment::Moment;
use crate::graph::{Kind, kinds};
use crate::graphql::connection::{Connection, Edge, Node};
use crate::graphql::scalars::{PartialDate, Url};

/// A document or data set that facts were taken from.
pub struct Source(pub Arc<source::Model>, pub Moment);

impl Node for Source {
    type Row = source::Model;
    type Connection = Connection<Edge<Self>>;
    const KIND: &'static Kind = &kinds::SOURCE;
    fn show(row: Arc<source::Model>, moment: Moment) -> Self {
        Self(row, moment)
    }
}

/// A document or data set that facts were taken from.
#[Object]
impl Source {
    /// Opaque and stable; `node(id:)` finds the source by it.
    pub async fn id(&self) -> ID {
        global_id(&kinds::SOURCE, self.0.id, self.1).into()
    }

    /// What the source is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it is on the web.
    async fn url(&self) -> Option<Url> {
        self.0.url.clone().map(Url)
    }

    /// Who published it.
    async fn publisher(&self) -> Option<&str> {
        self.0.publisher.as_deref()
    }

    /// The licence under which it may be used.
    async fn licence(&self) -> Option<&str> {
        self.0.licence.as_deref()
    }

    /// How it wants to be named.
    async fn attribution(&self) -> Option<&str> {
        self.0.attribution.as_deref()
    }

    /// When it was read, as precisely as is known.
    async fn accessed_on(&self) -> Option<PartialDate> {
        self.0.accessed_on.clone().map(PartialDate)
    }
}
