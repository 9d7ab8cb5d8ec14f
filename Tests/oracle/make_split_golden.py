#!/usr/bin/env python3
"""Writes Tests/ValidationTests/Golden/splits.txt: the splits of purgedcv and skfolio on random labels, as hashes.

Both sides draw the same labels from the same generator (SplitMix64), so the file holds one 64-bit hash per case, of the
training and test positions of every split of every splitter; `-` where a split has nothing to train on.

purgedcv's spans are half-open and ours closed: in whole nanoseconds the closed span [s, e] is [s, e + 1). Its embargo
is closed at both ends and begins at that e + 1, so ours of d nanoseconds is its of d - 1. Its walk-forward windows
lie at the end of the data; its sliding window counts the labels that the purge leaves, ours those before it, so only
expanding ones are compared.
skfolio purges by number of rows: that is exact where every label spans as many rows, and its folds are equal to ours
where the number of rows is a multiple of the number of folds; other cases are not drawn.

Usage: .venv/bin/python Tests/oracle/make_split_golden.py
Needs numpy, pandas, purgedcv and skfolio. Independent of the Swift sources.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from purgedcv import CombinatorialPurgedCV, PurgedKFold, WalkForwardSplit
from skfolio.model_selection import CombinatorialPurgedCV as RowPurgedCV

GOLDEN = Path(__file__).resolve().parents[1] / "ValidationTests" / "Golden" / "splits.txt"
SPAN_CASES, ROW_CASES = 2_000, 500
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed: int):
        self.state = seed

    def draw(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        word = self.state
        word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
        return low + (word ^ (word >> 31)) % (high - low + 1)


def combine(value: int, position: int) -> int:
    """FNV-1a over the eight bytes of a position."""
    for shift in range(0, 64, 8):
        value = ((value ^ ((position >> shift) & 0xFF)) * 0x100000001B3) & MASK
    return value


def hashed(splits) -> str:
    value = 0xCBF29CE484222325
    for train, test in splits:
        if len(train) == 0:
            return "-"
        for positions in (train, test):
            for position in positions:
                value = combine(value, int(position))
            value = combine(value, MASK)
    return f"{value:016x}"


def span_case(number: int) -> str:
    random = SplitMix64(number)
    count = random.draw(34, 60)
    starts, time = [], 0
    for _ in range(count):
        time += random.draw(0, 3)
        starts.append(time)
    ends = [start + random.draw(0, 8) for start in starts]
    embargo, folds, groups = random.draw(2, 6), random.draw(2, 6), random.draw(4, 6)
    chosen, windows, length = random.draw(1, 3), random.draw(2, 4), random.draw(3, 5)
    times = {
        "prediction_times": pd.Series(pd.to_datetime(starts, unit="ns")),
        "evaluation_times": pd.Series(pd.to_datetime([end + 1 for end in ends], unit="ns")),
    }
    late = {**times, "embargo": pd.Timedelta(embargo - 1, unit="ns")}
    splitters = [
        PurgedKFold(folds, **late),
        CombinatorialPurgedCV(groups, chosen, **late),
        WalkForwardSplit(windows, length, **times),
    ]
    rows = np.zeros((count, 1))
    splits = []
    for splitter in splitters:
        try:
            splits += [(np.sort(train), np.sort(test)) for train, test in splitter.split(rows)]
        except Exception as error:  # it refuses splits without training rows, each by its own error
            if "empty" not in str(error).lower() and "no train" not in str(error).lower():
                raise
            return "-"
    return hashed(splits)


def row_case(number: int) -> str:
    random = SplitMix64(1_000_000 + number)
    folds = random.draw(4, 7)
    size = random.draw(8, 12)
    chosen, span, embargo = random.draw(2, 3), random.draw(0, 3), random.draw(0, 3)
    splitter = RowPurgedCV(folds, chosen, purged_size=span, embargo_size=embargo)
    splits = [(train, np.concatenate(tests)) for train, tests in splitter.split(np.zeros((folds * size, 1)))]
    return hashed(splits)


def main() -> None:
    lines = [f"span {span_case(number)}" for number in range(SPAN_CASES)]
    lines += [f"rows {row_case(number)}" for number in range(ROW_CASES)]
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text("\n".join(lines) + "\n")
    empty = sum(line.endswith("-") for line in lines)
    print(f"{GOLDEN}: {len(lines)} cases, {empty} with nothing to train on, {GOLDEN.stat().st_size} bytes")


if __name__ == "__main__":
    main()
