#!/usr/bin/env python3
"""Our samplers against Optuna's on known functions and on tables of real tree tunings, at equal budgets.

  search.py --bench .build/release/bench [--seeds 20] [--only branin,table-wdo] [--ours tpe,gp] [--json out.json]

Every problem is minimised by each of our samplers and by Optuna's TPE and GP samplers with the same numbers of trials
and as many seeds. Printed are median regrets (the best loss found less the best there is), the share of seeds in which
ours is better, and the p of a Wilcoxon signed-rank test that Optuna's are lower. Needs optuna, scipy and torch
(Tests/oracle/requirements-optuna.txt); several minutes for the GP.
"""
import argparse
import concurrent.futures
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))


def floats(names, low, high):
    return [{"name": name, "type": "float", "low": low, "high": high} for name in names]


def branin(p):
    x, y = p["x0"], p["x1"]
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * math.cos(x) + 10


HARTMANN_A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
              [17, 8, 0.05, 10, 0.1, 14]]
HARTMANN_P = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
              [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]


def hartmann(p):
    total = 0.0
    for weight, a, q in zip([1, 1.2, 3, 3.2], HARTMANN_A, HARTMANN_P):
        total += weight * math.exp(-sum(a[i] * (p[f"x{i}"] - q[i] * 1e-4) ** 2 for i in range(6)))
    return -total


