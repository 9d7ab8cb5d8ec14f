// `trader status`: what a running session counts and how fast it is, read from its counter file by another process.
import ArgumentParser
import CHotPath
import Foundation
import Monitoring
import TradingDomain

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows the counts and latencies of a session, running or ended.",
    discussion: """
      Reads the counter file that `trader run` keeps (`counters` in its output folder, or where --counters said) without
      disturbing the session. Without --counters: the newest of out/*/counters.

      Stages: event is one event from the receipt of its bytes to its last command lying ready for the kernel, the wait
      for events that came with it included; decision and tick_to_order are those of them that brought a decision, or an
      order.
      """)

  @Option(help: "The session's counter file.")
  var counters: String?
  @Flag(help: "Print everything as JSON.")
  var json = false

  func run() throws {
    let reader = try CounterFileReader(path: try counters ?? Self.newest())
    let status = SessionStatus(reader)
    print(json ? try jsonText(status) : status.text)
  }

  /// The youngest counter file of the runs in `out`.
  private static func newest() throws -> String {
    let folders = ((try? FileManager.default.contentsOfDirectory(atPath: "out")) ?? []).sorted()
    let found = folders.map { "out/\($0)/counters" }.compactMap { path -> (path: String, time: Date)? in
      guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
      return (facts[.modificationDate] as? Date).map { (path, $0) }
    }
    guard let newest = found.max(by: { $0.time < $1.time }) else {
      throw CommandFailure(
        .badInput, "no session in ./out has a counter file: name one with --counters FILE (`trader run` says where).")
    }
    return newest.path
  }
}

/// What a counter file says at one moment.
struct SessionStatus: Encodable {
  enum State: String, Encodable {
    case running, ended
    /// The process is gone and did not say goodbye.
    case died
  }

  var path: String
  var process: Int32
  var state: State
  /// When the session began, seconds since 1970.
  var started: Double
  /// Seconds since the engine last processed an event; nil before the first.
  var age: Double?
  var counts: [String: UInt64]
  /// Nanoseconds.
  var latencies: [String: LatencySummary]

  init(_ reader: CounterFileReader) {
    path = reader.path
    process = reader.processID
    state = reader.isFinished ? .ended : reader.isWriterAlive ? .running : .died
    started = Double(reader.startTime.nanoseconds) / 1e9
    let last = reader.count(SessionFigure.lastEvent.rawValue) ?? 0
    age = last == 0 ? nil : max(0, Double(monotonicNow().count - Int64(clamping: last)) / 1e9)
    counts = Dictionary(uniqueKeysWithValues: reader.counts.map { ($0.name, $0.count) })
    latencies = Dictionary(
      uniqueKeysWithValues: reader.histogramNames.compactMap { name in reader.latency(name).map { (name, $0) } })
  }

  /// For people: state, stages, counts.
  var text: String {
    var rows: [[String]] = [["stage", "p50", "p99", "p99.9", "max", "count"]]
    for (name, latency) in latencies.sorted(by: { $0.key < $1.key }) {
      rows.append(
        [name]
          + [latency.p50, latency.p99, latency.p999, latency.maximum].map {
            NumberText.duration(nanoseconds: Double($0))
          } + [NumberText.grouped(latency.count)])
    }
    let timeless = counts.filter { $0.key != SessionFigure.lastEvent.rawValue }
    let totals = timeless.sorted { $0.key < $1.key }.map { [$0.key, NumberText.grouped($0.value)] }
    return "\(path): process \(process) \(stateText)\n\n" + Self.aligned(rows) + "\n" + Self.aligned(totals)
  }

  private var stateText: String {
    let seen = age.map { "last event \(NumberText.duration(nanoseconds: $0 * 1e9)) ago" } ?? "no event yet"
    switch state {
    case .running: return "runs, \(seen)"
    case .ended: return "ended in order, \(seen)"
    case .died: return "is gone without having ended in order, \(seen)"
    }
  }

  /// Columns: the first to the left, the others to the right.
  private static func aligned(_ rows: [[String]]) -> String {
    guard let columns = rows.first?.count else { return "" }
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + space : space + text
      }.joined(separator: "  ") + "\n"
    }.joined()
  }
}
