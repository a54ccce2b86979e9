//! Plans answer as resolvers do, byte for byte: documents are made of the schema and asked of both. Mistakes are among
//! them, which plans leave to the resolvers.
//!
//! `EXECUTORS_DOCUMENTS` says how many documents are made for each database (250 where it is not set), `EXECUTORS_SEED`
//! which ones. For a night, with others each time:
//!
//! ```sh
//! EXECUTORS_SEED=$(date +%s) EXECUTORS_DOCUMENTS=20000 tests/run --profile nightly -E 'test(executors::made_up)'
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use api::app::App;
use api::graph::kinds;
use api::graph::moment::date_time_text;
use async_graphql::Variables;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Map, Value, json};
use tests::{Atlas, Backend, Dice, Invented, ListField, NOW, Schema, both, reply, type_text};

/// The two that are compared.
struct Both {
    plans: Arc<App>,
    resolvers: Arc<App>,
}

impl Both {
    async fn of(atlas: &Atlas) -> Self {
        let resolvers = atlas.with(|config| config.planner = false).await;
        // Answers that are kept would hide what is made of rows that are.
        let plans = atlas.with(|config| config.response_cache_bytes = 0).await;
        Self { plans, resolvers }
    }

    /// The answer of both, and whether a plan gave it.
    async fn ask(&self, document: &str, variables: &Value) -> (Value, bool) {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let mut answers = Vec::new();
        // The second time the plan is known, and its rows are kept; they are looked for the third time, by `explain`.
        for app in [&self.resolvers, &self.plans, &self.plans] {
            let request = Request::post("/graphql").header("content-type", "application/json");
            let request = request.body(Body::from(body.clone())).expect("a request");
            answers.push(reply(Arc::clone(app), request).await);
        }
        let [expected, first, second] = answers.as_slice() else { unreachable!("three were asked") };
        for answer in [first, second] {
            assert_eq!(answer.text, expected.text, "{document}\n{variables}");
            assert_eq!(answer.status, expected.status, "{document}");
            let headers = |reply: &tests::Reply| {
                ["content-type", "cache-control", "vary"].map(|name| reply.header(name).to_owned())
            };
            assert_eq!(headers(answer), headers(expected), "{document}");
        }
        let explain = json!({ "query": document, "variables": variables, "extensions": { "explain": true } });
        let request = Request::post("/graphql").header("content-type", "application/json");
        let told =
            reply(Arc::clone(&self.plans), request.body(Body::from(explain.to_string())).expect("a request")).await;
        let told = told.json();
        assert_eq!(told["data"], expected.json()["data"], "{document}");
        let fields = told["extensions"]["explain"]["fields"].as_array().cloned().unwrap_or_default();
        let is_planned = !fields.is_empty() && fields.iter().all(|field| field["executor"] == "plan");
        (expected.json(), is_planned)
    }
}

/// What is left to chance, the same each time for one seed.
struct Random(Dice);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// True in so many of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A value as a document writes it, and as JSON.
#[derive(Clone)]
struct Literal {
    text: String,
    json: Value,
}

impl Literal {
    fn plain(json: Value) -> Self {
        Self { text: json.to_string(), json }
    }

    fn choice(name: &str) -> Self {
        Self { text: name.to_owned(), json: name.into() }
    }

    fn list(items: Vec<Self>) -> Self {
        let text = items.iter().map(|item| item.text.clone()).collect::<Vec<_>>().join(", ");
        Self { text: format!("[{text}]"), json: items.into_iter().map(|item| item.json).collect() }
    }

    fn object(fields: Vec<(String, Self)>) -> Self {
        let text = fields.iter().map(|(name, value)| format!("{name}: {}", value.text)).collect::<Vec<_>>().join(", ");
        let json: Map<String, Value> = fields.into_iter().map(|(name, value)| (name, value.json)).collect();
        Self { text: format!("{{ {text} }}"), json: json.into() }
    }
}

/// Writes documents.
struct Author<'a> {
    schema: &'a Schema,
    random: Random,
    /// Slugs, names and other texts that records have, and some that none has.
    texts: &'a [String],
    /// Identifiers of standards, and some that none has.
    identifiers: &'a [String],
    /// Words that records have.
    words: &'a [String],
    /// How many fields may follow.
    left: usize,
    aliases: usize,
    fragments: Vec<String>,
    declared: Vec<String>,
    variables: Map<String, Value>,
}

const DEEPEST: usize = 5;

