// What `trader features` prints: a check's outcome, and the parts of expressions.
import Features
import Foundation

/// The outcome of a check for people and machines.
struct FeatureCheckOutput: Encodable {
  struct Feature: Encodable {
    var name: String
    var warmUpBars: Int
    var settledBars: Int?
    var nextCorrelation: Double?
    var ownCorrelation: Double?
    var missing: Int
  }

  struct Fault: Encodable {
    var feature: String
    var kind: String
    var detail: String
  }

  var schema: String
  var hash: String
  var bars: Int
  var isSound: Bool
  var faults: [Fault]
  var untested: [String]
  var features: [Feature]

  init(_ report: FeatureCheckReport, schema: FeatureSchema) {
    self.schema = schema.name
    hash = schema.hashText
    bars = report.bars
    isSound = report.isSound
    faults = report.faults.map { Fault(feature: $0.feature, kind: $0.kind.rawValue, detail: $0.detail) }
    untested = report.untested
    features = report.findings.map {
      Feature(
        name: $0.feature, warmUpBars: $0.warmUpBars, settledBars: $0.settledBars, nextCorrelation: $0.nextCorrelation,
        ownCorrelation: $0.ownCorrelation, missing: $0.missing)
    }
  }

  var text: String {
    let width = features.map(\.name.count).max() ?? 0
    func cell(_ number: Double?) -> String { number.map { String(format: "%7.3f", $0) } ?? "      -" }
    var lines = [
      "schema \(schema) (\(hash)), \(features.count) features, \(bars) bars",
      "feature".padding(toLength: width, withPad: " ", startingAt: 0)
        + "  warm-up  settled  rank correlation with the next return (a leak where large), with its own bar's",
    ]
    for feature in features {
      let settled = feature.settledBars.map(String.init) ?? "-"
      lines.append(
        feature.name.padding(toLength: width, withPad: " ", startingAt: 0)
          + String(format: "  %7d  %7@  ", feature.warmUpBars, settled as NSString) + cell(feature.nextCorrelation)
          + cell(feature.ownCorrelation))
    }
    lines += untested.map { "NOT TESTED \($0)" }
    lines += faults.map { "FAULT \($0.feature) \($0.kind): \($0.detail)" }
    if isSound {
      lines.append("sound: no feature reads the future, remembers too long, or breaks on missing data")
    } else {
      lines.append("faults: \(faults.count), checks that could not run: \(untested.count)")
    }
    return lines.joined(separator: "\n")
  }
}

/// Everything that expressions are made of.
struct FeatureLanguage: Encodable {
  struct Part: Encodable {
    var name: String
    var meaning: String
  }

  var inputs: [Part]
  var operators: [Part]
  var indicators: [Part]

  init() {
    let leaves: [FeatureInput] =
      BarInput.allCases.map(FeatureInput.bar) + ClockInput.allCases.map(FeatureInput.clock)
      + RegimeInput.allCases.map(FeatureInput.regime) + EventSignal.allCases.map(FeatureInput.event)
    inputs = leaves.map { Part(name: $0.name, meaning: "needs \($0.tier)") }
    operators = FeatureOperator.allCases.map { Part(name: $0.signature, meaning: $0.definition) }
    indicators = FeatureIndicator.all.map { Part(name: $0.signature, meaning: $0.definition) }
  }

  var text: String {
    [("Inputs", inputs), ("Operators", operators), ("Indicators", indicators)].map { title, parts in
      title + "\n" + parts.map { "  \($0.name): \($0.meaning)" }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
