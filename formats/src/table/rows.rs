//! The rows of a file, whatever its layout, as a stream.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::HashMap,
    fmt,
    io::{self, BufRead, Read},
    rc::Rc,
};

use csv::StringRecord;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::mapping::Layout;
use crate::item::Stop;

/// How large a row is at most, in bytes.
pub const ROW_LIMIT: u64 = 16 << 20;

/// The cells of a row, by the names of their columns.
pub(super) enum Cells<'a> {
    Record { columns: &'a Columns, fields: &'a StringRecord },
    Object(&'a Map<String, Value>),
}

/// The names of columns, and where they stand.
#[derive(Default)]
pub(super) struct Columns {
    names: Vec<String>,
    at: HashMap<String, usize>,
}

impl Columns {
    pub fn new(names: impl Iterator<Item = String>) -> Self {
        let mut columns = Self::default();
        for (at, name) in names.enumerate() {
            let name = name.trim().to_owned();
            columns.at.entry(name.clone()).or_insert(at);
            columns.names.push(name);
        }
        columns
    }
}

impl Cells<'_> {
    /// The values in a column. Several, where a list stands in it.
    pub fn get(&self, column: &str) -> Vec<Cow<'_, str>> {
        match self {
            Self::Record { columns, fields } => {
                columns.at.get(column).and_then(|at| fields.get(*at)).map(Cow::Borrowed).into_iter().collect()
            }
            Self::Object(object) => match within(object, column) {
                Some(Value::Array(list)) => list.iter().filter_map(text).collect(),
                Some(value) => text(value).into_iter().collect(),
                None => Vec::new(),
            },
        }
    }

    pub fn has(&self, column: &str) -> bool {
        match self {
            Self::Record { columns, .. } => columns.at.contains_key(column),
            Self::Object(object) => within(object, column).is_some(),
        }
    }

    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Record { columns, .. } => columns.names.iter().map(String::as_str).collect(),
            Self::Object(object) => object.keys().map(String::as_str).collect(),
        }
    }

    /// Whether a column that this row lacks is lacking in all of the file.
    pub fn fixed(&self) -> bool {
        matches!(self, Self::Record { .. })
    }
}

fn within<'a>(object: &'a Map<String, Value>, column: &str) -> Option<&'a Value> {
    if let Some(value) = object.get(column) {
        return Some(value);
    }
    let mut parts = column.split('.');
    let mut value = object.get(parts.next()?)?;
    for part in parts {
        value = value.as_object()?.get(part)?;
    }
    Some(value)
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Owned(flag.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What reading a file meets.
pub(super) enum Event<'a> {
    /// What the rows from here on look like: told once for a file, or for each table of a Markdown file.
    Header(Cells<'a>),
    Row(String, Cells<'a>),
    /// A row that cannot be read, or all that comes after where no position is told.
    Bad(Option<String>, String),
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings<'a> {
    pub layout: Layout,
    pub delimiter: u8,
    pub header: Option<&'a [String]>,
    pub rows: Option<&'a str>,
    pub key: &'a str,
}

pub(super) type Handle<'a> = dyn FnMut(Event<'_>) -> Result<(), Stop> + 'a;

/// Reads a file without mark of the byte order.
pub(super) fn read(input: &mut dyn BufRead, settings: Settings<'_>, handle: &mut Handle<'_>) -> Result<(), Stop> {
    match settings.layout {
        Layout::Csv => csv(input, settings, handle),
        Layout::Json => json(input, settings, handle),
        Layout::Jsonl => jsonl(input, handle),
        Layout::Yaml => super::yaml::read(input, settings, handle),
        Layout::Markdown => super::markdown::read(input, handle),
    }
}

/// Lets so many bytes be read until it is told that they were used.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R> Bounded<R> {
    fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let left = Rc::new(Cell::new(ROW_LIMIT));
        let bounded = Self { inner, left: Rc::clone(&left) };
        (bounded, left)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(format!(
                "a row of more than {ROW_LIMIT} bytes: is a quotation mark missing?"
            )));
        }
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.left.set(left.saturating_sub(read as u64));
        Ok(read)
    }
}

/// Makes CR LF to LF, and ends the last line: so the lines can be counted.
struct LineEnds<R> {
    inner: R,
    /// What was read last and is not given.
    waiting: Option<u8>,
    /// Whether the last byte that was given is a line end, or nothing was.
    ended: bool,
}

impl<R: Read> LineEnds<R> {
    fn new(inner: R) -> Self {
        Self { inner, waiting: None, ended: true }
    }

