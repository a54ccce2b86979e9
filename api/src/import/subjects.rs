//! Which issues a subject is on, by a table of the project (`seeds/import/subjects.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    subject: Vec<Subject>,
}

/// A code with all that are below it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    scheme: String,
    code: String,
    /// Slugs of issues.
    issues: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = include_str!("../../../seeds/import/subjects.toml");
    toml::from_str(text).unwrap_or_else(|error| panic!("seeds/import/subjects.toml: {error}"))
});

/// Slugs of the issues that a subject is on, those of codes above it too.
pub fn issues(scheme: &str, code: &str) -> impl Iterator<Item = &'static str> {
    let is_above = |above: &str| code.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    TABLE
        .subject
        .iter()
        .filter(move |subject| subject.scheme == scheme && is_above(&subject.code))
        .flat_map(|subject| subject.issues.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_issues_of_those_above_it_and_no_others() {
        let of = |code: &str| issues("ICS", code).collect::<Vec<_>>();
        assert!(of("35.030").contains(&"cybersecurity"));
        assert!(of("33.040.20").contains(&"telecommunications-infrastructure"));
        assert!(of("3").is_empty() && of("330").is_empty() && of("01.120").is_empty());
        assert_eq!(issues("UDC", "35.030").count(), 0);
    }

    #[test]
    fn every_issue_of_the_table_is_in_the_seeds() {
        let seeds = include_str!("../../../seeds/issues.toml");
        for subject in &TABLE.subject {
            assert!(!subject.issues.is_empty(), "{}", subject.code);
            for issue in &subject.issues {
                assert!(seeds.contains(&format!("slug = \"{issue}\"")), "{issue}");
            }
        }
    }
}
