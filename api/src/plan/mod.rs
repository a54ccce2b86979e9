//! The planner: answers a query without resolvers. A validated document is compiled, by the same description that the
//! resolvers read, into one statement for each of its lists; their rows are written as JSON without a value tree between.
//!
//! - [`document`] reads the parsed document: fields by response key, fragments opened, directives and variables put in.
//! - [`compile`] makes a [`Plan`] of it: what to fetch, and what the answer is written from.
//! - [`sqlite`] and [`postgres`] fetch: [`rows`] is what comes out, the same of both.
//! - [`mod@write`] makes the answer's bytes.
//! - [`planner`] keeps plans, and decides who answers. [`explain`] tells how.
//!
//! The resolvers are the reference. Whatever the planner does not know, and whatever it finds wrong with an argument or
//! a value, it leaves to them, so that it has neither rules nor errors of its own: it either gives the bytes that they
//! would give, or nothing.

mod compile;
mod document;
pub mod explain;
mod planner;
mod postgres;
mod rows;
mod sql;
mod sqlite;
mod write;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

pub use planner::{Fetched, Planned, Planner};
pub use sqlite::Readers;

use crate::graph::cursor::{Cursor, CursorKey};
use crate::graph::facet::Facet;
use crate::graph::identifier::{country_code, may_be_stored};
use crate::graph::list::List;
use crate::graph::{Scalar, Type, identifier};

/// How an operation is answered.
#[derive(Debug)]
struct Plan {
    /// Those that lead to others come before them.
    fetches: Vec<Fetch>,
    /// The fields of the root by response key; none where resolvers answer.
    root: Vec<(String, Option<Value>)>,
    /// Variables whose texts decide what parameters hold.
    variables: BTreeSet<String>,
    /// Texts by which rows are looked for.
    texts: Vec<LateText>,
    /// Cursors whose values are parameters.
    cursors: Vec<LateCursor>,
}

/// A text that a variable holds.
#[derive(Debug)]
struct LateText {
    variable: String,
    form: Form,
}

/// What a text is by which a row is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Slug,
    Identifier,
    /// Of a country.
    Code,
}

impl Form {
    /// What the row holds that a text means; none where no row can.
    fn read(self, text: &str) -> Option<String> {
        match self {
            Self::Slug => may_be_stored(text).then(|| text.to_owned()),
            Self::Identifier => Some(identifier::key(text)),
            Self::Code => country_code(text),
        }
    }
}

/// A cursor that a variable holds.
#[derive(Debug)]
struct LateCursor {
    variable: String,
    list: List,
    /// Which of its values are known: the statement depends on that.
    known: Vec<bool>,
}

/// What a request gives to the parameters of a plan.
#[derive(Clone, Debug, Default)]
struct Given {
    /// Unknown where no row can be found by them.
    texts: Vec<Option<Scalar>>,
    cursors: Vec<Cursor>,
}

/// A statement, and for which rows it is run.
#[derive(Debug)]
struct Fetch {
    sql: Arc<str>,
    parameters: Vec<Parameter>,
    /// What its columns hold.
    columns: Vec<Type>,
    of: Of,
    /// For which of these rows it is needed, where not for all.
    needed: Option<Needed>,
    /// Whether it gives rows for many parents at once, whose keys stand before its columns.
    is_batch: bool,
    /// Of a page, how many rows are shown; one more says that there are more.
    limit: Option<usize>,
}

/// For which rows a fetch is needed.
#[derive(Debug)]
enum Needed {
    /// Those whose text is in another language than the one asked for, which the column `language` holds.
    InOtherLanguages { language: usize, asked: Arc<[String]> },
    /// Those that have this value in a column.
    Having { column: usize, value: &'static str },
}

/// Whose rows a statement finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Nobody,
    /// Those of the rows that another fetch has found, by the key in this column.
    Rows {
        fetch: usize,
        key: usize,
    },
    /// Those that have more rows than the page that another fetch has found, whose parents are the same.
    Longer {
        page: usize,
    },
    /// Those of the same parents as another fetch's.
    Same {
        page: usize,
    },
}

/// What a statement is run with.
#[derive(Clone, Debug, PartialEq)]
enum Parameter {
    Always(Scalar),
    /// What a text means that rows are looked for by.
    Text(usize),
    /// What a cursor holds at a position of the order.
    Cursor {
        cursor: usize,
        position: usize,
    },
    /// The key of the one parent.
    Parent,
    /// The keys of all parents, as a JSON array.
    Parents,
}

/// An object of the answer: what is written before each field, and the field.
#[derive(Debug)]
struct Object(Vec<(Box<str>, Value)>);

