//! Databases for tests. What several tests start from is made once per build as a template, on either database, and
//! copied for each test; all processes of a run share the templates. A test's copy goes when the test ends.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use api::app::database::Databases;
use api::app::{App, Clock};
use api::config::{Config, Synchronous};
use api::seed;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use sha2::{Digest, Sha256};

use crate::atlas::{Atlas, NOW};
use crate::garden::growth;
use crate::invented::{COUNTRIES, Invented};

/// Where the address of the PostgreSQL server comes from.
const POSTGRES: &str = "ATLAS_TEST_POSTGRES";
/// The lock under which templates are made: "tests" in ASCII.
const TEMPLATE_LOCK: i64 = 0x74_65_73_74_73;
/// All templates sign cursors with this key, so that both databases answer alike to the letter.
const CURSOR_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static FOLDER: OnceLock<&'static str> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server of `ATLAS_TEST_POSTGRES`.
    Postgres,
}

/// What a template holds.
#[derive(Clone, Copy)]
enum Content {
    Empty,
    Seeds,
    Garden,
}

impl Content {
    fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Seeds => "seeds",
            Self::Garden => "garden",
        }
    }
}

/// A database that goes with its last user.
pub(crate) enum TestDatabase {
    /// The folder of an SQLite file.
    Folder(tempfile::TempDir),
    /// The name of a PostgreSQL database.
    Named(String),
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Self::Named(name) = self else { return };
        let name = name.clone();
        // The test's own runtime may be the one that drops this, and would wait for itself.
        let dropped = std::thread::spawn(move || {
            runtime().block_on(async {
                let admin = admin().await;
                execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            });
        });
        // A panic in there is told by itself, and a later run sweeps what was left.
        drop(dropped.join());
    }
}

