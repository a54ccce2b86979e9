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

use rows::Rows;
use sea_orm::DbBackend;

pub use planner::{Fetched, Planned, Planner};
pub use sqlite::Readers;

use crate::graph::cursor::{Cursor, CursorKey};
use crate::graph::list::List;
use crate::graph::search::find::{self, Search};
use crate::graph::search::stored::questions;
use crate::graph::{Scalar, Type};

/// How an operation is answered.
#[derive(Debug)]
struct Plan {
    /// Those that lead to others come before them.
    fetches: Vec<Fetch>,
    /// The fields of the root by response key; none where resolvers answer.
    root: Vec<(String, Option<Value>)>,
    /// Variables whose texts are parameters.
    texts: BTreeSet<String>,
    /// Cursors whose values are parameters.
    cursors: Vec<LateCursor>,
    /// Full-text queries, whose words are parameters.
    searches: Vec<LateSearch>,
    /// Whether it is made for words that stand in the values of decisive variables: few ask for the same again.
    is_fleeting: bool,
}

/// A cursor that a variable holds.
#[derive(Debug)]
struct LateCursor {
    variable: String,
    of: CursorOf,
    /// Which of its values are known: the statement depends on that.
    known: Vec<bool>,
}

/// What a cursor is a cursor of.
#[derive(Debug)]
enum CursorOf {
    List(Box<List>),
    /// Pages of a search, by its place, among these kinds.
    Search {
        search: usize,
        kinds: Option<Vec<String>>,
    },
}

/// A full-text query. What the atlas knows of it is asked each time.
#[derive(Debug)]
struct LateSearch {
    text: Text,
    /// What its statements depend on.
    shape: String,
}

/// A text of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Always(String),
    /// What a variable holds.
    Variable(String),
}

/// What a request gives to the parameters of a plan.
#[derive(Clone, Debug, Default)]
struct Given {
    texts: HashMap<String, String>,
    cursors: Vec<Cursor>,
    searches: Vec<Searched>,
}

/// A full-text query as a request has it.
#[derive(Clone, Debug)]
struct Searched {
    search: Search,
    /// What the atlas is asked to understand it.
    questions: Vec<String>,
    /// What its statements are given once it is understood.
    texts: Vec<String>,
}

/// A statement, and for which rows it is run.
#[derive(Debug)]
struct Fetch {
    sql: Arc<str>,
    parameters: Vec<Parameter>,
    /// What its columns hold.
    columns: Vec<Type>,
    of: Of,
    /// For which of these rows it is not needed.
    unless: Option<Served>,
    /// Those of these rows that have this sign of a kind in this column, where it is not for all of them.
    of_kind: Option<(usize, &'static str)>,
    then: Then,
    /// Whether it gives rows for many parents at once, whose keys stand before its columns.
    is_batch: bool,
    /// Of a page, how many rows are shown; one more says that there are more.
    limit: Option<usize>,
}

/// What the rows of a fetch decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Nothing,
    /// They say what the atlas knows of a full-text query.
    Understand(usize),
    /// Where there are none, and no record is known by exactly the text, other words may have been meant than those of a
    /// full-text query.
    Mean(usize),
}

