//! Answers are compressed for clients that take that.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use tower::{ServiceExt, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};

/// What a client takes besides plain bytes: its `Accept-Encoding`, where it sends one.
#[derive(Debug)]
pub(super) struct Taken(Option<HeaderMap>);

impl Taken {
    pub(super) fn by(request: &Request) -> Self {
        let codings = request.headers().get_all(ACCEPT_ENCODING);
        let headers = || codings.iter().map(|coding| (ACCEPT_ENCODING, coding.clone())).collect();
        Self(codings.iter().next().is_some().then(headers))
    }

    /// The answer as the client takes it best.
    pub(super) async fn send(self, mut response: Response) -> Response {
        let Some(headers) = self.0 else {
            // What the layer does for who says nothing, which costs it more than many an answer.
            mark(&mut response);
            return response;
        };
        let mut request = Request::new(());
        *request.headers_mut() = headers;
        let mut made = Some(response);
        let answer = service_fn(move |_| ready(Ok::<_, Infallible>(made.take().unwrap_or_default())));
        let compression = Compression::new(answer).quality(CompressionLevel::Fastest);
        let Ok(response) = Box::pin(compression.oneshot(request)).await;
        response.map(Body::new)
    }
}

/// Says of an answer that could have been compressed that it depends on what a client takes.
fn mark(response: &mut Response) {
    let headers = response.headers();
    let may_be_compressed = !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && DefaultPredicate::new().should_compress(response);
    let is_marked = || {
        let mut values = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
        values.any(|value| value.to_ascii_lowercase().contains(ACCEPT_ENCODING.as_str()))
    };
    if may_be_compressed && !is_marked() {
        response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::CONTENT_TYPE;

    use super::*;

    #[tokio::test]
    async fn who_takes_only_plain_bytes_gets_what_the_layer_gives() {
        let long = "atlas ".repeat(100);
        for headers in [
            vec![],
            vec![(VARY, "accept")],
            vec![(VARY, "accept, Accept-Encoding")],
            vec![(VARY, "accept"), (VARY, "accept-encoding")],
            vec![(CONTENT_ENCODING, "gzip")],
            vec![(CONTENT_RANGE, "bytes 0-1/2")],
            vec![(CONTENT_TYPE, "image/svg+xml")],
            vec![(CONTENT_TYPE, "image/png")],
            vec![(CONTENT_TYPE, "text/event-stream")],
        ] {
            for text in ["short", &long] {
                let answer = || {
                    let mut response = Response::new(Body::from(text.to_owned()));
                    response
                        .headers_mut()
                        .extend(headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())));
                    response
                };
                let with = |codings: Option<&str>| {
                    let mut request = Request::new(Body::empty());
                    if let Some(codings) = codings {
                        request.headers_mut().insert(ACCEPT_ENCODING, codings.parse().unwrap());
                    }
                    Taken::by(&request)
                };
                let silent = with(None).send(answer()).await;
                let plain = with(Some("identity")).send(answer()).await;
                let other = with(Some("br")).send(answer()).await;
                assert_eq!(silent.headers(), plain.headers(), "{headers:?} {text}");
                assert_eq!(silent.headers(), other.headers(), "{headers:?} {text}");
                assert_eq!(silent.status(), plain.status());
            }
        }
    }
}
