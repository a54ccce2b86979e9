//! Bytes that are made once and served often, compressed once too; and answers that are kept.
//!
//! An answer is kept under the revision that the log had before it was made. It may be newer than that, but is served only
//! while the log still has that revision: then nothing has changed since. So no answer is stale.

use std::io::Write as _;
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::{OperationDefinition, OperationType, Selection};
use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::request::Parameters;

/// Bytes of all answers that are kept for ever, as they are before they are compressed.
const MAX_KEPT: usize = 8 * 1_024 * 1_024;
/// What an answer takes beside its texts, roughly, and what it takes usually.
const OVERHEAD: usize = 256;
const USUAL: usize = 8_192;
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

/// What is asked, as it is kept: the document, which of its operations, and the variables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked(String, Option<String>, String);

/// What is asked, as it comes. Its fields are those of [`Asked`] in their order, so that both are found by one hash.
#[derive(Debug, Hash)]
pub(super) struct Asking<'a>(&'a str, Option<&'a str>, String);

/// What is asked, and at which revision.
#[derive(Hash)]
struct At<'a>(&'a Asking<'a>, i64);

impl<'a> Asking<'a> {
    /// None where an answer is not to be kept, since it cannot be about the schema and others are not kept, or since what is
    /// asked is too long.
    pub(super) fn new(parameters: &'a Parameters, keeps_data: bool) -> Option<Self> {
        let Parameters { query, operation_name, variables, explain } = parameters;
        if *explain || !(keeps_data || may_be_about_the_schema(query)) {
            return None;
        }
        let variables = if variables.is_empty() { String::new() } else { serde_json::to_string(variables).ok()? };
        let is_short = query.len() + variables.len() <= MAX_ASKED;
        is_short.then_some(Self(query, operation_name.as_deref(), variables))
    }

    pub(super) fn to_keep(&self) -> Asked {
        Asked(self.0.to_owned(), self.1.map(str::to_owned), self.2.clone())
    }
}

impl Equivalent<Asked> for Asking<'_> {
    fn equivalent(&self, Asked(query, operation_name, variables): &Asked) -> bool {
        self.0 == query && self.1 == operation_name.as_deref() && self.2 == *variables
    }
}

impl Equivalent<(Asked, i64)> for At<'_> {
    fn equivalent(&self, (asked, revision): &(Asked, i64)) -> bool {
        self.1 == *revision && self.0.equivalent(asked)
    }
}

/// An answer that is kept, and what the log says of it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Packed,
    /// The name of the operation.
    pub(super) name: String,
}

/// Answers that are kept: always those that the schema gives of itself; the others as long as the data stands at one
/// revision. Who asks what another is asking already waits for that one's answer.
#[derive(Debug)]
pub(super) struct Answers {
    always: Cache<Asked, Arc<Answer>, Size>,
    /// None where none are to be kept.
    data: Option<Cache<(Asked, i64), Arc<Answer>, Size>>,
    /// The longest answer that is worth its room.
    longest: usize,
}

/// How much an answer takes.
#[derive(Clone, Debug)]
struct Size;

impl Weighter<Asked, Arc<Answer>> for Size {
    fn weight(&self, asked: &Asked, answer: &Arc<Answer>) -> u64 {
        (asked.len() + answer.body.len() + OVERHEAD) as u64
    }
}

impl Weighter<(Asked, i64), Arc<Answer>> for Size {
    fn weight(&self, (asked, _): &(Asked, i64), answer: &Arc<Answer>) -> u64 {
        self.weight(asked, answer)
    }
}

impl Asked {
    fn len(&self) -> usize {
        self.0.len() + self.1.as_ref().map_or(0, String::len) + self.2.len()
    }
}

impl Answers {
    /// Keeps this many bytes of answers that hold as long as the data does.
    pub(super) fn new(bytes: usize) -> Self {
        let cache = |bytes: usize| Cache::with_weighter(bytes / USUAL, bytes as u64, Size);
        let data = (bytes > 0).then(|| Cache::with_weighter(bytes / USUAL, bytes as u64, Size));
        Self { always: cache(MAX_KEPT), data, longest: bytes / 8 }
    }

    /// An answer that is always the same.
    pub(super) fn always(&self, asked: &Asking<'_>) -> Option<Arc<Answer>> {
        may_be_about_the_schema(asked.0).then(|| self.always.get(asked)).flatten()
    }

