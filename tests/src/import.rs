//! Files of other people, made up for tests and imported as `atlas import auto` imports them.

use std::fs;
use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use api::import::reading::Input;
use api::import::{self, Counts, Order, Reject, Report, Watch};
use formats::{Auto, Reader};
use serde_json::Value;
use tempfile::TempDir;

use crate::atlas::Atlas;

/// What an import did.
#[derive(Debug)]
pub struct Imported {
    /// The report.
    pub report: Report,
    /// What was rejected, in the order in which it was told.
    pub rejects: Vec<Reject>,
}

impl Imported {
    /// How many records were created, updated, unchanged, merged, rejected and skipped; read is their sum.
    pub fn counts(&self) -> [u64; 6] {
        let Counts { read, created, updated, unchanged, merged, rejected, skipped, .. } = self.report.total;
        let counts = [created, updated, unchanged, merged, rejected, skipped];
        assert_eq!(read, counts.iter().sum::<u64>(), "{:?}", self.report);
        counts
    }
}

/// An import that did not end well.
#[derive(Debug)]
pub struct Failed {
    /// The sentences for the person who started it.
    pub error: String,
    /// What was rejected until then.
    pub rejects: Vec<Reject>,
}

/// Files in a folder of their own, and how they are to be imported.
pub struct Import {
    folder: TempDir,
    source: Option<&'static str>,
    apart: bool,
    dry_run: bool,
    strict: bool,
}

impl Import {
    /// Of a folder, as this source.
    pub fn of(source: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, source: Some(source), apart: false, dry_run: false, strict: false }
    }

    /// Of files that are named one by one, in the order of their names, each a source of its own.
    pub fn of_files() -> Self {
        Self { source: None, apart: true, ..Self::of("") }
    }

    /// Writes nothing.
    #[must_use]
    pub fn dry_run(self) -> Self {
        Self { dry_run: true, ..self }
    }

    /// Everything or nothing.
    #[must_use]
    pub fn strict(self) -> Self {
        Self { strict: true, ..self }
    }

    /// Adds a file, or writes it anew.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    /// Adds a Relaton record as a file of YAML, or writes it anew.
    #[must_use]
    pub fn record(self, name: &str, record: &Value) -> Self {
        self.write(name, &yaml(record));
        self
    }

    /// Adds Relaton records as files of YAML: `0000.yaml`, `0001.yaml`, …
    #[must_use]
    pub fn records<'a>(self, records: impl IntoIterator<Item = &'a Value>) -> Self {
        for (number, record) in records.into_iter().enumerate() {
            self.write(&format!("{number:04}.yaml"), &yaml(record));
        }
        self
    }

    /// Writes a file of the folder, or writes it anew.
    pub fn write(&self, name: &str, text: &str) {
        let file = self.folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("the folder can be made");
        fs::write(file, text).expect("the file can be written");
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Imports, which must end well.
    pub async fn run(&self, atlas: &Atlas) -> Imported {
        self.try_run(atlas).await.unwrap_or_else(|failed| panic!("{}", failed.error))
    }

    /// Imports.
    ///
    /// # Errors
    /// What stopped it.
    pub async fn try_run(&self, atlas: &Atlas) -> Result<Imported, Failed> {
        let mut noted = Noted::default();
        let done = import::import(&atlas.app, self.order(), Arc::new(auto), &mut noted).await;
        let rejects = noted.rejects;
        match done {
            Ok(report) => Ok(Imported { report, rejects }),
            Err(error) => Err(Failed { error: format!("{error:#}"), rejects }),
        }
    }

    /// Imports, and stops amid when it has waited so often. Whether it came to its end.
    pub async fn run_until(&self, atlas: &Atlas, waits: u32) -> bool {
        let mut noted = Noted::default();
        let mut import = pin!(import::import(&atlas.app, self.order(), Arc::new(auto), &mut noted));
        let mut left = waits;
        let done = poll_fn(|context| match import.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        });
        match done.await {
            Some(Err(error)) => panic!("{error:#}"),
            Some(Ok(_)) => true,
            None => false,
        }
    }

    fn order(&self) -> Order {
        let paths = if self.apart {
            let mut files: Vec<PathBuf> = fs::read_dir(self.folder.path())
                .expect("the folder can be read")
                .map(|entry| entry.expect("the folder can be read").path())
                .collect();
            files.sort();
            let name = |file: &PathBuf| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.into_iter().map(|file| (name(&file), Input::Path(file))).collect()
        } else {
            vec![("files".to_owned(), Input::Path(self.folder.path().to_owned()))]
        };
        Order { paths, source: self.source.map(str::to_owned), dry_run: self.dry_run, strict: self.strict }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "readers that need a file can fail")]
fn auto() -> anyhow::Result<Box<dyn Reader + Send>> {
    Ok(Box::new(Auto::default()))
}

/// A record as a file of YAML: its keys in a column, their values as JSON, which is YAML too.
pub fn yaml(record: &Value) -> String {
    let members = record.as_object().expect("a record is an object");
    members.iter().flat_map(|(key, value)| [key.as_str(), ": ", &value.to_string(), "\n"].map(str::to_owned)).collect()
}

/// What watching an import shows.
#[derive(Default)]
struct Noted {
    rejects: Vec<Reject>,
}

impl Watch for Noted {
    fn begins(&mut self, _: &str, _: u64) {}

    fn goes_on(&mut self, _: u64, _: u64) {}

    fn rejects(&mut self, reject: &Reject) -> anyhow::Result<()> {
        self.rejects.push(reject.clone());
        Ok(())
    }
}
