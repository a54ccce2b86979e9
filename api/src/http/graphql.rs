//! `/graphql`, by POST and GET, as the GraphQL-over-HTTP specification has it.
//!
//! The media type of the answer is settled first, then the request is read, measured, carried out, and answered; each
//! step may end it. One deadline covers reading the body and carrying out the request.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection,
};
use async_graphql::{ServerError, Value};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::answer::{self, Code, Stage};
use super::limits;
use super::negotiation::{self, Form};
use super::observe::Outcome;
use super::packed::{Answer as KeptAnswer, Asking, Packed, is_about_the_schema};
use super::request::{self, BodyError, Parameters};
use super::router::Shared;
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
pub(super) async fn answer(shared: &Shared, request: Request, id: &str) -> Response {
    let Shared { app, answers } = shared;
    if request.method() == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, [(ALLOW, "GET, HEAD, POST, OPTIONS")]).into_response();
    }
    let deadline = Instant::now() + app.config.request_timeout;
    let get = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(form) = negotiation::accepted(request.headers()) else {
        let message = "Accept must allow application/graphql-response+json or application/json";
        return Reply::from(Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, message)).send(Form::Json);
    };
    let takes_gzip = negotiation::accepts_gzip(request.headers());
    let parameters = match read(app, request, deadline).await {
        Ok(parameters) => parameters,
        Err(refusal) => return Reply::from(refusal).send(form),
    };
    let asked = Asking::new(&parameters, answers.keeps_data());
    let Some(asked) = asked else {
        return Box::pin(carry_out(app, &parameters, get, id, deadline)).await.send(form);
    };
    if let Some(answer) = answers.always(&asked) {
        return send_kept(form, &answer, takes_gzip);
    }
    let revision =
        if answers.keeps_data() { within(deadline, app.planner.revision(app)).await.ok().flatten() } else { None };
    if let Some(revision) = revision
        && let Some(answer) = answers.known(&asked, revision)
    {
        return send_kept(form, &answer, takes_gzip);
    }
    let reply = Box::pin(carry_out(app, &parameters, get, id, deadline));
    // What may change something is carried out each time.
    let only_reads = !parameters.query.contains("mutation") && !parameters.query.contains("subscription");
    let reply = match revision.filter(|_| only_reads) {
        None => reply.await,
        Some(revision) => {
            let made = answers.at(asked.to_keep(), revision, async {
                let reply = reply.await;
                if reply.holds == Holds::WithData && answers.takes(reply.body.len()) {
                    return Ok(Arc::new(KeptAnswer { body: Packed::new(reply.body), name: reply.outcome.operation }));
                }
                Err(reply)
            });
            match timeout_at(deadline + GRACE, Box::pin(made)).await {
                Ok(Ok(answer)) => return send_kept(form, &answer, takes_gzip),
                Ok(Err(reply)) => reply,
                Err(_) => timed_out(app, Outcome::default()),
            }
        }
    };
    if reply.holds == Holds::Always {
        let answer = Arc::new(KeptAnswer { body: Packed::new(reply.body), name: reply.outcome.operation });
        answers.keep_always(asked.to_keep(), Arc::clone(&answer));
        return send_kept(form, &answer, takes_gzip);
    }
    reply.send(form)
}

/// What comes of something until the deadline. What is ready at once, as nearly all is, needs no timer.
async fn within<T>(deadline: Instant, something: impl Future<Output = T>) -> Result<T, Elapsed> {
    let mut something = pin!(something);
    match poll_fn(|context| Poll::Ready(something.as_mut().poll(context))).await {
        Poll::Ready(came) => Ok(came),
        Poll::Pending => timeout_at(deadline, something).await,
    }
}

/// How long who waits for another's answer waits beyond the deadline, since that one may be about to say that it is over.
const GRACE: Duration = Duration::from_millis(100);

/// How long an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// For this request alone.
    Once,
    /// As long as no data changes.
    WithData,
    Always,
}

