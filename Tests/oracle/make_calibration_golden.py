#!/usr/bin/env python3
"""Writes Tests/EnsembleTests/Golden/calibration.json and logistic.json: corrections of probabilities and logistic
regressions as scikit-learn and SciPy fit them."""
import json
import os

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import softmax, xlogy
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "EnsembleTests", "Golden")


def sample(rng, rows, classes):
    """Forecasts that are too bold, and outcomes."""
    logits = rng.normal(size=(rows, classes)) + rng.normal(size=classes)
    outcomes = np.array([rng.choice(classes, p=p) for p in softmax(logits, axis=1)])
    probabilities = softmax(1.7 * logits + 0.3 * rng.normal(size=(rows, classes)), axis=1)
    probabilities[5] = probabilities[4]
    return np.round(probabilities / probabilities.sum(axis=1, keepdims=True), 12), outcomes


def beta(p, hit):
    """Maximum likelihood of Kull et al.'s curve with neither part falling."""
    x = np.column_stack([np.log(p), -np.log(1 - p)])

    def loss(c):
        z = x @ c[:2] + c[2]
        return np.logaddexp(0, z).sum() - (hit * z).sum()

    def slope(c):
        z = x @ c[:2] + c[2]
        miss = 1 / (1 + np.exp(-z)) - hit
        return np.append(x.T @ miss, miss.sum())

    found = minimize(loss, [1, 1, 0], jac=slope, method="L-BFGS-B", bounds=[(0, None), (0, None), (None, None)],
                     options={"maxiter": 10000, "ftol": 1e-16, "gtol": 1e-10})
    return found.x.tolist()


def calibration(rng):
    p, outcomes = sample(rng, 400, 3)
    temperature = minimize_scalar(
        lambda t: -np.log(softmax(np.log(p) / np.exp(t), axis=1)[np.arange(len(p)), outcomes]).mean(),
        bounds=(-4, 4), method="bounded", options={"xatol": 1e-12})
    probe = np.linspace(0.001, 0.999, 23)
    platt, betas, isotonic = [], [], []
    for place in range(3):
        hit = (outcomes == place).astype(float)
        odds = np.log(p[:, place]) - np.log1p(-p[:, place])
        curve = _SigmoidCalibration().fit(odds, hit)
        platt.append([-curve.a_, -curve.b_])
        betas.append(beta(p[:, place], hit))
        isotonic.append(IsotonicRegression(out_of_bounds="clip").fit(p[:, place], hit).predict(probe).tolist())
    ece = 0.0
    for place in range(3):
        bin_of = np.minimum(9, (p[:, place] * 10).astype(int))
        for bin_ in range(10):
            inside = bin_of == bin_
            ece += abs(p[inside, place].sum() - (outcomes[inside] == place).sum()) / len(p) / 3
    return {"probabilities": p.ravel().tolist(), "outcomes": outcomes.tolist(),
            "temperature": float(np.exp(temperature.x)), "platt": platt, "beta": betas, "probe": probe.tolist(),
            "isotonic": isotonic, "ece": ece,
            "brier": float(((p - np.eye(3)[outcomes]) ** 2).sum(axis=1).mean()),
            "log_loss": float(-xlogy(1, p[np.arange(len(p)), outcomes]).mean())}


def logistic(rng):
    cases = []
    for classes in (2, 3):
        x = np.round(rng.normal(size=(300, 4)) * [1, 3, 0.5, 2] + [0, 5, -1, 0], 6).astype(np.float32)
        truth = rng.normal(size=(classes, 4))
        outcomes = np.array([rng.choice(classes, p=q) for q in softmax((x - x.mean(0)) / x.std(0) @ truth.T, axis=1)])
        weights = np.round(rng.uniform(0.2, 1, 300), 6)
        total = weights.sum()
        wide = x.astype(float)
        mean = (weights[:, None] * wide).sum(0) / total
        deviation = np.sqrt((weights[:, None] * (wide - mean) ** 2).sum(0) / total)
        z = (wide - mean) / deviation
        penalty = 0.01
        model = LogisticRegression(C=1 / (penalty * total), tol=1e-12, max_iter=100000).fit(
            z, outcomes, sample_weight=weights)
        cases.append({"classes": classes, "x": x.ravel().tolist(), "outcomes": outcomes.tolist(),
                      "weights": weights.tolist(), "penalty": penalty, "coefficients": model.coef_.tolist(),
                      "intercepts": (model.intercept_ - model.intercept_.mean() * (classes > 2)).tolist(),
                      "probabilities": model.predict_proba(z[:10]).ravel().tolist()})
    return cases


def main():
    os.makedirs(OUT, exist_ok=True)
    rng = np.random.default_rng(11)
    for name, value in (("calibration", calibration(rng)), ("logistic", logistic(rng))):
        with open(os.path.join(OUT, f"{name}.json"), "w") as file:
            json.dump(value, file, separators=(",", ":"))
            file.write("\n")


if __name__ == "__main__":
    main()
