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
    let (Ok(size), true) = (size, is_database && given.len() <= 2) else {
        eprintln!("usage: writing [sqlite|postgres://USER@HOST/DATABASE] [SIZE]");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run(database, size));
    ExitCode::SUCCESS
}

async fn run(database: &str, size: usize) {
    let written = Place::new(database, "written").await;
    let wanted = through_write::around(written.config(), size).await;
    let prepared = written.copy("prepared").await;
    let loaded = written.copy("loaded").await;
    let took = [
        through_write::write(written.config(), Arc::clone(&wanted)).await,
        through_write::write_prepared(prepared.config(), wanted).await,
        by_hand::load(&loaded.config(), &by_hand::rows(&written.config()).await).await,
    ];
    println!("{size} standards in transactions of {BATCH}, {database}");
    let rates = took.map(Rate::of);
    let [_, _, by_hand] = &rates;
    for (what, rate) in ["put", "put_prepared", "by hand"].iter().zip(&rates) {
        let share = rate.each_second / by_hand.each_second;
        let Rate { each_second, longest } = rate;
        println!("{what:14} {each_second:7.0} a second, {share:.2} of by hand; longest transaction {longest:?}");
    }
}

struct Rate {
    /// By the transaction in the middle, so that what else the machine does matters little.
    each_second: f64,
    longest: Duration,
}

impl Rate {
    fn of(mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        let middle = took.get(took.len() / 2).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "no such number of records")]
        let each_second = BATCH as f64 / middle.as_secs_f64();
        Self { each_second, longest: took.last().copied().unwrap_or_default() }
    }
}
