#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::conferences::reader, formats::conferences::recognises, &["2031/lamps.json"], bytes);
});
