//! Statements of several fetches, for a database that each statement is a way to and back: what depends on nothing but
//! rows of others is asked for together with them. The statement is the union of all; a fetch that leads to others is a
//! table expression, whose rows they take their parents from.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use sea_orm::DbBackend;

use super::super::moment::LateMoment;
use super::super::shelf::Luck;
use super::super::sql::text_among;
use super::super::{Fetch, Kept, KeptBy, LeanStep, OWN_COLUMNS, Of, Parameter, Part, Short, Statement, Step, Then};
use super::{Made, PARENTS};
use crate::graph::Type;

/// Most fetches of a statement: PostgreSQL takes long to make up its mind about more.
const MAX_PARTS: usize = 24;

/// All fetches, in statements of which each needs to know no more than what those before it found. None where that cannot
/// be said.
pub(super) fn steps(made: &[Made], moments: &[LateMoment], keeps: bool) -> Option<Vec<Step>> {
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
    steps.into_iter().map(|parts| Merging { made, step_of: &step_of, keeps }.step(&parts)).collect()
}

/// Keeps nothing of the fetches for which no statement asks for keys alone.
pub(super) fn keep_no_more(steps: &[Step], fetches: &mut [Fetch]) {
    let lean = steps.iter().filter_map(|step| step.lean.as_ref());
    let parts = lean.flat_map(|lean| lean.kept.iter().filter_map(|part| lean.parts.get(*part)));
    let used: BTreeSet<usize> = parts.map(|part| part.fetch).collect();
    for (_, fetch) in fetches.iter_mut().enumerate().filter(|(place, _)| !used.contains(place)) {
        fetch.kept = None;
    }
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
    /// Whether anything is kept at all.
    keeps: bool,
}

