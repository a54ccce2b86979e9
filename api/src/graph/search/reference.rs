//! What records are known by: the keys that identifiers, names, slugs and addresses are compared by, and what someone
//! may mean by a reference.

use super::word::words;
use crate::graph::{Form, identifier};

/// Longest key, in characters: longer texts are known by their beginning.
const MAX_KEY_CHARACTERS: usize = 200;

/// The code of a form, as `search_key` holds it.
pub fn code(form: Form) -> &'static str {
    match form {
        Form::Identifier => "IDENTIFIER",
        Form::Slug => "SLUG",
        Form::Acronym => "ACRONYM",
        Form::Name => "NAME",
        Form::Url => "URL",
        Form::OtherIdentifier => "OTHER_IDENTIFIER",
        Form::OtherName => "OTHER_NAME",
        Form::FormerSlug => "FORMER_SLUG",
        Form::Handle => "HANDLE",
        Form::UndatedIdentifier => "UNDATED_IDENTIFIER",
    }
}

/// Every form, the surest first.
pub const FORMS: [Form; 10] = [
    Form::Identifier,
    Form::Slug,
    Form::Acronym,
    Form::Name,
    Form::Url,
    Form::OtherIdentifier,
    Form::OtherName,
    Form::FormerSlug,
    Form::Handle,
    Form::UndatedIdentifier,
];

/// Forms whose text is the record's own name, in full: a search for it means that record.
pub const NAMES: [Form; 5] = [Form::Identifier, Form::Acronym, Form::Name, Form::OtherIdentifier, Form::OtherName];

/// The key of a text of a form; none where nothing of it can be compared.
pub fn key(form: Form, text: &str) -> Option<String> {
    let (space, key) = match form {
        Form::Identifier | Form::OtherIdentifier | Form::UndatedIdentifier => ('i', identifier::key(text)),
        Form::Acronym | Form::Name | Form::OtherName | Form::Handle => {
            ('n', words(text).map(|word| word.plain).collect::<Vec<_>>().join(" "))
        }
        Form::Slug | Form::FormerSlug => ('s', text.to_owned()),
        Form::Url => ('u', address(text)?),
    };
    (!key.is_empty()).then(|| format!("{space}:{}", key.chars().take(MAX_KEY_CHARACTERS).collect::<String>()))
}

/// The keys of a text as these forms, each once.
pub fn keys(forms: &[Form], text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for key in forms.iter().filter_map(|form| key(*form, text)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// A web address without what people leave out or add: scheme, "www.", query, fragment and final slashes; small
/// letters, since hosts have no case and people confuse that of paths. None where it does not look like one.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let rest = rest.strip_prefix("www.").or_else(|| rest.strip_prefix("m.")).unwrap_or(rest).trim_end_matches('/');
    let host = rest.split('/').next().unwrap_or_default();
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && host.chars().all(|character| character.is_alphanumeric() || matches!(character, '.' | '-' | ':'));
    is_host.then(|| rest.replacen("x.com/", "twitter.com/", usize::from(host == "x.com")))
}

/// The address and those above it, the longest first: a page leads to the site that it is on.
pub fn addresses(text: &str) -> Vec<String> {
    let Some(address) = address(text) else { return Vec::new() };
    let ends = address.match_indices('/').map(|(end, _)| end);
    let mut all: Vec<String> = ends.map(|end| address[..end].to_owned()).collect();
    all.push(address);
    all.reverse();
    all.truncate(MAX_ADDRESSES);
    all
}

/// Most parts of a path that are tried.
const MAX_ADDRESSES: usize = 8;

/// A key that may be what a reference means, and how sure a record of that key is then: 1 is certain.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub key: String,
    pub score: f64,
}

