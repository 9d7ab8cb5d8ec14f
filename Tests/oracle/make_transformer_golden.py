#!/usr/bin/env python3
"""Writes PyTorch's outputs, gradients and training steps of small transformers for Tests/NeuralNetworksTests/Golden.

Each file holds a state dictionary as it was before any step, `x` (rows, steps, inputs), `target` (rows), `y` (rows,
outputs), `gradient.<name>` for every tensor under the mean cross-entropy of `y`, and `losses` (10): the loss before
each of ten steps of AdamW (rate 0.01, decay 0.01). Sizes are odd on purpose. The encoder is torch's own
TransformerEncoder wherever that can express the model; rotary positions and attention pooling are written out.
Needs torch and safetensors (Tests/oracle/requirements-torch.txt). Same bytes each time on one machine.
"""
import copy
import math
import os

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "NeuralNetworksTests", "Golden")


class Pool(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Parameter(torch.randn(1, width))


class Transformer(nn.Module):
    def __init__(self, inputs, width, heads, layers, hidden, outputs, steps, rotary=False, span=None, first=False,
                 pooling="last"):
        super().__init__()
        self.input, self.head = nn.Linear(inputs, width), nn.Linear(width, outputs)
        self.heads, self.rotary, self.span, self.first, self.pooling = heads, rotary, span, first, pooling
        if not rotary:
            self.positions = nn.Parameter(torch.randn(1, steps, width) * 0.5)
        if pooling == "attention":
            self.pool = Pool(width)
        layer = nn.TransformerEncoderLayer(width, heads, hidden, dropout=0.0, batch_first=True, activation="gelu",
                                           norm_first=first)
        self.encoder = nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width) if first else None,
                                             enable_nested_tensor=False)
        for parameter in self.parameters():
            # PyTorch starts biases at 0, norms at 1 and all layers alike, which would hide a mix-up.
            if parameter.dim() == 1:
                nn.init.normal_(parameter, 0.3, 0.5)
            elif parameter.dim() == 2:
                nn.init.xavier_normal_(parameter)

    def mask(self, steps):
        if self.span is None:
            return None
        row, column = torch.arange(steps)[:, None], torch.arange(steps)[None]
        return torch.zeros(steps, steps).masked_fill((column > row) | (column <= row - self.span), -math.inf)

    def turned(self, x):
        steps, width = x.shape[-2:]
        angle = torch.arange(steps, dtype=torch.float64)[:, None] * 10000 ** (
            -torch.arange(0, width, 2, dtype=torch.float64) / width)
        cos, sin = torch.cos(angle).to(x.dtype), torch.sin(angle).to(x.dtype)
        a, b = x[..., 0::2], x[..., 1::2]
        return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)

    def attention(self, layer, x):
        rows, steps, width = x.shape
        q, k, v = functional.linear(x, layer.in_proj_weight, layer.in_proj_bias).chunk(3, -1)
        q, k, v = (t.reshape(rows, steps, self.heads, -1).transpose(1, 2) for t in (q, k, v))
        scores = self.turned(q) @ self.turned(k).transpose(2, 3) / math.sqrt(width / self.heads)
        if self.span is not None:
            scores = scores + self.mask(steps).to(x.dtype)
        return layer.out_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, steps, width))

    def rotated_encoder(self, h):
        for layer in self.encoder.layers:
            if self.first:
                h = h + self.attention(layer.self_attn, layer.norm1(h))
                h = h + layer.linear2(functional.gelu(layer.linear1(layer.norm2(h))))
            else:
                h = layer.norm1(h + self.attention(layer.self_attn, h))
                h = layer.norm2(h + layer.linear2(functional.gelu(layer.linear1(h))))
        return self.encoder.norm(h) if self.first else h

    def forward(self, x):
        h = self.input(x)
        if self.rotary:
            h = self.rotated_encoder(h)
        else:
            mask = self.mask(x.shape[1])
            h = self.encoder(h + self.positions[:, :x.shape[1]], mask=None if mask is None else mask.to(x.dtype))
        if self.pooling == "mean":
            h = h.mean(1)
        elif self.pooling == "attention":
            weights = (h @ self.pool.query[0] / math.sqrt(h.shape[-1])).softmax(1)
            h = (weights[..., None] * h).sum(1)
        else:
            h = h[:, -1]
        return self.head(h)


def write(name, *sizes, rows=5, **options):
    torch.manual_seed(sum(map(ord, name)))
    net = Transformer(*sizes, **options).train()
    inputs, outputs, steps = sizes[0], sizes[5], sizes[6]
    x, target = torch.randn(rows, steps, inputs), torch.randint(outputs, (rows,))
    tensors = {k: v.detach().clone() for k, v in net.state_dict().items()}
    y = net(x)
    functional.cross_entropy(y, target).backward()
    gradients = {f"gradient.{k}": v.grad.detach().clone() for k, v in net.named_parameters()}
    check_in_double(net, x, target, gradients)
    optimiser, losses = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=0.01), []
    for _ in range(10):
        optimiser.zero_grad()
        loss = functional.cross_entropy(net(x), target)
        loss.backward()
        optimiser.step()
        losses.append(loss.detach())
    tensors |= gradients | {"x": x, "target": target.to(torch.int32), "y": y.detach(), "losses": torch.stack(losses)}
    save_file({k: v.contiguous() for k, v in tensors.items()}, os.path.join(OUT, f"{name}.safetensors"))


def check_in_double(net, x, target, gradients):
    """The golden gradients themselves are good to a third of what the tests ask for."""
    twin = copy.deepcopy(net).double()
    twin.zero_grad()
    functional.cross_entropy(twin(x.double()), target).backward()
    for k, v in twin.named_parameters():
        error = (gradients[f"gradient.{k}"] - v.grad).abs().max() / v.grad.abs().max()
        assert error < 3e-6, (k, error)


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    os.makedirs(OUT, exist_ok=True)
    write("train-transformer-full", 5, 12, 3, 2, 10, 3, 9)
    write("train-transformer-band", 5, 16, 2, 2, 11, 3, 13, span=4)
    write("train-transformer-rotary", 6, 16, 2, 2, 24, 3, 14, rotary=True, span=5)
    write("train-transformer-rotary-full", 4, 12, 2, 1, 9, 2, 10, rotary=True)
    write("train-transformer-first", 5, 16, 4, 2, 21, 3, 7, first=True)
    write("train-transformer-mean", 5, 12, 3, 2, 10, 3, 9, pooling="mean")
    write("train-transformer-attention", 3, 8, 2, 1, 13, 3, 11, span=6, first=True, pooling="attention")


if __name__ == "__main__":
    main()
