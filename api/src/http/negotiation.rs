//! Which media type the answer takes (`Accept`), whether it may be compressed (`Accept-Encoding`), and whether a body is
//! JSON (`Content-Type`).

use std::borrow::Cow;

use axum::http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/json`: status 200 for every well-formed request.
    Json,
    /// `application/graphql-response+json`: the status says whether the request could be carried out.
    GraphqlResponse,
}

impl Form {
    /// The `Content-Type` of the answer.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }
}

/// How well something fits a header that says what is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
struct Fit {
    /// How exactly it was named: 0 not at all; the more, the more exactly.
    exactness: u8,
    /// The weight it was given, in thousandths.
    weight: u16,
}

/// The form that the client prefers; `None` when it takes neither.
///
/// The greater weight wins; with equal weights the newer form, if it was named, and otherwise JSON, which is what
/// `*/*` and no header at all get.
#[must_use]
pub fn accepted(headers: &HeaderMap) -> Option<Form> {
    let text = joined(headers, &ACCEPT)?;
    if text.trim().is_empty() {
        return Some(Form::Json);
    }
    if text == Form::Json.media_type() {
        return Some(Form::Json);
    }
    let (json, response) = (fit(&text, Form::Json), fit(&text, Form::GraphqlResponse));
    if json.weight == 0 && response.weight == 0 {
        return None;
    }
    let newer = response.weight > json.weight || (response.weight == json.weight && response.exactness == 3);
    Some(if newer { Form::GraphqlResponse } else { Form::Json })
}

/// Whether the client takes an answer that is compressed by gzip.
#[must_use]
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let fit = |text: &str| {
        best(text, |coding| match coding {
            "*" => 1,
            coding if coding.eq_ignore_ascii_case("gzip") => 2,
            _ => 0,
        })
    };
    joined(headers, &ACCEPT_ENCODING).is_some_and(|text| fit(&text).weight > 0)
}

/// Whether the body is said to be JSON in UTF-8.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(text) = joined(headers, &CONTENT_TYPE) else {
        return false;
    };
    let mut parts = text.split(';');
    let media_type = parts.next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
        && parts
            .filter_map(parameter)
            .all(|(name, value)| !name.eq_ignore_ascii_case("charset") || value.eq_ignore_ascii_case("utf-8"))
}

/// The most exact range that a form falls under decides its weight.
fn fit(accept: &str, form: Form) -> Fit {
    best(accept, |range| match range {
        "*/*" => 1,
        range if range.eq_ignore_ascii_case("application/*") => 2,
        range if range.eq_ignore_ascii_case(form.media_type()) => 3,
        _ => 0,
    })
}

/// The most exact of the items that name something, and of equally exact ones that with the greatest weight.
fn best(accepted: &str, exactness: impl Fn(&str) -> u8) -> Fit {
    let mut best = Fit::default();
    for item in accepted.split(',') {
        let mut parts = item.split(';');
        let exactness = exactness(parts.next().unwrap_or_default().trim());
        let weight = parts.filter_map(parameter).find(|(name, _)| name.eq_ignore_ascii_case("q"));
        let fit = Fit { exactness, weight: weight.map_or(1_000, |(_, value)| thousandths(value)) };
        if exactness > 0 && fit > best {
            best = fit;
        }
    }
    best
}

fn parameter(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim(), value.trim().trim_matches('"')))
}

/// A weight from 0 to 1 in thousandths; what is no weight counts as 0.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|digit| digit.is_ascii_digit());
    match (whole, digits) {
        ("0", true) => format!("{fraction:0<3}").parse().unwrap_or_default(),
        ("1", true) => 1_000,
        _ => 0,
    }
}

fn joined<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let mut values = headers.get_all(name).iter().map(|value| value.to_str().ok());
    let joined = match (values.next(), values.next()) {
        (Some(only), None) => only.map(Cow::Borrowed),
        (Some(first), Some(second)) => {
            let values: Option<Vec<&str>> = [first, second].into_iter().chain(values).collect();
            values.map(|values| values.join(",").into())
        }
        (None, _) => None,
    };
    // No `Accept` at all means that everything is accepted.
    joined.or_else(|| (name == ACCEPT).then_some(Cow::Borrowed("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let accepts = |value| accepts_gzip(&headers(ACCEPT_ENCODING, value));
        for value in ["gzip", "br, gzip", "deflate, gzip;q=0.5", "*", "identity, * ; q=0.1", "GZIP", "*;q=0, gzip"] {
            assert!(accepts(value), "{value}");
        }
        for value in ["", "br", "identity", "gzip;q=0", "gzip; q=0.000", "gzipped", "gzip;q=0, *"] {
            assert!(!accepts(value), "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn accept_chooses_the_form() {
        let (json, response) = (Some(Form::Json), Some(Form::GraphqlResponse));
        assert_eq!(accepted(&HeaderMap::new()), json);
        for (accept, expected) in [
            ("", json),
            ("*/*", json),
            ("application/*", json),
            ("application/json", json),
            ("application/graphql-response+json", response),
            ("application/graphql-response+json, application/json", response),
            ("application/json, application/graphql-response+json", response),
            ("application/json;q=0.1, application/graphql-response+json;q=0.9", response),
            ("application/graphql-response+json;q=0.1, application/json", json),
            ("APPLICATION/JSON; charset=utf-8", json),
            ("application/graphql-response+json; charset=utf-8, */*;q=0.1", response),
            ("application/json;q=0.5, */*", response),
            ("application/graphql-response+json;q=0, */*", json),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", json),
            ("application/json;q=0, application/graphql-response+json;q=0", None),
            ("image/png", None),
            ("*/*;q=0", None),
            ("application/json;q=2", None),
            ("application/json;q=abc", None),
            ("application/json;q=1.000", json),
            ("text/html, application/json", json),
            (",,application/json,", json),
        ] {
            assert_eq!(accepted(&headers(ACCEPT, accept)), expected, "{accept}");
        }
    }

    #[test]
    fn several_accept_headers_are_one_list() {
        let mut headers = headers(ACCEPT, "image/png");
        headers.append(ACCEPT, "application/json".parse().unwrap());
        assert_eq!(accepted(&headers), Some(Form::Json));
    }

    #[test]
    fn only_json_in_utf_8_is_a_body() {
        assert!(!is_json(&HeaderMap::new()));
        for (text, expected) in [
            ("application/json", true),
            ("Application/JSON; Charset=\"UTF-8\"", true),
            ("application/json;charset=utf-8", true),
            ("application/json; profile=x", true),
            ("application/json; charset=iso-8859-1", false),
            ("application/graphql", false),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
            ("application/json, text/plain", false),
            ("application/jsonx", false),
            ("", false),
        ] {
            assert_eq!(is_json(&headers(CONTENT_TYPE, text)), expected, "{text}");
        }
    }
}
