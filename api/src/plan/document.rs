//! A parsed document as the planner reads it. Whatever it does not know gives nothing: the resolvers are asked then.

use std::collections::BTreeSet;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

/// A document, the operation of it that is to be answered, and the values of its variables.
pub struct Document<'a> {
    document: &'a ExecutableDocument,
    pub operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// Variables by whose values the plan is made.
    pub decisive: BTreeSet<String>,
    /// Variables of texts of which it matters to the plan whether they are there.
    pub optional: BTreeSet<String>,
    /// Variables that hold full-text queries, of which it matters of how many words they are.
    pub searched: BTreeSet<String>,
}

/// A full-text query as a filter has it.
pub enum FilterText {
    Written,
    /// A variable holds it.
    Variable(String),
    /// What a variable holds, for which the plan is made.
    Decisive,
}

/// How often a value names a variable.
fn uses(value: &async_graphql_value::Value, variable: &str) -> usize {
    match value {
        async_graphql_value::Value::Variable(name) => usize::from(name == variable),
        async_graphql_value::Value::List(items) => items.iter().map(|item| uses(item, variable)).sum(),
        async_graphql_value::Value::Object(fields) => fields.values().map(|field| uses(field, variable)).sum(),
        _ => 0,
    }
}

/// A field of an object: all selections beneath one response key together.
pub struct Chosen<'a> {
    pub key: &'a str,
    pub field: &'a Field,
    pub selections: Vec<&'a SelectionSet>,
}

impl Chosen<'_> {
    pub fn name(&self) -> &str {
        &self.field.name.node
    }
}

/// Whether two fields beneath one response key ask for the same.
fn is_same(one: &Field, other: &Field) -> bool {
    let [own, others] = [one, other].map(|field| field.arguments.iter().map(|(name, value)| (&name.node, &value.node)));
    one.name.node == other.name.node && own.eq(others)
}

/// A type whose fields are selected.
#[derive(Clone, Copy)]
pub struct ObjectType<'a> {
    pub name: &'a str,
    pub interfaces: &'static [&'static str],
}

impl<'a> ObjectType<'a> {
    /// A type without interfaces.
    pub fn plain(name: &'a str) -> Self {
        Self { name, interfaces: &[] }
    }

    fn is(&self, name: &str) -> bool {
        self.name == name || self.interfaces.contains(&name)
    }
}

/// An argument as it was given.
pub enum Given {
    Absent,
    Value(Value),
}

impl<'a> Document<'a> {
    pub fn new(document: &'a ExecutableDocument, operation: &'a OperationDefinition, variables: &'a Variables) -> Self {
        Self {
            document,
            operation,
            variables,
            decisive: BTreeSet::new(),
            optional: BTreeSet::new(),
            searched: BTreeSet::new(),
        }
    }

    /// The fields of an object by response key, in the order of the document.
    pub fn collect(&mut self, sets: &[&'a SelectionSet], of: ObjectType<'_>) -> Option<Vec<Chosen<'a>>> {
        let mut chosen = Vec::new();
        for set in sets {
            self.collect_set(set, of, &mut chosen)?;
        }
        Some(chosen)
    }

