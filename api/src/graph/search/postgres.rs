//! The one part of search that only PostgreSQL knows: its index of words is a column (`tsvector`).

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Func};
use sea_orm::DbBackend;

use super::find::Words;
use crate::graph::statement::{key_values_in, subquery};

/// What puts records in order stands in the row that is read anyway.
pub(super) const TABLE: &str = "search_text";

/// Whether the row of `search_text` at `alias` holds words, which are a text in the language of `tsquery`.
pub(super) fn holds(alias: &str, text: Expr) -> Expr {
    Expr::col((alias.to_owned(), "words")).binary(BinOper::Custom("@@"), text.cast_as("tsquery"))
}

/// Whether a key is among those of a JSON array. As one value, which an index can be asked for beside others.
pub(super) fn is_among(id: Expr, array: Expr) -> Expr {
    let keys = Func::cust("ARRAY").arg(subquery(key_values_in(array, DbBackend::Postgres)));
    id.eq(Func::cust("ANY").arg(keys))
}

/// The words in the language of `tsquery`. A word holds letters, digits and the signs of marks alone, so that quotes make
/// it one.
pub(super) fn text_of(words: &Words) -> String {
    let join = |words: &[Words], between: &str| {
        let words: Vec<String> = words.iter().map(text_of).collect();
        if let [word] = words.as_slice() { word.clone() } else { format!("({})", words.join(between)) }
    };
    match words {
        Words::One(word) => format!("'{word}'"),
        Words::Begun(word) => format!("'{word}':*"),
        Words::All(words) => join(words, " & "),
        Words::Any(words) => join(words, " | "),
        Words::Without(words, none) => format!("({} & !{})", text_of(words), join(none, " | ")),
    }
}
