//! What a query means for a statement: which records match, and how well.

use std::collections::BTreeSet;

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    CaseStatement, Condition, Expr, ExprTrait, Func, IntoCondition, Order, Query as Select, SelectStatement,
    SimpleExpr, UnionType,
};
use sha2::{Digest, Sha256};

use super::query::{self, Form, Query, Term};
use super::stored::{Stored, nothing, sign};
use super::word::{Language, stem};
use super::{near, postgres, sqlite};
use crate::app::to_hex;
use crate::graph::cursor::{Cursor, CursorKey};
use crate::graph::moment::Moment;
use crate::graph::predicate::is_not_true;
use crate::graph::statement::{AFTER, array_keys, array_text, later, subquery, text_values};
use crate::graph::{Scalar, Type, kinds};

/// A query, and what the atlas knows of its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    pub query: Query,
    /// Records that are known by exactly this text: the best matches.
    pub exact: Vec<i64>,
    /// Whether words that may have been meant stand beside those typed, since these find nothing.
    pub near: bool,
    /// What is stored of its words.
    pub stored: Stored,
    /// Its place among the searches of a plan, where [`Search::texts`] come when the statement is run.
    pub late: Option<usize>,
}

/// What an index of words is asked.
pub(super) enum Words {
    /// One word.
    One(String),
    /// All words that begin so.
    Begun(String),
    /// Rows that hold all of it. There is something.
    All(Vec<Words>),
    /// Rows that hold any of it. There is something.
    Any(Vec<Words>),
    /// Rows that hold the one and none of the others.
    Without(Box<Words>, Vec<Words>),
}

impl Words {
    /// Several as a text in some language that writes one so, with a sign between them.
    pub fn joined(words: &[Self], between: &str, text_of: impl Fn(&Self) -> String) -> String {
        let words: Vec<String> = words.iter().map(text_of).collect();
        if let [word] = words.as_slice() { word.clone() } else { format!("({})", words.join(between)) }
    }
}

/// Which records a search is among. Standards have an index of words of their own: they are most of what is stored, and a
/// search among them need not look at what else holds its words, nor the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    Everything,
    Standards,
    Others,
}

impl Among {
    /// Where records of these kinds are, by their codes; of all kinds where none are given.
    pub fn kinds<S: AsRef<str>>(codes: impl IntoIterator<Item = S>) -> Self {
        let among = |code: S| if code.as_ref() == kinds::STANDARD.code { Self::Standards } else { Self::Others };
        let mut all = codes.into_iter().map(among);
        let first = all.next().unwrap_or(Self::Everything);
        if all.all(|among| among == first) { first } else { Self::Everything }
    }
}

