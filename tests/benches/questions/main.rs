//! Fills a database with made-up records and times questions to it, side by side with hand-written statements for the
//! same rows in the same run. Run by hand, by `benches/questions.sh`; it fails where the two sides see different rows.
//!
//! To add a question: a [`Pair`](timing::Pair) in the module that it belongs to.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program to be run by hand")]

mod arguments;
mod chance;
mod facets;
mod fill;
mod lists;
mod past;
mod place;
mod question;
mod records;
mod search;
mod timing;
mod words;

use std::process::ExitCode;

use api::app::App;
use timing::Pair;

const USAGE: &str = "usage: questions [sqlite|postgres://USER@HOST/DATABASE] [SIZE] [WORD]
WORD leaves out questions in whose name it does not stand";

fn main() -> ExitCode {
    let Some(arguments) = arguments::given("benches/questions.sh") else { return ExitCode::SUCCESS };
    let given: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let database = given.first().copied().unwrap_or("sqlite");
    let size = given.get(1).map_or(Ok(500_000), |size| size.parse());
    let is_database = database == "sqlite" || database.starts_with("postgres");
    let (Ok(size), true) = (size, is_database && given.len() <= 3) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run(database, size, given.get(2).copied().unwrap_or_default()))
}

async fn run(database: &str, size: usize, word: &str) -> ExitCode {
    let app = place::open(database, size).await;
    let mut pairs = lists::pairs(&app).await;
    pairs.extend(past::pairs(&app).await);
    if app.schema.sdl().contains(facets::TYPE) {
        pairs.extend(facets::pairs());
        pairs.extend(search::pairs(&app));
    }
    pairs.retain(|pair| pair.name.contains(word));
    println!("{size} standards\n{}", timing::heading());
    let differences = time(&app, &pairs).await;
    for difference in &differences {
        eprintln!("not the same: {difference}");
    }
    app.close().await;
    if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Times all pairs, prints a line for each, and gives those that do not show the same.
async fn time(app: &App, pairs: &[Pair]) -> Vec<String> {
    let mut differences = Vec::new();
    for pair in pairs {
        let timed = pair.time(app).await;
        println!("{}", pair.line(&timed));
        differences.extend(pair.difference(&timed));
    }
    differences
}
