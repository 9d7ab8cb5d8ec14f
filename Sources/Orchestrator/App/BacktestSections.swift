// The report's chapters on chance and on the market, made of a finished run.
import Backtest
import Performance
import TradingDomain

/// Makes chapters of the report.
struct BacktestSections {
  var result: BacktestResult
  var setting: MarketSetting
  var capital: Money
  var seed: UInt64

  /// Sessions that the table of violent sessions shows.
  private static let violentSessions = 8
  /// Part of the capital whose loss is called ruin.
  private static let ruin = 0.2

  /// All that the run has enough of.
  func all() throws -> [ReportSection] {
    let sessions = try result.curve.profits(sessions: result.sessions.map(\.date))
    return try [sources(), chance(sessions), market(sessions)].compactMap { $0 }
  }

  /// The trades by everything that is known of each.
  private func sources() throws -> ReportSection? {
    let trades = result.trades
    guard !trades.isEmpty else { return nil }
    let regimes = Regime.allCases.map(\.words)
    let moods = MarketSetting.Volatility.allCases.map { "\($0)" }
    let breakdowns = [
      ResultBreakdown.byHour(trades), .byWeekday(trades), .byMonth(trades), .bySide(trades),
      try ResultBreakdown(
        "regime", trades: trades, keys: trades.map { setting.regime(at: $0.entryTime)?.words }, order: regimes),
      try ResultBreakdown(
        "volatility", trades: trades, keys: trades.map { setting.volatility(at: $0.entryTime).map { "\($0)" } },
        order: moods),
    ]
    return ReportSection(
      "Where it comes from",
      [
        .charts(breakdowns.map(\.chart)),
        .details("The same in numbers", breakdowns.map { .table($0.table) }),
      ])
  }

  /// The sessions and trades drawn and ordered anew.
  private func chance(_ sessions: [SessionProfit]) throws -> ReportSection? {
    let drawn = try OutcomeResampling.sessions(sessions, seed: seed)
    let ordered = try OutcomeResampling.tradeOrder(result.trades, seed: seed)
    guard drawn != nil || ordered != nil else { return nil }
    var blocks: [ReportSection.Block] = []
    if let drawn {
      blocks.append(
        .chart(PathFanChart(title: "Sessions drawn anew", steps: "sessions", paths: drawn.paths)))
    }
    let ruin = Money(microBRL: Int64(Double(capital.microBRL) * Self.ruin))
    let rows = [drawn, ordered].compactMap { $0 }.map { found -> [ReportTable.Cell] in
      func quantile(_ values: [Double], _ share: Double) -> ReportTable.Cell {
        .signed(PathFanChart.quantile(values, share), digits: 2)
      }
      func fall(_ share: Double) -> ReportTable.Cell {
        .number(PathFanChart.quantile(found.drawdowns, share), digits: 2)
      }
      return [
        .text(found.method.words), quantile(found.nets, 0.05), quantile(found.nets, 0.5), quantile(found.nets, 0.95),
        .number(100 * found.lossShare, digits: 1), fall(0.5), fall(0.95),
        .number(100 * found.fallShare(ruin), digits: 1),
      ]
    }
    blocks.append(
      .table(
        ReportTable(
          caption: "What chance could have made of the same results: 2,000 draws each; a fifth is that of the capital",
          columns: [
            .init("Drawn", .text), .init("Net, 5 %"), .init("Net, half"), .init("Net, 95 %"), .init("Losses (%)"),
            .init("Deepest fall, half"), .init("Deepest fall, 95 %"), .init("Falls by a fifth (%)"),
          ], rows: rows)))
    return ReportSection("What else might have happened", blocks)
  }

  /// Price, regimes and the sessions that moved farthest.
  private func market(_ sessions: [SessionProfit]) -> ReportSection? {
    guard !setting.bars.isEmpty else { return nil }
    let bars = setting.bars.map { bar in
      let points = setting.instrument.points
      return PriceBar(
        time: bar.start, open: points(bar.open), high: points(bar.high), low: points(bar.low),
        close: points(bar.close))
    }
    let prices = setting.bars.map { TimedValue(time: $0.end, value: setting.instrument.points($0.close)) }
    let violent = setting.violentSessions(sessions, count: Self.violentSessions)
    return ReportSection(
      "Market",
      [
        .chart(TradePriceChart(bars: bars, trades: result.trades.compactMap(marked))),
        .chart(RegimeRibbonChart(prices: prices, spans: setting.spans, names: Regime.allCases.map(\.words))),
        .table(
          ReportTable(
            caption: "The sessions in which the price travelled farthest",
            columns: [.init("Session", .text), .init("Range (points)"), .init("Net (BRL)"), .init("", .bar)],
            rows: violent.map {
              [
                .text($0.date.description), .number($0.rangePoints, digits: 1), .signed($0.profit.brl, digits: 2),
                .bar($0.profit.brl),
              ]
            })),
      ])
  }
}

extension BacktestSections {
  /// The trade on the price; nil where its prices are not known.
  private func marked(_ trade: ClosedTrade) -> TradePriceChart.Trade? {
    guard let entry = trade.entryTicks, let exit = trade.exitTicks else { return nil }
    let tick = setting.instrument.tickSize
    return TradePriceChart.Trade(
      side: trade.side, entryTime: trade.entryTime, entryPrice: entry * tick, exitTime: trade.exitTime,
      exitPrice: exit * tick, profitBRL: trade.netProfit.brl)
  }
}

extension Regime {
  /// For readers of reports.
  var words: String {
    switch self {
    case .undefined: return "not known"
    case .trendUp: return "up"
    case .trendDown: return "down"
    case .range: return "range"
    case .stress: return "stress"
    }
  }
}

extension OutcomeResampling.Method {
  fileprivate var words: String {
    switch self {
    case .sessions(let meanBlock):
      return "sessions, in blocks of about \(DecimalText.fixed(meanBlock, digits: 1))"
    case .tradeOrder: return "trades, in another order"
    }
  }
}
