//! Pages of the present: filtered, ordered and counted, and deep in a list.

use api::app::App;

use crate::question::{Ask, Sql, ask, texts};
use crate::timing::{AGAINST_SQL, Pair};

/// What is shown of a standard, here and in the other questions.
pub const NODES: &str = "nodes { id slug label identifier title type status publishedOn url }";
/// The same as columns, the label in front. The key has another name as a text, since PostgreSQL would order by that.
pub const COLUMNS: &str = "label, CAST(id AS TEXT) AS key, slug, identifier, title, type, status, published_on, url";

pub async fn pairs(app: &App) -> Vec<Pair> {
    let mut pairs = filtered(app).await;
    for order in &ORDERS {
        pairs.extend(deep(app, order).await);
    }
    pairs
}

async fn filtered(app: &App) -> Vec<Pair> {
    let (issue, organisation) = (slug(app, "issue", 20).await, slug(app, "organisation", 0).await);
    let of_type =
        ["status: [PUBLISHED], type: [TECHNICAL_REPORT]", "status = 'PUBLISHED' AND type = 'TECHNICAL_REPORT'"];
    let on_issue = [
        format!("status: [PUBLISHED], issue: {{ slug: {{ eq: \"{issue}\" }} }}"),
        format!("status = 'PUBLISHED' AND {}", linked("standard_issue", "issue", &issue)),
    ];
    let published_by = [
        format!("publisher: {{ slug: {{ eq: \"{organisation}\" }} }}"),
        linked("standard_publisher", "organisation", &organisation),
    ];
    let [on_issue, published_by] = [&on_issue, &published_by].map(|both| [both[0].as_str(), both[1].as_str()]);
    let by_title = ["{ field: TITLE }", "title_sort NULLS LAST, id"];
    let by_date = ["{ field: PUBLISHED_ON, direction: DESC }", "published_on DESC NULLS LAST, id DESC"];
    vec![
        page("status and type, by title, counted", of_type, by_title),
        page("status and type, newest first, counted", of_type, by_date),
        page("status and issue, newest first, counted", on_issue, by_date),
        page("publisher, by title, counted", published_by, by_title),
    ]
}

/// The slug of the record at this place among those of its kind, of which the first have the most standards.
async fn slug(app: &App, table: &str, place: usize) -> String {
    let rows = texts(app, &format!("SELECT slug FROM {table} ORDER BY id LIMIT 1 OFFSET {place}")).await;
    rows[0][0].clone().expect("every record has a slug")
}

/// That a standard has a link to the record with this slug.
fn linked(link: &str, far: &str, slug: &str) -> String {
    format!("id IN (SELECT standard_id FROM {link} JOIN {far} ON {far}.id = {far}_id WHERE {far}.slug = '{slug}')")
}

/// A page of a hundred with its total; filter and order as a document and as a statement say them.
fn page(name: &'static str, filter: [&str; 2], order: [&str; 2]) -> Pair {
    let document = format!(
        "{{ standards(first: 100, filter: {{ {} }}, orderBy: [{}]) {{ totalCount {NODES} }} }}",
        filter[0], order[0]
    );
    let rows = format!("SELECT {COLUMNS} FROM standard WHERE {} ORDER BY {} LIMIT 100", filter[1], order[1]);
    let total = format!("SELECT CAST(count(*) AS TEXT) FROM standard WHERE {}", filter[1]);
    Pair {
        name,
        left: Ask::Document(document),
        right: Ask::Statements(vec![Sql::rows(rows), Sql::total(total)]),
        against: AGAINST_SQL,
        aim: Some(1.5),
        same: true,
    }
}

/// An order, as a document and as statements say it.
struct Order {
    /// For a person, in front of "first page" and "deep page".
    name: [&'static str; 3],
    argument: &'static str,
    column: &'static str,
    descending: bool,
}

const ORDERS: [Order; 3] = [
    Order {
        name: ["first page", "page four fifths down", "page four fifths down, to the first"],
        argument: "",
        column: "label_sort",
        descending: false,
    },
    Order {
        name: ["by title: first page", "by title: page four fifths down", "by title: four fifths down, to the first"],
        argument: ", orderBy: [{ field: TITLE }]",
        column: "title_sort",
        descending: false,
    },
    Order {
        name: ["by date: first page", "by date: page four fifths down", "by date: four fifths down, to the first"],
        argument: ", orderBy: [{ field: PUBLISHED_ON, direction: DESC }]",
        column: "published_on",
        descending: true,
    },
];

/// The first page in an order, and the one that begins four fifths down the list.
async fn deep(app: &App, order: &Order) -> [Pair; 3] {
    let Order { name, argument, column, descending } = order;
    let (direction, beyond) = if *descending { ("DESC NULLS LAST", "<") } else { ("ASC NULLS LAST", ">") };
    let key_direction = if *descending { "DESC" } else { "ASC" };
    let by = format!("{column} {direction}, id {key_direction}");
    let place = "(SELECT count(*) * 4 / 5 - 1 FROM standard)";
    let row = format!(
        "SELECT identifier, {column}, CAST(id AS TEXT) AS key FROM standard ORDER BY {by} LIMIT 1 OFFSET {place}"
    );
    let row = texts(app, &row).await.swap_remove(0);
    let [identifier, value, id] = [0, 1, 2].map(|column| row[column].as_deref().unwrap_or_default());
    let cursor = cursor(app, identifier, argument).await;
    let first = || Ask::Document(format!("{{ standards(first: 100{argument}) {{ {NODES} }} }}"));
    let deep = || Ask::Document(format!("{{ standards(first: 100, after: \"{cursor}\"{argument}) {{ {NODES} }} }}"));
    let rows = |condition: &str| {
        Ask::Statements(vec![Sql::rows(format!("SELECT {COLUMNS} FROM standard {condition} ORDER BY {by} LIMIT 100"))])
    };
    // There are more than a hundred known values behind that row.
    let behind = format!("WHERE ({column}, id) {beyond} ('{value}', {id})");
    let pair = |place: usize, left, right, against, aim| Pair {
        name: name[place],
        left,
        right,
        against,
        aim: Some(aim),
        same: against == AGAINST_SQL,
    };
    [
        pair(0, first(), rows(""), AGAINST_SQL, 1.5),
        pair(1, deep(), rows(&behind), AGAINST_SQL, 1.5),
        pair(2, deep(), first(), "the first page", 1.2),
    ]
}

/// The cursor of a standard in the list of all.
async fn cursor(app: &App, identifier: &str, argument: &str) -> String {
    let filter = format!("filter: {{ identifier: {{ eq: \"{identifier}\" }} }}");
    let answer = ask(app, &format!("{{ standards(first: 1, {filter}{argument}) {{ edges {{ cursor }} }} }}")).await;
    answer["standards"]["edges"][0]["cursor"].as_str().expect("the standard is found").to_owned()
}
