#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::check(formats::iso_ics::reader, formats::iso_ics::recognises, &["ICS.xml", "98_010.json"], bytes);
});
