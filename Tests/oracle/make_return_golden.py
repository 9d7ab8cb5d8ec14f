"""Statistics of return series by quantstats and empyrical, for Tests/PerformanceTests/ReturnGoldenTests.swift.

Run: .venv/bin/python Tests/oracle/make_return_golden.py
Writes Tests/PerformanceTests/Golden/returns.json. Where both packages have a statistic they must agree here, too. Where
ours differs from quantstats by intent, the line that maps one to the other says why.
"""

import json
import math
import pathlib
import warnings

import empyrical as ep
import numpy as np
import pandas as pd
import quantstats.stats as qs
from scipy import stats

import return_errors

YEAR = 252
OUT = pathlib.Path(__file__).parents[1] / "PerformanceTests" / "Golden" / "returns.json"


def series():
    """Returns with six decimals, so that the file holds them exactly."""
    random = np.random.default_rng(20_260_301)
    normal = random.normal(0.0006, 0.011, 498)
    fat = 0.0004 + 0.007 * random.standard_t(3, 390)
    losing = random.normal(-0.0011, 0.009, 247)
    zeros = np.where(random.random(310) < 0.4, 0.0, random.normal(0.0009, 0.012, 310))
    carried = np.zeros(300)
    for day in range(1, 300):
        carried[day] = 0.35 * carried[day - 1] + random.normal(0.0003, 0.008)
    every = {
        "normal": normal, "fat tailed": fat, "losing": losing, "with zeros": zeros, "autocorrelated": carried,
        "short": normal[100:115],
    }
    return {name: np.round(values, 6) for name, values in every.items()}


def agree(ours, theirs):
    """Two packages, one number."""
    assert math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12), (ours, theirs)
    return float(ours)


def clean(value):
    """Undefined is null, never a number."""
    return float(value) if value is not None and math.isfinite(value) else None


def common(r, compounded):
    """What does not depend on how returns add up, but for the periods."""
    win_mean, zero_win_mean = r[r > 0].mean(), r[r >= 0].mean()
    # pandas' calendar "W" of quantstats groups by (calendar year, ISO week) and so joins the last days of December,
    # which ISO counts as week 1, with the first of January of the same year: group by the ISO year.
    iso = r.index.isocalendar()
    weeks = gathered(r, [iso.year.to_numpy(), iso.week.to_numpy()], compounded)
    values = {
        "sharpe": agree(qs.sharpe(r), ep.sharpe_ratio(r.to_numpy())),
        "smart sharpe": qs.smart_sharpe(r),
        "sortino": agree(qs.sortino(r), ep.sortino_ratio(r.to_numpy())),
        "smart sortino": qs.smart_sortino(r),
        "adjusted sortino": qs.adjusted_sortino(r),
        "adjusted smart sortino": qs.adjusted_sortino(r, smart=True),
        "autocorrelation penalty": qs.autocorr_penalty(r),
        "win share": qs.win_rate(r),
        "payoff": qs.payoff_ratio(r),
        "profit factor": qs.profit_factor(r),
        "gain to pain": qs.gain_to_pain_ratio(r),
        "cpc index": qs.cpc_index(r),
        "kelly": qs.kelly_criterion(r),
        "omega": agree(qs.omega(r), ep.omega_ratio(r)),
        "omega at 0.001": agree(
            qs.omega(r, required_return=0.001, periods=1), ep.omega_ratio(r, required_return=0.001, annualization=1)),
        "common sense": qs.common_sense_ratio(r),
        "tail ratio": agree(qs.tail_ratio(r), ep.tail_ratio(r)),
        # quantstats counts idle sessions among the wins, which makes their mean smaller: take the mean of wins.
        "outlier win ratio": qs.outlier_win_ratio(r) * zero_win_mean / win_mean,
        "outlier loss ratio": qs.outlier_loss_ratio(r),
        "volatility": agree(qs.volatility(r), ep.annual_volatility(r)),
        "skewness": qs.skew(r),
        "excess kurtosis": qs.kurtosis(r),
        "mean": r.mean(),
        "median": r.median(),
        "best": qs.best(r),
        "worst": qs.worst(r),
        "longest winning": int(qs.consecutive_wins(r)),
        "longest losing": int(qs.consecutive_losses(r)),
        # Losses are positive here, returns in the packages.
        "historic VaR 95": -ep.value_at_risk(r, 0.05),
        "historic VaR 99": -ep.value_at_risk(r, 0.01),
        "normal VaR 95": -qs.value_at_risk(r, confidence=0.95),
        "normal VaR 99": -qs.value_at_risk(r, confidence=0.99),
        "historic shortfall 95": -qs.expected_shortfall(r, confidence=0.95, method="historical"),
        "historic shortfall 99": -qs.expected_shortfall(r, confidence=0.99, method="historical"),
        "normal shortfall 95": -qs.expected_shortfall(r, confidence=0.95),
        "normal shortfall 99": -qs.expected_shortfall(r, confidence=0.99),
        "win weeks": qs.win_rate(weeks),
        "win months": qs.win_rate(r, "ME", compounded),
        "win quarters": qs.win_rate(r, "QE", compounded),
        "best month": qs.best(r, "ME", compounded),
        "worst month": qs.worst(r, "ME", compounded),
        "average up month": qs.avg_win(r, "ME", compounded),
        "average down month": qs.avg_loss(r, "ME", compounded),
        "months": len(r.groupby([r.index.year, r.index.month])),
    }
    return values


