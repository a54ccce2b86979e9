//! `/healthz` and `/readyz`, for whoever runs the service.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::app::App;

/// A probe that waits longer than this is no use to the prober.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs: 200 always.
pub(super) async fn alive() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// Questions can be answered: 200, or 503 while the database does not answer or migrations are missing.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let reason = match timeout(PATIENCE, app.ready()).await {
        Ok(Ok(())) => return ([(CACHE_CONTROL, "no-store")], "ready\n").into_response(),
        Ok(Err(error)) => {
            tracing::warn!("Not ready: {error:#}");
            error.to_string()
        }
        Err(_) => format!("the database has not answered within {} s", PATIENCE.as_secs()),
    };
    let headers = [(CACHE_CONTROL, "no-store"), (RETRY_AFTER, "5")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, format!("{reason}\n")).into_response()
}
