//! Events.

use async_graphql::Context;
use entity::event;

use super::country::Country;
use super::issue::Issue;
use super::organisation::Organisation;
use super::record;
use super::vocabulary::EventFormat;
use crate::graph::kinds;
use crate::graphql::connection::Edge;
use crate::graphql::context::find;
use crate::graphql::error::Maybe;
use crate::graphql::scalars::{DateTime, Markdown, PartialDate, Url};

record! {
    /// A conference, meeting, webinar or other event.
    Event(event::Model) of &kinds::EVENT, {
        /// The title.
        async fn title(&self) -> &str {
            &self.0.title
        }

        /// What it is about.
        async fn description(&self) -> Option<Markdown> {
            self.0.description.clone().map(Markdown)
        }

        /// The day on which it starts where it takes place, as precisely as is known.
        async fn starts_on(&self) -> Option<PartialDate> {
            self.0.starts_on.clone().map(PartialDate)
        }

        /// Its last day where it takes place, as precisely as is known.
        async fn ends_on(&self) -> Option<PartialDate> {
            self.0.ends_on.clone().map(PartialDate)
        }

        /// When it starts; null where the time of day is not known.
        async fn starts_at(&self) -> Option<DateTime> {
            self.0.starts_at.map(DateTime)
        }

        /// When it ends; null where the time of day is not known.
        async fn ends_at(&self) -> Option<DateTime> {
            self.0.ends_at.map(DateTime)
        }

        /// The time zone of the place: an IANA name such as `Europe/Zurich`.
        async fn time_zone(&self) -> Option<&str> {
            self.0.time_zone.as_deref()
        }

        /// The date as it was announced: "16 June 2022, 15:00–17:00 CEST".
        async fn date_text(&self) -> Option<&str> {
            self.0.date_text.as_deref()
        }

        /// Whether people meet online or in person.
        async fn format(&self) -> EventFormat {
            self.0.format.into()
        }

        /// Where it takes place.
        async fn location(&self) -> Option<&str> {
            self.0.location.as_deref()
        }

        /// The country in which it takes place.
        async fn country(&self, ctx: &Context<'_>) -> Maybe<Country> {
            find(ctx, self.1, self.0.country_id).await.transpose()
        }

        /// Its page on the web.
        async fn url(&self) -> Option<Url> {
            self.0.url.clone().map(Url)
        }

        /// Where to register.
        async fn registration_url(&self) -> Option<Url> {
            self.0.registration_url.clone().map(Url)
        }
    }
    ordered {
        /// Organisations that hold it, by label.
        organisers: Edge<Organisation> = &kinds::EVENT_ORGANISERS;
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::EVENT_ISSUES;
    }
}
