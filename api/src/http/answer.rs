//! From what came out to what is sent: a code on every error, no `data` beside a request error, the status.

use async_graphql::{ErrorExtensionValues, Pos, Response, ServerError, Value};
use axum::http::StatusCode;
use serde::Serialize;

use super::negotiation::Form;
use crate::plan::explain::Explanation;

/// Errors in one answer.
const MAX_ERRORS: usize = 100;
/// Characters of an error's message, which may quote the document.
const MAX_MESSAGE: usize = 1_000;

/// What `extensions.code` says, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The document is no GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// The request is not what GraphQL over HTTP asks for.
    BadRequest,
    /// A value cannot be used.
    BadUserInput,
    /// The request asks for too much.
    LimitExceeded,
    /// The time for a request ran out.
    Timeout,
    /// The service failed.
    Internal,
}

impl Code {
    /// The code as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadRequest => "BAD_REQUEST",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// How far a request came, which decides the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was carried out; single fields may have failed.
    Executed,
    /// It is well formed, but nothing was carried out.
    Refused,
    /// It ran out of time while it was carried out.
    TimedOut,
    /// The service failed before any field was resolved.
    Failed,
}

impl Stage {
    /// The status by GraphQL over HTTP: 200 for every well-formed request in plain JSON; in the newer form 4xx or 5xx
    /// when there is no `data`.
    #[must_use]
    pub fn status(self, form: Form) -> StatusCode {
        match (form, self) {
            (_, Self::Failed) => StatusCode::INTERNAL_SERVER_ERROR,
            (Form::Json, _) | (_, Self::Executed) => StatusCode::OK,
            (Form::GraphqlResponse, Self::Refused) => StatusCode::BAD_REQUEST,
            (Form::GraphqlResponse, Self::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// An error that this room makes itself.
#[must_use]
pub fn error(code: Code, message: impl Into<String>, position: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, position);
    set_code(&mut error, code);
    error
}

/// The error that stands for a failure of the service: a fixed sentence and the request's id.
#[must_use]
pub fn internal(request_id: &str) -> ServerError {
    let mut error = error(Code::Internal, "The service failed; its log says more under this request id", None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("requestId", request_id);
    error
}

/// What an execution came to: whether it ran, and its errors with their codes. What must not leave the service is
/// logged here and replaced.
pub fn finish(response: &mut Response, request_id: &str) -> Stage {
    // Whatever fails while a field is resolved has that field's path.
    let refused = response.data == Value::Null && response.errors.iter().all(|error| error.path.is_empty());
    for error in &mut response.errors {
        match code_of(error) {
            Some(code) if code == Code::Internal.as_str() => hide(error, request_id),
            Some(_) => {}
            // A bare failure of Rust code, from a resolver that did not say what it means.
            None if error.source.is_some() => hide(error, request_id),
            None if refused => set_code(error, Code::ValidationFailed),
            None => set_code(error, Code::BadUserInput),
        }
    }
    let codes = codes(&response.errors);
    let has = |code: Code| codes.iter().any(|other| other == code.as_str());
    shorten(&mut response.errors);
    match refused && !codes.is_empty() {
        true if has(Code::Internal) => Stage::Failed,
        true if has(Code::Timeout) => Stage::TimedOut,
        true => Stage::Refused,
        false => Stage::Executed,
    }
}

/// Keeps the answer to a document full of mistakes from being many times as long as the document.
fn shorten(errors: &mut Vec<ServerError>) {
    let left_out = errors.len().saturating_sub(MAX_ERRORS);
    errors.truncate(MAX_ERRORS);
    if left_out > 0 {
        errors.push(error(Code::LimitExceeded, format!("{left_out} more errors are left out"), None));
    }
    for error in errors {
        if let Some((end, _)) = error.message.char_indices().nth(MAX_MESSAGE) {
            error.message.truncate(end);
            error.message.push('…');
        }
    }
}

/// The JSON of an answer. `data` is left out where nothing was carried out.
#[must_use]
pub fn body(errors: &[ServerError], data: Option<&Value>) -> Vec<u8> {
    explained_body(errors, data, None)
}

/// [`body`], with how the answer came to be.
#[must_use]
pub fn explained_body(errors: &[ServerError], data: Option<&Value>, explanation: Option<&Explanation>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        errors: &'a [ServerError],
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        extensions: Option<Extensions<'a>>,
    }
    // Writing strings, numbers, lists and maps with text keys into memory has no way to fail.
    let extensions = explanation.map(|explain| Extensions { explain });
    serde_json::to_vec(&Body { errors, data, extensions }).unwrap_or_default()
}

#[derive(Serialize)]
struct Extensions<'a> {
    explain: &'a Explanation,
}

/// The beginning of an answer whose data is written by somebody else, up to there, with room for so many bytes of it.
#[must_use]
pub fn begin(errors: &[ServerError], room: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity(room + 16);
    body.push(b'{');
    if !errors.is_empty() {
        body.extend_from_slice(b"\"errors\":");
        // Errors hold nothing that JSON cannot.
        body.extend(serde_json::to_vec(errors).unwrap_or_default());
        body.push(b',');
    }
    body.extend_from_slice(b"\"data\":");
    body
}

/// What follows the data in an answer that was begun.
pub fn end(body: &mut Vec<u8>, explanation: Option<&Explanation>) {
    if let Some(explain) = explanation {
        body.extend_from_slice(b",\"extensions\":");
        body.extend(serde_json::to_vec(&Extensions { explain }).unwrap_or_default());
    }
    body.push(b'}');
}

/// The codes of some errors, each once.
#[must_use]
pub fn codes(errors: &[ServerError]) -> Vec<String> {
    let mut codes: Vec<String> = errors.iter().filter_map(code_of).collect();
    codes.sort();
    codes.dedup();
    codes
}

fn hide(error: &mut ServerError, request_id: &str) {
    tracing::error!(request.id = request_id, path = ?error.path, "A field failed: {}", error.message);
    let shown = internal(request_id);
    error.message = shown.message;
    error.extensions = shown.extensions;
    error.source = None;
}

fn code_of(error: &ServerError) -> Option<String> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code.clone()),
        Value::Enum(code) => Some(code.to_string()),
        _ => None,
    }
}

