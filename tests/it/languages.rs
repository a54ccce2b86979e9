//! Titles of standards and names of organisations in several languages.

use serde_json::{Value, json};
use tests::{Atlas, Backend, Invented, both};

fn records() -> Invented {
    Invented::new()
        .with(
            "standard",
            json!({
                "identifier": "A 1", "title": "Lamps",
                "titles": { "de": "Lampen", "fr": "Lampes", "fr-CA": "Lampes d’ici", "zh-Hant": "燈" },
            }),
        )
        .with("standard", json!({ "identifier": "A 2", "title": "Wicks" }))
        .with("standard", json!({ "identifier": "A 3", "titles": { "fr": "Mèches", "ru": "Фитили" } }))
        .with("standard", json!({ "identifier": "A 4" }))
        .with(
            "organisation",
            json!({ "slug": "alpha", "name": "Guild of Lamps", "names": { "de": "Gilde der Lampen", "fr": "Guilde des lampes" } }),
        )
        .with("organisation", json!({ "slug": "beta", "name": "Beta" }))
}

/// The title of every standard in these languages, as the argument is written.
async fn titles(atlas: &Atlas, arguments: &str) -> Vec<Value> {
    let answer = atlas.ask(&format!("{{ standards {{ nodes {{ title{arguments} }} }} }}")).await;
    answer["standards"]["nodes"].as_array().into_iter().flatten().map(|node| node["title"].clone()).collect()
}

async fn names(atlas: &Atlas, arguments: &str) -> Vec<Value> {
    let answer = atlas.ask(&format!("{{ organisations {{ nodes {{ name{arguments} }} }} }}")).await;
    answer["organisations"]["nodes"].as_array().into_iter().flatten().map(|node| node["name"].clone()).collect()
}

async fn titles_fall_back_in_the_order_asked_and_then_to_any(on: Backend) {
    let atlas = on.atlas(&records()).await;
    let none = Value::Null;
    for (arguments, first, third) in [
        ("", "Lamps", "Mèches"),
        ("(languages: null)", "Lamps", "Mèches"),
        ("(languages: [\"en\"])", "Lamps", "Mèches"),
        ("(languages: [])", "Lamps", "Mèches"),
        ("(languages: \"de\")", "Lampen", "Mèches"),
        ("(languages: [\"fr\"])", "Lampes", "Mèches"),
        ("(languages: [\"FR\"])", "Lampes", "Mèches"),
        ("(languages: [\"fr-CA\"])", "Lampes d’ici", "Mèches"),
        ("(languages: [\"fr-CH\"])", "Lampes", "Mèches"),
        ("(languages: [\"zh\"])", "燈", "Mèches"),
        ("(languages: [\"zh-Hant-TW\"])", "燈", "Mèches"),
        ("(languages: [\"en-GB\", \"fr\"])", "Lamps", "Mèches"),
        ("(languages: [\"ja\", \"ru\", \"fr\"])", "Lampes", "Фитили"),
        ("(languages: [\"ru\", \"en\"])", "Lamps", "Фитили"),
        ("(languages: [\"ja\", \"\", \" fr\", \"frr\", \"\\u0000\"])", "Lamps", "Mèches"),
    ] {
        let expected = [json!(first), json!("Wicks"), json!(third), none.clone()];
        assert_eq!(titles(&atlas, arguments).await, expected, "{arguments}");
    }
    for (arguments, expected) in [
        ("", "Guild of Lamps"),
        ("(languages: [\"fr-FR\", \"de\"])", "Guilde des lampes"),
        ("(languages: [\"es\", \"de-AT\"])", "Gilde der Lampen"),
        ("(languages: [\"es\"])", "Guild of Lamps"),
        ("(languages: null)", "Guild of Lamps"),
    ] {
        assert_eq!(names(&atlas, arguments).await, [json!("Beta"), json!(expected)], "{arguments}");
    }
}

async fn every_language_can_be_asked_for(on: Backend) {
    let atlas = on.atlas(&records()).await;
    let texts = |texts: &[(&str, &str)]| -> Value {
        texts.iter().map(|(language, value)| json!({ "language": language, "value": value })).collect()
    };
    let answer = atlas
        .ask("{ standards { nodes { titles { language value } } } organisations { nodes { names { language value } } } }")
        .await;
    assert_eq!(
        answer["standards"]["nodes"],
        json!([
            { "titles": texts(&[("en", "Lamps"), ("de", "Lampen"), ("fr", "Lampes"), ("fr-CA", "Lampes d’ici"), ("zh-Hant", "燈")]) },
            { "titles": texts(&[("en", "Wicks")]) },
            { "titles": texts(&[("fr", "Mèches"), ("ru", "Фитили")]) },
            { "titles": [] },
        ])
    );
    assert_eq!(
        answer["organisations"]["nodes"],
        json!([
            { "names": texts(&[("en", "Beta")]) },
            { "names": texts(&[("en", "Guild of Lamps"), ("de", "Gilde der Lampen"), ("fr", "Guilde des lampes")]) },
        ])
    );
}

