"""The tables in tests/fixtures/documents hold every line of the source documents, in order.

    documents.py [FOLDER]      the folder of the documents, else what ATLAS_DOCUMENTS says, else ../shared/seeds

The documents are not part of the project; where they are not at hand, there is nothing to check. What was made of each
line is tested in tests/it/documents.rs.
"""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lines_of(text):
    """
    The lines of a document that are not blank, with single blanks between words.

    >>> lines_of("One  two\\n\\n   \\u00a0\\nthree ")
    ['One two', 'three']
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line]


def compare(lines, entries):
    """
    What is wrong between a document and the beginnings of its lines; nothing where all is well.

    >>> compare(["One two", "three"], ["One", "three"])
    >>> compare(["One two", "three", "four"], ["One", "four"])
    'line 2 begins “three”, the table goes on with “four”'
    >>> compare(["One two", "three"], ["One"])
    'line 2 begins “three”, the table is at its end'
    >>> compare(["One"], ["One", "two"])
    'the document is at its end, the table goes on with “two”'
    """
    for number, line in enumerate(lines, 1):
        if number > len(entries):
            return f"line {number} begins “{line[:50]}”, the table is at its end"
        if not line.startswith(" ".join(entries[number - 1].split())):
            return f"line {number} begins “{line[:50]}”, the table goes on with “{entries[number - 1]}”"
    if len(entries) > len(lines):
        return f"the document is at its end, the table goes on with “{entries[len(lines)]}”"
    return None


def main():
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ATLAS_DOCUMENTS")
    folder = Path(given) if given else ROOT / "../shared/seeds"
    if not folder.is_dir():
        print(f"{folder} is not there: left out")
        return 1 if given else 0
    tables = {}
    for path in sorted((ROOT / "tests/fixtures/documents").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        tables.setdefault(table["document"], []).append([line["begins"] for line in table["line"]])
    failed = False
    for document, parts in tables.items():
        lines = lines_of((folder / f"{document}.txt").read_text())
        # Each part of a document has a table of its own; they stand in the order of the document.
        parts.sort(key=lambda part: next((i for i, line in enumerate(lines) if follows(lines, i, part)), len(lines)))
        problem = compare(lines, [begins for part in parts for begins in part])
        print(f"{document}: {len(lines)} lines, {problem or 'all in the tables'}")
        failed = failed or problem is not None
    return 1 if failed else 0


def follows(lines, start, part):
    """Whether a part begins at this line: its first three entries are there."""
    wanted = part[:3]
    return all(line.startswith(begins) for line, begins in zip(lines[start : start + 3], wanted))


if __name__ == "__main__":
    sys.exit(main())
