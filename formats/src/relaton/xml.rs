//! XML into trees: elements `bibdata` and `bibitem`, alone or in a collection. Attributes and elements of one name become
//! what YAML has; an element with text has it as its content.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{BufRead, Error, Read, Result as IoResult};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::LARGEST;
use super::map;
use super::tree::{DEEPEST, Value};
use crate::item::{Entry, Item, Outcome, Sink, Stop};
use crate::text;

/// Reads so many bytes before it fails; whoever shares the count sets it anew for each record.
struct Metered<R> {
    inner: R,
    meter: Rc<Meter>,
}

struct Meter {
    left: Cell<usize>,
    line: Cell<usize>,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        if let (Some(from), Some(to)) = (available.get(..length), buffer.get_mut(..length)) {
            to.copy_from_slice(from);
        }
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        let left = self.meter.left.get();
        let available = self.inner.fill_buf()?;
        if available.is_empty() {
            return Ok(available);
        }
        if left == 0 {
            return Err(Error::other(format!("a record larger than {} MiB", LARGEST >> 20)));
        }
        Ok(available.get(..left.min(available.len())).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let lines = self
            .inner
            .fill_buf()
            .map_or(0, |available| memchr::memchr_iter(b'\n', available.get(..amount).unwrap_or_default()).count());
        self.meter.line.set(self.meter.line.get().saturating_add(lines));
        self.meter.left.set(self.meter.left.get().saturating_sub(amount));
        self.inner.consume(amount);
    }
}

/// An element has so many names among its attributes and elements; more are ignored. The grammar has some 60.
const MOST_NAMES: usize = 256;

/// An element that is not at its end.
struct Open {
    name: String,
    entries: Vec<(Cow<'static, str>, Value<'static>)>,
    text: String,
}

/// Elements whose contents are texts with markup.
fn is_text(name: &str) -> bool {
    matches!(name, "title" | "abstract" | "name" | "formattedref" | "note" | "variant")
}

/// Reads the records of a file.
///
/// # Errors
/// That the sink wants no more.
pub fn read(entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let path = entry.path;
    let meter = Rc::new(Meter { left: Cell::new(LARGEST), line: Cell::new(1) });
    let mut reader = Reader::from_reader(Metered { inner: entry.contents, meter: Rc::clone(&meter) });
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    // Elements around the records, and the depth of markup within a text.
    let mut outer = 0_usize;
    let mut markup = 0_usize;
    let mut records = 0_usize;
    let mut send = |position: Option<String>, outcome| sink(Item { path: path.to_owned(), position, outcome });
    loop {
        buffer.clear();
        let line = meter.line.get();
        let position = Some(format!("line {line}"));
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => {
                return send(
                    position,
                    Outcome::Rejected(format!("line {line}: no XML: {}", text::plain(&error.to_string()))),
                );
            }
        };
        match event {
            Event::Eof => break,
            Event::Start(start) => {
                let name = local_name(&start);
                if open.is_empty() {
                    if matches!(name.as_str(), "bibdata" | "bibitem") {
                        meter.left.set(LARGEST);
                        open.push(element(name, &start));
                    } else {
                        outer += 1;
                        if outer > DEEPEST {
                            return send(position, Outcome::Rejected(format!("line {line}: too deep")));
                        }
                    }
                    continue;
                }
                if open.len() + markup > DEEPEST {
                    return send(position, Outcome::Rejected(format!("line {line}: too deep")));
                }
                match open.last_mut() {
                    Some(last) if markup > 0 || is_text(&last.name) && !is_part(&name) => {
                        markup += 1;
                        tag(&mut last.text, "<", &name);
                    }
                    _ => open.push(element(name, &start)),
                }
            }
            Event::End(end) if markup > 0 => {
                markup -= 1;
                if let Some(last) = open.last_mut() {
                    tag(&mut last.text, "</", end.local_name().as_ref());
                }
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    outer = outer.saturating_sub(1);
                    meter.left.set(LARGEST);
                    continue;
                };
                let (name, value) = close(closed);
                if let Some(parent) = open.last_mut() {
                    add(&mut parent.entries, name, value);
                    continue;
                }
                records += 1;
                meter.left.set(LARGEST);
                if let Some(outcome) = map::outcome(&value) {
                    send(position, outcome)?;
                }
            }
            event => {
                if let Some(last) = open.last_mut() {
                    push_text(last, &event);
                }
            }
        }
    }
    let line = meter.line.get();
    if !open.is_empty() {
        return send(Some(format!("line {line}")), Outcome::Rejected(format!("line {line}: a record without end")));
    }
    if records == 0 {
        return send(None, Outcome::Rejected("line 1: no Relaton record".to_owned()));
    }
    Ok(())
}

/// Adds what an event has of text.
fn push_text(open: &mut Open, event: &Event<'_>) {
    match event {
        Event::Text(text) => open.text.push_str(text),
        Event::CData(text) if is_text(&open.name) => {
            open.text.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
        }
        Event::CData(text) => open.text.push_str(text),
        Event::GeneralRef(reference) => {
            let entity = format!("&{};", &**reference);
            // Texts with markup are decoded when they are made Markdown or plain.
            let text = if is_text(&open.name) { Cow::Borrowed(entity.as_str()) } else { htmlize::unescape(&entity) };
            open.text.push_str(&text);
        }
        _ => {}
    }
}

fn tag(text: &mut String, start: &str, name: &str) {
    text.push_str(start);
    text.push_str(name);
    text.push('>');
}

/// What stands within an element that is else text.
fn is_part(name: &str) -> bool {
    matches!(name, "primary" | "completename")
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

fn element(name: String, start: &BytesStart<'_>) -> Open {
    let mut entries = Vec::new();
    for attribute in start.attributes().with_checks(false).flatten().take(MOST_NAMES) {
        let key = attribute.key.local_name().as_ref().to_owned();
        let value = htmlize::unescape(&*attribute.value).into_owned();
        add(&mut entries, key, Value::Text(Cow::Owned(value)));
    }
    Open { name, entries, text: String::new() }
}

fn close(open: Open) -> (String, Value<'static>) {
    let Open { name, mut entries, text } = open;
    let has_text = !text.trim().is_empty();
    let value = match (has_text, entries.is_empty()) {
        (true, true) => Value::Text(Cow::Owned(text)),
        (true, false) => {
            entries.push((Cow::Borrowed("content"), Value::Text(Cow::Owned(text))));
            Value::Map(entries)
        }
        (false, true) => Value::Nothing,
        (false, false) => Value::Map(entries),
    };
    (name, value)
}

/// Adds an entry; several of one name are a list.
fn add(entries: &mut Vec<(Cow<'static, str>, Value<'static>)>, name: String, value: Value<'static>) {
    let is_full = entries.len() >= MOST_NAMES;
    match entries.iter_mut().find(|(known, _)| *known == name) {
        None if is_full => {}
        None => entries.push((Cow::Owned(name), value)),
        Some((_, Value::List(values))) => values.push(value),
        Some((_, known)) => {
            let first = std::mem::take(known);
            *known = Value::List(vec![first, value]);
        }
    }
}