async fn too_many_languages_are_refused(on: Backend) {
    let atlas = on.atlas(&records()).await;
    let languages = |count: usize| json!(vec!["xx"; count]);
    for field in ["standard(identifier: \"A 1\") { title", "organisation(slug: \"alpha\") { name"] {
        let document = format!("{{ {field}(languages: {}) }} }}", languages(21));
        atlas.refuses(&document, "BAD_USER_INPUT", &["`languages`", "21 languages: 20 at most"]).await;
        atlas.ask(&format!("{{ {field}(languages: {}) }} }}", languages(20))).await;
    }
    // A standard without a title refuses it too.
    let document = format!("{{ standard(identifier: \"A 4\") {{ title(languages: {}) }} }}", languages(21));
    atlas.refuses(&document, "BAD_USER_INPUT", &["`languages`"]).await;
}

async fn other_languages_cost_one_statement_and_the_own_none(on: Backend) {
    let atlas = on.atlas(&records()).await;
    for (fields, cost) in [
        ("title", 1),
        ("title(languages: [\"en\"])", 1),
        ("title(languages: [\"en\", \"fr\"])", 1),
        ("title(languages: [])", 1),
        ("title(languages: [\"fr\"])", 2),
        ("title(languages: [\"fr\"]) de: title(languages: [\"de\"]) titles { value }", 2),
    ] {
        let document = format!(
            "{{ standards(filter: {{ identifier: {{ in: [\"A 1\", \"A 2\", \"A 4\"] }} }}) {{ nodes {{ {fields} }} }} }}"
        );
        assert_eq!(atlas.statements(&document).await, cost, "{fields}");
    }
    for (fields, cost) in
        [("name", 1), ("name(languages: [\"en\"])", 1), ("name(languages: [\"de\"]) names { value }", 2)]
    {
        let document = format!("{{ organisations {{ nodes {{ {fields} }} }} }}");
        assert_eq!(atlas.statements(&document).await, cost, "{fields}");
    }
}

async fn languages_of_the_past_are_what_they_were(on: Backend) {
    let mut records = records();
    let atlas = on.atlas(&records).await;
    let lists = "standards { nodes { title fr: title(languages: [\"fr\"]) titles { language value } } }
        organisations { nodes { name fr: name(languages: [\"fr\"]) names { language value } } }";
    let before = atlas.ask(&format!("{{ {lists} }}")).await;
    let at = atlas.ask("{ atlas { updatedAt } }").await["atlas"]["updatedAt"].clone();
    records.change("standard", "A 1", json!({ "title": "Lanterns", "titles": { "fr": "Lanternes" } }));
    records.change("standard", "A 2", json!({ "titles": { "fr": "Mèches" } }));
    records.change("standard", "A 3", json!({ "title": "Wicks", "titles": { "ru": "Фитили" } }));
    records.change("organisation", "alpha", json!({ "names": { "fr": "Confrérie" } }));
    atlas.load(&records).await;
    let now = atlas.ask(&format!("{{ {lists} }}")).await;
    assert_eq!(
        now["standards"]["nodes"][0],
        json!({
            "title": "Lanterns", "fr": "Lanternes",
            "titles": [{ "language": "en", "value": "Lanterns" }, { "language": "fr", "value": "Lanternes" }],
        })
    );
    assert_eq!(
        now["standards"]["nodes"][2],
        json!({
            "title": "Wicks", "fr": "Wicks",
            "titles": [{ "language": "en", "value": "Wicks" }, { "language": "ru", "value": "Фитили" }],
        })
    );
    assert_eq!(now["organisations"]["nodes"][1]["fr"], "Confrérie");
    assert_eq!(atlas.ask(&format!("{{ asOf(at: {at}) {{ {lists} }} }}")).await["asOf"], before);
    assert_eq!(atlas.load(&records).await.updated, 0);
}

both!(
    titles_fall_back_in_the_order_asked_and_then_to_any,
    every_language_can_be_asked_for,
    too_many_languages_are_refused,
    other_languages_cost_one_statement_and_the_own_none,
    languages_of_the_past_are_what_they_were,
);
