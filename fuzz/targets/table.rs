#![no_main]

use formats::table::{self, Mapping};

// A mapping, a line "---" and a table; without one, a table for the mappings that are built in.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.windows(5).position(|window| window == b"\n---\n");
    let Some((mapping, rest)) = at.and_then(|at| bytes.split_at_checked(at)) else {
        fuzz::check(table::reader, table::recognises, &["general_list.yaml", "countries.csv", "a.json", "a.md"], bytes);
        return;
    };
    let Some(mapping) = std::str::from_utf8(mapping).ok().and_then(|text| Mapping::parse(text).ok()) else { return };
    let table = rest.get(5..).unwrap_or_default();
    for path in ["a.csv", "a.json", "a.jsonl", "a.yaml", "a.md"] {
        fuzz::check(
            || table::reader_by(mapping.clone()),
            |path, head| mapping.recognises(path, head),
            &[path],
            table,
        );
    }
});
