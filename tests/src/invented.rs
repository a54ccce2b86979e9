//! Records made up for tests: JSON objects in which only what matters is said, written as a file of seeds.

use serde_json::{Map, Value, json};

/// A table of a few countries.
pub const COUNTRIES: &str = "code,alpha3,name,region
AT,AUT,Austria,Europe
BR,BRA,Brazil,Americas
CH,CHE,Switzerland,Europe
CI,CIV,Côte d'Ivoire,Africa
DE,DEU,Germany,Europe
FR,FRA,France,Europe
JP,JPN,Japan,Asia
KE,KEN,Kenya,Africa
KR,KOR,\"Korea, Republic of\",Asia
TR,TUR,Türkiye,Asia
";

/// Invented records, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Invented {
    tables: Map<String, Value>,
}

impl Invented {
    /// No record yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record of a kind ("organisation", "standard", …). What a record must have and `fields` does not say is
    /// filled in; null leaves a field out.
    #[must_use]
    pub fn with(mut self, kind: &str, fields: Value) -> Self {
        self.add(kind, fields);
        self
    }

    /// Adds a record, as [`Invented::with`] does.
    pub fn add(&mut self, kind: &str, fields: Value) {
        let mut record = match fields {
            Value::Object(fields) => fields,
            other => panic!("a record is an object: {other}"),
        };
        let slug = record.get("slug").cloned().unwrap_or_default();
        let defaults = match kind {
            "issue" | "organisation" => json!({ "name": slug }),
            "standard" => json!({ "type": "STANDARD", "status": "PUBLISHED" }),
            "committee" => json!({ "designation": slug }),
            "event" => json!({ "title": slug, "format": "ONLINE" }),
            "channel" => json!({}),
            "instrument" => json!({ "name": slug, "kind": "AGREEMENT" }),
            "initiative" => json!({ "name": slug, "kind": "PROJECT" }),
            "resource" => json!({ "name": slug, "kind": "TOOL", "availability": "LIVE" }),
            other => panic!("there is no kind {other}"),
        };
        fill(&mut record, &defaults);
        fill(&mut record, &cited());
        if kind == "organisation"
            && let Some(treatments) = record.get_mut("issues").and_then(Value::as_array_mut)
        {
            for treatment in treatments {
                let treatment = treatment.as_object_mut().expect("a treatment is an object");
                let issue = treatment.get("issue").cloned().unwrap_or_default();
                fill(treatment, &json!({ "heading": issue }));
                fill(treatment, &cited());
            }
        }
        record.retain(|_, value| !value.is_null());
        let records = self.tables.entry(kind).or_insert_with(|| json!([]));
        records.as_array_mut().expect("a list").push(Value::Object(record));
    }

    /// The file of seeds.
    pub fn text(&self) -> String {
        let mut tables = self.tables.clone();
        let more = (9..=11).map(|number| json!({ "key": format!("s{number}"), "name": format!("Source {number}") }));
        let named = [json!({ "key": "test", "name": "Test" }), json!({ "key": "other", "name": "Óther source" })];
        let sources: Value = named.into_iter().chain(more).collect();
        tables.insert("source".to_owned(), sources);
        toml::to_string(&tables).expect("JSON without null is TOML")
    }

    /// Changes fields of the record with this slug (of a standard: this identifier; of a channel: the first on this
    /// platform); null takes a field away.
    pub fn change(&mut self, kind: &str, slug: &str, fields: Value) {
        let key = match kind {
            "standard" => "identifier",
            "channel" => "platform",
            _ => "slug",
        };
        let records = self.tables.get_mut(kind).and_then(Value::as_array_mut).expect("records of this kind");
        let record = records.iter_mut().find(|record| record[key] == slug).expect("a record with this slug");
        let record = record.as_object_mut().expect("an object");
        match fields {
            Value::Object(fields) => record.extend(fields),
            other => panic!("fields are an object: {other}"),
        }
        record.retain(|_, value| !value.is_null());
    }
}

fn cited() -> Value {
    json!({ "cites": [{ "source": "test" }] })
}

fn fill(record: &mut Map<String, Value>, defaults: &Value) {
    for (name, value) in defaults.as_object().into_iter().flatten() {
        record.entry(name.clone()).or_insert_with(|| value.clone());
    }
}
