// The heavy stages of a selection as independent pieces, spread over the workers.

import DecisionForests
import Features
import QuantMath
import Synchronization

/// The stages, in the order in which they are called. Part 0 is all data, the others are the folds.
struct SelectionWork: Sendable {
  let rows: SelectionRows
  let plan: SelectionPlan
  let parts: [(train: [Int32], test: [Int32])]
  let progress: @Sendable (Double) -> Void

  private var blockLength: Int { plan.blockLength(rows.labels) }

  /// Seed of a part's draws.
  private func seed(part: Int, purpose: String) -> UInt64 {
    var random = CounterRandom(seed: plan.seed, purpose: purpose, index: UInt64(part))
    return random.next()
  }

  /// Rough share of the whole time that each stage takes, for the progress display only.
  private enum Stage {
    static let studies = 0.0..<0.12
    static let contests = 0.12..<0.72
    static let curve = 0.72..<1.0
  }

  private func report(_ stage: Range<Double>, of count: Int) -> @Sendable (Int) -> Void {
    let done = Counter()
    let progress = progress
    return { _ in progress(stage.lowerBound + (stage.upperBound - stage.lowerBound) * done.next() / Double(count)) }
  }

  /// Counts finished pieces.
  private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func next() -> Double { Double(value.add(1, ordering: .relaxed).newValue) }
  }

  /// Bins, clusters and importance of every part.
  func studies() -> [FoldStudy] {
    ConcurrentMap.results(
      count: parts.count, workers: plan.workers, finished: report(Stage.studies, of: parts.count)
    ) { part in
      FoldStudy(
        rows, train: parts[part].train, test: parts[part].test, plan: plan, blockLength: blockLength,
        seed: seed(part: part, purpose: "study"))
    }
  }

  /// The contest with the probes in every part.
  func contests(_ studies: [FoldStudy]) -> [ProbeControl] {
    let count = studies.count * plan.bootstraps
    let bootstraps = ConcurrentMap.results(
      count: count, workers: plan.workers, finished: report(Stage.contests, of: count)
    ) { piece in
      let part = piece / plan.bootstraps
      return studies[part].contest(
        rows, plan: plan, blockLength: blockLength, seed: seed(part: part, purpose: "contest"),
        number: piece % plan.bootstraps)
    }
    return studies.indices.map { part in
      ProbeControl(
        bootstraps: Array(bootstraps[part * plan.bootstraps..<(part + 1) * plan.bootstraps]),
        alpha: plan.alpha)
    }
  }

  /// The curve of the folds' own rankings.
  func curve(_ studies: [FoldStudy], rankings: [[Int]]) throws(SelectionError) -> HughesCurve {
    try curve(columns: studies.map { $0.columns }, rankings: rankings)
  }

  /// Trains and scores every fold with every number of features.
  func curve(columns: [BinnedColumns?], rankings: [[Int]]) throws(SelectionError) -> HughesCurve {
    let available = rankings.map(\.count).min() ?? 0
    let counts = (plan.counts ?? HughesCurve.grid(upTo: available)).filter { $0 <= available }
    try SelectionError.require(
      !counts.isEmpty, "counts", "\(plan.counts ?? [])", "give at least one count up to \(available)")
    let folds = parts.count - 1
    // The longest pieces first: many features, late folds.
    let order = counts.indices.reversed().flatMap { count in
      (1...folds).reversed().map { (count: count, part: $0) }
    }
    let scored = ConcurrentMap.results(
      count: order.count, workers: plan.workers, finished: report(Stage.curve, of: order.count)
    ) { piece in
      let (count, part) = order[piece]
      return fold(columns[part], part: part, features: Array(rankings[part].prefix(counts[count])))
    }
    // Test rows in order of time, each once.
    let rowsOfFold = (1...folds).map { parts[$0].test }
    let weights = rowsOfFold.flatMap { $0.map { rows.weights[Int($0)] } }
    var ranges: [Range<Int>] = []
    for fold in rowsOfFold {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<(start + fold.count))
    }
    var gains = [[Double]](repeating: [Double](repeating: 0, count: weights.count), count: counts.count)
    for (piece, values) in zip(order, scored) {
      gains[piece.count].replaceSubrange(ranges[piece.part - 1], with: values)
    }
    return HughesCurve(
      counts: counts, gains: gains, weights: weights, folds: ranges, blockLength: blockLength, ceiling: plan.ceiling,
      seed: plan.seed)
  }

  /// Gain over the base rate of each test row of a part.
  private func fold(_ columns: BinnedColumns?, part: Int, features: [Int]) -> [Double] {
    losses(columns, part: part, features: features).map { $0.base - $0.model }
  }

  /// Log loss of the base rate and of a forest on `features`, for each test row of a part.
  func losses(_ columns: BinnedColumns?, part: Int, features: [Int]) -> [(base: Double, model: Double)] {
    guard let columns else { return [] }
    let (train, test) = parts[part]
    let binned = BinnedRows(codes: columns.codes, rowCount: rows.count, columns: features)
    let forest = HistogramBooster.train(
      binned, targets: rows.directions, weights: rows.weights.map { Float($0) }, at: train, parameters: plan.scoring,
      seed: seed(part: part, purpose: "curve"))
    let base = Double(forest.baseMargin)
    return zip(test, forest.margins(binned, at: test)).map { position, margin in
      let isRise = rows.directions[Int(position)] == 1
      return (LogLoss.ofMargin(base, isRise: isRise), LogLoss.ofMargin(Double(margin), isRise: isRise))
    }
  }
}
