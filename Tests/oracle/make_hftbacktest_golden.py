"""Writes Tests/SimulationTests/Golden/hftbacktest-*.csv: a feed and what hftbacktest's exchange makes of it.

Run in the environment of requirements-hftbacktest.txt.
"""
import os

import numpy as np

import hft_maker

FOLDER = os.path.join(os.path.dirname(__file__), "..", "SimulationTests", "Golden")
DELAY, ENTRY, RESPONSE = 200_000, 1_000_000, 1_000_000


def main():
    os.makedirs(FOLDER, exist_ok=True)
    # Many prints, long queues and few moves, so that most fills are decided by the queue.
    feed = hft_maker.synthetic(3000, 7, trades=0.3, moves=0.02, gap=4e6, mean=9.0, levels=3)
    with open(os.path.join(FOLDER, "hftbacktest-feed.csv"), "w") as out:
        out.write("since_us,kind,side,price,quantity\n")
        # Times in whole microseconds after the event before: both sides see the rounded ones.
        feed["time"] = feed["time"] // 1000 * 1000
        previous = feed["time"][0]
        for row in feed:
            values = [(row["time"] - previous) // 1000, row["kind"], row["side"], row["price"], row["quantity"]]
            out.write(",".join(str(int(value)) for value in values) + "\n")
            previous = row["time"]
    feed["time"] -= feed["time"][0] - 1_700_000_000_000_000_000
    with open(os.path.join(FOLDER, "hftbacktest-changes.csv"), "w") as out:
        out.write("model,steps taken; or model,step,position,cash,fills\n")
        for model in hft_maker.MODELS:
            changes, steps = hft_maker.run(feed, model, DELAY, ENTRY, RESPONSE)
            print(model, len(changes), changes[-1].tolist())
            out.write(f"{model},{steps}\n")
            for change in changes:
                out.write(",".join([model] + [str(int(value)) for value in change]) + "\n")


main()
