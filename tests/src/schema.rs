//! The schema as introspection tells it, and the lists that it has: tests walk it, so that what is added is tested too.

use std::collections::BTreeMap;

use api::graph::moment::date_time_text;
use api::graphql;
use async_graphql::Request;
use serde_json::Value;

use crate::atlas::{Atlas, NOW};

const DOCUMENT: &str = "{ __schema { types { kind name description
    fields(includeDeprecated: true) { name description args { name description defaultValue type { ...T } } type { ...T } }
    inputFields { name description defaultValue type { ...T } }
    enumValues(includeDeprecated: true) { name description }
    interfaces { name } possibleTypes { name } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema by name, without those of introspection.
pub struct Schema {
    /// As introspection tells them.
    pub types: BTreeMap<String, Value>,
}

/// A field that gives a connection.
#[derive(Clone, Debug)]
pub struct ListField {
    /// The type that has the field.
    pub object: String,
    /// Its name.
    pub field: String,
    /// The type of the connection.
    pub connection: String,
    /// Names of its arguments, with their types.
    pub arguments: BTreeMap<String, String>,
    /// The moment beneath which it is asked; none for the present.
    pub at: Option<i64>,
}

impl Schema {
    /// Asks for the schema.
    pub async fn of(atlas: &Atlas) -> Self {
        let answer = graphql::execute(&atlas.app, Request::new(DOCUMENT)).await;
        let answer = serde_json::to_value(&answer.response.data).expect("an answer is JSON");
        let types = answer["__schema"]["types"].as_array().cloned().expect("types");
        let own =
            |ty: &Value| Some((ty["name"].as_str().filter(|name| !name.starts_with("__"))?.to_owned(), ty.clone()));
        Self { types: types.iter().filter_map(own).collect() }
    }

    /// The members of a list of a type, `fields`, `inputFields` or `enumValues`, by name.
    pub fn members(&self, ty: &str, list: &str) -> BTreeMap<String, Value> {
        let members = self.types.get(ty).and_then(|ty| ty[list].as_array()).cloned().unwrap_or_default();
        members.into_iter().map(|member| (member["name"].as_str().unwrap_or_default().to_owned(), member)).collect()
    }

    /// Everything that an object of a type shows by itself, one step away and one page away.
    pub fn everything_of(&self, ty: &str) -> String {
        let mut all = vec![self.leaves(ty)];
        for (name, field) in self.members(ty, "fields") {
            let far = type_text(&field["type"]).replace(['!', '[', ']'], "");
            if far.ends_with("Connection") {
                let edge = far.replace("Connection", "Edge");
                let edges = format!("{} node {{ {} }}", self.leaves(&edge), self.leaves(&self.node_of(&edge)));
                all.push(format!("{name}(first: 100) {{ totalCount edges {{ {edges} }} }}"));
            } else if field["args"].as_array().is_some_and(Vec::is_empty) && !self.leaves(&far).is_empty() {
                all.push(format!("{name} {{ {} }}", self.leaves(&far)));
            }
        }
        all.join(" ")
    }

