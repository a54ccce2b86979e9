//! Times how fast new records are written through [`Write`](api::store::Write), side by side with the plainest bulk load
//! of the very same rows into the same tables. Run by hand, by `benches/writing.sh`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program to be run by hand")]

mod by_hand;
mod place;
mod through_write;

// The records are those of the other benchmark, which uses more of what is there.
#[allow(dead_code, reason = "shared")]
#[path = "../questions/chance.rs"]
mod chance;
#[allow(dead_code, reason = "shared")]
#[path = "../questions/fill.rs"]
mod fill;
#[allow(dead_code, reason = "shared")]
#[path = "../questions/records.rs"]
mod records;
#[allow(dead_code, reason = "shared")]
#[path = "../questions/words.rs"]
mod words;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use place::Place;

/// Records of one transaction.
const BATCH: usize = 500;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; whoever runs all targets as tests does not, and means no benchmark.
    if !arguments.iter().any(|argument| argument == "--bench") {
        eprintln!("run this with benches/writing.sh");
        return ExitCode::SUCCESS;
    }
    let given: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| *argument != "--bench").collect();
    let database = given.first().copied().unwrap_or("sqlite");
    let size = given.get(1).map_or(Ok(20_000), |size| size.parse());
    let is_database = database == "sqlite" || database.starts_with("postgres");
    let (Ok(size), true) = (size, is_database && given.len() <= 3) else {
        eprintln!("usage: writing [sqlite|postgres://USER@HOST/DATABASE] [SIZE] [put|put_prepared]");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run(database, size, given.get(2).copied()));
    ExitCode::SUCCESS
}

async fn run(database: &str, size: usize, only: Option<&str>) {
    let written = Place::new(database, "written").await;
    let wanted = through_write::around(written.config(), size).await;
    let loaded = written.copy("loaded").await;
    println!("{size} standards in transactions of {BATCH}, {database}");
    for way in ["put", "put_prepared"].into_iter().filter(|way| only.is_none_or(|only| only == *way)) {
        let place = written.copy(way).await;
        let wanted = Arc::clone(&wanted);
        if way == "put" {
            Box::pin(measure(way, through_write::write(place.config(), wanted))).await;
        } else {
            Box::pin(measure(way, through_write::write_prepared(place.config(), wanted))).await;
        }
        if only.is_none() && way == "put" {
            let rows = by_hand::rows(&place.config()).await;
            measure("by hand", by_hand::load(&loaded.config(), &rows)).await;
        }
    }
}

/// By the transaction in the middle, so that what else the machine does matters little.
async fn measure(what: &str, transactions: impl Future<Output = Vec<Duration>>) {
    let before = processor_time();
    let mut took = transactions.await;
    let processor = processor_time().saturating_sub(before);
    let records = u32::try_from(took.len() * BATCH).expect("no more records");
    took.sort_unstable();
    let middle = took.get(took.len() / 2).copied().unwrap_or_default();
    let each_second = f64::from(u32::try_from(BATCH).expect("a small number")) / middle.as_secs_f64();
    let longest = took.last().copied().unwrap_or_default().as_millis();
    println!(
        "{what:12} {each_second:6.0} a second, longest transaction {longest} ms, processors of this process {} µs each",
        (processor / records).as_micros()
    );
}

/// What all threads of this process have used of the processors, as Linux counts it, in hundredths of a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let used = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(2);
    Duration::from_millis(used.filter_map(|used| used.parse::<u64>().ok()).sum::<u64>() * 10)
}
