#!/usr/bin/env python3
"""Whether the licences of all dependencies are among those that this project takes.

Reads what `cargo metadata` says, for all systems and for build and test dependencies too. Exit status: 0 all are;
1 prints each crate whose licence cannot be met.
"""

import json
import re
import subprocess
import sys

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
}


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


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    packages = [package for package in metadata["packages"] if package["id"] in used]
    refused = []
    for package in packages:
        licence = package["license"]
        try:
            if licence and allowed(licence):
                continue
        except ValueError:
            pass
        refused.append(f"{package['name']} {package['version']}: {licence or 'names no licence'}")
    for line in sorted(refused):
        print(line)
    print(f"{len(packages)} crates, {len(refused)} with a licence that is not on the list of tests/checks/licences.py")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
