//! What can be had, described in DCAT 3 (<https://www.w3.org/TR/vocab-dcat-3/>): a dataset for each kind with its forms,
//! and the sources with their licences.

use sea_orm::sea_query::{Order as Direction, Query};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::{Format, KINDS, jsonld, newest};
use crate::app::App;
use crate::graph::cursor::revision_text;
use crate::graph::kinds;
use crate::graph::moment::date_time_text;

/// The most sources that are named; there are some dozens.
const MOST_SOURCES: u64 = 1_000;

/// The catalogue.
///
/// # Errors
/// Whatever the database says.
pub async fn catalogue(app: &App, base: &str) -> Result<Value, DbErr> {
    let state = newest(app).await?;
    let mut named = Query::select();
    named
        .columns(["id", "name", "url", "publisher", "licence", "attribution"])
        .from("source")
        .order_by("name_sort", Direction::Asc)
        .order_by("id", Direction::Asc)
        .limit(MOST_SOURCES);
    let mut sources = Vec::new();
    for row in app.read.query_all(&named).await? {
        let mut source = json!({
            "@id": jsonld::address_of(&kinds::SOURCE, row.try_get("", "id")?, base),
            "@type": "dcat:Dataset",
            "dcterms:title": row.try_get::<String>("", "name")?,
        });
        for (column, term) in
            [("publisher", "dcterms:publisher"), ("licence", "dcterms:license"), ("attribution", "dcterms:rights")]
        {
            if let Some(text) = row.try_get::<Option<String>>("", column)? {
                source[term] = text.into();
            }
        }
        if let Some(address) = row.try_get::<Option<String>>("", "url")?.as_deref().and_then(jsonld::web_address) {
            source["dcat:landingPage"] = json!({ "@id": address });
        }
        sources.push(source);
    }
    let cited: Vec<Value> = sources.iter().map(|source| json!({ "@id": source["@id"] })).collect();
    let modified = json!({ "@value": date_time_text(state.at), "@type": "xsd:dateTime" });
    let datasets = KINDS.iter().map(|kind| {
        let name = kind.plural();
        let forms = Format::ALL.iter().map(|format| {
            let address = format!("{base}/export/{name}.{}", format.name());
            json!({
                "@type": "dcat:Distribution",
                "dcat:downloadURL": { "@id": address },
                "dcat:mediaType": format.media_type().split(';').next(),
            })
        });
        json!({
            "@id": format!("{base}/export/{name}"),
            "@type": "dcat:Dataset",
            "dcterms:title": name,
            "dcterms:modified": modified,
            "dcterms:source": cited,
            "dcat:distribution": forms.collect::<Vec<_>>(),
        })
    });
    Ok(json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcterms": "http://purl.org/dc/terms/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": format!("{base}/export/catalog.jsonld"),
        "@type": "dcat:Catalog",
        "dcterms:title": "Atlas",
        "dcterms:description":
            "Who does what in digital governance and standardisation. Facts come from the sources that each record cites; \
             the licence of each source stands with it.",
        "dcterms:identifier": revision_text(state.sequence),
        "dcterms:modified": modified,
        "dcat:landingPage": { "@id": base },
        "dcat:dataset": datasets.chain(sources).collect::<Vec<_>>(),
    }))
}
