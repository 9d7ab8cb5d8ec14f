"""Real recordings as comparison feeds: depth by level and trades with their aggressor, in whole ticks and lots.

Both simulators get the same feed, so what is done here favours neither: levels that a later update crosses are removed
first, deletions of a message come before its additions, and times never step back.
"""
import io
import json
import os

import numpy as np
import pandas as pd
import zstandard

from hft_maker import BUY, DEPTH, FEED, SELL, TRADE


class Builder:
    """A book that is kept consistent, and the events that make it."""

    def __init__(self):
        self.rows = []
        self.levels = {BUY: {}, SELL: {}}
        self.time = 0

    def level(self, time, side, price, quantity):
        own, other = self.levels[side], self.levels[BUY + SELL - side]
        self.time = max(self.time, time)
        if quantity > 0:
            # Who can be met by the new level has traded or gone: the recording will say so later, or never.
            sign = 1 if side == BUY else -1
            for met in sorted(p for p in other if sign * (price - p) >= 0):
                del other[met]
                self.rows.append((self.time, met, 0, DEPTH, BUY + SELL - side))
            own[price] = quantity
        elif price in own:
            del own[price]
        else:
            return
        self.rows.append((self.time, price, quantity, DEPTH, side))

    def trade(self, time, side, price, quantity):
        self.time = max(self.time, time)
        if quantity > 0:
            self.rows.append((self.time, price, quantity, TRADE, side))

    def feed(self):
        return np.array(self.rows, FEED)


def _text(path):
    with open(path, "rb") as file:
        return io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8").read()


def crypto(path, tick, lot):
    """Binance perpetual futures: depth changes and trades, by local receive time."""
    builder = Builder()
    for line in _text(path).splitlines():
        stamp, body = line.split(" ", 1)
        data = json.loads(body)["data"]
        time = int(stamp) * (1 if len(stamp) >= 19 else 1000)
        if data["e"] == "depthUpdate":
            changes = [(BUY, p, q) for p, q in data["b"]] + [(SELL, p, q) for p, q in data["a"]]
            changes = [(s, round(float(p) / tick), round(float(q) / lot)) for s, p, q in changes]
            for side, price, quantity in sorted(changes, key=lambda change: change[2] > 0):
                builder.level(time, side, price, quantity)
        elif data["e"] == "trade":
            side = SELL if data["m"] else BUY
            builder.trade(time, side, round(float(data["p"]) / tick), round(float(data["q"]) / lot))
    return builder.feed()


def es_orders(path):
    """E-mini S&P 500, order by order, folded into levels; from the first trade on, after the auction."""
    builder = Builder()
    orders, totals = {}, {BUY: {}, SELL: {}}
    frame = pd.read_csv(io.StringIO(_text(path)))
    started = False

    def add(time, side, price, quantity):
        total = totals[side].get(price, 0) + quantity
        totals[side][price] = total
        if started:
            builder.level(time, side, price, max(0, total))

    for row in frame.itertuples(index=False):
        time, price = int(row.ts_recv_ns), round(row.price * 4)
        side = BUY if row.side == "B" else SELL
        if row.action == "T":
            if not started:
                started = True
                for known in (BUY, SELL):
                    for level, total in sorted(totals[known].items()):
                        if total > 0:
                            builder.level(time, known, level, total)
            if row.side in "AB":
                builder.trade(time, side, price, int(row.size))
        elif row.action == "A":
            orders[row.order_id] = (side, price, int(row.size))
            add(time, side, price, int(row.size))
        elif row.action in "MC" and row.order_id in orders:
            known, level, quantity = orders.pop(row.order_id)
            if row.action == "M":
                add(time, known, level, -quantity)
                orders[row.order_id] = (known, price, int(row.size))
                add(time, known, price, int(row.size))
            else:
                left = quantity - int(row.size)
                add(time, known, level, -int(row.size))
                if left > 0:
                    orders[row.order_id] = (known, level, left)
    return builder.feed()


def sgx_levels(path):
    """China A50 future: three best levels at every change; what left the touch at its price counts as traded."""
    builder = Builder()
    frame = pd.read_csv(io.StringIO(_text(path)))
    times = pd.to_datetime(frame["time"]).astype("datetime64[ns]").astype(np.int64)
    names = {BUY: "bid", SELL: "ask"}
    shown = {BUY: {}, SELL: {}}
    for index, row in enumerate(frame.itertuples(index=False)):
        time = int(times[index])
        state = {}
        for side, name in names.items():
            levels = [(getattr(row, f"{name}{n}"), getattr(row, f"{name}{n}_size")) for n in (1, 2, 3)]
            state[side] = {round(p / 500): round(q) for p, q in levels if p > 0 and q > 0}
        if not state[BUY] or not state[SELL] or max(state[BUY]) >= min(state[SELL]):
            continue
        for side, better in ((BUY, max), (SELL, min)):
            if shown[side]:
                best = better(shown[side])
                left = shown[side][best] - state[side].get(best, 0)
                worse = best > max(state[side]) if side == BUY else best < min(state[side])
                if left > 0 and (best in state[side] or worse):
                    builder.trade(time, BUY + SELL - side, best, left)
        for side in (BUY, SELL):
            for price in sorted(set(shown[side]) - set(state[side])):
                builder.level(time, side, price, 0)
        for side in (BUY, SELL):
            for price, quantity in sorted(state[side].items()):
                if builder.levels[side].get(price) != quantity:
                    builder.level(time, side, price, quantity)
        shown = state
    return builder.feed()


def real(data):
    """Name and feed of every recording at hand under the folder `data`."""
    sets = [
        ("BTCUSDT 2023-04-05", crypto, "crypto-l2-trades/btcusdt_perp_20230405.jsonl.zst", (0.1, 0.001)),
        ("BTCUSDT 2024-07-19", crypto, "crypto-l2-trades/btcusdt_perp_20240719.jsonl.zst", (0.1, 0.001)),
        ("ETHUSDT 2024-07-19", crypto, "crypto-l2-trades/ethusdt_perp_20240719.jsonl.zst", (0.01, 0.001)),
        ("ES 2023-12-25", es_orders, "es-l3-mbo-20231225/esh4_mbo_20231225.csv.zst", ()),
        ("SGX A50 2014-01-09", sgx_levels, "sgx-cn-book3-20140109/cn_book3_20140109.csv.zst", ()),
    ]
    for name, reader, path, arguments in sets:
        path = os.path.join(data, path)
        if os.path.exists(path):
            yield name, reader(path, *arguments)
        else:
            print(f"{name}: skipped, {path} is not there")
