#!/usr/bin/env bash
# Packs the built binaries: release.sh BUILD_FOLDER OUTPUT_FOLDER.
#
# The tarball holds `trader` and `bench`, stripped, beside the shared libraries of the Swift runtime that they load:
# the binaries look for libraries in their own folder. Debian's libraries are named in the enclosed REQUIRES file.
set -euo pipefail

if [ $# -ne 2 ]; then
  printf 'usage: Scripts/release.sh BUILD_FOLDER OUTPUT_FOLDER\n' >&2
  exit 2
fi
build=$1
output=$2
version=$(git describe --tags --always --dirty 2>/dev/null || echo unversioned)
name="trader-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)"
folder="$output/$name"
runtime=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")/lib/swift/linux

rm -rf "$folder"
mkdir -p "$folder"
for binary in trader bench; do
  [ -x "$build/$binary" ] || {
    printf 'release: %s/%s is not built; run make build\n' "$build" "$binary" >&2
    exit 4
  }
  strip -o "$folder/$binary" "$build/$binary"
done

# ldd prints "name => path (address)"; what lies in the toolchain travels along, the rest is Debian's.
loaded=$(for binary in trader bench; do ldd "$build/$binary"; done |
  awk '$2 == "=>" && $3 != "not" { print $3 }' | sort -u)
while read -r library; do
  case $(realpath "$library") in
    "$runtime"/*) cp "$(realpath "$library")" "$folder/$(basename "$library")" ;;
    *) dpkg-query -S "$(realpath "$library")" 2>/dev/null | cut -d: -f1 >>"$folder/REQUIRES" || true ;;
  esac
done <<<"$loaded"
[ -f "$folder/REQUIRES" ] && sort -u -o "$folder/REQUIRES" "$folder/REQUIRES"
[ -d config ] && cp -r config "$folder/"
[ -f README.md ] && cp README.md "$folder/"

tar -C "$output" -czf "$output/$name.tar.gz" "$name"
printf '%s  %s bytes\n' "$output/$name.tar.gz" "$(stat -c %s "$output/$name.tar.gz")"
