"""Compares a kernel plugin with the trainers' own predictions, bit by bit, on every row, one at a time and in batches.

Run as a program it checks one model and prints one JSON line; run.py starts it so, because a plugin that crashes must
not take the table with it:

    python3 exactness.py PLUGIN MODEL ROWS EXPECTED
"""

import array
import ctypes
import json
import struct
import sys

FEATURES = 32
#: Rows of one batch call; not a divisor of the rows of the files, so that the last batch is a short one.
BATCH = 10_000


def load(path, kind):
    """A file of raw numbers ("f" float, "d" double) as an array."""
    values = array.array(kind)
    with open(path, "rb") as file:
        values.frombytes(file.read())
    return values


def bits(value):
    """The double's bits as a number that orders as the values do, so that differences count representable steps."""
    (raw,) = struct.unpack("<q", struct.pack("<d", value))
    return raw if raw >= 0 else -(raw & 0x7FFF_FFFF_FFFF_FFFF)


def check(plugin, model, rows_path, expected_path):
    """The largest error of single rows and of batches, and how many rows differ in any bit."""
    library = ctypes.CDLL(plugin)
    library.gk_load.restype, library.gk_load.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    library.gk_predict.restype = ctypes.c_double
    library.gk_predict.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    handle = library.gk_load(str(model).encode())
    if not handle:
        raise SystemExit(f"exactness: {plugin} does not load {model}")
    rows, expected = load(rows_path, "f"), load(expected_path, "d")
    count = len(expected)
    if count == 0 or len(rows) != count * FEATURES:
        raise SystemExit(f"exactness: {rows_path} holds {len(rows)} numbers, {expected_path} {count}; run setup.sh")
    base, stride = rows.buffer_info()[0], FEATURES * 4
    single = array.array("d", (library.gk_predict(handle, base + i * stride) for i in range(count)))
    report = {"rows": count, "single": compare(single, expected)}
    if hasattr(library, "gk_batch"):
        library.gk_batch.restype = None
        library.gk_batch.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long, ctypes.c_void_p]
        batch = array.array("d", bytes(8 * count))
        for start in range(0, count, BATCH):
            size = min(BATCH, count - start)
            library.gk_batch(handle, base + start * stride, size, batch.buffer_info()[0] + 8 * start)
        report["batch"] = compare(batch, expected)
    return report


def compare(values, expected):
    """Rows whose bits differ, the largest difference, and the same in representable steps."""
    different = [(value, wanted) for value, wanted in zip(values, expected) if bits(value) != bits(wanted)]
    return {
        "different": len(different),
        "max_error": max((abs(value - wanted) for value, wanted in different), default=0.0),
        "max_steps": max((abs(bits(value) - bits(wanted)) for value, wanted in different), default=0),
    }


if __name__ == "__main__":
    if len(sys.argv) != 5:
        raise SystemExit("usage: exactness.py PLUGIN MODEL ROWS EXPECTED")
    print(json.dumps(check(*sys.argv[1:])))
