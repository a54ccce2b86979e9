//! The same document of the present and of a moment, and what their answers have in common.

use api::graph::cursor::read_id;
use api::graph::moment::date_time_text;
use serde_json::{Map, Value};

/// A document, `{ … }`, asked beneath the atlas as of a moment.
pub fn as_of(at: i64, document: &str) -> String {
    format!("{{ asOf(at: \"{}\") {document} }}", date_time_text(at))
}

/// An answer without cursors, and with kind and key for every id: what the present and a moment must have in common.
pub fn timeless(answer: &Value) -> Value {
    match answer {
        Value::Object(fields) => {
            let kept =
                fields.iter().filter(|(name, _)| !["cursor", "startCursor", "endCursor"].contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), field(name, value))).collect::<Map<_, _>>().into()
        }
        Value::Array(values) => values.iter().map(timeless).collect(),
        other => other.clone(),
    }
}

fn field(name: &str, value: &Value) -> Value {
    let id = ["id", "linkId", "recordId"].contains(&name).then(|| value.as_str().and_then(read_id)).flatten();
    id.map_or_else(|| timeless(value), |id| format!("{} {}", id.name, id.key).into())
}
