//! The one part of search that only PostgreSQL knows: its index of words is a column (`tsvector`).

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func, Query as Select, SelectStatement};

use super::find::Words;
use crate::graph::statement::subquery;

/// What puts records in order stands in the row that is read anyway.
pub(super) const TABLE: &str = "search_text";

/// Whether the row of `search_text` at `alias` holds words, which are a text in the language of `tsquery`.
pub(super) fn holds(alias: &str, text: Expr) -> Expr {
    at(alias, text.cast_as("tsquery"))
}

/// The same, where the way to the rows does not depend on how many there are: the statement is planned without the words,
/// once for all, and they are read once for all rows.
pub(super) fn surely_holds(alias: &str, text: Expr) -> Expr {
    at(alias, subquery(Select::select().expr(text.cast_as("tsquery")).to_owned()))
}

fn at(alias: &str, query: Expr) -> Expr {
    Expr::col((alias.to_owned(), "words")).binary(BinOper::Custom("@@"), query)
}

/// Whether something is among some values. As one value, which an index can be asked for beside others.
pub(super) fn is_among(value: Expr, values: SelectStatement) -> Expr {
    value.eq(Func::cust("ANY").arg(Func::cust("ARRAY").arg(subquery(values))))
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
