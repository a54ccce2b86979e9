#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::rfc_index::reader, formats::rfc_index::recognises, &["rfc-index.json"], bytes);
});
