//! `atlas export`: records out, as a stream into a file or to standard output.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use indicatif::HumanBytes;

use crate::app::App;
use crate::config::Config;
use crate::export::{self, Format, Question};
use crate::graph::cursor::revision_text;

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

    /// Where to; standard output where it is left out. Compressed where the name ends in .gz or .zst
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
        let mut from = export::stream(app.clone(), order, PATIENCE);
        let mut output = Output::open(self.output.as_deref())?;
        let mut length = 0;
        while let Some(bytes) = from.next().await {
            let bytes = bytes.context("the export broke off: what was written is not whole")?;
            length += bytes.len() as u64;
            match output.write_all(&bytes) {
                Ok(()) => {}
                // The reader has seen enough, as in `atlas export … | head`.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => {
                    return Err(error).context("the export cannot be written on: what was written is not whole");
                }
            }
        }
        output.end().context("the export cannot be written to its end")?;
        app.close().await;
        eprintln!("{} at revision {revision}", HumanBytes(length));
        Ok(())
    }
}

/// Where the bytes go.
enum Output {
    Plain(Box<dyn Write + Send>),
    Gzip(GzEncoder<Box<dyn Write + Send>>),
    Zstandard(zstd::Encoder<'static, Box<dyn Write + Send>>),
}

impl Output {
    fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self::Plain(Box::new(io::stdout()))) };
        let cannot = || format!("{} cannot be written", path.display());
        let file: Box<dyn Write + Send> = Box::new(BufWriter::new(File::create(path).with_context(cannot)?));
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        Ok(match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("gz") => Self::Gzip(GzEncoder::new(file, Compression::default())),
            Some("zst") => Self::Zstandard(zstd::Encoder::new(file, 0).with_context(cannot)?),
            _ => Self::Plain(file),
        })
    }

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