/// The columns of words in `search_text`, best first.
const COLUMNS: [&str; 4] = ["label", "names", "title", "body"];
/// The scores of the ranks: known by exactly this text; all words in the label, then the last one unfinished; the same
/// of label and other names; of these and the title; all words anywhere.
const SCORES: [f64; 8] = [1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
/// So many of the columns have ranks of their own, two each: for whole words, and for words of which the last one is the
/// beginning. What stands elsewhere has the last rank.
const RANKED: usize = 3;
/// The rank of a record that has all words in its title: of nearly all that is found.
const TITLE: usize = 5;
/// What a score is multiplied by where words were taken for others.
const NEAR: f64 = 0.5;
/// Fewest patterns by which a word is looked for, whatever it is: so many stems it has at most, and so many beginnings.
/// Statements of queries of as many words are the same.
const PATTERNS: usize = 3;

/// Places among the texts of a search: the records known by exactly its text, what the index is asked for, which of the
/// records found may not have all words in their titles, and the patterns.
const EXACT: usize = 0;
const FOUND: usize = 1;
const OTHERS: usize = 2;
const FIRST_PATTERN: usize = 3;

/// The table that says of every record what puts it in order among those found: `id`, `kind`, `label_sort`. Its rows are
/// short, as many are looked at; the texts stand in `search_text`.
pub const PLACE: &str = "search_place";
const TEXTS: &str = "search_text";

/// A word or a phrase of a query as columns are searched for it.
struct Patterns {
    /// The places of the texts.
    whole: std::ops::Range<usize>,
    /// Those of an unfinished word.
    begun: std::ops::Range<usize>,
}

impl Search {
    /// Reads a text, without asking the atlas.
    ///
    /// # Errors
    /// Where it is too long: the sentence says how long it may be.
    pub fn read(text: &str) -> Result<Self, String> {
        Ok(Self::of(query::parse(text)?))
    }

    /// A query of which the atlas was asked nothing.
    pub fn of(query: Query) -> Self {
        Self { query, exact: Vec::new(), near: false, stored: Stored::default(), late: None }
    }

    /// Takes note of what the atlas knows: records, or words that are stored.
    pub fn understand(&mut self, answers: impl IntoIterator<Item = (Option<i64>, Option<String>)>) {
        let (mut exact, mut tokens) = (Vec::new(), Vec::new());
        for (record, token) in answers {
            exact.extend(record);
            tokens.extend(token);
        }
        self.exact = exact;
        self.stored = Stored::of(&self.query, tokens);
    }

    /// Whether it cannot find anything.
    pub fn is_empty(&self) -> bool {
        self.query.is_empty() && self.exact.is_empty()
    }

    /// The score of a rank: 1 for what is known by exactly the text, less for what only holds its words.
    pub fn score(&self, rank: i64) -> f64 {
        let score = usize::try_from(rank).ok().and_then(|rank| SCORES.get(rank)).copied().unwrap_or_default();
        if self.near { score * NEAR } else { score }
    }

    /// What its statements depend on, beside [`Search::texts`].
    pub fn shape(&self) -> String {
        let letter = |term: &Term| match term.words.as_slice() {
            [form] if form.prefixes.is_empty() => 'w',
            [_] => 'b',
            _ => 'p',
        };
        let terms = self.query.terms.iter().map(letter);
        terms.chain(std::iter::once('-')).chain(self.query.without.iter().map(letter)).collect()
    }

    /// The texts that its statements are given, in the order of their places, where it is among these records.
    pub fn texts(&self, among: Among, backend: DbBackend) -> Vec<String> {
        let asked = |words: &Words| {
            if backend == DbBackend::Sqlite { sqlite::text_of(words) } else { postgres::text_of(words) }
        };
        let mut texts = vec![array_text(&self.exact, backend), asked(&self.words(among)), asked(&self.others(among))];
        for term in self.query.terms.iter().chain(&self.query.without) {
            texts.extend(patterns(term));
        }
        texts
    }

    /// Whether the record with the key `id` matches, which is among these.
    pub fn condition(&self, id: &Expr, among: Among, backend: DbBackend) -> Condition {
        let texts = self.placed(among, backend);
        let mut found = self.found(&texts);
        found.union(UnionType::All, array_keys(texts.at(EXACT), backend));
        id.clone().in_subquery(found).into_condition()
    }

    /// Whether the row at `alias` of what puts records in order matches. No others are asked for than those
    /// among which the search is.
    fn matches(&self, alias: &str, among: Among, backend: DbBackend) -> Condition {
        let id = Expr::col((alias.to_owned(), "id"));
        if backend == DbBackend::Sqlite {
            return self.condition(&id, among, backend);
        }
        let texts = self.placed(among, backend);
        let mut words = postgres::surely_holds(alias, texts.at(FOUND), among).into_condition();
        if self.has_phrases() {
            let mut row = Select::select();
            row.expr(Expr::cust("1")).from_as(TEXTS, "texts").cond_where(self.phrases("texts", &texts));
            words = words.add(Expr::exists(row.and_where(Expr::col(("texts", "id")).eq(id.clone())).take()));
        }
        // Side by side, as an index is looked for both.
        Condition::any().add(words).add(postgres::is_among(id, texts.at(EXACT)))
    }

    /// How well the row at `alias` of what puts records in order matches, where it does: 0 is best.
    pub fn rank(&self, alias: &str, among: Among, backend: DbBackend) -> Expr {
        let texts = self.placed(among, backend);
        let id = Expr::col((alias.to_owned(), "id"));
        let is_exact = if backend == DbBackend::Sqlite {
            id.clone().in_subquery(array_keys(texts.at(EXACT), backend))
        } else {
            postgres::is_among(id.clone(), texts.at(EXACT))
        };
        let mut case = CaseStatement::new().case(is_exact.into_condition(), rank(0));
        // Where the words of a phrase stand says nothing of the phrase.
        if !self.has_phrases() {
            let is_other = match backend {
                DbBackend::Sqlite => id.clone().in_subquery(sqlite::rows(&texts.at(OTHERS), among)),
                _ => postgres::row_holds(alias, texts.at(OTHERS)),
            };
            case = case.case(is_not_true(is_other.into_condition()).into_condition(), rank(TITLE));
        }
        let mut row = Select::select();
        row.expr(self.read_rank("texts", &texts)).from_as(TEXTS, "texts");
        row.and_where(Expr::col(("texts", "id")).eq(id));
        SimpleExpr::Case(Box::new(case.finally(subquery(row)))).cast_as("BIGINT")
    }

    /// The rank of the row of `search_text` at `alias`, as its words say.
    fn read_rank(&self, alias: &str, texts: &Placed) -> Expr {
        // A query that finds nothing has no case to tell apart.
        if self.query.is_empty() {
            return rank(SCORES.len() - 1);
        }
        // Of each way to take its words the worst, as all must stand there, and of the ways the best.
        let is_begun = self.query.terms.iter().flat_map(|term| &term.words).any(|form| !form.prefixes.is_empty());
        let worst = |begun: bool| {
            let terms = self.places().into_iter().take(self.query.terms.len());
            let ranks = terms.map(|(_, patterns)| rank_of(&patterns, alias, begun, texts));
            among("max", "GREATEST", ranks.collect(), texts.backend)
        };
        if is_begun { among("min", "LEAST", vec![worst(false), worst(true)], texts.backend) } else { worst(false) }
    }

    /// The texts by their places, as statements have them.
    fn placed(&self, among: Among, backend: DbBackend) -> Placed {
        let texts = if self.late.is_some() { Vec::new() } else { self.texts(among, backend) };
        Placed { late: self.late, texts, among, backend }
    }

    fn has_phrases(&self) -> bool {
        self.query.terms.iter().chain(&self.query.without).any(|term| term.words.len() > 1)
    }

    /// What a row must hold, whatever the order of words.
    fn words(&self, among: Among) -> Words {
        let all: Vec<Words> =
            self.query.terms.iter().flat_map(|term| &term.words).map(|form| self.form(form, among)).collect();
        if all.is_empty() {
            return Words::One(nothing());
        }
        // A phrase is kept out by its order, not by its words.
        let without = self.query.without.iter().filter_map(|term| <&[Form; 1]>::try_from(&term.words[..]).ok());
        let none: Vec<Words> = without.flatten().map(|form| self.form(form, among)).collect();
        if none.is_empty() { Words::All(all) } else { Words::Without(Box::new(Words::All(all)), none) }
    }

    fn form(&self, form: &Form, among: Among) -> Words {
        let Asked { whole, begun } = self.asked(form, among);
        let mut any: Vec<Words> = whole.into_iter().flat_map(|(_, words)| words).map(Words::One).chain(begun).collect();
        if any.is_empty() {
            any.push(Words::One(nothing()));
        }
        Words::Any(any)
    }

    fn asked<'a>(&'a self, form: &'a Form, among: Among) -> Asked<'a> {
        let mut begun: BTreeSet<&str> = BTreeSet::new();
        let mut unknown = Vec::new();
        for prefix in &form.prefixes {
            match self.stored.begun(prefix) {
                Some(words) => begun.extend(words.iter().filter(|word| !form.stems.contains(word)).map(String::as_str)),
                None => unknown.push(Words::Begun(prefix.clone())),
            }
        }
        let all: BTreeSet<&str> = self.stored.stems_of(form).chain(begun.iter().copied()).collect();
        let words = begun.iter().flat_map(|word| self.stored.asked(word, &all, among)).map(Words::One);
        Asked { whole: self.stored.asked_of(form, &all, among), begun: words.chain(unknown).collect() }
    }

    /// What a row holds that matches and may not have the rank of all words in the title. One that has none of it holds
    /// each word as a whole, and in label, names or title; and not each in label or names.
    fn others(&self, among: Among) -> Words {
        let forms: Vec<&Form> = self.query.terms.iter().flat_map(|term| &term.words).collect();
        let mut others: Vec<Words> = self.stored.unmarked(among).map(Words::One).collect();
        let mut head = Vec::new();
        for (place, form) in forms.iter().enumerate() {
            let Asked { whole, begun } = self.asked(form, among);
            let stems: Vec<&str> = whole.iter().map(|(stem, _)| *stem).collect();
            let [in_head, in_body] = self.stored.marks_of(&stems, among);
            others.extend(in_body.into_iter().map(Words::One));
            if !begun.is_empty() {
                // Many rows hold those words, and few the others of the query too.
                let rest = forms
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != place)
                    .map(|(_, form)| self.form(form, among));
                others.push(Words::All(rest.chain([Words::Any(begun)]).collect()));
            }
            head.push(in_head);
        }
        if !head.is_empty() && head.iter().all(|marks| !marks.is_empty()) {
            let any = |marks: Vec<String>| Words::Any(marks.into_iter().map(Words::One).collect());
            others.push(Words::All(head.into_iter().map(any).collect()));
        }
        if others.is_empty() { Words::One(nothing()) } else { Words::Any(others) }
    }

    /// The keys of the records that hold the words: `id`.
    fn found(&self, texts: &Placed) -> SelectStatement {
        let found = match texts.backend {
            DbBackend::Sqlite => sqlite::rows(&texts.at(FOUND), texts.among),
            _ => postgres::rows(&texts.at(FOUND), texts.among),
        };
        // The index says it all, unless the order of words counts.
        if !self.has_phrases() {
            return found;
        }
        let mut rows = Select::select();
        rows.column(("texts", "id")).from_as(TEXTS, "texts");
        rows.and_where(Expr::col(("texts", "id")).in_subquery(found))
            .cond_where(self.phrases("texts", texts))
            .to_owned()
    }

    /// Whether the row of `search_text` at `alias`, which holds the words, holds them in the order of the phrases.
    fn phrases(&self, alias: &str, texts: &Placed) -> Condition {
        let mut all = Condition::all();
        for (place, (term, patterns)) in self.places().into_iter().enumerate() {
            if term.words.len() > 1 {
                let phrase = stands(&patterns, alias, &COLUMNS, false, texts);
                let is_wanted = place < self.query.terms.len();
                all = if is_wanted { all.add(phrase) } else { all.add(is_not_true(phrase)) };
            }
        }
        all
    }

    /// The terms, those that are wanted before those that are not, each with its patterns.
    fn places(&self) -> Vec<(&Term, Patterns)> {
        let mut next = FIRST_PATTERN;
        let mut take = |count: usize| {
            next += count;
            next - count..next
        };
        let terms = self.query.terms.iter().chain(&self.query.without);
        terms
            .map(|term| {
                let [whole, begun] = counts(term);
                (term, Patterns { whole: take(whole), begun: take(begun) })
            })
            .collect()
    }
}

