#!/usr/bin/env python3
"""Our networks against ONNX Runtime's C API, one row at a time, one thread, in turns of separate processes.

  networks.py --peers ../shared/peers [--rounds 5] [--calls 2000] [--json]

Makes LSTMs and a transformer with PyTorch, checks that all three give the same output, and prints the p50 of each, the
ratio with its range over the rounds, and how long the multiplications alone would take at 73 billion a second. Needs
torch, onnxruntime and onnx (Tests/oracle/requirements-torch.txt) and a C compiler; `--peers` holds ort_run.c.
"""
import argparse
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "Sources", "CHotPath")
KERNELS = ["hp_vector.c", "hp_matrix.c", "hp_lstm.c", "hp_transformer.c", "hp_transformer_setup.c",
           "hp_transformer_step.c"]
STEPS, INPUTS, WIDTH, HEADS, LAYERS, HIDDEN = 60, 32, 64, 4, 2, 128
RATE = 73e9


class Lstm(nn.Module):
    def __init__(self, hidden, layers):
        super().__init__()
        self.lstm, self.head = nn.LSTM(INPUTS, hidden, layers, batch_first=True), nn.Linear(hidden, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class LstmStep(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.lstm, self.head = model.lstm, model.head

    def forward(self, x, h, c):
        y, (h, c) = self.lstm(x, (h, c))
        return self.head(y[:, -1]), h, c


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.input = nn.Linear(INPUTS, WIDTH)
        self.positions = nn.Parameter(torch.randn(1, STEPS, WIDTH) * 0.02)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, HIDDEN, dropout=0.0, batch_first=True, activation="gelu")
        self.encoder, self.head = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False), nn.Linear(WIDTH, 1)

    def forward(self, x):
        return self.head(self.encoder(self.input(x) + self.positions)[:, -1])


def lstm_flops(hidden, layers, steps):
    return sum(2 * 4 * hidden * ((INPUTS if n == 0 else hidden) + hidden) for n in range(layers)) * steps


def transformer_flops(rows, last_rows):
    kv, row = 4 * WIDTH * WIDTH, 2 * WIDTH * WIDTH * 2 + 4 * WIDTH * HIDDEN + 4 * STEPS * WIDTH
    layers = [rows] * (LAYERS - 1) + [last_rows]
    return 2 * rows * INPUTS * WIDTH + sum(rows * kv + n * row for n in layers)


def models(folder):
    """(name, our arguments, ONNX argument, {our case: (what it is, floating-point operations, must, aim)})."""
    torch.manual_seed(0)
    x = torch.sin(torch.arange(STEPS * INPUTS, dtype=torch.float32) * 0.7).reshape(1, STEPS, INPUTS)
    found = []
    for hidden, layers, goals in ((64, 1, ((1.4, 1.8), (5, 8))), (128, 2, ((1.25, 1.5), (2.5, 4)))):
        model = Lstm(hidden, layers).eval()
        name = f"lstm{hidden}x{layers}"
        floats = [p for n in range(layers) for p in (
            getattr(model.lstm, f"{part}_l{n}") for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))]
        ours = store(folder, name, [*floats, model.head.weight, model.head.bias, x])
        arguments = ["lstm", INPUTS, hidden, layers, 1, STEPS, ours]
        zeros = torch.zeros(layers, 1, hidden)
        export(model, (x,), f"{folder}/{name}-window.onnx", ["x"], ["y"])
        export(LstmStep(model).eval(), (x[:, :1], zeros, zeros), f"{folder}/{name}-step.onnx", ["x", "h", "c"],
               ["y", "hn", "cn"])
        found.append((f"{name} window", arguments, f"{folder}/{name}-window.onnx:1x{STEPS}x{INPUTS}", "window",
                      lstm_flops(hidden, layers, STEPS), goals[0], model(x).item()))
        found.append((f"{name} step", arguments,
                      f"{folder}/{name}-step.onnx:1x1x{INPUTS},{layers}x1x{hidden},{layers}x1x{hidden}", "step",
                      lstm_flops(hidden, layers, 1), goals[1], None))
    model = Transformer().eval()
    floats = [model.input.weight, model.input.bias, model.positions]
    for layer in model.encoder.layers:
        for part in (layer.self_attn.in_proj_weight, layer.self_attn.in_proj_bias, layer.self_attn.out_proj.weight,
                     layer.self_attn.out_proj.bias, layer.linear1.weight, layer.linear1.bias, layer.linear2.weight,
                     layer.linear2.bias, layer.norm1.weight, layer.norm1.bias, layer.norm2.weight, layer.norm2.bias):
            floats.append(part)
    ours = store(folder, "transformer", [*floats, model.head.weight, model.head.bias, x])
    export(model, (x,), f"{folder}/transformer.onnx", ["x"], ["y"])
    onnx = f"{folder}/transformer.onnx:1x{STEPS}x{INPUTS}"
    shape = ["transformer", INPUTS, WIDTH, HEADS, LAYERS, HIDDEN, 1, STEPS]
    for name, flags, case, flops, goals, wanted in (
            ("transformer window", 0, "window", transformer_flops(STEPS, STEPS), (1.3, 1.7), model(x).item()),
            ("transformer last token", 0, "last", transformer_flops(STEPS, 1), (1.8, 2.6), model(x).item()),
            ("transformer step", 3, "step", transformer_flops(1, 1), (30, 60), None)):
        found.append((name, [*shape, flags, ours], onnx, case, flops, goals, wanted))
    return found


