//! `/graphiql`: the playground, and the files that it is made of.
//!
//! `build.rs` makes them from `web/` and they are embedded, compressed. Scripts and styles have a hash in their names and
//! may be kept for ever; the page itself and the licences may not. Where they could not be made, the page says why and
//! what to do.

use std::io::Read;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use maud::{DOCTYPE, PreEscaped, html};

use super::{negotiation, start};

/// Names and bytes of the files as `build.rs` left them, each `NAME.gz`, in the order of the names.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Why this build has no playground, where it has none.
pub const MISSING: Option<&str> = {
    let reason = env!("ATLAS_PAGES_MISSING");
    if reason.is_empty() { None } else { Some(reason) }
};

const PAGE: &str = "playground.html";
const LICENCES: &str = "licences.txt";

/// Nothing but the service itself: its scripts and workers, its API by HTTP and WebSocket. Styles may stand in the page,
/// since the editor makes them as it goes; scripts may not.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(super) async fn show(headers: HeaderMap) -> Response {
    let mut response = match MISSING {
        None => file(PAGE, &headers, "no-cache"),
        Some(reason) => missing(reason),
    };
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A file of the page.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match name.as_str() {
        PAGE => not_found(PAGE),
        LICENCES => file(LICENCES, &headers, "no-cache"),
        hashed => file(hashed, &headers, "public, max-age=31536000, immutable"),
    }
}

fn file(name: &str, headers: &HeaderMap, caching: &'static str) -> Response {
    let found = FILES.iter().find(|(file, _)| file.strip_suffix(".gz") == Some(name));
    let Some(&(_, compressed)) = found else {
        return not_found(name);
    };
    let head = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type(name))),
        (CACHE_CONTROL, HeaderValue::from_static(caching)),
        (VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if negotiation::accepts_gzip(headers) {
        return (head, [(CONTENT_ENCODING, "gzip")], compressed).into_response();
    }
    match plain(compressed) {
        Ok(bytes) => (head, bytes).into_response(),
        Err(error) => {
            tracing::error!("The embedded file {name} cannot be read: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn not_found(name: &str) -> Response {
    (StatusCode::NOT_FOUND, format!("Nothing is at /graphiql/{name}\n")).into_response()
}

fn plain(compressed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(compressed).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn missing(reason: &str) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Atlas playground" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                style { (PreEscaped(start::STYLE)) }
            }
            body {
                main {
                    h1 { "The playground is not in this build" }
                    p.lead { "The reason: " (reason) "." }
                    p {
                        "To get it, build the service again where Node.js 18 or later is there, with npm and a way to its registry:"
                    }
                    pre { code { "touch web/build.mjs\ncargo build --release" } }
                    p {
                        "Everything else works: the API is at " a href="/graphql?query=%7Batlas%7Bversion%7D%7D" { "/graphql" }
                        ", its schema at " a href="/schema.graphql" { "/schema.graphql" } ", the start page at " a href="/" { "/" } "."
                    }
                }
            }
        }
    };
    let head = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::NOT_FOUND, head, page.into_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_build_without_the_pages_says_why_and_what_to_do() {
        let response = missing("Node.js was not found");
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        for part in ["Node.js was not found", "cargo build --release", "/schema.graphql"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
}
