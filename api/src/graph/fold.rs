//! Texts as they are compared: without case and accents, and in natural order. Made in Rust and stored, so that both
//! databases compare the same bytes.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest key of an order, in characters: longer texts are equal beyond it, and the unique key decides. Keeps keys
/// below what an index of PostgreSQL holds (2,704 bytes).
pub const MAX_SORT_CHARACTERS: usize = 256;

/// The same text in Unicode's composed form (NFC): what is stored and what filters compare with.
pub fn composed(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// Without case and accents, with every run of white space as one blank: "Côte D’Ivoire" is "cote d'ivoire".
pub fn fold(text: &str) -> String {
    if text.is_ascii() { fold_ascii(text) } else { fold_any(text) }
}

/// [`fold_any`] for the most frequent texts, several times as fast.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_whitespace() {
            folded.push(character.to_ascii_lowercase());
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

fn fold_any(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let decomposed = text.nfkd().filter(|character| !is_combining_mark(*character));
    for character in decomposed.flat_map(char::to_lowercase) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            '‘' | '’' | 'ʼ' => folded.push('\''),
            '“' | '”' => folded.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => folded.push('-'),
            // A letter like İ decomposes only once it is small.
            _ if is_combining_mark(character) => {}
            _ if character.is_whitespace() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            _ => folded.push(character),
        }
    }
    folded
}

/// The key of natural order: [`fold`]ed and trimmed, numbers by value. A run of digits is preceded by its length as
/// one character, so that "iso 9" sorts before "iso 10" byte by byte.
pub fn sort_key(text: &str) -> String {
    sort_key_of(&fold(text))
}

/// The [`sort_key`] of a text that is folded already.
pub fn sort_key_of(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len() + 8);
    let mut characters = folded.trim().chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_ascii_digit() {
            key.push(character);
            continue;
        }
        let mut digits = String::from(character);
        while let Some(digit) = characters.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            significant => significant,
        };
        key.push(char::from(b'0' + u8::try_from(digits.len().min(74)).unwrap_or(74)));
        key.push_str(digits);
    }
    match key.char_indices().nth(MAX_SORT_CHARACTERS) {
        Some((end, _)) => key[..end].to_owned(),
        None => key,
    }
}

/// Most digits that may follow a prefix which ends in digits, for [`sort_prefixes`].
const MAX_FOLLOWING_DIGITS: usize = 12;

/// Texts with one of which the [`sort_key`] of every text that starts with `prefix` starts. A prefix that ends in
/// digits has several, since the number that it begins may have more digits. Empty where that says nothing.
pub fn sort_prefixes(prefix: &str) -> Vec<String> {
    let folded = fold(prefix);
    let folded = folded.trim_start();
    let whole = folded.trim_end_matches(|character: char| character.is_ascii_digit());
    let digits = &folded[whole.len()..];
    // A final blank may be trimmed from the key of a text that ends there.
    let start: String = sort_key(whole).chars().take(MAX_SORT_CHARACTERS / 2).collect();
    if digits.is_empty() || digits.starts_with('0') || digits.len() > 20 || start.len() < sort_key(whole).len() {
        return vec![start];
    }
    let blank = if whole.ends_with(' ') { " " } else { "" };
    let key = |more: usize| {
        let length = char::from(b'0' + u8::try_from(digits.len() + more).unwrap_or(74));
        format!("{start}{blank}{length}{digits}")
    };
    (0..=MAX_FOLLOWING_DIGITS).map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_accents_are_folded() {
        for (text, folded) in [
            ("Côte D’Ivoire", "cote d'ivoire"),
            ("Türkiye", "turkiye"),
            ("Østfold  Łódź", "ostfold lodz"),
            ("İstanbul", "istanbul"),
            ("ΣΟΦΟΣ", "σοφοσ"),
            ("ISO\u{a0}9000", "iso 9000"),
            ("日本", "日本"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn texts_of_ascii_are_folded_like_any_other() {
        let all: String = (0..128_u8).map(char::from).collect();
        for text in [&all, "", "  ISO\t\n9001 \u{b}\u{c}\r\u{1c} A  b\u{7f}"] {
            assert_eq!(fold_ascii(text), fold_any(text));
            assert_eq!(composed(text), text.nfc().collect::<String>());
        }
    }

    #[test]
    fn numbers_sort_by_value() {
        let mut texts = ["ISO 10", "ISO 9", "ISO 9-10", "ISO 9-2", "iso 009", "ISO/IEC 27001", "IEC 62443", "ISO 0"];
        texts.sort_by_key(|text| sort_key(text));
        assert_eq!(texts, ["IEC 62443", "ISO 0", "ISO 9", "iso 009", "ISO 9-2", "ISO 9-10", "ISO 10", "ISO/IEC 27001"]);
    }

    #[test]
    fn keys_are_bounded() {
        assert_eq!(sort_key(&"é9".repeat(5_000)).chars().count(), MAX_SORT_CHARACTERS);
        assert!(sort_key(&"9".repeat(5_000)).starts_with('z'));
    }

    #[test]
    fn a_prefix_precedes_the_keys_of_what_starts_with_it() {
        for (prefix, text) in [
            ("ISO 2", "ISO 27001"),
            ("iso ", "ISO"),
            (" ISO", "iso 9"),
            ("9", "90"),
            ("", "x"),
            ("ISO/IEC 2700", "iso/iec 27001:2022"),
            ("ISO 9-1", "ISO 9-10"),
            ("ISO 00", "ISO 007"),
            ("a ", "a b"),
        ] {
            let key = sort_key(text);
            assert!(sort_prefixes(prefix).iter().any(|start| key.starts_with(start)), "{prefix} {text}");
        }
        assert!(!sort_prefixes("ISO 27").iter().any(|start| sort_key("ISO 9").starts_with(start)));
    }
}
