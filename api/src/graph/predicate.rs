//! Which records a list keeps: a filter as a tree without API types, and its condition.

use std::ops::RangeInclusive;

use sea_orm::sea_query::{
    CommonTableExpression, Condition, Expr, ExprTrait, Func, IntoCondition, LikeExpr, Query, SelectStatement,
    UnionType, WithClause,
};

use super::fold::{fold, sort_key, sort_prefixes};
use super::statement::{Tables, text_values};
use super::{Column, Keys, Kind, Relation, Scalar, Via, identifier, kinds};
use crate::graph::search::find::{Among, Search};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Column {
        column: &'static Column,
        test: Test,
    },
    /// At least one record at the other end matches.
    Related {
        relation: &'static Relation,
        matching: Box<Predicate>,
    },
    /// The issue with this slug, or one below it.
    Under(String),
    /// No newer published edition supersedes the document; false: one does.
    LatestEdition(bool),
    /// At least one subject of the standard passes all tests.
    Subject {
        scheme: Option<String>,
        code: Vec<Test>,
    },
    /// The record, which is of this kind, matches a full-text query.
    Words(&'static Kind, Search),
}

/// What one column must satisfy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    Equal(Scalar),
    NotEqual(Scalar),
    /// One of these texts.
    OneOf(Vec<String>),
    /// One of these numbers.
    OneOfNumbers(Vec<i64>),
    Contains(String),
    StartsWith(String),
    AtLeast(i64),
    AtMost(i64),
    Below(i64),
    IsNull(bool),
}

/// Types of document that are no editions of what they change.
pub const AMENDING_TYPES: [&str; 3] = ["AMENDMENT", "CORRIGENDUM", "SUPPLEMENT"];
/// Statuses of what is not published.
pub const UNPUBLISHED: [&str; 2] = ["UNDER_DEVELOPMENT", "CANCELLED"];
/// Most values that stand in a statement one by one: of these PostgreSQL knows how many rows they keep, and of those in
/// one parameter it does not.
const FEW: usize = 8;
/// Sorts after every character that a text may hold.
const LAST_CHARACTER: char = '\u{10ffff}';

impl Predicate {
    /// Entries of the log that tell of records of these kinds, by their codes; of all records where none are named.
    /// Countries and sources are in the log too.
    pub fn of_changes(kinds: Option<Vec<String>>) -> Self {
        let all = || kinds::RECORDS.iter().map(|kind| kind.code.to_owned()).collect();
        Self::Column { column: kinds::CHANGE_KIND, test: Test::OneOf(kinds.unwrap_or_else(all)) }
    }

    /// The condition on the record at `alias`.
    pub fn condition(&self, alias: &str, tables: &mut Tables) -> Condition {
        match self {
            Self::All(parts) => parts.iter().fold(Condition::all(), |all, part| all.add(part.condition(alias, tables))),
            // Without members `Condition::any()` is FALSE, as `or: []` must be.
            Self::Any(parts) => parts.iter().fold(Condition::any(), |any, part| any.add(part.condition(alias, tables))),
            Self::Not(part) => is_not_true(part.condition(alias, tables)).into_condition(),
            Self::Column { column, test } => test.condition(alias, column, tables),
            Self::Related { relation, matching } => related(relation, matching, alias, tables),
            Self::Under(slug) => under(slug, alias, tables),
            Self::LatestEdition(latest) => {
                let superseded = superseded(alias, tables);
                if *latest { is_not_true(superseded).into_condition() } else { superseded }
            }
            Self::Subject { scheme, code } => {
                let mut query = Query::select();
                let subject = tables.from(&mut query, kinds::STANDARD_SUBJECT.table);
                query.column((subject.clone(), kinds::STANDARD_ID.name));
                if let Some(scheme) = scheme {
                    query.and_where(column(&subject, &kinds::SCHEME).eq(scheme.as_str()));
                }
                for test in code {
                    query.cond_where(test.condition(&subject, &kinds::SUBJECT_CODE, tables));
                }
                among(alias, &kinds::ID, query)
            }
            Self::Words(kind, search) => {
                search.condition(&column(alias, &kinds::ID), Among::kinds([kind.code]), tables.backend())
            }
        }
    }

