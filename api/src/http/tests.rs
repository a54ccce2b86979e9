//! The addresses as a client meets them, asked in process: status, headers, codes.

use std::io::Read as _;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::app::App;
use crate::config::Config;

const JSON: &str = "application/json";
const RESPONSE: &str = "application/graphql-response+json";

/// A router over an empty database of its own, deleted at the end.
struct Service {
    router: super::Addresses,
    _folder: tempfile::TempDir,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Service {
    async fn new(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
        let mut config = Config { database_url: url.parse().unwrap(), ..Config::default() };
        change(&mut config);
        let app: Arc<App> = App::open(config).await.unwrap();
        Self { router: super::router(app), _folder: folder }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    async fn post(&self, accept: &str, query: &str) -> Reply {
        let body = serde_json::json!({ "query": query }).to_string();
        self.ask("POST", "/graphql", &[("content-type", JSON), ("accept", accept)], body).await
    }
}

impl Reply {
    fn header(&self, name: &str) -> String {
        let values: Vec<&str> = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        values.join(", ")
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_status() {
    let service = Service::new(|config| config.max_body_bytes = 1_024).await;
    let long = "x".repeat(2_000);
    for (method, path, content_type, accept, body, status, code) in [
        ("POST", "/graphql", JSON, "image/png", "{}", 406, "BAD_REQUEST"),
        ("POST", "/graphql", "text/plain", "", "{}", 415, "BAD_REQUEST"),
        ("POST", "/graphql", "", "", "{}", 415, "BAD_REQUEST"),
        ("POST", "/graphql", JSON, "", "{", 400, "BAD_REQUEST"),
        ("POST", "/graphql", JSON, "", "[]", 400, "BAD_REQUEST"),
        ("POST", "/graphql", JSON, "", "{}", 400, "BAD_REQUEST"),
        ("POST", "/graphql", JSON, "", long.as_str(), 413, "LIMIT_EXCEEDED"),
        ("GET", "/graphql", "", "", "", 400, "BAD_REQUEST"),
        ("PUT", "/graphql", JSON, "", "{}", 405, "BAD_REQUEST"),
        ("DELETE", "/graphql", JSON, "", "{}", 405, "BAD_REQUEST"),
        ("GET", "/graphql?query=mutation%7Ba%7D", "", "", "", 405, "BAD_REQUEST"),
    ] {
        let headers: Vec<_> = [("content-type", content_type), ("accept", accept)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let reply = service.ask(method, path, &headers, body.to_owned()).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code), "{method} {path} {body}");
        assert!(reply.json().get("data").is_none());
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.headers.contains_key("allow"), status == 405);
    }
}

#[tokio::test]
async fn the_form_decides_the_status_of_a_refused_document() {
    let service = Service::new(|_| {}).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ noSuchField }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "BAD_REQUEST"),
        ("{ __typename } fragment A on Query { ...A }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: String!) { __type(name: $a) { name } }", "BAD_USER_INPUT"),
        (&"{a".repeat(100), "LIMIT_EXCEEDED"),
    ] {
        for (form, status) in [(JSON, 200), (RESPONSE, 400)] {
            let reply = service.post(form, query).await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code), "{query}");
            assert!(reply.json().get("data").is_none(), "{query}");
            assert!(reply.header("content-type").starts_with(form));
            assert!(reply.header("vary").contains("accept"));
        }
    }
}

#[tokio::test]
async fn documents_are_carried_out_by_post_and_get() {
    let service = Service::new(|_| {}).await;
    for reply in [
        service.post(RESPONSE, "{ __typename }").await,
        service.ask("GET", "/graphql?query=%7B__typename%7D", &[], Body::empty()).await,
        service
            .ask("GET", "/graphql?query=query%20A%7B__typename%7D&operationName=A&variables=", &[], Body::empty())
            .await,
    ] {
        assert_eq!((reply.status, reply.json()["data"]["__typename"].as_str()), (StatusCode::OK, Some("Query")));
        assert_eq!(
            (reply.header("x-content-type-options"), reply.header("x-request-id").len()),
            ("nosniff".into(), 16)
        );
    }
}

