//! The service over HTTP, in process: addresses, media types, statuses, codes and limits.

use axum::http::Method;
use serde_json::{Value, json};
use tests::{Atlas, Backend, Reply, both};

const NEW: (&str, &str) = ("accept", "application/graphql-response+json");
const JSON: (&str, &str) = ("content-type", "application/json");

/// Every error has a code, and a request error has no data beside it.
fn check_request_error(what: &str, reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status.as_u16(), status, "{what}: {}", reply.text);
    let answer = reply.json();
    assert!(answer.get("data").is_none(), "{what}: {}", reply.text);
    assert!(!reply.codes().is_empty(), "{what}: {}", reply.text);
    assert_eq!(reply.codes()[0], code, "{what}: {}", reply.text);
}

async fn bad_input_gets_what_the_table_says(on: Backend) {
    let atlas = on.garden().await;
    let country = atlas.ask("{ country(code: \"CH\") { id } }").await["country"]["id"].clone();
    for (query, data) in [
        ("{ issue(slug: \"nowhere\") { id } }".to_owned(), json!({ "issue": null })),
        (
            format!(
                "{{ node(id: \"{}\") {{ id }} }}",
                api::graph::cursor::typed_id("Issue", 987_654, api::graph::moment::Moment::Now)
            ),
            json!({ "node": null }),
        ),
        (format!("{{ node(id: {country}) {{ ... on Issue {{ slug }} }} }}"), json!({ "node": {} })),
    ] {
        let reply = atlas.post(&json!({ "query": query }), &[]).await;
        assert_eq!((reply.status.as_u16(), reply.json()["data"].clone()), (200, data), "{query}");
        assert!(reply.json().get("errors").is_none(), "{query}");
    }
    for (query, words) in [
        ("{ node(id: \"x\") { id } }", "`id`"),
        ("{ issues(first: 1, last: 1) { totalCount } }", "`first` and `last`"),
        ("{ issues(first: -1) { totalCount } }", "`first` is -1"),
        ("{ issues(last: 101) { totalCount } }", "100"),
        ("{ issues(after: \"x\") { totalCount } }", "`after`"),
        ("{ issues(filter: { not: { not: { not: { not: { not: {} } } } } }) { totalCount } }", "5"),
    ] {
        for accept in [NEW, ("accept", "application/json")] {
            let reply = atlas.post(&json!({ "query": query }), &[accept]).await;
            assert_eq!(reply.codes(), ["BAD_USER_INPUT"], "{query}");
            assert!(reply.messages().contains(words), "{query}: {}", reply.messages());
            // A field that fails leaves its neighbours; what cannot be read at all is a request error.
            let answer = reply.json();
            assert_eq!(answer.get("data").is_some(), answer["errors"][0]["path"].is_array(), "{query}: {answer}");
        }
    }
}

