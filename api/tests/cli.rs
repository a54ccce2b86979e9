//! The binary as a user meets it: started, asked, ended, and started wrongly. What it answers is tested in `tests`.

#[path = "cli/backup.rs"]
mod backup;
#[path = "cli/export.rs"]
mod export;
#[path = "cli/import.rs"]
mod import;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

/// Longest wait for a service that is to end or to answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// The binary in a folder of its own, without settings from outside; it logs errors alone.
fn atlas(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ATLAS_")) {
        command.env_remove(name);
    }
    // What is told in one line stands apart from the log of what went well before.
    command.current_dir(folder).env("ATLAS_LOG", "error").args(arguments);
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Runs a command to its end, which must be a success, and gives what it printed.
fn succeeds(command: &mut Command) -> String {
    let output = command.output().expect("the binary starts");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command to its end, which must be a failure told in one line, and gives that line.
fn fails(command: &mut Command) -> String {
    let Output { status, stderr, stdout } = command.output().expect("the binary starts");
    let told = text(&stderr);
    assert_eq!(status.code(), Some(1), "{told}{}", text(&stdout));
    assert!(told.starts_with("atlas: "), "{told}");
    told
}

fn fails_in_one_line(command: &mut Command, words: &[&str]) {
    let told = fails(command);
    assert_eq!(told.trim_end().lines().count(), 1, "{told}");
    for word in words {
        assert!(told.contains(word), "{told} does not say {word}");
    }
}

/// A service that runs until this is dropped.
struct Service {
    process: Child,
    output: BufReader<ChildStdout>,
    address: String,
    /// What it printed until it was ready.
    said: String,
}

impl Service {
    /// Starts the service and waits until it says that it listens.
    fn start(command: &mut Command) -> Self {
        Self::start_logging(command, Stdio::null())
    }

    /// [`Service::start`], with a place for the log.
    fn start_logging(command: &mut Command, log: Stdio) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the binary starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let (mut said, mut address) = (String::new(), None);
        while !said.contains("Ctrl-C") {
            let mut line = String::new();
            assert!(output.read_line(&mut line).expect("its output is text") > 0, "the service has ended: {said}");
            if let Some((_, found)) = line.split_once("answers at http://") {
                address = Some(found.trim().to_owned());
            }
            said.push_str(&line);
        }
        let address = address.unwrap_or_else(|| panic!("no address in {said}"));
        Self { process, output, address, said }
    }

    /// Sends a request and gives the whole answer, its head included.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the service listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n",
            self.address
        );
        stream.write_all((head + body).as_bytes()).expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the answer comes");
        answer
    }

    /// Tells the service to end, and gives its exit status.
    fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
        let mut rest = String::new();
        // Its output ends when it does.
        self.output.read_to_string(&mut rest).expect("its output is text");
        self.process.wait().expect("it has ended").code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Fails where it has ended, which is as well.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn an_empty_folder_is_enough_to_be_answered() {
    let folder = folder();
    let service = Service::start(&mut atlas(folder.path(), &["--listen", "127.0.0.1:0"]));
    let address = &service.address;
    for said in
        ["Loaded the built-in seeds", "sqlite://atlas.db", "Records", " organisations, ", " resources; revision "]
    {
        assert!(service.said.contains(said), "{}", service.said);
    }
    for path in ["graphiql", "graphql", "schema.graphql", "healthz", "readyz"] {
        assert!(service.said.contains(&format!("http://{address}/{path}")), "{}", service.said);
    }
    assert!(folder.path().join("atlas.db").is_file());
    let answer = service.ask("POST", "/graphql", r#"{"query":"{ organisation(slug: \"iso\") { name } }"}"#);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("International Organization for Standardization"),
        "{answer}"
    );
    assert!(service.ask("GET", "/readyz", "").starts_with("HTTP/1.1 200"));
    assert_eq!(service.end("-TERM"), Some(0));
    // A second start finds everything done.
    let service = Service::start(&mut atlas(folder.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert!(!service.said.contains("Loaded"), "{}", service.said);
    assert_eq!(service.end("-INT"), Some(0));
}

#[test]
fn each_request_has_a_line_in_the_log_before_long_and_at_the_latest_at_the_end() {
    let folder = folder();
    let path = folder.path().join("log");
    let log = std::fs::File::create(&path).expect("a file");
    let mut command = atlas(folder.path(), &["--listen", "127.0.0.1:0"]);
    let service = Service::start_logging(command.env("ATLAS_LOG", "info"), log.into());
    let lines = || {
        let log = std::fs::read_to_string(&path).expect("a log");
        let lines = log.lines().filter(|line| line.contains(" INFO POST /graphql 200 request.id="));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let ask = || service.ask("POST", "/graphql", r#"{"query":"query Name { __typename }"}"#);
    let answer = ask();
    let started = std::time::Instant::now();
    while lines().is_empty() {
        assert!(started.elapsed() < PATIENCE, "there is no line");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let line = lines().remove(0);
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
    assert!(line.contains(&format!("request.id=\"{id}\" operation.name=Name operation.type=\"query\"")), "{line}");
    for _ in 0..50 {
        ask();
    }
    assert_eq!(service.end("-TERM"), Some(0));
    assert_eq!(lines().len(), 51);
    assert!(std::fs::read_to_string(&path).expect("a log").ends_with('\n'));
}

#[test]
fn settings_come_from_file_environment_and_flags() {
    let folder = folder();
    std::fs::write(
        folder.path().join("atlas.toml"),
        "listen = \"127.0.0.1:1\"\nmax_depth = 2\ndatabase_url = \"sqlite://other.db\"",
    )
    .expect("a file");
    let service = Service::start(atlas(folder.path(), &[]).env("ATLAS_LISTEN", "127.0.0.1:0"));
    assert!(folder.path().join("other.db").is_file());
    let deep = r#"{"query":"{ organisation(slug: \"iso\") { address { country { name } } } }"}"#;
    assert!(service.ask("POST", "/graphql", deep).contains("LIMIT_EXCEEDED"));
    assert_eq!(service.end("-TERM"), Some(0));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    fails_in_one_line(
        &mut atlas(folder.path(), &["--listen", &address]),
        &[&address, "another process", "ATLAS_LISTEN"],
    );
}

#[test]
fn a_database_that_cannot_be_had_is_told() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("atlas.db")).expect("a folder in the way");
    fails_in_one_line(&mut atlas(folder.path(), &["serve"]), &["atlas.db", "ATLAS_DATABASE_URL"]);
    fails_in_one_line(
        &mut atlas(folder.path(), &["seed", "--database-url", "sqlite:///proc/atlas.db"]),
        &["/proc/atlas.db", "ATLAS_DATABASE_URL"],
    );
    fails_in_one_line(
        &mut atlas(folder.path(), &["migrate", "up", "--database-url", "sqlite://no/such/folder.db"]),
        &["no/such", "make it"],
    );
    // Port 1 belongs to nobody who speaks PostgreSQL.
    let away = "postgres://atlas:secret@127.0.0.1:1/atlas";
    let told = fails(&mut atlas(folder.path(), &["serve", "--database-url", away]));
    assert_eq!(told.trim_end().lines().count(), 1, "{told}");
    assert!(told.contains("127.0.0.1:1") && !told.contains("secret"), "{told}");
}

#[test]
fn all_wrong_settings_are_told_at_once() {
    let folder = folder();
    std::fs::write(folder.path().join("atlas.toml"), "moon = true\nmax_depth = 500").expect("a file");
    let mut command = atlas(folder.path(), &["--log-format", "xml"]);
    let told = fails(command.env("ATLAS_REQUEST_TIMEOUT", "soon"));
    let lines: Vec<&str> = told.trim_end().lines().collect();
    assert_eq!(lines.len(), 5, "one line each under a head: {told}");
    for wrong in ["moon", "max_depth", "log_format", "request_timeout"] {
        assert_eq!(lines.iter().filter(|line| line.contains(wrong)).count(), 1, "{wrong} in {told}");
    }
    assert!(!folder.path().join("atlas.db").exists());
}

#[test]
fn a_database_of_a_newer_atlas_is_refused_and_left_alone() {
    let folder = folder();
    succeeds(&mut atlas(folder.path(), &["migrate", "up"]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        use sea_orm::ConnectionTrait;
        let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
        let db = sea_orm::Database::connect(url).await.expect("the database opens");
        let newer =
            "INSERT INTO seaql_migrations VALUES ('m29990101_000001_create_moon', 0); DROP TABLE citation_history";
        db.execute_unprepared(newer).await.expect("a newer atlas was here");
        db.close().await.expect("the database closes");
    });
    let before = std::fs::read(folder.path().join("atlas.db")).expect("a file");
    for command in [&["serve"][..], &["seed"], &["migrate", "up"], &["migrate", "down"]] {
        fails_in_one_line(
            &mut atlas(folder.path(), command),
            &["newer than this atlas", "m29990101_000001_create_moon"],
        );
    }
    assert!(std::fs::read(folder.path().join("atlas.db")).expect("a file") == before, "nothing was changed");
    assert!(succeeds(&mut atlas(folder.path(), &["migrate", "status"])).contains("applied by a newer atlas"));
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let folder = folder();
    let printed = succeeds(&mut atlas(folder.path(), &["schema"]));
    assert!(
        printed == include_str!("../../schema.graphql"),
        "print schema.graphql anew: atlas schema > schema.graphql"
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn tables_are_made_and_unmade_and_seeds_loaded_by_command() {
    let folder = folder();
    let made = succeeds(&mut atlas(folder.path(), &["migrate", "up"]));
    let steps = made.lines().count();
    assert!(steps > 5 && made.lines().all(|line| line.ends_with("applied")), "{made}");
    assert_eq!(succeeds(&mut atlas(folder.path(), &["migrate", "up"])), "Nothing to do\n");
    assert!(succeeds(&mut atlas(folder.path(), &["seed"])).contains(" 0 updated, 0 unchanged"));
    assert!(succeeds(&mut atlas(folder.path(), &["seed"])).starts_with("0 records created, 0 updated"));
    let unmade = succeeds(&mut atlas(folder.path(), &["migrate", "down", "--steps", &steps.to_string()]));
    assert_eq!(unmade.lines().count(), steps, "{unmade}");
    let status = succeeds(&mut atlas(folder.path(), &["migrate", "status"]));
    assert!(status.lines().all(|line| line.ends_with("missing")), "{status}");
}

#[test]
fn help_shows_examples_of_every_command() {
    let folder = folder();
    let all = succeeds(&mut atlas(folder.path(), &["help"]));
    for command in ["serve", "migrate", "seed", "backup", "restore", "schema"] {
        assert!(all.contains(&format!("  {command} ")), "{command} is missing in {all}");
        let help = succeeds(&mut atlas(folder.path(), &["help", command]));
        assert!(help.contains("Examples:\n  atlas "), "{help}");
    }
    assert!(all.contains("Examples:"), "{all}");
    let serve = succeeds(&mut atlas(folder.path(), &["help", "serve"]));
    for key in api::config::KEYS {
        assert!(serve.contains(&format!("--{}", key.replace('_', "-"))), "{key} is missing in {serve}");
    }
}

#[test]
fn the_example_of_a_settings_file_is_one() {
    let folder = folder();
    let example = include_str!("../../atlas.example.toml");
    for key in api::config::KEYS {
        assert!(example.lines().any(|line| line.starts_with(&format!("# {key} = "))), "{key} is missing");
    }
    // What it names can be set.
    let set: Vec<&str> = example
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| api::config::KEYS.iter().any(|key| line.starts_with(&format!("{key} = "))))
        .filter(|line| !line.starts_with("public_url"))
        .collect();
    let set = set.join("\n");
    assert_eq!(set.lines().count(), api::config::KEYS.len() - 1, "{set}");
    std::fs::write(folder.path().join("atlas.toml"), set.replace("127.0.0.1:8080", "127.0.0.1:0")).expect("a file");
    let service = Service::start(&mut atlas(folder.path(), &[]));
    assert_eq!(service.end("-TERM"), Some(0));
}

#[test]
fn wrong_usage_ends_with_two() {
    let folder = folder();
    for arguments in
        [&["moon"][..], &["--moon"], &["migrate"], &["migrate", "down", "--steps", "0"], &["backup"], &["restore"]]
    {
        let output = atlas(folder.path(), arguments).output().expect("the binary starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
