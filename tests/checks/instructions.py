#!/usr/bin/env python3
"""Counts the instructions that answers by kept plans take, without a clock, and compares them with a budget.

    instructions.py [--write] PROGRAM

PROGRAM is the built bench `instructions` of the crate `tests`, of the profile dev. callgrind counts what it does for
each of its questions within one function. The budget is `tests/checks/instructions.json`: thousands of instructions a
request. A question that takes a tenth more than its budget fails the check, so that a regression shows; one that takes
a tenth less asks for a smaller budget, which --write writes. Exit status: 0 where all are within, else 1.

>>> verdict(1000, 1099), verdict(1000, 1101), verdict(1000, 899), verdict(None, 5)
('ok', 'too many', 'fewer', 'no budget')
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

BUDGET = pathlib.Path(__file__).with_suffix(".json")
SLACK = 0.1


def verdict(budget, counted):
    if budget is None:
        return "no budget"
    if counted > budget * (1 + SLACK):
        return "too many"
    return "fewer" if counted < budget * (1 - SLACK) else "ok"


def count(program, name):
    """Thousands of instructions a request."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=instructions::measured",
                   f"--callgrind-out-file={folder}/out", program, name]
        done = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    requests = re.search(r"^(\d+)$", done.stdout, re.MULTILINE)
    if done.returncode or not collected or not requests:
        sys.exit(f"{name} was not counted:\n{done.stdout}{done.stderr}")
    return round(int(collected[1]) / int(requests[1]) / 1000)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    [program] = arguments
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    budgets = json.loads(BUDGET.read_text()) if BUDGET.exists() else {}
    counted = {name: count(program, name) for name in names}
    if "--write" in sys.argv:
        BUDGET.write_text(json.dumps(counted, indent=2) + "\n")
        budgets = counted
    verdicts = {name: verdict(budgets.get(name), counted[name]) for name in names}
    for name in names:
        print(f"{name:8} {counted[name]:8} thousand instructions a request, budget {budgets.get(name)}: {verdicts[name]}")
    if "fewer" in verdicts.values():
        print("make the budget smaller: tests/checks/instructions.py --write PROGRAM")
    sys.exit(int(any(verdict in ("too many", "no budget") for verdict in verdicts.values())))


if __name__ == "__main__":
    main()
