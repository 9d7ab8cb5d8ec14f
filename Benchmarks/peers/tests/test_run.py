"""The command line's choice of what to measure, and the names of kept results."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import record
import run


class ChoosingWhatToMeasure(unittest.TestCase):
    def test_without_a_choice_everything_is_measured(self):
        options = run.read_arguments([])
        self.assertEqual(options.sizes, ["S", "M", "L"])
        self.assertEqual((options.libraries, options.orders), (["lgb", "xgb"], ["random", "live"]))
        self.assertTrue(options.with_forests and options.with_rings)

    def test_a_size_alone_leaves_the_other_groups_whole_and_the_rings_out(self):
        options = run.read_arguments(["--only", "M"])
        self.assertEqual((options.sizes, options.libraries), (["M"], ["lgb", "xgb"]))
        self.assertTrue(options.with_forests)
        self.assertFalse(options.with_rings)

    def test_rings_alone_measure_no_forest(self):
        options = run.read_arguments(["--only", "rings"])
        self.assertFalse(options.with_forests)
        self.assertTrue(options.with_rings)

    def test_a_size_and_rings_measure_both(self):
        options = run.read_arguments(["--only", "S,rings"])
        self.assertTrue(options.with_forests and options.with_rings)

    def test_unknown_words_and_impossible_numbers_are_refused(self):
        for arguments in (["--only", "XL"], ["--rounds", "61"], ["--rounds", "0"], ["--rows", "9"], ["--slices", "1"]):
            with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as caught:
                run.read_arguments(arguments)
            self.assertEqual(caught.exception.code, 2)


class KeepingResults(unittest.TestCase):
    def test_a_second_result_of_the_day_does_not_overwrite_the_first(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder) / "results"
            first = record.dated_path(folder)
            record.write(first, {"number": 1})
            second = record.dated_path(folder)
        self.assertNotEqual(first, second)


if __name__ == "__main__":
    unittest.main()
