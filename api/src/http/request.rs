//! What is asked: the parameters of a GraphQL request, from a body or from the address.

use async_graphql::Variables;
use axum::body::Body;
use axum::extract::Query;
use axum::http::Uri;
use futures_util::StreamExt;
use serde_json::{Map, Value};

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
pub async fn read_body(body: Body, max_bytes: usize) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| BodyError::Broken)?;
        if bytes.len() + chunk.len() > max_bytes {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

impl Parameters {
    /// Reads a JSON body.
    ///
    /// # Errors
    ///
    /// A sentence for the client.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
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
