//! What a document is called by its publisher.

use serde_json::Value;

use crate::bodies;
use crate::json;
use crate::record::StandardType;
use crate::text;

/// What a document is, as far as its name tells.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    pub identifier: String,
    pub kind: StandardType,
    /// Without what identifies it, where the whole title begins with that.
    pub title: Option<String>,
    /// Where the source names none.
    pub publishers: &'static [&'static str],
    pub others: Vec<String>,
    /// Whether nothing was found but the short name.
    pub is_short_name: bool,
    pub is_english: bool,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            identifier: String::new(),
            kind: StandardType::Other,
            title: None,
            publishers: &[],
            others: Vec::new(),
            is_short_name: false,
            is_english: false,
        }
    }
}

/// Finds how its publisher identifies a document.
pub fn identify(name: &str, title: &str, publisher: &str, status: Option<&str>, value: &Value) -> Option<Found> {
    let name = text::plain(name);
    if name.is_empty() {
        return None;
    }
    let address = json::text(value, "href").unwrap_or_default();
    let found = json::text(value, "isoNumber")
        .and_then(|number| iso_number(&text::plain(number), publisher))
        .or_else(|| if publisher == "ISO/IEC" { iso_name(&name) } else { None })
        .or_else(|| json::text(value, "ogcNumber").map(|number| ogc(&text::plain(number))))
        .or_else(|| by_address(address, publisher))
        .or_else(|| number_of(&name, "rfc").map(rfc))
        .or_else(|| etsi(title))
        .or_else(|| unicode(&name, status, publisher))
        .or_else(|| by_title(title))
        .or_else(|| status.and_then(by_title).map(|found| Found { title: None, ..found }))
        .or_else(|| ecma(&name, address, publisher));
    Some(found.unwrap_or_else(|| short_name(&name, publisher)))
}

/// The publisher's acronym, where it has one, and the short name.
fn short_name(name: &str, publisher: &str) -> Found {
    let known = bodies::bodies(publisher);
    let acronym = match known.as_slice() {
        [body] => body.acronym.as_deref(),
        _ => None,
    };
    let starts_so = |acronym: &str| {
        name.get(..acronym.len()).is_some_and(|start| start.eq_ignore_ascii_case(acronym))
            && name.get(acronym.len()..).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    };
    let kind = match acronym {
        Some("W3C" | "WHATWG" | "WICG") => StandardType::WebStandard,
        _ => StandardType::Other,
    };
    let identifier = match acronym {
        Some(acronym) if !starts_so(acronym) => format!("{acronym} {name}"),
        _ => name.to_owned(),
    };
    let others = if acronym == Some("WG21") { vec![name.to_owned()] } else { Vec::new() };
    Found { identifier, kind, others, is_short_name: true, ..Found::default() }
}

/// What an address tells: RFCs, Internet-Drafts, technical reports of W3C, registries of IANA.
pub(crate) fn by_address(address: &str, publisher: &str) -> Option<Found> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match host {
        "www.w3.org" if publisher.is_empty() || publisher.contains("W3C") => w3c(address).map(|identifier| Found {
            identifier,
            kind: StandardType::WebStandard,
            publishers: &["W3C"],
            is_english: true,
            ..Found::default()
        }),
        "www.rfc-editor.org" | "rfc-editor.org" | "tools.ietf.org" | "datatracker.ietf.org" | "www.ietf.org" => {
            let last = path.rsplit('/').next()?;
            let last = last.strip_suffix(".txt").or_else(|| last.strip_suffix(".html")).unwrap_or(last);
            if let Some(number) = number_of(last, "rfc") {
                return Some(rfc(number));
            }
            let last = text::plain(last);
            last.starts_with("draft-").then(|| draft(&last))
        }
        "www.iana.org" => {
            let registry = text::plain(path.strip_prefix("assignments/")?.split('/').next()?);
            (!registry.is_empty()).then(|| Found {
                identifier: format!("IANA {registry}"),
                publishers: &["IANA"],
                is_english: true,
                ..Found::default()
            })
        }
        _ => None,
    }
}

