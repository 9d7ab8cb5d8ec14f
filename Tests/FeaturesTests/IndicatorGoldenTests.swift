// The textbook forms of the indicators against TA-Lib.

import Testing

import Features
import TradingDomain

private let tickSize = 0.5

/// Runs `update` over the synthetic market and collects what it returns, in points or as is.
private func run(_ update: (Bar) -> Double?) throws -> [Double?] { try GoldenFile.bars().map(update) }

@Test(arguments: [9, 20])
func exponentialMovingAverageEqualsTALib(period: Int) throws {
  var average = ExponentialMovingAverage(period: period, seeding: .simpleMean)
  let values = try run { average.update(Double($0.close.ticks) * tickSize) }
  expectEqual(values, try GoldenFile("talib").column("ema_\(period)"), "EMA(\(period))")
}

@Test func relativeStrengthIndexEqualsTALib() throws {
  var values: [Double?] = []
  var index = RelativeStrengthIndex(period: 14, averaging: .wilder)
  for bar in try GoldenFile.bars() { values.append(index.update(bar.close.ticks)) }
  expectEqual(values, try GoldenFile("talib").column("rsi_14"), "RSI(14)")
}

@Test func trueRangeEqualsTALib() throws {
  var range = TrueRange()
  let values = try run { bar in
    range.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks).map { Double($0) * tickSize }
  }
  expectEqual(values, try GoldenFile("talib").column("trange"), "TRANGE")
}

@Test func averageTrueRangeEqualsTALib() throws {
  var average = AverageTrueRange(period: 14, smoothing: .wilder)
  let values = try run { bar in
    average.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks).map { $0 * tickSize }
  }
  expectEqual(values, try GoldenFile("talib").column("atr_14"), "ATR(14)")
}

@Test func averageDirectionalIndexEqualsTALib() throws {
  var index = AverageDirectionalIndex(period: 14, smoothing: .wilder)
  let values = try run { index.update(high: $0.high.ticks, low: $0.low.ticks, close: $0.close.ticks) }
  expectEqual(values, try GoldenFile("talib").column("adx_14"), "ADX(14)")
}

@Test func bollingerBandsEqualTALib() throws {
  let golden = try GoldenFile("talib")
  var bands = BollingerBands(period: 20, deviations: 2, divisor: .population)
  var (upper, middle, lower): ([Double?], [Double?], [Double?]) = ([], [], [])
  for bar in try GoldenFile.bars() {
    bands.update(bar.close.ticks)
    let centre = bands.middle
    let half = bands.halfWidth
    middle.append(centre.map { $0 * tickSize })
    upper.append(centre.flatMap { centre in half.map { (centre + $0) * tickSize } })
    lower.append(centre.flatMap { centre in half.map { (centre - $0) * tickSize } })
  }
  expectEqual(upper, try golden.column("bb_upper_20"), "upper band")
  expectEqual(middle, try golden.column("bb_middle_20"), "middle band")
  expectEqual(lower, try golden.column("bb_lower_20"), "lower band")
}

@Test func momentumAndRateOfChangeEqualTALib() throws {
  let golden = try GoldenFile("talib")
  var history = CloseHistory(maximumLag: 10)
  var (momentum, change): ([Double?], [Double?]) = ([], [])
  for bar in try GoldenFile.bars() {
    history.update(bar.close.ticks)
    momentum.append(history.momentum(lag: 10).map { $0 * tickSize })
    change.append(history.percentChange(lag: 10))
  }
  expectEqual(momentum, try golden.column("mom_10"), "MOM(10)")
  expectEqual(change, try golden.column("roc_10"), "ROC(10)")
}

@Test func priceChannelEqualsTALib() throws {
  let golden = try GoldenFile("talib")
  var wide = PriceChannel(period: 20)
  var narrow = PriceChannel(period: 9)
  var (highest, lowest, midpoint): ([Double?], [Double?], [Double?]) = ([], [], [])
  for bar in try GoldenFile.bars() {
    wide.update(high: bar.high.ticks, low: bar.low.ticks)
    narrow.update(high: bar.high.ticks, low: bar.low.ticks)
    highest.append(wide.bounds.map { Double($0.highest) * tickSize })
    lowest.append(wide.bounds.map { Double($0.lowest) * tickSize })
    midpoint.append(narrow.midpoint.map { $0 * tickSize })
  }
  expectEqual(highest, try golden.column("max_20"), "MAX(20)")
  expectEqual(lowest, try golden.column("min_20"), "MIN(20)")
  expectEqual(midpoint, try golden.column("midprice_9"), "MIDPRICE(9)")
}

@Test func meanVolumeEqualsTALib() throws {
  var volume = VolumeRatio(period: 10)
  var means: [Double?] = []
  for bar in try GoldenFile.bars() {
    volume.update(bar.volume.contracts)
    means.append(volume.mean)
  }
  // TA-Lib slides its sum, which leaves rounding noise where the true mean is 0.
  expectEqual(means, try GoldenFile("talib").column("volume_sma_10"), "SMA(10) of volume")
}