impl Author<'_> {
    fn document(&mut self) -> (String, Value) {
        (self.left, self.aliases) = (25, 0);
        self.fragments.clear();
        self.declared.clear();
        self.variables.clear();
        let mut fields = vec![if self.random.chance(10) { self.search() } else { self.root_field() }];
        while self.random.chance(25) {
            fields.push(self.root_field());
        }
        let declared = if self.declared.is_empty() { String::new() } else { format!("({})", self.declared.join(", ")) };
        let document = format!("query{declared} {{ {} }} {}", fields.join(" "), self.fragments.join(" "));
        (document, Value::Object(self.variables.clone()))
    }

    /// A field of the root, or of the atlas at a moment.
    fn root_field(&mut self) -> String {
        if !self.random.chance(30) {
            return self.field_of("Query", 0);
        }
        let at = self.value("at", "DateTime!", 0);
        let at = self.given("DateTime!", at);
        self.aliases += 1;
        let (number, selections) = (self.aliases, self.selections("Moment", 0));
        format!("a{number}: asOf(at: {at}) {{ {selections} }}")
    }

    fn search(&mut self) -> String {
        let fields = self.fields("Query");
        let search = fields.iter().find(|field| name_of(field) == "search").expect("there is a search");
        self.field(search, 0)
    }

    /// A full-text query: words that records have, as they are or mistyped, unfinished, in phrases or left out.
    fn searched(&mut self) -> String {
        let mut parts = Vec::new();
        for _ in 0..=self.random.below(3) {
            let [one, other] = [(); 2].map(|()| self.random.of(self.words).as_str());
            let begun: String = one.chars().take(1 + self.random.below(4)).collect();
            parts.push(match self.random.below(14) {
                0 => format!("\"{one} {other}\""),
                1 => format!("-{one}"),
                2 => format!("-\"{one} {other}\""),
                3 => format!("{one}{}", one.chars().next().unwrap_or_default()),
                4 | 5 => begun,
                6 => self.random.of(self.texts).clone(),
                7 => "\"".to_owned(),
                _ => one.to_owned(),
            });
        }
        parts.join(" ")
    }

    fn fields(&self, ty: &str) -> Vec<Value> {
        self.schema.types.get(ty).and_then(|ty| ty["fields"].as_array()).cloned().unwrap_or_default()
    }

    /// What is selected of a type.
    fn selections(&mut self, ty: &str, depth: usize) -> String {
        let mut selections = Vec::new();
        for _ in 0..=self.random.below(4) {
            let field = self.field_of(ty, depth);
            selections.push(match self.random.below(12) {
                0 => format!("... on {ty} {{ {field} }}"),
                1 => format!("...{} {{ {field} }}", self.directive()),
                2 if self.schema.implements(ty, "AtlasRecord") => {
                    let shared = ["id", "slug", "label", "version", "createdAt", "__typename"];
                    format!("{field} ... on AtlasRecord {{ {} }} ... on Node {{ id }}", self.random.of(&shared))
                }
                3 => {
                    let name = format!("F{}", self.fragments.len());
                    self.fragments.push(format!("fragment {name} on {ty} {{ {field} }}"));
                    format!("...{name}{}", self.directive())
                }
                _ => field,
            });
        }
        selections.join(" ")
    }

    fn directive(&mut self) -> String {
        if !self.random.chance(12) {
            return String::new();
        }
        let flag = self.random.chance(50);
        let value = self.given("Boolean!", Literal::plain(flag.into()));
        format!(" @{}(if: {value})", self.random.of(&["include", "skip"]))
    }

    /// A field of a type, with all that it needs.
    fn field_of(&mut self, ty: &str, depth: usize) -> String {
        self.left = self.left.saturating_sub(1);
        let is_end = self.left == 0 || depth >= DEEPEST;
        let fields = self.fields(ty);
        let leaf = |field: &Value| {
            let far = bare(&field["type"]);
            matches!(self.schema.types.get(&far).and_then(|ty| ty["kind"].as_str()), Some("SCALAR" | "ENUM") | None)
        };
        let fitting: Vec<&Value> = fields.iter().filter(|field| !is_end || leaf(field)).collect();
        if fitting.is_empty() || self.random.chance(4) {
            return "__typename".to_owned();
        }
        // Lists, and what stands in them, are what plans are about.
        let worth: Vec<&Value> = fitting
            .iter()
            .copied()
            .filter(|field| {
                bare(&field["type"]).ends_with("Connection")
                    || ["nodes", "edges", "node", "facets"].contains(&name_of(field))
            })
            .collect();
        let field = if !worth.is_empty() && self.random.chance(50) {
            *self.random.of(&worth)
        } else {
            *self.random.of(&fitting)
        };
        let field = field.clone();
        self.field(&field, depth)
    }

    /// This field of a type, with all that it needs.
    fn field(&mut self, field: &Value, depth: usize) -> String {
        let (name, far) = (name_of(field).to_owned(), bare(&field["type"]));
        let mut arguments = Vec::new();
        for argument in field["args"].as_array().into_iter().flatten() {
            let (argument, of) = (name_of(argument).to_owned(), type_text(&argument["type"]));
            // Most of these are mistakes.
            let percent = match argument.as_str() {
                "after" | "before" => 1,
                "last" => 8,
                // One of the two finds a standard.
                "slug" | "identifier" => 55,
                _ => 30,
            };
            if !of.ends_with('!') && !self.random.chance(percent) {
                continue;
            }
            let value = self.value(&argument, &of, 0);
            arguments.push(format!("{argument}: {}", self.given(&of, value)));
        }
        let is_leaf =
            matches!(self.schema.types.get(&far).and_then(|ty| ty["kind"].as_str()), Some("SCALAR" | "ENUM") | None);
        let arguments = if arguments.is_empty() { arguments.concat() } else { format!("({})", arguments.join(", ")) };
        let alias = if !arguments.is_empty() || self.random.chance(15) {
            // Now and then two fields have one key.
            self.aliases += usize::from(self.random.chance(95));
            format!("a{}: ", self.aliases)
        } else {
            String::new()
        };
        let directive = self.directive();
        let selections = if is_leaf { String::new() } else { format!(" {{ {} }}", self.selections(&far, depth + 1)) };
        format!("{alias}{name}{arguments}{directive}{selections}")
    }

    /// A value as it stands, or as a variable.
    fn given(&mut self, of: &str, value: Literal) -> String {
        if !self.random.chance(30) {
            return value.text;
        }
        let name = format!("v{}", self.declared.len());
        let is_nullable = !of.ends_with('!');
        match self.random.below(10) {
            0 if is_nullable => self.declared.push(format!("${name}: {of}")),
            1 => self.declared.push(format!("${name}: {of} = {}", value.text)),
            2 if is_nullable => {
                self.declared.push(format!("${name}: {of}"));
                self.variables.insert(name.clone(), Value::Null);
            }
            _ => {
                self.declared.push(format!("${name}: {of}"));
                self.variables.insert(name.clone(), value.json);
            }
        }
        format!("${name}")
    }

    /// A value for an argument or for a field of an input.
    fn value(&mut self, name: &str, of: &str, depth: usize) -> Literal {
        let of = of.trim_end_matches('!');
        if let Some(item) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
            let items = (0..self.random.below(4)).map(|_| self.value(name, item, depth)).collect();
            return Literal::list(items);
        }
        let input = self.schema.types.get(of).cloned().unwrap_or_default();
        if let Some(values) = input["enumValues"].as_array() {
            return Literal::choice(name_of(self.random.of(values)));
        }
        if let Some(fields) = input["inputFields"].as_array() {
            let mut chosen = BTreeMap::new();
            let required = |field: &Value| type_text(&field["type"]).ends_with('!');
            for field in fields.iter().filter(|field| required(field)) {
                chosen.insert(
                    name_of(field).to_owned(),
                    self.value(name_of(field), &type_text(&field["type"]), depth + 1),
                );
            }
            for _ in 0..=self.random.below(2) {
                let field = self.random.of(fields);
                // Nothing ends what is nested.
                let is_logic = ["and", "or", "not"].contains(&name_of(field));
                if is_logic && depth >= 2 {
                    continue;
                }
                chosen.insert(
                    name_of(field).to_owned(),
                    self.value(name_of(field), &type_text(&field["type"]), depth + 1),
                );
            }
            return Literal::object(chosen.into_iter().collect());
        }
        match (of, name) {
            ("Boolean", _) => Literal::plain(self.random.chance(50).into()),
            ("Int", "first" | "last") => {
                let sizes: &[i32] = if self.random.chance(3) { &[101, -1] } else { &[0, 1, 1, 2, 2, 3, 5, 7, 20, 100] };
                Literal::plain((*self.random.of(sizes)).into())
            }
            ("Int", _) => Literal::plain((*self.random.of(&[0, 1, 1999, 2001, 2005, 2020, -3])).into()),
            ("DateTime", "at") => {
                // Before the first write, at and between writes, now, and to come.
                let ago = *self.random.of(&[9_000_000, 4_000_000, 3_500_000, 2_000_000, 1_999_999, 1, 0, 0, -1]);
                Literal::plain(date_time_text(NOW - ago).into())
            }
            ("DateTime", _) => Literal::plain(date_time_text(NOW - 1_500_000).into()),
            (_, "code") => Literal::plain((*self.random.of(&["CH", "ch", "De", "XX", "C", "C1", "CHE", "ÇH"])).into()),
            (_, "identifier") => {
                let identifier = self.random.of(self.identifiers).clone();
                Literal::plain(match self.random.below(4) {
                    0 => identifier.to_lowercase().into(),
                    1 => identifier.replace([' ', '/'], "").into(),
                    2 => identifier.replace(' ', "  ").into(),
                    _ => identifier.into(),
                })
            }
            (_, "languages") => Literal::plain((*self.random.of(&["en", "fr", "de", "fr-CA", "zh"])).into()),
            (_, "query" | "text") => Literal::plain(self.searched().into()),
            (_, "after" | "before") => Literal::plain((*self.random.of(&["", "bad"])).into()),
            _ => Literal::plain(self.random.of(self.texts).as_str().into()),
        }
    }
}

