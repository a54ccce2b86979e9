//! Rows that are kept: what statements gave of records by their keys, for as long as nothing changes. A plan then asks the
//! database for keys alone, and at which entry of the log it answers; where that is another one than the rows are of, or
//! a row is not there, it asks again for all.
//!
//! What the atlas knows of the words of a full-text query, and what follows of it, is kept in the same way, by the query.
//!
//! Plans that read the same columns of a record by its key, in the same order, share a shelf. It holds rows of one state of
//! the database, so that what they are made of does not matter.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};

use rustc_hash::FxHashMap;

use super::rows::Cell;
use crate::graph::search::find::{Among, Search};

/// Entries of the list of shelves before those are struck off that no plan names any more.
const MANY: usize = 256;
/// Most full-text queries that are kept, the longest one, and the most that is kept of its words and of what follows of
/// them, each in bytes.
const MANY_QUERIES: usize = 256;
const LONGEST_QUERY: usize = 256;
const MOST_WORDS: usize = 8_192;
/// What a row takes beside its cells and texts, roughly.
const OVERHEAD: usize = 48;

/// All shelves.
#[derive(Debug)]
pub struct Shelves {
    /// Bytes that they may hold together, roughly.
    most: usize,
    /// By the statement that would give the rows.
    known: Mutex<HashMap<String, Weak<Shelf>>>,
    /// Full-text queries as they were read, by their texts.
    queries: Mutex<FxHashMap<String, Arc<Search>>>,
    /// What is known of their words.
    words: Mutex<FxHashMap<String, Arc<Known>>>,
    /// Whether anything was put on one since they were last looked through.
    has_more: Arc<AtomicBool>,
    /// The last entry of the log that any statement has told of.
    newest: AtomicI64,
}

/// What the atlas knew after an entry of the log of the words of a full-text query: records and words.
#[derive(Debug)]
pub struct Known {
    pub revision: i64,
    pub answers: Vec<Answer>,
    /// What follows of them, by the records among which is searched.
    understood: [OnceLock<Understood>; 3],
}

/// A full-text query that is understood, and the texts that its statements are given.
#[derive(Clone, Debug)]
pub struct Understood {
    pub search: Arc<Search>,
    pub texts: Arc<[String]>,
}

type Answer = (Option<i64>, Option<String>);

impl Known {
    /// What follows, where that is kept.
    pub fn understood(&self, among: Among) -> Option<&Understood> {
        self.place(among).get()
    }

    /// Keeps what follows, unless it is too much.
    pub fn understand(&self, among: Among, understood: &Understood) {
        if understood.texts.iter().map(String::len).sum::<usize>() <= MOST_WORDS {
            self.place(among).get_or_init(|| understood.clone());
        }
    }

    fn place(&self, among: Among) -> &OnceLock<Understood> {
        let [everything, standards, others] = &self.understood;
        match among {
            Among::Everything => everything,
            Among::Standards => standards,
            Among::Others => others,
        }
    }
}

/// Rows of one form by the keys of their records.
#[derive(Debug)]
pub struct Shelf {
    held: RwLock<Held>,
    has_more: Arc<AtomicBool>,
}

/// What a shelf holds, all of it as it stood after one entry of the log.
#[derive(Debug, Default)]
pub struct Held {
    revision: i64,
    /// Where the cells of a row begin.
    places: FxHashMap<i64, usize>,
    cells: Vec<Cell>,
    texts: String,
}

impl Shelves {
    /// Shelves for so many bytes; none where that is nothing.
    pub fn new(most: usize) -> Option<Self> {
        (most > 0).then(|| Self {
            most,
            known: Mutex::default(),
            queries: Mutex::default(),
            words: Mutex::default(),
            has_more: Arc::default(),
            newest: AtomicI64::new(0),
        })
    }

