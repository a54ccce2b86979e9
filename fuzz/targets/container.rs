#![no_main]

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// How many bytes of an entry are read: what is small when packed can be large.
const MOST: u64 = 1 << 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let consumed = Arc::new(AtomicU64::new(0));
    let mut stream = bytes;
    let mut visit = |found: Result<formats::Entry<'_>, formats::container::Damage>| {
        match found {
            Ok(entry) => {
                assert!(!entry.path.is_empty() && !entry.path.starts_with('/'), "{:?}", entry.path);
                assert!(!entry.path.contains(char::is_control), "{:?}", entry.path);
                assert!(!entry.path.split('/').any(|part| matches!(part, "" | "." | "..")), "{:?}", entry.path);
                // An error of the contents is told as damage behind it.
                let mut contents = Vec::new();
                let _end = entry.contents.take(MOST).read_to_end(&mut contents);
            }
            Err(damage) => assert!(!damage.reason.is_empty()),
        }
        Ok(())
    };
    formats::container::walk_stream("input", &mut stream, &consumed, &mut visit).expect("the visitor wants all");
});
