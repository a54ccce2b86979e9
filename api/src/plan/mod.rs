//! The planner: answers a query without resolvers. A validated document is compiled, by the same description that the
//! resolvers read, into one statement for each of its lists; their rows are written as JSON without a value tree between.
//!
//! - [`document`] reads the parsed document: fields by response key, fragments opened, directives and variables put in.
//! - [`compile`] makes a [`Plan`] of it: what to fetch, and what the answer is written from.
//! - [`mod@moment`] tells which states of the past are meant.
//! - [`sqlite`] and [`postgres`] fetch: [`rows`] is what comes out, the same of both.
//! - [`shelf`] keeps rows of records, so that a database that nothing changes is asked for keys alone.
//! - [`mod@write`] makes the answer's bytes.
//! - [`planner`] keeps plans, and decides who answers. [`explain`] tells how.
//!
//! The resolvers are the reference. Whatever the planner does not know, and whatever it finds wrong with an argument or
//! a value, it leaves to them, so that it has neither rules nor errors of its own: it either gives the bytes that they
//! would give, or nothing.

mod compile;
mod document;
pub mod explain;
mod moment;
mod planner;
mod postgres;
mod rows;
mod shelf;
mod sql;
mod sqlite;
mod write;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_graphql::{Value as GivenValue, Variables};
use sea_orm::DbBackend;

pub use planner::{Connections, Fetched, Planned, Planner};
pub use postgres::{Connections as PostgresConnections, TRUSTED};
pub use sqlite::Readers;

use self::moment::LateMoment;
use self::rows::Rows;
use self::shelf::{Luck, Shelf, Shelves, Understood};
use crate::graph::cursor::{Cursor, CursorKey};
use crate::graph::facet::Facet;
use crate::graph::identifier::{country_code, may_be_stored};
use crate::graph::list::List;
use crate::graph::moment::{Moment, Past};
use crate::graph::search::find::{self, Among, Search};
use crate::graph::search::stored::questions;
use crate::graph::statement::{Sorting, array_text};
use crate::graph::{Scalar, Type, identifier};

/// How an operation is answered.
#[derive(Debug)]
struct Plan {
    /// Those that lead to others come before them.
    fetches: Vec<Fetch>,
    /// In which statements they are run, one after the other; none where each is run by itself.
    steps: Vec<Step>,
    /// The fields of the root by response key; none where resolvers answer.
    root: Vec<(String, Option<Value>)>,
    /// Variables whose texts decide what parameters hold.
    variables: BTreeSet<String>,
    /// Texts by which rows are looked for.
    texts: Vec<LateText>,
    /// Cursors whose values are parameters.
    cursors: Vec<LateCursor>,
    /// Moments of the past, each behind the one beneath which it stands.
    moments: Vec<LateMoment>,
    /// Full-text queries, whose words are parameters.
    searches: Vec<LateSearch>,
    /// Where rows are kept, and what is known of words.
    shelves: Option<Arc<Shelves>>,
    /// Whether it is made for words that stand in the values of decisive variables: few ask for the same again.
    is_fleeting: bool,
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
    of: CursorOf,
    /// Which of its values are known: the statement depends on that.
    known: Vec<bool>,
    /// The moment of the past beneath which its list is asked for.
    beneath: Option<usize>,
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
    among: Among,
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
    /// Unknown where no row can be found by them.
    texts: Vec<Option<Scalar>>,
    /// Each with the state that its page comes from.
    cursors: Vec<(Cursor, Moment)>,
    /// The times of the moments.
    instants: Vec<i64>,
    /// What time it is.
    now: i64,
    searches: Vec<Searched>,
}

/// A full-text query as a request has it.
#[derive(Clone, Debug)]
struct Searched {
    search: Arc<Search>,
    among: Among,
    /// What the atlas is asked to understand it, once it must be asked.
    questions: OnceLock<Vec<String>>,
    /// What its statements are given once it is understood.
    texts: Arc<[String]>,
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
    then: Then,
    /// Whether it gives rows for many parents at once, whose keys stand before its columns.
    is_batch: bool,
    /// Of a page, how many rows are shown; one more says that there are more.
    limit: Option<usize>,
    /// What is run first where there are several parents.
    together: Option<Together>,
    /// What of its rows is kept.
    kept: Option<Kept>,
}

