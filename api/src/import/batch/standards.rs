//! Standards of a batch: matched by their identity, and written where they differ from what is there.
//!
//! Rules, beside those of [`crate::import::prepare`] and [`crate::import::merge`]:
//! - Of two descriptions of one document in one source, the newer wins, whichever comes first; of two that are equally
//!   new, the first of the source. The other says nothing.
//! - What a source says as it said before, of a record that nobody changed since, is not looked at again.
//! - A relation belongs to one standard. What its other end tells waits until the owner is there.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::Batch;
use crate::graph::statement::text_values;
use crate::graph::{Scalar, identifier, kinds};
use crate::import::directory::Directory;
use crate::import::origin::{self, Claim, Origin, claim_row};
use crate::import::prepare::{Identity, Prepared, digest, hashed_slug, shortened, subject_row};
use crate::import::report::Fate;
use crate::import::subjects;
use crate::store::put::column;
use crate::store::{Draft, Error, Kept, LinkRow, LinkRows, Values, standard};

/// A standard of the batch, and where it stands.
type Placed = (usize, String, Box<Prepared>);

impl Batch<'_, '_> {
    /// Brings the standards of the batch to what the source says.
    pub(super) async fn standards(&mut self, standards: Vec<Placed>) -> Result<(), Error> {
        if standards.is_empty() {
            return Ok(());
        }
        let standards = self.without_duplicates(standards);
        let keys: Vec<String> = standards.iter().map(|(.., prepared)| prepared.identity.key.clone()).collect();
        let there = self.there(&keys).await?;
        let ids: Vec<i64> =
            standards.iter().filter_map(|(.., prepared)| there.get(&prepared.identity)).map(|(id, _)| *id).collect();
        let known = origin::read(self.write.reader(), self.source_id, &ids).await?;
        let mut again = Vec::new();
        let mut fresh = Vec::new();
        for placed in standards {
            match there.get(&placed.2.identity) {
                None => fresh.push(placed),
                Some((id, version)) => {
                    if !self.is_settled(&placed, *id, *version, known.get(id)) {
                        again.push((*id, placed));
                    }
                }
            }
        }
        let again_ids: Vec<i64> = again.iter().map(|(id, _)| *id).collect();
        self.read_stored(&kinds::STANDARD, &again_ids).await?;
        let keys: Vec<String> = fresh
            .iter()
            .chain(again.iter().map(|(_, placed)| placed))
            .map(|(.., prepared)| prepared.identity.key.clone())
            .collect();
        let mut claims = origin::claims_on(self.write.reader(), &keys).await?;
        for claim in Self::claimed(&fresh, &again) {
            claims.entry(claim.owner.key.clone()).or_default().push(claim);
        }
        if self.run.dry_run {
            fresh = self.not_met(fresh);
        }
        let slugs = self.slugs(&fresh).await?;
        for ((path, locator, prepared), slug) in fresh.into_iter().zip(slugs) {
            let id = self.write.new_id();
            self.new.insert(id);
            self.counted.push((path, id, false));
            self.standard(id, Some(slug), *prepared, &locator, path, &claims);
        }
        for (id, (path, locator, prepared)) in again {
            let origin = known.get(&id);
            self.counted.push((path, id, origin.is_some()));
            if origin.is_some() {
                self.replaced.push(id);
                self.told.push(id);
            }
            self.standard(id, None, *prepared, &locator, path, &claims);
        }
        Ok(())
    }

    /// One description of each document: the newest, else the first.
    fn without_duplicates(&mut self, standards: Vec<Placed>) -> Vec<Placed> {
        let mut places: HashMap<Identity, usize> = HashMap::with_capacity(standards.len());
        let mut kept: Vec<Placed> = Vec::with_capacity(standards.len());
        for placed in standards {
            let Some(place) = places.get(&placed.2.identity).copied() else {
                places.insert(placed.2.identity.clone(), kept.len());
                kept.push(placed);
                continue;
            };
            let path = self.path(placed.0);
            self.run.report.count(&path, Fate::Merged);
            if let Some(known) = kept.get_mut(place)
                && placed.2.standard.freshness > known.2.standard.freshness
            {
                *known = placed;
            }
        }
        kept
    }

