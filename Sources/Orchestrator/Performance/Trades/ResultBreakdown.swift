// The same trades by hour, weekday, month, side, regime or volatility: where a result comes from.

package import TradingDomain

/// Trades grouped by one property. The groups' sums are the whole's, to the micro-real.
package struct ResultBreakdown: Hashable, Sendable {
  /// Trades that share the property.
  package struct Group: Hashable, Sendable {
    package var name: String
    package var trades: Int
    /// Net result of all of them.
    package var net: Money
    /// Mean net result of one, with its error and interval; nil below ``ResultBreakdown/leastTrades``.
    package var mean: Estimate?
    /// Share of winners, with Wilson's interval.
    package var hitRate: Estimate?
    package var profitFactor: Estimate?
  }

  /// A group of fewer trades has no mean worth showing.
  package static let leastTrades = 5

  /// What trades are grouped by, for example `hour of entry`.
  package var dimension: String
  /// In order of their names, or of time where the property is one; groups without trades are left out.
  package var groups: [Group]

  /// Groups `trades` by `keys`, one a trade; a trade without a key is in the group `not known`, which comes last.
  ///
  /// - Parameter order: Names in the order wanted; others follow in alphabetical order.
  /// - Throws: ``PerformanceError/keysDoNotMatch(dimension:keys:trades:)``.
  package init(
    _ dimension: String, trades: [ClosedTrade], keys: [String?], order: [String] = []
  ) throws(PerformanceError) {
    guard keys.count == trades.count else {
      throw .keysDoNotMatch(dimension: dimension, keys: keys.count, trades: trades.count)
    }
    var members: [String: [Money]] = [:]
    for (trade, key) in zip(trades, keys) { members[key ?? Self.unknown, default: []].append(trade.netProfit) }
    let named = order.filter { $0 != Self.unknown }
    let others = members.keys.filter { !named.contains($0) && $0 != Self.unknown }.sorted()
    self.dimension = dimension
    groups = (named + others + [Self.unknown]).compactMap { name in
      members[name].map { Self.group(name, $0) }
    }
  }

  /// For trades whose property is not known.
  package static let unknown = "not known"

  private static func group(_ name: String, _ nets: [Money]) -> Group {
    Group(
      name: name, trades: nets.count, net: nets.reduce(.zero) { $0 + $1 },
      mean: nets.count >= leastTrades ? Expectancy(netProfits: nets)?.mean : nil,
      hitRate: HitRate.fraction(netProfits: nets), profitFactor: ProfitFactor.ratio(netProfits: nets))
  }

  // MARK: What every trade tells by itself

  /// By the hour of the entry in Sao Paulo.
  package static func byHour(_ trades: [ClosedTrade]) -> ResultBreakdown {
    made("hour of entry", trades) { trade in
      let hour = BrasiliaTime.local(trade.entryTime).timeOfDay.count / 3_600_000_000_000
      return hour < 10 ? "0\(hour) h" : "\(hour) h"
    }
  }

  /// By the weekday of the entry.
  package static func byWeekday(_ trades: [ClosedTrade]) -> ResultBreakdown {
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return made("weekday", trades, order: names) { names[BrasiliaTime.local($0.entryTime).date.weekday - 1] }
  }

  /// By the month of the entry.
  package static func byMonth(_ trades: [ClosedTrade]) -> ResultBreakdown {
    made("month", trades) { String(BrasiliaTime.local($0.entryTime).date.description.dropLast(3)) }
  }

  /// By the side of the entry.
  package static func bySide(_ trades: [ClosedTrade]) -> ResultBreakdown {
    made("side", trades, order: ["long", "short"]) { $0.side == .buy ? "long" : "short" }
  }

  private static func made(
    _ dimension: String, _ trades: [ClosedTrade], order: [String] = [], key: (ClosedTrade) -> String
  ) -> ResultBreakdown {
    do {
      return try ResultBreakdown(dimension, trades: trades, keys: trades.map(key), order: order)
    } catch {
      preconditionFailure("a key was made for each trade, and yet: \(error)")
    }
  }
}

extension ResultBreakdown {
  /// A dot and a line for each group.
  package var chart: BreakdownChart {
    BreakdownChart(
      title: "Net result of a trade by \(dimension) (BRL)",
      groups: groups.map { group in
        BreakdownChart.Group(
          name: group.name, trades: group.trades, meanBRL: group.mean?.value,
          interval: group.mean?.interval.map { $0.lower...$0.upper })
      })
  }

  /// Every group in numbers.
  package var table: ReportTable {
    ReportTable(
      caption: "Trades by \(dimension); below \(Self.leastTrades) trades no mean is given",
      columns: [
        .init(dimension, .text), .init("Trades"), .init("Net (BRL)"), .init("BRL a trade"), .init("Std error"),
        .init("From"), .init("To"), .init("Winners (%)"), .init("Profit factor"),
      ],
      rows: groups.map { group in
        [
          .text(group.name), .count(group.trades), .signed(group.net.brl, digits: 2),
          .signed(group.mean?.value, digits: 2), .number(group.mean?.standardError, digits: 2),
          .number(group.mean?.interval?.lower, digits: 2), .number(group.mean?.interval?.upper, digits: 2),
          .number(group.hitRate.map { 100 * $0.value }, digits: 1), .number(group.profitFactor?.value, digits: 2),
        ]
      })
  }
}