async fn requests_that_cannot_be_carried_out_are_refused(on: Backend) {
    let atlas = on.empty().await;
    for (what, body, status, code) in [
        ("no JSON", "{".to_owned(), 400, "BAD_REQUEST"),
        ("an empty body", String::new(), 400, "BAD_REQUEST"),
        ("a batch", "[{\"query\":\"{ __typename }\"}]".to_owned(), 400, "BAD_REQUEST"),
        ("no query", "{}".to_owned(), 400, "BAD_REQUEST"),
        ("a query that is no text", json!({ "query": 1 }).to_string(), 400, "BAD_REQUEST"),
        (
            "variables that are a list",
            json!({ "query": "{ __typename }", "variables": [] }).to_string(),
            400,
            "BAD_REQUEST",
        ),
        (
            "an unknown operation",
            json!({ "query": "query A { __typename }", "operationName": "B" }).to_string(),
            400,
            "BAD_REQUEST",
        ),
        (
            "several operations and no name",
            json!({ "query": "query A { __typename } query B { __typename }" }).to_string(),
            400,
            "BAD_REQUEST",
        ),
        ("no GraphQL", json!({ "query": "{" }).to_string(), 400, "GRAPHQL_PARSE_FAILED"),
        ("an unknown field", json!({ "query": "{ moon }" }).to_string(), 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            "an unknown argument",
            json!({ "query": "{ issues(moon: 1) { totalCount } }" }).to_string(),
            400,
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("a missing argument", json!({ "query": "{ issue { id } }" }).to_string(), 400, "GRAPHQL_VALIDATION_FAILED"),
        (
            "a variable without a value",
            json!({ "query": "query($s: String!) { issue(slug: $s) { id } }" }).to_string(),
            400,
            "BAD_USER_INPUT",
        ),
        (
            "a variable of another type",
            json!({ "query": "query($s: String!) { issue(slug: $s) { id } }", "variables": { "s": 1 } }).to_string(),
            400,
            "BAD_USER_INPUT",
        ),
        (
            "a body that is too long",
            json!({ "query": format!("{{ __typename }} #{}", "x".repeat(70_000)) }).to_string(),
            413,
            "LIMIT_EXCEEDED",
        ),
    ] {
        let reply = atlas.send(Method::POST, "/graphql", &[JSON, NEW], body.clone()).await;
        check_request_error(what, &reply, status, code);
        assert!(reply.header("content-type").starts_with("application/graphql-response+json"), "{what}");
        // In plain JSON a well-formed request is answered with 200 whatever it holds.
        let reply = atlas.send(Method::POST, "/graphql", &[JSON], body).await;
        assert!(reply.header("content-type").starts_with("application/json"), "{what}");
        assert!(reply.json().get("data").is_none() && reply.codes()[0] == code, "{what}: {}", reply.text);
    }
}

async fn methods_and_media_types_are_read(on: Backend) {
    let atlas = on.empty().await;
    let query = json!({ "query": "{ __typename }" }).to_string();
    for (what, method, headers, status) in [
        ("PUT", Method::PUT, vec![JSON], 405),
        ("DELETE", Method::DELETE, vec![JSON], 405),
        ("PATCH", Method::PATCH, vec![JSON], 405),
        ("an image", Method::POST, vec![JSON, ("accept", "image/png")], 406),
        ("a form", Method::POST, vec![("content-type", "application/x-www-form-urlencoded")], 415),
        ("no type", Method::POST, vec![], 415),
        ("Latin letters", Method::POST, vec![("content-type", "application/json; charset=latin1")], 415),
    ] {
        let reply = atlas.send(method, "/graphql", &headers, query.clone()).await;
        check_request_error(what, &reply, status, "BAD_REQUEST");
        if status == 405 {
            assert!(reply.header("allow").contains("POST"), "{what}");
        }
    }
    for (headers, form) in [
        (vec![JSON], "application/json"),
        (vec![JSON, NEW], "application/graphql-response+json"),
        (vec![JSON, ("accept", "*/*")], "application/json"),
        (
            vec![("content-type", "application/json; charset=utf-8"), ("accept", "text/html, application/json;q=0.5")],
            "application/json",
        ),
    ] {
        let reply = atlas.send(Method::POST, "/graphql", &headers, query.clone()).await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "data": { "__typename": "Query" } })));
        assert!(reply.header("content-type").starts_with(form), "{headers:?}");
    }
}

async fn get_answers_as_post_does(on: Backend) {
    let atlas = on.garden().await;
    let reply = atlas.get("/graphql?query=query%20A(%24s:String!)%7Bissue(slug:%24s)%7Bname%7D%7Dquery%20B%7B__typename%7D&variables=%7B%22s%22:%22hub%22%7D&operationName=A", &[NEW]).await;
    assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "data": { "issue": { "name": "Hub" } } })));
    for (address, status, code) in [
        ("/graphql", 400, "BAD_REQUEST"),
        ("/graphql?query=%7B", 400, "GRAPHQL_PARSE_FAILED"),
        ("/graphql?query=%7B__typename%7D&variables=x", 400, "BAD_REQUEST"),
        ("/graphql?query=mutation%7B__typename%7D", 405, "BAD_REQUEST"),
    ] {
        check_request_error(address, &atlas.get(address, &[NEW]).await, status, code);
    }
}

