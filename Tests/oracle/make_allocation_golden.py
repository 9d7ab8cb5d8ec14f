"""Golden weights of portfolios: SciPy's linkage and the published bisection for hierarchical risk parity, SciPy's
minimiser for equal risk contributions, its linear programs for the least tail.

Run by `make oracle`; writes Tests/RiskTests/Golden/allocation.json.
"""

import json
import pathlib

import numpy as np
import scipy.cluster.hierarchy as hierarchy
from scipy.optimize import linprog, minimize

rng = np.random.default_rng(11)
mix = rng.normal(size=(5, 5)) * 0.6 + np.eye(5)
results = (rng.standard_t(4, size=(120, 5)) @ mix * np.array([10, 20, 15, 40, 8]) + 1.0).round(4)
covariance = np.cov(results, rowvar=False)


def risk_parity(c):
    found = minimize(
        lambda x: 0.5 * x @ c @ x - np.log(x).sum() / len(c), 1 / np.sqrt(np.diag(c)),
        jac=lambda x: c @ x - 1 / x / len(c), bounds=[(1e-9, None)] * len(c), tol=1e-15,
        options={"maxiter": 10_000, "ftol": 1e-18, "gtol": 1e-14})
    return found.x / found.x.sum()


def hierarchical(c):
    correlation = c / np.sqrt(np.outer(np.diag(c), np.diag(c)))
    distance = np.sqrt(np.clip(0.5 * (1 - correlation), 0, None))
    link = hierarchy.linkage(distance, "single")
    order = hierarchy.to_tree(link).pre_order()

    def variance(items):
        part = c[np.ix_(items, items)]
        weights = 1 / np.diag(part)
        weights /= weights.sum()
        return weights @ part @ weights
    weights = np.ones(len(c))
    clusters = [order]
    while clusters:
        clusters = [half for items in clusters for half in (items[: len(items) // 2], items[len(items) // 2 :])
                    if len(items) > 1]
        for left, right in zip(clusters[::2], clusters[1::2]):
            share = 1 - variance(left) / (variance(left) + variance(right))
            weights[left] *= share
            weights[right] *= 1 - share
    return weights


def least_tail(r, tail):
    sessions, n = r.shape
    cost = np.concatenate([np.zeros(n), [1], np.full(sessions, 1 / (tail * sessions))])
    # -r w - v - u <= 0
    upper = np.hstack([-r, -np.ones((sessions, 1)), -np.eye(sessions)])
    equal = np.concatenate([np.ones(n), [0], np.zeros(sessions)])[None]
    found = linprog(
        cost, upper, np.zeros(sessions), equal, [1], bounds=[(0, None)] * n + [(None, None)] + [(0, None)] * sessions)
    return found.x[:n], found.fun


golden = {
    "results": results.tolist(),
    "covariance": covariance.tolist(),
    "riskParity": risk_parity(covariance).tolist(),
    "hierarchical": hierarchical(covariance).tolist(),
    "tails": [],
}
for tail in [0.05, 0.1, 0.25]:
    weights, loss = least_tail(results, tail)
    golden["tails"].append({"tail": tail, "weights": weights.tolist(), "loss": loss})
path = pathlib.Path(__file__).parents[1] / "RiskTests/Golden/allocation.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path)
