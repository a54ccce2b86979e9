//! What the atlas has stored of the words that a query may meet: which words begin as its last one does, and which of
//! its words are marked. A mark stands among the words of a record and says of one where it stands: nearly all that a
//! search finds is ranked by the marks that a record does not have.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sea_orm::DbBackend;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query as Select, SelectStatement, UnionType};

use super::find::Among;
use super::query::{Form, Query};
use super::reference;
use super::word::{Language, stem};
use crate::graph::statement::{subquery, text_values_in};
use crate::graph::{Kind, kinds};

/// What marks begin with. No word has such a sign.
struct Signs {
    /// Before a word that stands in the label or in another name.
    head: char,
    /// Before a word that stands in none of label, names and title. Alone it marks what has too many words for marks.
    body: char,
    /// Before a word of which the English stem is another word, which does not stand in each field beside it: the word is
    /// of another language, most often.
    alone: char,
}

/// Marks of standards, and of all else: which of them are there is known of each by itself.
const STANDARDS: Signs = Signs { head: '¶', body: '¦', alone: '§' };
const OTHERS: Signs = Signs { head: '·', body: '¬', alone: '¤' };

/// The signs of marks of the records among which a search is.
fn signs(among: Among) -> &'static [Signs] {
    match among {
        Among::Everything => &[STANDARDS, OTHERS],
        Among::Standards => &[STANDARDS],
        Among::Others => &[OTHERS],
    }
}

/// Most bytes of the marks of a record: with its words they must stay below one mebibyte.
const MAX_BYTES: usize = 40_000;
/// Most words by which the beginning of one is replaced.
const MAX_BEGUN: usize = 64;
/// Most beginnings of a query's last word: as it is typed, and in either spelling.
const BEGINNINGS: usize = 3;
/// Most records that are known by one text.
const MAX_EXACT: u64 = 100;
/// Sorts after every character that a word may hold.
const LAST_CHARACTER: char = '\u{10ffff}';

/// What is known of the words of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stored {
    /// Those words and marks that a record may have; where it is not known, it may have each.
    tokens: Option<BTreeSet<String>>,
    /// The words that begin so; a beginning of too many is not here.
    begun: BTreeMap<String, Vec<String>>,
}

/// The marks of a record of a kind whose words are these: of label, other names, title and all else.
pub fn marks(kind: &str, words: &[String; 4]) -> String {
    let signs = if kind == kinds::STANDARD.code { STANDARDS } else { OTHERS };
    let fields: [HashSet<&str>; 4] =
        words.each_ref().map(|words| words.split_whitespace().filter(|word| *word != "|").collect());
    let is_alone = |word: &str, field: &HashSet<&str>| {
        let stem = stem(word, Language::English);
        stem != word && !field.contains(stem.as_str())
    };
    let alone: BTreeSet<&str> =
        fields.iter().flat_map(|field| field.iter().filter(|word| is_alone(word, field))).copied().collect();
    let [label, names, title, body] = &fields;
    let head: BTreeSet<&str> = label.union(names).copied().collect();
    let body: BTreeSet<&str> =
        body.iter().filter(|word| !head.contains(*word) && !title.contains(*word)).copied().collect();
    let mut marks = String::new();
    let all = [(signs.head, head), (signs.body, body), (signs.alone, alone)];
    for (sign, word) in all.iter().flat_map(|(sign, words)| words.iter().map(move |word| (sign, word))) {
        marks.push(' ');
        marks.push(*sign);
        marks.push_str(word);
        if marks.len() > MAX_BYTES {
            return format!(" {} ", signs.body);
        }
    }
    if !marks.is_empty() {
        marks.push(' ');
    }
    marks
}

/// What no record holds.
pub fn nothing() -> String {
    OTHERS.head.to_string()
}

/// How `search_text` names a kind of record: it has many rows, and long codes make them fill more of the memory that is kept of it.
pub fn sign(code: &str) -> &'static str {
    match code {
        "ORGANISATION" => "O",
        "ISSUE" => "I",
        "STANDARD" => "S",
        "COMMITTEE" => "C",
        "EVENT" => "E",
        "CHANNEL" => "H",
        "INSTRUMENT" => "N",
        "INITIATIVE" => "A",
        "RESOURCE" => "R",
        _ => "",
    }
}

/// The kind of record that [`sign`] names.
pub fn signed(sign: &str) -> Option<&'static Kind> {
    kinds::RECORDS.iter().copied().find(|kind| self::sign(kind.code) == sign)
}

/// The words of a query as they may be stored, and their marks.
fn tokens(query: &Query) -> impl Iterator<Item = String> {
    let forms = query.terms.iter().chain(&query.without).flat_map(|term| &term.words);
    let stems = forms.flat_map(|form| &form.stems);
    let all = || signs(Among::Everything).iter();
    let marks = move |stem: &String| {
        let signs = all().flat_map(|signs| [signs.head, signs.body, signs.alone]);
        signs.map(|sign| format!("{sign}{stem}")).collect::<Vec<_>>()
    };
    let marked = stems.flat_map(move |stem| marks(stem).into_iter().chain([stem.clone()]));
    marked.chain(all().map(|signs| signs.body.to_string()))
}