/// The identifier of a technical report of W3C, by its address: "W3C html5" of a series, "W3C REC-html5-20141028" of an
/// edition. None of another address.
pub fn w3c(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let path = rest.strip_prefix("www.w3.org/TR/")?.split(['?', '#']).next()?;
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let first = parts.next()?;
    let is_year = first.len() == 4 && first.bytes().all(|byte| byte.is_ascii_digit());
    let name = if is_year { parts.next()? } else { first };
    // A page within a report.
    let only = parts.next().is_none_or(|page| page.starts_with("Overview") || page.starts_with("index."));
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+'));
    let name = name.strip_suffix(".html").unwrap_or(name);
    (only && is_name && !name.is_empty()).then(|| format!("W3C {name}"))
}

fn rfc(number: u32) -> Found {
    Found {
        identifier: format!("RFC {number}"),
        kind: StandardType::Rfc,
        publishers: &["IETF"],
        is_english: true,
        ..Found::default()
    }
}

/// The number in "rfc2119" or "RFC 2119".
fn number_of(name: &str, prefix: &str) -> Option<u32> {
    let start = name.get(..prefix.len())?;
    let digits = name.get(prefix.len()..)?.trim_start();
    let is_number = start.eq_ignore_ascii_case(prefix)
        && (1..=9).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// An Internet-Draft, without the two figures of its version.
fn draft(name: &str) -> Found {
    let identifier = match name.rsplit_once('-') {
        Some((rest, version)) if version.len() == 2 && version.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => name,
    };
    Found {
        identifier: identifier.to_owned(),
        kind: StandardType::InternetDraft,
        publishers: &["IETF"],
        is_english: true,
        ..Found::default()
    }
}

/// The number alone is what OGC calls it; others put the name before.
fn ogc(number: &str) -> Found {
    let bare = number.strip_prefix("OGC ").unwrap_or(number);
    Found {
        identifier: bare.to_owned(),
        kind: StandardType::Standard,
        publishers: &["OGC"],
        others: vec![format!("OGC {bare}")],
        ..Found::default()
    }
}

/// "ISO 13818-1:2023" is "ISO/IEC 13818-1:2023" where both publish it.
fn iso_number(number: &str, publisher: &str) -> Option<Found> {
    let identifier = match number.strip_prefix("ISO ") {
        Some(rest) if publisher == "ISO/IEC" => format!("ISO/IEC {rest}"),
        _ => number.to_owned(),
    };
    if !identifier.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kind = iso_kind(&identifier);
    let publishers: &[&str] = if identifier.starts_with("ISO/IEC") { &["ISO", "IEC"] } else { &["ISO"] };
    Some(Found { identifier, kind, publishers, ..Found::default() })
}

fn iso_kind(identifier: &str) -> StandardType {
    let last = identifier.rsplit('/').next().unwrap_or_default();
    let words: Vec<&str> = identifier.split([' ', '/']).take(6).collect();
    if last.contains("Amd") || last.contains("DAM") {
        StandardType::Amendment
    } else if last.contains("Cor") {
        StandardType::Corrigendum
    } else if words.contains(&"TR") {
        StandardType::TechnicalReport
    } else if words.contains(&"TS") {
        StandardType::TechnicalSpecification
    } else if words.contains(&"PAS") {
        StandardType::PubliclyAvailableSpecification
    } else if words.contains(&"Guide") {
        StandardType::Guide
    } else {
        StandardType::InternationalStandard
    }
}

/// "iso13818-1-2013-amd2-2014" is "ISO/IEC 13818-1:2013/Amd 2:2014". Drafts are named by their stage: "damd2" is "DAM 2",
/// "cdamd2" is "CD Amd 2".
fn iso_name(name: &str) -> Option<Found> {
    let rest = name.strip_prefix("iso").filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_year = |part: &str| part.len() == 4 && is_number(part) && (part.starts_with("19") || part.starts_with("20"));
    let mut parts = rest.split('-').peekable();
    let mut identifier = format!("ISO/IEC {}", parts.next().filter(|number| is_number(number))?);
    // The part, which may carry an edition or an iteration: "14-2", "6.3".
    if let Some(part) = parts.next_if(|part| part.len() <= 3 && part.split('.').all(is_number)) {
        identifier.push('-');
        identifier.push_str(part);
    }
    if let Some(year) = parts.next_if(|part| is_year(part)) {
        identifier.push(':');
        identifier.push_str(year);
    }
    while let Some(part) = parts.next() {
        let word = part.trim_end_matches(|character: char| character.is_ascii_digit());
        let number = part.get(word.len()..).filter(|number| !number.is_empty())?;
        let word = match word {
            "amd" => "Amd",
            "cor" => "Cor",
            "damd" => "DAM",
            "fdamd" => "FDAM",
            "cdamd" => "CD Amd",
            "wdamd" => "WD Amd",
            "awiamd" => "AWI Amd",
            "npamd" => "NP Amd",
            "prfamd" => "PRF Amd",
            "cdcor" => "CD Cor",
            "dcor" => "DCOR",
            _ => return None,
        };
        for part in ["/", word, " ", number] {
            identifier.push_str(part);
        }
        if let Some(year) = parts.next_if(|part| is_year(part)) {
            identifier.push(':');
            identifier.push_str(year);
        }
    }
    let kind = iso_kind(&identifier);
    Some(Found { identifier, kind, publishers: &["ISO", "IEC"], is_english: true, ..Found::default() })
}

/// Of "ETSI TS 103 303 V1.1.1 (2016-04): Title", what stands before the colon.
fn etsi(title: &str) -> Option<Found> {
    let (identifier, rest) = title.split_once(": ")?;
    let words: Vec<&str> = identifier.split(' ').take(3).collect();
    let ["ETSI", series, _] = words.as_slice() else { return None };
    if !identifier.ends_with(')') || !identifier.contains(" (") {
        return None;
    }
    let kind = match *series {
        "TS" | "GS" | "GTS" | "DTS" => StandardType::TechnicalSpecification,
        "TR" | "GR" | "ETR" | "TCRTR" | "SR" => StandardType::TechnicalReport,
        "EN" | "ES" | "ETS" | "I-ETS" | "TBR" => StandardType::Standard,
        "EG" => StandardType::Guide,
        _ => StandardType::Other,
    };
    Some(Found {
        identifier: identifier.to_owned(),
        kind,
        title: Some(rest.trim().to_owned()).filter(|title| !title.is_empty()),
        publishers: &["ETSI"],
        is_english: true,
        ..Found::default()
    })
}

/// "Unicode Standard Annex #29", also while it is proposed.
fn unicode(name: &str, status: Option<&str>, publisher: &str) -> Option<Found> {
    if !publisher.is_empty() && !publisher.contains("Unicode") {
        return None;
    }
    let (words, number) = status?.split_once('#')?;
    let number = number.trim();
    let (series, kind) = match words.trim().rsplit("Unicode ").next()? {
        "Standard Annex" => ("UAX", StandardType::Standard),
        "Technical Standard" => ("UTS", StandardType::Standard),
        "Technical Report" => ("UTR", StandardType::TechnicalReport),
        "Technical Note" => ("UTN", StandardType::Other),
        _ => return None,
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Found {
        identifier: format!("{series} #{number}"),
        kind,
        publishers: &["Unicode Consortium"],
        others: vec![name.to_owned()],
        is_english: true,
        ..Found::default()
    })
}

fn ecma(name: &str, address: &str, publisher: &str) -> Option<Found> {
    if !publisher.to_lowercase().starts_with("ecma") {
        return None;
    }
    let number = number_of(name, "ecma-")
        .or_else(|| address.split('/').find_map(|part| number_of(part, "ecma").or_else(|| number_of(part, "ecma-"))))?;
    Some(Found {
        identifier: format!("ECMA-{number}"),
        kind: StandardType::Standard,
        publishers: &["Ecma International"],
        is_english: true,
        ..Found::default()
    })
}

/// The number that a text begins with: "ISO 8601:2004", "ISO/IEC 646:1991, …", "FIPS PUB 180-4: …", "Recommendation ITU-R
/// BT.709-6 (06/2015), …".
fn by_title(title: &str) -> Option<Found> {
    let title = title.strip_prefix("Recommendation ").unwrap_or(title);
    let words: Vec<&str> = title.split_whitespace().take(6).collect();
    let end = |word: &str| word.trim_end_matches([',', ':', '.', ';']).to_owned();
    let (identifier, publishers, used): (String, &'static [&'static str], usize) = match words.as_slice() {
        ["ISO" | "ISO/IEC" | "IEC" | "ISO/CIE", number, ..] if starts_with_number(number) => {
            let owner = words.first().copied().unwrap_or_default();
            let publishers: &[&str] = match owner {
                "ISO" => &["ISO"],
                "IEC" => &["IEC"],
                "ISO/CIE" => &["ISO", "CIE"],
                _ => &["ISO", "IEC"],
            };
            let number = end(number);
            // "(E)" is the language of the copy.
            (format!("{owner} {}", number.strip_suffix("(E)").unwrap_or(&number)), publishers, 2)
        }
        ["ISO/TS" | "ISO/TR" | "ISO/DIS" | "ISO/FDIS", number, ..] if starts_with_number(number) => {
            (format!("{} {}", words.first().copied().unwrap_or_default(), end(number)), &["ISO"], 2)
        }
        ["FIPS", "PUB", number, ..] if starts_with_number(number) => {
            (format!("NIST FIPS {}", end(number)), &["NIST"], 3)
        }
        ["FIPS", number, ..] if starts_with_number(number) => (format!("NIST FIPS {}", end(number)), &["NIST"], 2),
        ["ITU-R", number, ..] if is_recommendation(&end(number)) => (format!("ITU-R {}", end(number)), &["ITU"], 2),
        ["ITU-R", "Recommendation", number, ..] if is_recommendation(&end(number)) => {
            (format!("ITU-R {}", end(number)), &["ITU"], 3)
        }
        ["ITU-T", number, date, ..] if is_recommendation(number) && date.starts_with('(') => {
            (format!("ITU-T {number} {}", end(date)), &["ITU"], 3)
        }
        ["ITU-T", number, ..] if is_recommendation(&end(number)) => (format!("ITU-T {}", end(number)), &["ITU"], 2),
        [number, ..] if number_of(&end(number), "ecma-").is_some() => {
            (end(number).to_uppercase(), &["Ecma International"], 1)
        }
        _ => return None,
    };
    let kind = match publishers {
        ["ISO" | "IEC", ..] => iso_kind(&identifier),
        ["ITU"] => StandardType::Recommendation,
        _ => StandardType::Standard,
    };
    // The words behind the number, where they are set off from it.
    let rest = title
        .split_whitespace()
        .nth(used.checked_sub(1)?)
        .filter(|last| last.ends_with([',', ':']))
        .map(|_| title.split_whitespace().skip(used).collect::<Vec<_>>().join(" "))
        .filter(|rest| !rest.is_empty());
    Some(Found { identifier, kind, title: rest, publishers, ..Found::default() })
}