#[tokio::test]
async fn pages_of_allowed_origins_may_ask() {
    let service = Service::new(|config| config.cors_origins = vec!["https://a.example".into()]).await;
    let preflight = [("origin", "https://a.example"), ("access-control-request-method", "POST")];
    let reply = service.ask("OPTIONS", "/graphql", &preflight, Body::empty()).await;
    assert_eq!(
        (reply.status, reply.header("access-control-allow-origin")),
        (StatusCode::NO_CONTENT, "https://a.example".into())
    );
    assert!(reply.header("access-control-allow-headers").contains("content-type"));
    for (origin, allowed) in [("https://a.example", true), ("https://b.example", false), ("null", false)] {
        let headers = [("origin", origin)];
        let reply = service.ask("GET", "/graphql?query=%7B__typename%7D", &headers, Body::empty()).await;
        assert_eq!(
            (reply.status, reply.headers.contains_key("access-control-allow-origin")),
            (StatusCode::OK, allowed)
        );
        assert!(reply.header("vary").contains("origin"));
    }
    let plain = service.ask("OPTIONS", "/graphql", &[], Body::empty()).await;
    assert_eq!((plain.status, plain.header("allow")), (StatusCode::NO_CONTENT, "GET, HEAD, POST, OPTIONS".into()));
}

