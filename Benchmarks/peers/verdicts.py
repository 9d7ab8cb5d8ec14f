"""Holds measured figures against the targets of targets.json: which peer is the yardstick, the ratio, the verdict."""

from dataclasses import asdict, dataclass

#: A peer whose largest error is above this takes wrong leaves: it answers another question and is no yardstick where a
#: target asks for an exact peer. Sums in another order differ by 1e-6 (float) or 1e-14 (double).
EXACT = 1e-5


@dataclass
class Verdict:
    """One row of the final table."""

    section: str
    name: str
    #: Whom we were compared with, and a remark where there is one.
    yardstick: str
    peer_figures: str
    own_figures: str
    #: The ratio with its range, in the target's sense; None where nothing was measured.
    value: float | None
    lowest: float | None
    highest: float | None
    must: float | None
    aim: float | None
    verdict: str

    @property
    def is_missed(self):
        """Whether the must was measured and not kept, or not measured."""
        return self.must is not None and (self.value is None or self.verdict.startswith("missed"))

    def as_dictionary(self):
        """For the result file."""
        return asdict(self)


def judge(value, must, aim, record=None, is_lower_better=False):
    """The words for `value`; a shortfall is told as the factor that is lacking.

    A ratio of the tree harness has the one decimal that the harness prints.
    """
    if must is None:
        return "no target"
    if record is not None and value > record:
        return f"aim met, above the record of {record:g}x"
    keeps = (lambda limit: value <= limit) if is_lower_better else (lambda limit: value >= limit)
    if aim is not None and keeps(aim):
        return "aim met"
    if keeps(must):
        return "must met"
    if value == 0:
        return "missed: below what the harness prints"
    return f"missed by {value / must if is_lower_better else must / value:.2f}x"


def judge_forest(target, run):
    """A target of the tree kernel against the run of its model and row order."""
    section = {"lgb": "LightGBM", "xgb": "XGBoost"}[target["library"]]
    limits = {"must": target["must"], "aim": target["aim"]}

    def unmeasured(reason):
        return Verdict(
            section, target["name"], "", "", "", None, None, None, **limits, verdict=f"not measured: {reason}"
        )

    own = run.own
    if own is None:
        return unmeasured("the kernel did not load the model")
    if target["figure"] == "tail":
        value = own.hot_p99 / own.hot_p50
        figures = f"{own.hot_p50:,.0f} / {own.hot_p99:,.0f}"
        words = judge(value, **limits, is_lower_better=True)
        return Verdict(section, target["name"], "own p50", "", figures, value, None, None, **limits, verdict=words)
    is_any = target["peers"] == "any"
    names = [peer.name for peer in run.peers] if is_any else target["peers"]
    peers = [run.peer(name) for name in names if run.peer(name)]
    absent = [name for name in names if run.peer(name) is None]
    candidates = [peer for peer in peers if is_any or peer.max_error <= EXACT]
    figure = target["figure"]
    if not candidates or (not is_any and absent):
        return unmeasured(f"{', '.join(absent or names)} absent or inexact; run Benchmarks/peers/setup.sh")
    best = min(candidates, key=lambda peer: peer.ratios[figure].median)
    ratio = best.ratios[figure]
    remark = "" if best.max_error <= EXACT else " (not exact)"
    if is_any and run.missing:
        remark += f" (absent: {', '.join(run.missing)})"
    return Verdict(
        section,
        target["name"],
        best.name + remark,
        describe(best, figure),
        describe(own, figure),
        ratio.median,
        ratio.lowest,
        ratio.highest,
        **limits,
        verdict=judge(ratio.median, **limits, record=target.get("record")),
    )


def describe(peer, figure):
    """The figures of a line: hot p50 / p99 / cold p50, or a batch's time a row; nanoseconds."""
    if figure == "batch":
        return f"{peer.batch:,.0f} a row"
    return f"{peer.hot_p50:,.0f} / {peer.hot_p99:,.0f} / {peer.cold_p50:,.0f}"


def judge_exactness(library, size, rows, report):
    """Bit-equality of single rows and batches with the trainer's own predictions; any difference is a miss."""
    section = {"lgb": "LightGBM", "xgb": "XGBoost"}[library]
    name = f"{size} bit-equal, {rows} rows"
    if "failed" in report:
        return Verdict(
            section, name, "trainer", "", "", None, None, None, 0, 0, verdict=f"not measured: {report['failed']}"
        )
    parts = {mode: report[mode] for mode in ("single", "batch") if mode in report}
    different = sum(part["different"] for part in parts.values())
    largest = max(part["max_error"] for part in parts.values())
    figures = f"{report['rows']:,} rows, " + ", ".join(
        f"{mode} {part['different']:,} differ" for mode, part in parts.items()
    )
    verdict = "aim met" if different == 0 else f"missed: largest error {largest:.1e}"
    return Verdict(section, name, "trainer", "", figures, largest, None, None, 0, 0, verdict=verdict)


def judge_ring(target, report):
    """A target of the ring against the comparison with boost's queue."""
    case = next(
        case for case in report["cases"] if case["case"] == target["case"] and case["bytes"] == target["bytes"]
    )
    ratio = next(
        ratio for ratio in case["ratios"] if ratio["own"] == target["own"] and ratio["peer"] == target["peer"]
    )
    is_round_trip = target["case"] == "round_trip"
    # A round trip is told as our time through theirs (less is better), a flow as their time through ours.
    value, lowest, highest = ratio["median"], ratio["p25"], ratio["p75"]
    if not is_round_trip:
        value, lowest, highest = 1 / value, 1 / highest, 1 / lowest
    must, aim = target.get("must"), target.get("aim")
    words = judge(value, must, aim, is_lower_better=is_round_trip)

    def figures(name):
        variant = next(variant for variant in case["variants"] if variant["name"] == name)
        return f"{variant['median_ns']:,.1f} ({variant['p25_ns']:,.1f}-{variant['p75_ns']:,.1f})"

    return Verdict(
        "Ring",
        target["name"],
        target["peer"],
        figures(target["peer"]),
        figures(target["own"]),
        value,
        lowest,
        highest,
        must,
        aim,
        verdict=words,
    )
