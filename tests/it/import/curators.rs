//! What a curator edited stays, whatever a source says.

use api::auth::Editor;
use api::graph::{Kind, kinds};
use api::store::put::{column, text};
use api::store::{Draft, LinkRow, LinkRows, Values, Write, put};
use serde_json::{Value, json};
use tests::{Atlas, Backend, Import, Invented, both};

use super::{nodes, record, revision, standard, title};

/// A curator changes texts and links of a record.
async fn edit(atlas: &Atlas, kind: &'static Kind, slug: &str, texts: &[(&str, Option<&str>)], links: Vec<LinkRows>) {
    let mut write = Write::begin(&atlas.app, Editor::named("ada")).await.expect("a write begins");
    let id = atlas_number(&write, &format!("SELECT id FROM {} WHERE slug = '{slug}'", kind.table)).await;
    let mut values = Values::default();
    for (name, value) in texts {
        values.set(column(kind, name), text(*value));
    }
    put(&mut write, vec![Draft { kind, id, is_new: false, values, links }]).await.expect("the edit is written");
    write.save().await.expect("the edit is saved");
}

async fn atlas_number(write: &Write, sql: &str) -> i64 {
    use sea_orm::{ConnectionTrait, Statement};
    let statement = Statement::from_string(write.reader().get_database_backend(), sql);
    let row = write.reader().query_one_raw(statement).await.expect("a row can be read").expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// A standard as its source tells it in a year.
fn told(year: &str) -> Value {
    record(
        "ISO 1:2020",
        json!({
            "title": title(&format!("Widgets of {year}")),
            "abstract": [{ "content": format!("As seen in {year}."), "language": "en" }],
            "docstatus": { "stage": { "value": "60" }, "substage": { "value": "60" } },
            "ext": { "ics": [{ "code": "35.030" }] },
        }),
    )
}

const TOLD: &str = "title abstract stage subjects { code }";

async fn an_edit_stays_and_is_told_as_a_conflict_while_the_rest_follows_the_source(on: Backend) {
    let atlas = on.empty().await;
    let import = Import::of("relaton-iso").record("1.yaml", &told("2024"));
    import.run(&atlas).await;
    edit(&atlas, &kinds::STANDARD, "iso-1-2020", &[("title", Some("Widgets, as curators say"))], Vec::new()).await;

    // The same once more is no conflict that is new, and nothing is written.
    let before = revision(&atlas).await;
    let again = import.run(&atlas).await;
    assert_eq!(again.counts(), [0, 0, 1, 0, 0, 0]);
    assert_eq!(revision(&atlas).await, before);

    let mut newer = told("2025");
    newer["ext"]["ics"] = json!([{ "code": "35.030" }, { "code": "35.020" }]);
    import.write("1.yaml", &tests::yaml(&newer));
    let done = import.run(&atlas).await;
    assert_eq!(done.counts(), [0, 1, 0, 0, 0, 0]);
    let conflicts: Vec<_> = done
        .report
        .conflicts
        .iter()
        .map(|conflict| [conflict.kind, &conflict.slug, &conflict.field, &conflict.path])
        .collect();
    assert_eq!(conflicts, [["STANDARD", "iso-1-2020", "title", "files"]]);
    let expected = json!({ "title": "Widgets, as curators say", "abstract": "As seen in 2025.", "stage": "60.60",
        "subjects": [{ "code": "35.020" }, { "code": "35.030" }] });
    assert_eq!(standard(&atlas, "ISO 1:2020", TOLD).await, expected);
    let last = atlas.ask("{ changes(last: 1) { nodes { actor changedFields } } }").await;
    let expected = json!([{ "actor": "import:relaton-iso", "changedFields": ["abstract", "subjects"] }]);
    assert_eq!(last["changes"]["nodes"], expected);
}

async fn what_a_curator_took_away_stays_away(on: Backend) {
    let atlas = on.empty().await;
    let import = Import::of("relaton-iso").record("1.yaml", &told("2024"));
    import.run(&atlas).await;
    let no_subjects = vec![LinkRows::exactly(&kinds::STANDARD_SUBJECT, Vec::<LinkRow>::new())];
    edit(&atlas, &kinds::STANDARD, "iso-1-2020", &[("abstract", None)], no_subjects).await;
    import.write("1.yaml", &tests::yaml(&told("2025")));
    let done = import.run(&atlas).await;
    let mut fields: Vec<_> = done.report.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["abstract", "subjects"]);
    let expected = json!({ "title": "Widgets of 2025", "abstract": null, "stage": "60.60", "subjects": [] });
    assert_eq!(standard(&atlas, "ISO 1:2020", TOLD).await, expected);
}

