//! Pages of the past, as of a moment before a tenth of the standards changed.

use api::app::App;

use crate::fill::BEFORE_CHANGES;
use crate::lists::{COLUMNS, NODES};
use crate::question::{Ask, Sql, texts};
use crate::timing::{AGAINST_SQL, Pair};

pub async fn pairs(app: &App) -> Vec<Pair> {
    // The newest entry of that moment is the last that created a standard.
    let entry = "SELECT CAST(max(sequence) AS TEXT) FROM change WHERE operation = 'CREATED'";
    let entry = texts(app, entry).await.swap_remove(0).swap_remove(0).expect("the log has entries");
    let find = format!(
        "SELECT CAST(sequence AS TEXT) FROM change
         WHERE at <= (SELECT at FROM change WHERE sequence = {entry}) ORDER BY at DESC, sequence DESC LIMIT 1"
    );
    let by_hand =
        |statements: Vec<Sql>| Ask::Statements([Sql::nothing(find.clone())].into_iter().chain(statements).collect());
    let columns = "id, label, label_sort, slug, identifier, title, type, status, published_on, url";
    let halves = [
        format!("SELECT {columns} FROM standard WHERE from_seq <= {entry}"),
        format!("SELECT {columns} FROM standard_history WHERE from_seq <= {entry} AND to_seq > {entry}"),
    ];
    let rows = |[one, other]: &[String; 2], limit: u32| {
        let past = format!("({one} UNION ALL {other}) AS past");
        Sql::rows(format!("SELECT {COLUMNS} FROM {past} ORDER BY label_sort, id LIMIT {limit}"))
    };
    // What one comes to who knows that neither database cuts the halves by itself.
    let cut = |limit: u32| {
        let cut = |half: &String| format!("SELECT * FROM ({half} ORDER BY label_sort, id LIMIT {limit}) AS half");
        rows(&halves.each_ref().map(cut), limit)
    };
    let total = || {
        Sql::total(format!(
            "SELECT CAST((SELECT count(*) FROM standard WHERE from_seq <= {entry})
               + (SELECT count(*) FROM standard_history WHERE from_seq <= {entry} AND to_seq > {entry}) AS TEXT)"
        ))
    };
    let past = |selection: &str| Ask::Document(format!("{{ asOf(at: \"{BEFORE_CHANGES}\") {{ {selection} }} }}"));
    let page = format!("standards(first: 100) {{ {NODES} }}");
    let counted = "standards(first: 1) { totalCount nodes { label } }";
    let present = |selection: &str| Ask::Document(format!("{{ {selection} }}"));
    let pair = |name, left, right, against, aim, same| Pair { name, left, right, against, aim, same };
    vec![
        pair("page of the past", past(&page), by_hand(vec![rows(&halves, 100)]), AGAINST_SQL, Some(1.5), true),
        pair("page of the past", past(&page), by_hand(vec![cut(100)]), "SQL, halves cut", Some(1.5), true),
        pair("page of the past", past(&page), present(&page), "the same of now", Some(3.0), false),
        pair("total of the past", past(counted), by_hand(vec![cut(1), total()]), AGAINST_SQL, None, true),
        pair("total of the past", past(counted), present(counted), "the same of now", None, false),
    ]
}
