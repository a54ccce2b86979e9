//! Records as rows, as far as that needs no database: what the reading thread does while the database writes.
//!
//! # Identity of standards
//!
//! A standard is told apart by the key of its identifier, its edition and its volume ([`Identity`]); the key forgets
//! case and blanks (`graph/identifier.rs`), so that one document in two catalogues is one record. An imported document
//! is never the undated one that stands for all editions.

use std::hash::{DefaultHasher, Hash, Hasher};

use formats::record::{Localised, RelationKind, Standard, StandardStatus, StandardType, Subject};
use sea_orm::{DbErr, QueryResult};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::graph::fold::composed;
use crate::graph::{Scalar, identifier, kinds};
use crate::store::derive::MAX_SHORT;
use crate::store::put::{column, list, text};
use crate::store::{Values, standard};

/// What tells a standard apart, beside that it is dated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    pub key: String,
    pub edition: Option<String>,
    pub volume: Option<String>,
}

/// A standard as a source describes it, as rows but for what leads to other records.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub identity: Identity,
    /// Of all that the source says.
    pub digest: i64,
    /// The columns of the record.
    pub values: Values,
    /// Rows of titles in other languages.
    pub titles: Vec<Values>,
    /// Rows of other identifiers.
    pub identifiers: Vec<Values>,
    /// Rows of relations that it owns, without those to itself.
    pub relations: Vec<Values>,
    /// Relations that others own: their identity, and the kind.
    pub claims: Vec<(Identity, &'static str)>,
    /// Relations to itself.
    pub dropped: u64,
    /// What leads to other records: publishers, committees, subjects.
    pub standard: Standard,
}

/// The name of a value of a vocabulary, as it is stored.
pub fn code<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

macro_rules! names {
    ($name:ident: $ty:ident { $($value:ident => $text:literal),+ $(,)? }) => {
        fn $name(value: $ty) -> &'static str {
            match value {
                $($ty::$value => $text),+
            }
        }
    };
}
names! { relation_name: RelationKind {
    Replaces => "REPLACES", Updates => "UPDATES", AdoptedFrom => "ADOPTED_FROM", IdenticalTo => "IDENTICAL_TO",
    PartOf => "PART_OF", EditionOf => "EDITION_OF", Supplements => "SUPPLEMENTS", Amends => "AMENDS",
    Corrects => "CORRECTS", References => "REFERENCES", Requires => "REQUIRES", DerivedFrom => "DERIVED_FROM",
    TranslatedFrom => "TRANSLATED_FROM", Related => "RELATED",
}}

impl Identity {
    fn new(identifier: &str, edition: Option<&str>, volume: Option<&str>) -> Self {
        Self { key: identifier::key(identifier), edition: edition.map(composed), volume: volume.map(composed) }
    }

    /// Of the document that a relation points at.
    pub fn of_target(relation: &formats::record::Relation) -> Self {
        Self::new(&relation.identifier, relation.edition.as_deref(), relation.volume.as_deref())
    }

    /// Of the document with this identifier, whatever its edition.
    pub fn of_identifier(identifier: &str) -> Self {
        Self::new(identifier, None, None)
    }

    /// From a row that has it in these columns: the key, the edition, the volume.
    ///
    /// # Errors
    /// Where it has not.
    pub fn read(row: &QueryResult, [key, edition, volume]: [&str; 3]) -> Result<Self, DbErr> {
        Ok(Self { key: row.try_get("", key)?, edition: row.try_get("", edition)?, volume: row.try_get("", volume)? })
    }

    /// Whether this, which may leave edition and volume open, means that one.
    pub fn means(&self, other: &Self) -> bool {
        let open = |wanted: &Option<String>, own: &Option<String>| wanted.is_none() || wanted == own;
        self.key == other.key && open(&self.edition, &other.edition) && open(&self.volume, &other.volume)
    }
}

/// A number that changes with what is said, and between two runs only then.
pub fn digest<T: Hash>(value: &T) -> i64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// The row of a relation.
pub fn relation_row(kind: &str, identifier: &str, edition: Option<&str>, volume: Option<&str>) -> Values {
    let mut row = standard::relation(kind, &composed(identifier));
    row.set(&kinds::TARGET_EDITION, text(edition));
    row.set(&kinds::TARGET_VOLUME, text(volume));
    row
}

