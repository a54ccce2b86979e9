//! `/graphql`, by POST and GET, as the GraphQL-over-HTTP specification has it.
//!
//! The media type of the answer is settled first, then the request is read, measured, carried out, and answered; each
//! step may end it. One deadline covers reading the body and carrying out the request.

use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::{ServerError, Value};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout_at};

use super::answer::{self, Code, Stage};
use super::limits;
use super::negotiation::{self, Form};
use super::observe::{Outcome, RequestId};
use super::packed::{Answer as KeptAnswer, Answers, Asked, is_about_the_schema};
use super::request::{self, BodyError, Parameters};
use super::variables;
use crate::app::App;
use crate::graphql::{self, Answer};
use crate::plan::Planned;
use crate::plan::explain::Explanation;

/// A request that ends before anything is carried out.
struct Refusal {
    status: StatusCode,
    error: ServerError,
    header: Option<(HeaderName, &'static str)>,
}

impl Refusal {
    fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self { status, error: answer::error(code, message, None), header: None }
    }

    fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, message)
    }

    fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }
}

/// Answers one request.
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Extension(RequestId(id)): Extension<RequestId>,
    Extension(kept): Extension<Arc<Answers>>,
    request: Request,
) -> Response {
    if request.method() == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, [(ALLOW, "GET, HEAD, POST, OPTIONS")]).into_response();
    }
    let deadline = Instant::now() + app.config.request_timeout;
    let get = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(form) = negotiation::accepted(request.headers()) else {
        let message = "Accept must allow application/graphql-response+json or application/json";
        return refuse(Form::Json, Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, message));
    };
    let takes_gzip = negotiation::accepts_gzip(request.headers());
    let parameters = match read(&app, request, deadline).await {
        Ok(parameters) => parameters,
        Err(refusal) => return refuse(form, refusal),
    };
    let Parameters { query, operation_name, variables, explain } = &parameters;
    let asked = (!explain).then(|| Asked::new(query, operation_name.as_deref(), variables)).flatten();
    if let Some(answer) = asked.as_ref().and_then(|asked| kept.get(asked)) {
        return send_kept(form, &answer, takes_gzip);
    }
    carry_out(&app, parameters, get, form, &id, deadline, |name, body| {
        let answer = kept.keep(asked?, body, name);
        Some(send_kept(form, &answer, takes_gzip))
    })
    .await
}

/// Sends an answer that is always the same.
fn send_kept(form: Form, answer: &KeptAnswer, takes_gzip: bool) -> Response {
    let outcome = Outcome {
        operation: answer.name.clone(),
        operation_type: word(OperationType::Query),
        bytes: answer.body.len(),
        ..Outcome::default()
    };
    let (bytes, is_compressed) = answer.body.bytes(takes_gzip);
    let vary = if is_compressed { "accept, accept-encoding" } else { "accept" };
    let headers = [(CONTENT_TYPE, form.content_type()), (VARY, vary), (CACHE_CONTROL, "no-cache")];
    let encoding = is_compressed.then_some([(CONTENT_ENCODING, "gzip")]);
    match encoding {
        Some(encoding) => (headers, encoding, Extension(outcome), bytes).into_response(),
        None => (headers, Extension(outcome), bytes).into_response(),
    }
}

/// Reads what is asked, from the body or from the address.
async fn read(app: &App, request: Request, deadline: Instant) -> Result<Parameters, Refusal> {
    match *request.method() {
        Method::GET | Method::HEAD => Parameters::from_uri(request.uri()).map_err(Refusal::bad_request),
        Method::POST => {
            let bytes = read_body(app, request, deadline).await?;
            Parameters::from_json(&bytes).map_err(Refusal::bad_request)
        }
        ref method => {
            let message = format!("{method} is not served here: use POST, or GET for queries");
            let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, message);
            Err(refusal.with(ALLOW, "GET, HEAD, POST, OPTIONS"))
        }
    }
}

