// What is known of nearly every market's bars: fat tails, clustered volatility, busy hours.

package import TradingDomain

/// Facts of a series of bars in sessions, in one pass and bounded memory.
///
/// Returns are differences of closes in ticks, inside a session only.
///
/// Source of the list: R. Cont, "Empirical properties of asset returns: stylized facts and statistical issues",
/// Quantitative Finance 1 (2001).
package struct BarFacts: Sendable {
  /// Bars per return of the kurtosis.
  package static let horizons = [1, 5, 30, 60]
  /// Largest lag of the autocorrelations.
  package static let lags = 20
  /// Length of a stretch of the day, and how many are kept; later bars count to the last.
  package static let stretch = Nanoseconds.minutes(30)
  package static let stretches = 24

  private var tails = [TailMoments](repeating: TailMoments(), count: BarFacts.horizons.count)
  private var returns = Autocorrelation(lags: BarFacts.lags)
  private var absolutes = Autocorrelation(lags: BarFacts.lags)
  private var stretchSizes = [TailMoments](repeating: TailMoments(), count: BarFacts.stretches)
  private var volumes = TailMoments()
  private var open: Timestamp?
  private var bars = 0
  private var lastClose: Int64 = 0
  /// Close at the start of the running return of each horizon.
  private var starts = [Int64](repeating: 0, count: BarFacts.horizons.count)
  /// Sessions begun.
  package private(set) var sessions = 0

  /// Nothing seen yet.
  package init() {}

  /// A session begins; returns do not reach into it.
  package mutating func beginSession(open: Timestamp) {
    self.open = open
    bars = 0
    sessions += 1
    returns.breakSeries()
    absolutes.breakSeries()
  }

  /// Adds the next bar of the session.
  package mutating func update(_ bar: Bar) {
    let close = bar.close.ticks
    volumes.update(Double(bar.volume.contracts))
    if bars == 0 {
      for place in starts.indices { starts[place] = close }
    } else {
      let change = Double(close - lastClose)
      returns.update(change)
      absolutes.update(abs(change))
      if let open {
        let place = Int((bar.start.nanoseconds - open.nanoseconds) / BarFacts.stretch.count)
        stretchSizes[min(max(place, 0), BarFacts.stretches - 1)].update(abs(change))
      }
      for (place, horizon) in BarFacts.horizons.enumerated() where bars % horizon == 0 {
        tails[place].update(Double(close - starts[place]))
        starts[place] = close
      }
    }
    lastClose = close
    bars += 1
  }

  /// The facts by name.
  package var facts: [Fact] {
    var facts = [
      Fact("bars: returns", tails[0].count > 0 ? Double(tails[0].count) : nil),
      Fact("bars: contracts per bar", volumes.count > 0 ? volumes.mean : nil),
      Fact("bars: sd of return (ticks)", tails[0].deviation),
    ]
    for (place, horizon) in BarFacts.horizons.enumerated() {
      // The error is that of a normal sample: what a fat tail must be told from.
      let error = (24 / Double(max(1, tails[place].count))).squareRoot()
      facts.append(Fact("bars: kurtosis of return, \(horizon) bars", tails[place].kurtosis, error))
    }
    for lag in 1...BarFacts.lags {
      facts.append(Fact("bars: acf of return, lag \(lag)", returns.coefficient(lag), returns.standardError(lag)))
    }
    for lag in 1...BarFacts.lags {
      facts.append(
        Fact("bars: acf of |return|, lag \(lag)", absolutes.coefficient(lag), absolutes.standardError(lag)))
    }
    let whole = stretchSizes.reduce(0.0) { $0 + $1.mean * Double($1.count) } / Double(max(1, tails[0].count))
    for (place, stretch) in stretchSizes.enumerated() where stretch.count > 0 && whole > 0 {
      let error = (stretch.deviation ?? 0) / Double(stretch.count).squareRoot() / whole
      facts.append(Fact("bars: |return| / mean, \(30 * place) min", stretch.mean / whole, error))
    }
    return facts
  }
}
