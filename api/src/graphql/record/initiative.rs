//! Initiatives and who takes part in them.

use async_graphql::Context;
use entity::initiative;

use super::country::PartyEdge;
use super::issue::Issue;
use super::partner::{self, PartnerConnection};
use super::vocabulary::{InitiativeKind, PartnerRole};
use super::{int, record};
use crate::graph::kinds;
use crate::graph::list::{Arguments, PageSize};
use crate::graphql::connection::Edge;
use crate::graphql::error::Result;
use crate::graphql::scalars::Markdown;

record! {
    /// A programme, project, partnership, negotiation or series of events with participants.
    Initiative(initiative::Model) of &kinds::INITIATIVE, {
        /// The name.
        async fn name(&self) -> &str {
            &self.0.name
        }

        /// The acronym or short name.
        async fn acronym(&self) -> Option<&str> {
            self.0.acronym.as_deref()
        }

        /// What kind of initiative it is.
        async fn kind(&self) -> InitiativeKind {
            self.0.kind.into()
        }

        /// The year in which it started.
        async fn started_year(&self) -> Option<i32> {
            self.0.started_year.map(int)
        }

        /// What it is about.
        async fn description(&self) -> Option<Markdown> {
            self.0.description.clone().map(Markdown)
        }

        /// Organisations that take part, by label; the role says what the node is to the initiative.
        async fn participants(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only participants in these roles. Left out, all; `[]` matches nothing.")] roles: Option<Vec<PartnerRole>>,
            #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
            #[graphql(desc = "Only entries that follow this cursor.")] after: Option<String>,
            #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
            #[graphql(desc = "Only entries that precede this cursor.")] before: Option<String>,
        ) -> Result<PartnerConnection> {
            let arguments = Arguments { first, after, last, before };
            partner::page(ctx, &kinds::INITIATIVE_PARTICIPANTS, self.0.id, roles, arguments).await
        }
    }
    ordered {
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::INITIATIVE_ISSUES;
    }
    paged {
        /// Countries and territories that take part, by name; pages of up to 250. The edge's note is the name under
        /// which each takes part.
        countries: PartyEdge = &kinds::INITIATIVE_COUNTRIES, PageSize::COUNTRIES;
    }
}
