#!/usr/bin/env bash
# Proves with callgrind, over a replay in process, that the engine allocates, locks and calls the kernel for no event:
# such calls below TradingEngine.process and the runner's keeping and handing over are counted, and must be no more than
# what is made at first use.
# usage: prove-calls.sh TRADER OPTION...   TRADER: the binary; OPTION: of `trader backtest` (store, model, days)
# Exit codes: 0 proven, 1 not, 77 valgrind is missing.
set -euo pipefail

trader=$1
shift
command -v valgrind >/dev/null || {
  echo "prove-calls: skipped: valgrind is missing (apt-get install valgrind)" >&2
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Debian's valgrind cannot read Swift's debug information; names of functions stay.
objcopy --strip-debug "$trader" "$folder/trader"
cp -L "$(dirname "$trader")"/*.so* "$folder/" 2>/dev/null || true
valgrind --tool=callgrind --callgrind-out-file="$folder/calls" --dump-line=no --collect-jumps=no \
  --toggle-collect='*TradingA0C7process*' --toggle-collect='*keepAndHandOver*' \
  "$folder/trader" backtest --report "$folder/report" "$@" \
  >"$folder/out" 2>"$folder/err" || {
  echo "prove-calls: the replay failed: $(tail -c 800 "$folder/err")" >&2
  exit 1
}
awk '
  BEGIN {
    allocator = "malloc|calloc|realloc|free|posix_memalign|aligned_alloc|swift_allocObject|swift_slowAlloc"
    locks = "pthread_mutex_lock|pthread_rwlock_rdlock|pthread_rwlock_wrlock"
    kernel = "syscall|mmap|munmap|madvise|read|write|futex"
  }
  # Callgrind names a function once, as "(number) name", and later by its number.
  function named(text,   number) {
    match(text, /\([0-9]+\)/)
    number = substr(text, RSTART, RLENGTH)
    if (length(text) > RSTART + RLENGTH) names[number] = substr(text, RSTART + RLENGTH + 1)
    return number
  }
  /^fn=/ { function_ = named(substr($0, 4)) }
  /^cfn=/ { callee = named(substr($0, 5)) }
  /^calls=/ { split(substr($0, 7), parts, " "); calls[callee] += parts[1] }
  END {
    for (number in calls) {
      name = names[number]
      sub(/[@\x27].*/, "", name)
      if (name ~ "^(" allocator "|" locks "|" kernel ")$") bad[name] += calls[number]
      total += calls[number]
    }
    if (total == 0) { print "prove-calls: nothing was collected: are the functions still called so?"; exit 1 }
    for (name in bad) { printf "%8d calls of %s\n", bad[name], name; sum += bad[name] }
    printf "%d calls while the engine processed, %d of them to the allocator, locks or the kernel\n", total, sum
    if (total < 1000000) { print "prove-calls: a replay of so few events proves nothing"; exit 1 }
    if (sum > 100) { print "prove-calls: more than what is made at first use"; exit 1 }
  }
' "$folder/calls"
