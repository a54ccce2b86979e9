//! The reading side of an import: files are unpacked, read and prepared on a thread of their own, and handed over in
//! batches. How large they are is told by how long the last ones took to write.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use formats::container::{self, Damage};
use formats::record::Record;
use formats::{Item, Outcome, Reader, Stop};
use tokio::sync::mpsc::Sender;

use super::batch::{Ready, Reject, Work};
use super::check;
use super::document;
use super::prepare::prepare;

/// Where a path's bytes come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file or folder.
    Path(PathBuf),
    /// Standard input, read once.
    Stdin,
}

/// What both sides look at: how far reading has come, and how large batches should be.
#[derive(Debug, Default)]
pub struct Pace {
    /// Bytes read, packed as they are.
    pub consumed: Arc<AtomicU64>,
    /// How many rows a batch should make.
    pub rows: AtomicUsize,
}

/// Records that a batch holds at most, so that what it keeps in memory is bounded.
const MAX_RECORDS: usize = 1_500;

/// Reads a path and hands batches over, until it ends or nobody takes them.
///
/// # Errors
/// That the other side wants no more.
pub fn read(
    input: &Input,
    path: usize,
    reader: &mut dyn Reader,
    pace: &Pace,
    sender: &Sender<Vec<Work>>,
) -> Result<(), Stop> {
    let mut batch = Batch { path, work: Vec::new(), rows: 0, pace, sender };
    each(input, reader, &pace.consumed, &mut |item| batch.take(item))?;
    batch.send()
}

/// Tells a sink all that a path holds.
///
/// # Errors
/// That the sink wants no more.
pub fn each(
    input: &Input,
    reader: &mut dyn Reader,
    consumed: &Arc<AtomicU64>,
    sink: &mut dyn FnMut(Item) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut visit = |entry: Result<formats::Entry<'_>, Damage>| match entry {
        Ok(entry) => reader.read(entry, sink),
        Err(Damage { path, reason }) => sink(Item { path, position: None, outcome: Outcome::Rejected(reason) }),
    };
    match input {
        Input::Path(path) => container::walk(path, consumed, &mut visit)?,
        Input::Stdin => {
            let mut stdin = BufReader::new(std::io::stdin());
            container::walk_stream("stdin", &mut stdin, consumed, &mut visit)?;
        }
    }
    reader.finish(sink)
}

/// How many bytes a path has.
pub fn size(input: &Input) -> u64 {
    match input {
        Input::Path(path) => container::size(Path::new(path)),
        Input::Stdin => 0,
    }
}

struct Batch<'a> {
    path: usize,
    work: Vec<Work>,
    rows: usize,
    pace: &'a Pace,
    sender: &'a Sender<Vec<Work>>,
}

impl Batch<'_> {
    fn take(&mut self, item: Item) -> Result<(), Stop> {
        let (locator, ready) = ready(item);
        self.rows += rows_of(&ready);
        self.work.push(Work { path: self.path, locator, ready });
        if self.rows >= self.pace.rows.load(Ordering::Relaxed) || self.work.len() >= MAX_RECORDS {
            self.send()
        } else {
            Ok(())
        }
    }

    fn send(&mut self) -> Result<(), Stop> {
        self.rows = 0;
        if self.work.is_empty() {
            return Ok(());
        }
        self.sender.blocking_send(std::mem::take(&mut self.work)).map_err(|_| Stop)
    }
}

/// About how many rows a record makes.
fn rows_of(ready: &Ready) -> usize {
    match ready {
        Ready::Standard(prepared) => {
            10 + prepared.relations.len()
                + prepared.claims.len()
                + prepared.titles.len()
                + prepared.identifiers.len() * 2
        }
        Ready::Document(document) => 5 + document.links.iter().map(|(_, rows)| rows.len()).sum::<usize>(),
        Ready::Other { .. } | Ready::Tombstone(_) => 20,
        Ready::Skipped(_) | Ready::Rejected(_) | Ready::Passed => 1,
    }
}

/// An item, checked and prepared, and where in the source it stands.
pub fn ready(item: Item) -> (String, Ready) {
    let Item { path, position, outcome } = item;
    let locator = match &position {
        None => path.clone(),
        Some(position) => format!("{path}, {position}"),
    };
    let rejected = |reason| Ready::Rejected(Reject { path: path.clone(), position: position.clone(), reason });
    let ready = match outcome {
        Outcome::Skipped(reason) => Ready::Skipped(reason),
        Outcome::Rejected(reason) => rejected(reason),
        Outcome::Record(Record::Standard(standard)) | Outcome::Beside(Record::Standard(standard)) => {
            match prepare(*standard) {
                Ok(prepared) => Ready::Standard(Box::new(prepared)),
                Err(reason) => rejected(reason),
            }
        }
        Outcome::Record(Record::Document(json)) | Outcome::Beside(Record::Document(json)) => {
            match document::tombstone(&json) {
                Ok(Some(tombstone)) => Ready::Tombstone(tombstone),
                Ok(None) => match document::read(*json) {
                    Ok(document) => Ready::Document(Box::new(document)),
                    Err(reason) => rejected(reason),
                },
                Err(reason) => rejected(reason),
            }
        }
        Outcome::Record(record) => match check::check(&record) {
            Ok(()) => Ready::Other { record, counted: true },
            Err(reason) => rejected(reason),
        },
        Outcome::Beside(record) => match check::check(&record) {
            Ok(()) => Ready::Other { record, counted: false },
            Err(_) => Ready::Passed,
        },
    };
    (locator, ready)
}
