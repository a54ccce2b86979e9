#!/usr/bin/env python3
"""Compares what the service answers to Q6 with the CSV files of the shared bench:

    benches/searches.py CSV_DIR ADDRESS      ADDRESS of the running service: http://127.0.0.1:8080/graphql

The bench's own databases rank by how often words are and how long a title is, each in its way; the atlas has the best
matches first by rules of its own, and what matches equally well by identifier. So the answer to two words must be the
first twenty standards, by number, whose titles have both: for each pair of the 24 most frequent words. Exit status: 0
they are; 1 prints those that are not.
"""

import collections
import csv
import itertools
import json
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORDS = 24
FIRST = 20


def ask(address, query, words):
    """What the service answers to Q6."""
    body = json.dumps({"query": query, "variables": {"q": words}}).encode()
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = json.load(answer)
    return [(node["slug"], node["title"], node["publishedYear"]) for node in found["data"]["search"]["nodes"]]


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    folder, address = sys.argv[1:]
    query = json.loads((HERE / "queries.json").read_text(encoding="utf-8"))["Q6"]["query"]
    holders = collections.defaultdict(list)
    with open(Path(folder) / "standard.csv", encoding="utf-8", newline="") as file:
        for _, slug, title, _, year, *_ in csv.reader(file):
            for word in set(title.lower().split()):
                holders[word].append((slug, title, int(year)))
    frequent = sorted(holders, key=lambda word: -len(holders[word]))[:WORDS]
    different = 0
    pairs = list(itertools.combinations(frequent, 2))
    for one, other in pairs:
        both = set(holders[one]) & set(holders[other])
        wanted, found = sorted(both)[:FIRST], ask(address, query, f"{one} {other}")
        if found != wanted:
            different += 1
            print(f"!! Q6 “{one} {other}”: {found[:2]}… instead of {wanted[:2]}…")
    print(f"Q6: {len(pairs)} pairs of words, {different} with another answer than the CSV files")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
