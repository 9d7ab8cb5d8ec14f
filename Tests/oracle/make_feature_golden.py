#!/usr/bin/env python3
"""Writes the golden files of Tests/FeaturesTests/Golden from TA-Lib and pandas.

bars.csv     a seeded synthetic market in ticks, with a flat, volumeless stretch
indicators.tsv  operators and indicators by TA-Lib, NumPy, pandas and SciPy: one row per expression, first the rows
             (bars) that it is given at, then its values there, empty where undefined
v2.csv       the v2 features, regime, range boundaries (in ticks) and ATR by pandas formulas, every third bar from 69

Usage: .venv/bin/python Tests/oracle/make_feature_golden.py
Needs numpy, pandas and TA-Lib. Independent of the Swift sources: change those and this file stays as it is.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import talib
from scipy import stats

GOLDEN = Path(__file__).resolve().parents[1] / "FeaturesTests" / "Golden"
BARS = 400
TICK_SIZE = 0.5
FLAT = slice(300, 340)
FIRST_V2_ROW, V2_STEP = 69, 3
# A few early bars, the flat stretch and its edges, and a stride through the rest.
INDICATOR_ROWS = sorted({13, 14, 20, 27, 28, 40, 299, 300, 315, 339, 340, 345} | set(range(60, BARS, 17)))


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


def indicator_columns(bars: pd.DataFrame) -> dict[str, np.ndarray]:
    """Every operator and indicator that TA-Lib, NumPy, pandas or SciPy also knows, by its expression; prices in ticks.

    TA-Lib's recursive functions seed themselves in their own ways; their columns begin where the seeds are forgotten.
    """
    o, h, l, c, v = (bars[name].to_numpy(float) for name in ("open", "high", "low", "close", "volume"))
    close, typical = pd.Series(c), (h + l + c) / 3
    columns: dict[str, np.ndarray] = {}

    def add(expression: str, values, settled_at: int = 0) -> None:
        values = np.array(values, float)
        values[:settled_at] = np.nan
        columns[expression] = values

    # TA-Lib
    for n in (9, 20):
        add(f"ema_seeded(close, {n})", talib.EMA(c, n))
    add("mean(close, 10)", talib.SMA(c, 10))
    add("mean(volume, 10)", talib.SMA(v, 10))
    add("weighted_mean(close, 20)", talib.WMA(c, 20))
    add("dema(close, 20)", talib.DEMA(c, 20))
    add("tema(close, 20)", talib.TEMA(c, 20))
    add("trima(close, 20)", talib.TRIMA(c, 20))
    add("trima(close, 21)", talib.TRIMA(c, 21))
    add("t3(close, 5, 0.7)", talib.T3(c, 5, 0.7), 150)
    # In a flat market TA-Lib calls the efficiency 1, ours is 0.
    kama = talib.KAMA(c, 10)
    kama[FLAT.start :] = np.nan
    add("kama(close, 10, 2, 30)", kama)
    macd, signal, histogram = talib.MACD(c, 12, 26, 9)
    add("macd(close, 12, 26)", macd, 250)
    add("macd_signal(close, 12, 26, 9)", signal, 250)
    add("macd_histogram(close, 12, 26, 9)", histogram, 250)
    add("ppo(close, 12, 26)", talib.PPO(c, 12, 26, 1), 250)
    add("trix(close, 15)", talib.TRIX(c, 15))
    add("rsi(close, 14)", talib.RSI(c, 14))
    add("cmo(close, 14)", talib.CMO(c, 14))
    add("delta(close, 10)", talib.MOM(c, 10))
    add("percent_change(close, 10)", talib.ROC(c, 10))
    add("true_range()", talib.TRANGE(h, l, c))
    add("atr(14)", talib.ATR(h, l, c, 14))
    add("natr(14)", talib.NATR(h, l, c, 14))
    add("adx(14)", talib.ADX(h, l, c, 14))
    add("adxr(14)", talib.ADXR(h, l, c, 14))
    add("plus_di(14)", talib.PLUS_DI(h, l, c, 14))
    add("minus_di(14)", talib.MINUS_DI(h, l, c, 14))
    # Where nothing moved TA-Lib repeats its last DX; ours is unknown there.
    dx = talib.DX(h, l, c, 14)
    add("dx(14)", np.where(talib.PLUS_DI(h, l, c, 14) + talib.MINUS_DI(h, l, c, 14) > 0, dx, np.nan))
    down, up = talib.AROON(h, l, 14)
    add("aroon_down(14)", down)
    add("aroon_up(14)", up)
    add("aroon(25)", talib.AROONOSC(h, l, 25))
    add("cci(14)", talib.CCI(h, l, c, 14))
    k, d = talib.STOCH(h, l, c, 14, 3, 0, 3, 0)
    add("stochastic_k(14, 3)", k)
    add("stochastic_d(14, 3, 3)", d)
    # Without movement the index stands still but for rounding, which the stochastic would magnify.
    stochastic = talib.STOCHRSI(c, 14, 10, 1, 0)[0]
    stochastic[FLAT.start : FLAT.stop + 10] = np.nan
    add("stochastic(rsi(close, 14), 10)", stochastic)
    add("williams_r(14)", talib.WILLR(h, l, c, 14))
    add("ultimate(7, 14, 28)", talib.ULTOSC(h, l, c, 7, 14, 28))
    add("balance_of_power()", talib.BOP(o, h, l, c))
    add("mfi(14)", talib.MFI(h, l, c, v, 14))
    add("session_accumulation()", talib.AD(h, l, c, v))
    add("accumulation_oscillator(3, 10)", talib.ADOSC(h, l, c, v, 3, 10))
    add("delta(session_obv(), 5)", pd.Series(talib.OBV(c, v)).diff(5))
    upper, middle, lower = talib.BBANDS(c, timeperiod=20, nbdevup=2, nbdevdn=2, matype=0)
    add("bollinger_width(close, 20, 2)", (upper - lower) / middle)
    add("bollinger_position(close, 20, 2)", np.where(upper > middle, (c - middle) / (upper - middle), 0), 19)
    add("population_deviation(close, 20)", talib.STDDEV(c, 20))
    add("slope(close, 20)", talib.LINEARREG_SLOPE(c, 20))
    add("endpoint(close, 20)", talib.LINEARREG(c, 20))
    add("highest(high, 20)", talib.MAX(h, 20))
    add("lowest(low, 20)", talib.MIN(l, 20))
    # Among equals TA-Lib takes the first or the last, as its search happens to run.
    age = np.arange(BARS) - talib.MAXINDEX(h, 20).astype(float)
    age[FLAT.start : FLAT.stop + 20] = np.nan
    add("bars_since_highest(high, 20)", age, 19)
    add("midpoint(close, 14)", talib.MIDPOINT(c, 14))
    add("channel_midpoint(9)", talib.MIDPRICE(h, l, 9))
    add("sum(volume, 14)", talib.SUM(v, 14))
    add("correlation(high, volume, 30)", talib.CORREL(h, v, 30))
    add("parabolic(high, low, 0.02, 0.2)", talib.SAR(h, l, 0.02, 0.2))
    # Beyond the flat stretch the two differ by the rounding of signals that are 0.
    cycle = talib.HT_DCPERIOD(c)
    cycle[FLAT.start :] = np.nan
    add("dominant_cycle(close)", cycle, 220)

    # NumPy, pandas, SciPy
    change = close.diff()
    bp = np.log(close / close.shift()) * 1e4
    add("log_return(close, 1)", bp)
    add("log_return(close, 10)", np.log(close / close.shift(10)) * 1e4)
    add("close_volatility(20)", sample_deviation(bp, 20))
    add("skewness(delta(close, 1), 60)", change.rolling(60).apply(lambda x: stats.skew(x), raw=True))
    add("kurtosis(delta(close, 1), 60)", change.rolling(60).apply(lambda x: stats.kurtosis(x), raw=True))
    add("autocorrelation(delta(close, 1), 1, 60)", change.rolling(60).corr(change.shift()))
    add("beta(delta(close, 1), delta(high, 1), 60)",
        change.rolling(60).cov(pd.Series(h).diff()) / pd.Series(h).diff().rolling(60).var())
    add("rank(close, 60)", close.rolling(60).rank(pct=True))
    add("median(close, 20)", close.rolling(20).median())
    add("quantile(volume, 50, 0.9)", pd.Series(v).rolling(50).quantile(0.9))
    add("zscore(volume, 60)", (v - pd.Series(v).rolling(60).mean()) / pd.Series(v).rolling(60).std())
    add("fit(close, 20)", close.rolling(20).apply(fit, raw=True))
    add("mean_deviation(close, 20)", close.rolling(20).apply(lambda y: np.mean(np.abs(y - y.mean())), raw=True))
    hl, co = np.log(h / l) * 1e4, np.log(c / o) * 1e4
    add("parkinson(20)", np.sqrt(pd.Series(hl**2).rolling(20).mean() / (4 * np.log(2))))
    gk = pd.Series(0.5 * hl**2 - (2 * np.log(2) - 1) * co**2).rolling(20).mean()
    add("garman_klass(20)", np.sqrt(gk.clip(lower=0)))
    rs = pd.Series(np.log(h / c) * np.log(h / o) + np.log(l / c) * np.log(l / o)) * 1e8
    add("rogers_satchell(20)", np.sqrt(rs.rolling(20).mean().clip(lower=0)))
    gap = np.log(pd.Series(o) / close.shift()) * 1e4
    weight = 0.34 / (1.34 + 21 / 19)
    yz = gap.rolling(20).var() + weight * pd.Series(co).rolling(20).var() + (1 - weight) * rs.rolling(20).mean()
    add("yang_zhang(20)", np.sqrt(yz.clip(lower=0)))
    travelled = change.abs().rolling(10).sum()
    add("efficiency(close, 10)", (close.diff(10).abs() / travelled).where(travelled > 0, 0).where(travelled.notna()))
    add("variance_ratio(close, 5, 60)",
        (close.diff(5) ** 2).rolling(60).sum() / ((change**2).rolling(60).sum() * 5))
    pairs = (change * change.shift()).abs().rolling(60).sum()
    add("bipower_share(60)", np.pi / 2 * pairs / (change**2).rolling(60).sum())
    add("downside_share(60)", (change.clip(upper=0) ** 2).rolling(60).sum() / (change**2).rolling(60).sum())
    vwap = pd.Series(typical * v).rolling(60).sum() / pd.Series(v).rolling(60).sum()
    add("vwap(60)", vwap)
    add("session_vwap()", np.cumsum(typical * v) / np.cumsum(v))
    add("session_highest(high)", np.maximum.accumulate(h))
    add("money_flow(20)", money_flow(h, l, c, v, 20))
    weights = [1.0]
    for step in range(1, 100):
        weights.append(-weights[-1] * (0.4 - step + 1) / step)
    logs = np.log(c) * 1e4
    add("fractional_difference(multiply(log(close), 10000), 0.4, 100)",
        [np.nan] * 99 + [np.dot(weights, logs[row - 99 : row + 1][::-1]) for row in range(99, BARS)])
    add("hull(close, 16)", talib.WMA(2 * talib.WMA(c, 8) - talib.WMA(c, 16), 4))
    add("ulcer(close, 60)", np.sqrt(((1e4 * (close / close.rolling(60).max() - 1)) ** 2).rolling(60).mean()))
    tr = pd.Series(talib.TRANGE(h, l, c))
    plus, minus = pd.Series(h) - pd.Series(l).shift(), pd.Series(l) - pd.Series(h).shift()
    add("vortex(14)", (plus.abs().rolling(14).sum() - minus.abs().rolling(14).sum()) / tr.rolling(14).sum(), 0)
    add("adaptive_momentum(close, 10)", adaptive_momentum(close, bars.close, 10))
    add("streak(delta(close, 1), 20)", streak(change))
    for minutes in (5, 15):
        add(f"every(mean(close, 3), {minutes})", held_mean(close, minutes, 3))
    return columns


def fit(values: np.ndarray) -> float:
    return stats.linregress(np.arange(len(values)), values).rvalue ** 2 if np.ptp(values) else 0


def money_flow(h, l, c, v, n):
    location = np.where(h > l, (2 * c - h - l) / np.where(h > l, h - l, 1), 0)
    return pd.Series(location * v).rolling(n).sum() / pd.Series(v).rolling(n).sum()


def streak(change: pd.Series) -> list[float]:
    values, run = [np.nan], 0
    for step in change.iloc[1:]:
        run = 0 if step == 0 else (max(run, 0) + 1 if step > 0 else min(run, 0) - 1)
        values.append(max(-20, min(20, run)))
    return values


def held_mean(close: pd.Series, minutes: int, n: int) -> pd.Series:
    """Mean close of the last n completed longer bars, known from their last minute on."""
    ends = close.iloc[minutes - 1 :: minutes]
    return ends.rolling(n).mean().reindex(close.index).ffill()


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


def write_expressions(name: str, columns: dict[str, np.ndarray]) -> None:
    lines = ["\t".join(["row"] + [str(row) for row in INDICATOR_ROWS])]
    for expression, values in columns.items():
        lines.append("\t".join([expression] + [cell(values[row]) for row in INDICATOR_ROWS]))
    path = GOLDEN / name
    path.write_text("\n".join(lines) + "\n")
    print(f"{path}: {len(lines) - 1} expressions, {path.stat().st_size} bytes")


def main() -> None:
    GOLDEN.mkdir(parents=True, exist_ok=True)
    bars = synthetic_bars()
    write("bars.csv", bars, range(BARS))
    write_expressions("indicators.tsv", indicator_columns(bars))
    write("v2.csv", v2_columns(bars), range(FIRST_V2_ROW, BARS, V2_STEP))


if __name__ == "__main__":
    main()
