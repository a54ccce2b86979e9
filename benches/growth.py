#!/usr/bin/env python3
"""Asks the same questions of atlases of different sizes, one after the other on one connection, and compares the times.

    benches/growth.py ATLAS DATABASE_URL…

ATLAS is the built program; each DATABASE_URL the address of a database that benches/load.sh has filled from files of the
shared bench's data/gen.py, with other numbers of standards (NS) and twice as many relations (NR). The smallest comes
first. The service runs on one processor core without its cache of answers; each question has the shape of one of
queries.json, and so many rows in its answer at each size. Two more grow with the atlas by their nature: a search for words
that many standards have, and facets of a filtered list. Printed are median milliseconds from a request to its answer, with
what the database takes, those of the service's processor, and by how much the former grow from size to size.

Exit status: 0, or 1 where an answer has errors.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

QUERIES = json.loads((Path(__file__).parent / "queries.json").read_text())
REQUESTS = 400
ROUNDS = 5
# Of one question.
MOST_SECONDS = 10
FILTERED = (
    "query F($org: String!, $status: StandardStatus!) { standards(first: 100, filter: { status: [$status], publisher:"
    " { slug: { eq: $org } } }, orderBy: [{ field: PUBLISHED_ON, direction: DESC }, { field: IDENTIFIER, direction: DESC"
    " }]) { nodes { slug title status publishedYear } } }"
)

FACETS = (
    "query G($org: String!) { standards(filter: { publisher: { slug: { eq: $org } } }) { totalCount"
    " facets { status { value count } publishedYear { value count } } } }"
)


class Service:
    def __init__(self, program, database):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = os.environ | {"ATLAS_RESPONSE_CACHE_BYTES": "0", "ATLAS_LOG": "warn"}
        command = ["taskset", "-c", "0", program, "serve", "--database-url", database, "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.connection.connect()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{database}: the service does not answer")

    def ask(self, query, variables):
        body = json.dumps({"query": query, "variables": variables})
        self.connection.request("POST", "/graphql", body, {"content-type": "application/json"})
        answer = self.connection.getresponse().read()
        if b'"errors"' in answer:
            sys.exit(f"{query}\n{variables}\n{answer[:1000]}")
        return answer

    def processor_time(self):
        """Seconds."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def questions(service, standards):
    """Of each name the document and the variables of its requests."""
    dice = random.Random(5)

    def cursor(slug):
        query = "query C($slug: String!) { standards(first: 1, filter: { slug: { eq: $slug } }) { pageInfo { endCursor } } }"
        return json.loads(service.ask(query, {"slug": slug}))["data"]["standards"]["pageInfo"]["endCursor"]

    middle = [f"std-{standards // 2 + number:06d}" for number in range(0, 2_000, 100)]
    return {
        "Q1": (QUERIES["Q1"]["query"], [{"slug": f"org-{dice.randint(1, 2000):04d}"} for _ in range(50)]),
        "Q2": (QUERIES["Q2"]["query"], [{}]),
        "Q3": (QUERIES["Q3"]["query"], [{"slug": f"issue-{number:03d}"} for number in range(1, 200, 4)]),
        "Q4": (FILTERED, [{"org": "org-0001", "status": status} for status in ["PUBLISHED", "WITHDRAWN", "SUPERSEDED"]]),
        "Q5": (QUERIES["Q5"]["query"], [{"after": cursor(slug)} for slug in middle]),
        "search": (QUERIES["Q6"]["query"], [{"q": words} for words in ["mimi fobasta", "drovo fobasta", "nogu stafo"]]),
        "facets": (FACETS, [{"org": f"org-{number:04d}"} for number in range(1, 11)]),
    }


def measure(program, database):
    service = Service(program, database)
    counted = json.loads(service.ask("{ standards { totalCount } }", {}))["data"]["standards"]["totalCount"]
    found = {}
    for name, (query, all_variables) in questions(service, counted).items():
        sizes = [len(service.ask(query, variables)) for variables in all_variables]
        processor, waited = [], []
        started = time.perf_counter()
        for _ in range(ROUNDS):
            before, round_of = service.processor_time(), 0
            while round_of < REQUESTS and time.perf_counter() - started < MOST_SECONDS:
                asked = time.perf_counter()
                service.ask(query, all_variables[len(waited) % len(all_variables)])
                waited.append((time.perf_counter() - asked) * 1_000)
                round_of += 1
            if round_of:
                processor.append((service.processor_time() - before) * 1_000 / round_of)
        found[name] = (median(waited), median(processor), sum(sizes) / len(sizes))
    service.end()
    return counted, found


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program, databases = sys.argv[1], sys.argv[2:]
    measured = [measure(program, database) for database in databases]
    names = list(measured[0][1])
    print("| standards | " + " | ".join(names) + " |\n|--:|" + "--:|" * len(names))
    for counted, found in measured:
        print(f"| {counted:,} | " + " | ".join(f"{found[name][0]:.3f}" for name in names) + " |")
    for counted, found in measured:
        print(f"| processor at {counted:,} | " + " | ".join(f"{found[name][1]:.3f}" for name in names) + " |")
    for (_, before), (counted, found) in zip(measured, measured[1:]):
        growth = " | ".join(f"× {found[name][0] / before[name][0]:.2f}" for name in names)
        print(f"| growth to {counted:,} | {growth} |")
    for counted, found in measured:
        print(f"| bytes of an answer at {counted:,} | " + " | ".join(f"{found[name][2]:,.0f}" for name in names) + " |")


if __name__ == "__main__":
    main()
