//! What fetches find, whichever database it comes from.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use sea_orm::DbBackend;

use super::shelf::Known;
use super::{
    Fetch, Given, Kept, KeptBy, MAX_TOGETHER, Needed, Of, Parameter, Plan, Searched, Then, Together, Unanswered,
};
use crate::graph::Scalar;
use crate::graph::language::is_served_by_own;
use crate::graph::statement::Sorting;

/// What a row holds in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Int(i64),
    /// A part of all texts.
    Text {
        start: usize,
        end: usize,
    },
}

impl Cell {
    /// What it is of all texts, where it is a text.
    pub fn text(self, texts: &str) -> Option<&str> {
        if let Self::Text { start, end } = self { texts.get(start..end) } else { None }
    }

    /// The same among other texts, to which its own is added.
    pub fn moved(self, texts: &str, others: &mut String) -> Self {
        let Some(text) = self.text(texts) else { return self };
        let start = others.len();
        others.push_str(text);
        Self::Text { start, end: others.len() }
    }
}

/// Rows while they are read.
#[derive(Debug)]
pub struct Reading {
    width: usize,
    cells: Vec<Cell>,
    texts: String,
    /// Of each row, the place of its parent.
    places: Vec<usize>,
    started: Instant,
    /// How often the statement was run.
    pub runs: usize,
    /// Whether it was the one for all parents together.
    pub together: bool,
    /// Whether it found keys alone, and the rest was kept.
    pub kept: bool,
    /// What these are of, where it was kept. Where more follows of it already, there are no rows.
    known: Option<Arc<Known>>,
}

/// The rows of a fetch, those of each parent side by side, in the order in which they were read.
#[derive(Debug, Default)]
pub struct Rows {
    width: usize,
    length: usize,
    cells: Vec<Cell>,
    texts: String,
    groups: Vec<Group>,
    parents: Parents,
    /// How often the statement was run, and how long that took.
    pub runs: usize,
    pub took: Duration,
    /// Whether it was the one for all parents together.
    pub together: bool,
    /// Whether it found keys alone, and the rest was kept.
    pub kept: bool,
    /// What these are of, as while they are read.
    pub known: Option<Arc<Known>>,
}

/// The rows of one parent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub rows: Range<usize>,
    /// Whether there is one more than is shown.
    pub has_more: bool,
}

/// A plan that is being run: what it has fetched so far, whichever database it comes from.
pub struct Run<'a> {
    pub plan: &'a Plan,
    pub given: Cow<'a, Given>,
    pub fetched: Vec<Rows>,
    /// How many rows may still be read.
    pub left: u64,
    /// The entry of the log at which it must be answered, where it goes by what was kept then.
    pub revision: Option<i64>,
    backend: DbBackend,
}

impl<'a> Run<'a> {
    pub fn new(plan: &'a Plan, given: &'a Given, max_rows: u64, backend: DbBackend) -> Self {
        let fetched = plan.fetches.iter().map(|_| Rows::default()).collect();
        Self { plan, given: Cow::Borrowed(given), fetched, left: max_rows, revision: None, backend }
    }

