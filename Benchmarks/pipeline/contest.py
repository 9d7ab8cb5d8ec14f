#!/usr/bin/env python3
"""What a learning pipeline finds of a known edge: ours and two plain Python scripts on the same planted markets.

  contest.py --trader .build/release/trader                       the table of shares of the oracle's profit
  contest.py --trader .build/release/trader --noise 100           markets without an edge: how many pass?

A market of a known oracle (`trader data plant`) is learnt for --train sessions and traded for --test. Ours goes the
whole way: import, walk-forward in the engine with costs, every choice inside the past. The scripts trade the same
bars by their own ledgers. The share is net profit by the oracle's on the same sessions. Needs the venv of
Tests/oracle.
"""
import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
TICK_BRL = 5.0
# Chosen on markets of other seeds than those that are measured.
TREES = ["--depth", "3", "--learning-rate", "0.05", "--least-leaf", "100", "--rounds", "400", "--patience", "30",
         "--tune-thresholds"]
FITTING = ["--horizon", "20", *TREES]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def dates_of(path):
    with open(path) as file:
        next(file)
        return sorted({line[:10] for line in file})


def ours(options, folder, train, test, fitting=FITTING):
    """Net ticks a session by date, of the last `test` days."""
    config = "contest.toml"
    if options.members:
        # An ensemble trades what pays its costs; the other settings are the trees'.
        fitting = [*fitting, "--members", options.members, "--flat-ticks", "4"]
        config = "contest-ensemble.toml"
    dates = dates_of(f"{folder}/bars.csv")
    if not os.path.exists(f"{folder}/market"):
        run(options.trader, "import", f"{folder}/bars.csv", "--symbol", "WDO", "--into", f"{folder}/market")
    report = tempfile.mkdtemp(dir=folder) + "/report"
    # Six weekdays in a hundred are holidays of the exchange, on which only the planted market is open.
    run(options.trader, "backtest", "--data", f"{folder}/market", "--symbol", "WDO", "--walk-forward",
        f"{int(train * 0.94)}:{2 * test}", "--from", dates[0], "--to", dates[-1], "--schema", f"{HERE}/schema.json",
        "--config", f"{HERE}/{config}", "--checks", "basic", "--workers", "1", "--report", report, *fitting)
    with open(f"{report}/report.json") as file:
        sessions = json.load(file)["sessions"]
    measured = set(dates[-test:])
    return {row["date"]: row["profitMicroBRL"] / 1e6 / TICK_BRL for row in sessions if row["date"] in measured}


def oracle(folder):
    """Net ticks a session by date."""
    profit = {}
    with open(f"{folder}/oracle.csv") as file:
        for row in csv.DictReader(file):
            profit[row["time"][:10]] = profit.get(row["time"][:10], 0) + float(row["net_ticks"])
    return profit


def market(options, sharpe, train, seed):
    """Net ticks a day of everybody on one market: {name: [ours..., oracle...]}."""
    with tempfile.TemporaryDirectory() as folder:
        run(options.trader, "data", "plant", "--sharpe", str(sharpe), "--days", str(train + options.test), "--seed",
            str(seed), "--out", folder)
        best = oracle(folder)
        mine = ours(options, folder, train, options.test)
        found = {"ours": (sum(mine.values()), sum(best[date] for date in mine), len(mine))}
        for name, script in (("LightGBM", ["plain_lightgbm.py"]), ("LightGBM, small trees", ["plain_lightgbm.py",
                             "--careful"]), ("ridge", ["plain_ridge.py"])):
            text = run(sys.executable, f"{HERE}/{script[0]}", f"{folder}/bars.csv", "--oracle", f"{folder}/oracle.csv",
                       "--train", str(train), "--test", str(options.test), *script[1:])
            result = json.loads(text)
            days = result["runs"][0]["days"]
            found[name] = (result["runs"][0]["net_ticks_per_day"] * days, result["oracle"]["net_ticks_per_day"] * days,
                           days)
        return found


