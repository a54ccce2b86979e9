//! The one part of search that only PostgreSQL knows: its index of words is a column (`tsvector`).

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, Query as Select, SelectStatement};

use super::find::{Among, PLACE, Words};
use super::stored::sign;
use crate::graph::kinds;
use crate::graph::statement::subquery;

const KEYS: &str = "bigint[]";

/// The records that hold words, which are a text in the language of `tsquery`: `id`.
pub(super) fn rows(text: &Expr, among: Among) -> SelectStatement {
    let mut rows = Select::select();
    rows.column(("words", "id")).from_as(PLACE, "words").and_where(indexed(
        "words",
        &text.clone().cast_as("tsquery"),
        among,
    ));
    rows
}

/// Whether the row at `alias` of what puts records in order holds words, where the way to the rows does not depend on how many there are: the statement is planned without the words,
/// once for all, and they are read once for all rows.
pub(super) fn surely_holds(alias: &str, text: Expr, among: Among) -> Expr {
    indexed(alias, &read_once(text), among)
}

/// Whether a row that was found otherwise holds words.
pub(super) fn row_holds(alias: &str, text: Expr) -> Expr {
    at(alias, read_once(text))
}

fn read_once(text: Expr) -> Expr {
    subquery(Select::select().expr(text.cast_as("tsquery")).to_owned())
}

/// Asks those indexes of words that hold what a search is among.
fn indexed(alias: &str, query: &Expr, among: Among) -> Expr {
    let standards = sign(kinds::STANDARD.code);
    let kind = || Expr::col((alias.to_owned(), "kind"));
    // It is a part of the text, by which the index is known to do.
    let literal = || Expr::cust(format!("'{standards}'"));
    let of_standards = || kind().eq(literal()).and(at(alias, query.clone()));
    let of_others = || kind().ne(literal()).and(at(alias, query.clone()));
    match among {
        Among::Standards => of_standards(),
        Among::Others => of_others(),
        Among::Everything => of_standards().or(of_others()),
    }
}

fn at(alias: &str, query: Expr) -> Expr {
    Expr::col((alias.to_owned(), "words")).binary(BinOper::Custom("@@"), query)
}

/// Whether a key is in an array, which an index can be asked for beside others, and which is read once for all rows.
pub(super) fn is_among(key: Expr, array: Expr) -> Expr {
    let read = subquery(Select::select().expr(array.cast_as(KEYS)).to_owned());
    // Without its type again it would be a subquery of keys.
    key.eq(Func::cust("ANY").arg(read.cast_as(KEYS)))
}

/// The words in the language of `tsquery`. A word holds letters, digits and the signs of marks alone, so that quotes make
/// it one.
pub(super) fn text_of(words: &Words) -> String {
    let join = |words: &[Words], between: &str| Words::joined(words, between, text_of);
    match words {
        Words::One(word) => format!("'{word}'"),
        Words::Begun(word) => format!("'{word}':*"),
        Words::All(words) => join(words, " & "),
        Words::Any(words) => join(words, " | "),
        Words::Without(words, none) => format!("({} & !{})", text_of(words), join(none, " | ")),
    }
}
