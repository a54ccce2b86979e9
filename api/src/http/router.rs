//! Which address does what.

use std::future::ready;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{cors, export, graphql, health, observe, packed, playground, schema, start};
use crate::app::App;

/// All addresses of the service, ready to be asked in process or by [`Server`](super::server::Server).
pub fn router(app: Arc<App>) -> Router {
    let schema = schema::Text::new(&app.schema);
    let answers = packed::Answers::new(app.config.response_cache_bytes);
    let exports = export::Exports::new(Arc::clone(&app));
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .route("/", get(start::show))
        .route("/graphql", any(graphql::answer))
        .route("/graphiql", get(playground::show))
        .route("/graphiql/{file}", get(playground::asset))
        .route("/icon.svg", get(start::icon))
        .route("/schema.graphql", get(move |headers: HeaderMap| ready(schema.show(&headers))))
        .route(
            "/export/{file}",
            get(move |method, file, parameters, headers| exports.answer(method, file, parameters, headers)),
        )
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(not_found)
        .with_state(Arc::clone(&app))
        .layer(Extension(Arc::new(answers)))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(Arc::clone(&app), cors::apply))
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(REFERRER_POLICY, "no-referrer"))
        .layer(header(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(from_fn_with_state(app, observe::around))
}

async fn not_found(request: Request) -> Response {
    let text =
        format!("Nothing is at {}. The API is at /graphql, its schema at /schema.graphql\n", request.uri().path());
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