    /// Those that a dry run, in which nothing becomes there, has not met before.
    fn not_met(&mut self, fresh: Vec<Placed>) -> Vec<Placed> {
        let (new, met): (Vec<_>, Vec<_>) =
            fresh.into_iter().partition(|(.., prepared)| self.run.dry.met.insert(digest(&prepared.identity)));
        for (path, ..) in met {
            let path = self.path(path);
            self.run.report.count(&path, Fate::Merged);
        }
        new
    }

    /// The standards that are there, by what tells them apart: their keys and versions.
    async fn there(&self, keys: &[String]) -> Result<HashMap<Identity, (i64, i64)>, DbErr> {
        let db = self.write.reader();
        let mut query = Query::select();
        query
            .columns(["id", "identifier_key", "edition", "volume", "version"])
            .from("standard")
            .and_where(Expr::col("identifier_key").in_subquery(text_values(keys, db.get_database_backend())))
            .and_where(Expr::col("undated").eq(false));
        let mut there = HashMap::new();
        for row in db.query_all(&query).await? {
            let identity = Identity::read(&row, ["identifier_key", "edition", "volume"])?;
            there.insert(identity, (row.try_get("", "id")?, row.try_get("", "version")?));
        }
        Ok(there)
    }

    /// Whether nothing is left to do for a standard that is there.
    fn is_settled(&mut self, placed: &Placed, id: i64, version: i64, origin: Option<&Origin>) -> bool {
        let (path, locator, prepared) = placed;
        let Some(origin) = origin else { return false };
        let freshness = prepared.standard.freshness.as_deref().unwrap_or_default();
        let met = self.run.met.contains(&id);
        let name = self.path(*path);
        if *locator != origin.locator && (freshness < origin.freshness.as_str() || met && freshness == origin.freshness)
        {
            self.run.report.count(&name, Fate::Merged);
            return true;
        }
        if prepared.digest == origin.digest && version == origin.version {
            self.run.met.insert(id);
            self.run.report.count(&name, Fate::Unchanged);
            return true;
        }
        false
    }

    /// The relations that standards of this batch tell of others.
    fn claimed(fresh: &[Placed], again: &[(i64, Placed)]) -> Vec<Claim> {
        let all = fresh.iter().chain(again.iter().map(|(_, placed)| placed));
        all.flat_map(|(.., prepared)| prepared.claims.iter().map(|(owner, kind)| claim(prepared, owner, kind, None)))
            .collect()
    }

    /// The slug of each new standard. A clash gives the hash of its key.
    async fn slugs(&mut self, fresh: &[Placed]) -> Result<Vec<String>, Error> {
        let plain: Vec<String> = fresh
            .iter()
            .map(|(.., prepared)| {
                let Identity { edition, volume, .. } = &prepared.identity;
                let mut slug =
                    standard::slug_of(prepared.values.text("identifier").unwrap_or_default(), edition.as_deref());
                if let Some(volume) = volume {
                    slug = format!("{slug}-vol-{}", identifier::slug(volume));
                }
                shortened(&slug).to_owned()
            })
            .collect();
        let mut taken = self.taken(&plain).await?;
        let mut slugs = Vec::with_capacity(plain.len());
        for (slug, (.., prepared)) in plain.into_iter().zip(fresh) {
            let Identity { key, edition, volume } = &prepared.identity;
            let slug = if taken.contains(&slug) {
                let key = [Some(key), edition.as_ref(), volume.as_ref()].map(|part| part.map_or("", String::as_str));
                hashed_slug(&slug, &key.join("\n"))
            } else {
                slug
            };
            taken.insert(slug.clone());
            slugs.push(slug);
        }
        Ok(slugs)
    }

    /// Which of these slugs are a standard's, or were.
    async fn taken(&self, slugs: &[String]) -> Result<std::collections::HashSet<String>, DbErr> {
        let db = self.write.reader();
        let among = || text_values(slugs, db.get_database_backend());
        let mut present = Query::select();
        present.column("slug").from("standard").and_where(Expr::col("slug").in_subquery(among()));
        let mut former = Query::select();
        former
            .column("slug")
            .from("slug_alias")
            .and_where(Expr::col("kind").eq(kinds::STANDARD.code))
            .and_where(Expr::col("slug").in_subquery(among()));
        let mut taken = std::collections::HashSet::new();
        for query in [present, former] {
            for row in db.query_all(&query).await? {
                taken.insert(row.try_get("", "slug")?);
            }
        }
        Ok(taken)
    }

