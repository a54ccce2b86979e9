//! The tables: made and unmade by the same migrations on both databases, and as the description of the graph says.

use std::collections::BTreeSet;

use api::app::database::Databases;
use api::graph::{Column, FilterForm, Keys, Kind, Relation, Side, Via, kinds};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, IdenStatic, Iterable, Statement};
use tests::{Atlas, Backend, both};

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// Every table, column and index, one a line.
async fn structure(db: &DatabaseConnection) -> Vec<String> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return texts(db, "SELECT coalesce(sql, name) FROM sqlite_master WHERE tbl_name NOT LIKE 'seaql%' AND name NOT LIKE 'sqlite_%' ORDER BY type, name").await;
    }
    let mut structure = texts(
        db,
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name) FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%' ORDER BY 1",
    )
    .await;
    structure.extend(
        texts(
            db,
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'seaql%' ORDER BY 1",
        )
        .await,
    );
    structure.extend(texts(db, "SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'seaql%' ORDER BY 1").await);
    structure
}

async fn tables_are_made_and_unmade_and_made_again(on: Backend) {
    let (config, _database) = on.bare().await;
    let databases = Databases::connect(&config).await.expect("the database answers");
    let applied = databases.migrate().await.expect("the tables can be made");
    let made = structure(&databases.write).await;
    assert!(made.len() > 100, "{made:?}");
    assert_eq!(databases.migrate().await.expect("a second time"), Vec::<String>::new());
    let steps = u32::try_from(applied.len()).expect("a count");
    let mut gone = databases.roll_back(steps).await.expect("the tables can be unmade");
    gone.reverse();
    assert_eq!(gone, applied);
    assert_eq!(structure(&databases.write).await, Vec::<String>::new());
    assert_eq!(databases.migrate().await.expect("the tables can be made again"), applied);
    assert_eq!(structure(&databases.write).await, made);
}

async fn every_step_can_be_taken_back_alone(on: Backend) {
    let (config, _database) = on.bare().await;
    let databases = Databases::connect(&config).await.expect("the database answers");
    let applied = databases.migrate().await.expect("the tables can be made");
    let made = structure(&databases.write).await;
    for taken in 1..=applied.len() {
        assert_eq!(databases.roll_back(1).await.expect("a step back").len(), 1, "{taken}");
        let states = databases.status().await.expect("the states");
        assert_eq!(states.iter().filter(|(_, state)| *state == "missing").count(), taken);
    }
    databases.migrate().await.expect("the tables can be made again");
    assert_eq!(structure(&databases.write).await, made);
}

async fn columns(atlas: &Atlas, table: &str) -> BTreeSet<String> {
    let select = match atlas.app.write.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!(
            "SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"
        ),
    };
    let columns: BTreeSet<String> = atlas.texts(&select).await.into_iter().collect();
    assert!(!columns.is_empty(), "there is no table {table}");
    columns
}

fn names<'a>(columns: impl IntoIterator<Item = &'a &'static Column>) -> BTreeSet<String> {
    columns.into_iter().map(|column| column.name.to_owned()).collect()
}

async fn tables_have_the_columns_of_the_description_and_a_twin_with_the_same(on: Backend) {
    let atlas = on.empty().await;
    let kinds = kinds::NODES.iter().map(|kind| (kind.table, names(kind.columns)));
    let links = kinds::LINKS.iter().map(|link| (link.table, names(&link.all_columns().collect::<Vec<_>>())));
    for (table, mut expected) in kinds.chain(links) {
        expected.insert("from_seq".to_owned());
        let link = kinds::LINKS.iter().find(|link| link.table == table);
        let kept = link.into_iter().flat_map(|link| link.copies.iter().chain(&link.target));
        let present = &expected | &names(kept);
        assert_eq!(columns(&atlas, table).await, present, "{table}");
        expected.insert("to_seq".to_owned());
        assert_eq!(columns(&atlas, &format!("{table}_history")).await, expected, "{table}_history");
    }
}

/// The columns of every model, by its table.
macro_rules! models {
    ($($name:ident),+ $(,)?) => {
        vec![$((stringify!($name), entity::$name::Column::iter().map(|column| column.as_str().to_owned()).collect::<BTreeSet<String>>())),+]
    };
}