/// What a parameter is called that holds a text of a search late: this, the place of the search and that of the text.
pub const SEARCHED: &str = "searched";

/// What a record is asked for that holds a word of a query.
struct Asked<'a> {
    /// Stems of the word, and what is asked for each.
    whole: Vec<(&'a str, Vec<String>)>,
    /// For words that only begin as an unfinished one does, and are not it.
    begun: Vec<Words>,
}

/// The texts of a search by their places, for a statement.
struct Placed {
    /// The place of the search in a plan, where they come when the statement is run; else these are they.
    late: Option<usize>,
    texts: Vec<String>,
    /// Where it is looked for.
    among: Among,
    backend: DbBackend,
}

impl Placed {
    fn at(&self, place: usize) -> Expr {
        match self.late {
            Some(late) => later(&format!("{SEARCHED} {late} {place}")),
            None => Expr::val(self.texts.get(place).cloned().unwrap_or_default()),
        }
    }

    /// Whether the text at a place stands in a column.
    fn stands_in(&self, column: Expr, place: usize) -> Expr {
        let position = if self.backend == DbBackend::Sqlite { "instr" } else { "strpos" };
        Expr::from(Func::cust(position).arg(column).arg(self.at(place))).gt(Expr::cust("0"))
    }
}

fn rank(rank: usize) -> Expr {
    Expr::cust(rank.to_string())
}

