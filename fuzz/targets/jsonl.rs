#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::jsonl::reader, formats::jsonl::recognises, &["export.jsonl"], bytes);
});