    /// How much of the buffer is what is to be given of what is in it.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut end = 0;
            if let (Some(waiting), Some(first)) = (self.waiting.take(), buffer.first_mut()) {
                *first = waiting;
                end = 1;
            }
            let read = self.inner.read(buffer.get_mut(end..).unwrap_or_default())?;
            end += read;
            if read == 0 {
                return Ok(end);
            }
            if buffer.get(end - 1) == Some(&b'\r') {
                self.waiting = Some(b'\r');
                end -= 1;
            }
            let mut kept = 0;
            for at in 0..end {
                let (byte, next) = (buffer.get(at).copied(), buffer.get(at + 1).copied());
                if let (Some(byte), Some(place)) = (byte, buffer.get_mut(kept))
                    && (byte, next, at + 1 < end) != (b'\r', Some(b'\n'), true)
                {
                    *place = byte;
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

impl<R: Read> Read for LineEnds<R> {
    /// The buffer is that of a reader, and larger than two bytes.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = if buffer.len() < 2 { self.inner.read(buffer)? } else { self.fill(buffer)? };
        if let Some(last) = given.checked_sub(1) {
            self.ended = buffer.get(last) == Some(&b'\n');
            return Ok(given);
        }
        if let (false, Some(first)) = (self.ended, buffer.first_mut()) {
            *first = b'\n';
            self.ended = true;
            return Ok(1);
        }
        Ok(0)
    }
}

/// The delimiter that stands most often in the first line, outside of quotation marks.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte) {
                    *count += 1;
                }
            }
        }
    }
    // Of as many the first.
    let mut best = (b',', 0);
    for found in counts {
        if found.1 > best.1 {
            best = found;
        }
    }
    best.0
}

/// The columns that the first line of a CSV file names.
pub(super) fn csv_columns(head: &[u8], delimiter: u8) -> Columns {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(head);
    match reader.byte_headers() {
        Ok(names) => Columns::new(names.iter().map(|name| String::from_utf8_lossy(name).into_owned())),
        Err(_) => Columns::default(),
    }
}

fn csv(input: &mut dyn BufRead, settings: Settings<'_>, handle: &mut Handle<'_>) -> Result<(), Stop> {
    let (bounded, left) = Bounded::new(input);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(settings.delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(LineEnds::new(bounded));
    let mut record = StringRecord::new();
    let mut columns = settings.header.map(|names| Columns::new(names.iter().cloned()));
    if let Some(columns) = &columns {
        handle(Event::Header(Cells::Record { columns, fields: &record }))?;
    }
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {
                left.set(ROW_LIMIT);
                let Some(columns) = &columns else {
                    let names = columns.insert(Columns::new(record.iter().map(str::to_owned)));
                    handle(Event::Header(Cells::Record { columns: names, fields: &StringRecord::new() }))?;
                    continue;
                };
                // The reader stands behind the row; what it tells of its beginning is before blank lines.
                let within = record.iter().map(|field| field.matches('\n').count() as u64).sum::<u64>();
                let position = format!("line {}", reader.position().line().saturating_sub(1 + within));
                if record.len() != columns.names.len() {
                    let reason = format!("has {} fields where the header has {}", record.len(), columns.names.len());
                    handle(Event::Bad(Some(position), reason))?;
                    continue;
                }
                handle(Event::Row(position, Cells::Record { columns, fields: &record }))?;
            }
            Ok(false) => return Ok(()),
            Err(error) => {
                left.set(ROW_LIMIT);
                let line = error.position().map(|position| format!("line {}", position.line()));
                if let csv::ErrorKind::Utf8 { .. } = error.kind() {
                    handle(Event::Bad(line, "is not written in UTF-8".to_owned()))?;
                    if columns.is_none() {
                        return Ok(());
                    }
                } else {
                    return handle(Event::Bad(None, cannot(&error)));
                }
            }
        }
    }
}

pub(super) fn cannot(error: &dyn fmt::Display) -> String {
    format!("cannot be read any further: {error}")
}

/// One line without its end, or none at the end of the file.
pub(super) fn line(input: &mut dyn BufRead, buffer: &mut Vec<u8>) -> io::Result<bool> {
    buffer.clear();
    input.take(ROW_LIMIT + 1).read_until(b'\n', buffer)?;
    if buffer.len() as u64 > ROW_LIMIT {
        return Err(io::Error::other(format!("a line of more than {ROW_LIMIT} bytes")));
    }
    let any = !buffer.is_empty();
    while matches!(buffer.last(), Some(b'\n' | b'\r')) {
        buffer.pop();
    }
    Ok(any)
}

fn jsonl(input: &mut dyn BufRead, handle: &mut Handle<'_>) -> Result<(), Stop> {
    let mut buffer = Vec::new();
    let mut first = true;
    for number in 1_u64.. {
        match line(input, &mut buffer) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return handle(Event::Bad(None, cannot(&error))),
        }
        if buffer.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let position = format!("line {number}");
        match serde_json::from_slice::<Value>(&buffer) {
            Ok(Value::Object(object)) => {
                if first {
                    handle(Event::Header(Cells::Object(&object)))?;
                    first = false;
                }
                handle(Event::Row(position, Cells::Object(&object)))?;
            }
            Ok(_) => handle(Event::Bad(Some(position), "is no JSON object".to_owned()))?,
            Err(error) => handle(Event::Bad(Some(position), format!("is no JSON: {error}")))?,
        }
    }
    Ok(())
}

