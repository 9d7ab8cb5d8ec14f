// The facts of one market, and those of several side by side.

package import MarketData
package import TradingDomain

/// One number with its name.
package struct Fact: Hashable, Sendable, Encodable {
  /// What it is of, as `group: quantity`.
  package var name: String
  /// Nil where the source does not tell.
  package var value: Double?
  package var standardError: Double?

  /// Numbers that are not finite become nil.
  package init(_ name: String, _ value: Double?, _ standardError: Double? = nil) {
    func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
    self.name = name
    self.value = finite(value)
    self.standardError = finite(standardError)
  }
}

/// All facts of one market under a title.
package struct StylisedFacts: Hashable, Sendable, Encodable {
  package var title: String
  package var facts: [Fact]

  package init(title: String, facts: [Fact]) {
    self.title = title
    self.facts = facts
  }

  /// The value of the fact of that name; nil where there is none.
  package func value(_ name: String) -> Double? { facts.first { $0.name == name }?.value }

  /// The standard error of the fact of that name.
  package func standardError(_ name: String) -> Double? { facts.first { $0.name == name }?.standardError }

  /// Markets side by side as fixed-width text: one line per fact, one column per market, `value +- error` in each.
  ///
  /// Facts are listed in the order in which they first appear; those that no market tells are left out.
  package static func table(_ markets: [StylisedFacts]) -> String {
    var names: [String] = []
    for market in markets {
      for fact in market.facts where fact.value != nil && !names.contains(fact.name) { names.append(fact.name) }
    }
    var rows = [[""] + markets.map(\.title)]
    for name in names {
      let cells = markets.map { market in
        market.facts.first { $0.name == name }.map(StylisedFacts.cell) ?? "-"
      }
      rows.append([name] + cells)
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : space + row[column]
      }.joined(separator: "  ") + "\n"
    }.joined()
  }

  private static func cell(_ fact: Fact) -> String {
    guard let value = fact.value else { return "-" }
    return decimal(value) + (fact.standardError.map { " +- " + decimal($0) } ?? "")
  }

  /// Three places below 100, else none.
  private static func decimal(_ value: Double) -> String {
    guard abs(value) < 100 else { return abs(value) < 1e15 ? "\(Int64(value.rounded()))" : "\(value)" }
    let thousandths = Int64((abs(value) * 1000).rounded())
    let places = String(1000 + thousandths % 1000).dropFirst()
    return "\(value < 0 && thousandths > 0 ? "-" : "")\(thousandths / 1000).\(places)"
  }
}

/// Measures a market stream: bars made of its trades (or as they come), and the flow of its messages.
package struct StylisedFactsRecorder {
  private var bars = BarFacts()
  private let flow = FlowFacts()
  private var aggregator: BarAggregator

  /// - Parameter barDuration: length of the bars that are made of trades.
  package init(barDuration: Nanoseconds = .minutes(1)) { aggregator = BarAggregator(.time(barDuration)) }

  /// Adds one event; sessions begin with `.phase(.opened)`.
  package mutating func update(_ event: MarketEvent) {
    if let bar = aggregator.advance(to: event.exchangeTime) { bars.update(bar) }
    switch event.update {
    case .phase(.opened):
      bars.beginSession(open: event.exchangeTime)
      flow.beginSession(open: event.exchangeTime)
    case .phase(.closed):
      if let bar = aggregator.finish() { bars.update(bar) }
      flow.endSession(at: event.exchangeTime)
    case .bar(let bar): bars.update(bar)
    case .trade(let trade):
      if let bar = aggregator.add(trade, at: event.exchangeTime) { bars.update(bar) }
      flow.update(event)
    default: flow.update(event)
    }
  }

  /// Adds all events of a stream.
  package mutating func update(all stream: some MarketEventStream) {
    var stream = stream
    while let event = stream.next() { update(event) }
  }

  /// What was measured so far.
  package func facts(title: String) -> StylisedFacts {
    StylisedFacts(title: title, facts: bars.facts + flow.facts)
  }
}
