//! The migrations on SQLite, in a file that the test removes. On PostgreSQL the workspace's `tests` run them.

#![expect(clippy::disallowed_methods, reason = "the transactions of the service are not at hand here")]

use migration::{Migrator, MigratorTrait};
use sea_orm_migration::sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, TransactionTrait,
};

/// Tables that have a past, and so a twin.
const VERSIONED: &[&str] = &[
    "organisation",
    "issue",
    "standard",
    "committee",
    "event",
    "channel",
    "instrument",
    "initiative",
    "resource",
    "country",
    "source",
    "slug_alias",
    "organisation_issue",
    "organisation_partner",
    "standard_publisher",
    "standard_committee",
    "standard_issue",
    "standard_relation",
    "standard_subject",
    "standard_identifier",
    "committee_owner",
    "event_organiser",
    "event_issue",
    "instrument_custodian",
    "instrument_issue",
    "instrument_party",
    "initiative_participant",
    "initiative_country",
    "initiative_issue",
    "resource_provider",
    "resource_issue",
    "citation",
    "standard_title",
    "organisation_name",
];
const PLAIN: &[&str] = &[
    "log_head",
    "change",
    "setting",
    "record",
    "tally",
    "search_text",
    "search_key",
    "search_word",
    "search_trigram",
    "search_token",
    "import_origin",
    "import_claim",
    "subject",
];
/// What SQLite has for the indexes of words.
const WORD_INDEX: &[&str] = &[
    "search_standard_words",
    "search_standard_words_config",
    "search_standard_words_data",
    "search_standard_words_idx",
    "search_other_words",
    "search_other_words_config",
    "search_other_words_data",
    "search_other_words_idx",
    "search_place",
];

async fn empty_database(directory: &tempfile::TempDir) -> DatabaseConnection {
    let url = format!("sqlite://{}?mode=rwc", directory.path().join("atlas.db").display());
    Database::connect(url).await.expect("the temporary folder is writable")
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("the statement is right");
    rows.iter().map(|row| row.try_get_by_index(0).expect("the column is text")).collect()
}

async fn tables(db: &DatabaseConnection) -> Vec<String> {
    texts(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'seaql_migrations' ORDER BY name").await
}

#[tokio::test]
async fn up_makes_every_table_and_its_twin_and_down_leaves_nothing() {
    let directory = tempfile::tempdir().expect("there is a temporary folder");
    let db = empty_database(&directory).await;
    let mut expected: Vec<String> = PLAIN.iter().chain(WORD_INDEX).chain(VERSIONED).map(ToString::to_string).collect();
    expected.extend(VERSIONED.iter().map(|name| format!("{name}_history")));
    expected.sort();

    Migrator::up(&db, None).await.expect("the tables can be made");
    assert_eq!(tables(&db).await, expected);
    Migrator::down(&db, None).await.expect("the tables can be dropped");
    assert_eq!(tables(&db).await, Vec::<String>::new());
    Migrator::up(&db, None).await.expect("the tables can be made again");
    assert_eq!(tables(&db).await, expected);
    let head = "SELECT printf('%d %d %d %d', id, sequence, at, next_id) FROM log_head";
    assert_eq!(texts(&db, head).await, ["1 0 0 1"]);
}

#[tokio::test]
async fn every_reference_is_deferred_and_indexed() {
    let directory = tempfile::tempdir().expect("there is a temporary folder");
    let db = empty_database(&directory).await;
    Migrator::up(&db, None).await.expect("the tables can be made");

    let unindexed = r#"
        SELECT t.name || '.' || f."from" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f
        WHERE t.type = 'table' AND f."from" <> 'id' AND f."from" NOT IN (
            SELECT c.name FROM pragma_table_info(t.name) c WHERE c.pk = 1
            UNION ALL
            SELECT c.name FROM pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
            WHERE c.seqno = 0 AND c.name IS NOT NULL
        )"#;
    assert_eq!(texts(&db, unindexed).await, Vec::<String>::new());

    let tally = r#"INSERT INTO "tally" ("record_id") VALUES (7)"#;
    let transaction = db.begin().await.expect("a transaction can begin");
    transaction.execute_unprepared(tally).await.expect("references are checked at the end");
    transaction.commit().await.expect_err("record 7 does not exist");

    let transaction = db.begin().await.expect("a transaction can begin");
    transaction.execute_unprepared(tally).await.expect("references are checked at the end");
    let record = r#"INSERT INTO "record" ("id", "kind") VALUES (7, 'ISSUE')"#;
    transaction.execute_unprepared(record).await.expect("the record is new");
    transaction.commit().await.expect("record 7 exists");
}
