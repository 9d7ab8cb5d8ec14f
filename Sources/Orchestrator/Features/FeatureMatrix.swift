// Feature vectors of many bars, for training and research.

import MarketData
package import TradingDomain

/// The vectors that ``AdvancedFeatureProcessor`` gives over a stretch of market, one row per bar that gave one.
package struct FeatureMatrix: Sendable {
  /// What the columns hold.
  package let schema: FeatureSchema
  /// The values, (rows, columns), row-major.
  package private(set) var values: [Float] = []
  /// When each row became known: the end of its bar.
  package private(set) var endTimes: [Timestamp] = []
  /// Place of each row's bar in the sequence of bars.
  package private(set) var barIndexes: [Int] = []
  /// Bars consumed.
  package private(set) var barCount = 0
  /// Warm bars left out because a value was not finite.
  package private(set) var nonFiniteCount = 0
  /// Warm bars left out because events were lost during them.
  package private(set) var gapCount = 0

  /// Number of rows.
  package var rows: Int { barIndexes.count }
  /// Number of columns.
  package var columns: Int { schema.count }

  /// Runs a fresh processor over `bars`, oldest first.
  ///
  /// - Parameter references: bars of the instruments in ``FeatureSchema/references``, in that order, each oldest first;
  ///   every one counts from its end on.
  package init<Bars: Sequence<Bar>>(
    schema: FeatureSchema, instrument: Instrument, bars: Bars, references: [[Bar]] = [],
    regime: RegimeDetector = RegimeDetector()
  ) {
    self.schema = schema
    let processor = AdvancedFeatureProcessor(schema: schema, instrument: instrument, regime: regime)
    reserve(bars.underestimatedCount)
    var next = [Int](repeating: 0, count: references.count)
    for bar in bars {
      for (index, other) in references.enumerated() {
        while next[index] < other.count, other[next[index]].end <= bar.end {
          processor.consume(other[next[index]], ofReference: index)
          next[index] += 1
        }
      }
      take(bar, processor)
    }
    finish(processor)
  }

  /// Runs a fresh processor over recorded events, oldest first, as the engine does: a bar is complete with the first
  /// event at or after its end, and that event belongs to the next bar.
  ///
  /// - Returns: the matrix, and the bars that the events made.
  package static func replaying<Events: Sequence<MarketEvent>>(
    _ events: Events, schema: FeatureSchema, instrument: Instrument, barDuration: Nanoseconds,
    regime: RegimeDetector = RegimeDetector()
  ) -> (matrix: FeatureMatrix, bars: [Bar]) {
    let processor = AdvancedFeatureProcessor(schema: schema, instrument: instrument, regime: regime)
    var matrix = FeatureMatrix(schema)
    var aggregator = BarAggregator(.time(barDuration))
    var bars: [Bar] = []
    func complete(_ bar: Bar?) {
      guard let bar else { return }
      bars.append(bar)
      matrix.take(bar, processor)
    }
    for event in events {
      switch event.update {
      case .bar(let bar): if bar.duration == barDuration { complete(bar) }
      case .trade(let trade): complete(aggregator.add(trade, at: event.exchangeTime))
      case .phase(.closed): complete(aggregator.finish())
      case .quote(let quote):
        complete(aggregator.advance(to: event.exchangeTime))
        aggregator.update(quote)
      case .gap: complete(aggregator.noteGap(at: event.exchangeTime))
      case .depth, .phase, .limits: complete(aggregator.advance(to: event.exchangeTime))
      }
      processor.observe(event.update, at: event.exchangeTime)
    }
    complete(aggregator.finish())
    matrix.finish(processor)
    return (matrix, bars)
  }

  private init(_ schema: FeatureSchema) { self.schema = schema }

  private mutating func reserve(_ bars: Int) {
    let expected = max(0, bars - schema.warmUpBars + 1)
    values.reserveCapacity(expected * schema.count)
    endTimes.reserveCapacity(expected)
    barIndexes.reserveCapacity(expected)
  }

  private mutating func take(_ bar: Bar, _ processor: AdvancedFeatureProcessor) {
    if processor.consume(bar) {
      values.append(contentsOf: processor.vector)
      endTimes.append(bar.end)
      barIndexes.append(barCount)
    }
    barCount += 1
  }

  private mutating func finish(_ processor: AdvancedFeatureProcessor) {
    nonFiniteCount = processor.nonFiniteCount
    gapCount = processor.gapCount
  }

  /// The values of one row, in schema order.
  package func row(_ row: Int) -> ArraySlice<Float> {
    precondition(row >= 0 && row < rows, "the matrix has no such row")
    return values[row * columns..<(row + 1) * columns]
  }
}