/// How many patterns a term has: of whole words, and of the beginnings of words.
fn counts(term: &Term) -> [usize; 2] {
    match term.words.as_slice() {
        [form] => [form.stems.len(), form.prefixes.len()].map(|count| if count == 0 { 0 } else { count.max(PATTERNS) }),
        _ => [PATTERNS, 0],
    }
}

/// The texts that columns are searched for to find a term. They hold words with a blank before and behind each.
fn patterns(term: &Term) -> Vec<String> {
    let [whole, begun] = counts(term);
    let padded = |mut patterns: Vec<String>, count: usize| {
        // Said again, the last one changes nothing.
        patterns.resize(count, patterns.last().cloned().unwrap_or_default());
        patterns
    };
    match term.words.as_slice() {
        [form] => {
            let stems = form.stems.iter().map(|stem| format!(" {stem} ")).collect();
            let prefixes = form.prefixes.iter().map(|prefix| format!(" {prefix}")).collect();
            [padded(stems, whole), padded(prefixes, begun)].concat()
        }
        // A text is in one language, so that its stems are those of one language.
        words => [Language::English, Language::French, Language::Other]
            .iter()
            .map(|language| words.iter().map(|form| stem(&form.plain, *language)).collect::<Vec<_>>().join(" "))
            .map(|phrase| format!(" {phrase} "))
            .collect(),
    }
}

