//! Facets over all standards and over a tenth of them. They are asked once the schema has them.

use crate::question::{Ask, Sql};
use crate::timing::{AGAINST_SQL, Pair};

/// The type by which the schema shows that it has them.
pub const TYPE: &str = "StandardFacets";

pub fn pairs() -> Vec<Pair> {
    vec![
        facets("four facets of all", "", "TRUE"),
        facets(
            "four facets of a tenth",
            "filter: { type: [TECHNICAL_SPECIFICATION] }",
            "type = 'TECHNICAL_SPECIFICATION'",
        ),
    ]
}

fn facets(name: &'static str, filter: &str, condition: &str) -> Pair {
    let document = format!(
        "{{ standards(first: 0, {filter}) {{ facets {{
            status {{ value count }} publishedYear {{ value count }}
            issue(first: 20) {{ value label count }} publisher(first: 20) {{ value label count }} }} }} }}"
    );
    let column = |name: &str| {
        Sql::groups(format!(
            "SELECT CAST({name} AS TEXT), CAST(count(*) AS TEXT) FROM standard WHERE {condition}
             GROUP BY {name} ORDER BY count(*) DESC, {name}"
        ))
    };
    let linked = |link: &str, far: &str| {
        Sql::groups(format!(
            "SELECT far.slug, CAST(count(*) AS TEXT), far.label
             FROM standard LEFT JOIN {link} AS link ON link.standard_id = standard.id
             LEFT JOIN {far} AS far ON far.id = link.{far}_id
             WHERE {condition} GROUP BY far.id, far.slug, far.label, far.label_sort
             ORDER BY count(*) DESC, far.label_sort LIMIT 20"
        ))
    };
    let statements = vec![
        column("status"),
        column("published_year"),
        linked("standard_issue", "issue"),
        linked("standard_publisher", "organisation"),
    ];
    Pair {
        name,
        left: Ask::Document(document),
        right: Ask::Statements(statements),
        against: AGAINST_SQL,
        aim: Some(1.5),
        same: true,
    }
}
