//! The records of the benchmark, as plain values that name each other by their place in a list. Nothing here knows of
//! keys or of a database, so that both databases are given the same.

use std::collections::VecDeque;

use crate::chance::{Chance, Skewed};
use crate::words::Words;

pub const ISSUES: usize = 60;
/// Issues without a parent; they come first.
pub const ROOTS: usize = 8;
pub const ORGANISATIONS: usize = 2_000;
pub const COMMITTEES: usize = 3_000;

const GROUPS: [&str; 6] = [
    "INTERNATIONAL_AND_REGIONAL_ORGANISATIONS",
    "NGOS_AND_ASSOCIATIONS",
    "GOVERNMENT",
    "PRIVATE_SECTOR",
    "ACADEMIA",
    "TECHNICAL_COMMUNITY",
];
/// Types of document, the most frequent in front.
const TYPES: [&str; 10] = [
    "INTERNATIONAL_STANDARD",
    "STANDARD",
    "TECHNICAL_SPECIFICATION",
    "TECHNICAL_REPORT",
    "RECOMMENDATION",
    "GUIDE",
    "PUBLICLY_AVAILABLE_SPECIFICATION",
    "RFC",
    "WEB_STANDARD",
    "DATA_MODEL",
];
/// Statuses of the newest edition, as often as they stand here.
const NEWEST: [&str; 10] = [
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "PUBLISHED",
    "WITHDRAWN",
    "UNDER_DEVELOPMENT",
];
const LAST_YEAR: u64 = 2026;

pub struct Organisation {
    pub name: String,
    pub acronym: String,
    pub country: usize,
    pub group: &'static str,
    pub established: u64,
    pub issues: Vec<Treatment>,
}

pub struct Treatment {
    pub issue: usize,
    pub heading: String,
    pub text: String,
}

pub struct Issue {
    pub name: String,
    pub parent: Option<usize>,
}

pub struct Committee {
    pub designation: String,
    pub name: String,
    pub owner: usize,
}

#[derive(Clone)]
pub struct Standard {
    pub identifier: String,
    pub undated_identifier: String,
    pub title: String,
    pub summary: Option<String>,
    pub ty: &'static str,
    pub status: &'static str,
    pub published_on: Option<String>,
    pub publishers: Vec<usize>,
    pub committee: Option<usize>,
    pub issues: Vec<usize>,
    pub subject: Option<String>,
}

/// What becomes of a standard later.
pub struct Revision {
    pub title: String,
    pub status: &'static str,
}

/// Issues as a tree, the most popular in front.
pub fn issues(words: &Words) -> Vec<Issue> {
    let mut chance = Chance::new(10);
    let issue = |place: usize| {
        let parent = (place >= ROOTS).then(|| chance.index(place.min(ROOTS * 3)));
        Issue { name: format!("{} {}", words.phrase(1, &mut chance), words.proper(&mut chance)), parent }
    };
    (0..ISSUES).map(issue).collect()
}

/// Organisations, those that publish most in front.
pub fn organisations(words: &Words, countries: usize) -> Vec<Organisation> {
    let mut chance = Chance::new(20);
    let popularity = Skewed::new(ISSUES, 4);
    let organisation = |place: usize| {
        let count = chance.index(6);
        let treatments = popularity.draw_some(count, &mut chance).into_iter().map(|issue| Treatment {
            issue,
            heading: words.phrase(2, &mut chance),
            text: words.phrase(40, &mut chance),
        });
        let issues = treatments.collect();
        Organisation {
            name: format!(
                "{} {} {}",
                words.proper(&mut chance),
                words.proper(&mut chance),
                chance.pick(&["Institute", "Union", "Forum"])
            ),
            acronym: acronym(place),
            country: chance.index(countries),
            group: chance.pick(&GROUPS),
            established: chance.between(1865, 2020),
            issues,
        }
    };
    (0..ORGANISATIONS).map(organisation).collect()
}

/// Three letters that nobody else has, in no order that would follow from the place.
fn acronym(place: usize) -> String {
    let mixed = (place as u64 * 7_919 + 4_321) % 17_576;
    let letter = |number: u64| char::from(b'A' + u8::try_from(number % 26).expect("less than 26"));
    [mixed / 676, mixed / 26, mixed].map(letter).iter().collect()
}

pub fn committees(words: &Words, organisations: &[Organisation]) -> Vec<Committee> {
    let mut chance = Chance::new(30);
    let sizes = Skewed::new(organisations.len(), 5);
    let committee = |place: usize| {
        let owner = sizes.draw(&mut chance);
        let designation = format!("{}/TC {}", organisations[owner].acronym, place + 1);
        Committee { designation, name: words.phrase(3, &mut chance), owner }
    };
    (0..COMMITTEES).map(committee).collect()
}

