//! What sources last said of records, and relations that were told from the other side: tables beside the records, which
//! nothing serves.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::prepare::{Identity, relation_row};
use crate::graph::statement::{key_values, text_values};
use crate::store::{Error, Values, Write};

/// What a source last said of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub record: i64,
    /// Where in the source it stands.
    pub locator: String,
    /// Tells the newer of two descriptions of one document.
    pub freshness: String,
    /// Of all that it said.
    pub digest: i64,
    /// The version of the record behind it.
    pub version: i64,
}

const ORIGIN: &str = "import_origin";
const ORIGIN_COLUMNS: [&str; 6] = ["record_id", "source_id", "locator", "freshness", "digest", "version"];
const CLAIM: &str = "import_claim";
const CLAIM_COLUMNS: [&str; 10] = [
    "record_id",
    "source_id",
    "owner_key",
    "owner_edition",
    "owner_volume",
    "kind",
    "identifier",
    "target_key",
    "target_edition",
    "target_volume",
];

/// What a source said of these records.
///
/// # Errors
/// Whatever the database says.
pub async fn read<C: ConnectionTrait>(db: &C, source: i64, records: &[i64]) -> Result<HashMap<i64, Origin>, DbErr> {
    if records.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Query::select();
    query
        .columns(ORIGIN_COLUMNS)
        .from(ORIGIN)
        .and_where(Expr::col("record_id").in_subquery(key_values(records, db.get_database_backend())))
        .and_where(Expr::col("source_id").eq(source));
    let mut origins = HashMap::with_capacity(records.len());
    for row in db.query_all(&query).await? {
        let origin = Origin {
            record: row.try_get("", "record_id")?,
            locator: row.try_get("", "locator")?,
            freshness: row.try_get("", "freshness")?,
            digest: row.try_get("", "digest")?,
            version: row.try_get("", "version")?,
        };
        origins.insert(origin.record, origin);
    }
    Ok(origins)
}

/// Notes what a source said of records; `replaced` names those of which it had said something.
///
/// # Errors
/// Whatever the database says.
pub async fn write(write: &mut Write, source: i64, origins: Vec<Origin>, replaced: &[i64]) -> Result<(), Error> {
    if !replaced.is_empty() {
        let mut delete = Query::delete();
        delete
            .from_table(ORIGIN)
            .and_where(Expr::col("record_id").in_subquery(key_values(replaced, write.reader().get_database_backend())))
            .and_where(Expr::col("source_id").eq(source));
        write.change_beside(&delete).await?;
    }
    for Origin { record, locator, freshness, digest, version } in origins {
        let row = vec![record.into(), source.into(), locator.into(), freshness.into(), digest.into(), version.into()];
        write.insert_beside(ORIGIN, &ORIGIN_COLUMNS, row).await?;
    }
    Ok(())
}

/// Notes that records got a version more by something that their sources need not be compared with.
///
/// # Errors
/// Whatever the database says.
pub async fn grown(write: &mut Write, records: &[i64]) -> Result<(), Error> {
    let mut update = Query::update();
    update
        .table(ORIGIN)
        .value("version", Expr::col("version").add(1))
        .and_where(Expr::col("record_id").in_subquery(key_values(records, write.reader().get_database_backend())));
    write.change_beside(&update).await
}

/// A relation that is told from the other side: the owner KIND the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The record that tells it, where one does.
    pub record: Option<i64>,
    pub owner: Identity,
    pub kind: String,
    /// The target's identifier as it is written.
    pub identifier: String,
    pub target: Identity,
}

/// Notes relations, in place of those that the records `told` before.
///
/// # Errors
/// Whatever the database says.
pub async fn write_claims(write: &mut Write, source: i64, claims: Vec<Claim>, told: &[i64]) -> Result<(), Error> {
    if !told.is_empty() {
        let mut delete = Query::delete();
        delete
            .from_table(CLAIM)
            .and_where(Expr::col("record_id").in_subquery(key_values(told, write.reader().get_database_backend())))
            .and_where(Expr::col("source_id").eq(source));
        write.change_beside(&delete).await?;
    }
    for Claim { record, owner, kind, identifier, target } in claims {
        let row = vec![
            record.into(),
            source.into(),
            owner.key.into(),
            owner.edition.into(),
            owner.volume.into(),
            kind.into(),
            identifier.into(),
            target.key.into(),
            target.edition.into(),
            target.volume.into(),
        ];
        write.insert_beside(CLAIM, &CLAIM_COLUMNS, row).await?;
    }
    Ok(())
}

/// The relations that were told for standards with these keys.
///
/// # Errors
/// Whatever the database says.
pub async fn claims_on<C: ConnectionTrait>(db: &C, keys: &[String]) -> Result<HashMap<String, Vec<Claim>>, DbErr> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Query::select();
    query
        .columns(CLAIM_COLUMNS)
        .from(CLAIM)
        .and_where(Expr::col("owner_key").in_subquery(text_values(keys, db.get_database_backend())))
        .order_by("kind", sea_orm::sea_query::Order::Asc)
        .order_by("target_key", sea_orm::sea_query::Order::Asc);
    let mut claims: HashMap<String, Vec<Claim>> = HashMap::new();
    for row in db.query_all(&query).await? {
        let claim = Claim {
            record: row.try_get("", "record_id")?,
            owner: Identity::read(&row, ["owner_key", "owner_edition", "owner_volume"])?,
            kind: row.try_get("", "kind")?,
            identifier: row.try_get("", "identifier")?,
            target: Identity::read(&row, ["target_key", "target_edition", "target_volume"])?,
        };
        claims.entry(claim.owner.key.clone()).or_default().push(claim);
    }
    Ok(claims)
}

/// The row of a relation that was told from the other side.
pub fn claim_row(claim: &Claim) -> Values {
    let Identity { edition, volume, .. } = &claim.target;
    relation_row(&claim.kind, &claim.identifier, edition.as_deref(), volume.as_deref())
}
