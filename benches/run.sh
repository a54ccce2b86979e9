#!/usr/bin/env bash
# Measures the service beside hand-written limits and other GraphQL servers, on SQLite and on PostgreSQL, in one run, and
# prints how many requests per second it answers in proportion to the limit on the same database.
#
#   BENCH=FOLDER benches/run.sh [ARGUMENT…]
#
#   --peers A,B,…       what to measure beside: names in peers.json of the bench; else the limits. The service is measured on
#                       the databases whose limit is among them: limit-sqlite, limit-pg
#   --queries Q1,Q2,…   which questions; else Q1 to Q7
#   --no-verify         does not compare contents first
#   --rounds N          how often; else 5; 0 only compares contents
#   others              are handed to bench.py of the bench: --conns 1,16,64 (else 16), --dur SECONDS, --out PREFIX
#
# BENCH is the folder of the shared bench. All that is large is made under BENCH_TMP (else bench in the temporary folder)
# and found again by later runs: CSV files, the bench's two databases, those of the service (atlas.db, and atlas in the
# cluster of the bench; remove them to have them made anew), logs. The service is built with the profile BENCH_PROFILE
# (else release), or is the program that BENCH_ATLAS names; its settings are its defaults and what ATLAS_… variables say.
# Needs what README.md here says.
#
# Exit status: 0 measured; 1 something failed; 2 something is missing; 3 contents differ.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

say() { printf 'benches/run.sh: %s\n' "$*" >&2; }
give_up() { say "$*"; exit 2; }

[ -n "${BENCH:-}" ] || give_up "BENCH must name the folder of the shared bench, in which bench.py is"
[ -f "$BENCH/bench.py" ] || give_up "BENCH is $BENCH, in which there is no bench.py"
for command in cargo python3 wrk sqlite3 psql pg_config runuser taskset curl; do
    command -v "$command" >/dev/null || give_up "$command is missing; on Debian: apt-get install wrk sqlite3 postgresql curl"
done
BENCH=$(realpath "$BENCH")
export BENCH BENCH_TMP=${BENCH_TMP:-${TMPDIR:-/tmp}/bench} BENCH_PGPORT=${BENCH_PGPORT:-55432}
mkdir -p "$BENCH_TMP/logs" "$BENCH_TMP/out"
core=${BENCH_SERVER_CORE:-0}
built=$BENCH_TMP/target

peers=limit-mem,limit-sqlite,limit-rusqlite,limit-pg
queries=Q1,Q2,Q3,Q4,Q5,Q6,Q7
rounds=5
verify=yes
others=(--conns 16)
while (($# > 0)); do
    case $1 in
        --peers) peers=$2; shift ;;
        --queries) queries=$2; shift ;;
        --rounds) rounds=$2; shift ;;
        --no-verify) verify=no ;;
        *) others+=("$1") ;;
    esac
    shift
done

# Whether a list has an entry that begins so.
names() { [[ ",$1" == *",$2"* ]]; }

service=""
end_service() {
    [ -n "$service" ] || return 0
    kill "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
    service=""
}
trap end_service EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts the service on a database, on a free port: its id is in `service`, its address in `address`.
start_service() {
    local log=$BENCH_TMP/logs/check.log
    : >"$log"
    (cd "$BENCH_TMP" && exec taskset -c "$core" "$BENCH_ATLAS" serve --database-url "$1" --listen 127.0.0.1:0 >"$log" 2>&1) &
    service=$!
    for _ in {1..600}; do
        address=$(sed -n 's/^Atlas .* answers at //p' "$log")
        [ -z "$address" ] || return 0
        kill -0 "$service" 2>/dev/null || break
        sleep 0.1
    done
    cat "$log" >&2
    say "the service did not start on $1"
    return 1
}

