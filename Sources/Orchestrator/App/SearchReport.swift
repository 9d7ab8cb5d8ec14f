// A search as a page: how it went, what decided, and how firm its winner stands.
import Foundation
import ModelLifecycle
import Optimization
import Performance

/// The report of a search, one self-contained file.
enum SearchReport {
  static let fileName = "search.html"

  static func write(_ study: Study, _ result: SearchResult, into folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = folder + "/" + fileName
    do {
      try Data(page(study, result).html().utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(
        .environment, "\(path): cannot be written (\(error.localizedDescription)). Check the folder.")
    }
  }

  static func page(_ study: Study, _ result: SearchResult) -> ReportPage {
    let scored = study.history.filter { $0.score != nil }
    let shares = Importance.shares(study)
    let order = study.space.parameters.indices.sorted {
      (shares[$1].share, $0) < (shares[$0].share, $1)
    }.map { study.space.parameters[$0] }
    var sections = [
      ReportSection("Result", [.table(winners(result)), .text(words(result))]),
      ReportSection("History", [.chart(history(study, scored))]),
      ReportSection("What decided", [.table(importance(shares))]),
    ]
    if order.count >= 2 {
      sections.append(ReportSection("All parameters", [.chart(parallel(study, scored, order))]))
      sections.append(ReportSection("Two that decided most", [.chart(surface(study, scored, order[0], order[1]))]))
    }
    sections.append(ReportSection("One by one", [.charts(order.map { slice(study, scored, $0) })]))
    if !study.goals.isEmpty { sections.append(ReportSection("Pareto front", front(study, scored, result))) }
    sections.append(ReportSection("Stability", stability(study, result)))
    return ReportPage(
      title: "Search \(study.name)",
      subtitle: "\(result.trials) trials over \(study.space.parameters.count) parameters",
      stamps: [
        ReportStamp(name: "sampler", value: "\(study.sampler)"), ReportStamp(name: "seed", value: "\(study.seed)"),
        ReportStamp(name: "space", value: String(study.space.fingerprint, radix: 16)),
        ReportStamp(name: "trials at a time", value: "\(study.width)"),
        ReportStamp(name: "program", value: programVersion),
      ], verdicts: verdicts(result), sections: sections)
  }

  // MARK: words

  private static func verdicts(_ result: SearchResult) -> [ReportVerdict] {
    var found: [ReportVerdict] = []
    if let probability = result.deflatedProbability {
      let text = DecimalText.percent(probability, digits: 1)
      found.append(
        ReportVerdict(
          severity: probability >= 0.95 ? .pass : .warning,
          title: probability >= 0.95 ? "Better than luck" : "Luck would look the same",
          sentence: "\(text) sure that the best is better than the best of \(result.configurations) worthless tries."))
    } else {
      found.append(
        ReportVerdict(
          severity: .note, title: "Nothing to deflate",
          sentence: "The best trial has no spread of results: it hardly traded."))
    }
    if let overfitting = result.overfitting {
      found.append(
        ReportVerdict(
          severity: overfitting <= 0.2 ? .pass : .warning, title: "Overfitting",
          sentence: "\(DecimalText.percent(overfitting, digits: 0)) chance that the best in half of the folds is below "
            + "the middle in the other half."))
    }
    if let outer = result.plateau.outer, let error = result.plateau.outerError, outer < -2 * error {
      found.append(
        ReportVerdict(
          severity: .fail, title: "It lost on the sessions kept apart",
          sentence: "The plateau's pick earned \(DecimalText.signed(outer, digits: 2)) BRL a session there."))
    }
    return found
  }

  private static func words(_ result: SearchResult) -> String {
    let nested = result.nested.map {
      " Searching anew before each block of the sessions kept apart, the winners earned "
        + "\(DecimalText.signed($0.mean, digits: 2)) BRL a session there."
    }
    return "\(result.trials) trials, \(result.pruned) stopped early, \(result.failed) failed. Scores are net reais a "
      + "session, costs included. What is lost from the sessions learned from to the folds, and from there to those "
      + "kept apart, is overfit.\(nested ?? "")"
  }

  // MARK: tables

  private static func winners(_ result: SearchResult) -> ReportTable {
    func row(_ name: String, _ candidate: SearchResult.Candidate) -> [ReportTable.Cell] {
      [
        .text("\(name): trial \(candidate.trial)"), .signed(candidate.seen, digits: 2),
        .signed(candidate.score, digits: 2), .number(candidate.standardError, digits: 2),
        .signed(candidate.outer, digits: 2), .number(candidate.outerError, digits: 2), .text(candidate.parameters),
      ]
    }
    return ReportTable(
      caption: "BRL a session",
      columns: [
        .init("", .text), .init("Learned from"), .init("Folds"), .init("+-"), .init("Kept apart"), .init("+-"),
        .init("Parameters", .text),
      ], rows: [row("Best", result.best), row("Plateau", result.plateau)])
  }

  private static func importance(_ shares: [(name: String, share: Double)]) -> ReportTable {
    ReportTable(
      caption: "How far the best fifth of the trials differs from all (PED-ANOVA over histograms)",
      columns: [.init("", .text), .init("Share (%)"), .init("", .bar)],
      rows: shares.sorted { $0.share > $1.share }.map {
        [.text($0.name), .number(100 * $0.share, digits: 1), .bar($0.share)]
      })
  }

  // MARK: charts

  private static func history(_ study: Study, _ scored: [Trial]) -> PointChart {
    var line: [(x: Double, y: Double)] = []
    for trial in scored where study.violation(trial) <= 0 {
      let score = trial.score ?? 0
      let best = line.last.map { study.direction == .maximise ? max($0.y, score) : min($0.y, score) } ?? score
      line.append((x: Double(trial.number), y: best))
    }
    let best = study.best?.number
    return PointChart(
      title: "Scores in the order of the trials",
      summary: line.last.map { "The best score is \(DecimalText.signed($0.y, digits: 2)), of trial \(best ?? 0)." }
        ?? "No trial has a score.", horizontal: "trial", vertical: "score",
      points: scored.map { point($0, x: Double($0.number), isMarked: $0.number == best) }, line: line,
      marked: "the best", lineName: "best so far")
  }

  private static func point(_ trial: Trial, x: Double, isMarked: Bool) -> PointChart.Point {
    PointChart.Point(
      x: x, y: trial.score ?? 0, isMarked: isMarked,
      tip: "trial \(trial.number): \(DecimalText.signed(trial.score ?? 0, digits: 2))\n\(trial.parameters)")
  }

  private static func slice(_ study: Study, _ scored: [Trial], _ parameter: Parameter) -> PointChart {
    var names: [String]?
    if case .categorical(let all) = parameter.domain { names = all }
    let best = study.best?.number
    let points = scored.compactMap { trial -> PointChart.Point? in
      guard let value = trial.parameters[parameter.name] else { return nil }
      let x: Double
      switch value {
      case .float(let value): x = value
      case .integer(let value): x = Double(value)
      case .category(let name): x = Double(names?.firstIndex(of: name) ?? 0)
      }
      return point(trial, x: x, isMarked: trial.number == best)
    }
    return PointChart(
      title: parameter.name, summary: "\(points.count) trials, \(parameter.domain).", horizontal: parameter.name,
      vertical: "score", points: points, names: names, marked: "the best")
  }

  private static func parallel(_ study: Study, _ scored: [Trial], _ order: [Parameter]) -> ParallelChart {
    let ranked = scored.sorted { study.losses($0)[0] < study.losses($1)[0] }
    let good = Set(ranked.prefix(max(1, ranked.count / 10)).map(\.number))
    return ParallelChart(
      title: "Every trial across its parameters",
      summary: "\(scored.count) trials; the best tenth is drawn strongly. Axes are in the order of what decided.",
      axes: order.map { parameter in
        ParallelChart.Axis(
          name: parameter.name, low: short(parameter.domain.value(position: 0)),
          high: short(parameter.domain.value(position: 1)))
      },
      lines: scored.map { trial in
        ParallelChart.Line(
          places: order.map { parameter in
            trial.parameters[parameter.name].map { parameter.domain.position(of: $0) }
          }, isGood: good.contains(trial.number))
      })
  }

  private static func short(_ value: ParameterValue) -> String {
    switch value {
    case .float(let value): return DecimalText.compact(value)
    case .integer(let value): return "\(value)"
    case .category(let name): return name
    }
  }

  /// Parts that an axis is cut into.
  private static func parts(_ parameter: Parameter) -> Int {
    parameter.domain.isCategorical ? parameter.domain.count ?? 1 : min(8, parameter.domain.count ?? 8)
  }

  private static func surface(
    _ study: Study, _ scored: [Trial], _ first: Parameter, _ second: Parameter
  ) -> SurfaceChart {
    let (rows, columns) = (parts(first), parts(second))
    var sums = [[Double]](repeating: [Double](repeating: 0, count: columns), count: rows)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: columns), count: rows)
    for trial in scored {
      guard let left = trial.parameters[first.name], let right = trial.parameters[second.name] else { continue }
      let row = min(rows - 1, Int(first.domain.position(of: left) * Double(rows)))
      let column = min(columns - 1, Int(second.domain.position(of: right) * Double(columns)))
      sums[row][column] += trial.score ?? 0
      counts[row][column] += 1
    }
    func names(_ parameter: Parameter, _ count: Int) -> [String] {
      (0..<count).map { short(parameter.domain.value(position: (Double($0) + 0.5) / Double(count))) }
    }
    return SurfaceChart(
      title: "Mean score over \(first.name) (down) and \(second.name) (across)",
      summary: "Mean scores of the trials in each cell; empty cells were not tried.", rows: names(first, rows),
      columns: names(second, columns),
      means: rows == 0
        ? []
        : sums.indices.map { row in
          sums[row].indices.map { counts[row][$0] > 0 ? sums[row][$0] / Double(counts[row][$0]) : nil }
        }, counts: counts)
  }

  private static func front(_ study: Study, _ scored: [Trial], _ result: SearchResult) -> [ReportSection.Block] {
    let members = Set(result.front.map(\.trial))
    let charts: [any ReportChart] = study.goals.map { goal in
      PointChart(
        title: "Score against \(goal.metric)",
        summary: "\(members.count) trials are on the front: no other trial beats them in every goal.",
        horizontal: "\(goal.metric) (\(goal.direction.rawValue))", vertical: "score",
        points: scored.compactMap { trial in
          trial.metrics[goal.metric].map { point(trial, x: $0, isMarked: members.contains(trial.number)) }
        }, marked: "on the front")
    }
    let table = ReportTable(
      caption: "The front",
      columns: [.init("", .text), .init("Score")] + study.goals.map { .init($0.metric) } + [.init("Parameters", .text)],
      rows: result.front.map { trial in
        [.text("trial \(trial.trial)"), .signed(trial.score, digits: 2)]
          + study.goals.map { .number(trial.figures[$0.metric], digits: 2) } + [.text(trial.parameters)]
      })
    return [.charts(charts), .table(table)]
  }

  private static func stability(_ study: Study, _ result: SearchResult) -> [ReportSection.Block] {
    guard let best = study.best else { return [.text("No trial has a score.")] }
    var blocks: [ReportSection.Block] = [
      .text(
        "The plateau's pick is, among the trials as good as the best within a standard error, the one whose neighbours "
          + "are good, too. A best trial with much worse neighbours is a peak, and peaks are mostly luck.")
    ]
    let neighbours = Plateau.neighbourhood(of: best, study)
    let picked = study.history.first { $0.number == result.plateau.trial }.map { Plateau.neighbourhood(of: $0, study) }
    blocks.append(
      .table(
        ReportTable(
          caption: "Mean score of a trial's nearest \(Plateau.neighbours) and itself",
          columns: [.init("", .text), .init("Itself"), .init("Neighbourhood")],
          rows: [
            [.text("best"), .signed(best.score, digits: 2), .signed(neighbours, digits: 2)],
            [.text("plateau"), .signed(result.plateau.score, digits: 2), .signed(picked, digits: 2)],
          ])))
    return blocks
  }
}
