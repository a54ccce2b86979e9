//! What references may mean.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::vocabulary::RecordKind;
use futures_util::future::join_all;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};

use super::Rows;
use super::search::{SearchFor, kind_of, read_match};
use crate::graph::Form;
use crate::graph::moment::Moment;
use crate::graph::search::find::{Found, Search};
use crate::graph::search::{query, reference};
use crate::graph::statement::{Tables, text_values};
use crate::graphql::error::{ApiError, bad_input};

/// Most records that are read for one reference, before the surest are chosen.
const MAX_CANDIDATES: u64 = 500;
/// How sure a record is whose names hold all words of a reference, at most.
const WORDS: f64 = 0.8;
/// The same, where the edition of the reference was left out.
const UNDATED: f64 = 0.6;
/// What the score of a search is multiplied by, where only its words agree.
const FOUND: f64 = 0.5;
/// The rank of a search at which all words stand in the label.
const LABEL_RANK: i64 = 1;
/// The last rank of a search at which all words stand in label and other names.
const NAMES_RANK: i64 = 4;

/// The records that a reference may mean, the surest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MeantBy {
    pub reference: String,
    pub first: i64,
}

/// A record that a reference may mean.
#[derive(Clone, Debug)]
pub struct Meant {
    pub kind: RecordKind,
    pub key: i64,
    pub score: f64,
    /// What the reference is to the record; none where words agree.
    pub form: Option<Form>,
    label_sort: String,
}

impl Loader<MeantBy> for Rows {
    type Value = Result<Arc<Vec<Meant>>, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[MeantBy]) -> Result<HashMap<MeantBy, Self::Value>, ApiError> {
        let answers = asked.iter().map(|asked| async move { (asked.clone(), self.meant(asked).await.map(Arc::new)) });
        Ok(join_all(answers).await.into_iter().collect())
    }
}

impl Rows {
    /// What is known by the reference; if nothing is, what has all its words in its names; then without the edition that
    /// it names; then whatever a search finds.
    async fn meant(&self, asked: &MeantBy) -> Result<Vec<Meant>, ApiError> {
        let search = Search::read(&asked.reference).map_err(|words| bad_input(format!("`reference` {words}")))?;
        let text = search.query.text();
        let mut meant = self.known(text).await?;
        if meant.is_empty() {
            meant = self.named(text, None, WORDS).await?;
        }
        if let (true, Some(undated)) = (meant.is_empty(), reference::undated(text)) {
            meant = self.known(undated).await?;
            for meant in &mut meant {
                meant.score *= UNDATED;
                meant.form = meant.form.map(|_| Form::UndatedIdentifier);
            }
            if meant.is_empty() {
                meant = self.named(undated, Some(Form::UndatedIdentifier), UNDATED).await?;
            }
        }
        if meant.is_empty() {
            let search = self.settle(&SearchFor { search, kind: None, near: None }).await?;
            meant = self.found(&search, asked.first).await?.into_iter().map(|(meant, _)| meant).collect();
        }
        meant.truncate(usize::try_from(asked.first).unwrap_or_default());
        Ok(meant)
    }

    /// The records that are known by exactly this text.
    async fn known(&self, text: &str) -> Result<Vec<Meant>, ApiError> {
        let candidates = reference::candidates(text);
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<String> = candidates.iter().map(|candidate| candidate.key.clone()).collect();
        let mut tables = Tables::at(Moment::Now, self.backend());
        let mut query = Query::select();
        let key = tables.from(&mut query, "search_key");
        let text = tables.join(&mut query, "search_text", |text| {
            Expr::col((text.to_owned(), "id")).equals((key.clone(), "record_id"))
        });
        query
            .columns([(key.clone(), "form"), (key.clone(), "key")])
            .columns([(text.clone(), "id"), (text.clone(), "kind"), (text.clone(), "label_sort")])
            .and_where(Expr::col((key, "key")).in_subquery(text_values(&keys, self.backend())))
            .order_by((text, "id"), Order::Asc)
            .limit(MAX_CANDIDATES);
        let mut meant: HashMap<i64, Meant> = HashMap::new();
        for row in self.read(&query).await? {
            let Some(one) = read_known(&row, &candidates)? else { continue };
            let best = meant.entry(one.key).or_insert_with(|| one.clone());
            if one.is_surer_than(best) {
                *best = one;
            }
        }
        let mut meant: Vec<Meant> = meant.into_values().collect();
        meant.sort_by(Meant::compare);
        Ok(meant)
    }

    /// The records that have all words of a text in their labels and other names.
    async fn named(&self, text: &str, form: Option<Form>, most: f64) -> Result<Vec<Meant>, ApiError> {
        let Ok(query) = query::parse(text) else { return Ok(Vec::new()) };
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let mut search = Search::of(query);
        self.understand(&mut search).await?;
        // What is known by the text was found before.
        search.exact = Vec::new();
        let best = search.score(LABEL_RANK);
        // More than asked, since the newest edition need not be the first that is found.
        let found = self.found(&search, MAX_CANDIDATES.cast_signed()).await?.into_iter();
        let scored = |(meant, rank)| Meant { score: most * search.score(rank) / best, form, ..meant };
        let mut named: Vec<Meant> = found.filter(|(_, rank)| *rank <= NAMES_RANK).map(scored).collect();
        named.sort_by(Meant::compare);
        Ok(named)
    }

    async fn found(&self, search: &Search, first: i64) -> Result<Vec<(Meant, i64)>, ApiError> {
        if search.is_empty() {
            return Ok(Vec::new());
        }
        let found = Found { search: search.clone(), kinds: None, limit: first, after: None };
        let rows = self.read(&found.statement(self.backend())).await?;
        let meant = rows.iter().map(|row| {
            let matched = read_match(row)?;
            let score = search.score(matched.rank) * FOUND;
            let label_sort = row.try_get("", "label_sort")?;
            Ok((Meant { kind: matched.kind, key: matched.key, score, form: None, label_sort }, matched.rank))
        });
        Ok(meant.collect::<Result<_, sea_orm::DbErr>>()?)
    }
}

impl Meant {
    fn is_surer_than(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Less
    }

    /// The surest first. Of several editions, what stands for all of them, then the newest.
    fn compare(&self, other: &Self) -> Ordering {
        let (document, edition) = edition_of(&self.label_sort);
        let (other_document, other_edition) = edition_of(&other.label_sort);
        let label = document.cmp(other_document).then_with(|| match (edition, other_edition) {
            (Some(edition), Some(other)) => other.cmp(edition),
            _ => edition.cmp(&other_edition),
        });
        other.score.total_cmp(&self.score).then(self.form.cmp(&other.form)).then(label).then(self.key.cmp(&other.key))
    }
}

/// A label without the edition behind its last colon, and the edition.
fn edition_of(label: &str) -> (&str, Option<&str>) {
    label.rsplit_once(':').map_or((label, None), |(document, edition)| (document, Some(edition)))
}

fn read_known(row: &QueryResult, candidates: &[reference::Candidate]) -> Result<Option<Meant>, sea_orm::DbErr> {
    let (code, key): (String, String) = (row.try_get("", "form")?, row.try_get("", "key")?);
    let form = reference::FORMS.into_iter().find(|form| reference::code(*form) == code);
    let candidate = candidates.iter().find(|candidate| candidate.key == key);
    let (Some(form), Some(candidate)) = (form, candidate) else { return Ok(None) };
    Ok(Some(Meant {
        kind: kind_of(row)?,
        key: row.try_get("", "id")?,
        score: candidate.score * reference::certainty(form),
        form: Some(form),
        label_sort: row.try_get("", "label_sort")?,
    }))
}