/// Standards without end: documents one after the other, the editions of each together.
pub struct Standards<'a> {
    words: &'a Words,
    organisations: &'a [Organisation],
    chance: Chance,
    publishers: Skewed,
    committees: Skewed,
    issues: Skewed,
    types: Skewed,
    subjects: Skewed,
    codes: Vec<String>,
    /// The newest number and part of each organisation's documents.
    numbers: Vec<(u64, u64)>,
    waiting: VecDeque<Standard>,
}

impl<'a> Standards<'a> {
    pub fn new(words: &'a Words, organisations: &'a [Organisation]) -> Self {
        let mut chance = Chance::new(40);
        let codes: Vec<String> =
            (0..200_u64).map(|place| format!("{:02}.{:03}", 1 + place / 5, 20 * (1 + place % 5))).collect();
        let numbers = organisations.iter().map(|_| (chance.between(100, 20_000), 0)).collect();
        Self {
            words,
            organisations,
            chance,
            publishers: Skewed::new(organisations.len(), 2),
            committees: Skewed::new(COMMITTEES, 20),
            issues: Skewed::new(ISSUES, 4),
            types: Skewed::new(TYPES.len(), 1),
            subjects: Skewed::new(codes.len(), 10),
            codes,
            numbers,
            waiting: VecDeque::new(),
        }
    }

    /// A new number of an organisation, or a further part of its newest document.
    fn number(&mut self, publisher: usize) -> String {
        let is_part = self.chance.percent(30);
        let (number, part) = &mut self.numbers[publisher];
        if is_part {
            *part += 1;
            format!("{number}-{part}")
        } else {
            (*number, *part) = (*number + 1, 0);
            number.to_string()
        }
    }

    /// What all editions of a document share.
    fn document(&mut self) -> Standard {
        let count = 1 + usize::from(self.chance.percent(20));
        let publishers = self.publishers.draw_some(count, &mut self.chance);
        let number = self.number(publishers[0]);
        let acronyms: Vec<&str> = publishers.iter().map(|place| self.organisations[*place].acronym.as_str()).collect();
        let identifier = format!("{} {number}", acronyms.join("/"));
        let chance = &mut self.chance;
        let issues = chance.index(5);
        Standard {
            undated_identifier: identifier.clone(),
            identifier,
            title: self.words.title(chance),
            summary: chance.percent(20).then(|| self.words.phrase(30, chance)),
            ty: TYPES[self.types.draw(chance)],
            status: chance.pick(&NEWEST),
            published_on: None,
            publishers,
            committee: chance.percent(50).then(|| self.committees.draw(chance)),
            issues: self.issues.draw_some(issues, chance),
            subject: chance.percent(60).then(|| self.codes[self.subjects.draw(chance)].clone()),
        }
    }

    /// The editions of the next document, oldest first.
    fn editions(&mut self) {
        let document = self.document();
        let several = self.chance.percent(37);
        if !several && self.chance.percent(13) {
            self.waiting.push_back(document);
            return;
        }
        let count = if several { self.chance.between(2, 4) } else { 1 };
        let mut year = self.chance.between(1970, if several { LAST_YEAR - 8 } else { LAST_YEAR });
        let first = self.waiting.len();
        for _ in 0..count {
            let date = date(year, &mut self.chance);
            let identifier = format!("{}:{year}", document.undated_identifier);
            self.waiting.push_back(Standard { identifier, published_on: Some(date), ..document.clone() });
            year += self.chance.between(3, 8);
            if year > LAST_YEAR {
                break;
            }
        }
        let newest = self.waiting.len() - 1;
        for older in self.waiting.range_mut(first..newest) {
            older.status = self.chance.pick(&["SUPERSEDED", "WITHDRAWN", "WITHDRAWN"]);
        }
    }
}

impl Iterator for Standards<'_> {
    type Item = Standard;

    fn next(&mut self) -> Option<Standard> {
        while self.waiting.is_empty() {
            self.editions();
        }
        self.waiting.pop_front()
    }
}

/// A day, a month or a year, as precisely as documents say.
fn date(year: u64, chance: &mut Chance) -> String {
    let (month, day) = (chance.between(1, 12), chance.between(1, 28));
    match chance.index(10) {
        0..=6 => format!("{year}-{month:02}-{day:02}"),
        7 => format!("{year}-{month:02}"),
        _ => year.to_string(),
    }
}

/// What becomes of the standard at this place; of nine in ten, nothing.
pub fn revision(words: &Words, place: usize) -> Option<Revision> {
    let mut chance = Chance::new((50_u64 << 32) + place as u64);
    chance.percent(10).then(|| Revision { title: words.title(&mut chance), status: chance.pick(&NEWEST) })
}
