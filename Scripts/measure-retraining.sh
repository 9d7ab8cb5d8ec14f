#!/usr/bin/env bash
# How far a build beside it moves a session's slowest events: sessions alone and with builds running, in turn.
#   Scripts/measure-retraining.sh MODELS STORE DATE [ROUNDS]
# MODELS must have a deployment; builds run on a copy of it.
set -euo pipefail
models=$1 store=$2 date=$3 rounds=${4:-3}
trader=${TRADER:-.build/release/trader}
work=$(mktemp -d)
trap 'kill %% 2>/dev/null || true; rm -rf "$work"' EXIT
cp -r "$models" "$work/models"
rm -rf "$work/models/sessions" "$work/models/jobs"

# One job after the other until killed.
build_for_ever() {
  local job
  while true; do
    "$trader" deploy retrain --models "$work/models" --reason "measurement" >/dev/null 2>&1 || true
    job=$("$trader" deploy status --models "$work/models" --json | python3 -c \
      'import json,sys; print(json.load(sys.stdin)["state"]["job"]["number"])')
    "$trader" deploy build --models "$work/models" --data "$store" --symbol WDO --job "$job" >/dev/null 2>&1 || sleep 1
  done
}

session() {
  rm -rf "$work/run"
  "$trader" run --deployed "$work/models" --simulate "$store" --date "$date" --speed 2000x --out "$work/run" \
    --counters "/dev/shm/measure-retraining-$$" --json >/dev/null 2>&1
  "$trader" status --counters "/dev/shm/measure-retraining-$$" --json | python3 -c '
import json, sys
event = json.load(sys.stdin)["latencies"]["event"]
print("%-12s p50 %7.1f us  p99 %7.1f us  p99.9 %7.1f us" % (sys.argv[1], event["p50"] / 1e3, event["p99"] / 1e3,
      event["p999"] / 1e3))' "$1"
  rm -f "/dev/shm/measure-retraining-$$"
}

for _ in $(seq "$rounds"); do
  session alone
  build_for_ever &
  builder=$!
  sleep 1
  session beside
  kill "$builder" 2>/dev/null || true
  pkill -f "deploy build --models $work/models" || true
  wait "$builder" 2>/dev/null || true
done
