// Fills the inputs of a graph at the close of a bar.

import TradingDomain

/// The inputs of a graph, sorted by where they come from.
struct GraphInputs {
  private let bars: [(input: BarInput, slot: Int)]
  private let clocks: [(input: ClockInput, slot: Int)]
  private let events: [(signal: Int, slot: Int)]
  private let regimes: [(input: RegimeInput, slot: Int)]
  private let others: [(reference: Int, input: BarInput, slot: Int)]

  /// - Parameter references: symbols of the other instruments, in the order of their bars.
  init(_ inputs: [(input: FeatureInput, slot: Int)], references: [String]) {
    var bars: [(BarInput, Int)] = []
    var clocks: [(ClockInput, Int)] = []
    var events: [(Int, Int)] = []
    var regimes: [(RegimeInput, Int)] = []
    var others: [(Int, BarInput, Int)] = []
    for (input, slot) in inputs {
      switch input {
      case .bar(let input): bars.append((input, slot))
      case .clock(let input): clocks.append((input, slot))
      case .event(let signal): events.append((signal.rawValue, slot))
      case .regime(let input): regimes.append((input, slot))
      case .reference(let symbol, let input):
        guard let index = references.firstIndex(of: symbol) else { continue }
        others.append((index, input, slot))
      }
    }
    (self.bars, self.clocks, self.events, self.regimes, self.others) = (bars, clocks, events, regimes, others)
  }

  var readsEvents: Bool { !events.isEmpty }
  var readsRegimes: Bool { !regimes.isEmpty }
  var readsClock: Bool { !clocks.isEmpty }

  /// Writes the bar's own fields and the clock's.
  func fill(_ values: UnsafeMutablePointer<Double>, bar: Bar, clock: SessionClock) {
    for (input, slot) in bars { values[slot] = Self.value(input, bar) }
    for (input, slot) in clocks { values[slot] = clock.value(input) }
  }

  /// Writes the event layer's signals.
  func fill(_ values: UnsafeMutablePointer<Double>, signals: UnsafePointer<Double>) {
    for (signal, slot) in events { values[slot] = signals[signal] }
  }

  /// Writes the regimes' probabilities.
  func fill(_ values: UnsafeMutablePointer<Double>, regimes probabilities: RegimeProbabilities) {
    for (input, slot) in regimes {
      switch input {
      case .trendUp: values[slot] = Double(probabilities.trendUp)
      case .trendDown: values[slot] = Double(probabilities.trendDown)
      case .range: values[slot] = Double(probabilities.range)
      case .stress: values[slot] = Double(probabilities.stress)
      case .undefined: values[slot] = Double(probabilities.undefined)
      }
    }
  }

  /// Writes the newest bars of other instruments; unknown where there is none.
  func fill(_ values: UnsafeMutablePointer<Double>, references: UnsafePointer<Bar?>) {
    for (reference, input, slot) in others {
      values[slot] = references[reference].map { Self.value(input, $0) } ?? .nan
    }
  }

  @inline(__always) private static func value(_ input: BarInput, _ bar: Bar) -> Double {
    switch input {
    case .open: Double(bar.open.ticks)
    case .high: Double(bar.high.ticks)
    case .low: Double(bar.low.ticks)
    case .close: Double(bar.close.ticks)
    case .volume: Double(bar.volume.contracts)
    case .trades: Double(bar.tradeCount)
    case .signedVolume: Double(bar.signedVolume)
    case .seconds: Double(bar.duration.count) / 1e9
    case .isGap: bar.status == .gap ? 1 : 0
    case .isNoTrade: bar.status == .noTrade ? 1 : 0
    }
  }
}
