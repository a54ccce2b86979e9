//! The rules for `__typename`, which async-graphql does not check: it takes any directive, argument and selection there.

use async_graphql::ServerError;
use async_graphql::parser::types::Field;

use super::invalid;

/// Checks a field if it is `__typename`.
pub(super) fn check(field: &Field) -> Result<(), ServerError> {
    if field.name.node != "__typename" {
        return Ok(());
    }
    let here = Some(field.name.pos);
    if !field.selection_set.node.items.is_empty() {
        return Err(invalid("__typename is a String and has no fields", here));
    }
    if !field.arguments.is_empty() {
        return Err(invalid("__typename takes no arguments", here));
    }
    let mut seen: Vec<&str> = Vec::new();
    for directive in &field.directives {
        let name = directive.node.name.node.as_str();
        if !["skip", "include"].contains(&name) {
            return Err(invalid(format!("There is no directive @{name} for fields"), Some(directive.pos)));
        }
        if seen.contains(&name) {
            return Err(invalid(format!("The directive @{name} is there twice"), Some(directive.pos)));
        }
        if directive.node.arguments.len() != 1 || directive.node.get_argument("if").is_none() {
            return Err(invalid(format!("The directive @{name} takes one argument, if"), Some(directive.pos)));
        }
        seen.push(name);
    }
    Ok(())
}
