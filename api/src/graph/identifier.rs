//! Identifiers of standards and codes of countries as people write them, and the keys by which two ways of writing are
//! one.

use unicode_normalization::UnicodeNormalization;

/// The key of an identifier: small letters, no blanks, no "/" between letters or before the word for an amendment or
/// corrigendum, no colon behind that word. `ISO/TS 23258` and `iso ts  23258` are one, so are `Cor 1`, `/COR1:` and
/// `/Cor 1:`.
pub fn key(identifier: &str) -> String {
    // Composing leaves ASCII as it is.
    let plain = if identifier.is_ascii() { plain(identifier.chars()) } else { plain(identifier.nfkc()) };
    let mut key = String::with_capacity(plain.len());
    let mut position = 0;
    while let Some(&character) = plain.get(position) {
        let rest: &[char] = plain.get(position + 1..).unwrap_or_default();
        let joins_words = character == '/'
            && (starts_with_part(rest)
                || key.chars().next_back().is_some_and(char::is_alphabetic)
                    && rest.first().is_some_and(|next| next.is_alphabetic()));
        if !joins_words {
            key.push(character);
        }
        position += 1;
        if character.is_ascii_digit()
            && rest.first() == Some(&':')
            && ends_with_part(&key)
            && !rest.get(1).is_some_and(char::is_ascii_digit)
        {
            position += 1;
        }
    }
    key
}

/// Small letters, no blanks, one kind of hyphen.
fn plain(composed: impl Iterator<Item = char>) -> Vec<char> {
    composed
        .flat_map(char::to_lowercase)
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .map(|character| if matches!(character, '‐' | '‑' | '‒' | '–' | '—' | '−') { '-' } else { character })
        .collect()
}

const PARTS: [&str; 4] = ["amd", "cor", "add", "suppl"];

fn starts_with_part(rest: &[char]) -> bool {
    PARTS.iter().any(|part| part.chars().zip(rest).filter(|(a, b)| a == *b).count() == part.len())
}

/// Whether a key ends in the word for a part and its number.
fn ends_with_part(key: &str) -> bool {
    let word = key.trim_end_matches(|character: char| character.is_ascii_digit());
    PARTS.iter().any(|part| word.ends_with(part))
}

/// The ISO 3166-1 alpha-2 code that a text may be, in either case; none where it can be none.
pub fn country_code(text: &str) -> Option<String> {
    let may_be = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic());
    may_be.then(|| text.to_ascii_uppercase())
}

/// Whether a text may be what a row holds: none holds a NUL, and PostgreSQL takes none.
pub fn may_be_stored(text: &str) -> bool {
    !text.contains('\0')
}

/// A slug: letters and digits in ASCII, small, with single hyphens between the words.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in any_ascii::any_ascii(text).chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            // An apostrophe joins what it stands between.
            if character != '\'' {
                slug.push('-');
            }
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_share_a_key() {
        for same in [
            &["ISO/TS 23258", "ISO TS 23258", "iso/ts  23258"][..],
            &["ISO/IEC 30149", "IS O/IEC 30149", "iso/iec\u{a0}30149"],
            &["ISO/IEC 19944-1", "ISO/IEC 19 944 -1", "ISO/IEC 19944‑1"],
            &["ISO 9000 Cor 1", "ISO 9000/COR1:", "ISO 9000/Cor 1:"],
            &["RFC 9110", "rfc9110"],
        ] {
            for other in same {
                assert_eq!(key(other), key(same[0]), "{other}");
            }
        }
    }

    #[test]
    fn different_documents_have_different_keys() {
        for (one, other) in [
            ("ISO/IEC 19944-1", "ISO/IEC 199441"),
            ("ISO 9000:2015", "ISO 9000"),
            ("ITU-T G.8013/Y.1731", "ITU-T G.8013Y.1731"),
            ("ISO 1/Cor 1:2002", "ISO 1/Cor 12002"),
            ("ISO/TR 21332.2", "ISO/TR 213322"),
        ] {
            assert_ne!(key(one), key(other));
        }
    }

    #[test]
    fn composing_leaves_ascii_as_it_is() {
        let all: String = (0..128_u8).map(char::from).collect();
        assert_eq!(plain(all.chars()), plain(all.nfkc()));
    }

    #[test]
    fn slugs_are_plain() {
        for (text, expected) in [
            ("ISO/IEC TR 24028", "iso-iec-tr-24028"),
            ("ISO/TR 21332.2", "iso-tr-21332-2"),
            ("Côte d’Ivoire", "cote-divoire"),
            ("ПМГ 05", "pmg-05"),
            (" – ", ""),
        ] {
            assert_eq!(slug(text), expected);
        }
    }
}
