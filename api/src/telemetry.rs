//! Logs: one line an event on standard error, as text or JSON.

mod lines;
mod time;

use std::io::{IsTerminal, stderr};
use std::sync::LazyLock;

use tracing_subscriber::EnvFilter;

pub use self::lines::Gathering;
use self::lines::Lines;
use self::time::Time;
use crate::config::{Config, LogFormat};

/// What goes to standard error.
static LINES: LazyLock<Lines> = LazyLock::new(|| Lines::to(stderr()));

/// Starts logging as configured. A second call in one process changes nothing.
pub fn init(config: &Config) {
    // The application says in one line what migrations and drivers say in many; a directive of the setting wins.
    let filter = EnvFilter::new(format!("sea_orm_migration=warn,sqlx=warn,{}", config.log));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_timer(Time::default())
        .with_writer(&*LINES)
        .with_ansi(stderr().is_terminal());
    // An error here means that a subscriber is set already, which is what a test does.
    let _already_set = match config.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload_as_str().unwrap_or("no text");
        tracing::error!(panic.place = place, "A task panicked: {text}");
    }));
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
}

/// Lets lines of requests wait for one another, so that many are written at once, until what is given back is dropped. Warnings
/// and errors do not wait, and on a terminal nothing does.
#[must_use]
pub fn gather() -> Option<Gathering> {
    (!stderr().is_terminal()).then(|| LINES.gather())
}
