//! The statements that make and drop the tables of [`table`](super::table): the one place here that knows both databases.
//!
//! They differ in three points. The key of a SQLite table is its `rowid` only if it is called `INTEGER PRIMARY KEY`.
//! PostgreSQL orders text by its bytes only where the column says so; SQLite always does. And reading an index backwards,
//! PostgreSQL meets unknown values first, so that it needs a second index for orders that put them last in both
//! directions; SQLite reads its one index in two parts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

use crate::table::{Column, Index, Purpose, Table, Type};

/// Makes the tables in this order, each with its twin and its indexes.
pub(crate) async fn create(manager: &SchemaManager<'_>, tables: &[Table]) -> Result<(), DbErr> {
    let backend = manager.get_database_backend();
    for table in tables {
        for statement in statements(backend, table) {
            run(manager, &statement).await?;
        }
    }
    Ok(())
}

/// Drops the tables and their twins in the opposite order.
pub(crate) async fn drop(manager: &SchemaManager<'_>, tables: &[Table]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        if table.twin {
            run(manager, &format!(r#"DROP TABLE "{}_history""#, table.name)).await?;
        }
        run(manager, &format!(r#"DROP TABLE "{}""#, table.name)).await?;
    }
    Ok(())
}

/// Runs one statement that both databases understand.
pub(crate) async fn run(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(statement).await?;
    Ok(())
}

/// Adds a column to a table and to its twin, with a value for the rows that are there.
pub(crate) async fn add_column(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &Column,
    default: &str,
) -> Result<(), DbErr> {
    let definition = define(manager.get_database_backend(), column);
    for table in [table.to_owned(), format!("{table}_history")] {
        run(manager, &format!(r#"ALTER TABLE "{table}" ADD COLUMN {definition} DEFAULT {default}"#)).await?;
    }
    Ok(())
}

/// Adds columns to a table and not to its twin.
pub(crate) async fn add_columns(manager: &SchemaManager<'_>, table: &str, columns: &[Column]) -> Result<(), DbErr> {
    for column in columns {
        let definition = define(manager.get_database_backend(), column);
        run(manager, &format!(r#"ALTER TABLE "{table}" ADD COLUMN {definition}"#)).await?;
    }
    Ok(())
}

/// Drops a column of a table and of its twin.
pub(crate) async fn drop_column(manager: &SchemaManager<'_>, table: &str, column: &str) -> Result<(), DbErr> {
    for table in [table.to_owned(), format!("{table}_history")] {
        run(manager, &format!(r#"ALTER TABLE "{table}" DROP COLUMN "{column}""#)).await?;
    }
    Ok(())
}

/// The names of columns, each behind a prefix, with a sign between them.
fn listed(prefix: &str, columns: &[&str], between: &str) -> String {
    columns.iter().map(|column| format!(r#"{prefix}"{column}""#)).collect::<Vec<_>>().join(between)
}

/// An index of the words in columns of a table, which hold words with blanks between them: made, cut and folded by the
/// service, so that neither database has a say in what a word is. The database keeps the index up to date by itself.
///
/// SQLite: an FTS5 table `<table>_index` that says for each word in which rows it stands, kept by triggers. PostgreSQL:
/// a `tsvector` of the words in a column `words`.
pub(crate) async fn create_word_index(manager: &SchemaManager<'_>, table: &str, columns: &[&str]) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let words = words_of(columns);
        run(
            manager,
            &format!(r#"ALTER TABLE "{table}" ADD COLUMN "words" tsvector GENERATED ALWAYS AS ({words}) STORED"#),
        )
        .await?;
        return run(manager, &format!(r#"CREATE INDEX "ix_{table}_words" ON "{table}" USING gin ("words")"#)).await;
    }
    let held = format!("content='{table}', content_rowid='id'");
    create_words(manager, &format!("{table}_index"), &held, columns).await?;
    let (names, old, new) = (listed("", columns, ", "), listed("old.", columns, ", "), listed("new.", columns, ", "));
    let add = format!(r#"INSERT INTO "{table}_index" (rowid, {names}) VALUES (new."id", {new});"#);
    let remove =
        format!(r#"INSERT INTO "{table}_index" ("{table}_index", rowid, {names}) VALUES ('delete', old."id", {old});"#);
    follow(manager, table, table, &add, &remove).await
}

/// Makes the service index all records for search anew.
pub(crate) async fn forget_search(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    run(manager, r#"DELETE FROM "search_text""#).await?;
    run(manager, r#"DELETE FROM "setting" WHERE "name" = 'search_version'"#).await
}

/// Drops what [`create_word_index`] made.
pub(crate) async fn drop_word_index(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        return run(manager, &format!(r#"ALTER TABLE "{table}" DROP COLUMN "words""#)).await;
    }
    unfollow(manager, table).await?;
    run(manager, &format!(r#"DROP TABLE "{table}_index""#)).await
}

/// An index of the words in columns of some rows of a table that is empty, as [`create_word_index`] makes of all: those of
/// the kinds for which a condition holds, which begins with its operator. Only on SQLite: PostgreSQL has partial indexes.
pub(crate) async fn create_word_index_of(
    manager: &SchemaManager<'_>,
    table: &str,
    (index, kinds): (&str, &str),
    columns: &[&str],
) -> Result<(), DbErr> {
    // It is never asked for the texts themselves.
    create_words(manager, index, "content=''", columns).await?;
    let (names, old, new) = (listed("", columns, ", "), listed("old.", columns, ", "), listed("new.", columns, ", "));
    let add = format!(r#"INSERT INTO "{index}" (rowid, {names}) SELECT new."id", {new} WHERE new."kind" {kinds};"#);
    let remove = format!(
        r#"INSERT INTO "{index}" ("{index}", rowid, {names}) SELECT 'delete', old."id", {old} WHERE old."kind" {kinds};"#
    );
    follow(manager, table, index, &add, &remove).await
}

/// Drops what [`create_word_index_of`] made.
pub(crate) async fn drop_word_index_of(manager: &SchemaManager<'_>, index: &str) -> Result<(), DbErr> {
    unfollow(manager, index).await?;
    run(manager, &format!(r#"DROP TABLE "{index}""#)).await
}

/// A table of FTS5 that says of each word in which rows it stands.
async fn create_words(manager: &SchemaManager<'_>, name: &str, held: &str, columns: &[&str]) -> Result<(), DbErr> {
    let names = listed("", columns, ", ");
    // Letters beyond ASCII are letters to this tokenizer, whichever they are.
    let options = format!("{held}, tokenize='ascii', detail='none', columnsize=0");
    run(manager, &format!(r#"CREATE VIRTUAL TABLE "{name}" USING fts5({names}, {options})"#)).await
}

/// PostgreSQL's `tsvector` of the words in columns, which hold words with blanks between them.
fn words_of(columns: &[&str]) -> String {
    let all = listed("", columns, " || ' ' || ");
    format!("array_to_tsvector(array_remove(array_remove(string_to_array({all}, ' '), ''), '|'))")
}

/// A table `beside` another that is empty, with copies of some of its columns, of texts, and the words of others: the database
/// keeps it by itself. Only on PostgreSQL.
pub(crate) async fn create_words_beside(
    manager: &SchemaManager<'_>,
    table: &str,
    beside: &str,
    copied: &[&str],
    columns: &[&str],
) -> Result<(), DbErr> {
    let names = listed("", copied, ", ");
    let definitions: Vec<String> =
        copied.iter().map(|column| format!(r#""{column}" TEXT COLLATE "C" NOT NULL"#)).collect();
    let definitions = definitions.join(", ");
    // It may have stayed where an older copy was put back over what it stood beside.
    run(manager, &format!(r#"DROP TABLE IF EXISTS "{beside}""#)).await?;
    let create = format!(
        r#"CREATE TABLE "{beside}" ("id" BIGINT NOT NULL PRIMARY KEY, {definitions}, "words" tsvector NOT NULL)"#
    );
    run(manager, &create).await?;
    let add = format!(
        r#"INSERT INTO "{beside}" ("id", {names}, "words") SELECT "id", {names}, {} FROM "added";"#,
        words_of(columns)
    );
    let remove = format!(r#"DELETE FROM "{beside}" WHERE "id" IN (SELECT "id" FROM "removed");"#);
    let (new, old) = (r#"NEW TABLE AS "added""#, r#"OLD TABLE AS "removed""#);
    for (event, rows, what) in [
        ("insert", new.to_owned(), add.clone()),
        ("delete", old.to_owned(), remove.clone()),
        ("update", format!("{old} {new}"), remove + " " + &add),
    ] {
        let name = format!("{beside}_{event}");
        let body = format!("BEGIN {what} RETURN NULL; END");
        // Whoever writes, it is these tables that are meant.
        let function = format!(
            r#"CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $${body}$$"#
        );
        run(manager, &function).await?;
        // All rows of a statement at once.
        let on = format!(r#"CREATE TRIGGER "{name}" AFTER {event} ON "{table}" REFERENCING {rows}"#);
        run(manager, &format!(r#"{on} FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()"#)).await?;
    }
    Ok(())
}

/// Drops what [`create_words_beside`] made.
pub(crate) async fn drop_words_beside(manager: &SchemaManager<'_>, beside: &str) -> Result<(), DbErr> {
    for event in ["insert", "delete", "update"] {
        // The triggers go with their functions.
        run(manager, &format!(r#"DROP FUNCTION "{beside}_{event}"() CASCADE"#)).await?;
    }
    run(manager, &format!(r#"DROP TABLE "{beside}""#)).await
}

/// Makes SQLite do the same elsewhere as in a table: what adds a new row there, and what removes an old one. The triggers
/// are called by `name` and the event.
async fn follow(manager: &SchemaManager<'_>, table: &str, name: &str, add: &str, remove: &str) -> Result<(), DbErr> {
    for (event, what) in [("INSERT", add), ("DELETE", remove), ("UPDATE", &format!("{remove} {add}"))] {
        let trigger = format!("{name}_{}", event.to_lowercase());
        run(manager, &format!(r#"CREATE TRIGGER "{trigger}" AFTER {event} ON "{table}" BEGIN {what} END"#)).await?;
    }
    Ok(())
}

/// Drops what [`follow`] made.
async fn unfollow(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    for event in ["insert", "delete", "update"] {
        run(manager, &format!(r#"DROP TRIGGER "{name}_{event}""#)).await?;
    }
    Ok(())
}

/// A copy of a few columns of a table with a key `id`, which the database keeps by itself: many rows of it take little,
/// where those of the table are long. Only on SQLite: see [`create_words_beside`].
pub(crate) async fn create_narrow_copy(
    manager: &SchemaManager<'_>,
    table: &str,
    copy: &str,
    columns: &[&str],
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    let (names, new) = (listed("", columns, ", "), listed("new.", columns, ", "));
    let definitions =
        columns.iter().map(|column| format!(r#""{column}" TEXT NOT NULL"#)).collect::<Vec<_>>().join(", ");
    run(manager, &format!(r#"CREATE TABLE "{copy}" ("id" INTEGER NOT NULL PRIMARY KEY, {definitions})"#)).await?;
    run(manager, &format!(r#"INSERT INTO "{copy}" ("id", {names}) SELECT "id", {names} FROM "{table}""#)).await?;
    let add = format!(r#"INSERT INTO "{copy}" ("id", {names}) VALUES (new."id", {new});"#);
    let remove = format!(r#"DELETE FROM "{copy}" WHERE "id" = old."id";"#);
    follow(manager, table, copy, &add, &remove).await
}

/// Drops what [`create_narrow_copy`] made.
pub(crate) async fn drop_narrow_copy(manager: &SchemaManager<'_>, copy: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    unfollow(manager, copy).await?;
    run(manager, &format!(r#"DROP TABLE "{copy}""#)).await
}

fn statements(backend: DbBackend, table: &Table) -> Vec<String> {
    let indexes = |twin| (table.indexes.iter()).filter_map(move |index| create_index(backend, table, index, twin));
    let mut statements = vec![create_present(backend, table)];
    statements.extend(indexes(false));
    if table.twin {
        statements.push(create_twin(backend, table));
        statements.extend(indexes(true));
        let twin = format!("{}_history", table.name);
        statements.push(format!(r#"CREATE INDEX "ix_{twin}_id" ON "{twin}" ("id", "from_seq", "to_seq")"#));
    }
    statements
}

fn create_present(backend: DbBackend, table: &Table) -> String {
    let mut definitions: Vec<String> = Vec::new();
    for (position, column) in table.columns.iter().enumerate() {
        let key = table.keyed && position == 0;
        let mut definition = match (key, column.ty, backend) {
            (true, Type::Integer, DbBackend::Sqlite) => format!(r#""{}" INTEGER NOT NULL"#, column.name),
            _ => define(backend, column),
        };
        if key {
            definition += " PRIMARY KEY";
        }
        if let Some(default) = column.default {
            definition = format!("{definition} DEFAULT {default}");
        }
        if let Some(target) = column.target {
            definition = format!(r#"{definition} REFERENCES "{target}" ("id") DEFERRABLE INITIALLY DEFERRED"#);
        }
        definitions.push(definition);
    }
    if table.twin {
        definitions.push(r#""from_seq" BIGINT NOT NULL"#.into());
    }
    format!(r#"CREATE TABLE "{}" ({})"#, table.name, definitions.join(", "))
}

fn create_twin(backend: DbBackend, table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(|column| define(backend, column)).collect();
    format!(
        r#"CREATE TABLE "{}_history" ({}, "from_seq" BIGINT NOT NULL, "to_seq" BIGINT NOT NULL)"#,
        table.name,
        columns.join(", ")
    )
}

fn define(backend: DbBackend, column: &Column) -> String {
    let ty = match (column.ty, backend) {
        (Type::Text, DbBackend::Postgres) => r#"TEXT COLLATE "C""#,
        (Type::Text, _) => "TEXT",
        (Type::Integer, _) => "BIGINT",
        (Type::Boolean, _) => "BOOLEAN",
    };
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!(r#""{}" {ty}{null}"#, column.name)
}

/// None where this database needs no such index on the present, or on the twin.
fn create_index(backend: DbBackend, table: &Table, index: &Index, twin: bool) -> Option<String> {
    let on = format!("{}{}", table.name, if twin { "_history" } else { "" });
    let joined = index.columns.join("_");
    let (name, direction, nulls) = match index.purpose {
        Purpose::Unique | Purpose::Lookup if !twin => return Some(create_unique_index(table, index)),
        Purpose::Order | Purpose::Lookup => (format!("ix_{on}_{joined}"), "", ""),
        Purpose::Descending if backend == DbBackend::Postgres => {
            (format!("ix_{on}_{joined}_desc"), " DESC", " NULLS LAST")
        }
        Purpose::Descending | Purpose::Unique => return None,
    };
    let columns = index.columns.iter();
    let mut terms: Vec<String> = columns.map(|column| format!(r#""{column}"{direction}{nulls}"#)).collect();
    if table.twin {
        terms.push(format!(r#""id"{direction}, "from_seq""#));
    }
    if twin {
        terms.push(r#""to_seq""#.into());
    }
    Some(format!(r#"CREATE INDEX "{name}" ON "{on}" ({})"#, terms.join(", ")))
}

fn create_unique_index(table: &Table, index: &Index) -> String {
    let terms: Vec<String> = index.columns.iter().map(|column| known(table, column)).collect();
    // The first column tells unique indexes of a table apart; PostgreSQL cuts names at 63 bytes.
    let (on, first) = (table.name, &index.columns[0]);
    format!(r#"CREATE UNIQUE INDEX "ux_{on}_{first}" ON "{on}" ({})"#, terms.join(", "))
}

/// The value of a column, with one that no row has for what is unknown.
fn known(table: &Table, name: &str) -> String {
    match table.columns.iter().find(|column| column.name == name) {
        Some(Column { nullable: true, ty: Type::Text, .. }) => format!(r#"coalesce("{name}", '')"#),
        Some(Column { nullable: true, .. }) => format!(r#"coalesce("{name}", 0)"#),
        Some(_) | None => format!(r#""{name}""#),
    }
}

/// Lets the database know what a table holds, so that it chooses new indexes.
pub(crate) async fn analyse(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let any = Statement::from_string(manager.get_database_backend(), format!(r#"SELECT 1 FROM "{table}" LIMIT 1"#));
    if db.query_one_raw(any).await?.is_none() {
        return Ok(());
    }
    run(manager, &format!(r#"ANALYZE "{table}""#)).await
}
