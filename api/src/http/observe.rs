//! Around every request: an id, one line in the log, and what becomes of a panic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::{debug, info, warn};

use super::answer::{self, Code};
use crate::app::App;

/// Under this header the client learns the id that stands in the log.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request, in its extensions.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// What a GraphQL request came to, for the log; in the extensions of its response.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) operation: String,
    pub(super) operation_type: &'static str,
    pub(super) codes: Vec<String>,
    pub(super) statements: u64,
    pub(super) bytes: usize,
}

/// Gives the request an id, and logs one line when it is answered.
pub(super) async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = app.request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), shortened(request.uri().path()));
    // What a panic leaves half done belongs to the request and goes with it.
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => after_panic(&id),
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    if response.status().is_client_error() || response.status().is_server_error() {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    log(&id, &method, &path, started, &response);
    response
}

/// A client's text, no longer than a line of the log should be.
fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

fn after_panic(id: &str) -> Response {
    let body = answer::body(&[answer::internal(id)], None);
    let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    let outcome = Outcome { codes: vec![Code::Internal.as_str().to_owned()], bytes: body.len(), ..Outcome::default() };
    (StatusCode::INTERNAL_SERVER_ERROR, headers, axum::Extension(outcome), body).into_response()
}

fn log(id: &str, method: &Method, path: &str, started: Instant, response: &Response) {
    let status = response.status().as_u16();
    #[expect(clippy::cast_precision_loss, reason = "a duration in the log needs no more than microseconds")]
    let duration_ms = started.elapsed().as_micros() as f64 / 1_000.0;
    let none = Outcome::default();
    let outcome = response.extensions().get::<Outcome>();
    let Outcome { operation, operation_type, codes, statements, bytes } = outcome.unwrap_or(&none);
    let bytes = if outcome.is_some() { *bytes as u64 } else { response.body().size_hint().exact().unwrap_or_default() };
    let codes = codes.join(",");
    let ours = status >= 500 || [Code::Internal, Code::Timeout].iter().any(|code| codes.contains(code.as_str()));
    macro_rules! line {
        ($level:ident) => {
            $level!(
                request.id = id,
                operation.name = %shortened(operation),
                operation.type = operation_type,
                codes,
                status,
                duration_ms,
                statements,
                bytes,
                "{method} {path} {status}"
            )
        };
    }
    if ours {
        line!(warn);
    } else if matches!(path, "/healthz" | "/readyz" | "/icon.svg") || path.starts_with("/graphiql/") {
        // Probes, and the pieces of a page that was logged itself.
        line!(debug);
    } else {
        line!(info);
    }
}
