//! The one part of search that only SQLite knows: its index of words is a table of its own (FTS5), and what puts records
//! in order stands beside their texts.

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query as Select, SelectStatement};

use super::find::Words;

/// The index of `search_text`.
const INDEX: &str = "search_text_index";

/// The copy of `search_text` without words.
pub(super) const TABLE: &str = "search_place";

/// The rows of `search_text` that hold words, which are a text in the language of FTS5: `id`.
pub(super) fn rows(text: Expr) -> SelectStatement {
    let mut rows = Select::select();
    rows.expr_as(Expr::col((INDEX, "rowid")), "id")
        .from(INDEX)
        .and_where(Expr::col((INDEX, INDEX)).binary(BinOper::Custom("MATCH"), text));
    rows
}

/// The words in the language of FTS5. A word holds letters, digits and the signs of marks alone, so that quotes make it
/// one.
pub(super) fn text_of(words: &Words) -> String {
    let join = |words: &[Words], between: &str| Words::joined(words, between, text_of);
    match words {
        Words::One(word) => format!("\"{word}\""),
        Words::Begun(word) => format!("\"{word}\" *"),
        Words::All(words) => join(words, " AND "),
        Words::Any(words) => join(words, " OR "),
        Words::Without(words, none) => format!("({} NOT {})", text_of(words), join(none, " OR ")),
    }
}
