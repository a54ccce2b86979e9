//! Channels on which organisations and other records speak.

use async_graphql::{Context, Error};
use entity::channel;

use super::organisation::Organisation;
use super::record;
use super::vocabulary::ChannelPlatform;
use crate::graph::kinds;
use crate::graphql::context::find;
use crate::graphql::error::{Maybe, Result, internal};
use crate::graphql::node::{AtlasRecord, find_record};
use crate::graphql::scalars::Url;

record! {
    /// A channel on which an organisation, an event or another record speaks: an account, a blog, a newsletter.
    Channel(channel::Model) of &kinds::CHANNEL, {
        /// Where the channel is.
        async fn platform(&self) -> ChannelPlatform {
            self.0.platform.into()
        }

        /// The name of the account, without the leading @.
        async fn handle(&self) -> Option<&str> {
            self.0.handle.as_deref()
        }

        /// Its address on the web; null where it is not known for certain.
        async fn url(&self) -> Option<Url> {
            self.0.url.clone().map(Url)
        }

        /// The record whose channel it is.
        async fn owner(&self, ctx: &Context<'_>) -> Result<AtlasRecord, Error> {
            let owner = find_record(ctx, self.0.owner_kind, self.0.owner_id, self.1).await?;
            // A foreign key stands behind it, so only a delete between two statements comes here.
            Ok(owner.ok_or_else(|| internal("the owner of a channel was deleted meanwhile"))?)
        }

        /// The owner, where it is an organisation.
        async fn organisation(&self, ctx: &Context<'_>) -> Maybe<Organisation> {
            let is_organisation = self.0.owner_kind == entity::vocabulary::RecordKind::Organisation;
            find(ctx, self.1, is_organisation.then_some(self.0.owner_id)).await.transpose()
        }
    }
}
