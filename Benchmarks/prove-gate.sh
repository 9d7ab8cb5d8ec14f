#!/usr/bin/env bash
# Shows that the gate fails on a slowdown: first as a submission would meet it, one of each kind, then for every stage.
#
#   Benchmarks/prove-gate.sh [BENCH]     BENCH: the built program, .build/release/bench unless given
#
# The slowdowns are planted by the harness where a stage reads the clock; the product is untouched. A minute or two.
# Exit codes: 0 every planted slowdown was refused, 1 one passed, 4 valgrind or the program is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bench=${1:-.build/release/bench}
[ -x "$bench" ] || {
  printf 'prove-gate: %s is not built; run: swift build -c release --product bench\n' "$bench" >&2
  exit 4
}
command -v valgrind >/dev/null || {
  printf 'prove-gate: valgrind is not installed; apt-get install valgrind\n' >&2
  exit 4
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# refuses STAGE ARGUMENT...: bench must end with code 5 and name the stage on standard error.
refuses() {
  local stage=$1 code=0
  shift
  "$bench" "$@" >/dev/null 2>"$log" || code=$?
  if [ "$code" -ne 5 ] || ! grep -q -F "$stage" "$log"; then
    tail -n 5 "$log" >&2
    printf 'prove-gate: bench %s ended with code %s; 5 and a word on %s were due\n' "$*" "$code" "$stage" >&2
    exit 1
  fi
  printf 'refused: bench %s\n' "$*"
}

refuses frame.encode instructions --stages frame.encode --plant frame.encode=5%
refuses ring.transfer check --parts allocations --rounds 1 --plant ring.transfer=64B
refuses book.update check --parts ratios --rounds 1 --plant book.update=2000%

# Every stage, by the gate's own judgement.
"$bench" prove
