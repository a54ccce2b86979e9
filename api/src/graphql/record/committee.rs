//! Committees and other bodies of organisations.

use async_graphql::Context;
use entity::committee;

use super::organisation::Organisation;
use super::record;
use super::standard::Standard;
use crate::graph::kinds;
use crate::graphql::connection::Edge;
use crate::graphql::context::find;
use crate::graphql::error::Maybe;
use crate::graphql::scalars::Markdown;

record! {
    /// A committee, council, working group or other body of one or several organisations.
    Committee(committee::Model) of &kinds::COMMITTEE, {
        /// The designation in full: "ISO/IEC JTC 1/SC 42", "TC39", "WP.29".
        async fn designation(&self) -> &str {
            &self.0.designation
        }

        /// The name in words; null where the designation is the name.
        async fn name(&self) -> Option<&str> {
            self.0.name.as_deref()
        }

        /// What it works on.
        async fn scope(&self) -> Option<Markdown> {
            self.0.scope.clone().map(Markdown)
        }

        /// The committee that it is part of.
        async fn parent(&self, ctx: &Context<'_>) -> Maybe<Committee> {
            find(ctx, self.1, self.0.parent_id).await.transpose()
        }
    }
    ordered {
        /// The bodies whose committee it is, by label; several for a joint one.
        owners: Edge<Organisation> = &kinds::COMMITTEE_OWNERS;
        /// Standards that it is responsible for, by identifier.
        standards: Edge<Standard> = &kinds::COMMITTEE_STANDARDS;
    }
    filtered {
        /// The committees that are part of it, by designation.
        children: Edge<Committee> = &kinds::COMMITTEE_CHILDREN;
    }
}
