#!/usr/bin/env python3
"""Our training against PyTorch's, windows a second, in turns of separate processes.

  training.py --bench .build/release/bench [--threads 1 2] [--rounds 3] [--seconds 3] [--kinds lstm64 ...]

Whole steps: a gathered batch of 64 windows of 60 bars and 32 features, forward, cross-entropy, backward, clipping by
norm, AdamW. The transformer is post-norm with learned positions, and the mean over all tokens is pooled. Needs torch
(Tests/oracle/requirements-torch.txt).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

KINDS = ("lstm64", "lstm128x2", "transformer")
BATCH, STEPS, INPUTS, ROWS = 64, 60, 32, 1084


def network(kind):
    from torch import nn
    import torch

    class Lstm(nn.Module):
        def __init__(self, hidden, layers):
            super().__init__()
            self.lstm, self.head = nn.LSTM(INPUTS, hidden, layers, batch_first=True), nn.Linear(hidden, 3)

        def forward(self, x):
            return self.head(self.lstm(x)[0][:, -1])

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.input, self.head = nn.Linear(INPUTS, 64), nn.Linear(64, 3)
            self.positions = nn.Parameter(torch.randn(1, STEPS, 64) * 0.02)
            layer = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True, activation="gelu")
            self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

        def forward(self, x):
            return self.head(self.encoder(self.input(x) + self.positions).mean(1))

    return Transformer() if kind == "transformer" else Lstm(*((64, 1) if kind == "lstm64" else (128, 2)))


def torch_rate(kind, threads, seconds):
    import torch
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network(kind)
    parameters = list(model.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    features, targets = torch.randn(ROWS, INPUTS), torch.arange(ROWS) % 3
    windows = torch.arange(-STEPS + 1, 1)

    def step(batch):
        rows = STEPS + batch * BATCH % (ROWS - STEPS) + torch.arange(BATCH)
        loss = torch.nn.functional.cross_entropy(model(features[rows[:, None] + windows]), targets[rows])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        loss.item()

    for batch in range(5):
        step(batch)
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        step(count % 16)
        count += 1
    return count * BATCH / (time.perf_counter() - start)


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    parser.add_argument("--torch", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.torch:
        return print(torch_rate(options.torch[0], int(options.torch[1]), options.seconds))
    if not options.bench:
        parser.error("give --bench")
    print(f"{'network':<12} {'threads':>7} {'ours':>9} {'PyTorch':>9} {'ratio':>7} {'range':>15}   samples/s")
    for kind in options.kinds:
        for threads in options.threads:
            ours, theirs = [], []
            for _ in range(options.rounds):
                text = run([options.bench, "training", kind, "--threads", threads, "--seconds", options.seconds])
                ours.append(json.loads(text)["samples_per_second"])
                other = [sys.executable, os.path.abspath(__file__), "--torch", kind, threads]
                theirs.append(float(run([*other, "--seconds", options.seconds])))
            ratios = [a / b for a, b in zip(ours, theirs)]
            print(f"{kind:<12} {threads:>7} {statistics.median(ours):>9.0f} {statistics.median(theirs):>9.0f} "
                  f"{statistics.median(ratios):>6.2f}x {min(ratios):>6.2f} - {max(ratios):<6.2f}")


if __name__ == "__main__":
    main()
