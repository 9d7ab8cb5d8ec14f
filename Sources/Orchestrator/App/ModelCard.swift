// The page that goes with an ensemble: what it learned from, what it is worth, and where it ends.
import Backtest
import DecisionForests
import Ensemble
import Features
import Foundation
import ModelLifecycle
import Performance
import TradingDomain

/// An ensemble's card, one self-contained page; equal models have equal cards.
struct ModelCard {
  static let fileName = "card.html"

  let model: EnsembleModel
  let rows: MemberRows
  let symbol: String
  let from: SessionDate
  let to: SessionDate
  let seed: UInt64
  let settings: [String: String]

  func html() throws -> String {
    try ReportPage(
      title: "Ensemble for \(symbol)",
      subtitle: "\(from) to \(to), \(rows.schema.name), \(rows.horizonBars) bars ahead, flat within "
        + "\(DecimalText.compact(rows.deadZoneTicks)) ticks",
      stamps: [
        ReportStamp(name: "data", value: "\(symbol) \(from) to \(to), \(model.rows) labelled rows"),
        ReportStamp(name: "feature schema", value: "\(rows.schema.name) (\(rows.schema.hashText))"),
        ReportStamp(name: "seed", value: "\(seed)"), ReportStamp(name: "program", value: programVersion),
      ],
      verdicts: [verdict],
      sections: [
        ReportSection("Worth on labels that no member had seen", [.table(scores), .text(Self.explanation)]),
        ReportSection("Who is believed", [.table(weights), .text(keptWords)]),
        ReportSection("By regime", [.table(byRegime)]),
        ReportSection("Calibration", [.charts(reliability)]),
        ReportSection("What moves the trees", importance()),
        ReportSection("When it keeps still", [.table(abstentions)]),
        ReportSection("Limits", [.text(limits)]),
        ReportSection("Settings", [.table(settingsTable)]),
      ].filter { !$0.blocks.isEmpty }
    ).html()
  }

  private static let explanation =
    "Each fold was forecast by members that learned from what lies before it, corrected and joined by what was known "
    + "then. Gains are in nats a label over the base rate; errors count labels that overlap once. The ensemble is the "
    + "one that would have run, with weights that go on learning."

  private var verdict: ReportVerdict {
    guard let ensemble = model.study.scores.last else {
      return ReportVerdict(severity: .note, title: "Not judged", sentence: "No fold could be judged.")
    }
    let words =
      "\(DecimalText.signed(ensemble.gain, digits: 4)) +- \(DecimalText.fixed(ensemble.gainError, digits: 4)) nats a "
      + "label over the base rate."
    if ensemble.gain > 3 * ensemble.gainError, ensemble.gain > 0 {
      return ReportVerdict(
        severity: .pass, title: "It knows more than the base rate",
        sentence: words + " Knowing when nothing will move counts, too: this is no profit yet.")
    }
    return ReportVerdict(
      severity: .warning, title: "It does not know more than the base rate", sentence: words + " Below three errors.")
  }

  private var scores: ReportTable {
    ReportTable(
      caption:
        "\(model.study.labels) labels worth \(DecimalText.fixed(model.study.independent, digits: 0)) independent "
        + "ones",
      columns: [
        .init("", .text), .init("Log loss"), .init("Gain"), .init("+-"), .init("Accuracy (%)"),
        .init("Calibration error"), .init("", .bar),
      ],
      rows: model.study.scores.map { score in
        [
          .text(score.name), .number(score.logLoss, digits: 5), .signed(score.gain, digits: 5),
          .number(score.gainError, digits: 5), .number(100 * score.accuracy, digits: 1),
          .number(score.calibrationError, digits: 4), .bar(score.gain),
        ]
      })
  }

  private var weights: ReportTable {
    ReportTable(
      caption: "Weights before each judged fold, and those that the ensemble begins with",
      columns: [.init("", .text)] + model.study.weights.indices.map { .init("Fold \($0 + 2)") } + [.init("Now")],
      rows: model.weights.enumerated().map { place, entry in
        [.text(entry.kind.words)] + model.study.weights.map { .number($0[place], digits: 2) }
          + [.number(entry.weight, digits: 2)]
      })
  }

