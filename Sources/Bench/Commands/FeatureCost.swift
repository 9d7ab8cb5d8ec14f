// `bench features`: what one bar of any schema costs, for comparison with other libraries' batch functions.

import ArgumentParser
import Features
import Foundation
import ModelLifecycle

/// Times a schema over a seeded market and prints nanoseconds per bar, one line per round.
struct FeatureCost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "features", abstract: "Times a feature schema, bar by bar.",
    discussion: "Prints one JSON line a round. Benchmarks/peers/indicators.py runs it in turns with TA-Lib.")

  @Argument(help: "v2, candidates, or a schema file.")
  var schema = FeatureSchema.candidates.name
  @Option(help: "Bars of a round, after warm-up.")
  var bars = 20_000
  @Option(help: "Rounds.")
  var rounds = 3

  func validate() throws {
    guard bars > 0, rounds > 0 else { throw ValidationError("--bars and --rounds must be positive.") }
  }

  func run() throws {
    let schema = try found()
    let processor = AdvancedFeatureProcessor(schema: schema, instrument: TriggerMarket.instrument)
    let market = BenchStage.randomWalk(schema.warmUpBars + bars)
    for _ in 0..<rounds {
      processor.reset()
      for bar in market[..<schema.warmUpBars] { _ = processor.consume(bar) }
      var vectors = 0
      let start = ContinuousClock.now
      for bar in market[schema.warmUpBars...] where processor.consume(bar) { vectors += 1 }
      let elapsed = (ContinuousClock.now - start).components
      let nanoseconds = Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) / 1e9
      let row =
        #"{"schema": "\#(schema.name)", "features": \#(schema.count), "operations": \#(processor.operationCount), "#
        + #""vectors": \#(vectors), "ns_per_bar": \#(String(format: "%.1f", nanoseconds / Double(bars)))}"#
      print(row)
    }
  }

  private func found() throws(BenchFailure) -> FeatureSchema {
    do {
      return try FeatureSchemaFile.find(schema)
    } catch {
      throw .badInput("\(error)")
    }
  }
}