fn starts_with_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit())
}

/// "BT.709-6", "X.509".
fn is_recommendation(word: &str) -> bool {
    word.split_once('.').is_some_and(|(series, number)| {
        (1..=4).contains(&series.len())
            && series.bytes().all(|byte| byte.is_ascii_uppercase())
            && starts_with_number(number)
    })
}

/// An identifier without its years, date or version, where it has one: "ISO/IEC 13818-1", "ETSI TS 103 303", "W3C html5".
pub(crate) fn undated(identifier: &str) -> Option<String> {
    if identifier.starts_with("ETSI ") {
        let cut = identifier.find(" V").or_else(|| identifier.find(" ed."))?;
        return identifier.get(..cut).map(str::to_owned);
    }
    if let Some(report) = identifier.strip_prefix("W3C ") {
        let (rest, date) = report.rsplit_once('-')?;
        let (maturity, name) = rest.split_once('-')?;
        let is_dated = date.len() == 8
            && date.bytes().all(|byte| byte.is_ascii_digit())
            && maturity.len() > 1
            && maturity.bytes().all(|byte| byte.is_ascii_uppercase());
        return is_dated.then(|| text::words(&format!("W3C {name}")));
    }
    if !identifier.starts_with("ISO") && !identifier.starts_with("IEC") {
        return None;
    }
    let parts: Vec<&str> =
        identifier.split('/').map(|part| part.split_once(':').map_or(part, |(part, _)| part.trim_end())).collect();
    let undated = text::words(&parts.join("/"));
    (undated != identifier).then_some(undated)
}

/// Whether people may cite a document by an alias: it has letters and figures, or it is the name of a body and what it
/// calls the document ("WHATWG-FETCH"). Names of ISO's drafts are nobody's.
pub fn is_cited(alias: &str) -> bool {
    let has_figures = alias.bytes().any(|byte| byte.is_ascii_digit());
    let has_letters = alias.chars().any(char::is_alphabetic);
    let of_iso = alias.starts_with("iso") && alias.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
    let names_body = ["WHATWG-", "WICG-", "W3C-"].iter().any(|body| alias.starts_with(body));
    has_letters && (has_figures || names_body) && !of_iso
}
