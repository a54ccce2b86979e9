//! `atlas export`: records out, as a stream into a file or to standard output.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use indicatif::HumanBytes;
use tempfile::TempPath;

use crate::app::App;
use crate::config::Config;
use crate::export::{self, Format, Question};
use crate::graph::cursor::revision_text;
use crate::http::server::told_to_end;

/// Gives records away, as a stream
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Export {
    /// What: organisations, issues, standards, committees, events, channels, instruments, initiatives, resources,
    /// countries, sources, or all
    #[arg(value_name = "KIND")]
    kind: String,

    /// jsonl: one document on each line, which `atlas import jsonl` reads; csv: a table of one kind; jsonld: JSON-LD in
    /// terms of schema.org
    #[arg(long, value_name = "FORMAT")]
    format: String,

    /// Where to, once it is whole; standard output where it is left out. Compressed where the name ends in .gz or .zst
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Only records that pass this filter of the API, as JSON
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,

    /// As the atlas was at this moment: 2026-03-01T09:30:00Z
    #[arg(long, value_name = "MOMENT")]
    as_of: Option<String>,

    /// Only what changed behind this revision, and tombstones of what is gone
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
}

/// Who reads in a terminal may take a night.
const PATIENCE: Duration = Duration::from_hours(24);

const EXAMPLES: &str = "Examples:
  atlas export all --format jsonl --output atlas.jsonl.zst
  atlas export all --format jsonl | atlas --database-url postgres://… import jsonl -
  atlas export standards --format csv --filter '{\"publisher\": {\"slug\": {\"eq\": \"iso\"}}}' --output iso.csv
  atlas export all --format jsonl --since 0000000000000042

The revision after which the records are so is told at the end, on standard error: what --since takes next time.";

impl Export {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let kinds = export::kinds_named(&self.kind).map_err(anyhow::Error::msg)?;
        let format = Format::named(&self.format).map_err(anyhow::Error::msg)?;
        let app = App::open(config).await?;
        let question =
            Question { filter: self.filter.as_deref(), as_of: self.as_of.as_deref(), since: self.since.as_deref() };
        let base = app.config.public_url.clone().unwrap_or_else(|| format!("http://{}", app.config.listen));
        let order = export::order(&app, kinds, format, question, base).await?;
        let revision = revision_text(order.state.sequence);
        let from = export::stream(app.clone(), order, PATIENCE);
        let output = Output::open(self.output.as_deref())?;
        let length = if output.place.is_some() {
            let end = told_to_end()?;
            tokio::select! {
                length = written(from, output) => length?,
                () = end => bail!("ended before the export was done: nothing was written"),
            }
        } else {
            written(from, output).await?
        };
        app.close().await;
        eprintln!("{} at revision {revision}", HumanBytes(length));
        Ok(())
    }
}

/// Writes an export to its end. Gives its length.
async fn written(mut from: export::Stream, mut output: Output) -> anyhow::Result<u64> {
    let mut length = 0;
    while let Some(bytes) = from.next().await {
        let bytes = bytes.context("the export broke off: what was written is not whole")?;
        length += bytes.len() as u64;
        match output.writer.write_all(&bytes) {
            Ok(()) => {}
            // The reader has seen enough, as in `atlas export … | head`.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(length),
            Err(error) => {
                return Err(error).context("the export cannot be written on: what was written is not whole");
            }
        }
    }
    output.end().context("the export cannot be written to its end")?;
    Ok(length)
}

/// Where the bytes go.
struct Output {
    writer: Writer,
    /// The file that takes the place of the one that was named, once it is whole.
    place: Option<Place>,
}

/// A file that is written beside another and takes its place.
struct Place {
    /// To see that it is on the disk.
    file: File,
    beside: TempPath,
    path: PathBuf,
}

enum Writer {
    Plain(Box<dyn Write + Send>),
    Gzip(GzEncoder<Box<dyn Write + Send>>),
    Zstandard(zstd::Encoder<'static, Box<dyn Write + Send>>),
}

impl Output {
    fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self { writer: Writer::Plain(Box::new(io::stdout())), place: None }) };
        let cannot = || format!("{} cannot be written", path.display());
        let (file, place) = beside(path).with_context(cannot)?;
        let file: Box<dyn Write + Send> = Box::new(BufWriter::new(file));
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        let writer = match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("gz") => Writer::Gzip(GzEncoder::new(file, Compression::default())),
            Some("zst") => Writer::Zstandard(zstd::Encoder::new(file, 0).with_context(cannot)?),
            _ => Writer::Plain(file),
        };
        Ok(Self { writer, place })
    }

    fn end(self) -> io::Result<()> {
        self.writer.end()?;
        match self.place {
            Some(Place { file, beside, path }) => {
                // A name that outlives a loss of power is not to stand for half a file.
                file.sync_all()?;
                beside.persist(path).map_err(|error| error.error)
            }
            None => Ok(()),
        }
    }
}

/// A new file beside the one that is named, which it is to replace, as open to others. What is no file, a pipe for
/// example, is written to as it is.
fn beside(path: &Path) -> io::Result<(File, Option<Place>)> {
    let there = match fs::metadata(path) {
        Ok(there) if !there.is_file() => return Ok((File::create(path)?, None)),
        Ok(there) => Some(there),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // The file behind links, which may not be there yet, not the link.
    let mut path = path.to_owned();
    while let Ok(target) = fs::read_link(&path) {
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default();
    let mut new = tempfile::Builder::new();
    new.prefix(name).suffix(".part");
    if there.is_none() {
        new.permissions(Permissions::from_mode(0o666));
    }
    let (file, beside) = new.tempfile_in(folder)?.into_parts();
    if let Some(there) = there {
        // Exactly those, whatever new files are kept from.
        file.set_permissions(there.permissions())?;
    }
    let place = Place { file: file.try_clone()?, beside, path };
    Ok((file, Some(place)))
}

impl Writer {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.write_all(bytes),
            Self::Gzip(output) => output.write_all(bytes),
            Self::Zstandard(output) => output.write_all(bytes),
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Plain(output) => Ok(output),
            Self::Gzip(output) => output.finish(),
            Self::Zstandard(output) => output.finish(),
        }?
        .flush()
    }
}
