//! The walk over a parsed document: each fragment once, whatever the number of its spreads.

use std::collections::HashMap;
use std::convert::Infallible;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned, ServerError, Value, Variables};

use super::cost::{Objects, Values};
use super::{
    MAX_DIRECTIVES, MAX_INTROSPECTION_COST, MAX_INTROSPECTION_DEPTH, MAX_LIST_ITEMS, MAX_NESTING, MAX_OPERATIONS,
    MAX_ROOT_FIELDS, MAX_VALUE_DEPTH, MAX_VARIABLES, invalid, typename, within,
};
use crate::config::Config;

/// Judges a document by all limits, for the operation that is to run.
///
/// # Errors
///
/// The first limit that it exceeds, with the figure and the bound.
pub fn measure(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    config: &Config,
) -> Result<(), ServerError> {
    within("operations", document.operations.iter().len() as u64, MAX_OPERATIONS as u64, None)?;
    variables.values().try_for_each(|value| check_given(value, 1))?;
    let mut walk = Walk::new(document, Values::new(operation, variables));
    for (_, definition) in document.operations.iter() {
        let definition = &definition.node;
        within("variables", definition.variable_definitions.len() as u64, MAX_VARIABLES as u64, None)?;
        definition.variable_definitions.iter().try_for_each(|variable| walk.variable(&variable.node))?;
        walk.directives(&definition.directives)?;
        let size = walk.selections(&definition.selection_set, Place::default())?;
        size.judge(config)?;
        if std::ptr::eq(definition, operation) {
            within("objects in its greatest possible answer (max_cost)", size.objects.data(), config.max_cost, None)?;
            within("objects of introspection", size.objects.introspection, MAX_INTROSPECTION_COST, None)?;
        }
    }
    // Validation walks through fragments that nothing uses, too.
    for name in document.fragments.keys() {
        if ![false, true].iter().any(|introspection| walk.fragments.contains_key(&(name.as_str(), *introspection))) {
            walk.fragment(name, Place::default(), None)?;
        }
    }
    within("aliases (max_aliases)", walk.aliases, config.max_aliases, None)
}

/// What was measured of a selection set.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    /// Fields below one another, introspection apart.
    depth: usize,
    /// The same within introspection.
    introspection_depth: usize,
    /// Fields, inline fragments and spreads below one another.
    nesting: usize,
    /// Fields, inline fragments and spreads; what a fragment holds as often as it is spread.
    selections: u64,
    /// Those of them that stand directly in the set.
    direct: u64,
    objects: Objects,
}

impl Size {
    /// The size of two parts of one set.
    fn add(&mut self, more: Self) {
        self.depth = self.depth.max(more.depth);
        self.introspection_depth = self.introspection_depth.max(more.introspection_depth);
        self.nesting = self.nesting.max(more.nesting);
        self.selections = self.selections.saturating_add(more.selections);
        self.direct = self.direct.saturating_add(more.direct);
        self.objects.add(more.objects);
    }

    /// The size of a fragment where it is spread. The spread counts too: a fragment may hold nothing but others.
    fn wrapped(self) -> Self {
        Self { nesting: self.nesting + 1, selections: self.selections.saturating_add(1), ..self }
    }

    /// Judges an operation.
    fn judge(&self, config: &Config) -> Result<(), ServerError> {
        within("fields below one another (max_depth)", self.depth as u64, config.max_depth as u64, None)?;
        let depth = self.introspection_depth as u64;
        within("fields of introspection below one another", depth, MAX_INTROSPECTION_DEPTH as u64, None)?;
        within("levels of fields and fragments", self.nesting as u64, MAX_NESTING as u64, None)?;
        within("selections with all fragments spread (max_fields)", self.selections, config.max_fields, None)?;
        within("fields at the root", self.direct, MAX_ROOT_FIELDS, None)
    }
}

/// Where a walk is.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    level: usize,
    introspection: bool,
}

impl Place {
    fn below(self) -> Self {
        Self { level: self.level + 1, ..self }
    }
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    values: Values<'a>,
    /// What is known of a fragment, outside and inside introspection; `None` while it is being measured.
    fragments: HashMap<(&'a str, bool), Option<Size>>,
    aliases: u64,
    directives: usize,
}

impl<'a> Walk<'a> {
    fn new(document: &'a ExecutableDocument, values: Values<'a>) -> Self {
        Self { document, values, fragments: HashMap::new(), aliases: 0, directives: 0 }
    }

