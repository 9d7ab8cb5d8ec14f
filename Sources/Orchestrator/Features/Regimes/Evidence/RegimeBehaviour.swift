// How prices behave after a regime was called.

import Glibc
import QuantMath
package import TradingDomain

/// An estimate with its standard error from resampled sessions.
package struct BootstrapEstimate: Hashable, Codable, Sendable {
  package var value: Double
  package var standardError: Double
  /// Middle 95 % of the resampled values.
  package var low: Double
  package var high: Double

  /// Takes the resampled values; nil unless most of them are defined.
  init?(_ value: Double, resampled: [Double]) {
    let sorted = resampled.filter(\.isFinite).sorted()
    guard value.isFinite, sorted.count >= 20, sorted.count * 10 >= resampled.count * 9 else { return nil }
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.value = value
    standardError = (squares / Double(sorted.count - 1)).squareRoot()
    low = sorted[Int(0.025 * Double(sorted.count - 1))]
    high = sorted[Int(0.975 * Double(sorted.count - 1))]
  }
}

/// Volatility, autocorrelation and drift of the price changes that follow a regime, with errors from resampling whole
/// sessions (nothing is assumed of the dependence inside one).
///
/// All changes lie after the close at which the regime was called: change 1 is that of the next bar, change 2 that of
/// the one after it, all three bars in one session. So nothing here is true because of how regimes are called.
///
/// - volatility: root mean square of change 1, ticks;
/// - relative movement: mean of |change 1| / mean |change| at that time of day in earlier bars: what is left of the
///   volatility when the hour is known;
/// - autocorrelation: correlation of change 1 and change 2. Prices of trades bounce between bid and ask, which alone
///   makes it negative;
/// - drift: mean of change 1, ticks.
package struct RegimeBehaviour: Hashable, Codable, Sendable {
  /// One regime's figures; nil where too few bars followed it.
  package struct Figures: Hashable, Codable, Sendable {
    package var regime: String
    package var changes: Int
    package var volatility: BootstrapEstimate?
    package var relativeMovement: BootstrapEstimate?
    package var autocorrelation: BootstrapEstimate?
    package var drift: BootstrapEstimate?
  }

  /// By regime, in the order of ``RegimeModel/states``.
  package let figures: [Figures]
  package let sessions: Int
  /// Volatility after stress / after range.
  package let stressToRangeVolatility: BootstrapEstimate?
  /// Relative movement after stress / after range.
  package let stressToRangeMovement: BootstrapEstimate?
  /// Autocorrelation after both trends - after range.
  package let trendLessRangeAutocorrelation: BootstrapEstimate?
  /// Autocorrelation after stress - after range.
  package let stressLessRangeAutocorrelation: BootstrapEstimate?
  /// Drift after trend up - after trend down, ticks.
  package let upLessDownDrift: BootstrapEstimate?

  /// - Parameters:
  ///   - tracks: windows whose bars do not overlap, each with the usual movement by time of day before it.
  package init(_ tracks: [(track: RegimeTrack, usual: UsualMovement)], resamples: Int = 1_000, seed: UInt64) {
    var days: [[ChangeSums]] = []
    for (track, usual) in tracks {
      for session in track.sessions { days.append(RegimeBehaviour.sums(track, session, usual)) }
    }
    var random = CounterRandom(seed: seed, purpose: "regimes.bootstrap")
    func total(_ picks: some Sequence<Int>) -> RegimeStatistics {
      var sums = [ChangeSums](repeating: ChangeSums(), count: 4)
      for pick in picks { for state in 0..<4 { sums[state].add(days[pick][state]) } }
      return RegimeStatistics(sums)
    }
    let whole = total(days.indices)
    let resampled =
      days.isEmpty
      ? []
      : (0..<resamples).map { _ in
        total((0..<days.count).map { _ in Int(random.nextInteger(below: UInt64(days.count))) })
      }
    func estimate(_ value: (RegimeStatistics) -> Double) -> BootstrapEstimate? {
      BootstrapEstimate(value(whole), resampled: resampled.map(value))
    }
    sessions = days.count
    figures = RegimeModel.states.indices.map { state in
      Figures(
        regime: "\(RegimeModel.states[state])", changes: Int(whole.sums[state].count),
        volatility: estimate { $0.sums[state].volatility },
        relativeMovement: estimate { $0.sums[state].relativeMovement },
        autocorrelation: estimate { $0.sums[state].autocorrelation }, drift: estimate { $0.sums[state].drift })
    }
    stressToRangeVolatility = estimate { $0.sums[3].volatility / $0.sums[2].volatility }
    stressToRangeMovement = estimate { $0.sums[3].relativeMovement / $0.sums[2].relativeMovement }
    trendLessRangeAutocorrelation = estimate { $0.trends.autocorrelation - $0.sums[2].autocorrelation }
    stressLessRangeAutocorrelation = estimate { $0.sums[3].autocorrelation - $0.sums[2].autocorrelation }
    upLessDownDrift = estimate { $0.sums[0].drift - $0.sums[1].drift }
  }

  /// Sums over one session, by state.
  private static func sums(_ track: RegimeTrack, _ session: Range<Int>, _ usual: UsualMovement) -> [ChangeSums] {
    var sums = [ChangeSums](repeating: ChangeSums(), count: 4)
    guard session.count >= 3 else { return sums }
    let bars = track.bars
    for index in session.lowerBound..<session.upperBound - 2 {
      guard let state = RegimeModel.states.firstIndex(of: track.regimes[index]),
        bars[index + 1].status == .complete, bars[index + 2].status == .complete
      else { continue }
      let first = Double(bars[index + 1].close.ticks - bars[index].close.ticks)
      let second = Double(bars[index + 2].close.ticks - bars[index + 1].close.ticks)
      sums[state].add(first, second, usual: usual.mean(at: bars[index + 1].start))
    }
    return sums
  }
}

