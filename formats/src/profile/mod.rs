//! Profiles of organisations, as plain text in UTF-8, one or several in a file:
//!
//! ```text
//! International Fishing-net Body
//!
//! Acronym: IFB
//!
//! Established: 1931
//!
//! Address: Fish Quay 8, 9911 Codport, Fishland
//!
//! Website: https://ifb.example.org/
//!
//! Stakeholder group: International and regional organisations
//!
//! What it is.
//!
//! Digital activities
//!
//! What it does.
//!
//! Digital policy issues
//!
//! Quantum trade (1)
//!
//! How it treats the issue.
//!
//! Future of meetings
//!
//! How it meets.
//!
//! Social media channels
//!
//! Twitter @ifb
//!
//! 1-The issue of quantum trade is addressed as ‘small fish’ within the work of IFB.
//! ```
//!
//! Any line but the first label may be missing; the labels may come in any order. A profile begins with the line
//! before its labels: the next one where an acronym or two labels follow each other after parts of the one before, and
//! do not only add to its head.
//!
//! Every short line without the marks of a sentence is a heading. Under "Digital policy issues" a heading is an issue,
//! but one that holds a number, a standard or a colon, one that names a thing with its short form directly under an
//! issue, and those after a text that says that its parts follow ("as follows:"), until an issue whose name is common,
//! that has the mark of a footnote, or that blanks set apart: these are parts of the issue before. After "Read more"
//! short lines are links. Digital tools are part of the digital activities, with their heading. Questions about
//! meetings without an answer are left out.
//!
//! A text before the first profile is an event where it has an "Event date", and else skipped.
//!
//! The longest profile has [`MOST`] bytes; a longer one is rejected.

mod announcement;
mod cited;
mod footnotes;
mod lines;
mod parse;
mod text;

use std::io::BufRead;

use lines::{Label, Line, Section, channels, footnote, is_heading, is_other_label, label, section};

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::record::Record;

/// How many bytes a profile may have.
pub const MOST: usize = 1 << 20;

/// How many labels at most follow each other.
const MOST_LABELS: usize = 24;

/// Whether the head of a file is that of profiles: plain text, in which two of the labels follow a title, one of them
/// of those that only profiles have; or under a title two of these.
pub fn recognises(path: &str, head: &[u8]) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_text = match file.rsplit_once('.') {
        Some((_, extension)) => matches!(extension, "txt" | "text"),
        None => true,
    };
    if !is_text || file.starts_with("readme") || head.contains(&0) {
        return false;
    }
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut within a character.
        Err(error) if error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|head| std::str::from_utf8(head).ok()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let mut last: Option<String> = None;
    let (mut title, mut first) = (false, None);
    let mut run: Vec<Label> = Vec::new();
    for raw in valid.lines() {
        let text = crate::text::words(raw);
        if text.is_empty() {
            continue;
        }
        let first = *first.get_or_insert_with(|| is_title(&text));
        match label(&text) {
            Some((name, _)) => {
                if run.is_empty() {
                    title = last.as_deref().is_some_and(is_title);
                }
                if !run.contains(&name) {
                    run.push(name);
                }
                let own = [Label::Acronym, Label::Established, Label::StakeholderGroup];
                let owned = run.iter().filter(|name| own.contains(name)).count();
                if title && run.len() > 1 && owned > 0 || first && owned > 1 {
                    return true;
                }
            }
            None if is_other_label(&text) => {}
            None => run.clear(),
        }
        last = Some(text);
    }
    false
}

/// Reads files of profiles.
pub fn reader() -> Profiles {
    Profiles
}

/// The reader of profiles.
#[derive(Debug)]
pub struct Profiles;