async fn rows_are_read_into_models_whole(on: Backend) {
    let atlas = on.empty().await;
    let models = models![
        change,
        channel,
        citation,
        committee,
        committee_owner,
        country,
        event,
        event_issue,
        event_organiser,
        initiative,
        initiative_country,
        initiative_issue,
        initiative_participant,
        instrument,
        instrument_custodian,
        instrument_issue,
        instrument_party,
        issue,
        log_head,
        organisation,
        organisation_issue,
        organisation_name,
        organisation_partner,
        record,
        resource,
        resource_issue,
        resource_provider,
        setting,
        slug_alias,
        source,
        standard,
        standard_committee,
        standard_identifier,
        standard_issue,
        standard_publisher,
        standard_relation,
        standard_subject,
        standard_title,
        tally,
    ];
    for (table, model) in &models {
        let missing = model - &columns(&atlas, table).await;
        assert!(missing.is_empty(), "{table} has no {missing:?}");
    }
    let of = |table: &str| {
        models.iter().find(|(model, _)| *model == table).map(|(_, columns)| columns.clone()).unwrap_or_default()
    };
    for kind in kinds::NODES {
        assert_eq!(of(kind.table), names(&kind.read_columns().collect::<Vec<_>>()), "{}", kind.table);
    }
    for link in kinds::LINKS {
        let shown: Vec<_> = link.all_columns().filter(|column| !column.derived).collect();
        assert_eq!(of(link.table), names(&shown), "{}", link.table);
    }
}

// ---------------------------------------------------------------- keys and indexes

/// The first columns of a table's indexes.
async fn indexed(atlas: &Atlas, table: &str) -> BTreeSet<String> {
    let select = match atlas.app.write.get_database_backend() {
        DbBackend::Sqlite => format!(
            "SELECT i.name FROM pragma_index_list('{table}') l JOIN pragma_index_info(l.name) i ON i.seqno = 0
                UNION SELECT name FROM pragma_table_info('{table}') WHERE pk = 1"
        ),
        _ => format!(
            "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = '{table}'::regclass"
        ),
    };
    atlas.texts(&select).await.into_iter().collect()
}

/// The tables and columns that a relation is followed by.
fn followed(relation: &'static Relation, kind: &'static Kind) -> Vec<(&'static str, &'static str)> {
    match &relation.via {
        Via::Link { link, near, far, .. } => vec![(link.table, near.name), (link.table, far.name)],
        Via::Children { column, .. } => vec![(relation.far.table, column.name)],
        Via::Reference { column } => vec![(kind.table, column.name)],
        Via::Editions => vec![(kind.table, "undated_identifier_key")],
        Via::Targets { .. } => vec![
            ("standard_relation", "standard_id"),
            ("standard_relation", "target_key"),
            ("standard_relation", "target_id"),
            ("standard", "identifier_key"),
        ],
    }
}

async fn every_filter_and_order_has_an_index(on: Backend) {
    let atlas = on.empty().await;
    let mut needed: Vec<(&str, &str)> = Vec::new();
    for kind in kinds::NODES {
        needed.push((kind.table, "id"));
        needed.extend(kind.natural_key.iter().map(|column| (kind.table, column.name)));
        for filter in kind.filters {
            match &filter.test {
                FilterForm::Text(column) => match column.keys {
                    Keys::Plain => needed.push((kind.table, column.name)),
                    Keys::Folded { sort, .. } => needed.push((kind.table, sort.name)),
                    Keys::Identifier { key, sort, .. } => {
                        needed.extend([(kind.table, key.name), (kind.table, sort.name)]);
                    }
                    Keys::Code { fold } => needed.push((kind.table, fold.name)),
                },
                FilterForm::Int(column)
                | FilterForm::Time(column)
                | FilterForm::Choice(column, _)
                | FilterForm::Root(column) => {
                    needed.push((kind.table, column.name));
                }
                FilterForm::Country(relation) | FilterForm::Related(relation) => {
                    needed.extend(followed(relation, kind));
                }
                FilterForm::Under => needed.push((kind.table, "parent_id")),
                FilterForm::LatestEdition => needed.push((kind.table, "undated_identifier_key")),
                FilterForm::Words => needed.push(("search_text", "id")),
                FilterForm::Subject => {
                    needed.extend([("standard_subject", "standard_id"), ("standard_subject", "code_fold")]);
                }
            }
        }
        for by in kind.orders.iter().map(|order| order.by).chain(kind.default_order.iter().copied()) {
            match by.side {
                Side::Record => needed.push((kind.table, by.column.name)),
                Side::Tally => needed.push(("tally", by.column.name)),
                Side::Link | Side::Rank => {}
            }
        }
    }
    for link in kinds::LINKS {
        needed.push((link.table, link.owner.name));
    }
    let mut missing = BTreeSet::new();
    for (table, column) in needed {
        if !indexed(&atlas, table).await.contains(column) {
            missing.insert(format!("{table}.{column}"));
        }
    }
    assert!(missing.is_empty(), "no index begins with {missing:?}");
}