    /// What a parameter holds for some parents; nothing where that is unknown.
    pub fn value<'b>(
        &'b self,
        parameter: &'b Parameter,
        parents: &Parents,
    ) -> Result<Option<Cow<'b, Scalar>>, Unanswered> {
        self.plan.value(parameter, &self.given, &self.fetched, &parents.keys, self.backend)
    }

    pub fn fetch(&self, place: usize) -> Result<&'a Fetch, Unanswered> {
        self.plan.fetches.get(place).ok_or_else(not_there)
    }

    /// What is kept of the answer to a fetch that asks for the words of a full-text query, and of which entry of the log.
    pub fn known(&self, fetch: &Fetch) -> Option<(i64, Reading)> {
        let searched = self.searched(fetch)?;
        let known = self.plan.shelves.as_ref()?.known(searched.search.query.text())?;
        let mut reading = Reading::new(fetch.columns.len());
        let is_understood = known.understood(searched.among).is_some();
        for (record, word) in known.answers.iter().filter(|_| !is_understood) {
            reading.row(0);
            match record {
                Some(record) => reading.int(*record),
                None => reading.null(),
            }
            match word {
                Some(word) => reading.text(word),
                None => reading.null(),
            }
        }
        reading.known = Some(Arc::clone(&known));
        Some((known.revision, reading))
    }

    /// The last entry of the log that is known of.
    pub fn newest(&self) -> i64 {
        self.plan.shelves.as_ref().map_or(0, |shelves| shelves.newest())
    }

    /// Keeps what was read, whole, for a fetch of whose rows something is kept. Tells whether all of it was there.
    pub fn keep(&self, fetch: &Fetch, reading: &Reading, parents: &Parents, revision: i64) -> bool {
        if let (Some(shelves), Some(searched)) = (&self.plan.shelves, self.searched(fetch)) {
            shelves.know(searched.search.query.text(), revision, reading.answers());
        }
        fetch.kept.as_ref().is_none_or(|kept| reading.keep(kept, revision, parents))
    }

    /// The full-text query whose words a fetch asks for.
    fn searched(&self, fetch: &Fetch) -> Option<&Searched> {
        let Then::Understand(search) = fetch.then else { return None };
        self.given.searches.get(search)
    }

    /// The parents of a fetch as far as they are known before its step is run: none of those that the step finds itself.
    pub fn parents_before(&self, place: usize) -> Result<Parents, Unanswered> {
        let fetch = self.fetch(place)?;
        if let Of::Same { page } = fetch.of { self.parents_before(page) } else { Parents::of(fetch, &self.fetched) }
    }

    /// Takes what the fetch at a place has read.
    pub fn take(&mut self, place: usize, reading: Reading, parents: Parents) -> Result<(), Unanswered> {
        let fetch = self.fetch(place)?;
        let together = fetch.together.as_ref().filter(|_| reading.together);
        let order = together.map_or(&[][..], |together| together.order.as_slice());
        let rows = reading.end(parents, fetch.limit, order);
        self.left = self.left.checked_sub(rows.counted()).ok_or(Unanswered::TooMany)?;
        fetch.then.follow(&rows, &mut self.given, self.backend)?;
        *self.fetched.get_mut(place).ok_or_else(not_there)? = rows;
        Ok(())
    }
}

fn not_there() -> Unanswered {
    Unanswered::Failed("a fetch is not there".to_owned())
}

/// Whose rows are fetched.
#[derive(Debug, Default)]
pub struct Parents {
    /// Each key once.
    pub keys: Vec<i64>,
    /// By the rows of the fetch that leads here, or its parents, the place of the key; none for those that lead nowhere.
    leading: Vec<Option<usize>>,
}

impl Parents {
    /// The parents of a fetch, where those that lead to it have been run.
    pub fn of(fetch: &Fetch, fetched: &[Rows]) -> Result<Self, Unanswered> {
        let rows = |place: usize| fetched.get(place).ok_or_else(not_there);
        match fetch.of {
            // What belongs to nobody has the parent 0.
            Of::Nobody => Ok(Self { keys: vec![0], leading: vec![Some(0)] }),
            Of::Rows { fetch: near, key } => {
                let near = rows(near)?;
                let is_needed = |row| fetch.needed.as_ref().is_none_or(|needed| needed.by(near, row));
                // The row that only says that there are more leads nowhere.
                let mut shown = vec![false; near.len()];
                for row in near.groups.iter().flat_map(|group| group.rows.clone()) {
                    shown[row] = true;
                }
                let keys = shown.into_iter().enumerate();
                Ok(Self::of_keys(keys.map(|(row, is_shown)| near.int(row, key).filter(|_| is_shown && is_needed(row)))))
            }
            Of::Same { page } => Ok(Self::of_keys(rows(page)?.parents.keys.iter().copied().map(Some))),
            Of::Longer { page } => {
                let page = rows(page)?;
                let keys = page.groups.iter().zip(&page.parents.keys);
                Ok(Self::of_keys(keys.map(|(group, key)| group.has_more.then_some(*key))))
            }
        }
    }