fn name_of(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn bare(ty: &Value) -> String {
    type_text(ty).replace(['!', '[', ']'], "")
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Texts that records have, and some that none has.
async fn texts(atlas: &Atlas) -> Vec<String> {
    let mut texts = vec![String::new(), "nothing".to_owned(), "%".to_owned(), "É_\"\\".to_owned(), "CH".to_owned()];
    for table in ["organisation", "issue", "standard", "committee", "event", "channel"] {
        texts.extend(atlas.texts(&format!("SELECT slug FROM {table} ORDER BY slug LIMIT 12")).await);
        texts.extend(atlas.texts(&format!("SELECT label FROM {table} ORDER BY slug LIMIT 4")).await);
    }
    texts.extend(atlas.texts("SELECT slug FROM slug_alias ORDER BY slug LIMIT 12").await);
    texts
}

/// Words that records have.
async fn words(atlas: &Atlas) -> Vec<String> {
    let words = atlas.texts("SELECT label || names || title || body FROM search_text ORDER BY id").await.concat();
    let mut words: Vec<String> = words.split_whitespace().filter(|word| *word != "|").map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
}

async fn made_up_documents_are_answered_alike(on: Backend) {
    let atlas = on.garden().await;
    let (schema, asked) = (Schema::of(&atlas).await, Both::of(&atlas).await);
    let (texts, words) = (texts(&atlas).await, words(&atlas).await);
    let identifiers = [
        atlas.texts("SELECT identifier FROM standard ORDER BY slug LIMIT 40").await,
        atlas.texts("SELECT DISTINCT undated_identifier FROM standard ORDER BY undated_identifier LIMIT 20").await,
        ["", "nothing", "ABC", "\0"].map(str::to_owned).to_vec(),
    ]
    .concat();
    let (seed, documents) = (setting("EXECUTORS_SEED", 1), setting("EXECUTORS_DOCUMENTS", 250));
    let mut author = Author {
        schema: &schema,
        random: Random(Dice::new(seed)),
        texts: &texts,
        identifiers: &identifiers,
        words: &words,
        left: 0,
        aliases: 0,
        fragments: Vec::new(),
        declared: Vec::new(),
        variables: Map::new(),
    };
    let (mut planned, mut right) = (0, 0);
    for _ in 0..documents {
        let (document, variables) = author.document();
        let (answer, is_planned) = asked.ask(&document, &variables).await;
        right += u64::from(answer["errors"].is_null());
        planned += u64::from(is_planned);
        // The document is known by now, and what is asked with it may be another.
        for (name, value) in variables.as_object().into_iter().flatten() {
            let mut others = variables.clone();
            match author.random.below(4) {
                0 => _ = others.as_object_mut().and_then(|others| others.remove(name)),
                1 => others[name] = json!("hub"),
                2 => others[name] = json!(2),
                _ if value.is_boolean() => others[name] = json!(value == false),
                _ => others[name] = json!(null),
            }
            asked.ask(&document, &others).await;
        }
    }
    assert!(
        planned * 5 > documents,
        "of {documents} documents of seed {seed} {planned} were planned, and {right} had no mistake"
    );
}

async fn pages_are_alike_from_every_cursor(on: Backend) {
    let planned = planned_pages(on, Schema::lists_of_the_present).await;
    for list in ["Query.standards", "Organisation.issues", "Standard.relations", "Instrument.parties", "Issue.children"]
    {
        assert!(planned.iter().any(|planned| planned == list), "{list} is not planned: {planned:?}");
    }
}

async fn pages_of_the_past_are_alike_from_every_cursor(on: Backend) {
    let planned = planned_pages(on, Schema::lists_of_the_past).await;
    for list in
        ["Moment.standards", "Organisation.issues", "Standard.relations", "Instrument.parties", "Issue.children"]
    {
        assert!(planned.iter().any(|planned| planned == list), "{list} is not planned: {planned:?}");
    }
}

/// Asks for pages of lists from cursors, and gives those lists that plans answer.
async fn planned_pages(on: Backend, lists: fn(&Schema) -> Vec<ListField>) -> Vec<String> {
    let atlas = on.garden().await;
    let (schema, asked) = (Schema::of(&atlas).await, Both::of(&atlas).await);
    let mut planned = Vec::new();
    for list in lists(&schema) {
        let near = kinds::NODES.iter().find(|kind| kind.name == list.object);
        if near.is_none() && !list.is_root() {
            continue;
        }
        let orders = orders(&schema, &list);
        let few = match (near, list.at) {
            (Some(_), Some(_)) => 1,
            (None, None) => orders.len(),
            _ => 2,
        };
        for order in orders.into_iter().take(few) {
            let page = |size: &str| {
                let page = format!(
                    "{}({size}: 2, after: $after, before: $before{order}) {{ edges {{ cursor node {{ id }} }}
                        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} totalCount }}",
                    list.field
                );
                let whole = match near {
                    Some(kind) => format!("{}(first: 40) {{ nodes {{ id {page} }} }}", kind.plural()),
                    None => page,
                };
                match list.at {
                    None => format!("query($after: String, $before: String) {{ {whole} }}"),
                    // The moment stands in the document or in a variable.
                    Some(_) if order.is_empty() => format!(
                        "query($after: String, $before: String, $at: DateTime! ) {{ asOf(at: $at) {{ {whole} }} }}"
                    ),
                    Some(at) => format!(
                        "query($after: String, $before: String) {{ asOf(at: \"{}\") {{ {whole} }} }}",
                        date_time_text(at)
                    ),
                }
            };
            let variables = |side: &str, cursor: &Value| match list.at.filter(|_| order.is_empty()) {
                None => json!({ side: cursor }),
                Some(at) => json!({ side: cursor, "at": date_time_text(at) }),
            };
            let (answer, is_planned) = asked.ask(&page("first"), &variables("after", &Value::Null)).await;
            if is_planned {
                planned.push(format!("{}.{}", list.object, list.field));
            }
            let mut cursors = Vec::new();
            find_cursors(&answer, &mut cursors);
            if let Some(cursor) = cursors.get(cursors.len() / 2) {
                let pages = [("first", "after"), ("last", "before"), ("first", "before"), ("last", "after")];
                // Statements of the past take long to be made.
                for (size, side) in pages.into_iter().take(if list.at.is_some() { 2 } else { 4 }) {
                    asked.ask(&page(size), &variables(side, &json!(cursor))).await;
                }
                // A cursor of another moment does not fit, and one in the document is as good as one in a variable.
                if list.at.is_some() {
                    asked.ask(&page("first"), &json!({ "after": cursor, "at": date_time_text(NOW - 1) })).await;
                    let literal = page("first").replace("after: $after", &format!("after: \"{cursor}\""));
                    let literal = literal.replace("$after: String, ", "");
                    asked.ask(&literal, &variables("before", &Value::Null)).await;
                }
            }
        }
    }
    planned.dedup();
    planned
}

