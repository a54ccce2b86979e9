//! `/schema.graphql`: the schema language text, with an `ETag`.

use std::sync::Arc;

use async_graphql::SDLExportOptions;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::negotiation;
use super::packed::Packed;
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
    packed: Arc<Packed>,
    etag: String,
}

impl Text {
    pub(super) fn new(schema: &AtlasSchema) -> Self {
        let text = text(schema);
        let hash = to_hex(&Sha256::digest(&text)[..8]);
        // Weak, since the same text is also served compressed.
        Self { packed: Arc::new(Packed::new(text)), etag: format!("W/\"{hash}\"") }
    }

    /// The text, or that the client has it already.
    pub(super) fn show(&self, headers: &HeaderMap) -> Response {
        let caching = [(ETAG, self.etag.clone()), (CACHE_CONTROL, "no-cache".to_owned())];
        if is_known(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        let (bytes, is_compressed) = self.packed.bytes(negotiation::accepts_gzip(headers));
        // Browsers show plain text; `application/graphql` they would save.
        let mut response = (caching, [(CONTENT_TYPE, "text/plain; charset=utf-8")], bytes).into_response();
        if is_compressed {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }
}

/// Whether the client has what an entity tag stands for.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.flat_map(|tags| tags.split(',')).any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}
