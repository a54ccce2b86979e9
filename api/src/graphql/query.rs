//! The entry points of the API, one or two lines each.

use async_graphql::{Context, ID};
use futures_util::future::join_all;

use super::atlas::Atlas;
use super::connection::{self, Edge, Place, object};
use super::context::{now, reach, rows};
use super::error::{Maybe, Result, bad_input};
use super::loader::{ByIdentifier, BySlug, CountryByCode, typed};
use super::node::{Node, find_node};
use super::record::change::{self, ChangeConnection};
use super::record::channel::Channel;
use super::record::committee::Committee;
use super::record::country::Country;
use super::record::event::Event;
use super::record::initiative::Initiative;
use super::record::instrument::Instrument;
use super::record::issue::Issue;
use super::record::organisation::Organisation;
use super::record::resource::Resource;
use super::record::source::Source;
use super::record::standard::Standard;
use super::record::vocabulary::RecordKind;
use super::resolve::{Resolution, resolve};
use super::scalars::DateTime;
use super::search::{SearchConnection, search};
use crate::graph::cursor::{MOMENT, typed_id};
use crate::graph::identifier::{country_code, may_be_stored};
use crate::graph::kinds;
use crate::graph::list::Arguments;
use crate::graph::moment::{self, Past, date_time_text};

/// Most ids that `nodes` takes at once.
pub const MAX_NODES: usize = 100;

/// Where every question starts.
pub struct Query;

impl Query {
    /// Root lists have no parent.
    fn place(&self) -> Place {
        let Self = self;
        Place { key: 0, moment: moment::Moment::Now }
    }
}

/// The atlas at one moment.
pub struct Moment(pub Past);

impl Moment {
    fn place(&self) -> Place {
        Place { key: 0, moment: self.0.into() }
    }
}

async fn by_slug<N: connection::Node>(ctx: &Context<'_>, place: Place, slug: String) -> Result<Option<N>> {
    if !may_be_stored(&slug) {
        return Ok(None);
    }
    let row = rows(ctx)?.load_one(BySlug::of::<N>(slug, place.moment)).await?;
    row.map(|row| Ok(N::show(typed(row?)?, place.moment))).transpose()
}

async fn by_identifier(ctx: &Context<'_>, place: Place, identifier: String) -> Result<Option<Standard>> {
    let standard = rows(ctx)?.load_one(ByIdentifier(identifier, place.moment)).await?;
    Ok(standard.map(|standard| Standard(standard, place.moment)))
}

async fn by_code(ctx: &Context<'_>, place: Place, code: &str) -> Result<Option<Country>> {
    let Some(code) = country_code(code) else { return Ok(None) };
    let country = rows(ctx)?.load_one(CountryByCode(code, place.moment)).await?;
    Ok(country.map(|country| Country(country, place.moment)))
}

/// The atlas as it stood at a moment that is over.
async fn at_moment(ctx: &Context<'_>, at: i64) -> Result<Option<Moment>> {
    let Some(past) = reach(ctx, at).await? else {
        let (at, now) = (date_time_text(at), date_time_text(now(ctx)?));
        return Err(bad_input(format!("`at` is {at}, which is still to come: it is {now} here")));
    };
    Ok(Some(Moment(past)))
}