def contest(options):
    tasks = [(sharpe, train, seed) for sharpe in options.sharpe for train in options.train
             for seed in range(1, options.seeds + 1)]
    with ThreadPoolExecutor(options.workers) as pool:
        results = list(pool.map(lambda task: market(options, *task), tasks))
    rows = []
    for sharpe in options.sharpe:
        for train in options.train:
            cell = [result for task, result in zip(tasks, results) if task[:2] == (sharpe, train)]
            for name in cell[0]:
                means = [result[name][0] / result[name][2] for result in cell]
                mean = sum(means) / len(means)
                spread = (sum((m - mean) ** 2 for m in means) / max(1, len(means) - 1) / len(means)) ** 0.5
                share = sum(result[name][0] for result in cell) / sum(result[name][1] for result in cell)
                rows.append({"oracle_sharpe": sharpe, "train": train, "who": name, "ticks_a_day": mean,
                             "standard_error": spread, "share": share})
    if options.json:
        return print(json.dumps(rows, indent=2))
    print(f"{'oracle':>6} {'train':>5}  {'who':<22} {'ticks a day':>14} {'share':>7}")
    for row in rows:
        print(f"{row['oracle_sharpe']:>6} {row['train']:>5}  {row['who']:<22} {row['ticks_a_day']:>7.2f} +- "
              f"{row['standard_error']:<4.2f} {100 * row['share']:>6.0f} %")


def noise(options):
    """Markets without an edge, each with three configurations of which the best is shown, as people do."""
    def one(seed):
        with tempfile.TemporaryDirectory() as folder:
            run(options.trader, "data", "plant", "--sharpe", "0", "--days", str(options.train[0] + options.test),
                "--seed", str(1000 + seed), "--out", folder)
            return [list(ours(options, folder, options.train[0], options.test, ["--horizon", horizon, *TREES]).values())
                    for horizon in ("10", "20", "40")]

    with ThreadPoolExecutor(options.workers) as pool:
        twins = list(pool.map(one, range(options.noise)))
    traded = won = raw = deflated = 0
    for tries in twins:
        ratios = [sharpe(profits) for profits in tries]
        best = max(range(len(tries)), key=lambda number: ratios[number])
        traded += any(any(profits) for profits in tries)
        won += sum(tries[best]) > 0
        raw += exceeding(tries[best], 0) > 0.95
        deflated += exceeding(tries[best], expected_best(ratios)) > 0.95
    share = {"twins": len(twins), "traded": traded, "best_in_profit": won, "sharpe_above_0": raw,
             "deflated_sharpe": deflated}
    if options.json:
        return print(json.dumps(share))
    print(f"{len(twins)} noise twins, {options.train[0]} sessions to learn, {options.test} to trade, three tries each:")
    print(f"  traded at all                              {traded}")
    print(f"  the best try in profit                     {won}")
    print(f"  its Sharpe ratio above 0 with 95 %         {raw}")
    print(f"  deflated Sharpe ratio above 0.95           {deflated}  (at most 5 % of them are wanted)")


def sharpe(profits):
    mean = sum(profits) / len(profits)
    deviation = (sum((p - mean) ** 2 for p in profits) / (len(profits) - 1)) ** 0.5
    return mean / deviation if deviation > 0 else 0.0


def expected_best(ratios):
    """Bailey and Lopez de Prado (2014), equation 1, with the variance of the tries."""
    normal = statistics.NormalDist()
    n, gamma = len(ratios), 0.5772156649015329
    return statistics.variance(ratios) ** 0.5 * (
        (1 - gamma) * normal.inv_cdf(1 - 1 / n) + gamma * normal.inv_cdf(1 - 1 / (n * math.e)))


def exceeding(profits, benchmark):
    """Probability that the true Sharpe ratio exceeds `benchmark` (Bailey and Lopez de Prado 2012)."""
    ratio, n = sharpe(profits), len(profits)
    if ratio == 0:
        return 0.0
    mean = sum(profits) / n
    moment = [sum((p - mean) ** k for p in profits) / n for k in (2, 3, 4)]
    skewness, kurtosis = moment[1] / moment[0] ** 1.5, moment[2] / moment[0] ** 2
    scale = (1 - skewness * ratio + (kurtosis - 1) / 4 * ratio ** 2) ** 0.5
    return statistics.NormalDist().cdf((ratio - benchmark) * (n - 1) ** 0.5 / scale)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trader", required=True)
    parser.add_argument("--sharpe", type=int, nargs="+", default=[2, 4, 9])
    parser.add_argument("--train", type=int, nargs="+", default=[50, 150, 500])
    parser.add_argument("--test", type=int, default=250)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--members", help="ours is an ensemble of these, for example logistic,trees")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--noise", type=int, default=0, help="so many markets without an edge instead")
    options = parser.parse_args()
    options.trader = os.path.abspath(options.trader)
    if options.noise:
        noise(options)
    else:
        contest(options)


if __name__ == "__main__":
    main()
