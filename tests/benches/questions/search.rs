//! Searches: of two words, of a very common one, and as a filter with other conditions.

use api::app::App;
use sea_orm::DbBackend;

use crate::question::{Ask, Sql};
use crate::timing::{AGAINST_SQL, Pair};

/// A word with all that it may be stored as, in the languages of the indexes. The last one may be unfinished.
struct Typed {
    word: &'static str,
    stem: &'static str,
    last: bool,
}

const GOVERNANCE: Typed = Typed { word: "governance", stem: "govern", last: false };
const CLOUD: Typed = Typed { word: "cloud", stem: "cloud", last: true };
const INFORMATION: Typed = Typed { word: "information", stem: "inform", last: true };

pub fn pairs(app: &App) -> Vec<Pair> {
    let on = app.read.get_database_backend();
    vec![
        search(on, "search of two words, first 20", &[GOVERNANCE, CLOUD], ""),
        search(on, "search of two words, counted", &[GOVERNANCE, CLOUD], "totalCount"),
        search(on, "search of a very common word, first 20", &[INFORMATION], ""),
        search(on, "search of a very common word, counted", &[INFORMATION], "totalCount"),
        filter(on),
    ]
}

fn search(on: DbBackend, name: &'static str, words: &[Typed], count: &str) -> Pair {
    let query = words.iter().map(|typed| typed.word).collect::<Vec<_>>().join(" ");
    let document = format!(
        "{{ search(query: \"{query}\", kinds: [STANDARD], first: 20) {{ {count} nodes {{ id label slug }} }} }}"
    );
    let matches = matches(on, words);
    let rows = format!(
        "SELECT standard.label, CAST(standard.id AS TEXT), standard.slug FROM
             (SELECT s.id, {} AS rank, s.label_sort FROM search_text s WHERE s.kind = 'S' AND {matches}
              ORDER BY 2, 3, 1 LIMIT 20) AS found
         JOIN standard ON standard.id = found.id ORDER BY found.rank, found.label_sort, found.id",
        rank(words)
    );
    let mut statements = vec![Sql::rows(rows)];
    if !count.is_empty() {
        let total = format!("SELECT CAST(count(*) AS TEXT) FROM search_text s WHERE s.kind = 'S' AND {matches}");
        statements.push(Sql::total(total));
    }
    pair(name, document, statements)
}

/// Text and another condition, in the order of another column.
fn filter(on: DbBackend) -> Pair {
    let document = "{ standards(filter: { text: \"governance cloud\", status: [PUBLISHED] }, orderBy: [{ field: TITLE }], first: 20) {
        totalCount nodes { id label slug } } }";
    let matches = matches(on, &[GOVERNANCE, CLOUD]);
    let condition =
        format!("status = 'PUBLISHED' AND id IN (SELECT s.id FROM search_text s WHERE s.kind = 'S' AND {matches})");
    let rows = format!(
        "SELECT label, CAST(id AS TEXT), slug FROM standard WHERE {condition} ORDER BY title_sort NULLS LAST, id LIMIT 20"
    );
    let total = format!("SELECT CAST(count(*) AS TEXT) FROM standard WHERE {condition}");
    pair("text and status, by title, counted", document.to_owned(), vec![Sql::rows(rows), Sql::total(total)])
}

fn pair(name: &'static str, document: String, statements: Vec<Sql>) -> Pair {
    let (left, right) = (Ask::Document(document), Ask::Statements(statements));
    Pair { name, left, right, against: AGAINST_SQL, aim: Some(1.5), same: true }
}

fn matches(on: DbBackend, words: &[Typed]) -> String {
    let any = |typed: &Typed| match (on, typed.last) {
        (DbBackend::Sqlite, true) => format!("(\"{}\" OR \"{}\" *)", typed.stem, typed.word),
        (DbBackend::Sqlite, false) => format!("(\"{}\" OR \"{}\")", typed.stem, typed.word),
        (_, true) => format!("(''{}'' | ''{}'':*)", typed.stem, typed.word),
        (_, false) => format!("(''{}'' | ''{}'')", typed.stem, typed.word),
    };
    let words: Vec<String> = words.iter().map(any).collect();
    if on == DbBackend::Sqlite {
        let words = words.join(" AND ");
        format!("s.id IN (SELECT rowid FROM search_standard_words WHERE search_standard_words MATCH '{words}')")
    } else {
        let words = words.join(" & ");
        format!("s.id IN (SELECT id FROM search_place WHERE kind = 'S' AND words @@ CAST('{words}' AS tsquery))")
    }
}

/// In which columns all words stand: the first so many. Whole words come before unfinished ones.
fn rank(words: &[Typed]) -> String {
    let stands = |typed: &Typed, columns: &[&str], unfinished: bool| {
        let one = |column: &&str| {
            let prefix = if unfinished && typed.last {
                format!(" OR s.{column} LIKE '% {}%'", typed.word)
            } else {
                String::new()
            };
            format!("s.{column} LIKE '% {} %' OR s.{column} LIKE '% {} %'{prefix}", typed.stem, typed.word)
        };
        format!("({})", columns.iter().map(one).collect::<Vec<_>>().join(" OR "))
    };
    let all = |columns: &[&str], unfinished| {
        words.iter().map(|typed| stands(typed, columns, unfinished)).collect::<Vec<_>>().join(" AND ")
    };
    let columns = ["label", "names", "title"];
    let whens: Vec<String> = (1..=3)
        .flat_map(|count| [(count, false), (count, true)])
        .map(|(count, unfinished)| {
            let rank = 2 * count - usize::from(!unfinished);
            format!("WHEN {} THEN {rank}", all(&columns[..count], unfinished))
        })
        .collect();
    format!("CASE {} ELSE 7 END", whens.join(" "))
}
