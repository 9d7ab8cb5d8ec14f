"""Golden alarms of drift detectors (river, at its own settings) and distances between samples (SciPy, NumPy).

Run by `make oracle`; writes Tests/ModelLifecycleTests/Golden/drift.json.
"""

import json
import math
import pathlib

import numpy as np
from river import drift
from scipy.stats import ks_2samp, wasserstein_distance

rng = np.random.default_rng(3)
# A mean that jumps, comes back, and creeps.
level = np.concatenate([np.zeros(600), np.full(400, 0.8), np.zeros(500), np.linspace(0, 1.2, 700)])
values = (level + rng.normal(size=len(level)) * 0.5).round(6)
rates = np.concatenate([np.full(700, 0.15), np.full(500, 0.4), np.full(600, 0.1), np.full(500, 0.35)])
errors = (rng.uniform(size=len(rates)) < rates).astype(int)


def alarms(detector, stream):
    found = []
    for place, value in enumerate(stream):
        detector.update(value)
        if detector.drift_detected:
            found.append(place)
    return found


def stability(reference, current, bins=10):
    reference = np.sort(reference)
    edges = np.unique([reference[b * len(reference) // bins] for b in range(1, bins)])
    def shares(x):
        counts = np.bincount(np.searchsorted(edges, x, side="right"), minlength=len(edges) + 1)
        return np.maximum(0.5, counts) / len(x)
    p, q = shares(reference), shares(current)
    return float(((q - p) * np.log(q / p)).sum())


left, right = rng.normal(size=80).round(4), (rng.normal(size=50) * 1.3 + 0.4).round(4)
ties = rng.integers(0, 6, 40).astype(float), rng.integers(1, 8, 55).astype(float)
golden = {
    "values": values.tolist(),
    "errors": errors.tolist(),
    "alarms": {
        "pageHinkley": alarms(drift.PageHinkley(threshold=30, delta=0.05), values),
        "adaptiveWindow": alarms(drift.ADWIN(delta=0.002), values),
        "errorRate": alarms(drift.binary.DDM(), errors),
        "errorDistance": alarms(drift.binary.EDDM(), errors),
        "hoeffdingMean": alarms(drift.binary.HDDMA(two_sided_test=True), errors),
        "hoeffdingWeighted": alarms(drift.binary.HDDMW(two_sided_test=True), errors),
    },
    "samples": [
        {
            "left": a.tolist(), "right": b.tolist(), "kolmogorovSmirnov": float(ks_2samp(a, b).statistic),
            "wasserstein": float(wasserstein_distance(a, b)), "stabilityIndex": stability(a, b),
        }
        for a, b in [(left, right), ties]
    ],
}
assert math.isfinite(sum(s["stabilityIndex"] for s in golden["samples"]))
path = pathlib.Path(__file__).parents[1] / "ModelLifecycleTests/Golden/drift.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(golden) + "\n")
print(path, golden["alarms"])
