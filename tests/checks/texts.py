#!/usr/bin/env python3
"""Whether the files of this project hold what belongs to one machine: paths of it, or addresses that lock files took
from its settings. Exit status: 0 none does; 1 prints file, line and what was found."""

import json
import re
import subprocess
import sys

# Written so that this file does not hold them itself.
PATHS = re.compile(r"(?<![\w.}/-])/(?:work|root|home/\w+|Users/\w+|build[s]?)/[\w.-]+")
CARGO_SOURCE = 'source = "registry+https://github.com/rust-lang/crates.io-index"'


def in_text(text):
    """The paths of a machine in a line.

    >>> len(in_text("see " + "/wor" + "k/main/a.rs")), in_text("https://example.org/home/page"), in_text("a/work/b")
    (1, [], [])
    """
    return [match[0] for match in PATHS.finditer(text)]


def in_lock_file(name, text):
    """Lines of a lock file that name where packages were taken from."""
    if name.endswith("Cargo.lock"):
        # Cargo writes one name for its registry, whatever mirror it uses.
        lines = enumerate(text.splitlines(), 1)
        return [(number, line) for number, line in lines if line.startswith("source = ") and line != CARGO_SOURCE]
    if name.endswith("package-lock.json"):
        packages = json.loads(text).get("packages", {})
        return [(1, f"{key}: {value['resolved']}") for key, value in packages.items() if "://" in value.get("resolved", "")]
    return []


def main():
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True).stdout
    found = files = 0
    for name in filter(None, listed.decode().split("\0")):
        try:
            with open(name, encoding="utf-8") as file:
                text = file.read()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        files += 1
        hits = [(number, hit) for number, line in enumerate(text.splitlines(), 1) for hit in in_text(line)]
        for number, hit in hits + in_lock_file(name, text):
            print(f"{name}:{number}: {hit}")
            found += 1
    print(f"{files} files, {found} traces of a machine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