async fn an_edited_organisation_is_found_by_its_new_name_and_keeps_it(on: Backend) {
    let atlas = on.empty().await;
    let published = |identifier: &str, organisation: &Value| {
        let contributor = json!([{ "role": [{ "type": "publisher" }], "organization": organisation }]);
        record(identifier, json!({ "title": title("Widgets"), "contributor": contributor }))
    };
    let board = json!({ "name": [{ "content": "Widget Board" }], "abbreviation": { "content": "WB" } });
    Import::of("widgets").record("1.yaml", &published("WB 1", &board)).run(&atlas).await;
    edit(&atlas, &kinds::ORGANISATION, "wb", &[("name", Some("Board of Widgets"))], Vec::new()).await;
    let renamed = json!({ "name": [{ "content": "Board of Widgets" }] });
    Import::of("widgets")
        .record("2.yaml", &published("WB 2", &renamed))
        .record("3.yaml", &published("WB 3", &board))
        .run(&atlas)
        .await;
    for identifier in ["WB 1", "WB 2", "WB 3"] {
        let found = standard(&atlas, identifier, "publishers { nodes { name } }").await;
        assert_eq!(nodes(&found["publishers"], "name"), ["Board of Widgets"], "{identifier}");
    }
    assert_eq!(atlas.number("SELECT count(*) FROM organisation").await, 1);
}

async fn what_the_seeds_say_stands_before_what_a_source_says(on: Backend) {
    let seeds = Invented::new()
        .with("organisation", json!({ "slug": "wb", "acronym": "WB", "name": "Widget Board", "established_year": 1950 }))
        .with("standard", json!({ "identifier": "ISO 1:2020", "undated_identifier": "ISO 1", "title": "As a profile cites it", "publishers": ["wb"] }));
    let atlas = on.atlas(&seeds).await;
    let import = Import::of("relaton-iso").record("1.yaml", &told("2024"));
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 0, 1, 0, 0]);
    let expected = json!({ "title": "As a profile cites it", "abstract": "As seen in 2024.", "stage": "60.60",
        "subjects": [{ "code": "35.030" }] });
    assert_eq!(standard(&atlas, "ISO 1:2020", TOLD).await, expected, "what nobody knew is filled");
    let found =
        standard(&atlas, "ISO 1:2020", "citations { nodes { source { name } } } publishers { nodes { slug } }").await;
    assert_eq!(found["citations"]["nodes"].as_array().map(Vec::len), Some(2), "both are cited: {found}");
    assert_eq!(nodes(&found["publishers"], "slug"), ["iso", "wb"]);
    let before = revision(&atlas).await;
    assert_eq!(import.run(&atlas).await.counts(), [0, 0, 1, 0, 0, 0]);
    assert_eq!(revision(&atlas).await, before);
}

both!(
    an_edit_stays_and_is_told_as_a_conflict_while_the_rest_follows_the_source,
    what_a_curator_took_away_stays_away,
    an_edited_organisation_is_found_by_its_new_name_and_keeps_it,
    what_the_seeds_say_stands_before_what_a_source_says,
);
