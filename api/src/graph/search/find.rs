//! What a query means for a statement: which records match, and how well.

use sea_orm::DbBackend;
use sea_orm::sea_query::{
    CaseStatement, Condition, Expr, ExprTrait, IntoCondition, LikeExpr, Order, Query as Select, SelectStatement,
    SimpleExpr,
};

use super::query::{self, Form, Query, Term};
use super::word::{Language, stem};
use super::{near, postgres, sqlite};
use crate::graph::cursor::Cursor;
use crate::graph::predicate::is_not_true;
use crate::graph::statement::text_values;
use crate::graph::{Scalar, Type};

/// A query, and what the atlas knows of its text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search {
    pub query: Query,
    /// Records that are known by exactly this text: the best matches.
    pub exact: Vec<i64>,
    /// Whether words that may have been meant stand beside those typed, since these find nothing.
    pub near: bool,
}

/// What an index of words is asked.
pub(super) struct Words<'a> {
    /// Words of which a row holds every one.
    pub all: Vec<&'a Form>,
    /// Words of which it holds none.
    pub none: Vec<&'a Form>,
}

/// The columns of words in `search_text`, best first.
const COLUMNS: [&str; 4] = ["label", "names", "title", "body"];
/// The scores of the ranks: known by exactly this text; all words in the label, then the last one unfinished; the same
/// of label and other names; of these and the title; all words anywhere.
const SCORES: [f64; 8] = [1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
/// What a score is multiplied by where words were taken for others.
const NEAR: f64 = 0.5;

impl Search {
    /// Reads a text, without asking the atlas.
    ///
    /// # Errors
    /// Where it is too long: the sentence says how long it may be.
    pub fn read(text: &str) -> Result<Self, String> {
        Ok(Self { query: query::parse(text)?, exact: Vec::new(), near: false })
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

    /// Whether the record with the key `id` matches.
    pub fn condition(&self, id: &Expr, backend: DbBackend) -> Condition {
        let exact = self.is_exact(id);
        if self.query.is_empty() {
            return Condition::any().add_option(exact);
        }
        // The index says it all, unless the order of words counts.
        if backend == DbBackend::Sqlite && !self.has_phrases() {
            return Condition::any().add(sqlite::holds(&self.words(), id.clone())).add_option(exact);
        }
        let mut rows = Select::select();
        rows.column(("words", "id")).from_as("search_text", "words").cond_where(self.holds("words", backend));
        Condition::any().add(id.clone().in_subquery(rows)).add_option(exact)
    }

    /// Whether the row of `search_text` at `alias` matches.
    pub fn matches(&self, alias: &str, backend: DbBackend) -> Condition {
        let id = Expr::col((alias.to_owned(), "id"));
        let words = (!self.query.is_empty()).then(|| self.holds(alias, backend));
        Condition::any().add_option(words).add_option(self.is_exact(&id))
    }

    /// How well the row of `search_text` at `alias` matches, where it does: 0 is best.
    pub fn rank(&self, alias: &str) -> Expr {
        let mut case = CaseStatement::new();
        if let Some(exact) = self.is_exact(&Expr::col((alias.to_owned(), "id"))) {
            case = case.case(exact.into_condition(), Expr::cust("0"));
        }
        if !self.query.is_empty() {
            for columns in 1..COLUMNS.len() {
                // Whole words first, then the last one as the beginning of others.
                let unfinished =
                    self.query.terms.iter().flat_map(|term| &term.words).any(|form| !form.prefixes.is_empty());
                for (prefixes, rank) in [(false, 2 * columns - 1), (true, 2 * columns)] {
                    if prefixes && !unfinished {
                        continue;
                    }
                    let stands = self.stands_in(alias, &COLUMNS[..columns], prefixes);
                    case = case.case(stands, Expr::cust(rank.to_string()));
                }
            }
        }
        let worst = Expr::cust((SCORES.len() - 1).to_string());
        SimpleExpr::Case(Box::new(case.finally(worst))).cast_as("BIGINT")
    }

    fn is_exact(&self, id: &Expr) -> Option<Expr> {
        (!self.exact.is_empty()).then(|| id.clone().is_in(self.exact.iter().copied()))
    }

    fn has_phrases(&self) -> bool {
        self.query.terms.iter().chain(&self.query.without).any(|term| term.words.len() > 1)
    }

    fn words(&self) -> Words<'_> {
        Words {
            all: self.query.terms.iter().flat_map(|term| &term.words).collect(),
            // A phrase is kept out by its order, not by its words.
            none: self
                .query
                .without
                .iter()
                .filter_map(|term| <&[Form; 1]>::try_from(&term.words[..]).ok())
                .flatten()
                .collect(),
        }
    }

    fn holds(&self, alias: &str, backend: DbBackend) -> Condition {
        let words = match backend {
            DbBackend::Sqlite => sqlite::holds(&self.words(), Expr::col((alias.to_owned(), "id"))),
            _ => postgres::holds(&self.words(), alias),
        };
        let phrases = |terms: &[Term]| -> Vec<Condition> {
            terms.iter().filter(|term| term.words.len() > 1).map(|term| stands(term, alias, &COLUMNS, false)).collect()
        };
        let mut all = Condition::all().add(words);
        for phrase in phrases(&self.query.terms) {
            all = all.add(phrase);
        }
        for phrase in phrases(&self.query.without) {
            all = all.add(is_not_true(phrase));
        }
        all
    }

    /// Whether every term stands in one of these columns.
    fn stands_in(&self, alias: &str, columns: &[&'static str], prefixes: bool) -> Condition {
        self.query.terms.iter().fold(Condition::all(), |all, term| all.add(stands(term, alias, columns, prefixes)))
    }
}

/// Whether a term stands in one of these columns, which hold words with a blank before and behind each.
fn stands(term: &Term, alias: &str, columns: &[&'static str], prefixes: bool) -> Condition {
    let patterns: Vec<String> = match term.words.as_slice() {
        [form] => {
            let stems = form.stems.iter().map(|stem| format!("% {stem} %"));
            let prefixes = form.prefixes.iter().filter(|_| prefixes);
            stems.chain(prefixes.map(|prefix| format!("% {prefix}%"))).collect()
        }
        // A text is in one language, so that its stems are those of one language.
        words => [Language::English, Language::French, Language::Other]
            .iter()
            .map(|language| words.iter().map(|form| stem(&form.plain, *language)).collect::<Vec<_>>().join(" "))
            .map(|phrase| format!("% {phrase} %"))
            .collect(),
    };
    let mut any = Condition::any();
    for column in columns {
        for pattern in &patterns {
            any = any.add(Expr::col((alias.to_owned(), *column)).like(LikeExpr::new(pattern.as_str())));
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
    /// The page, and one row more: `id`, `kind`, `rank`, `label_sort`.
    pub fn statement(&self, backend: DbBackend) -> SelectStatement {
        let rank = self.search.rank("s");
        let mut query = self.rows(backend);
        query
            .columns([("s", "id"), ("s", "kind"), ("s", "label_sort")])
            .expr_as(rank.clone(), "rank")
            .order_by("rank", Order::Asc)
            .order_by(("s", "label_sort"), Order::Asc)
            .order_by(("s", "id"), Order::Asc)
            .limit(self.limit.unsigned_abs() + 1);
        if let Some(values) =
            self.after.as_ref().and_then(|cursor| cursor.0.iter().cloned().collect::<Option<Vec<Scalar>>>())
        {
            let row = Expr::tuple([rank, Expr::col(("s", "label_sort")), Expr::col(("s", "id"))]);
            query.and_where(row.gt(Expr::tuple(values.iter().map(Scalar::expr))));
        }
        query
    }

    /// How many records of each kind there are on all pages: `kind`, `count`.
    pub fn count_statement(&self, backend: DbBackend) -> SelectStatement {
        let mut query = self.rows(backend);
        query.column(("s", "kind")).expr_as(Expr::cust("count(*)"), "count").group_by_col(("s", "kind"));
        query
    }

    fn rows(&self, backend: DbBackend) -> SelectStatement {
        let mut query = Select::select();
        query.from_as("search_text", "s").cond_where(self.search.matches("s", backend));
        if let Some(kinds) = &self.kinds {
            query.and_where(Expr::col(("s", "kind")).in_subquery(text_values(kinds, backend)));
        }
        query
    }
}

/// Whether anything matches, of one kind or of any.
pub fn any_statement(search: &Search, kind: Option<&str>, backend: DbBackend) -> SelectStatement {
    let kinds = kind.map(|kind| vec![kind.to_owned()]);
    let mut query = Found { search: search.clone(), kinds, limit: 1, after: None }.rows(backend);
    query.expr(Expr::cust("1")).limit(1);
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
