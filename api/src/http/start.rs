//! `/`: what this is and how much of it there is, for people; readable without scripts.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

use super::observe::Outcome;
use crate::app::App;
use crate::graph::cursor::revision_text;
use crate::graph::moment::date_time_text;
use crate::graph::summary::{Summary, plural};

/// A page that waits longer for its figures is shown without them.
const PATIENCE: Duration = Duration::from_secs(2);

/// The style of the pages that the program makes itself.
pub(super) const STYLE: &str = include_str!("start.css");

/// The page's own style, known by its hash, and nothing else.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a hash and words in ASCII")
});

/// The examples of the playground: the first line of each is a comment, and its title.
const EXAMPLES: [&str; 7] = [
    include_str!("../../../web/examples/1-one-issue.graphql"),
    include_str!("../../../web/examples/2-standards-on-the-way.graphql"),
    include_str!("../../../web/examples/3-an-organisation.graphql"),
    include_str!("../../../web/examples/4-rules-and-parties.graphql"),
    include_str!("../../../web/examples/5-where-it-comes-from.graphql"),
    include_str!("../../../web/examples/7-search-everything.graphql"),
    include_str!("../../../web/examples/8-counts-and-changes.graphql"),
];

/// Where the service is, as it was told or as the client calls it.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or(&app.config.listen);
    app.config.public_url.clone().unwrap_or_else(|| format!("http://{host}"))
}

/// The page.
pub(super) async fn show(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let summary = match timeout(PATIENCE, app.summary()).await {
        Ok(Ok(summary)) => Some(summary),
        Ok(Err(error)) => {
            tracing::warn!("The start page has no figures: {error}");
            None
        }
        Err(_) => None,
    };
    let base = base(&app, &headers);
    let text = page(&base, summary.as_ref()).into_string();
    let outcome = Outcome { statements: 1, bytes: text.len(), ..Outcome::default() };
    let status = if summary.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let head = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (CONTENT_SECURITY_POLICY, POLICY.clone()),
    ];
    (status, head, Extension(outcome), text).into_response()
}

/// `/icon.svg`: what browsers show beside a page's title.
pub(super) async fn icon() -> Response {
    let head = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400")];
    (head, include_str!("../../../web/icon.svg")).into_response()
}

fn page(base: &str, summary: Option<&Summary>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="description" content="An open GraphQL API for who does what in digital governance and standardisation.";
                title { "Atlas" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Atlas" }
                    p.lead {
                        "Who does what in digital governance and standardisation: organisations, the issues they work on and in "
                        "which words, the standards, committees, instruments, initiatives, tools and events through which they act. "
                        "One graph, with a source for every fact, open to any question in GraphQL."
                    }
                    ul.doors {
                        li { a.first href="/graphiql" { "Open the playground" } }
                        li { a href="/schema.graphql" { "Read the schema" } }
                        li { a href="/readyz" { "Health" } }
                    }
                    h2 { "What is here now" }
                    (figures(summary))
                    h2 { "What one can ask" }
                    p { "Each opens in the playground; “answer” shows what comes back, without scripts." }
                    ul {
                        @for example in EXAMPLES {
                            li {
                                a href=(in_playground(example)) { (title(example)) }
                                " (" a href=(answer(example)) aria-label=(format!("Answer to: {}", title(example))) { "answer" } ")"
                            }
                        }
                    }
                    h2 { "From a program" }
                    pre tabindex="0" role="region" aria-label="An example for the command line" { code {
                        "curl " (base) "/graphql \\\n  --header 'content-type: application/json' \\\n  --data '{ \"query\": \"{ issues(first: 5) { nodes { name } } }\" }'"
                    } }
                    p.quiet {
                        "The API is at " code { (base) "/graphql" } ", by POST and by GET, as GraphQL over HTTP has it. "
                        a href="/healthz" { "/healthz" } " tells whether the service runs, " a href="/readyz" { "/readyz" }
                        " whether it can answer. Atlas " (env!("CARGO_PKG_VERSION")) "."
                    }
                }
            }
        }
    }
}

fn figures(summary: Option<&Summary>) -> Markup {
    let Some(summary) = summary else {
        return html! { p role="status" { "The database does not answer just now, so there are no figures. Try again in a moment." } };
    };
    html! {
        dl.figures {
            @for (kind, count) in &summary.counts {
                @let name = plural(*kind);
                div {
                    dt { a href=(in_playground(&format!("{{\n  {name} {{\n    totalCount\n    nodes {{\n      slug\n      label\n    }}\n  }}\n}}\n"))) { (name) } }
                    dd { (grouped(*count)) }
                }
            }
        }
        p.quiet {
            "Revision " code { (revision_text(summary.sequence)) }
            @if summary.sequence > 0 {
                @let at = date_time_text(summary.at);
                ", of " time datetime=(at) { (at.get(..16).unwrap_or(&at).replace('T', " ")) " UTC" }
            }
            ". Every change, of whatever kind, makes the next one."
        }
    }
}

/// A number in groups of three: 12,345.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn title(example: &str) -> &str {
    example.lines().next().unwrap_or_default().trim_start_matches('#').trim()
}

fn in_playground(query: &str) -> String {
    format!("/graphiql?query={}", utf8_percent_encode(query, NON_ALPHANUMERIC))
}

/// The address of the answer. Comments are left out to keep it short.
fn answer(query: &str) -> String {
    let lines: Vec<&str> = query.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect();
    format!("/graphql?query={}", utf8_percent_encode(&lines.join(" "), NON_ALPHANUMERIC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn every_example_has_a_title_and_comments_stay_at_home() {
        for example in EXAMPLES {
            assert!(title(example).len() > 5, "{example}");
            assert!(!answer(example).contains("%23"), "{example}");
        }
    }

    #[test]
    fn what_the_client_sends_as_its_host_is_text() {
        let page = page("http://<script>alert(1)</script>", None).into_string();
        assert!(page.contains("http://&lt;script&gt;") && !page.contains("<script"), "{page}");
    }
}
