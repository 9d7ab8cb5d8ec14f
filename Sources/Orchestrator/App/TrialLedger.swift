// How often this data has been asked: the more a quant tries, the better the best of worthless tries looks.
import Backtest
import Foundation
import Glibc
import MarketData
import Performance
import QuantMath
import Storage
import TradingDomain
import Validation

/// Every finished backtest on the data of a store, one line each in `trials.jsonl` at the store's root.
///
/// A configuration counts once however often it is repeated; what counts is on how many configurations the same days
/// were spent, because the best of them is the one that is shown.
struct TrialLedger {
  /// One finished backtest.
  struct Trial: Codable, Equatable {
    var symbol: String
    /// First and last session of the test, YYYY-MM-DD: these texts sort as the dates do.
    var from: String
    var to: String
    /// Hash of what was tried: model or fitting, settings, seed; not the dates.
    var configuration: String
    var sessions: Int
    /// Sharpe ratio a session; nil where it is undefined.
    var sharpe: Double?
  }

  static let fileName = "trials.jsonl"

  private let path: String

  init(store: MarketStore) { path = store.root + "/" + Self.fileName }

  /// Reads the whole ledger, so that a damaged one is known before work is put into a run that it must count.
  func check() throws { _ = try trials() }

  /// Configurations tried on days of the test of `trial`, itself included.
  func count(with trial: Trial) throws -> TrialCount {
    var scores: [String: Double?] = [trial.configuration: trial.sharpe]
    for other in try trials()
    where other.symbol == trial.symbol && other.from <= trial.to && other.to >= trial.from
      && other.configuration != trial.configuration
    {
      scores.updateValue(other.sharpe, forKey: other.configuration)
    }
    var moments = RunningMoments()
    for score in scores.keys.sorted().compactMap({ scores[$0] ?? nil }) { moments.update(score) }
    return TrialCount(configurations: scores.count, variance: moments.standardDeviation.map { $0 * $0 })
  }

  /// Adds a line; one write, so that runs at the same time do not mix theirs.
  func append(_ trial: Trial) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(trial) + Data("\n".utf8)
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.failure(path) }
    defer { close(file) }
    guard line.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == line.count, fsync(file) == 0 else {
      throw Self.failure(path)
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(
      .environment,
      "\(path): this run cannot be added to the trials (\(String(cString: strerror(errno)))). Check space and "
        + "permissions; until then the deflated Sharpe ratio counts too few.")
  }

  private func trials() throws -> [Trial] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.environment, "\(path): cannot be read. Check its permissions.")
    }
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
      do {
        return try decoder.decode(Trial.self, from: Data(line))
      } catch {
        throw CommandFailure(
          .badInput,
          "\(path): line \(number + 1) is no trial. Mend or remove the line; each is a JSON object as "
            + "`trader backtest` writes it.")
      }
    }
  }
}

/// How many configurations the days of a test have seen.
struct TrialCount: Codable, Equatable {
  /// Including the one at hand.
  var configurations: Int
  /// Variance over them of the Sharpe ratio a session; nil below two that have one.
  var variance: Double?
}

extension BacktestManifest.Request {
  /// What was tried with which outcome, for the ledger.
  func trial(_ result: BacktestResult, modelHash: String) throws -> TrialLedger.Trial {
    var tried = self
    // Dates, places and checks do not change what is tried.
    (tried.data, tried.from, tried.to, tried.checks, tried.trials, tried.model) = ("", "", "", "", nil, nil)
    tried.against = []
    tried.walkForward?.pathGroups = nil
    tried.walkForward?.pathTests = nil
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = try encoder.encode(tried) + Data(modelHash.utf8)
    let profits = try result.curve.profits(sessions: result.sessions.map(\.date)).map(\.profit.brl)
    return TrialLedger.Trial(
      symbol: symbol, from: from, to: to, configuration: ContentHash(of: text).hexadecimal,
      sessions: profits.count, sharpe: SharpeSample(profits)?.ratio)
  }
}
