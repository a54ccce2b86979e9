//! JSON Lines: what an atlas gives away makes the same atlas again, in any order, and a second time nothing.

use std::collections::{BTreeMap, HashMap};

use api::auth::Editor;
use api::graph::document::{Read, columns_of, columns_of_link, document, links_of};
use api::graph::{Column, Scalar, Target, kinds};
use api::import::Report;
use api::store::row::read_rows;
use api::store::{Draft, Values, Write, put};
use sea_orm::sea_query::Query;
use serde_json::{Value, json};
use tests::{Atlas, Backend, Gardener, Import, Imported, Invented, NOW, both};

/// Lines as a file to import.
fn file(lines: &[Value]) -> Import {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    Import::of_files().file("atlas.jsonl", &lines.join("\n"))
}

/// Imports lines some of which may not be kept, and checks that every record has one fate.
async fn import_some(atlas: &Atlas, lines: &[Value], how: fn(Import) -> Import) -> Imported {
    let done = how(file(lines)).run(atlas).await;
    assert_eq!(done.counts().iter().sum::<u64>(), lines.len() as u64);
    assert_eq!(done.report.total.rejected, done.rejects.len() as u64);
    done
}

/// Imports lines all of which can be kept.
async fn import_all(atlas: &Atlas, lines: &[Value]) -> Report {
    let done = import_some(atlas, lines, |import| import).await;
    assert_eq!(done.rejects, []);
    done.report
}

/// Every record of an atlas as a document.
async fn documents(atlas: &Atlas) -> BTreeMap<(&'static str, String), Value> {
    let db = &atlas.app.write;
    let all = |table: &'static str, column: &'static Column| {
        let mut query = Query::select();
        query.column(column.name).from(table);
        query
    };
    // No two rows of any table have one key.
    let mut names: HashMap<i64, String> = HashMap::new();
    for kind in kinds::NODES {
        let columns = [&kinds::ID, kind.natural_key[0]];
        let rows = read_rows(db, kind.table, &columns, &kinds::ID, all(kind.table, &kinds::ID)).await.expect("rows");
        for row in rows.into_values().flatten() {
            names.insert(row.int("id").expect("a key"), row.text(columns[1].name).expect("a name").to_owned());
        }
    }
    let read = |row: &Values, columns: &[&'static Column]| {
        let value = |column: &&'static Column| match (column.target, row.get(column.name)) {
            (Target::Nothing, value) => (*column, value.cloned()),
            (_, Some(Scalar::Int(key))) => (*column, names.get(key).cloned().map(Scalar::Text)),
            (_, _) => (*column, None),
        };
        Read { values: columns.iter().map(value).collect(), keys: Vec::new() }
    };
    let mut documents = BTreeMap::new();
    for kind in kinds::NODES {
        let mut links = Vec::new();
        for link in links_of(kind) {
            let columns: Vec<_> = [link.owner].into_iter().chain(columns_of_link(link)).collect();
            let rows = read_rows(db, link.table, &columns, link.owner, all(kind.table, &kinds::ID)).await;
            links.push((link, rows.expect("rows")));
        }
        let columns: Vec<_> = columns_of(kind).collect();
        let rows = read_rows(db, kind.table, &columns, &kinds::ID, all(kind.table, &kinds::ID)).await.expect("rows");
        for row in rows.values().flatten() {
            let id = row.int("id").expect("a key");
            let own = links.iter_mut().map(|(link, rows)| {
                let mut rows = rows.remove(&Scalar::Int(id)).unwrap_or_default();
                rows.sort_by_key(|row| row.int("position"));
                let columns: Vec<_> = columns_of_link(link).collect();
                (*link, rows.iter().map(|row| read(row, &columns)).collect::<Vec<_>>())
            });
            let own: Vec<_> = own.collect();
            let document = document(kind, &read(row, &columns), &own);
            documents.insert((kind.code, names[&id].clone()), document);
        }
    }
    documents
}

/// The same in an order that looks random.
fn shuffled(mut lines: Vec<Value>) -> Vec<Value> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for last in (1..lines.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        lines.swap(last, usize::try_from(state % (last as u64 + 1)).unwrap_or_default());
    }
    lines
}

