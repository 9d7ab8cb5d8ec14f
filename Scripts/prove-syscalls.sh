#!/usr/bin/env bash
# Proves, with strace over paper sessions, what a warm session asks of the kernel: the engine's thread calls nothing but
# io_uring_enter; with a core for the link and --idle spin it calls nothing at all, and the link's thread nothing but
# io_uring_enter.
# usage: prove-syscalls.sh TRADER OPTION...   TRADER: the binary; OPTION: of `trader run` (--model, --config, a store)
# Exit codes: 0 proven, 1 not, 77 tracing is not possible here.
set -euo pipefail

if [ $# -lt 1 ]; then
  sed -n '2,6s/^# //p' "$0" >&2
  exit 2
fi
trader=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! strace -o "$folder/probe" true 2>"$folder/refusal"; then
  echo "prove-syscalls: skipped: strace cannot trace here: $(head -c 200 "$folder/refusal")" >&2
  exit 77
fi

# session NAME OPTION...: traces one session into $folder/NAME.trace.
session() {
  local name=$1
  shift
  strace -f -qq -s 16 -o "$folder/$name.trace" "$trader" run --speed max --out "$folder/$name" "$@" \
    >"$folder/$name.out" 2>"$folder/$name.err" || {
    echo "prove-syscalls: the session '$name' failed: $(tail -c 500 "$folder/$name.err")" >&2
    exit 1
  }
}

# prove NAME THREAD ALLOWED: in the loop of THREAD, once warm, there is no call but ALLOWED ('none': no call at all).
# A thread tells its own number by naming itself. The engine's loop lies between its two calls of getrusage, with which
# it counts its page faults. The link's thread has no such marks: its first and last calls do not count.
prove() {
  awk -v name="$1" -v thread="$2" -v allowed="$3" '
    BEGIN { warm = 400; last = 60 }
    index($0, "prctl(PR_SET_NAME, \"" thread "\"") { pid = $1 }
    # The second half of a call that another thread interrupted, and news that are no calls.
    $2 == "<..." || $2 == "+++" || $2 == "---" { next }
    {
      call = $2
      sub(/\(.*/, "", call)
      calls[$1, ++count[$1]] = call
    }
    END {
      if (pid == "") fail("no thread of that name")
      from = warm; to = count[pid] - last
      if (thread == "engine") {
        for (i = 1; i <= count[pid]; i++) if (calls[pid, i] == "getrusage") mark[++marks] = i
        if (marks != 2) fail("its loop has " marks + 0 " marks instead of 2")
        # The call after the first mark reads the processor time.
        from = mark[1] + 2 + (allowed == "none" ? 0 : warm); to = mark[2] - 1
      }
      for (i = from; i <= to; i++) { counted++; if (calls[pid, i] != allowed) others[calls[pid, i]]++ }
      for (call in others) bad = bad " " call " " others[call] " times"
      if (bad != "") fail("also called" bad)
      if (allowed != "none" && counted < 1000) fail("only " counted + 0 " calls prove nothing")
      printf "%-8s %-7s %7d calls once warm, allowed: %s\n", name, thread, counted, allowed
    }
    function fail(what) { print "prove-syscalls: " name ", thread " thread ": " what; exit 1 }
  ' "$folder/$1.trace"
}

session one "$@"
prove one engine io_uring_enter
session two "$@" --io-core 0 --idle spin
prove two engine none
prove two link io_uring_enter
