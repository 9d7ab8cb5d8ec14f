#!/usr/bin/env python3
"""Writes the golden files of Tests/FeaturesTests/Golden from TA-Lib and pandas.

bars.csv     a seeded synthetic market in ticks, with a flat, volumeless stretch
talib.csv    textbook indicators by TA-Lib, one row per bar, empty where undefined
v2.csv       the v2 features, regime, range boundaries (in ticks) and ATR by pandas formulas, every third bar from 69

Usage: .venv/bin/python Tests/oracle/make_feature_golden.py
Needs numpy, pandas and TA-Lib. Independent of the Swift sources: change those and this file stays as it is.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import talib

GOLDEN = Path(__file__).resolve().parents[1] / "FeaturesTests" / "Golden"
BARS = 400
TICK_SIZE = 0.5
FLAT = slice(300, 340)
FIRST_V2_ROW, V2_STEP = 69, 3


def synthetic_bars() -> pd.DataFrame:
    """A random walk in ticks whose volatility changes, with a drift that makes and breaks trends."""
    random = np.random.default_rng(20250131)
    scale = np.exp(0.6 * np.sin(np.arange(BARS) / 23.0)) * 4
    drift = 1.5 * np.sin(np.arange(BARS) / 37.0)
    close = 10_800 + np.cumsum(np.rint(random.normal(drift, scale))).astype(np.int64)
    open_ = np.concatenate([[10_800], close[:-1]]) + random.integers(-1, 2, BARS)
    high = np.maximum(open_, close) + random.integers(0, 6, BARS)
    low = np.minimum(open_, close) - random.integers(0, 6, BARS)
    volume = np.rint(random.lognormal(6, 0.8, BARS)).astype(np.int64)
    bars = pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": volume})
    bars.loc[bars.index[FLAT], ["open", "high", "low", "close"]] = bars.close[FLAT.start - 1]
    bars.loc[bars.index[FLAT], "volume"] = 0
    step = bars.close[FLAT.start - 1] - bars.open[FLAT.stop]
    bars.loc[bars.index[FLAT.stop :], ["open", "high", "low", "close"]] += step
    return bars


def talib_columns(bars: pd.DataFrame) -> pd.DataFrame:
    points = bars[["high", "low", "close"]].astype(float) * TICK_SIZE
    high, low, close = (points[name].to_numpy() for name in ("high", "low", "close"))
    upper, middle, lower = talib.BBANDS(close, timeperiod=20, nbdevup=2, nbdevdn=2, matype=0)
    return pd.DataFrame(
        {
            "ema_9": talib.EMA(close, 9),
            "ema_20": talib.EMA(close, 20),
            "rsi_14": talib.RSI(close, 14),
            "atr_14": talib.ATR(high, low, close, 14),
            "trange": talib.TRANGE(high, low, close),
            "adx_14": talib.ADX(high, low, close, 14),
            "bb_upper_20": upper,
            "bb_middle_20": middle,
            "bb_lower_20": lower,
            "mom_10": talib.MOM(close, 10),
            "roc_10": talib.ROC(close, 10),
            "max_20": talib.MAX(high, 20),
            "min_20": talib.MIN(low, 20),
            "midprice_9": talib.MIDPRICE(high, low, 9),
            "volume_sma_10": talib.SMA(bars.volume.astype(float).to_numpy(), 10),
        }
    )


def ewm(series: pd.Series, span: int) -> pd.Series:
    return series.ewm(span=span, adjust=False).mean()


def sample_deviation(series: pd.Series, window: int) -> pd.Series:
    # Two passes per window: pandas' own running deviation leaves rounding noise in flat windows.
    return series.rolling(window).apply(lambda values: np.std(values, ddof=1), raw=True)


def v2_atr(high: pd.Series, low: pd.Series, close: pd.Series, period: int = 14) -> pd.Series:
    ranges = pd.concat([high - low, (high - close.shift()).abs(), (low - close.shift()).abs()], axis=1)
    return ewm(ranges.max(axis=1), period)


def v2_adx(high: pd.Series, low: pd.Series, close: pd.Series, period: int = 14) -> pd.Series:
    up, down = high.diff(), -low.diff()
    up, down = up.clip(lower=0), down.clip(lower=0)
    both = (up > 0) & (down > 0)
    smaller_up, smaller_down = both & (up < down), both & (down < up)
    up[smaller_up], down[smaller_down] = 0, 0
    atr = v2_atr(high, low, close, period).replace(0, 1)
    plus, minus = 100 * ewm(up, period) / atr, 100 * ewm(down, period) / atr
    return ewm(100 * (plus - minus).abs() / (plus + minus).replace(0, 1), period)


def adaptive_momentum(close: pd.Series, ticks: pd.Series, base: int) -> pd.Series:
    windows = np.lib.stride_tricks.sliding_window_view(ticks.to_numpy(), 20)
    exact = 20 * (windows**2).sum(axis=1) - windows.sum(axis=1) ** 2
    variance = pd.Series(np.nan, index=close.index)
    variance.iloc[19:] = exact
    rank = variance.rolling(50).rank(pct=True).fillna(0.5)
    terciles = pd.cut(rank, bins=[0, 0.33, 0.67, 1.0], labels=["low", "medium", "high"], include_lowest=True)
    result = pd.Series(np.nan, index=close.index)
    for place, tercile in enumerate(terciles):
        lag = {"low": int(base * 1.3), "medium": base, "high": max(1, int(base * 0.7))}[tercile]
        if place >= max(base, lag):
            result.iloc[place] = close.iloc[place] - close.iloc[place - lag]
    return result


def v2_columns(bars: pd.DataFrame) -> pd.DataFrame:
    high, low, close = (bars[name] * TICK_SIZE for name in ("high", "low", "close"))
    volume = bars.volume.astype(float)
    columns = {}
    columns["ema_diff"] = ewm(close, 9) - ewm(close, 20)
    columns["ema_diff_fast"] = ewm(close, 5) - ewm(close, 9)
    columns["momentum"] = close - close.shift(1)
    for base in (1, 3, 5, 10, 15, 20):
        columns[f"momentum_{base}"] = adaptive_momentum(close, bars.close, base)
    for lag in (5, 10, 20, 50):
        columns[f"return_{lag}"] = close.pct_change(lag) * 100
    for window in (5, 10, 20, 50):
        columns[f"volume_ratio_{window}"] = volume / volume.rolling(window).mean().replace(0, 1)
        columns[f"high_low_range_{window}"] = high.rolling(window).max() - low.rolling(window).min()
    for window in (10, 20):
        columns[f"bb_width_{window}"] = 4 * sample_deviation(close, window)
    columns["range_percent"] = (high - low) / close * 100
    change = close.diff()
    gain = change.where(change > 0, 0).rolling(14).mean()
    loss = (-change.where(change < 0, 0)).rolling(14).mean()
    columns["rsi"] = (100 * gain / (gain + loss)).fillna(0)
    columns["adx"] = v2_adx(high, low, close)
    columns["ichimoku_conversion_line"] = (high.rolling(9).max() + low.rolling(9).min()) / 2
    returns = close.pct_change()
    far = sample_deviation(returns, 20)
    columns["volatility_ratio"] = (sample_deviation(returns, 5) / far.replace(0, np.nan)).fillna(0)
    fast, middle, slow = ewm(close, 9), ewm(close, 20), ewm(close, 50)
    strong, weak = columns["adx"] > 25, columns["adx"] < 25
    regime = pd.Series(0, index=bars.index)
    regime[strong & (fast > middle) & (middle > slow)] = 1
    regime[strong & (fast < middle) & (middle < slow)] = 2
    regime[weak] = 3
    columns["regime"] = regime
    columns["atr"] = v2_atr(high, low, close)
    return pd.concat([pd.DataFrame(columns), range_boundaries(bars)], axis=1)


def range_boundaries(bars: pd.DataFrame) -> pd.DataFrame:
    """Turning points of the last 50 bars: the oldest peak above the close, the newest trough below it."""
    rows = []
    for last in range(len(bars)):
        recent = bars.iloc[max(0, last - 49) : last + 1]
        close = recent.close.iloc[-1]
        peaks = recent.high[recent.high.rolling(5, center=True).max() == recent.high]
        troughs = recent.low[recent.low.rolling(5, center=True).min() == recent.low]
        peaks, troughs = peaks[peaks > close], troughs[troughs < close]
        resistance = peaks.iloc[0] if len(peaks) else close * 1.01
        support = troughs.iloc[-1] if len(troughs) else close * 0.99
        near_support, near_resistance = (close - support) / close <= 0.002, (resistance - close) / close <= 0.002
        rows.append((support, resistance, 1 if near_support else 2 if near_resistance else 0))
    return pd.DataFrame(rows, columns=["support", "resistance", "proximity"], index=bars.index)


def cell(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def write(name: str, frame: pd.DataFrame, rows: range) -> None:
    lines = ["row," + ",".join(frame.columns)]
    for row in rows:
        lines.append(f"{row}," + ",".join(cell(value) for value in frame.iloc[row]))
    path = GOLDEN / name
    path.write_text("\n".join(lines) + "\n")
    print(f"{path}: {len(lines) - 1} rows, {path.stat().st_size} bytes")


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    bars = synthetic_bars()
    write("bars.csv", bars, range(BARS))
    write("talib.csv", talib_columns(bars), range(BARS))
    write("v2.csv", v2_columns(bars), range(FIRST_V2_ROW, BARS, V2_STEP))


if __name__ == "__main__":
    main()