    /// The full-text queries in it, each with the kind of record that it looks for.
    pub fn searches(&mut self) -> Vec<(&'static Kind, &mut Search)> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().flat_map(Self::searches).collect(),
            Self::Not(part) | Self::Related { matching: part, .. } => part.searches(),
            Self::Words(kind, search) => vec![(*kind, search)],
            Self::Column { .. } | Self::Under(_) | Self::LatestEdition(_) | Self::Subject { .. } => Vec::new(),
        }
    }

    /// The full-text query that must hold, whatever else must: the one that records are ranked by.
    pub fn ranking(&self) -> Option<(&'static Kind, &Search)> {
        match self {
            Self::All(parts) => parts.iter().find_map(Self::ranking),
            Self::Words(kind, search) => Some((*kind, search)),
            _ => None,
        }
    }

    /// Whether it asks for words anywhere.
    pub fn has_words(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
            Self::Not(part) | Self::Related { matching: part, .. } => part.has_words(),
            Self::Words(..) => true,
            _ => false,
        }
    }

    /// Whether it asks for more than a record and what it owns, so that the change of another record may change the answer.
    pub fn looks_beyond(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::looks_beyond),
            Self::Not(part) => part.looks_beyond(),
            Self::Related { .. } | Self::Under(_) | Self::LatestEdition(_) | Self::Words(..) => true,
            Self::Column { .. } | Self::Subject { .. } => false,
        }
    }

    /// The conditions that must all hold.
    pub fn parts(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match self {
            Self::All(parts) => Box::new(parts.iter().flat_map(Self::parts)),
            other => Box::new(std::iter::once(other)),
        }
    }

    /// The slug that a record must have, where nothing else is asked.
    pub fn slug(&self) -> Option<&str> {
        let mut parts = self.parts();
        match (parts.next()?, parts.next()) {
            (Self::Column { column, test: Test::Equal(Scalar::Text(slug)) }, None) if **column == kinds::SLUG => {
                Some(slug)
            }
            _ => None,
        }
    }

    /// Whether it asks only for columns of which all this is true, as they are.
    pub fn asks_only(&self, is_so: &impl Fn(&'static Column) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.asks_only(is_so)),
            Self::Not(part) => part.asks_only(is_so),
            Self::Column { column, test } => match test.as_dates(column) {
                Some(_) => is_so(&kinds::PUBLISHED_ON),
                None => is_so(column),
            },
            _ => false,
        }
    }

    /// Whether it keeps everything.
    fn is_empty(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }
}

/// The keys of records that lead to a match, as a set: each database then chooses whether to start from the matches or
/// from the list, which a condition on each record would not let SQLite do.
fn related(relation: &'static Relation, matching: &Predicate, alias: &str, tables: &mut Tables) -> Condition {
    let mut query = Query::select();
    let (own, far) = match &relation.via {
        Via::Link { link, near, far, .. } => {
            let link = tables.from(&mut query, link.table);
            query.column((link.clone(), near.name));
            if matching.is_empty() {
                // The link's foreign key says that there is a record.
                return among(alias, &kinds::ID, query);
            }
            (
                &kinds::ID,
                tables.join(&mut query, relation.far.table, |record| {
                    column(&link, far).equals((record.to_owned(), "id"))
                }),
            )
        }
        Via::Children { column: owner, unless } => {
            let far = tables.from(&mut query, relation.far.table);
            query.column((far.clone(), owner.name));
            if let Some(known) = unless {
                query.and_where(column(&far, known).is_null());
            }
            (&kinds::ID, far)
        }
        Via::Reference { column: reference } => {
            let far = tables.from(&mut query, relation.far.table);
            query.column((far.clone(), kinds::ID.name));
            (*reference, far)
        }
        Via::Editions | Via::Targets { .. } => unreachable!("no filter goes over {}", relation.name),
    };
    query.cond_where(matching.condition(&far, tables));
    among(alias, own, query)
}

fn among(alias: &str, own: &'static Column, keys: SelectStatement) -> Condition {
    column(alias, own).in_subquery(keys).into_condition()
}