def store(folder, name, tensors):
    path = f"{folder}/{name}.bin"
    np.concatenate([t.detach().numpy().ravel() for t in tensors]).astype(np.float32).tofile(path)
    return path


def export(model, inputs, path, names, outputs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, inputs, path, input_names=names, output_names=outputs, opset_version=17, dynamo=False)


def compiled(options, folder):
    ours, theirs = f"{folder}/ours", f"{folder}/theirs"
    flags = ["-std=gnu11", "-O2", "-D_GNU_SOURCE"]
    run([options.cc, *flags, f"-I{SOURCES}/include", f"-I{SOURCES}", f"{HERE}/networks.c",
         *(f"{SOURCES}/{name}" for name in KERNELS), "-lm", "-o", ours])
    run([options.cc, *flags, f"-I{options.peers}", f"{options.peers}/ort_run.c", "-ldl", "-lm", "-o", theirs])
    return ours, theirs


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed ({done.returncode}): {done.stderr.strip()[-500:]}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--cc", default="clang")
    parser.add_argument("--core", default="1")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    import onnxruntime
    library = glob.glob(os.path.join(os.path.dirname(onnxruntime.__file__), "capi", "libonnxruntime.so*"))[0]
    pin = ["taskset", "-c", options.core]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = compiled(options, folder)
        for name, arguments, onnx, case, flops, goals, wanted in models(folder):
            spans = ([], [])
            for _ in range(options.rounds):
                lines = run([*pin, ours, *arguments, options.calls]).split("\n")
                found = next(line.split() for line in lines if line.startswith(case + " "))
                spans[0].append(float(found[1]))
                if wanted is not None and abs(float(found[3]) - wanted) > 1e-5 * max(1, abs(wanted)):
                    sys.exit(f"{name}: ours {found[3]}, PyTorch {wanted}")
                text = run([*pin, theirs, library, 1, options.calls, onnx])
                spans[1].append(float(text.split(" p50 ")[1].split()[0]))
            ratios = [b / a for a, b in zip(*spans)]
            rows.append({"case": name, "ours_us": statistics.median(spans[0]), "peer_us": statistics.median(spans[1]),
                         "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios),
                         "floor_us": flops / RATE * 1e6, "must": goals[0], "aim": goals[1]})
    if options.json:
        return print(json.dumps(rows, indent=2))
    print(f"{'case':<24} {'ours us':>9} {'ONNX us':>9} {'ratio':>7} {'range':>15} {'must':>6} {'aim':>5} "
          f"{'floor us':>9}")
    for row in rows:
        print(f"{row['case']:<24} {row['ours_us']:>9.2f} {row['peer_us']:>9.2f} {row['ratio']:>6.2f}x "
              f"{row['least']:>6.2f} - {row['most']:<6.2f} {row['must']:>5}x {row['aim']:>4}x {row['floor_us']:>9.2f}")


if __name__ == "__main__":
    main()
