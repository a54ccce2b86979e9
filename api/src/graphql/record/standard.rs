//! Standards, their editions and what they have to do with each other.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entity::standard;
use sea_orm::FromQueryResult;

use super::committee::Committee;
use super::issue::Issue;
use super::language::{self, Languages, LocalisedText, english};
use super::organisation::Organisation;
use super::partner::names;
use super::vocabulary::{StandardRelationKind, StandardStatus, StandardType};
use super::{int, record, texts};
use crate::graph::language::Localised;
use crate::graph::list::Arguments;
use crate::graph::moment::Moment;
use crate::graph::{Relation, kinds};
use crate::graphql::connection::{self, Asked, Edge, Entry, Faceted, HasFacets, Listed, PageInfo, Place, Position};
use crate::graphql::context::rows;
use crate::graphql::error::{Maybe, Result};
use crate::graphql::facet::{Counted, StandardFacets};
use crate::graphql::loader::{IdentifiersOf, LatestEditionOf, SubjectsOf, TitlesOf};
use crate::graphql::scalars::{Markdown, PartialDate, Url};

record! {
    /// A standard or another numbered document. One record is one document: an edition, where its publisher numbers
    /// editions; or, undated, a stand-in for all of them, as where a text cites "ISO/IEC 27001".
    Standard(standard::Model) of &kinds::STANDARD, in Faceted<Standard>, {
        /// The identifier as its publishers write it: "ISO/IEC TR 24028", "ISO/IEC 27001:2022", "RFC 9110".
        async fn identifier(&self) -> &str {
            &self.0.identifier
        }

        /// The identifier without year, edition or version: "ISO/IEC 27001".
        async fn undated_identifier(&self) -> &str {
            &self.0.undated_identifier
        }

        /// True: stands for all editions of the document.
        async fn undated(&self) -> bool {
            self.0.undated
        }

        /// Other identifiers of the same document and other ways to write it, 100 at most.
        async fn other_identifiers(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
            let identifiers = rows(ctx)?.load_one(IdentifiersOf(self.0.id, self.1)).await?;
            Ok(identifiers.unwrap_or_default().iter().map(|row| row.identifier.clone()).collect())
        }

        /// The title, in the first of these languages that there is, else in any. Null where there is none.
        async fn title(
            &self,
            ctx: &Context<'_>,
            #[graphql(desc = "BCP 47 tags, best first, 20 at most. `fr` serves `fr-CA` and the other way round.", default_with = "english()")]
            languages: Option<Vec<String>>,
        ) -> Maybe<String> {
            title(ctx, self, languages).await.transpose()
        }

        /// The title in every language that it is known in, its own first.
        async fn titles(&self, ctx: &Context<'_>) -> Result<Vec<LocalisedText>> {
            titles(ctx, self).await
        }

        /// What it is about.
        async fn r#abstract(&self) -> Option<Markdown> {
            self.0.r#abstract.clone().map(Markdown)
        }

        /// What kind of document it is.
        async fn r#type(&self) -> StandardType {
            self.0.r#type.into()
        }

        /// How far it has come.
        async fn status(&self) -> StandardStatus {
            self.0.status.into()
        }

        /// The publisher's own stage code, for example 60.60.
        async fn stage(&self) -> Option<&str> {
            self.0.stage.as_deref()
        }

        /// The edition, as the publisher numbers it.
        async fn edition(&self) -> Option<&str> {
            self.0.edition.as_deref()
        }

        /// When it was published, as precisely as is known.
        async fn published_on(&self) -> Option<PartialDate> {
            self.0.published_on.clone().map(PartialDate)
        }

        /// The year in which it was published.
        async fn published_year(&self) -> Option<i32> {
            self.0.published_year.map(int)
        }

        /// Its page at the publisher.
        async fn url(&self) -> Option<Url> {
            self.0.url.clone().map(Url)
        }

        /// Languages it is published in: BCP 47 tags.
        async fn languages(&self) -> Vec<String> {
            texts(&self.0.languages)
        }

        /// What it is classified under, 100 at most: by scheme, then by code.
        async fn subjects(&self, ctx: &Context<'_>) -> Result<Vec<Subject>> {
            let subjects = rows(ctx)?.load_one(SubjectsOf(self.0.id, self.1)).await?;
            let subject = |row: &Arc<entity::standard_subject::Model>| Subject {
                scheme: row.scheme.clone(),
                code: row.code.clone(),
                title: row.title.clone(),
            };
            Ok(subjects.unwrap_or_default().iter().map(subject).collect())
        }

        /// The newest published edition of the document that this record is, or stands for.
        async fn latest_edition(&self, ctx: &Context<'_>) -> Maybe<Standard> {
            latest_edition(ctx, self.0.id, self.1).await.transpose()
        }
    }
    ordered {
        /// Organisations that publish it, by label.
        publishers: Edge<Organisation> = &kinds::STANDARD_PUBLISHERS;
        /// Issues that it is about, by label.
        issues: Edge<Issue> = &kinds::STANDARD_ISSUES;
    }
    filtered {
        /// Committees that are responsible for it, by designation.
        committees: Edge<Committee> = &kinds::STANDARD_COMMITTEES;
    }
    paged {
        /// All dated documents with the same undated identifier, newest first. Amendments are not editions.
        editions: Edge<Standard> = &kinds::STANDARD_EDITIONS;
    }
    chosen {
        /// Documents that this one names, by identifier: this standard KIND the node.
        relations(kinds: StandardRelationKind, "Only relations of these kinds. Left out, all; `[]` matches nothing.") -> StandardRelationConnection
            = relations, &kinds::STANDARD_RELATIONS;
        /// Documents that name this one, by identifier: the node KIND this standard.
        related_from(kinds: StandardRelationKind, "Only relations of these kinds. Left out, all; `[]` matches nothing.") -> StandardRelationConnection
            = relations, &kinds::STANDARD_RELATED_FROM;
    }
}

