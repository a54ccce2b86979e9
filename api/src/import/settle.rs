//! What is done when all records of a run are there: relations that were told from the other side are given to their
//! owners, and subjects get the titles of their classification. What a run that was ended left undone is done too.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

use super::batch::Run;
use super::origin::{Claim, claim_row};
use super::prepare::{Identity, subject_row};
use crate::graph::kinds;
use crate::graph::statement::key_values;
use crate::store::{Error, Values};

/// Standards that are changed in one transaction.
const AT_ONCE: usize = 200;

/// Gives relations that were told from the other side to their owners: those that the source of the run told, or
/// `of_all` sources. Gives how many.
///
/// # Errors
/// Whatever the database says.
pub async fn relations(run: &mut Run<'_>, of_all: bool) -> Result<u64, Error> {
    let mut owners = waiting();
    if !of_all {
        let Some(source) = run.directory.sources.get(&run.source.name) else { return Ok(0) };
        owners.and_where(Expr::col(("import_claim", "source_id")).eq(*source));
    }
    owners.distinct().column(("standard", "id"));
    let owners = keys(&run.app.write, &owners).await?;
    let mut joined = 0;
    for owners in owners.chunks(AT_ONCE) {
        let rows = relations_of(&run.app.write, owners).await?;
        joined += rows.values().map(|rows| rows.len() as u64).sum::<u64>();
        run.settle(&kinds::STANDARD_RELATION, rows).await?;
    }
    Ok(joined)
}

/// Claims beside standards that they are on, and that do not have the relation.
fn waiting() -> SelectStatement {
    let same = |one: (&'static str, &'static str), other: (&'static str, &'static str)| {
        Expr::col(one).equals(other).or(Expr::col(one).is_null().and(Expr::col(other).is_null()))
    };
    let open = |own: &'static str, wanted: &'static str| {
        Expr::col(("import_claim", wanted)).is_null().or(Expr::col(("import_claim", wanted)).equals(("standard", own)))
    };
    let mut there = Query::select();
    there
        .expr(Expr::cust("1"))
        .from("standard_relation")
        .and_where(Expr::col(("standard_relation", "standard_id")).equals(("standard", "id")))
        .and_where(Expr::col(("standard_relation", "kind")).equals(("import_claim", "kind")))
        .and_where(Expr::col(("standard_relation", "target_key")).equals(("import_claim", "target_key")))
        .and_where(same(("standard_relation", "target_edition"), ("import_claim", "target_edition")))
        .and_where(same(("standard_relation", "target_volume"), ("import_claim", "target_volume")));
    let mut query = Query::select();
    query
        .from("import_claim")
        .inner_join("standard", Expr::col(("standard", "identifier_key")).equals(("import_claim", "owner_key")))
        .and_where(Expr::col(("standard", "undated")).eq(false))
        .and_where(open("edition", "owner_edition"))
        .and_where(open("volume", "owner_volume"))
        .and_where(Expr::exists(there).not())
        .order_by(("standard", "id"), Order::Asc);
    query
}

async fn keys(db: &DatabaseConnection, query: &SelectStatement) -> Result<Vec<i64>, DbErr> {
    db.query_all(query).await?.iter().map(|row| row.try_get("", "id")).collect()
}

/// The relations that these standards do not have yet.
async fn relations_of(db: &DatabaseConnection, owners: &[i64]) -> Result<BTreeMap<i64, Vec<Values>>, DbErr> {
    let mut query = waiting();
    query
        .column(("standard", "id"))
        .columns([("standard", "identifier_key"), ("standard", "edition"), ("standard", "volume")])
        .columns(
            ["kind", "identifier", "target_key", "target_edition", "target_volume"]
                .map(|column| ("import_claim", column)),
        )
        .and_where(Expr::col(("standard", "id")).in_subquery(key_values(owners, db.get_database_backend())))
        .order_by(("import_claim", "kind"), Order::Asc)
        .order_by(("import_claim", "target_key"), Order::Asc);
    let mut relations: BTreeMap<i64, Vec<Values>> = BTreeMap::new();
    for row in db.query_all(&query).await? {
        let owner = Identity::read(&row, ["identifier_key", "edition", "volume"])?;
        let target = Identity::read(&row, ["target_key", "target_edition", "target_volume"])?;
        if owner == target {
            continue;
        }
        let (kind, identifier) = (row.try_get("", "kind")?, row.try_get("", "identifier")?);
        let relation = claim_row(&Claim { record: None, owner, kind, identifier, target });
        let rows = relations.entry(row.try_get("", "id")?).or_default();
        // Several may tell the same.
        let key = relation.key(kinds::STANDARD_RELATION.unique);
        if rows.iter().all(|known| known.key(kinds::STANDARD_RELATION.unique) != key) {
            rows.push(relation);
        }
    }
    Ok(relations)
}

/// Gives subjects of standards the titles of their classification.
///
/// # Errors
/// Whatever the database says.
pub async fn subjects(run: &mut Run<'_>) -> Result<(), Error> {
    let mut query = untitled();
    query.distinct().expr_as(Expr::col(("standard_subject", "standard_id")), "id");
    for standards in keys(&run.app.write, &query).await?.chunks(AT_ONCE) {
        let mut query = untitled();
        query
            .columns([
                ("standard_subject", "standard_id"),
                ("standard_subject", "scheme"),
                ("standard_subject", "code"),
            ])
            .column(("subject", "title"))
            .and_where(
                Expr::col(("standard_subject", "standard_id"))
                    .in_subquery(key_values(standards, run.app.write.get_database_backend())),
            );
        let mut rows: BTreeMap<i64, Vec<Values>> = BTreeMap::new();
        for row in run.app.write.query_all(&query).await? {
            let subject = formats::record::Subject {
                scheme: row.try_get("", "scheme")?,
                code: row.try_get("", "code")?,
                title: row.try_get("", "title")?,
            };
            rows.entry(row.try_get("", "standard_id")?).or_default().push(subject_row(&subject, None));
        }
        run.settle(&kinds::STANDARD_SUBJECT, rows).await?;
    }
    Ok(())
}

/// Subjects of standards under another title than that of the classification.
fn untitled() -> SelectStatement {
    let title = Expr::col(("standard_subject", "title"));
    let mut query = Query::select();
    query
        .from("standard_subject")
        .inner_join(
            "subject",
            Expr::col(("subject", "scheme"))
                .equals(("standard_subject", "scheme"))
                .and(Expr::col(("subject", "code")).equals(("standard_subject", "code"))),
        )
        .and_where(Expr::col(("subject", "title")).is_not_null())
        .and_where(title.clone().is_null().or(title.not_equals(("subject", "title"))))
        .order_by(("standard_subject", "standard_id"), Order::Asc);
    query
}
