// A year and a half of an invented strategy on an invented market, for the page to be drawn from.

import Performance
import QuantMath
import Testing
import TradingDomain

/// A market of quarter-hour bars with three regimes, and the trades of a strategy with a slight edge on it.
struct PageFixture {
  static let regimeNames = ["calm", "trend", "storm"]

  private(set) var sessions: [TradingSession] = []
  private(set) var bars: [PriceBar] = []
  private(set) var spans: [RegimeRibbonChart.Span] = []
  private(set) var trades: [ClosedTrade] = []
  private(set) var marks: [TradePriceChart.Trade] = []
  private(set) var curve: EquityCurve
  private(set) var baseline: EquityCurve

  /// Weekdays from 2023-01-02 on.
  init(days: Int = 546, seed: UInt64 = 7) throws {
    let first = try #require(SessionDate(year: 2023, month: 1, day: 2))
    var random = CounterRandom(seed: seed, purpose: "page fixture")
    let start = BrasiliaTime.timestamp(first, timeOfDay: .seconds(9 * 3600))
    curve = EquityCurve(start: start, capital: Money(brl: 50_000))
    baseline = EquityCurve(start: start, capital: Money(brl: 50_000))
    var regime = 0
    var price = 5200.0
    for day in 0..<days {
      let date = first.advanced(by: day)
      guard date.weekday <= 5 else { continue }
      if random.nextUniform() < 0.12 { regime = random.nextInteger(in: 0...2) }
      let open = BrasiliaTime.timestamp(date, timeOfDay: .seconds(9 * 3600))
      let close = BrasiliaTime.timestamp(date, timeOfDay: .seconds(18 * 3600))
      sessions.append(TradingSession(date: date, open: open, close: close))
      spans.append(RegimeRibbonChart.Span(start: open, end: close, regime: regime))
      addBars(open, from: &price, regime: regime, &random)
      try addTrades(&random)
    }
  }

  private mutating func addBars(
    _ open: Timestamp, from price: inout Double, regime: Int, _ random: inout CounterRandom
  ) {
    let drift = regime == 1 ? random.nextGaussian() * 0.7 : 0
    let spread = [2.4, 3.2, 6.5][regime]
    for index in 0..<36 {
      let start = price
      let steps = (0..<4).map { _ in drift / 4 + random.nextGaussian() * spread / 2 }
      let path = steps.reduce(into: [start]) { $0.append(max(3000, ($0[$0.count - 1] + $1))) }
      price = ((path[4] * 2).rounded() / 2)
      bars.append(
        PriceBar(
          time: open + .minutes(Int64(index) * 15), open: start, high: max(path.max() ?? start, price),
          low: min(path.min() ?? start, price), close: price))
    }
  }

  /// Trades within the last 36 bars, one after the other.
  private mutating func addTrades(_ random: inout CounterRandom) throws {
    var bar = bars.count - 36 + random.nextInteger(in: 1...6)
    while bar < bars.count - 6 {
      let exit = bar + random.nextInteger(in: 1...5)
      let move = bars[exit].close - bars[bar].close
      // Right a little more often than wrong.
      let isRight = random.nextUniform() < 0.54
      let side: Side = (move >= 0) == isRight ? .buy : .sell
      let points = side == .buy ? move : -move
      let trade = ClosedTrade(
        instrument: Instrument.wdo.id, side: side, quantity: 1, entryTime: bars[bar].time + .minutes(15),
        exitTime: bars[exit].time + .minutes(15), grossProfit: Money(brl: points * 10), fees: Money(brl: 2.36))
      trades.append(trade)
      marks.append(
        TradePriceChart.Trade(
          side: side, entryTime: trade.entryTime, entryPrice: bars[bar].close, exitTime: trade.exitTime,
          exitPrice: bars[exit].close, profitBRL: trade.netProfit.brl))
      try curve.append(EquityPoint(time: trade.exitTime, equity: curve.last.equity + trade.netProfit))
      let other = Money(brl: random.nextGaussian() * 45 - 2.36)
      try baseline.append(EquityPoint(time: trade.exitTime, equity: baseline.last.equity + other))
      bar = exit + random.nextInteger(in: 1...9)
    }
  }