#[tokio::test]
async fn the_other_addresses_answer() {
    let service = Service::new(|_| {}).await;
    let get = |path: &'static str| service.ask("GET", path, &[], Body::empty());
    for (path, status, part) in [
        ("/", 200, "/graphql"),
        ("/healthz", 200, "ok"),
        ("/readyz", 200, "ready"),
        ("/schema.graphql", 200, "type Query"),
        ("/nothing", 404, "/graphql"),
    ] {
        let reply = get(path).await;
        assert_eq!(reply.status.as_u16(), status, "{path}");
        assert!(String::from_utf8_lossy(&reply.bytes).contains(part), "{path}");
    }
    let etag = get("/schema.graphql").await.header("etag");
    let again = service.ask("GET", "/schema.graphql", &[("if-none-match", &etag)], Body::empty()).await;
    assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    let packed = service.ask("GET", "/schema.graphql", &[("accept-encoding", "gzip")], Body::empty()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn a_service_without_its_tables_is_not_ready() {
    use sea_orm::ConnectionTrait;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
    let app = App::open(Config { database_url: url.parse().unwrap(), ..Config::default() }).await.unwrap();
    app.write.execute_unprepared("DELETE FROM seaql_migrations").await.unwrap();
    let service = Service { router: super::router(app), _folder: folder };
    let reply = service.ask("GET", "/readyz", &[], Body::empty()).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(String::from_utf8_lossy(&reply.bytes).contains("migrations are missing"));
    assert_eq!(service.ask("GET", "/healthz", &[], Body::empty()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_playground_is_served_in_pieces_that_may_be_kept_or_says_why_it_is_missing() {
    let service = Service::new(|_| {}).await;
    let get = async |path: &str, accepted: &str| {
        service.ask("GET", path, &[("accept-encoding", accepted)], Body::empty()).await
    };
    let page = get("/graphiql", "identity").await;
    let text = String::from_utf8(page.bytes.clone()).unwrap();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
    if let Some(reason) = super::playground::MISSING {
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(text.contains(reason) && text.contains("Node.js"), "{text}");
        return;
    }
    assert_eq!((page.status, page.header("cache-control").as_str()), (StatusCode::OK, "no-cache"));
    let pieces: Vec<&str> = text.split('"').filter(|part| part.starts_with("/graphiql/playground-")).collect();
    assert_eq!(pieces.len(), 2, "a script and a style in {text}");
    for piece in pieces {
        let (packed, plain) = (get(piece, "br, gzip;q=0.5").await, get(piece, "gzip;q=0").await);
        assert_eq!((packed.status, plain.status), (StatusCode::OK, StatusCode::OK), "{piece}");
        assert_eq!(
            (packed.header("content-encoding").as_str(), plain.header("content-encoding").as_str()),
            ("gzip", "")
        );
        assert!(packed.bytes.len() < plain.bytes.len() && packed.bytes.starts_with(&[0x1f, 0x8b]), "{piece}");
        assert!(std::str::from_utf8(&plain.bytes).is_ok_and(|text| text.len() > 10_000), "{piece}");
        assert_eq!(packed.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(packed.header("vary"), "accept-encoding");
        let expected = if piece.contains(".js") { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!(plain.header("content-type"), expected);
    }
    for name in ["nothing.js", "..%2F..%2FCargo.toml", "playground.html", "playground.html.gz", ""] {
        let path = format!("/graphiql/{name}");
        assert_eq!(get(&path, "gzip").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let licences = get("/graphiql/licences.txt", "").await;
    assert_eq!(licences.header("cache-control"), "no-cache");
    assert!(String::from_utf8(licences.bytes).unwrap().contains("== graphiql "));
}

#[tokio::test]
async fn the_start_page_stands_without_its_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
    let app = App::open(Config { database_url: url.parse().unwrap(), ..Config::default() }).await.unwrap();
    let service = Service { router: super::router(Arc::clone(&app)), _folder: folder };
    let with = service.ask("GET", "/", &[], Body::empty()).await;
    let text = String::from_utf8(with.bytes).unwrap();
    assert_eq!(with.status, StatusCode::OK);
    assert!(text.contains("organisations") && text.contains("0000000000000000"), "{text}");
    app.close().await;
    let without = service.ask("GET", "/", &[], Body::empty()).await;
    let text = String::from_utf8(without.bytes).unwrap();
    assert_eq!(without.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text.contains("there are no figures") && text.contains("/graphiql"), "{text}");
}

#[tokio::test]
async fn what_the_schema_says_of_itself_is_kept_and_compressed_once() {
    let service = Service::new(|_| {}).await;
    let unpacked = |reply: &Reply| {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&*reply.bytes).read_to_end(&mut bytes).unwrap();
        bytes
    };
    let body = r#"{"query":"query Names { __schema { types { name } } }"}"#;
    let service = &service;
    let ask = async |coding: &'static str| {
        let headers = [("content-type", JSON), ("accept", RESPONSE), ("accept-encoding", coding)];
        service.ask("POST", "/graphql", &headers, body).await
    };
    let (first, again, packed, once_more) =
        (ask("identity").await, ask("identity").await, ask("gzip").await, ask("gzip").await);
    assert_eq!((first.status, &first.bytes), (again.status, &again.bytes));
    for name in ["content-type", "cache-control", "x-content-type-options"] {
        assert_eq!(first.header(name), packed.header(name));
        assert_eq!(first.header(name), again.header(name));
    }
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.header("vary").contains("accept-encoding"));
    assert_eq!((unpacked(&packed), &packed.bytes), (first.bytes, &once_more.bytes));
    // Another document is another answer, and a mistake is none that is kept.
    let other = service.post(RESPONSE, "{ __schema { queryType { name } } }").await;
    assert_eq!(String::from_utf8(other.bytes).unwrap(), r#"{"data":{"__schema":{"queryType":{"name":"Query"}}}}"#);
    for _ in 0..2 {
        assert_eq!(service.post(RESPONSE, "{ __schema { nothing } }").await.status, StatusCode::BAD_REQUEST);
    }
    let plain = service.ask("GET", "/schema.graphql", &[], "").await;
    let packed = service.ask("GET", "/schema.graphql", &[("accept-encoding", "gzip")], "").await;
    assert_eq!(
        (packed.header("content-encoding"), packed.header("vary")),
        ("gzip".to_owned(), "accept-encoding".to_owned())
    );
    assert_eq!((unpacked(&packed), packed.header("etag")), (plain.bytes.clone(), plain.header("etag")));
}