def compounding(r):
    """Returns on what the account holds."""
    n, total = len(r), float(qs.comp(r))
    # quantstats loses a fall that begins with the first session: an idle session before it mends that.
    idle = pd.Series([0.0], index=[r.index[0] - pd.Timedelta(days=1)])
    details = qs.drawdown_details(qs.to_drawdown_series(pd.concat([idle, r])))
    worst = agree(-qs.max_drawdown(r), -ep.max_drawdown(r))
    cagr = agree(qs.cagr(r), ep.annual_return(r))
    # Martin and McCann divide by n, quantstats by n - 1.
    ulcer = qs.ulcer_index(r) * math.sqrt((n - 1) / n)
    depths = qs.to_drawdown_series(r)
    # Not the shortfall of a normal distribution fitted to depths, which quantstats takes.
    pitfall = -qs.cvar(depths, method="historical") / r.std()
    values = common(r, True) | {
        # Monthly gain to pain of compounded months: quantstats only sums them.
        "monthly gain to pain": gain_to_pain(months(r, True)),
        "expected": qs.expected_return(r),
        "expected month": qs.expected_return(r, "ME"),
        "expected year": qs.expected_return(r, "YE"),
        "yearly": cagr,
        "total": total,
        "maximum drawdown": worst,
        "average drawdown": -details["max drawdown"].mean() / 100,
        "average drawdown days": details["days"].mean(),
        "longest drawdown days": int(details["days"].max()),
        "drawdowns": len(details),
        "worst drawdown start": details.loc[details["max drawdown"].idxmin(), "start"],
        "worst drawdown valley": details.loc[details["max drawdown"].idxmin(), "valley"],
        "worst drawdown end": details.loc[details["max drawdown"].idxmin(), "end"],
        "calmar": agree(qs.calmar(r), ep.calmar_ratio(r)),
        # With its sign, and of what was really earned: quantstats takes |sum of returns|.
        "recovery factor": qs.recovery_factor(r) / abs(r.sum()) * total,
        "ulcer index": ulcer,
        # Growth per year in place of the whole record's: else the ratio rises with the length of the record.
        "ulcer performance": cagr / ulcer,
        "serenity": cagr / (ulcer * pitfall),
        "r squared": ep.stability_of_timeseries(r),
    }
    assert math.isclose(values["ulcer performance"] * total / cagr,
                        qs.ulcer_performance_index(r) * math.sqrt(n / (n - 1)), rel_tol=1e-9)
    return values


def adding(r):
    """Returns on a capital that stays the same: sums, which neither package knows, by numpy."""
    n, level = len(r), np.concatenate([[0.0], np.cumsum(r.to_numpy())])
    depth = (np.maximum.accumulate(level) - level)[1:]
    depth[depth < 1e-12] = 0
    under = pd.DataFrame({"depth": depth, "date": r.index})
    under["episode"] = (depth == 0).cumsum()
    episodes = under[depth > 0].groupby("episode")
    days = (episodes["date"].max() - episodes["date"].min()).dt.days + 1
    yearly, ulcer, worst = r.mean() * YEAR, math.sqrt((depth**2).mean()), depth.max()
    edge = np.quantile(depth, 0.95)
    trend = stats.linregress(np.arange(n), level[1:])
    by_year = r.groupby(r.index.year).sum()
    return common(r, False) | {
        "monthly gain to pain": qs.gain_to_pain_ratio(r, resolution="ME"),
        "expected": r.mean(),
        "expected month": months(r, False).mean(),
        "expected year": by_year.mean(),
        "yearly": yearly,
        "total": r.sum(),
        "maximum drawdown": worst,
        "average drawdown": episodes["depth"].max().mean(),
        "average drawdown days": days.mean(),
        "longest drawdown days": int(days.max()),
        "drawdowns": len(days),
        "calmar": yearly / worst,
        "recovery factor": r.sum() / worst,
        "ulcer index": ulcer,
        "ulcer performance": yearly / ulcer,
        "serenity": yearly / (ulcer * depth[depth >= edge].mean() / r.std()),
        "r squared": trend.rvalue**2,
        # Of a Brownian motion with this drift; quantstats puts the win share where the edge belongs.
        "risk of ruin": math.exp(-2 * r.mean() / r.var()) if r.mean() > 0 else 1.0,
    }


def gathered(r, keys, compounded):
    grouped = r.groupby(keys)
    return (grouped.apply(qs.comp) if compounded else grouped.sum()).reset_index(drop=True)


def months(r, compounded):
    return gathered(r, [r.index.year, r.index.month], compounded)


def gain_to_pain(values):
    lost = -values[values < 0].sum()
    return values.sum() / lost if lost > 0 else None


def rounded(values):
    return {key: value if isinstance(value, (str, int)) else clean(value) for key, value in values.items()}


def main():
    warnings.simplefilter("ignore")
    cases = []
    for name, returns in series().items():
        dates = pd.bdate_range("2022-11-28", periods=len(returns))
        r = pd.Series(returns, index=dates)
        cases.append({
            "name": name, "growth": "compounded", "first": str(dates[0].date()), "values": returns.tolist(),
            "statistics": rounded(compounding(r)), "errors": rounded(return_errors.errors(returns))})
        if name in ("normal", "with zeros", "losing", "short"):
            # Whole cents on a capital of 20,000 BRL.
            cents = np.rint(returns * 2_000_000).astype(int)
            fixed = pd.Series(cents / 2_000_000, index=dates)
            cases.append({
                "name": name, "growth": "additive", "first": str(dates[0].date()), "values": cents.tolist(),
                "statistics": rounded(adding(fixed)), "errors": rounded(return_errors.errors(fixed.to_numpy()))})
    OUT.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(OUT, OUT.stat().st_size, "bytes,", len(cases), "cases")


if __name__ == "__main__":
    main()