/// The issue and all below it, found from the slug downwards. A slug of before a rename works too.
fn under(slug: &str, alias: &str, tables: &mut Tables) -> Condition {
    let issue = kinds::ISSUE.table;
    let mut below = Query::select();
    let start = tables.from(&mut below, issue);
    below.column((start.clone(), "id")).and_where(Expr::col((start, "slug")).eq(slug));
    let mut renamed = Query::select();
    let former = tables.from(&mut renamed, kinds::SLUG_ALIAS.table);
    renamed
        .column((former.clone(), kinds::RECORD_ID.name))
        .and_where(Expr::col((former.clone(), "kind")).eq(kinds::ISSUE.code))
        .and_where(Expr::col((former, "slug")).eq(slug));
    let mut started = Query::select();
    started.column("id").from("start");
    let mut children = Query::select();
    let child = tables.from(&mut children, issue);
    children.column((child.clone(), "id")).join(
        sea_orm::sea_query::JoinType::InnerJoin,
        "below",
        Expr::col((child, "parent_id")).equals(("below", "id")),
    );
    let mut start = CommonTableExpression::new();
    start.table_name("start").column("id").query(below.union(UnionType::Distinct, renamed).to_owned());
    let mut tree = CommonTableExpression::new();
    // UNION without ALL ends even where issues were their own ancestors.
    tree.table_name("below").column("id").query(started.union(UnionType::Distinct, children).to_owned());
    let mut with = WithClause::new();
    with.recursive(true).cte(start).cte(tree);
    let mut query = Query::select();
    query.column("id").from("below").with_cte(with);
    Expr::col((alias.to_owned(), "id")).in_subquery(query).into_condition()
}

/// A dated document with a newer published edition.
fn superseded(alias: &str, tables: &mut Tables) -> Condition {
    let mut newer = Query::select();
    let edition = tables.from(&mut newer, kinds::STANDARD.table);
    newer
        .expr(Expr::cust("1"))
        .and_where(
            Expr::col((edition.clone(), "undated_identifier_key")).equals((alias.to_owned(), "undated_identifier_key")),
        )
        .and_where(Expr::col((edition.clone(), "edition_sort")).gt(Expr::col((alias.to_owned(), "edition_sort"))))
        .cond_where(is_edition(&edition))
        .and_where(is_published(&edition));
    is_edition(alias).add(Expr::exists(newer))
}

/// Neither a stand-in for all editions nor an amendment of one.
pub fn is_edition(alias: &str) -> Condition {
    Condition::all()
        .add(Expr::col((alias.to_owned(), "undated")).eq(false))
        .add(column(alias, &kinds::TYPE).is_not_in(AMENDING_TYPES))
}

/// Not known to be unpublished.
pub fn is_published(alias: &str) -> Expr {
    column(alias, &kinds::STATUS).is_not_in(UNPUBLISHED)
}

impl Test {
    /// A test of the year of publication as one of the date, of which the year is the beginning: from which text on, and
    /// before which. None of other columns and tests.
    fn as_dates(&self, tested: &Column) -> Option<(Option<String>, Option<String>)> {
        // Of four digits, so that texts compare as numbers do.
        const YEARS: RangeInclusive<i64> = 0..=9999;
        let start = |year: i64| (YEARS.contains(&year)).then(|| format!("{year:04}"));
        if *tested != kinds::PUBLISHED_YEAR {
            return None;
        }
        Some(match self {
            Self::Equal(Scalar::Int(year)) => (Some(start(*year)?), Some(start(year.checked_add(1)?)?)),
            Self::AtLeast(year) => (Some(start(*year)?), None),
            Self::AtMost(year) => (None, Some(start(year.checked_add(1)?)?)),
            _ => return None,
        })
    }

