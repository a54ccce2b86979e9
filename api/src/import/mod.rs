//! `atlas import`: what other people's files say, brought into the atlas.
//!
//! A thread reads: it unpacks files, makes records of them (the crate `formats`) and prepares rows. What it hands over is
//! matched with what is there and written in transactions of some hundred records, each of which takes well below 200 ms,
//! so that others who write never wait long. A run can end at any moment; the next one goes on, since what is there
//! already is found unchanged.
//!
//! | module | for |
//! | --- | --- |
//! | [`reading`] | the thread that reads |
//! | [`check`], [`prepare`] | whether a record can be kept; its rows, and what tells a standard apart |
//! | [`document`] | records in the shape of `graph/document.rs`, as rows |
//! | [`directory`] | which organisation, committee or issue is meant |
//! | [`batch`] | one transaction: matched and written |
//! | [`merge`] | what becomes of a record that is there |
//! | [`origin`] | what sources said before, and relations that wait for their owner |
//! | [`settle`] | what is done when all records are there |
//! | [`source`], [`subjects`] | tables of the project: sources, their licences and ranks; issues of subjects |
//! | [`report`] | what was done, in numbers |

pub mod batch;
pub mod check;
pub mod directory;
pub mod document;
pub mod merge;
pub mod origin;
pub mod prepare;
pub mod reading;
pub mod report;
pub mod settle;
pub mod source;
pub mod subjects;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use formats::{Reader, Stop};
use tokio::sync::mpsc;

pub use batch::Reject;
use batch::{Dry, Ready, Run};
use reading::{Input, Pace};
pub use report::{Counts, Report};
use source::Source;

use crate::app::App;

/// What is to be imported, and how.
pub struct Order {
    /// The paths as they were given, and where their bytes come from.
    pub paths: Vec<(String, Input)>,
    /// The name of the source; that of each path's file where none is given.
    pub source: Option<String>,
    /// Write nothing.
    pub dry_run: bool,
    /// A record that cannot be read or kept fails the run before anything is written.
    pub strict: bool,
}

/// Makes the reader of a path. Called anew for each, and for a second look at one.
pub type MakeReader = dyn Fn() -> anyhow::Result<Box<dyn Reader + Send>> + Send + Sync;

/// Who watches a run.
pub trait Watch {
    /// A path is begun: its name, and its size in bytes where that is known.
    fn begins(&mut self, path: &str, size: u64);
    /// So many bytes of the path are read, and so many records in all.
    fn goes_on(&mut self, bytes: u64, records: u64);
    /// A record was rejected.
    ///
    /// # Errors
    /// When it cannot be written down; the run ends.
    fn rejects(&mut self, reject: &Reject) -> anyhow::Result<()>;
}

/// How long a transaction should take.
const AIM: Duration = Duration::from_millis(100);
const MIN_ROWS: usize = 200;
const MAX_ROWS: usize = 12_000;
const FIRST_ROWS: usize = 1_500;
/// Batches that may wait to be written.
const AHEAD: usize = 2;
/// What an import says when it stops amid.
const STOPPED: &str = "the import stopped; what was written is whole, and the same command goes on from there";

/// Imports everything. With `strict`, everything is read twice: first to see whether it can be.
///
/// # Errors
/// What stopped it, in a sentence. What was written until then stays.
pub async fn import(app: &App, order: Order, make: Arc<MakeReader>, watch: &mut dyn Watch) -> anyhow::Result<Report> {
    if order.strict {
        look_first(&order, &make, watch).await?;
    }
    let names: Vec<String> = order.paths.iter().map(|(name, _)| name.clone()).collect();
    let mut total = Report::default();
    let mut dry = Dry::default();
    for (place, (name, input)) in order.paths.into_iter().enumerate() {
        let key = order.source.clone().unwrap_or_else(|| source::key_of_file(&name));
        let mut run = Run::new(app, Source::named(&key), &names, order.dry_run);
        std::mem::swap(&mut run.report, &mut total);
        std::mem::swap(&mut run.dry, &mut dry);
        let started = Instant::now();
        run.report.paths.entry(name.clone()).or_default();
        import_path(&mut run, place, input, &make, watch).await?;
        run.report.took(&name, started.elapsed());
        total = run.report;
        dry = run.dry;
    }
    total.sum();
    Ok(total)
}

