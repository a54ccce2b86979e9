//! How many objects a document could return at most: page sizes multiplied along the way down.
//!
//! A field whose selections hold `nodes` or `edges` is a connection; what stands under these two comes as often as the
//! page is long. Lists that are not pages count as one object: they are short, or their fields are bounded elsewhere.

use async_graphql::parser::types::{Field, OperationDefinition};
use async_graphql::{Name, Value, Variables};

/// The page of a connection that says neither `first` nor `last`.
const DEFAULT_PAGE: u64 = 20;
/// What `resolve` gives where `first` is not said.
const DEFAULT_RESOLUTIONS: u64 = 10;
/// The longest page of any field; a longer one is refused where it is read.
const LONGEST_PAGE: u64 = 250;

/// Objects under a selection set, for each object that it is applied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Those under `nodes` and `edges`, for one element of the page.
    page: u64,
    /// All others.
    other: u64,
    /// Those of the introspection, roughly.
    pub introspection: u64,
}

impl Objects {
    /// The sum for two sets that are applied to the same object.
    pub fn add(&mut self, more: Self) {
        self.page = self.page.saturating_add(more.page);
        self.other = self.other.saturating_add(more.other);
        self.introspection = self.introspection.saturating_add(more.introspection);
    }

    /// The objects of the data, where the set is applied to one object that is no connection.
    #[must_use]
    pub fn data(self) -> u64 {
        self.page.saturating_add(self.other)
    }
}

/// The values that an operation runs with.
pub struct Values<'a> {
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl<'a> Values<'a> {
    /// The given variables, and the defaults of the others.
    #[must_use]
    pub fn new(operation: &'a OperationDefinition, variables: &'a Variables) -> Self {
        Self { operation, variables }
    }

    /// The objects that a field with selections adds to the set it stands in.
    #[must_use]
    pub fn field(&self, field: &Field, under: Objects) -> Objects {
        let introspection = under.introspection;
        let one = |inner: u64| inner.saturating_add(1);
        match field.name.node.as_str() {
            "nodes" if field.get_argument("ids").is_some() => {
                let ids = self.argument(field, "ids", list_length).unwrap_or(1);
                Objects { other: one(under.data()).saturating_mul(ids), page: 0, introspection }
            }
            // A list that is no page: each of its records has all that stands under it.
            "resolve" => {
                let first =
                    self.argument(field, "first", whole_number).unwrap_or(DEFAULT_RESOLUTIONS).min(LONGEST_PAGE);
                Objects { other: one(under.data()).saturating_mul(first), page: 0, introspection }
            }
            "nodes" | "edges" => Objects { page: one(under.data()), other: 0, introspection },
            _ => {
                let page = self.page(field).saturating_mul(under.page);
                Objects { other: one(page.saturating_add(under.other)), page: 0, introspection }
            }
        }
    }

    /// The objects that a field of the introspection adds, by how many a schema usually has.
    #[must_use]
    pub fn introspection_field(field: &Field, under: Objects) -> Objects {
        let times = match field.name.node.as_str() {
            "types" => 250,
            "fields" | "inputFields" | "enumValues" | "possibleTypes" => 10,
            "args" | "directives" => 5,
            "interfaces" => 3,
            _ => 1,
        };
        let introspection = under.introspection.saturating_add(1).saturating_mul(times);
        Objects { introspection, ..Objects::default() }
    }

    fn page(&self, field: &Field) -> u64 {
        let first = self.argument(field, "first", whole_number);
        let size = first.or_else(|| self.argument(field, "last", whole_number));
        size.unwrap_or(DEFAULT_PAGE).min(LONGEST_PAGE)
    }

    fn argument(&self, field: &Field, name: &str, read: fn(&Value) -> Option<u64>) -> Option<u64> {
        let value = field.get_argument(name)?.node.clone();
        read(&value.into_const_with(|name| self.variable(&name).cloned().ok_or(())).ok()?)
    }

    fn variable(&self, name: &Name) -> Option<&Value> {
        let default = || {
            let definition =
                self.operation.variable_definitions.iter().find(|definition| definition.node.name.node == *name);
            definition?.node.default_value.as_ref().map(|value| &value.node)
        };
        self.variables.get(name).or_else(default)
    }
}

fn whole_number(value: &Value) -> Option<u64> {
    match value {
        // A negative page is refused where it is read.
        Value::Number(number) => Some(number.as_u64().unwrap_or_default()),
        _ => None,
    }
}

fn list_length(value: &Value) -> Option<u64> {
    match value {
        Value::List(items) => Some(items.len() as u64),
        _ => None,
    }
}
