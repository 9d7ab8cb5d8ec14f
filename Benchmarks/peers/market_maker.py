#!/usr/bin/env python3
"""Our simulated exchange against hftbacktest: the same feed, delays, queue models and market maker.

  market_maker.py --bench .build/release/bench --data ../shared/data      fills and account, event by event
  market_maker.py --bench .build/release/bench --speed                    events per second, in turns

Needs the packages of Tests/oracle/requirements-hftbacktest.txt (with pandas and zstandard for --data). Exit code 1
when any account differs.
"""
import argparse
import json
import os
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests", "oracle"))
import hft_maker  # noqa: E402

DELAY, ENTRY, RESPONSE = 200_000, 1_000_000, 1_000_000


def stored(feed, folder):
    path = os.path.join(folder, "feed.bin")
    feed.tofile(path)
    return path


def compare(bench, data):
    import hft_feeds
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, feed in hft_feeds.real(data):
            path = stored(feed, folder)
            trades = int((feed["kind"] == hft_maker.TRADE).sum())
            print(f"{name}: {len(feed)} events, {trades} trades")
            for model in hft_maker.MODELS:
                theirs, steps = hft_maker.run(feed, model, DELAY, ENTRY, RESPONSE)
                report = hft_maker.ours(bench, path, model, DELAY, ENTRY, RESPONSE)
                # Theirs ends with the last event; ours has until the close of the session.
                ours = [change for change in report["changes"] if change[0] <= steps]
                wanted = theirs.tolist()
                same = next((i for i, (a, b) in enumerate(zip(ours, wanted)) if a != b), min(len(ours), len(wanted)))
                equal = ours == wanted
                differing += not equal
                last = wanted[-1] if wanted else [0, 0, 0, 0]
                verdict = "equal" if equal else f"PARTS after {same} of {len(wanted)} changes"
                print(f"  {model:16s} {last[3]:6d} fills, position {last[1]:+d}, cash {last[2]:+d} ticks: {verdict}")
                if not equal:
                    print("    ours  ", ours[same:same + 2], "\n    theirs", wanted[same:same + 2])
    return 1 if differing else 0


def speed(bench, events, rounds, as_json):
    feed = hft_maker.synthetic(events, 5)
    roi = (8000, 12000)
    hft_events = hft_maker.to_hft(feed, DELAY)
    hft_maker.run(feed[:20000], "risk-averse", DELAY, ENTRY, RESPONSE, roi=roi)
    ratios, own, other = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = stored(feed, folder)
        for number in range(rounds):
            start = time.process_time()
            theirs, steps = hft_maker.run(
                feed, "risk-averse", DELAY, ENTRY, RESPONSE, roi=roi, events=hft_events)
            rate = len(feed) / (time.process_time() - start)
            report = hft_maker.ours(bench, path, "risk-averse", DELAY, ENTRY, RESPONSE, rounds=3)
            fastest = float(np.median(report["events_per_second"]))
            ours = [change for change in report["changes"] if change[0] <= steps]
            if ours != theirs.tolist():
                print("the accounts differ: the speeds below compare different work", file=sys.stderr)
                return 1
            own.append(fastest)
            other.append(rate)
            ratios.append(fastest / rate)
            print(f"round {number + 1}: ours {fastest / 1e6:.2f} M events/s, hftbacktest (range of interest) "
                  f"{rate / 1e6:.2f}, {fastest / rate:.2f}x", file=sys.stderr)
    result = {"events": len(feed), "fills": int(theirs[-1][3]), "ours": float(np.median(own)),
              "hftbacktest_roi": float(np.median(other)), "ratio": float(np.median(ratios)),
              "ratio_range": [min(ratios), max(ratios)]}
    print(json.dumps(result) if as_json else
          f"ours {result['ours'] / 1e6:.2f} M events/s, hftbacktest {result['hftbacktest_roi'] / 1e6:.2f}: "
          f"{result['ratio']:.2f}x [{min(ratios):.2f}-{max(ratios):.2f}], {result['fills']} equal fills")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help="our program `bench`")
    parser.add_argument("--data", help="folder of the recordings")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.data and not options.speed:
        parser.error("give --data FOLDER, --speed, or both")
    code = compare(options.bench, options.data) if options.data else 0
    if options.speed:
        code = max(code, speed(options.bench, options.events, options.rounds, options.json))
    return code


sys.exit(main())
