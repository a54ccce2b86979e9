//! Where settings come from: flags, the environment, the settings file; and what is wrong with them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::value::masked;
use super::{Flags, KEYS};

const DEFAULT_FILE: &str = "atlas.toml";

/// Variables that are no settings of a running service: which file holds those, and how it was built.
const OTHERS: [&str; 2] = ["ATLAS_CONFIG", "ATLAS_WEB"];

/// The three layers over the defaults, the upper first, with the problems found so far.
pub(super) struct Layers<'a> {
    flags: &'a Flags,
    environment: &'a BTreeMap<String, String>,
    file: BTreeMap<String, Entry>,
    file_name: String,
    wrong: Vec<String>,
}

/// A value in the settings file: text to read, or a sort of value that no setting has.
struct Entry {
    text: String,
    usable: bool,
}

impl<'a> Layers<'a> {
    /// Reads the settings file, if there is one.
    pub(super) fn open(flags: &'a Flags, environment: &'a BTreeMap<String, String>) -> Self {
        let asked = flags.config.clone().or_else(|| {
            let path = environment.get("ATLAS_CONFIG").filter(|path| !path.is_empty());
            path.map(PathBuf::from)
        });
        let path = asked.clone().unwrap_or_else(|| DEFAULT_FILE.into());
        let mut layers = Self {
            flags,
            environment,
            file: BTreeMap::new(),
            file_name: path.display().to_string(),
            wrong: Vec::new(),
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => layers.read_file(&text),
            Err(error) if error.kind() == ErrorKind::NotFound && asked.is_none() => {}
            Err(error) => layers.wrong.push(unreadable(&path, &error)),
        }
        layers
    }

    fn read_file(&mut self, text: &str) {
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
                self.wrong.push(format!("{} line {line} is not TOML: {}", self.file_name, error.message()));
                return;
            }
        };
        for (key, value) in table {
            if KEYS.contains(&key.as_str()) {
                self.file.insert(key, Entry::new(&value));
            } else {
                self.wrong.push(format!("{key} ({}): no such setting; `atlas help serve` lists them", self.file_name));
            }
        }
    }

    /// The value of a setting from the uppermost layer that has it; `None` for the default or a wrong one.
    pub(super) fn take<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let variable = variable(key);
        let (text, usable, origin) = if let Some(text) = self.flags.get(key) {
            (text, true, format!("--{}", key.replace('_', "-")))
        } else if let Some(text) = self.environment.get(&variable).filter(|text| !text.is_empty()) {
            (text.as_str(), true, variable)
        } else if let Some(entry) = self.file.get(key) {
            (entry.text.as_str(), entry.usable, self.file_name.clone())
        } else {
            return None;
        };
        let result = if usable { read(text) } else { Err("must be a text or a number".to_owned()) };
        match result {
            Ok(value) => Some(value),
            Err(reason) => {
                self.wrong.push(format!("{key} = {} ({origin}): {reason}", masked(text)));
                None
            }
        }
    }

    /// Variables named like settings that are none.
    pub(super) fn warnings(&self) -> Vec<String> {
        let known: Vec<String> = KEYS.iter().map(|key| variable(key)).collect();
        self.environment
            .keys()
            .filter(|name| name.starts_with("ATLAS_") && !OTHERS.contains(&name.as_str()) && !known.contains(*name))
            .map(|name| format!("{name} is set but is no setting of this atlas; see `atlas help serve`"))
            .collect()
    }

    /// What is wrong, one sentence each.
    pub(super) fn finish(self) -> Vec<String> {
        self.wrong
    }
}

impl Entry {
    fn new(value: &toml::Value) -> Self {
        let text = match value {
            toml::Value::String(text) => Some(text.clone()),
            toml::Value::Integer(number) => Some(number.to_string()),
            toml::Value::Array(items) => {
                items.iter().map(toml::Value::as_str).collect::<Option<Vec<_>>>().map(|items| items.join(","))
            }
            toml::Value::Float(_) | toml::Value::Boolean(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
        };
        Self { usable: text.is_some(), text: text.unwrap_or_else(|| value.to_string()) }
    }
}

fn variable(key: &str) -> String {
    format!("ATLAS_{}", key.to_uppercase())
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("the settings file {} is not there", path.display()),
        _ => format!("the settings file {} cannot be read: {error}", path.display()),
    }
}
