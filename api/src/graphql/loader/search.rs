//! What full-text search reads.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::vocabulary::RecordKind;
use futures_util::future::{join_all, try_join_all};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, DbErr, QueryResult};

use super::Rows;
use super::row::grouped;
use crate::graph::cursor::Cursor;
use crate::graph::search::find::{Found, Search, any_statement, near_statement};
use crate::graph::search::near;
use crate::graph::search::stored::{questions, signed, statement};
use crate::graph::search::text::{Part, Texts, parts};
use crate::graph::{Kind, Scalar};
use crate::graphql::error::ApiError;

/// Most words of a query for which others may have been meant.
const MAX_MISTYPED: usize = 8;

/// A query as the atlas understands it, for records of one kind or of any.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchFor {
    /// As it was read.
    pub search: Search,
    /// The code of the kind.
    pub kind: Option<&'static str>,
    /// Whether to take words for others: as an earlier page did, or, where that is not said, if nothing else is found.
    pub near: Option<bool>,
}

/// A page of what a search finds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageFound(pub Arc<Found>);

/// How many records of each kind a search finds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KindsFound(pub Arc<Found>);

/// The texts of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TextsOf {
    pub kind: &'static Kind,
    pub key: i64,
}

/// A record that a search found.
#[derive(Clone, Debug)]
pub struct Match {
    pub kind: RecordKind,
    pub key: i64,
    pub rank: i64,
    pub cursor: Cursor,
}

impl Loader<SearchFor> for Rows {
    type Value = Result<Arc<Search>, ApiError>;
    type Error = ApiError;

    async fn load(&self, asked: &[SearchFor]) -> Result<HashMap<SearchFor, Self::Value>, ApiError> {
        let searches = asked.iter().map(|asked| async move { (asked.clone(), self.settle(asked).await.map(Arc::new)) });
        Ok(join_all(searches).await.into_iter().collect())
    }
}

impl Loader<PageFound> for Rows {
    type Value = Arc<Vec<Match>>;
    type Error = ApiError;

    async fn load(&self, asked: &[PageFound]) -> Result<HashMap<PageFound, Self::Value>, ApiError> {
        let pages = asked.iter().map(|page| async move {
            let rows = self.read(&page.0.statement(self.backend())).await?;
            let matches = rows.iter().map(read_match).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, ApiError>((page.clone(), Arc::new(matches)))
        });
        Ok(try_join_all(pages).await?.into_iter().collect())
    }
}

impl Loader<KindsFound> for Rows {
    type Value = Arc<Vec<(RecordKind, i64)>>;
    type Error = ApiError;

    async fn load(&self, asked: &[KindsFound]) -> Result<HashMap<KindsFound, Self::Value>, ApiError> {
        let counts = asked.iter().map(|found| async move {
            let rows = self.read(&found.0.count_statement(self.backend())).await?;
            let mut counts = rows.iter().map(read_count).collect::<Result<Vec<_>, DbErr>>()?;
            counts.sort_by_key(|(kind, _)| *kind as usize);
            Ok::<_, ApiError>((found.clone(), Arc::new(counts)))
        });
        Ok(try_join_all(counts).await?.into_iter().collect())
    }
}

impl Loader<TextsOf> for Rows {
    type Value = Arc<Texts>;
    type Error = ApiError;

    async fn load(&self, asked: &[TextsOf]) -> Result<HashMap<TextsOf, Arc<Texts>>, ApiError> {
        let mut found: HashMap<TextsOf, Texts> = HashMap::new();
        for (kind, asked) in grouped(asked, |asked| asked.kind) {
            let records: Vec<i64> = asked.iter().map(|asked| asked.key).collect();
            for part in parts(kind, &records, self.backend()) {
                for row in self.read(&part.statement).await? {
                    let key = TextsOf { kind, key: Part::record_of(&row)? };
                    part.read(&row, found.entry(key).or_default())?;
                }
            }
        }
        Ok(found.into_iter().map(|(key, texts)| (key, Arc::new(texts))).collect())
    }
}

impl Rows {
    /// Finds what is known by exactly the text; and where nothing matches, the words that may have been meant.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle(&self, asked: &SearchFor) -> Result<Search, ApiError> {
        let mut search = asked.search.clone();
        self.understand(&mut search).await?;
        let near = match asked.near {
            Some(near) => near,
            None => search.exact.is_empty() && !search.query.is_empty() && !self.any(&search, asked.kind).await?,
        };
        if near {
            let words = self.near(&search).await?;
            if !words.is_empty() {
                search.query = search.query.widened(&words);
                search.near = true;
                self.understand(&mut search).await?;
            }
        }
        Ok(search)
    }

    /// Finds what is known by exactly the text of a search, and what is stored of its words.
    ///
    /// # Errors
    /// What the database says.
    pub async fn understand(&self, search: &mut Search) -> Result<(), ApiError> {
        let questions = questions(&search.query);
        let question = |place: usize| Expr::val(questions.get(place).cloned().unwrap_or_default());
        let rows = self.read(&statement(question, self.backend())).await?;
        let answers = rows.iter().map(|row| Ok((row.try_get("", "record")?, row.try_get("", "token")?)));
        search.understand(answers.collect::<Result<Vec<_>, DbErr>>()?);
        Ok(())
    }

    async fn any(&self, search: &Search, kind: Option<&str>) -> Result<bool, ApiError> {
        Ok(!self.read(&any_statement(search, kind, self.backend())).await?.is_empty())
    }

    /// For each word that stands alone and may be mistyped, the words of the atlas that are near it.
    async fn near(&self, search: &Search) -> Result<HashMap<String, Vec<String>>, ApiError> {
        let terms = search.query.terms.iter().filter(|term| !term.quoted);
        let words = terms.filter_map(|term| <&[_; 1]>::try_from(&term.words[..]).ok()).flatten();
        let words: HashSet<&str> =
            words.map(|form| form.plain.as_str()).filter(|word| near::distance(word) > 0).collect();
        let mut words: Vec<&str> = words.into_iter().collect();
        words.sort_unstable();
        words.truncate(MAX_MISTYPED);
        let found = words.into_iter().map(|word| async move {
            let rows = self.read(&near_statement(word, self.backend())).await?;
            let known = rows.iter().map(|row| row.try_get::<String>("", "word")).collect::<Result<Vec<_>, DbErr>>()?;
            Ok::<_, ApiError>((word.to_owned(), near::close(word, known.iter().map(String::as_str))))
        });
        Ok(try_join_all(found).await?.into_iter().filter(|(_, close)| !close.is_empty()).collect())
    }
}

pub(super) fn read_match(row: &QueryResult) -> Result<Match, DbErr> {
    let (key, rank): (i64, i64) = (row.try_get("", "id")?, row.try_get("", "rank")?);
    let label: String = row.try_get("", "label_sort")?;
    let cursor = Cursor(vec![Some(Scalar::Int(rank)), Some(Scalar::Text(label)), Some(Scalar::Int(key))]);
    Ok(Match { kind: kind_of(row)?, key, rank, cursor })
}

fn read_count(row: &QueryResult) -> Result<(RecordKind, i64), DbErr> {
    Ok((kind_of(row)?, row.try_get("", "count")?))
}

pub(super) fn kind_of(row: &QueryResult) -> Result<RecordKind, DbErr> {
    let sign: String = row.try_get("", "kind")?;
    let kind = signed(&sign).ok_or_else(|| DbErr::Type(format!("no kind has the sign “{sign}”")))?;
    RecordKind::try_from_value(&kind.code.to_owned())
}
