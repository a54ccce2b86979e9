//! Organisations, and how they treat issues.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::{citation, organisation};
use sea_orm::FromQueryResult;

use super::channel::Channel;
use super::citation::Citation;
use super::committee::Committee;
use super::country::Country;
use super::event::Event;
use super::initiative::Initiative;
use super::instrument::Instrument;
use super::issue::Issue;
use super::language::{self, Languages, LocalisedText, english};
use super::partner::{self, PartnerConnection};
use super::resource::Resource;
use super::standard::Standard;
use super::vocabulary::{PartnerRole, StakeholderGroup};
use super::{int, record, texts};
use crate::graph::cursor::{TREATMENT, typed_id};
use crate::graph::kinds;
use crate::graph::language::Localised;
use crate::graph::moment::Moment;
use crate::graphql::connection::{Connection, Edge, Faceted, HasFacets, ListEdge, Position};
use crate::graphql::context::{find, rows};
use crate::graphql::error::{Maybe, Result};
use crate::graphql::facet::{Counted, OrganisationFacets};
use crate::graphql::loader::{CitationsOfLink, NamesOf};
use crate::graphql::scalars::{Markdown, Url};

record! {
    /// An international body, company, network or other organisation that works on digital policy or standards.
    Organisation(organisation::Model) of &kinds::ORGANISATION, in Faceted<Organisation>, {
        /// The full name, as the organisation writes it: in the first of these languages that there is, else in any.
        async fn name(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "BCP 47 tags, best first, 20 at most. `fr` serves `fr-CA` and the other way round.", default_with = "english()")]
            languages: Option<Vec<String>>,
        ) -> Result<String> {
            name(ctx, self, languages).await
        }

        /// The full name in every language that it is known in, its own first.
        async fn names(&self, ctx: &Context<'_>) -> Result<Vec<LocalisedText>> {
            names(ctx, self).await
        }

        /// The acronym, as it is written: "ISO", "Ecma".
        async fn acronym(&self) -> Option<&str> {
            self.0.acronym.as_deref()
        }

        /// Other names it goes by.
        async fn other_names(&self) -> Vec<String> {
            texts(&self.0.other_names)
        }

        /// The year of foundation.
        async fn established_year(&self) -> Option<i32> {
            self.0.established_year.map(int)
        }

        /// The group of stakeholders that it belongs to; null where no source says.
        async fn stakeholder_group(&self) -> Option<StakeholderGroup> {
            self.0.stakeholder_group.map(Into::into)
        }

        /// Where its seat is.
        async fn address(&self) -> Option<PostalAddress> {
            let text = self.0.address_text.clone()?;
            Some(PostalAddress {
                text,
                street: self.0.address_street.clone(),
                postal_code: self.0.address_postal_code.clone(),
                locality: self.0.address_locality.clone(),
                country_id: self.0.country_id,
                moment: self.1,
            })
        }

        /// Its site on the web.
        async fn website(&self) -> Option<Url> {
            self.0.website.clone().map(Url)
        }

        /// What it is and does.
        async fn summary(&self) -> Option<Markdown> {
            self.0.summary.clone().map(Markdown)
        }

        /// What it does in the digital field.
        async fn digital_activities(&self) -> Option<Markdown> {
            self.0.digital_activities.clone().map(Markdown)
        }

        /// How it meets: in person, online or both.
        async fn future_of_meetings(&self) -> Option<Markdown> {
            self.0.future_of_meetings.clone().map(Markdown)
        }

        /// Who can be a member, and how many members there are.
        async fn membership(&self) -> Option<Markdown> {
            self.0.membership.clone().map(Markdown)
        }
    }
    ordered {
        /// Issues that the organisation treats, in the order of its profile, each with the organisation's own words.
        issues: OrganisationIssueEdge = &kinds::ORGANISATION_ISSUES;
        /// Standards that the organisation publishes, alone or with others; by identifier.
        standards: Edge<Standard> = &kinds::ORGANISATION_STANDARDS;
        /// Events that it organises, by start.
        events: Edge<Event> = &kinds::ORGANISATION_EVENTS;
    }
    filtered {
        /// Its committees, joint ones included; by designation.
        committees: Edge<Committee> = &kinds::ORGANISATION_COMMITTEES;
        /// Channels on which it speaks, by label.
        channels: Edge<Channel> = &kinds::ORGANISATION_CHANNELS;
        /// Instruments in its care, by label.
        instruments: Edge<Instrument> = &kinds::ORGANISATION_INSTRUMENTS;
        /// Initiatives that it leads or takes part in, each once; by label.
        initiatives: Edge<Initiative> = &kinds::ORGANISATION_INITIATIVES;
        /// What it provides to use or to read, by label.
        resources: Edge<Resource> = &kinds::ORGANISATION_RESOURCES;
    }
    chosen {
        /// Organisations that this one is connected with, by label; the role says what the node is to this organisation.
        partners(roles: PartnerRole, "Only partners in these roles. Left out, all; `[]` matches nothing.") -> PartnerConnection
            = partner::page, &kinds::ORGANISATION_PARTNERS;
        /// Organisations that name this one as a partner, by label; the role says what this organisation is to the node.
        partner_of(roles: PartnerRole, "Only where this organisation has one of these roles. Left out, all; `[]` matches nothing.") -> PartnerConnection
            = partner::page, &kinds::ORGANISATION_PARTNER_OF;
    }
}

