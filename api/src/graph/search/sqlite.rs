//! The one part of search that only SQLite knows: its indexes of words are tables of their own (FTS5), and what puts
//! records in order stands beside their texts.

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query as Select, SelectStatement, UnionType};

use super::find::{Among, Words};

/// The indexes of `search_text`: of standards, and of all else.
pub const INDEXES: [&str; 2] = ["search_standard_words", "search_other_words"];

/// The records that hold words, which are a text in the language of FTS5: `id`.
pub(super) fn rows(text: &Expr, among: Among) -> SelectStatement {
    let rows = |index: &'static str| {
        let mut rows = Select::select();
        rows.expr_as(Expr::col((index, "rowid")), "id")
            .from(index)
            .and_where(Expr::col((index, index)).binary(BinOper::Custom("MATCH"), text.clone()));
        rows
    };
    let [standards, others] = INDEXES;
    match among {
        Among::Standards => rows(standards),
        Among::Others => rows(others),
        Among::Everything => rows(standards).union(UnionType::All, rows(others)).to_owned(),
    }
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
