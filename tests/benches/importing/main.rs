//! Times how fast files are imported by the program, and how fast the very same rows are loaded into the same tables by
//! hand. Run by hand, by `benches/importing.sh`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program to be run by hand")]

#[path = "../questions/arguments.rs"]
mod arguments;
#[allow(dead_code, reason = "shared")]
#[path = "../writing/by_hand.rs"]
mod by_hand;
#[allow(dead_code, reason = "shared")]
#[path = "../writing/place.rs"]
mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use api::app::App;
use api::config::Config;
use by_hand::{ByHand, Whose};
use place::Place;
use serde_json::Value;

/// Standards of one transaction of the load by hand.
const BATCH: usize = 500;

fn main() -> ExitCode {
    let Some(arguments) = arguments::given("benches/importing.sh") else { return ExitCode::SUCCESS };
    let mut given = arguments.iter().map(String::as_str);
    let (Some(program), Some(database)) = (given.next(), given.next()) else {
        eprintln!("usage: importing ATLAS sqlite|postgres://USER@HOST/DATABASE PATH...");
        return ExitCode::FAILURE;
    };
    let runs: Vec<&str> = given.collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        println!("| paths | records | seconds | a second | peak MB | by hand, seconds | of by hand |");
        println!("|---|--:|--:|--:|--:|--:|--:|");
        for run in runs {
            let paths: Vec<&str> = run.split(',').collect();
            measure(program, database, &paths).await;
        }
    });
    ExitCode::SUCCESS
}

/// Imports some paths into a new database with the built-in records, and loads what it then holds into another by hand.
async fn measure(program: &str, database: &str, paths: &[&str]) {
    let imported = Place::new(database, "imported").await;
    run(program, &imported.config(), &["seed"]);
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("importing.json");
    let report_name = report.display().to_string();
    let started = Instant::now();
    let mut arguments = vec!["import", "auto"];
    arguments.extend(paths);
    arguments.extend(["--report", &report_name]);
    let peak = run(program, &imported.config(), &arguments);
    let took = started.elapsed();
    let report: Value = fs::read(report).ok().and_then(|text| serde_json::from_slice(&text).ok()).expect("a report");
    let records = report["total"]["read"].as_f64().expect("a number of records");
    let by_hand = load(database, &imported.config()).await;
    println!(
        "| {} | {records} | {:.1} | {:.0} | {} | {:.1} | {:.2} |",
        name(paths),
        took.as_secs_f64(),
        records / took.as_secs_f64(),
        peak / 1000,
        by_hand.as_secs_f64(),
        by_hand.as_secs_f64() / took.as_secs_f64()
    );
}

fn name(paths: &[&str]) -> String {
    match paths {
        [one] => PathBuf::from(one).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        many => format!("{} paths", many.len()),
    }
}

/// Runs the program, and gives the most memory that it has held, in kilobytes.
fn run(program: &str, config: &Config, arguments: &[&str]) -> u64 {
    let mut command = Command::new(program);
    command.args(arguments).env("ATLAS_DATABASE_URL", config.database_url.expose());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let held = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = held.unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            assert!(status.success(), "{arguments:?} failed");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Loads every row of an atlas into an empty one.
async fn load(database: &str, imported: &Config) -> Duration {
    let rows = by_hand::rows(imported, Whose::All).await;
    let empty = Place::new(database, "by_hand").await;
    App::open(empty.config()).await.expect("the tables can be made").close().await;
    let by_hand = ByHand::open(&empty.config(), rows).await;
    let started = Instant::now();
    for batch in 0..by_hand.transactions() {
        by_hand.write(batch).await;
    }
    let took = started.elapsed();
    by_hand.close().await;
    took
}
