"""Builds and runs the ring comparison (spsc/spsc_vs_boost.cpp) and reads its JSON.

Not for judging: verdicts.py compares the ratios with the targets.
"""

import json
import os
import subprocess

from forest_run import HarnessFailed

#: Longest time of one run, in seconds.
TIME_LIMIT = 600


def compile_comparison(root, sources, build):
    """Compiles our ring's C and the comparison with one compiler family; answers the binary's path.

    Both queues are inlined into the same C++ translation unit, so neither gets a better optimiser.
    """
    include = root / "Sources" / "CHotPath" / "include"
    object_file, binary = build / "hp_ring.o", build / "spsc_vs_boost"
    c_compiler, cxx_compiler = os.environ.get("CC", "gcc"), os.environ.get("CXX", "g++")
    # gcc lacks clang's nullability words, and the pragmas around the header mean nothing to it.
    words = ["-D_Nullable=", "-D_Nonnull=", "-Wno-unknown-pragmas"] if "clang" not in c_compiler else []
    ring = root / "Sources" / "CHotPath" / "hp_ring.c"
    run_compiler([c_compiler, "-std=gnu11", "-O2", *words, f"-I{include}", "-c", str(ring), "-o", str(object_file)])
    source = sources / "spsc_vs_boost.cpp"
    run_compiler(
        [cxx_compiler, "-std=c++17", "-O2", "-march=native", "-Wall", "-Wextra", "-Wno-unknown-pragmas"]
        + [f"-I{include}", str(source), str(object_file), "-o", str(binary), "-lpthread"]
    )
    return binary


def run_compiler(command):
    """Runs it; a failure tells the command and the compiler's first lines."""
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        text = "\n".join(result.stderr.splitlines()[:15])
        raise HarnessFailed(f"{' '.join(command)} failed:\n{text}")


def run(binary, slices, cpus):
    """The comparison's report as a dictionary."""
    command = [str(binary), "--slices", str(slices), "--cpus", ",".join(map(str, cpus))]
    result = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
    if result.returncode != 0:
        raise HarnessFailed(f"{' '.join(command)} ended with {result.returncode}: {result.stderr.strip()}")
    return json.loads(result.stdout)