async fn documents_that_ask_for_too_much_are_refused_before_they_run(on: Backend) {
    let atlas = on.garden().await;
    let deep = format!("{{ issue(slug: \"hub\") {{ {}id{} }} }}", "parent { ".repeat(15), " }".repeat(15));
    let joined = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<Vec<_>>().join(" ");
    let aliases = joined(101, &|number| format!("a{number}: __typename"));
    let levels = joined(12, &|level| {
        let next = level + 1;
        format!("fragment f{level} on Issue {{ ...f{next} x: parent {{ ...f{next} }} }}")
    });
    let bomb =
        format!("{{ issue(slug: \"hub\") {{ ...f0 }} }} {levels} fragment f12 on Issue {{ id slug name label }}");
    let wide = joined(12, &|level| {
        let spread = format!("...g{} ", level + 1).repeat(4);
        format!("fragment g{level} on Query {{ {spread} }}")
    });
    let wide = format!("{{ ...g0 }} {wide} fragment g12 on Query {{ __typename }}");
    let costly = "{ organisations(first: 100) { nodes { issues(first: 100) { nodes { standards(first: 100) { nodes { publishers(first: 100) { nodes { id } } } } } } } } }";
    let cyclic = "{ issue(slug: \"hub\") { ...a } } fragment a on Issue { parent { ...b } } fragment b on Issue { parent { ...a } }";
    let brackets = format!("{{ issues(filter: {}{}) {{ totalCount }} }}", "{ not: ".repeat(70), "}".repeat(70));
    for (what, query, code) in [
        ("depth", deep.as_str(), "LIMIT_EXCEEDED"),
        ("aliases", &format!("{{ {aliases} }}"), "LIMIT_EXCEEDED"),
        ("a bomb of fragments within one another", &bomb, "LIMIT_EXCEEDED"),
        ("a bomb of fragments beside one another", &wide, "LIMIT_EXCEEDED"),
        ("cost", costly, "LIMIT_EXCEEDED"),
        ("brackets", &brackets, "LIMIT_EXCEEDED"),
        ("fragments that never end", cyclic, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let reply = atlas.post(&json!({ "query": query }), &[NEW]).await;
        check_request_error(what, &reply, 400, code);
    }
    let fine = format!("{{ issue(slug: \"hub\") {{ {}id{} }} }}", "parent { ".repeat(12), " }".repeat(12));
    assert_eq!(atlas.post(&json!({ "query": fine }), &[NEW]).await.status.as_u16(), 200);
}

async fn introspection_is_answered(on: Backend) {
    let atlas = on.empty().await;
    let query = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...F } directives { name description locations args { ...I } } } }
        fragment F on __Type { kind name description fields(includeDeprecated: true) { name description args { ...I } type { ...T } isDeprecated deprecationReason }
            inputFields { ...I } interfaces { ...T } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...T } }
        fragment I on __InputValue { name description type { ...T } defaultValue }
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
    let reply = atlas.post(&json!({ "query": query }), &[NEW]).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", reply.messages());
    let schema = &reply.json()["data"]["__schema"];
    assert_eq!((&schema["queryType"]["name"], &schema["mutationType"]), (&json!("Query"), &Value::Null));
}

async fn the_other_addresses_answer(on: Backend) {
    let atlas = on.garden().await;
    for (address, status, words) in [
        ("/", 200, "/graphql"),
        ("/healthz", 200, "ok"),
        ("/readyz", 200, "ready"),
        ("/schema.graphql", 200, "type Query"),
        ("/moon", 404, "/moon"),
    ] {
        let reply = atlas.get(address, &[]).await;
        assert_eq!(reply.status.as_u16(), status, "{address}");
        assert!(reply.text.contains(words), "{address}: {}", reply.text);
    }
    let reply = atlas.get("/schema.graphql", &[]).await;
    assert_eq!(reply.text, include_str!("../../schema.graphql"));
    let etag = reply.header("etag").to_owned();
    assert_eq!(atlas.get("/schema.graphql", &[("if-none-match", &etag)]).await.status.as_u16(), 304);
}

/// Takes a migration away, as after an older binary.
async fn forget_a_migration(atlas: &Atlas) {
    atlas.execute("DELETE FROM seaql_migrations WHERE version = (SELECT max(version) FROM seaql_migrations)").await;
}

async fn a_service_whose_tables_are_not_complete_is_alive_and_not_ready(on: Backend) {
    let atlas = on.empty().await;
    forget_a_migration(&atlas).await;
    assert_eq!(atlas.get("/healthz", &[]).await.status.as_u16(), 200);
    let reply = atlas.get("/readyz", &[]).await;
    assert_eq!(reply.status.as_u16(), 503);
    assert!(reply.text.contains("migrations are missing"), "{}", reply.text);
}

async fn a_failure_within_is_told_without_its_cause(on: Backend) {
    let atlas = on.garden().await;
    atlas.execute("ALTER TABLE resource RENAME TO elsewhere").await;
    let reply = atlas.post(&json!({ "query": "{ resources { totalCount } issues { totalCount } }" }), &[NEW]).await;
    assert_eq!((reply.status.as_u16(), reply.codes()), (200, vec!["INTERNAL".to_owned()]));
    let answer = reply.json();
    assert_eq!((&answer["data"]["resources"], &answer["data"]["issues"]["totalCount"]), (&Value::Null, &json!(16)));
    for secret in ["resource\"", "no such table", "relation", "SELECT", "elsewhere"] {
        assert!(!reply.messages().contains(secret), "{}", reply.messages());
    }
}

both!(
    bad_input_gets_what_the_table_says,
    requests_that_cannot_be_carried_out_are_refused,
    methods_and_media_types_are_read,
    get_answers_as_post_does,
    documents_that_ask_for_too_much_are_refused_before_they_run,
    introspection_is_answered,
    the_other_addresses_answer,
    a_service_whose_tables_are_not_complete_is_alive_and_not_ready,
    a_failure_within_is_told_without_its_cause,
);