impl HasFacets for Standard {
    type Facets = StandardFacets;
    fn facets(counted: Counted) -> StandardFacets {
        StandardFacets(counted)
    }
}

/// An entry of a classification that a standard stands under.
#[derive(SimpleObject)]
pub struct Subject {
    /// The classification, for example `ICS`.
    scheme: String,
    /// The code in the classification, for example `35.030`.
    code: String,
    /// What the code stands for.
    title: Option<String>,
}

/// What a relation of standards says.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Pointer {
    kind: entity::vocabulary::StandardRelationKind,
    identifier: String,
}

/// A relation of one standard to another.
pub struct StandardRelationEdge {
    position: Position,
    /// True where the node is the document that names this one.
    inverse: bool,
    pointer: Arc<Pointer>,
    node: Option<Arc<standard::Model>>,
}

/// A relation of one standard to another, which connects as soon as the other is in the atlas.
#[Object]
impl StandardRelationEdge {
    /// Position of this entry: give it as `after` or `before` to go on from here.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<String> {
        self.position.text(ctx)
    }

    /// How they relate.
    async fn kind(&self) -> StandardRelationKind {
        self.pointer.kind.into()
    }

    /// The other document's identifier, as the source writes it.
    async fn identifier(&self) -> &str {
        match &self.node {
            Some(node) if self.inverse => &node.identifier,
            _ => &self.pointer.identifier,
        }
    }

    /// The other document; null where it is not in the atlas.
    async fn node(&self) -> Option<Standard> {
        self.node.clone().map(|node| Standard(node, self.position.moment()))
    }
}

/// One page of a standard's relations.
pub struct StandardRelationConnection {
    page: Listed,
    inverse: bool,
}

/// One page of a standard's relations. Go on with `after: endCursor`, or back with `before: startCursor`.
#[Object]
impl StandardRelationConnection {
    /// The relations.
    async fn edges(&self) -> Result<Vec<StandardRelationEdge>> {
        let edge = |row| {
            let Entry { record: node, edge: pointer, position } = self.page.entry(row)?;
            Ok(StandardRelationEdge { position, inverse: self.inverse, pointer, node })
        };
        self.page.slice.rows.iter().map(edge).collect()
    }

    /// Where this page stands in the list.
    async fn page_info(&self, ctx: &Context<'_>) -> Result<PageInfo> {
        self.page.info(ctx)
    }

    /// Number of relations in the whole list, of the kinds asked for. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        self.page.total(ctx).await
    }
}

async fn title(ctx: &Context<'_>, standard: &Standard, languages: Option<Vec<String>>) -> Result<Option<String>> {
    let languages = Languages::read(languages)?;
    let Some(own) = own_title(standard) else { return Ok(None) };
    languages.choose(own, other_titles(ctx, standard)).await.map(Some)
}

async fn titles(ctx: &Context<'_>, standard: &Standard) -> Result<Vec<LocalisedText>> {
    Ok(language::all(own_title(standard), &other_titles(ctx, standard).await?))
}

fn own_title(Standard(row, _): &Standard) -> Option<Localised<'_>> {
    row.title.as_ref().map(|title| Localised { language: &row.title_language, value: title })
}

async fn other_titles(
    ctx: &Context<'_>,
    Standard(row, moment): &Standard,
) -> Result<Vec<Arc<entity::standard_title::Model>>> {
    Ok(rows(ctx)?.load_one(TitlesOf(row.id, *moment)).await?.unwrap_or_default())
}

async fn latest_edition(ctx: &Context<'_>, standard: i64, moment: Moment) -> Result<Option<Standard>> {
    let edition = rows(ctx)?.load_one(LatestEditionOf(standard, moment)).await?;
    Ok(edition.map(|edition| Standard(edition, moment)))
}

async fn relations(
    ctx: &Context<'_>,
    relation: &'static Relation,
    parent: Place,
    kinds: Option<Vec<StandardRelationKind>>,
    arguments: Arguments,
) -> Result<StandardRelationConnection> {
    let asked = Asked { filter: None, order_by: None, arguments };
    let mut list = connection::list::<Standard>(ctx, relation.into(), parent.moment, asked)?;
    list.only = kinds.map(|kinds| (kinds::STANDARD_RELATION_KIND, names(&kinds)));
    let inverse = *relation == kinds::STANDARD_RELATED_FROM;
    Ok(StandardRelationConnection {
        page: Listed::load::<standard::Model, Pointer>(ctx, list, parent.key).await?,
        inverse,
    })
}