/// The orders of a list as arguments, the default one among them.
fn orders(schema: &Schema, list: &ListField) -> Vec<String> {
    let mut orders = vec![String::new()];
    let order = list.arguments.get("orderBy").map(|of| of.replace(['!', '[', ']'], ""));
    let fields = order.map(|order| schema.members(&format!("{order}Field"), "enumValues")).unwrap_or_default();
    for field in fields.into_keys().filter(|field| field != "RELEVANCE") {
        orders.extend(["ASC", "DESC"].map(|way| format!(", orderBy: [{{ field: {field}, direction: {way} }}]")));
    }
    orders
}

/// What is searched for: one word and more, unfinished, in phrases, left out, mistyped, a name, nothing.
async fn queries(atlas: &Atlas) -> Vec<String> {
    let words = words(atlas).await;
    let word = |place: usize| words[place * 97 % words.len()].clone();
    let mut queries: Vec<String> = (0..6).map(word).collect();
    queries.extend((0..6).map(|place| word(place).chars().take(2).collect()));
    let texts = atlas.texts("SELECT label || names || title || body FROM search_text ORDER BY id LIMIT 200").await;
    for text in texts.iter().step_by(17) {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "|").collect();
        if let [first, second, .., last] = words.as_slice() {
            queries.extend([
                format!("{first} {last}"),
                format!("\"{first} {second}\" {last}"),
                format!("{first} -{last}"),
                format!("{last} -\"{first} {second}\""),
                format!("{last}{last}"),
                format!("{first} {}", last.chars().take(2).collect::<String>()),
            ]);
        }
    }
    queries.extend(atlas.texts("SELECT label FROM organisation ORDER BY slug LIMIT 3").await);
    queries.extend(atlas.texts("SELECT label FROM standard ORDER BY slug LIMIT 3").await);
    queries.extend(["", "-x", "e", "standrad"].map(str::to_owned));
    queries
}