/// Makes rows of a standard.
///
/// # Errors
/// Why it cannot be kept.
pub fn prepare(standard: Standard) -> Result<Prepared, String> {
    let kind = &kinds::STANDARD;
    let identifier = standard.identifier.trim();
    if identifier.is_empty() {
        return Err("there is no identifier".to_owned());
    }
    let identity = Identity::new(identifier, standard.edition.as_deref(), standard.volume.as_deref());
    if identity.key.is_empty() || identifier::slug(identifier).is_empty() {
        return Err("the identifier has neither letter nor digit".to_owned());
    }
    let mut titles: Vec<Localised> = Vec::with_capacity(standard.titles.len());
    for title in &standard.titles {
        let language = title.language.clone().unwrap_or_else(|| "en".to_owned());
        if !title.value.is_empty() && !titles.iter().any(|known| known.language.as_ref() == Some(&language)) {
            titles.push(Localised { language: Some(language), value: title.value.clone() });
        }
    }
    let mut titles = titles.into_iter();
    let main = titles.next();
    let date = standard.published_on.as_deref().filter(|date| crate::store::event::days(date).is_some());
    let values = Values::default()
        .with(column(kind, "identifier"), text(Some(identifier)))
        .with(
            column(kind, "undated_identifier"),
            text(Some(standard.undated_identifier.as_deref().unwrap_or(identifier))),
        )
        .with(column(kind, "undated"), false)
        .with(column(kind, "title"), text(main.as_ref().map(|title| title.value.as_str())))
        .with(column(kind, "title_language"), main.and_then(|title| title.language).unwrap_or_else(|| "en".to_owned()))
        .with(column(kind, "abstract"), text(standard.r#abstract.as_deref().filter(|text| !text.is_empty())))
        .with(column(kind, "type"), code(standard.r#type.unwrap_or(StandardType::Other)))
        .with(column(kind, "status"), code(standard.status.unwrap_or(StandardStatus::Unknown)))
        .with(column(kind, "stage"), text(standard.stage.as_deref()))
        .with(column(kind, "edition"), identity.edition.clone().map(Scalar::Text))
        .with(column(kind, "volume"), identity.volume.clone().map(Scalar::Text))
        .with(column(kind, "published_on"), text(date))
        .with(column(kind, "published_year"), date.and_then(standard::year_of).map(Scalar::Int))
        .with(column(kind, "url"), text(standard.url.as_deref()))
        .with(column(kind, "languages"), list(&standard.languages));
    crate::store::check(kind.table, &values).map_err(|error| error.to_string())?;
    let titles: Vec<Values> = titles.map(|title| localised(&title)).collect();
    let mut identifiers: Vec<Values> = Vec::new();
    for other in standard.other_identifiers.iter().map(|other| composed(other)).filter(|other| other != identifier) {
        if other.is_empty() || other.chars().count() > MAX_SHORT {
            continue;
        }
        if !identifiers.iter().any(|known| known.text("identifier") == Some(&other)) {
            let position = i64::try_from(identifiers.len()).unwrap_or(i64::MAX).saturating_add(1);
            identifiers.push(standard::other_identifier(&other, position));
        }
    }
    let (mut relations, mut claims, mut dropped) = (Vec::new(), Vec::new(), 0);
    let mut seen = std::collections::HashSet::new();
    for relation in &standard.relations {
        let target = Identity::of_target(relation);
        if target.key.is_empty() || relation.identifier.chars().count() > MAX_SHORT {
            continue;
        }
        if target == identity {
            dropped += 1;
            continue;
        }
        let kind = relation_name(relation.kind);
        if !seen.insert((kind, relation.inverse, target.clone())) {
            continue;
        }
        if relation.inverse {
            claims.push((target, kind));
        } else {
            relations.push(relation_row(
                kind,
                &relation.identifier,
                target.edition.as_deref(),
                target.volume.as_deref(),
            ));
        }
    }
    Ok(Prepared {
        digest: digest(&standard),
        identity,
        values,
        titles,
        identifiers,
        relations,
        claims,
        dropped,
        standard,
    })
}

/// The row of a text in another language.
pub fn localised(text: &Localised) -> Values {
    Values::default()
        .with(&kinds::LANGUAGE, text.language.clone().unwrap_or_else(|| "en".to_owned()))
        .with(&kinds::VALUE, composed(&text.value))
}

/// The relation that a statement apart from both standards tells: its owner and its row.
pub fn stated(statement: &formats::record::Statement) -> (Identity, &'static str) {
    (Identity::of_identifier(&statement.identifier), relation_name(statement.relation.kind))
}

/// The row of a subject.
pub fn subject_row(subject: &Subject, title: Option<&str>) -> Values {
    Values::default()
        .with(&kinds::SCHEME, composed(&subject.scheme))
        .with(&kinds::SUBJECT_CODE, composed(&subject.code))
        .with(&kinds::SUBJECT_TITLE, text(title.or(subject.title.as_deref())))
}

/// A slug for something of which another has the plain one: with a short hash of its key.
pub fn hashed_slug(slug: &str, key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    let hex = crate::app::to_hex(hash.get(..4).unwrap_or_default());
    format!("{}-{hex}", shortened(slug))
}

/// A slug that is short enough to be stored and to be read.
pub fn shortened(slug: &str) -> &str {
    const MAX_SLUG: usize = 200;
    // Slugs are ASCII.
    slug.get(..MAX_SLUG).unwrap_or(slug).trim_end_matches('-')
}