  /// The report of the run.
  func report() throws -> PerformanceReport {
    try PerformanceReport(
      title: "Backtest of WDO, \(sessions[0].date) to \(sessions[sessions.count - 1].date)",
      stamps: [
        ReportStamp(name: "data", value: "sha256 6f1c9d0e5b7a4c23 (invented market, seed 7)"),
        ReportStamp(name: "model", value: "forest-ensemble 3f9a12c0, fitted 2022-01-03 to 2022-12-29"),
        ReportStamp(name: "queue model", value: "probabilistic, power 3"),
        ReportStamp(name: "latency", value: "entry 4.0 ms, response 3.0 ms, feed 2.0 ms; drawn from recorded sessions"),
        ReportStamp(name: "costs", value: "exchange fees by band, broker 0.00, ISS 5 %, slippage square root 0.8"),
        ReportStamp(name: "seed", value: "42"),
        ReportStamp(name: "fixed-model & <retrained>", value: "walk-forward, 126 sessions, step 21"),
      ],
      curve: curve, trades: trades, sessions: sessions)
  }

  /// 300 resampled paths of the session results.
  func paths() throws -> [[Double]] {
    let results = try report().sessions.map(\.profit.brl)
    return (0..<300).map { path in
      var random = CounterRandom(seed: 3, purpose: "page paths", index: UInt64(path))
      var sum = 0.0
      return results.indices.map { _ in
        sum += results[random.nextInteger(in: 0...results.count - 1)]
        return sum
      }
    }
  }

  static let verdicts = [
    ReportVerdict(
      severity: .pass, title: "Permuted labels", sentence: "With labels permuted the pipeline earns nothing.",
      evidence: "20 permutations, best net -312.40 BRL"),
    ReportVerdict(
      severity: .warning, title: "Profit in few days",
      sentence: "The best five of 390 sessions make 41 % of the profit. Without them the result is within one "
        + "standard error of zero.",
      evidence: "net without the five best sessions: 4,218.20 BRL; standard error of the total: 5,060.11 BRL"),
    ReportVerdict(
      severity: .fail, title: "Break-even of costs",
      sentence: "The profit is gone if costs are 1.6 times what the model charges. A market order in a thin hour costs "
        + "more than that.",
      evidence: "cost factor 1.0: 9,310 BRL; 1.5: 1,420 BRL; 2.0: -6,470 BRL"),
    ReportVerdict(
      severity: .pass, title: "Shifted features", sentence: "Features one bar later change the result by 3 %."),
    ReportVerdict(
      severity: .note, title: "Length of the record",
      sentence: "412 sessions would be needed to tell this Sharpe ratio from zero at 95 %; the run has 390.",
      evidence: "minimum track record length of Bailey and Lopez de Prado (2012)"),
    ReportVerdict(
      severity: .pass, title: "Fills in stale markets", sentence: "No fill came later than 2 s after a market event."),
  ]

