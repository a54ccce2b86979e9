//! `/schema.graphql`: the schema language text, with an `ETag`.

use async_graphql::SDLExportOptions;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::app::to_hex;
use crate::graphql::AtlasSchema;

/// The schema language text, as `atlas schema` prints it too.
#[must_use]
pub fn text(schema: &AtlasSchema) -> String {
    let options = SDLExportOptions::new().prefer_single_line_descriptions().use_space_ident();
    let text = schema.sdl_with_options(options);
    format!("{}\n", text.trim_end())
}

/// The text, made once, and its entity tag.
#[derive(Clone)]
pub(super) struct Text {
    bytes: Bytes,
    etag: String,
}

impl Text {
    pub(super) fn new(schema: &AtlasSchema) -> Self {
        let text = text(schema);
        let hash = to_hex(&Sha256::digest(&text)[..8]);
        // Weak, since the same text is also served compressed.
        Self { bytes: text.into(), etag: format!("W/\"{hash}\"") }
    }

    /// The text, or that the client has it already.
    pub(super) fn show(&self, headers: &HeaderMap) -> Response {
        let caching = [(ETAG, self.etag.clone()), (CACHE_CONTROL, "no-cache".to_owned())];
        if is_known(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        // Browsers show plain text; `application/graphql` they would save.
        (caching, [(CONTENT_TYPE, "text/plain; charset=utf-8")], self.bytes.clone()).into_response()
    }
}

/// Whether the client has what an entity tag stands for.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}
