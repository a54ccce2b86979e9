//! Chance that falls the same way on every machine and every run: a splitmix64, and draws that favour the few.

/// A sequence of numbers that its seed decides.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        let scaled = (u128::from(self.next()) * u128::from(end)) >> 64;
        u64::try_from(scaled).expect("less than `end`")
    }

    /// A place in something of this length.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("less than a length")
    }

    /// A number from `first` to `last`.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last - first + 1)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several, all as likely.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.index(values.len())]
    }
}

/// Draws of which the first are the most likely, as words are in a language: the n-th has the weight `1 / (n + flat)`.
pub struct Skewed {
    /// Sums of the weights up to and including each.
    sums: Vec<u64>,
}

impl Skewed {
    /// Of so many; the greater `flat`, the less the first stand out.
    pub fn new(length: usize, flat: u64) -> Self {
        let weights = (0..length as u64).map(|place| 1_000_000_000 / (place + flat));
        let sums = weights.scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    pub fn draw(&self, chance: &mut Chance) -> usize {
        let drawn = chance.below(self.sums.last().copied().unwrap_or_default());
        self.sums.partition_point(|sum| *sum <= drawn)
    }

    /// Several that differ from each other, in the order in which they were drawn.
    pub fn draw_some(&self, count: usize, chance: &mut Chance) -> Vec<usize> {
        let mut drawn: Vec<usize> = Vec::with_capacity(count);
        while drawn.len() < count.min(self.sums.len()) {
            let next = self.draw(chance);
            if !drawn.contains(&next) {
                drawn.push(next);
            }
        }
        drawn
    }
}
