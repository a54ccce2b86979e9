//! Tables of any source, read by a [mapping]: CSV, JSON, JSON Lines, YAML, Markdown. The mappings in
//! `seeds/mappings/` are built in; each knows its files by their names and columns.

pub mod mapping;

mod build;
mod markdown;
mod rows;
pub mod schema;
mod yaml;

use std::{
    io::{BufRead, Cursor, Read},
    path::Path,
    sync::{Arc, LazyLock},
};

pub use mapping::{Mapping, Mistake};

use self::{
    mapping::{Action, Layout, Table},
    rows::{Cells, Event, Settings},
};
use crate::container::HEAD;
use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// The mappings that are built in: the name of each and its text.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../seeds/mappings/", $name, ".toml")))),*];
    };
}

built_in!("calendars", "countries", "country-codes", "sigma", "supraverden");

static MAPPINGS: LazyLock<Arc<Mapping>> = LazyLock::new(|| {
    let tables = BUILT_IN.iter().flat_map(|(name, text)| {
        let mapping = Mapping::parse(text);
        mapping.unwrap_or_else(|mistake| panic!("a test reads {name}: {mistake}")).tables
    });
    Arc::new(Mapping { tables: tables.collect() })
});

/// Whether a built-in mapping knows a file.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    MAPPINGS.recognises(path, head)
}

/// A reader that knows the tables of the built-in mappings.
pub fn reader() -> TableReader {
    TableReader { mapping: Arc::clone(&MAPPINGS), own: false }
}

/// A reader by a mapping.
pub fn reader_by(mapping: Mapping) -> TableReader {
    TableReader { mapping: Arc::new(mapping), own: true }
}

impl Mapping {
    /// Whether a table of it knows a file by more than that it is one.
    pub fn recognises(&self, path: &str, head: &[u8]) -> bool {
        let head = without_mark(head);
        let layout = layout(path, head);
        self.tables
            .iter()
            .any(|table| (table.names_files() || !table.columns.is_empty()) && suits(table, path, layout, head))
    }
}

/// Whether a file is for a table, as far as its path and its head tell.
fn suits(table: &Table, path: &str, layout: Option<Layout>, head: &[u8]) -> bool {
    table.takes_path(path)
        // Only who names the file may say that it is something else than it seems.
        && (table.names_files() || layout.is_none() || table.layout.is_none() || table.layout == layout)
        && (table.columns.is_empty() || stands_in(table, layout, head))
}

/// Whether the columns of a table are in a file, as far as its head tells.
fn stands_in(table: &Table, layout: Option<Layout>, head: &[u8]) -> bool {
    if table.layout.or(layout) == Some(Layout::Csv) {
        let columns = rows::csv_columns(head, table.delimiter.unwrap_or_else(|| rows::delimiter(head)));
        let cells = Cells::Record { columns: &columns, fields: &csv::StringRecord::new() };
        return table.columns.iter().all(|column| cells.has(column));
    }
    let head = crate::text::head(head);
    if table.layout.or(layout) == Some(Layout::Markdown) {
        return head
            .lines()
            .any(|line| line.contains('|') && table.columns.iter().all(|column| line.contains(column.as_str())));
    }
    table.columns.iter().all(|column| head.contains(column.as_str()))
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// What a file is by its ending, and by its beginning.
fn layout(path: &str, head: &[u8]) -> Option<Layout> {
    let ending = Path::new(path).extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "tab" => Some(Layout::Csv),
        "jsonl" | "ndjson" => Some(Layout::Jsonl),
        "yaml" | "yml" => Some(Layout::Yaml),
        "md" | "markdown" => Some(Layout::Markdown),
        _ => {
            let head = head.trim_ascii_start();
            match head.first() {
                Some(b'[') => Some(Layout::Json),
                Some(b'{') => {
                    let mut lines = head.split(|byte| *byte == b'\n');
                    let first = lines.next().unwrap_or_default();
                    let whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
                    let more = lines.any(|line| line.trim_ascii_start().starts_with(b"{"));
                    Some(if whole && more { Layout::Jsonl } else { Layout::Json })
                }
                Some(_) if !head.contains(&0) => Some(Layout::Csv),
                _ => None,
            }
        }
    }
}

/// Reads tables.
pub struct TableReader {
    mapping: Arc<Mapping>,
    /// Whether somebody gave the mapping for these very files.
    own: bool,
}

