//! What fetches find, whichever database it comes from.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::{Fetch, Of, Served, Unanswered};
use crate::graph::language::is_served_by_own;

/// What a row holds in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Int(i64),
    /// A part of all texts.
    Text {
        start: usize,
        end: usize,
    },
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
}

/// The rows of a fetch, those of each parent side by side, in the order in which they were read.
#[derive(Debug)]
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
}

/// The rows of one parent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub rows: Range<usize>,
    /// Whether there is one more than is shown.
    pub has_more: bool,
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
        let rows = |place: usize| {
            fetched.get(place).ok_or_else(|| Unanswered::Failed("a fetch leads to one before it".to_owned()))
        };
        match fetch.of {
            // What belongs to nobody has the parent 0.
            Of::Nobody => Ok(Self { keys: vec![0], leading: vec![Some(0)] }),
            Of::Rows { fetch: near, key } => {
                let near = rows(near)?;
                let is_served = |row| fetch.unless.as_ref().is_some_and(|served| served.holds(near, row));
                let is_of_kind = |row| fetch.of_kind.is_none_or(|(column, kind)| near.text(row, column) == Some(kind));
                // The row that only says that there are more leads nowhere.
                let mut shown = vec![false; near.len()];
                for row in near.groups.iter().flat_map(|group| group.rows.clone()) {
                    shown[row] = true;
                }
                let keys = shown.into_iter().enumerate();
                Ok(Self::of_keys(keys.map(|(row, is_shown)| {
                    near.int(row, key).filter(|_| is_shown && !is_served(row) && is_of_kind(row))
                })))
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
    pub fn places(&self) -> HashMap<i64, usize> {
        self.keys.iter().enumerate().map(|(place, key)| (*key, place)).collect()
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

impl Served {
    /// Whether a row's own text is the one asked for, or there is none.
    fn holds(&self, rows: &Rows, row: usize) -> bool {
        rows.text(row, self.language).is_none_or(|language| is_served_by_own(&self.asked, language))
    }
}

impl Reading {
    pub fn new(width: usize) -> Self {
        Self { width, cells: Vec::new(), texts: String::new(), places: Vec::new(), started: Instant::now(), runs: 0 }
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

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows were read.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The rows by parents. Of each no more are shown than `limit`.
    pub fn end(mut self, parents: Parents, limit: Option<usize>) -> Rows {
        if !self.places.is_sorted() {
            let mut order: Vec<usize> = (0..self.places.len()).collect();
            order.sort_by_key(|row| self.places.get(*row));
            let rows = order.iter().filter_map(|row| self.cells.get(row * self.width..(row + 1) * self.width));
            self.cells = rows.flatten().copied().collect();
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
        let (runs, took) = (self.runs, self.started.elapsed());
        let (width, length) = (self.width, self.places.len());
        Rows { width, length, cells: self.cells, texts: self.texts, groups, parents, runs, took }
    }
}

impl Rows {
    /// How many rows there are, those that are not shown included.
    pub fn len(&self) -> usize {
        self.length
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
        if let Cell::Text { start, end } = self.cell(row, column) { self.texts.get(start..end) } else { None }
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
        let rows = reading.end(parents, Some(2));
        assert_eq!(rows.group(0), Some((0, &Group { rows: 0..1, has_more: false })));
        assert_eq!(rows.group(1), Some((1, &Group { rows: 1..3, has_more: true })));
        assert_eq!((rows.group(2), rows.group(3)), (None, rows.group(0)));
        assert_eq!(rows.group(4), Some((2, &Group::default())));
        assert_eq!((rows.int(1, 0), rows.text(2, 1), rows.text(1, 0)), (Some(10), Some("c"), None));
    }
}
