#!/usr/bin/env python3
"""Our drift detectors against river's at equal run lengths: how long until a change is seen, and what a value costs.

  drift.py --bench .build/release/bench [--streams 100] [--target 1000]

Every detector of both is set to the same measured run length on noise without change (ours by its calibration, river's
by bisection of its own parameter on the same noise, with a new beginning after four run lengths, as ours). Printed are
mean delays on streams with an abrupt, a gradual and a recurring change, the p of a signed-rank test that ours is later,
and nanoseconds a value. Needs river and scipy (Tests/oracle/requirements.txt).
"""
import argparse
import json
import os
import subprocess
import tempfile
import time

import numpy as np
from river import drift
from scipy.stats import wilcoxon

CHANGE, LENGTH = 1000, 3000
# Ours, river's maker by its parameter, the parameter's range (log10) with longer runs for larger, binary or not.
PAIRS = [
    ("page-hinkley", lambda v: drift.PageHinkley(threshold=v), (0, 3), False),
    ("adwin", lambda v: drift.ADWIN(delta=1 / v), (0.0, 8), False),
    ("kswin", lambda v: drift.KSWIN(alpha=1 / v, seed=1), (0.5, 6), False),
    ("ddm", lambda v: drift.binary.DDM(drift_threshold=v, warning_threshold=v), (-0.5, 1.5), True),
    ("hddm-a", lambda v: drift.binary.HDDMA(drift_confidence=1 / v, warning_confidence=1 / v), (0.05, 6), True),
    ("hddm-w", lambda v: drift.binary.HDDMW(drift_confidence=1 / v, warning_confidence=1 / v), (0.05, 6), True),
]


def alarms(make, stream, longest):
    detector, found, run = make(), [], 0
    for place, value in enumerate(stream):
        detector.update(value)
        run += 1
        if detector.drift_detected:
            found.append(place)
            run = 0
        elif run >= longest:
            detector, run = make(), 0
    return found


def streams(rng, kind, count, binary):
    levels = np.zeros((count, LENGTH))
    place = np.arange(LENGTH)
    if kind == "abrupt":
        levels[:] = place >= CHANGE
    elif kind == "gradual":
        levels[:] = np.clip((place - CHANGE) / 500, 0, 1)
    else:
        levels[:] = (place >= CHANGE) & ((place - CHANGE) // 250 % 2 == 0)
    if binary:
        return (rng.uniform(size=levels.shape) < 0.2 + 0.2 * levels).astype(float)
    return rng.normal(size=levels.shape) + levels


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=".build/release/bench")
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--target", type=float, default=1000)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    folder = tempfile.mkdtemp()

    def store(name, values):
        path = os.path.join(folder, name)
        np.asarray(values, dtype=np.float64).tofile(path)
        return path
    for name, maker, (low, high), binary in PAIRS:
        if arguments.only and name not in arguments.only.split(","):
            continue
        draw = (lambda n: (rng.uniform(size=n) < 0.2).astype(float)) if binary else (lambda n: rng.normal(size=n))
        slow = name == "kswin"
        history, noise = draw(20_000), draw(20_000 if slow else 100_000)
        longest = int(4 * arguments.target)
        for _ in range(8 if slow else 12):
            middle = (low + high) / 2
            runs = len(noise) / max(1, len(alarms(lambda: maker(10**middle), noise, longest)))
            low, high = (middle, high) if runs < arguments.target else (low, middle)
        value = 10 ** ((low + high) / 2)
        begun = time.perf_counter_ns()
        runs = len(noise) / max(1, len(alarms(lambda: maker(value), noise, longest)))
        cost = (time.perf_counter_ns() - begun) / len(noise)
        print(f"{name}: river's run length {runs:.0f}, {cost:.0f} ns a value")
        for kind in ["abrupt", "gradual", "recurring"]:
            made = streams(rng, kind, arguments.streams, binary)
            out = subprocess.run(
                [arguments.bench, "drift", name, "--history", store("history", history), "--noise",
                 store("noise", noise), "--streams", store("streams", made.ravel()), "--length", str(LENGTH),
                 "--change", str(CHANGE), "--target", str(arguments.target)],
                check=True, capture_output=True, text=True)
            own = json.loads(out.stdout)
            ours = [first - CHANGE for first in own["alarms"]]
            theirs = [next((a for a in alarms(lambda: maker(value), stream, longest) if a >= CHANGE), LENGTH) - CHANGE
                      for stream in made]
            gaps = [a - b for a, b in zip(ours, theirs)]
            p = wilcoxon(gaps, alternative="greater").pvalue if any(gaps) else 1.0
            print(f"  {kind:10} delay ours {np.mean(ours):7.1f}, river {np.mean(theirs):7.1f}, p later {p:.3f}   "
                  f"(our run length {own['runLength']:.0f}, {own['nanoseconds']:.0f} ns a value)")


if __name__ == "__main__":
    main()
