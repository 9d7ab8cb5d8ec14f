#!/usr/bin/env python3
"""Writes the golden files of the event layer (Tests/FeaturesTests/Golden) from the definitions and the papers.

events.csv         a seeded stream: trades, quotes, ten levels of depth, gaps, an opening, impossible events, bars
event_quotes.csv   the value of every signal at every bar's close, empty where unknown
event_book.csv     the same without the quotes: the book tells the touch

Every value is computed from the whole list of events before the bar's close, never from the value before.

Usage: .venv/bin/python Tests/oracle/make_event_golden.py
Needs numpy. Independent of the Swift sources: change those and these files stay as they are.
"""
from math import erf, exp, log, pi, sqrt
from pathlib import Path

import numpy as np

from event_bar_proxies import Bars, population_covariance, ratio, roll, slope
from event_stream import *  # noqa: F403 - settings in capitals

GOLDEN = Path(__file__).resolve().parents[1] / "FeaturesTests" / "Golden"


class Market:
    """The events as lists with a place (bar number) and time each: who started trades, the touch, the book."""

    def __init__(self, events, with_quotes):
        self.trades, self.touch, self.books, self.bars, self.gaps, self.openings = [], [], [], [], [], []
        self.trade_breaks = []
        self.flows, self.depths, self.changes = [], [], []  # of the touch: (time, bar, amount)
        self.book_flows, self.book_depths, self.adds, self.cuts = [], [], [], []
        self.book_start = None
        self.book_known_at_open = {0: False}
        self.now, self.bar, self.has_quotes = -(10**18), 0, False
        self.book = {1: {}, 2: {}}
        self.seen, self.near = None, False
        self.quote = (0, 0, 0, 0)  # the signer's
        self.tick = (0, 0)
        self.last_touch, self.forgotten = None, True
        for event in events:
            time, kind, *fields = event
            if kind == "Q" and not with_quotes:
                continue
            if kind == "B":
                self.close(time, fields)
                continue
            self.now = max(self.now, time)
            if kind == "T":
                self.trade(*fields)
            elif kind == "Q":
                self.has_quotes = True
                self.new_quote(tuple(fields))
            elif kind == "D":
                self.depth(*fields)
            elif kind in "GO":
                self.interrupt(kind)

    def trade(self, price, size, kind):
        if size <= 0:
            return
        last, tick = self.tick
        if last and price != last:
            tick = 1 if price > last else -1
        self.tick = (price, tick)
        sign = tick
        bid, _, ask, _ = self.quote
        if 0 < bid < ask:
            sign = 1 if price >= ask else -1 if price <= bid else tick
        sign = {BUY: 1, SELL: -1, CROSS: 0, AUCTION: 0}.get(kind, sign)
        self.trades.append((self.now, self.bar, price, size, kind, sign, self.standing()))

    def standing(self):
        """The touch that stands: (bid, size, ask, size) or None."""
        return None if self.forgotten or not self.known(self.last_touch) else self.last_touch

    @staticmethod
    def known(touch):
        return touch is not None and 0 < touch[0] < touch[2] and touch[2] - touch[0] < 2**15

    @classmethod
    def sized(cls, touch):
        return cls.known(touch) and touch[1] > 0 and touch[3] > 0

    def new_quote(self, quote):
        if min(quote) < 0:
            return
        self.quote = quote
        old = self.standing()
        if quote == self.last_touch and (not self.forgotten or not self.known(quote)):
            return
        self.changes.append((self.now, self.bar))
        if self.sized(quote):
            if self.sized(old):
                (b0, q0, a0, r0), (b, q, a, r) = old, quote
                self.flows.append(
                    (self.now, self.bar, q * (b >= b0) - q0 * (b <= b0) - r * (a <= a0) + r0 * (a >= a0)))
            self.depths.append((self.now, self.bar, (quote[1] + quote[3]) / 2))
        self.last_touch, self.forgotten = quote, False
        self.touch.append((self.now, self.bar, quote if self.known(quote) else None))

    def interrupt(self, kind):
        (self.gaps if kind == "G" else self.openings).append((self.now, self.bar))
        self.trade_breaks.append(len(self.trades))
        self.forgotten, self.quote, self.tick = True, (0, 0, 0, 0), (0, 0)
        self.touch.append((self.now, self.bar, None))
        self.book = {1: {}, 2: {}}
        self.seen, self.near = None, False
        self.book_known_at_open[self.bar] = False
        if kind == "O":
            # The bar begins here: what came before does not count.
            for rows in (self.flows, self.depths, self.changes, self.book_flows, self.book_depths, self.adds,
                         self.cuts):
                rows[:] = [(row[0], row[1] - 0.5 * (row[1] == self.bar), *row[2:]) for row in rows]

    def ladder(self, side):
        prices = sorted(self.book[side], reverse=side == 1)
        return [(price, self.book[side][price]) for price in prices]

    def depth(self, side, price, size, ends):
        old = self.book[side].get(price, 0)
        if size != old:
            if size > 0:
                self.book[side][price] = size
            else:
                del self.book[side][price]
            (self.adds if size > old else self.cuts).append((self.now, self.bar, abs(size - old)))
            fifth = self.seen[side][-1][0] if self.seen else None
            self.near |= fifth is None or (price >= fifth if side == 1 else price <= fifth)
        if not (ends and self.near):
            return
        self.near = False
        bids, asks = self.ladder(1), self.ladder(2)
        whole = len(bids) >= LEVELS and len(asks) >= LEVELS and bids[0][0] < asks[0][0]
        now = {1: bids[:LEVELS], 2: asks[:LEVELS]} if whole else None
        if whole:
            if self.seen:
                flow = 0
                for (b0, q0), (b, q), (a0, r0), (a, r) in zip(self.seen[1], now[1], self.seen[2], now[2]):
                    flow += q * (b >= b0) - q0 * (b <= b0) - r * (a <= a0) + r0 * (a >= a0)
                self.book_flows.append((self.now, self.bar, flow))
            elif self.book_start is None:
                self.book_start = self.now
            self.book_depths.append((self.now, self.bar, sum(q for side in now.values() for _, q in side)))
        self.seen = now
        if not self.has_quotes:
            self.new_quote((*(bids or [(0, 0)])[0], *(asks or [(0, 0)])[0]))

    def close(self, end, fields):
        self.now = max(self.now, end)
        self.bars.append((end, *fields))
        self.books.append((self.ladder(1), self.ladder(2)))
        self.bar += 1
        self.book_known_at_open[self.bar] = bool(self.book[1] and self.book[2])
        touch = self.standing()
        if self.sized(touch):
            self.depths.append((end, self.bar, (touch[1] + touch[3]) / 2))
        if self.seen:
            total = sum(q for side in self.seen.values() for _, q in side)
            self.book_depths.append((end, self.bar, total))


