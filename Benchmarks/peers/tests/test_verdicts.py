"""What a ratio is called, and which peer is the yardstick."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import verdicts
from forest_run import ForestRun, PeerFigures, Ratio


def peer(name, hot, error=0.0, ratio=None):
    """A peer's line with a hot p50 and the same ratio for every figure."""
    ratios = {figure: Ratio(ratio, ratio - 1, ratio + 1) for figure in ("hot", "cold", "batch")} if ratio else {}
    return PeerFigures(name, error, hot, hot, hot, hot * 1.2, hot, hot, hot, hot, hot, hot, ratios)


def run_of(*peers, own=None):
    """A run of the LightGBM model M with these peers and our kernel at 100 ns."""
    return ForestRun("lgb", "M", "random", "", list(peers), own or peer("own:x", 100), [])


def target(**changes):
    """A target of the hot figure, 7x at least, 12x aimed at."""
    values = {"name": "t", "library": "lgb", "size": "M", "rows": "random", "figure": "hot", "peers": ["a", "b"]}
    return values | {"must": 7, "aim": 12} | changes


class Judging(unittest.TestCase):
    def test_a_ratio_on_the_limit_keeps_it(self):
        self.assertEqual(verdicts.judge(7.0, 7, 12), "must met")
        self.assertEqual(verdicts.judge(12.0, 7, 12), "aim met")

    def test_a_shortfall_is_told_as_the_lacking_factor(self):
        self.assertEqual(verdicts.judge(3.5, 7, 12), "missed by 2.00x")

    def test_less_is_better_for_tails_and_round_trips(self):
        self.assertEqual(verdicts.judge(1.2, 1.6, 1.3, is_lower_better=True), "aim met")
        self.assertEqual(verdicts.judge(1.5, 1.6, 1.3, is_lower_better=True), "must met")
        self.assertEqual(verdicts.judge(3.2, 1.6, 1.3, is_lower_better=True), "missed by 2.00x")

    def test_a_ratio_of_nothing_is_a_miss(self):
        self.assertTrue(verdicts.judge(0.0, 7, 12).startswith("missed"))

    def test_only_a_figure_above_the_record_claims_it(self):
        self.assertNotIn("record", verdicts.judge(27.6, 15, 25, record=27.6))
        self.assertIn("record", verdicts.judge(27.7, 15, 25, record=27.6))


class ChoosingTheYardstick(unittest.TestCase):
    def test_the_fastest_of_the_named_exact_peers_is_the_yardstick(self):
        verdict = verdicts.judge_forest(target(), run_of(peer("a", 1300, ratio=13), peer("b", 800, ratio=8)))
        self.assertEqual((verdict.yardstick, verdict.value, verdict.verdict), ("b", 8, "must met"))

    def test_a_peer_that_takes_wrong_leaves_is_no_yardstick_of_an_exact_target(self):
        peers = run_of(peer("a", 1300, ratio=13), peer("b", 300, error=0.1, ratio=3))
        self.assertEqual(verdicts.judge_forest(target(), peers).yardstick, "a")

    def test_a_target_against_anybody_counts_the_inexact_ones_and_says_so(self):
        peers = run_of(peer("a", 1300, ratio=13), peer("b", 300, error=0.1, ratio=3))
        verdict = verdicts.judge_forest(target(figure="batch", peers="any", must=4, aim=8), peers)
        self.assertEqual(verdict.yardstick, "b (not exact)")
        self.assertTrue(verdict.is_missed)

    def test_a_target_against_anybody_says_who_was_absent(self):
        run = run_of(peer("a", 1300, ratio=13))
        run.missing = ["b"]
        verdict = verdicts.judge_forest(target(figure="batch", peers="any", must=4, aim=8), run)
        self.assertEqual(verdict.yardstick, "a (absent: b)")

    def test_an_absent_peer_leaves_the_target_unmeasured_and_not_kept(self):
        verdict = verdicts.judge_forest(target(), run_of(peer("a", 1300, ratio=13)))
        self.assertIsNone(verdict.value)
        self.assertIn("b absent", verdict.verdict)
        self.assertTrue(verdict.is_missed)

    def test_a_kernel_that_did_not_load_is_not_kept(self):
        run = run_of(peer("a", 1300))
        run.own = None
        self.assertTrue(verdicts.judge_forest(target(), run).is_missed)

    def test_the_tail_is_our_own_p99_through_our_own_p50(self):
        verdict = verdicts.judge_forest(target(figure="tail", must=1.6, aim=1.3), run_of(peer("a", 1)))
        self.assertAlmostEqual(verdict.value, 1.2)
        self.assertEqual(verdict.verdict, "aim met")


class JudgingExactness(unittest.TestCase):
    def test_one_row_in_a_batch_that_differs_is_a_miss(self):
        right = {"different": 0, "max_error": 0.0, "max_steps": 0}
        wrong = {"different": 1, "max_error": 1e-17, "max_steps": 1}
        good = verdicts.judge_exactness("lgb", "M", "random", {"rows": 9, "single": right, "batch": right})
        bad = verdicts.judge_exactness("lgb", "M", "random", {"rows": 9, "single": right, "batch": wrong})
        self.assertFalse(good.is_missed)
        self.assertTrue(bad.is_missed)

    def test_a_check_that_crashed_is_not_kept(self):
        self.assertTrue(verdicts.judge_exactness("xgb", "S", "live", {"failed": "signal 11"}).is_missed)


class JudgingRings(unittest.TestCase):
    report = {
        "cases": [
            {
                "case": case,
                "bytes": 64,
                "variants": [
                    {"name": name, "median_ns": 10, "p25_ns": 9, "p75_ns": 11} for name in ("ring.batch", "boost.array")
                ],
                "ratios": [{"own": "ring.batch", "peer": "boost.array", "p25": 0.4, "median": 0.5, "p75": 0.8}],
            }
            for case in ("one_way", "round_trip")
        ]
    }
    limits = {"name": "t", "bytes": 64, "own": "ring.batch", "peer": "boost.array"}

    def test_a_flow_is_told_as_their_time_through_ours(self):
        verdict = verdicts.judge_ring(self.limits | {"case": "one_way", "must": 1.3, "aim": 1.5}, self.report)
        self.assertEqual((verdict.value, verdict.lowest, verdict.highest), (2.0, 1.25, 2.5))
        self.assertEqual(verdict.verdict, "aim met")

    def test_a_round_trip_is_told_as_our_time_through_theirs(self):
        verdict = verdicts.judge_ring(self.limits | {"case": "round_trip", "must": 1.05, "aim": 0.6}, self.report)
        self.assertEqual((verdict.value, verdict.verdict), (0.5, "aim met"))

    def test_a_target_may_have_no_aim_beyond_its_must(self):
        verdict = verdicts.judge_ring(self.limits | {"case": "one_way", "must": 1.3}, self.report)
        self.assertEqual(verdict.verdict, "must met")

    def test_a_row_without_a_target_is_never_missed(self):
        verdict = verdicts.judge_ring(self.limits | {"case": "one_way"}, self.report)
        self.assertFalse(verdict.is_missed)


if __name__ == "__main__":
    unittest.main()
