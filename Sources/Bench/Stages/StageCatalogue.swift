// The list of everything that can be measured. A new stage is a file in this folder and a line here.

/// All stages, in the order of a tick's way through the program; yardsticks last.
package enum StageCatalogue {
  package static var all: [BenchStage] {
    [
      .clockRead, .clockNow, .frameDecode, .receiveDecode, .bookUpdate, .featuresBar, .featuresEvent,
      .featuresCandidates,
      .forestPredict, .forestPlain, .networkLstm, .networkTransformer, .forecastEnsemble, .decideRisk,
      .decideEnsemble, .rosterSwap, .riskReview, .submitEncode,
      .frameEncode, .ringTransfer, .ringBatch, .broadcastPublish,
      .latencyRecord, .counterAdd, .monitorObserve, .replayBook, .replayEngine, .tickToOrder,
    ] + BenchStage.tickToOrderSlices + BenchStage.loopbacks + BenchStage.sealedLoopbacks
  }

  /// The stages of which a part of the name, between dots, begins with one of the comma-separated words, or whose name
  /// begins with it; all for nil.
  package static func select(_ words: String?) throws -> [BenchStage] {
    guard let words else { return all }
    let parts = words.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }.filter { !$0.isEmpty }
    let chosen = all.filter { stage in
      parts.contains { word in
        stage.name.hasPrefix(word) || stage.name.split(separator: ".").contains { $0.hasPrefix(word) }
      }
    }
    guard !chosen.isEmpty else {
      throw BenchFailure.usage("no stage is called '\(words)'; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return chosen
  }
}
