#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::specref::reader, formats::specref::recognises, &["refs/lamps.json"], bytes);
});
