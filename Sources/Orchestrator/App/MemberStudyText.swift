// The study of members for terminals and machines.
import Ensemble
import ModelLifecycle
import Performance
import TradingDomain

/// What a study found, in a table and three lines.
struct MemberStudyText {
  private let study: MemberStudy

  init(_ study: MemberStudy) { self.study = study }

  var text: String {
    let weights = study.weights.last.map { weights in
      zip(study.members, weights).map { "\($0.words) \(DecimalText.fixed($1, digits: 2))" }.joined(separator: ", ")
    }
    let regimes = study.regimeWeights.map { entry in
      "  \(entry.regime.words.padded(to: 12))  "
        + entry.weights.map { "\($0.kind.words) \(DecimalText.fixed($0.weight, digits: 2))" }.joined(separator: ", ")
    }
    let abstained = study.abstentions.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\(DecimalText.percent($0.value, digits: 1)) \($0.key.words)"
    }
    return """
      judged: \(study.labels) labels worth \(DecimalText.fixed(study.independent, digits: 0)) independent ones

      member          log loss   gain over the base rate  accuracy  calibration error
      \(study.scores.map(row).joined(separator: "\n"))

      stacked weights before the last fold: \(weights ?? "none")
      the ensemble's weights by regime at the end:
      \(regimes.joined(separator: "\n"))
      abstentions: \(abstained.isEmpty ? "none" : abstained.joined(separator: ", "))
      """
  }

  private func row(_ score: MemberScore) -> String {
    [
      score.name.padded(to: 14), DecimalText.fixed(score.logLoss, digits: 5),
      "\(DecimalText.signed(score.gain, digits: 5)) +- \(DecimalText.fixed(score.gainError, digits: 5))",
      DecimalText.percent(score.accuracy, digits: 1), DecimalText.fixed(score.calibrationError, digits: 4),
    ].joined(separator: "  ")
  }
}

extension AbstentionReason {
  /// For tables.
  var words: String {
    switch self {
    case .noInput: "without input"
    case .noMember: "without a member"
    case .novel: "unlike anything learned from"
    case .disagreement: "members contradict each other"
    case .undecided: "outcomes point both ways"
    case .tooSmall: "move too small for its costs"
    }
  }
}

/// The study as JSON.
struct MemberStudyOutput: Encodable {
  struct Score: Encodable {
    var name: String
    var logLoss: Double
    var gain: Double
    var gainError: Double
    var accuracy: Double
    var calibrationError: Double
  }
  var scores: [Score]
  var labels: Int
  var independent: Double
  var stackedWeights: [String: Double]
  var abstentions: [String: Double]

  init(_ study: MemberStudy) {
    scores = study.scores.map {
      Score(
        name: $0.name, logLoss: $0.logLoss, gain: $0.gain, gainError: $0.gainError, accuracy: $0.accuracy,
        calibrationError: $0.calibrationError)
    }
    labels = study.labels
    independent = study.independent
    stackedWeights = Dictionary(
      uniqueKeysWithValues: zip(study.members.map(\.rawValue), study.weights.last ?? []))
    abstentions = Dictionary(uniqueKeysWithValues: study.abstentions.map { ("\($0.key)", $0.value) })
  }
}

extension String {
  /// With spaces behind, at least so long.
  func padded(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}
