#!/usr/bin/env python3
"""Writes Tests/SimulationTests/Golden/hawkes_{events,fit}.csv: arrivals of a Hawkes process and what they tell.

The arrivals are drawn here a second time, from the published definitions: Philox4x32-10 words, Ogata's thinning, and
exponential and logarithm in IEEE basic operations, so that they must equal those of the Swift sources to the
nanosecond. Baselines and numbers of children are then fitted to the arrivals by maximum likelihood (numpy and scipy,
the sums over the past written out in a different way); standard errors come from the observed information.

Files: `hawkes_events.csv` has rows `wait_ns,kind`; `hawkes_fit.csv` has rows `name,value,standard_error`.

Usage: .venv/bin/python Tests/oracle/make_hawkes_golden.py
Needs numpy and scipy. Independent of the Swift sources.
"""

import math
import struct
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

GOLDEN = Path(__file__).resolve().parents[1] / "SimulationTests" / "Golden"
SEED, STREAM, COUNT = 2024, 11, 5000
SAME = np.array([[0.30, 0.06, 0.04], [0.12, 0.25, 0.10], [0.10, 0.12, 0.20]])
OTHER = np.array([[0.08, 0.04, 0.03], [0.20, 0.05, 0.06], [0.05, 0.06, 0.10]])
DECAYS, SHARES = np.array([8.0, 0.5]), np.array([0.6, 0.4])
RATES = np.array([0.5, 0.9, 0.7])
WORD = 0xFFFFFFFF


def philox(counter: int) -> int:
    """Draw `counter`: 64 bits."""
    x = [counter & WORD, counter >> 32, STREAM & WORD, STREAM >> 32]
    k = [SEED & WORD, SEED >> 32]
    for _ in range(10):
        a, b = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
        x = [(b >> 32) ^ x[1] ^ k[0], b & WORD, (a >> 32) ^ x[3] ^ k[1], a & WORD]
        k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
    return x[0] | x[1] << 32


LN2_HIGH, LN2_LOW = float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33")


def logarithm(x: float) -> float:
    """2 artanh((m - 1) / (m + 1)) + e ln 2, by its series."""
    mantissa, exponent = math.frexp(x)
    mantissa, exponent = mantissa * 2, exponent - 1
    if mantissa > 1.4142135623730951:
        mantissa, exponent = mantissa / 2, exponent + 1
    s = (mantissa - 1) / (mantissa + 1)
    square = s * s
    total = 1 / 21
    for odd in range(19, 2, -2):
        total = total * square + 1 / odd
    return exponent * LN2_HIGH + (2 * s + 2 * s * square * total + exponent * LN2_LOW)


def exponential(x: float) -> float:
    """2^k e^r by its series; 0 below -700."""
    if x < -700:
        return 0.0
    k = round(x / float.fromhex("0x1.62e42fefa39efp-1"))
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    total = 1 / math.factorial(13)
    for power in range(12, -1, -1):
        total = total * r + 1 / math.factorial(power)
    return total * struct.unpack("d", struct.pack("Q", (1023 + k) << 52))[0]


def children(same: np.ndarray, other: np.ndarray) -> np.ndarray:
    """n_ij over kinds, [child, parent]; kinds are 2 action + side."""
    return np.kron(same, np.eye(2)) + np.kron(other, 1 - np.eye(2))


def simulate():
    """Times in nanoseconds and kinds, each [COUNT], by thinning."""
    matrix = children(SAME, OTHER)
    jumps = [[[matrix[i, j] * SHARES[k] * DECAYS[k] for i in range(6)] for k in range(2)] for j in range(6)]
    base = [float(rate) for rate in np.repeat(RATES, 2)]
    fast, slow = [0.0] * 6, [0.0] * 6

    def total(v):
        return ((v[0] + v[1]) + (v[2] + v[3])) + (v[4] + v[5])

    time, counter, times, kinds = 0, 0, [], []
    while len(times) < COUNT:
        bound = total(base) + total(fast) + total(slow)
        wait = int(-logarithm(((philox(counter) >> 12) + 0.5) * 2.0**-52) / bound * 1e9)
        seconds = wait * 1e-9
        fade = [exponential(-8.0 * seconds), exponential(-0.5 * seconds)]
        fast, slow = [v * fade[0] for v in fast], [v * fade[1] for v in slow]
        time += wait
        draw = (philox(counter + 1) >> 11) * 2.0**-53 * bound
        counter += 2
        cumulative = 0.0
        for kind in range(6):
            cumulative += base[kind] + fast[kind] + slow[kind]
            if draw < cumulative:
                times.append(time)
                kinds.append(kind)
                fast = [v + jump for v, jump in zip(fast, jumps[kind][0])]
                slow = [v + jump for v, jump in zip(slow, jumps[kind][1])]
                break
    return np.array(times), np.array(kinds)