    /// The shelf of the rows that a statement would give.
    pub fn of(&self, statement: String) -> Arc<Shelf> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = known.get(&statement).and_then(Weak::upgrade) {
            return old;
        }
        if known.len() >= MANY {
            known.retain(|_, shelf| shelf.strong_count() > 0);
        }
        let new = Arc::new(Shelf { held: RwLock::default(), has_more: Arc::clone(&self.has_more) });
        known.insert(statement, Arc::downgrade(&new));
        new
    }

    /// What is known of the words of a full-text query.
    pub fn known(&self, text: &str) -> Option<Arc<Known>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned()
    }

    /// Notes that a statement was answered at an entry of the log.
    pub fn see(&self, revision: i64) {
        self.newest.fetch_max(revision, Ordering::Relaxed);
    }

    /// The last entry of the log that is known of: what is kept of an earlier one is surely of no use.
    pub fn newest(&self) -> i64 {
        self.newest.load(Ordering::Relaxed)
    }

    /// Keeps what is known of the words of a full-text query.
    pub fn know(&self, text: &str, revision: i64, answers: impl Iterator<Item = Answer>) {
        let known = Known { revision, answers: answers.collect(), understood: Default::default() };
        let words = known.answers.iter().filter_map(|(_, word)| word.as_ref());
        let bytes: usize = words.map(String::len).sum();
        if bytes + known.answers.len() * size_of::<Answer>() <= MOST_WORDS {
            keep_of_query(&self.words, text, Arc::new(known));
        }
    }

    /// A full-text query as it is read; none where it is too long.
    pub fn query(&self, text: &str) -> Option<Arc<Search>> {
        if let Some(query) = self.queries.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Some(Arc::clone(query));
        }
        let query = Arc::new(Search::read(text).ok()?);
        keep_of_query(&self.queries, text, Arc::clone(&query));
        Some(query)
    }

    /// Clears all shelves where they hold too much: what is still asked for is soon there again.
    pub fn tidy(&self) {
        if !self.has_more.load(Ordering::Relaxed) {
            return;
        }
        self.has_more.store(false, Ordering::Relaxed);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let shelves = || known.values().filter_map(Weak::upgrade);
        let bytes: usize = shelves().map(|shelf| shelf.read(Held::bytes)).sum();
        if bytes > self.most {
            shelves().for_each(|shelf| shelf.write(|held| *held = Held::default()));
        }
    }
}

/// Keeps something of a full-text query, unless that is too long; where there are too many, instead of all others.
fn keep_of_query<T>(all: &Mutex<FxHashMap<String, T>>, text: &str, one: T) {
    if text.len() > LONGEST_QUERY {
        return;
    }
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MANY_QUERIES {
        all.clear();
    }
    all.insert(text.to_owned(), one);
}

impl Shelf {
    pub fn read<T>(&self, read: impl FnOnce(&Held) -> T) -> T {
        read(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn write<T>(&self, write: impl FnOnce(&mut Held) -> T) -> T {
        let written = write(&mut self.held.write().unwrap_or_else(PoisonError::into_inner));
        self.has_more.store(true, Ordering::Relaxed);
        written
    }
}

impl Held {
    /// Whether it is of the state after an entry of the log.
    pub fn is_of(&self, revision: i64) -> bool {
        self.revision == revision
    }

    /// The same, or whether it is of none yet: who leads to no record needs nothing of it.
    pub fn may_be_of(&self, revision: i64) -> bool {
        self.revision == revision || self.places.is_empty()
    }

    /// Makes it one of a state, and tells whether it is: it does not go back to an earlier one.
    pub fn turn_to(&mut self, revision: i64) -> bool {
        if self.revision < revision {
            *self = Self { revision, ..Self::default() };
        }
        self.revision == revision
    }

    /// The cells of a record's row, so many, and the texts that they are parts of.
    pub fn row(&self, key: i64, width: usize) -> Option<(&[Cell], &str)> {
        let place = *self.places.get(&key)?;
        Some((self.cells.get(place..place + width)?, &self.texts))
    }

    /// Puts a row there that is not, cell by cell, whose texts are parts of others.
    pub fn put<'a>(&mut self, key: i64, row: impl Iterator<Item = &'a Cell>, texts: &str) {
        self.places.insert(key, self.cells.len());
        for cell in row {
            let kept = cell.moved(texts, &mut self.texts);
            self.cells.push(kept);
        }
    }

    fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<Cell>() + self.texts.capacity() + self.places.capacity() * OVERHEAD
    }
}

/// Whether a fetch has found all its rows on the shelf of late, going by what it would have found each time.
#[derive(Debug)]
pub struct Luck(AtomicU8);

impl Default for Luck {
    fn default() -> Self {
        Self(AtomicU8::new(Self::UNKNOWN))
    }
}

impl Luck {
    const GOOD: u8 = 2;
    const BEST: u8 = 3;
    /// As long as it was not run.
    const UNKNOWN: u8 = u8::MAX;

    /// Whether it is worth a try.
    pub fn is_good(&self) -> bool {
        (Self::GOOD..=Self::BEST).contains(&self.0.load(Ordering::Relaxed))
    }