const ENTRIES: &str = "SELECT count(*) FROM change";

/// Imports what an atlas holds into an empty one, twice, and compares.
async fn goes_round(on: Backend, atlas: &Atlas, order: fn(Vec<Value>) -> Vec<Value>) {
    let expected = documents(atlas).await;
    let lines = order(expected.values().cloned().collect());
    let copy = on.empty().await;
    let dry = import_some(&copy, &lines, |import| import.dry_run().strict()).await;
    assert_eq!((dry.report.total.created, dry.rejects), (lines.len() as u64, vec![]));
    assert_eq!(copy.number(ENTRIES).await, 0);

    let report = import_all(&copy, &lines).await;
    let found = documents(&copy).await;
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, document) in &found {
        // A source that others cite before it comes takes a key that may be another record's, which then has a new one.
        let whole = |document: &Value| {
            let mut document = document.clone();
            let fields = document.as_object_mut().expect("an object");
            fields.retain(|name, _| !["id", "version", "createdAt", "updatedAt"].contains(&name.as_str()));
            document
        };
        assert_eq!(whole(document), whole(&expected[name]), "{name:?}");
    }
    // A source may be made by what cites it, before it comes itself.
    let sources = found.keys().filter(|(kind, _)| *kind == kinds::SOURCE.code).count() as u64;
    let total = report.total;
    assert_eq!(total.created + total.updated + total.unchanged, lines.len() as u64, "{total:?}");
    assert!(total.updated + total.unchanged <= sources, "{total:?}");

    let entries = copy.number(ENTRIES).await;
    let again = import_all(&copy, &lines).await;
    assert_eq!((again.total.unchanged, again.conflicts.len()), (lines.len() as u64, 0), "{again:?}");
    assert_eq!(copy.number(ENTRIES).await, entries);
    // Nor does an atlas change by what it gave itself.
    let entries = atlas.number(ENTRIES).await;
    import_all(atlas, &lines).await;
    assert_eq!(atlas.number(ENTRIES).await, entries);
}

async fn an_atlas_goes_round_in_any_order(on: Backend) {
    goes_round(on, &on.seeded().await, shuffled).await;
}

async fn an_atlas_goes_round_in_its_order(on: Backend) {
    goes_round(on, &on.garden().await, |lines| lines).await;
}

async fn an_atlas_that_was_worked_on_goes_round(on: Backend) {
    let atlas = on.empty().await;
    let mut gardener = Gardener::new(3);
    atlas.load(&Invented::new()).await;
    gardener.plant(&atlas.app, 4).await;
    for number in 0..20 {
        atlas.set_clock(NOW + (number + 1) * 1_000_000);
        gardener.work(&atlas.app).await;
    }
    assert!(atlas.number("SELECT count(*) FROM slug_alias").await > 0);
    goes_round(on, &atlas, shuffled).await;
}

fn organisation(slug: &str, fields: &Value) -> Value {
    let mut whole = json!({ "recordKind": "ORGANISATION", "slug": slug, "name": slug });
    whole.as_object_mut().expect("an object").extend(fields.as_object().cloned().unwrap_or_default());
    whole
}

