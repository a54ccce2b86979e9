//! What an atlas exports as JSON Lines: an object on each line, with the kind of its record under `recordKind`. What the
//! objects hold is the importer's to know; here they are told apart and bounded.

use std::io::{BufRead, Read};

use serde_json::Value;

use crate::item::{Entry, Item, Outcome, Reader, Sink, Stop};
use crate::record::Record;

/// The longest line, in bytes.
pub const MAX_LINE: u64 = 16 << 20;

const KIND: &str = "recordKind";

/// Whether it is what an atlas exports.
pub fn recognises(_path: &str, head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // A line may be longer than what one sees of it.
    let kind = format!("\"{KIND}\"");
    head.starts_with(b"{") && line.windows(kind.len()).any(|window| window == kind.as_bytes())
}

/// Reads it.
pub fn reader() -> Jsonl {
    Jsonl
}

/// The reader; nothing on one line explains another.
pub struct Jsonl;

impl Reader for Jsonl {
    fn read(&mut self, entry: Entry<'_>, sink: &mut Sink<'_>) -> Result<(), Stop> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let read = (&mut *entry.contents).take(MAX_LINE).read_until(b'\n', &mut line);
            let outcome = match read {
                Ok(0) => break,
                Ok(length) if length as u64 == MAX_LINE && !line.ends_with(b"\n") => {
                    sink(item(
                        entry.path,
                        number,
                        Outcome::Rejected(format!("the line is longer than {MAX_LINE} bytes")),
                    ))?;
                    if !skip_line(entry.contents) {
                        break;
                    }
                    continue;
                }
                Ok(_) if line.trim_ascii().is_empty() => continue,
                Ok(_) => document(&line),
                Err(error) => {
                    sink(item(entry.path, number, Outcome::Rejected(format!("the file cannot be read on: {error}"))))?;
                    break;
                }
            };
            sink(item(entry.path, number, outcome))?;
        }
        Ok(())
    }
}

fn item(path: &str, number: u64, outcome: Outcome) -> Item {
    Item { path: path.to_owned(), position: Some(format!("line {number}")), outcome }
}

/// Reads on to the next line. Whether there may be one.
fn skip_line(contents: &mut dyn BufRead) -> bool {
    loop {
        let Ok(buffer) = contents.fill_buf() else { return false };
        if buffer.is_empty() {
            return false;
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        contents.consume(length);
        if end.is_some() {
            return true;
        }
    }
}

fn document(line: &[u8]) -> Outcome {
    match serde_json::from_slice(line) {
        Ok(Value::Object(object)) if object.get(KIND).is_some_and(Value::is_string) => {
            Outcome::Record(Record::Document(Box::new(object)))
        }
        Ok(_) => Outcome::Rejected(format!("it is no object with the kind of its record under \"{KIND}\"")),
        Err(error) => Outcome::Rejected(format!("it is no JSON: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(text: &str) -> Vec<Outcome> {
        let mut items = Vec::new();
        let mut contents = text.as_bytes();
        reader()
            .read(Entry { path: "x.jsonl", contents: &mut contents }, &mut |item| {
                items.push(item.outcome);
                Ok(())
            })
            .unwrap();
        items
    }

    #[test]
    fn lines_that_are_no_records_are_rejected_and_the_others_read() {
        let found = outcomes("{\"recordKind\":\"ISSUE\"}\n\n[1]\n{\"a\":1}\n{\n{\"recordKind\":\"EVENT\"}");
        assert!(matches!(&found[0], Outcome::Record(Record::Document(object)) if object["recordKind"] == "ISSUE"));
        assert!(found[1..4].iter().all(|outcome| matches!(outcome, Outcome::Rejected(_))));
        assert!(matches!(&found[4], Outcome::Record(_)));
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn a_line_that_is_too_long_is_one_rejection() {
        let text = format!("{}\n{{\"recordKind\":\"ISSUE\"}}\n", "x".repeat(usize::try_from(MAX_LINE).unwrap() + 9));
        let found = outcomes(&text);
        assert!(matches!(&found[0], Outcome::Rejected(reason) if reason.contains("longer")));
        assert!(matches!(&found[1], Outcome::Record(_)));
        assert_eq!(found.len(), 2);
    }
}
