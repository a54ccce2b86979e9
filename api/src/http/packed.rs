//! Bytes that are made once and served often, compressed once too; and answers that are always the same.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use async_graphql::Variables;
use async_graphql::parser::types::{OperationDefinition, OperationType, Selection};
use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes of all answers that are kept, as they are before they are compressed.
const MAX_KEPT: usize = 8 * 1_024 * 1_024;
/// Longest text of a request whose answer is kept, in bytes.
const MAX_ASKED: usize = 20_000;

/// Some bytes, and the same compressed by gzip once somebody has asked for that.
#[derive(Debug)]
pub(super) struct Packed {
    plain: Bytes,
    gzip: OnceLock<Option<Bytes>>,
}

impl Packed {
    pub(super) fn new(plain: impl Into<Bytes>) -> Self {
        Self { plain: plain.into(), gzip: OnceLock::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.plain.len()
    }

    /// The bytes for a client that takes gzip or does not, and whether they are compressed.
    pub(super) fn bytes(&self, takes_gzip: bool) -> (Bytes, bool) {
        let gzip = takes_gzip.then(|| self.gzip.get_or_init(|| compress(&self.plain)).clone()).flatten();
        match gzip {
            Some(bytes) => (bytes, true),
            None => (self.plain.clone(), false),
        }
    }
}

fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// What is asked: the document, which of its operations, and the variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked(String, Option<String>, String);

impl Asked {
    /// None where it is too long to keep an answer to it.
    pub(super) fn new(query: &str, operation_name: Option<&str>, variables: &Variables) -> Option<Self> {
        let variables = if variables.is_empty() { String::new() } else { serde_json::to_string(variables).ok()? };
        let is_short = query.len() + variables.len() <= MAX_ASKED;
        is_short.then(|| Self(query.to_owned(), operation_name.map(str::to_owned), variables))
    }
}

/// An answer that is always the same, and what the log says of it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Packed,
    /// The name of the operation.
    pub(super) name: String,
}

/// Answers that are kept as long as the process runs: what the schema says of itself.
#[derive(Debug, Default)]
pub(super) struct Answers {
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<Asked, Arc<Answer>>,
    bytes: usize,
}

impl Answers {
    pub(super) fn get(&self, asked: &Asked) -> Option<Arc<Answer>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).answers.get(asked).cloned()
    }

    pub(super) fn keep(&self, asked: Asked, body: Vec<u8>, name: String) -> Arc<Answer> {
        let answer = Arc::new(Answer { body: Packed::new(body), name });
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes + answer.body.len() > MAX_KEPT {
            // Those that are still asked for are made again.
            *kept = Kept::default();
        }
        if answer.body.len() <= MAX_KEPT && kept.answers.insert(asked, Arc::clone(&answer)).is_none() {
            kept.bytes += answer.body.len();
        }
        answer
    }
}

/// Whether an operation asks for nothing but the schema.
pub(super) fn is_about_the_schema(operation: &OperationDefinition) -> bool {
    let is_introspection = |selection: &Selection| {
        matches!(selection, Selection::Field(field)
            if matches!(field.node.name.node.as_str(), "__schema" | "__type" | "__typename"))
    };
    let mut selections = operation.selection_set.node.items.iter();
    operation.ty == OperationType::Query && selections.all(|selection| is_introspection(&selection.node))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use async_graphql::parser::parse_query;
    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn bytes_are_the_same_compressed_or_not() {
        let packed = Packed::new("atlas ".repeat(100));
        let (plain, is_compressed) = packed.bytes(false);
        assert!(!is_compressed);
        let (gzip, is_compressed) = packed.bytes(true);
        assert!(is_compressed && gzip.len() < plain.len());
        let mut unpacked = Vec::new();
        GzDecoder::new(&*gzip).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
    }

    #[test]
    fn only_what_is_about_the_schema_is_always_the_same() {
        for (document, expected) in [
            ("{ __schema { types { name } } }", true),
            ("query A { a: __type(name: \"Query\") { name } __typename }", true),
            ("{ __typename atlas { version } }", false),
            ("{ ... { __typename } }", false),
        ] {
            let document = parse_query(document).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            assert_eq!(is_about_the_schema(&operation.node), expected);
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let answers = Answers::default();
        let asked = |n: usize| Asked::new(&n.to_string(), None, &Variables::default()).unwrap();
        for n in 0..20 {
            answers.keep(asked(n), vec![0; MAX_KEPT / 10], String::new());
        }
        let kept = (0..20).filter(|n| answers.get(&asked(*n)).is_some()).count();
        assert!((1..=10).contains(&kept), "{kept}");
        assert!(Asked::new(&"a".repeat(MAX_ASKED + 1), None, &Variables::default()).is_none());
    }
}
