"""Reading the tree harness's report."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import forest_run

REPORT = """\
# lgb S rows=32768 tsc_ghz=2.4454 core_ghz~3.16 timer_overhead=29.9ns rounds=3 N=600
peer                      maxerr |   hot p50           [min-max]   hot p99 |  cold p50  cold p99 | ...
lightgbm-c-fast          0.0e+00 |      7484 [    7384-    7825]      9548 |      9688     19436 |\
      8111 |     10429 [   10011-   10922]
lleaves-default          2.2e-15 |      2755 [    2545-    2966]      3326 |      4228      6603 |\
      2801 |      3078 [    3001-    3112]
own:libForestPlugin.so   0.0e+00 |       381 [     321-     451]       460 |       583       702 |\
       401 |       390 [     380-     400]
# per-round ratio of hot p50 / cold p50 / batch to own:libForestPlugin.so: median [min-max]
lightgbm-c-fast        hot    17.1x [14.8-22.7]  cold    10.3x [9.9-11.0]  batch    26.7x [26.0-27.0]
lleaves-default        hot     6.7x [6.0-9.3]  cold     4.6x [4.0-5.0]  batch     7.9x [7.0-8.0]
"""


def read(text=REPORT, expected=("lightgbm-c-fast", "lleaves-default")):
    return forest_run.parse(text, "lgb", "S", "random", list(expected))


class ReadingTheReport(unittest.TestCase):
    def test_every_figure_of_a_line_lands_in_its_place(self):
        peer = read().peer("lightgbm-c-fast")
        self.assertEqual((peer.hot_p50, peer.hot_p50_lowest, peer.hot_p50_highest), (7484, 7384, 7825))
        self.assertEqual((peer.hot_p99, peer.cold_p50, peer.cold_p99), (9548, 9688, 19436))
        self.assertEqual((peer.loop_mean, peer.batch), (8111, 10429))
        self.assertEqual((peer.batch_lowest, peer.batch_highest), (10011, 10922))
        self.assertEqual(read().peer("lleaves-default").max_error, 2.2e-15)

    def test_our_line_is_ours_and_no_peer(self):
        run = read()
        self.assertEqual((run.own.hot_p50, run.own.hot_p99), (381, 460))
        self.assertEqual([peer.name for peer in run.peers], ["lightgbm-c-fast", "lleaves-default"])

    def test_ratios_are_taken_by_figure(self):
        ratios = read().peer("lleaves-default").ratios
        self.assertEqual(ratios["hot"], forest_run.Ratio(6.7, 6.0, 9.3))
        self.assertEqual(ratios["cold"].median, 4.6)
        self.assertEqual(ratios["batch"].highest, 8.0)

    def test_ratios_to_a_peer_are_not_taken_for_ratios_to_ours(self):
        without_own = "\n".join(line for line in REPORT.splitlines() if not line.startswith("own:"))
        run = read(without_own)
        self.assertIsNone(run.own)
        self.assertEqual(run.peer("lightgbm-c-fast").ratios, {})

    def test_an_expected_peer_without_a_line_is_missing(self):
        self.assertEqual(read(expected=("lightgbm-c-fast", "tl2cgen")).missing, ["tl2cgen"])

    def test_a_report_without_figures_is_an_error(self):
        with self.assertRaises(forest_run.HarnessFailed):
            read("# lgb S\nnothing here\n")


if __name__ == "__main__":
    unittest.main()
