// From an artifact on disk to a forecaster, with every misfit refused by name.
package import Backtest
import DecisionForests
import Engine
package import Ensemble
package import Features
import Foundation
package import Storage

/// A model that is ready to run.
package struct LoadedModel {
  package var artifact: ModelArtifact
  package var schema: FeatureSchema
  package var forecaster: any Forecaster
  /// What was chosen for it besides itself; nil where the configuration alone says how it is traded.
  package var trading: ChosenTrading?

  /// Whether it speaks of down, flat and up, with an expected move, and not only of up and down.
  package var isEnsemble: Bool { forecaster is MultiModalEnsemble }
}

extension FittedModel {
  /// A loaded model as the lifecycle handles those that were just fitted; each forecaster is read anew.
  package init(_ loaded: LoadedModel) {
    let artifact = loaded.artifact
    let forecaster: @Sendable () throws -> any Forecaster = { try ModelLoader.load(artifact).forecaster }
    var strategy = StrategyConfiguration()
    loaded.trading?.apply(to: &strategy)
    self.init(
      schema: loaded.schema, strategy: strategy,
      choices: FitChoices(features: loaded.schema.names, rounds: 0, rows: 0), hash: artifact.id.prefix64,
      column: StreamedColumn(schemaHash: loaded.schema.hash, forecaster), forecaster: forecaster)
  }
}

package enum ModelLoader {
  /// Loads an artifact that ``EnsembleTrainer`` or ``BaselineTrainer`` made.
  package static func load(_ artifact: ModelArtifact) throws -> LoadedModel {
    let schema = try schema(of: artifact)
    if artifact.manifest.files[EnsembleModel.settingsFile] != nil {
      let settings = try settings(of: artifact)
      let members = try settings.members.map {
        try FittedMember($0.kind, from: artifact, columns: schema.count).member()
      }
      let ensemble = try MultiModalEnsemble(settings, members: members, schemaHash: schema.hash)
      for member in members where member.columns != schema.count {
        throw TrainingError.imported(
          name: artifact.folder.path,
          problem: "\(member.kind.words) reads \(member.columns) columns, the schema has "
            + "\(schema.count)")
      }
      return LoadedModel(
        artifact: artifact, schema: schema, forecaster: ensemble, trading: try ChosenTrading(from: artifact))
    }
    let forecaster = try ForestForecaster(
      direction: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.directionFile))),
      magnitude: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.magnitudeFile))),
      schemaHash: schema.hash, columns: schema.count)
    return LoadedModel(
      artifact: artifact, schema: schema, forecaster: forecaster, trading: try ChosenTrading(from: artifact))
  }

  /// The settings of an ensemble's artifact.
  package static func settings(of artifact: ModelArtifact) throws -> EnsembleSettings {
    do {
      let settings = try JSONDecoder().decode(
        EnsembleSettings.self, from: artifact.file(EnsembleModel.settingsFile))
      try settings.validate()
      return settings
    } catch let error as DecodingError {
      throw StorageError(
        kind: .content, path: artifact.path(EnsembleModel.settingsFile),
        problem: "not the settings of an ensemble (\(error))", mend: "Train the model again.")
    }
  }

  /// The schema that the model was trained on: one that this program knows, or the one that the artifact carries.
  package static func schema(of artifact: ModelArtifact) throws -> FeatureSchema {
    let manifest = artifact.manifest
    if let known = FeatureSchema.known.first(where: { $0.hashText == manifest.schemaHash }) { return known }
    if manifest.files[FeatureSchemaFile.artifactName] != nil {
      let carried = try FeatureSchemaFile.read(
        artifact.file(FeatureSchemaFile.artifactName), path: artifact.path(FeatureSchemaFile.artifactName))
      if carried.hashText == manifest.schemaHash { return carried }
    }
    throw TrainingError.wrongSchema(
      model: "'\(manifest.schema)' (\(manifest.schemaHash))",
      known: FeatureSchema.known.map { "'\($0.name)' \($0.hashText)" }.joined(separator: ", "))
  }
}
