"""What bars alone tell of events, and the formulas that both tiers share: a part of make_event_golden.py."""

from math import erf, exp, log, pi, sqrt

import numpy as np

from event_stream import *  # noqa: F403 - settings in capitals


def population_covariance(pairs):
    x, y = np.array(pairs, dtype=float).T
    return float(np.mean(x * y) - np.mean(x) * np.mean(y))


def slope(pairs, window):
    if len(pairs) < window:
        return NAN
    x, y = np.array(pairs[-window:], dtype=float).T
    return float(np.polyfit(x, y, 1)[0]) if np.ptp(x) > 0 else NAN


def roll(pairs, window):
    return 2 * sqrt(max(0.0, -population_covariance(pairs[-window:]))) if len(pairs) >= window else NAN


def ratio(part, whole):
    return part / whole if whole > 0 else NAN


class Bars:
    """What bars alone tell, from the papers: lists of what each bar adds, windows cut from their ends."""

    def __init__(self, market):
        self.market, self.previous, self.previous_move = market, None, None
        self.moves, self.ranges, self.rule, self.pairs, self.impact = [], [], [], [], []
        self.amihud, self.spread, self.products, self.kyle = [], [], [], []
        self.bulk, self.gaps, self.position = [], set(), 0
        self.last_close = None

    def window(self, rows, count=BAR_WINDOW):
        return rows[-count:] if len(rows) >= count else None

    def signals(self, bar, signed_volume):
        _, op, high, low, close, volume, count, signed, status = self.market.bars[bar]
        if any(place == bar for _, place in self.market.openings):
            self.previous = self.previous_move = self.last_close = None
        sane = low <= high and low <= min(op, close) and max(op, close) <= high
        gap = status == GAP or not sane or any(place == bar for _, place in self.market.gaps)
        out = {"bar_is_gap": float(gap)}
        move = None if gap or status == NO_TRADE or not self.previous else close - self.previous[3]
        rule = int(np.sign(close - op) or np.sign(move or 0)) * volume
        if gap:
            self.gaps.add(self.position // BUCKET)
        elif status == COMPLETE:
            self.enter((op, high, low, close), volume, move, rule)
        share = self.share(move)
        if sane:
            out["bar_range_volatility"] = (high - low) / sqrt(4 * log(2))
            out["bar_tick_rule_volume"] = rule
            out["bar_bulk_volume"] = 0.0 if volume == 0 else NAN if share is None else share * volume
            out["bar_order_imbalance"] = ratio(signed, volume) if signed or count else NAN
        if not sane:
            self.previous = self.previous_move = None
        elif gap:
            self.previous, self.previous_move = (op, high, low, close), None
        elif status == COMPLETE:
            self.previous, self.previous_move = (op, high, low, close), move
        if not sane:
            self.last_close = None
        else:
            if status == COMPLETE and not gap and self.last_close is not None:
                self.kyle.append((signed_volume, close - self.last_close))
            self.last_close = close
        self.windows(out)
        return out

    def share(self, move):
        moves = self.window(self.moves)
        if move is None or moves is None:
            return None
        deviation = np.std(moves, ddof=1)
        return erf(move / deviation / sqrt(2)) if deviation > 0 else 0.0

    def enter(self, prices, volume, move, rule):
        _, high, low, close = prices
        self.ranges.append((high - low) ** 2)
        self.rule.append((rule, volume))
        if move is None:
            return
        _, high0, low0, close0 = self.previous
        self.moves.append(move)
        self.impact.append((rule, move))
        if self.previous_move is not None:
            self.pairs.append((self.previous_move, move))
        if volume > 0:
            self.amihud.append(abs(close / close0 - 1) / (volume * close) * 1e6)
        share = self.share(move)
        rest = volume if share is not None else 0
        while rest > 0:
            part = min(rest, BUCKET - self.position % BUCKET)
            whole = np.copysign(np.floor(abs(share * part) + 0.5), share)
            self.bulk.append((self.position // BUCKET, whole))
            self.position, rest = self.position + part, rest - part
        beta = log(high / low) ** 2 + log(high0 / low0) ** 2
        gamma = log(max(high, high0) / min(low, low0)) ** 2
        alpha = (sqrt(2 * beta) - sqrt(beta)) / (3 - 2 * sqrt(2)) - sqrt(gamma / (3 - 2 * sqrt(2)))
        self.spread.append(max(0.0, 2 * (exp(alpha) - 1) / (1 + exp(alpha))))
        eta0, eta = (log(high0) + log(low0)) / 2, (log(high) + log(low)) / 2
        self.products.append((log(close0) - eta0) * (log(close0) - eta))

    def windows(self, out):
        if (ranges := self.window(self.ranges)) is not None:
            out["bar_range_volatility_mean"] = sqrt(np.mean(ranges) / (4 * log(2)))
        if (rule := self.window(self.rule, RULE_BARS)) is not None:
            out["bar_tick_rule_imbalance"] = ratio(sum(r for r, _ in rule), sum(v for _, v in rule))
        out["bar_roll_spread"] = roll(self.pairs, BAR_WINDOW)
        out["bar_kyle_lambda"] = slope(self.impact, BAR_WINDOW)
        if (amihud := self.window(self.amihud)) is not None:
            out["bar_amihud"] = np.mean(amihud)
        if (spread := self.window(self.spread)) is not None:
            out["bar_corwin_schultz_spread"] = 1e4 * np.mean(spread)
        if (products := self.window(self.products)) is not None:
            out["bar_abdi_ranaldo_spread"] = 1e4 * 2 * sqrt(max(0.0, np.mean(products)))
        full = self.position // BUCKET
        if full >= BUCKETS:
            sums = [abs(sum(v for b, v in self.bulk if b == index)) for index in range(full - BUCKETS, full)]
            out["bar_vpin"] = sum(sums) / (BUCKET * BUCKETS)
        out["kyle_lambda_bars"] = slope(self.kyle, BAR_WINDOW)
