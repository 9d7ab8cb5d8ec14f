#!/usr/bin/env python3
"""Compares our tree kernel and our ring with the best public peers in one run, and judges the ratios.

    Benchmarks/peers/setup.sh                           once: the peers and models (README.md beside this file)
    swift build -c release --product ForestPlugin       our kernel as the plugin that the harness loads
    Benchmarks/peers/run.py                             the whole table, about half an hour
    Benchmarks/peers/run.py --quick --only M            a first look: model M only, few rounds

Exit codes: 0 every must is met, 2 wrong argument, 4 something to be set up is missing or failed, 5 a must was missed.
"""

import argparse
import dataclasses
import datetime
import itertools
import json
import os
import pathlib
import subprocess
import sys

import exactness
import forest_run
import record
import spsc_run
import tables
import verdicts

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES, LIBRARIES, ORDERS = ("S", "M", "L"), ("lgb", "xgb"), ("random", "live")
PARTS = ("forests", "rings")


def read_arguments(arguments):
    """The command line; refuses what the harness could not do."""
    cpus = sorted(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds of the tree harness, at most 60")
    parser.add_argument("--rows", type=int, default=3000, help="timed rows a round and peer")
    parser.add_argument("--slices", type=int, default=300, help="alternating slices of the ring comparison")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 600 rows, 60 slices, no treelite interpreter")
    parser.add_argument(
        "--only",
        default="",
        help="comma list of S,M,L / lgb,xgb / random,live / forests,rings; of a group it does not name, all",
    )
    parser.add_argument("--plugin", type=pathlib.Path, default=ROOT / ".build/release/libForestPlugin.so")
    parser.add_argument("--cpu", type=int, default=cpus[-1], help="processor of the tree harness")
    parser.add_argument("--nice", type=int, default=-19, help="niceness of the tree harness, where permitted")
    parser.add_argument("--json", type=pathlib.Path, help="also write the result here")
    parser.add_argument("--record", action="store_true", help="also keep the result in Benchmarks/results, by date")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.rows, options.slices = 3, 600, 60
    words = [word for word in options.only.split(",") if word]
    unknown = set(words) - {*SIZES, *LIBRARIES, *ORDERS, *PARTS}
    if unknown:
        parser.error(f"--only: unknown {', '.join(sorted(unknown))}; known are S,M,L,lgb,xgb,random,live,forests,rings")
    if not 1 <= options.rounds <= 60 or options.rows < 100 or options.slices < 10:
        parser.error("--rounds takes 1 to 60, --rows at least 100, --slices at least 10")
    options.sizes, options.libraries, options.orders = (
        [word for word in every if word in words] or list(every) for every in (SIZES, LIBRARIES, ORDERS)
    )
    is_forest_named = any(word not in PARTS for word in words)
    parts = [word for word in words if word in PARTS] or (["forests"] if is_forest_named else PARTS)
    options.with_forests, options.with_rings = "forests" in parts or is_forest_named, "rings" in parts
    options.cpus = (cpus[0], cpus[-1])
    return options


def require_setup(options, shared, build):
    """Says what is missing and how to make it, before anything is measured."""
    if not (shared / "gbdt_peers.c").exists():
        raise forest_run.HarnessFailed(
            f"no gbdt_peers.c in {shared}; set TRADER_SHARED_PEERS to the folder of the measuring programs"
        )
    if not (build / "models.json").exists():
        raise forest_run.HarnessFailed(f"no models in {build}; run Benchmarks/peers/setup.sh (or set PERF_DIR)")
    if not options.plugin.exists():
        raise forest_run.HarnessFailed(
            f"no kernel plugin at {options.plugin}; run swift build -c release --product ForestPlugin, or give --plugin"
        )


def check_exactness(plugin, build, library, size, rows):
    """Our kernel's bits against the trainer's, in a process of its own."""
    folder = build / "ar" if rows == "live" else build
    model = folder / f"{library}_{size}.{'txt' if library == 'lgb' else 'json'}"
    expected = folder / f"{library}_{size}.expect.f64"
    command = [sys.executable, exactness.__file__, str(plugin), str(model), str(folder / "rows.f32"), str(expected)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if result.returncode != 0:
        return {"failed": (result.stderr.strip().splitlines() or [f"ended with {result.returncode}"])[-1]}
    return json.loads(result.stdout)


def measure_forests(options, shared, build, targets):
    """Runs every chosen model and row order; answers the runs and their verdicts."""
    binary = forest_run.compile_harness(shared, build)
    packages = forest_run.site_packages(build / "venv-a")
    runs, checks, judged = [], [], []
    for library, size, rows in itertools.product(options.libraries, options.sizes, options.orders):
        report = check_exactness(options.plugin, build, library, size, rows)
        checks.append({"library": library, "size": size, "rows": rows, **report})
        judged.append(verdicts.judge_exactness(library, size, rows, report))
        run = forest_run.run(binary, build, packages, library, size, rows, options.plugin, options)
        runs.append(run)
        print(tables.describe_run(run), flush=True)
        for target in targets:
            if (target["library"], target["size"], target["rows"]) == (library, size, rows):
                judged.append(verdicts.judge_forest(target, run))
    judged.sort(key=lambda verdict: (verdict.section, verdict.yardstick == "trainer"))
    return runs, checks, judged


def main():
    options = read_arguments(sys.argv[1:])
    shared = pathlib.Path(os.environ.get("TRADER_SHARED_PEERS", ROOT.parent / "shared" / "peers"))
    build = pathlib.Path(os.environ.get("PERF_DIR", ROOT / ".build-peers")).resolve()
    targets = json.loads((HERE / "targets.json").read_text())
    document = {
        # Other programs keep their results in the same folder and tell them apart by this word.
        "kind": "peers",
        "version": 1,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": " ".join(["Benchmarks/peers/run.py", *sys.argv[1:]]).replace(f"{ROOT}/", ""),
        "machine": record.machine_facts(),
    }
    judged, runs, checks, rings = [], [], [], None
    if options.with_forests:
        options.plugin = options.plugin.resolve()
        require_setup(options, shared, build)
        runs, checks, judged = measure_forests(options, shared, build, targets["forests"])
    if options.with_rings:
        build.mkdir(parents=True, exist_ok=True)
        binary = spsc_run.compile_comparison(ROOT, HERE / "spsc", build)
        rings = spsc_run.run(binary, options.slices, options.cpus)
        print(tables.describe_rings(rings), flush=True)
        judged += [verdicts.judge_ring(target, rings) for target in targets["rings"]]
    print(tables.describe_verdicts(judged))
    missed = [verdict for verdict in judged if verdict.is_missed]
    print(f"\n{len(judged)} targets, {len(missed)} not kept")
    environments = [forest_run.site_packages(build / name) for name in ("venv-a", "venv-b") if (build / name).exists()]
    document["software"] = record.software_facts(ROOT, environments)
    document["forests"] = [dataclasses.asdict(run) for run in runs]
    document["exactness"], document["rings"] = checks, rings
    document["verdicts"] = [verdict.as_dictionary() for verdict in judged]
    for path in [options.json, record.dated_path(HERE.parent / "results") if options.record else None]:
        if path:
            record.write(path, document)
            print(f"written: {path}")
    return 5 if missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (forest_run.HarnessFailed, subprocess.SubprocessError) as error:
        print(f"peers: {error}", file=sys.stderr)
        sys.exit(4)
