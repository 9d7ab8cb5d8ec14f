// What a backtest was made of, exactly enough to make it again.
import Foundation
import MarketData
import Storage
import TradingDomain

/// The inputs and outputs of one backtest, as `manifest.json` in its folder.
struct BacktestManifest: Codable {
  /// The command's own values; paths as they were given.
  struct Request: Codable, Equatable {
    var data: String
    var symbol: String
    /// The artifact; nil for a walk-forward.
    var model: String?
    /// Artifacts that run beside it.
    var against: [String]
    var walkForward: WalkForwardRequest?
    var from: String
    var to: String
    var seed: UInt64
    var noCosts: Bool
    /// `basic` or `full`.
    var checks: String
    /// The configuration file's text; nil without one.
    var configuration: String?
    /// How often these days had been tried; nil until the run has asked the ledger.
    var trials: TrialCount?
  }

  /// How a walk-forward fits and trades.
  struct WalkForwardRequest: Codable, Equatable {
    var training: Int
    var trading: Int
    var embargo: Int
    var isAnchored: Bool
    var schema: String
    var horizon: Int
    var patience: Int?
    var rounds: Int
    var selectsFeatures: Bool
    var tunesThresholds: Bool
    var depth: Int
    var learningRate: Double
    var leastLeaf: Double
    /// Groups of a combinatorial cross-validation and how many are tested at a time; nil without one.
    var pathGroups: Int?
    var pathTests: Int?
    /// Members of an ensemble, as given; nil for trees for rise or fall.
    var members: String?
    var flatTicks: Double?
    var epochs: Int?
    var width: Int?
  }

  var program: String
  var request: Request
  /// Identity of the model artifact, or hash of the feature schema of a walk-forward.
  var modelHash: String
  /// Hash of every market file that was open to the run, by its path inside the store.
  var dataHashes: [String: String]
  /// Hash of every file that the run wrote, by name.
  var outputs: [String: String]

  static let fileName = "manifest.json"
  /// The files whose bytes a repetition must reproduce.
  static let outputNames = ["report.json", "journal.bin", "trades.csv", "equity.npy"]

  /// Market files of the sessions and of the bars before them that warm the features.
  static func dataHashes(
    _ store: MarketStore, symbol: String, from: SessionDate, to: SessionDate
  ) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for stream in try store.streams(symbol) {
      for day in try store.days(symbol, stream) where day >= from && day <= to {
        let path = store.path(symbol, stream, day)
        hashes["\(stream.folder)/\(day)"] = try hash(of: path)
      }
    }
    return hashes
  }

  static func hash(of path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.environment, "\(path): cannot be read. Check that it is there and its permissions.")
    }
    return ContentHash(of: bytes).hexadecimal
  }

  /// Hashes of those outputs that are in `folder`.
  static func outputs(in folder: String) throws -> [String: String] {
    var hashes: [String: String] = [:]
    let journals = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasPrefix("journal-") && $0.hasSuffix(".bin")
    }
    for name in outputNames + journals where FileManager.default.fileExists(atPath: folder + "/" + name) {
      hashes[name] = try hash(of: folder + "/" + name)
    }
    return hashes
  }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: folder + "/" + Self.fileName))
    } catch {
      throw CommandFailure(.environment, "\(folder)/\(Self.fileName): cannot write (\(error.localizedDescription)).")
    }
  }

  /// The manifest at `path`, which names the file or its folder.
  static func read(_ path: String) throws -> BacktestManifest {
    let file = path.hasSuffix(".json") ? path : path + "/" + fileName
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CommandFailure(
        .badInput, "\(file): there is no manifest. `trader backtest --report DIR` writes one into DIR.")
    }
    do {
      return try JSONDecoder().decode(BacktestManifest.self, from: data)
    } catch {
      throw CommandFailure(.badInput, "\(file): not a backtest's manifest (\(error)).")
    }
  }

  /// What differs between the inputs of this run and of `other`, in words; empty when nothing does.
  func differencesOfInput(to other: BacktestManifest) -> [String] {
    var differences: [String] = []
    if program != other.program { differences.append("the program was \(program) and is \(other.program)") }
    if modelHash != other.modelHash {
      differences.append("the model was \(modelHash.prefix(16)) and is \(other.modelHash.prefix(16))")
    }
    for name in Set(dataHashes.keys).union(other.dataHashes.keys).sorted()
    where dataHashes[name] != other.dataHashes[name] {
      differences.append("market data \(name) \(other.dataHashes[name] == nil ? "is gone" : "has changed")")
    }
    return differences
  }
}
