//! What is asked: the parameters of a GraphQL request, from a body or from the address.

use async_graphql::{Name, Value as ConstValue, Variables};
use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::Uri;
use futures_util::StreamExt;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

/// The parameters of a request, as GraphQL over HTTP names them.
#[derive(Debug, Default)]
pub struct Parameters {
    /// The document.
    pub query: String,
    /// Which of its operations to carry out.
    pub operation_name: Option<String>,
    /// Values for its variables.
    pub variables: Variables,
    /// Whether the answer is to tell how it came to be.
    pub explain: bool,
}

/// A body as nearly all are: without extensions, and with variables that are no lists or objects.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Usual {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Flat>,
}

/// Variables, each of which is one value.
struct Flat(Variables);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Flat;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("single values by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Flat, A::Error> {
                let mut variables = Variables::default();
                while let Some((name, One(value))) = map.next_entry::<Name, One>()? {
                    variables.insert(name, value);
                }
                Ok(Flat(variables))
            }
        }

        deserializer.deserialize_map(Read)
    }
}

/// A value that is neither a list nor an object.
struct One(ConstValue);

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl Visitor<'_> for Read {
            type Value = One;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a single value")
            }

            fn visit_bool<E>(self, value: bool) -> Result<One, E> {
                Ok(One(ConstValue::Boolean(value)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<One, E> {
                Ok(One(ConstValue::Number(value.into())))
            }

            fn visit_u64<E>(self, value: u64) -> Result<One, E> {
                Ok(One(ConstValue::Number(value.into())))
            }

            fn visit_f64<E>(self, value: f64) -> Result<One, E> {
                Ok(One(Number::from_f64(value).map_or(ConstValue::Null, ConstValue::Number)))
            }

            fn visit_str<E>(self, value: &str) -> Result<One, E> {
                Ok(One(ConstValue::String(value.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<One, E> {
                Ok(One(ConstValue::Null))
            }
        }

        deserializer.deserialize_any(Read)
    }
}

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It has more bytes than allowed.
    TooLarge,
    /// The client broke off.
    Broken,
}

/// Reads a body up to a bound, whether or not its length was announced.
///
/// # Errors
///
/// When it is longer, or ends too early.
pub async fn read_body(body: Body, max_bytes: usize) -> Result<Bytes, BodyError> {
    let mut stream = body.into_data_stream();
    let mut read = Bytes::new();
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| BodyError::Broken)?;
        if read.len() + bytes.len() + chunk.len() > max_bytes {
            return Err(BodyError::TooLarge);
        }
        // Most come in one piece.
        if read.is_empty() && bytes.is_empty() {
            read = chunk;
            continue;
        }
        bytes.extend_from_slice(&std::mem::take(&mut read));
        bytes.extend_from_slice(&chunk);
    }
    Ok(if bytes.is_empty() { read } else { bytes.into() })
}

impl Parameters {
    /// Reads a JSON body.
    ///
    /// # Errors
    ///
    /// A sentence for the client.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        // What is not as usual is read again, and whatever is wrong with it is found there.
        if let Ok(Usual { query: Some(query), operation_name, variables }) = serde_json::from_slice(bytes) {
            let variables = variables.map_or_else(Variables::default, |Flat(variables)| variables);
            let operation_name = operation_name.filter(|name| !name.is_empty());
            return Ok(Self { query, operation_name, variables, explain: false });
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Self::from_object(object),
            Ok(Value::Array(_)) => Err("Batches are not served: send one request at a time".to_owned()),
            Ok(_) => Err("The body must be a JSON object with the key query".to_owned()),
            Err(error) => Err(format!("The body is not JSON: {error}")),
        }
    }

    /// Reads the query of an address.
    ///
    /// # Errors
    ///
    /// A sentence for the client.
    pub fn from_uri(uri: &Uri) -> Result<Self, String> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| "The query of the address cannot be read".to_owned())?;
        let mut object = Map::new();
        for (name, text) in pairs {
            let value = match name.as_str() {
                // An empty name is the same as none.
                "operationName" | "variables" | "extensions" if text.is_empty() => continue,
                "query" | "operationName" => Value::String(text),
                "variables" | "extensions" => {
                    serde_json::from_str(&text).map_err(|error| format!("The parameter {name} is not JSON: {error}"))?
                }
                _ => continue,
            };
            if object.insert(name.clone(), value).is_some() {
                return Err(format!("The parameter {name} is there twice"));
            }
        }
        Self::from_object(object)
    }

    fn from_object(mut object: Map<String, Value>) -> Result<Self, String> {
        let query = match object.remove("query") {
            Some(Value::String(query)) => query,
            None | Some(Value::Null) => {
                return Err("The parameter query is missing: it holds the GraphQL document".to_owned());
            }
            Some(_) => return Err("The parameter query must be a string".to_owned()),
        };
        let operation_name = match object.remove("operationName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err("The parameter operationName must be a string".to_owned()),
        };
        let variables = match object.remove("variables") {
            None | Some(Value::Null) => Variables::default(),
            Some(variables @ Value::Object(_)) => Variables::from_json(variables),
            Some(_) => return Err("The parameter variables must be an object".to_owned()),
        };
        let explain = match object.remove("extensions") {
            None | Some(Value::Null) => false,
            Some(Value::Object(extensions)) => extensions.get("explain") == Some(&Value::Bool(true)),
            Some(_) => return Err("The parameter extensions must be an object".to_owned()),
        };
        Ok(Self { query, operation_name, variables, explain })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_or_refused() {
        for (body, expected) in [
            (r#"{"query":"{a}"}"#, ""),
            (r#"{"query":"{a}","variables":null,"operationName":null,"extensions":null,"more":1}"#, ""),
            (r#"{"query":"{a}","variables":{"a":1},"operationName":"","extensions":{}}"#, ""),
            ("", "not JSON"),
            ("{", "not JSON"),
            ("[]", "Batches"),
            (r#"[{"query":"{a}"}]"#, "Batches"),
            ("1", "must be a JSON object"),
            ("{}", "query is missing"),
            (r#"{"query":1}"#, "query must be a string"),
            (r#"{"query":"{a}","variables":[]}"#, "variables must be an object"),
            (r#"{"query":"{a}","variables":"{}"}"#, "variables must be an object"),
            (r#"{"query":"{a}","operationName":1}"#, "operationName must be a string"),
            (r#"{"query":"{a}","extensions":[]}"#, "extensions must be an object"),
        ] {
            match Parameters::from_json(body.as_bytes()) {
                Ok(_) => assert_eq!(expected, "", "{body}"),
                Err(error) => assert!(!expected.is_empty() && error.contains(expected), "{body}: {error}"),
            }
        }
        let deep = format!(r#"{{"query":"{{a}}","variables":{{"a":{}{}}}}}"#, "[".repeat(20_000), "]".repeat(20_000));
        assert!(Parameters::from_json(deep.as_bytes()).is_err());
    }

    #[test]
    fn usual_bodies_are_read_as_all_others() {
        let values =
            ["1", "-1", "1.5", "1e300", "18446744073709551615", "99999999999999999999", "true", "null", "\"a\\u00e9\""];
        let variables = values.map(|value| format!("\"{}\": {value}", value.len()));
        let others = ["{}", "null", "{\"a\": 1, \"a\": \"b\"}", "{\"a\": [1]}", "{\"a\": {\"b\": 1}}"];
        for variables in variables.iter().map(|one| format!("{{{one}}}")).chain(others.map(str::to_owned)) {
            for beside in ["", ", \"operationName\": \"\"", ", \"operationName\": \"A\"", ", \"extensions\": {}"] {
                let body = format!("{{\"query\": \"{{a}}\", \"variables\": {variables}{beside}}}");
                let read = Parameters::from_json(body.as_bytes()).unwrap();
                let Ok(Value::Object(object)) = serde_json::from_str(&body) else { panic!("{body}") };
                let other = Parameters::from_object(object).unwrap();
                assert_eq!((read.query, read.operation_name), (other.query, other.operation_name), "{body}");
                assert_eq!(read.variables, other.variables, "{body}");
            }
        }
        let twice = Parameters::from_json(br#"{"query": "{a}", "query": "{b}"}"#).unwrap();
        assert_eq!(twice.query, "{b}");
    }

    #[tokio::test]
    async fn bodies_are_whole_in_however_many_pieces_they_come() {
        for pieces in [&[][..], &["abc"], &["", "abc"], &["a", "", "bc"], &["ab", "c", ""]] {
            let whole = pieces.concat();
            let body = || {
                let pieces: Vec<_> = pieces.iter().map(|piece| Ok::<_, std::io::Error>(piece.to_string())).collect();
                Body::from_stream(futures_util::stream::iter(pieces))
            };
            assert_eq!(read_body(body(), 3).await.unwrap(), whole);
            assert_eq!(read_body(body(), 2).await.is_err(), !whole.is_empty());
        }
        let broken = [Ok("a"), Err(std::io::Error::other("gone"))];
        let broken = Body::from_stream(futures_util::stream::iter(broken));
        assert_eq!(read_body(broken, 9).await, Err(BodyError::Broken));
    }

    #[test]
    fn addresses_are_read_or_refused() {
        let read = |query: &str| Parameters::from_uri(&format!("/graphql?{query}").parse().unwrap());
        let parameters = read("query=%7Ba%7D&variables=%7B%22n%22:1%7D&operationName=").unwrap();
        assert_eq!((parameters.query.as_str(), parameters.operation_name), ("{a}", None));
        assert_eq!(parameters.variables.len(), 1);
        for query in ["", "query=a&query=b", "query=a&variables=x", "query=a&variables=[]", "query=a&extensions=1"] {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