def rosenbrock(p):
    x = [p[f"x{i}"] for i in range(10)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def conditional(p):
    """Three kinds of models with parameters of their own; the best is reached by one kind only."""
    shared = 0.5 * (math.log10(p["rate"]) + 2) ** 2
    if p["model"] == "trees":
        return 0.3 * abs(p["depth"] - 5) + (p["leaf"] - 0.3) ** 2 + shared
    if p["model"] == "net":
        return 0.4 + (math.log2(p["width"]) - 6) ** 2 / 4 + (p["dropout"] - 0.2) ** 2 + shared
    return 0.8 + (p["penalty"] - 0.5) ** 2 + shared


CONDITIONAL = [
    {"name": "model", "type": "category", "choices": ["trees", "net", "line"]},
    {"name": "rate", "type": "float", "low": 1e-4, "high": 1.0, "log": True},
    {"name": "depth", "type": "int", "low": 2, "high": 12, "when": {"parent": "model", "values": ["trees"]}},
    {"name": "leaf", "type": "float", "low": 0.0, "high": 1.0, "when": {"parent": "model", "values": ["trees"]}},
    {"name": "width", "type": "int", "low": 8, "high": 256, "when": {"parent": "model", "values": ["net"]}},
    {"name": "dropout", "type": "float", "low": 0.0, "high": 0.9, "when": {"parent": "model", "values": ["net"]}},
    {"name": "penalty", "type": "float", "low": 0.0, "high": 1.0, "when": {"parent": "model", "values": ["line"]}},
]


def mixed(p):
    """Numbers, whole numbers and categories that act together."""
    shift = {"a": 0.2, "b": 0.5, "c": 0.8, "d": 0.9}[p["kind"]]
    bonus = {"a": 0.3, "b": 0.0, "c": 0.2, "d": 0.5}[p["kind"]]
    turn = (p["x"] - shift) ** 2 + (p["y"] - 1 + shift) ** 2
    return turn + 0.02 * abs(p["k"] - 7) + bonus + 0.1 * (1 - math.cos(9 * p["x"]))


MIXED = floats(["x", "y"], 0.0, 1.0) + [
    {"name": "k", "type": "int", "low": 1, "high": 16},
    {"name": "kind", "type": "category", "choices": ["a", "b", "c", "d"]},
]


def least(function, space, tries=200_000):
    import random
    draw = random.Random(5)
    best = math.inf
    for _ in range(tries):
        p = {}
        for s in space:
            if "when" in s and p[s["when"]["parent"]] not in s["when"]["values"]:
                continue
            if s["type"] == "category":
                p[s["name"]] = draw.choice(s["choices"])
            elif s["type"] == "int":
                p[s["name"]] = draw.randint(s["low"], s["high"])
            elif s.get("log"):
                p[s["name"]] = math.exp(draw.uniform(math.log(s["low"]), math.log(s["high"])))
            else:
                p[s["name"]] = draw.uniform(s["low"], s["high"])
        best = min(best, function(p))
    return best


def table(name):
    with open(os.path.join(HERE, "tables", f"{name}.json")) as file:
        content = json.load(file)
    names = [s["name"] for s in content["space"]]
    rows = {tuple(row[:-1]): -row[-1] for row in content["rows"]}

    def function(p):
        return rows[tuple(round(p[n], 9) if isinstance(p[n], float) else p[n] for n in names)]
    return {"space": content["space"], "function": function, "least": min(rows.values()), "trials": 60}


def problems():
    found = {
        "branin": {"space": [{"name": "x0", "type": "float", "low": -5.0, "high": 10.0},
                             {"name": "x1", "type": "float", "low": 0.0, "high": 15.0}],
                   "function": branin, "least": 0.39788735772973816, "trials": 60},
        "hartmann-6": {"space": floats([f"x{i}" for i in range(6)], 0.0, 1.0), "function": hartmann,
                       "least": -3.32236801141551, "trials": 80},
        "rosenbrock-10": {"space": floats([f"x{i}" for i in range(10)], -5.0, 10.0), "function": rosenbrock,
                          "least": 0.0, "trials": 100},
        "conditional": {"space": CONDITIONAL, "function": conditional, "least": 0.0, "trials": 80},
        "mixed": {"space": MIXED, "function": mixed, "least": None, "trials": 80},
    }
    folder = os.path.join(HERE, "tables")
    for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        found["table-" + file[:-5]] = table(file[:-5])
    found["mixed"]["least"] = least(mixed, MIXED)
    return found


def ours(bench, problem, sampler, seed):
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(problem["space"], file)
    process = subprocess.Popen(
        [bench, "suggest", "--space", file.name, "--sampler", sampler, "--trials", str(problem["trials"]), "--seed",
         str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    best = math.inf
    for _ in range(problem["trials"]):
        loss = problem["function"](json.loads(process.stdout.readline()))
        best = min(best, loss)
        process.stdin.write(f"{loss!r}\n")
        process.stdin.flush()
    took = json.loads(process.stdout.readline())["milliseconds"]
    process.wait()
    os.unlink(file.name)
    return best - problem["least"], took


def theirs(problem, sampler, seed):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    if sampler == "gp":
        import torch
        torch.set_num_threads(1)
    made = {"tpe": lambda: optuna.samplers.TPESampler(seed=seed, multivariate=False),
            "tpe-multivariate": lambda: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
            "gp": lambda: optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)}[sampler]()
    study = optuna.create_study(sampler=made)

    def objective(trial):
        p = {}
        for s in problem["space"]:
            if "when" in s and p[s["when"]["parent"]] not in s["when"]["values"]:
                continue
            if s["type"] == "category":
                p[s["name"]] = trial.suggest_categorical(s["name"], s["choices"])
            elif s["type"] == "int":
                p[s["name"]] = trial.suggest_int(s["name"], s["low"], s["high"], step=s.get("step", 1))
            else:
                p[s["name"]] = trial.suggest_float(
                    s["name"], s["low"], s["high"], log=s.get("log", False), step=s.get("step"))
        return problem["function"](p)
    begun = time.perf_counter()
    study.optimize(objective, n_trials=problem["trials"])
    took = (time.perf_counter() - begun) / problem["trials"] * 1000
    return study.best_value - problem["least"], took


def one(work):
    bench, name, who, sampler, seed = work
    problem = problems()[name]
    return ours(bench, problem, sampler, seed) if who == "ours" else theirs(problem, sampler, seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", default=".build/release/bench")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--ours", default="random,tpe,gp,cmaes,adaptive")
    parser.add_argument("--theirs", default="tpe,gp")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    from scipy.stats import wilcoxon
    names = [n for n in problems() if not arguments.only or n in arguments.only.split(",")]
    entrants = [("ours", s) for s in arguments.ours.split(",")] + [("optuna", s) for s in arguments.theirs.split(",")]
    results = {}
    with concurrent.futures.ProcessPoolExecutor(arguments.workers) as pool:
        for name in names:
            work = [(arguments.bench, name, who, s, seed) for who, s in entrants for seed in range(arguments.seeds)]
            found = list(pool.map(one, work))
            for place, entrant in enumerate(entrants):
                results[name, entrant] = found[place * arguments.seeds:(place + 1) * arguments.seeds]
            print(f"{name} ({problems()[name]['trials']} trials, {arguments.seeds} seeds)")
            for entrant in entrants:
                regrets = [r for r, _ in results[name, entrant]]
                took = statistics.median(t for _, t in results[name, entrant])
                middle = statistics.median(regrets)
                line = f"  {entrant[0]:7}{entrant[1]:17}median regret {middle:10.4g}   {took:8.2f} ms"
                if entrant[0] == "ours":
                    for other in arguments.theirs.split(","):
                        rival = [r for r, _ in results[name, ("optuna", other)]]
                        better = sum(a < b for a, b in zip(regrets, rival)) / len(rival)
                        gaps = [a - b for a, b in zip(regrets, rival)]
                        p = wilcoxon(gaps, alternative="greater").pvalue if any(gaps) else 1.0
                        line += f"   vs {other}: better in {better:4.0%}, p worse {p:.3f}"
                print(line)
            sys.stdout.flush()
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump([{"problem": n, "who": e[0], "sampler": e[1], "regrets": [r for r, _ in v]}
                       for (n, e), v in results.items()], file, indent=1)


if __name__ == "__main__":
    main()
