#![no_main]

use formats::text;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let input = String::from_utf8_lossy(bytes);
    fuzz::check_text("text", &text::clean(&input), true);
    let markdown = text::markdown(&input);
    fuzz::check_text("markdown", &markdown, true);
    assert!(!text::has_email(&markdown), "an address is left: {markdown:?}");
    for one in [text::plain(&input), text::words(&input), text::line(&input)] {
        if !one.is_empty() {
            fuzz::check_line("line", &one);
        }
    }
    for one in [text::plain(&input), text::words(&input)] {
        assert!(!text::has_email(&one), "an address is left: {one:?}");
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