    /// The answer at a revision, where it is there already.
    pub(super) fn known(&self, asked: &Asking<'_>, revision: i64) -> Option<Arc<Answer>> {
        self.data.as_ref()?.get(&At(asked, revision))
    }

    pub(super) fn keep_always(&self, asked: Asked, answer: Arc<Answer>) {
        self.always.insert(asked, answer);
    }

    /// Whether answers are kept that hold as long as the data does.
    pub(super) fn keeps_data(&self) -> bool {
        self.data.is_some()
    }

    /// The answer at a revision, or else what `make` makes of it: an answer to keep, or one that is for this request
    /// alone.
    ///
    /// # Errors
    /// The answer that is not kept.
    pub(super) async fn at<T>(
        &self,
        asked: Asked,
        revision: i64,
        make: impl Future<Output = Result<Arc<Answer>, T>>,
    ) -> Result<Arc<Answer>, T> {
        match &self.data {
            Some(data) => data.get_or_insert_async(&(asked, revision), make).await,
            None => make.await,
        }
    }

    /// Whether an answer of this length is worth its room.
    pub(super) fn takes(&self, length: usize) -> bool {
        length <= self.longest
    }
}

/// Whether a document may ask for something of the schema: what is of it has a name that begins so.
fn may_be_about_the_schema(document: &str) -> bool {
    document.contains("__")
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

    #[tokio::test]
    async fn what_is_kept_is_found_by_what_is_asked() {
        let answers = Answers::new(1_000_000);
        let parameters = |body: &str| Parameters::from_json(body.as_bytes()).unwrap();
        let bodies = [
            r#"{"query": "{__a}"}"#,
            r#"{"query": "{__b}"}"#,
            r#"{"query": "{__a}", "operationName": "A"}"#,
            r#"{"query": "{__a}", "variables": {"a": "b"}}"#,
        ];
        for (n, body) in (1..).zip(bodies) {
            let parameters = parameters(body);
            let asking = Asking::new(&parameters, true).unwrap();
            let made = || Arc::new(Answer { body: Packed::new(vec![0; n]), name: String::new() });
            assert!(answers.known(&asking, 1).is_none() && answers.always(&asking).is_none());
            answers.keep_always(asking.to_keep(), made());
            answers.at(asking.to_keep(), 1, async { Ok::<_, ()>(made()) }).await.unwrap();
            assert!(answers.known(&asking, 2).is_none());
        }
        for (n, body) in (1..).zip(bodies) {
            let parameters = parameters(body);
            let asking = Asking::new(&parameters, true).unwrap();
            assert_eq!(answers.known(&asking, 1).unwrap().body.len(), n);
            assert_eq!(answers.always(&asking).unwrap().body.len(), n);
        }
        let explained = parameters(r#"{"query": "{a}", "extensions": {"explain": true}}"#);
        assert!(Asking::new(&explained, true).is_none());
        assert!(Asking::new(&parameters("{\"query\": \"{__a}\"}"), false).is_some());
        assert!(Asking::new(&parameters("{\"query\": \"{a}\"}"), false).is_none());
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_and_made_once() {
        let answers = Answers::new(1_000_000);
        let asked = |n: usize| Asked(n.to_string(), None, String::new());
        let made = |length: usize| Arc::new(Answer { body: Packed::new(vec![0; length]), name: String::new() });
        for n in 0..20 {
            answers.at(asked(n), 1, async { Ok::<_, ()>(made(100_000)) }).await.unwrap();
        }
        let data = answers.data.as_ref().unwrap();
        assert!(data.weight() <= 1_000_000 && !data.is_empty(), "{}", data.weight());
        // Two that ask at once: one makes it.
        let count = std::sync::atomic::AtomicUsize::new(0);
        let ask = |revision| {
            answers.at(asked(100), revision, async {
                tokio::task::yield_now().await;
                count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Ok::<_, ()>(made(10))
            })
        };
        let (one, other) = tokio::join!(ask(1), ask(1));
        assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
        ask(2).await.unwrap();
        assert_eq!(count.into_inner(), 2);
        // What is not to be kept is made each time.
        for n in 0..2 {
            assert!(matches!(answers.at(asked(200), 1, async { Err(n) }).await, Err(made) if made == n));
        }
        let too_long = Parameters { query: "a".repeat(MAX_ASKED + 1), ..Parameters::default() };
        assert!(Asking::new(&too_long, true).is_none());
        assert!(!answers.takes(500_000) && answers.takes(100_000));
    }
}
