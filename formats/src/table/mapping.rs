//! A mapping says what the columns of a table mean. It is a TOML file:
//!
//! ```toml
//! [[table]]
//! files = ["data/standards_*.csv"]
//! columns = ["number", "title"]
//! record = "standard"
//! skip_if = [{ column = "kind", equals = "leaflet", reason = "a leaflet" }]
//!
//! [table.fields]
//! identifier = { template = "EXB {number}", trim_start = "0" }
//! titles = { language = { value = "en" }, value = "title" }
//! published_on = { column = "date", date = "D.M.Y" }
//! status = { column = "state", map = { valid = "PUBLISHED", old = "WITHDRAWN" } }
//! publishers = { acronym = { value = "EXB" }, name = { value = "Example Body" } }
//! ```
//!
//! # Tables
//!
//! A mapping holds one `[[table]]` or several. A table takes the files that it recognises, row by row; where several
//! recognise a file, each row goes to the first of them whose `when` holds.
//!
//! | key | meaning |
//! | --- | --- |
//! | `files` | The paths of its files, one of which must fit: the whole path or its end. `*` stands for any characters but "/", `**` for any, `?` for one. |
//! | `columns` | Columns that a file must have. Without `files` and `columns` a table takes every file. |
//! | `layout` | `csv`, `json`, `jsonl`, `yaml` or `markdown`. Without it the file tells: by its ending, else by its first characters. |
//! | `delimiter` | Between the columns of `csv`, where the first line does not tell: `","`, `";"`, `"\t"`, `"\|"`. |
//! | `header` | The names of the columns, where the first line of `csv` does not give them. |
//! | `rows` | The key below which the rows stand, where a JSON or YAML file holds more than them. |
//! | `key` | The column that the key of a row becomes, in JSON and YAML that map keys to rows; `"key"` without it. |
//! | `empty` | Texts that stand for no value: `["n/a", "-"]`. |
//! | `record` | What a row becomes: `standard`, `organisation`, `committee`, `event`, `channel`, `instrument`, `initiative`, `resource`, `issue`, `country`, `subject` or `relation`. |
//! | `skip` | Instead of `record`: a row becomes nothing, and this is the reason. It counts as skipped. |
//! | `pass_over` | Instead of `record`: the file holds no records, and this is the reason. It counts nothing. |
//! | `when` | Conditions for this table to take a row. |
//! | `only_if`, `skip_if` | Conditions, each with a `reason`: where the one does not hold or the other does, the row is skipped. |
//! | `fields` | The fields of the record. |
//!
//! The rows of JSON are the objects of a list, or those that an object maps keys to; columns within columns are named with
//! dots (`address.city`). Those of a Markdown file are the rows of its tables, with the heading above them as the
//! column `heading`. JSON, CSV and Markdown are read as streams, a row of at most 16 MiB at a time; a YAML file has 64 MiB
//! at most, and neither anchors nor levels beyond 64. All are UTF-8.
//!
//! # Conditions
//!
//! `{ column = "kind", equals = "leaflet" }`, with one of `equals`, `one_of` (a list), `matches` (a regular expression)
//! and `empty` (`true` or `false`).
//!
//! # Fields
//!
//! `[table.fields]` names the fields of the record as the modules of [`crate::record`] do (`type`, `abstract`). A field of
//! several parts is a table of its parts (`address = { country = "land" }`), a list is one element or a list of them, and
//! each element that gets nothing from a column is left out. At the end stands where the value comes from: the name of a
//! column, a list of columns of which the first with a value counts, or a table of
//!
//! | key | meaning |
//! | --- | --- |
//! | `column` | The column; of a list of columns the first with a value. |
//! | `value` | The same value for every row. |
//! | `template` | `"RFC {number}"`: with the columns filled in; no value where one of them has none. |
//! | `optional` | `true`: the column may be missing from a file, and a value that fits no pattern, no word of a `map` or no `date` is none. |
//! | `split` | Divides the value, for fields that are lists; an element of parts becomes as many elements. |
//! | `only`, `except` | A regular expression: a value that does not match it, or that does, is none. |
//! | `trim_start`, `trim_end` | Leaves out this text as often as it stands there: `"0"`. With a `template`, of its columns. |
//! | `replace` | `[{ match = '-+', as = " " }]`: puts one text for another wherever a regular expression matches, one after the other. |
//! | `patterns` | `[{ match = '^(\d+)/(\d+)$', as = "${2}-${1}" }]`: rewrites a value by the first regular expression that it matches. One that matches none is rejected. |
//! | `map` | `{ valid = "PUBLISHED" }`: replaces a value; one that is not there is rejected, but for `otherwise`. |
//! | `otherwise` | What a value becomes that is not in `map`; without `map`, what stands in where there is none. |
//! | `date` | How a date is written: `"D.M.Y"`, `"M/D/Y"`, `"Y-M"`. Without it it must be "2022-10-25", "2022-10" or "2022". |
//! | `prefix` | What to put before a value. |
//!
//! They apply in this order; at the end e-mail addresses are left out, but of `handle`, `uid` and addresses on the web.
//! A list of texts in languages (`titles`, `names`) may be taken from columns that tell the language in their name:
//! `names = { languages = "Name_*", except = ["en"] }`.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{LazyLock, Mutex},
};

