"""Opens every file of a market store with NumPy and checks what a Python user relies on.

    .venv/bin/python Tests/oracle/check_market_store.py STORE [CSV_OF_BARS SYMBOL]

Every .npy file must load memory-mapped, be one-dimensional and little-endian, rise in time and sequence, and hold rows
of its own day. With a CSV of one-minute bars (columns time, contract, open, high, low, close, contracts), its rows must
be those of SYMBOL's bars-60s stream, exactly.
"""

import json
import pathlib
import sys

import numpy

DTYPES = {
    "trades": "exchange_time sequence price quantity trade_number contract flags kind reserved",
    "quotes": "exchange_time sequence bid_price bid_quantity ask_price ask_quantity contract flags reserved",
    "depth": "exchange_time sequence price quantity contract flags order_count side ends_batch reserved",
    "bars": "start_time sequence open high low close volume signed_volume contract trade_count flags",
}


def local_days(nanoseconds):
    """Sao Paulo calendar days of instants, by the system's time zone data: independent of ours."""
    import pandas

    times = pandas.to_datetime(nanoseconds, utc=True).tz_convert("America/Sao_Paulo")
    return {str(day.date()) for day in times.normalize().unique()}


def check_file(path, stream):
    rows = numpy.load(path, mmap_mode="r")
    assert rows.ndim == 1 and len(rows) > 0, f"{path}: shape {rows.shape}"
    names = list(rows.dtype.names)
    assert names == DTYPES[stream.split("-")[0]].split(), f"{path}: columns {names}"
    assert rows.dtype.isnative and rows.flags["ALIGNED"], f"{path}: not aligned little-endian"
    time = rows[names[0]]
    assert (numpy.diff(time) >= 0).all(), f"{path}: time goes back"
    assert (numpy.diff(rows["sequence"].astype("i8")) > 0).all(), f"{path}: sequence does not rise"
    assert local_days(time) == {path.stem}, f"{path}: rows of {local_days(time)}"
    return len(rows)


def check_bars(store, csv, symbol):
    import pandas

    tick = json.loads((store / symbol / "instrument.json").read_text())["tick_size"]
    files = sorted((store / symbol / "bars-60s").glob("*.npy"))
    rows = numpy.concatenate([numpy.load(path) for path in files])
    given = pandas.read_csv(csv)
    expected = pandas.to_datetime(given["time"]).dt.tz_localize("America/Sao_Paulo").astype("datetime64[ns, UTC]")
    assert (rows["start_time"] == expected.astype("i8").to_numpy()).all(), "times differ"
    for name in ("open", "high", "low", "close"):
        assert (rows[name] * tick == given[name].to_numpy()).all(), f"{name} differs"
    assert (rows["volume"] == given["contracts"].to_numpy()).all(), "contracts differ"
    assert (rows["contract"].astype(str) == given["contract"].to_numpy(dtype=str)).all(), "contract codes differ"
    print(f"{len(rows)} bars of {csv} equal the store's")


def main():
    store = pathlib.Path(sys.argv[1])
    files = rows = 0
    for path in sorted(store.glob("*/*/*.npy")):
        rows += check_file(path, path.parent.name)
        files += 1
    assert files > 0, f"{store}: no files"
    print(f"{files} files, {rows} rows: all load in NumPy {numpy.__version__}")
    if len(sys.argv) > 2:
        check_bars(store, sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
