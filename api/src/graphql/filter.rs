//! Filter inputs: their types and their reading come from the description, so that none is written by hand. Whoever
//! answers a document without resolvers reads the same values with [`read`].

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeId, Registry};
use async_graphql::{InputType, InputValueResult, Name, Request, Value, Variables};

use super::connection::Node;
use super::error::{Result, bad_input};
use super::loader::{Rows, SearchFor};
use super::scalars::read_date_time;
use crate::app::App;
use crate::graph::fold::composed;
use crate::graph::predicate::{Predicate, Test};
use crate::graph::search::find::Search;
use crate::graph::{Column, Filter as Field, FilterForm, Kind, Scalar, kinds};

/// Deepest nesting of a filter: the filter itself is 1, each `and`, `or`, `not` and related filter one more.
pub const MAX_DEPTH: usize = 5;
/// Most values in one list of a filter.
pub const MAX_VALUES: usize = 100;

/// Most full-text queries in a filter and those within it.
pub const MAX_TEXTS: usize = 5;

/// The filter input of a kind.
pub struct Filter<N> {
    /// What was read, or what is wrong with it: the field that asked says so, and its neighbours go on.
    pub predicate: Result<Predicate, String>,
    kind: PhantomData<fn() -> N>,
}

impl<N: Node> InputType for Filter<N> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}Filter", N::KIND.name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            for name in [StringFilter::create_type_info, IntFilter::create_type_info] {
                name(registry);
            }
            DateTimeFilter::create_type_info(registry);
            SubjectFilter::create_type_info(registry);
            let doc = format!(
                "Which {} records to keep. All fields that are given must hold; `{{}}` keeps every record. \
                 Nested at most {MAX_DEPTH} deep, at most {MAX_VALUES} values in a list.",
                N::KIND.name.to_lowercase()
            );
            input_object::<Self>(&doc, fields_of(N::KIND))
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self { predicate: read(N::KIND, &value.unwrap_or_default()), kind: PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

fn fields_of(kind: &Kind) -> Vec<MetaInputValue> {
    let own = format!("{}Filter", kind.name);
    let logic = [
        ("and", format!("[{own}!]"), "All of these hold. `[]` holds always."),
        ("or", format!("[{own}!]"), "At least one of these holds. `[]` matches nothing."),
        ("not", own, "This does not hold; what is unknown does not hold."),
    ];
    let logic = logic.into_iter().map(|(name, ty, doc)| described(name, ty, doc));
    logic.chain(kind.filters.iter().map(|field| described(field.field, input_type(&field.test), field.doc))).collect()
}

fn input_type(form: &FilterForm) -> String {
    match form {
        FilterForm::Text(_) => "StringFilter".to_owned(),
        FilterForm::Int(_) => "IntFilter".to_owned(),
        FilterForm::Time(_) => "DateTimeFilter".to_owned(),
        FilterForm::Choice(_, values) => format!("[{values}!]"),
        FilterForm::Country(_) => "[String!]".to_owned(),
        FilterForm::Related(relation) => format!("{}Filter", relation.far.name),
        FilterForm::Under | FilterForm::Words => "String".to_owned(),
        FilterForm::Root(_) | FilterForm::LatestEdition => "Boolean".to_owned(),
        FilterForm::Subject => "SubjectFilter".to_owned(),
    }
}

/// An input field with its words.
pub fn described(name: &str, ty: impl Into<String>, doc: &str) -> MetaInputValue {
    let mut field = MetaInputValue::new(name, ty);
    field.description = Some(doc.to_owned());
    field
}

/// An input object type with its words.
pub fn input_object<T: InputType>(doc: &str, fields: Vec<MetaInputValue>) -> MetaType {
    MetaType::InputObject {
        name: T::type_name().into_owned(),
        description: Some(doc.to_owned()),
        input_fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        // The registry panics where this is not the name of the type that registers.
        rust_typename: Some(std::any::type_name::<T>()),
        oneof: false,
        directive_invocations: Vec::new(),
    }
}

/// Reads a filter input of `kind`. Absent means no condition; an explicit null is a mistake.
///
/// # Errors
/// The sentence for the client, naming the field.
pub fn read(kind: &'static Kind, input: &Value) -> Result<Predicate, String> {
    read_filter(kind, input, "filter", 1)
}

/// Reads a filter that came without a document, with all that the schema says of it, as it is meant in the present.
///
/// # Errors
/// The sentence for the client, or what the database says.
pub async fn settled(app: &App, kind: &'static Kind, json: serde_json::Value) -> Result<Predicate> {
    let input = Value::from_json(json).map_err(|error| bad_input(format!("`filter`: {error}")))?;
    let mut predicate = read(kind, &input).map_err(bad_input)?;
    // The library judges values only as variables of a document; this one does nothing.
    let document = format!(
        "query($filter: {}Filter) {{ {}(filter: $filter) @skip(if: true) {{ __typename }} }}",
        kind.name,
        kind.plural()
    );
    let variables = Variables::from_value(Value::Object([(Name::new("filter"), input)].into_iter().collect()));
    let judged = app.schema.execute(Request::new(document).variables(variables)).await;
    if let Some(error) = judged.errors.into_iter().next() {
        return Err(bad_input(error.message));
    }
    let searches = predicate.searches();
    if searches.len() > MAX_TEXTS {
        return Err(bad_input(format!("`filter` holds {} full-text queries: {MAX_TEXTS} at most", searches.len())));
    }
    let rows = Rows::new(app.read.clone(), app.config.max_rows);
    for (kind, search) in searches {
        *search = rows.settle(&SearchFor { search: search.clone(), kind: Some(kind.code), near: None }).await?;
    }
    Ok(predicate)
}

fn read_filter(kind: &'static Kind, input: &Value, path: &str, depth: usize) -> Result<Predicate, String> {
    if depth > MAX_DEPTH {
        return Err(format!("`{path}` is nested {depth} deep: {MAX_DEPTH} at most"));
    }
    let Value::Object(fields) = input else {
        return Err(wrong(path, "an input object"));
    };
    let parts = fields.iter().map(|(name, value)| {
        let path = format!("{path}.{name}");
        match (name.as_str(), value) {
            (_, Value::Null) => Err(format!("`{path}` is null, which is no filter: leave it out, or use `isNull`")),
            ("and", value) => read_filters(kind, value, &path, depth).map(Predicate::All),
            ("or", value) => read_filters(kind, value, &path, depth).map(Predicate::Any),
            ("not", value) => Ok(Predicate::Not(Box::new(read_filter(kind, value, &path, depth + 1)?))),
            (name, value) => {
                let field = kind.filter(name).ok_or_else(|| format!("{}Filter has no field `{name}`", kind.name))?;
                read_field(kind, field, value, (&path, depth))
            }
        }
    });
    parts.collect::<Result<_, _>>().map(Predicate::All)
}

/// A list of filters, or one filter standing for a list of one, as GraphQL's input coercion has it.
fn read_filters(kind: &'static Kind, value: &Value, path: &str, depth: usize) -> Result<Vec<Predicate>, String> {
    let items = list(value, path)?;
    items
        .iter()
        .enumerate()
        .map(|(index, item)| read_filter(kind, item, &format!("{path}[{index}]"), depth + 1))
        .collect()
}

fn read_field(
    kind: &'static Kind,
    field: &'static Field,
    value: &Value,
    (path, depth): (&str, usize),
) -> Result<Predicate, String> {
    let tests = |column: &'static Column, one: fn(&str, &Value, &str) -> Result<Test, String>| {
        let tests = read_tests(value, path, one)?;
        Ok(Predicate::All(tests.into_iter().map(|test| Predicate::Column { column, test }).collect()))
    };
    match &field.test {
        FilterForm::Text(column) => tests(column, text_test),
        FilterForm::Int(column) => tests(column, int_test),
        FilterForm::Time(column) => tests(column, time_test),
        FilterForm::Choice(column, _) => Ok(Predicate::Column { column, test: Test::OneOf(texts(value, path)?) }),
        FilterForm::Country(relation) => {
            let codes = texts(value, path)?.iter().map(|code| code.to_ascii_uppercase()).collect();
            let column = kinds::COUNTRY.column("code").ok_or("countries have no code")?;
            let matching = Box::new(Predicate::Column { column, test: Test::OneOf(codes) });
            Ok(Predicate::Related { relation, matching })
        }
        FilterForm::Related(relation) => {
            Ok(Predicate::Related { relation, matching: Box::new(read_filter(relation.far, value, path, depth + 1)?) })
        }
        FilterForm::Under => text(value, path).map(Predicate::Under),
        FilterForm::Root(column) => Ok(Predicate::Column { column, test: Test::IsNull(flag(value, path)?) }),
        FilterForm::LatestEdition => flag(value, path).map(Predicate::LatestEdition),
        FilterForm::Subject => read_subject(value, path),
        FilterForm::Words => match value {
            Value::String(text) => {
                let search = Search::read(text).map_err(|words| format!("`{path}` {words}"))?;
                Ok(Predicate::Words(kind, search))
            }
            _ => Err(wrong(path, "a text")),
        },
    }
}