async fn searches_are_alike_from_every_cursor(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    let page = "query($query: String!, $kinds: [RecordKind!], $after: String) { search(query: $query, kinds: $kinds, first: 2, after: $after) {
        __typename totalCount edges { cursor score node { id label ... on Standard { title issues(first: 1) { nodes { slug } } } } }
        nodes { __typename ... on Organisation { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let (queries, mut planned) = (queries(&atlas).await, 0);
    for query in &queries {
        for kinds in [Value::Null, json!(["STANDARD"]), json!(["ISSUE", "ORGANISATION"])] {
            let mut after = Value::Null;
            for _ in 0..3 {
                let variables = json!({ "query": query, "kinds": kinds, "after": after });
                let (answer, is_planned) = asked.ask(page, &variables).await;
                let found = &answer["data"]["search"];
                let is_near = found["edges"][0]["score"]
                    .as_f64()
                    .is_some_and(|score| [0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1].contains(&score));
                assert!(
                    is_planned || is_near || found["totalCount"].as_i64().is_none_or(|count| count == 0),
                    "{query}"
                );
                planned += usize::from(is_planned);
                after = found["pageInfo"]["endCursor"].clone();
                if found["pageInfo"]["hasNextPage"] != true {
                    break;
                }
            }
        }
    }
    assert!(planned > queries.len(), "{planned} of {} queries were planned", queries.len());
    // Another query has the same plan where it has as many words, and its cursor fits no other.
    let known = |query: &str| {
        let variables = Variables::from_json(json!({ "query": query, "kinds": ["STANDARD"] }));
        asked.plans.planner.known(page, None, &variables).is_some()
    };
    asked.ask(page, &json!({ "query": "some words", "kinds": ["STANDARD"] })).await;
    assert!(known("some words") && known("other ones") && !known("\"other ones\" three four five"));
    let (answer, _) = asked.ask(page, &json!({ "query": queries[0] })).await;
    let after = &answer["data"]["search"]["pageInfo"]["endCursor"];
    for query in &queries[..4] {
        asked.ask(page, &json!({ "query": query, "after": after })).await;
    }
}

async fn lists_with_text_are_alike_from_every_cursor(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    let queries = queries(&atlas).await;
    let mut planned = 0;
    for (number, query) in queries.iter().step_by(3).enumerate() {
        for (whole, order) in [
            ("standards", "RELEVANCE, direction: ASC"),
            ("standards", "RELEVANCE, direction: DESC"),
            ("standards", "IDENTIFIER, direction: DESC"),
            ("organisations", "RELEVANCE, direction: ASC"),
            ("issue", "RELEVANCE, direction: DESC"),
        ] {
            let list = if whole == "organisations" { whole } else { "standards" };
            let filter = match number % 3 {
                0 => "{ text: $text }",
                1 => "{ and: [{ text: $text }, { not: { slug: { eq: \"x\" } } }] }",
                _ => "{ text: $text, or: [{ text: $text }, { text: \"other\" }] }",
            };
            let page = |size: &str| {
                let list = format!(
                    "{list}({size}: 2, after: $after, before: $before, filter: {filter}, orderBy: [{{ field: {order} }}]) {{
                        totalCount edges {{ cursor node {{ id label }} }} pageInfo {{ hasNextPage hasPreviousPage }} }}"
                );
                let list =
                    if whole == "issue" { format!("issues(first: 3) {{ nodes {{ slug {list} }} }}") } else { list };
                format!("query($text: String!, $after: String, $before: String) {{ {list} }}")
            };
            let (answer, is_planned) = asked.ask(&page("first"), &json!({ "text": query })).await;
            planned += usize::from(is_planned);
            let mut cursors = Vec::new();
            find_cursors(&answer, &mut cursors);
            if let Some(cursor) = cursors.get(cursors.len() / 2) {
                for (size, side) in [("first", "after"), ("last", "before"), ("first", "before"), ("last", "after")] {
                    let (_, is_still_planned) = asked.ask(&page(size), &json!({ "text": query, side: cursor })).await;
                    assert_eq!(is_still_planned, is_planned, "{query}");
                }
            }
        }
    }
    assert!(planned * 3 > queries.len(), "{planned} lists for {} queries were planned", queries.len());
}

fn find_cursors(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Object(fields) => {
            found.extend(fields.get("cursor").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| find_cursors(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| find_cursors(item, found)),
        _ => {}
    }
}

async fn odd_documents_are_answered_alike(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    // What one key stands for, where it stands for two; directives of fields that a plan answers beside those it leaves.
    for (document, variables) in [
        (
            "query($v: Boolean!) { organisation(slug: \"hub\") @include(if: $v) { slug } atlas { version } }",
            json!({ "v": true }),
        ),
        ("query($s: String!) { organisation(slug: $s) { slug } atlas { version } }", json!({ "s": "hub" })),
        (
            "{ organisation(slug: \"hub\") { a: issues(first: 2) { nodes { slug } } ... on Organisation { a: partners(first: 2) { nodes { label } } } } }",
            json!({}),
        ),
        (
            "{ o: organisation(slug: \"hub\") { a: issues(first: 2) { nodes { slug } } } o: organisation(slug: \"hub\") { a: issues(first: 1) { nodes { label } } } }",
            json!({}),
        ),
        (
            "{ a: organisations(first: 2) { nodes { slug } } ... on Query { a: issues(first: 2) { nodes { label } } } }",
            json!({}),
        ),
    ] {
        asked.ask(document, &variables).await;
    }
    // Variables that the plan never meets are judged all the same.
    let skipped = "query($s: String!, $a: String!) { organisation(slug: $s) { slug issues(first: 1, after: $a) @skip(if: true) { totalCount } } }";
    for variables in [json!({ "s": "hub", "a": "" }), json!({ "s": "hub" }), json!({ "s": "hub", "a": 1 })] {
        asked.ask(skipped, &variables).await;
    }
    // Rows of which nothing is read.
    for document in [
        "{ organisations { totalCount } }",
        "{ organisations(first: 2) { nodes { __typename } } }",
        "{ organisations(first: 2) { pageInfo { hasNextPage } } }",
        "{ organisations(first: 2) { nodes { slug publishers: standards { totalCount } } } }",
        "{ issues(first: 3) { nodes { slug ancestors { slug } } } }",
    ] {
        assert!(asked.ask(document, &json!({})).await.1, "{document} is not planned");
    }
    // A client that goes through a list has one plan for all its pages.
    let page = "query($after: String) { organisations(first: 2, after: $after) { nodes { slug } pageInfo { endCursor hasPreviousPage } } }";
    let mut after = Value::Null;
    for number in 0..4 {
        let variables = json!({ "after": after });
        let is_known = asked.plans.planner.known(page, None, &Variables::from_json(variables.clone())).is_some();
        // The first has no cursor, the second the first.
        assert_eq!(is_known, number > 1, "page {number}");
        let (answer, is_planned) = asked.ask(page, &variables).await;
        assert!(is_planned);
        after = answer["data"]["organisations"]["pageInfo"]["endCursor"].clone();
    }
    // Records of several kinds by their ids, some twice, one that is not there.
    let known = atlas.ask("{ organisation(slug: \"hub\") { id } issues(first: 2) { nodes { id } } }").await;
    let (organisation, issues) = (&known["organisation"]["id"], &known["issues"]["nodes"]);
    let nobody = api::graph::cursor::global_id(&kinds::ISSUE, 999_999_999, api::graph::moment::Moment::Now);
    let ids = json!({ "ids": [issues[1]["id"], organisation, issues[0]["id"], nobody, organisation] });
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on AtlasRecord { label } ... on Issue { organisations(first: 1) { totalCount } } } }";
    assert!(asked.ask(document, &ids).await.1);
    let (answer, is_planned) =
        asked.ask("query($id: ID!) { node(id: $id) { __typename id } }", &json!({ "id": organisation })).await;
    assert!(is_planned && answer["data"]["node"]["__typename"] == "Organisation", "{answer}");
}

