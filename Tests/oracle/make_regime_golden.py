#!/usr/bin/env python3
"""Writes the golden files of the regime models: Tests/FeaturesTests/Golden/{hidden_markov,change_point}.json.

hidden_markov.json  three sequences from a four-state chain; from one start the filtered and smoothed probabilities, the
                    log-likelihood, and the parameters after one and five steps of Baum-Welch by hmmlearn, without a
                    prior and with a Dirichlet prior on the transitions
change_point.json   values whose mean and variance change; run lengths and surprise by the recursions of Adams and
                    MacKay (2007) written with NumPy and SciPy's Student distribution, in full and truncated

Usage: .venv/bin/python Tests/oracle/make_regime_golden.py
Needs numpy, scipy and hmmlearn. Independent of the Swift sources: change those and this file stays as it is.
"""

import json
from pathlib import Path

import numpy as np
from hmmlearn import _hmmc
from hmmlearn.hmm import GaussianHMM
from scipy import stats

GOLDEN = Path(__file__).resolve().parents[1] / "FeaturesTests" / "Golden"
LENGTHS = [130, 90, 80]
STATES, PARTS = 4, 3
SHOWN = list(range(0, sum(LENGTHS), 7))
STICKINESS, PSEUDO_COUNT = 20.0, 0.5


def chain_observations() -> np.ndarray:
    """Observations of a chain with well overlapping emissions, rounded so that the file stays small."""
    random = np.random.default_rng(20070611)
    means = np.array([[0.6, 0.0, 0.1], [-0.6, 0.0, 0.1], [0.0, -0.5, -0.4], [0.0, 1.0, 0.9]])
    transitions = np.full((STATES, STATES), 0.04) + np.eye(STATES) * 0.84
    rows = []
    for length in LENGTHS:
        state = random.integers(STATES)
        for _ in range(length):
            mix = random.normal(size=PARTS)
            mix[2] = 0.6 * mix[1] + 0.8 * mix[2]
            rows.append(means[state] + 0.35 * mix)
            state = random.choice(STATES, p=transitions[state])
    return np.round(np.array(rows), 4)


def starting_model(iterations: int, sticky: bool) -> GaussianHMM:
    prior = 1.0
    if sticky:
        # hmmlearn's prior is the Dirichlet's parameter, one more than the transitions that it is worth.
        prior = 1 + PSEUDO_COUNT + STICKINESS * np.eye(STATES)
    model = GaussianHMM(
        STATES, "full", init_params="", params="stmc", n_iter=iterations, tol=-np.inf, implementation="scaling",
        covars_prior=0, covars_weight=0, transmat_prior=prior,
    )
    model.n_features = PARTS
    model.startprob_ = np.array([0.4, 0.3, 0.2, 0.1])
    model.transmat_ = np.full((STATES, STATES), 0.05) + np.eye(STATES) * 0.8
    model.means_ = np.array([[0.5, 0.1, 0.0], [-0.4, 0.1, 0.0], [0.1, -0.3, -0.2], [0.0, 0.8, 0.6]])
    base = np.array([[0.2, 0.02, 0.0], [0.02, 0.3, 0.1], [0.0, 0.1, 0.25]])
    model.covars_ = np.array([base * scale for scale in (1.0, 0.9, 0.7, 1.3)])
    return model


def parameters(model: GaussianHMM) -> dict:
    return {
        "start": model.startprob_.tolist(), "transitions": model.transmat_.ravel().tolist(),
        "means": model.means_.ravel().tolist(), "covariances": model.covars_.ravel().tolist(),
    }


def filtered(model: GaussianHMM, observations: np.ndarray) -> np.ndarray:
    rows, first = [], 0
    for length in LENGTHS:
        part = observations[first : first + length]
        _, lattice = _hmmc.forward_log(model.startprob_, model.transmat_, model._compute_log_likelihood(part))
        lattice = np.asarray(lattice)
        rows.append(np.exp(lattice - np.logaddexp.reduce(lattice, axis=1, keepdims=True)))
        first += length
    return np.vstack(rows)


def hidden_markov() -> dict:
    observations = chain_observations()
    start = starting_model(0, False)
    result = {
        "lengths": LENGTHS, "observations": observations.ravel().tolist(), "shown": SHOWN,
        "start": parameters(start), "logLikelihood": start.score(observations, LENGTHS),
        "filtered": filtered(start, observations)[SHOWN].ravel().tolist(),
        "smoothed": start.predict_proba(observations, LENGTHS)[SHOWN].ravel().tolist(),
        "stickiness": STICKINESS, "pseudoCount": PSEUDO_COUNT, "steps": [],
    }
    for sticky in (False, True):
        for iterations in (1, 5):
            model = starting_model(iterations, sticky).fit(observations, LENGTHS)
            result["steps"].append(
                {
                    "sticky": sticky, "iterations": iterations, "model": parameters(model),
                    "logLikelihood": model.score(observations, LENGTHS),
                })
    return result


def run_lengths(values: np.ndarray, hazard: float, prior: tuple, longest: int) -> dict:
    """Adams and MacKay's recursions; the mass of runs longer than `longest` goes to the longest one."""
    mean0, weight0, shape0, scale0 = prior
    probability = np.array([1.0])
    mean, weight, shape, scale = (np.array([x]) for x in (mean0, weight0, shape0, scale0))
    expected, below, surprise = [], [], []
    for value in values:
        density = stats.t.pdf(value, 2 * shape, mean, np.sqrt(scale * (weight + 1) / (weight * shape)))
        evidence = (probability * density).sum()
        probability = np.append(hazard, probability * density * (1 - hazard) / evidence)
        scale = np.append(scale0, scale + weight * (value - mean) ** 2 / (2 * (weight + 1)))
        mean = np.append(mean0, (weight * mean + value) / (weight + 1))
        weight, shape = np.append(weight0, weight + 1), np.append(shape0, shape + 0.5)
        if len(probability) > longest + 1:
            probability[longest] += probability[longest + 1]
            probability, mean, weight, shape, scale = (
                x[: longest + 1] for x in (probability, mean, weight, shape, scale))
        expected.append((probability * np.arange(len(probability))).sum())
        below.append(probability[:10].sum())
        surprise.append(-np.log(evidence))
    keep = slice(None, None, 3)
    return {
        "longest": longest, "expected": expected[keep], "below10": below[keep], "surprise": surprise[keep],
    }


def change_point() -> dict:
    random = np.random.default_rng(20071019)
    parts = [(0.0, 1.0, 90), (1.5, 1.0, 60), (1.5, 3.0, 70), (-0.5, 0.4, 80)]
    values = np.round(np.concatenate([random.normal(m, s, n) for m, s, n in parts]), 5)
    prior, hazard = (0.1, 0.8, 1.3, 1.1), 1 / 80
    return {
        "values": values.tolist(), "hazard": hazard, "prior": prior, "every": 3,
        "runs": [run_lengths(values, hazard, prior, longest) for longest in (400, 40)],
    }


if __name__ == "__main__":
    for name, table in [("hidden_markov", hidden_markov()), ("change_point", change_point())]:
        path = GOLDEN / f"{name}.json"
        path.write_text(json.dumps(table, separators=(",", ":")) + "\n")
        print(path, path.stat().st_size)