fn set_code(error: &mut ServerError, code: Code) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code.as_str());
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, value};

    use super::*;

    fn field(error: ServerError) -> ServerError {
        ServerError { path: vec![PathSegment::Field("a".to_owned())], ..error }
    }

    fn finished(data: Value, errors: Vec<ServerError>) -> (Stage, Vec<String>, String) {
        let mut response = Response::from_errors(errors);
        response.data = data;
        let stage = finish(&mut response, "abc");
        let data = (stage == Stage::Executed).then_some(&response.data);
        (stage, codes(&response.errors), String::from_utf8(body(&response.errors, data)).unwrap())
    }

    #[test]
    fn every_error_has_a_code_and_the_stage_follows() {
        let plain = || ServerError::new("message", None);
        let bare = || ServerError { source: Some(std::sync::Arc::new(1)), ..ServerError::new("secret", None) };
        for (data, error, stage, code) in [
            (Value::Null, plain(), Stage::Refused, "GRAPHQL_VALIDATION_FAILED"),
            (Value::Null, field(plain()), Stage::Executed, "BAD_USER_INPUT"),
            (value!({ "a": null }), field(plain()), Stage::Executed, "BAD_USER_INPUT"),
            (value!({ "a": null }), field(bare()), Stage::Executed, "INTERNAL"),
            (value!({ "a": null }), field(error(Code::Internal, "secret", None)), Stage::Executed, "INTERNAL"),
            (value!({ "a": null }), field(error(Code::LimitExceeded, "rows", None)), Stage::Executed, "LIMIT_EXCEEDED"),
            (Value::Null, error(Code::Internal, "secret", None), Stage::Failed, "INTERNAL"),
            (Value::Null, error(Code::Timeout, "late", None), Stage::TimedOut, "TIMEOUT"),
        ] {
            let (got, codes, text) = finished(data, vec![error]);
            assert_eq!((got, codes), (stage, vec![code.to_owned()]));
            assert_eq!(text.contains("data"), stage == Stage::Executed, "{text}");
            assert_eq!(text.contains(r#""requestId":"abc""#), code == "INTERNAL", "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
        assert_eq!(finished(value!({ "a": 1 }), Vec::new()).2, r#"{"data":{"a":1}}"#);
    }

    #[test]
    fn many_or_long_errors_are_cut() {
        let errors = (0..500).map(|_| ServerError::new("é".repeat(5_000), None)).collect();
        let (_, _, text) = finished(Value::Null, errors);
        assert!(text.contains("400 more errors are left out") && text.len() < 300_000);
    }
}