async fn what_a_text_finds_is_alike(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    // What is found by something else than a slug, written as people do, and what can be nothing's.
    for document in [
        "query($i: String!) { standard(identifier: $i) { slug latestEdition { slug } } }",
        "query($i: String) { standard(identifier: $i) { slug } }",
        "query($i: String) { standard(slug: $i) { slug } }",
        "query($i: String, $s: String) { standard(slug: $s, identifier: $i) { slug } }",
        "query($i: String!) { country(code: $i) { name alpha3 region } }",
    ] {
        for text in [
            "HUB 1",
            "hub1",
            " Hub  1 ",
            "hub-1",
            "ABC 1",
            "abc/1",
            "",
            "\0",
            "HUB \u{0}1",
            "ch",
            "CH",
            "C",
            "ÇH",
            "C1",
        ] {
            let (answer, is_planned) = asked.ask(document, &json!({ "i": text })).await;
            assert!(is_planned, "{document} is not planned: {answer}");
        }
    }
    for identifier in ["HUB 1", "hub1", ""] {
        let document = format!("{{ standard(identifier: \"{identifier}\", slug: null) {{ slug }} }}");
        assert!(asked.ask(&document, &json!({})).await.1);
        let document = format!("{{ standard(identifier: \"{identifier}\", slug: \"hub-1\") {{ slug }} }}");
        assert!(!asked.ask(&document, &json!({})).await.1);
    }
    for code in ["CH", "ch"] {
        assert!(asked.ask(&format!("{{ country(code: \"{code}\") {{ id name }} }}"), &json!({})).await.1);
    }
    // Owners of every kind that has channels, and what only some of them have.
    let owners = "{ channels(first: 100) { nodes { label organisation { slug } owner { __typename id slug citations(first: 1) { totalCount } ... on Organisation { name channels(first: 1) { nodes { owner { label } } } } ... on Event { startsOn } } } } }";
    assert!(asked.ask(owners, &json!({})).await.1);
}

async fn facets_are_alike(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    // Facets at the root and beneath records, of lists that have a filter on what is counted.
    for document in [
        "query($own: Boolean!) { organisations(first: 1, filter: { issue: { slug: { eq: \"hub\" } }, stakeholderGroup: [ACADEMIA, GOVERNMENT] }) { totalCount facets(excludeOwn: $own) { stakeholderGroup { value label count } country { value label count } issue(first: 3) { value label count } } } }",
        "query($own: Boolean!) { organisations(first: 3) { nodes { slug standards(first: 1, filter: { status: [PUBLISHED] }) { facets(excludeOwn: $own) { __typename status { value label count } type { __typename label } publishedYear { value label count } publisher(first: 2) { value label count } issue { value label count } subject(first: 5) { value label count } } } } } }",
        "query($own: Boolean!) { organisation(slug: \"hub\") { standards(first: 0) { facets(excludeOwn: $own) { publishedYear { value } } } committees { nodes { standards { facets { status { count } } } } } } }",
    ] {
        for own in [true, false] {
            let (answer, is_planned) = asked.ask(document, &json!({ "own": own })).await;
            assert!(is_planned, "{document} is not planned: {answer}");
        }
    }
    assert!(!asked.ask("{ standards { facets { issue(first: 101) { count } } } }", &json!({})).await.1);
}

/// What both answer to a document that a plan must answer.
async fn planned(asked: &Both, document: &str, variables: &Value) -> Value {
    let (answer, is_planned) = asked.ask(document, variables).await;
    assert!(is_planned, "{document}\n{variables}\nis not planned: {answer}");
    answer["data"].clone()
}