/// The figures of one (re)sample.
private struct RegimeStatistics {
  let sums: [ChangeSums]
  let trends: ChangeSums

  init(_ sums: [ChangeSums]) {
    self.sums = sums
    var trends = sums[0]
    trends.add(sums[1])
    self.trends = trends
  }
}

/// Sums over pairs of changes that follow each other.
private struct ChangeSums {
  private(set) var count = 0.0
  private var first = 0.0
  private var second = 0.0
  private var firstSquares = 0.0
  private var secondSquares = 0.0
  private var products = 0.0
  private var relative = 0.0

  mutating func add(_ x: Double, _ y: Double, usual: Double) {
    count += 1
    first += x
    second += y
    firstSquares += x * x
    secondSquares += y * y
    products += x * y
    relative += abs(x) / usual
  }

  mutating func add(_ other: ChangeSums) {
    count += other.count
    first += other.first
    second += other.second
    firstSquares += other.firstSquares
    secondSquares += other.secondSquares
    products += other.products
    relative += other.relative
  }

  // Undefined figures are NaN here and nil outside: BootstrapEstimate leaves them out.
  var volatility: Double { (firstSquares / count).squareRoot() }
  var drift: Double { first / count }
  var relativeMovement: Double { relative / count }
  var autocorrelation: Double {
    let covariance = products / count - first / count * (second / count)
    let variances =
      (firstSquares / count - first / count * (first / count))
      * (secondSquares / count - second / count * (second / count))
    return variances > 0 ? covariance / variances.squareRoot() : .nan
  }
}

/// Mean absolute change of a bar by half hour of the day (UTC), from bars that lie before those it is used on.
package struct UsualMovement: Sendable {
  private var means: [Double]

  /// Half hours without bars get the mean of all.
  package init(_ bars: some Collection<Bar>, sessionBreak: Nanoseconds) {
    var sums = [Double](repeating: 0, count: 48)
    var counts = sums
    var before: Bar?
    for bar in bars {
      if let before, bar.start - before.end < sessionBreak {
        sums[UsualMovement.slot(bar.start)] += abs(Double(bar.close.ticks - before.close.ticks))
        counts[UsualMovement.slot(bar.start)] += 1
      }
      before = bar
    }
    let all = max(1e-9, sums.reduce(0, +) / max(1, counts.reduce(0, +)))
    means = sums.indices.map { counts[$0] > 0 && sums[$0] > 0 ? sums[$0] / counts[$0] : all }
  }

  func mean(at time: Timestamp) -> Double { means[UsualMovement.slot(time)] }

  private static func slot(_ time: Timestamp) -> Int {
    let day: Int64 = 86_400_000_000_000
    let sinceMidnight = (time.nanoseconds % day + day) % day
    return Int(sinceMidnight / (day / 48))
  }
}
