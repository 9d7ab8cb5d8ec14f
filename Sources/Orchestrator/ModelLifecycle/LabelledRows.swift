// Bars become labelled rows: features at the decision bar, outcomes strictly after it.
import DecisionForests
package import Features
package import TradingDomain
package import Validation

/// Rows for training with the labels that belong to them, in order of time.
package struct LabelledRows: Sendable {
  package let schema: FeatureSchema
  /// Row-major, one row per label.
  package let values: [Float]
  package let labels: [Label]
  /// 1 for a rise, 0 for a fall, per label.
  package let directions: [Float]
  /// Absolute move relative to the price at the decision.
  package let magnitudes: [Float]
  /// Average uniqueness per label.
  package let weights: [Double]

  /// Labels every bar whose features are warm and whose outcome is known within its session; flats are left out.
  ///
  /// - Parameter first: index of the first bar that may be labelled; earlier bars only warm the features.
  package init(
    bars: [Bar], labelledFrom first: Int, schema: FeatureSchema, instrument: Instrument, horizonBars: Int
  ) throws {
    let matrix = FeatureMatrix(schema: schema, instrument: instrument, bars: bars)
    var rowOfBar = [Int](repeating: -1, count: bars.count)
    for (row, bar) in matrix.barIndexes.enumerated() { rowOfBar[bar] = row }
    let labeler = FixedHorizonLabeler(horizonBars: horizonBars, target: .magnitude, staysInSession: true)
    var values: [Float] = []
    var labels: [Label] = []
    var directions: [Float] = []
    var magnitudes: [Float] = []
    for label in try labeler.labels(bars: bars, tickSize: instrument.tickSize) {
      let row = rowOfBar[label.startIndex]
      guard label.startIndex >= first, row >= 0, label.value != 0 else { continue }
      values.append(contentsOf: matrix.row(row))
      labels.append(label)
      directions.append(label.value > 0 ? 1 : 0)
      magnitudes.append(Float(abs(label.value) / instrument.points(bars[label.startIndex].close)))
    }
    self.schema = schema
    self.values = values
    self.labels = labels
    self.directions = directions
    self.magnitudes = magnitudes
    weights = try AverageUniqueness.weights(labels)
  }

  package var count: Int { labels.count }

  /// The rows at `positions` with `targets` as labels.
  func matrix(_ positions: [Int], targets: [Float]) -> TrainingMatrix {
    let columns = schema.count
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * columns)
    for position in positions { chosen.append(contentsOf: values[position * columns..<(position + 1) * columns]) }
    return TrainingMatrix(
      values: chosen, columnCount: columns, labels: positions.map { targets[$0] },
      weights: positions.map { Float(weights[$0]) }, featureNames: schema.names)
  }
}
