#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::web_specs::reader, formats::web_specs::recognises, &["index.json"], bytes);
});