def touch_at(market, time, bar):
    """The touch after everything up to `time` that came before the close of `bar`, and the hole it came after."""
    touch, hole = None, 0
    for when, place, value in market.touch:
        if when > time or place > bar:
            break
        hole += value is None
        touch = value
    return touch, hole


def trade_price_at(market, time, bar):
    index = sum(t[0] <= time and t[1] <= bar for t in market.trades)
    hole = sum(when <= time and place <= bar for when, place in market.gaps + market.openings)
    since = max([0] + market.trade_breaks[:hole])
    prices = [t[2] for t in market.trades[since:index] if t[4] != CROSS]
    return (prices[-1] if prices else None), hole


def variation(market, sampled, bar, begin, end):
    """Realised, bipower and jump share of the samples at whole seconds in (begin, end]."""
    seconds = range(max(begin - 3_000, 0) // 1_000, end // 1_000 + 1)
    samples = {}
    for second in seconds:
        # What comes at the very close of a bar is of the next bar.
        place = min(bar, max(0, -(-second * 1_000 // LENGTH) - 1))
        samples[second] = sampled(market, second * 1_000, place)

    def move(second):
        if second not in samples or second - 1 not in samples:
            return None
        (new, hole), (old, earlier) = samples[second], samples[second - 1]
        return None if new is None or old is None or hole != earlier else new - old

    inside = [s for s in seconds if begin < s * 1_000 <= end]
    moves = [move(s) for s in inside if move(s) is not None]
    products = [abs(move(s) * move(s - 1)) for s in inside if move(s) is not None and move(s - 1) is not None]
    realised = sum(m * m for m in moves)
    bipower = pi / 2 * np.mean(products) * len(moves) if products else NAN
    jump = (max(0.0, 1 - bipower / realised) if realised > 0 else 0.0) if products else NAN
    return (sqrt(realised) if moves else NAN), sqrt(bipower) if products else NAN, jump


def faded(rows, half_life, time, start):
    if start is None or time - start < 7 * half_life:
        return NAN
    return sum(amount * 2.0 ** (-(time - when) / half_life) for when, amount in rows)


def bucket_of(size):
    return size if size < 256 else (size.bit_length() - 1, size // 2 ** (size.bit_length() - 5))


def bucket_key(size):
    return (0, size) if size < 256 else bucket_of(size)


def large_flags(trades):
    flags = []
    for index, trade in enumerate(trades):
        before = sorted(bucket_key(t[3]) for t in trades[max(0, index - SIZE_WINDOW):index])
        full = len(before) == SIZE_WINDOW
        flags.append(full and bucket_key(trade[3]) > before[int(np.ceil(round(SIZE_WINDOW * LARGE, 9))) - 1])
    return flags


def trade_signals(market, bar, begin, end):
    out, trades = {}, [t for t in market.trades if t[1] <= bar]
    if not trades:
        return out
    span = (end - begin) / 1e3
    opened = max([p for p, (_, place) in zip(market.trade_breaks, market.gaps_and_openings) if place == bar and
                  (_, place) in market.openings], default=0)
    mine = [(i, t) for i, t in enumerate(trades) if t[1] == bar and i >= opened]
    volume, signed = sum(t[3] for _, t in mine), sum(t[3] * t[5] for _, t in mine)
    large = large_flags(trades)
    full = len(trades) >= SIZE_WINDOW
    out["signed_volume"], out["signed_volume_share"] = signed, ratio(signed, volume)
    out["trade_sign_mean"] = ratio(sum(t[5] for _, t in mine), len(mine))
    out["mean_trade_size"], out["trade_rate"] = ratio(volume, len(mine)), len(mine) / span
    for name, kind in (("rlp", RLP), ("cross", CROSS), ("auction", AUCTION)):
        out[name + "_share"] = ratio(sum(t[3] for _, t in mine if t[4] == kind), volume)
    out["large_trade_share"] = ratio(sum(t[3] for i, t in mine if large[i]), volume) if full else NAN
    out["large_trade_signed_share"] = ratio(sum(t[3] * t[5] for i, t in mine if large[i]), volume) if full else NAN
    out["seconds_since_trade"] = (end - trades[-1][0]) / 1e3
    times = [t[0] for t, is_large in zip(trades, large) if is_large]
    out["seconds_since_large_trade"] = (end - times[-1]) / 1e3 if times else NAN
    for name, seconds in (("1s", 1), ("10s", 10), ("60s", 60), ("300s", 300)):
        rate, start, half = log(2) / seconds, trades[0][0], seconds * 1_000
        buys = rate * faded([(t[0], 1) for t in trades if t[5] > 0], half, end, start)
        sells = rate * faded([(t[0], 1) for t in trades if t[5] < 0], half, end, start)
        out["buy_intensity_" + name], out["sell_intensity_" + name] = buys, sells
        out["intensity_difference_" + name] = buys - sells
        if seconds in (10, 60):
            out["signed_volume_decayed_" + name] = faded([(t[0], t[3] * t[5]) for t in trades], half, end, start)
    impact, steps = [], []
    edges = [0, *[b for b in market.trade_breaks if b <= len(trades)], len(trades)]
    for low, high in zip(edges, edges[1:]):
        run = [t for t in trades[low:high] if t[4] != CROSS]
        moves = [b[2] - a[2] for a, b in zip(run, run[1:])]
        impact += [(t[3] * t[5], move) for t, move in zip(run[1:], moves)]
        steps += list(zip(moves, moves[1:]))
    out["kyle_lambda_trades"], out["roll_spread"] = slope(impact, TRADE_WINDOW), roll(steps, TRADE_WINDOW)
    # One entry per contract, cut into buckets.
    flow = np.repeat([t[5] for t in trades], [t[3] for t in trades])
    count = len(flow) // BUCKET
    if count >= BUCKETS:
        sums = np.abs(flow[: count * BUCKET].reshape(count, BUCKET).sum(axis=1))
        lost = {sum(t[3] for t in trades[:place]) // BUCKET for place, (_, at) in
                zip(market.trade_breaks, market.gaps_and_openings) if (_, at) in market.gaps and at <= bar}
        out["vpin"] = sums[-BUCKETS:].sum() / (BUCKET * BUCKETS)
        out["vpin_gap_share"] = sum(b in lost for b in range(count - BUCKETS, count)) / BUCKETS
    names = ("realised_volatility_trades", "bipower_volatility_trades", "jump_ratio_trades")
    out.update(zip(names, variation(market, trade_price_at, bar, begin, end)))
    return out


def touch_signals(market, bar, begin, end):
    out, span = {}, (end - begin) / 1e3
    touch, _ = touch_at(market, end, bar)
    sized = Market.sized(touch)
    imbalance = lambda t: (t[1] - t[3]) / (t[1] + t[3])
    out["spread_last"] = touch[2] - touch[0] if touch else NAN
    out["queue_imbalance_1"] = imbalance(touch) if sized else NAN
    if sized:
        size_weighted = (touch[0] * touch[3] + touch[2] * touch[1]) / (touch[1] + touch[3])
        out["microprice_offset"] = size_weighted - (touch[0] + touch[2]) / 2
    # Areas between the changes.
    path = [row for row in market.touch if row[1] <= bar]
    stands = list(zip(path, [row[0] for row in path[1:]] + [end]))
    pieces = [(t, min(until, end) - max(since, begin)) for (since, _, t), until in stands]
    quoted = [(t, d) for t, d in pieces if t and d > 0]
    out["spread_mean"] = ratio(sum((t[2] - t[0]) * d for t, d in quoted), sum(d for _, d in quoted))
    both = [(imbalance(t), d) for t, d in quoted if Market.sized(t)]
    out["queue_imbalance_mean"] = ratio(sum(i * d for i, d in both), sum(d for _, d in both))
    flow = sum(f for _, place, f in market.flows if place == bar)
    depths = [d for _, place, d in market.depths if place == bar]
    out["ofi"] = flow if depths else NAN
    out["ofi_normalised"] = flow / np.mean(depths) if depths else NAN
    start = min([when for when, _, t in path if Market.sized(t)], default=None)
    flows = [(when, f) for when, place, f in market.flows if place <= bar]
    out["ofi_decayed_10s"], out["ofi_decayed_60s"] = (faded(flows, h, end, start) for h in (10_000, 60_000))
    changes = [(when, place) for when, place in market.changes if place <= bar]
    if changes:
        out["quote_rate"] = sum(place == bar for _, place in changes) / span
        out["seconds_since_quote"] = (end - changes[-1][0]) / 1e3

    def mid(market, time, place):
        touch, hole = touch_at(market, time, place)
        return ((touch[0] + touch[2]) / 2 if touch else None), hole

    names = ("realised_volatility_mid", "bipower_volatility_mid", "jump_ratio_mid")
    out.update(zip(names, variation(market, mid, bar, begin, end)))
    # What became of the trades whose horizon ends in the bar.
    signed = [t for t in market.trades if t[1] <= bar and t[5] != 0 and t[4] != CROSS and t[6]]
    opened = max([when for when, place in market.openings if place == bar], default=-1)
    now = [t for t in signed if t[1] == bar and t[0] > opened]
    middle = lambda t: (t[0] + t[2]) / 2
    mean = lambda rows: ratio(sum(w * v for w, v in rows), sum(w for w, _ in rows))
    out["effective_spread"] = mean([(t[3], 2 * t[5] * (t[2] - middle(t[6]))) for t in now])
    for seconds in (1, 5, 10):
        rows, paid, spreads, sizes = [], [], [], []
        for t in signed:
            then = t[0] + seconds * 1_000
            after = touch_at(market, then, bar)[0] if begin < then <= end else None
            if not after:
                continue
            rows.append((t[3], 2 * t[5] * (middle(after) - middle(t[6]))))
            paid.append((t[3], 2 * t[5] * (t[2] - middle(after))))
            spreads.append((t[6][2] - t[6][0], after[2] - after[0]))
            if Market.sized(t[6]) and Market.sized(after):
                side = 3 if t[5] > 0 else 1
                sizes.append((t[6][side], after[side]))
        out[f"price_impact_{seconds}s"] = mean(rows)
        if seconds == 5:
            out["realised_spread_5s"] = mean(paid)
            out["spread_resilience_5s"] = ratio(sum(b for _, b in spreads), sum(a for a, _ in spreads))
            out["depth_resilience_5s"] = ratio(sum(b for _, b in sizes), sum(a for a, _ in sizes))
    return out


def depth_signals(market, bar, begin, end):
    out, (bids, asks) = {}, market.books[bar]
    span = (end - begin) / 1e3
    ordered = bool(bids and asks) and bids[0][0] < asks[0][0]
    for levels in (3, 5, 10):
        if ordered and min(len(bids), len(asks)) >= levels:
            b, a = sum(q for _, q in bids[:levels]), sum(q for _, q in asks[:levels])
            out[f"queue_imbalance_{levels}"] = (b - a) / (b + a)
    depths = [d for _, place, d in market.book_depths if place == bar]
    flow = sum(f for _, place, f in market.book_flows if place == bar)
    if depths:
        out["ofi_5_levels"] = (flow / LEVELS) / (np.mean(depths) / (2 * LEVELS))
    flows = [(when, f) for when, place, f in market.book_flows if place <= bar]
    out["ofi_5_levels_decayed_10s"] = faded(flows, 10_000, end, market.book_start)
    if ordered and min(len(bids), len(asks)) >= LEVELS:
        middle = (bids[0][0] + asks[0][0]) / 2
        slopes = []
        for side in (bids, asks):
            distance = np.array([[abs(p - middle)] for p, _ in side[:LEVELS]])
            contracts = np.cumsum([q for _, q in side[:LEVELS]]).astype(float)
            slopes.append(float(np.linalg.lstsq(distance, contracts, rcond=None)[0][0]))
        out["book_slope"] = sum(slopes) / 2
        out["book_slope_imbalance"] = (slopes[0] - slopes[1]) / sum(slopes)
    if market.book_known_at_open[bar]:
        traded = sum(t[3] for t in market.trades if t[1] == bar and t[4] not in (CROSS, RLP))
        out["depth_add_rate"] = sum(q for _, place, q in market.adds if place == bar) / span
        cut = sum(q for _, place, q in market.cuts if place == bar)
        out["depth_cancel_rate"] = max(0, cut - traded) / span
    return out


def signals(events, with_quotes):
    market = Market(events, with_quotes)
    market.gaps_and_openings = sorted(market.gaps + market.openings)
    bars, rows = Bars(market), []
    for bar in range(BARS):
        end = (bar + 1) * LENGTH
        begin = max([bar * LENGTH] + [when for when, place in market.openings if place == bar])
        row = trade_signals(market, bar, begin, end)
        row.update(touch_signals(market, bar, begin, end))
        row.update(depth_signals(market, bar, begin, end))
        row.update(bars.signals(bar, row.get("signed_volume", 0)))
        rows.append(row)
    return rows


def main():
    events = make_events()
    lines = [",".join(str(field) for field in event) for event in events]
    (GOLDEN / "events.csv").write_text("\n".join(lines) + "\n")
    tables = {name: signals(events, quotes) for name, quotes in (("event_quotes", True), ("event_book", False))}
    names = sorted({name for rows in tables.values() for row in rows for name in row})
    for table, rows in tables.items():
        text = ["bar," + ",".join(names)]
        for bar, row in enumerate(rows):
            values = [row.get(name, NAN) for name in names]
            text.append(f"{bar}," + ",".join("" if np.isnan(v) else f"{v:.12g}" for v in values))
        (GOLDEN / f"{table}.csv").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
