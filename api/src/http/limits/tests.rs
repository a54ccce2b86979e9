//! Documents that pass the limits, and documents that do not.

use async_graphql::parser::parse_query;
use async_graphql::{ServerError, Variables};
use serde_json::json;

use super::measure;
use crate::config::Config;

fn bomb(levels: usize, last: &str) -> String {
    let fragments = (0..levels).map(|i| format!("fragment F{i} on Query {{ ...F{0} ...F{0} }}", i + 1));
    format!("{{ ...F0 }} {} {last}", fragments.collect::<Vec<_>>().join(" "))
}

fn nested(times: usize, page: &str) -> String {
    format!("{{ {}id{} }}", format!("a{page} {{ nodes {{ ").repeat(times), " } }".repeat(times))
}

/// The introspection query of GraphQL.js and GraphiQL, in short.
fn introspection() -> String {
    let of_type = format!("{}kind name{}", "kind name ofType { ".repeat(9), " }".repeat(9));
    format!(
        "query I {{ __schema {{ queryType {{ name }} types {{ ...T }} directives {{ name args {{ ...V }} }} }} }}
         fragment T on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...V }} type {{ ...R }} }}
           inputFields {{ ...V }} interfaces {{ ...R }} enumValues {{ name }} possibleTypes {{ ...R }} }}
         fragment V on __InputValue {{ name type {{ ...R }} defaultValue }}
         fragment R on __Type {{ {of_type} }}"
    )
}

fn judge(text: &str, variables: serde_json::Value) -> Result<(), ServerError> {
    let document = parse_query(text).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    measure(&document, &operation.node, &Variables::from_json(variables), &Config::default())
}

#[test]
fn documents_are_taken_or_refused() {
    let many = |text: &str, times: usize| format!("{{ {} }}", text.repeat(times));
    let aliases = |n: usize| (0..n).map(|i| format!("a{i}: b ")).collect::<Vec<_>>().concat();
    for (text, expected) in [
        ("{ a { b } }".to_owned(), ""),
        (introspection(), ""),
        (many("a ", 100), ""),
        (many("a ", 101), "fields at the root"),
        (format!("{{ a {{ {} }} }}", aliases(100)), ""),
        (format!("{{ a {{ {} }} }}", aliases(101)), "aliases"),
        (format!("{{ a {{ {} }} }}", "b ".repeat(4_999)), ""),
        (format!("{{ a {{ {} }} }}", "b ".repeat(5_000)), "selections"),
        (bomb(60, "fragment F60 on Query { a }"), "selections"),
        (bomb(20, ""), "selections"),
        (bomb(70, "fragment F70 on Query { a }"), "levels of fields and fragments"),
        (
            format!(
                "{} fragment U on Query {{ ...F0 }}",
                bomb(63, "fragment F63 on Query { a }").replacen("...F0", "a", 1)
            ),
            "levels",
        ),
        ("{ ...A } fragment A on Q { ...B } fragment B on Q { a { ...A } }".to_owned(), "spreads itself"),
        ("{ a } fragment A on Q { ...A }".to_owned(), "spreads itself"),
        (nested(7, "(first: 1)"), ""),
        (nested(8, "(first: 1)"), "below one another"),
        (nested(2, "(first: 100)"), ""),
        (nested(3, "(first: 100)"), ""),
        (nested(4, "(first: 100)"), "greatest possible answer"),
        (nested(4, ""), ""),
        (nested(5, ""), "greatest possible answer"),
        // What a reference may mean is a list without pages.
        (format!("{{ resolve(first: 100) {{ record {} }} }}", nested(2, "(first: 100)")), ""),
        (format!("{{ resolve {{ record {} }} }}", nested(3, "(first: 100)")), "greatest possible answer"),
        ("{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(), ""),
        (
            format!("{{ __schema {{ types {{ {}name{} }} }} }}", "fields { type { ".repeat(4), "} }".repeat(4)),
            "introspection",
        ),
        (format!("{{ a {} }}", "@include(if: true) ".repeat(201)), "directives"),
        (
            format!("query({}) {{ a }}", (0..101).map(|i| format!("$v{i}: Int ")).collect::<Vec<_>>().concat()),
            "variables",
        ),
        ((0..51).map(|i| format!("query Q{i} {{ a }} ")).collect::<Vec<_>>().concat(), "operations"),
        (format!("{{ a(b: [{}]) }}", "1 ".repeat(1_001)), "items in a list"),
        ("{ a(b: 2147483647, c: -2147483648) }".to_owned(), ""),
        ("{ a(b: 2147483648) }".to_owned(), "more than 32 bits"),
        ("{ a(b: { c: [-2147483649] }) }".to_owned(), "more than 32 bits"),
        ("query($a: Int = 99999999999999999999) { a }".to_owned(), ""),
        ("query($a: Int = 9999999999) { a }".to_owned(), "more than 32 bits"),
        ("{ a @include(if: 2147483648) }".to_owned(), "more than 32 bits"),
        ("{ __typename @include(if: true) @skip(if: false) }".to_owned(), ""),
        ("{ __typename @include(if: true) @include(if: true) }".to_owned(), "twice"),
        ("{ __typename @nothing }".to_owned(), "no directive"),
        ("{ __typename { a } }".to_owned(), "no fields"),
        ("{ __typename(a: 1) }".to_owned(), "no arguments"),
    ] {
        let start: String = text.chars().take(60).collect();
        match judge(&text, json!({})) {
            Ok(()) => assert_eq!(expected, "", "{start}"),
            Err(error) => assert!(!expected.is_empty() && error.message.contains(expected), "{start}: {error}"),
        }
    }
}

#[test]
fn pages_and_lists_are_read_from_variables() {
    let text = "query($n: Int = 10, $ids: [ID!]) { nodes(ids: $ids) { a(first: $n) { edges { node { b(last: $n) { nodes { id } } } } } } }";
    for (variables, expected) in [
        (json!({ "ids": vec!["x"; 100] }), true),
        (json!({ "ids": vec!["x"; 100], "n": 50 }), true),
        (json!({ "ids": vec!["x"; 100], "n": 250 }), false),
        (json!({ "ids": ["x"], "n": 100 }), true),
        (json!({ "ids": ["x"], "n": 1_000_000_000 }), true),
        (json!({ "ids": ["x"], "n": -1 }), true),
        (json!({ "ids": vec!["x"; 1_001] }), false),
    ] {
        assert_eq!(judge(text, variables.clone()).is_ok(), expected, "{variables}");
    }
}

#[test]
fn variables_are_not_nested_for_ever() {
    let nested = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
    assert!(judge("{ a }", json!({ "v": nested(31) })).is_ok());
    assert!(judge("{ a }", json!({ "v": nested(32) })).is_err());
}
