#!/usr/bin/env python3
"""Writes Tests/ValidationTests/Golden/statistics.json: purgedcv's and arch's figures for seeded series.

Usage: .venv/bin/python Tests/oracle/make_statistics_golden.py
Needs numpy, scipy, purgedcv and arch. Independent of the Swift sources.
"""

import json
from pathlib import Path

import numpy as np
import purgedcv
from arch.bootstrap import optimal_block_length
from scipy import stats

GOLDEN = Path(__file__).resolve().parents[1] / "ValidationTests" / "Golden" / "statistics.json"


def series(random, count: int, drift: float, memory: float) -> np.ndarray:
    noise = random.standard_t(5, count)
    values = np.zeros(count)
    for row in range(count):
        values[row] = (memory * values[row - 1] if row else 0) + noise[row]
    return np.round(values + drift, 4)


def main() -> None:
    random = np.random.default_rng(20_260)
    records = []
    for count, drift, memory in [(60, 0.3, 0.0), (120, 0.1, 0.3), (250, 0.25, -0.2), (400, 0.05, 0.7), (90, -0.1, 0.0)]:
        values = series(random, count, drift, memory)
        ratio = values.mean() / values.std(ddof=1)
        blocks = optimal_block_length(values)
        record = {
            "values": values.tolist(),
            # purgedcv divides by the population deviation and corrects the higher moments for bias; ours do neither.
            # The formulas are compared on its moments.
            "ratio": float(values.mean() / values.std()),
            "skewness": float(stats.skew(values, bias=False)),
            "kurtosis": float(stats.kurtosis(values, fisher=False, bias=False)),
            "psr": purgedcv.probabilistic_sharpe_ratio(values, 0.05),
            "dsr": purgedcv.deflated_sharpe_ratio(values, 40, 0.01),
            "stationary": float(blocks["stationary"].iloc[0]),
            "circular": float(blocks["circular"].iloc[0]),
        }
        if ratio > 0.02:
            record["track_record"] = purgedcv.min_track_record_length(
                ratio, 0.02, 0.05, stats.skew(values), stats.kurtosis(values, fisher=False))
        records.append(record)
    matrices = []
    for configurations, periods, blocks, edge in [(6, 64, 8, 0.0), (10, 96, 6, 0.4), (4, 40, 10, 0.0)]:
        returns = np.round(random.normal(0, 1, (configurations, periods)), 3)
        returns[0] += edge
        result = purgedcv.probability_of_backtest_overfitting(returns, n_splits=blocks)
        matrices.append({"returns": returns.tolist(), "blocks": blocks, "pbo": float(result.pbo)})
    lengths = [[trials, target, purgedcv.minimum_backtest_length(trials, target)]
               for trials, target in [(10, 1.0), (45, 1.0), (1_000, 1.5), (7, 0.5)]]
    GOLDEN.write_text(json.dumps({"records": records, "matrices": matrices, "lengths": lengths}) + "\n")
    print(f"{GOLDEN}: {GOLDEN.stat().st_size} bytes")


if __name__ == "__main__":
    main()
