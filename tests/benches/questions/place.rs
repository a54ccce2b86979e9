//! Where the records are kept between runs: a file in cargo's folder, or a database of the PostgreSQL server. What is
//! being filled has another name, so that whatever has the name is whole.

use std::fs;
use std::path::Path;
use std::time::Duration;

use api::app::{App, Clock};
use api::config::{Config, Synchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use crate::fill::fill;

/// To be raised whenever the generator makes other records, or a write keeps more than it did: what earlier versions
/// have filled is left alone then.
const VERSION: u32 = 2;
/// Long enough for every statement here.
const TIMEOUT: Duration = Duration::from_mins(10);

/// Opens a filled database of this size, and fills one where there is none.
pub async fn open(database: &str, size: usize) -> std::sync::Arc<App> {
    let name = format!("atlas_questions_v{VERSION}_{size}");
    let url = if database == "sqlite" { sqlite(&name, size).await } else { postgres(database, &name, size).await };
    App::open_at(config(&url), Clock::System).await.expect("the database can be opened")
}

fn config(url: &str) -> Config {
    Config {
        database_url: url.parse().expect("an address of a database"),
        sqlite_synchronous: Synchronous::Normal,
        request_timeout: TIMEOUT,
        ..Config::default()
    }
}

async fn sqlite(name: &str, size: usize) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let [whole, filling] = [folder.join(format!("{name}.db")), folder.join(format!("{name}.filling.db"))];
    if !whole.exists() {
        eprintln!("filling {}", whole.display());
        if filling.exists() {
            fs::remove_file(&filling).expect("what an earlier run left can be removed");
        }
        // The last connection that closes takes the journal into the file.
        fill(config(&format!("sqlite://{}", filling.display())), size).await;
        fs::rename(&filling, &whole).expect("the file can be named");
    }
    format!("sqlite://{}", whole.display())
}

async fn postgres(server: &str, name: &str, size: usize) -> String {
    let (address, _) = server.rsplit_once('/').expect("an address with the name of a database");
    let admin = connect(server).await;
    let find = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let found = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, find)).await;
    if found.expect("the server lists its databases").is_none() {
        let filling = format!("{name}_filling");
        eprintln!("filling the database {name}");
        execute(&admin, &format!("DROP DATABASE IF EXISTS {filling}")).await;
        execute(&admin, &format!("CREATE DATABASE {filling}")).await;
        let url = format!("{address}/{filling}");
        fill(config(&url), size).await;
        // The server does so by itself, at some time or other.
        let filled = connect(&url).await;
        execute(&filled, "VACUUM ANALYZE").await;
        filled.close().await.expect("the connection closes");
        execute(&admin, &format!("ALTER DATABASE {filling} RENAME TO {name}")).await;
    }
    format!("{address}/{name}")
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the PostgreSQL server answers")
}

async fn execute(connection: &DatabaseConnection, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}