use regex::{Regex, RegexBuilder};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::schema::{SCHEMAS, Schema, Shape, schema};

/// A mapping that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Mistake {
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// What the columns of some tables mean.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(super) tables: Vec<Table>,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    files: Vec<Regex>,
    pub columns: Vec<String>,
    pub layout: Option<Layout>,
    pub delimiter: Option<u8>,
    pub header: Option<Vec<String>>,
    pub rows: Option<String>,
    pub key: Option<String>,
    pub empty: Vec<String>,
    pub when: Vec<Condition>,
    pub only_if: Vec<Condition>,
    pub skip_if: Vec<Condition>,
    pub action: Action,
}

impl Table {
    /// Whether it takes files with this path, as far as the path tells.
    pub fn takes_path(&self, path: &str) -> bool {
        self.files.is_empty() || self.files.iter().any(|file| file.is_match(path))
    }

    pub fn names_files(&self) -> bool {
        !self.files.is_empty()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Csv,
    Json,
    Jsonl,
    Yaml,
    Markdown,
}

const LAYOUTS: &[(&str, Layout)] = &[
    ("csv", Layout::Csv),
    ("json", Layout::Json),
    ("jsonl", Layout::Jsonl),
    ("yaml", Layout::Yaml),
    ("markdown", Layout::Markdown),
];

#[derive(Clone, Debug)]
pub(super) enum Action {
    PassOver,
    Skip(&'static str),
    Make(&'static Schema, Vec<(&'static str, Node)>),
}

/// Where the value of a field comes from.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Leaf(Shape, Box<Leaf>),
    Object(Vec<(&'static str, Node)>),
    List(Vec<Node>),
    Languages(Languages),
}

#[derive(Clone, Debug)]
pub(super) struct Languages {
    pub before: String,
    pub after: String,
    pub except: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub source: Source,
    pub optional: bool,
    pub split: Option<String>,
    pub only: Option<Regex>,
    pub except: Option<Regex>,
    pub trim_start: Option<String>,
    pub trim_end: Option<String>,
    pub replace: Vec<(Regex, String)>,
    pub patterns: Vec<(Regex, String)>,
    pub map: Option<BTreeMap<String, String>>,
    pub otherwise: Option<String>,
    pub date: Option<String>,
    pub prefix: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    Columns(Vec<String>),
    Constant(String),
    Template(Vec<Piece>),
}

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Column(String),
}

#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub column: String,
    pub test: Test,
    pub reason: &'static str,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    OneOf(Vec<String>),
    Matches(Regex),
    Empty(bool),
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// What is wrong with it, with the line.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let parsed = DeTable::parse(text).map_err(|error| Mistake {
            line: error.span().map_or(1, |span| line(text, span.start)),
            reason: error.message().to_owned(),
        })?;
        let parser = Parser { text };
        let mut root = parser.keys(parsed.get_ref(), 0);
        let tables = root.take("table");
        root.end(&["table"])?;
        let tables = match tables {
            Some(tables) => {
                parser.list(tables)?.into_iter().map(|table| parser.table(table)).collect::<Result<Vec<_>, _>>()?
            }
            None => Vec::new(),
        };
        if tables.is_empty() {
            return Err(parser.mistake(0, "a mapping needs a [[table]]"));
        }
        Ok(Self { tables })
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

type Value<'a> = Spanned<DeValue<'a>>;

struct Parser<'a> {
    text: &'a str,
}