async fn a_kept_plan_sees_what_is_written_later(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    let at = NOW + 10_000_000;
    let document = "query($at: DateTime!, $after: String) { asOf(at: $at) { id at organisations(first: 3, after: $after) {
        totalCount nodes { id name standards(first: 1) { totalCount edges { cursor node { id } } } } pageInfo { endCursor } } } }";
    let literal =
        format!("{{ asOf(at: \"{}\") {{ organisations {{ totalCount nodes {{ id }} }} }} }}", date_time_text(at));
    let variables = json!({ "at": date_time_text(at) });
    // What is to come is an error, and ceases to be one for the same plan.
    for _ in 0..2 {
        assert!(!asked.ask(document, &variables).await.1);
    }
    assert!(!asked.ask(&literal, &json!({})).await.1);
    atlas.set_clock(at);
    let before = planned(&asked, document, &variables).await;
    let list = &before["asOf"]["organisations"];
    assert_eq!(list["totalCount"], 12);
    planned(&asked, &literal, &json!({})).await;
    // The first write had begun before the moment.
    let mut garden = tests::garden();
    for clock in [at - 5_000_000, at + 5_000_000] {
        atlas.set_clock(clock);
        garden.add("organisation", json!({ "slug": format!("a-{clock}"), "name": "aa" }));
        garden.change("organisation", "hub", json!({ "name": format!("hub {clock}") }));
        atlas.load(&garden).await;
        atlas.set_clock(at + 5_000_000);
        let anew = planned(&asked, document, &variables).await;
        assert_eq!(anew["asOf"]["organisations"]["totalCount"], 13, "{anew}");
        assert_eq!(planned(&asked, &literal, &json!({})).await["asOf"]["organisations"]["totalCount"], 13);
        // A page goes on in the state that its cursor comes from, and so does all beneath it.
        let next = json!({ "at": date_time_text(at), "after": list["pageInfo"]["endCursor"] });
        let next = planned(&asked, document, &next).await;
        assert_eq!(next["asOf"]["organisations"]["totalCount"], 12, "{next}");
        let nested = &list["nodes"][0]["standards"]["edges"][0];
        for (document, variables) in [
            (
                "query($id: ID!) { node(id: $id) { id ... on AtlasRecord { label version } } }",
                json!({ "id": list["nodes"][0]["id"] }),
            ),
            (
                "query($id: ID!) { node(id: $id) { id ... on Organisation { standards(first: 2) { edges { cursor node { id } } } } } }",
                json!({ "id": list["nodes"][1]["id"] }),
            ),
            (
                "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
                json!({ "ids": [list["nodes"][0]["id"], next["asOf"]["organisations"]["nodes"][0]["id"], anew["asOf"]["organisations"]["nodes"][0]["id"]] }),
            ),
            (
                "query($id: ID!, $at: DateTime!) { asOf(at: $at) { node(id: $id) { id } } }",
                json!({ "id": anew["asOf"]["organisations"]["nodes"][0]["id"], "at": date_time_text(at) }),
            ),
        ] {
            planned(&asked, document, &variables).await;
        }
        // An id of the state that was seen before is one of another moment.
        for id in [&list["nodes"][0]["id"], &nested["node"]["id"]] {
            let document = "query($id: ID!, $at: DateTime!) { asOf(at: $at) { node(id: $id) { id } } }";
            for at in [at, at - 1] {
                asked.ask(document, &json!({ "id": id, "at": date_time_text(at) })).await;
            }
        }
    }
    // States that never were, and records that were not there.
    for (sequence, past) in [(1, at), (999_999, at), (0, NOW), (0, at + 900_000_000), (3, NOW - 4_000_000)] {
        let moment = api::graph::moment::Past { sequence, at: past }.into();
        let id = api::graph::cursor::global_id(&kinds::ISSUE, 1, moment);
        asked.ask("query($id: ID!) { node(id: $id) { id } }", &json!({ "id": id })).await;
        asked.ask(&format!("{{ nodes(ids: [\"{id}\"]) {{ id }} }}"), &json!({})).await;
    }
}

async fn everything_was_alike_at_every_moment(on: Backend) {
    let atlas = on.empty().await;
    let (schema, asked) = (Schema::of(&atlas).await, Both::of(&atlas).await);
    let mut gardener = tests::Gardener::new(5);
    atlas.load(&tests::Invented::new()).await;
    for number in 0..12 {
        gardener.go_on(&atlas, number, 3).await;
    }
    for kind in kinds::RECORDS {
        let everything = without(&schema.everything_of(kind.name), "history");
        let facets = kinds::FACETS.iter().filter(|facet| *facet.of == **kind);
        let facets =
            facets.map(|facet| format!("{} {{ value label count }}", facet.name)).collect::<Vec<_>>().join(" ");
        let facets = if facets.is_empty() { facets } else { format!("facets {{ {facets} }}") };
        let document = format!(
            "query($at: DateTime!) {{ asOf(at: $at) {{ {}(first: 100) {{ totalCount {facets} nodes {{ {everything} }} }} }} }}",
            kind.plural()
        );
        for seconds in [0, 1, 2, 5, 9, 12] {
            planned(&asked, &document, &json!({ "at": date_time_text(NOW + seconds * 1_000_000) })).await;
        }
    }
}

/// A selection without a field and what is selected of it.
fn without(selection: &str, field: &str) -> String {
    let Some((before, after)) = selection.split_once(&format!(" {field}(")) else { return selection.to_owned() };
    let (mut depth, mut end) = (0, 0);
    for (place, character) in after.char_indices() {
        depth += i32::from(character == '{') - i32::from(character == '}');
        if character == '}' && depth == 0 {
            end = place + 1;
            break;
        }
    }
    format!("{before} {}", &after[end..])
}

/// Fields that plans leave to the resolvers.
const LEFT: &[&str] =
    &["Query.atlas", "Query.resolve", "Change.before", "SearchConnection.kinds", "SearchEdge.highlights"];

/// Every field is asked for by itself, where it stands first.
async fn plans_answer_all_fields_but_these(on: Backend) {
    let atlas = on.garden().await;
    let (schema, asked) = (Schema::of(&atlas).await, Both::of(&atlas).await);
    let mut left = Vec::new();
    let mut beneath: Vec<(String, String)> = vec![("Query".to_owned(), "FIELD".to_owned())];
    let mut seen: Vec<String> = Vec::new();
    while let Some((ty, document)) = beneath.pop() {
        if seen.contains(&ty) {
            continue;
        }
        seen.push(ty.clone());
        for (name, field) in schema.members(&ty, "fields") {
            let arguments: Vec<String> = field["args"].as_array().into_iter().flatten().filter_map(required).collect();
            let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
            let arguments = if name == "standard" { "(slug: \"hub\")".to_owned() } else { arguments };
            let far = bare(&field["type"]);
            let kind = schema.types.get(&far).map(|ty| ty["kind"].clone()).unwrap_or_default();
            let selection = if kind == "SCALAR" || kind == "ENUM" { "" } else { " { __typename }" };
            let one = document.replace("FIELD", &format!("{name}{arguments}{selection}"));
            if !asked.ask(&format!("{{ {one} }}"), &json!({})).await.1 {
                let is_of_all = schema.members("AtlasRecord", "fields").contains_key(&name)
                    && schema.implements(&ty, "AtlasRecord");
                left.push(format!("{}.{name}", if is_of_all { "AtlasRecord" } else { &ty }));
            } else if kind == "OBJECT" {
                beneath.insert(0, (far, document.replace("FIELD", &format!("{name}{arguments} {{ FIELD }}"))));
            }
        }
    }
    let of_all: Vec<&String> = left.iter().filter(|field| !LEFT.contains(&field.as_str())).collect();
    assert_eq!(of_all, Vec::<&String>::new());
    for field in LEFT {
        assert!(left.iter().any(|left| left == field), "{field} is answered by plans");
    }
    assert!(seen.len() > 50, "{seen:?}");
}

