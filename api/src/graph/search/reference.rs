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
    fn a_page_leads_to_the_site_that_it_is_on() {
        assert_eq!(
            addresses("https://www.iso.org/standard/27001.html"),
            ["iso.org/standard/27001.html", "iso.org/standard", "iso.org"]
        );
        assert_eq!(addresses("nothing"), Vec::<String>::new());
    }
}
