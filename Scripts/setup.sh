#!/usr/bin/env bash
# Makes a Debian 12 machine able to build the project: checks Swift, installs the missing Debian packages only.
#
#   Scripts/setup.sh           what a build needs
#   Scripts/setup.sh --lint    also clang-format, valgrind and strace, for the checks of continuous integration
#
# Safe to run again: when nothing is missing it touches nothing and needs neither root nor network.
# Exit codes: 0 ready, 2 wrong argument, 4 something is missing that this script may not or cannot install.
set -euo pipefail

readonly needed_swift_major=6
readonly needed_swift_minor=2

packages=(
  liburing-dev libjemalloc-dev libsqlite3-dev libxgboost-dev libzstd-dev zlib1g-dev libsodium-dev pkg-config make
)

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 4
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

for argument in "$@"; do
  case "$argument" in
    --lint) packages+=(clang-format valgrind strace) ;;
    *)
      printf 'setup: unknown argument %s; the only one is --lint\n' "$argument" >&2
      exit 2
      ;;
  esac
done

command -v dpkg-query >/dev/null ||
  fail "this is not a Debian system. Install by hand the libraries liburing, OpenBLAS, jemalloc, SQLite, XGBoost," \
    "zstd, zlib and libsodium with their headers and pkg-config files, then use 'swift build -c release'."

# Any OpenBLAS build will do. The serial one is installed because a thread pool only disturbs the engine's cores.
if ! is_installed libopenblas-serial-dev && ! is_installed libopenblas-pthread-dev &&
  ! is_installed libopenblas-openmp-dev; then
  packages+=(libopenblas-serial-dev)
fi

missing=()
for package in "${packages[@]}"; do
  is_installed "$package" || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "missing packages: ${missing[*]}. Neither root nor sudo here; as root run:" \
        "apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  printf 'setup: installing %s\n' "${missing[*]}"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install ${missing[*]} (its last lines stand above)." \
      "Mend the package sources and run again."
  fi
fi

command -v swift >/dev/null ||
  fail "no 'swift' on PATH. Unpack a Swift ${needed_swift_major}.${needed_swift_minor} or newer toolchain" \
    "for Debian 12 and put its usr/bin first on PATH."
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
if [ -z "$version" ] || [ "$major" -lt "$needed_swift_major" ] ||
  { [ "$major" -eq "$needed_swift_major" ] && [ "${minor:-0}" -lt "$needed_swift_minor" ]; }; then
  fail "Swift ${needed_swift_major}.${needed_swift_minor} or newer is needed," \
    "$(command -v swift) is ${version:-unreadable}. Unpack a newer toolchain and put its usr/bin first on PATH."
fi
