// Bars of the store to learn from, with earlier ones that warm the features.
import Backtest
import Features
import MarketData
import TradingDomain

struct TrainingBars {
  /// Bars before ``first`` only warm the features.
  let bars: [Bar]
  let first: Int

  init(
    _ store: MarketStore, symbol: String, from: SessionDate, to: SessionDate, schema: FeatureSchema
  ) throws {
    let duration = Nanoseconds.seconds(Int64(schema.barSeconds))
    let wanted = try store.barSeries(symbol, from: from, to: to, duration: duration).bars
    let earlier = try? store.barSeries(
      symbol, from: from.advanced(by: -MarketPlan.warmUpDays(for: schema)), to: from.advanced(by: -1),
      duration: duration)
    let warmUp = Array((earlier?.bars ?? []).suffix(MarketPlan.warmUpBars(for: schema)))
    bars = warmUp + wanted
    first = warmUp.count
  }
}
