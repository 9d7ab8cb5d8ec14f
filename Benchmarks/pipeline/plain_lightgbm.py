"""The plain contestant: what a script of an afternoon earns on one-minute bars, for a pipeline to be measured against.

It reads bars (`time,open,high,low,close,contracts,trades,signed_volume`), makes some fifteen usual features, fits
LightGBM with its defaults (with --careful, small trees) to the sign of the next return, chooses the probability
threshold on the last fifth of its training days, and trades one contract on the days after: decided at the close,
filled at the next open, flat at the end of the day, costs per contract and side. With the oracle's file of the same
bars it tells which share of the oracle's profit on the same test days it got.

    python Benchmarks/pipeline/plain_lightgbm.py bars.csv --oracle oracle.csv --train 150 --test 250

Needs numpy, pandas and lightgbm (Tests/oracle/requirements.txt). Prints one JSON object.
"""

import argparse
import json

import lightgbm
import numpy as np
import pandas as pd

TICK = 0.5
THRESHOLDS = np.round(np.arange(0.50, 0.75, 0.01), 2)
# What one who has been burnt before sets by hand: small trees, many rows per leaf, slow steps.
CAREFUL = dict(num_leaves=7, min_child_samples=500, n_estimators=200, learning_rate=0.03)


def read_bars(path: str, needed: int) -> pd.DataFrame:
    """The bars with their `day` and `minute` of the day."""
    bars = pd.read_csv(path)
    time = pd.to_datetime(bars.time)
    bars["day"], bars["minute"] = time.dt.strftime("%Y-%m-%d"), time.dt.hour * 60 + time.dt.minute
    count = bars.day.nunique()
    if count < needed:
        raise SystemExit(f"{path} has {count} days; --train and --test need {needed}: make more or ask for less")
    return bars


def features(bars: pd.DataFrame) -> pd.DataFrame:
    """One row per bar, from that bar and earlier ones of the same day."""
    day = bars.groupby("day")
    close, volume = bars.close / TICK, bars.contracts
    change = day.close.diff() / TICK
    table = pd.DataFrame(index=bars.index)
    for lag in (1, 3, 5, 10, 20, 60):
        table[f"return_{lag}"] = day.close.diff(lag) / TICK

    def per_day(series: pd.Series, action) -> pd.Series:
        return series.groupby(bars.day, group_keys=False).apply(action)

    for span in (10, 30, 90):
        table[f"ema_{span}"] = close - per_day(close, lambda s: s.ewm(span=span).mean())
    gain = per_day(change.clip(lower=0), lambda s: s.ewm(alpha=1 / 14).mean())
    loss = per_day(-change.clip(upper=0), lambda s: s.ewm(alpha=1 / 14).mean())
    table["rsi"] = 100 * gain / (gain + loss)
    table["deviation_30"] = per_day(change, lambda s: s.rolling(30).std())
    table["range"] = (bars.high - bars.low) / TICK
    table["volume_ratio"] = volume / per_day(volume, lambda s: s.rolling(30, min_periods=1).mean())
    for span in (1, 5, 20, 60):
        signed = per_day(bars.signed_volume, lambda s: s.rolling(span, min_periods=1).sum())
        table[f"flow_{span}"] = signed / per_day(volume, lambda s: s.rolling(span, min_periods=1).sum())
    table["hour"] = bars.minute // 60
    return table


def positions(probability: np.ndarray, threshold: float, last: np.ndarray) -> np.ndarray:
    """Contracts wanted at each close: in above the threshold, out when the forecast changes side, none on last bars."""
    wanted = np.zeros(len(probability), dtype=int)
    held = 0
    for row, chance in enumerate(probability):
        if chance > threshold:
            held = 1
        elif chance < 1 - threshold:
            held = -1
        elif (held == 1 and chance < 0.5) or (held == -1 and chance > 0.5):
            held = 0
        if last[row]:
            held = 0
        wanted[row] = held
    return wanted


