// Artifacts load only where they fit.
// Artifacts become forecasters, and those that do not fit are refused by name.

import Ensemble
import Features
import Foundation
import ModelLifecycle
import Storage
import Testing
import TradingDomain

@Suite struct ModelLoaderTests {
  private func artifact(schemaHash: String, files: (BaselineModel) -> [String: Data]) throws -> ModelArtifact {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("loader-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let rows = try LabelledRows(
      bars: RandomWalk.bars(sessions: 3, seed: 2), labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 5)
    var plan = TrainingPlan()
    plan.rounds = 5
    let manifest = ModelManifest(
      symbol: "WDO", schema: "v2", schemaHash: schemaHash, barSeconds: 60, trainedFrom: "2022-01-01",
      trainedTo: "2022-01-03", dataHash: ContentHash(of: Data()), seed: 1, program: "test", parent: nil,
      settings: plan.settings, validation: [:])
    return try ModelArtifact.write(manifest, files: files(BaselineTrainer.train(rows, plan: plan)), under: root)
  }

  /// What the model says of one bar.
  private func said(_ model: LoadedModel, _ features: [Float]) -> Forecast {
    features.withUnsafeBufferPointer { features in
      let input = ForecastInput(
        features: features, bar: RandomWalk.bars(sessions: 1, seed: 2)[0],
        regimes: RegimeProbabilities(certain: .range), range: 5)
      model.forecaster.observe(input)
      return model.forecaster.forecast(input)
    }
  }

  @Test func aTrainedArtifactForecastsProbabilities() throws {
    let hash = FeatureSchema.v2.hashText
    let model = try ModelLoader.load(artifact(schemaHash: hash) { $0.files })
    let features = [Float](repeating: 0.5, count: FeatureSchema.v2.count)
    let forecast = said(model, features)
    #expect(forecast.isValid)
    #expect(abs(forecast.probabilityUp + forecast.probabilityDown - 1) < 1e-6)
  }

  @Test func anotherSchemaIsRefusedByName() throws {
    let foreign = try artifact(schemaHash: "0123456789abcdef") { $0.files }
    let error = #expect(throws: TrainingError.self) { _ = try ModelLoader.load(foreign) }
    #expect(error?.description.contains("0123456789abcdef") == true)
  }

  @Test func aMissingForestIsRefused() throws {
    let hash = FeatureSchema.v2.hashText
    let partial = try artifact(schemaHash: hash) { model in
      model.files.filter { $0.key == BaselineTrainer.directionFile }
    }
    #expect(throws: (any Error).self) { _ = try ModelLoader.load(partial) }
  }

  @Test func theWrongNumberOfColumnsIsNoForecast() throws {
    let model = try ModelLoader.load(artifact(schemaHash: FeatureSchema.v2.hashText) { $0.files })
    let short: [Float] = [1, 2, 3]
    #expect(!said(model, short).isValid)
  }
}
