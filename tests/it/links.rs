//! Long lists over links: they are found by copies of what they are ordered and filtered by, and are the same as without.

use api::app::database::Databases;
use api::graph::kinds;
use serde_json::Value;
use tests::{Atlas, Backend, Gardener, Invented, NOW, both};

/// Links of the present whose copies differ from what their owners hold.
async fn wrong_copies(atlas: &Atlas) -> Vec<String> {
    let mut wrong = Vec::new();
    for kind in kinds::RECORDS {
        for link in kind.links.iter().filter(|link| !link.copies.is_empty()) {
            let differs: Vec<String> = link
                .copies
                .iter()
                .map(|copy| format!("l.{name} IS DISTINCT FROM r.{name}", name = copy.name))
                .collect();
            let (table, own, owner) = (link.table, kind.table, link.owner.name);
            let differs = differs.join(" OR ");
            let sql =
                format!("SELECT '{table} ' || r.slug FROM {table} l JOIN {own} r ON r.id = l.{owner} WHERE {differs}");
            wrong.extend(atlas.texts(&sql).await);
        }
    }
    wrong
}

async fn copies_are_what_records_hold(on: Backend) {
    let atlas = on.empty().await;
    atlas.load(&Invented::new()).await;
    let mut gardener = Gardener::new(23);
    gardener.plant(&atlas.app, 5).await;
    assert_eq!(wrong_copies(&atlas).await, Vec::<String>::new());
    for number in 0..60 {
        atlas.set_clock(NOW + (number + 1) * 1_000_000);
        gardener.work(&atlas.app).await;
        if number % 20 == 10 {
            gardener.replace(&atlas.app).await;
        }
    }
    assert!(atlas.number("SELECT count(*) FROM standard_history").await > 5);
    assert!(atlas.number("SELECT count(*) FROM standard_issue").await > 0);
    assert_eq!(wrong_copies(&atlas).await, Vec::<String>::new());
}

/// Relations of the present that lead elsewhere than to the document that they name: the undated one first, else the newest.
const WRONG_TARGETS: &str = "SELECT count(*) FROM standard_relation r WHERE r.target_id IS DISTINCT FROM (
    SELECT d.id FROM standard d WHERE d.identifier_key = r.target_key
        AND (r.target_edition IS NULL OR r.target_edition = d.edition)
        AND (r.target_volume IS NULL OR r.target_volume = d.volume)
    ORDER BY d.undated DESC, d.edition_sort DESC, d.id DESC LIMIT 1)";

const LEADING: &str = "SELECT count(target_id) FROM standard_relation";

async fn relations_lead_where_they_say_whatever_comes_and_goes(on: Backend) {
    let atlas = on.empty().await;
    atlas.load(&Invented::new()).await;
    let mut gardener = Gardener::new(29);
    gardener.plant(&atlas.app, 5).await;
    assert_eq!(atlas.number(WRONG_TARGETS).await, 0);
    let mut counts = std::collections::BTreeSet::new();
    for number in 0..60 {
        atlas.set_clock(NOW + (number + 1) * 1_000_000);
        gardener.work(&atlas.app).await;
        if number % 20 == 10 {
            gardener.replace(&atlas.app).await;
        }
        assert_eq!(atlas.number(WRONG_TARGETS).await, 0, "after {number} works");
        counts.insert(atlas.number(LEADING).await);
    }
    assert!(counts.len() > 2, "{counts:?}");
}

async fn a_migration_fills_what_is_kept_in_links(on: Backend) {
    let atlas = on.garden().await;
    let leading = atlas.number(LEADING).await;
    assert!(leading > 0);
    let databases = Databases::connect(&atlas.app.config).await.expect("the database answers");
    loop {
        let taken_back = databases.roll_back(1).await.expect("a step can be taken back");
        assert_eq!(taken_back.len(), 1, "no step is named list_standards");
        if taken_back[0].ends_with("list_standards") {
            break;
        }
    }
    databases.migrate().await.expect("the steps can be made again");
    assert_eq!(atlas.number(LEADING).await, leading);
    assert_eq!(atlas.number(WRONG_TARGETS).await, 0);
    assert_eq!(wrong_copies(&atlas).await, Vec::<String>::new());
}

