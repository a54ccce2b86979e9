#!/usr/bin/env python3
"""Whether the licences of all dependencies are among those that this project takes.

Reads what `cargo metadata` says, for all systems and for build and test dependencies too, and the lock files of npm.
Exit status: 0 all are; 1 prints each package whose licence cannot be met.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ALLOWED = {
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unicode-3.0",
    "Unlicense",
    "MPL-2.0",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "PSF-2.0",
}

LOCK_FILES = ["web/package-lock.json", "tests/browser/package-lock.json"]


def allowed(expression):
    """Whether an SPDX expression can be met with the licences above. "/" is an old way to write OR.

    >>> allowed("MIT OR GPL-3.0-only"), allowed("MIT AND GPL-3.0-only"), allowed("GPL-3.0-only/MIT")
    (True, False, True)
    >>> allowed("(MIT OR GPL-2.0-only) AND Unicode-3.0"), allowed("MIT OR (GPL-2.0-only AND Zlib)")
    (True, True)
    >>> allowed("GPL-3.0-only OR ISC AND LGPL-3.0-only"), allowed("Apache-2.0 WITH LLVM-exception")
    (False, True)
    >>> allowed("GPL-2.0-only WITH Classpath-exception-2.0"), allowed("MIT WITH Odd-exception")
    (False, False)
    >>> allowed("MIT OR")
    Traceback (most recent call last):
    ValueError: cannot be read: MIT OR
    >>> allowed("MIT ISC")
    Traceback (most recent call last):
    ValueError: cannot be read: MIT ISC
    """
    tokens = re.findall(r"[()]|[^()\s/]+|/", expression.strip())
    tokens.reverse()

    def wrong():
        return ValueError(f"cannot be read: {expression}")

    def either():
        met = both()
        while tokens and tokens[-1].upper() in ("OR", "/"):
            tokens.pop()
            met = both() or met
        return met

    def both():
        met = one()
        while tokens and tokens[-1].upper() == "AND":
            tokens.pop()
            met = one() and met
        return met

    def one():
        if not tokens:
            raise wrong()
        token = tokens.pop()
        if token == "(":
            met = either()
            if not tokens or tokens.pop() != ")":
                raise wrong()
            return met
        if token in (")", "/") or token.upper() in ("AND", "OR", "WITH"):
            raise wrong()
        if tokens and tokens[-1].upper() == "WITH":
            tokens.pop()
            if not tokens:
                raise wrong()
            token = f"{token} WITH {tokens.pop()}"
        return token in ALLOWED

    met = either()
    if tokens:
        raise wrong()
    return met


def in_lock_file(text):
    """Name, version and licence of each package that a lock file of npm holds.

    >>> in_lock_file('{"packages": {"": {}, "node_modules/a": {"version": "1.0.0", "license": "MIT"}, "node_modules/b": {"version": "2"}}}')
    [('a', '1.0.0', 'MIT'), ('b', '2', None)]
    """
    packages = json.loads(text)["packages"]
    named = [(key.rpartition("node_modules/")[2], package) for key, package in packages.items() if key]
    return [(name, package.get("version"), package.get("license")) for name, package in named]


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    packages = [package for package in metadata["packages"] if package["id"] in used]
    packages = [(package["name"], package["version"], package["license"]) for package in packages]
    packages += [package for name in LOCK_FILES for package in in_lock_file(Path(name).read_text())]
    refused = []
    for name, version, licence in packages:
        try:
            if licence and allowed(licence):
                continue
        except ValueError:
            pass
        refused.append(f"{name} {version}: {licence or 'names no licence'}")
    for line in sorted(refused):
        print(line)
    print(f"{len(packages)} packages, {len(refused)} with a licence that is not on the list of tests/checks/licences.py")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