fn read_subject(value: &Value, path: &str) -> Result<Predicate, String> {
    let Value::Object(fields) = value else {
        return Err(wrong(path, "an input object"));
    };
    let (mut scheme, mut code) = (None, Vec::new());
    for (name, value) in fields {
        let path = format!("{path}.{name}");
        match name.as_str() {
            "scheme" => scheme = Some(text(value, &path)?),
            _ => code = read_tests(value, &path, text_test)?,
        }
    }
    Ok(Predicate::Subject { scheme, code })
}

fn read_tests(
    value: &Value,
    path: &str,
    one: fn(&str, &Value, &str) -> Result<Test, String>,
) -> Result<Vec<Test>, String> {
    let Value::Object(fields) = value else {
        return Err(wrong(path, "an input object"));
    };
    let tests = fields.iter().map(|(name, value)| {
        let path = format!("{path}.{name}");
        match (name.as_str(), value) {
            (_, Value::Null) => Err(format!("`{path}` is null, which is no filter: leave it out, or use `isNull`")),
            ("isNull", value) => flag(value, &path).map(Test::IsNull),
            (name, value) => one(name, value, &path),
        }
    });
    tests.collect()
}

fn text_test(name: &str, value: &Value, path: &str) -> Result<Test, String> {
    match name {
        "eq" => Ok(Test::Equal(Scalar::Text(text(value, path)?))),
        "ne" => Ok(Test::NotEqual(Scalar::Text(text(value, path)?))),
        "in" => texts(value, path).map(Test::OneOf),
        "contains" => text(value, path).map(Test::Contains),
        "startsWith" => text(value, path).map(Test::StartsWith),
        _ => Err(format!("`{path}` is no test of a text")),
    }
}