    /// The places of the keys.
    pub fn places(&self) -> Places<'_> {
        Places { keys: &self.keys, last: 0, all: None }
    }

    fn of_keys(keys: impl Iterator<Item = Option<i64>>) -> Self {
        let mut parents = Self::default();
        let mut places: HashMap<i64, usize> = HashMap::new();
        for key in keys {
            let place = key.map(|key| match places.entry(key) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(free) => {
                    parents.keys.push(key);
                    *free.insert(parents.keys.len() - 1)
                }
            });
            parents.leading.push(place);
        }
        parents
    }
}

/// The places of parents by their keys.
#[derive(Debug)]
pub struct Places<'a> {
    keys: &'a [i64],
    /// The one that was asked for last: rows of one parent come side by side, and most in the order of their parents.
    last: usize,
    /// All, where that does not hold.
    all: Option<HashMap<i64, usize>>,
}

/// How far the next parent is looked for behind the last.
const NEAR: usize = 4;

impl Places<'_> {
    /// The place of a key; none of one that is no parent's.
    pub fn of(&mut self, key: i64) -> Option<usize> {
        let near = self.keys.iter().skip(self.last).take(NEAR).position(|known| *known == key);
        let near = near.map(|distance| self.last + distance);
        let place = near.or_else(|| {
            let all = || self.keys.iter().enumerate().map(|(place, key)| (*key, place)).collect();
            self.all.get_or_insert_with(all).get(&key).copied()
        })?;
        self.last = place;
        Some(place)
    }
}

impl Needed {
    /// Whether it is needed for a row.
    fn by(&self, rows: &Rows, row: usize) -> bool {
        match self {
            Self::InOtherLanguages { language, asked } => {
                rows.text(row, *language).is_some_and(|language| !is_served_by_own(asked, language))
            }
            Self::Having { column, value } => rows.text(row, *column) == Some(*value),
        }
    }
}

impl Reading {
    pub fn new(width: usize) -> Self {
        Self::since(Instant::now(), width)
    }

    /// Rows of a statement that was begun before.
    pub fn since(started: Instant, width: usize) -> Self {
        Self {
            width,
            cells: Vec::new(),
            texts: String::new(),
            places: Vec::new(),
            started,
            runs: 0,
            together: false,
            kept: false,
            known: None,
        }
    }

    /// Begins a row of the parent at a place; its cells follow.
    pub fn row(&mut self, place: usize) {
        self.places.push(place);
    }

    pub fn null(&mut self) {
        self.cells.push(Cell::Null);
    }

    pub fn int(&mut self, number: i64) {
        self.cells.push(Cell::Int(number));
    }

    pub fn text(&mut self, text: &str) {
        let start = self.texts.len();
        self.texts.push_str(text);
        self.cells.push(Cell::Text { start, end: self.texts.len() });
    }

