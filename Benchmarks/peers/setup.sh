#!/usr/bin/env bash
# Makes everything that Benchmarks/peers/run.py compares with: Debian packages, two Python environments with the public
# peers, the trained models with their expected predictions, and the peers' compiled forms of them.
#
#   Benchmarks/peers/setup.sh                all three model sizes; about half an hour the first time
#   Benchmarks/peers/setup.sh --sizes S,M    these sizes only; about five minutes
#
# Safe to run again: what is there is left alone, and when nothing is missing it touches nothing.
# PERF_DIR                where everything goes; default .build-peers in the repository's root
# TRADER_SHARED_PEERS     the folder of the shared measuring programs; default ../shared/peers beside the repository
# PYTHON                  a Python 3.10 to 3.12 (the compiled peers' packages have no builds for later ones)
# Exit codes: 0 ready, 2 wrong argument, 4 something is missing that this script may not or cannot make.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
sizes=S,M,L

say() {
  printf 'peers: %s\n' "$*"
}

fail() {
  printf 'peers: %s\n' "$*" >&2
  exit 4
}

while [ $# -gt 0 ]; do
  case "$1" in
    --sizes)
      sizes=${2:-}
      [[ "$sizes" =~ ^[SML](,[SML])*$ ]] || {
        printf 'peers: --sizes takes S, M, L or several with commas, not "%s"\n' "$sizes" >&2
        exit 2
      }
      shift 2
      ;;
    *)
      printf 'peers: unknown argument %s; the only one is --sizes S,M,L\n' "$1" >&2
      exit 2
      ;;
  esac
done

shared=${TRADER_SHARED_PEERS:-$root/../shared/peers}
[ -f "$shared/gbdt_peers.c" ] ||
  fail "no gbdt_peers.c in $shared. The measuring programs are kept beside the repository, not in it:" \
    "set TRADER_SHARED_PEERS to their folder."
shared=$(cd "$shared" && pwd)

mkdir -p "${PERF_DIR:-$root/.build-peers}"
PERF_DIR=$(cd "${PERF_DIR:-$root/.build-peers}" && pwd)
export PERF_DIR OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
log="$PERF_DIR/setup.log"

# timed WHAT COMMAND...: runs it at the lowest priority, its words to the log, and tells how long it took.
timed() {
  local what=$1 start=$SECONDS
  shift
  say "$what ..."
  if ! nice -n 19 "$@" >>"$log" 2>&1 </dev/null; then
    tail -n 15 "$log" >&2
    fail "could not finish: $what (the last lines of $log stand above)"
  fi
  say "$what: done in $((SECONDS - start)) s"
}

# missing FILE...: those that are absent or empty, below PERF_DIR.
missing() {
  local file
  for file in "$@"; do
    [ -s "$PERF_DIR/$file" ] || printf '%s ' "$file"
  done
}

# --- Debian packages
packages=()
for package in gcc g++ python3-venv libboost-dev; do
  case "$package" in
    gcc | g++) command -v "$package" >/dev/null && continue ;;
    python3-venv) "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null && continue ;;
    libboost-dev) [ -f /usr/include/boost/lockfree/spsc_queue.hpp ] && continue ;;
  esac
  packages+=("$package")
done
if [ ${#packages[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "neither root nor sudo here; as root run: apt-get install -y ${packages[*]}"
    as_root=(sudo)
  fi
  timed "updating the package lists" "${as_root[@]}" apt-get update
  timed "installing ${packages[*]}" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${packages[@]}"
fi

# --- Python environments: a stamp with the requirements' text tells a finished one of the right versions
for letter in a b; do
  requirements="$here/requirements-$letter.txt" venv="$PERF_DIR/venv-$letter"
  cmp -s "$requirements" "$venv/requirements.txt" && continue
  [ -x "$venv/bin/python" ] || timed "creating environment $letter" "${PYTHON:-python3}" -m venv "$venv"
  timed "installing the packages of environment $letter" \
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$venv/requirements.txt"
done

# --- Models and rows
trained=(rows.f32 models.json)
for size in S M L; do
  trained+=("lgb_$size.txt" "lgb_$size.expect.f64" "xgb_$size.json" "xgb_$size.ubj" "xgb_$size.expect.f64")
done
if [ -n "$(missing "${trained[@]}")" ]; then
  timed "training the models (about a minute)" "$PERF_DIR/venv-a/bin/python" "$shared/train_models.py"
fi

# --- The peers' compiled forms; one compiler at a time
live=()
exported=
for size in ${sizes//,/ }; do
  plain=("treelite_lgb_$size.bin" "treelite_xgb_$size.bin" "onnx_lgb_$size.onnx" "onnx_xgb_$size.onnx")
  for library in lgb xgb; do
    plain+=("tl2cgen_${library}_${size}_q0.so" "tl2cgen_${library}_${size}_q1.so")
  done
  compiled=("lleaves_${size}_default.so" "lleaves_${size}_small.so")
  live+=("${plain[@]/#/ar/}" "${compiled[@]/#/ar/}")
  if [ -n "$(missing "${plain[@]}")" ]; then
    timed "compiling the $size models with treelite, tl2cgen and for ONNX Runtime (S 20 s, M 2 min, L 12 min)" \
      env WHAT=treelite "$PERF_DIR/venv-a/bin/python" "$shared/export_peers.py" "$size"
    exported=yes
  fi
  if [ -n "$(missing "${compiled[@]}")" ]; then
    timed "compiling the $size model with lleaves (S 10 s, M 1 min, L 10 min)" \
      env WHAT=lleaves "$PERF_DIR/venv-b/bin/python" "$shared/export_peers.py" "$size"
    exported=yes
  fi
  # The exporting program goes on after a failure, so its files are the only witness.
  absent=$(missing "${plain[@]}" "${compiled[@]}")
  [ -z "$absent" ] || fail "not made: $absent; $log tells why (search it for FAILED)"
done

# --- Live-like rows, in a folder of links to the models
live+=(ar/rows.f32)
for size in S M L; do
  live+=("ar/lgb_$size.expect.f64" "ar/xgb_$size.expect.f64")
done
if [ -n "$exported" ] || [ -n "$(missing "${live[@]}")" ]; then
  timed "making the live-like rows" "$PERF_DIR/venv-a/bin/python" "$shared/make_ar_rows.py"
fi

say "ready in $PERF_DIR"
