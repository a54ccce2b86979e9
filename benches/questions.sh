#!/usr/bin/env bash
# Times questions to an atlas with many records, side by side with hand-written SQL for the same rows.
#
#   benches/questions.sh [sqlite|postgres://USER@HOST/DATABASE] [SIZE] [WORD]
#
# SIZE is the number of standards, 500000 where none is given; WORD leaves out questions in whose name it does not stand.
# The records are made up and always the same. They are written once, on SQLite into cargo's folder, on PostgreSQL into a
# database of their own beside the one named, and found again by later runs. Needs Rust; builds with `cargo bench`.
#
# Exit status: 0 both sides saw the same rows everywhere; not 0 otherwise. Aims that are missed only show in the table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
exec cargo bench --quiet --locked --package tests --bench questions -- "$@"