fn int_test(name: &str, value: &Value, path: &str) -> Result<Test, String> {
    match name {
        "eq" => Ok(Test::Equal(Scalar::Int(int(value, path)?))),
        "ne" => Ok(Test::NotEqual(Scalar::Int(int(value, path)?))),
        "in" => list(value, path)?.iter().map(|item| int(item, path)).collect::<Result<_, _>>().map(Test::OneOfNumbers),
        "gte" => int(value, path).map(Test::AtLeast),
        "lte" => int(value, path).map(Test::AtMost),
        _ => Err(format!("`{path}` is no test of a number")),
    }
}

fn time_test(name: &str, value: &Value, path: &str) -> Result<Test, String> {
    let moment = read_date_time(&text(value, path)?).map_err(|message| format!("`{path}`: {message}"))?;
    match name {
        "eq" => Ok(Test::Equal(Scalar::Int(moment))),
        "gte" => Ok(Test::AtLeast(moment)),
        "lt" => Ok(Test::Below(moment)),
        _ => Err(format!("`{path}` is no test of a moment")),
    }
}

fn wrong(path: &str, expected: &str) -> String {
    format!("`{path}` must be {expected}")
}

fn list<'a>(value: &'a Value, path: &str) -> Result<&'a [Value], String> {
    let items = match value {
        Value::List(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    if items.len() > MAX_VALUES {
        return Err(format!("`{path}` holds {} values: {MAX_VALUES} at most", items.len()));
    }
    Ok(items)
}

fn texts(value: &Value, path: &str) -> Result<Vec<String>, String> {
    list(value, path)?.iter().map(|item| text(item, path)).collect()
}

/// A text in composed form. PostgreSQL holds no NUL, so no stored text does.
fn text(value: &Value, path: &str) -> Result<String, String> {
    match value {
        Value::String(text) if text.contains('\0') => Err(format!("`{path}` holds a NUL character: remove it")),
        Value::String(text) => Ok(composed(text)),
        Value::Enum(name) => Ok(name.to_string()),
        _ => Err(wrong(path, "a text")),
    }
}

fn int(value: &Value, path: &str) -> Result<i64, String> {
    match value {
        Value::Number(number) => number.as_i64().filter(|number| i32::try_from(*number).is_ok()),
        _ => None,
    }
    .ok_or_else(|| wrong(path, "a whole number of 32 bits"))
}

fn flag(value: &Value, path: &str) -> Result<bool, String> {
    if let Value::Boolean(flag) = value { Ok(*flag) } else { Err(wrong(path, "true or false")) }
}

/// Input types that filters name and read by themselves: they exist for the schema.
macro_rules! schema_only {
    ($($name:ident: $doc:literal { $($field:literal: $ty:literal, $words:literal;)* })*) => {
        $(
            #[doc = $doc]
            pub struct $name;

            impl InputType for $name {
                type RawValueType = Self;

                fn type_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn create_type_info(registry: &mut Registry) -> String {
                    registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |_| {
                        input_object::<Self>($doc, vec![$(described($field, $ty, $words)),*])
                    })
                }

                fn parse(_: Option<Value>) -> InputValueResult<Self> {
                    Ok(Self)
                }

                fn to_value(&self) -> Value {
                    Value::Null
                }

                fn as_raw_value(&self) -> Option<&Self> {
                    Some(self)
                }
            }
        )*
    };
}

