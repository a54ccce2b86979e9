//! The schema: the one that is published, described throughout, made from the description of the graph.

use std::collections::BTreeSet;

use api::graph::kinds;
use api::{graphql, http};
use serde_json::Value;
use tests::{Backend, Schema};

const PUBLISHED: &str = include_str!("../../schema.graphql");

/// Runs the body of a test that needs one database only.
fn run<F: Future<Output = ()>>(body: impl FnOnce(Backend) -> F + Send) {
    tests::run(Backend::Sqlite, env!("CARGO_TARGET_TMPDIR"), body);
}

#[test]
fn the_published_schema_is_the_one_that_is_served() {
    let printed = http::schema::text(&graphql::schema());
    let first = printed.lines().zip(PUBLISHED.lines()).position(|(one, other)| one != other);
    assert!(
        printed == PUBLISHED,
        "schema.graphql differs from line {first:?} on: print it anew with `atlas schema > schema.graphql`"
    );
}

#[test]
fn everything_in_the_schema_is_described() {
    run(|on| async move {
        let schema = Schema::of(&on.empty().await).await;
        let built_in = ["String", "Int", "Float", "Boolean", "ID"];
        let mut bare = BTreeSet::new();
        let mut note = |place: String, member: &Value| {
            if member["description"].as_str().is_none_or(|description| description.trim().len() < 5) {
                bare.insert(place);
            }
        };
        for (name, ty) in schema.types.iter().filter(|(name, _)| !built_in.contains(&name.as_str())) {
            note(name.clone(), ty);
            for list in ["fields", "inputFields", "enumValues"] {
                for (member, value) in schema.members(name, list) {
                    for argument in value["args"].as_array().into_iter().flatten() {
                        note(format!("{name}.{member}({})", argument["name"]), argument);
                    }
                    note(format!("{name}.{member}"), &value);
                }
            }
        }
        assert!(bare.is_empty(), "without a description: {bare:?}");
        assert!(schema.types.len() > 80);
    });
}

#[test]
fn filters_and_orders_are_those_of_the_description() {
    run(|on| async move {
        let schema = Schema::of(&on.empty().await).await;
        let names = |ty: &str, list: &str| schema.members(ty, list).into_keys().collect::<BTreeSet<_>>();
        for kind in kinds::RECORDS {
            let mut filters: BTreeSet<String> = kind.filters.iter().map(|filter| filter.field.to_owned()).collect();
            filters.extend(["and", "or", "not"].map(str::to_owned));
            assert_eq!(names(&format!("{}Filter", kind.name), "inputFields"), filters, "{}", kind.name);
            let orders: BTreeSet<String> = kind.orders.iter().map(|order| order.name.to_owned()).collect();
            assert_eq!(names(&format!("{}OrderField", kind.name), "enumValues"), orders, "{}", kind.name);
        }
        let described: BTreeSet<String> = kinds::RECORDS.iter().map(|kind| format!("{}Filter", kind.name)).collect();
        let tests = ["StringFilter", "IntFilter", "DateTimeFilter", "SubjectFilter"].map(str::to_owned);
        let filters: BTreeSet<String> = schema.types.keys().filter(|name| name.ends_with("Filter")).cloned().collect();
        assert_eq!(filters, described.into_iter().chain(tests).collect());
    });
}

#[test]
fn every_record_has_what_records_have() {
    run(|on| async move {
        let schema = Schema::of(&on.empty().await).await;
        let records: BTreeSet<&str> =
            schema.types.keys().map(String::as_str).filter(|ty| schema.implements(ty, "AtlasRecord")).collect();
        assert_eq!(records, kinds::RECORDS.iter().map(|kind| kind.name).collect());
        let shared = schema.members("AtlasRecord", "fields");
        for record in records {
            assert!(schema.implements(record, "Node"), "{record}");
            let own = schema.members(record, "fields");
            for (field, value) in &shared {
                assert_eq!(own[field]["type"], value["type"], "{record}.{field}");
            }
        }
        let kinds: BTreeSet<String> = schema.members("RecordKind", "enumValues").into_keys().collect();
        assert_eq!(kinds, kinds::RECORDS.iter().map(|kind| kind.code.to_owned()).collect());
    });
}

#[test]
fn every_connection_takes_the_four_page_arguments() {
    run(|on| async move {
        let schema = Schema::of(&on.empty().await).await;
        for list in schema.lists() {
            for (argument, ty) in [("first", "Int"), ("last", "Int"), ("after", "String"), ("before", "String")] {
                assert_eq!(list.arguments.get(argument).map(String::as_str), Some(ty), "{}({argument})", list.name());
            }
            let fields = schema.members(&list.connection, "fields");
            for field in ["edges", "pageInfo", "totalCount"] {
                assert!(fields.contains_key(field), "{}.{field}", list.connection);
            }
        }
    });
}

#[test]
fn a_moment_is_asked_as_the_present_is() {
    run(|on| async move {
        let schema = Schema::of(&on.empty().await).await;
        let (mut present, mut past) = (schema.members("Query", "fields"), schema.members("Moment", "fields"));
        for only in ["atlas", "asOf", "changes", "search", "resolve"] {
            assert!(present.remove(only).is_some() && !past.contains_key(only), "{only}");
        }
        for only in ["id", "at"] {
            assert!(past.remove(only).is_some() && !present.contains_key(only), "{only}");
        }
        assert_eq!(past, present);
    });
}