/// The keys of a table, of which one takes what one knows.
struct Keys<'p, 'a> {
    parser: &'p Parser<'p>,
    at: usize,
    left: Vec<(&'a str, usize, &'a Value<'a>)>,
}

impl<'a> Keys<'_, 'a> {
    fn take(&mut self, key: &str) -> Option<&'a Value<'a>> {
        let found = self.left.iter().position(|(name, _, _)| *name == key)?;
        Some(self.left.swap_remove(found).2)
    }

    fn text(&mut self, key: &str) -> Result<Option<String>, Mistake> {
        self.take(key).map(|value| self.parser.text(value)).transpose()
    }

    fn texts(&mut self, key: &str) -> Result<Vec<String>, Mistake> {
        self.take(key).map_or_else(|| Ok(Vec::new()), |value| self.parser.texts(value))
    }

    fn flag(&mut self, key: &str) -> Result<Option<bool>, Mistake> {
        self.take(key)
            .map(|value| match value.get_ref() {
                DeValue::Boolean(flag) => Ok(*flag),
                _ => Err(self.parser.mistake(value.span().start, "true or false belongs here")),
            })
            .transpose()
    }

    fn regex(&mut self, key: &str) -> Result<Option<Regex>, Mistake> {
        self.take(key).map(|value| self.parser.regex(value)).transpose()
    }

    /// That nothing is left.
    fn end(self, known: &[&str]) -> Result<(), Mistake> {
        match self.left.iter().min_by_key(|(_, at, _)| *at) {
            None => Ok(()),
            Some((name, at, _)) => Err(self.parser.unknown(*at, "key", name, known)),
        }
    }
}

