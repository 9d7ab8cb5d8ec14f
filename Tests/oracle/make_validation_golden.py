"""Independent values for Tests/ValidationTests, by numpy and scipy.

Run: .venv/bin/python Tests/oracle/make_validation_golden.py
Prints the constants that the tests quote. The inputs are integer formulas that both sides can form exactly.
"""

import itertools

import numpy as np
from scipy import stats


def results(periods: int) -> np.ndarray:
    t = np.arange(periods, dtype=np.int64)
    return ((t * t * 17 + t * 29) % 101 - 48) / 1000.0


def configurations(periods: int, count: int) -> np.ndarray:
    t = np.arange(periods, dtype=np.int64)[:, None]
    c = np.arange(count, dtype=np.int64)[None, :]
    return ((t * 37 + c * 101 + t * t * (c + 3) * 13) % 211 - 104) / 1000.0


def probabilistic_sharpe(ratio, n, skewness, kurtosis, benchmark):
    factor = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2
    return stats.norm.cdf((ratio - benchmark) * np.sqrt(n - 1) / np.sqrt(factor))


def expected_maximum(trials, variance):
    gamma = np.euler_gamma
    return np.sqrt(variance) * (
        (1 - gamma) * stats.norm.ppf(1 - 1 / trials) + gamma * stats.norm.ppf(1 - 1 / (trials * np.e))
    )


def overfitting(matrix, blocks):
    parts = np.array_split(np.arange(len(matrix)), blocks)
    logits, inside, outside = [], [], []
    for choice in itertools.combinations(range(blocks), blocks // 2):
        rows_in = np.concatenate([parts[b] for b in choice])
        rows_out = np.concatenate([parts[b] for b in range(blocks) if b not in choice])
        sharpe = lambda rows: matrix[rows].mean(axis=0) / matrix[rows].std(axis=0, ddof=1)
        a, b = sharpe(rows_in), sharpe(rows_out)
        winner = int(np.argmax(a))
        w = stats.rankdata(b)[winner] / (matrix.shape[1] + 1)
        logits.append(np.log(w / (1 - w)))
        inside.append(a[winner])
        outside.append(b[winner])
    logits = np.array(logits)
    slope = stats.linregress(inside, outside).slope
    return (logits <= 0).mean(), logits.sum(), slope, (np.array(outside) < 0).mean()


def main():
    r = results(250)
    ratio = r.mean() / r.std(ddof=1)
    skewness, kurtosis = stats.skew(r), stats.kurtosis(r, fisher=False)
    print(f"sharpe: {ratio!r} skewness {skewness!r} kurtosis {kurtosis!r}")
    print(f"probability of exceeding 0.01: {probabilistic_sharpe(ratio, len(r), skewness, kurtosis, 0.01)!r}")
    factor = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2
    print(f"minimum track record at 0.95 over 0: {1 + factor * (stats.norm.ppf(0.95) / ratio) ** 2!r}")
    print("paper's example (T = 1250, annual SR 2.5, skewness -3, kurtosis 10, V = 1/2 a year):")
    for trials in (46, 100):
        benchmark = expected_maximum(trials, 0.5 / 250)
        deflated = probabilistic_sharpe(2.5 / np.sqrt(250), 1250, -3, 10, benchmark)
        print(f"  N = {trials}: benchmark {benchmark!r} deflated {deflated!r}")
    for periods, count, blocks in ((120, 7, 8), (101, 5, 6)):
        chance = overfitting(configurations(periods, count), blocks)
        print(f"overfitting {periods} x {count}, {blocks} blocks: {chance!r}")


if __name__ == "__main__":
    main()
