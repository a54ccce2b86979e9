#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::profile::reader, formats::profile::recognises, &["profiles.txt"], bytes);
});
