"""Independent values for Tests/PerformanceTests, by numpy and scipy.

Run: .venv/bin/python Tests/oracle/make_performance_golden.py
Prints the constants that the tests quote. The inputs are integer formulas that both sides can form exactly.
"""

import numpy as np
from scipy import stats


def daily(count: int) -> np.ndarray:
    """Net profits per session in BRL, whole cents."""
    t = np.arange(count, dtype=np.int64)
    return ((t * t * 31 + t * 17) % 1009 - 460) / 4.0


def trades(count: int) -> np.ndarray:
    t = np.arange(count, dtype=np.int64)
    return ((t * t * 53 + t * 7) % 401 - 180) / 2.0


def sharpe(r):
    n, ratio = len(r), r.mean() / r.std(ddof=1)
    g3, g4 = stats.skew(r), stats.kurtosis(r, fisher=False)
    lo = np.sqrt((1 + ratio**2 / 2) / n)
    mertens = np.sqrt((1 + ratio**2 / 2 - g3 * ratio + (g4 - 3) / 4 * ratio**2) / n)
    return ratio, lo, mertens


def sortino(r):
    shortfall = np.minimum(0, r) ** 2
    a, b = r.mean(), shortfall.mean()
    influence = (r - a) / np.sqrt(b) - a * (shortfall - b) / (2 * b**1.5)
    return a / np.sqrt(b), influence.std(ddof=1) / np.sqrt(len(r))


def jackknife_error(statistic, values):
    """Another way to the standard error: must be near the delta method's, not equal to it."""
    leave_one_out = np.array([statistic(np.delete(values, i)) for i in range(len(values))])
    n = len(values)
    return np.sqrt((n - 1) / n * ((leave_one_out - leave_one_out.mean()) ** 2).sum())


def drawdown(r):
    equity = np.concatenate([[0.0], np.cumsum(r)])
    fall = np.maximum.accumulate(equity) - equity
    trough = int(np.argmax(fall))
    peak = int(np.max(np.flatnonzero(equity[: trough + 1] == equity[: trough + 1].max())))
    under = np.flatnonzero(equity[trough:] >= equity[peak])
    recovery = trough + int(under[0]) if len(under) else None
    longest, start = 0, 0
    for i in range(1, len(equity)):
        if equity[i] >= equity[start]:
            longest = max(longest, i - start if fall[i - 1] > 0 else 0)
            start = i
    if fall[-1] > 0:
        longest = max(longest, len(equity) - 1 - start)
    return fall.max(), peak, trough, recovery, longest


def main():
    r = daily(120)
    print("sharpe, Lo, Mertens:", *map(repr, map(float, sharpe(r))))
    jackknife = jackknife_error(lambda x: sortino(x)[0], r)
    print("sortino, error:", *map(repr, map(float, sortino(r))), "jackknife", jackknife)
    print("drawdown (amount, peak, trough, recovery, longest in days):", drawdown(r))
    print("calmar:", repr(float(r.mean() * 252 / drawdown(r)[0])), "sum", r.sum())
    x = trades(80)
    win, loss = x[x > 0], -x[x < 0]
    factor = win.sum() / loss.sum()
    g, l = np.maximum(x, 0), np.maximum(-x, 0)
    log_error = (g / g.mean() - l / l.mean()).std(ddof=1) / np.sqrt(len(x))
    z = stats.norm.ppf(0.975)
    low, high = factor * np.exp(-z * log_error), factor * np.exp(z * log_error)
    print("profit factor, error, interval:", repr(factor), repr(factor * log_error), repr(low), repr(high))
    print("  jackknife error:", jackknife_error(lambda v: v[v > 0].sum() / -v[v < 0].sum(), x))
    wilson = stats.binomtest(len(win), len(x)).proportion_ci(method="wilson")
    print("hits:", len(win), "of", len(x), "wilson", repr(wilson.low), repr(wilson.high))
    test = stats.ttest_1samp(x, 0)
    print("expectancy, error, t:", repr(x.mean()), repr(stats.sem(x)), repr(test.statistic))
    payoff = win.mean() / loss.mean()
    error = payoff * np.hypot(stats.sem(win) / win.mean(), stats.sem(loss) / loss.mean())
    print("average win, loss, payoff, error:", repr(win.mean()), repr(loss.mean()), repr(payoff), repr(error))


if __name__ == "__main__":
    main()