impl Reader for Profiles {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut file = File { path: entry.path, pending: Pending::default(), profiles: 0 };
        let mut source = Lines { contents: entry.contents, number: 0 };
        let (mut blank, mut spaced) = (0, false);
        let mut buffer = Vec::new();
        loop {
            match source.next(&mut buffer) {
                Ok(0) => break,
                Ok(length) if length > MOST => file.pending.bytes += length,
                Ok(_) => {}
                Err(error) => {
                    return sink(file.item(source.number, Outcome::Rejected(format!("it cannot be read: {error}"))));
                }
            }
            let raw = String::from_utf8_lossy(&buffer);
            if let Some(line) = lines::line(source.number, &raw, blank, spaced) {
                (blank, spaced) = (0, false);
                file.push(line, sink)?;
            } else {
                let raw = raw.trim_end_matches(['\n', '\r']);
                spaced |= !raw.is_empty() && source.number > 1;
                blank += usize::from(raw.is_empty());
            }
        }
        file.finish(sink)
    }
}

/// Lines of bytes, of a bounded length.
struct Lines<'a> {
    contents: &'a mut dyn BufRead,
    number: usize,
}

impl Lines<'_> {
    /// The next line, without what it has beyond [`MOST`] bytes. Gives how many bytes it has, none at the end.
    fn next(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<usize> {
        buffer.clear();
        let mut total = 0;
        loop {
            let available = match self.contents.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            // A line also ends with a carriage return alone.
            let end = available.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let taken = end.map_or(available.len(), |end| end + 1);
            let room = (MOST + 1).saturating_sub(buffer.len());
            buffer.extend_from_slice(available.get(..taken.min(room)).unwrap_or_default());
            total += taken;
            let is_return = end.and_then(|end| available.get(end)) == Some(&b'\r');
            let at_end = taken == 0;
            self.contents.consume(taken);
            if is_return && self.contents.fill_buf().is_ok_and(|next| next.first() == Some(&b'\n')) {
                self.contents.consume(1);
                total += 1;
            }
            if end.is_some() || at_end {
                break;
            }
        }
        self.number += usize::from(total > 0);
        Ok(total)
    }
}

/// The lines that are not yet told to the sink.
#[derive(Default)]
struct Pending {
    /// The number of the first line.
    first: Option<usize>,
    lines: Vec<Line>,
    bytes: usize,
    too_long: bool,
    /// Whether the lines begin with a profile, and which of them are its head.
    is_profile: bool,
    labels: Vec<Label>,
    /// Whether a part has begun since.
    in_parts: bool,
}

impl Pending {
    /// Keeps no more than what tells where the next profile begins, as this one is too long.
    fn forget(&mut self) {
        self.too_long = true;
        let kept = self.lines.len().saturating_sub(MOST_LABELS + 1);
        self.lines.drain(..kept);
        for line in &mut self.lines {
            if line.text.len() > 1000 {
                line.text = String::new();
            }
        }
    }
}

struct File<'a> {
    path: &'a str,
    pending: Pending,
    profiles: usize,
}

