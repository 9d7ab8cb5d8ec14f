// Features of longer bars, made from the bars that come in.

import MarketData
import TradingDomain

/// A graph over bars of so many minutes, advanced when one of them is complete.
///
/// A longer bar is complete at its own end: with the base bar that ends there or, where that one is missing, with the
/// next base bar, before it is added.
final class LongerBars {
  private let graph: FeatureGraph
  private let filler: GraphInputs
  private var aggregator: BarAggregator
  private var clock = SessionClock()
  private let anchor: BarRule

  init(
    minutes: Int, expressions: [FeatureExpression], tickSize: Double
  ) throws(FeatureExpressionError) {
    graph = try FeatureGraph(expressions, barSeconds: minutes * 60, tickSize: tickSize)
    filler = GraphInputs(graph.inputs, references: [])
    anchor = .time(.minutes(Int64(minutes)))
    aggregator = BarAggregator(anchor)
  }

  /// Takes the next base bar.
  func update(_ bar: Bar) {
    if let completed = aggregator.add(bar) { learn(completed) }
    if let completed = aggregator.advance(to: bar.end) { learn(completed) }
  }

  /// The value of the expression at that place as of the last completed bar.
  func value(_ place: Int) -> Double { graph.values[graph.outputs[place].slot] }

  func reset() {
    graph.reset()
    aggregator = BarAggregator(anchor)
    clock = SessionClock()
  }

  private func learn(_ bar: Bar) {
    clock.update(bar)
    filler.fill(graph.values, bar: bar, clock: clock)
    graph.update(isNewSession: clock.isNewSession, isKnownSession: clock.isKnownSession)
  }
}