build_service() {
    local profile=${BENCH_PROFILE:-release} target
    say "building the service with the profile $profile"
    cargo build --quiet --locked --profile "$profile" --package api
    target=${CARGO_TARGET_DIR:-target}
    BENCH_ATLAS=$target/${profile/#dev/debug}/atlas
}

# The bench's sources may be in a folder that cannot be written to.
build_peer() {
    local folder=$1 binary=$2
    shift 2
    [ ! -x "$built/release/$binary" ] || return 0
    say "building $binary of the bench"
    cp -R --no-preserve=mode "$BENCH/$folder" "$BENCH_TMP/"
    (cd "$BENCH_TMP/$folder" && CARGO_TARGET_DIR=$built cargo build --quiet --release "$@")
}

build_peers() {
    build_peer rust limit --package limit
    if names "$peers" naive-; then build_peer rust naive --package naive; fi
    if names "$peers" naive8-; then build_peer rust naive8 --package naive8; fi
    if names "$peers" seaography; then build_peer seaography seaography-peer; fi
    if names "$peers" postgraphile || names "$peers" mercurius; then
        mkdir -p "$BENCH_TMP/node"
        cp --no-preserve=mode "$BENCH"/node/*.mjs "$BENCH/node/package.json" "$BENCH_TMP/node/"
        [ -d "$BENCH_TMP/node/node_modules/mercurius" ] || (cd "$BENCH_TMP/node" && npm install --silent --no-audit --no-fund)
    fi
}

load_databases() {
    if [ -f "$BENCH_TMP/bench.db" ] && [ -d "$BENCH_TMP/pg" ]; then
        "$BENCH/data/pg.sh" start
    else
        say "loading the bench's databases"
        "$BENCH/data/load.sh"
    fi
    local started
    if [ ! -f "$BENCH_TMP/atlas.db" ]; then
        started=$SECONDS
        rm -f "$BENCH_TMP"/atlas-loading.db*
        benches/load.sh "$BENCH_TMP/csv" "sqlite://$BENCH_TMP/atlas-loading.db"
        mv "$BENCH_TMP/atlas-loading.db" "$BENCH_TMP/atlas.db"
        say "loaded SQLite in $((SECONDS - started)) s"
    fi
    if names "$peers," limit-pg, && [ -z "$(psql --no-psqlrc -At -c "SELECT 1 FROM pg_database WHERE datname = 'atlas'" "$cluster/postgres")" ]; then
        started=$SECONDS
        psql --no-psqlrc --quiet -c 'DROP DATABASE IF EXISTS atlas_loading' -c 'CREATE DATABASE atlas_loading' "$cluster/postgres"
        benches/load.sh "$BENCH_TMP/csv" "$cluster/atlas_loading"
        psql --no-psqlrc --quiet -c 'ALTER DATABASE atlas_loading RENAME TO atlas' "$cluster/postgres"
        say "loaded PostgreSQL in $((SECONDS - started)) s"
    fi
}

# bench.py starts the service as it starts its peers, so that both databases stand in one table. The limits answer
# introspection with the bytes of the service.
write_peers() {
    python3 -B - "$peers" "${urls[sqlite]}" "${urls[pg]}" <<'PY'
import json, os, socket, sys

bench, folder, atlas = (os.environ[name] for name in ("BENCH", "BENCH_TMP", "BENCH_ATLAS"))
wanted = sys.argv[1].split(",")
with open(f"{bench}/peers.json", encoding="utf-8") as file:
    peers = {peer["name"]: peer for peer in json.load(file)}
unknown = [name for name in wanted if name not in peers]
if unknown:
    sys.exit(f"benches/run.sh: no peer is named {', '.join(unknown)}: there are {', '.join(peers)}")
chosen = [peers[name] for name in wanted]
for peer in chosen:
    if "INTROSPECTION" in peer["env"]:
        peer["env"]["INTROSPECTION"] = f"{folder}/atlas-introspection.json"
for database, url in (("sqlite", sys.argv[2]), ("pg", sys.argv[3])):
    if f"limit-{database}" not in wanted:
        continue
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # bench.py looks for maps in its own folder.
    queries = os.path.relpath(f"{os.getcwd()}/benches/queries", f"{bench}/maps")
    settings = {"ATLAS_DATABASE_URL": url, "ATLAS_LISTEN": f"127.0.0.1:{port}"}
    chosen.append({"name": f"atlas-{database}", "cmd": [atlas, "serve"], "env": settings, "port": port, "map": queries, "db": database})
with open(f"{folder}/peers.json", "w", encoding="utf-8") as file:
    json.dump(chosen, file, indent=1)
PY
}

measure() { CARGO_TARGET_DIR=$built python3 -B "$BENCH/bench.py" --peers-file "$BENCH_TMP/peers.json" "$@"; }

# Compares contents: bench.py all but Q6, which stands in no common order; see README.md.
compare() {
    local compared status=0
    compared=$(tr , '\n' <<<"$queries" | grep -vxE 'Q6|Q7|Q8' | paste -sd , || true)
    if [ -n "$compared" ]; then measure --queries "$compared" --rounds 0 --out "$BENCH_TMP/out/compared" || status=$?; fi
    names "$queries," Q6, || return "$status"
    local database
    for database in sqlite pg; do
        names "$peers," "limit-$database," || continue
        start_service "${urls[$database]}"
        python3 -B benches/searches.py "$BENCH_TMP/csv" "$address/graphql" || status=3
        end_service
    done
    return "$status"
}

cluster=postgres://bench@127.0.0.1:$BENCH_PGPORT
declare -A urls=([sqlite]=sqlite://$BENCH_TMP/atlas.db [pg]=$cluster/atlas)
[ -n "${BENCH_ATLAS:-}" ] || build_service
BENCH_ATLAS=$(realpath "$BENCH_ATLAS")
export BENCH_ATLAS
build_peers
load_databases
start_service "${urls[sqlite]}"
python3 -B -c 'import json, sys; print(json.dumps({"query": open(sys.argv[1]).read()}))' "$BENCH/maps/introspection.graphql" \
    | curl --silent --show-error --fail --header 'content-type: application/json' --data-binary @- "$address/graphql" \
        >"$BENCH_TMP/atlas-introspection.json"
end_service
write_peers || exit 2
if [ "$verify" = yes ]; then compare; fi
((rounds > 0)) || exit 0
measure --queries "$queries" --rounds "$rounds" --no-verify "${others[@]}"
