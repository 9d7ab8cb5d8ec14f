#!/usr/bin/env python3
"""Our streaming features beside TA-Lib's batch functions, in turns on one machine.

For each of the indicators that both know: nanoseconds per bar of ours, all of them in one schema, one bar at a time;
and of TA-Lib, one function after the other over whole arrays. A batch function is the easier task: it need not be able
to stop after every bar.

Usage: Benchmarks/peers/indicators.py [--bench .build/release/bench] [--rounds 7] [--bars 20000] [--json]
Needs numpy and TA-Lib (Tests/oracle/requirements.txt).
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time

import numpy as np
import talib

PAIRS = [
    ("mean(close, 20)", lambda o, h, l, c, v: talib.SMA(c, 20)),
    ("ema_seeded(close, 20)", lambda o, h, l, c, v: talib.EMA(c, 20)),
    ("weighted_mean(close, 20)", lambda o, h, l, c, v: talib.WMA(c, 20)),
    ("dema(close, 20)", lambda o, h, l, c, v: talib.DEMA(c, 20)),
    ("tema(close, 20)", lambda o, h, l, c, v: talib.TEMA(c, 20)),
    ("trima(close, 20)", lambda o, h, l, c, v: talib.TRIMA(c, 20)),
    ("t3(close, 5, 0.7)", lambda o, h, l, c, v: talib.T3(c, 5, 0.7)),
    ("kama(close, 10, 2, 30)", lambda o, h, l, c, v: talib.KAMA(c, 10)),
    ("macd_histogram(close, 12, 26, 9)", lambda o, h, l, c, v: talib.MACD(c, 12, 26, 9)),
    ("ppo(close, 12, 26)", lambda o, h, l, c, v: talib.PPO(c, 12, 26, 1)),
    ("trix(close, 15)", lambda o, h, l, c, v: talib.TRIX(c, 15)),
    ("rsi(close, 14)", lambda o, h, l, c, v: talib.RSI(c, 14)),
    ("cmo(close, 14)", lambda o, h, l, c, v: talib.CMO(c, 14)),
    ("delta(close, 10)", lambda o, h, l, c, v: talib.MOM(c, 10)),
    ("percent_change(close, 10)", lambda o, h, l, c, v: talib.ROC(c, 10)),
    ("atr(14)", lambda o, h, l, c, v: talib.ATR(h, l, c, 14)),
    ("natr(14)", lambda o, h, l, c, v: talib.NATR(h, l, c, 14)),
    ("adx(14)", lambda o, h, l, c, v: talib.ADX(h, l, c, 14)),
    ("plus_di(14)", lambda o, h, l, c, v: talib.PLUS_DI(h, l, c, 14)),
    ("minus_di(14)", lambda o, h, l, c, v: talib.MINUS_DI(h, l, c, 14)),
    ("aroon(25)", lambda o, h, l, c, v: talib.AROONOSC(h, l, 25)),
    ("cci(14)", lambda o, h, l, c, v: talib.CCI(h, l, c, 14)),
    ("stochastic_d(14, 3, 3)", lambda o, h, l, c, v: talib.STOCH(h, l, c, 14, 3, 0, 3, 0)),
    ("stochastic(rsi(close, 14), 14)", lambda o, h, l, c, v: talib.STOCHRSI(c, 14, 14, 1, 0)),
    ("williams_r(14)", lambda o, h, l, c, v: talib.WILLR(h, l, c, 14)),
    ("ultimate(7, 14, 28)", lambda o, h, l, c, v: talib.ULTOSC(h, l, c, 7, 14, 28)),
    ("balance_of_power()", lambda o, h, l, c, v: talib.BOP(o, h, l, c)),
    ("mfi(14)", lambda o, h, l, c, v: talib.MFI(h, l, c, v, 14)),
    ("session_accumulation()", lambda o, h, l, c, v: talib.AD(h, l, c, v)),
    ("accumulation_oscillator(3, 10)", lambda o, h, l, c, v: talib.ADOSC(h, l, c, v, 3, 10)),
    ("session_obv()", lambda o, h, l, c, v: talib.OBV(c, v)),
    ("bollinger_width(close, 20, 2)", lambda o, h, l, c, v: talib.BBANDS(c, 20, 2, 2, 0)),
    ("population_deviation(close, 20)", lambda o, h, l, c, v: talib.STDDEV(c, 20)),
    ("slope(close, 20)", lambda o, h, l, c, v: talib.LINEARREG_SLOPE(c, 20)),
    ("endpoint(close, 20)", lambda o, h, l, c, v: talib.LINEARREG(c, 20)),
    ("highest(high, 60)", lambda o, h, l, c, v: talib.MAX(h, 60)),
    ("lowest(low, 60)", lambda o, h, l, c, v: talib.MIN(l, 60)),
    ("midpoint(close, 14)", lambda o, h, l, c, v: talib.MIDPOINT(c, 14)),
    ("channel_midpoint(9)", lambda o, h, l, c, v: talib.MIDPRICE(h, l, 9)),
    ("correlation(high, volume, 30)", lambda o, h, l, c, v: talib.CORREL(h, v, 30)),
    ("parabolic(high, low, 0.02, 0.2)", lambda o, h, l, c, v: talib.SAR(h, l, 0.02, 0.2)),
    ("dominant_cycle(close)", lambda o, h, l, c, v: talib.HT_DCPERIOD(c)),
]


def market(bars: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(1)
    close = 10_800 + np.cumsum(np.rint(random.normal(0, 4, bars)))
    open_ = np.concatenate([[10_800], close[:-1]])
    high = np.maximum(open_, close) + random.integers(0, 5, bars)
    low = np.minimum(open_, close) - random.integers(0, 5, bars)
    return open_, high, low, close, random.integers(1, 500, bars).astype(float)


def talib_ns(bars: int) -> float:
    columns = market(bars)
    start = time.perf_counter_ns()
    for _, function in PAIRS:
        function(*columns)
    return (time.perf_counter_ns() - start) / bars


def ours_ns(bench: str, schema: str, bars: int) -> float:
    output = subprocess.run(
        [bench, "features", schema, "--bars", str(bars), "--rounds", "1"], check=True, capture_output=True, text=True)
    return json.loads(output.stdout.splitlines()[0])["ns_per_bar"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=".build/release/bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bars", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    features = [{"name": f"f{index}", "expression": text} for index, (text, _) in enumerate(PAIRS)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"schema": "talib", "version": 1, "features": features}, file)
        file.flush()
        rounds = [
            (ours_ns(options.bench, file.name, options.bars), talib_ns(options.bars)) for _ in range(options.rounds)]
        every = [ours_ns(options.bench, "candidates", options.bars) for _ in range(options.rounds)]
    ratios = [ours / theirs for ours, theirs in rounds]
    result = {
        "indicators": len(PAIRS),
        "ours_streaming_ns_per_bar": statistics.median(ours for ours, _ in rounds),
        "talib_batch_ns_per_bar": statistics.median(theirs for _, theirs in rounds),
        "ratio": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_most": max(ratios),
        "candidates_ns_per_bar": statistics.median(every),
    }
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print(f"{len(PAIRS)} indicators that both know, {options.bars} bars, {options.rounds} rounds in turns")
        print(f"  ours, streaming   {result['ours_streaming_ns_per_bar']:8.0f} ns/bar")
        print(f"  TA-Lib, batch     {result['talib_batch_ns_per_bar']:8.0f} ns/bar")
        print(f"  ours over TA-Lib  {result['ratio']:8.2f} [{min(ratios):.2f}-{max(ratios):.2f}]")
        print(f"all candidates      {result['candidates_ns_per_bar']:8.0f} ns/bar")


if __name__ == "__main__":
    main()