schema_only! {
    StringFilter: "Tests of a text. All that are given must hold." {
        "eq": "String", "Exactly this text.";
        "ne": "String", "Any other text, or none.";
        "in": "[String!]", "One of these texts, 100 at most. `[]` matches nothing.";
        "contains": "String", "Holds this text; case and accents are ignored.";
        "startsWith": "String", "Begins with this text; case and accents are ignored.";
        "isNull": "Boolean", "True: is unknown. False: is known.";
    }
    IntFilter: "Tests of a whole number. All that are given must hold." {
        "eq": "Int", "Exactly this number.";
        "ne": "Int", "Any other number, or none.";
        "in": "[Int!]", "One of these numbers, 100 at most. `[]` matches nothing.";
        "gte": "Int", "This number or more.";
        "lte": "Int", "This number or less.";
        "isNull": "Boolean", "True: is unknown. False: is known.";
    }
    DateTimeFilter: "Tests of a moment. All that are given must hold." {
        "eq": "DateTime", "Exactly this moment.";
        "gte": "DateTime", "This moment or later.";
        "lt": "DateTime", "Before this moment.";
        "isNull": "Boolean", "True: is unknown. False: is known.";
    }
    SubjectFilter: "Tests of one subject: a single one must pass all that are given." {
        "scheme": "String", "The classification, exactly, for example `ICS`.";
        "code": "StringFilter", "The code; `startsWith` selects a branch, for example `35.` in `ICS`.";
    }
}