/// An argument that a field cannot go without.
fn required(argument: &Value) -> Option<String> {
    let (name, of) = (name_of(argument), type_text(&argument["type"]));
    let value = match (name, of.as_str()) {
        (_, "[ID!]!") => "[]".to_owned(),
        ("code", _) => "\"CH\"".to_owned(),
        (_, "ID!") => {
            json!(api::graph::cursor::global_id(&kinds::ISSUE, 1, api::graph::moment::Moment::Now)).to_string()
        }
        (_, "DateTime!") => json!(date_time_text(NOW)).to_string(),
        (_, of) if of.ends_with('!') && argument["defaultValue"].is_null() => "\"hub\"".to_owned(),
        _ => return None,
    };
    Some(format!("{name}: {value}"))
}

async fn a_request_is_told_how_it_was_answered(on: Backend) {
    let atlas = on.garden().await;
    let document = r"query($slug: String!) {
        o: organisation(slug: $slug) { name issues(first: 2) { totalCount nodes { slug } } } atlas { version revision } }";
    let variables = json!({ "slug": "hub" });
    let plain = atlas.post(&json!({ "query": document, "variables": variables }), &[]).await.json();
    assert_eq!(plain["extensions"], Value::Null);
    let explain = json!({ "explain": true });
    let told =
        atlas.post(&json!({ "query": document, "variables": variables, "extensions": explain }), &[]).await.json();
    assert_eq!(told["data"], plain["data"]);
    let explained = &told["extensions"]["explain"];
    let fields = json!([
        { "responseKey": "o", "executor": "plan" },
        { "responseKey": "atlas", "executor": "resolvers" },
    ]);
    assert_eq!(explained["fields"], fields);
    let statements = explained["statements"].as_array().expect("statements");
    // The organisation and its issues, by one statement or by two; how many there are; how far the log has got.
    assert_eq!(statements.len(), if on == Backend::Postgres { 3 } else { 4 }, "{explained}");
    for statement in statements {
        assert_eq!(statement["runs"], 1, "{statement}");
        assert!(statement["rows"].as_u64().is_some_and(|rows| rows > 0), "{statement}");
        assert!(statement["plan"].as_array().is_some_and(|plan| !plan.is_empty()), "{statement}");
    }
    assert_eq!(statements[0]["parameters"], 2, "{explained}");
    let all = json!({ "query": "{ atlas { version revision } }", "extensions": explain });
    let told = atlas.post(&all, &[]).await.json();
    assert_eq!(told["extensions"]["explain"]["fields"], json!([{ "responseKey": "atlas", "executor": "resolvers" }]));
}

async fn what_depends_on_rows_alone_is_one_statement_on_postgresql(on: Backend) {
    let atlas = on.garden().await;
    let asked = Both::of(&atlas).await;
    let at = date_time_text(NOW);
    let lists = "issues(first: 2) { nodes { slug standards(first: 2) { nodes { slug } } } }";
    let as_of = format!("{{ asOf(at: \"{at}\") {{ organisations(first: 5) {{ nodes {{ slug {lists} }} }} }} }}");
    let lists = format!(
        "{{ organisations(first: 5) {{ nodes {{ {lists} channels(first: 2) {{ nodes {{ platform }} }} }} }} }}"
    );
    let roots =
        r#"{ organisation(slug: "hub") { slug } issues(first: 1) { nodes { slug } } countries { nodes { name } } }"#;
    let search = r#"{ search(query: "hub", kinds: [ORGANISATION]) { nodes { ... on Organisation { slug } } } }"#;
    let field = |number: usize| format!("o{number}: organisation(slug: \"hub\") {{ slug }}");
    let many = format!("{{ {} }}", (0..30).map(field).collect::<Vec<_>>().join(" "));
    for (document, on_sqlite, on_postgres) in
        [(lists.as_str(), 4, 1), (roots, 3, 1), (&as_of, 4, 2), (search, 3, 2), (&many, 30, 2)]
    {
        let (_, is_planned) = asked.ask(document, &json!({})).await;
        assert!(is_planned, "{document}");
        let told = atlas.post(&json!({ "query": document, "extensions": { "explain": true } }), &[]).await.json();
        let statements = told["extensions"]["explain"]["statements"].as_array().map_or(0, Vec::len);
        assert_eq!(statements, if on == Backend::Postgres { on_postgres } else { on_sqlite }, "{document}: {told}");
    }
}

async fn owned_lists_that_are_long_together_are_alike(on: Backend) {
    let mut invented = Invented::new();
    for number in 0..3 {
        let relation = |other: usize| json!({ "kind": "REFERENCES", "identifier": format!("Other {number}-{other}") });
        let relations: Vec<Value> = (0..400).map(relation).collect();
        let identifier = format!("Long {number}");
        invented.add(
            "standard",
            json!({ "identifier": identifier, "undated_identifier": identifier, "relations": relations }),
        );
    }
    let atlas = on.atlas(&invented).await;
    let asked = Both::of(&atlas).await;
    let document = "query($n: Int!) { standards { nodes { slug relations(first: $n) {
        totalCount edges { kind identifier } pageInfo { hasNextPage endCursor } } } } }";
    // Few enough, more than are read together, few again.
    for first in [2, 100, 2] {
        let answer = planned(&asked, document, &json!({ "n": first })).await;
        for standard in answer["standards"]["nodes"].as_array().expect("standards") {
            let relations = &standard["relations"];
            assert_eq!(relations["totalCount"], 400);
            assert_eq!(relations["edges"].as_array().map(Vec::len), Some(first));
            assert_eq!(relations["pageInfo"]["hasNextPage"], true);
        }
    }
}

both!(
    owned_lists_that_are_long_together_are_alike,
    what_depends_on_rows_alone_is_one_statement_on_postgresql,
    odd_documents_are_answered_alike,
    what_a_text_finds_is_alike,
    facets_are_alike,
    a_kept_plan_sees_what_is_written_later,
    everything_was_alike_at_every_moment,
    plans_answer_all_fields_but_these,
    a_request_is_told_how_it_was_answered,
    made_up_documents_are_answered_alike,
    searches_are_alike_from_every_cursor,
    lists_with_text_are_alike_from_every_cursor,
    pages_are_alike_from_every_cursor,
    pages_of_the_past_are_alike_from_every_cursor
);
