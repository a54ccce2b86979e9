//! `atlas import` as a user meets it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PATIENCE, Service, atlas, fails_in_one_line, folder, succeeds, text};

/// An invented standard as Relaton YAML.
pub(super) fn standard(number: usize) -> String {
    let committee = number % 9 + 1;
    format!(
        "docidentifier:\n- content: ISO {number}:2020\n  type: ISO\n  primary: true\ntitle:\n- content: Widgets of size {number}\n  \
         language: en\n  type: main\next:\n  editorialgroup:\n    technical_committee:\n    - identifier: ISO/TC {committee}/SC 1\n      \
         name: Widgets\n  ics:\n  - code: '35.030'\nrelation:\n- type: obsoletes\n  bibitem:\n    docidentifier:\n    - content: ISO {}:2020\n",
        number + 1
    )
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Lamp days\r\n\
    DTSTART;VALUE=DATE:20310601\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn json_of(file: &Path) -> Value {
    let text = fs::read_to_string(file).expect("the file is there");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// What happened to the records of a path, or of all: created, unchanged, rejected.
fn counts(counts: &Value) -> [u64; 3] {
    let names = ["created", "updated", "unchanged", "merged", "rejected", "skipped"];
    let of = |name: &str| counts[name].as_u64().unwrap_or_else(|| panic!("no {name} in {counts}"));
    assert_eq!(of("read"), names.into_iter().map(of).sum::<u64>(), "{counts}");
    assert!(counts["seconds"].is_number());
    [of("created"), of("unchanged"), of("rejected")]
}

#[test]
fn files_are_imported_with_a_report_and_a_list_of_rejects() {
    let folder = folder();
    let inside = |name: &str| folder.path().join(name);
    fs::write(inside("iso.yaml"), standard(1)).expect("a file");
    fs::write(inside("broken.yaml"), "docid:\n- {id: [").expect("a file");
    let mut arguments = vec!["import", "auto", "iso.yaml", "broken.yaml", "--report", "r.json", "--rejects", "x.jsonl"];
    let said = succeeds(&mut atlas(folder.path(), &arguments));
    assert!(said.contains("2 records read") && said.contains("1 created") && said.contains("1 rejected"), "{said}");
    let report = json_of(&inside("r.json"));
    assert_eq!(counts(&report["total"]), [1, 0, 1]);
    assert_eq!(counts(&report["paths"]["iso.yaml"]), [1, 0, 0]);
    assert_eq!(counts(&report["paths"]["broken.yaml"]), [0, 0, 1]);
    let rejects = fs::read_to_string(inside("x.jsonl")).expect("the rejects");
    let lines: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [reject] = lines.as_slice() else { panic!("{rejects}") };
    assert_eq!(reject["path"], "broken.yaml");
    assert!(reject["reason"].as_str().is_some_and(|reason| reason.contains("line ")), "{reject}");
    assert!(reject.as_object().is_some_and(|members| members.contains_key("position")), "{reject}");

    succeeds(&mut atlas(folder.path(), &arguments));
    assert_eq!(counts(&json_of(&inside("r.json"))["total"]), [0, 1, 1], "the second run");
    arguments.push("--strict");
    fails_in_one_line(
        &mut atlas(folder.path(), &arguments),
        &["1 record cannot be read or kept", "nothing was written"],
    );
    arguments.truncate(6);
    arguments.push("--dry-run");
    let said = succeeds(&mut atlas(folder.path(), &arguments));
    assert!(said.contains("Nothing was written"), "{said}");
}

#[test]
fn standard_input_is_imported_and_kept_for_a_strict_look() {
    for strict in [false, true] {
        let folder = folder();
        let mut arguments = vec!["import", "auto", "-", "--source", "days", "--report", "r.json"];
        arguments.extend(strict.then_some("--strict"));
        fs::write(folder.path().join("in.ics"), CALENDAR).expect("a file");
        let input = fs::File::open(folder.path().join("in.ics")).expect("a file");
        succeeds(atlas(folder.path(), &arguments).stdin(input));
        let report = json_of(&folder.path().join("r.json"));
        assert_eq!(counts(&report["paths"]["-"]), [1, 0, 0], "strict: {strict}");
    }
}

#[test]
fn what_is_wrong_with_the_command_is_told_before_a_database_is_made() {
    let folder = folder();
    fs::write(folder.path().join("iso.yaml"), standard(1)).expect("a file");
    let fails = |arguments: &[&str], words: &[&str]| fails_in_one_line(&mut atlas(folder.path(), arguments), words);
    fails(&["import", "relatn", "iso.yaml"], &["there is no format \"relatn\"", "did you mean \"relaton\"?"]);
    fails(&["import", "nothing-like-it", "iso.yaml"], &["there are ", "relaton", "rfc-index"]);
    fails(&["import", "auto", "nowhere.yaml"], &["nowhere.yaml cannot be read"]);
    fails(&["import", "auto", "-", "-"], &["standard input can be read once"]);
    fails(&["import", "auto", "iso.yaml", "--report", "nowhere/r.json"], &["nowhere/r.json cannot be written"]);
    fails(&["import", "table", "iso.yaml", "--mapping", "nowhere.toml"], &["nowhere.toml cannot be read"]);
    assert!(!folder.path().join("atlas.db").exists());
    let output = atlas(folder.path(), &["import", "auto"]).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
}

#[test]
fn the_help_of_import_shows_formats_options_and_examples() {
    let folder = folder();
    for arguments in [["import", "--help"], ["help", "import"]] {
        let said = succeeds(&mut atlas(folder.path(), &arguments));
        for word in [
            "--source",
            "--dry-run",
            "--strict",
            "--rejects",
            "--report",
            "--mapping",
            "relaton",
            "icalendar",
            "Examples:",
        ] {
            assert!(said.contains(word), "{said} does not say {word}");
        }
    }
}

/// What a service on a folder says of it, ids aside.
pub(super) fn served(folder: &Path) -> Value {
    let service = Service::start(&mut atlas(folder, &["serve", "--listen", "127.0.0.1:0"]));
    let nodes = "{ nodes { identifier slug title committees { nodes { slug } } publishers { nodes { slug } }
        relations { edges { kind identifier node { slug } } } relatedFrom { edges { kind node { slug } } } } }";
    let document = format!(
        "{{ atlas {{ recordCounts {{ kind count }} }} committees(first: 50) {{ nodes {{ slug parent {{ slug }} standards {{ totalCount }} }} }}
            first: standards(first: 40, orderBy: [{{ field: IDENTIFIER }}]) {nodes}
            last: standards(last: 40, orderBy: [{{ field: IDENTIFIER }}]) {nodes} }}"
    );
    let answer = service.ask("POST", "/graphql", &json!({ "query": document }).to_string());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer}"));
    let answer: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {body}"));
    assert!(answer["errors"].is_null(), "{answer}");
    answer
}