impl Parser<'_> {
    fn mistake(&self, at: usize, reason: impl Into<String>) -> Mistake {
        Mistake { line: line(self.text, at), reason: reason.into() }
    }

    fn unknown(&self, at: usize, what: &str, name: &str, known: &[&str]) -> Mistake {
        // A part of a name is meant before another name.
        let near = known
            .iter()
            .map(|known| {
                let part = name.len() >= 3 && known.starts_with(name);
                (if part { 0 } else { strsim::osa_distance(name, known) }, *known)
            })
            .filter(|(distance, known)| *distance * 3 <= known.chars().count().max(3))
            .min();
        let hint = match near {
            Some((_, near)) => format!("did you mean \"{near}\"?"),
            None => format!("there are {}", known.join(", ")),
        };
        self.mistake(at, format!("there is no {what} \"{name}\": {hint}"))
    }

    fn keys<'a>(&self, table: &'a DeTable<'a>, at: usize) -> Keys<'_, 'a> {
        Keys {
            parser: self,
            at,
            left: table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value)).collect(),
        }
    }

    fn table_keys<'a>(&self, value: &'a Value<'a>) -> Result<Keys<'_, 'a>, Mistake> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(self.keys(table, value.span().start)),
            _ => Err(self.mistake(value.span().start, "a table belongs here: { key = … }")),
        }
    }

    /// A list, or one value as a list of it.
    fn list<'a>(&self, value: &'a Value<'a>) -> Result<Vec<&'a Value<'a>>, Mistake> {
        match value.get_ref() {
            DeValue::Array(list) => Ok(list.iter().collect()),
            DeValue::Table(_) | DeValue::String(_) => Ok(vec![value]),
            _ => Err(self.mistake(value.span().start, "a list belongs here: [ … ]")),
        }
    }

    fn text(&self, value: &Value<'_>) -> Result<String, Mistake> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.mistake(value.span().start, "a text belongs here: \"…\"")),
        }
    }

    fn texts(&self, value: &Value<'_>) -> Result<Vec<String>, Mistake> {
        self.list(value)?.into_iter().map(|text| self.text(text)).collect()
    }

    fn regex(&self, value: &Value<'_>) -> Result<Regex, Mistake> {
        let text = self.text(value)?;
        regex(&text).map_err(|error| self.mistake(value.span().start, format!("no regular expression: {error}")))
    }

    fn table(&self, value: &Value<'_>) -> Result<Table, Mistake> {
        const KNOWN: &[&str] = &[
            "files",
            "columns",
            "layout",
            "delimiter",
            "header",
            "rows",
            "key",
            "empty",
            "when",
            "only_if",
            "skip_if",
            "record",
            "skip",
            "pass_over",
            "fields",
        ];
        let mut keys = self.table_keys(value)?;
        let files = match keys.take("files") {
            None => Vec::new(),
            Some(files) => self
                .list(files)?
                .into_iter()
                .map(|file| {
                    let text = self.text(file)?;
                    glob(&text).map_err(|error| self.mistake(file.span().start, format!("no path: {error}")))
                })
                .collect::<Result<_, _>>()?,
        };
        let layout = keys
            .take("layout")
            .map(|value| {
                let name = self.text(value)?;
                LAYOUTS.iter().find(|(known, _)| *known == name).map(|(_, layout)| *layout).ok_or_else(|| {
                    let known: Vec<&str> = LAYOUTS.iter().map(|(known, _)| *known).collect();
                    self.unknown(value.span().start, "layout", &name, &known)
                })
            })
            .transpose()?;
        let delimiter = keys
            .take("delimiter")
            .map(|value| match self.text(value)?.as_bytes() {
                [one] if one.is_ascii() => Ok(*one),
                _ => Err(self.mistake(value.span().start, "a delimiter is one character of ASCII")),
            })
            .transpose()?;
        let columns = keys.texts("columns")?;
        let header = keys.take("header").map(|header| self.texts(header)).transpose()?;
        let rows = keys.text("rows")?;
        let key = keys.text("key")?;
        let empty = keys.texts("empty")?;
        let when = self.conditions(&mut keys, "when")?;
        let only_if = self.conditions(&mut keys, "only_if")?;
        let skip_if = self.conditions(&mut keys, "skip_if")?;
        let action = self.action(&mut keys)?;
        keys.end(KNOWN)?;
        Ok(Table { files, columns, layout, delimiter, header, rows, key, empty, when, only_if, skip_if, action })
    }

    fn action(&self, keys: &mut Keys<'_, '_>) -> Result<Action, Mistake> {
        let at = keys.at;
        let skip = keys.text("skip")?;
        let pass_over = keys.text("pass_over")?;
        let fields = keys.take("fields");
        let record = keys.take("record");
        match (record, skip, pass_over) {
            (None, Some(reason), None) if fields.is_none() => Ok(Action::Skip(kept(&reason))),
            (None, None, Some(_)) if fields.is_none() => Ok(Action::PassOver),
            (Some(record), None, None) => {
                let name = self.text(record)?;
                let schema = schema(&name).ok_or_else(|| {
                    let known: Vec<&str> = SCHEMAS.iter().map(|schema| schema.name).collect();
                    self.unknown(record.span().start, "record", &name, &known)
                })?;
                let fields = fields.ok_or_else(|| self.mistake(at, "[table.fields] is missing"))?;
                let nodes = self.object(schema.fields, fields)?;
                if let Some(needed) = schema.needed.iter().find(|needed| !has(&nodes, needed)) {
                    let reason = format!("\"{needed}\" is missing: no {name} is without it");
                    return Err(self.mistake(fields.span().start, reason));
                }
                Ok(Action::Make(schema, nodes))
            }
            _ => Err(self.mistake(at, "a table needs \"record\" with \"fields\", or \"skip\", or \"pass_over\"")),
        }
    }

    fn conditions(&self, keys: &mut Keys<'_, '_>, key: &str) -> Result<Vec<Condition>, Mistake> {
        let Some(value) = keys.take(key) else {
            return Ok(Vec::new());
        };
        let mut conditions = Vec::new();
        for value in self.list(value)? {
            let at = value.span().start;
            let mut keys = self.table_keys(value)?;
            let column = keys.text("column")?.ok_or_else(|| self.mistake(at, "a condition needs a \"column\""))?;
            let equals = keys.text("equals")?.map(|text| Test::OneOf(vec![text]));
            let one_of = keys.take("one_of").map(|value| self.texts(value).map(Test::OneOf)).transpose()?;
            let matches = keys.regex("matches")?.map(Test::Matches);
            let empty = keys.flag("empty")?.map(Test::Empty);
            let reason = keys.text("reason")?;
            keys.end(&["column", "equals", "one_of", "matches", "empty", "reason"])?;
            let mut tests = [equals, one_of, matches, empty].into_iter().flatten();
            let (Some(test), None) = (tests.next(), tests.next()) else {
                return Err(self.mistake(at, "a condition needs one of equals, one_of, matches and empty"));
            };
            let reason = match reason {
                Some(reason) => kept(&reason),
                None if key == "when" => "",
                None => return Err(self.mistake(at, "this condition needs a \"reason\": why the row is skipped")),
            };
            conditions.push(Condition { column, test, reason });
        }
        Ok(conditions)
    }

    fn object(
        &self,
        fields: &'static [(&'static str, Shape)],
        value: &Value<'_>,
    ) -> Result<Vec<(&'static str, Node)>, Mistake> {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.mistake(value.span().start, "a table of fields belongs here: { name = \"column\" }"));
        };
        let mut nodes = Vec::new();
        for (key, value) in table {
            let Some((name, shape)) = fields.iter().find(|(name, _)| name == key.get_ref()) else {
                let known: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                return Err(self.unknown(key.span().start, "field", key.get_ref(), &known));
            };
            nodes.push((*name, self.node(*shape, value)?));
        }
        Ok(nodes)
    }

    /// No deeper than the fields of records are nested.
    fn node(&self, shape: Shape, value: &Value<'_>) -> Result<Node, Mistake> {
        match shape {
            Shape::Object(fields) => self.object(fields, value).map(Node::Object),
            Shape::List(of) => {
                if let (Shape::Object(fields), DeValue::Table(table)) = (*of, value.get_ref())
                    && fields.iter().any(|(name, _)| *name == "language")
                    && table.contains_key("languages")
                {
                    return self.languages(value);
                }
                let elements: Result<Vec<_>, _> =
                    self.list(value)?.into_iter().map(|element| self.node(*of, element)).collect();
                elements.map(Node::List)
            }
            _ => self.leaf(value).map(|leaf| Node::Leaf(shape, Box::new(leaf))),
        }
    }

    fn languages(&self, value: &Value<'_>) -> Result<Node, Mistake> {
        let mut keys = self.table_keys(value)?;
        let pattern = keys.text("languages")?.unwrap_or_default();
        let except = keys.texts("except")?;
        keys.end(&["languages", "except"])?;
        let Some((before, after)) = pattern.split_once('*') else {
            return Err(self.mistake(value.span().start, "\"languages\" needs a \"*\" where the language stands"));
        };
        Ok(Node::Languages(Languages { before: before.to_owned(), after: after.to_owned(), except }))
    }

    fn leaf(&self, value: &Value<'_>) -> Result<Leaf, Mistake> {
        const KNOWN: &[&str] = &[
            "column",
            "value",
            "template",
            "optional",
            "split",
            "only",
            "except",
            "trim_start",
            "trim_end",
            "replace",
            "patterns",
            "map",
            "otherwise",
            "date",
            "prefix",
        ];
        let at = value.span().start;
        if let DeValue::String(column) = value.get_ref() {
            return Ok(Leaf::of(Source::Columns(vec![column.to_string()])));
        }
        let mut keys = match value.get_ref() {
            DeValue::Array(_) => return Ok(Leaf::of(Source::Columns(self.texts(value)?))),
            DeValue::Table(table) => self.keys(table, at),
            _ => return Err(self.mistake(at, "the name of a column belongs here, or a table: { column = \"…\" }")),
        };
        let columns = keys.take("column").map(|value| self.texts(value).map(Source::Columns)).transpose()?;
        let constant = keys
            .take("value")
            .map(|value| match value.get_ref() {
                DeValue::Integer(number) => Ok(Source::Constant(number.to_string())),
                DeValue::Boolean(flag) => Ok(Source::Constant(flag.to_string())),
                _ => self.text(value).map(Source::Constant),
            })
            .transpose()?;
        let template = keys
            .take("template")
            .map(|value| {
                let text = self.text(value)?;
                pieces(&text)
                    .map(Source::Template)
                    .ok_or_else(|| self.mistake(value.span().start, "a \"{\" of the template is not closed"))
            })
            .transpose()?;
        let optional = keys.flag("optional")?.unwrap_or(false);
        let split = keys.text("split")?.filter(|split| !split.is_empty());
        let only = keys.regex("only")?;
        let except = keys.regex("except")?;
        let trim_start = keys.text("trim_start")?.filter(|trim| !trim.is_empty());
        let trim_end = keys.text("trim_end")?.filter(|trim| !trim.is_empty());
        let map = keys
            .take("map")
            .map(|value| {
                let keys = self.table_keys(value)?;
                keys.left.iter().map(|(key, _, value)| Ok(((*key).to_owned(), self.text(value)?))).collect()
            })
            .transpose()?;
        let otherwise = keys.text("otherwise")?;
        let prefix = keys.text("prefix")?;
        let patterns = self.patterns(&mut keys, "patterns")?;
        let replace = self.patterns(&mut keys, "replace")?;
        let date = keys.take("date").map(|value| self.date(value)).transpose()?;
        keys.end(KNOWN)?;
        let mut sources = [columns, constant, template].into_iter().flatten();
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return Err(self.mistake(at, "a field needs one of column, value and template"));
        };
        Ok(Leaf {
            source,
            optional,
            split,
            only,
            except,
            trim_start,
            trim_end,
            replace,
            patterns,
            map,
            otherwise,
            date,
            prefix,
        })
    }

    fn patterns(&self, keys: &mut Keys<'_, '_>, key: &str) -> Result<Vec<(Regex, String)>, Mistake> {
        let Some(value) = keys.take(key) else {
            return Ok(Vec::new());
        };
        let mut patterns = Vec::new();
        for value in self.list(value)? {
            let at = value.span().start;
            let mut keys = self.table_keys(value)?;
            let regex = keys.regex("match")?;
            let replacement = keys.text("as")?;
            keys.end(&["match", "as"])?;
            let (Some(regex), Some(replacement)) = (regex, replacement) else {
                return Err(self.mistake(at, "a pattern needs \"match\" and \"as\""));
            };
            patterns.push((regex, replacement));
        }
        Ok(patterns)
    }

    fn date(&self, value: &Value<'_>) -> Result<String, Mistake> {
        let text = self.text(value)?;
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
        let mut sorted: Vec<char> = letters.chars().collect();
        sorted.sort_unstable();
        if ["Y", "MY", "DMY"].contains(&sorted.iter().collect::<String>().as_str()) {
            Ok(text)
        } else {
            let reason = "a date is written with Y, or Y and M, or Y, M and D, each once: \"D.M.Y\"";
            Err(self.mistake(value.span().start, reason))
        }
    }
}

