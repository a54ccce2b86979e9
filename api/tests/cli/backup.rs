//! `atlas backup` and `atlas restore` as a user meets them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::import::{served, standard};
use super::{PATIENCE, Service, atlas, fails_in_one_line, folder, succeeds, text};

/// A folder with `atlas.db`, in which there are some standards, and `a.backup`, which is made of it.
fn filled() -> TempDir {
    let folder = folder();
    let files = write_standards(folder.path(), 40);
    succeeds(&mut atlas(folder.path(), &["import", "auto", "files"]));
    fs::remove_dir_all(files).expect("it is there");
    succeeds(&mut atlas(folder.path(), &["backup", "a.backup"]));
    folder
}

fn write_standards(folder: &Path, count: usize) -> PathBuf {
    let files = folder.join("files");
    fs::create_dir(&files).expect("a folder");
    for number in 0..count {
        fs::write(files.join(format!("{number:05}.yaml")), standard(number)).expect("a file");
    }
    files
}

/// Another state of the same atlas.
fn goes_on(folder: &Path) {
    fs::write(folder.join("new.yaml"), standard(7_000)).expect("a file");
    succeeds(&mut atlas(folder, &["import", "auto", "new.yaml"]));
    fs::remove_file(folder.join("new.yaml")).expect("the file is there");
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

async fn open(file: &Path) -> DatabaseConnection {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
    options.max_connections(1);
    Database::connect(options).await.expect("it opens")
}

/// Runs statements on a database, and gives the number that the last of them selects.
fn sql(file: &Path, statements: &str, select: &str) -> i64 {
    run(async {
        let db = open(file).await;
        db.execute_unprepared(statements).await.expect("it is carried out");
        let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, select)).await.expect("it answers");
        let number = row.expect("a row").try_get_by_index(0).expect("a number");
        db.close().await.expect("it closes");
        number
    })
}

/// Selects 1 from a database in which nothing is damaged.
const WHOLE: &str = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'";

fn revision(file: &Path) -> i64 {
    sql(file, "", "SELECT sequence FROM log_head")
}

/// The revision that a command names.
fn told_revision(said: &str) -> i64 {
    let (_, rest) = said.split_once("revision ").unwrap_or_else(|| panic!("no revision in {said}"));
    rest.split(',').next().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no number in {said}"))
}

/// Everything in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into()).collect();
    names.sort();
    names
}

fn ask(service: &Service, document: &str) -> Value {
    let answer = service.ask("POST", "/graphql", &json!({ "query": document }).to_string());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let answer: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {body}"));
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].clone()
}

fn serve(folder: &Path, more: &[&str]) -> Service {
    Service::start(&mut atlas(folder, &[&["serve", "--listen", "127.0.0.1:0"], more].concat()))
}

/// Writes to a database, one transaction after the other, until it is dropped.
struct Writer {
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    fn start(file: PathBuf) -> Self {
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            run(async {
                let db = open(&file).await;
                while !ended.load(Ordering::Relaxed) {
                    let write = "BEGIN IMMEDIATE; UPDATE log_head SET sequence = sequence + 1;
                        INSERT INTO change SELECT sequence, at, 'test', 'UPDATE', 'STANDARD', 1, 1, '[]' FROM log_head; COMMIT";
                    db.execute_unprepared(write).await.expect("nobody keeps it from writing");
                }
                db.close().await.expect("it closes");
            });
        });
        Self { end, thread: Some(thread) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))), "the writer has failed");
    }
}

#[test]
fn copies_made_while_others_write_are_whole_and_lie_between() {
    let folder = filled();
    let database = folder.path().join("atlas.db");
    let writer = Writer::start(database.clone());
    let mut copies = Vec::new();
    for number in 0..6 {
        let name = format!("{number}.backup");
        let before = revision(&database);
        let said = succeeds(&mut atlas(folder.path(), &["backup", &name]));
        copies.push((name, before, told_revision(&said), revision(&database)));
    }
    drop(writer);
    for (name, before, saved, after) in copies {
        assert!(before <= saved && saved <= after && before < after, "{before} {saved} {after}");
        let copy = folder.path().join(name);
        assert_eq!(sql(&copy, "", WHOLE), 1);
        assert_eq!(sql(&copy, "", "SELECT count(*) FROM pragma_foreign_key_check"), 0);
        assert_eq!((revision(&copy), sql(&copy, "", "SELECT max(sequence) FROM change")), (saved, saved));
    }
}

