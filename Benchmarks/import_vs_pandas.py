"""Rows per second of pandas.read_csv on a file of one-minute bars, beside the import of the same file.

Run it with the Python that has pandas. It makes a file of two million synthetic bars in the temporary folder (or takes
--file), times pandas.read_csv (C engine) on one core, without and with reading the times, and, with --import, a command
that imports the same file, whose report it searches for its times. Parsing is what pandas does: from the file to rows
in memory, times included. The whole import also checks, orders and stores them durably.

    .venv/bin/python Benchmarks/import_vs_pandas.py --import "trader import {file} --symbol WDO --into {store}"
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time


def make_bars(path, rows):
    """Writes `rows` bars of the columns that the plain text import knows; prices from a fixed congruential walk."""
    days = rows // 570 + 1
    state = 12345
    price = 11000
    written = 0
    import datetime

    day = datetime.date(2000, 1, 3)
    with open(path, "w") as out:
        out.write("time,contract,open,high,low,close,contracts,volume_brl_adjusted,adj_factor\n")
        for _ in range(days * 2):
            if day.weekday() < 5:
                for minute in range(570):
                    if written == rows:
                        return
                    state = (state * 1103515245 + 12345) % 2147483648
                    step = (state >> 16) % 5 - 2
                    opening, price = price, max(2000, price + step)
                    high, low = max(opening, price) + 1, min(opening, price) - 1
                    hour, clock = divmod(540 + minute, 60)
                    volume = 100 + (state >> 8) % 5000
                    out.write(
                        f"{day} {hour:02d}:{clock:02d}:00,WDOZ21,{opening / 2},{high / 2},{low / 2},{price / 2},"
                        f"{volume},{volume * price * 5}.0,1.0133054\n"
                    )
                    written += 1
            day += datetime.timedelta(days=1)


def time_pandas(path, repeats, **options):
    """Best rows per second of several reads."""
    import pandas

    best = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        frame = pandas.read_csv(path, **options)
        best = max(best, len(frame) / (time.perf_counter() - start))
    return best


def time_import(command, path, repeats):
    """Best rows per second that the importer reports: (whole import, parsing only or None)."""
    best_all, best_parsing = 0.0, 0.0
    for _ in range(repeats):
        store = tempfile.mkdtemp(prefix="market-")
        try:
            text = command.replace("{file}", shlex.quote(path)).replace("{store}", shlex.quote(store))
            output = subprocess.run(text, shell=True, check=True, capture_output=True, text=True).stdout
            rows = int(re.search(r"rows read\s+([\d,]+)", output)[1].replace(",", ""))
            parsing, total = map(float, re.search(r"([\d.]+) s parsing, ([\d.]+) s in all", output).groups())
            best_all, best_parsing = max(best_all, rows / total), max(best_parsing, rows / parsing)
        finally:
            shutil.rmtree(store)
    return best_all, best_parsing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", help="an uncompressed CSV to read instead of the synthetic one")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--import", dest="command", help="import command with {file} and {store}")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    path = arguments.file or os.path.join(tempfile.gettempdir(), f"import-vs-pandas-{arguments.rows}.csv")
    if not os.path.exists(path):
        make_bars(path, arguments.rows)
    megabytes = os.path.getsize(path) / 1e6
    pandas_rate = time_pandas(path, arguments.repeats)
    print(f"file            {path}, {megabytes:.0f} MB")
    dates_rate = time_pandas(path, arguments.repeats, parse_dates=["time"])
    print(
        f"pandas.read_csv {pandas_rate:,.0f} rows/s with the times left as text, "
        f"{dates_rate:,.0f} rows/s with them read"
    )
    if arguments.command:
        whole, parsing = time_import(arguments.command, path, arguments.repeats)
        for name, rate in [("parsing", parsing), ("whole import", whole)]:
            print(f"{name:15} {rate:,.0f} rows/s, {rate / pandas_rate:.1f} and {rate / dates_rate:.1f} x pandas")


if __name__ == "__main__":
    main()
