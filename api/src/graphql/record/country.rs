//! Countries, and countries that take part in something.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::country;
use sea_orm::FromQueryResult;

use crate::graph::cursor::global_id;
use crate::graph::moment::Moment;
use crate::graph::{Kind, kinds};
use crate::graphql::connection::{Connection, Edge, ListEdge, Node, Position};
use crate::graphql::error::Result;

/// A country or territory of ISO 3166-1.
pub struct Country(pub Arc<country::Model>, pub Moment);

impl Node for Country {
    type Row = country::Model;
    type Connection = Connection<Edge<Self>>;
    const KIND: &'static Kind = &kinds::COUNTRY;
    fn show(row: Arc<country::Model>, moment: Moment) -> Self {
        Self(row, moment)
    }
}

/// A country or territory of ISO 3166-1.
#[Object]
impl Country {
    /// Opaque and stable; `node(id:)` finds the country by it.
    pub async fn id(&self) -> ID {
        global_id(&kinds::COUNTRY, self.0.id, self.1).into()
    }

    /// The ISO 3166-1 alpha-2 code: `CH`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The ISO 3166-1 alpha-3 code: `CHE`.
    async fn alpha3(&self) -> &str {
        &self.0.alpha3
    }

    /// The name in English.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The region of the world by UN M49: Africa, Americas, Asia, Europe or Oceania; null where it has none.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }
}

/// What a link to a country says.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Party {
    note: Option<String>,
}

/// A country or territory that takes part.
pub struct PartyEdge {
    position: Position,
    node: Country,
    party: Arc<Party>,
}

/// A country or territory that takes part.
#[Object]
impl PartyEdge {
    /// Position of this entry: give it as `after` or `before` to go on from here.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        self.position.text(ctx)
    }

    /// The country or territory.
    async fn node(&self) -> &Country {
        &self.node
    }

    /// The name under which it takes part, or a reservation.
    async fn note(&self) -> Option<&str> {
        self.party.note.as_deref()
    }
}

impl ListEdge for PartyEdge {
    type Node = Country;
    type Columns = Party;
    type Connection = Connection<Self>;
    fn edge(position: Position, node: Country, party: Arc<Party>) -> Self {
        Self { position, node, party }
    }
}
