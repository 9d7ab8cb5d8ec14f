// Whether a model's inputs are still what it learned from.

package import Features
import Glibc
import Validation

/// Every feature's newer values held against a reference period, with the alarms that chance alone would raise.
///
/// Each feature has a detector whose threshold comes from its own reference, resampled in blocks of a session, for one
/// alarm in ``runLength`` values. More alarms than that expectation explains, after correction for the number of
/// features, is drift. A detector that throws dice runs beside as control.
package struct DriftReview: Sendable {
  /// Bars of the sliding window, and between two looks.
  package var window = 540
  package var stride = 20
  /// Bars between two alarms without change.
  package var runLength = 10_800.0
  /// Mean length of a resampled block, bars: about a session.
  package var meanBlock = 540.0
  /// Part of the features called drifting that may be false.
  package var rate = 0.1
  package var seed: UInt64 = 1

  package init() {}

  package struct Row: Hashable, Sendable, Codable {
    package var feature: String
    /// Index over the whole of the newer period.
    package var stabilityIndex: Double
    package var alarms: Int
    /// By chance.
    package var expected: Double
    package var probability: Double
    package var hasDrifted: Bool
  }

  /// One row a feature, in the order of the schema, and the control's as the last.
  ///
  /// - Parameters:
  ///   - reference: Values of the features where the model learned, (row, feature).
  ///   - newer: The same of the period in question.
  /// - Precondition: There are at least 20 rows of reference, and the matrices have the same schema.
  package func rows(
    reference: FeatureMatrix, newer: FeatureMatrix, finished: (Int) -> Void = { _ in }
  ) throws -> [Row] {
    let expected = Double(newer.rows) / runLength
    var rows: [Row] = []
    for (column, name) in reference.schema.names.enumerated() {
      let past = Self.column(reference, column)
      let present = Self.column(newer, column)
      var alarm = try RunLength.alarm(
        ReferenceWindow(.stabilityIndex, reference: past, length: window, stride: stride), target: runLength,
        history: past, meanBlock: meanBlock, replicates: 12, seed: seed)
      let alarms = present.count { alarm.observe($0) }
      rows.append(
        row(
          name, alarms, expected, DistributionDistance.stabilityIndex(sortedReference: past.sorted(), present)))
      finished(column + 1)
    }
    let drifted = FalseDiscovery.rejected(rows.map(\.probability), rate: rate)
    for index in rows.indices { rows[index].hasDrifted = drifted[index] }
    var dice = DriftAlarm(ChanceDetector(seed: seed), threshold: log(runLength))
    let thrown = (0..<newer.rows).count { _ in dice.observe(0) }
    rows.append(row("(dice)", thrown, expected, 0))
    return rows
  }

  private func row(_ name: String, _ alarms: Int, _ expected: Double, _ index: Double) -> Row {
    Row(
      feature: name, stabilityIndex: index, alarms: alarms, expected: expected,
      probability: FalseDiscovery.poissonTail(atLeast: alarms, expected: expected), hasDrifted: false)
  }

  private static func column(_ matrix: FeatureMatrix, _ column: Int) -> [Double] {
    (0..<matrix.rows).map { Double(matrix.row($0)[matrix.row($0).startIndex + column]) }
  }
}
