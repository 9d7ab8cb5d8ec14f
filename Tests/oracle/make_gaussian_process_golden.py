"""Golden values for Gaussian processes: scikit-learn's likelihood, gradient and predictions, SciPy's improvement,
scikit-learn's power transform.

Run by `make oracle`; writes Tests/OptimizationTests/Golden/gaussian-process.json.
"""

import json
import pathlib

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.preprocessing import PowerTransformer

rng = np.random.default_rng(7)
points = rng.uniform(size=(14, 3)).round(6)
targets = np.sin(5 * points[:, 0]) + points[:, 1] ** 2 + 0.1 * rng.normal(size=14)
targets = ((targets - targets.mean()) / targets.std()).round(9)
lengths, scale, noise = np.array([0.4, 0.9, 2.5]), 1.3, 0.02
kernel = ConstantKernel(scale) * Matern(length_scale=lengths, nu=2.5) + WhiteKernel(noise)
model = GaussianProcessRegressor(kernel, alpha=1e-8, optimizer=None).fit(points, targets)
likelihood, gradient = model.log_marginal_likelihood(kernel.theta, eval_gradient=True)
queries = rng.uniform(size=(6, 3)).round(6)
means, deviations = model.predict(queries, return_std=True)

improvements = []
for mean, deviation, best in [(0.3, 0.5, 0.1), (-1.0, 0.2, 0.0), (2.0, 0.5, 0.0), (1.5, 0.1, 0.0), (0.0, 1.0, 0.0)]:
    # The integral, not the closed form that both would share.
    low = min(best, mean) - 12 * deviation
    value, _ = quad(lambda f: (best - f) * norm.pdf(f, mean, deviation), low, best, epsabs=0, epsrel=1e-12, limit=500)
    improvements.append([mean, deviation, best, float(np.log(value))])

skewed = np.exp(rng.normal(size=30) * 1.5).round(6)
centred = (skewed - skewed.mean()) / skewed.std()
transformer = PowerTransformer(method="yeo-johnson", standardize=True)
transformed = transformer.fit_transform(centred[:, None])[:, 0]

golden = {
    "points": points.tolist(),
    "targets": targets.tolist(),
    "weights": (lengths**-2.0).tolist(),
    "scale": scale,
    "noise": noise,
    # Without the constant.
    "negativeLogLikelihood": float(-likelihood - 14 / 2 * np.log(2 * np.pi)),
    # theta is (log scale, log lengths, log noise) there, and log w = -2 log length here.
    "gradient": [float(x) for x in [*(gradient[1:4] / 2), -gradient[0], -gradient[4]]],
    "queries": queries.tolist(),
    "means": means.tolist(),
    # There the noise is a part of a prediction.
    "variances": (deviations**2 - noise).tolist(),
    "improvements": improvements,
    "skewed": skewed.tolist(),
    "transformed": transformed.tolist(),
}
path = pathlib.Path(__file__).parents[1] / "OptimizationTests/Golden/gaussian-process.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path)
