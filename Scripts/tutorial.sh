#!/usr/bin/env bash
# Runs the steps of docs/tutorial.md that leave something behind. Usage: Scripts/tutorial.sh DATA_FOLDER [WORK_FOLDER]
# DATA_FOLDER holds b3-wdo-1min-2021-2022 and b3-dol-ticks-20200402; WORK_FOLDER (default: a new temporary one) must not
# hold earlier output, since journals are never overwritten.
set -euo pipefail

if [ $# -lt 1 ]; then
  echo "usage: Scripts/tutorial.sh DATA_FOLDER [WORK_FOLDER]" >&2
  exit 2
fi
data=$(cd "$1" && pwd)
trader=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.build/release/trader
work=${2:-$(mktemp -d)}
mkdir -p "$work"
cd "$work"

step() {
  printf '\n$ trader %s\n' "$*"
  "$trader" "$@"
}

step import "$data/b3-wdo-1min-2021-2022/wdo_m1.csv.zst" --symbol WDO --into market/
step import "$data/b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst" --symbol DOL --into market/
step data list market/
step data check market/
step train --data market/ --symbol WDO --from 2021-11-05 --to 2021-12-15 --out models/ --members logistic,trees
step backtest --data market/ --symbol WDO --model models/ --from 2021-12-16 --to 2022-01-14 --report out/backtest
step run --simulate market/ --symbol DOL --date 2020-04-02 --model models/ --speed max --out out/dol
step backtest --data market/ --symbol DOL --model models/ --from 2020-04-02 --to 2020-04-02 --report out/dol-backtest
cmp out/dol/journal.bin out/dol-backtest/journal.bin
step backtest --data market/ --symbol WDO --walk-forward 20:5 --from 2021-11-05 --to 2022-01-14 --report out/walk
step backtest --verify out/walk
echo "the journals of the wire run and of the backtest are equal; everything is in $work"
