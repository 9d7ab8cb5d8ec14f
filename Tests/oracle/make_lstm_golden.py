#!/usr/bin/env python3
"""Writes PyTorch's outputs and gradients of LSTMs for Tests/NeuralNetworksTests/Golden, float32.

Each file: the state dictionary, `x` (rows, steps, inputs), `y` (rows, outputs), and for the loss sum(y * dy) with the
given `dy` the gradient of every tensor as `gradient.<name>`.
Needs torch and safetensors (Tests/oracle/requirements-torch.txt).
"""
import os

import torch
from safetensors.torch import save_file
from torch import nn

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "NeuralNetworksTests", "Golden")


class Lstm(nn.Module):
    def __init__(self, inputs, hidden, layers, outputs):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def write(name, seed, inputs, hidden, layers, outputs, rows, steps):
    torch.manual_seed(seed)
    net = Lstm(inputs, hidden, layers, outputs)
    x, dy = torch.randn(rows, steps, inputs), torch.randn(rows, outputs)
    y = net(x)
    (y * dy).sum().backward()
    tensors = dict(net.state_dict()) | {"x": x, "y": y, "dy": dy}
    tensors |= {f"gradient.{k}": v.grad for k, v in net.named_parameters()}
    save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()},
              os.path.join(OUT, f"{name}.safetensors"))


def main():
    torch.set_num_threads(1)
    os.makedirs(OUT, exist_ok=True)
    write("lstm-gradients-one", 31, 5, 12, 1, 3, rows=7, steps=9)
    write("lstm-gradients-two", 32, 6, 17, 2, 3, rows=4, steps=6)


if __name__ == "__main__":
    main()
