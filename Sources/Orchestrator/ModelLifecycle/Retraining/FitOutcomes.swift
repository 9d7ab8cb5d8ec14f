// What a fitter learns from: the rows' outcomes, or the same outcomes in an order that means nothing.

import Features
import QuantMath
import Validation

/// Outcomes of labelled rows, one a row.
struct FitOutcomes {
  /// 1 for a rise, 0 for a fall.
  let directions: [Float]
  /// Absolute move relative to the price.
  let magnitudes: [Float]

  /// Those of `rows`; with a seed, shuffled among the rows in blocks, so that what neighbours have in common survives
  /// and what features say of outcomes does not. Whatever a model of shuffled outcomes earns, it has not learnt.
  init(_ rows: LabelledRows, shuffleSeed: UInt64?, horizonBars: Int) {
    guard let shuffleSeed else {
      directions = rows.directions
      magnitudes = rows.magnitudes
      return
    }
    var random = CounterRandom(seed: shuffleSeed, purpose: "shuffled outcomes")
    let root = Int(Double(rows.count).squareRoot())
    let order = BlockDraws.permutation(
      count: rows.count, blockLength: max(1, min(root, 2 * horizonBars)), with: &random)
    directions = order.map { rows.directions[Int($0)] }
    magnitudes = order.map { rows.magnitudes[Int($0)] }
  }

  /// Input of a selection that sees these outcomes.
  func selectionRows(_ rows: LabelledRows) throws(SelectionError) -> SelectionRows {
    try SelectionRows(
      names: rows.schema.names, values: rows.values, labels: rows.labels, directions: directions,
      weights: rows.weights)
  }
}