/// The questions that both the present and any moment of the past answer, and the fields that only one of them has.
macro_rules! entry_points {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        object! {
            $(#[$about])*
            $name with Nullable {
                $($own)*

                /// The object with this global id; null where there is none.
                async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "An id from any field `id`.")] id: ID) -> Maybe<Node> {
                    find_node(ctx, self.place().moment, &id, "id").await.transpose()
                }

                /// The objects with these global ids, in the order asked; null where there is none.
                async fn nodes(&self, ctx: &Context<'_>, #[graphql(desc = "Ids from any fields `id`, 100 at most.")] ids: Vec<ID>) -> Result<Vec<Maybe<Node>>> {
                    if ids.len() > MAX_NODES {
                        return Err(bad_input(format!("`ids` holds {} ids: {MAX_NODES} at most", ids.len())));
                    }
                    // A mistake in one id leaves the others their answers.
                    let found = ids.iter().enumerate().map(|(index, id)| async move { find_node(ctx, self.place().moment, id, &format!("ids[{index}]")).await.transpose() });
                    Ok(join_all(found).await)
                }

                /// The organisation with this slug; null where there is none.
                async fn organisation(&self, ctx: &Context<'_>, #[graphql(desc = "For example `iso`. A slug of before a rename works too.")] slug: String) -> Maybe<Organisation> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The issue with this slug; null where there is none.
                async fn issue(&self, ctx: &Context<'_>, #[graphql(desc = "For example `data-governance`. A slug of before a rename works too.")] slug: String) -> Maybe<Issue> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// One standard, by slug or by identifier; null where there is none. An identifier finds the record with
                /// exactly that identifier, the undated one first; else the newest published edition with that undated
                /// identifier. Case, spacing and the "/" between words do not matter: "iso ts 23258" finds "ISO/TS 23258".
                async fn standard(
                    &self,
                    ctx: &Context<'_>,
                    #[graphql(desc = "For example `iso-iec-27001`. Not together with `identifier`.")] slug: Option<String>,
                    #[graphql(desc = "For example `ISO/IEC 27001:2022`. Not together with `slug`.")] identifier: Option<String>,
                ) -> Maybe<Standard> {
                    let found = match (slug, identifier) {
                        (Some(slug), None) => by_slug(ctx, self.place(), slug).await,
                        (None, Some(identifier)) => by_identifier(ctx, self.place(), identifier).await,
                        _ => Err(bad_input("give exactly one of `slug` and `identifier`")),
                    };
                    found.transpose()
                }

                /// The committee with this slug; null where there is none.
                async fn committee(&self, ctx: &Context<'_>, #[graphql(desc = "For example `iso-iec-jtc-1-sc-42`. A slug of before a rename works too.")] slug: String) -> Maybe<Committee> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The event with this slug; null where there is none.
                async fn event(&self, ctx: &Context<'_>, #[graphql(desc = "The event's slug. One of before a rename works too.")] slug: String) -> Maybe<Event> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The channel with this slug; null where there is none.
                async fn channel(&self, ctx: &Context<'_>, #[graphql(desc = "For example `iso-twitter`. A slug of before a rename works too.")] slug: String) -> Maybe<Channel> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The instrument with this slug; null where there is none.
                async fn instrument(&self, ctx: &Context<'_>, #[graphql(desc = "The instrument's slug. One of before a rename works too.")] slug: String) -> Maybe<Instrument> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The initiative with this slug; null where there is none.
                async fn initiative(&self, ctx: &Context<'_>, #[graphql(desc = "The initiative's slug. One of before a rename works too.")] slug: String) -> Maybe<Initiative> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The resource with this slug; null where there is none.
                async fn resource(&self, ctx: &Context<'_>, #[graphql(desc = "The resource's slug. One of before a rename works too.")] slug: String) -> Maybe<Resource> {
                    by_slug(ctx, self.place(), slug).await.transpose()
                }

                /// The country or territory with this code; null where there is none.
                async fn country(&self, ctx: &Context<'_>, #[graphql(desc = "ISO 3166-1 alpha-2, in either case: `CH`.")] code: String) -> Maybe<Country> {
                    by_code(ctx, self.place(), &code).await.transpose()
                }
            }
            ordered {
                /// All organisations, by label.
                organisations: Edge<Organisation> = &kinds::ORGANISATION;
                /// All issues, by label.
                issues: Edge<Issue> = &kinds::ISSUE;
                /// All standards, by identifier.
                standards: Edge<Standard> = &kinds::STANDARD;
                /// All events, by start.
                events: Edge<Event> = &kinds::EVENT;
            }
            filtered {
                /// All committees, by designation.
                committees: Edge<Committee> = &kinds::COMMITTEE;
                /// All channels, by label.
                channels: Edge<Channel> = &kinds::CHANNEL;
                /// All instruments, by label.
                instruments: Edge<Instrument> = &kinds::INSTRUMENT;
                /// All initiatives, by label.
                initiatives: Edge<Initiative> = &kinds::INITIATIVE;
                /// All resources, by label.
                resources: Edge<Resource> = &kinds::RESOURCE;
            }
            paged {
                /// All countries and territories of ISO 3166-1, by name; pages of up to 250.
                countries: Edge<Country> = &kinds::COUNTRY;
                /// All sources, by name.
                sources: Edge<Source> = &kinds::SOURCE;
            }
        }
    };
}

entry_points! {
    /// Where every question starts: records by slug, id or identifier, lists of all records of a kind, search, and the
    /// log of changes.
    Query {
        /// The atlas itself: its version, its newest change and how much it holds.
        async fn atlas(&self) -> Atlas {
            Atlas
        }

        /// The same questions, answered as the atlas stood at that moment: records, links, filters, counts and facets
        /// alike. Before the first change the atlas is empty; a moment that is still to come is an error.
        async fn as_of(&self, ctx: &Context<'_>, #[graphql(desc = "The moment, not in the future.")] at: DateTime) -> Maybe<Moment> {
            at_moment(ctx, at.0).await.transpose()
        }

        /// Full-text search in all kinds of record. Case, accents and endings of words do not matter, identifiers may be
        /// spaced in any way, and the last word may be unfinished. `"a phrase"` asks for words side by side, `-word` keeps
        /// records with it out. Where nothing holds the words, those that may have been meant are taken for them. Every
        /// text is a query; one without words finds nothing.
        async fn search(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "What to look for: 1,000 characters, 64 different words, and 64 words and phrases at most.")] query: String,
            #[graphql(desc = "Only records of these kinds. Left out, all; `[]` matches nothing.")] kinds: Option<Vec<RecordKind>>,
            #[graphql(desc = "How many entries: 0 to 100, 20 where it is not given.")] first: Option<i32>,
            #[graphql(desc = "Only entries that follow this cursor of the same search.")] after: Option<String>,
        ) -> Maybe<SearchConnection> {
            Some(search(ctx, query, kinds, first, after).await)
        }

        /// The records that a reference may mean, the surest first: an identifier however it is spaced and with or without
        /// its edition, a name, an acronym, a slug, one of before a rename, or an address on the web. What is known by
        /// exactly the reference comes alone; else records with its words in their names, then what a search finds.
        async fn resolve(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "As people write it: \"ISO 27001:2013\", \"rfc9110\", \"TC39\", \"World Trade Organisation\", \"https://www.iso.org/\". 1,000 characters at most.")]
            reference: String,
            #[graphql(desc = "How many records: 0 to 100, 10 where it is not given.")] first: Option<i32>,
        ) -> Result<Vec<Resolution>> {
            resolve(ctx, reference, first).await
        }

        /// The log of changes to records, oldest first: what an integrator follows to keep a copy. Ask with
        /// `after: atlas.revision`, or with the last `endCursor`, until `hasNextPage` is false: every change comes
        /// exactly once, whatever is written meanwhile. Changes to countries and sources are not listed.
        async fn changes(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "Only changes to records of these kinds. Left out, all; `[]` matches nothing.")] kinds: Option<Vec<RecordKind>>,
            #[graphql(desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given.")] first: Option<i32>,
            #[graphql(desc = "Only entries after this revision.")] after: Option<String>,
            #[graphql(desc = "How many entries from the end: 0 to 100. Not together with `first`.")] last: Option<i32>,
            #[graphql(desc = "Only entries before this revision.")] before: Option<String>,
        ) -> Maybe<ChangeConnection> {
            Some(change::all(ctx, kinds, Arguments { first, after, last, before }).await)
        }
    }
}

entry_points! {
    /// The atlas at one moment: the same questions as at the root, answered from the records, links and counts of then.
    /// Ids beneath it carry the moment, and `node(id:)` returns that state; slugs are the same. Filters by `text` do not
    /// work here.
    Moment {
        /// Opaque; `node(id:)` finds this moment by it.
        pub async fn id(&self) -> ID {
            typed_id(MOMENT, 0, self.0.into()).into()
        }

        /// The moment that was asked for.
        async fn at(&self) -> DateTime {
            DateTime(self.0.at)
        }
    }
}
