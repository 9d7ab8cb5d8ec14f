#!/usr/bin/env python3
"""Writes small networks with PyTorch's outputs for Tests/NeuralNetworksTests/Golden.

Each file holds a state dictionary of the names that our loader knows, an input `x` (steps, inputs), and `y` (steps,
outputs): what the head says after every step, computed on the window that ends there. Sizes are odd on purpose.
Needs torch and safetensors (Tests/oracle/requirements-torch.txt).
"""
import math
import os

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "NeuralNetworksTests", "Golden")


def lstm(name, inputs, hidden, layers, outputs, steps):
    net, head = nn.LSTM(inputs, hidden, layers, batch_first=True), nn.Linear(hidden, outputs)
    x = torch.randn(steps, inputs)
    y = head(net(x[None])[0][0])
    state = {f"lstm.{k}": v for k, v in net.state_dict().items()}
    write(name, state | {f"head.{k}": v for k, v in head.state_dict().items()}, x, y)


class Transformer(nn.Module):
    """PyTorch's encoder layers, with rotary positions and a band of attention where asked for."""

    def __init__(self, inputs, width, heads, layers, hidden, outputs, steps, rotary=False, span=None, first=False):
        super().__init__()
        self.input, self.head = nn.Linear(inputs, width), nn.Linear(width, outputs)
        self.heads, self.rotary, self.span, self.first = heads, rotary, span, first
        if not rotary:
            self.positions = nn.Parameter(torch.randn(1, steps, width))
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, activation="gelu",
                                           norm_first=first)
        self.encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width) if first else None,
                                             enable_nested_tensor=False)
        for parameter in self.parameters():
            # PyTorch starts biases at 0 and norms at 1, which would hide a mix-up.
            if parameter.dim() == 1:
                nn.init.normal_(parameter, 0.3, 0.5)

    def turned(self, x):
        steps, width = x.shape[-2:]
        angle = torch.arange(steps, dtype=torch.float64)[:, None] * 10000 ** (
            -torch.arange(0, width, 2, dtype=torch.float64) / width)
        cos, sin = torch.cos(angle).float(), torch.sin(angle).float()
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)

    def attention(self, layer, x):
        steps, width = x.shape
        q, k, v = functional.linear(x, layer.in_proj_weight, layer.in_proj_bias).chunk(3, -1)
        q, k, v = (t.reshape(steps, self.heads, -1).transpose(0, 1) for t in (q, k, v))
        if self.rotary:
            q, k = self.turned(q), self.turned(k)
        scores = q @ k.transpose(1, 2) / math.sqrt(width / self.heads)
        if self.span is not None:
            row, column = torch.arange(steps)[:, None], torch.arange(steps)[None]
            scores = scores.masked_fill((column > row) | (column <= row - self.span), -math.inf)
        return layer.out_proj((scores.softmax(-1) @ v).transpose(0, 1).reshape(steps, width))

    def forward(self, x):
        h = self.input(x) + (0 if self.rotary else self.positions[0, :len(x)])
        for layer in self.encoder.layers:
            if self.first:
                h = h + self.attention(layer.self_attn, layer.norm1(h))
                h = h + layer.linear2(functional.gelu(layer.linear1(layer.norm2(h))))
            else:
                h = layer.norm1(h + self.attention(layer.self_attn, h))
                h = layer.norm2(h + layer.linear2(functional.gelu(layer.linear1(h))))
        return self.head(self.encoder.norm(h) if self.first else h)


def transformer(name, *sizes, **options):
    net, x = Transformer(*sizes, **options).eval(), torch.randn(sizes[6], sizes[0])
    if options.get("span") is None:
        # A window's token sees all of it, so that every window is a pass of its own; and PyTorch's own forward agrees.
        y = torch.stack([net(x[:t + 1])[-1] for t in range(len(x))])
        own = net.head(net.encoder(net.input(x[None]) + net.positions))[0, -1]
        assert torch.allclose(own, y[-1], atol=2e-6), (own, y[-1])
    else:
        y = net(x)
    write(name, net.state_dict(), x, y)


def write(name, state, x, y):
    tensors = {k: v.detach().contiguous().clone() for k, v in (state | {"x": x, "y": y}).items()}
    save_file(tensors, os.path.join(OUT, f"{name}.safetensors"))


def main():
    os.makedirs(OUT, exist_ok=True)
    torch.manual_seed(20)
    lstm("lstm-odd", 5, 19, 2, 3, 11)
    lstm("lstm-whole", 8, 32, 1, 3, 9)
    transformer("transformer-odd", 5, 12, 3, 2, 10, 3, 9)
    transformer("transformer-first", 5, 16, 2, 2, 21, 2, 7, first=True)
    transformer("transformer-band", 6, 16, 2, 2, 24, 3, 14, rotary=True, span=4)
    transformer("transformer-band-first", 3, 24, 4, 3, 16, 3, 12, rotary=True, span=3, first=True)


if __name__ == "__main__":
    main()