async fn read_body(app: &App, request: Request, deadline: Instant) -> Result<Vec<u8>, Refusal> {
    if !negotiation::is_json(request.headers()) {
        let message = "Content-Type must be application/json, in UTF-8";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, message));
    }
    let most = app.config.max_body_bytes;
    // The rest of a body that was not read would be taken for the next request.
    let too_large = || {
        let message = format!("The body is larger than {most} bytes (max_body_bytes)");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::LimitExceeded, message).with(CONNECTION, "close")
    };
    if announced(request.headers()).is_some_and(|length| length > most) {
        return Err(too_large());
    }
    match timeout_at(deadline, request::read_body(request.into_body(), most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(BodyError::TooLarge)) => Err(too_large()),
        Ok(Err(BodyError::Broken)) => Err(Refusal::bad_request("The body ended too early")),
        Err(_) => {
            let message = format!("The body did not arrive within {:?} (request_timeout)", app.config.request_timeout);
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, Code::Timeout, message).with(CONNECTION, "close"))
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Measures and carries out a well-formed request. An answer that will always be the same goes to `keep`, with the name
/// of the operation.
async fn carry_out(
    app: &Arc<App>,
    parameters: Parameters,
    get: bool,
    form: Form,
    id: &str,
    deadline: Instant,
    keep: impl FnOnce(String, Vec<u8>) -> Option<Response>,
) -> Response {
    let Parameters { query, operation_name, variables, explain } = parameters;
    let mut outcome = Outcome::default();
    // What was judged once need not be read again.
    let known = app.planner.known(&query, operation_name.as_deref(), &variables);
    let is_known = known.is_some();
    if let Some(planned) = known
        && let Some(response) = run(app, planned, explain, form, id, deadline).await
    {
        return response;
    }
    if let Err(error) = limits::scan(&query) {
        return send(form, Stage::Refused, &[error], None, outcome);
    }
    let mut request = async_graphql::Request::new(query).variables(variables);
    request.operation_name = operation_name.clone();
    let (query, variables) = (request.query.clone(), request.variables.clone());
    let document = match request.parsed_query() {
        Ok(document) => document,
        Err(error) => return send(form, Stage::Refused, &[unparsed(&error)], None, outcome),
    };
    let operation = match choose(document, operation_name.as_deref()) {
        Ok((name, operation)) => {
            outcome.operation = name;
            outcome.operation_type = word(operation.ty);
            operation
        }
        Err(error) => return send(form, Stage::Refused, &[error], None, outcome),
    };
    if get && operation.ty == OperationType::Mutation {
        let message = "A mutation needs POST: GET changes nothing";
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, message);
        return refuse(form, refusal.with(ALLOW, "POST"));
    }
    let checked = limits::measure(document, operation, &variables, &app.config)
        .and_then(|()| variables::check(operation, &variables));
    if let Err(error) = checked {
        return send(form, Stage::Refused, &[error], None, outcome);
    }
    let asked = (query.as_str(), operation_name.as_deref(), &variables);
    if !is_known
        && let Some(planned) = app.planner.plan(document, operation, asked, &outcome.operation).await
        && let Some(response) = run(app, planned, explain, form, id, deadline).await
    {
        return response;
    }
    let is_about_the_schema = is_about_the_schema(operation);
    let keys = if explain { response_keys(operation) } else { Vec::new() };
    let answered = timeout_at(deadline, graphql::execute_noting(app, request, 0, explain)).await;
    let Ok(Answer { mut response, statements, noted }) = answered else {
        let most = app.config.request_timeout;
        let message =
            format!("The request took longer than {most:?} (request_timeout): ask for smaller pages or fewer fields");
        return send(form, Stage::TimedOut, &[answer::error(Code::Timeout, message, None)], None, outcome);
    };
    outcome.statements = statements;
    let stage = answer::finish(&mut response, id);
    let data = (stage == Stage::Executed).then_some(&response.data);
    if is_about_the_schema
        && response.errors.is_empty()
        && let Some(kept) = keep(outcome.operation.clone(), answer::body(&[], data))
    {
        return kept;
    }
    let mut explanation = (explain && data.is_some()).then(Explanation::default);
    if let Some(explanation) = &mut explanation {
        explanation.add_fields(keys, "resolvers");
        explanation.statements.extend(noted.into_iter().map(Into::into));
        explanation.ask_for_plans(&app.read, deadline).await;
    }
    let body = answer::explained_body(&response.errors, data, explanation.as_ref());
    send_body(form, stage, &response.errors, body, outcome)
}

