//! A language for titles: a few real words that nearly every title could have, and thousands of made-up ones, the rarer
//! the further down the list.

use std::collections::BTreeSet;

use crate::chance::{Chance, Skewed};

/// How many words there are.
const VOCABULARY: usize = 5_000;
/// With it the first word stands in about a third of titles of eight words.
const FLAT: u64 = 3;
/// The most frequent words, the first in front.
const REAL: [&str; 32] = [
    "information",
    "systems",
    "security",
    "requirements",
    "data",
    "management",
    "technology",
    "general",
    "quality",
    "network",
    "digital",
    "services",
    "communication",
    "interface",
    "privacy",
    "protocol",
    "methods",
    "identification",
    "exchange",
    "architecture",
    "quantum",
    "intelligence",
    "learning",
    "governance",
    "cloud",
    "biometric",
    "testing",
    "vehicles",
    "energy",
    "health",
    "blockchain",
    "accessibility",
];
const STARTS: [&str; 20] =
    ["b", "br", "c", "d", "dr", "f", "g", "gl", "h", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "v"];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ea", "io"];
const ENDS: [&str; 10] = ["l", "n", "r", "s", "t", "x", "nd", "rm", "st", "ck"];

pub struct Words {
    words: Vec<String>,
    frequency: Skewed,
}

impl Words {
    pub fn new() -> Self {
        let mut chance = Chance::new(5);
        let mut words: Vec<String> = REAL.map(str::to_owned).to_vec();
        let mut known: BTreeSet<String> = words.iter().cloned().collect();
        while words.len() < VOCABULARY {
            let word = invent(&mut chance);
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { words, frequency: Skewed::new(VOCABULARY, FLAT) }
    }

    /// So many words, the first with a capital.
    pub fn phrase(&self, length: u64, chance: &mut Chance) -> String {
        let mut phrase = String::new();
        for place in 0..length {
            let word = &self.words[self.frequency.draw(chance)];
            match place {
                0 => phrase.push_str(&capital(word)),
                _ => phrase.extend([" ", word]),
            }
        }
        phrase
    }

    /// A word that only a name has, with a capital.
    pub fn proper(&self, chance: &mut Chance) -> String {
        capital(&self.words[REAL.len() + chance.index(VOCABULARY - REAL.len())])
    }

    /// A title of a document.
    pub fn title(&self, chance: &mut Chance) -> String {
        let length = chance.between(4, 12);
        self.phrase(length, chance)
    }
}

/// Two or three syllables.
fn invent(chance: &mut Chance) -> String {
    let mut word = String::new();
    for _ in 0..chance.between(2, 3) {
        word.push_str(chance.pick(&STARTS));
        word.push_str(chance.pick(&VOWELS));
    }
    word.push_str(chance.pick(&ENDS));
    word
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
