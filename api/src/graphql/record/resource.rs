//! Resources: what organisations provide to use or to read.

use entity::resource;

use super::issue::Issue;
use super::organisation::Organisation;
use super::record;
use super::vocabulary::{ResourceAvailability, ResourceKind};
use crate::graph::kinds;
use crate::graphql::connection::Edge;
use crate::graphql::scalars::{Markdown, Url};

record! {
    /// Something to use or to read: a tool, platform, data base, software, publication or course.
    Resource(resource::Model) of &kinds::RESOURCE, {
        /// The name.
        async fn name(&self) -> &str {
            &self.0.name
        }

        /// The acronym or short name.
        async fn acronym(&self) -> Option<&str> {
            self.0.acronym.as_deref()
        }

        /// What kind of resource it is.
        async fn kind(&self) -> ResourceKind {
            self.0.kind.into()
        }

        /// Whether it can be used.
        async fn availability(&self) -> ResourceAvailability {
            self.0.availability.into()
        }

        /// What it is for.
        async fn description(&self) -> Option<Markdown> {
            self.0.description.clone().map(Markdown)
        }

        /// Where it is.
        async fn url(&self) -> Option<Url> {
            self.0.url.clone().map(Url)
        }
    }
    ordered {
        /// Organisations that provide it, by label.
        providers: Edge<Organisation> = &kinds::RESOURCE_PROVIDERS;
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::RESOURCE_ISSUES;
    }
}
