//! The one part of search that only SQLite knows: its index of words is a table of its own (FTS5).

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query as Select};

use super::find::Words;
use super::query::Form;

/// The index of `search_text`.
const INDEX: &str = "search_text_index";

/// Whether the row of `search_text` with the key `id` holds the words.
pub(super) fn holds(words: &Words<'_>, id: Expr) -> Expr {
    let mut rows = Select::select();
    rows.column((INDEX, "rowid"))
        .from(INDEX)
        .and_where(Expr::col((INDEX, INDEX)).binary(BinOper::Custom("MATCH"), Expr::val(text_of(words))));
    id.in_subquery(rows)
}

/// The words in the language of FTS5. A word holds letters and digits alone, so that quotes make it one.
fn text_of(words: &Words<'_>) -> String {
    let all: Vec<String> = words.all.iter().map(|form| any(form)).collect();
    let none: Vec<String> = words.none.iter().map(|form| any(form)).collect();
    let all = all.join(" AND ");
    if none.is_empty() { all } else { format!("({all}) NOT ({})", none.join(" OR ")) }
}

fn any(form: &Form) -> String {
    let stems = form.stems.iter().map(|stem| format!("\"{stem}\""));
    let forms: Vec<String> = stems.chain(form.prefixes.iter().map(|prefix| format!("\"{prefix}\" *"))).collect();
    format!("({})", forms.join(" OR "))
}
