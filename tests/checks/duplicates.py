#!/usr/bin/env python3
"""Whether a heavy crate is built in two versions. Exit status: 0 none is; 1 prints those that are."""

import collections
import fnmatch
import re
import subprocess
import sys

# Crates of which a second version costs seconds of every build, or of which two do not fit together.
HEAVY = """
    async-graphql* axum* chrono clap* hmac hyper* icu_* jiff* libsqlite3-sys regex* ring rustls* sea-orm* sea-query
    sea-schema serde serde_core serde_derive serde_json sha2 sqlx* syn time tokio* toml toml_edit tower* tracing*
""".split()

# Heavy ones that cannot be helped: which versions, and why.
KNOWN = {
    "sha2": ({"0.10", "0.11"}, "sqlx-core takes 0.10, sqlx-postgres and this project 0.11"),
    "syn": ({"2", "3"}, "the crates of derive macros are on their way from 2 to 3; proc macros alone, not in the binary"),
}

# Light ones, for the reader.
LIGHT = {
    "block-buffer": "comes with sha2",
    "cpufeatures": "comes with sha2",
    "crypto-common": "comes with sha2",
    "digest": "comes with sha2",
    "darling": "macros of sea-query take 0.20, those of async-graphql 0.23",
    "darling_core": "comes with darling",
    "darling_macro": "comes with darling",
    "getrandom": "ring takes 0.2",
    "hashbrown": "hashlink takes 0.16, indexmap 0.17",
    "heck": "macros of sea-orm take 0.4",
}


def line_of(version):
    """The part of a version within which versions fit together.

    >>> line_of("1.2.3"), line_of("0.11.1"), line_of("0.0.4"), line_of("1.1.3+spec-1.1.0")
    ('1', '0.11', '0.0.4', '1')
    """
    major, minor, patch = re.split(r"[.+-]", version)[:3]
    return major if major != "0" else f"0.{minor}" if minor != "0" else f"0.0.{patch}"


def main():
    command = "cargo tree --workspace --locked --duplicates --depth 0 --prefix none --format {p}".split()
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    versions = collections.defaultdict(set)
    for line in text.splitlines():
        if match := re.match(r"(\S+) v(\S+)", line):
            versions[match[1]].add(match[2])
    wrong = 0
    # A crate with one version stands here when it is built once for macros and once for the binary.
    for name, found in sorted(versions.items()):
        if len(found) < 2:
            continue
        heavy = any(fnmatch.fnmatchcase(name, pattern) for pattern in HEAVY)
        expected, reason = KNOWN.get(name, (None, LIGHT.get(name, "no reason known")))
        bad = heavy and {line_of(version) for version in found} != expected
        wrong += bad
        print(f"{'HEAVY' if bad else 'known' if heavy else 'light'}  {name} {', '.join(sorted(found))}: {reason}")
    print(f"{wrong} heavy crates in several versions")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
