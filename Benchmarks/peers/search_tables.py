#!/usr/bin/env python3
"""Makes the tables that samplers are compared on: every setting of small trees on real markets, scored once.

  search_tables.py --trader .build/release/trader --data ../shared/data [--keep FOLDER]

Each table is a grid over depth, learning rate, least leaf and horizon; its scores are net reais a session in a purged
walk-forward, costs included, at thresholds that always trade. Writes Benchmarks/peers/tables/*.json; some minutes a
table. With --keep the studies stay there, and finished ones are not run again.
"""
import argparse
import json
import os
import re
import sqlite3
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SPACE = [
    {"name": "depth", "type": "int", "low": 2, "high": 5},
    {"name": "learning_rate", "type": "float", "low": 0.05, "high": 0.25, "step": 0.05},
    {"name": "least_leaf", "type": "float", "low": 10.0, "high": 90.0, "step": 40.0},
    {"name": "horizon", "type": "int", "low": 5, "high": 20, "step": 5},
]
# Single values: always the likelier side.
FIXED = """
[[parameter]]
name = "style"
type = "category"
values = ["forecast"]

[[parameter]]
name = "probability"
type = "float"
low = 0.505
high = 0.505
"""
TABLES = {
    "wdo-2021": ("b3-wdo-1min-2021-2022/wdo_m1.csv.zst", "WDO", "2021-11-05", "2022-01-14", 60, 15),
    "wdo-2025": ("b3-wdo-1min-2025-2026/wdo_m1.csv.zst", "WDO", "2025-08-05", "2025-10-15", 60, 15),
    "win-5m": ("b3-win-5min/win_m5_2021-2022.csv.zst", "WIN", "2021-08-23", "2022-05-18", 300, 60),
}


def five_minutes(folder):
    """The features of v2 over bars of five minutes."""
    features = []
    with open(os.path.join(HERE, "..", "..", "docs", "reference", "features.md")) as file:
        for line in file:
            found = re.match(r"\| `([a-z0-9_]+)` \| `(.+?)` \| ", line)
            if found:
                features.append({"name": found[1], "expression": found[2]})
            if line.startswith("## ") and features:
                break
    path = os.path.join(folder, "v2-5m.json")
    with open(path, "w") as file:
        json.dump({"schema": "v2-5m", "version": 1, "bar_seconds": 300, "features": features}, file)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trader", default=".build/release/trader")
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    folder = arguments.keep or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    space = os.path.join(folder, "space.toml")
    with open(space, "w") as file:
        for parameter in SPACE:
            file.write("[[parameter]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in parameter.items()) + "\n")
        file.write(FIXED)
    for name, (source, symbol, first, last, seconds, training) in TABLES.items():
        market, study = os.path.join(folder, name), os.path.join(folder, name + ".db")
        if not os.path.exists(market):
            subprocess.run([arguments.trader, "import", os.path.join(arguments.data, source), "--symbol", symbol,
                            "--into", market], check=True, stdout=subprocess.DEVNULL)
        schema = ["--schema", five_minutes(folder)] if seconds == 300 else []
        subprocess.run([arguments.trader, "optimize", "--data", market, "--symbol", symbol, "--from", first, "--to",
                        last, "--space", space, "--study", study, "--trials", "300", "--sampler", "grid", "--pruner",
                        "none", "--folds", "5", "--training", str(training), "--outer", "0"] + schema, check=True)
        export(study, name)


def export(study, name):
    base = sqlite3.connect(study)
    rows = []
    for trial, score in base.execute(
            "select t.trial_id, v.value from trials t join trial_values v using (trial_id) order by t.number"):
        values = dict(base.execute("select param_name, param_value from trial_params where trial_id = ?", [trial]))
        rows.append([int(values[s["name"]]) if s["type"] == "int" else round(values[s["name"]], 9) for s in SPACE]
                    + [round(score, 6)])
    path = os.path.join(HERE, "tables", name + ".json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("{\"space\": " + json.dumps(SPACE) + ",\n\"rows\": [\n")
        file.write(",\n".join(json.dumps(row) for row in rows) + "\n]}\n")
    print(path, len(rows), "settings, best", max(row[-1] for row in rows))


if __name__ == "__main__":
    main()