/// What is kept of the rows of a fetch: what depends on the key of a record alone.
#[derive(Debug)]
struct Kept {
    shelf: Arc<Shelf>,
    key: KeptBy,
    /// The columns, in the order of the shelf.
    columns: Vec<usize>,
    /// On SQLite, the statement that finds the rest, where it can do without the record; the one for all parents together.
    /// What is kept by the parent's key needs none.
    page: Option<Lean>,
    together: Option<Lean>,
    luck: Luck,
}

/// Where the key stands by which a row is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeptBy {
    Column(usize),
    /// It is the parent's.
    Parent,
}

/// A statement with the columns of a fetch, of which those that are kept are unknown.
#[derive(Debug)]
struct Lean {
    sql: Arc<str>,
    parameters: Vec<Parameter>,
}

/// Fetches that one statement runs: what each finds depends on rows of the others at most.
#[derive(Debug)]
struct Step {
    /// Those that lead to others come before them.
    parts: Vec<Part>,
    statement: Statement,
    /// What is run first.
    short: Option<Short>,
    /// What is run before all, where rows are kept.
    lean: Option<LeanStep>,
    /// Whether its statements tell at which entry of the log they answer, as a part behind all others: the entry stands
    /// where else the key of the parent does.
    tells_revision: bool,
}

/// The statement of a step that finds of some parts no more than is not kept.
#[derive(Debug)]
struct LeanStep {
    statement: Statement,
    /// Its parts; those that are kept whole have no columns.
    parts: Vec<Part>,
    /// The numbers of the parts of which something is kept. Lists are whole as in [`Short`], where there is one.
    kept: Vec<usize>,
    luck: Luck,
}

/// The statement of a step.
#[derive(Debug)]
struct Statement {
    sql: Arc<str>,
    /// Each with the part whose it is.
    parameters: Vec<(usize, Parameter)>,
}

/// The statement of a step that gives some lists whole for all parents at once, as a [`Together`] does: as long as they are
/// short.
#[derive(Debug)]
struct Short {
    statement: Statement,
    /// The numbers of the parts that are such lists.
    parts: Vec<usize>,
    /// Whether one was longer than it gives, so that it is not run again.
    is_long: AtomicBool,
}

/// Columns of a step's statement before those of its fetches: the place of the part, and the key of the parent.
const PART_COLUMN: usize = 0;
const PARENT_COLUMN: usize = 1;
const OWN_COLUMNS: usize = 2;

/// A fetch as a part of a statement.
#[derive(Debug)]
struct Part {
    fetch: usize,
    /// Which column of the statement holds each of its own; none for what is kept.
    columns: Vec<Option<usize>>,
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

/// A statement that gives the whole lists of all parents at once, as long as they are short: less work than a search for
/// each. Their keys stand before its columns. The rows come in no order: to put them in one is less work here than in a
/// database, where all that is read of a row would be taken along.
#[derive(Debug)]
struct Together {
    sql: Arc<str>,
    parameters: Vec<Parameter>,
    /// The columns by which its rows are put in order.
    order: Vec<(usize, Sorting)>,
    /// Whether the lists were longer than it gives, so that it is not run again.
    is_long: AtomicBool,
}

/// How far the log has got: the same as long as nothing has changed.
const HEAD: &str = "SELECT sequence FROM log_head";

/// Most rows that lists give together; one more says that they are longer.
const MAX_TOGETHER: usize = 1_000;

impl Fetch {
    /// Roughly how much it takes.
    fn bytes(&self) -> usize {
        let lean = self.kept.iter().flat_map(|kept| kept.page.iter().chain(&kept.together)).map(|lean| lean.sql.len());
        2 * (self.sql.len() + self.together.as_ref().map_or(0, |together| together.sql.len()) + lean.sum::<usize>())
    }