async fn name(ctx: &Context<'_>, organisation: &Organisation, languages: Option<Vec<String>>) -> Result<String> {
    Languages::read(languages)?.choose(own_name(organisation), other_names(ctx, organisation)).await
}

async fn names(ctx: &Context<'_>, organisation: &Organisation) -> Result<Vec<LocalisedText>> {
    Ok(language::all(Some(own_name(organisation)), &other_names(ctx, organisation).await?))
}

fn own_name(Organisation(row, _): &Organisation) -> Localised<'_> {
    Localised { language: &row.name_language, value: &row.name }
}

async fn other_names(
    ctx: &Context<'_>,
    Organisation(row, moment): &Organisation,
) -> Result<Vec<Arc<entity::organisation_name::Model>>> {
    Ok(rows(ctx)?.load_one(NamesOf(row.id, *moment)).await?.unwrap_or_default())
}

impl HasFacets for Organisation {
    type Facets = OrganisationFacets;
    fn facets(counted: Counted) -> OrganisationFacets {
        OrganisationFacets(counted)
    }
}

/// A postal address: in full, and its parts as far as they are known.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct PostalAddress {
    /// The address in one line.
    text: String,
    /// Street and number.
    street: Option<String>,
    /// The postal code.
    postal_code: Option<String>,
    /// The town, with what the address adds to it.
    locality: Option<String>,
    #[graphql(skip)]
    country_id: Option<i64>,
    #[graphql(skip)]
    moment: Moment,
}

#[async_graphql::ComplexObject]
impl PostalAddress {
    /// The country.
    async fn country(&self, ctx: &Context<'_>) -> Maybe<Country> {
        find(ctx, self.moment, self.country_id).await.transpose()
    }
}

/// What a link between an organisation and an issue says.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Treatment {
    id: i64,
    heading: String,
    local_term: Option<String>,
    text: Option<String>,
    position: i64,
}

impl Treatment {
    async fn citations(&self, ctx: &Context<'_>, moment: Moment) -> Result<Vec<Citation>> {
        let citations: Option<Vec<Arc<citation::Model>>> =
            rows(ctx)?.load_one(CitationsOfLink(self.id, moment)).await?;
        Ok(citations.unwrap_or_default().into_iter().map(|citation| Citation(citation, moment)).collect())
    }
}

macro_rules! treatment_edge {
    ($(#[$about:meta])* $name:ident leads to $node:ident, { $($own:tt)* }) => {
        $(#[$about])*
        pub struct $name {
            position: Position,
            node: $node,
            treatment: Arc<Treatment>,
        }

        $(#[$about])*
        #[Object]
        impl $name {
            /// Position of this entry: give it as `after` or `before` to go on from here, with the same order.
            async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
                self.position.text(ctx)
            }

            /// The record.
            async fn node(&self) -> &$node {
                &self.node
            }

            /// Stable id of this link.
            async fn link_id(&self) -> ID {
                typed_id(TREATMENT, self.treatment.id, self.position.moment()).into()
            }

            /// The heading under which the organisation treats the issue.
            async fn heading(&self) -> &str {
                &self.treatment.heading
            }

            /// What the organisation itself calls the issue, where that is another term.
            async fn local_term(&self) -> Option<&str> {
                self.treatment.local_term.as_deref()
            }

            /// What the organisation does about the issue.
            async fn text(&self) -> Option<Markdown> {
                self.treatment.text.clone().map(Markdown)
            }

            $($own)*

            /// Where this comes from, 100 entries at most.
            async fn citations(&self, ctx: &Context<'_>) -> Result<Vec<Citation>> {
                self.treatment.citations(ctx, self.position.moment()).await
            }
        }

        impl ListEdge for $name {
            type Node = $node;
            type Columns = Treatment;
            type Connection = Connection<Self>;
            fn edge(position: Position, node: $node, treatment: Arc<Treatment>) -> Self {
                Self { position, node, treatment }
            }
        }
    };
}

treatment_edge! {
    /// An organisation's own work on an issue, in its own terms. An organisation may treat one issue under several
    /// headings: each is a link of its own, and `totalCount` counts links.
    OrganisationIssueEdge leads to Issue, {
        /// Place in the organisation's profile, from 1.
        async fn position(&self) -> i32 {
            int(self.treatment.position)
        }
    }
}

treatment_edge! {
    /// An organisation that treats the issue, and how.
    IssueOrganisationEdge leads to Organisation, {}
}