impl File<'_> {
    fn item(&self, line: usize, outcome: Outcome) -> Item {
        Item { path: self.path.to_owned(), position: Some(format!("line {line}")), outcome }
    }

    fn push(&mut self, line: Line, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let name = label(&line.text).map(|(name, _)| name);
        let begins_part = section(&line.text).is_some_and(|part| part != Section::Summary)
            || !channels(&line.text).is_empty() && name.is_none();
        self.pending.bytes += line.text.len();
        self.pending.first.get_or_insert(line.number);
        self.pending.lines.push(line);
        if self.pending.bytes > MOST {
            self.pending.forget();
        }
        if name.is_some() {
            self.begin(sink)?;
        }
        self.pending.in_parts |= begins_part;
        Ok(())
    }

    /// Looks whether the labels at the end are the head of a profile, and tells what was before it.
    fn begin(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let lines = &self.pending.lines;
        let mut run: Vec<Label> = Vec::new();
        let mut doubled = false;
        let mut start = lines.len();
        for (index, line) in lines.iter().enumerate().rev().take(MOST_LABELS) {
            let Some((name, _)) = label(&line.text) else {
                if is_other_label(&line.text) {
                    continue;
                }
                break;
            };
            start = index;
            if !run.contains(&name) {
                run.push(name);
            }
            doubled |= self.pending.labels.contains(&name);
        }
        if run.len() < 2 && !run.contains(&Label::Acronym) {
            return Ok(());
        }
        let others =
            lines.get(..start).unwrap_or_default().iter().rev().take_while(|line| is_other_label(&line.text)).count();
        start -= others;
        let before = start.checked_sub(1).and_then(|at| lines.get(at));
        let has_title = before.is_some_and(|line| is_title(&line.text));
        let is_new = if self.pending.is_profile {
            // The labels of its own head are counted again as it grows.
            (start > 1 || self.pending.too_long)
                && (self.pending.in_parts && (has_title || doubled) || doubled && has_title)
        } else {
            true
        };
        if !is_new {
            if !self.pending.in_parts {
                for name in run {
                    if !self.pending.labels.contains(&name) {
                        self.pending.labels.push(name);
                    }
                }
            }
            return Ok(());
        }
        let at = match start.checked_sub(1) {
            Some(title) if has_title => title,
            _ => self.title_before_text(start).unwrap_or(start),
        };
        let rest = self.pending.lines.split_off(at.min(self.pending.lines.len()));
        self.tell(sink)?;
        self.pending = Pending {
            first: rest.first().map(|line| line.number),
            bytes: rest.iter().map(|line| line.text.len()).sum(),
            lines: rest,
            is_profile: true,
            labels: run,
            ..Pending::default()
        };
        Ok(())
    }

    /// Where labels follow a text, the title is before it: at the beginning of the file.
    fn title_before_text(&self, start: usize) -> Option<usize> {
        let lines = self.pending.lines.get(..start)?;
        let (title, text) = lines.split_first()?;
        let is_text = |line: &Line| {
            !is_heading(&line.text)
                && section(&line.text).is_none()
                && !line.text.to_ascii_lowercase().starts_with("event date")
        };
        (!self.pending.is_profile && text.len() <= 6 && is_title(&title.text) && text.iter().all(is_text)).then_some(0)
    }

    /// Tells what the pending lines are.
    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let pending = std::mem::take(&mut self.pending);
        let Some(first) = pending.first.filter(|_| !pending.lines.is_empty()) else { return Ok(()) };
        let outcome = if pending.too_long || pending.bytes > MOST {
            Outcome::Rejected(format!("it is longer than {MOST} bytes"))
        } else if pending.is_profile {
            match parse::organisation(&pending.lines) {
                Ok(organisation) => Outcome::Record(Record::Organisation(Box::new(organisation))),
                Err(reason) => Outcome::Rejected(reason),
            }
        } else if let Some(event) = announcement::event(&pending.lines) {
            Outcome::Record(Record::Event(Box::new(event)))
        } else {
            Outcome::Skipped("a text before the first profile")
        };
        self.profiles += usize::from(pending.is_profile);
        sink(self.item(first, outcome))
    }

    fn finish(mut self, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let is_event = announcement::event(&self.pending.lines).is_some();
        match self.pending.lines.first() {
            Some(first) if !self.pending.is_profile && self.profiles == 0 && !is_event => {
                let reason = "it has no profile: no title with labels such as \"Acronym:\" behind it";
                let item = self.item(first.number, Outcome::Rejected(reason.to_owned()));
                sink(item)
            }
            _ => self.tell(sink),
        }
    }
}

/// Whether the line may be the name of an organisation over its labels.
fn is_title(text: &str) -> bool {
    text.len() <= 250
        && !text.starts_with(['#', '{', '<', '='])
        && !text.ends_with(['.', ':', ';', ',', '?', '!'])
        && text.chars().any(char::is_alphabetic)
        && label(text).is_none()
        && !is_other_label(text)
        && section(text).is_none()
        && lines::item(text).is_none()
        && footnote(text).is_none()
        && channels(text).is_empty()
        && !text.contains("://")
}