/// What a field is written from. Columns are those of the row that is being written.
#[derive(Debug)]
enum Value {
    /// JSON that is always the same.
    Fixed(Box<str>),
    Column {
        column: usize,
        ty: Type,
    },
    /// A global id of a type.
    Id {
        column: usize,
        name: &'static str,
    },
    /// Null where the column is.
    Optional {
        column: usize,
        object: Object,
    },
    /// The only row of a fetch; null where there is none.
    One {
        fetch: usize,
        object: Object,
    },
    /// A record of the kind that a column names, the only row of that kind's fetch. Of each kind its code, the fetch and
    /// the object; of others null, where `others` are there.
    OneOf {
        kind: usize,
        kinds: Vec<(&'static str, usize, Object)>,
        others: bool,
    },
    /// The text in the language asked for; the other languages are a fetch of their own.
    Localised {
        value: usize,
        language: usize,
        asked: Arc<[String]>,
        others: usize,
    },
    /// The name of a field in the API, of which the column's is kept.
    FieldName {
        column: usize,
    },
    /// All rows of a fetch; before them what is made of the row itself, where a column of it is known.
    List {
        own: Option<(usize, Object)>,
        fetch: usize,
        item: Item,
    },
    /// Records of several kinds, in the order of their ids; null where there is none. Of each kind the fetch, the column of
    /// the key and the object; of each id the place of its kind and the key.
    Nodes {
        kinds: Vec<(usize, usize, Object)>,
        ids: Vec<(usize, i64)>,
    },
    Page(Box<Page>),
}

/// An entry of a list without pages.
#[derive(Debug)]
enum Item {
    Object(Object),
    Text { column: usize },
}

/// One page of a list.
#[derive(Debug)]
struct Page {
    list: List,
    fetch: usize,
    /// Columns of the order; empty where no cursor is asked for.
    terms: Vec<usize>,
    /// Whether rows lie outside the page on the side of its cursors.
    outside: Option<usize>,
    fields: Vec<(Box<str>, PageField)>,
}

#[derive(Debug)]
enum PageField {
    Fixed(Box<str>),
    /// One object for each row; where the link may lead to what is not there, only for rows in which the column is known.
    Entries {
        object: EntryObject,
        present: Option<usize>,
    },
    Info(Vec<(Box<str>, Info)>),
    Total {
        fetch: usize,
    },
    Facets(Vec<(Box<str>, FacetField)>),
}

#[derive(Debug)]
enum FacetField {
    Fixed(Box<str>),
    /// The groups that a fetch finds: what they are called, how people call them, how many they are.
    Groups {
        facet: &'static Facet,
        fetch: usize,
        fields: Vec<(Box<str>, GroupField)>,
    },
}

#[derive(Clone, Debug)]
enum GroupField {
    Fixed(Box<str>),
    Value,
    Label,
    Count,
}

/// An entry of a page.
#[derive(Debug)]
enum EntryObject {
    Node(Object),
    Edge(Vec<(Box<str>, EdgeField)>),
}

#[derive(Debug)]
enum EdgeField {
    Cursor,
    Value(Value),
    Node { object: Object, present: Option<usize> },
}

#[derive(Clone, Debug)]
enum Info {
    Fixed(Box<str>),
    HasNext,
    HasPrevious,
    Start,
    End,
}

/// Why a plan gives no answer: the resolvers are asked, who know what to say.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("{0}")]
    Failed(String),
    #[error("it reads too many rows")]
    TooMany,
    #[error("it took too long")]
    TooSlow,
}

impl LateCursor {
    /// The cursor that a text is, where the plan fits it.
    fn read(&self, text: &str, key: &CursorKey) -> Option<Cursor> {
        let cursor = self.list.cursor(text, key)?;
        cursor.0.iter().map(Option::is_some).eq(self.known.iter().copied()).then_some(cursor)
    }
}

impl Plan {
    /// What a request gives to the parameters; none where the plan does not fit it.
    fn given(&self, texts: &HashMap<String, String>, key: &CursorKey) -> Option<Given> {
        if !self.variables.iter().all(|name| texts.contains_key(name)) {
            return None;
        }
        let cursors = self.cursors.iter().map(|cursor| cursor.read(texts.get(&cursor.variable)?, key));
        let wanted = |late: &LateText| Some(late.form.read(texts.get(&late.variable)?).map(Scalar::Text));
        Some(Given {
            cursors: cursors.collect::<Option<_>>()?,
            texts: self.texts.iter().map(wanted).collect::<Option<_>>()?,
        })
    }
}

impl Parameter {
    /// What it holds for some parents; nothing where that is unknown.
    fn value<'a>(&'a self, given: &'a Given, parents: &[i64]) -> Result<Option<Cow<'a, Scalar>>, Unanswered> {
        let missing = || Unanswered::Failed("a parameter has no value".to_owned());
        Ok(match self {
            Self::Always(value) => Some(Cow::Borrowed(value)),
            Self::Text(text) => given.texts.get(*text).ok_or_else(missing)?.as_ref().map(Cow::Borrowed),
            Self::Cursor { cursor, position } => {
                let value = given.cursors.get(*cursor).and_then(|cursor| cursor.0.get(*position)?.as_ref());
                Some(Cow::Borrowed(value.ok_or_else(missing)?))
            }
            Self::Parent => parents.first().map(|key| Cow::Owned(Scalar::Int(*key))),
            Self::Parents => Some(Cow::Owned(Scalar::Text(serde_json::Value::from(parents).to_string()))),
        })
    }
}
