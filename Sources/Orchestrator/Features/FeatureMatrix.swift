// Feature vectors of many bars, for training and research.

package import TradingDomain

/// The vectors that ``AdvancedFeatureProcessor`` gives over a sequence of bars, one row per bar that gave one.
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

  /// Number of rows.
  package var rows: Int { barIndexes.count }
  /// Number of columns.
  package var columns: Int { schema.count }

  /// Runs a fresh processor over `bars`, oldest first.
  package init<Bars: Sequence<Bar>>(schema: FeatureSchema, instrument: Instrument, bars: Bars) {
    self.schema = schema
    let processor = AdvancedFeatureProcessor(schema: schema, instrument: instrument)
    let expected = max(0, bars.underestimatedCount - schema.warmUpBars + 1)
    values.reserveCapacity(expected * schema.count)
    endTimes.reserveCapacity(expected)
    barIndexes.reserveCapacity(expected)
    for bar in bars {
      if processor.consume(bar) {
        values.append(contentsOf: processor.vector)
        endTimes.append(bar.end)
        barIndexes.append(barCount)
      }
      barCount += 1
    }
    nonFiniteCount = processor.nonFiniteCount
  }

  /// The values of one row, in schema order.
  package func row(_ row: Int) -> ArraySlice<Float> {
    precondition(row >= 0 && row < rows, "the matrix has no such row")
    return values[row * columns..<(row + 1) * columns]
  }
}
