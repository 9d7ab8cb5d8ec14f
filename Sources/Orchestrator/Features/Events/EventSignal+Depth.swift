// Declarations of the signals of tier depth: what needs the levels of the book.

extension EventSignal {
  static let depthDeclarations: [EventSignalDeclaration] = [
    .init(
      signal: .queueImbalance3, name: "queue_imbalance_3",
      definition: "(bids - asks) / (bids + asks) of 3 levels at the bar's end",
      unit: "ratio", tier: .depth, warmUpBars: 1, source: "Cao, Hansch, Wang 2009"),
    .init(
      signal: .queueImbalance5, name: "queue_imbalance_5",
      definition: "(bids - asks) / (bids + asks) of 5 levels at the bar's end",
      unit: "ratio", tier: .depth, warmUpBars: 1, source: "Cao, Hansch, Wang 2009"),
    .init(
      signal: .queueImbalance10, name: "queue_imbalance_10",
      definition: "(bids - asks) / (bids + asks) of 10 levels at the bar's end",
      unit: "ratio", tier: .depth, warmUpBars: 1, source: "Cao, Hansch, Wang 2009"),
    .init(
      signal: .orderFlowImbalanceLevels, name: "ofi_5_levels",
      definition:
        "mean order-flow imbalance of 5 levels by the mean size of a level, over the batches that changed one of them",
      unit: "ratio", tier: .depth, warmUpBars: 1, source: "Cont, Cucuringu, Zhang 2023"),
    .init(
      signal: .orderFlowImbalanceLevels10, name: "ofi_5_levels_decayed_10s",
      definition: "summed order-flow imbalance of 5 levels, halved every 10 s",
      unit: "contracts", tier: .depth, warmUpBars: 2, source: "Cont, Cucuringu, Zhang 2023"),
    .init(
      signal: .bookSlope, name: "book_slope",
      definition:
        "slope through the origin of cumulative contracts on ticks from the midpoint, 5 levels, mean of both sides",
      unit: "contracts per tick", tier: .depth, warmUpBars: 1, source: "Naes and Skjeltorp 2006, in ticks"),
    .init(
      signal: .bookSlopeImbalance, name: "book_slope_imbalance",
      definition: "(bid slope - ask slope) / (bid slope + ask slope)",
      unit: "ratio", tier: .depth, warmUpBars: 1, source: "Naes and Skjeltorp 2006, in ticks"),
    .init(
      signal: .depthAddRate, name: "depth_add_rate",
      definition: "contracts added to levels a second",
      unit: "contracts / s", tier: .depth, warmUpBars: 1, source: "definition"),
    .init(
      signal: .depthCancelRate, name: "depth_cancel_rate",
      definition: "contracts taken from levels less those traded (no cross, no RLP) a second, at least 0",
      unit: "contracts / s", tier: .depth, warmUpBars: 1, source: "definition"),
  ]
}
