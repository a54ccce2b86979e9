#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::icalendar::reader, formats::icalendar::recognises, &["calendar.ics"], bytes);
});
