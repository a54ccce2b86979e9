#!/usr/bin/env bash
# Times how fast new records are written through the write path, side by side with a bulk load of the same rows by hand.
#
#   benches/writing.sh [sqlite|postgres://USER@HOST/DATABASE] [SIZE]
#
# SIZE is the number of standards, 20000 where none is given. All ways take turns, transaction by transaction. Each run
# makes its databases anew, on SQLite in cargo's folder, on PostgreSQL beside the one named. Needs Rust; builds with
# `cargo bench`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
exec cargo bench --quiet --locked --package tests --bench writing -- "$@"
