#!/usr/bin/env python3
"""Whether the README's table of settings and atlas.example.toml are those of api/src/config.rs, from which they are made.

Exit status: 0 they are; 1 shows the difference. With --write both are made anew.
"""

import difflib
import re
import sys

START, END = "<!-- settings: made by tests/checks/settings.py --write -->", "<!-- end of settings -->"
SETTING = re.compile(r"((?:^ +/// .*\n)+)^ +(\w+): [^=\n]+ = ", re.MULTILINE)


def settings(source):
    """Name, words and default of each setting in the list in the source.

    >>> list(settings('''settings! {
    ...     /// Name: one, `a|b`.
    ...     /// Default `x`
    ...     some_name: String = "x".to_owned(), name;
    ... }
    ... '''))
    [('some_name', 'Name: one, `a|b`', '`x`')]
    """
    block = source[source.index("\nsettings! {\n" if "\nsettings! {\n" in source else "settings! {\n") :]
    for match in SETTING.finditer(block[: block.index("\n}\n")]):
        words = " ".join(line.strip().removeprefix("///").strip() for line in match[1].splitlines())
        what, default = words.rsplit(" Default ", 1)
        yield match[2], what.rstrip("."), default


def table(found):
    """The table of the README.

    >>> print(table([("some_name", "Name: one, `a|b`", "`x`")]))
    | variable | in `atlas.toml` | default | what, unit, bounds |
    | --- | --- | --- | --- |
    | `ATLAS_SOME_NAME` | `some_name` | `x` | Name: one, `a\\|b` |
    """
    lines = ["| variable | in `atlas.toml` | default | what, unit, bounds |", "| --- | --- | --- | --- |"]
    for name, what, default in found:
        what = what.replace("|", "\\|")
        lines.append(f"| `ATLAS_{name.upper()}` | `{name}` | {default} | {what} |")
    return "\n".join(lines)


def example(found):
    """A settings file in which everything is a comment.

    >>> print(example([("some_name", "Name: one, `a|b`", "`x`"), ("some_number", "Number", "7"), ("other", "Other: `https://a.example,*`", "none")]))
    # Settings of Atlas: take this as atlas.toml and strike the # before what you change. What stands here are the defaults.
    <BLANKLINE>
    # Name: one, `a|b`.
    # some_name = "x"
    <BLANKLINE>
    # Number.
    # some_number = 7
    <BLANKLINE>
    # Other: `https://a.example,*`. Not set by default.
    # other = "https://a.example"
    <BLANKLINE>
    """
    parts = [
        "# Settings of Atlas: take this as atlas.toml and strike the # before what you change. "
        "What stands here are the defaults.\n"
    ]
    for name, what, default in found:
        note = ""
        if default == "none":
            # The first address that the words name, or nothing.
            address = re.search(r"`(https:[^`,]*)", what)
            value, note = f'"{address[1] if address else ""}"', " Not set by default."
        elif default.isdigit():
            value = default
        elif re.fullmatch(r"`[^`]+`|\d+\w+", default):
            value = f'"{default.strip("`")}"'
        else:
            value, note = re.search(r"\d+", default)[0], f" Default: {default}."
        parts.append(f"# {what}.{note}\n# {name} = {value}\n")
    return "\n".join(parts)


def main():
    with open("api/src/config.rs", encoding="utf-8") as file:
        found = list(settings(file.read()))
    with open("README.md", encoding="utf-8") as file:
        readme = file.read()
    head, rest = readme.split(START, 1)
    _, tail = rest.split(END, 1)
    files = {
        "README.md": head + START + f"\n{table(found)}\n" + END + tail,
        "atlas.example.toml": example(found),
    }
    failed = False
    for name, wanted in files.items():
        if "--write" in sys.argv:
            with open(name, "w", encoding="utf-8") as file:
                file.write(wanted)
            continue
        with open(name, encoding="utf-8") as file:
            shown = file.read()
        for line in difflib.unified_diff(shown.splitlines(), wanted.splitlines(), name, "config.rs", lineterm=""):
            print(line)
        failed = failed or shown != wanted
    print(f"{len(found)} settings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