    /// Notes whether all rows were there: one time that differs from the others changes nothing yet.
    pub fn note(&self, were_there: bool) {
        let luck = self.0.load(Ordering::Relaxed);
        let luck = match (luck, were_there) {
            (Self::UNKNOWN, true) => Self::GOOD,
            (Self::UNKNOWN, false) => Self::GOOD - 1,
            (luck, true) => Self::BEST.min(luck + 1),
            (luck, false) => luck.saturating_sub(1),
        };
        self.0.store(luck, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(shelf: &Shelf, revision: i64, key: i64, text: &str) -> bool {
        let cells = [Cell::Int(key), Cell::Text { start: 0, end: text.len() }];
        shelf.write(|held| {
            let is_of = held.turn_to(revision);
            if is_of {
                held.put(key, cells.iter(), text);
            }
            is_of
        })
    }

    fn text(shelf: &Shelf, key: i64) -> Option<String> {
        shelf.read(|held| held.row(key, 2).and_then(|(cells, texts)| cells[1].text(texts).map(str::to_owned)))
    }

    #[test]
    fn a_shelf_holds_rows_of_one_state_and_never_of_an_earlier_one() {
        let shelves = Shelves::new(1_000_000).unwrap();
        let shelf = shelves.of("SELECT a".to_owned());
        assert!(put(&shelf, 5, 1, "one") && put(&shelf, 5, 2, "two"));
        assert_eq!(
            (text(&shelf, 1).as_deref(), text(&shelf, 2).as_deref(), text(&shelf, 3)),
            (Some("one"), Some("two"), None)
        );
        assert!(Arc::ptr_eq(&shelf, &shelves.of("SELECT a".to_owned())));
        assert!(!Arc::ptr_eq(&shelf, &shelves.of("SELECT b".to_owned())));
        assert!(put(&shelf, 6, 2, "new"));
        assert!(shelf.read(|held| held.is_of(6) && !held.is_of(5)));
        assert_eq!((text(&shelf, 1), text(&shelf, 2).as_deref()), (None, Some("new")));
        assert!(!put(&shelf, 5, 1, "old"));
        assert_eq!(text(&shelf, 1), None);
    }

    #[test]
    fn shelves_that_hold_too_much_are_cleared() {
        let shelves = Shelves::new(10_000).unwrap();
        let [one, other] = ["a", "b"].map(|name| shelves.of(name.to_owned()));
        assert!(put(&one, 1, 1, "short") && put(&other, 1, 1, "short"));
        shelves.tidy();
        assert!(text(&one, 1).is_some());
        assert!(put(&one, 1, 2, &"long ".repeat(3_000)));
        shelves.tidy();
        assert_eq!((text(&one, 1), text(&one, 2), text(&other, 1)), (None, None, None));
        assert!(Shelves::new(0).is_none());
    }

    #[test]
    fn what_is_known_of_a_query_is_of_one_state_and_understood_once() {
        let shelves = Shelves::new(10_000).unwrap();
        let query = shelves.query("lamps").unwrap();
        assert!(Arc::ptr_eq(&query, &shelves.query("lamps").unwrap()));
        assert!(shelves.query(&"lamps ".repeat(1_000)).is_none());
        let long = "lamps ".repeat(100);
        assert!(!Arc::ptr_eq(&shelves.query(&long).unwrap(), &shelves.query(&long).unwrap()));
        assert!(shelves.known("lamps").is_none());
        shelves.know("lamps", 3, [(None, Some("lamp".to_owned()))].into_iter());
        let known = shelves.known("lamps").unwrap();
        assert_eq!((known.revision, known.answers.len()), (3, 1));
        let understood = |texts: [String; 1]| Understood { search: Arc::clone(&query), texts: texts.into() };
        known.understand(Among::Standards, &understood(["lamp".to_owned()]));
        known.understand(Among::Everything, &understood(["lamp ".repeat(2_000)]));
        let known = shelves.known("lamps").unwrap();
        assert!(known.understood(Among::Standards).is_some());
        assert!(known.understood(Among::Others).is_none() && known.understood(Among::Everything).is_none());
        // Of another state nothing follows yet.
        shelves.know("lamps", 4, std::iter::empty());
        assert!(shelves.known("lamps").unwrap().understood(Among::Standards).is_none());
    }

    #[test]
    fn a_try_is_worth_it_after_good_luck() {
        let luck = Luck::default();
        let after = |were_there: &[bool]| {
            for one in were_there {
                luck.note(*one);
            }
            luck.is_good()
        };
        assert!(!luck.is_good() && !after(&[false]));
        assert!(after(&[true]));
        assert!(after(&[true, false]));
        assert!(!after(&[false]));
        assert!(!after(&[false, false, true]));
        assert!(after(&[true]));
    }
}
