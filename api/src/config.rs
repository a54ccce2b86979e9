//! Every setting of the service: its meaning, unit, default and bounds, in one list.
//!
//! A value comes from the default, or `atlas.toml`, or the environment (`ATLAS_` and the name in capitals), or a flag
//! (`--` and the name with hyphens); the later wins. The list below makes all three. To add a setting, add it there;
//! it must do something from then on.

mod layers;
mod value;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use layers::Layers;
pub use value::{DatabaseUrl, LogFormat, Synchronous};
use value::{cors_origins, count, database_url, duration, listen, log, public_url, switch};

macro_rules! settings {
    ($( $(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr, $read:expr; )+) => {
        /// The settings of one process, checked.
        #[derive(Clone, Debug)]
        pub struct Config {
            $( $(#[doc = $doc])+ pub $name: $type, )+
            /// What was set and has no effect, one sentence each; logged at start.
            pub warnings: Vec<String>,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $( $name: $default, )+ warnings: Vec::new() }
            }
        }

        /// The settings as flags, read as text so that all wrong ones can be reported together.
        #[derive(Clone, Debug, Default, clap::Args)]
        #[command(next_help_heading = "Settings")]
        pub struct Flags {
            /// Settings file; `atlas.toml` in the working folder when it is there. Also `ATLAS_CONFIG`
            #[arg(long, global = true, value_name = "FILE")]
            pub config: Option<PathBuf>,
            $( $(#[doc = $doc])+ #[arg(long, global = true, value_name = "VALUE")] pub $name: Option<String>, )+
        }

        impl Flags {
            fn get(&self, key: &str) -> Option<&str> {
                match key {
                    $( stringify!($name) => self.$name.as_deref(), )+
                    _ => None,
                }
            }
        }

        /// The names of all settings, as in `atlas.toml`.
        pub const KEYS: &[&str] = &[$( stringify!($name), )+];

        impl Config {
            fn read(layers: &mut Layers<'_>) -> Self {
                Self { $( $name: layers.take(stringify!($name), $read).unwrap_or_else(|| $default), )+ warnings: Vec::new() }
            }
        }
    };
}

settings! {
    /// Database: `sqlite://FILE`, made when missing, or `postgres://USER:PASSWORD@HOST/NAME`. Default `sqlite://atlas.db`
    database_url: DatabaseUrl = DatabaseUrl::default(), database_url;

    /// Address and port to listen on; port 0 takes a free one. Default `127.0.0.1:8080`
    listen: String = "127.0.0.1:8080".to_owned(), listen;

    /// Address that clients use, without a path, when it is not the one listened on: `https://atlas.example`. Default none
    public_url: Option<String> = None, public_url;

    /// Origins whose pages may ask from a browser, comma-separated: `https://a.example,https://b.example`, or `*`. Default none
    cors_origins: Vec<String> = Vec::new(), cors_origins;

    /// What is logged: `error`, `warn`, `info`, `debug` or `trace`, also by module (`info,api=debug`). Default `info`
    log: String = "info".to_owned(), log;

    /// Form of the log: `text` or `json`. Default `text`
    log_format: LogFormat = LogFormat::Text, str::parse;

    /// Fields below one another in a document, 1 to 50; introspection has a bound of its own. Default 15
    max_depth: usize = 15, |text| count(text, 1, 50);

    /// Objects that a document could return at most, page sizes multiplied, 1 to 100000000. Default 2000000
    max_cost: u64 = 2_000_000, |text| count(text, 1, 100_000_000);

    /// Fields and fragments of a document after its fragments are spread, 1 to 100000. Default 5000
    max_fields: u64 = 5_000, |text| count(text, 1, 100_000);

    /// Aliases in a document, 0 to 10000. Default 100
    max_aliases: u64 = 100, |text| count(text, 0, 10_000);

    /// Bytes of a request's body, 1024 to 16777216. Default 65536
    max_body_bytes: usize = 65_536, |text| count(text, 1_024, 16_777_216);

    /// Rows read for one request, 100 to 10000000. Default 100000
    max_rows: u64 = 100_000, |text| count(text, 100, 10_000_000);

    /// Questions are answered by plans where that is possible, which is quicker: `on` or `off`. Answers are the same. Default `on`
    planner: bool = true, switch;

    /// Bytes of answers that are kept for whoever asks the same while nothing has changed, 0 to 1073741824; 0 keeps none. Default 16777216
    response_cache_bytes: usize = 16_777_216, |text| count(text, 0, 1_073_741_824);

    /// PostgreSQL only: milliseconds for which a process may take it that nothing has changed, 0 to 50; 0 asks the database each time. Default 0
    response_cache_age_ms: u64 = 0, |text| count(text, 0, 50);

    /// Bytes of rows of records that are kept for whoever reads the same records while nothing has changed, 0 to 1073741824; 0 keeps none. Default 12582912
    record_cache_bytes: usize = 12_582_912, |text| count(text, 0, 1_073_741_824);

    /// Exports under way at a time, 1 to 1000; more are refused. Default 8
    max_exports: usize = 8, |text| count(text, 1, 1_000);

    /// Time for one request, its body included: `10s`, `500ms` or seconds, 100ms to 600s. Default 10s
    request_timeout: Duration = Duration::from_secs(10), duration;

    /// Open connections of clients, 1 to 65536; more wait. Default 1024
    max_connections: usize = 1_024, |text| count(text, 1, 65_536);

    /// Connections to the database for reading, 1 to 256; on PostgreSQL for plans, and as many for all else. Default two a processor core, 4 to 16
    database_connections: u32 = default_database_connections(), |text| count(text, 1, 256);

    /// SQLite only: `full`, an acknowledged write survives a power cut, or `normal`, the last ones may be lost. Default `full`
    sqlite_synchronous: Synchronous = Synchronous::Full, str::parse;
}

impl Config {
    /// Reads all settings of this process.
    ///
    /// # Errors
    ///
    /// Every setting that is wrong, together.
    pub fn load(flags: &Flags, environment: &BTreeMap<String, String>) -> Result<Self, WrongSettings> {
        let mut layers = Layers::open(flags, environment);
        let mut config = Self::read(&mut layers);
        config.warnings = layers.warnings();
        match layers.finish() {
            wrong if wrong.is_empty() => Ok(config),
            wrong => Err(WrongSettings(wrong)),
        }
    }
}

/// Settings that cannot be used: one sentence each, with the value, where it came from and what would do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct WrongSettings(pub Vec<String>);

impl fmt::Display for WrongSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => f.write_str(one),
            several => write!(f, "{} settings are wrong:\n  {}", several.len(), several.join("\n  ")),
        }
    }
}