fn beginnings(query: &Query) -> impl Iterator<Item = &str> {
    let forms = query.terms.iter().flat_map(|term| &term.words);
    forms.flat_map(|form| &form.prefixes).map(String::as_str)
}

impl Stored {
    /// What is stored of a query, by what [`statement`] finds.
    pub fn of(query: &Query, tokens: Vec<String>) -> Self {
        let tokens: BTreeSet<String> = tokens.into_iter().collect();
        let begun = beginnings(query).take(BEGINNINGS).filter_map(|beginning| {
            let words: Vec<String> = tokens.iter().filter(|token| token.starts_with(beginning)).cloned().collect();
            (words.len() <= MAX_BEGUN).then(|| (beginning.to_owned(), words))
        });
        Self { begun: begun.collect(), tokens: Some(tokens) }
    }

    /// The words by which a beginning is replaced, where these are known.
    pub fn begun(&self, beginning: &str) -> Option<&[String]> {
        self.begun.get(beginning).map(Vec::as_slice)
    }

    /// Whether records may hold a word or a mark.
    fn is_there(&self, token: &str) -> bool {
        self.tokens.as_ref().is_none_or(|tokens| tokens.contains(token))
    }

    /// The marks of what has too many words for marks, if anything has among which a search is.
    pub fn unmarked(&self, among: Among) -> impl Iterator<Item = String> {
        signs(among).iter().map(|signs| signs.body.to_string()).filter(|mark| self.is_there(mark))
    }

    /// What a word may be stored as.
    pub fn stems_of<'a>(&'a self, form: &'a Form) -> impl Iterator<Item = &'a str> {
        form.stems.iter().map(String::as_str).filter(|stem| self.is_there(stem))
    }

    /// What is asked for a word beside others, for one of which a record is enough: the word, or its marks where a record
    /// that has the word and no mark has its stem as well, and that in the same fields. A record of an English text has
    /// both, so that one list of records is read instead of two.
    pub fn asked(&self, word: &str, beside: &BTreeSet<&str>, among: Among) -> Vec<String> {
        let stem_of = |word: &str| Some(stem(word, Language::English)).filter(|stem| stem != word);
        let beside = |word: &str| stem_of(word).filter(|stem| beside.contains(stem.as_str()));
        // Of the stem, the word itself is asked for.
        let is_said = self.unmarked(among).next().is_none() && beside(word).is_some_and(|stem| beside(&stem).is_none());
        if is_said {
            signs(among).iter().map(|signs| format!("{}{word}", signs.alone)).collect()
        } else {
            vec![word.to_owned()]
        }
    }

    /// The stems of a word that records may have without another of the words beside it, and what is
    /// [asked](Self::asked) for each.
    pub fn asked_of<'a>(
        &'a self,
        form: &'a Form,
        beside: &BTreeSet<&str>,
        among: Among,
    ) -> Vec<(&'a str, Vec<String>)> {
        let asked = self.stems_of(form).map(|stem| {
            let asked = self.asked(stem, beside, among).into_iter().filter(|asked| self.is_there(asked));
            (stem, asked.collect::<Vec<_>>())
        });
        asked.filter(|(_, asked)| !asked.is_empty()).collect()
    }

    /// The marks of words in label or other names, and of those in neither these nor the title, that records may have.
    pub fn marks_of(&self, words: &[&str], among: Among) -> [Vec<String>; 2] {
        let marks = |sign_of: fn(&Signs) -> char| {
            let signs = signs(among).iter().map(sign_of);
            let marks = signs.flat_map(|sign| words.iter().map(move |word| format!("{sign}{word}")));
            marks.filter(|mark| self.is_there(mark)).collect()
        };
        [marks(|signs| signs.head), marks(|signs| signs.body)]
    }
}

/// What [`statement`] is asked with: the names that the query may be, its words and their marks, and where its beginnings start and end.
pub fn questions(query: &Query) -> Vec<String> {
    let names = if query.without.is_empty() { reference::keys(&reference::NAMES, query.text()) } else { Vec::new() };
    let tokens: Vec<String> = tokens(query).collect();
    let mut questions = vec![serde_json::Value::from(names).to_string(), serde_json::Value::from(tokens).to_string()];
    for beginning in beginnings(query).map(Some).chain(std::iter::repeat(None)).take(BEGINNINGS) {
        let range = beginning.map(|beginning| [beginning.to_owned(), format!("{beginning}{LAST_CHARACTER}")]);
        questions.extend(range.unwrap_or_default());
    }
    questions
}

