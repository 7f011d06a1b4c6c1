#!/bin/sh
# A PostgreSQL cluster in a temporary folder, for as long as somebody holds our standard input open.
# It prints one line, the address of its database `postgres`, and leaves nothing behind. It listens on
# a socket in its folder alone, asks for a password, and flushes to the disk as a real one does.
#
# Debian keeps the programs out of the search path; root may not run them, so `postgres` does.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    echo "there is no PostgreSQL in /usr/lib/postgresql: install Debian's package postgresql" >&2
    exit 1
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/affiant-postgres.XXXXXX")
password=only-for-tests
run() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    run() { runuser -u postgres -- "$@"; }
    chown postgres "$folder"
fi

stop() {
    trap - EXIT INT TERM
    run "$bin/pg_ctl" stop --pgdata "$folder/data" --mode immediate --silent >&2 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

cd "$folder"
echo "$password" >"$folder/password"
chmod 644 "$folder/password"
run "$bin/initdb" --pgdata "$folder/data" --username postgres --pwfile "$folder/password" \
    --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || {
    cat "$folder/initdb.log" >&2
    exit 1
}
run "$bin/pg_ctl" start --pgdata "$folder/data" --wait --silent --log "$folder/data/log" \
    --options "-k $folder -c listen_addresses= -c max_connections=300" >&2 || {
    cat "$folder/data/log" >&2
    exit 1
}
echo "postgres://postgres:$password@localhost/postgres?host=$folder"
cat >/dev/null