#[test]
fn an_import_that_was_saved_amid_it_is_completed_after_the_restore() {
    let (folder, restored) = (folder(), folder());
    let files = write_standards(folder.path(), 300).to_string_lossy().into_owned();
    let import = ["import", "auto", &files, "--source", "widgets"];
    succeeds(&mut atlas(folder.path(), &["migrate", "up"]));
    let mut command = atlas(folder.path(), &import);
    let mut writer = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    while revision(&folder.path().join("atlas.db")) == 0 && writer.try_wait().expect("it can be asked").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let copy = restored.path().join("amid.backup").to_string_lossy().into_owned();
    succeeds(&mut atlas(folder.path(), &["backup", &copy]));
    assert!(writer.wait().expect("it has ended").success());
    succeeds(&mut atlas(restored.path(), &["restore", &copy]));
    succeeds(&mut atlas(restored.path(), &import));
    assert_eq!(served(restored.path()), served(folder.path()));
}

#[test]
fn a_restored_atlas_answers_equally_and_goes_on_from_the_same_revision() {
    let document = "{ atlas { revision recordCounts { kind count } }
        organisations(first: 3) { nodes { id label standards { totalCount } } pageInfo { endCursor } }
        changes(last: 3) { nodes { revision at actor } pageInfo { startCursor } }
        search(query: \"data\") { edges { score node { label } } } }";
    let (folder, other) = (folder(), folder());
    // With the built-in records, which it loads.
    let service = serve(folder.path(), &[]);
    let answer = ask(&service, document);
    let backup = other.path().join("served backup?.atlas");
    let said = succeeds(&mut atlas(folder.path(), &["backup", &backup.to_string_lossy()]));
    let revision_now = answer["atlas"]["revision"].as_str().expect("a text");
    assert!(said.contains(&format!("records, revision {revision_now}, ")) && said.contains("iB"), "{said}");
    let others = ["--database-url", "sqlite://other.db"];
    let said = succeeds(&mut atlas(other.path(), &[&["restore", "served backup?.atlas"], &others[..]].concat()));
    assert!(said.contains(&format!("records, revision {revision_now}, ")) && said.lines().count() == 1, "{said}");
    let restored = serve(other.path(), &others);
    assert_eq!(ask(&restored, document), answer);

    let cursor = answer["organisations"]["pageInfo"]["endCursor"].as_str().expect("a cursor");
    let id = answer["organisations"]["nodes"][0]["id"].as_str().expect("an id");
    let rest = format!(
        "{{ node(id: \"{id}\") {{ ... on Organisation {{ name }} }}
            organisations(after: \"{cursor}\") {{ nodes {{ slug }} }} }}"
    );
    assert_eq!(ask(&restored, &rest), ask(&service, &rest));
    assert_eq!((service.end("-TERM"), restored.end("-TERM")), (Some(0), Some(0)));

    fs::rename(other.path().join("other.db"), other.path().join("atlas.db")).expect("it is closed");
    let first = revision(&folder.path().join("atlas.db"));
    for folder in [folder.path(), other.path()] {
        goes_on(folder);
    }
    let revisions = [&folder, &other].map(|folder| revision(&folder.path().join("atlas.db")));
    assert!(revisions[0] > first && revisions[0] == revisions[1], "{first} {revisions:?}");
    assert_eq!(served(other.path()), served(folder.path()));
}

/// Files that are no whole backup, with a word of what is said of each.
fn wrong_files(folder: &Path, good: &Path) -> Vec<(PathBuf, &'static str)> {
    let whole = fs::read(good.join("a.backup")).expect("a file");
    let database = fs::read(good.join("atlas.db")).expect("a file");
    let mut files = Vec::new();
    let mut add = |bytes: &[u8], says: &'static str| {
        let file = folder.join(format!("wrong-{}", files.len()));
        fs::write(&file, bytes).expect("a file");
        files.push((file, says));
    };
    add(b"", "not an SQLite database");
    add(b"SQLite format 3", "not an SQLite database");
    add("a text, which is no database ".repeat(300).as_bytes(), "not an SQLite database");
    add(&[b"SQLite format 3\0".as_slice(), &[7; 9000]].concat(), "not an SQLite database");
    for length in [64, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        add(&whole[..length], "");
    }
    add(&[whole.as_slice(), b"\n"].concat(), "damaged");
    add(&database[..database.len() / 2], "damaged");
    let flipped = |bytes: &[u8], place: usize| {
        let mut bytes = bytes.to_vec();
        bytes[place] ^= 0x20;
        bytes
    };
    // In the structure of a page, in a text, in a number of the seal, and anywhere.
    let word = b"Widgets of size 31";
    let place = whole.windows(word.len()).position(|part| part == word).expect("a title");
    add(&flipped(&whole, place + 3), "damaged");
    for place in [60, 63, 4096 * 3, whole.len() / 7 * 2, whole.len() / 7 * 3, whole.len() / 7 * 5] {
        add(&flipped(&whole, place), "damaged");
    }
    for place in [18, 29, 69] {
        add(&flipped(&whole, place), "");
    }
    add(&flipped(&database, 4096 * 3), "damaged");
    let file = |name: &str, statements: &str| {
        sql(&folder.join(name), statements, "SELECT 1");
        folder.join(name)
    };
    files.push((file("foreign", "CREATE TABLE song (title TEXT)"), "no atlas"));
    files.push((file("app", "PRAGMA application_id = 7; CREATE TABLE song (title TEXT)"), "no atlas"));
    let newer = folder.join("newer");
    fs::write(&newer, &database).expect("a file");
    sql(&newer, "INSERT INTO seaql_migrations VALUES ('m29990101_000001_create_moon', 0)", "SELECT 1");
    files.push((newer, "newer than this atlas"));
    let orphan = folder.join("orphan");
    fs::write(&orphan, &database).expect("a file");
    sql(&orphan, "PRAGMA foreign_keys = OFF; DELETE FROM record WHERE id = (SELECT min(id) FROM record)", "SELECT 1");
    files.push((orphan, "refers to one that is not there"));
    files.push((folder.join("nowhere"), "is not there"));
    files.push((folder.to_owned(), "is a folder"));
    files
}

#[test]
fn damaged_and_foreign_files_are_refused_before_anything_is_touched() {
    let (wrong, filled, empty) = (folder(), filled(), folder());
    let database = filled.path().join("atlas.db");
    let (bytes, inside) = (fs::read(&database).expect("a file"), names(filled.path()));
    for (file, says) in wrong_files(wrong.path(), filled.path()) {
        let name = file.to_string_lossy();
        fails_in_one_line(&mut atlas(filled.path(), &["restore", "--force", &name]), &[&name, says]);
        assert!(fs::read(&database).expect("a file") == bytes, "{name} has touched the database");
    }
    assert_eq!(names(filled.path()), inside);
    let name = wrong.path().join("wrong-7").to_string_lossy().into_owned();
    fails_in_one_line(&mut atlas(empty.path(), &["restore", &name]), &["wrong-7"]);
    assert!(names(empty.path()).is_empty());
}

#[test]
fn plain_copies_and_older_ones_are_restored() {
    let folder = filled();
    let place = |name: &str| folder.path().join(name);
    succeeds(&mut atlas(folder.path(), &["restore", "atlas.db", "--database-url", "sqlite://plain.db"]));
    assert_eq!(revision(&place("plain.db")), revision(&place("atlas.db")));
    // A backup that somebody put in place by hand and used is a plain copy from then on.
    fs::copy(place("a.backup"), place("hand.db")).expect("a copy");
    fs::write(place("new.yaml"), standard(7_000)).expect("a file");
    succeeds(&mut atlas(folder.path(), &["import", "auto", "new.yaml", "--database-url", "sqlite://hand.db"]));
    succeeds(&mut atlas(folder.path(), &["restore", "hand.db", "--database-url", "sqlite://again.db"]));
    // A copy that was in use has its newest changes elsewhere.
    fs::write(place("hand.db-wal"), "changes").expect("a file");
    fails_in_one_line(
        &mut atlas(folder.path(), &["restore", "hand.db", "--database-url", "sqlite://more.db"]),
        &["hand.db-wal", "atlas backup"],
    );
    succeeds(&mut atlas(folder.path(), &["migrate", "down"]));
    succeeds(&mut atlas(folder.path(), &["backup", "older.backup"]));
    let said = succeeds(&mut atlas(folder.path(), &["restore", "--force", "older.backup"]));
    assert!(said.contains("of an earlier atlas"), "{said}");
    assert!(!succeeds(&mut atlas(folder.path(), &["migrate", "up"])).contains("Nothing to do"));
    assert_eq!(served(folder.path())["errors"], Value::Null);
}

#[test]
fn a_database_that_is_there_is_replaced_by_force_alone_and_kept() {
    let folder = filled();
    let place = |name: &str| folder.path().join(name);
    let saved = revision(&place("atlas.db"));
    goes_on(folder.path());
    let later = revision(&place("atlas.db"));
    assert!(later > saved);
    let bytes = fs::read(place("atlas.db")).expect("a file");
    fails_in_one_line(&mut atlas(folder.path(), &["restore", "a.backup"]), &["atlas.db is there", "--force"]);
    assert!(fs::read(place("atlas.db")).expect("a file") == bytes);
    let said = succeeds(&mut atlas(folder.path(), &["restore", "--force", "a.backup"]));
    assert!(said.contains("kept as atlas.db.former\n"), "{said}");
    assert_eq!([revision(&place("atlas.db")), revision(&place("atlas.db.former"))], [saved, later]);
    let said = succeeds(&mut atlas(folder.path(), &["restore", "--force", "a.backup"]));
    assert!(said.contains("kept as atlas.db.former-2\n"), "{said}");
    // One that cannot be read is what backups are for.
    for damage in [b"a text, which is no database".repeat(300), bytes[..bytes.len() / 2].to_vec()] {
        fs::write(place("atlas.db"), &damage).expect("a file");
        fs::write(place("atlas.db-wal"), "changes").expect("a file");
        succeeds(&mut atlas(folder.path(), &["restore", "--force", "a.backup"]));
        assert_eq!(revision(&place("atlas.db")), saved);
        assert!(!place("atlas.db-wal").exists());
    }
    assert!(fs::read(place("atlas.db.former-4")).expect("a file") == bytes[..bytes.len() / 2]);
    // Changes without their database must not be applied to another; an empty file is as good as none.
    fs::remove_file(place("atlas.db")).expect("it is there");
    fs::write(place("atlas.db-wal"), "changes").expect("a file");
    fails_in_one_line(&mut atlas(folder.path(), &["restore", "a.backup"]), &["atlas.db-wal", "--force"]);
    fs::remove_file(place("atlas.db-wal")).expect("it is there");
    fs::write(place("atlas.db"), "").expect("a file");
    let said = succeeds(&mut atlas(folder.path(), &["restore", "a.backup"]));
    assert!(!said.contains("kept"), "{said}");
    // A link stays one, and so does who may read the file.
    fs::create_dir(place("elsewhere")).expect("a folder");
    fs::rename(place("atlas.db"), place("elsewhere/real.db")).expect("it is there");
    std::os::unix::fs::symlink("elsewhere/real.db", place("atlas.db")).expect("a link");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    fs::set_permissions(place("elsewhere/real.db"), mode).expect("they can be set");
    succeeds(&mut atlas(folder.path(), &["restore", "--force", "a.backup"]));
    assert!(fs::symlink_metadata(place("atlas.db")).expect("it is there").is_symlink());
    assert_eq!(names(&place("elsewhere")), ["real.db", "real.db.former"]);
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(place("atlas.db")).expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let folder = filled();
    let place = |name: &str| folder.path().join(name);
    let mut service = serve(folder.path(), &[]);
    let (bytes, inside) = (fs::read(place("atlas.db")).expect("a file"), names(folder.path()));
    let restore = ["restore", "--force", "a.backup"];
    fails_in_one_line(&mut atlas(folder.path(), &restore), &["atlas.db is used by another process"]);
    succeeds(&mut atlas(folder.path(), &["restore", "a.backup", "--database-url", "sqlite://other.db"]));
    let from_other = ["backup", "--force", "atlas.db", "--database-url", "sqlite://other.db"];
    fails_in_one_line(&mut atlas(folder.path(), &from_other), &["atlas.db is used by another process"]);
    fs::remove_file(place("other.db")).expect("it is there");
    assert!(fs::read(place("atlas.db")).expect("a file") == bytes && names(folder.path()) == inside);
    succeeds(&mut atlas(folder.path(), &["seed"]));
    let later = revision(&place("atlas.db"));
    // It ends without having taken the journal in, which is kept with the former database and not applied to the new one.
    service.process.kill().expect("the process can be killed");
    service.process.wait().expect("it has ended");
    assert!(fs::metadata(place("atlas.db-wal")).is_ok_and(|journal| journal.len() > 0));
    succeeds(&mut atlas(folder.path(), &restore));
    assert!(!place("atlas.db-wal").exists() && !place("atlas.db-shm").exists());
    let saved = revision(&place("a.backup"));
    assert!(saved < later);
    assert_eq!([revision(&place("atlas.db")), revision(&place("atlas.db.former"))], [saved, later]);
}

#[test]
fn what_is_killed_leaves_the_former_file_or_the_new_one() {
    let folder = filled();
    let place = |name: &str| folder.path().join(name);
    goes_on(folder.path());
    let (saved, later) = (revision(&place("a.backup")), revision(&place("atlas.db")));
    succeeds(&mut atlas(folder.path(), &["backup", "later.backup"]));
    let killed_after = |milliseconds: u64, arguments: &[&str]| {
        let mut command = atlas(folder.path(), arguments);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        std::thread::sleep(Duration::from_millis(milliseconds));
        process.kill().expect("the process can be killed");
        process.wait().expect("it has ended").success()
    };
    let mut done = [0, 0];
    for milliseconds in (1..).step_by(12) {
        if killed_after(milliseconds, &["backup", "new.backup"]) || place("new.backup").exists() {
            assert_eq!(
                told_revision(&succeeds(&mut atlas(folder.path(), &["restore", "--force", "new.backup"]))),
                later
            );
            break;
        }
        done[0] += 1;
    }
    for milliseconds in (1..).step_by(12) {
        let ended = killed_after(milliseconds, &["restore", "--force", "a.backup"]);
        let now = revision(&place("atlas.db"));
        assert_eq!(sql(&place("atlas.db"), "", WHOLE), 1);
        assert!(now == saved || now == later, "{now} is neither {saved} nor {later}");
        if ended || now == saved {
            break;
        }
        done[1] += 1;
    }
    // What those who were killed left behind goes with the next that is not.
    succeeds(&mut atlas(folder.path(), &["backup", "last.backup"]));
    assert!(!names(folder.path()).iter().any(|name| name.starts_with(".atlas")), "{:?}", names(folder.path()));
    assert!(done[0] > 0 && done[1] > 0, "{done:?} were killed before they were done");
}

#[test]
fn what_cannot_be_saved_or_restored_is_told_and_nothing_is_left() {
    let folder = filled();
    let inside = names(folder.path());
    let fails = |arguments: &[&str], words: &[&str]| fails_in_one_line(&mut atlas(folder.path(), arguments), words);
    fails(&["backup", "a.backup"], &["a.backup is there", "--force"]);
    fails(&["backup", "no/such/a.backup"], &["the folder no/such is not there"]);
    fails(&["backup", "/proc/a.backup"], &["/proc/a.backup cannot be written"]);
    fails(&["backup", "."], &["name"]);
    fails(&["backup", "--force", "/dev/null"], &["/dev/null is not a file"]);
    fails(&["backup", "--force", "atlas.db"], &["belongs to the database itself"]);
    fails(&["backup", "--force", "./atlas.db-wal"], &["belongs to the database itself"]);
    fails(&["restore", "--force", "atlas.db"], &["is the database itself"]);
    fails(&["backup", "b.backup", "--database-url", "sqlite://none.db"], &["there is no database none.db"]);
    fails(&["restore", "a.backup", "--database-url", "sqlite://no/such/a.db"], &["the folder no/such is not there"]);
    let server = "postgres://atlas:secret@127.0.0.1:1/atlas";
    fails(&["backup", "b.backup", "--database-url", server], &["pg_dump", "127.0.0.1:1/atlas"]);
    fails(&["restore", "a.backup", "--database-url", server], &["pg_restore", "127.0.0.1:1/atlas"]);
    assert_eq!(names(folder.path()), inside);

    succeeds(&mut atlas(folder.path(), &["backup", "--force", "a.backup"]));
    fs::write(folder.path().join("b.backup-wal"), "changes").expect("a file");
    fails(&["backup", "b.backup"], &["b.backup-wal would be taken for changes"]);
    fs::remove_file(folder.path().join("b.backup-wal")).expect("it is there");
    let database = folder.path().join("atlas.db");
    sql(&database, "INSERT INTO seaql_migrations VALUES ('m29990101_000001_create_moon', 0)", "SELECT 1");
    fails(&["backup", "b.backup"], &["newer than this atlas"]);
    assert_eq!(names(folder.path()), inside);
}

#[test]
fn what_is_told_to_end_saves_nothing() {
    let folder = filled();
    run(async {
        // A backup has to wait for whoever has the file for himself.
        let db = open(&folder.path().join("atlas.db")).await;
        let hold = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE";
        db.execute_unprepared(hold).await.expect("nobody has it");
        let mut command = atlas(folder.path(), &["backup", "new.backup"]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let started = Instant::now();
        let is_at_it = || names(folder.path()).iter().any(|name| name.starts_with(".atlas"));
        while !is_at_it() && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        let told = std::process::Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
        assert!(told.expect("kill").success());
        let output = process.wait_with_output().expect("it has ended");
        let told = text(&output.stderr);
        assert!(output.status.code() == Some(1) && told.contains("nothing was saved"), "{told}");
        assert!(!is_at_it() && !folder.path().join("new.backup").exists());
        db.close().await.expect("it closes");
    });
}
