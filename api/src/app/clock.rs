//! The one source of the present.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Says what time it is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A time that stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still, at microseconds since 1970 in UTC.
    #[must_use]
    pub fn fixed(microseconds: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(microseconds)))
    }

    /// The present in microseconds since 1970 in UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
            Self::System => jiff::Timestamp::now().as_microsecond(),
            Self::Fixed(at) => at.load(Ordering::SeqCst),
        }
    }
}
