"""The plain contestant with a straight line instead of trees: what linear regression earns from the same features.

Planted edges are linear in what shows them, so this is the harder mark for a pipeline to beat. Bars, features, costs,
execution and days are those of plain_lightgbm.py; the model is ridge regression (strength by generalised
cross-validation) of the next 20-bar return in ticks, traded inside a no-trade band whose two thresholds are chosen on
the last fifth of the training days.

    python Benchmarks/pipeline/plain_ridge.py bars.csv --oracle oracle.csv --train 50 150 500 --test 250

Needs numpy, pandas, scikit-learn and lightgbm (Tests/oracle/requirements.txt). Prints one JSON object.
"""

import argparse
import json

import numpy as np
import pandas as pd
from plain_lightgbm import TICK, entries_of, features, read_bars, summary
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ENTERS = np.arange(0.5, 6, 0.5)
EXITS = (-1.0, -0.5, 0.0)


def positions(forecast: np.ndarray, enter: float, leave: float, last: np.ndarray) -> np.ndarray:
    """Contracts wanted at each close: in above `enter` ticks, out below `leave`, none on last bars."""
    wanted = np.zeros(len(forecast), dtype=int)
    held = 0
    for row, ticks in enumerate(forecast):
        if abs(ticks) > enter:
            held = 1 if ticks > 0 else -1
        elif held and held * ticks < leave:
            held = 0
        if last[row]:
            held = 0
        wanted[row] = held
    return wanted


def trade(bars: pd.DataFrame, forecast: np.ndarray, enter: float, leave: float, cost: float):
    """Net ticks per day and the number of positions taken. Bars must open where the one before closed."""
    last = (bars.day != bars.day.shift(-1)).to_numpy()
    wanted = positions(forecast, enter, leave, last)
    moves = ((bars.close - bars.open) / TICK).to_numpy()
    turnover = np.abs(np.diff(wanted, prepend=0))
    net = np.append(0, wanted[:-1]) * moves - cost * turnover
    return pd.Series(net).groupby(bars.day.to_numpy()).sum(), int(np.sum((wanted != 0) & (turnover > 0)))


def contest(bars: pd.DataFrame, table: pd.DataFrame, train: int, options: argparse.Namespace) -> dict:
    """Trains on the `train` days before the last `options.test` days, trades those."""
    days = bars.day.unique()
    test, validation = options.test, max(1, train // 5)
    ahead = (bars.groupby("day").close.shift(-options.horizon) - bars.close) / TICK
    fit = (bars.day.isin(days[-test - train : -test - validation]) & ahead.notna()).to_numpy()
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(0, 5, 11))).fit(table[fit], ahead[fit])
    tail = bars.day.isin(days[-test - validation : -test]).to_numpy()
    known = model.predict(table[tail])
    choices = [(enter, enter * share) for enter in ENTERS for share in EXITS]
    scores = [trade(bars[tail], known, *choice, options.cost)[0].mean() for choice in choices]
    best = int(np.argmax(scores))
    # Where no band paid on the validation days, an honest quant does not trade.
    enter, leave = choices[best] if scores[best] > 0 else (np.inf, 0.0)
    traded = bars.day.isin(days[-test:]).to_numpy()
    daily, entries = trade(bars[traded], model.predict(table[traded]), enter, leave, options.cost)
    band = [enter, leave] if np.isfinite(enter) else None
    return {"train_days": train, "horizon": options.horizon, "band": band} | summary(daily, entries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bars")
    parser.add_argument("--oracle", help="the oracle's file of the same bars")
    parser.add_argument("--train", type=int, nargs="+", default=[150], help="training days, the last fifth to validate")
    parser.add_argument("--test", type=int, default=250, help="test days, the last of the file")
    parser.add_argument("--horizon", type=int, default=20, help="bars ahead whose return is learnt")
    parser.add_argument("--cost", type=float, default=1.26, help="ticks per contract and side")
    options = parser.parse_args()

    bars = read_bars(options.bars, max(options.train) + options.test)
    gaps = (bars.open != bars.close.shift()) & (bars.day == bars.day.shift())
    if gaps.any():
        parser.error(f"{options.bars} has {gaps.sum()} gaps between bars; this script is for planted bars")
    table = features(bars).fillna(0)
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


if __name__ == "__main__":
    main()