/// Many batches apart, and in a circle that no batch holds.
async fn what_comes_later_in_the_file_is_waited_for(on: Backend) {
    let circle = 1_200;
    let mut lines = vec![
        json!({ "recordKind": "CHANNEL", "slug": "c", "platform": "RSS", "owner": { "kind": "ORGANISATION", "slug": "o-7" } }),
        json!({ "recordKind": "COMMITTEE", "slug": "below", "designation": "B", "parent": "above", "owners": ["o-1"] }),
    ];
    for number in 0..circle {
        let partners: Vec<Value> = (1..4)
            .map(|more| json!({ "organisation": format!("o-{}", (number + more * 331) % circle), "role": "PARTNER" }))
            .collect();
        lines.push(organisation(
            &format!("o-{number}"),
            &json!({ "partners": partners, "issues": [{ "issue": "i", "heading": "H" }] }),
        ));
    }
    lines.push(json!({ "recordKind": "COMMITTEE", "slug": "lost", "designation": "L", "parent": "nowhere" }));
    lines.push(json!({ "recordKind": "COMMITTEE", "slug": "with-it", "designation": "W", "parent": "lost" }));
    lines.push(json!({ "recordKind": "COMMITTEE", "slug": "x", "designation": "X", "parent": "y" }));
    lines.push(json!({ "recordKind": "COMMITTEE", "slug": "y", "designation": "Y", "parent": "x" }));
    lines.push(json!({ "recordKind": "COMMITTEE", "slug": "above", "designation": "A" }));
    lines.push(json!({ "recordKind": "ISSUE", "slug": "i", "name": "I" }));
    let atlas = on.empty().await;
    let runs: [fn(Import) -> Import; 2] = [|import| import.dry_run().strict(), |import| import];
    for (number, how) in runs.into_iter().enumerate() {
        let done = import_some(&atlas, &lines, how).await;
        let reasons: Vec<&str> = done.rejects.iter().map(|reject| reject.reason.as_str()).collect();
        let named = |words: &str| reasons.iter().filter(|reason| reason.contains(words)).count();
        assert_eq!(named("`parent` names the committee \"nowhere\", which is not there"), 1, "{reasons:?}");
        assert_eq!(named("`parent` names the committee \"lost\", which is not there"), 1, "{reasons:?}");
        assert_eq!(named("`parent` leads back to the record itself"), 2, "{reasons:?}");
        assert_eq!(done.report.total.created, lines.len() as u64 - 4, "run {number}");
    }
    let answer = atlas
        .ask("{ channel(slug: \"c\") { owner { slug } } committee(slug: \"below\") { parent { slug } } organisation(slug: \"o-0\") { partners { totalCount } } }")
        .await;
    assert_eq!(
        answer,
        json!({ "channel": { "owner": { "slug": "o-7" } }, "committee": { "parent": { "slug": "above" } }, "organisation": { "partners": { "totalCount": 3 } } })
    );
    let below = json!({ "recordKind": "COMMITTEE", "slug": "above", "designation": "A", "parent": "below" });
    let rejects = import_some(&atlas, &[below], |import| import).await.rejects;
    assert!(rejects[0].reason.contains("leads back"), "{rejects:?}");
}

async fn lines_that_cannot_be_kept_are_rejected_one_by_one(on: Backend) {
    let atlas = on.empty().await;
    let standard = |slug: &str, identifier: &str| json!({ "recordKind": "STANDARD", "slug": slug, "identifier": identifier, "undatedIdentifier": identifier, "type": "GUIDE", "status": "PUBLISHED" });
    let country =
        |code: &str, alpha3: &str| json!({ "recordKind": "COUNTRY", "code": code, "alpha3": alpha3, "name": code });
    let good =
        vec![organisation("one", &json!({ "formerSlugs": ["uno"] })), standard("abc-1", "ABC 1"), country("CH", "CHE")];
    import_all(&atlas, &good).await;
    let bad = vec![
        (json!({ "recordKind": "COMET" }), "none of ORGANISATION"),
        (organisation("two", &json!({ "acronim": "T" })), "is it `acronym`?"),
        (organisation("two", &json!({ "stakeholderGroup": "PIRATES" })), "`stakeholderGroup`: \"PIRATES\" is none of"),
        (
            organisation("two", &json!({ "partners": [{ "organisation": "one", "role": "FOE" }] })),
            "`partners`, entry 1: `role`: \"FOE\" is none of MEMBER",
        ),
        (
            organisation("five", &json!({ "address": { "country": "XX" } })),
            "`address.country` names the country \"XX\"",
        ),
        (
            organisation("five", &json!({ "issues": [{ "issue": "none", "heading": "H" }] })),
            "`issue` names the issue \"none\"",
        ),
        (organisation("uno", &json!({})), "before it was renamed"),
        (organisation("two", &json!({ "formerSlugs": ["uno"] })), "`formerSlugs`: another record is or was"),
        (organisation("two", &json!({ "formerSlugs": ["one"] })), "`formerSlugs`: another record is or was"),
        (standard("abc-1", "ABC 2"), "another record is the standard \"abc-1\""),
        (country("CI", "CHE"), "another country has the code \"CHE\""),
    ];
    let mut lines: Vec<Value> = bad.iter().map(|(line, _)| line.clone()).collect();
    // One that can be kept, of a record that others before it describe.
    lines.push(organisation("two", &json!({})));
    let Imported { report, mut rejects } = import_some(&atlas, &lines, |import| import).await;
    assert_eq!(report.total.created, 1);
    rejects.sort_by_key(|reject| {
        let position = reject.position.clone().unwrap_or_default();
        position.rsplit(' ').next().and_then(|line| line.parse::<u64>().ok())
    });
    for (reject, (line, words)) in rejects.iter().zip(&bad) {
        assert!(reject.reason.contains(words), "{line}: {reject:?}");
    }
    assert_eq!(rejects.len(), bad.len());
    let entries = atlas.number(ENTRIES).await;
    let strict = file(&[organisation("four", &json!({})), lines[1].clone()]).strict();
    assert_eq!(strict.try_run(&atlas).await.expect_err("nothing is kept").rejects.len(), 1);
    assert_eq!(atlas.number(ENTRIES).await, entries);
}

