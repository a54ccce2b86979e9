//! Organisations in a role: as partners of an organisation and as participants of an initiative.

use std::sync::Arc;

use async_graphql::{Context, EnumType, Object};
use sea_orm::FromQueryResult;

use super::organisation::Organisation;
use super::vocabulary::PartnerRole;
use crate::graph::list::Arguments;
use crate::graph::{Relation, kinds};
use crate::graphql::connection::{self, Asked, Connection, ListEdge, Place, Position};
use crate::graphql::error::Result;

/// What a link to an organisation in a role says.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Partnership {
    role: entity::vocabulary::PartnerRole,
    note: Option<String>,
}

/// An organisation in a role.
pub struct PartnerEdge {
    position: Position,
    node: Organisation,
    partnership: Arc<Partnership>,
}

pub type PartnerConnection = Connection<PartnerEdge>;

/// An organisation in a role. One organisation may have several roles: each is an entry of its own.
#[Object]
impl PartnerEdge {
    /// Position of this entry: give it as `after` or `before` to go on from here.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        self.position.text(ctx)
    }

    /// The organisation.
    async fn node(&self) -> &Organisation {
        &self.node
    }

    /// The role; the field that lists these entries says whose it is.
    async fn role(&self) -> PartnerRole {
        self.partnership.role.into()
    }

    /// What a source adds to the role.
    async fn note(&self) -> Option<&str> {
        self.partnership.note.as_deref()
    }
}

impl ListEdge for PartnerEdge {
    type Node = Organisation;
    type Columns = Partnership;
    type Connection = Connection<Self>;
    fn edge(position: Position, node: Organisation, partnership: Arc<Partnership>) -> Self {
        Self { position, node, partnership }
    }
}

/// A page of organisations in a role.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn page(
    ctx: &Context<'_>,
    relation: &'static Relation,
    parent: Place,
    roles: Option<Vec<PartnerRole>>,
    arguments: Arguments,
) -> Result<PartnerConnection> {
    let asked = Asked { filter: None, order_by: None, arguments };
    let mut list = connection::list::<Organisation>(ctx, relation.into(), parent.moment, asked)?;
    list.only = roles.map(|roles| (&kinds::ROLE, names(&roles)));
    connection::load::<PartnerEdge>(ctx, list, parent.key).await
}

/// The names of enum values, as rows hold them.
pub fn names<T: EnumType>(values: &[T]) -> Vec<String> {
    let name = |value: &T| T::items().iter().find(|item| item.value == *value).map(|item| item.name.to_owned());
    values.iter().filter_map(name).collect()
}
