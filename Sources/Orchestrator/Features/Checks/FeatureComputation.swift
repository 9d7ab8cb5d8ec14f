// What the leak checks look at: a way to turn bars into values, which may be anybody's.

package import TradingDomain

/// Values of several features at every bar.
package struct FeatureTable: Sendable {
  package let columns: Int
  /// (bars, columns), row-major; NaN where a value is unknown.
  package var values: [Double]

  package init(columns: Int, values: [Double] = []) {
    self.columns = columns
    self.values = values
  }

  /// Number of bars.
  package var rows: Int { columns > 0 ? values.count / columns : 0 }

  package subscript(_ row: Int, _ column: Int) -> Double { values[row * columns + column] }
}

/// A way to compute features, and what it promises of each.
package struct FeatureComputation: Sendable {
  package let names: [String]
  /// Promised warm-up in bars, per feature.
  package let warmUpBars: [Int]
  /// Promised memory, per feature.
  package let memories: [FeatureMemory]
  /// Everything from the bars given, oldest first, as if there were no others.
  package let compute: @Sendable (ArraySlice<Bar>) -> FeatureTable

  package init(
    names: [String], warmUpBars: [Int], memories: [FeatureMemory],
    compute: @escaping @Sendable (ArraySlice<Bar>) -> FeatureTable
  ) {
    self.names = names
    self.warmUpBars = warmUpBars
    self.memories = memories
    self.compute = compute
  }

  /// What ``AdvancedFeatureProcessor`` does with a schema.
  package init(_ schema: FeatureSchema, instrument: Instrument) {
    self.init(
      names: schema.names, warmUpBars: schema.properties.map(\.warmUpBars), memories: schema.properties.map(\.memory)
    ) { bars in
      let processor = AdvancedFeatureProcessor(schema: schema, instrument: instrument)
      var table = FeatureTable(columns: schema.count)
      table.values.reserveCapacity(bars.count * schema.count)
      for bar in bars {
        _ = processor.consume(bar)
        processor.appendCurrentValues(to: &table.values)
      }
      return table
    }
  }
}