/// Runs the body of a test on a database.
///
/// # Panics
/// As the body does.
pub fn run<F: Future<Output = ()>>(backend: Backend, folder: &'static str, body: impl FnOnce(Backend) -> F + Send) {
    FOLDER.get_or_init(|| folder);
    std::thread::scope(|scope| {
        // What is not optimised takes more of it than a test has.
        let thread = std::thread::Builder::new().stack_size(STACK);
        let test = thread.spawn_scoped(scope, || runtime().block_on(body(backend))).expect("a thread");
        if let Err(panic) = test.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

/// Bytes of a thread's stack.
const STACK: usize = 8 << 20;

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.thread_stack_size(STACK).worker_threads(2).enable_all().build().expect("a runtime")
}

impl Backend {
    /// An atlas with tables and without a record.
    pub async fn empty(self) -> Atlas {
        self.copy(Content::Empty).await
    }

    /// An atlas with the built-in seeds.
    pub async fn seeded(self) -> Atlas {
        self.copy(Content::Seeds).await
    }

    /// An atlas with the [`garden`](crate::garden()).
    pub async fn garden(self) -> Atlas {
        self.copy(Content::Garden).await
    }

    /// An atlas with these records.
    pub async fn atlas(self, records: &Invented) -> Atlas {
        let atlas = self.empty().await;
        atlas.load(records).await;
        atlas
    }

    /// A database without tables, and the settings to open it.
    pub async fn bare(self) -> (Config, impl Drop) {
        let database = match self {
            Self::Sqlite => TestDatabase::Folder(tempfile::tempdir().expect("a temporary folder")),
            Self::Postgres => {
                let name = fresh_name();
                execute(&admin().await, &format!("CREATE DATABASE {name}")).await;
                TestDatabase::Named(name)
            }
        };
        (database.config(), database)
    }

    async fn copy(self, content: Content) -> Atlas {
        let database = match self {
            Self::Sqlite => {
                let template = sqlite_template(content).await;
                let folder = tempfile::tempdir().expect("a temporary folder");
                fs::copy(template, folder.path().join("atlas.db")).expect("the template can be copied");
                TestDatabase::Folder(folder)
            }
            Self::Postgres => {
                let admin = admin().await;
                let template = postgres_template(&admin, content).await;
                let name = fresh_name();
                execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                TestDatabase::Named(name)
            }
        };
        Atlas::open(database).await
    }
}

impl TestDatabase {
    pub(crate) fn config(&self) -> Config {
        match self {
            Self::Folder(folder) => config(&sqlite_url(&folder.path().join("atlas.db"))),
            Self::Named(name) => config(&postgres_url(name)),
        }
    }
}

fn config(url: &str) -> Config {
    Config {
        database_url: url.parse().expect("an address of a database"),
        sqlite_synchronous: Synchronous::Normal,
        database_connections: 4,
        ..Config::default()
    }
}

/// A name that says which process made it, so that a later run knows whether it is left over.
fn fresh_name() -> String {
    format!("atlas_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn fill(config: Config, content: Content) {
    let databases = Databases::connect(&config).await.expect("the database answers");
    databases.migrate().await.expect("the tables can be made");
    let key = format!("INSERT INTO setting (name, value) VALUES ('cursor_key', '{CURSOR_KEY}')");
    execute(&databases.write, &key).await;
    let now = Arc::new(AtomicI64::new(NOW));
    let app = App::open_at(config, Clock::Fixed(Arc::clone(&now))).await.expect("the atlas opens");
    match content {
        Content::Empty => {}
        Content::Seeds => _ = seed::load(&app).await.expect("the seeds can be loaded"),
        Content::Garden => {
            for (at, garden) in growth() {
                now.store(at, Ordering::Relaxed);
                let files = [("garden.toml", &*garden.text())];
                seed::load_files(&app, ("countries.csv", COUNTRIES), &files).await.expect("the garden can be loaded");
            }
        }
    }
    if app.write.get_database_backend() == DbBackend::Sqlite {
        execute(&app.write, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    }
    app.close().await;
    for connection in [databases.read, databases.write] {
        connection.close().await.expect("the connections close");
    }
}

/// What templates depend on: the migrations, the seeds, and the code that writes rows, which is this very binary.
fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for migration in <migration::Migrator as migration::MigratorTrait>::migrations() {
        hash.update(migration.name());
    }
    for (name, text) in seed::FILES.iter().chain([&seed::COUNTRIES]) {
        hash.update(name);
        hash.update(text);
    }
    let binary = std::env::current_exe().and_then(fs::metadata).expect("this binary is a file");
    hash.update(binary.len().to_le_bytes());
    let made = binary.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    hash.update(made.unwrap_or_default().as_nanos().to_le_bytes());
    let hash = hash.finalize();
    format!("{:012x}", hash.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
}

// ---------------------------------------------------------------- SQLite

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

async fn sqlite_template(content: Content) -> PathBuf {
    let target = Path::new(FOLDER.get().expect("`run` has set the folder"));
    let folder = target.join("templates");
    let (key, name) = (fingerprint(), content.name());
    let template = folder.join(format!("{key}-{name}"));
    if template.exists() {
        return template;
    }
    fs::create_dir_all(&folder).expect("the folder of the target can be written");
    let lock = File::create(target.join("templates.lock")).expect("the lock file can be made");
    lock.lock().expect("the lock file can be locked");
    if !template.exists() {
        sweep_files(&folder, &key).expect("old templates can be removed");
        let making = folder.join(format!("making-{key}-{name}"));
        fill(config(&sqlite_url(&making)), content).await;
        fs::rename(making, &template).expect("the template can be put into its place");
    }
    template
}

/// Removes templates of other builds, and what a process left behind that was killed while it made one.
fn sweep_files(folder: &Path, key: &str) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(key) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

// ---------------------------------------------------------------- PostgreSQL

fn server() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!("{POSTGRES} is not set: start the tests with tests/run, which starts a PostgreSQL server for them")
    })
}

/// The address of a database on the server.
fn postgres_url(name: &str) -> String {
    let server = server();
    let (address, _) = server.rsplit_once('/').expect("an address with the name of a database");
    format!("{address}/{name}")
}

async fn admin() -> DatabaseConnection {
    let mut options = ConnectOptions::new(server());
    options.max_connections(1).sqlx_logging(false);
    match Database::connect(options).await {
        Ok(admin) => admin,
        Err(error) => {
            panic!("the PostgreSQL server of {POSTGRES} does not answer (start the tests with tests/run): {error}")
        }
    }
}

async fn postgres_template(admin: &DatabaseConnection, content: Content) -> String {
    let (key, name) = (fingerprint(), content.name());
    let template = format!("atlas_template_{key}_{name}");
    if names(admin, &template).await.is_empty() {
        execute(admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
        if names(admin, &template).await.is_empty() {
            sweep_databases(admin, &key).await;
            let making = format!("{template}_making");
            execute(admin, &format!("CREATE DATABASE {making}")).await;
            fill(config(&postgres_url(&making)), content).await;
            execute(admin, &format!("ALTER DATABASE {making} RENAME TO {template}")).await;
        }
        execute(admin, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    }
    template
}

/// Drops what earlier runs left: templates of other builds, and databases of tests whose process is gone.
async fn sweep_databases(admin: &DatabaseConnection, key: &str) {
    let finished = |name: &str| name.contains(key) && !name.ends_with("_making");
    let mut old = names(admin, "atlas_template_%").await;
    old.retain(|name| !finished(name));
    let process_is_gone = |name: &String| {
        let process = name.trim_start_matches("atlas_test_").split('_').next().unwrap_or_default();
        !Path::new("/proc").join(process).exists()
    };
    old.extend(names(admin, "atlas_test_%").await.into_iter().filter(process_is_gone));
    for name in old {
        execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

/// The databases with a name like this.
async fn names(admin: &DatabaseConnection, pattern: &str) -> Vec<String> {
    let select = format!("SELECT datname::text FROM pg_database WHERE datname LIKE '{}'", pattern.replace('_', r"\_"));
    let rows = admin.query_all_raw(Statement::from_string(DbBackend::Postgres, select)).await;
    let rows = rows.expect("the server lists its databases");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a name")).collect()
}

async fn execute(connection: &impl ConnectionTrait, sql: &str) {
    if let Err(error) = connection.execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}
