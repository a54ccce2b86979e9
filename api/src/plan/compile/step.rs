//! Statements of several fetches, for a database that each statement is a way to and back: what depends on nothing but
//! rows of others is asked for together with them. The statement is the union of all; a fetch that leads to others is a
//! table expression, whose rows they take their parents from.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use sea_orm::DbBackend;

use super::super::moment::LateMoment;
use super::super::sql::text_among;
use super::super::{Fetch, OWN_COLUMNS, Of, Parameter, Part, Short, Statement, Step, Then};
use super::{Made, PARENTS};
use crate::graph::Type;

/// Most fetches of a statement: PostgreSQL takes long to make up its mind about more.
const MAX_PARTS: usize = 24;

/// All fetches, in statements of which each needs to know no more than what those before it found. None where that cannot
/// be said.
pub(super) fn steps(made: &[Made], moments: &[LateMoment]) -> Option<Vec<Step>> {
    let mut steps: Vec<Vec<usize>> = Vec::new();
    let mut step_of: Vec<usize> = Vec::with_capacity(made.len());
    for (place, Made { fetch, .. }) in made.iter().enumerate() {
        let of = |other: &usize| step_of.get(*other).copied();
        let known: BTreeSet<usize> = known_before(fetch, made, moments);
        let earliest = known.iter().map(|other| of(other).map(|step| step + 1)).max().unwrap_or(Some(0))?;
        let together = leading(fetch).map_or(Some(0), |other| of(&other))?;
        let has_room = |step: &usize| steps.get(*step).is_none_or(|parts| parts.len() < MAX_PARTS);
        let first = earliest.max(together);
        let step = (first..=first.max(steps.len())).find(has_room)?;
        steps.resize_with(steps.len().max(step + 1), Vec::new);
        steps.get_mut(step)?.push(place);
        step_of.push(step);
    }
    steps.into_iter().map(|parts| Merging { made, step_of: &step_of }.step(&parts)).collect()
}

/// The fetch from whose rows or parents the parents of one are taken.
fn leading(fetch: &Fetch) -> Option<usize> {
    match fetch.of {
        Of::Nobody => None,
        Of::Rows { fetch: other, .. } | Of::Longer { page: other } | Of::Same { page: other } => Some(other),
    }
}

/// Fetches whose rows must be known before one is asked for.
fn known_before(fetch: &Fetch, made: &[Made], moments: &[LateMoment]) -> BTreeSet<usize> {
    let mut known = BTreeSet::new();
    if fetch.needed.is_some() || matches!(fetch.of, Of::Longer { .. }) {
        known.extend(leading(fetch));
    }
    for parameter in &fetch.parameters {
        match parameter {
            Parameter::Searched { search, .. } => {
                let understands = |made: &Made| made.fetch.then == Then::Understand(*search);
                known.extend(made.iter().position(understands));
            }
            Parameter::Entry(moment) => match moments.get(*moment) {
                Some(LateMoment::AsOf { fetch, .. } | LateMoment::OfId { fetch, .. }) => {
                    known.insert(*fetch);
                }
                Some(LateMoment::OfCursor(_) | LateMoment::Always(_)) | None => {}
            },
            _ => {}
        }
    }
    known
}

struct Merging<'a> {
    made: &'a [Made],
    /// In which step each fetch is run.
    step_of: &'a [usize],
}