    /// Which of two rows comes first.
    fn compare(&self, one: usize, other: usize, order: &[(usize, Sorting)]) -> Ordering {
        let compare = |(column, sorting): &(usize, Sorting)| {
            let [one, other] = [one, other].map(|row| self.cells.get(row * self.width + column).unwrap_or(&Cell::Null));
            let compared = match (one, other) {
                (Cell::Null, Cell::Null) => return Ordering::Equal,
                (Cell::Null, _) | (_, Cell::Null) => {
                    let is_first = (*one == Cell::Null) == sorting.unknown_first;
                    return if is_first { Ordering::Less } else { Ordering::Greater };
                }
                (Cell::Int(one), Cell::Int(other)) => one.cmp(other),
                (one, other) => one.text(&self.texts).cmp(&other.text(&self.texts)),
            };
            if sorting.descending { compared.reverse() } else { compared }
        };
        order.iter().map(compare).find(|compared| compared.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// Puts into the rows, of which no more was read than the database must say, what a shelf holds of them as of an entry
    /// of the log. Where it does not hold all, nothing else may be made of them.
    pub fn fill(&mut self, kept: &Kept, revision: i64, parents: &Parents) -> bool {
        if kept.key == KeptBy::Parent {
            for place in 0..parents.keys.len() {
                self.row(place);
            }
            self.cells.resize(self.places.len() * self.width, Cell::Null);
        }
        self.kept = true;
        if (0..self.places.len()).all(|row| self.key_of(row, kept.key, parents).is_none()) {
            return true;
        }
        kept.shelf.read(|held| {
            held.is_of(revision)
                && (0..self.places.len()).all(|row| {
                    let Some(key) = self.key_of(row, kept.key, parents) else { return true };
                    let Some((cells, texts)) = held.row(key, kept.columns.len()) else { return false };
                    for (column, cell) in kept.columns.iter().zip(cells) {
                        let cell = cell.moved(texts, &mut self.texts);
                        if let Some(own) = self.cells.get_mut(row * self.width + column) {
                            *own = cell;
                        }
                    }
                    true
                })
        })
    }

    /// Puts on a shelf what is kept of the rows, read at an entry of the log, and tells whether all was there.
    pub fn keep(&self, kept: &Kept, revision: i64, parents: &Parents) -> bool {
        let keys = || (0..self.places.len()).filter_map(|row| Some((row, self.key_of(row, kept.key, parents)?)));
        let width = kept.columns.len();
        // Of parents without a row none is ever there.
        let wanted = if kept.key == KeptBy::Parent { parents.keys.as_slice() } else { &[] };
        let mut all = keys().map(|(_, key)| key).chain(wanted.iter().copied()).peekable();
        if all.peek().is_none()
            || kept.shelf.read(|held| held.is_of(revision) && all.all(|key| held.row(key, width).is_some()))
        {
            return true;
        }
        kept.shelf.write(|held| {
            if !held.turn_to(revision) {
                return;
            }
            for (row, key) in keys() {
                if held.row(key, width).is_none() {
                    let cells = self.cells.get(row * self.width..(row + 1) * self.width).unwrap_or_default();
                    held.put(
                        key,
                        kept.columns.iter().map(|column| cells.get(*column).unwrap_or(&Cell::Null)),
                        &self.texts,
                    );
                }
            }
        });
        false
    }

    /// The rows of a fetch that asks for words: records and words.
    fn answers(&self) -> impl Iterator<Item = (Option<i64>, Option<String>)> {
        self.cells.chunks_exact(2).map(|cells| {
            let record = if let Cell::Int(record) = cells[0] { Some(record) } else { None };
            (record, cells[1].text(&self.texts).map(str::to_owned))
        })
    }

    /// The key of the record by which a row is kept; none where the row leads to none.
    fn key_of(&self, row: usize, by: KeptBy, parents: &Parents) -> Option<i64> {
        match by {
            KeptBy::Parent => parents.keys.get(*self.places.get(row)?).copied(),
            KeptBy::Column(column) => match self.cells.get(row * self.width + column) {
                Some(Cell::Int(key)) => Some(*key),
                _ => None,
            },
        }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows were read.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether these are all rows of lists that were read together. Else they are forgotten.
    pub fn is_together(&mut self, together: &Together) -> bool {
        self.together = self.len() <= MAX_TOGETHER;
        if self.together {
            self.runs = 1;
        } else {
            together.is_long.store(true, Relaxed);
            *self = Self::since(self.started, self.width);
        }
        self.together
    }

    /// The rows by parents, those of each in an order; without one as they were read. Of each no more are shown than `limit`.
    pub fn end(mut self, parents: Parents, limit: Option<usize>, order: &[(usize, Sorting)]) -> Rows {
        let compare = |one: usize, other: usize| {
            self.places.get(one).cmp(&self.places.get(other)).then_with(|| self.compare(one, other, order))
        };
        if !(1..self.places.len()).all(|row| compare(row - 1, row).is_le()) {
            let mut rows: Vec<usize> = (0..self.places.len()).collect();
            rows.sort_by(|one, other| compare(*one, *other));
            let cells = rows.iter().filter_map(|row| self.cells.get(row * self.width..(row + 1) * self.width));
            self.cells = cells.flatten().copied().collect();
            self.places.sort_unstable();
        }
        let mut groups = vec![Group::default(); parents.keys.len()];
        let mut start = 0;
        for rows in self.places.chunk_by(|one, other| one == other) {
            let shown = limit.map_or(rows.len(), |limit| limit.min(rows.len()));
            if let Some(group) = rows.first().and_then(|place| groups.get_mut(*place)) {
                *group = Group { rows: start..start + shown, has_more: shown < rows.len() };
            }
            start += rows.len();
        }
        let Self { width, cells, texts, runs, together, kept, known, .. } = self;
        let (length, took) = (self.places.len(), self.started.elapsed());
        Rows { width, length, cells, texts, groups, parents, runs, took, together, kept, known }
    }
}

impl Rows {
    /// How many rows there are, those that are not shown included.
    pub fn len(&self) -> usize {
        self.length
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows there are that are shown or tell that there are more.
    pub fn counted(&self) -> u64 {
        if !self.together {
            return self.length as u64;
        }
        self.groups.iter().map(|group| group.rows.len() as u64 + u64::from(group.has_more)).sum()
    }

    /// The rows of whom a row of another fetch leads to, with the place of this parent.
    pub fn group(&self, row: usize) -> Option<(usize, &Group)> {
        let place = (*self.parents.leading.get(row)?)?;
        self.groups.get(place).map(|group| (place, group))
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        self.cells.get(row * self.width + column).copied().unwrap_or(Cell::Null)
    }

    pub fn is_null(&self, row: usize, column: usize) -> bool {
        self.cell(row, column) == Cell::Null
    }

    pub fn int(&self, row: usize, column: usize) -> Option<i64> {
        if let Cell::Int(number) = self.cell(row, column) { Some(number) } else { None }
    }

    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.cell(row, column).text(&self.texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_together_by_parents_whatever_their_order() {
        let mut reading = Reading::new(2);
        for (place, number, text) in [(1, 10, "a"), (0, 20, "b"), (1, 11, "c"), (1, 12, "d")] {
            reading.row(place);
            reading.int(number);
            reading.text(text);
        }
        let parents = Parents::of_keys([Some(7), Some(8), None, Some(7), Some(9)].into_iter());
        assert_eq!(parents.keys, [7, 8, 9]);
        let rows = reading.end(parents, Some(2), &[]);
        assert_eq!(rows.group(0), Some((0, &Group { rows: 0..1, has_more: false })));
        assert_eq!(rows.group(1), Some((1, &Group { rows: 1..3, has_more: true })));
        assert_eq!((rows.group(2), rows.group(3)), (None, rows.group(0)));
        assert_eq!(rows.group(4), Some((2, &Group::default())));
        assert_eq!((rows.int(1, 0), rows.text(2, 1), rows.text(1, 0)), (Some(10), Some("c"), None));
    }

    #[test]
    fn rows_that_were_read_together_are_put_in_order() {
        let by = |descending, unknown_first| Sorting { descending, unknown_first };
        let read = |order: &[(usize, Sorting)]| {
            let mut reading = Reading::new(2);
            for (place, text, number) in
                [(1, Some("b"), 1), (0, None, 2), (1, Some("a"), 3), (0, Some("c"), 4), (1, Some("b"), 5), (0, None, 6)]
            {
                reading.row(place);
                match text {
                    Some(text) => reading.text(text),
                    None => reading.null(),
                }
                reading.int(number);
            }
            let rows = reading.end(Parents::of_keys([Some(7), Some(8)].into_iter()), None, order);
            (0..6).filter_map(|row| rows.int(row, 1)).collect::<Vec<_>>()
        };
        assert_eq!(read(&[]), [2, 4, 6, 1, 3, 5]);
        assert_eq!(read(&[(0, by(false, false)), (1, by(true, false))]), [4, 6, 2, 3, 5, 1]);
        assert_eq!(read(&[(0, by(true, true)), (1, by(false, false))]), [2, 6, 4, 1, 5, 3]);
    }
}
