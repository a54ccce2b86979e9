#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::relaton::reader, formats::relaton::recognises, &["data/document.yaml", "data/document.xml"], bytes);
});
