//! Lines of the log on their way out. A service writes one for each request, and a call of the system for each costs more
//! than the line: so they may wait a moment for others. Their order stays.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait.
const MOST: usize = 64 * 1_024;
/// How long a line waits for others.
const LONGEST: Duration = Duration::from_millis(100);

/// Where lines go.
pub(super) struct Lines {
    state: Mutex<State>,
    /// That lines wait, or that none shall any more.
    news: Condvar,
}

struct State {
    output: Box<dyn Write + Send>,
    waiting: Vec<u8>,
    /// How many want lines to wait. None do otherwise.
    gathering: usize,
    /// Whether somebody writes those that wait, once their time is over.
    is_watched: bool,
}

impl State {
    /// Writes all that waits. What cannot be written is lost, as there is nowhere to say so.
    fn write_all(&mut self) -> io::Result<()> {
        let written = self.output.write_all(&self.waiting);
        self.waiting.clear();
        written
    }
}

impl Lines {
    pub(super) fn to(output: impl Write + Send + 'static) -> Self {
        let state = State { output: Box::new(output), waiting: Vec::new(), gathering: 0, is_watched: false };
        Self { state: Mutex::new(state), news: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets lines wait until what is given back is dropped.
    pub(super) fn gather(&'static self) -> Gathering {
        let mut state = self.state();
        state.gathering += 1;
        if !state.is_watched {
            // Where there is no thread to be had, lines do not wait.
            state.is_watched = thread::Builder::new().name("log".to_owned()).spawn(|| self.watch()).is_ok();
        }
        Gathering(self)
    }

    /// Writes lines whose time is over, as long as any may wait.
    fn watch(&self) {
        let mut state = self.state();
        while state.gathering > 0 {
            if state.waiting.is_empty() {
                state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let is_over = |state: &mut State| state.gathering > 0;
            state = self.news.wait_timeout_while(state, LONGEST, is_over).unwrap_or_else(PoisonError::into_inner).0;
            drop(state.write_all());
        }
        state.is_watched = false;
    }

    fn take(&self, line: &[u8], waits: bool) -> io::Result<()> {
        let mut state = self.state();
        let is_first = state.waiting.is_empty();
        state.waiting.extend_from_slice(line);
        if !waits || !state.is_watched || state.gathering == 0 || state.waiting.len() >= MOST {
            return state.write_all();
        }
        drop(state);
        if is_first {
            self.news.notify_all();
        }
        Ok(())
    }
}

/// As long as this is there, lines may wait.
pub struct Gathering(&'static Lines);

impl Drop for Gathering {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.gathering -= 1;
        drop(state.write_all());
        drop(state);
        self.0.news.notify_all();
    }
}

impl<'a> MakeWriter<'a> for &'static Lines {
    type Writer = Writer;

    fn make_writer(&'a self) -> Writer {
        Writer { lines: self, waits: false }
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Writer {
        Writer { lines: self, waits: *event.level() >= Level::INFO }
    }
}

/// Takes one line.
pub(super) struct Writer {
    lines: &'static Lines,
    waits: bool,
}

impl Write for Writer {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.take(line, self.waits).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.state().write_all()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use tracing::subscriber::with_default;

    use super::*;

    /// What was written, one text for each call.
    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<String>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !bytes.is_empty() {
                self.0.lock().unwrap().push(String::from_utf8(bytes.to_vec()).unwrap());
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Output {
        fn written(&self) -> Vec<String> {
            self.0.lock().unwrap().clone()
        }
    }

    fn lines() -> (&'static Lines, Output) {
        let output = Output::default();
        (Box::leak(Box::new(Lines::to(output.clone()))), output)
    }

    /// Runs something whose log goes to some lines.
    fn logged<T>(lines: &'static Lines, run: impl FnOnce() -> T) -> T {
        let logging = tracing_subscriber::fmt().with_writer(lines).with_ansi(false).without_time().with_target(false);
        with_default(logging.with_max_level(Level::DEBUG).finish(), run)
    }

    #[test]
    fn lines_wait_only_while_somebody_lets_them() {
        let (lines, output) = lines();
        logged(lines, || {
            tracing::info!("before");
            assert_eq!(output.written(), [" INFO before\n"]);
            let gathering = lines.gather();
            tracing::info!("one");
            tracing::debug!("two");
            drop(gathering);
            tracing::info!("behind");
        });
        assert_eq!(output.written().concat(), " INFO before\n INFO one\nDEBUG two\n INFO behind\n");
    }

    #[test]
    fn a_line_that_waits_is_written_before_long() {
        let (lines, output) = lines();
        let _gathering = lines.gather();
        for count in 1..3 {
            logged(lines, || tracing::info!("alone"));
            let started = Instant::now();
            while output.written().len() < count {
                assert!(started.elapsed() < Duration::from_secs(20), "the line has not come");
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    #[test]
    fn a_warning_comes_at_once_behind_what_waits() {
        let (lines, output) = lines();
        let _gathering = lines.gather();
        logged(lines, || {
            tracing::info!("one");
            tracing::info!("two");
            tracing::warn!("three");
            assert_eq!(output.written().concat(), " INFO one\n INFO two\n WARN three\n");
            tracing::error!("four");
            assert_eq!(output.written().last().unwrap(), "ERROR four\n");
        });
    }

    #[test]
    fn no_line_of_many_threads_is_lost_or_cut() {
        let (lines, output) = lines();
        let gathering = lines.gather();
        let text = "x".repeat(100);
        thread::scope(|scope| {
            for thread in 0..4 {
                let text = &text;
                scope.spawn(move || logged(lines, || (0..1_000).for_each(|n| tracing::info!("{thread} {n} {text}"))));
            }
        });
        drop(gathering);
        let written = output.written();
        assert!(written.iter().all(|text| text.len() < MOST + 1_000));
        let all = written.concat();
        for thread in 0..4 {
            let begin = format!(" INFO {thread} ");
            let own: Vec<&str> = all.lines().filter_map(|line| line.strip_prefix(&begin)).collect();
            let expected: Vec<String> = (0..1_000).map(|n| format!("{n} {text}")).collect();
            assert_eq!(own, expected);
        }
    }
}
