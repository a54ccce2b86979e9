#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::ris::reader, formats::ris::recognises, &["documents.ris"], bytes);
});