/// The record of an organisation, changed by somebody.
async fn edit(atlas: &Atlas, slug: &str, values: Values) {
    let id = atlas.number(&format!("SELECT id FROM organisation WHERE slug = '{slug}'")).await;
    let mut write = Write::begin(&atlas.app, Editor::seed()).await.expect("a write");
    let draft = Draft { kind: &kinds::ORGANISATION, id, is_new: false, values, links: Vec::new() };
    put(&mut write, vec![draft]).await.expect("it can be changed");
    let sequence = write.save().await.expect("it can be saved").sequence;
    atlas.execute(&format!("UPDATE change SET actor = 'curator' WHERE sequence = {sequence}")).await;
}

async fn documents_meet_what_is_there(on: Backend) {
    let atlas = on.empty().await;
    let cited = |source: &str| json!([{ "source": source }]);
    let names = |acronym: &str, others: Value, source: &str| {
        organisation("a", &json!({ "acronym": acronym, "otherNames": others, "citations": cited(source) }))
    };
    import_all(&atlas, &[names("A", json!(["Alpha"]), "S")]).await;
    // The same source says otherwise; two documents of one record are one.
    let report = import_all(&atlas, &[names("B", json!([]), "S"), names("C", json!([]), "S")]).await;
    assert_eq!((report.total.updated, report.total.merged), (1, 1));
    // Another source only adds.
    let more = organisation("a", &json!({ "acronym": "D", "summary": "Words.", "citations": cited("T") }));
    for _ in 0..2 {
        import_all(&atlas, std::slice::from_ref(&more)).await;
        let found = documents(&atlas).await.remove(&("ORGANISATION", "a".to_owned())).expect("a document");
        assert_eq!(
            (&found["acronym"], &found["otherNames"], &found["summary"], &found["citations"]),
            (&json!("B"), &json!(["Alpha"]), &json!("Words."), &json!([{ "source": "S" }, { "source": "T" }]))
        );
    }
    assert_eq!(atlas.number(ENTRIES).await, 5, "two sources, and three versions of the record");
    // A curator's word stands.
    edit(&atlas, "a", Values::default().with(&kinds::FOLDED_ACRONYM, "E")).await;
    let report = import_all(&atlas, &[names("B", json!([]), "S")]).await;
    let conflicts: Vec<_> = report.conflicts.iter().map(|conflict| (&*conflict.slug, &*conflict.field)).collect();
    assert_eq!(conflicts, [("a", "acronym")]);
    assert_eq!(atlas.texts("SELECT acronym FROM organisation").await, ["E"]);
}

both! {
    an_atlas_goes_round_in_any_order,
    an_atlas_goes_round_in_its_order,
    an_atlas_that_was_worked_on_goes_round,
    what_comes_later_in_the_file_is_waited_for,
    lines_that_cannot_be_kept_are_rejected_one_by_one,
    documents_meet_what_is_there,
}
