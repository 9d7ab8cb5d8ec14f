// `trader allocate`: how to split capital between instruments or strategies, searched under temporal validation.
import ArgumentParser
import Foundation
import ModelLifecycle
import Optimization
import Performance
import QuantMath
import Risk
import Storage
import Validation

struct AllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate", abstract: "Splits capital between instruments: searches the way, and says the units.",
    discussion: """
      Each argument is NAME=FILE: trades.csv of a backtest, or a CSV with the columns date and brl, the net result a \
      session of one unit. A day that only others have counts as 0. Every trial's weights come from the sessions \
      before; all are scaled to the risk of equal weights. The newest sessions (--outer) judge the winner once.
      """)

  @Argument(help: ArgumentHelp("An instrument or strategy and its results; at least two.", valueName: "name=file"))
  var members: [String]
  @Option(help: "What is searched: a space file, such as config/spaces/allocation.toml.")
  var space: String
  @Option(help: "The study's database; made if absent.")
  var study: String
  @Option(help: "Name of the study in it.")
  var name = "allocation"
  @Option(help: "Trials that the study shall have.")
  var trials = 60
  @Option(help: "How trials are chosen: \(SamplerName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sampler = SamplerName.gp
  @Option(help: "Folds.")
  var folds = 5
  @Option(help: "Newest sessions, which no trial sees.")
  var outer = 20
  @Option(help: "Threads; the study does not depend on it.")
  var workers = 2
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Option(help: "Folder for a report in HTML.")
  var report: String?
  @Flag(help: "Print the result as JSON.")
  var json = false

  private struct Result: Encodable {
    var search: SearchResult
    /// Units of each member for the next session, by the plateau's pick.
    var units: [String: Double]
  }

  func validate() throws {
    guard members.count >= 2 else { throw ValidationError("Give at least two members, each as NAME=FILE.") }
    for (name, value, range) in [
      ("--trials", trials, 1...1_000_000), ("--folds", folds, 2...100), ("--outer", outer, 0...5_000),
      ("--workers", workers, 1...256),
    ] where !range.contains(value) {
      throw ValidationError("\(name) is \(value), but must be \(range.lowerBound) to \(range.upperBound).")
    }
  }

  func run() throws {
    let files = try members.map { member in
      let parts = member.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw CommandFailure(.badInput, "'\(member)': give NAME=FILE.") }
      return (name: parts[0], path: parts[1])
    }
    if let twice = files.first(where: { file in files.count { $0.name == file.name } > 1 }) {
      throw CommandFailure(.badInput, "'\(twice.name)' is named twice: names must be unique.")
    }
    let series = try files.map { try SessionResults.read($0.path) }
    let dates = Set(series.flatMap(\.keys)).sorted()
    var results = Matrix<Double>(rows: dates.count, columns: files.count)
    for (row, date) in dates.enumerated() {
      for (column, days) in series.enumerated() { results[row, column] = days[date] ?? 0 }
    }
    let searched = try SpaceFile.space(space)
    let known = AllocationObjective.searchable.map(\.name)
    if let stranger = searched.parameters.first(where: { !known.contains($0.name) }) {
      throw CommandFailure(
        .badInput,
        "\(space): '\(stranger.name)' is nothing of an allocation; known are \(known.joined(separator: ", "))")
    }
    let objective = try AllocationObjective(results, folds: folds, outer: outer)
    let text = results.elements.map { "\($0)" }.joined(separator: " ")
    let identity = [
      "data": files.map(\.name).joined(separator: " ") + " " + ContentHash(of: Data(text.utf8)).hexadecimal,
      "folds": "\(folds), \(outer) kept apart", "program": programVersion,
    ]
    let store = StudyStore(try StudyDatabase(path: study))
    let plan = Study(
      name: name, space: searched, sampler: try sampler.sampler(), seed: seed, direction: .maximise, width: 4)
    let resumed = try store.restore(plan, identity: identity)
    let optimizer = HyperparameterOptimizer(study: resumed) { trial, study in
      try store.append(trial, of: study, start: Date(), end: Date())
    }
    let best = try optimizer.run(trials: trials, folds: objective.foldCount, workers: workers) { parameters, fold in
      try objective.score(parameters, fold: fold)
    }
    // The study's own trials are all that was tried on these results.
    let ratios = optimizer.study.history.compactMap { $0.metrics["sharpe"] }
    var moments = RunningMoments()
    for ratio in ratios { moments.update(ratio) }
    let found = try SearchResult(
      optimizer.study, best: best, objective: objective,
      count: TrialCount(configurations: optimizer.study.history.count, variance: moments.variance))
    if let report { try SearchReport.write(optimizer.study, found, into: report) }
    let pick = optimizer.study.history.first { $0.number == found.plateau.trial } ?? best
    let units = try objective.newest(pick.parameters)
    let result = Result(
      search: found, units: Dictionary(uniqueKeysWithValues: zip(files.map(\.name), units)))
    if json { return print(try jsonText(result)) }
    print(found.text(resumed: resumed.history.count))
    let words = zip(files.map(\.name), units).map { "\($0) \(DecimalText.fixed($1, digits: 3))" }
    print("units      " + words.joined(separator: ", ") + " for the next session, by the plateau's pick")
  }
}

/// Results a session, by date.
enum SessionResults {
  /// Reads `trades.csv` of a backtest, or a file with the columns date and brl.
  static func read(_ path: String) throws -> [String: Double] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.badInput, "\(path): no such file. Give trades.csv of a backtest, or a CSV of date and brl.")
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    let columns = lines.first?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
    guard let day = columns.firstIndex(where: { $0 == "date" || $0 == "exit_time" }),
      let amount = columns.firstIndex(where: { $0 == "brl" || $0 == "net_brl" })
    else {
      throw CommandFailure(
        .badInput,
        "\(path):1: the columns are '\(columns.joined(separator: ","))', but date and brl, or exit_time and "
          + "net_brl, are needed.")
    }
    var results: [String: Double] = [:]
    for (index, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == columns.count, let value = Double(fields[amount]), value.isFinite,
        DateArgument(argument: String(fields[day].prefix(10))) != nil
      else {
        throw CommandFailure(
          .badInput, "\(path):\(index + 1): '\(line)' is no result: a date such as 2021-11-05 and an amount are needed."
        )
      }
      results[String(fields[day].prefix(10)), default: 0] += value
    }
    return results
  }
}
