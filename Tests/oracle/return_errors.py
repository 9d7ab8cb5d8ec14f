"""Standard errors and intervals of statistics of returns, each by another road than the one the engine takes."""

import math

import numpy as np
from scipy import stats

YEAR = 252


def jackknife(statistic, values):
    """By really leaving each value out."""
    n = len(values)
    without = np.array([statistic(np.delete(values, i)) for i in range(n)])
    return math.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())


def payoff(x):
    return x[x > 0].mean() / -x[x < 0].mean()


def profit_factor(x):
    return x[x > 0].sum() / -x[x < 0].sum()


def win_share(x):
    return (x > 0).sum() / (x != 0).sum()


def kelly(x):
    return win_share(x) - (1 - win_share(x)) / payoff(x)


def cpc(x):
    return profit_factor(x) * win_share(x) * payoff(x)


def errors(x):
    n, deviation = len(x), x.std(ddof=1)
    ratio = x.mean() / deviation
    g3, g4 = stats.skew(x), stats.kurtosis(x, fisher=False)
    wins, losses = int((x > 0).sum()), int((x < 0).sum())
    wilson = stats.binomtest(wins, wins + losses).proportion_ci(method="wilson")
    quantile = np.percentile(x, 5)
    values = {
        "sharpe": math.sqrt(YEAR * (1 + ratio**2 / 2 - g3 * ratio + (g4 - 3) / 4 * ratio**2) / n),
        "mean": stats.sem(x),
        "volatility": math.sqrt(YEAR) * deviation * math.sqrt((g4 - 1) / n) / 2,
        "payoff": jackknife(payoff, x),
        "profit factor": jackknife(profit_factor, x),
        "gain to pain": jackknife(lambda v: v.sum() / -v[v < 0].sum(), x),
        "kelly": jackknife(kelly, x),
        "cpc index": jackknife(cpc, x),
        "skewness": jackknife(lambda v: stats.skew(v, bias=False), x),
        "excess kurtosis": jackknife(lambda v: stats.kurtosis(v, bias=False), x),
        "normal VaR 95": deviation * math.sqrt((1 + stats.norm.ppf(0.05) ** 2 / 2) / n),
        "normal shortfall 95": deviation * math.sqrt((1 + (stats.norm.pdf(stats.norm.ppf(0.05)) / 0.05) ** 2 / 2) / n),
        "historic shortfall 95": np.where(x <= quantile, (x - quantile) / 0.05, 0).std(ddof=1) / math.sqrt(n),
        "win share lower": wilson.low,
        "win share upper": wilson.high,
    }
    for name, share in (("historic VaR 95", 0.05), ("historic VaR 99", 0.01), ("median", 0.5)):
        interval = stats.quantile_test(x, p=share).confidence_interval(confidence_level=0.95)
        # SciPy gives one bound where the other lies beyond the sample; an interval has both.
        is_whole = math.isfinite(interval.low) and math.isfinite(interval.high)
        values[name + " lower"], values[name + " upper"] = interval if is_whole else (None, None)
    return values
