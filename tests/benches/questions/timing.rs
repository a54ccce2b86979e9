//! Pairs of ways to ask, timed in turns so that whatever else the machine does falls on both alike.

use std::time::Duration;

use api::app::App;

use crate::question::{Ask, Seen};

/// What hand-written statements are called in the table.
pub const AGAINST_SQL: &str = "hand-written SQL";

/// Two ways to ask, of which the first should not take much longer than the second.
pub struct Pair {
    pub name: &'static str,
    pub left: Ask,
    pub right: Ask,
    /// What the second is.
    pub against: &'static str,
    /// How many times as long the first may take; none where it is only reported.
    pub aim: Option<f64>,
    /// Whether both must show the same: not where they ask for different things.
    pub same: bool,
}

/// How long both ways took.
pub struct Timed {
    left: Duration,
    right: Duration,
    /// What was seen the one and the other way.
    seen: (Seen, Seen),
}

/// Rounds that are counted, by how long one takes.
fn rounds(one: Duration) -> usize {
    match one.as_millis() {
        0..10 => 201,
        10..50 => 41,
        50..1_000 => 15,
        _ => 5,
    }
}

impl Pair {
    pub async fn time(&self, app: &App) -> Timed {
        let (first, _) = self.left.run(app).await;
        let mut both = (Vec::new(), Vec::new());
        let mut seen = <(Seen, Seen)>::default();
        for round in 0..=rounds(first) {
            let left = self.left.run(app).await;
            let right = self.right.run(app).await;
            seen = (left.1, right.1);
            // The first round warms up.
            if round > 0 {
                both.0.push(left.0);
                both.1.push(right.0);
            }
        }
        Timed { left: median(both.0), right: median(both.1), seen }
    }

    /// Why the two ways do not show the same.
    pub fn difference(&self, timed: &Timed) -> Option<String> {
        let (left, right) = &timed.seen;
        let is_empty = left.rows == 0 && left.total.unwrap_or_default() == 0;
        let differ = self.same && left != right || left.rows != right.rows;
        (differ || is_empty).then(|| format!("{}: {left:?} but {right:?}", self.name))
    }

    /// A line of the table.
    pub fn line(&self, timed: &Timed) -> String {
        let ratio = timed.left.as_secs_f64() / timed.right.as_secs_f64();
        let verdict = match self.aim {
            Some(aim) if ratio <= aim => format!("aim {aim:.1}"),
            Some(aim) => format!("aim {aim:.1} MISSED"),
            None => String::new(),
        };
        let (left, right) = (milliseconds(timed.left), milliseconds(timed.right));
        let line = format!("{:<52} {left:>10} {right:>10} {ratio:>7.2}  {:<18} {verdict}", self.name, self.against);
        line.trim_end().to_owned()
    }
}

/// The line above [`Pair::line`].
pub fn heading() -> String {
    format!("{:<52} {:>10} {:>10} {:>7}  against", "question", "ms", "against ms", "ratio")
}

fn milliseconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1_000.0)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
