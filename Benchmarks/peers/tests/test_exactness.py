"""The bit comparison finds what a tolerance would forgive. Needs a C compiler; builds a tiny plugin."""

import array
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import exactness

#: Adds the features up. Every batch is wrong by one representable step on its last row, where the model is so named.
PLUGIN = """
#include <math.h>
#include <stdlib.h>
#include <string.h>
void *gk_load(const char *path) { return strstr(path, "refused") ? NULL : strdup(path); }
double gk_predict(void *h, const float *row) { double sum = 0; for (int i = 0; i < 32; i++) sum += row[i]; return sum; }
void gk_batch(void *h, const float *rows, long n, double *out) {
    for (long i = 0; i < n; i++) out[i] = gk_predict(h, rows + 32 * i);
    if (strstr(h, "wrong")) out[n - 1] = nextafter(out[n - 1], INFINITY);
}
"""
ROWS = 25
#: Rows of a batch here: two whole ones and a short one.
BATCH = 10


@unittest.skipUnless(shutil.which("cc"), "no C compiler")
class ComparingBits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        (folder / "plugin.c").write_text(PLUGIN)
        cls.plugin = str(folder / "plugin.so")
        subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", cls.plugin, str(folder / "plugin.c"), "-lm"], check=True)
        rows = array.array("f", (float(i % 97) / 8 for i in range(ROWS * 32)))
        sums = array.array("d", (sum(rows[32 * i : 32 * i + 32]) for i in range(ROWS)))
        (folder / "rows.f32").write_bytes(rows.tobytes())
        (folder / "expect.f64").write_bytes(sums.tobytes())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check(self, model):
        folder = pathlib.Path(self.folder.name)
        whole, exactness.BATCH = exactness.BATCH, BATCH
        self.addCleanup(setattr, exactness, "BATCH", whole)
        return exactness.check(self.plugin, model, folder / "rows.f32", folder / "expect.f64")

    def test_an_equal_plugin_differs_nowhere(self):
        report = self.check("right")
        self.assertEqual(report["rows"], ROWS)
        self.assertEqual((report["single"]["different"], report["batch"]["different"]), (0, 0))

    def test_one_step_on_one_row_of_each_batch_is_found(self):
        report = self.check("wrong")
        self.assertEqual(report["single"]["different"], 0)
        self.assertEqual((report["batch"]["different"], report["batch"]["max_steps"]), (3, 1))

    def test_a_model_that_the_plugin_refuses_is_an_error(self):
        with self.assertRaises(SystemExit):
            self.check("refused")

    def test_rows_that_do_not_fit_the_expectations_are_an_error(self):
        folder = pathlib.Path(self.folder.name)
        with self.assertRaises(SystemExit):
            exactness.check(self.plugin, "right", folder / "expect.f64", folder / "expect.f64")


class OrderingBits(unittest.TestCase):
    def test_neighbouring_doubles_are_one_step_apart_across_zero_too(self):
        self.assertEqual(exactness.bits(5e-324) - exactness.bits(-5e-324), 2)
        self.assertEqual(exactness.bits(1.0000000000000002) - exactness.bits(1.0), 1)
        self.assertEqual(exactness.bits(-1.0) - exactness.bits(-1.0000000000000002), 1)


if __name__ == "__main__":
    unittest.main()
