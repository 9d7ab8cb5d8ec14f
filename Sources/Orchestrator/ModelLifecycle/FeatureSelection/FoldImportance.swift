// Three measures of importance inside one training part: impurity, accuracy and SHAP.

import DecisionForests
import Features
import QuantMath
import Validation

/// What a forest on all candidates leans on, and what it would lose without them.
///
/// The forest is trained on the older three quarters of the training part; accuracy and SHAP are measured on the newest
/// quarter, which is purged from the rest like a test fold.
/// Sources: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 8 (MDI, MDA); the same,
/// "Machine Learning for Asset Managers" (2020), section 6.5 (clustered importance).
struct FoldImportance: Sendable {
  /// Mean decrease in impurity: share of the forest's loss reduction in its own training rows, by feature.
  let impurity: [Double]
  /// Mean decrease in accuracy: log loss that is lost, nats a label, when all features of a cluster are permuted by
  /// blocks together; by cluster. Below 0 where the cluster misleads.
  let accuracyByCluster: [Double]
  /// Share of the mean absolute SHAP values, by feature.
  let contribution: [Double]

  /// Permutations that the accuracy is averaged over.
  private static let permutations = 2

  init(
    _ rows: SelectionRows, columns: BinnedColumns, clusters: RedundancyClusters, train: [Int32], plan: SelectionPlan,
    blockLength: Int, seed: UInt64
  ) {
    var random = CounterRandom(seed: seed, purpose: "fold importance")
    let held = Array(train[(train.count * 3 / 4)...])
    let opening = rows.labels[Int(held[0])].start
    let fitted = train.prefix(train.count - held.count).filter { rows.labels[Int($0)].end < opening }
    let binned = BinnedRows(
      codes: columns.codes, rowCount: rows.count, columns: Array(0..<columns.columnCount))
    let forest = HistogramBooster.train(
      binned, targets: rows.directions, weights: rows.weights.map { Float($0) }, at: Array(fitted),
      parameters: plan.scoring, seed: random.next())
    impurity = Self.shares(forest.gains())
    let step = max(1, held.count / plan.contributionRows)
    let explained = stride(from: 0, to: held.count, by: step).map { held[$0] }
    contribution = Self.shares(forest.meanAbsoluteContributions(binned, at: explained))

    let margins = forest.margins(binned, at: held)
    let loss = Self.loss(margins, rows, held)
    let columnsByTree = forest.columnsByTree()
    var total = [Double](repeating: 0, count: clusters.members.count)
    for _ in 0..<Self.permutations {
      let source = BlockDraws.permutation(
        count: held.count, blockLength: min(blockLength, max(1, held.count / 10)), with: &random)
      for (cluster, members) in clusters.members.enumerated() {
        var isMoved = [Bool](repeating: false, count: columns.columnCount)
        for member in members { isMoved[member] = true }
        // Only trees that ask for the cluster change.
        let affected = columnsByTree.indices.filter { tree in columnsByTree[tree].contains { isMoved[$0] } }
        guard !affected.isEmpty else { continue }
        var moved = margins
        for tree in affected {
          forest.add(tree: tree, binned, at: held, sign: -1, to: &moved)
          forest.add(tree: tree, binned, at: held, moved: (isMoved, source), to: &moved)
        }
        total[cluster] += Self.loss(moved, rows, held) - loss
      }
    }
    accuracyByCluster = total.map { $0 / Double(Self.permutations) }
  }

  /// Weighted mean log loss of margins.
  private static func loss(_ margins: [Float], _ rows: SelectionRows, _ positions: [Int32]) -> Double {
    var sum = 0.0
    var total = 0.0
    for (index, position) in positions.enumerated() {
      let row = Int(position)
      sum += rows.weights[row] * LogLoss.ofMargin(Double(margins[index]), isRise: rows.directions[row] == 1)
      total += rows.weights[row]
    }
    return sum / total
  }

  private static func shares(_ values: [Double]) -> [Double] {
    let total = values.reduce(0, +)
    return total > 0 ? values.map { $0 / total } : values
  }
}
