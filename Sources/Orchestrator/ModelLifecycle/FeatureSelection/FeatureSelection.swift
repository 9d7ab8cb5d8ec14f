// What a selection found: the chosen names, what they are worth, and the evidence for each candidate.

import DecisionForests
package import Features
import Foundation
import TradingDomain
import Validation

/// The result of ``FeatureSelector``.
package struct FeatureSelection: Hashable, Sendable, Codable {
  /// A figure with its spread over the folds.
  package struct Interval: Hashable, Sendable, Codable {
    /// Mean over the folds.
    package var mean: Double
    /// 95 % interval of the mean by Student's t over the folds. Training parts of folds overlap, so it is narrower than
    /// independent samples would make it: read it as stability, not as proof.
    package var lower: Double
    package var upper: Double

    /// Of one figure a fold.
    init(_ values: [Double]) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / max(1, count)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = values.count > 1 ? (square / (count - 1) / count).squareRoot() : 0
      let reach = Self.quantile(values.count - 1) * error
      self.mean = mean
      lower = mean - reach
      upper = mean + reach
    }

    /// 97.5 % quantile of Student's t; the normal one beyond the table.
    private static func quantile(_ degrees: Int) -> Double {
      let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179]
      return degrees >= 1 && degrees <= table.count ? table[degrees - 1] : 1.96 + 2.5 / Double(max(1, degrees))
    }
  }

  /// The evidence for one candidate.
  package struct Candidate: Hashable, Sendable, Codable {
    package var name: String
    /// Place in the final ranking, from 1.
    package var rank: Int
    /// Cluster on all data, from 0.
    package var cluster: Int
    /// Whether it stands for its cluster.
    package var isRepresentative: Bool
    package var isChosen: Bool
    /// Information about the direction on all data, nats a label, less the bias of the estimate.
    package var mutualInformation: Double
    /// Share of the loss reduction in the training rows, over the folds.
    package var impurityDecrease: Interval
    /// Log loss that is lost when its cluster is permuted, nats a label, over the folds; shared by the cluster.
    package var accuracyDecrease: Interval
    /// Share of the mean absolute SHAP values, over the folds.
    package var contribution: Interval
    /// Share of the bootstraps on all data in which it beat every probe; 0 for one that another stands for.
    package var selectionFrequency: Double
    /// The same inside each fold, in order of time.
    package var foldFrequencies: [Double]
    /// Folds in which it was among the first k and kept against the probes.
    package var foldsSelected: [Bool]
    /// Mean share of importance in the contest on all data, to be held against ``FeatureSelection/probeThreshold``.
    package var contestImportance: Double
  }

  /// One fold's time span, for people.
  package struct Fold: Hashable, Sendable, Codable {
    /// Days of the first and last test label.
    package var firstTest: String
    package var lastTest: String
    package var trainingRows: Int
    package var testRows: Int
    /// Names that the fold would have chosen, in its order.
    package var selected: [String]
  }

  /// Whether anything was found.
  package enum Verdict: String, Hashable, Sendable, Codable {
    /// The chosen features gain out of sample by more than chance.
    case worthKeeping = "worth keeping"
    /// No feature beats the probes on all data.
    case nothingBeatsProbes = "nothing worth keeping: no feature beats the probes"
    /// The gain at the chosen number of features may be 0 or less.
    case nothingGains = "nothing worth keeping: no gain over the base rate out of sample"
  }

  package let verdict: Verdict
  /// The chosen names in order of merit; empty unless ``verdict`` is ``Verdict/worthKeeping``.
  package let chosen: [String]
  package let curve: HughesCurve
  /// The same rows with a list in use; nil where none was given.
  package let comparison: BaselineComparison?
  /// All candidates in column order.
  package let candidates: [Candidate]
  package let folds: [Fold]
  /// The dendrogram and clusters on all data.
  package let clusters: RedundancyClusters
  /// Absolute rank correlations on all data, (candidates, candidates), row-major.
  package let similarity: [Float]
  /// Mean share of importance of the best probe, on all data.
  package let probeThreshold: Double
  /// Share of bootstraps that a feature must win.
  package let leastFrequency: Double
  /// Rows, and how many independent observations they amount to.
  package let rows: Int
  package let independentObservations: Double
  /// Settings by name.
  package let settings: [String: String]

  init(
    rows: SelectionRows, plan: SelectionPlan, studies: [FoldStudy], controls: [ProbeControl], rankings: [[Int]],
    curve: HughesCurve, comparison: BaselineComparison? = nil
  ) {
    let count = curve.points[curve.chosen].count
    func kept(_ part: Int) -> [Int] {
      let study = studies[part]
      return rankings[part].prefix(count).filter { feature in
        let cluster = study.clusters.clusterOf[feature]
        return study.representatives[cluster] == feature && controls[part].isKept(cluster)
      }
    }
    func frequency(_ feature: Int, _ part: Int) -> Double {
      let cluster = studies[part].clusters.clusterOf[feature]
      return studies[part].representatives[cluster] == feature ? controls[part].frequency[cluster] : 0
    }
    let folds = Array(studies.indices.dropFirst())
    let survivors = kept(0)
    let verdict: Verdict =
      survivors.isEmpty ? .nothingBeatsProbes : curve.isGain ? .worthKeeping : .nothingGains
    let chosen = verdict == .worthKeeping ? survivors : []
    let keptInFold = folds.map { Set(kept($0)) }
    var rank = [Int](repeating: 0, count: rows.names.count)
    for (place, feature) in rankings[0].enumerated() { rank[feature] = place + 1 }
    let whole = studies[0]

    self.verdict = verdict
    self.chosen = chosen.map { rows.names[$0] }
    self.curve = curve
    self.comparison = comparison
    candidates = rows.names.indices.map { feature in
      let cluster = whole.clusters.clusterOf[feature]
      return Candidate(
        name: rows.names[feature], rank: rank[feature], cluster: cluster,
        isRepresentative: whole.representatives[cluster] == feature, isChosen: chosen.contains(feature),
        mutualInformation: whole.relevance[feature],
        impurityDecrease: Interval(folds.map { studies[$0].importance.impurity[feature] }),
        accuracyDecrease: Interval(
          folds.map { studies[$0].importance.accuracyByCluster[studies[$0].clusters.clusterOf[feature]] }),
        contribution: Interval(folds.map { studies[$0].importance.contribution[feature] }),
        selectionFrequency: frequency(feature, 0), foldFrequencies: folds.map { frequency(feature, $0) },
        foldsSelected: keptInFold.map { $0.contains(feature) },
        contestImportance: whole.representatives[cluster] == feature ? controls[0].importance[cluster] : 0)
    }
    self.folds = folds.map { part in
      let study = studies[part]
      func day(_ position: Int32?) -> String {
        position.map { BrasiliaTime.local(rows.labels[Int($0)].start).date.description } ?? ""
      }
      return Fold(
        firstTest: day(study.test.first), lastTest: day(study.test.last), trainingRows: study.train.count,
        testRows: study.test.count, selected: kept(part).map { rows.names[$0] })
    }
    clusters = whole.clusters
    similarity = whole.similarity
    probeThreshold = controls[0].threshold
    leastFrequency = controls[0].leastFrequency
    self.rows = rows.count
    independentObservations = rows.weights.reduce(0, +)
    settings = plan.settings(blockLength: plan.blockLength(rows.labels))
  }
}

extension SelectionPlan {
  /// Every setting that the result depends on, by name; the number of workers is none of them.
  func settings(blockLength: Int) -> [String: String] {
    func forest(_ parameters: BoostingParameters) -> String {
      "\(parameters.rounds) trees of depth \(parameters.maximumDepth), rate \(parameters.learningRate), "
        + "least child \(parameters.minimumChildWeight), rows \(parameters.rowSample), "
        + "columns \(parameters.columnSample), lambda \(parameters.lambda)"
    }
    let foldText: String
    switch folds {
    case .walkForward(let count, let part): foldText = "walk-forward, \(count) windows, first part \(part)"
    case .purgedKFold(let count): foldText = "purged k-fold, \(count) folds"
    }
    return [
      "folds": foldText, "embargo_bars": "\(embargoBars)", "redundancy": "\(redundancy)",
      "bootstraps": "\(bootstraps)", "alpha": "\(alpha)", "block_rows": "\(blockLength)", "ceiling": "\(ceiling)",
      "contest_forest": forest(contest), "scoring_forest": forest(scoring), "seed": "\(seed)",
    ]
  }
}