/// The keys under which the fields of an operation's root are answered; of those in fragments none is told.
fn response_keys(operation: &OperationDefinition) -> Vec<String> {
    let fields = operation.selection_set.node.items.iter().filter_map(|item| match &item.node {
        Selection::Field(field) => Some(field.node.response_key().node.to_string()),
        _ => None,
    });
    fields.collect()
}

/// Answers a request by its plan, and what that leaves by resolvers; none where these must answer all.
async fn run(
    app: &App,
    mut planned: Planned,
    explain: bool,
    form: Form,
    id: &str,
    deadline: Instant,
) -> Option<Response> {
    let fetched = timeout_at(deadline, app.planner.run(app, &planned, deadline.into_std())).await.ok()??;
    let mut outcome = Outcome {
        operation: planned.name.clone(),
        operation_type: word(OperationType::Query),
        statements: fetched.statements,
        ..Outcome::default()
    };
    let mut errors = Vec::new();
    let mut left = None;
    let mut noted_beside = Vec::new();
    if let Some(request) = planned.left.take() {
        let answer = timeout_at(deadline, graphql::execute_noting(app, request, fetched.rows(), explain)).await.ok()?;
        let Answer { mut response, statements, noted } = answer;
        outcome.statements += statements;
        noted_beside = noted;
        let stage = answer::finish(&mut response, id);
        if stage == Stage::Refused {
            return None;
        }
        if stage != Stage::Executed || response.data == Value::Null {
            let data = (stage == Stage::Executed).then_some(&response.data);
            return Some(send(form, stage, &response.errors, data, outcome));
        }
        errors = response.errors;
        left = Some(response.data);
    }
    let data = app.planner.data(&planned, &fetched, left.as_ref())?;
    let mut explanation = explain.then(|| app.planner.explain(&planned, &fetched));
    if let Some(explanation) = &mut explanation {
        explanation.statements.extend(noted_beside.into_iter().map(Into::into));
        explanation.ask_for_plans(&app.read, deadline).await;
    }
    let body = answer::body_with(&errors, &data, explanation.as_ref());
    Some(send_body(form, Stage::Executed, &errors, body, outcome))
}

/// The operation that the request means.
fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<(String, &'a OperationDefinition), ServerError> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok((String::new(), &operation.node)),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            let mut operations = operations.iter();
            let only = operations.next().map(|(name, operation)| (name.to_string(), &operation.node));
            only.ok_or_else(|| answer::error(Code::BadRequest, "The document has no operation", None))
        }
        (DocumentOperations::Multiple(_), None) => {
            let message = "The document has several operations: name one in operationName";
            Err(answer::error(Code::BadRequest, message, None))
        }
        (operations, Some(name)) => {
            let named = operations.iter().find(|(other, _)| other.is_some_and(|other| other == name));
            named.map(|(_, operation)| (name.to_owned(), &operation.node)).ok_or_else(|| {
                let message = format!("The document has no operation named {name:?} (operationName)");
                answer::error(Code::BadRequest, message, None)
            })
        }
    }
}

fn word(operation_type: OperationType) -> &'static str {
    match operation_type {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// A syntax error. The parser's text draws the line with the mistake, which may be the whole document.
fn unparsed(error: &ServerError) -> ServerError {
    let reason = error.message.rsplit("\n  = ").next().unwrap_or_default().trim();
    let mut shown = answer::error(Code::ParseFailed, format!("Syntax error: {reason}"), None);
    shown.locations.clone_from(&error.locations);
    shown
}

fn refuse(form: Form, refusal: Refusal) -> Response {
    let mut response = send(form, Stage::Refused, &[refusal.error], None, Outcome::default());
    *response.status_mut() = refusal.status;
    if let Some((name, value)) = refusal.header {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn send(form: Form, stage: Stage, errors: &[ServerError], data: Option<&Value>, outcome: Outcome) -> Response {
    send_body(form, stage, errors, answer::body(errors, data), outcome)
}

fn send_body(form: Form, stage: Stage, errors: &[ServerError], body: Vec<u8>, mut outcome: Outcome) -> Response {
    outcome.codes = answer::codes(errors);
    outcome.bytes = body.len();
    let caching = if errors.is_empty() { "no-cache" } else { "no-store" };
    let headers = [(CONTENT_TYPE, form.content_type()), (VARY, "accept"), (CACHE_CONTROL, caching)];
    (stage.status(form), headers, Extension(outcome), body).into_response()
}
