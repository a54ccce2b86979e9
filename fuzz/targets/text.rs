#![no_main]

use formats::text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let input = String::from_utf8_lossy(bytes);
    fuzz::check_text("text", &text::clean(&input), true);
    fuzz::check_text("markdown", &text::markdown(&input), true);
    let plain = text::plain(&input);
    if !plain.is_empty() {
        fuzz::check_line("plain", &plain);
    }
    let line = input.lines().next().unwrap_or_default();
    if let Some(language) = text::language(line) {
        fuzz::check_language("language", &language);
    }
    if let Some(date) = text::date(line) {
        fuzz::check_date("date", &date);
    }
    let without = text::without_emails(&input);
    assert!(!text::has_email(&without), "an address is left: {without:?}");
});
