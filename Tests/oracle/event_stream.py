"""The seeded stream of events that make_event_golden.py computes signals from, with its settings."""

import numpy as np

BARS, LENGTH = 30, 120_000  # milliseconds
BAR_WINDOW, TRADE_WINDOW, SIZE_WINDOW, LARGE = 8, 32, 64, 0.95
BUCKET, BUCKETS, RULE_BARS, LEVELS = 40, 5, 20, 5
CROSS, BUY, SELL, AUCTION, RLP = 1, 2, 3, 4, 13
COMPLETE, GAP, NO_TRADE = 0, 1, 2
NAN = float("nan")


# Events: (milliseconds, kind, integers); T price size kind; Q bid size ask size; D side price size ends; G; O; B bar.


def make_events() -> list[tuple]:
    random = np.random.default_rng(20_240_607)
    draw = lambda low, high: int(random.integers(low, high + 1))
    events, price = [], 2_000
    size = lambda: draw(1, 30) if random.random() < 0.95 else draw(200, 900)

    def tell_book(time):
        for side, sign in ((1, -1), (2, 1)):
            for rank in range(10):
                ends = int(side == 2 and rank == 9)
                events.append((time, "D", side, price + sign * (1 + rank) + (rank > 6) * sign, draw(5, 60), ends))

    for bar in range(BARS):
        start, end = bar * LENGTH, (bar + 1) * LENGTH
        first = len(events)
        if bar == 0:
            tell_book(start + 400)
        # Times may fall on whole seconds and on the bar's start, where order matters.
        times = sorted(start + draw(0, 1_199) * 100 for _ in range(52))
        for index, time in enumerate(times):
            chance = random.random()
            if bar == 15 and index == 20:
                events.append((time + 7, "O"))
                tell_book(time + 7)
            if bar in (4, 5, 18, 23, 27) and index == (25 if bar < 18 else 50):
                events.append((time, "G"))
                if bar != 5:
                    tell_book(time + 50)
            if chance < 0.42 and bar != 9:
                kind = (0, 0, CROSS, BUY, BUY, SELL, SELL, AUCTION, RLP, 32)[draw(0, 9)]
                events.append((time, "T", price + draw(-2, 2), size(), kind))
            elif chance < 0.72:
                bid, ask = price - draw(0, 2), price + draw(1, 3)
                odd = random.random()
                if odd < 0.04:
                    bid = ask + 1
                elif odd < 0.08:
                    bid = 0
                elif odd < 0.10:
                    ask = bid
                elif odd < 0.12:
                    ask = 70_000
                bid_size = 0 if odd > 0.95 else size()
                events.append((time, "Q", bid, bid_size if bid else 0, ask, size()))
                if random.random() < 0.1:
                    events.append((time + 20, *events[-1][1:]))
                price += draw(-1, 1)
            else:
                side = draw(1, 2)
                distance = draw(0, 9) if random.random() < 0.95 else -2
                sign = -1 if side == 1 else 1
                amount = 0 if random.random() < 0.25 else draw(1, 60)
                events.append((time, "D", side, price + sign * (1 + distance), amount, int(random.random() < 0.8)))
        if bar == 7:
            # An empty side, told by the book and, until the next quote, by the quotes.
            last = events[-1][0]
            for level in range(price - 30, price + 31):
                events.append((last, "D", 2, level, 0, int(level == price + 30)))
            events.append((last, "Q", price - 1, 5, 0, 0))
        if bar == 8:
            tell_book(events[-1][0])
        if bar == 11:
            events.append((events[-1][0], "T", price, 0, BUY))
            events.append((events[-1][0], "Q", price, -4, price + 1, 3))
            events.append((events[-1][0] - 3_000, "T", price, 6, SELL))
        trades = [e for e in events[first:] if e[1] == "T" and e[3] > 0]
        prices = [e[2] for e in trades] or [price]
        volume = sum(e[3] for e in trades)
        status = NO_TRADE if not trades else GAP if bar in (4, 5, 18, 21) else COMPLETE
        signed = sum((e[4] == BUY) * e[3] - (e[4] == SELL) * e[3] for e in trades)
        low = max(prices) + 5 if bar == 13 else min(prices)
        count = 0 if bar == 20 else len(trades)
        bar_end = (prices[0], max(prices), low, prices[-1], volume, count, 0 if bar == 20 else signed, status)
        events.append((end, "B", *bar_end))
    return events
