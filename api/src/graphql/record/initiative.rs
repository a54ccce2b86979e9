//! Initiatives and who takes part in them.

use entity::initiative;

use super::country::PartyEdge;
use super::issue::Issue;
use super::partner::{self, PartnerConnection};
use super::vocabulary::{InitiativeKind, PartnerRole};
use super::{int, record};
use crate::graph::kinds;
use crate::graphql::connection::Edge;
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
    }
    ordered {
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::INITIATIVE_ISSUES;
    }
    paged {
        /// Countries and territories that take part, by name; pages of up to 250. The edge's note is the name under
        /// which each takes part.
        countries: PartyEdge = &kinds::INITIATIVE_COUNTRIES;
    }
    chosen {
        /// Organisations that take part, by label; the role says what the node is to the initiative.
        participants(roles: PartnerRole, "Only participants in these roles. Left out, all; `[]` matches nothing.") -> PartnerConnection
            = partner::page, &kinds::INITIATIVE_PARTICIPANTS;
    }
}
