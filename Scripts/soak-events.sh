#!/usr/bin/env bash
# Runs synthetic sessions over the wire until a number of events has gone through the live path, and fails if the
# engine's thread took any memory once warm.
# usage: soak-events.sh TRADER [EVENTS]   EVENTS: at least so many, 1,000,000 unless told
set -euo pipefail

trader=$1
wanted=${2:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A long way to the exchange means few turns of the lockstep: the time goes into events.
cat >"$folder/soak.toml" <<'TOML'
[strategy]
least_signal_probability = 0.0
least_relative_range = 0.000001
largest_relative_range = 0.5
entries_per_session = 1000
[strategy.trend]
confidence = 0.0
probability = 0.0
[strategy.range]
confidence = 0.0
probability = 0.0
[risk]
dailyLossBRL = 1500
entryAfterOpenMinutes = 0
[simulation]
entry_latency_us = 500000
TOML

# count NAME FILE: a count of a session, from its JSON.
count() {
  sed -n "s/^ *\"$1\" : \([0-9]*\),\{0,1\}$/\1/p" "$2" | head -1
}

events=0
seed=1
cd "$folder"
while [ "$events" -lt "$wanted" ]; do
  "$trader" run --speed max --seed "$seed" --config soak.toml --out "session-$seed" >"session-$seed.out" 2>&1 || {
    echo "soak-events: the session with seed $seed failed: $(tail -c 500 "session-$seed.out")" >&2
    exit 1
  }
  "$trader" status --counters "session-$seed/counters" --json >status.json
  bytes=$(count engine_warm_allocated_bytes status.json)
  warm=$(count engine_warm_events status.json)
  orders=$(count orders_sent status.json)
  printf 'seed %d: %d events once warm, %d orders, %d bytes allocated\n' "$seed" "$warm" "$orders" "$bytes"
  if [ "$bytes" -ne 0 ]; then
    echo "soak-events: the engine's thread allocated $bytes bytes in the session with seed $seed" >&2
    exit 1
  fi
  events=$((events + warm))
  seed=$((seed + 1))
done
echo "$events events, 0 bytes allocated on the engine's thread"