fn default_database_connections() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(2 * cores).unwrap_or(16).clamp(4, 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn file(text: &str) -> (tempfile::TempDir, Flags) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("atlas.toml");
        std::fs::write(&path, text).unwrap();
        (folder, Flags { config: Some(path), ..Flags::default() })
    }

    #[test]
    fn flags_win_over_the_environment_which_wins_over_the_file() {
        let (_folder, mut flags) = file("max_depth = 5\nmax_cost = 6\nmax_fields = 7\nlog_format = \"json\"");
        flags.max_depth = Some("9".to_owned());
        let environment = environment(&[("ATLAS_MAX_DEPTH", "8"), ("ATLAS_MAX_COST", "8")]);
        let config = Config::load(&flags, &environment).unwrap();
        assert_eq!((config.max_depth, config.max_cost, config.max_fields), (9, 8, 7));
        assert_eq!((config.log_format, config.max_aliases), (LogFormat::Json, 100));
    }

    #[test]
    fn all_wrong_settings_are_reported_together() {
        let (_folder, mut flags) = file("max_depth = 500\nlisten = 8080\nunheard = 1\nlog = true");
        flags.log_format = Some("xml".to_owned());
        let environment =
            environment(&[("ATLAS_DATABASE_URL", "mysql://u:secret@h/d"), ("ATLAS_REQUEST_TIMEOUT", "1h")]);
        let WrongSettings(wrong) = Config::load(&flags, &environment).unwrap_err();
        let text = wrong.join("\n");
        for part in [
            "max_depth = 500 (",
            "from 1 to 50",
            "listen = 8080",
            "unheard",
            "log = true",
            "log_format = xml (--log-format)",
            "database_url = mysql://u:***@h/d (ATLAS_DATABASE_URL)",
            "request_timeout = 1h (ATLAS_REQUEST_TIMEOUT)",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert_eq!(wrong.len(), 7, "{text}");
    }

    #[test]
    fn unknown_variables_of_the_environment_warn() {
        let environment = environment(&[("ATLAS_MAX_DEPT", "3"), ("ATLAS_CONFIG", ""), ("PATH", "x")]);
        let config = Config::load(&Flags::default(), &environment).unwrap();
        assert_eq!(config.warnings.len(), 1);
        assert!(config.warnings[0].contains("ATLAS_MAX_DEPT"));
    }

    #[test]
    fn a_settings_file_that_was_asked_for_must_be_there() {
        let flags = Flags { config: Some("/nowhere/atlas.toml".into()), ..Flags::default() };
        let error = Config::load(&flags, &BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains("/nowhere/atlas.toml"), "{error}");
    }
}
