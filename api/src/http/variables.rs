//! Whether the given values fit the variables, as far as their declared types say it without the schema.
//!
//! async-graphql checks values where they are used; it misses variables without a value and numbers beyond 32 bits,
//! which would then be found only while fields are resolved.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type, VariableDefinition};
use async_graphql::{Positioned, ServerError, Value, Variables};

use super::answer::{self, Code};

/// Checks all variables of an operation.
///
/// # Errors
///
/// The first that does not fit, by name.
pub fn check(operation: &OperationDefinition, variables: &Variables) -> Result<(), ServerError> {
    operation.variable_definitions.iter().try_for_each(|definition| check_one(definition, variables))
}

fn check_one(definition: &Positioned<VariableDefinition>, variables: &Variables) -> Result<(), ServerError> {
    let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
    let refusal = |reason: String| {
        let message = format!("The variable ${} of type {} {reason}", name.node, var_type.node);
        Err(answer::error(Code::BadUserInput, message, Some(definition.pos)))
    };
    match variables.get(&name.node) {
        None if default_value.is_none() && !var_type.node.nullable => refusal("has no value".to_owned()),
        None => Ok(()),
        Some(value) if fits(&var_type.node, value) => Ok(()),
        Some(value) => refusal(format!("cannot be {}", sort_of(value))),
    }
}

fn fits(of: &Type, value: &Value) -> bool {
    if *value == Value::Null {
        return of.nullable;
    }
    match (&of.base, value) {
        (BaseType::List(of), Value::List(items)) => items.iter().all(|item| fits(of, item)),
        // A single value stands for a list of one.
        (BaseType::List(of), value) => fits(of, value),
        (BaseType::Named(name), value) => match (name.as_str(), value) {
            ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            ("Int", _) => false,
            ("Float", value) => matches!(value, Value::Number(_)),
            ("Boolean", value) => matches!(value, Value::Boolean(_)),
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("ID" | "String", value) => matches!(value, Value::String(_)),
            // The schema's own types are checked where they are used.
            _ => true,
        },
    }
}

fn sort_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::String(_) | Value::Enum(_) | Value::Binary(_) => "a string".to_owned(),
        Value::List(_) => "this list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_fit_their_variables_or_not() {
        for (of, value, expected) in [
            ("Int", json!(1), true),
            ("Int", json!(null), true),
            ("Int!", json!(null), false),
            ("Int", json!(2_147_483_648_i64), false),
            ("Int", json!(-2_147_483_648_i64), true),
            ("Int", json!(1.5), false),
            ("Int", json!("1"), false),
            ("Float", json!(1), true),
            ("Float", json!(1e300), true),
            ("String", json!(1), false),
            ("String!", json!("a"), true),
            ("Boolean", json!("true"), false),
            ("ID!", json!(99_999_999_999_u64), true),
            ("ID", json!(1.5), false),
            ("ID", json!("a"), true),
            ("[Int!]", json!([1, 2]), true),
            ("[Int!]", json!([1, null]), false),
            ("[Int]!", json!(1), true),
            ("[[Int]]", json!([[1], ["a"]]), false),
            ("StringFilter", json!({ "eq": 1 }), true),
        ] {
            let document = parse_query(format!("query($a: {of}) {{ a(a: $a) }}")).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            let variables = Variables::from_json(json!({ "a": value }));
            assert_eq!(check(&operation.node, &variables).is_ok(), expected, "{of} {value}");
        }
    }

    #[test]
    fn a_required_variable_needs_a_value() {
        for (of, expected) in [("Int!", false), ("Int", true), ("Int! = 1", true)] {
            let document = parse_query(format!("query($a: {of}) {{ a(a: $a) }}")).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            assert_eq!(check(&operation.node, &Variables::default()).is_ok(), expected, "{of}");
        }
    }
}
