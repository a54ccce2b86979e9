//! `atlas import`: other people's data in.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use formats::table::Mapping;
use formats::{Auto, Format, Reader};
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use crate::app::App;
use crate::config::Config;
use crate::import::reading::Input;
use crate::import::{self, MakeReader, Order, Reject, Report, Watch};

/// Brings data in: standards, organisations, committees, events and more, from files, folders and archives
///
/// What is there already is found unchanged, so that a run that was ended is completed by the same command, and a second
/// run changes nothing. A record that cannot be read is rejected, and the run goes on.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// What the files are in: auto, relaton, specref, web-specs, rfc-index, ris, iso-committees, iso-ics, icalendar,
    /// conferences, profile, table or jsonl
    #[arg(value_name = "FORMAT")]
    format: String,

    /// Files, folders, or archives (.tar, .tar.gz, .tar.zst, .zip, .zst, .gz), read as a stream; - is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,

    /// The source that records cite, by a name that is known or a new one; the name of each file where none is given
    #[arg(long, value_name = "NAME")]
    source: Option<String>,

    /// Which column of a table is what, as TOML
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,

    /// Writes nothing, and tells what would be done
    #[arg(long)]
    dry_run: bool,

    /// Fails before anything is written if a record cannot be read or kept
    #[arg(long)]
    strict: bool,

    /// Writes each rejected record to a file, as JSON Lines: path, position, reason
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,

    /// Writes what was done to a file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  atlas import auto data/*.tar.zst           whatever they are
  atlas import relaton relaton-iso.tar.zst   one catalogue, as the source relaton-iso
  atlas import table members.csv --mapping members.toml --source members
  curl -s https://example.org/x.ics | atlas import icalendar - --source example
  atlas import auto data --dry-run --report report.json --rejects rejects.jsonl";

impl Import {
    pub(super) async fn run(self, config: Config) -> anyhow::Result<()> {
        let make = self.reader()?;
        let spool = tempfile::tempdir().context("no temporary folder can be made")?;
        let paths = self.inputs(&spool)?;
        let rejects = self.rejects.as_ref().map(create).transpose()?;
        // Made before anything is read, so that a wrong name is told at once.
        let report = self.report.as_ref().map(create).transpose()?;
        let app = App::open(config).await?;
        app.prepare_for_import().await.context("the database cannot be got ready for an import")?;
        let mut progress = Progress::new(rejects);
        let order = Order { paths, source: self.source.clone(), dry_run: self.dry_run, strict: self.strict };
        let done = import::import(&app, order, make, &mut progress).await;
        progress.end();
        let settled = app.settle_after_import().await;
        app.close().await;
        let done = done?;
        settled.context("the database cannot be brought to rest after the import")?;
        if let (Some(mut file), Some(name)) = (report, &self.report) {
            write_report(&mut file, &done).with_context(|| format!("{} cannot be written", name.display()))?;
        }
        self.summary(&done);
        Ok(())
    }

    /// What makes readers of the format.
    fn reader(&self) -> anyhow::Result<Arc<MakeReader>> {
        let mapping = self.mapping.as_ref().map(|file| {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            Mapping::parse(&text).map_err(|mistake| anyhow::anyhow!("{}: {mistake}", file.display()))
        });
        let mapping = mapping.transpose()?;
        if self.format == "auto" {
            return Ok(Arc::new(move || Ok(Box::new(Auto::new(mapping.clone())) as Box<dyn Reader + Send>)));
        }
        let format: Format = self.format.parse()?;
        if mapping.is_some() && format != Format::Table {
            bail!("--mapping is for tables: write `atlas import table …`");
        }
        Ok(Arc::new(move || Ok(format.reader(mapping.clone()))))
    }

    /// Where the bytes come from. What is read twice must be kept.
    fn inputs(&self, spool: &tempfile::TempDir) -> anyhow::Result<Vec<(String, Input)>> {
        if self.paths.iter().filter(|path| *path == "-").count() > 1 {
            bail!("standard input can be read once: name - once");
        }
        let input = |path: &String| -> anyhow::Result<(String, Input)> {
            if path != "-" {
                let file = PathBuf::from(path);
                std::fs::metadata(&file).with_context(|| format!("{path} cannot be read"))?;
                return Ok((path.clone(), Input::Path(file)));
            }
            if !self.strict {
                return Ok((path.clone(), Input::Stdin));
            }
            let kept = spool.path().join("stdin");
            let mut file = File::create(&kept).context("standard input cannot be kept in a temporary file")?;
            std::io::copy(&mut std::io::stdin(), &mut file)
                .context("standard input cannot be kept in a temporary file")?;
            Ok((path.clone(), Input::Path(kept)))
        };
        self.paths.iter().map(input).collect()
    }