/// A list asked for in two ways, from both ends to the other.
async fn assert_alike(atlas: &Atlas, lists: [&str; 2], order: &str) {
    for (size, cursor) in [("first: 3", "after"), ("last: 3", "before")] {
        let mut from = String::new();
        for _ in 0..40 {
            let mut pages = Vec::new();
            for list in lists {
                let question = format!(
                    "{{ standards(filter: {list}, orderBy: [{order}], {size}{from}) {{ totalCount nodes {{ slug }}
                        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
                );
                pages.push(atlas.ask(&question).await["standards"].clone());
            }
            assert_eq!(pages[0], pages[1], "{} {order} {size}{from}", lists[0]);
            let next = &pages[0]["pageInfo"][if cursor == "after" { "endCursor" } else { "startCursor" }];
            let Value::String(next) = next else { break };
            from = format!(", {cursor}: \"{next}\"");
        }
    }
}

/// What one record's slug tells is found over the links that lead there; what one of several slugs tells is not.
async fn lists_over_a_link_are_those_of_the_filter(on: Backend) {
    let atlas = on.garden().await;
    let orders = [
        "",
        "{ field: IDENTIFIER, direction: DESC }",
        "{ field: TITLE }",
        "{ field: PUBLISHED_ON }",
        "{ field: PUBLISHED_ON, direction: DESC }, { field: IDENTIFIER, direction: DESC }",
        "{ field: UPDATED_AT, direction: DESC }",
    ];
    let filters = [
        "",
        "status: [PUBLISHED], ",
        "status: [PUBLISHED, WITHDRAWN], type: [STANDARD], ",
        "publishedYear: { gte: 2020 }, ",
        "publishedYear: { gte: 2019, lte: 2020 }, status: [PUBLISHED], ",
        "or: [{ publishedYear: { lte: 2019 } }, { publishedYear: { eq: 2021 } }], ",
        "not: { publishedYear: { lte: 2020 } }, ",
        "publishedYear: { ne: 2020 }, ",
        "publishedYear: { gte: -5, lte: 99999 }, ",
        "publishedYear: { in: [2019, 2020] }, latestEdition: true, ",
        "title: { contains: \"e\" }, ",
    ];
    let mut found = 0;
    for (field, table) in [("publisher", "organisation"), ("committee", "committee"), ("issue", "issue")] {
        let link = if field == "publisher" { "organisation_id" } else { &format!("{field}_id") };
        let sql = format!(
            "SELECT slug FROM {table} r JOIN standard_{field} l ON l.{link} = r.id GROUP BY slug ORDER BY count(*) DESC, slug LIMIT 2"
        );
        for slug in atlas.texts(&sql).await {
            found += 1;
            for (place, filter) in filters.iter().enumerate() {
                let order = orders[place % orders.len()];
                let [one, some] = [format!("eq: \"{slug}\""), format!("in: [\"{slug}\", \"none\"]")]
                    .map(|slugs| format!("{{ {filter}{field}: {{ slug: {{ {slugs} }} }} }}"));
                assert_alike(&atlas, [&one, &some], order).await;
            }
            for order in orders {
                let [one, some] = [format!("eq: \"{slug}\""), format!("in: [\"{slug}\", \"none\"]")]
                    .map(|slugs| format!("{{ {field}: {{ slug: {{ {slugs} }} }} }}"));
                assert_alike(&atlas, [&one, &some], order).await;
            }
        }
        let none = format!("{{ {field}: {{ slug: {{ eq: \"nobody\" }} }} }}");
        let question = format!("{{ standards(filter: {none}) {{ totalCount nodes {{ slug }} }} }}");
        assert_eq!(atlas.ask(&question).await["standards"]["totalCount"], 0);
    }
    assert!(found >= 5, "{found}");
}

both!(
    copies_are_what_records_hold,
    relations_lead_where_they_say_whatever_comes_and_goes,
    a_migration_fills_what_is_kept_in_links,
    lists_over_a_link_are_those_of_the_filter,
);
