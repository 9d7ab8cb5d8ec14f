"""Prints the runs and the verdicts as aligned text."""

LIBRARIES = {"lgb": "LightGBM", "xgb": "XGBoost"}
ORDERS = {"random": "random rows", "live": "live-like rows"}


def render(header, rows):
    """Lines of a table: the first column to the left, the others by what they hold."""
    table = [header] + rows
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    numeric = [all(row[i][:1].isdigit() or row[i] in ("", "-") for row in rows) for i in range(len(header))]
    lines = []
    for number, row in enumerate(table):
        cells = [text.rjust(width) if right else text.ljust(width) for text, width, right in zip(row, widths, numeric)]
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def describe_run(run):
    """One model and row order: every peer's figures and its ratio to ours."""
    header = ["peer", "hot p50 [min-max]", "p99", "cold p50", "cold p99", "batch/row", "max error"]
    header += ["hot x", "cold x", "batch x"]
    rows = []
    for peer in run.peers + ([run.own] if run.own else []):
        ratios = [
            f"{ratio.median:.1f} [{ratio.lowest:.1f}-{ratio.highest:.1f}]"
            for ratio in (peer.ratios.get(figure) for figure in ("hot", "cold", "batch"))
            if ratio
        ]
        rows.append(
            [
                "ours" if peer is run.own else peer.name,
                f"{peer.hot_p50:,.0f} [{peer.hot_p50_lowest:,.0f}-{peer.hot_p50_highest:,.0f}]",
                f"{peer.hot_p99:,.0f}",
                f"{peer.cold_p50:,.0f}",
                f"{peer.cold_p99:,.0f}",
                f"{peer.batch:,.0f}",
                f"{peer.max_error:.1e}",
                *(ratios or ["", "", ""]),
            ]
        )
    title = f"{LIBRARIES[run.library]} {run.size}, {ORDERS[run.rows]}; nanoseconds; x = a peer's time through ours"
    absent = f"\nabsent: {', '.join(run.missing)} (Benchmarks/peers/setup.sh makes them)" if run.missing else ""
    return f"{title}\n{run.header}\n{render(header, rows)}{absent}\n"


def describe_rings(report):
    """Every variant of the ring comparison."""
    rows = []
    for case in report["cases"]:
        for variant in case["variants"]:
            rows.append(
                [
                    case["case"].replace("_", " "),
                    str(case["bytes"]),
                    variant["name"],
                    f"{variant['median_ns']:,.1f} [{variant['p25_ns']:,.1f}-{variant['p75_ns']:,.1f}]",
                ]
            )
    title = (
        f"Rings: {report['capacity']:,} messages, batches of {report['batch']}, {report['slices']} slices,"
        f" boost {report['boost']}; nanoseconds a round trip or message, median and quartiles of the slices"
    )
    return f"{title}\n{render(['case', 'bytes', 'variant', 'time'], rows)}\n"


def describe_verdicts(verdicts):
    """The final table."""
    header = ["", "target", "yardstick", "its p50/p99/cold ns", "ours", "ratio", "must", "aim", "verdict"]
    rows = []
    for row in verdicts:
        is_exactness = row.yardstick == "trainer"
        spread = "" if row.lowest is None else f" [{row.lowest:.2f}-{row.highest:.2f}]"
        ratio = "" if row.value is None or is_exactness else f"{row.value:.2f}{spread}"
        limits = ["" if limit is None else f"{limit:g}" for limit in (row.must, row.aim)]
        rows.append(
            [
                row.section,
                row.name,
                row.yardstick,
                row.peer_figures,
                row.own_figures,
                ratio,
                *limits,
                row.verdict,
            ]
        )
    return render(header, rows)