    /// What is run first for these parents, where no more rows than are left may be read.
    fn together(&self, parents: usize, left: u64) -> Option<&Together> {
        let together = self.together.as_ref().filter(|together| !together.is_long.load(Ordering::Relaxed));
        together.filter(|_| parents > 1 && left > MAX_TOGETHER as u64)
    }
}

impl Kept {
    /// Whether a column is not asked for where it is kept.
    fn leaves_out(&self, column: usize) -> bool {
        self.key == KeptBy::Parent || self.columns.contains(&column)
    }

    /// The statement that finds what is not kept, of the whole lists of all parents `together` or of a page.
    fn lean(&self, together: bool) -> Option<&Lean> {
        if together { self.together.as_ref() } else { self.page.as_ref() }
    }
}

impl Step {
    /// Whether its statement is one of all its parts, and not that of its only fetch.
    fn is_union(&self) -> bool {
        self.parts.len() > 1 || self.tells_revision
    }

    /// Roughly how much it takes.
    fn bytes(&self) -> usize {
        let short = self.short.as_ref().map_or(0, |short| short.statement.sql.len());
        2 * (self.statement.sql.len() + short + self.lean.as_ref().map_or(0, |lean| lean.statement.sql.len()))
    }
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
    /// The keys of all parents, as an array.
    Parents,
    /// The time of a moment, and the last entry of the log at it.
    Instant(usize),
    Entry(usize),
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
    /// A global id of a type, at a moment where it is of the past.
    Id {
        column: usize,
        name: &'static str,
        moment: Option<usize>,
    },
    /// The id of a moment, and its time.
    MomentId(usize),
    MomentAt(usize),
    /// One that is always there.
    Object(Object),
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
    /// the object. Null where there is none, if `nullable`.
    OneOf {
        kind: usize,
        kinds: Vec<(&'static str, usize, Object)>,
        nullable: bool,
    },
    /// The global id of a record of the kind that a column names.
    RecordId {
        kind: usize,
        key: usize,
        moment: Option<usize>,
    },
    /// A position in the log.
    Revision {
        column: usize,
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
    /// The moment at which it is seen, where that is of the past.
    moment: Option<usize>,
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
    /// How many rows the whole list has, which each row says in its last column.
    Count,
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
    #[error("the atlas never stood as it asks for")]
    Never,
    #[error("something has changed since what it goes by was kept")]
    Changed,
    #[error("a search finds nothing by the words that were typed")]
    NotMeant,
}

impl LateCursor {
    /// The cursor that a text is, where the plan fits it, and the state that its page comes from.
    fn read(&self, text: &str, instants: &[i64], searches: &[Searched], key: &CursorKey) -> Option<(Cursor, Moment)> {
        let (cursor, moment) = match &self.of {
            CursorOf::List(list) => {
                let asked = match self.beneath {
                    None => Moment::Now,
                    Some(moment) => Past { sequence: 0, at: *instants.get(moment)? }.into(),
                };
                list.cursor_at(text, asked, key)?
            }
            CursorOf::Search { search, kinds } => {
                let query = &searches.get(*search)?.search.query;
                // Where words were taken for others, resolvers go on.
                let read = find::Found::read_cursor(text, query.text(), kinds.as_ref(), key);
                (read.filter(|(_, near)| !near)?.0, Moment::Now)
            }
        };
        cursor.0.iter().map(Option::is_some).eq(self.known.iter().copied()).then_some((cursor, moment))
    }
}

/// The variables of a request that hold texts.
#[derive(Clone, Copy)]
struct Texts<'a>(&'a Variables);

impl<'a> Texts<'a> {
    fn get(self, name: &str) -> Option<&'a str> {
        match self.0.get(name)? {
            GivenValue::String(text) => Some(text),
            _ => None,
        }
    }
}

/// A full-text query as it is read, once for all where such are kept; none where it is too long.
fn read_search(text: &str, shelves: Option<&Shelves>) -> Option<Arc<Search>> {
    match shelves {
        Some(shelves) => shelves.query(text),
        None => Search::read(text).ok().map(Arc::new),
    }
}

impl LateSearch {
    /// The query that a request has, where the plan fits it.
    fn read(&self, texts: Texts<'_>, shelves: Option<&Shelves>) -> Option<Searched> {
        let text = match &self.text {
            Text::Always(text) => text,
            Text::Variable(name) => texts.get(name)?,
        };
        let search = read_search(text, shelves).filter(|search| search.shape() == self.shape)?;
        Some(Searched { search, among: self.among, questions: OnceLock::new(), texts: Arc::default() })
    }
}

impl Plan {
    /// Whether anything of what a fetch finds is kept.
    fn keeps(&self, fetch: &Fetch) -> bool {
        fetch.kept.is_some() || self.shelves.is_some() && matches!(fetch.then, Then::Understand(_))
    }