impl Merging<'_> {
    fn step(&self, fetches: &[usize]) -> Option<Step> {
        let mut parts = Vec::with_capacity(fetches.len());
        let statement = self.statement(fetches, &[], &mut parts)?;
        // Of a list that leads to others, rows that are not shown would lead to more.
        let is_short = |place: &usize| {
            self.made.get(*place).is_some_and(|made| made.together.is_some()) && !self.leads(*place, fetches)
        };
        let short: Vec<usize> =
            (0..).zip(fetches).filter(|(_, place)| is_short(place)).map(|(number, _)| number).collect();
        let short = if short.is_empty() {
            None
        } else {
            let statement = self.statement(fetches, &short, &mut Vec::new())?;
            Some(Short { statement, parts: short, is_long: AtomicBool::new(false) })
        };
        Some(Step { parts, statement, short })
    }

    /// Whether the parents of others are rows of a fetch.
    fn leads(&self, place: usize, others: &[usize]) -> bool {
        others.iter().any(|other| self.led(*other).is_some_and(|(near, _)| near == place))
    }

    fn types(&self, place: usize) -> &[Type] {
        self.made.get(place).map(|made| made.fetch.columns.as_slice()).unwrap_or_default()
    }

    /// The statement of some fetches, in which the numbers of those stand in `short` whose lists are whole. Adds the parts.
    fn statement(&self, fetches: &[usize], short: &[usize], parts: &mut Vec<Part>) -> Option<Statement> {
        let texts_of = |place: usize| self.types(place).iter().filter(|ty| is_text(**ty)).count();
        let numbers = fetches.iter().map(|place| self.types(*place).len() - texts_of(*place)).max()?;
        let texts = fetches.iter().map(|place| texts_of(*place)).max()?;
        let (mut parameters, mut tables, mut union) = (Vec::new(), Vec::new(), String::new());
        for (number, place) in fetches.iter().enumerate() {
            let (text, own) = self.text(*place, short.contains(&number), parameters.len())?;
            parameters.extend(own.into_iter().map(|parameter| (number, parameter)));
            let made = self.made.get(*place)?;
            let mut names: Vec<String> = made.fetch.is_batch.then(|| "\"parent\"".to_owned()).into_iter().collect();
            names.extend((0..self.types(*place).len()).map(|column| format!("\"v{column}\"")));
            let names = if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
            let source = if self.leads(*place, fetches) {
                tables.push(format!("\"f{place}\"{names} AS MATERIALIZED ({text})"));
                format!("\"f{place}\"")
            } else {
                format!("({text}) AS \"f{place}\"{names}")
            };
            let columns = shown(&made.fetch, numbers, texts, &mut union, number)?;
            write!(union, " FROM {source}").ok()?;
            parts.push(Part { fetch: *place, columns });
        }
        let with = if tables.is_empty() { String::new() } else { format!("WITH {} ", tables.join(", ")) };
        Some(Statement { sql: (with + &union).into(), parameters })
    }

    /// The fetch in the same step, and the column of its rows, that the parents of one are taken from.
    fn led(&self, place: usize) -> Option<(usize, usize)> {
        let fetch = &self.made.get(place)?.fetch;
        match fetch.of {
            Of::Rows { fetch: near, key } if fetch.needed.is_none() => {
                (self.step_of.get(near) == self.step_of.get(place)).then_some((near, key))
            }
            Of::Same { page } => self.led(page).filter(|(near, _)| self.step_of.get(*near) == self.step_of.get(place)),
            Of::Rows { .. } | Of::Longer { .. } | Of::Nobody => None,
        }
    }

    /// The text of a fetch, or of its whole lists, so many parameters of whose statement stand before its own, and these.
    fn text(&self, place: usize, is_short: bool, before: usize) -> Option<(String, Vec<Parameter>)> {
        let Made { query, together, named, .. } = self.made.get(place)?;
        let query = together.as_ref().filter(|_| is_short).unwrap_or(query);
        let parents = self.led(place).map(|(near, key)| {
            format!("ARRAY(SELECT DISTINCT \"v{key}\" FROM \"f{near}\" WHERE \"v{key}\" IS NOT NULL)")
        });
        let known: HashMap<&str, String> = parents.map(|keys| (PARENTS, keys)).into_iter().collect();
        let text = text_among(query, DbBackend::Postgres, before, &known);
        let (sql, parameters) = named.built(text)?;
        Some((sql.to_string(), parameters))
    }
}

/// Adds the columns of a part to the union: numbers, then texts, as many as the widest part has. Gives their places.
fn shown(fetch: &Fetch, numbers: usize, texts: usize, union: &mut String, number: usize) -> Option<Vec<usize>> {
    let mut cells = vec!["CAST(NULL AS bigint)".to_owned(); numbers];
    cells.extend(vec!["CAST(NULL AS text)".to_owned(); texts]);
    let (mut next_number, mut next_text) = (0, numbers);
    let mut columns = Vec::with_capacity(fetch.columns.len());
    for (column, ty) in fetch.columns.iter().enumerate() {
        let next = if is_text(*ty) { &mut next_text } else { &mut next_number };
        *cells.get_mut(*next)? = match ty {
            Type::Bool => format!("CAST(CAST(\"v{column}\" AS int) AS bigint)"),
            _ => format!("\"v{column}\""),
        };
        columns.push(OWN_COLUMNS + *next);
        *next += 1;
    }
    if number > 0 {
        union.push_str(" UNION ALL ");
    }
    let parent = if fetch.is_batch { "\"parent\"" } else { "CAST(0 AS bigint)" };
    write!(union, "SELECT CAST({number} AS bigint), {parent}").ok()?;
    for cell in cells {
        write!(union, ", {cell}").ok()?;
    }
    Some(columns)
}

fn is_text(ty: Type) -> bool {
    matches!(ty, Type::Text | Type::List)
}