impl Reader for TableReader {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let path = entry.path;
        let mut reject = |position: Option<String>, reason: String| {
            sink(Item { path: path.to_owned(), position, outcome: Outcome::Rejected(reason) })
        };
        let mut head = Vec::new();
        if let Err(error) = entry.contents.take(HEAD as u64).read_to_end(&mut head) {
            return reject(None, rows::cannot(&error));
        }
        if head.is_empty() {
            return Ok(());
        }
        let start = without_mark(&head);
        let own = layout(path, start);
        let all = &self.mapping.tables;
        let mut tables: Vec<&Table> = all.iter().filter(|table| suits(table, path, own, start)).collect();
        if tables.is_empty() {
            // Rows that are long may name their columns later.
            tables = all.iter().filter(|table| self.own && table.takes_path(path)).collect();
        }
        let layout = tables.iter().find_map(|table| table.layout).or(own);
        let Some(layout) = layout else {
            return reject(None, "is no text, or empty".to_owned());
        };
        if tables.is_empty() {
            return reject(None, self.unknown());
        }
        let first = |get: fn(&Table) -> Option<&str>| tables.iter().find_map(|table| get(table));
        let settings = Settings {
            layout,
            delimiter: tables.iter().find_map(|table| table.delimiter).unwrap_or_else(|| rows::delimiter(start)),
            header: tables.iter().find_map(|table| table.header.as_deref()),
            rows: first(|table| table.rows.as_deref()),
            key: first(|table| table.key.as_deref()).unwrap_or("key"),
        };
        // A file without records in it need not even be well formed.
        if tables.iter().all(|table| matches!(table.action, Action::PassOver) && table.columns.is_empty()) {
            return Ok(());
        }
        let mut rest = Cursor::new(start).chain(entry.contents);
        let unknown = self.unknown();
        let mut chosen: Vec<&Table> = Vec::new();
        // A column that is missing was told of once.
        let mut lacking = false;
        rows::read(&mut rest as &mut dyn BufRead, settings, &mut |event| {
            let (position, outcome) = match event {
                Event::Header(cells) => {
                    chosen = tables
                        .iter()
                        .copied()
                        .filter(|table| table.columns.iter().all(|column| cells.has(column)))
                        .collect();
                    let problem = if chosen.is_empty() {
                        Some(unknown.clone())
                    } else if cells.fixed() {
                        chosen.iter().find_map(|table| missing(table, &cells))
                    } else {
                        None
                    };
                    // Other tables of a Markdown file are none of ours.
                    lacking = problem.is_some();
                    match problem {
                        Some(problem) if layout != Layout::Markdown || !chosen.is_empty() => {
                            (None, Some(Outcome::Rejected(problem)))
                        }
                        _ => return Ok(()),
                    }
                }
                Event::Row(..) | Event::Bad(Some(_), _) if lacking => return Ok(()),
                Event::Row(position, cells) => {
                    let outcome = match chosen.iter().find(|table| build::takes(table, &cells)) {
                        Some(table) => build::outcome(table, &cells),
                        None => Some(Outcome::Skipped("no table of the mapping is for this row")),
                    };
                    (Some(position), outcome)
                }
                Event::Bad(position, reason) => (position, Some(Outcome::Rejected(reason))),
            };
            match outcome {
                Some(outcome) => sink(Item { path: path.to_owned(), position, outcome }),
                None => Ok(()),
            }
        })
    }
}

impl TableReader {
    fn unknown(&self) -> String {
        if self.own {
            "no table of the mapping is for this file: see its \"files\" and \"columns\"".to_owned()
        } else {
            "no built-in mapping knows this table: give one with --mapping".to_owned()
        }
    }
}

/// A column that the mapping names and the file lacks.
fn missing(table: &Table, cells: &Cells<'_>) -> Option<String> {
    let needed = build::needed(table);
    let missing = needed.iter().find(|columns| !columns.iter().any(|column| cells.has(column)))?;
    let shown = |names: &[&str], between: &str| {
        let names: Vec<String> = names.iter().map(|name| build::line(name)).collect();
        names.join(between).chars().take(500).collect::<String>()
    };
    let names = shown(&cells.names(), "\", \"");
    Some(format!("has no column \"{}\"; it has \"{names}\"", shown(missing, "\" or \"")))
}

#[cfg(test)]
mod tests;