    /// What a request gives to the parameters; none where the plan does not fit it.
    fn given(&self, texts: Texts<'_>, key: &CursorKey) -> Option<Given> {
        if !self.variables.iter().all(|name| texts.get(name).is_some()) {
            return None;
        }
        let instants = self.instants(texts)?;
        let shelves = self.shelves.as_deref();
        let searches: Vec<Searched> =
            self.searches.iter().map(|search| search.read(texts, shelves)).collect::<Option<_>>()?;
        let cursor = |cursor: &LateCursor| cursor.read(texts.get(&cursor.variable)?, &instants, &searches, key);
        let cursors = self.cursors.iter().map(cursor).collect::<Option<_>>()?;
        let wanted = |late: &LateText| Some(late.form.read(texts.get(&late.variable)?).map(Scalar::Text));
        let texts = self.texts.iter().map(wanted).collect::<Option<_>>()?;
        Some(Given { texts, cursors, instants, now: 0, searches })
    }

    /// What a parameter holds for some parents; nothing where that is unknown.
    fn value<'a>(
        &self,
        parameter: &'a Parameter,
        given: &'a Given,
        fetched: &[Rows],
        parents: &[i64],
        backend: DbBackend,
    ) -> Result<Option<Cow<'a, Scalar>>, Unanswered> {
        let missing = || Unanswered::Failed("a parameter has no value".to_owned());
        let number = |number| Some(Cow::Owned(Scalar::Int(number)));
        let text = |text: &str| Cow::Owned(Scalar::Text(text.to_owned()));
        Ok(match parameter {
            Parameter::Always(value) => Some(Cow::Borrowed(value)),
            Parameter::Text(text) => given.texts.get(*text).ok_or_else(missing)?.as_ref().map(Cow::Borrowed),
            Parameter::Cursor { cursor, position } => {
                let value = given.cursors.get(*cursor).and_then(|(cursor, _)| cursor.0.get(*position)?.as_ref());
                Some(Cow::Borrowed(value.ok_or_else(missing)?))
            }
            Parameter::Parent => parents.first().copied().and_then(number),
            Parameter::Parents => Some(Cow::Owned(Scalar::Text(array_text(parents, backend)))),
            Parameter::Searched { search, place } => given.searched(*search, *place).map(text),
            Parameter::Question { search, place } => given.question(*search, *place).map(text),
            Parameter::Instant(moment) => number(*given.instants.get(*moment).ok_or_else(missing)?),
            Parameter::Entry(moment) => number(self.past(*moment, given, fetched)?.sequence),
        })
    }
}

impl Given {
    /// A text of a query that is understood.
    fn searched(&self, search: usize, place: usize) -> Option<&str> {
        self.searches.get(search)?.texts.get(place).map(String::as_str)
    }

    fn question(&self, search: usize, place: usize) -> Option<&str> {
        let searched = self.searches.get(search)?;
        searched.questions.get_or_init(|| questions(&searched.search.query)).get(place).map(String::as_str)
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
                let understand = || {
                    let mut search = Search::clone(&searched.search);
                    search.understand((0..rows.len()).map(answer));
                    let texts = search.texts(searched.among, backend).into();
                    Understood { search: Arc::new(search), texts }
                };
                let kept = rows.known.as_ref().and_then(|known| known.understood(searched.among));
                let understood = kept.cloned().unwrap_or_else(understand);
                if let Some(known) = &rows.known {
                    known.understand(searched.among, &understood);
                }
                (searched.search, searched.texts) = (understood.search, understood.texts);
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
