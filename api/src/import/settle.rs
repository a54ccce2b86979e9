//! What is done when all records of a run are there: relations that were told from the other side are given to their
//! owners, and subjects get the titles of their classification. A run that was ended before is caught up with.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::batch::{Run, SettledLink};
use super::origin::Claim;
use super::prepare::{Identity, subject_row};
use super::standards_rows::claim_row;
use crate::graph::kinds;
use crate::store::{Error, Values};

/// Owners that are changed at once.
const OWNERS: usize = 300;

/// Gives relations to their owners. Gives how many.
///
/// # Errors
/// Whatever the database says.
pub async fn relations(run: &mut Run<'_>) -> Result<u64, Error> {
    let mut joined = 0;
    let mut after = 0;
    loop {
        let owners = owners(&run.app.write, after).await?;
        let Some(last) = owners.last().copied() else { break };
        let mut links: BTreeMap<i64, Vec<Values>> = BTreeMap::new();
        for (owner, identity, claim) in waiting(&run.app.write, after, last).await? {
            // Of several that tell the same, one is enough.
            let row = claim_row(&claim);
            let rows = links.entry(owner).or_default();
            let key = row.key(kinds::STANDARD_RELATION.unique);
            if claim.target != identity && rows.iter().all(|known| known.key(kinds::STANDARD_RELATION.unique) != key) {
                rows.push(row);
            }
        }
        joined += links.values().map(|rows| rows.len() as u64).sum::<u64>();
        run.settle(SettledLink { link: &kinds::STANDARD_RELATION, rows: links }).await?;
        after = last;
    }
    Ok(joined)
}
