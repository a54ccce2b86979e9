#!/usr/bin/env bash
# Fills a database with the records of the shared bench, through the project's own import.
#
#   benches/load.sh CSV_DIR DATABASE_URL
#
# CSV_DIR holds the files that data/gen.py of the shared bench writes. DATABASE_URL is an address as `atlas` takes it:
# sqlite://FILE, made when missing, or postgres://USER@HOST/DATABASE, which must be there. It should be empty: records that
# are in it stay. A run that was ended is completed by the same command. Needs Rust and Python 3, for PostgreSQL psql;
# where BENCH_ATLAS names the program, that is taken and nothing is built.
#
# Exit status: 0 every record is in; 1 some is not, or the import failed; 2 wrong usage.
set -euo pipefail
if (($# != 2)); then
    sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
csv=$(realpath "$1")
url=$2
# A file is meant from where one stands.
if [[ $url == sqlite://[!/]* ]]; then url=sqlite://$PWD/${url#sqlite://}; fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
if [ -z "${BENCH_ATLAS:-}" ]; then
    cargo build --quiet --locked --release --package api
    BENCH_ATLAS=$(realpath "${CARGO_TARGET_DIR:-target}")/release/atlas
fi

scratch=$(mktemp --directory)
trap 'rm -rf -- "$scratch"' EXIT
python3 -B benches/documents.py "$csv" \
    | "$BENCH_ATLAS" import jsonl - --source bench --database-url "$url" \
        --report "$scratch/report.json" --rejects "$scratch/rejects.jsonl"
if [ -s "$scratch/rejects.jsonl" ]; then
    head -n 5 "$scratch/rejects.jsonl" >&2
    echo "benches/load.sh: these and others were rejected" >&2
    exit 1
fi
# PostgreSQL does this by itself a minute later, but for clusters that are set up not to, as that of the bench is. On
# SQLite the import has done it.
if [[ $url == postgres* ]]; then psql --quiet --no-psqlrc --command "VACUUM (ANALYZE)" "$url"; fi
