// Declarations of the signals of tier quotes: what needs the best bid and ask.

extension EventSignal {
  static let quoteDeclarations: [EventSignalDeclaration] = [
    .init(
      signal: .micropriceOffset, name: "microprice_offset",
      definition: "size-weighted price less midpoint: spread / 2 * queue_imbalance_1",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Stoikov 2018 (first order)"),
    .init(
      signal: .spreadLast, name: "spread_last",
      definition: "ask - bid at the bar's end",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "definition"),
    .init(
      signal: .spreadMean, name: "spread_mean",
      definition: "time-weighted ask - bid over the bar",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "definition"),
    .init(
      signal: .queueImbalance1, name: "queue_imbalance_1",
      definition: "(bid size - ask size) / (bid size + ask size) at the bar's end",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Gould and Bonart 2016"),
    .init(
      signal: .queueImbalanceMean, name: "queue_imbalance_mean",
      definition: "time-weighted queue_imbalance_1 over the bar",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Gould and Bonart 2016"),
    .init(
      signal: .orderFlowImbalance, name: "ofi",
      definition: "order-flow imbalance at the touch over the bar",
      unit: "contracts", tier: .quotes, warmUpBars: 1, source: "Cont, Kukanov, Stoikov 2014"),
    .init(
      signal: .orderFlowImbalanceNormalised, name: "ofi_normalised",
      definition: "ofi by the mean size of a side of the touch, at the bar's start and after each change",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Cont, Kukanov, Stoikov 2014"),
    .init(
      signal: .orderFlowImbalance10, name: "ofi_decayed_10s",
      definition: "order-flow imbalance at the touch, halved every 10 s",
      unit: "contracts", tier: .quotes, warmUpBars: 2, source: "Cont, Kukanov, Stoikov 2014"),
    .init(
      signal: .orderFlowImbalance60, name: "ofi_decayed_60s",
      definition: "order-flow imbalance at the touch, halved every 60 s",
      unit: "contracts", tier: .quotes, warmUpBars: 7, source: "Cont, Kukanov, Stoikov 2014"),
    .init(
      signal: .realisedVolatilityMid, name: "realised_volatility_mid",
      definition: "square root of the bar's squared moves of the midpoint between sampling times",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Barndorff-Nielsen and Shephard 2004"),
    .init(
      signal: .bipowerVolatilityMid, name: "bipower_volatility_mid",
      definition: "square root of pi / 2 times products of neighbouring moves, scaled to their number",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Barndorff-Nielsen and Shephard 2004"),
    .init(
      signal: .jumpRatioMid, name: "jump_ratio_mid",
      definition: "max(0, 1 - bipower / realised variation) of the midpoint",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Huang and Tauchen 2005"),
    .init(
      signal: .quoteRate, name: "quote_rate",
      definition: "changes of the touch a second in the bar",
      unit: "1 / s", tier: .quotes, warmUpBars: 1, source: "definition"),
    .init(
      signal: .secondsSinceQuote, name: "seconds_since_quote",
      definition: "time from the newest change of the touch to the bar's end",
      unit: "s", tier: .quotes, warmUpBars: 1, source: "definition"),
    .init(
      signal: .effectiveSpread, name: "effective_spread",
      definition: "contract-weighted 2 sign (price - midpoint) of the bar's trades",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Huang and Stoll 1996"),
    .init(
      signal: .realisedSpread5, name: "realised_spread_5s",
      definition: "contract-weighted 2 sign (price - midpoint 5 s later), trades whose 5 s end in the bar",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Huang and Stoll 1996"),
    .init(
      signal: .priceImpact1, name: "price_impact_1s",
      definition: "contract-weighted 2 sign (midpoint 1 s later - midpoint)",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Huang and Stoll 1996"),
    .init(
      signal: .priceImpact5, name: "price_impact_5s",
      definition: "contract-weighted 2 sign (midpoint 5 s later - midpoint)",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Huang and Stoll 1996"),
    .init(
      signal: .priceImpact10, name: "price_impact_10s",
      definition: "contract-weighted 2 sign (midpoint 10 s later - midpoint)",
      unit: "ticks", tier: .quotes, warmUpBars: 1, source: "Huang and Stoll 1996"),
    .init(
      signal: .spreadResilience, name: "spread_resilience_5s",
      definition: "sum of spreads 5 s after the trades by the sum of spreads before them",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Large 2007"),
    .init(
      signal: .depthResilience, name: "depth_resilience_5s",
      definition: "sum of sizes of the side hit 5 s after the trades by those before them",
      unit: "ratio", tier: .quotes, warmUpBars: 1, source: "Large 2007"),
  ]
}
