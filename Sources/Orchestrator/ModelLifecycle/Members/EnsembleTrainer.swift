// Trains an ensemble: members held out to judge and to join them, then members on everything.

package import Ensemble
package import Foundation

/// An ensemble that has learned, with what is known of it.
package struct EnsembleModel: Sendable {
  package static let settingsFile = "ensemble.json"

  package var settings: EnsembleSettings
  /// Those that the settings name.
  package var members: [FittedMember]
  package var study: MemberStudy
  /// Of the members held out to the end: weights that the ensemble begins with, by kind.
  package var weights: [(kind: MemberKind, weight: Double)]
  /// Labelled rows it was trained on.
  package var rows: Int
  /// Rounds or epochs of the final members, 0 where there is no such thing.
  package var lengths: [MemberKind: Int]

  /// Model files by name, as they go into the artifact.
  package func files() throws -> [String: Data] {
    var files = [Self.settingsFile: try Self.encoded(settings)]
    for member in members { files.merge(try member.files()) { $1 } }
    return files
  }

  /// A new ensemble.
  package func ensemble(schemaHash: UInt64) throws -> MultiModalEnsemble {
    try MultiModalEnsemble(settings, members: members.map { try $0.member() }, schemaHash: schemaHash)
  }

  /// Settings as their file holds them.
  package static func encoded(_ settings: EnsembleSettings) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(settings)
  }
}

package enum EnsembleTrainer {
  /// Fewest labelled rows worth training on.
  package static let leastRows = 1_000

  /// Trains on `rows`: `kinds` may be members, the base rate always is a candidate.
  ///
  /// A member that the held-out forecasts give no weight is not trained again and is no part of the result: where one
  /// alone is best, it alone runs.
  ///
  /// - Parameter progress: Told how many fits of how many are done, and what is being done.
  package static func train(
    _ rows: MemberRows, kinds: [MemberKind], plan: MemberPlan, imported: ImportedTrees? = nil,
    progress: (Int, Int, String) -> Void = { _, _, _ in }
  ) throws -> EnsembleModel {
    try plan.forest.validate()
    guard rows.count >= leastRows else { throw TrainingError.tooFewRows(count: rows.count, needed: leastRows) }
    let kinds = [.base] + MemberKind.allCases.filter { $0 != .base && kinds.contains($0) }
    let finals = kinds.count
    var total = finals
    let forecasts = try HeldOutForecasts(rows, kinds: kinds, plan: plan, imported: imported) { done, all in
      total = all + finals
      progress(done, total, "held-out forecasts")
    }
    let study = try MemberStudy(forecasts, rows, plan: plan)
    let fit = try EnsembleFit(forecasts, folds: forecasts.folds[...], before: nil, rows, plan: plan)
    var members: [FittedMember] = []
    var lengths: [MemberKind: Int] = [:]
    let everything = Array(0..<rows.count)
    let fitter = MemberFit(rows: rows, plan: plan)
    for (number, place) in fit.kept.enumerated() {
      let kind = kinds[place]
      progress(total - finals + number, total, "final \(kind.words)")
      if kind == .trees, let imported {
        members.append(.trees(imported.bytes, name: imported.name))
        continue
      }
      let length = kind == .base || kind == .logistic ? nil : forecasts.length(of: place)
      members.append(try fitter.fit(kind, train: everything, length: length).member)
      lengths[kind] = length ?? 0
    }
    progress(total, total, "done")
    return EnsembleModel(
      settings: fit.settings, members: members, study: study,
      weights: kinds.indices.map { (kinds[$0], fit.stacking.weights[$0]) }, rows: rows.count, lengths: lengths)
  }
}
