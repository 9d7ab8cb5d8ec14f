#!/usr/bin/env bash
# Runs clang-format with the given arguments; where it is not installed, says so and does nothing.
# In CI (CI=true) it must be there: an absent checker is not a passed check.
set -euo pipefail

if ! command -v clang-format >/dev/null; then
  if [ "${CI:-}" = true ]; then
    printf 'clang-format: not installed; run Scripts/setup.sh --lint\n' >&2
    exit 4
  fi
  printf 'clang-format: not installed, C sources not checked (Scripts/setup.sh --lint installs it)\n' >&2
  exit 0
fi
exec clang-format "$@"