def features(times, kinds):
    """Kernel sums seen from each arrival [n, 6], and integrated kernels up to each arrival [n, 6], by parent kind."""
    seconds = times * 1e-9
    seen, integrated = np.zeros((len(times), 6)), np.zeros((len(times), 6))
    for row in range(len(times)):
        age = seconds[row] - seconds[:row]
        decayed = np.exp(-np.outer(age, DECAYS))
        value, integral = decayed @ (SHARES * DECAYS), (1 - decayed) @ SHARES
        seen[row] = np.bincount(kinds[:row], weights=value, minlength=6)
        integrated[row] = np.bincount(kinds[:row], weights=integral, minlength=6)
    return seconds, seen, integrated


def unpack(theta):
    return theta[:3], theta[3:12].reshape(3, 3), theta[12:].reshape(3, 3)


def fit(times, kinds):
    """Estimates [21] of rates, same-side and other-side children, and their covariance."""
    seconds, seen, integrated = features(times, kinds)
    end, mass = seconds[-1], integrated[-1]
    action, side = kinds // 2, kinds % 2
    # Each intensity is linear in theta: a row of 21 regressors per arrival, and one for the integral.
    design = np.zeros((len(kinds), 21))
    design[np.arange(len(kinds)), action] = 1
    for parent in range(3):
        rows = np.arange(len(kinds))
        design[rows, 3 + 3 * action + parent] = seen[rows, 2 * parent + side]
        design[rows, 12 + 3 * action + parent] = seen[rows, 2 * parent + 1 - side]
    integral = np.zeros(21)
    integral[:3] = 2 * end
    for child in range(3):
        for parent in range(3):
            both = mass[2 * parent] + mass[2 * parent + 1]
            integral[3 + 3 * child + parent] = both
            integral[12 + 3 * child + parent] = both

    def loss(theta):
        intensity = design @ theta
        return integral @ theta - np.log(intensity).sum(), integral - design.T @ (1 / intensity)

    start = np.concatenate([np.full(3, 1.0), np.full(18, 0.05)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(1e-6, None)] * 21,
                     options=dict(maxiter=5000, ftol=1e-14, gtol=1e-9))
    weighted = design / (design @ found.x)[:, None]
    free = found.x > 1e-5
    covariance = np.zeros((21, 21))
    covariance[np.ix_(free, free)] = np.linalg.inv((weighted.T @ weighted)[np.ix_(free, free)])
    return found.x, covariance


def ratio(theta):
    _, same, other = unpack(theta)
    return max(abs(np.linalg.eigvals(same + other)))


def main():
    times, kinds = simulate()
    waits = np.diff(times, prepend=0)
    rows = "\n".join(f"{wait},{kind}" for wait, kind in zip(waits, kinds))
    (GOLDEN / "hawkes_events.csv").write_text("wait_ns,kind\n" + rows + "\n")

    theta, covariance = fit(times, kinds)
    gradient = np.array([(ratio(theta + step) - ratio(theta - step)) / 2e-6 for step in np.eye(21) * 1e-6])
    lines = [("branching_ratio", ratio(theta), math.sqrt(gradient @ covariance @ gradient))]
    for place, name in enumerate(["market_rate", "limit_rate", "cancel_rate"]):
        lines.append((name, theta[place], math.sqrt(covariance[place, place])))

    seconds, _, integrated = features(times, kinds)
    compensators = np.outer(seconds, np.repeat(RATES, 2)) + integrated @ children(SAME, OTHER).T
    for kind in range(6):
        own = compensators[kinds == kind, kind]
        waits = np.diff(own, prepend=0)
        lines.append((f"mean_residual_{kind}", waits.mean(), waits.std() / math.sqrt(len(waits))))
    text = "".join(f"{name},{value:.9f},{error:.9f}\n" for name, value, error in lines)
    (GOLDEN / "hawkes_fit.csv").write_text("name,value,standard_error\n" + text)
    print(text, "true branching ratio", ratio(np.concatenate([RATES, SAME.ravel(), OTHER.ravel()])))


if __name__ == "__main__":
    main()
