//! `/export/{kind}.{format}`: records as a stream. What leaves, and how it is read, is [`crate::export`]'s; here is what
//! was asked for, whether the client has it already, and how many may be under way.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream::unfold;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::start::base;
use crate::app::{App, to_hex};
use crate::export::{self, Format, Order, Question};
use crate::graph::cursor::revision_text;

/// The name of the description of all that can be had.
const CATALOGUE: &str = "catalog.jsonld";

/// The name of the JSON Schema of JSON Lines.
const SCHEMA: &str = "schema.json";

/// The schema itself, which is the same for as long as the program runs.
static SCHEMA_TEXT: LazyLock<String> = LazyLock::new(|| export::schema().to_string());

/// The entry of the log after which the records are so: what `since` takes.
const REVISION: HeaderName = HeaderName::from_static("atlas-revision");

/// A client that takes nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// The exports of one service.
#[derive(Clone)]
pub(super) struct Exports {
    app: Arc<App>,
    permits: Arc<Semaphore>,
}

/// The parameters of an address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Parameters {
    filter: Option<String>,
    as_of: Option<String>,
    since: Option<String>,
}

impl Exports {
    pub(super) fn new(app: Arc<App>) -> Self {
        let permits = Arc::new(Semaphore::new(app.config.max_exports));
        Self { app, permits }
    }

    pub(super) async fn answer(
        self,
        method: Method,
        Path(name): Path<String>,
        parameters: Result<Query<Parameters>, axum::extract::rejection::QueryRejection>,
        headers: HeaderMap,
    ) -> Response {
        let Query(parameters) = match parameters {
            Ok(parameters) => parameters,
            Err(error) => return refused(StatusCode::BAD_REQUEST, &error.body_text()),
        };
        let base = base(&self.app, &headers);
        if name == SCHEMA {
            let head = [(CONTENT_TYPE, "application/schema+json"), (CACHE_CONTROL, "no-cache")];
            return (head, SCHEMA_TEXT.as_str()).into_response();
        }
        if name == CATALOGUE {
            return catalogue(&self.app, &base).await;
        }
        let (kinds, format) = match named(&name) {
            Ok(named) => named,
            Err(reason) => return refused(StatusCode::NOT_FOUND, &reason),
        };
        let Parameters { filter, as_of, since } = &parameters;
        let question = Question { filter: filter.as_deref(), as_of: as_of.as_deref(), since: since.as_deref() };
        let order = match export::order(&self.app, kinds, format, question, base).await {
            Ok(order) => order,
            Err(export::Refused::Question(reason)) => return refused(StatusCode::BAD_REQUEST, &reason),
            Err(export::Refused::Failed(error)) => {
                tracing::error!("An export cannot begin: {error}");
                return refused(StatusCode::INTERNAL_SERVER_ERROR, "the database does not answer: try again later");
            }
        };
        let etag = etag(&order, &name, &parameters);
        let caching = [
            (ETAG, etag.clone()),
            (CACHE_CONTROL, "no-cache".to_owned()),
            (REVISION, revision_text(order.state.sequence)),
        ];
        if super::schema::is_known(&headers, &etag) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        let file = format!("attachment; filename=\"{name}\"");
        let describing = [(CONTENT_TYPE, format.media_type().to_owned()), (CONTENT_DISPOSITION, file)];
        if method == Method::HEAD {
            return (caching, describing).into_response();
        }
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            let most = self.app.config.max_exports;
            let reason = format!("{most} exports are under way, which is the most at a time: try again in a while");
            return ([(RETRY_AFTER, "30")], refused(StatusCode::SERVICE_UNAVAILABLE, &reason)).into_response();
        };
        (caching, describing, body(Arc::clone(&self.app), order, permit)).into_response()
    }
}

/// The stream. An error breaks it off, so that nobody takes a part for the whole.
fn body(app: Arc<App>, order: Order, permit: OwnedSemaphorePermit) -> Body {
    let from = export::stream(app, order, PATIENCE);
    // Compression asks once more behind the end.
    let stream = unfold((from, permit), |(mut from, permit)| async move {
        let next = from.next().await?;
        if let Err(error) = &next {
            tracing::error!("An export broke off: {error}");
        }
        Some((next, (from, permit)))
    });
    Body::from_stream(stream.fuse())
}

/// What can be had.
async fn catalogue(app: &App, base: &str) -> Response {
    match export::catalogue(app, base).await {
        Ok(catalogue) => {
            let head = [(CONTENT_TYPE, Format::Jsonld.media_type()), (CACHE_CONTROL, "no-cache")];
            (head, catalogue.to_string()).into_response()
        }
        Err(error) => {
            tracing::error!("The catalogue cannot be made: {error}");
            refused(StatusCode::INTERNAL_SERVER_ERROR, "the database does not answer: try again later")
        }
    }
}

/// What the last part of an address names.
fn named(name: &str) -> Result<(Vec<&'static crate::graph::Kind>, Format), String> {
    let (kind, format) =
        name.rsplit_once('.').ok_or_else(|| format!("\"{name}\" names no format: write {name}.jsonl, for example"))?;
    Ok((export::kinds_named(kind)?, Format::named(format)?))
}

/// Weak, since the same records are also served compressed.
fn etag(order: &Order, name: &str, parameters: &Parameters) -> String {
    let Parameters { filter, since, .. } = parameters;
    // With the time, since an atlas that was restored counts entries anew.
    let state = order.state.at;
    let told = format!("{} {name} {state} {filter:?} {since:?} {}", env!("CARGO_PKG_VERSION"), order.base);
    let hash = to_hex(&Sha256::digest(told)[..8]);
    format!("W/\"{}-{hash}\"", order.state.sequence)
}

fn refused(status: StatusCode, reason: &str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{reason}\n")).into_response()
}
