//! What the index of words is asked: the less of it the more is known of the words, and always with the same answer.

use api::graph::search::find::{Found, Search};
use api::graph::search::stored::{questions, statement};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::json;
use tests::{Atlas, Backend, Dice, Invented, both};

/// Words that share stems, in one language and not in another.
const WORDS: [&str; 28] = [
    "security",
    "securities",
    "secure",
    "secured",
    "sécurité",
    "norm",
    "norms",
    "normes",
    "normal",
    "normalisation",
    "organise",
    "organisation",
    "organs",
    "universal",
    "universities",
    "univers",
    "information",
    "informatique",
    "informatics",
    "inform",
    "analyse",
    "analysis",
    "analyses",
    "système",
    "systems",
    "conflated",
    "hopping",
    "hope",
];
const QUERIES: usize = 250;

/// Some of the words, at most so many.
fn some(dice: &mut Dice, most: usize) -> String {
    (0..dice.below(most + 1)).map(|_| WORDS[dice.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
}

fn records(dice: &mut Dice) -> Invented {
    let mut records = Invented::new();
    for number in 0..60 {
        let [title, french, german, text] = [3, 2, 2, 4].map(|most| some(dice, most));
        records.add(
            "standard",
            json!({
                "identifier": format!("{} {number}", some(dice, 1)), "title": format!("Lamps {title}"),
                "titles": { "fr": format!("Lampes {french}"), "de": format!("Lampen {german}") }, "abstract": text,
            }),
        );
        records.add(
            "organisation",
            json!({
                "slug": format!("office-{number}"), "name": format!("Office {} {number}", some(dice, 2)),
                "names": { "fr": format!("Bureau {}", some(dice, 2)) }, "summary": some(dice, 3),
            }),
        );
    }
    records
}

fn query(dice: &mut Dice) -> String {
    let mut parts: Vec<String> = Vec::new();
    for _ in 0..=dice.below(3) {
        let word = WORDS[dice.below(WORDS.len())];
        parts.push(match dice.below(8) {
            0 => format!("-{word}"),
            1 => format!("\"{word} {}\"", some(dice, 1)),
            _ => word.to_owned(),
        });
    }
    if dice.below(2) == 0 {
        let word = WORDS[dice.below(WORDS.len())];
        parts.push(word.chars().take(1 + dice.below(7)).collect());
    }
    parts.join(" ")
}

async fn understood(atlas: &Atlas, mut search: Search) -> Search {
    let asked = questions(&search.query);
    let question = |place: usize| Expr::val(asked.get(place).cloned().unwrap_or_default());
    let backend = atlas.app.read.get_database_backend();
    let rows = atlas.app.read.query_all(&statement(question, backend)).await.expect("words can be looked up");
    let answer = |row: &QueryResult| Ok::<_, DbErr>((row.try_get("", "record")?, row.try_get("", "token")?));
    search.understand(rows.iter().map(answer).collect::<Result<Vec<_>, _>>().expect("records and words"));
    search
}

/// Keys and ranks, in order.
async fn found(atlas: &Atlas, search: &Search, kinds: Option<&str>) -> Vec<(i64, i64)> {
    let kinds = kinds.map(|kind| vec![kind.to_owned()]);
    let found = Found { search: search.clone(), kinds, limit: 1_000, after: None };
    let rows = atlas.app.read.query_all(&found.statement(atlas.app.read.get_database_backend())).await;
    let row = |row: &QueryResult| (row.try_get("", "id").expect("a key"), row.try_get("", "rank").expect("a rank"));
    rows.expect("it can be searched").iter().map(row).collect()
}

async fn assert_same(atlas: &Atlas, text: &str) -> usize {
    let mut unknown = Search::read(text).expect("it is a query");
    let known = understood(atlas, unknown.clone()).await;
    unknown.exact.clone_from(&known.exact);
    let all = found(atlas, &unknown, None).await;
    assert_eq!(found(atlas, &known, None).await, all, "{text}");
    let mut apart = 0;
    for kind in ["STANDARD", "ORGANISATION"] {
        let some = found(atlas, &known, Some(kind)).await;
        assert_eq!(found(atlas, &unknown, Some(kind)).await, some, "{text}");
        assert!(some.iter().all(|row| all.contains(row)), "{text}");
        apart += some.len();
    }
    assert_eq!(apart, all.len(), "{text}");
    all.len()
}

async fn the_index_is_asked_for_less_and_says_the_same(on: Backend) {
    let mut dice = Dice::new(7);
    let atlas = on.atlas(&records(&mut dice)).await;
    let mut hits = 0;
    for _ in 0..QUERIES {
        hits += assert_same(&atlas, &query(&mut dice)).await;
    }
    assert!(hits > QUERIES, "{hits} records were found");
    for text in ["security", "norm", "univers", "inform", "organisations secur"] {
        assert!(assert_same(&atlas, text).await > 0, "{text}");
    }
    // A record of too many words has no marks.
    let many: Vec<String> = (10_000..22_000).map(|number| number.to_string()).collect();
    let titles = json!({ "de": "securities" });
    let long = json!({ "identifier": "LONG 1", "title": "Lamps", "titles": titles, "abstract": many.join(" ") });
    atlas.load(&Invented::new().with("standard", long)).await;
    for _ in 0..20 {
        assert_same(&atlas, &query(&mut dice)).await;
    }
    assert_same(&atlas, "securities").await;
}

both!(the_index_is_asked_for_less_and_says_the_same);