/// An answer that is not sent yet.
struct Reply {
    stage: Stage,
    /// Where it is not that of the stage.
    status: Option<StatusCode>,
    header: Option<(HeaderName, &'static str)>,
    body: Vec<u8>,
    outcome: Outcome,
    holds: Holds,
}

impl Reply {
    fn new(stage: Stage, errors: &[ServerError], body: Vec<u8>, mut outcome: Outcome) -> Self {
        outcome.codes = answer::codes(errors);
        outcome.bytes = body.len();
        let is_lasting = stage == Stage::Executed && errors.is_empty() && outcome.operation_type == QUERY;
        let holds = if is_lasting { Holds::WithData } else { Holds::Once };
        Self { stage, status: None, header: None, body, outcome, holds }
    }

    fn of(stage: Stage, errors: &[ServerError], data: Option<&Value>, outcome: Outcome) -> Self {
        Self::new(stage, errors, answer::body(errors, data), outcome)
    }

    fn refused(error: ServerError, outcome: Outcome) -> Self {
        Self::of(Stage::Refused, &[error], None, outcome)
    }

    fn send(self, form: Form) -> Response {
        let status = self.status.unwrap_or_else(|| self.stage.status(form));
        let caching = if self.outcome.codes.is_empty() { "no-cache" } else { "no-store" };
        let mut response = response(form, "accept", caching, self.body, self.outcome);
        *response.status_mut() = status;
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<Refusal> for Reply {
    fn from(Refusal { status, error, header }: Refusal) -> Self {
        Self { status: Some(status), header, ..Self::refused(error, Outcome::default()) }
    }
}

fn timed_out(app: &App, outcome: Outcome) -> Reply {
    let most = app.config.request_timeout;
    let message =
        format!("The request took longer than {most:?} (request_timeout): ask for smaller pages or fewer fields");
    Reply::of(Stage::TimedOut, &[answer::error(Code::Timeout, message, None)], None, outcome)
}

/// Sends an answer that was kept.
fn send_kept(form: Form, answer: &KeptAnswer, takes_gzip: bool) -> Response {
    let outcome = Outcome {
        operation: answer.name.clone(),
        operation_type: QUERY,
        bytes: answer.body.len(),
        ..Outcome::default()
    };
    let (bytes, is_compressed) = answer.body.bytes(takes_gzip);
    let vary = if is_compressed { "accept, accept-encoding" } else { "accept" };
    let mut response = response(form, vary, "no-cache", bytes, outcome);
    if is_compressed {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// How many headers an answer has at most, unless a page of another origin asks.
const HEADERS: usize = 12;

fn response(
    form: Form,
    vary: &'static str,
    caching: &'static str,
    body: impl Into<Body>,
    outcome: Outcome,
) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    // A map that grows makes itself anew.
    headers.reserve(HEADERS);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    headers.insert(VARY, HeaderValue::from_static(vary));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response.extensions_mut().insert(outcome);
    response
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

async fn read_body(app: &App, request: Request, deadline: Instant) -> Result<Bytes, Refusal> {
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
    match within(deadline, request::read_body(request.into_body(), most)).await {
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

/// Measures and carries out a well-formed request.
async fn carry_out(app: &Arc<App>, parameters: &Parameters, get: bool, id: &str, deadline: Instant) -> Reply {
    let Parameters { query, operation_name, variables, explain } = parameters;
    let mut outcome = Outcome::default();
    // What was judged once need not be read again.
    let known = app.planner.known(query, operation_name.as_deref(), variables);
    let is_known = known.is_some();
    if let Some(planned) = known
        && let Some(response) = run(app, planned, *explain, id, deadline).await
    {
        return response;
    }
    if let Err(error) = limits::scan(query) {
        return Reply::refused(error, outcome);
    }
    let mut request = async_graphql::Request::new(query).variables(variables.clone());
    request.operation_name = operation_name.clone();
    let document = match request.parsed_query() {
        Ok(document) => document,
        Err(error) => return Reply::refused(unparsed(&error), outcome),
    };
    let operation = match choose(document, operation_name.as_deref()) {
        Ok((name, operation)) => {
            outcome.operation = name;
            outcome.operation_type = word(operation.ty);
            operation
        }
        Err(error) => return Reply::refused(error, outcome),
    };
    if get && operation.ty == OperationType::Mutation {
        let message = "A mutation needs POST: GET changes nothing";
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, message);
        return refusal.with(ALLOW, "POST").into();
    }
    let checked = limits::measure(document, operation, variables, &app.config)
        .and_then(|()| variables::check(operation, variables));
    if let Err(error) = checked {
        return Reply::refused(error, outcome);
    }
    let asked = (query.as_str(), operation_name.as_deref(), variables);
    if !is_known
        && let Some(planned) = Box::pin(app.planner.plan(document, operation, asked, &outcome.operation)).await
        && let Some(response) = run(app, planned, *explain, id, deadline).await
    {
        return response;
    }
    let is_about_the_schema = is_about_the_schema(operation);
    let keys = if *explain { response_keys(operation) } else { Vec::new() };
    // What resolvers need is much, and a plan needs none of it.
    let answered = timeout_at(deadline, Box::pin(graphql::execute_noting(app, request, 0, *explain))).await;
    let Ok(Answer { mut response, statements, noted }) = answered else {
        return timed_out(app, outcome);
    };
    outcome.statements = statements;
    let stage = answer::finish(&mut response, id);
    let data = (stage == Stage::Executed).then_some(&response.data);
    let mut explanation = (*explain && data.is_some()).then(Explanation::default);
    if let Some(explanation) = &mut explanation {
        explanation.add_fields(keys, "resolvers");
        explanation.statements.extend(noted.into_iter().map(Into::into));
        Box::pin(explanation.ask_for_plans(&app.read, deadline)).await;
    }
    let body = answer::explained_body(&response.errors, data, explanation.as_ref());
    let reply = Reply::new(stage, &response.errors, body, outcome);
    if is_about_the_schema && reply.holds == Holds::WithData { Reply { holds: Holds::Always, ..reply } } else { reply }
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
async fn run(app: &App, mut planned: Planned, explain: bool, id: &str, deadline: Instant) -> Option<Reply> {
    let fetched = within(deadline, app.planner.run(app, &mut planned, deadline.into_std())).await.ok()??;
    let mut outcome = Outcome {
        operation: planned.name.clone(),
        operation_type: QUERY,
        statements: fetched.statements(),
        ..Outcome::default()
    };
    let mut errors = Vec::new();
    let mut left = None;
    let mut noted_beside = Vec::new();
    if let Some(request) = planned.left.take() {
        let executed = Box::pin(graphql::execute_noting(app, request, fetched.rows(), explain));
        let answer = timeout_at(deadline, executed).await.ok()?;
        let Answer { mut response, statements, noted } = answer;
        outcome.statements += statements;
        noted_beside = noted;
        let stage = answer::finish(&mut response, id);
        if stage == Stage::Refused {
            return None;
        }
        if stage != Stage::Executed || response.data == Value::Null {
            let data = (stage == Stage::Executed).then_some(&response.data);
            return Some(Reply::of(stage, &response.errors, data, outcome));
        }
        errors = response.errors;
        left = Some(response.data);
    }
    let mut body = answer::begin(&errors, app.planner.room(&planned));
    app.planner.write(&planned, &fetched, left.as_ref(), &mut body)?;
    let mut explanation = explain.then(|| app.planner.explain(&planned, &fetched));
    if let Some(explanation) = &mut explanation {
        explanation.statements.extend(noted_beside.into_iter().map(Into::into));
        Box::pin(explanation.ask_for_plans(&app.read, deadline)).await;
    }
    answer::end(&mut body, explanation.as_ref());
    Some(Reply::new(Stage::Executed, &errors, body, outcome))
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

const QUERY: &str = "query";

fn word(operation_type: OperationType) -> &'static str {
    match operation_type {
        OperationType::Query => QUERY,
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