  private var keptWords: String {
    let kept = model.settings.members.map(\.kind.words).joined(separator: ", ")
    return model.settings.members.count == 1
      ? "A mixture was not better than one member by a standard error: \(kept) runs alone."
      : "Kept: \(kept)."
  }

  private var byRegime: ReportTable {
    let regimes = model.study.scores.last?.byRegime ?? []
    return ReportTable(
      caption: "Gain of the ensemble over the base rate in each regime",
      columns: [.init("", .text), .init("Gain"), .init("+-"), .init("Independent labels"), .init("", .bar)],
      rows: regimes.map {
        [
          .text($0.regime.words), .signed($0.gain, digits: 5), .number($0.gainError, digits: 5),
          .number($0.weight, digits: 0), .bar($0.gain),
        ]
      })
  }

  private var reliability: [any ReportChart] {
    zip(["down", "flat", "up"], model.study.reliability).map { name, bins in
      ReliabilityChart(
        title: "Said and happened: \(name)",
        points: bins.compactMap { bin in
          guard let said = bin.said, let happened = bin.happened else { return nil }
          return ReliabilityChart.Point(said: said, happened: happened, weight: bin.weight)
        })
    }
  }

  /// Mean size of each column's SHAP values over a sample of the newest labels.
  private func importance() throws -> [ReportSection.Block] {
    let trees = model.members.compactMap { member -> (Data, String)? in
      if case .trees(let bytes, let name) = member { return (bytes, name) }
      return nil
    }
    guard let (bytes, name) = trees.first else { return [] }
    let forest = try Forest(bytes: Array(bytes), named: name)
    let contributions = try ForestContributions(forest)
    let sample = stride(from: max(0, rows.count - 2_000), to: rows.count, by: 10)
    var sizes = [Double](repeating: 0, count: rows.columns)
    for position in sample {
      let row = Array(rows.tape.matrix.row(rows.rowOfLabel[position]))
      for (place, value) in contributions.contributions(of: row).enumerated() {
        sizes[place % rows.columns] += abs(value)
      }
    }
    let count = Double(max(1, sample.underestimatedCount) * forest.groupCount)
    let ranked = rows.schema.names.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.prefix(15)
    return [
      .table(
        ReportTable(
          caption: "Mean size of SHAP values over \(sample.underestimatedCount) of the newest labels, in log odds",
          columns: [.init("Feature", .text), .init("SHAP"), .init("", .bar)],
          rows: ranked.map {
            [.text(rows.schema.names[$0]), .number(sizes[$0] / count, digits: 4), .bar(sizes[$0] / count)]
          }))
    ]
  }

  private var abstentions: ReportTable {
    let abstained = model.study.abstentions
    return ReportTable(
      caption: "Part of the judged labels on which the ensemble would not have acted",
      columns: [.init("Reason", .text), .init("%")],
      rows: [AbstentionReason.novel, .disagreement, .undecided].map {
        [.text($0.words), .number(100 * (abstained[$0] ?? 0), digits: 2)]
      })
  }

  private var limits: String {
    let gate = model.settings.abstention.novelty.map {
      "Rows further than \(DecimalText.fixed($0.bound, digits: 2)) robust deviations from training rows are refused. "
    }
    return (gate ?? "")
      + "Trained on bars of \(rows.schema.barSeconds) s of \(symbol): it says nothing of other instruments, bar "
      + "lengths, or sessions unlike those it learned from. Nothing here is a promise of profit; `trader backtest` "
      + "charges costs."
  }

  private var settingsTable: ReportTable {
    ReportTable(
      caption: "Every setting", columns: [.init("Setting", .text), .init("Value", .text)],
      rows: settings.sorted { $0.key < $1.key }.map { [.text($0.key), .text($0.value)] })
  }
}
