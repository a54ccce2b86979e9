//! What someone means by a reference: an identifier, a name, an address, a slug, as people write them.

use async_graphql::{Context, Enum, Object};
use futures_util::future::try_join_all;

use super::context::rows;
use super::error::{ApiError, Result, bad_input};
use super::loader::{Meant, MeantBy};
use super::node::{AtlasRecord, find_record};
use crate::graph::Form;
use crate::graph::list::{PageSize, limit};
use crate::graph::moment::Moment;

/// How many records are given where it is not said.
const SIZE: PageSize = PageSize { default: 10, max: 100 };

/// A record that a reference may mean.
pub struct Resolution {
    record: AtlasRecord,
    meant: Meant,
}

/// By what a record was found.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ResolutionMatch {
    /// By its identifier or designation, however it is spaced.
    Identifier,
    /// By its slug.
    Slug,
    /// By its acronym.
    Acronym,
    /// By its name.
    Name,
    /// By its address on the web, or by that of the site that the address belongs to.
    Url,
    /// By another identifier of the same document.
    OtherIdentifier,
    /// By another name that it goes by, in any language.
    OtherName,
    /// By a slug that it had before a rename.
    FormerSlug,
    /// By the handle of the account.
    Handle,
    /// By the identifier without year or edition.
    UndatedIdentifier,
    /// By words of its identifier or names, or by words that may have been meant.
    Words,
}

/// A record that a reference may mean.
#[Object]
impl Resolution {
    /// The record.
    async fn record(&self) -> &AtlasRecord {
        &self.record
    }

    /// How sure it is that this record is meant: 1 is certain, below 0.5 only words agree. It depends on the reference
    /// and the record alone.
    async fn score(&self) -> f64 {
        (self.meant.score * 100.0).round() / 100.0
    }

    /// By what the record was found.
    async fn matched_on(&self) -> ResolutionMatch {
        match self.meant.form {
            None => ResolutionMatch::Words,
            Some(Form::Identifier) => ResolutionMatch::Identifier,
            Some(Form::Slug) => ResolutionMatch::Slug,
            Some(Form::Acronym) => ResolutionMatch::Acronym,
            Some(Form::Name) => ResolutionMatch::Name,
            Some(Form::Url) => ResolutionMatch::Url,
            Some(Form::OtherIdentifier) => ResolutionMatch::OtherIdentifier,
            Some(Form::OtherName) => ResolutionMatch::OtherName,
            Some(Form::FormerSlug) => ResolutionMatch::FormerSlug,
            Some(Form::Handle) => ResolutionMatch::Handle,
            Some(Form::UndatedIdentifier) => ResolutionMatch::UndatedIdentifier,
        }
    }
}

/// Finds what a reference means.
///
/// # Errors
/// What is wrong with the arguments, or what the database or a limit says.
pub async fn resolve(ctx: &Context<'_>, reference: String, first: Option<i32>) -> Result<Vec<Resolution>> {
    let first = limit("first", first, SIZE).map_err(bad_input)?;
    let meant = rows(ctx)?.load_one(MeantBy { reference, first }).await?.transpose()?.unwrap_or_default();
    let records = meant.iter().map(|meant| async {
        let record = find_record(ctx, meant.kind, meant.key, Moment::Now).await?;
        Ok::<_, ApiError>(record.map(|record| Resolution { record, meant: meant.clone() }))
    });
    Ok(try_join_all(records).await?.into_iter().flatten().collect())
}
