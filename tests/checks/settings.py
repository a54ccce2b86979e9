#!/usr/bin/env python3
"""Whether the README's table of settings is that of api/src/config.rs, from which it is made.

Exit status: 0 it is; 1 shows the difference. With --write the table is made anew.
"""

import difflib
import re
import sys

START, END = "<!-- settings: made by tests/checks/settings.py --write -->", "<!-- end of settings -->"
SETTING = re.compile(r"((?:^ +/// .*\n)+)^ +(\w+): [^=\n]+ = ", re.MULTILINE)


def table(source):
    """The table, from the list in the source: words, then "Default" and the default.

    >>> print(table('''settings! {
    ...     /// Name: one, `a|b`.
    ...     /// Default `x`
    ...     some_name: String = "x".to_owned(), name;
    ... }
    ... '''))
    | variable | in `atlas.toml` | default | what, unit, bounds |
    | --- | --- | --- | --- |
    | `ATLAS_SOME_NAME` | `some_name` | `x` | Name: one, `a\\|b` |
    """
    lines = ["| variable | in `atlas.toml` | default | what, unit, bounds |", "| --- | --- | --- | --- |"]
    block = source[source.index("\nsettings! {\n" if "\nsettings! {\n" in source else "settings! {\n") :]
    for match in SETTING.finditer(block[: block.index("\n}\n")]):
        words = " ".join(line.strip().removeprefix("///").strip() for line in match[1].splitlines())
        what, default = words.rsplit(" Default ", 1)
        name = match[2]
        what = what.rstrip(".").replace("|", "\\|")
        lines.append(f"| `ATLAS_{name.upper()}` | `{name}` | {default} | {what} |")
    return "\n".join(lines)


def main():
    with open("api/src/config.rs", encoding="utf-8") as file:
        made = table(file.read())
    with open("README.md", encoding="utf-8") as file:
        readme = file.read()
    head, rest = readme.split(START, 1)
    shown, tail = rest.split(END, 1)
    wanted = f"\n{made}\n"
    if "--write" in sys.argv:
        with open("README.md", "w", encoding="utf-8") as file:
            file.write(head + START + wanted + END + tail)
        return 0
    difference = list(difflib.unified_diff(shown.splitlines(), wanted.splitlines(), "README.md", "config.rs", lineterm=""))
    print("\n".join(difference) or f"{len(made.splitlines()) - 2} settings, as in config.rs")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
