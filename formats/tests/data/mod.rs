//! Where the real data is, for tests that read it: the folder that `ATLAS_DATA` names, else `shared/data` beside the
//! project. Where it is not, they have nothing to read.

use std::path::PathBuf;

use serde_json::Value;

/// The folder.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("ATLAS_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")), PathBuf::from);
    folder.join("expected-counts.json").is_file().then_some(folder)
}

/// What others counted in an archive.
pub fn expected(archive: &str) -> Value {
    let text = std::fs::read_to_string(folder().unwrap().join("expected-counts.json")).unwrap();
    let counts: Value = serde_json::from_str(&text).unwrap();
    counts.get(archive).unwrap().clone()
}
