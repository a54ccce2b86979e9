//! Which address does what.

use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use tower::{Service, ServiceExt};

use super::observe::RequestId;
use super::{export, graphql, health, observe, packed, playground, schema, start};
use crate::app::App;

/// The address of the API.
const GRAPHQL: &str = "/graphql";

/// All addresses of the service, ready to be asked in process or by [`Server`](super::server::Server).
#[derive(Clone)]
pub struct Addresses {
    shared: Arc<Shared>,
    router: Router,
}

/// What all requests have in common.
pub(super) struct Shared {
    pub(super) app: Arc<App>,
    pub(super) answers: packed::Answers,
}

/// All addresses of the service.
pub fn router(app: Arc<App>) -> Addresses {
    let schema = schema::Text::new(&app.schema);
    let answers = packed::Answers::new(app.config.response_cache_bytes);
    let exports = export::Exports::new(Arc::clone(&app));
    let shared = Arc::new(Shared { app: Arc::clone(&app), answers });
    let asked = Arc::clone(&shared);
    let graphql = async move |Extension(RequestId(id)): Extension<RequestId>, request: Request| {
        graphql::answer(&asked, request, &id).await
    };
    let router = Router::new()
        .route("/", get(start::show))
        .route(GRAPHQL, any(graphql))
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
        .with_state(app)
        .layer(from_fn_with_state(Arc::clone(&shared), around));
    Addresses { shared, router }
}

async fn around(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let id = shared.app.request_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    observe::around(&shared.app, request, &id, |request| next.run(request)).await
}

impl Addresses {
    /// Answers one request.
    pub async fn answer(self, request: Request) -> Response {
        let Self { shared, router } = self;
        if request.uri().path() == GRAPHQL && matches!(*request.method(), Method::POST | Method::GET) {
            // Nearly all that is asked, for which finding the way would take as long as answering.
            let id = shared.app.request_id();
            return observe::around(&shared.app, request, &id, |request| graphql::answer(&shared, request, &id)).await;
        }
        let Ok(response) = Box::pin(router.oneshot(request)).await;
        response
    }
}

impl Service<Request> for Addresses {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let addresses = self.clone();
        Box::pin(async move { Ok(addresses.answer(request).await) })
    }
}

async fn not_found(request: Request) -> Response {
    let text =
        format!("Nothing is at {}. The API is at /graphql, its schema at /schema.graphql\n", request.uri().path());
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