    fn condition(&self, alias: &str, tested: &'static Column, tables: &Tables) -> Condition {
        if let Some((from, until)) = self.as_dates(tested)
            && let Some(date) = tables.copy(alias, &kinds::PUBLISHED_ON)
        {
            let from = from.map(|from| date.clone().gte(from));
            return Condition::all().add_option(from).add_option(until.map(|until| date.lt(until)));
        }
        let value = || tables.column(alias, tested);
        match self {
            Self::Equal(wanted) => equal(alias, tested, wanted, tables),
            Self::NotEqual(wanted) => is_not_true(equal(alias, tested, wanted, tables)).into_condition(),
            Self::OneOf(texts) => one_of(alias, tested, texts, tables),
            Self::OneOfNumbers(numbers) => {
                value().in_subquery(super::statement::key_values(numbers, tables.backend())).into_condition()
            }
            Self::Contains(text) => like(alias, tested, &format!("%{}%", escape_like(&fold(text)))).into_condition(),
            Self::StartsWith(text) => {
                let prefix = like(alias, tested, &format!("{}%", escape_like(&fold(text)))).into_condition();
                // The pattern decides; the ranges are what an index can search.
                let (sorted, starts) = match tested.keys {
                    Keys::Plain => (tested, vec![fold(text)]),
                    Keys::Code { fold: folded } => (folded, vec![fold(text)]),
                    Keys::Folded { sort, .. } | Keys::Identifier { sort, .. } => (sort, sort_prefixes(text)),
                };
                if starts.iter().any(String::is_empty) {
                    return prefix;
                }
                let within = |start: String| {
                    let end = format!("{start}{LAST_CHARACTER}");
                    Condition::all().add(column(alias, sorted).gte(start)).add(column(alias, sorted).lt(end))
                };
                let ranges = starts.into_iter().fold(Condition::any(), |any, start| any.add(within(start)));
                Condition::all().add(ranges).add(prefix)
            }
            Self::AtLeast(number) => value().gte(*number).into_condition(),
            Self::AtMost(number) => value().lte(*number).into_condition(),
            Self::Below(number) => value().lt(*number).into_condition(),
            Self::IsNull(true) => value().is_null().into_condition(),
            Self::IsNull(false) => value().is_not_null().into_condition(),
        }
    }
}

/// Equality, with the indexed key beside the exact text where there is one.
fn equal(alias: &str, tested: &'static Column, wanted: &Scalar, tables: &Tables) -> Condition {
    let Scalar::Text(text) = wanted else {
        return tables.column(alias, tested).eq(wanted.expr()).into_condition();
    };
    let exactly = tables.column(alias, tested).eq(text.as_str());
    match tested.keys {
        Keys::Plain => exactly.into_condition(),
        Keys::Identifier { key, .. } => column(alias, key).eq(identifier::key(text)).into_condition(),
        Keys::Folded { sort, .. } => Condition::all().add(column(alias, sort).eq(sort_key(text))).add(exactly),
        Keys::Code { fold: folded } => Condition::all().add(column(alias, folded).eq(fold(text))).add(exactly),
    }
}

fn one_of(alias: &str, tested: &'static Column, texts: &[String], tables: &Tables) -> Condition {
    let among = |column: &'static Column, keys: Vec<String>| {
        let column = tables.column(alias, column);
        let among = match keys.len() {
            0..=FEW => column.is_in(keys),
            _ => column.in_subquery(text_values(&keys, tables.backend())),
        };
        among.into_condition()
    };
    let exactly = || among(tested, texts.to_vec());
    match tested.keys {
        Keys::Plain => exactly(),
        Keys::Identifier { key, .. } => among(key, texts.iter().map(|text| identifier::key(text)).collect()),
        Keys::Folded { sort, .. } => {
            Condition::all().add(among(sort, texts.iter().map(|text| sort_key(text)).collect())).add(exactly())
        }
        Keys::Code { fold: folded } => {
            Condition::all().add(among(folded, texts.iter().map(|text| fold(text)).collect())).add(exactly())
        }
    }
}

fn like(alias: &str, tested: &'static Column, pattern: &str) -> Expr {
    let folded = match tested.keys {
        Keys::Plain => tested,
        Keys::Folded { fold, .. } | Keys::Code { fold } | Keys::Identifier { fold, .. } => fold,
    };
    column(alias, folded).like(LikeExpr::new(pattern.to_owned()).escape('\\'))
}

fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A column of the table at `alias`.
pub fn column(alias: &str, column: &'static Column) -> Expr {
    Expr::col((alias.to_owned(), column.name))
}

impl Scalar {
    pub fn expr(&self) -> Expr {
        match self {
            Self::Text(text) => Expr::val(text.as_str()),
            Self::Int(number) => Expr::val(*number),
            Self::Bool(flag) => Expr::val(*flag),
        }
    }
}

/// False and unknown alike; `NOT` would keep the unknown out.
pub fn is_not_true(condition: Condition) -> Expr {
    Expr::from(Func::coalesce([Expr::from(condition), Expr::cust("FALSE")])).not()
}
