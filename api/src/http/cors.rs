//! Pages of other origins: which may ask, and the preflight by which a browser finds out.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};

/// What a request has to do with pages of other origins.
#[derive(Debug)]
pub(super) struct Page {
    /// What the answer says of who may read it.
    allowed: Option<HeaderValue>,
    /// Whether a browser asks what it may ask, which is answered at once.
    pub(super) is_preflight: bool,
}

impl Page {
    /// The page that a request comes from, and whether it is of one of the origins that may ask.
    pub(super) fn of(request: &Request, origins: &[String]) -> Self {
        let headers = request.headers();
        let Some(origin) = headers.get(ORIGIN) else { return Self { allowed: None, is_preflight: false } };
        let is_preflight = request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Self { allowed: allow(origins, origin), is_preflight }
    }

    /// Marks the answer where an allowed origin may read it. Credentials are never allowed: the API reads no cookies.
    pub(super) fn mark(self, headers: &mut HeaderMap, origins: &[String]) {
        if !origins.is_empty() && !origins.iter().any(|origin| origin == "*") {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        let Some(origin) = self.allowed else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.is_preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        } else {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("x-request-id"));
        }
    }
}

fn allow(origins: &[String], origin: &HeaderValue) -> Option<HeaderValue> {
    if origins.iter().any(|allowed| allowed == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    let text = origin.to_str().ok()?;
    origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(text)).then(|| origin.clone())
}
