//! Two databases that start alike: files in cargo's folder, or databases of the PostgreSQL server. Each run makes them
//! anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::config::{Config, Synchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

pub enum Place {
    File(PathBuf),
    /// The address of a server's database, and the name of one beside it.
    Named(String, String),
}

impl Place {
    /// An empty database.
    pub async fn new(database: &str, name: &str) -> Self {
        let place = Self::at(database, name).await;
        if let Self::Named(server, name) = &place {
            execute(server, &format!("CREATE DATABASE {name}")).await;
        }
        place
    }

    /// What is there now, under another name. Nobody may be connected.
    pub async fn copy(&self, name: &str) -> Self {
        match self {
            Self::File(file) => {
                let copy = Self::at("sqlite", name).await;
                if let Self::File(to) = &copy {
                    fs::copy(file, to).expect("the file can be copied");
                }
                copy
            }
            Self::Named(server, from) => {
                let copy = Self::at(server, name).await;
                if let Self::Named(server, name) = &copy {
                    execute(server, &format!("CREATE DATABASE {name} TEMPLATE {from}")).await;
                }
                copy
            }
        }
    }

    /// A place where nothing is any more.
    async fn at(database: &str, name: &str) -> Self {
        if database == "sqlite" {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("atlas_writing_{name}.db"));
            for end in ["", "-wal", "-shm"] {
                let old = PathBuf::from(format!("{}{end}", file.display()));
                if old.exists() {
                    fs::remove_file(old).expect("what an earlier run left can be removed");
                }
            }
            return Self::File(file);
        }
        let name = format!("atlas_writing_{name}");
        execute(database, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        Self::Named(database.to_owned(), name)
    }

    pub fn config(&self) -> Config {
        let url = match self {
            Self::File(file) => format!("sqlite://{}", file.display()),
            Self::Named(server, name) => {
                let (address, _) = server.rsplit_once('/').expect("an address with the name of a database");
                format!("{address}/{name}")
            }
        };
        Config {
            database_url: url.parse().expect("an address of a database"),
            sqlite_synchronous: Synchronous::Normal,
            request_timeout: Duration::from_mins(10),
            ..Config::default()
        }
    }
}

async fn execute(server: &str, sql: &str) {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.expect("the PostgreSQL server answers");
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
    connection.close().await.expect("the connection closes");
}