impl Leaf {
    fn of(source: Source) -> Self {
        Self {
            source,
            optional: false,
            split: None,
            only: None,
            except: None,
            trim_start: None,
            trim_end: None,
            replace: Vec::new(),
            patterns: Vec::new(),
            map: None,
            otherwise: None,
            date: None,
            prefix: None,
        }
    }
}

/// Whether a field is among those of a mapping.
fn has(nodes: &[(&'static str, Node)], path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    nodes.iter().any(|(name, node)| {
        *name == first
            && match (rest, node) {
                (None, _) => true,
                (Some(rest), Node::Object(nodes)) => has(nodes, rest),
                (Some(_), _) => false,
            }
    })
}

fn regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
}

fn glob(text: &str) -> Result<Regex, String> {
    let mut expression = String::from("(?s)(?:^|/)");
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (piece, length) = match letter {
            '*' if rest.starts_with("**") => (".*".to_owned(), 2),
            '*' => ("[^/]*".to_owned(), 1),
            '?' => ("[^/]".to_owned(), 1),
            _ => (regex::escape(letter.encode_utf8(&mut [0; 4])), letter.len_utf8()),
        };
        expression.push_str(&piece);
        rest = rest.get(length..).unwrap_or_default();
    }
    expression.push('$');
    regex(&expression)
}

fn pieces(template: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, behind)) = rest.split_once('{') {
        let (column, behind) = behind.split_once('}')?;
        pieces.push(Piece::Text(text.to_owned()));
        pieces.push(Piece::Column(column.to_owned()));
        rest = behind;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    Some(pieces)
}

/// A reason that outlives its mapping, as [`crate::Outcome::Skipped`] wants it. Each is kept once for as long as the
/// program runs; they are few and short.
fn kept(reason: &str) -> &'static str {
    static KEPT: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let reason: String = reason.chars().take(200).collect();
    let mut kept = match KEPT.lock() {
        Ok(kept) => kept,
        Err(poisoned) => poisoned.into_inner(),
    };
    if let Some(known) = kept.get(reason.as_str()) {
        return known;
    }
    let reason: &'static str = Box::leak(reason.into_boxed_str());
    kept.insert(reason);
    reason
}
