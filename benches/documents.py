#!/usr/bin/env python3
"""Turns the CSV files of the shared bench into what `atlas import jsonl` reads, one record on each line:

    benches/documents.py CSV_DIR > bench.jsonl

Lines are in the shape of docs/export.schema.json, but say neither ids nor versions nor times: the atlas gives its own.
A record comes behind all that it leads to, so that none has to wait; nothing but the links is kept in memory.
"""

import csv
import itertools
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# What the bench calls otherwise. benches/queries.json has the way back under "values".
GROUPS = {
    "sdo": "TECHNICAL_COMMUNITY",
    "igo": "INTERNATIONAL_AND_REGIONAL_ORGANISATIONS",
    "ngo": "NGOS_AND_ASSOCIATIONS",
    "company": "PRIVATE_SECTOR",
    "agency": "GOVERNMENT",
}
STATUSES = {
    "draft": "UNDER_DEVELOPMENT",
    "published": "PUBLISHED",
    "withdrawn": "WITHDRAWN",
    "superseded": "SUPERSEDED",
}
RELATIONS = {"replaces": "REPLACES", "amends": "AMENDS", "references": "REFERENCES", "adopts": "ADOPTED_FROM"}
PLATFORMS = {"rss": "RSS", "mail": "NEWSLETTER", "web": "BLOG", "mastodon": "MASTODON", "calendar": "OTHER"}


def rows(folder, table):
    """The rows of a table."""
    with open(folder / f"{table}.csv", encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


class Links:
    """A table of links, which is in the order of its owners: gives those of one owner after the other.

    >>> links = Links(iter([["1", "5"], ["1", "6"], ["3", "5"]]))
    >>> links.of("1"), links.of("2"), links.of("3")
    ([['1', '5'], ['1', '6']], [], [['3', '5']])
    """

    def __init__(self, table):
        self.groups = itertools.groupby(table, key=lambda row: row[0])
        self.owner, self.held = None, []
        self.take()

    def take(self):
        """Goes on to the next owner."""
        self.owner, group = next(self.groups, (None, ()))
        self.held = list(group)

    def of(self, owner):
        """The rows of an owner."""
        if owner != self.owner:
            return []
        held = self.held
        self.take()
        return held

    def end(self):
        """Fails where rows were left, since their owners are in another order."""
        if self.owner is not None:
            sys.exit(f"documents.py: links of {self.owner} are out of order, or lead from nothing")


def identifier(number):
    """What a standard is called; natural order is that of the numbers."""
    return f"STD {number}"


def countries(folder):
    """The countries in which organisations are: the atlas knows none before it has records."""
    used = {row[4] for row in rows(folder, "organisation")}
    with open(ROOT / "seeds" / "countries.csv", encoding="utf-8", newline="") as file:
        for country in csv.DictReader(file):
            if country["code"] in used:
                yield {"recordKind": "COUNTRY", **{key: value for key, value in country.items() if value}}


def documents(folder):
    """All records."""
    names = {}
    for country in countries(folder):
        names[country["code"]] = country["name"]
        yield country
    issues = {}
    for key, slug, title, parent in rows(folder, "issue"):
        issues[key] = (slug, title)
        document = {"recordKind": "ISSUE", "slug": slug, "name": title}
        yield {**document, "parent": issues[parent][0]} if parent else document
    organisations = {}
    links = Links(rows(folder, "organisation_issue"))
    for key, slug, name, kind, country, website, founded in rows(folder, "organisation"):
        organisations[key] = slug
        yield {
            "recordKind": "ORGANISATION",
            "slug": slug,
            "name": name,
            # Lists of organisations go by acronym: so they have the order of the bench.
            "acronym": f"ORG {key}",
            "stakeholderGroup": GROUPS[kind],
            "address": {"text": names[country], "country": country},
            "website": website,
            "establishedYear": int(founded),
            "issues": [
                {"issue": issues[issue][0], "heading": issues[issue][1], "text": role} for _, issue, role in links.of(key)
            ],
        }
    links.end()
    committees = {}
    for key, slug, name, organisation in rows(folder, "committee"):
        committees[key] = slug
        owners = [organisations[organisation]]
        yield {"recordKind": "COMMITTEE", "slug": slug, "designation": f"TC {key}", "name": name, "owners": owners}
    about = Links(rows(folder, "standard_issue"))
    relations = Links(rows(folder, "standard_relation"))
    for key, slug, title, status, year, organisation, committee in rows(folder, "standard"):
        yield {
            "recordKind": "STANDARD",
            "slug": slug,
            "identifier": identifier(key),
            "undatedIdentifier": identifier(key),
            "title": title,
            "type": "STANDARD",
            "status": STATUSES[status],
            "publishedOn": year,
            "publishedYear": int(year),
            "languages": ["en"],
            "publishers": [organisations[organisation]],
            "committees": [committees[committee]],
            "issues": [issues[issue][0] for _, issue in about.of(key)],
            "relations": [
                {"kind": RELATIONS[kind], "identifier": identifier(other)} for _, other, kind in relations.of(key)
            ],
        }
    about.end()
    relations.end()
    for _, slug, title, starts_on, organisation, issue in rows(folder, "event"):
        yield {
            "recordKind": "EVENT",
            "slug": slug,
            "title": title,
            "format": "UNKNOWN",
            "startsOn": starts_on,
            "organisers": [organisations[organisation]],
            "issues": [issues[issue][0]],
        }
    for key, organisation, kind, url in rows(folder, "channel"):
        yield {
            "recordKind": "CHANNEL",
            "slug": f"channel-{int(key):05}",
            "platform": PLATFORMS[kind],
            "url": url,
            "owner": {"kind": "ORGANISATION", "slug": organisations[organisation]},
        }


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for document in documents(Path(sys.argv[1])):
        print(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