/// Gathers what stands at the top of a JSON or YAML file, and hands over what are rows.
pub(super) struct Top<'s, 'h> {
    settings: Settings<'s>,
    handle: &'s mut Handle<'h>,
    first: bool,
    count: u64,
    /// The only row, where the file is one.
    alone: Option<Map<String, Value>>,
    pub stopped: bool,
}

impl<'s, 'h> Top<'s, 'h> {
    pub fn new(settings: Settings<'s>, handle: &'s mut Handle<'h>) -> Self {
        Self { settings, handle, first: true, count: 0, alone: None, stopped: false }
    }

    pub fn rows(&self) -> Option<&'s str> {
        self.settings.rows
    }

    fn told(&mut self, told: Result<(), Stop>) -> Result<(), Stop> {
        self.stopped |= told.is_err();
        told
    }

    fn row(&mut self, position: String, object: &Map<String, Value>) -> Result<(), Stop> {
        if self.first {
            self.first = false;
            let told = (self.handle)(Event::Header(Cells::Object(object)));
            self.told(told)?;
        }
        let told = (self.handle)(Event::Row(position, Cells::Object(object)));
        self.told(told)
    }

    /// An element of a list.
    pub fn element(&mut self, value: &Value) -> Result<(), Stop> {
        self.count += 1;
        let position = format!("entry {}", self.count);
        match value {
            Value::Object(object) => self.row(position, object),
            _ => self.bad(Some(position), "holds no fields".to_owned()),
        }
    }

    /// What an object maps a key to.
    pub fn entry(&mut self, key: String, value: Value) -> Result<(), Stop> {
        self.count += 1;
        if let Some(alone) = &mut self.alone {
            alone.insert(key, value);
            return Ok(());
        }
        match value {
            Value::Object(mut object) => {
                let position = format!("entry {}", super::build::line(&key));
                if !object.contains_key(self.settings.key) {
                    object.insert(self.settings.key.to_owned(), Value::String(key));
                }
                self.row(position, &object)
            }
            // The fields of one row, then.
            value if self.count == 1 => {
                self.alone = Some(Map::from_iter([(key, value)]));
                Ok(())
            }
            _ => {
                let position = format!("entry {}", super::build::line(&key));
                self.bad(Some(position), "holds no fields".to_owned())
            }
        }
    }

    pub fn bad(&mut self, position: Option<String>, reason: String) -> Result<(), Stop> {
        let told = (self.handle)(Event::Bad(position, reason));
        self.told(told)
    }

    pub fn end(&mut self) -> Result<(), Stop> {
        match self.alone.take() {
            Some(alone) => self.row("entry 1".to_owned(), &alone),
            None => Ok(()),
        }
    }
}

fn json(input: &mut dyn BufRead, settings: Settings<'_>, handle: &mut Handle<'_>) -> Result<(), Stop> {
    let (bounded, left) = Bounded::new(input);
    let mut top = Top::new(settings, handle);
    let mut found = settings.rows.is_none();
    let mut deserializer = serde_json::Deserializer::from_reader(io::BufReader::new(bounded));
    let seed = Json { top: &mut top, left: &left, rows: settings.rows, found: &mut found };
    let read = seed.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    match read {
        _ if top.stopped => Err(Stop),
        Err(error) => top.bad(None, cannot(&error)),
        Ok(()) if !found => {
            let rows = settings.rows.unwrap_or_default();
            top.bad(None, format!("has no \"{rows}\" that the rows stand below"))
        }
        Ok(()) => top.end(),
    }
}

struct Json<'t, 's, 'h> {
    top: &'t mut Top<'s, 'h>,
    left: &'t Cell<u64>,
    /// Below which key the rows stand.
    rows: Option<&'s str>,
    found: &'t mut bool,
}

impl<'de> DeserializeSeed<'de> for Json<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn stopped<E: de::Error>(_: Stop) -> E {
    E::custom("reading was ended")
}

impl<'de> Visitor<'de> for Json<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of objects, or an object of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.rows.is_some() {
            return Err(de::Error::custom("the rows stand in a list, not below a key"));
        }
        while let Some(value) = list.next_element::<Value>()? {
            self.left.set(ROW_LIMIT);
            self.top.element(&value).map_err(stopped)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.rows {
                Some(rows) if rows == key => {
                    *self.found = true;
                    map.next_value_seed(Json { top: self.top, left: self.left, rows: None, found: self.found })?;
                }
                Some(_) => {
                    map.next_value::<IgnoredAny>()?;
                }
                None => {
                    let value = map.next_value::<Value>()?;
                    let alone = !value.is_object();
                    if !alone {
                        self.left.set(ROW_LIMIT);
                    }
                    self.top.entry(key, value).map_err(stopped)?;
                }
            }
        }
        Ok(())
    }
}
