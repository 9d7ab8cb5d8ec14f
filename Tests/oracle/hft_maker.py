"""The market maker and the feeds by which our simulated exchange is compared with hftbacktest.

Everything is in whole ticks and whole lots (tick size 1, lot size 1), so that both sides compute with the same numbers.
"""
import json
import os
import subprocess

import numpy as np
from hftbacktest import (BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, GTX, LIMIT, LOCAL_EVENT, SELL_EVENT, TRADE_EVENT,
                         BacktestAsset, HashMapMarketDepthBacktest, ROIVectorMarketDepthBacktest)
from hftbacktest.types import event_dtype
from numba import njit

# As ComparisonEvent in Sources/Orchestrator/Simulation/Comparison/ComparisonFeed.swift.
FEED = np.dtype({"names": ["time", "price", "quantity", "kind", "side"],
                 "formats": ["<i8", "<i8", "<i8", "u1", "u1"], "itemsize": 32})
DEPTH, TRADE, BUY, SELL = 0, 1, 1, 2

# Our name of each queue model, and how hftbacktest is told to use it.
MODELS = {
    "risk-averse": lambda asset: asset.risk_adverse_queue_model(),
    "power:1": lambda asset: asset.power_prob_queue_model(1.0),
    "power:3": lambda asset: asset.power_prob_queue_model(3.0),
    "power-share:2": lambda asset: asset.power_prob_queue_model2(2.0),
    "power-front:3": lambda asset: asset.power_prob_queue_model3(3.0),
    "logarithm": lambda asset: asset.log_prob_queue_model(),
    "logarithm-share": lambda asset: asset.log_prob_queue_model2(),
}


@njit
def _maker(hbt, step, limit, changes):
    count = 0
    number = 0
    seen = 0
    while hbt.elapse(step) == 0:
        number += 1
        hbt.clear_inactive_orders(0)
        state = hbt.state_values(0)
        if state.num_trades != seen and count < len(changes):
            seen = state.num_trades
            changes[count, 0] = number
            changes[count, 1] = round(state.position)
            changes[count, 2] = round(state.balance)
            changes[count, 3] = seen
            count += 1
        depth = hbt.depth(0)
        bid, ask = depth.best_bid_tick, depth.best_ask_tick
        if bid <= 0 or ask <= 0 or ask >= 2000000000:
            continue
        position = hbt.position(0)
        orders = hbt.orders(0)
        bid_tick = bid - max(0, int(position))
        ask_tick = ask + max(0, -int(position))
        has_bid = False
        has_ask = False
        values = orders.values()
        while values.has_next():
            order = values.get()
            if order.cancellable:
                if order.order_id == bid_tick:
                    has_bid = True
                elif order.order_id == ask_tick:
                    has_ask = True
                else:
                    hbt.cancel(0, order.order_id, False)
        if not has_bid and position < limit:
            hbt.submit_buy_order(0, bid_tick, bid_tick * 1.0, 1.0, GTX, LIMIT, False)
        if not has_ask and position > -limit:
            hbt.submit_sell_order(0, ask_tick, ask_tick * 1.0, 1.0, GTX, LIMIT, False)
    return count, number


def to_hft(feed, delay):
    """The feed as hftbacktest's events; every one reaches the client `delay` ns later."""
    events = np.zeros(len(feed), event_dtype)
    kind = np.where(feed["kind"] == TRADE, TRADE_EVENT, DEPTH_EVENT)
    side = np.where(feed["side"] == BUY, BUY_EVENT, SELL_EVENT)
    events["ev"] = kind | side | EXCH_EVENT | LOCAL_EVENT
    events["exch_ts"] = feed["time"]
    events["local_ts"] = feed["time"] + delay
    events["px"] = feed["price"]
    events["qty"] = feed["quantity"]
    return events


def make(events, model, entry, response, roi):
    asset = BacktestAsset().data(events).linear_asset(1.0)
    latency = getattr(asset, "constant_order_latency", None) or asset.constant_latency
    asset = MODELS[model](latency(entry, response)).no_partial_fill_exchange()
    asset = asset.trading_value_fee_model(0.0, 0.0).tick_size(1.0).lot_size(1.0).last_trades_capacity(0)
    if roi is None:
        return HashMapMarketDepthBacktest([asset])
    return ROIVectorMarketDepthBacktest([asset.roi_lb(float(roi[0])).roi_ub(float(roi[1]))])


def run(feed, model, delay, entry, response, step=10_000_000, limit=5, roi=None, events=None):
    """Changes of the maker's account: rows of (step, position, cash in ticks, fills); and the steps taken."""
    changes = np.zeros((len(feed), 4), np.int64)
    # The simulator reads this memory without owning it: it must outlive the run.
    events = to_hft(feed, delay) if events is None else events
    backtest = make(events, model, entry, response, roi)
    count, steps = _maker(backtest, step, limit, changes)
    backtest.close()
    return changes[:count], steps


def synthetic(count, seed, trades=0.1, moves=0.04, gap=1e6, mean=1.0, levels=20):
    """Depth around a random walk, with prints at the touch; a move of the mid deletes the level it moves onto."""
    r = np.random.default_rng(seed)
    steps = r.choice([-1, 0, 1], count, p=[moves / 2, 1 - moves, moves / 2])
    mid = 10000 + np.cumsum(steps)
    buy = r.random(count) < 0.5
    trade = r.random(count) < trades
    level = 1 + r.integers(0, levels, count)
    price = np.where(trade, np.where(buy, mid + 1, mid - 1), np.where(buy, mid - level, mid + level))
    quantity = 1 + np.floor(r.exponential(mean, count)).astype(np.int64)
    moved = np.flatnonzero(steps)
    up = steps[moved] > 0
    gone = mid[moved]
    touch = np.where(up, mid[moved] - 1, mid[moved] + 1)
    order = np.argsort(np.concatenate([moved - 0.6, moved - 0.3, np.arange(count)]), kind="stable")

    def joined(first, second, rest):
        return np.concatenate([first, second, rest])[order]

    none = np.zeros(len(moved), np.int64)
    sides = joined(~up, up, buy)
    kinds = joined(none, none, trade.astype(np.int64))
    prices = joined(gone, touch, price)
    quantities = joined(none, none + 1 + int(2 * mean), quantity)
    ladder = np.arange(1, 41)
    total = len(prices) + 80
    feed = np.zeros(total, FEED)
    feed["time"] = 1_700_000_000_000_000_000 + np.cumsum(r.exponential(gap, total)).astype(np.int64) + np.arange(total)
    feed["kind"] = np.concatenate([np.zeros(80, np.int64), kinds])
    feed["side"] = np.where(np.concatenate([np.ones(40, bool), np.zeros(40, bool), sides]), BUY, SELL)
    feed["price"] = np.concatenate([10000 - ladder, 10000 + ladder, prices])
    feed["quantity"] = np.concatenate([np.full(80, 1 + int(2 * mean)), quantities])
    return feed


def ours(bench, path, model, delay, entry, response, rounds=1, step=10_000_000, limit=5):
    """What our simulator makes of the feed in the file at `path`: the program's JSON."""
    out = subprocess.run(
        [bench, "maker", path, "--queue", model, "--feed-delay", str(delay), "--entry-delay", str(entry),
         "--response-delay", str(response), "--step", str(step), "--limit", str(limit), "--rounds", str(rounds),
         "--json"], check=True, capture_output=True, text=True, env=dict(os.environ))
    return json.loads(out.stdout)
