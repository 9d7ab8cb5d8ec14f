#!/usr/bin/env python3
"""Writes Tests/SimulationTests/Golden/planted_*.csv: the best forecasts of planted signals, by linear algebra.

The signal is s_t = phi s_{t-1} + eta_t with s ~ N(0, strength^2); a bar shows its return
r_t = s_{t-1} + N(0, sigma_t^2) and its flow f_t = a s_t + N(0, v). All are jointly normal, so
E[s_t | r_0, f_0, ..., r_t, f_t] follows from their full covariance matrix, one linear system per bar: no filter, no
recursion. Each file has one case: a line of `name=value` parameters, then rows `return,flow,deviation,mean,variance`.

Usage: .venv/bin/python Tests/oracle/make_planted_golden.py
Needs numpy. Independent of the Swift sources.
"""

from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[1] / "SimulationTests" / "Golden"
BARS = 120
CASES = {
    "typical": dict(strength=0.25, half_life=20.0, flow_correlation=0.2, flow_deviation=0.2),
    "opposed": dict(strength=1.5, half_life=4.0, flow_correlation=-0.7, flow_deviation=0.3),
    "blind": dict(strength=0.8, half_life=60.0, flow_correlation=0.0, flow_deviation=0.1),
}


def simulate(case: dict, random: np.random.Generator):
    """Returns, flows and deviations, each [BARS], of one path drawn from the model."""
    phi = 2 ** (-1 / case["half_life"])
    strength, correlation = case["strength"], case["flow_correlation"]
    deviations = 2.8 * (1 + 0.6 * np.sin(np.arange(BARS) / 17))
    signals = np.empty(BARS + 1)
    signals[0] = strength * random.standard_normal()
    for bar in range(BARS):
        signals[bar + 1] = phi * signals[bar] + strength * np.sqrt(1 - phi**2) * random.standard_normal()
    returns = signals[:-1] + deviations * random.standard_normal(BARS)
    noise = np.sqrt(1 - correlation**2) * random.standard_normal(BARS)
    flows = case["flow_deviation"] * (correlation * signals[1:] / strength + noise)
    return returns, flows, deviations


def posterior(case: dict, returns, flows, deviations):
    """Mean and variance of s_t given everything up to bar t, each [BARS].

    Signals are numbered 0 ... BARS, number t being the one before bar t; observations are ordered r_0, f_0, r_1, ...
    """
    phi = 2 ** (-1 / case["half_life"])
    strength, deviation = case["strength"], case["flow_deviation"]
    steps = np.arange(BARS + 1)
    signal_covariance = strength**2 * phi ** np.abs(steps[:, None] - steps[None, :])
    loading = deviation * case["flow_correlation"] / strength
    design = np.zeros((2 * BARS, BARS + 1))
    design[2 * np.arange(BARS), np.arange(BARS)] = 1
    design[2 * np.arange(BARS) + 1, np.arange(BARS) + 1] = loading
    noise = np.empty(2 * BARS)
    noise[0::2] = deviations**2
    noise[1::2] = deviation**2 * (1 - case["flow_correlation"] ** 2)
    observed = np.empty(2 * BARS)
    observed[0::2], observed[1::2] = returns, flows
    covariance = design @ signal_covariance @ design.T + np.diag(noise)
    cross = signal_covariance @ design.T
    means, variances = np.empty(BARS), np.empty(BARS)
    for bar in range(BARS):
        seen = 2 * (bar + 1)
        weights = np.linalg.solve(covariance[:seen, :seen], cross[bar + 1, :seen])
        means[bar] = weights @ observed[:seen]
        variances[bar] = strength**2 - weights @ cross[bar + 1, :seen]
    return means, variances


def main() -> None:
    for number, (name, case) in enumerate(CASES.items()):
        returns, flows, deviations = simulate(case, np.random.Generator(np.random.PCG64(900 + number)))
        means, variances = posterior(case, returns, flows, deviations)
        with open(GOLDEN / f"planted_{name}.csv", "w") as out:
            out.write(",".join(f"{key}={value}" for key, value in case.items()) + "\n")
            for row in zip(returns, flows, deviations, means, variances):
                out.write(",".join(repr(float(value)) for value in row) + "\n")


if __name__ == "__main__":
    main()