async fn import_path(
    run: &mut Run<'_>,
    path: usize,
    input: Input,
    make: &Arc<MakeReader>,
    watch: &mut dyn Watch,
) -> anyhow::Result<()> {
    let pace = Arc::new(Pace::default());
    pace.rows.store(FIRST_ROWS, Ordering::Relaxed);
    watch.begins(run.paths.get(path).map_or("", String::as_str), reading::size(&input));
    let (sender, mut receiver) = mpsc::channel(AHEAD);
    let thread = tokio::task::spawn_blocking({
        let (pace, make) = (Arc::clone(&pace), Arc::clone(make));
        move || -> anyhow::Result<()> {
            let mut reader = make()?;
            // The other side stops when it cannot write, and says why itself.
            reading::read(&input, path, reader.as_mut(), &pace, &sender).or(Ok(()))
        }
    });
    let mut records = 0;
    while let Some(work) = receiver.recv().await {
        let started = Instant::now();
        records += work.len() as u64;
        run.apply(work).await.map_err(|error| explained(run.app, error))?;
        for reject in std::mem::take(&mut run.rejects) {
            watch.rejects(&reject)?;
        }
        adapt(&pace, started.elapsed());
        watch.goes_on(pace.consumed.load(Ordering::Relaxed), records);
    }
    thread.await.context("the thread that reads ended")??;
    run.write_waiting(true).await.map_err(|error| explained(run.app, error))?;
    for reject in std::mem::take(&mut run.rejects) {
        watch.rejects(&reject)?;
    }
    if !run.dry_run {
        // What other sources told, and a run that was ended left, is seen to once.
        let is_last = path + 1 == run.paths.len();
        let joined = settle::relations(run, is_last).await.map_err(|error| explained(run.app, error))?;
        run.report.relations.joined += joined;
        if run.subjects_met {
            settle::subjects(run).await.map_err(|error| explained(run.app, error))?;
        }
    }
    Ok(())
}

/// Makes batches larger or smaller, so that each takes about as long as is aimed at.
fn adapt(pace: &Pace, took: Duration) {
    let rows = pace.rows.load(Ordering::Relaxed);
    let better = if took > AIM + AIM / 2 {
        rows / 2
    } else if took > AIM {
        rows - rows / 8
    } else if took < AIM * 3 / 4 {
        rows + rows / 8
    } else {
        rows
    };
    pace.rows.store(better.clamp(MIN_ROWS, MAX_ROWS), Ordering::Relaxed);
}

/// Reads everything and writes nothing.
async fn look_first(order: &Order, make: &Arc<MakeReader>, watch: &mut dyn Watch) -> anyhow::Result<()> {
    let mut rejected = 0_u64;
    for (_, input) in &order.paths {
        let (sender, mut receiver) = mpsc::channel::<Reject>(64);
        let thread = tokio::task::spawn_blocking({
            let (input, make) = (input.clone(), Arc::clone(make));
            move || -> anyhow::Result<()> {
                let mut reader = make()?;
                let consumed = Arc::default();
                let mut sink = |item| match reading::ready(item).1 {
                    Ready::Rejected(reject) => sender.blocking_send(reject).map_err(|_| Stop),
                    _ => Ok(()),
                };
                reading::each(&input, reader.as_mut(), &consumed, &mut sink).or(Ok(()))
            }
        });
        while let Some(reject) = receiver.recv().await {
            rejected += 1;
            watch.rejects(&reject)?;
        }
        thread.await.context("the thread that reads ended")??;
    }
    if rejected > 0 {
        bail!(
            "{rejected} record{} cannot be read or kept, and nothing was written: mend them, or leave out --strict",
            if rejected == 1 { "" } else { "s" }
        );
    }
    Ok(())
}

fn explained(app: &App, error: crate::store::Error) -> anyhow::Error {
    match error {
        crate::store::Error::Database(error) => {
            anyhow::anyhow!("{}", crate::app::database::explain(&error, &app.config.database_url)).context(STOPPED)
        }
        other => anyhow::Error::new(other).context(STOPPED),
    }
}
