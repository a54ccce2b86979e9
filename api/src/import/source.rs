//! The sources that are known by name: who publishes them, under which licence, and how far their word counts.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A source of records.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The name that `--source` and the log use: "relaton-iso".
    pub key: String,
    /// The name that is served.
    pub name: String,
    pub url: Option<String>,
    pub publisher: Option<String>,
    pub licence: Option<String>,
    /// The credit line that goes with its data wherever it is shown.
    pub attribution: Option<String>,
    /// Of two sources that contradict each other, the one with the lower rank is believed.
    pub rank: i64,
}

/// The rank of a source that nobody knows.
const UNKNOWN_RANK: i64 = 50;
/// The rank of what curators and the built-in seeds say.
const CURATED_RANK: i64 = 0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    source: Vec<Source>,
}

static KNOWN: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let text = include_str!("../../../seeds/import/sources.toml");
    let sources: Sources = toml::from_str(text).unwrap_or_else(|error| panic!("seeds/import/sources.toml: {error}"));
    sources.source
});

static BY_NAME: LazyLock<HashMap<&'static str, i64>> =
    LazyLock::new(|| KNOWN.iter().map(|source| (source.name.as_str(), source.rank)).collect());

impl Source {
    /// The source of this name, which need not be known.
    pub fn named(key: &str) -> Self {
        KNOWN.iter().find(|source| source.key == key).cloned().unwrap_or_else(|| Self {
            key: key.to_owned(),
            name: key.to_owned(),
            url: None,
            publisher: None,
            licence: None,
            attribution: None,
            rank: UNKNOWN_RANK,
        })
    }
}

/// How far the word of a source counts, by the name under which it is served. `imported` says whether an import has
/// made it; others are of curators.
pub fn rank_of(name: &str, imported: bool) -> i64 {
    BY_NAME.get(name).copied().unwrap_or(if imported { UNKNOWN_RANK } else { CURATED_RANK })
}

/// Ends of names of files that tell nothing of the source.
const ENDS: [&str; 14] =
    [".zst", ".gz", ".tgz", ".zip", ".tar", ".jsonl", ".json", ".csv", ".yaml", ".yml", ".xml", ".txt", ".ics", ".ris"];

/// The name of a source by that of its file: "relaton-iso.tar.zst" is "relaton-iso".
pub fn key_of_file(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut stem = name;
    while let Some(shorter) = ENDS.iter().find_map(|end| stem.strip_suffix(end)).filter(|shorter| !shorter.is_empty()) {
        stem = shorter;
    }
    if stem.is_empty() || stem == "-" || stem == "." { "import".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_sources_is_read_and_names_each_once() {
        let mut keys: Vec<_> = KNOWN.iter().map(|source| &source.key).collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert_eq!(BY_NAME.len(), count);
        assert!(KNOWN.iter().all(|source| source.rank > CURATED_RANK));
    }

    #[test]
    fn files_name_their_source() {
        for (path, key) in [
            ("/data/relaton-iso.tar.zst", "relaton-iso"),
            ("countries.csv", "countries"),
            ("folder/", "folder"),
            ("-", "import"),
            (".gz", ".gz"),
        ] {
            assert_eq!(key_of_file(path), key);
        }
    }
}