impl Merging<'_> {
    fn step(&self, fetches: &[usize]) -> Option<Step> {
        let tells_revision = self.keeps && fetches.iter().any(|place| self.is_by_revision(*place));
        let (statement, parts) = self.statement(fetches, &How { short: &[], lean: &[], tells_revision })?;
        // Of a list that leads to others, rows that are not shown would lead to more.
        let is_short = |place: &usize| {
            self.made.get(*place).is_some_and(|made| made.together.is_some()) && !self.leads(*place, fetches)
        };
        let short: Vec<usize> =
            (0..).zip(fetches).filter(|(_, place)| is_short(place)).map(|(number, _)| number).collect();
        let kept: Vec<usize> = (0..)
            .zip(fetches)
            .filter(|(number, place)| self.can_be_lean(**place, short.contains(number), fetches))
            .map(|(number, _)| number)
            .collect();
        let lean = if kept.is_empty() {
            None
        } else {
            let (statement, parts) = self.statement(fetches, &How { short: &short, lean: &kept, tells_revision })?;
            Some(LeanStep { statement, parts, kept, luck: Luck::default() })
        };
        let short = if short.is_empty() {
            None
        } else {
            let (statement, _) = self.statement(fetches, &How { short: &short, lean: &[], tells_revision })?;
            Some(Short { statement, parts: short, is_long: AtomicBool::new(false) })
        };
        Some(Step { parts, statement, short, lean, tells_revision })
    }

    /// Whether it matters at which entry of the log a fetch is answered: rows of it are kept, or it asks for words, or goes by
    /// what may have been kept of them.
    fn is_by_revision(&self, place: usize) -> bool {
        self.made.get(place).is_some_and(|Made { fetch, .. }| {
            let is_searched = |parameter: &Parameter| matches!(parameter, Parameter::Searched { .. });
            fetch.kept.is_some()
                || matches!(fetch.then, Then::Understand(_))
                || fetch.parameters.iter().any(is_searched)
        })
    }

    fn kept(&self, place: usize) -> Option<&Kept> {
        self.made.get(place)?.fetch.kept.as_ref()
    }

    /// Whether a statement can do without what is kept of a fetch: nothing of it leads to others in the same statement.
    fn can_be_lean(&self, place: usize, is_short: bool, others: &[usize]) -> bool {
        let Some((made, kept)) = self.made.get(place).zip(self.kept(place)) else { return false };
        let lean = if is_short { &made.lean.together } else { &made.lean.page };
        let misses = |(near, key): (usize, usize)| near == place && kept.leaves_out(key);
        (lean.is_some() || kept.key == KeptBy::Parent)
            && !others.iter().any(|other| self.led(*other).is_some_and(misses))
    }

    /// Whether the parents of others are rows of a fetch.
    fn leads(&self, place: usize, others: &[usize]) -> bool {
        others.iter().any(|other| self.led(*other).is_some_and(|(near, _)| near == place))
    }

    fn types(&self, place: usize) -> &[Type] {
        self.made.get(place).map(|made| made.fetch.columns.as_slice()).unwrap_or_default()
    }

    /// The statement of some fetches, and these as its parts.
    fn statement(&self, fetches: &[usize], how: &How<'_>) -> Option<(Statement, Vec<Part>)> {
        let kept = |number: usize, place: usize| self.kept(place).filter(|_| how.lean.contains(&number));
        // As many as the widest part has.
        let most = |is_counted: fn(Type) -> bool| {
            let types = |(number, place): (usize, &usize)| {
                let kept = kept(number, *place);
                let is_kept = |column: usize| kept.is_some_and(|kept| kept.leaves_out(column));
                let types = self.types(*place).iter().enumerate();
                types.filter(|(column, ty)| is_counted(**ty) && !is_kept(*column)).count()
            };
            fetches.iter().enumerate().map(types).max()
        };
        let (numbers, texts) = (most(|ty| !is_text(ty))?, most(is_text)?);
        let (mut parameters, mut tables, mut union) = (Vec::new(), Vec::new(), String::new());
        let mut parts = Vec::with_capacity(fetches.len());
        for (number, place) in fetches.iter().enumerate() {
            let kept = kept(number, *place);
            if kept.is_some_and(|kept| kept.key == KeptBy::Parent) {
                // There is nothing to ask.
                parts.push(Part { fetch: *place, columns: Vec::new() });
                continue;
            }
            let (text, own) = self.text(*place, how.short.contains(&number), kept.is_some(), parameters.len())?;
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
            let columns = shown(&made.fetch, kept, (numbers, texts), &mut union, number)?;
            parts.push(Part { fetch: *place, columns });
            write!(union, " FROM {source}").ok()?;
        }
        if how.tells_revision {
            let (between, number) = (if union.is_empty() { "" } else { " UNION ALL " }, fetches.len());
            write!(union, "{between}SELECT CAST({number} AS bigint), \"sequence\"").ok()?;
            for cell in nothing(numbers, texts) {
                union.extend([", ", &cell]);
            }
            union.push_str(" FROM \"log_head\"");
        }
        let with = if tables.is_empty() { String::new() } else { format!("WITH {} ", tables.join(", ")) };
        Some((Statement { sql: (with + &union).into(), parameters }, parts))
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

    /// The text of a fetch, or of its whole lists, or of what of it is not kept, so many parameters of whose statement stand
    /// before its own, and these.
    fn text(&self, place: usize, is_short: bool, is_lean: bool, before: usize) -> Option<(String, Vec<Parameter>)> {
        let Made { query, together, lean, named, .. } = self.made.get(place)?;
        let query = match (is_lean, is_short) {
            (false, false) => query,
            (false, true) => together.as_ref()?,
            (true, false) => lean.page.as_ref()?,
            (true, true) => lean.together.as_ref()?,
        };
        let parents = self.led(place).map(|(near, key)| {
            format!("ARRAY(SELECT DISTINCT \"v{key}\" FROM \"f{near}\" WHERE \"v{key}\" IS NOT NULL)")
        });
        let known: HashMap<&str, String> = parents.map(|keys| (PARENTS, keys)).into_iter().collect();
        let text = text_among(query, DbBackend::Postgres, before, &known);
        let (sql, parameters) = named.built(text)?;
        Some((sql.to_string(), parameters))
    }
}

/// Which statement of a step: the numbers of the parts whose lists are whole, of those of which is asked what is not kept,
/// and whether it tells the last entry of the log.
struct How<'a> {
    short: &'a [usize],
    lean: &'a [usize],
    tells_revision: bool,
}

/// Cells in which there is nothing.
fn nothing(numbers: usize, texts: usize) -> Vec<String> {
    let mut cells = vec!["CAST(NULL AS bigint)".to_owned(); numbers];
    cells.extend(vec!["CAST(NULL AS text)".to_owned(); texts]);
    cells
}

/// Adds the columns of a part to the union: numbers, then texts, as many as the widest part has. Gives their places; none of
/// those that are kept.
fn shown(
    fetch: &Fetch,
    kept: Option<&Kept>,
    (numbers, texts): (usize, usize),
    union: &mut String,
    number: usize,
) -> Option<Vec<Option<usize>>> {
    let mut cells = nothing(numbers, texts);
    let (mut next_number, mut next_text) = (0, numbers);
    let mut columns = Vec::with_capacity(fetch.columns.len());
    for (column, ty) in fetch.columns.iter().enumerate() {
        if kept.is_some_and(|kept| kept.leaves_out(column)) {
            columns.push(None);
            continue;
        }
        let next = if is_text(*ty) { &mut next_text } else { &mut next_number };
        *cells.get_mut(*next)? = match ty {
            Type::Bool => format!("CAST(CAST(\"v{column}\" AS int) AS bigint)"),
            _ => format!("\"v{column}\""),
        };
        columns.push(Some(OWN_COLUMNS + *next));
        *next += 1;
    }
    if !union.is_empty() {
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