/// The rank that a term has by the best column in which it stands, as whole words, or else as the beginnings of words too.
fn rank_of(patterns: &Patterns, alias: &str, begun: bool, texts: &Placed) -> Expr {
    let mut case = CaseStatement::new();
    for (place, column) in COLUMNS.iter().take(RANKED).enumerate() {
        let stands = stands(patterns, alias, &[*column], begun, texts);
        case = case.case(stands, rank(1 + 2 * place + usize::from(begun)));
    }
    SimpleExpr::Case(Box::new(case.finally(rank(SCORES.len() - 1))))
}

/// The one of some values that a function gives, which SQLite and PostgreSQL call so.
fn among(sqlite: &'static str, postgres: &'static str, mut values: Vec<Expr>, backend: DbBackend) -> Expr {
    if values.len() == 1 {
        // Of a single value SQLite's function would be another one, of several rows.
        return values.remove(0);
    }
    let function = if backend == DbBackend::Sqlite { sqlite } else { postgres };
    Func::cust(function).args(values).into()
}

/// Whether a term stands in one of these columns.
fn stands(patterns: &Patterns, alias: &str, columns: &[&'static str], begun: bool, texts: &Placed) -> Condition {
    let more = if begun { patterns.begun.clone() } else { 0..0 };
    let places: Vec<usize> = patterns.whole.clone().chain(more).collect();
    let mut any = Condition::any();
    for column in columns {
        for place in &places {
            any = any.add(texts.stands_in(Expr::col((alias.to_owned(), *column)), *place));
        }
    }
    any
}

/// One page of what a search finds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    pub search: Search,
    /// Codes of the kinds to keep; all where there are none given.
    pub kinds: Option<Vec<String>>,
    pub limit: i64,
    pub after: Option<Cursor>,
}

/// What the cursors of a search hold, beside the way it was searched.
pub const CURSOR: [Type; 3] = [Type::Int, Type::Text, Type::Key];

impl Found {
    /// What its cursors belong to: to its text and kinds, and to whether words were taken for others. A page that follows
    /// one goes the same way, whatever was written meanwhile.
    fn signature(text: &str, kinds: Option<&Vec<String>>, near: bool) -> String {
        let digest = Sha256::digest(format!("{text}\0{kinds:?}"));
        let digest = to_hex(digest.get(..8).unwrap_or_default());
        format!("Search {}{digest}", if near { "near " } else { "" })
    }

