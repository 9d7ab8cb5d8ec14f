#!/usr/bin/env python3
"""Writes ten training steps of PyTorch for Tests/NeuralNetworksTests/Golden/trainer.safetensors.

A stacked LSTM, weighted cross-entropy (rows and classes) plus 0.5 of Huber's loss on a second head, AdamW, clipping by
norm, a cosine without warm-up. Windows of 8 rows of `features`, ending at each of `positions` in their order, eight a
step, two epochs of five steps. `losses` (10) are what each step saw; the state is that before (`name`) and after
(`after.name`).
Needs torch and safetensors (Tests/oracle/requirements-torch.txt).
"""
import os

import torch
from make_lstm_golden import OUT, Lstm
from safetensors.torch import save_file
from torch.nn import functional

STEPS, BATCH, TOTAL = 8, 8, 10


def main():
    torch.set_num_threads(1)
    torch.manual_seed(33)
    net = Lstm(4, 10, 2, 4)
    features = torch.randn(60, 4)
    targets = torch.stack([torch.randint(0, 3, (60,)).float(), torch.randn(60) * 2], 1)
    weights = torch.rand(60) + 0.2
    classes = torch.tensor([1.5, 0.5, 1.0])
    positions = torch.arange(STEPS - 1, STEPS - 1 + 5 * BATCH)
    before = {k: v.clone() for k, v in net.state_dict().items()}
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.02, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, TOTAL)
    losses = []
    for step in range(TOTAL):
        rows = positions[step % 5 * BATCH:(step % 5 + 1) * BATCH]
        y = net(torch.stack([features[r - STEPS + 1:r + 1] for r in rows]))
        target = targets[rows, 0].long()
        row = weights[rows] * classes[target]
        entropy = (functional.cross_entropy(y[:, :3], target, reduction="none") * row).sum() / row.sum()
        huber = functional.huber_loss(y[:, 3], targets[rows, 1], delta=1.0, reduction="none")
        loss = entropy + 0.5 * (huber * weights[rows]).sum() / weights[rows].sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
    tensors = before | {f"after.{k}": v for k, v in net.state_dict().items()}
    tensors |= {"features": features, "targets": targets, "weights": weights, "losses": torch.tensor(losses)}
    save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()},
              os.path.join(OUT, "trainer.safetensors"))


if __name__ == "__main__":
    main()
