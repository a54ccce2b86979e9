//! What an import did, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

/// What became of a source's records. `read` is the sum of the others but `seconds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Records of the source; aliases are not among them.
    pub read: u64,
    /// That made a record of the atlas.
    pub created: u64,
    /// That changed the record that they made earlier.
    pub updated: u64,
    /// That found the atlas as they are.
    pub unchanged: u64,
    /// That joined a record which another source, or another record of this one, describes.
    pub merged: u64,
    /// That cannot be read or kept.
    pub rejected: u64,
    /// That are nothing the atlas keeps.
    pub skipped: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Counts {
    /// Notes one record.
    pub fn count(&mut self, fate: Fate) {
        self.read += 1;
        match fate {
            Fate::Created => self.created += 1,
            Fate::Updated => self.updated += 1,
            Fate::Unchanged => self.unchanged += 1,
            Fate::Merged => self.merged += 1,
            Fate::Rejected => self.rejected += 1,
            Fate::Skipped => self.skipped += 1,
        }
    }

    fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.merged += other.merged;
        self.rejected += other.rejected;
        self.skipped += other.skipped;
        self.seconds += other.seconds;
    }
}

/// What became of one record of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Created,
    Updated,
    Unchanged,
    Merged,
    Rejected,
    Skipped,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// By the path that was given.
    pub paths: BTreeMap<String, Counts>,
    pub total: Counts,
    pub relations: Relations,
    /// Why records were skipped, and how many for each reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What a curator changed and a source says otherwise: the curator's word stands.
    pub conflicts: Vec<Conflict>,
    /// Conflicts beyond those listed.
    pub more_conflicts: u64,
}

/// What became of relations that are told in another place than with their owner, or not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Relations {
    /// Of a record to itself, which say nothing.
    pub dropped: u64,
    /// Told from the other side, and given to their owners.
    pub joined: u64,
}

/// A field of a record that a curator changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    pub kind: &'static str,
    pub slug: String,
    pub field: String,
    pub path: String,
}

/// Most conflicts that a report lists.
const MAX_CONFLICTS: usize = 1_000;

impl Report {
    /// Notes what became of one record of a path.
    pub fn count(&mut self, path: &str, fate: Fate) {
        match self.paths.get_mut(path) {
            Some(counts) => counts.count(fate),
            None => self.paths.entry(path.to_owned()).or_default().count(fate),
        }
    }

    pub fn skip(&mut self, path: &str, reason: &'static str) {
        self.count(path, Fate::Skipped);
        *self.skipped.entry(reason).or_default() += 1;
    }

    pub fn conflict(&mut self, conflict: Conflict) {
        if self.conflicts.len() < MAX_CONFLICTS {
            self.conflicts.push(conflict);
        } else {
            self.more_conflicts += 1;
        }
    }

    /// Notes how long a path took.
    pub fn took(&mut self, path: &str, time: Duration) {
        self.paths.entry(path.to_owned()).or_default().seconds = time.as_secs_f64();
    }

    /// Adds the paths up.
    pub fn sum(&mut self) {
        self.total = Counts::default();
        for counts in self.paths.values() {
            self.total.add(counts);
        }
    }
}
