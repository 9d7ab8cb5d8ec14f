"""Independent values for Tests/NeuralNetworksTests: AdamW and a small network by numpy, a file by safetensors.

Run: .venv/bin/python Tests/oracle/make_network_golden.py (the file part needs `pip install safetensors`)
Prints the constants that the tests quote.
"""

import numpy as np


def adamw(w, gradients, rate=0.1, b1=0.9, b2=0.999, eps=1e-8, decay=0.01):
    m = np.zeros_like(w)
    v = np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        w = w * (1 - rate * decay)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        w = w - rate * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w


def network(activation):
    """Sizes 3-4-2; weights and inputs are (index * 7 + offset) % 11 / 8 - 0.6."""
    fill = lambda shape, offset: (((np.arange(np.prod(shape)) * 7 + offset) % 11) / 8 - 0.6).reshape(shape)
    w0, b0, w1, b1, x = fill((4, 3), 1), fill((4,), 2), fill((2, 4), 3), fill((2,), 4), fill((5, 3), 5)
    z = x @ w0.T + b0
    h = {"tanh": np.tanh(z), "relu": np.maximum(z, 0), "sigmoid": 1 / (1 + np.exp(-z))}[activation]
    return h @ w1.T + b1


def main():
    w = np.array([1.0, -0.5, 0.25])
    gradients = [np.array([0.1, -2.0, 0.0]), np.array([0.3, 1.0, 0.0]), np.array([-0.2, 0.5, 1e-3])]
    print("AdamW after three steps:", adamw(w, gradients).tolist())
    for activation in ("tanh", "relu", "sigmoid"):
        print(activation, network(activation).ravel().tolist())
    logits = np.array([[1.0, 2.0, 3.0], [1000.0, -1000.0, 0.0]])
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    weights, targets = np.array([1.0, 3.0]), [0, 2]
    log_sum = logits.max(1) + np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1))
    print("cross entropy:", float((weights * (log_sum - logits[[0, 1], targets])).sum() / weights.sum()))
    print("  gradient row 0:", ((p[0] - [1, 0, 0]) * weights[0] / weights.sum()).tolist())
    try:
        from safetensors.numpy import save
    except ImportError:
        print("safetensors is not installed: no file")
        return
    tensors = {
        "layers.0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 4 - 0.5,
        "layers.0.bias": np.array([1, -2], dtype=np.float32),
        "scale": np.array([0.1], dtype=np.float64),
    }
    print("file:", save(tensors, metadata={"seed": "42"}).hex())


if __name__ == "__main__":
    main()