def trade(bars: pd.DataFrame, probability: np.ndarray, threshold: float, cost: float):
    """Net ticks per day and the number of positions taken."""
    last = (bars.day != bars.day.shift(-1)).to_numpy()
    wanted = positions(probability, threshold, last)
    opening = bars.open.to_numpy() / TICK
    # From the next open to the one after, or to the close where the day has no further bar.
    entry = np.append(opening[1:], opening[-1])
    leave = np.append(opening[2:], [opening[-1], opening[-1]])
    before_last = np.append(last[1:], True)
    following_close = np.append(bars.close.to_numpy()[1:] / TICK, opening[-1])
    leave = np.where(before_last, following_close, leave)
    turnover = np.abs(np.diff(wanted, prepend=0))
    net = wanted * (leave - entry) - cost * turnover
    entries = int(np.sum((wanted != 0) & (turnover > 0)))
    return pd.Series(net).groupby(bars.day.to_numpy()).sum(), entries


def summary(daily: pd.Series, entries: int) -> dict:
    deviation = daily.std()
    return {
        "days": len(daily),
        "net_ticks_per_day": round(float(daily.mean()), 3),
        "standard_error": round(float(deviation / np.sqrt(len(daily))), 3),
        "sharpe": round(float(daily.mean() / deviation * np.sqrt(252)), 3) if deviation > 0 else None,
        "trades_per_day": round(entries / len(daily), 3),
    }


def contest(bars: pd.DataFrame, table: pd.DataFrame, train: int, options: argparse.Namespace) -> dict:
    """Trains on the `train` days before the last `options.test` days, trades those."""
    test, horizon, cost = options.test, options.horizon, options.cost
    days = bars.day.unique()
    ahead = bars.groupby("day").close.shift(-horizon) - bars.close
    validation = max(1, train // 5)
    test_days = days[-test:]
    fit_days = days[-test - train : -test - validation]
    validation_days = days[-test - validation : -test]

    def rows(chosen) -> np.ndarray:
        return bars.day.isin(chosen).to_numpy()

    fit = rows(fit_days) & (ahead.notna() & (ahead != 0)).to_numpy()
    settings = CAREFUL if options.careful else {}
    model = lightgbm.LGBMClassifier(n_jobs=1, verbose=-1, seed=1, deterministic=True, **settings)
    model.fit(table[fit], (ahead[fit] > 0).astype(int))

    def probability(chosen) -> np.ndarray:
        return model.predict_proba(table[rows(chosen)])[:, 1]

    known = probability(validation_days)
    scores = [trade(bars[rows(validation_days)], known, level, cost)[0].mean() for level in THRESHOLDS]
    best = int(np.argmax(scores))
    # Where no threshold paid on the validation days, an honest quant does not trade.
    threshold = float(THRESHOLDS[best]) if scores[best] > 0 else 1.0
    daily, entries = trade(bars[rows(test_days)], probability(test_days), threshold, cost)
    return {"train_days": train, "horizon": horizon, "threshold": threshold} | summary(daily, entries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bars")
    parser.add_argument("--oracle", help="the oracle's file of the same bars")
    parser.add_argument("--train", type=int, nargs="+", default=[150], help="training days, the last fifth to validate")
    parser.add_argument("--test", type=int, default=250, help="test days, the last of the file")
    parser.add_argument("--horizon", type=int, default=10, help="bars ahead whose sign is learnt")
    parser.add_argument("--careful", action="store_true", help="small trees instead of the defaults")
    parser.add_argument("--cost", type=float, default=1.26, help="ticks per contract and side")
    options = parser.parse_args()

    bars = read_bars(options.bars, max(options.train) + options.test)
    table = features(bars)
    result = {}
    if options.oracle:
        oracle = pd.read_csv(options.oracle)
        daily = oracle.groupby(oracle.time.str[:10]).net_ticks.sum().iloc[-options.test :]
        result["oracle"] = summary(daily, entries_of(oracle, daily.index))
    runs = [contest(bars, table, train, options) for train in options.train]
    for run in runs:
        if options.oracle and result["oracle"]["net_ticks_per_day"] > 0:
            run["share"] = round(run["net_ticks_per_day"] / result["oracle"]["net_ticks_per_day"], 4)
    print(json.dumps(result | {"runs": runs}, indent=2))


def entries_of(oracle: pd.DataFrame, days) -> int:
    """Positions taken on `days`, from the contracts held during each bar."""
    held = oracle[oracle.time.str[:10].isin(days)].position
    return int(((held != 0) & (held != held.shift(fill_value=0))).sum())


if __name__ == "__main__":
    main()
