"""Facts about the machine and the software of a measurement, and the dated result file that keeps them with it."""

import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess


def first_line(command, folder=None):
    """The first line of a command's output, or "unknown" where it cannot be run."""
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    except OSError:
        return "unknown"
    lines = (result.stdout or result.stderr).splitlines()
    return lines[0].strip() if result.returncode == 0 and lines else "unknown"


def machine_facts():
    """Processor, cores, memory, kernel, and how busy the machine was."""
    processor = next(
        (line.split(":", 1)[1].strip() for line in read_lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((line.split()[1] for line in read_lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory) / 1024**2, 1),
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def read_lines(path):
    """A file's lines; none where it cannot be read."""
    try:
        return pathlib.Path(path).read_text().splitlines()
    except OSError:
        return []


def software_facts(root, environments):
    """Compilers, commit and the peers' versions."""
    changed = first_line(["git", "status", "--porcelain", "--untracked-files=no"], root) not in ("", "unknown")
    return {
        "commit": first_line(["git", "rev-parse", "--short", "HEAD"], root) + ("-changed" if changed else ""),
        "gcc": first_line(["gcc", "--version"]),
        "swift": first_line(["swift", "--version"]),
        "python": platform.python_version(),
        "peers": {
            distribution.metadata["Name"]: distribution.version
            for distribution in sorted(
                importlib.metadata.distributions(path=[str(folder) for folder in environments]),
                key=lambda distribution: distribution.metadata["Name"].lower(),
            )
        },
    }


def write(path, document):
    """Writes the document as JSON; creates the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")


def dated_path(folder):
    """A free name of today's date in `folder`: an earlier result is never overwritten."""
    day = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    for number in range(1, 1000):
        path = folder / (f"{day}-peers.json" if number == 1 else f"{day}-peers-{number}.json")
        if not path.exists():
            return path
    raise OSError(f"{folder} holds a thousand results of {day}; move some away")