#[test]
fn an_import_that_is_killed_twice_is_completed_by_the_same_command() {
    const COUNT: usize = 1_200;
    let files = folder();
    for number in 0..COUNT {
        fs::write(files.path().join(format!("{number:05}.yaml")), standard(number)).expect("a file");
    }
    let path = files.path().to_string_lossy().into_owned();
    let arguments = ["import", "auto", &path, "--source", "widgets", "--report", "r.json"];
    let undisturbed = folder();
    succeeds(&mut atlas(undisturbed.path(), &arguments));
    let killed = folder();
    let size = || {
        let length = |name: &str| fs::metadata(killed.path().join(name)).map_or(0, |file| file.len());
        length("atlas.db") + length("atlas.db-wal")
    };
    for _ in 0..2 {
        let before = size();
        let mut command = atlas(killed.path(), &arguments);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let started = Instant::now();
        // Some hundred records later it is amid the next ones.
        while size() < before + (1 << 20) && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        process.kill().expect("the process can be killed");
        let status = process.wait().expect("it has ended");
        assert_eq!(status.code(), None, "it was killed before it was done");
    }
    succeeds(&mut atlas(killed.path(), &arguments));
    let report = json_of(&killed.path().join("r.json"));
    let [created, unchanged, rejected] = counts(&report["total"]);
    assert_eq!((created + unchanged, rejected), (COUNT as u64, 0), "{report}");
    assert!(unchanged > 0 && created > 0, "both were amid it: {report}");
    assert_eq!(served(killed.path()), served(undisturbed.path()));
}
