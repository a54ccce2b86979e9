//! Times how fast new records are written through [`Write`](api::store::Write), side by side with the plainest bulk load
//! of the very same rows into the same tables. Run by hand, by `benches/writing.sh`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program to be run by hand")]

#[path = "../questions/arguments.rs"]
mod arguments;
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
use std::time::{Duration, Instant};

use by_hand::ByHand;
use place::Place;
use through_write::ThroughWrite;

/// Records of one transaction.
const BATCH: usize = 500;

fn main() -> ExitCode {
    let Some(arguments) = arguments::given("benches/writing.sh") else { return ExitCode::SUCCESS };
    let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
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
    let places = [written.copy("put").await, written.copy("prepared").await, written.copy("by_hand").await];
    // What is written by hand is read from where it was written before.
    let mut first = ThroughWrite::open(written.config(), &wanted, false).await;
    for batch in 0..size / BATCH {
        first.write(batch).await;
    }
    first.close().await;
    let rows = by_hand::rows(&written.config(), by_hand::Whose::Standards).await;
    let mut put = ThroughWrite::open(places[0].config(), &wanted, false).await;
    let mut prepared = ThroughWrite::open(places[1].config(), &wanted, true).await;
    let by_hand = ByHand::open(&places[2].config(), rows).await;
    let mut took: [Took; 3] = Default::default();
    // In turns, so that whatever else the machine does falls on all alike.
    for batch in 0..by_hand.transactions() {
        took[0].time(put.write(batch)).await;
        took[1].time(prepared.write(batch)).await;
        took[2].time(by_hand.write(batch)).await;
    }
    put.close().await;
    prepared.close().await;
    by_hand.close().await;
    println!("{size} standards in transactions of {BATCH}, {database}");
    let least = took[2].median();
    for (way, took) in ["put", "put_prepared", "by hand"].iter().zip(took) {
        took.tell(way, least);
    }
}

/// How long transactions took.
#[derive(Default)]
struct Took {
    times: Vec<Duration>,
    /// Of all threads of this process.
    processors: Duration,
}

impl Took {
    async fn time(&mut self, transaction: impl Future<Output = ()>) {
        let (before, started) = (processor_time(), Instant::now());
        transaction.await;
        self.times.push(started.elapsed());
        self.processors += processor_time().saturating_sub(before);
    }

    fn median(&self) -> Duration {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    fn tell(&self, way: &str, least: Duration) {
        let count = |number: usize| f64::from(u32::try_from(number).expect("no more records"));
        println!(
            "{way:12} {:6.0} a second, {:.2} of by hand; longest transaction {} ms; {:.0} µs of this process each",
            count(BATCH) / self.median().as_secs_f64(),
            least.as_secs_f64() / self.median().as_secs_f64(),
            self.times.iter().max().copied().unwrap_or_default().as_millis(),
            self.processors.as_secs_f64() * 1e6 / count(BATCH * self.times.len()),
        );
    }
}

/// What all threads of this process have used of the processors, as Linux counts it, in hundredths of a second.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let used = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().skip(11).take(2);
    Duration::from_millis(used.filter_map(|used| used.parse::<u64>().ok()).sum::<u64>() * 10)
}
