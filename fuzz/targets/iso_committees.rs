#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::iso_committees::reader, formats::iso_committees::recognises, &["committees.jsonl"], bytes);
});
