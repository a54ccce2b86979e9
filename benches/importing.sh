#!/usr/bin/env bash
# Times how fast files are imported, beside a bulk load of the very same rows by hand: records a second, and the most
# memory that the import held.
#
#   benches/importing.sh sqlite|postgres://USER@HOST/DATABASE PATH...
#
# Each PATH is imported into a new database with the built-in records; several that are to go into one are joined by
# commas. Databases are made anew, on SQLite in cargo's folder, on PostgreSQL beside the one named. Needs Rust.
set -euo pipefail
if (($# < 2)); then
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
database=$1
shift
paths=()
for given in "$@"; do
    joined=
    IFS=, read -ra parts <<<"$given"
    for part in "${parts[@]}"; do joined+=",$(realpath "$part")"; done
    paths+=("${joined#,}")
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
cargo build --quiet --locked --release --package api
exec cargo bench --quiet --locked --package tests --bench importing -- \
    "$(realpath "${CARGO_TARGET_DIR:-target}")/release/atlas" "$database" "${paths[@]}"
