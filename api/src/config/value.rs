//! The values that settings take, and how their text is read.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Where the database is. Prints without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address with its password, for connecting alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether this is an SQLite file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite://atlas.db".to_owned())
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        database_url(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".to_owned()),
        }
    }
}

/// When SQLite waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    /// At every commit.
    Full,
    /// At checkpoints.
    Normal,
}

impl FromStr for Synchronous {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "normal" => Ok(Self::Normal),
            _ => Err("must be full or normal".to_owned()),
        }
    }
}

/// A text with the password of an address replaced by `***`.
pub(super) fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) if query.contains("password") => (rest, "?***".to_owned()),
        Some((rest, query)) => (rest, format!("?{query}")),
        None => (rest, String::new()),
    };
    // The last @ ends the credentials: a password may hold @ and / that nobody escaped.
    let user = rest.rsplit_once('@').and_then(|(credentials, host)| Some((credentials.split_once(':')?.0, host)));
    match user {
        Some((user, host)) => format!("{scheme}://{user}:***@{host}{query}"),
        None => format!("{scheme}://{rest}{query}"),
    }
}

pub(super) fn database_url(text: &str) -> Result<DatabaseUrl, String> {
    let file = text.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or_default());
    let server = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
    match (file, server) {
        (Some(":memory:" | ""), _) => Err("must name a file, for example sqlite://atlas.db".to_owned()),
        (Some(_), _) => Ok(DatabaseUrl(text.to_owned())),
        (_, Some(rest)) if !rest.is_empty() => Ok(DatabaseUrl(text.to_owned())),
        _ => Err("must be sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME".to_owned()),
    }
}

pub(super) fn listen(text: &str) -> Result<String, String> {
    let wrong = || "must be an address and a port, for example 127.0.0.1:8080 or [::]:8080".to_owned();
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let bare_ipv6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    if host.is_empty() || bare_ipv6 || port.parse::<u16>().is_err() {
        return Err(wrong());
    }
    Ok(text.to_owned())
}

pub(super) fn public_url(text: &str) -> Result<Option<String>, String> {
    let text = text.trim_end_matches('/');
    if is_origin(text) {
        Ok(Some(text.to_owned()))
    } else {
        Err("must be http:// or https:// and a host, without a path, for example https://atlas.example".to_owned())
    }
}

pub(super) fn cors_origins(text: &str) -> Result<Vec<String>, String> {
    let origins: Vec<&str> = text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).collect();
    match origins.iter().find(|origin| **origin != "*" && !is_origin(origin)) {
        Some(origin) => Err(format!(
            "{origin} is not an origin: http:// or https://, a host and perhaps a port, no path; or * for all"
        )),
        None => Ok(origins.into_iter().map(str::to_lowercase).collect()),
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    host.is_some_and(|host| !host.is_empty() && host.chars().all(allowed))
}

pub(super) fn log(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("must be error, warn, info, debug or trace, also by module: info,api=debug".to_owned()),
    }
}

/// Reads a switch.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("must be on or off".to_owned()),
    }
}

pub(super) fn count<T>(text: &str, least: T, most: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + Copy + fmt::Display,
{
    match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a whole number from {least} to {most}")),
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let read = |number: &str, unit_ms: u64| number.trim().parse::<u64>().ok()?.checked_mul(unit_ms);
    let milliseconds = if let Some(number) = text.strip_suffix("ms") {
        read(number, 1)
    } else {
        read(text.strip_suffix('s').unwrap_or(text), 1_000)
    };
    match milliseconds {
        Some(milliseconds @ 100..=600_000) => Ok(Duration::from_millis(milliseconds)),
        _ => Err("must be a time from 100ms to 600s, for example 10s, 500ms or 10 (seconds)".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_or_refused() {
        for (text, milliseconds) in [("10s", 10_000), ("500ms", 500), ("7", 7_000), ("600", 600_000)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in ["", "s", "99ms", "601s", "-1", "1h", "99999999999999999999s", "1.5s"] {
            assert!(duration(text).is_err(), "{text}");
        }
        for text in ["127.0.0.1:8080", "localhost:0", "[::1]:80", "0.0.0.0:65535"] {
            assert!(listen(text).is_ok(), "{text}");
        }
        for text in ["8080", ":8080", "::1:80", "localhost", "a:65536", "a:b"] {
            assert!(listen(text).is_err(), "{text}");
        }
        for text in ["sqlite://atlas.db", "sqlite:///var/atlas.db", "postgres://h/d", "postgresql://u@h/d"] {
            assert!(database_url(text).is_ok(), "{text}");
        }
        for text in ["", "atlas.db", "sqlite://", "sqlite::memory:", "sqlite://:memory:", "mysql://h/d", "postgres://"]
        {
            assert!(database_url(text).is_err(), "{text}");
        }
        assert_eq!(
            cors_origins("https://A.example, http://b:3000"),
            Ok(vec!["https://a.example".into(), "http://b:3000".into()])
        );
        for text in ["https://a.example/path", "a.example", "null"] {
            assert!(cors_origins(text).is_err(), "{text}");
        }
        assert_eq!(count::<u32>("5", 1, 9), Ok(5));
        for text in ["0", "10", "x", "-1", "5.0", ""] {
            assert!(count::<u32>(text, 1, 9).is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_are_masked() {
        for (text, shown) in [
            ("postgres://u:secret@h/d", "postgres://u:***@h/d"),
            ("postgres://u:se@cret@h:5432/d?x=1", "postgres://u:***@h:5432/d?x=1"),
            ("postgres://u:se/cret@h/d", "postgres://u:***@h/d"),
            ("postgres://u@h/d?password=secret", "postgres://u@h/d?***"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            ("sqlite://atlas.db", "sqlite://atlas.db"),
            ("info", "info"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