    fn selections(&mut self, set: &'a Positioned<SelectionSet>, place: Place) -> Result<Size, ServerError> {
        within("levels of fields and fragments", place.level as u64, MAX_NESTING as u64, Some(set.pos))?;
        let mut size = Size::default();
        for selection in &set.node.items {
            let one = match &selection.node {
                Selection::Field(field) => self.field(&field.node, place)?,
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives)?;
                    self.fragment(&spread.node.fragment_name.node, place, Some(selection.pos))?.wrapped()
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.node.directives)?;
                    self.selections(&fragment.node.selection_set, place.below())?.wrapped()
                }
            };
            size.add(one);
        }
        Ok(size)
    }

    fn field(&mut self, field: &'a Field, place: Place) -> Result<Size, ServerError> {
        typename::check(field)?;
        self.directives(&field.directives)?;
        self.aliases += u64::from(field.alias.is_some());
        for (_, value) in &field.arguments {
            check_written(&written(value.node.clone().into_const_with(unknown)), value.pos)?;
        }
        let introspection = place.introspection || matches!(field.name.node.as_str(), "__schema" | "__type");
        let under = self.selections(&field.selection_set, Place { introspection, ..place.below() })?;
        let leaf = field.selection_set.node.items.is_empty();
        let objects = match (leaf, introspection) {
            (true, _) => Objects::default(),
            (_, true) => Values::introspection_field(field, under.objects),
            (_, false) => self.values.field(field, under.objects),
        };
        Ok(Size {
            depth: if introspection { 0 } else { under.depth + 1 },
            introspection_depth: under.introspection_depth + usize::from(introspection),
            nesting: under.nesting + 1,
            selections: under.selections.saturating_add(1),
            direct: 1,
            objects,
        })
    }

    fn fragment(&mut self, name: &str, place: Place, position: Option<Pos>) -> Result<Size, ServerError> {
        // Validation says that an unknown fragment is unknown.
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        let key = (name.as_str(), place.introspection);
        match self.fragments.get(&key) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(invalid(format!("The fragment {name} spreads itself"), position)),
            None => {}
        }
        self.fragments.insert(key, None);
        self.directives(&fragment.node.directives)?;
        let size = self.selections(&fragment.node.selection_set, place.below())?;
        // In the order of this walk a long chain may never look deep: its end is known when its start is measured.
        within("levels of fields and fragments", size.nesting as u64, MAX_NESTING as u64, position)?;
        self.fragments.insert(key, Some(size));
        Ok(size)
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
        self.directives += directives.len();
        within("directives", self.directives as u64, MAX_DIRECTIVES as u64, None)?;
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            check_written(&written(value.node.clone().into_const_with(unknown)), value.pos)?;
        }
        Ok(())
    }

    fn variable(&mut self, variable: &VariableDefinition) -> Result<(), ServerError> {
        self.directives(&variable.directives)?;
        let Some(default) = &variable.default_value else {
            return Ok(());
        };
        check_written(&default.node, default.pos)
    }
}

/// A variable within a written value; what it is given is checked on its own.
#[expect(clippy::unnecessary_wraps, reason = "the signature is async-graphql's")]
fn unknown(_: Name) -> Result<Value, Infallible> {
    Ok(Value::Null)
}

fn written(Ok(value): Result<Value, Infallible>) -> Value {
    value
}

/// Checks a value that stands in the document. The scan has seen to its depth.
fn check_written(value: &Value, position: Pos) -> Result<(), ServerError> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            let small = number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
            if small {
                Ok(())
            } else {
                Err(invalid(format!("{number} is no Int: it has more than 32 bits"), Some(position)))
            }
        }
        Value::List(items) => {
            within("items in a list", items.len() as u64, MAX_LIST_ITEMS as u64, Some(position))?;
            items.iter().try_for_each(|item| check_written(item, position))
        }
        Value::Object(fields) => fields.values().try_for_each(|field| check_written(field, position)),
        _ => Ok(()),
    }
}

/// Checks a value that was given for a variable. JSON nested deeper than 127 levels has not been read at all.
fn check_given(value: &Value, level: usize) -> Result<(), ServerError> {
    within("levels in its variables", level as u64, MAX_VALUE_DEPTH as u64, None)?;
    match value {
        Value::List(items) => {
            within("items in a list of its variables", items.len() as u64, MAX_LIST_ITEMS as u64, None)?;
            items.iter().try_for_each(|item| check_given(item, level + 1))
        }
        Value::Object(fields) => fields.values().try_for_each(|field| check_given(field, level + 1)),
        _ => Ok(()),
    }
}