/// The records that are known by exactly the text of a query, and what is stored of its words: `record` or `token`. The
/// answers to [`questions`], which it is given in their order.
pub fn statement(question: impl Fn(usize) -> Expr, backend: DbBackend) -> SelectStatement {
    let mut exact = Select::select();
    exact
        .distinct()
        .column("record_id")
        .from("search_key")
        .and_where(Expr::col("key").in_subquery(text_values_in(question(0), backend)))
        .and_where(Expr::col("form").is_in(reference::NAMES.map(reference::code)))
        .order_by("record_id", Order::Asc)
        .limit(MAX_EXACT);
    let mut query = Select::select();
    query.expr_as(Expr::col(("found", "record_id")), "record").expr_as(Expr::cust("CAST(NULL AS TEXT)"), "token");
    query.from_subquery(exact, "found");
    let tokens = |found: SelectStatement| {
        let mut query = Select::select();
        query.expr(Expr::cust("CAST(NULL AS BIGINT)")).column(("found", "token")).from_subquery(found, "found");
        query
    };
    let mut known = Select::select();
    let all = text_values_in(question(1), backend);
    known.column("token").from("search_token").and_where(Expr::col("token").in_subquery(all));
    query.union(UnionType::All, tokens(known));
    // However many words begin so, they are found in one way, so that PostgreSQL need not plan the statement for each.
    let bound = |place| match backend {
        DbBackend::Postgres => subquery(Select::select().expr(question(place)).to_owned()),
        _ => question(place),
    };
    for place in (2..).step_by(2).take(BEGINNINGS) {
        let mut begun = Select::select();
        begun
            .column("token")
            .from("search_token")
            .and_where(Expr::col("token").gte(bound(place)))
            .and_where(Expr::col("token").lt(bound(place + 1)))
            .limit(MAX_BEGUN as u64 + 1);
        query.union(UnionType::All, tokens(begun));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::search::query::parse;

    #[test]
    fn every_kind_of_record_has_a_sign() {
        for kind in kinds::RECORDS {
            assert_eq!(signed(sign(kind.code)), Some(*kind), "{}", kind.code);
            assert_eq!(sign(kind.code).len(), 1);
        }
    }

    #[test]
    fn words_are_marked_by_where_they_stand() {
        let words = |texts: [&str; 4]| marks("ISSUE", &texts.map(str::to_owned));
        assert_eq!(words(["", "", "", ""]), "");
        assert_eq!(words([" iso 9 ", "", " qualiti system | 9 ", ""]), " ·9 ·iso ");
        assert_eq!(words([" b ", " c | b ", " a ", " a b c d | e d "]), " ·b ·c ¬d ¬e ");
        // Where its stem stands in another field alone, a word is without it.
        assert_eq!(words(["", "", " secur | security ", ""]), "");
        assert_eq!(words([" security ", "", " secur | security ", ""]), " ·security ¤security ");
        assert_eq!(words(["", "", " normes ", " norm "]), " ¬norm ¤normes ");
        let many = (0..20_000).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(words(["", "", "", &many]), " ¬ ");
        let words = |texts: [&str; 4]| marks("STANDARD", &texts.map(str::to_owned));
        assert_eq!(words([" iso 9 ", "", " normes ", " d "]), " ¶9 ¶iso ¦d §normes ");
        assert_eq!(words(["", "", "", &many]), " ¦ ");
    }

    #[test]
    fn words_are_asked_for_by_their_stems() {
        let query = parse("securities").unwrap();
        let form = &query.terms[0].words[0];
        let asked = |tokens: &[&str]| {
            let stored = Stored::of(&query, tokens.iter().map(|token| (*token).to_owned()).collect());
            let all = stored.stems_of(form).collect();
            stored.asked_of(form, &all, Among::Others).into_iter().flat_map(|(_, asked)| asked).collect::<Vec<_>>()
        };
        assert_eq!(asked(&["secur", "securities"]), ["secur"]);
        assert_eq!(asked(&["secur", "securities", "¤securities"]), ["secur", "¤securities"]);
        assert_eq!(asked(&["secur", "securities", "§securities", "¦"]), ["secur"]);
        assert_eq!(asked(&["securities", "¤securities"]), ["securities"]);
        // A record without marks may have the one and not the other.
        assert_eq!(asked(&["secur", "securities", "¬"]), ["secur", "securities"]);
        let all = ["secur", "security", "securities"].into();
        let stored = Stored::of(&query, Vec::new());
        let asked = |word| stored.asked(word, &all, Among::Everything);
        assert_eq!(asked("secur"), ["secur"]);
        assert_eq!(asked("security"), ["§security", "¤security"]);
        assert_eq!(asked("sector"), ["sector"]);
        assert_eq!(Stored::default().asked("security", &all, Among::Everything), ["security"]);
    }

    #[test]
    fn beginnings_become_the_words_that_are_stored() {
        let query = parse("data organis").unwrap();
        let stored = Stored::of(&query, ["·data", "organiz", "organism", "organic"].map(str::to_owned).to_vec());
        assert_eq!(stored.begun("organis").map(<[_]>::len), Some(1));
        assert_eq!(stored.begun("organiz").map(<[_]>::len), Some(1));
        assert_eq!(stored.begun("other"), None);
        assert_eq!(stored.marks_of(&["data"], Among::Everything), [vec!["·data".to_owned()], vec![]]);
        assert_eq!(Stored::default().marks_of(&["data", "dat"], Among::Standards)[1], ["¦data", "¦dat"]);
        let many = (0..65).map(|number| format!("organis{number}")).collect();
        assert_eq!(Stored::of(&query, many).begun("organis"), None);
    }
}
