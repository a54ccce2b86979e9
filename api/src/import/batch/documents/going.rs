//! Records that are to go: tombstones, and what leads to their records.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::graph::document::target_of;
use crate::graph::statement::key_values;
use crate::graph::{Kind, Target, kinds};
use crate::import::batch::Batch;
use crate::import::document::Tombstone;
use crate::import::merge::Stored;
use crate::import::report::{Conflict, Fate};
use crate::store::Error;

/// A record that is to go: the path, the place in the source, the tombstone.
pub(in crate::import::batch) type Going = (usize, String, Tombstone);

impl Batch<'_, '_> {
    /// Removes records to which nothing leads. Gives what became of tombstones, and those whose records are led to.
    pub(super) async fn remove(&mut self, going: Vec<Going>) -> Result<(Vec<(usize, Fate)>, Vec<Going>), Error> {
        let mut done = Vec::new();
        let mut there = Vec::new();
        self.read_going(&going).await?;
        for (path, locator, tombstone) in going {
            let stored = self.stored.get(&tombstone.key).filter(|stored| is_same(stored, &tombstone));
            match stored.filter(|_| !self.run.dry.gone.contains(&tombstone.key)) {
                None => {
                    // What a dry run would have made, and is not there, would go.
                    let is_made = self.run.told.remove(&tombstone.told()).is_some() && self.run.dry_run;
                    done.push((path, if is_made { Fate::Updated } else { Fate::Unchanged }));
                }
                Some(stored) if !stored.curated.is_empty() => {
                    let slug = tombstone.name.unwrap_or_default();
                    let (kind, field) = (tombstone.kind.code, "deleted".to_owned());
                    let path_name = self.path(path);
                    self.run.report.conflict(Conflict { kind, slug, field, path: path_name });
                    done.push((path, Fate::Unchanged));
                }
                Some(_) => there.push((path, locator, tombstone)),
            }
        }
        let free = self.free(&there, &HashSet::new()).await?;
        let (free, left) = there.into_iter().partition(|(.., tombstone)| free.contains(&tombstone.key));
        done.extend(self.delete(free).await?);
        Ok((done, left))
    }

    /// Deletes records. Gives what became of their tombstones.
    pub(super) async fn delete(&mut self, going: Vec<Going>) -> Result<Vec<(usize, Fate)>, Error> {
        let mut done = Vec::with_capacity(going.len());
        self.read_going(&going).await?;
        for (path, _, tombstone) in going {
            let Tombstone { kind, key, .. } = tombstone;
            // It may come back.
            self.run.met.remove(&key);
            if self.run.told.remove(&tombstone.told()).is_some() && self.run.dry_run {
                self.forget_dry(kind, key);
            }
            let version = self.stored.get(&key).map_or(1, Stored::version);
            self.write.delete(kind, key, version).await?;
            if self.run.dry_run {
                self.run.dry.gone.insert(key);
            }
            done.push((path, Fate::Updated));
        }
        Ok(done)
    }

    async fn read_going(&mut self, going: &[Going]) -> Result<(), Error> {
        for kind in kinds::NODES {
            let of_kind = going.iter().filter(|(.., tombstone)| tombstone.kind == *kind);
            let keys: Vec<i64> = of_kind.map(|(.., tombstone)| tombstone.key).collect();
            self.read_stored(kind, &keys).await?;
        }
        Ok(())
    }

    /// Of records that are to go, those to which nothing leads but each other, and `released`, which are about to lead
    /// elsewhere.
    pub(super) async fn free(&self, going: &[Going], released: &HashSet<i64>) -> Result<HashSet<i64>, Error> {
        let mut free: HashSet<i64> = going.iter().map(|(.., tombstone)| tombstone.key).collect();
        // What is led to by others stays, and so does what that leads to.
        loop {
            let mut led_to: HashSet<i64> = free.intersection(&self.run.dry.led_to).copied().collect();
            for kind in kinds::NODES {
                if going.iter().any(|(.., tombstone)| tombstone.kind == *kind) {
                    led_to.extend(self.led_to(kind, &free, released).await?);
                }
            }
            if led_to.is_empty() {
                return Ok(free);
            }
            free.retain(|key| !led_to.contains(key));
        }
    }

    /// Which records of a kind, of those with these keys, are led to by others than these and `released`.
    async fn led_to(
        &self,
        kind: &'static Kind,
        keys: &HashSet<i64>,
        released: &HashSet<i64>,
    ) -> Result<HashSet<i64>, Error> {
        let mut led_to = HashSet::new();
        let db = self.write.reader();
        let among: Vec<i64> = keys.iter().copied().collect();
        let dry = &self.run.dry;
        let no_more: Vec<i64> = [keys, released, &dry.gone, &dry.described].into_iter().flatten().copied().collect();
        let of_records = kinds::RECORDS
            .iter()
            .flat_map(|own| own.columns.iter().map(|column| (own.table, &kinds::ID, *column, Some(*own))));
        let of_links = kinds::LINKS
            .iter()
            .flat_map(|link| link.columns.iter().map(|column| (link.table, link.owner, *column, None)));
        for (table, owner, column, own) in of_records.chain(of_links) {
            if !matches!(column.target, Target::Any) && target_of(column, own) != Some(kind) {
                continue;
            }
            let keys = |keys: &[i64]| key_values(keys, db.get_database_backend());
            let mut leading = Query::select();
            leading.distinct().column(column.name).from(table);
            leading.and_where(Expr::col(column.name).in_subquery(keys(&among)));
            leading.and_where(Expr::col(owner.name).not_in_subquery(keys(&no_more)));
            for row in db.query_all(&leading).await? {
                led_to.insert(row.try_get("", column.name)?);
            }
        }
        Ok(led_to)
    }
}

/// Whether a record is the one that a tombstone stands for.
fn is_same(stored: &Stored, tombstone: &Tombstone) -> bool {
    if let (Some(told), Some(made)) = (tombstone.created_at, stored.values.int(kinds::CREATED_AT.name)) {
        return told == made;
    }
    let name = tombstone.kind.natural_key.first().and_then(|column| stored.values.text(column.name));
    name.is_some() && name == tombstone.name.as_deref()
}