    /// The fields of a type that have neither fields nor arguments.
    fn leaves(&self, ty: &str) -> String {
        let is_leaf = |field: &Value| {
            let far = type_text(&field["type"]).replace(['!', '[', ']'], "");
            let kind = &self.types[&far]["kind"];
            (kind == "SCALAR" || kind == "ENUM") && field["args"].as_array().is_some_and(Vec::is_empty)
        };
        let fields = self.members(ty, "fields").into_iter().filter(|(_, field)| is_leaf(field));
        fields.map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    /// The type that an edge leads to.
    fn node_of(&self, edge: &str) -> String {
        self.members(edge, "fields")
            .get("node")
            .map(|node| type_text(&node["type"]).replace('!', ""))
            .unwrap_or_default()
    }

    /// Whether an object type implements an interface.
    pub fn implements(&self, ty: &str, interface: &str) -> bool {
        let interfaces = self.types.get(ty).and_then(|ty| ty["interfaces"].as_array());
        interfaces.is_some_and(|interfaces| interfaces.iter().any(|own| own["name"] == interface))
    }

    /// Every list of the present, and the same as of now.
    pub fn lists(&self) -> Vec<ListField> {
        let mut lists = self.lists_of_the_present();
        lists.extend(self.lists_of_the_past());
        lists
    }

    /// Every list beneath the root.
    pub fn lists_of_the_present(&self) -> Vec<ListField> {
        self.fields().into_iter().filter(|list| list.object != "Moment").collect()
    }

    /// Every list beneath the atlas as of now.
    pub fn lists_of_the_past(&self) -> Vec<ListField> {
        let fields = self.fields().into_iter().filter(|list| list.object != "Query");
        fields.map(|list| ListField { at: Some(NOW), ..list }).collect()
    }

    /// Every field of an object type that gives a connection.
    fn fields(&self) -> Vec<ListField> {
        let mut lists = Vec::new();
        for (object, ty) in self.types.iter().filter(|(_, ty)| ty["kind"] == "OBJECT") {
            for field in ty["fields"].as_array().into_iter().flatten() {
                let connection = type_text(&field["type"]).replace('!', "");
                // What a search finds goes one way only, and has tests of its own.
                if !connection.ends_with("Connection") || connection == "SearchConnection" {
                    continue;
                }
                let arguments = field["args"].as_array().into_iter().flatten();
                let argument = |argument: &Value| (text(&argument["name"]), type_text(&argument["type"]));
                lists.push(ListField {
                    object: object.clone(),
                    field: text(&field["name"]),
                    connection,
                    arguments: arguments.map(argument).collect(),
                    at: None,
                });
            }
        }
        lists
    }
}

/// A type as the schema language writes it.
pub fn type_text(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", type_text(&ty["ofType"])),
        Some("LIST") => format!("[{}]", type_text(&ty["ofType"])),
        _ => text(&ty["name"]),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl ListField {
    /// What it is called where something is wrong with it.
    pub fn name(&self) -> String {
        format!("{}.{}{}", self.object, self.field, if self.at.is_some() { " as of now" } else { "" })
    }

    /// Longest page.
    pub fn longest_page(&self) -> usize {
        let whole = matches!(self.connection.as_str(), "PartyConnection" | "CountryConnection");
        if whole { 250 } else { 100 }
    }

    /// A document that asks for this list of the garden's hub; `arguments` in parentheses, or nothing.
    pub fn document(&self, arguments: &str, selection: &str) -> String {
        self.documents(&[("list", arguments, selection)])
    }

    /// A document that asks for this list several times: name, arguments and selection of each.
    pub fn documents(&self, lists: &[(&str, &str, &str)]) -> String {
        let list = |(name, arguments, selection): &(&str, &str, &str)| {
            let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
            format!("{name}: {}{arguments} {{ {selection} }}", self.field)
        };
        let lists = lists.iter().map(list).collect::<Vec<_>>().join("\n");
        let lists = if self.is_root() { lists } else { format!("parent: {} {{ {lists} }}", self.parent()) };
        match self.at {
            None => format!("{{ {lists} }}"),
            Some(at) => format!("{{ asOf(at: \"{}\") {{ {lists} }} }}", date_time_text(at)),
        }
    }

    /// The same list of the present.
    pub fn present(&self) -> Self {
        let object = if self.is_root() { "Query" } else { &self.object };
        Self { object: object.to_owned(), at: None, ..self.clone() }
    }

    /// Whether it is a list of no record.
    pub fn is_root(&self) -> bool {
        ["Query", "Moment"].contains(&self.object.as_str())
    }

    /// Whether its entries are those of the log, whose cursors are their revisions.
    pub fn is_log(&self) -> bool {
        self.connection == "ChangeConnection"
    }

    /// How the hub is asked for that has this list.
    fn parent(&self) -> &'static str {
        match self.object.as_str() {
            "Organisation" => "organisation(slug: \"hub\")",
            "Issue" => "issue(slug: \"hub\")",
            "Standard" => "standard(identifier: \"HUB 1\")",
            "Committee" => "committee(slug: \"hub\")",
            "Event" => "event(slug: \"hub\")",
            "Channel" => "channel(slug: \"hub-blog\")",
            "Instrument" => "instrument(slug: \"hub\")",
            "Initiative" => "initiative(slug: \"hub\")",
            "Resource" => "resource(slug: \"hub\")",
            other => panic!("say which {other} of the garden has the list {}", self.field),
        }
    }

    /// The answer of a list in the answer to [`ListField::documents`].
    pub fn answer<'a>(&self, answer: &'a Value, name: &str) -> &'a Value {
        let answer = if self.at.is_some() { &answer["asOf"] } else { answer };
        if self.is_root() { &answer[name] } else { &answer["parent"][name] }
    }

    /// The type that is ordered, and the values it can be ordered by, where the list takes an order.
    pub fn order_type(&self) -> Option<String> {
        let ty = self.arguments.get("orderBy")?;
        Some(ty.trim_matches(['[', ']', '!']).trim_end_matches("Order").to_owned())
    }
}