    /// Reads a cursor of a search for a text, and whether words were taken for others there.
    pub fn read_cursor(
        cursor: &str,
        text: &str,
        kinds: Option<&Vec<String>>,
        key: &CursorKey,
    ) -> Option<(Cursor, bool)> {
        let read =
            |near| Some((Cursor::read(cursor, key, &Self::signature(text, kinds, near), CURSOR.len()).ok()?.0, near));
        [false, true].into_iter().find_map(read)
    }

    /// The text of a position in a search.
    pub fn cursor_text(search: &Search, kinds: Option<&Vec<String>>, cursor: &Cursor, key: &CursorKey) -> String {
        let signature = Self::signature(search.query.text(), kinds, search.near);
        key.seal(&cursor.payload(&signature, Moment::Now))
    }

    /// The page, and one row more: `id`, the [`sign`] of its `kind`, `label_sort`, `rank`.
    pub fn statement(&self, backend: DbBackend) -> SelectStatement {
        let rank = self.search.rank("s", self.among(), backend);
        let mut query = self.rows(backend);
        query
            .columns([("s", "id"), ("s", "kind"), ("s", "label_sort")])
            .expr_as(rank.clone(), "rank")
            .order_by("rank", Order::Asc)
            .order_by(("s", "label_sort"), Order::Asc)
            .order_by(("s", "id"), Order::Asc)
            .limit(self.limit.unsigned_abs() + 1);
        if let Some(after) = &self.after {
            let value = |(position, value): (usize, &Option<Scalar>)| match value {
                _ if self.search.late.is_some() => Some(later(&format!("{AFTER} {position}"))),
                value => value.as_ref().map(Scalar::expr),
            };
            if let Some(values) = after.0.iter().enumerate().map(value).collect::<Option<Vec<_>>>() {
                let row = Expr::tuple([rank, Expr::col(("s", "label_sort")), Expr::col(("s", "id"))]);
                query.and_where(row.gt(Expr::tuple(values)));
            }
        }
        query
    }

    /// How many records of each kind there are on all pages: the [`sign`] of the `kind`, `count`.
    pub fn count_statement(&self, backend: DbBackend) -> SelectStatement {
        let mut query = self.rows(backend);
        query.column(("s", "kind")).expr_as(Expr::cust("count(*)"), "count").group_by_col(("s", "kind"));
        query
    }

    fn among(&self) -> Among {
        Among::kinds(self.kinds.iter().flatten())
    }

    fn rows(&self, backend: DbBackend) -> SelectStatement {
        let mut query = Select::select();
        query.from_as(PLACE, "s").cond_where(self.search.matches("s", self.among(), backend));
        if let Some(kinds) = &self.kinds {
            query.and_where(Expr::col(("s", "kind")).is_in(kinds.iter().map(|code| sign(code))));
        }
        query
    }
}

/// Whether anything holds the words, of one kind or of any.
pub fn any_statement(search: &Search, kind: Option<&str>, backend: DbBackend) -> SelectStatement {
    let texts = search.placed(Among::kinds(kind), backend);
    let mut query = Select::select();
    query.expr(Expr::cust("1")).limit(1);
    // The first that is found ends it.
    let mut found = search.found(&texts);
    let Some(kind) = kind else {
        query.from_subquery(found, "found");
        return query;
    };
    let mut row = Select::select();
    row.expr(Expr::cust("1")).from_as(PLACE, "place");
    row.and_where(Expr::col(("place", "id")).equals(("found", "id")))
        .and_where(Expr::col(("place", "kind")).eq(sign(kind)));
    query.from_subquery(found.take(), "found").and_where(Expr::exists(row));
    query
}

/// The words of the atlas that share most trigrams with a word: `word`.
pub fn near_statement(plain: &str, backend: DbBackend) -> SelectStatement {
    let mut query = Select::select();
    query
        .column(("t", "word"))
        .from_as("search_trigram", "t")
        .and_where(Expr::col(("t", "trigram")).in_subquery(text_values(&near::trigrams(plain), backend)))
        .group_by_col(("t", "word"))
        .order_by_expr(Expr::cust("count(*)"), Order::Desc)
        .order_by(("t", "word"), Order::Asc)
        .limit(MAX_NEAR);
    query
}

/// Most words that are compared with a mistyped one letter by letter.
const MAX_NEAR: u64 = 500;
