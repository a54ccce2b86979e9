//! What has a global id, and what all records have in common.

use async_graphql::{Context, ID, Interface};
use entity::vocabulary::RecordKind;

use super::context::{now, rows};
use super::error::{Result, bad_input};
use super::loader::EndOf;
use super::query::Moment as AtMoment;
use super::record::change::{Change, ChangeConnection};
use super::record::channel::Channel;
use super::record::citation::CitationConnection;
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
use super::scalars::DateTime;
use super::{connection, context};
use crate::graph::cursor::{GlobalId, MOMENT, read_id};
use crate::graph::kinds::CHANGE_NAME;
use crate::graph::moment::{Moment, Past};

/// Anything with a global id, by which `node(id:)` finds it.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque and stable; `node(id:)` finds the object by it."))]
pub enum Node {
    Organisation(Organisation),
    Issue(Issue),
    Standard(Standard),
    Committee(Committee),
    Event(Event),
    Channel(Channel),
    Instrument(Instrument),
    Initiative(Initiative),
    Resource(Resource),
    Country(Country),
    Source(Source),
    Change(Change),
    Moment(AtMoment),
}

/// Anything that is curated or imported: it has a slug, a version and sources. Each is a `Node` too.
#[derive(Interface)]
#[graphql(
    field(
        name = "id",
        ty = "ID",
        desc = "Opaque and stable for the record's life; `node(id:)` finds the record by it."
    ),
    field(
        name = "slug",
        ty = "String",
        desc = "Short name for links. After a rename the old one still finds the record."
    ),
    field(name = "label", ty = "String", desc = "What a person would call it."),
    field(name = "version", ty = "i32", desc = "Starts at 1 and grows by one with every change."),
    field(name = "created_at", ty = "DateTime", desc = "When the record was created."),
    field(name = "updated_at", ty = "DateTime", desc = "When the record or a link that it owns was last changed."),
    field(
        name = "citations",
        ty = "CitationConnection",
        desc = "Where the record as a whole, or one of its facts, comes from, in the order of entry.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given."
        ),
        arg(name = "after", ty = "Option<String>", desc = "Only entries that follow this cursor."),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "How many entries from the end: 0 to 100. Not together with `first`."
        ),
        arg(name = "before", ty = "Option<String>", desc = "Only entries that precede this cursor.")
    ),
    field(
        name = "history",
        ty = "ChangeConnection",
        desc = "What the change log says of the record, oldest first.",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "How many entries from the start: 0 to 100, 20 where neither `first` nor `last` is given."
        ),
        arg(name = "after", ty = "Option<String>", desc = "Only entries after this revision."),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "How many entries from the end: 0 to 100. Not together with `first`."
        ),
        arg(name = "before", ty = "Option<String>", desc = "Only entries before this revision.")
    )
)]
pub enum AtlasRecord {
    Organisation(Organisation),
    Issue(Issue),
    Standard(Standard),
    Committee(Committee),
    Event(Event),
    Channel(Channel),
    Instrument(Instrument),
    Initiative(Initiative),
    Resource(Resource),
}

/// The record of a kind with this key, whatever the kind.
///
/// # Errors
/// What the database or a limit says.
pub async fn find_record(ctx: &Context<'_>, kind: RecordKind, key: i64, moment: Moment) -> Result<Option<AtlasRecord>> {
    Ok(match kind {
        RecordKind::Organisation => find::<Organisation>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Issue => find::<Issue>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Standard => find::<Standard>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Committee => find::<Committee>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Event => find::<Event>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Channel => find::<Channel>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Instrument => find::<Instrument>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Initiative => find::<Initiative>(ctx, key, moment).await?.map(Into::into),
        RecordKind::Resource => find::<Resource>(ctx, key, moment).await?.map(Into::into),
    })
}

/// What a global id stands for; `argument` is where it came from.
///
/// # Errors
/// Where the text is no id, or the id of something that `node` does not find.
pub async fn find_node(ctx: &Context<'_>, asked: Moment, id: &str, argument: &str) -> Result<Option<Node>> {
    let Some(GlobalId { name, key, moment }) = read_id(id) else {
        return Err(bad_input(format!(
            "`{argument}` is not an id of this atlas: take it from the field `id`, unchanged"
        )));
    };
    let moment = match (asked, moment) {
        (Moment::Now, Moment::Past(past)) if !happened(ctx, past).await? => return Ok(None),
        (Moment::Now, moment) => moment,
        (asked, moment) if moment.is_now() || moment == asked => asked,
        _ => return Err(bad_input(format!("`{argument}` is an id of another moment: ask for it at the root"))),
    };
    Ok(match name.as_str() {
        CHANGE_NAME => find::<Change>(ctx, key, moment).await?.filter(Change::is_of_record).map(Into::into),
        MOMENT => match moment {
            Moment::Past(past) => Some(AtMoment(past).into()),
            Moment::Now | Moment::Later => None,
        },
        "Organisation" => find::<Organisation>(ctx, key, moment).await?.map(Into::into),
        "Issue" => find::<Issue>(ctx, key, moment).await?.map(Into::into),
        "Standard" => find::<Standard>(ctx, key, moment).await?.map(Into::into),
        "Committee" => find::<Committee>(ctx, key, moment).await?.map(Into::into),
        "Event" => find::<Event>(ctx, key, moment).await?.map(Into::into),
        "Channel" => find::<Channel>(ctx, key, moment).await?.map(Into::into),
        "Instrument" => find::<Instrument>(ctx, key, moment).await?.map(Into::into),
        "Initiative" => find::<Initiative>(ctx, key, moment).await?.map(Into::into),
        "Resource" => find::<Resource>(ctx, key, moment).await?.map(Into::into),
        "Country" => find::<Country>(ctx, key, moment).await?.map(Into::into),
        "Source" => find::<Source>(ctx, key, moment).await?.map(Into::into),
        other => {
            return Err(bad_input(format!(
                "`{argument}` is the id of a {other}, which is not a Node: ask for what holds it"
            )));
        }
    })
}

/// Whether the atlas ever stood as the id of a past state says.
async fn happened(ctx: &Context<'_>, past: Past) -> Result<bool> {
    let now = now(ctx)?;
    Ok(rows(ctx)?.load_one(EndOf(past.sequence)).await?.is_some_and(|end| end.happened(past, now)))
}

async fn find<N: connection::Node>(ctx: &Context<'_>, key: i64, moment: Moment) -> Result<Option<N>> {
    context::find(ctx, moment, Some(key)).await
}
