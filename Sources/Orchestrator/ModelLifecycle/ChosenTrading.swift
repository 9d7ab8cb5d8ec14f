// What was chosen for a model besides itself, as its artifact keeps it.
package import Engine
package import Execution
package import Foundation
package import Storage
import TradingDomain

/// Thresholds, stops and handling of orders that a search found best for a model.
///
/// Only what a search may choose is here. Contracts, hours, costs and limits are the operator's, and are never taken
/// from an artifact.
package struct ChosenTrading: Hashable, Sendable, Codable {
  package static let artifactName = "trading.json"

  /// ``StrategyStyle``
  var style: String
  var trendProbability: Float
  var rangeProbability: Float
  var trendConfidence: Float
  var rangeConfidence: Float
  var leastSignalProbability: Float
  var exitProbability: Float
  /// Times the cost; expected ticks.
  var edgeMargin: Double
  var exitTicks: Double
  /// In points.
  var stopPoints: Double
  var targetPoints: Double
  var leastRewardToRisk: Double
  var entriesPerSession: Int
  /// In ticks.
  var entryReach: Int64
  var exitReach: Int64
  var stopLimitOffset: Int64
  /// In nanoseconds.
  var entryLifetime: Int64
  var exitLifetime: Int64

  package init(_ strategy: StrategyConfiguration, _ execution: ExecutionConfiguration) {
    style = strategy.style.rawValue
    trendProbability = strategy.trend.probability
    rangeProbability = strategy.range.probability
    trendConfidence = strategy.trend.confidence
    rangeConfidence = strategy.range.confidence
    leastSignalProbability = strategy.leastSignalProbability
    exitProbability = strategy.exitProbability
    edgeMargin = strategy.edgeMargin
    exitTicks = strategy.exitTicks
    stopPoints = strategy.trendStopPoints
    targetPoints = strategy.trendTargetPoints
    leastRewardToRisk = strategy.leastRewardToRisk
    entriesPerSession = strategy.entriesPerSession
    entryReach = execution.entryReach.ticks
    exitReach = execution.exitReach.ticks
    stopLimitOffset = execution.stopLimitOffset.ticks
    entryLifetime = execution.entryLifetime.count
    exitLifetime = execution.exitLifetime.count
  }

  /// What the artifact keeps; nil where nothing was chosen.
  ///
  /// - Throws: ``StorageError`` where the file cannot be meant.
  init?(from artifact: ModelArtifact) throws {
    guard artifact.manifest.files[Self.artifactName] != nil else { return nil }
    func wrong(_ problem: String) -> StorageError {
      StorageError(
        kind: .content, path: artifact.path(Self.artifactName), problem: "not the choices of a search (\(problem))",
        mend: "Build the model again.")
    }
    do {
      self = try JSONDecoder().decode(ChosenTrading.self, from: artifact.file(Self.artifactName))
    } catch let error as DecodingError {
      throw wrong("\(error)")
    }
    guard StrategyStyle(rawValue: style) != nil else { throw wrong("the style '\(style)'") }
    var strategy = StrategyConfiguration()
    apply(to: &strategy)
    do { try strategy.validate() } catch { throw wrong(error.description) }
    for (name, value) in [
      ("entryReach", entryReach), ("exitReach", exitReach), ("stopLimitOffset", stopLimitOffset),
    ] where !(0...10_000).contains(value) {
      throw wrong("\(name) = \(value) ticks")
    }
    for (name, value) in [("entryLifetime", entryLifetime), ("exitLifetime", exitLifetime)]
    where !(1_000_000...86_400_000_000_000).contains(value) {
      throw wrong("\(name) = \(value) ns")
    }
  }

  package func data() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self)
  }

  /// Puts the choices in the place of the configuration's; never more entries than it allows.
  package func apply(to strategy: inout StrategyConfiguration) {
    strategy.style = StrategyStyle(rawValue: style) ?? strategy.style
    strategy.trend = EntryThresholds(confidence: trendConfidence, probability: trendProbability)
    strategy.range = EntryThresholds(confidence: rangeConfidence, probability: rangeProbability)
    strategy.leastSignalProbability = leastSignalProbability
    strategy.exitProbability = exitProbability
    strategy.edgeMargin = edgeMargin
    strategy.exitTicks = exitTicks
    strategy.trendStopPoints = stopPoints
    strategy.trendTargetPoints = targetPoints
    strategy.leastRewardToRisk = leastRewardToRisk
    strategy.entriesPerSession = min(strategy.entriesPerSession, entriesPerSession)
  }

  package func apply(to execution: inout ExecutionConfiguration) {
    execution.entryReach = Price(ticks: entryReach)
    execution.exitReach = Price(ticks: exitReach)
    execution.stopLimitOffset = Price(ticks: stopLimitOffset)
    execution.entryLifetime = Nanoseconds(entryLifetime)
    execution.exitLifetime = Nanoseconds(exitLifetime)
  }
}