  /// A page that uses every kind of block and chart.
  func page(isPartial: Bool = false, alarms: [PageAlarm] = []) throws -> ReportPage {
    let report = try report()
    let recent = bars.count - 6 * 36
    let gross = trades.reduce(0) { $0 + $1.grossProfit.brl }
    let fees = trades.reduce(0) { $0 + $1.fees.brl }
    let net = report.curve.profit.brl
    let waterfall = CostWaterfallChart(
      grossBRL: gross + 4_180,
      costs: [
        .init("spread", amountBRL: 2_950), .init("slippage", amountBRL: 1_230), .init("fees", amountBRL: fees),
        .init("income tax", amountBRL: max(0, net * 0.2)),
      ])
    let stress = [
      StressOutcome(scenario: "flash crash", profitBRL: net - 3_120, trades: 1_604, drawdownBRL: 6_900),
      StressOutcome(scenario: "volatility x3", profitBRL: net + 1_840.5, trades: 1_822, drawdownBRL: 9_420),
      StressOutcome(scenario: "liquidity /5", profitBRL: net - 5_560, trades: 1_377, drawdownBRL: 5_210),
      StressOutcome(scenario: "spread x4", profitBRL: net - 12_430, trades: 1_511, drawdownBRL: 11_020),
      StressOutcome(scenario: "latency x10", profitBRL: net - 2_204, trades: 1_590, drawdownBRL: 5_180),
    ]
    let conditions = ReportSection(
      "Conditions",
      [
        .text(
          "Results by the state of the market in which a trade was entered. Many groups looked at once will show "
            + "one that seems to differ; a difference is believed only if it was expected before."),
        .chart(ExcursionChart(trades: excursions())),
        .charts([
          breakdown("Result of a trade by regime (BRL)", Self.regimeNames) { regime(at: $0.entryTime) },
          breakdown("Result of a trade by weekday (BRL)", ["Mon", "Tue", "Wed", "Thu", "Fri"]) {
            BrasiliaTime.local($0.entryTime).date.weekday - 1
          },
        ]),
      ])
    let risk = ReportSection(
      "Robustness",
      [
        .chart(PathFanChart(title: "Paths of cross-validation, net", steps: "sessions", paths: try paths())),
        .table(
          ReportTable(
            stress: stress,
            base: StressOutcome(
              scenario: "as recorded", profitBRL: net, trades: trades.count,
              drawdownBRL: report.drawdown.amount.brl))),
        .charts([
          SensitivityChart(
            title: "Result against latency", axisName: "entry latency (ms)",
            points: [(0, 1.3), (4, 1), (8, 0.72), (20, 0.21), (40, -0.35)].map { ms, share in
              .init(x: ms, profitBRL: net * share, interval: (net * share - 4_000)...(net * share + 4_000))
            }),
          SensitivityChart(
            title: "Result against the queue model", axisName: "queue model",
            named: [
              (name: "optimistic", profitBRL: net * 1.6, interval: (net * 1.6 - 3_800)...(net * 1.6 + 3_800)),
              (name: "calibrated", profitBRL: net, interval: (net - 4_000)...(net + 4_000)),
              (name: "pessimistic", profitBRL: net * -0.3, interval: (net * -0.3 - 3_500)...(net * -0.3 + 3_500)),
            ]),
        ]),
      ])
    let market = ReportSection(
      "Market",
      [
        .chart(
          TradePriceChart(
            title: "Price with entries and exits, last 6 sessions (points)", bars: Array(bars[recent...]),
            trades: marks.filter { $0.entryTime >= bars[recent].time })),
        .chart(
          RegimeRibbonChart(
            prices: bars.map { TimedValue(time: $0.time, value: $0.close) }, spans: spans, names: Self.regimeNames)),
      ])
    return report.page(
      subtitle: "Forest ensemble, walk-forward with retraining every 21 sessions; 50,000 BRL, one contract",
      isPartial: isPartial, alarms: alarms, verdicts: Self.verdicts, trades: trades, baseline: baseline,
      sections: [ReportSection("Costs", [.chart(waterfall)]), conditions, risk, market])
  }

  /// The regime of the session that holds `time`.
  private func regime(at time: Timestamp) -> Int { spans.first { $0.start <= time && time <= $0.end }?.regime ?? 0 }

  private func breakdown(_ title: String, _ names: [String], group: (ClosedTrade) -> Int) -> BreakdownChart {
    BreakdownChart(
      title: title,
      groups: names.enumerated().map { index, name in
        let results = trades.filter { group($0) == index }.map(\.netProfit)
        let mean = Expectancy(netProfits: results)?.mean
        return BreakdownChart.Group(
          name: name, trades: results.count, meanBRL: mean?.value,
          interval: mean?.interval.map { $0.lower...$0.upper })
      })
  }

  /// What each trade had lost at its worst, by the bars while it was held.
  private func excursions() -> [ExcursionChart.Trade] {
    marks.map { mark in
      let held =
        TradePriceChart.index(of: mark.entryTime, in: bars)..<TradePriceChart.index(of: mark.exitTime, in: bars)
      let losses = bars[held].map { mark.side == .buy ? mark.entryPrice - $0.low : $0.high - mark.entryPrice }
      return ExcursionChart.Trade(adverseBRL: max(0, losses.max() ?? 0) * 10, profitBRL: mark.profitBRL)
    }
  }
}