/// Rows whose text is in the language asked for.
#[derive(Debug)]
struct Served {
    /// The column that holds the language of the text.
    language: usize,
    asked: Arc<[String]>,
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
    /// The text of a variable, by its name.
    Variable(String),
    /// What a cursor holds at a position of the order.
    Cursor {
        cursor: usize,
        position: usize,
    },
    /// A text of a full-text query that is understood, by its place.
    Searched {
        search: usize,
        place: usize,
    },
    /// What the atlas is asked of a full-text query.
    Question {
        search: usize,
        place: usize,
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
    Found(Box<Found>),
}

/// One page of what a search finds. The rows of its fetch hold, in this order, key, kind, label in order, rank.
#[derive(Debug)]
struct Found {
    search: usize,
    kinds: Option<Vec<String>>,
    fetch: usize,
    is_first: bool,
    fields: Vec<(Box<str>, FoundField)>,
}

#[derive(Debug)]
enum FoundField {
    Fixed(Box<str>),
    Nodes(Records),
    Edges(Vec<(Box<str>, FoundEdge)>, Records),
    Info(Vec<(Box<str>, Info)>),
    /// By the fetch of how many there are of each kind.
    Total(usize),
}

#[derive(Debug)]
enum FoundEdge {
    Fixed(Box<str>),
    Cursor,
    Score,
    Node,
}

/// Records of any kind: of each the sign, the fetch and the object.
#[derive(Debug)]
struct Records(Vec<(&'static str, usize, Object)>);

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
    #[error("a search finds nothing by the words that were typed")]
    NotMeant,
}

impl LateCursor {
    /// The cursor that a text is, where the plan fits it.
    fn read(&self, text: &str, searches: &[Searched], key: &CursorKey) -> Option<Cursor> {
        let cursor = match &self.of {
            CursorOf::List(list) => list.cursor(text, key)?,
            CursorOf::Search { search, kinds } => {
                let query = &searches.get(*search)?.search.query;
                // Where words were taken for others, resolvers go on.
                find::Found::read_cursor(text, query.text(), kinds.as_ref(), key).filter(|(_, near)| !near)?.0
            }
        };
        cursor.0.iter().map(Option::is_some).eq(self.known.iter().copied()).then_some(cursor)
    }
}

impl LateSearch {
    /// The query that a request has, where the plan fits it.
    fn read(&self, texts: &HashMap<String, String>) -> Option<Searched> {
        let text = match &self.text {
            Text::Always(text) => text,
            Text::Variable(name) => texts.get(name)?,
        };
        let search = Search::read(text).ok().filter(|search| search.shape() == self.shape)?;
        Some(Searched { questions: questions(&search.query), search, texts: Vec::new() })
    }
}

impl Plan {
    /// What a request gives to the parameters; none where the plan does not fit it.
    fn given(&self, texts: HashMap<String, String>, key: &CursorKey) -> Option<Given> {
        if !self.texts.iter().all(|name| texts.contains_key(name)) {
            return None;
        }
        let searches: Vec<Searched> = self.searches.iter().map(|search| search.read(&texts)).collect::<Option<_>>()?;
        let cursors = self.cursors.iter().map(|cursor| cursor.read(texts.get(&cursor.variable)?, &searches, key));
        Some(Given { cursors: cursors.collect::<Option<_>>()?, texts, searches })
    }
}

impl Given {
    fn text(&self, variable: &str) -> Option<&str> {
        self.texts.get(variable).map(String::as_str)
    }

    fn value(&self, cursor: usize, position: usize) -> Option<&Scalar> {
        self.cursors.get(cursor)?.0.get(position)?.as_ref()
    }

    /// A text of a query that is understood.
    fn searched(&self, search: usize, place: usize) -> Option<&str> {
        self.searches.get(search)?.texts.get(place).map(String::as_str)
    }

    fn question(&self, search: usize, place: usize) -> Option<&str> {
        self.searches.get(search)?.questions.get(place).map(String::as_str)
    }
}

impl Then {
    /// What follows of the rows of a fetch.
    fn follow(self, rows: &Rows, given: &mut Cow<'_, Given>, backend: DbBackend) -> Result<(), Unanswered> {
        let unknown = || Unanswered::Failed("a search is understood that is not there".to_owned());
        match self {
            Self::Nothing => Ok(()),
            Self::Understand(search) => {
                let searched = given.to_mut().searches.get_mut(search).ok_or_else(unknown)?;
                let answer = |row| (rows.int(row, 0), rows.text(row, 1).map(str::to_owned));
                searched.search.understand((0..rows.len()).map(answer));
                searched.texts = searched.search.texts(backend);
                if searched.search.is_empty() { Err(Unanswered::NotMeant) } else { Ok(()) }
            }
            Self::Mean(search) => {
                let searched = given.searches.get(search).ok_or_else(unknown)?;
                let finds = rows.len() > 0 || !searched.search.exact.is_empty();
                if finds { Ok(()) } else { Err(Unanswered::NotMeant) }
            }
        }
    }
}
