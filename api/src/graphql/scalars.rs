//! The contract's scalars: how they are written, and what is refused.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use jiff::Timestamp;

use crate::graph::moment::date_time_text;

/// A moment: RFC 3339 with an offset, for example `2026-03-01T09:30:00+01:00`. Served in UTC with microseconds.
pub struct DateTime(pub i64);

/// A date as far as it is known: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub struct PartialDate(pub String);

/// An absolute `http` or `https` URL.
pub struct Url(pub String);

/// Text in CommonMark.
pub struct Markdown(pub String);

/// A moment in microseconds since 1970 from its text.
///
/// # Errors
/// The sentence for the client.
pub fn read_date_time(text: &str) -> Result<i64, String> {
    text.parse::<Timestamp>()
        .map(Timestamp::as_microsecond)
        .map_err(|_| format!("\"{text}\" is not a moment: write RFC 3339 with an offset, such as 2026-03-01T09:30:00Z"))
}

/// A moment: RFC 3339 with an offset, for example `2026-03-01T09:30:00+01:00`. Served in UTC with microseconds, as
/// `2026-03-01T08:30:00.000000Z`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => read_date_time(&text).map(Self).map_err(InputValueError::custom),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(date_time_text(self.0))
    }
}

/// Any JSON value.
pub struct Json(pub serde_json::Value);

/// Any JSON value.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value.into_json()?))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

macro_rules! text_scalar {
    ($(#[$about:meta])* $name:ident, $api:literal) => {
        $(#[$about])*
        #[Scalar(name = $api)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}
text_scalar! {
    /// A date as far as it is known: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as in ISO 8601.
    PartialDate, "PartialDate"
}
text_scalar! {
    /// An absolute `http` or `https` URL.
    Url, "URL"
}
text_scalar! {
    /// Text in CommonMark.
    Markdown, "Markdown"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_served_in_utc_with_microseconds() {
        let moment = read_date_time("2022-06-16T15:00:00+02:00").expect("a moment");
        assert_eq!(date_time_text(moment), "2022-06-16T13:00:00.000000Z");
        for odd in ["2022-06-16", "2022-06-16T15:00:00", "yesterday", ""] {
            assert!(read_date_time(odd).is_err(), "{odd}");
        }
    }
}
