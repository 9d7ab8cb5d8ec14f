"""Runs the shared tree harness (gbdt_peers.c) on one model and row order, and reads what it prints.

Not for judging: verdicts.py compares the figures with the targets.
"""

import os
import pathlib
import re
import subprocess
from dataclasses import dataclass, field

#: Every peer that the harness can load, by library. A run without one of them says so.
PEERS = {
    "lgb": [
        "lightgbm-c-fast",
        "treelite-gtil",
        "tl2cgen",
        "tl2cgen-quantize",
        "lleaves-default",
        "lleaves-small",
        "onnxruntime-c",
    ],
    "xgb": ["xgboost-c-dense", "treelite-gtil", "tl2cgen", "tl2cgen-quantize", "onnxruntime-c"],
}
#: What the harness's own filter calls the peers without the slow interpreter, which is no yardstick of any target.
WITHOUT_INTERPRETER = "lightgbm,xgboost,tl2cgen,lleaves,onnx"
#: Longest time of one run, in seconds: a harness that hangs must not hang the table.
TIME_LIMIT = 3600

NUMBER = r"([0-9.]+(?:e[-+]?\d+)?|nan|inf)"
PEER_LINE = re.compile(
    rf"^(\S+)\s+{NUMBER} \|\s+{NUMBER} \[\s*{NUMBER}-\s*{NUMBER}\]\s+{NUMBER} \|\s+{NUMBER}\s+{NUMBER} \|"
    rf"\s+{NUMBER} \|\s+{NUMBER} \[\s*{NUMBER}-\s*{NUMBER}\]$"
)
RATIO = rf"{NUMBER}x \[{NUMBER}-{NUMBER}\]"
RATIO_LINE = re.compile(rf"^(\S+)\s+hot\s+{RATIO}\s+cold\s+{RATIO}\s+batch\s+{RATIO}$")


class HarnessFailed(Exception):
    """The harness did not do its work; the text names the command and what it said."""


@dataclass
class Ratio:
    """A peer's time divided by ours, round by round: the median and the extremes."""

    median: float
    lowest: float
    highest: float


@dataclass
class PeerFigures:
    """One peer's line. Times in nanoseconds a row; each is the median over the rounds of that round's percentile."""

    name: str
    max_error: float
    hot_p50: float
    hot_p50_lowest: float
    hot_p50_highest: float
    hot_p99: float
    cold_p50: float
    cold_p99: float
    loop_mean: float
    batch: float
    batch_lowest: float
    batch_highest: float
    #: By figure ("hot", "cold", "batch"); empty for our own line.
    ratios: dict[str, Ratio] = field(default_factory=dict)


@dataclass
class ForestRun:
    """One model and row order: the peers' lines and ours."""

    library: str
    size: str
    rows: str
    #: The harness's line about rows, clock, rounds.
    header: str
    peers: list[PeerFigures]
    own: PeerFigures | None
    #: Peers that should have been there.
    missing: list[str]

    def peer(self, name):
        """The peer's figures, or None."""
        return next((peer for peer in self.peers if peer.name == name), None)


def compile_harness(shared, build):
    """Compiles gbdt_peers.c when it is newer than its binary; answers the binary's path."""
    source, binary = shared / "gbdt_peers.c", build / "gbdt_peers"
    newest = max(file.stat().st_mtime for file in (source, shared / "perf_common.h"))
    if not binary.exists() or binary.stat().st_mtime < newest:
        command = ["gcc", "-O2", "-march=native", "-w", str(source), "-o", str(binary), "-ldl", "-lm"]
        subprocess.run(command, check=True)
    return binary


def run(binary, build, site_packages, library, size, rows, plugin, options):
    """Measures one model and row order; `options` are the parsed arguments of run.py."""
    folder = build / "ar" if rows == "live" else build
    runtime = sorted((site_packages / "onnxruntime" / "capi").glob("libonnxruntime.so.*"))
    command = ["taskset", "-c", str(options.cpu), str(binary), library, size, str(folder), str(site_packages)]
    command += ["--rounds", str(options.rounds), "--rows", str(options.rows), "--kernel", str(plugin)]
    command += ["--seq"] if rows == "live" else []
    command += ["--ortlib", runtime[-1].name] if runtime else []
    command += ["--only", WITHOUT_INTERPRETER] if options.quick else []
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    result = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
        preexec_fn=lambda: raise_priority(options.nice),
    )
    if result.returncode != 0:
        raise HarnessFailed(
            f"{' '.join(command)} ended with {result.returncode}: {result.stderr.strip() or 'it said nothing'}"
        )
    expected = [peer for peer in PEERS[library] if not (options.quick and peer == "treelite-gtil")]
    return parse(result.stdout, library, size, rows, expected)


def raise_priority(nice):
    """Sets this process's niceness; without the right to raise it, the measurement is only noisier."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, nice)
    except PermissionError:
        return


def parse(text, library, size, rows, expected):
    """Reads the harness's report. A report with no line of a peer or ours is an error, never an empty result."""
    header, figures, ratios = "", {}, {}
    for line in text.splitlines():
        if line.startswith("# ") and not header:
            header = line[2:]
        elif match := PEER_LINE.match(line):
            name, *numbers = match.groups()
            figures[name] = PeerFigures(name, *map(float, numbers))
        elif match := RATIO_LINE.match(line):
            name, *numbers = match.groups()
            values = list(map(float, numbers))
            ratios[name] = {
                figure: Ratio(*values[3 * i : 3 * i + 3]) for i, figure in enumerate(("hot", "cold", "batch"))
            }
    if not figures:
        raise HarnessFailed(f"no line of figures in the report on {library} {size} {rows} rows:\n{text}")
    own = next((figures.pop(name) for name in list(figures) if name.startswith("own:")), None)
    for name, peer in figures.items():
        peer.ratios = ratios.get(name, {}) if own else {}
    missing = [name for name in expected if name not in figures]
    return ForestRun(library, size, rows, header, list(figures.values()), own, missing)


def site_packages(venv):
    """The folder of a virtual environment's installed packages."""
    found = sorted(pathlib.Path(venv).glob("lib/python3*/site-packages"))
    if not found:
        raise HarnessFailed(f"no Python packages below {venv}; run Benchmarks/peers/setup.sh")
    return found[-1]