    fn summary(&self, report: &Report) {
        let total = &report.total;
        if self.dry_run {
            println!("Nothing was written. This is what would be done:");
        }
        println!(
            "{} records read in {}: {} created, {} updated, {} unchanged, {} merged, {} rejected, {} skipped",
            HumanCount(total.read),
            HumanDuration(Duration::from_secs_f64(total.seconds)),
            HumanCount(total.created),
            HumanCount(total.updated),
            HumanCount(total.unchanged),
            HumanCount(total.merged),
            HumanCount(total.rejected),
            HumanCount(total.skipped),
        );
        for (reason, count) in &report.skipped {
            println!("  {} skipped: {reason}", HumanCount(*count));
        }
        if report.relations.dropped > 0 {
            println!("  {} relations of a document to itself left out", HumanCount(report.relations.dropped));
        }
        for conflict in report.conflicts.iter().take(10) {
            let import::report::Conflict { kind, slug, field, path } = conflict;
            println!(
                "  kept as a curator wrote it: {field} of {} {slug}, which {path} gives otherwise",
                kind.to_lowercase()
            );
        }
        let more = report.conflicts.len().saturating_sub(10) as u64 + report.more_conflicts;
        if more > 0 {
            println!("  and {} more; --report lists them", HumanCount(more));
        }
        if total.rejected > 0 && self.rejects.is_none() {
            println!("  --rejects FILE writes down what was rejected, and why");
        }
    }
}

fn create(file: &PathBuf) -> anyhow::Result<BufWriter<File>> {
    let opened = File::create(file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(BufWriter::new(opened))
}

fn write_report(file: &mut impl Write, report: &Report) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *file, report)?;
    file.write_all(b"\n")?;
    Ok(file.flush()?)
}

/// How long a line stands alone where nobody looks at a bar.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Shows how far an import has come: a bar on a terminal, a line now and then elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    rejects: Option<BufWriter<File>>,
    path: String,
    size: u64,
    begun: Instant,
    last: Instant,
}

impl Progress {
    fn new(rejects: Option<BufWriter<File>>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} [{bar:30}] {percent}%, {prefix}, {eta} left");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, rejects, path: String::new(), size: 0, begun: Instant::now(), last: Instant::now() }
    }

    fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Progress {
    fn begins(&mut self, path: &str, size: u64) {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.clone_into(&mut self.path);
        self.size = size;
        self.begun = Instant::now();
        if let Some(bar) = &self.bar {
            bar.reset();
            bar.set_length(size);
            bar.set_message(name.to_owned());
        }
    }

    fn goes_on(&mut self, bytes: u64, records: u64) {
        let elapsed = self.begun.elapsed().as_secs_f64().max(0.001);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "for a reader's eyes"
        )]
        let rate = (records as f64 / elapsed) as u64;
        let told = format!("{} records, {}/s", HumanCount(records), HumanCount(rate));
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
            bar.set_prefix(told);
        } else if self.last.elapsed() >= BETWEEN_LINES {
            self.last = Instant::now();
            #[expect(clippy::cast_precision_loss, reason = "for a reader's eyes")]
            let left = (bytes > 0 && self.size >= bytes).then(|| elapsed * (self.size - bytes) as f64 / bytes as f64);
            let left = left
                .map_or_else(String::new, |left| format!(", {} left", HumanDuration(Duration::from_secs_f64(left))));
            eprintln!("{}: {told}{left}", self.path);
        }
    }

    fn rejects(&mut self, reject: &Reject) -> anyhow::Result<()> {
        if let Some(file) = &mut self.rejects {
            const UNWRITTEN: &str = "the file of --rejects cannot be written";
            serde_json::to_writer(&mut *file, reject).context(UNWRITTEN)?;
            writeln!(file).context(UNWRITTEN)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_format() {
        use clap::CommandFactory;
        #[derive(clap::Parser)]
        struct Alone {
            #[command(flatten)]
            import: Import,
        }
        let help = Alone::command().render_long_help().to_string();
        for format in Format::all() {
            assert!(help.contains(format.name()), "{format}");
        }
    }
}