/// What a reference may be a key of.
pub fn candidates(text: &str) -> Vec<Candidate> {
    let addresses = addresses(text);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut add = |key: Option<String>, score| {
        if let Some(key) = key.filter(|key| !candidates.iter().any(|known| known.key == *key)) {
            candidates.push(Candidate { key, score });
        }
    };
    for form in [Form::Identifier, Form::Name] {
        add(key(form, text), 1.0);
    }
    add(key(Form::Slug, text.trim().to_lowercase().as_str()), 1.0);
    for (place, address) in addresses.iter().enumerate() {
        add(key(Form::Url, address), if place == 0 { 1.0 } else { 0.7 });
    }
    // The address of an account names its handle, where the account's address is not known.
    if let Some((_, handle)) = addresses.first().and_then(|address| address.rsplit_once('/')) {
        add(key(Form::Handle, handle), 0.8);
    }
    candidates
}

/// How sure a record is that is known by a text in this form.
pub fn certainty(form: Form) -> f64 {
    match form {
        Form::Identifier | Form::Slug | Form::Acronym | Form::Name | Form::Url => 1.0,
        Form::OtherIdentifier | Form::OtherName | Form::FormerSlug => 0.95,
        Form::Handle => 0.9,
        Form::UndatedIdentifier => 0.85,
    }
}

/// A reference without the edition that it names at its end: ":2013", "-2013", "(2013)", " 2013", "ed 2".
pub fn undated(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches(')');
    let digits = |character: char| character.is_ascii_digit();
    let whole = text.trim_end_matches(|character| digits(character) || character == '-' || character == ':');
    let edition = whole.trim_end().to_lowercase();
    let base = if edition.ends_with(" ed") || edition.ends_with(" ed.") {
        whole.trim_end().get(..edition.len() - if edition.ends_with('.') { 4 } else { 3 })?
    } else {
        let start = text.rfind([':', '(', ' ', '-'])?;
        let year = text.get(start + 1..)?;
        let is_year = year.len() == 4 && year.chars().all(digits) && (year.starts_with("19") || year.starts_with("20"));
        is_year.then(|| text.get(..start)).flatten()?
    };
    let base = base.trim_end_matches([':', '-', '(', ' ']).trim();
    (base.chars().any(digits)).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_share_a_key() {
        for (form, one, other) in [
            (Form::Identifier, "ISO/IEC 30149", "IS O/IEC 30149"),
            (Form::Name, "World Trade Organization", "world trade organisation"),
            (Form::Acronym, "TC39", "TC 39"),
            (Form::Handle, "isostandards", "@isostandards"),
            (Form::Url, "https://www.iso.org/", "http://iso.org"),
            (Form::Url, "https://twitter.com/isostandards", "x.com/ISOstandards?lang=en"),
        ] {
            assert_eq!(key(form, one), key(form, other), "{other}");
        }
        assert_ne!(key(Form::Identifier, "ISO"), key(Form::Name, "ISO"));
        for (form, odd) in [(Form::Url, "no address"), (Form::Url, "."), (Form::Name, "…"), (Form::Identifier, " ")] {
            assert_eq!(key(form, odd), None, "{odd}");
        }
    }

    #[test]
    fn the_edition_can_be_left_out() {
        for (text, expected) in [
            ("ISO 27001:2013", Some("ISO 27001")),
            ("ISO/IEC 27001 (2022)", Some("ISO/IEC 27001")),
            ("IEC 60050-1994", Some("IEC 60050")),
            ("ECMA-262 ed 15", Some("ECMA-262")),
            ("ECMA-262 Ed. 15", Some("ECMA-262")),
            ("ISO 27001", None),
            ("IEEE 2030", None),
            ("World Summit 2005", None),
            ("", None),
            ("é:2013", None),
        ] {
            assert_eq!(undated(text), expected, "{text}");
        }
    }

    #[test]
    fn a_page_leads_to_the_site_that_it_is_on() {
        assert_eq!(
            addresses("https://www.iso.org/standard/27001.html"),
            ["iso.org/standard/27001.html", "iso.org/standard", "iso.org"]
        );
        assert_eq!(addresses("nothing"), Vec::<String>::new());
    }
}
