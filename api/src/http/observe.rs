//! Around every request: an id, the headers of every answer, one line in the log, and what becomes of a panic.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::{debug, info, warn};

use super::answer::{self, Code};
use super::compressed::Taken;
use super::cors::Page;
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

/// Headers of every answer that does not say otherwise.
const USUAL: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

/// What is done for every request, whatever answers it. All of it stands in one function, since each layer of a router
/// costs a request as much as all that this does.
pub(super) async fn around<F: Future<Output = Response>>(
    app: &App,
    request: Request,
    id: &str,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), shortened(request.uri().path()).to_owned());
    let answered = async {
        let (page, taken) = (Page::of(&request, &app.config.cors_origins), Taken::by(&request));
        let mut response = if page.is_preflight {
            StatusCode::NO_CONTENT.into_response()
        } else {
            taken.send(answer(request).await).await
        };
        let headers = response.headers_mut();
        page.mark(headers, &app.config.cors_origins);
        for (name, value) in USUAL {
            headers.entry(name).or_insert(value);
        }
        response
    };
    // What a panic leaves half done belongs to the request and goes with it.
    let mut response = match AssertUnwindSafe(answered).catch_unwind().await {
        Ok(response) => response,
        Err(_) => after_panic(id),
    };
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    if response.status().is_client_error() || response.status().is_server_error() {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    log(id, &method, &path, started, &response);
    response
}

/// A client's text, no longer than a line of the log should be.
fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(100).map_or(text.len(), |(end, _)| end);
    &text[..end]
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
