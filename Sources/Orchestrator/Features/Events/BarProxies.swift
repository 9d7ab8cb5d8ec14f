// What bars alone tell of spread, impact and flow: the lowest tier.

import Glibc
import QuantMath
import TradingDomain

/// Proxies from completed bars. A bar with a gap is not put into any window, and neither is the step into it; a bar
/// without trades leaves the windows as they are.
struct BarProxies: ~Copyable {
  /// 4 ln 2: the expected squared range of a Brownian motion by its variance (Parkinson).
  private static let rangeFactor = 2.772_588_722_239_781
  private static let barsOfImbalance = 20

  private var moves: RollingIntegerMoments
  private var squaredRanges: RollingIntegerMoments
  private var consecutive: RollingIntegerRegression
  private var impact: RollingIntegerRegression
  private var illiquidity: RollingWindow
  private var highLow: RollingWindow
  private var closeMid: RollingWindow
  private var ruleVolumes = RollingIntegerMoments(capacity: barsOfImbalance)
  private var volumes = RollingIntegerMoments(capacity: barsOfImbalance)
  private var buckets: VolumeBuckets
  /// The bar before, where the step from it counts.
  private var previous: Bar?
  /// The close's move into the bar before, where known.
  private var previousMove: Int64?

  init(settings: EventFeatureSettings) {
    let window = settings.barWindow
    moves = RollingIntegerMoments(capacity: window)
    squaredRanges = RollingIntegerMoments(capacity: window)
    consecutive = RollingIntegerRegression(capacity: window)
    impact = RollingIntegerRegression(capacity: window)
    illiquidity = RollingWindow(capacity: window)
    highLow = RollingWindow(capacity: window)
    closeMid = RollingWindow(capacity: window)
    buckets = VolumeBuckets(volume: settings.bucketVolume, count: settings.bucketCount)
  }

  /// The step into the next bar crosses the night: it is not counted.
  mutating func beginSession() {
    previous = nil
    previousMove = nil
  }

  /// Takes the bar and writes the signals.
  mutating func close(_ bar: Bar, isGap: Bool, to values: EventValues) {
    if isGap || bar.status == .noTrade {
      if isGap { buckets.noteGap() }
      writeBar(bar, move: nil, to: values)
      if isGap {
        previous = bar
        previousMove = nil
      }
    } else {
      let move = previous.map { bar.close.ticks - $0.close.ticks }
      enter(bar, move: move)
      writeBar(bar, move: move, to: values)
      previous = bar
      previousMove = move
    }
    writeWindows(to: values)
  }

  /// A bar that cannot be true was left out: nothing is known of it, and no step leads over it.
  mutating func refuse(to values: EventValues) {
    buckets.noteGap()
    beginSession()
    values[.barRangeVolatility] = .nan
    values[.barTickRuleVolume] = .nan
    values[.barBulkVolume] = .nan
    values[.barOrderImbalance] = .nan
  }

  private mutating func enter(_ bar: Bar, move: Int64?) {
    let range = bar.high.ticks - bar.low.ticks
    squaredRanges.update(range * range)
    let ruleVolume = tickRule(bar, move: move) * bar.volume.contracts
    ruleVolumes.update(ruleVolume)
    volumes.update(bar.volume.contracts)
    guard let move, let previous else { return }
    moves.update(move)
    impact.add(x: ruleVolume, y: move)
    if let previousMove { consecutive.add(x: previousMove, y: move) }
    if let share = bulkShare(move) { buckets.add(bar.volume.contracts, share: share) }
    if bar.volume.contracts > 0 {
      let value = Double(bar.volume.contracts) * Double(bar.close.ticks)
      illiquidity.push(abs(Double(move) / Double(previous.close.ticks)) / value * 1e6)
    }
    highLow.push(corwinSchultz(previous, bar))
    let middle = (logarithm(bar.high) + logarithm(bar.low)) / 2
    let previousMiddle = (logarithm(previous.high) + logarithm(previous.low)) / 2
    let close = logarithm(previous.close)
    closeMid.push((close - previousMiddle) * (close - middle))
  }

  private func writeBar(_ bar: Bar, move: Int64?, to values: EventValues) {
    let volume = bar.volume.contracts
    let range = Double(bar.high.ticks - bar.low.ticks)
    values[.barRangeVolatility] = range / Self.rangeFactor.squareRoot()
    values[.barTickRuleVolume] = Double(tickRule(bar, move: move) * volume)
    values[.barBulkVolume] = .nan
    if volume == 0 {
      values[.barBulkVolume] = 0
    } else if let move, let share = bulkShare(move) {
      values[.barBulkVolume] = share * Double(volume)
    }
    // Without a trade count the source does not tell who started the trades either.
    let tells = bar.signedVolume != 0 || bar.tradeCount > 0
    values[.barOrderImbalance] = tells ? EventValues.ratio(bar.signedVolume, volume) : .nan
  }

  private func writeWindows(to values: EventValues) {
    // A positive covariance has no root: the estimator then says that there is no spread to see.
    let covariance = consecutive.covariance
    values[.barRollSpread] = covariance.isNaN ? .nan : 2 * max(0, -covariance).squareRoot()
    values[.barKyleLambda] = impact.slope
    values[.barAmihud] = illiquidity.isFull ? illiquidity.mean ?? .nan : .nan
    values[.barCorwinSchultz] = highLow.isFull ? 1e4 * (highLow.mean ?? .nan) : .nan
    let product = closeMid.isFull ? closeMid.mean ?? .nan : .nan
    values[.barAbdiRanaldo] = product.isNaN ? .nan : 1e4 * 2 * max(0, product).squareRoot()
    values[.barRangeVolatilityMean] =
      squaredRanges.isFull ? ((squaredRanges.mean ?? .nan) / Self.rangeFactor).squareRoot() : .nan
    values[.barTickRuleImbalance] = volumes.isFull ? EventValues.ratio(ruleVolumes.sum, volumes.sum) : .nan
    values[.barToxicity] = buckets.toxicity
  }

  /// The sign of the bar's body; without one, of the step into the bar.
  private func tickRule(_ bar: Bar, move: Int64?) -> Int64 {
    let body = (bar.close.ticks - bar.open.ticks).signum()
    return body != 0 ? body : (move ?? 0).signum()
  }

  /// Bought less sold by the volume, in [-1, 1]: 2 Phi(move / sigma) - 1, with sigma over the window and this bar in
  /// it; nil before the window is full, 0 where nothing moves.
  private func bulkShare(_ move: Int64) -> Double? {
    guard moves.isFull, let variance = moves.variance else { return nil }
    return variance > 0 ? erf(Double(move) / (2 * variance).squareRoot()) : 0
  }

  /// The two-bar spread as a share of the price, at least 0.
  private func corwinSchultz(_ first: Bar, _ second: Bar) -> Double {
    let (a, b) = (logarithm(first.high) - logarithm(first.low), logarithm(second.high) - logarithm(second.low))
    let beta = a * a + b * b
    let both = logarithm(max(first.high, second.high)) - logarithm(min(first.low, second.low))
    let factor = 3 - 2 * 2.0.squareRoot()
    let alpha = ((2 * beta).squareRoot() - beta.squareRoot()) / factor - (both * both / factor).squareRoot()
    return max(0, 2 * (exp(alpha) - 1) / (1 + exp(alpha)))
  }

  private func logarithm(_ price: Price) -> Double { log(Double(price.ticks)) }
}
