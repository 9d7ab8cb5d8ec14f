// All that is found out about the candidates from one training part, and from nothing else.

import DecisionForests
import Features
import QuantMath
import Validation

/// One training part, prepared: bins, clusters and importance. Knows of its test rows only their bins.
struct FoldStudy: Sendable {
  /// Training rows, ascending.
  let train: [Int32]
  /// Test rows, ascending; empty for the study of all data.
  let test: [Int32]
  let columns: BinnedColumns
  let clusters: RedundancyClusters
  /// Absolute rank correlations, (columns, columns).
  let similarity: [Float]
  /// All features in mRMR order.
  let relevanceOrder: [Int]
  /// Information about the direction in each feature, nats.
  let relevance: [Double]
  let importance: FoldImportance
  /// One feature a cluster, the one that the importance forest leans on most; by cluster.
  let representatives: [Int]

  /// Rows that pairs of columns are compared on, at most.
  private static let pairRows = 8_192

  init(_ rows: SelectionRows, train: [Int32], test: [Int32], plan: SelectionPlan, blockLength: Int, seed: UInt64) {
    self.train = train
    self.test = test
    columns = BinnedColumns(values: rows.values, columnCount: rows.names.count, fittedOn: train)
    let step = (train.count + Self.pairRows - 1) / Self.pairRows
    let sample = stride(from: 0, to: train.count, by: max(1, step)).map { train[$0] }
    let similarity = RankCorrelation.absolute(columns, at: sample)
    self.similarity = similarity
    clusters = RedundancyClusters(similarity: similarity, count: columns.columnCount, cutAbove: plan.redundancy)
    let weights = rows.weights.map { Float($0) }
    let relevance = MutualInformation.withDirection(
      columns, directions: rows.directions, weights: weights, at: train)
    self.relevance = relevance
    let binned = columns
    relevanceOrder = RelevanceRanking.order(relevance: relevance) {
      MutualInformation.shared(binned, $0, $1, at: sample)
    }
    let importance = FoldImportance(
      rows, columns: columns, clusters: clusters, train: train, plan: plan, blockLength: blockLength, seed: seed)
    self.importance = importance
    representatives = clusters.members.map { members in
      var best = members[0]
      for member in members
      where (importance.contribution[member], relevance[member]) > (importance.contribution[best], relevance[best]) {
        best = member
      }
      return best
    }
  }

  /// One bootstrap of the contest: importance of each representative, then of each one's probe.
  ///
  /// Importance is the loss saved on the rows that the bootstrap left out, so that a feature must repeat itself.
  func contest(_ rows: SelectionRows, plan: SelectionPlan, blockLength: Int, seed: UInt64, number: Int) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: "probe contest", index: UInt64(number))
    let count = train.count
    // Rows of the training part alone: probes must not show test rows either.
    let moved = BlockDraws.permutation(count: count, blockLength: blockLength, with: &random)
    var shadow = (0..<Int32(rows.count)).map { $0 }
    for (place, source) in moved.enumerated() { shadow[Int(train[place])] = train[Int(source)] }
    let times = BlockDraws.multiplicities(count: count, blockLength: blockLength, with: &random)
    var weights = [Float](repeating: 0, count: rows.count)
    var undrawn: [Int32] = []
    for (place, position) in train.enumerated() {
      weights[Int(position)] = Float(times[place]) * Float(rows.weights[Int(position)])
      if times[place] == 0 { undrawn.append(position) }
    }
    let binned = BinnedRows(
      codes: columns.codes, rowCount: rows.count, columns: representatives, shadow: shadow)
    let forest = HistogramBooster.train(
      binned, targets: rows.directions, weights: weights, at: train, parameters: plan.contest, seed: random.next())
    return forest.heldOutGains(
      binned, targets: rows.directions, weights: rows.weights.map { Float($0) }, at: undrawn)
  }

  /// All features in order of merit.
  ///
  /// First one of each cluster: those that beat the probes most often, then by the cluster's evidence; where both are
  /// silent in mRMR order. Then the redundant rest in mRMR order.
  func ranking(_ control: ProbeControl) -> [Int] {
    var place = [Int](repeating: 0, count: relevanceOrder.count)
    for (index, feature) in relevanceOrder.enumerated() { place[feature] = index }
    let order = clusters.members.indices.sorted { left, right in
      if control.frequency[left] != control.frequency[right] {
        return control.frequency[left] > control.frequency[right]
      }
      let (first, second) = (evidence(left, control), evidence(right, control))
      if first != second { return first > second }
      return place[representatives[left]] < place[representatives[right]]
    }
    let leading = order.map { representatives[$0] }
    let isLeading = Set(leading)
    return leading + relevanceOrder.filter { !isLeading.contains($0) }
  }

  /// Mean of a cluster's shares by the four measures: contest, impurity, accuracy and SHAP.
  private func evidence(_ cluster: Int, _ control: ProbeControl) -> Double {
    let members = clusters.members[cluster]
    let impurity = members.reduce(0) { $0 + importance.impurity[$1] }
    let contribution = members.reduce(0) { $0 + importance.contribution[$1] }
    let total = importance.accuracyByCluster.reduce(0) { $0 + max(0, $1) }
    let accuracy = total > 0 ? max(0, importance.accuracyByCluster[cluster]) / total : 0
    return (control.importance[cluster] + impurity + contribution + accuracy) / 4
  }
}
