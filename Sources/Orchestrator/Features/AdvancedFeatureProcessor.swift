// Market events in, feature vectors out: the one computation that training, backtest and trading share.

package import TradingDomain

/// Computes the vector of a ``FeatureSchema`` from completed bars, one by one, and from the events between them.
///
/// - There is no batch version: a matrix for training is made by running this class over the bars
///   (``FeatureMatrix``), so training and trading agree bit for bit.
/// - Sessions: features run continuously across sessions unless they say otherwise; the overnight gap is one bar's
///   change like any other. Minutes without a trade have no bar and are not filled.
/// - A vector counts once ``FeatureSchema/warmUpBars`` bars have been consumed and as many session openings seen as the
///   schema needs. After that, windowed features do not depend on where the sequence began; recursive ones do, by at
///   most the weight that their declared decay leaves.
/// - Everything is computed in Double from integer ticks and rounded to Float once, at the end.
/// - A vector with a value that is not finite is not given out, nor is one at a bar during which events were lost:
///   ``consume(_:)`` returns false and ``nonFiniteCount`` or ``gapCount`` rises.
///
/// Not thread-safe; allocates only in `init`.
package final class AdvancedFeatureProcessor {
  /// What the vector holds.
  package let schema: FeatureSchema
  /// The instrument whose tick size turns ticks into points.
  package let instrument: Instrument
  /// Bars consumed since `init` or ``reset()``.
  package private(set) var barCount = 0
  /// Bars after warm-up that gave no vector because a value was not finite.
  package private(set) var nonFiniteCount = 0
  /// Bars after warm-up that gave no vector because events were lost during them.
  package private(set) var gapCount = 0

  private let count: Int
  private let warmUpBars: Int
  private let warmUpSessions: Int
  private let graph: FeatureGraph
  private let inputs: GraphInputs
  /// Graphs over longer bars, and which of their values go where.
  private let longer: [LongerBars]
  private let held: [(frame: Int, place: Int, slot: Int)]
  private let slots: UnsafeMutablePointer<Int32>
  private let events: EventFeatures?
  private let initialRegime: RegimeDetector
  private var regime: RegimeDetector
  private var clock = SessionClock()
  private let followsClock: Bool
  /// Newest bar of each of ``FeatureSchema/references``.
  private let references: UnsafeMutablePointer<Bar?>
  /// [count], before rounding.
  private let values: UnsafeMutablePointer<Double>
  /// [count]
  private let output: UnsafeMutablePointer<Float>

  /// A processor that has seen no bar.
  ///
  /// - Parameter regime: what the schema's regime inputs are computed by; it must have seen no bar.
  package init(schema: FeatureSchema, instrument: Instrument, regime: RegimeDetector = RegimeDetector()) {
    self.schema = schema
    self.instrument = instrument
    initialRegime = regime
    self.regime = regime
    count = schema.count
    warmUpBars = schema.warmUpBars
    warmUpSessions = schema.warmUpSessions
    do {
      graph = try FeatureGraph(
        schema.declarations.map(\.expression), barSeconds: schema.barSeconds, tickSize: instrument.tickSize)
      (longer, held) = try Self.frames(of: graph, tickSize: instrument.tickSize)
    } catch {
      preconditionFailure("a schema holds only expressions that compile: \(error)")
    }
    inputs = GraphInputs(graph.inputs, references: schema.references)
    events = schema.readsEvents ? EventFeatures(instrument: instrument) : nil
    followsClock = inputs.readsClock || schema.warmUpSessions > 0
    slots = .allocate(capacity: count)
    for (index, feature) in graph.outputs.enumerated() { slots[index] = Int32(feature.slot) }
    references = .allocate(capacity: max(1, schema.references.count))
    references.initialize(repeating: nil, count: max(1, schema.references.count))
    values = .allocate(capacity: count)
    values.initialize(repeating: .nan, count: count)
    output = .allocate(capacity: count)
    output.initialize(repeating: .nan, count: count)
  }

  deinit {
    slots.deallocate()
    references.deallocate()
    values.deallocate()
    output.deallocate()
  }

  /// True once enough has been seen for every feature.
  package var isWarm: Bool { barCount >= warmUpBars && clock.sessions >= warmUpSessions }

  /// Nodes that one bar computes.
  package var operationCount: Int { graph.count }

  /// The newest vector in schema order. It is meaningful after ``consume(_:)`` returned true, until the next call of a
  /// mutating method; the memory lives as long as the processor.
  package var vector: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: output, count: count) }

  /// The newest vector before rounding to Float, for comparison with other implementations.
  package var unroundedVector: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: values, count: count) }

  /// Appends the values at the newest bar, warm or not, NaN where one is not known yet: for checks of the warm-up.
  package func appendCurrentValues(to values: inout [Double]) {
    for index in 0..<count { values.append(graph.values[Int(slots[index])]) }
  }

  /// Takes what happened between bars. Does nothing where no feature reads it.
  @inline(__always) package func observe(_ update: MarketUpdate, at time: Timestamp) {
    events?.observe(update, at: time)
  }

  /// Takes a completed bar of another instrument: ``FeatureSchema/references``[`index`]. It counts from the next
  /// ``consume(_:)`` on, so give it before the bar of the same end.
  package func consume(_ bar: Bar, ofReference index: Int) {
    precondition(index >= 0 && index < schema.references.count, "the schema has no such reference")
    references[index] = bar
  }

  /// Takes the next completed bar; true when ``vector`` then holds the features at its close.
  package func consume(_ bar: Bar) -> Bool {
    if followsClock { clock.update(bar) }
    for frame in longer { frame.update(bar) }
    for (frame, place, slot) in held { graph.values[slot] = longer[frame].value(place) }
    inputs.fill(graph.values, bar: bar, clock: clock)
    if let events {
      events.closeBar(bar)
      inputs.fill(graph.values, signals: events.values)
    }
    if inputs.readsRegimes {
      regime.update(bar)
      inputs.fill(graph.values, regimes: regime.probabilities)
    }
    inputs.fill(graph.values, references: references)
    graph.update(isNewSession: clock.isNewSession, isKnownSession: clock.isKnownSession)
    barCount += 1
    guard isWarm else { return false }
    return write(bar)
  }

  private func write(_ bar: Bar) -> Bool {
    var isFinite = true
    for index in 0..<count {
      let exact = graph.values[Int(slots[index])]
      let value = Float(exact)
      values[index] = exact
      output[index] = value
      isFinite = isFinite && value.isFinite
    }
    if bar.status == .gap {
      gapCount += 1
      return false
    }
    if !isFinite { nonFiniteCount += 1 }
    return isFinite
  }

  /// Forgets everything.
  package func reset() {
    graph.reset()
    for frame in longer { frame.reset() }
    events?.reset()
    regime = initialRegime
    clock = SessionClock()
    references.update(repeating: nil, count: max(1, schema.references.count))
    barCount = 0
    nonFiniteCount = 0
    gapCount = 0
    values.update(repeating: .nan, count: count)
    output.update(repeating: .nan, count: count)
  }

  /// One graph for every length of longer bars that `graph` reads from.
  private static func frames(
    of graph: FeatureGraph, tickSize: Double
  ) throws(FeatureExpressionError) -> ([LongerBars], [(frame: Int, place: Int, slot: Int)]) {
    var frames: [LongerBars] = []
    var held: [(frame: Int, place: Int, slot: Int)] = []
    for minutes in Set(graph.held.map(\.minutes)).sorted() {
      let wanted = graph.held.filter { $0.minutes == minutes }
      for (place, item) in wanted.enumerated() { held.append((frames.count, place, item.slot)) }
      frames.append(
        try LongerBars(minutes: minutes, expressions: wanted.map(\.expression), tickSize: tickSize))
    }
    return (frames, held)
  }
}
