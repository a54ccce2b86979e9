#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let recognises = |path: &str, head: &[u8]| formats::recognise(path, head).is_some();
    fuzz::check(formats::Auto::default, recognises, &["-", "a.json", "a.yaml", "a.xml"], bytes);
});