    /// Adds one standard.
    fn standard(
        &mut self,
        id: i64,
        slug: Option<String>,
        prepared: Prepared,
        locator: &str,
        path: usize,
        claims: &HashMap<String, Vec<Claim>>,
    ) {
        let is_new = slug.is_some();
        self.run.report.relations.dropped += prepared.dropped;
        for (owner, kind) in &prepared.claims {
            self.claims.push(claim(&prepared, owner, kind, Some(id)));
        }
        self.origins.push(Origin {
            record: id,
            locator: locator.to_owned(),
            freshness: prepared.standard.freshness.clone().unwrap_or_default(),
            digest: prepared.digest,
            version: 1,
        });
        let Prepared { identity, mut values, titles, identifiers, mut relations, standard, .. } = prepared;
        values.set(&kinds::SLUG, slug.map(Scalar::Text));
        if !is_new {
            values.remove(&kinds::SLUG);
        }
        for claim in claims.get(&identity.key).into_iter().flatten().filter(|claim| claim.owner.means(&identity)) {
            let row = claim_row(claim);
            let key = row.key(kinds::STANDARD_RELATION.unique);
            if claim.target != identity && !relations.iter().any(|own| own.key(kinds::STANDARD_RELATION.unique) == key)
            {
                relations.push(row);
            }
        }
        let mut publishers: Vec<i64> = Vec::with_capacity(standard.publishers.len());
        for body in &standard.publishers {
            publishers.extend(self.body(body, locator).filter(|id| !publishers.contains(id)));
        }
        let mut committees: Vec<i64> = Vec::with_capacity(standard.committees.len());
        for group in &standard.committees {
            committees.extend(self.group(group, &publishers, locator).filter(|id| !committees.contains(id)));
        }
        let directory = &self.run.directory;
        let mut issues: Vec<i64> = Vec::new();
        let mut subject_rows: Vec<LinkRow> = Vec::with_capacity(standard.subjects.len());
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for subject in &standard.subjects {
            if subject.scheme.is_empty() || subject.code.is_empty() || seen.contains(&(&subject.scheme, &subject.code))
            {
                continue;
            }
            seen.push((&subject.scheme, &subject.code));
            let title = directory.subject(&subject.scheme, &subject.code).and_then(Option::as_deref);
            subject_rows.push(subject_row(subject, title).into());
            for issue in issues_of(directory, &subject.scheme, &subject.code) {
                if !issues.contains(&issue) {
                    issues.push(issue);
                }
            }
        }
        let plain = |link, far, ids: Vec<i64>| LinkRows {
            link,
            rows: ids.into_iter().map(|id| Values::default().with(far, id).into()).collect(),
            kept: Kept::All,
        };
        let own = |link, rows: Vec<Values>| LinkRows {
            link,
            rows: rows.into_iter().map(Into::into).collect(),
            kept: Kept::All,
        };
        let links = vec![
            plain(&kinds::STANDARD_PUBLISHER, &kinds::ORGANISATION_ID, publishers),
            plain(&kinds::STANDARD_COMMITTEE, &kinds::COMMITTEE_ID, committees),
            plain(&kinds::STANDARD_ISSUE, &kinds::ISSUE_ID, issues),
            own(&kinds::STANDARD_RELATION, relations),
            LinkRows { link: &kinds::STANDARD_SUBJECT, rows: subject_rows, kept: Kept::All },
            own(&kinds::STANDARD_IDENTIFIER, identifiers),
            own(&kinds::STANDARD_TITLE, titles),
            self.citation(id, locator),
        ];
        let path = self.path(path);
        self.add(Draft { kind: &kinds::STANDARD, id, is_new, values, links }, &path);
    }
}

/// The issues that a subject is on, by the table of the project.
pub fn issues_of(directory: &Directory, scheme: &str, code: &str) -> Vec<i64> {
    subjects::issues(scheme, code).filter_map(|slug| directory.issue(slug)).collect()
}

fn claim(prepared: &Prepared, owner: &Identity, kind: &str, record: Option<i64>) -> Claim {
    Claim {
        record,
        owner: owner.clone(),
        kind: kind.to_owned(),
        identifier: prepared.values.text(column(&kinds::STANDARD, "identifier").name).unwrap_or_default().to_owned(),
        target: prepared.identity.clone(),
    }
}
