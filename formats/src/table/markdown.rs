//! The tables of a Markdown file.

use std::io::BufRead;

use csv::StringRecord;

use super::rows::{Cells, Columns, Event, Handle, cannot, line};
use crate::item::Stop;

/// The column that holds the heading above a table.
const HEADING: &str = "heading";

pub(super) fn read(input: &mut dyn BufRead, handle: &mut Handle<'_>) -> Result<(), Stop> {
    let mut buffer = Vec::new();
    let mut heading = String::new();
    let mut fenced = false;
    // The line before, and the table that one is in.
    let mut before: Option<Vec<String>> = None;
    let mut columns: Option<Columns> = None;
    let mut width = 0;
    for number in 1_u64.. {
        match line(input, &mut buffer) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return handle(Event::Bad(None, cannot(&error))),
        }
        let text = String::from_utf8_lossy(&buffer);
        let text = text.trim();
        if text.starts_with("```") || text.starts_with("~~~") {
            fenced = !fenced;
        }
        if fenced || !text.contains('|') {
            columns = None;
            before = None;
            if !fenced && text.starts_with('#') {
                text.trim_matches('#').trim().clone_into(&mut heading);
            }
            continue;
        }
        let mut cells = split(text);
        if let Some(columns) = &columns {
            let position = format!("line {number}");
            let beyond = cells.get(width..).unwrap_or_default();
            if beyond.iter().any(|cell| !cell.is_empty()) {
                let reason = format!("has {} cells where the header has {width}", cells.len());
                handle(Event::Bad(Some(position), reason))?;
                continue;
            }
            cells.resize(width, String::new());
            cells.push(heading.clone());
            let fields = StringRecord::from(cells);
            handle(Event::Row(position, Cells::Record { columns, fields: &fields }))?;
        } else if rule(&cells)
            && let Some(names) = before.take()
        {
            width = names.len();
            let found = columns.insert(Columns::new(names.into_iter().chain([HEADING.to_owned()])));
            handle(Event::Header(Cells::Record { columns: found, fields: &StringRecord::new() }))?;
        } else {
            before = Some(cells);
        }
    }
    Ok(())
}

/// The cells of a line. "\|" is no border.
fn split(text: &str) -> Vec<String> {
    let text = text.strip_prefix('|').unwrap_or(text);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            '|' if escaped => {
                if let Some(cell) = cells.last_mut() {
                    cell.pop();
                    cell.push('|');
                }
            }
            '|' => cells.push(String::new()),
            _ => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(letter);
                }
            }
        }
        escaped = letter == '\\' && !escaped;
    }
    let mut cells: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    if cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// Whether it is the line between header and rows.
fn rule(cells: &[String]) -> bool {
    cells.iter().all(|cell| {
        let dashes = cell.trim_matches(':');
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    })
}
