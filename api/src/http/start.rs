//! `/`: what is here, in plain text.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;

use crate::app::App;

pub(super) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or(&app.config.listen);
    let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{host}"));
    format!(
        "Atlas: who works on which digital-policy issue, through which standards, bodies, instruments and events.\n\n\
         {base}/graphql         the GraphQL API, by POST and GET\n\
         {base}/schema.graphql  its schema, every field described\n\
         {base}/healthz         whether the service runs\n\
         {base}/readyz          whether it can answer\n"
    )
}