    fn collect_set(&mut self, set: &'a SelectionSet, of: ObjectType<'_>, chosen: &mut Vec<Chosen<'a>>) -> Option<()> {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if !self.includes(&field.directives)? {
                        continue;
                    }
                    let key = field.response_key().node.as_str();
                    let selections = &field.selection_set.node;
                    match chosen.iter_mut().find(|known| known.key == key) {
                        Some(known) if is_same(known.field, field) => known.selections.push(selections),
                        // The library merges what they answer.
                        Some(_) => return None,
                        None => chosen.push(Chosen { key, field, selections: vec![selections] }),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let applies = inline.type_condition.as_ref().is_none_or(|on| of.is(&on.node.on.node));
                    if self.includes(&inline.directives)? && applies {
                        self.collect_set(&inline.selection_set.node, of, chosen)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments.get(&spread.node.fragment_name.node)?.node;
                    let applies = of.is(&fragment.type_condition.node.on.node);
                    if self.includes(&spread.node.directives)? && self.includes(&fragment.directives)? && applies {
                        self.collect_set(&fragment.selection_set.node, of, chosen)?;
                    }
                }
            }
        }
        Some(())
    }

    fn includes(&mut self, directives: &[Positioned<Directive>]) -> Option<bool> {
        let mut included = true;
        for Positioned { node: directive, .. } in directives {
            let wanted = match directive.name.node.as_str() {
                "include" => true,
                "skip" => false,
                _ => return None,
            };
            let value = directive.get_argument("if")?.node.clone();
            // The library does not know the defaults of variables here.
            let Value::Boolean(flag) = self.constant(value, false)? else { return None };
            included &= flag == wanted;
        }
        Some(included)
    }

    /// An argument of a field. Nothing where a variable within it has no value.
    pub fn argument(&mut self, field: &Field, name: &str) -> Option<Given> {
        let Some(value) = field.get_argument(name) else { return Some(Given::Absent) };
        if let async_graphql_value::Value::Variable(variable) = &value.node {
            let value = self.value_of(variable, true);
            if matches!(value, None | Some(Value::Null)) {
                let set = if self.is_text(variable) { &mut self.optional } else { &mut self.decisive };
                set.insert(variable.to_string());
                return Some(value.map_or(Given::Absent, Given::Value));
            }
        }
        self.constant(value.node.clone(), true).map(Given::Value)
    }

    /// The variable that an argument is, and its text, where its type is a text and it is given.
    pub fn text_variable(&mut self, field: &Field, name: &str) -> Option<(String, String)> {
        let async_graphql_value::Value::Variable(variable) = &field.get_argument(name)?.node else { return None };
        let Some(Value::String(text)) = self.variables.get(variable).filter(|_| self.is_text(variable)) else {
            return None;
        };
        self.optional.insert(variable.to_string());
        Some((variable.to_string(), text.clone()))
    }

    /// A filter as it was given, and the full-text queries that are written in it, in their order. Those that variables
    /// hold do not decide on the plan.
    pub fn filter(&mut self, field: &Field, name: &str, texts: &str) -> Option<(Given, Vec<FilterText>)> {
        let mut found = Vec::new();
        if let Some(value) = field.get_argument(name) {
            self.filter_texts(&value.node, texts, &mut found);
        }
        let before = self.decisive.clone();
        let given = self.argument(field, name)?;
        for text in &found {
            let FilterText::Variable(variable) = text else { continue };
            let is_variable = |text: &&FilterText| matches!(text, FilterText::Variable(other) if other == variable);
            let uses = field.get_argument(name).map_or(0, |value| uses(&value.node, variable));
            if !before.contains(variable) && found.iter().filter(is_variable).count() == uses {
                self.decisive.remove(variable);
                self.optional.insert(variable.clone());
                self.searched.insert(variable.clone());
            }
        }
        Some((given, found))
    }

    fn filter_texts(&self, value: &async_graphql_value::Value, name: &str, found: &mut Vec<FilterText>) {
        match value {
            async_graphql_value::Value::Object(fields) => {
                for (field, value) in fields {
                    match value {
                        _ if field != name => self.filter_texts(value, name, found),
                        async_graphql_value::Value::Variable(variable) => {
                            let is_late = self.is_text(variable)
                                && matches!(self.variables.get(variable), Some(Value::String(_)));
                            let late = is_late.then(|| FilterText::Variable(variable.to_string()));
                            found.push(late.unwrap_or(FilterText::Decisive));
                        }
                        _ => found.push(FilterText::Written),
                    }
                }
            }
            async_graphql_value::Value::List(items) => {
                for item in items {
                    self.filter_texts(item, name, found);
                }
            }
            _ => {}
        }
    }

    /// Whether an argument is null, or a variable without a value.
    pub fn is_nothing(&self, value: &async_graphql_value::Value) -> bool {
        match value {
            async_graphql_value::Value::Variable(name) => matches!(self.value_of(name, true), None | Some(Value::Null)),
            value => *value == async_graphql_value::Value::Null,
        }
    }

    /// Whether a variable holds a text, and nothing in its place.
    fn is_text(&self, variable: &Name) -> bool {
        let mut definitions = self.operation.variable_definitions.iter();
        let definition = definitions.find(|definition| definition.node.name.node == *variable);
        definition.is_some_and(|definition| {
            let ty = definition.node.var_type.node.to_string();
            definition.node.default_value.is_none()
                && matches!(ty.as_str(), "String" | "String!" | "ID" | "ID!" | "DateTime" | "DateTime!")
        })
    }

    fn constant(&mut self, value: async_graphql_value::Value, with_defaults: bool) -> Option<Value> {
        let mut used = Vec::new();
        let constant = value.into_const_with(|name| {
            used.push(name.to_string());
            self.value_of(&name, with_defaults).ok_or(())
        });
        self.decisive.extend(used);
        constant.ok()
    }

    fn value_of(&self, name: &Name, with_defaults: bool) -> Option<Value> {
        let default = || {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|definition| definition.node.name.node == *name)?;
            definition.node.default_value.as_ref().filter(|_| with_defaults).map(|value| value.node.clone())
        };
        self.variables.get(name).cloned().or_else(default)
    }
}
