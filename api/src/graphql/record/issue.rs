//! Issues of digital policy, and their tree.

use async_graphql::Context;
use entity::issue;

use super::event::Event;
use super::initiative::Initiative;
use super::instrument::Instrument;
use super::organisation::IssueOrganisationEdge;
use super::resource::Resource;
use super::standard::Standard;
use super::{record, texts};
use crate::graph::kinds;
use crate::graphql::connection::Edge;
use crate::graphql::context::{find, rows};
use crate::graphql::error::{Maybe, Result};
use crate::graphql::loader::AncestorsOf;
use crate::graphql::scalars::Markdown;

record! {
    /// An issue of digital policy, such as cybersecurity or data governance. Issues form a tree.
    Issue(issue::Model) of &kinds::ISSUE, {
        /// The name.
        async fn name(&self) -> &str {
            &self.0.name
        }

        /// What the issue is about.
        async fn description(&self) -> Option<Markdown> {
            self.0.description.clone().map(Markdown)
        }

        /// Other names it goes by, organisations' local terms among them.
        async fn other_names(&self) -> Vec<String> {
            texts(&self.0.other_names)
        }

        /// The issue above it; null at the root.
        async fn parent(&self, ctx: &Context<'_>) -> Maybe<Issue> {
            find(ctx, self.1, self.0.parent_id).await.transpose()
        }

        /// The issues above it, root first; empty at the root.
        async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<Issue>> {
            if self.0.parent_id.is_none() {
                return Ok(Vec::new());
            }
            let ancestors = rows(ctx)?.load_one(AncestorsOf(self.0.id, self.1)).await?;
            Ok(ancestors.unwrap_or_default().into_iter().map(|issue| Issue(issue, self.1)).collect())
        }
    }
    ordered {
        /// The issues right below it, by label.
        children: Edge<Issue> = &kinds::ISSUE_CHILDREN;
        /// Organisations that treat the issue, by label, each with its own words. One that treats it under several
        /// headings has an entry for each.
        organisations: IssueOrganisationEdge = &kinds::ISSUE_ORGANISATIONS;
        /// Standards on the issue, by identifier.
        standards: Edge<Standard> = &kinds::ISSUE_STANDARDS;
        /// Events on the issue, by start.
        events: Edge<Event> = &kinds::ISSUE_EVENTS;
    }
    filtered {
        /// Instruments on the issue, by label.
        instruments: Edge<Instrument> = &kinds::ISSUE_INSTRUMENTS;
        /// Initiatives on the issue, by label.
        initiatives: Edge<Initiative> = &kinds::ISSUE_INITIATIVES;
        /// Resources on the issue, by label.
        resources: Edge<Resource> = &kinds::ISSUE_RESOURCES;
    }
}
