//! The one part of search that only PostgreSQL knows: its index of words is a column (`tsvector`).

use sea_orm::sea_query::{BinOper, Expr, ExprTrait};

use super::find::Words;
use super::query::Form;

/// Whether the row of `search_text` at `alias` holds the words.
pub(super) fn holds(words: &Words<'_>, alias: &str) -> Expr {
    let query = Expr::val(text_of(words)).cast_as("tsquery");
    Expr::col((alias.to_owned(), "words")).binary(BinOper::Custom("@@"), query)
}

/// The words in the language of `tsquery`. A word holds letters and digits alone, so that quotes make it one.
fn text_of(words: &Words<'_>) -> String {
    let all = words.all.iter().map(|form| any(form));
    all.chain(words.none.iter().map(|form| format!("!{}", any(form)))).collect::<Vec<_>>().join(" & ")
}

fn any(form: &Form) -> String {
    let stems = form.stems.iter().map(|stem| format!("'{stem}'"));
    let forms: Vec<String> = stems.chain(form.prefixes.iter().map(|prefix| format!("'{prefix}':*"))).collect();
    format!("({})", forms.join(" | "))
}