async fn the_database_keeps_its_own_keys(on: Backend) {
    let atlas = on.garden().await;
    let head = "INSERT INTO standard_issue (id, standard_id, issue_id, from_seq) VALUES";
    let standard = atlas.number("SELECT id FROM standard WHERE slug = 'abc-1'").await;
    let issue = atlas.number("SELECT id FROM issue WHERE slug = 'leaf-1'").await;
    for (statement, what) in [
        (format!("{head} (990001, {standard}, 990002, 1)"), "an issue that is not there"),
        (format!("{head} (990001, 990002, {issue}, 1)"), "a standard that is not there"),
        (format!("{head} (990001, {standard}, {issue}, 1)"), "a link that is there"),
        ("UPDATE organisation SET slug = 'hub' WHERE slug = 'o-1'".to_owned(), "a slug that is taken"),
        ("UPDATE organisation SET country_id = 990002 WHERE slug = 'o-1'".to_owned(), "a country that is not there"),
        (format!("DELETE FROM issue WHERE id = {issue}"), "an issue with standards"),
        ("UPDATE channel SET owner_id = 990002".to_owned(), "an owner that is not there"),
        (
            "INSERT INTO change (sequence, at, actor, operation, kind, record_id, version, changed_fields) VALUES (1, 0, 'x', 'CREATED', 'ISSUE', 1, 1, '[]')".to_owned(),
            "a place in the log that is taken",
        ),
    ] {
        assert!(atlas.app.write.execute_unprepared(&statement).await.is_err(), "{what} is refused: {statement}");
    }
}

/// A copy of before a step that is put back over a newer database leaves there what the copy does not know.
#[test]
fn what_an_older_copy_left_does_not_keep_postgres_from_being_brought_up_to_date() {
    tests::run(Backend::Postgres, env!("CARGO_TARGET_TMPDIR"), |postgres| async move {
        let (config, _database) = postgres.bare().await;
        let databases = Databases::connect(&config).await.expect("the database answers");
        let left = "CREATE TABLE search_place (id BIGINT PRIMARY KEY);
            CREATE FUNCTION search_place_insert() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
        databases.write.execute_unprepared(left).await.expect("it can be made");
        databases.migrate().await.expect("the tables can be made");
        // Whoever writes says where he means to, as who puts back a copy does.
        let write = "BEGIN; SET LOCAL search_path = ''; INSERT INTO public.record (id, kind) VALUES (1, 'ISSUE');
            INSERT INTO public.search_text VALUES (1, 'I', 'lamps', ' lamp ', '', '', '', ' ·lamp '); COMMIT";
        databases.write.execute_unprepared(write).await.expect("it can be written");
        assert_eq!(texts(&databases.write, "SELECT words::text FROM search_place").await, ["'lamp' '·lamp'"]);
    });
}

/// On PostgreSQL, texts compare byte by byte, as they do on SQLite.
#[test]
fn texts_compare_by_bytes_on_postgres() {
    tests::run(Backend::Postgres, env!("CARGO_TARGET_TMPDIR"), |postgres| async move {
        let atlas = postgres.empty().await;
        let others = "SELECT table_name || '.' || column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
        assert_eq!(atlas.texts(others).await, Vec::<String>::new());
        let narrow = "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%' AND data_type NOT IN ('text', 'bigint', 'boolean')
                AND (table_name, column_name) <> ('search_place', 'words')";
        assert_eq!(atlas.texts(narrow).await, Vec::<String>::new());
    });
}

both!(
    tables_are_made_and_unmade_and_made_again,
    every_step_can_be_taken_back_alone,
    tables_have_the_columns_of_the_description_and_a_twin_with_the_same,
    rows_are_read_into_models_whole,
    every_filter_and_order_has_an_index,
    the_database_keeps_its_own_keys,
);
