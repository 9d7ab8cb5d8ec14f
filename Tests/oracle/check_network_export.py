#!/usr/bin/env python3
"""Loads networks that this project wrote into PyTorch, name by name, and compares what both say.

Without arguments: the files that Tests/NeuralNetworksTests/ExportTests.swift holds to be what the program writes, whose
outputs PyTorch must give to 1e-5. With a model artifact: its lstm.safetensors and transformer.safetensors must load
with every name and shape. Needs torch and safetensors (Tests/oracle/requirements-torch.txt).
"""
import json
import os
import sys

import torch
from safetensors.torch import load_file
from torch import nn

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "NeuralNetworksTests", "Golden")


class Recurrent(nn.Module):
    def __init__(self, inputs, hidden, layers, outputs):
        super().__init__()
        self.lstm, self.head = nn.LSTM(inputs, hidden, layers, batch_first=True), nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.head(self.lstm(x[None])[0][0, -1])


class Attention(nn.Module):
    def __init__(self, inputs, width, heads, layers, hidden, outputs, steps=None):
        super().__init__()
        self.input, self.head = nn.Linear(inputs, width), nn.Linear(width, outputs)
        if steps is not None:
            self.positions = nn.Parameter(torch.zeros(1, steps, width))
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, activation="gelu")
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

    def forward(self, x):
        return self.head(self.encoder(self.input(x[None]) + self.positions)[0, -1])


def compare(name, module):
    state = load_file(os.path.join(GOLDEN, name))
    x, y = state.pop("x"), state.pop("y")
    module.load_state_dict(state, strict=True)
    with torch.no_grad():
        error = (module.eval()(x) - y).abs().max().item()
    print(f"{name}: {len(state)} tensors, largest difference {error:.2e}")
    return error < 1e-5


def load(folder):
    for kind in ("lstm", "transformer"):
        path = os.path.join(folder, kind + ".safetensors")
        if not os.path.exists(path):
            continue
        with open(os.path.join(folder, kind + ".json"), encoding="utf-8") as file:
            sizes = json.load(file)
        if kind == "lstm":
            module = Recurrent(sizes["inputs"], sizes["width"], sizes["layers"], 3)
        else:
            module = Attention(sizes["inputs"], sizes["width"], sizes["heads"], sizes["layers"], sizes["hidden"], 3)
        module.load_state_dict(load_file(path), strict=True)
        print(f"{path}: {len(module.state_dict())} tensors loaded")


if __name__ == "__main__":
    torch.manual_seed(0)
    if len(sys.argv) > 1:
        load(sys.argv[1])
    elif not all([compare("export-lstm.safetensors", Recurrent(5, 7, 2, 3)),
                  compare("export-transformer.safetensors", Attention(5, 12, 3, 2, 20, 3, steps=9))]):
        sys.exit("PyTorch says something else")
