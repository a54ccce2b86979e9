//! Errors as clients see them: a code that programs read, and a sentence that says what is wrong and what to do.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues};
use sea_orm::DbErr;

/// What a field answers where it cannot answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub code: Code,
    pub message: Arc<str>,
}

/// The codes of `extensions.code` that fields give; the parser's and the validator's are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    BadUserInput,
    LimitExceeded,
    Timeout,
    Internal,
}

pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// What a nullable field gives: null where there is nothing, and null with an error where it fails, so that a mistake
/// in one field leaves its neighbours their answers. (An error outside of the option would take the whole parent.)
pub type Maybe<T> = Option<Result<T>>;

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// The caller can mend it.
pub fn bad_input(message: impl Into<String>) -> ApiError {
    ApiError { code: Code::BadUserInput, message: message.into().into() }
}

/// The question is larger than this service answers.
pub fn limit_exceeded(message: impl Into<String>) -> ApiError {
    ApiError { code: Code::LimitExceeded, message: message.into().into() }
}

/// What the caller cannot mend. The message is for the log: the service keeps it there, and gives the client a fixed
/// sentence with the request's id.
pub fn internal(cause: impl std::fmt::Display) -> ApiError {
    ApiError { code: Code::Internal, message: cause.to_string().into() }
}

impl From<DbErr> for ApiError {
    fn from(error: DbErr) -> Self {
        if crate::store::is_timeout(&error) {
            let message = "the database took longer than this service waits: ask for less at once";
            return Self { code: Code::Timeout, message: message.into() };
        }
        internal(error)
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code.as_str());
        Self { message: error.message.to_string(), source: None, extensions: Some(extensions) }
    }
}
