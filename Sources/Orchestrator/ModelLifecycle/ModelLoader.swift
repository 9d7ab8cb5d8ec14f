// From an artifact on disk to an ensemble that can forecast, with every misfit refused by name.
import DecisionForests
package import Ensemble
package import Features
package import Storage

/// A model that is ready to run.
package struct LoadedModel {
  package var artifact: ModelArtifact
  package var schema: FeatureSchema
  package var ensemble: MultiModalEnsemble
}

package enum ModelLoader {
  /// Loads an artifact that ``BaselineTrainer`` made.
  package static func load(_ artifact: ModelArtifact) throws -> LoadedModel {
    let manifest = artifact.manifest
    guard let schema = FeatureSchema.known.first(where: { schemaText($0) == manifest.schemaHash }) else {
      throw TrainingError.wrongSchema(
        model: "'\(manifest.schema)' (\(manifest.schemaHash))",
        known: FeatureSchema.known.map { "'\($0.name)' \(schemaText($0))" }.joined(separator: ", "))
    }
    let forecaster = try ForestForecaster(
      direction: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.directionFile))),
      magnitude: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.magnitudeFile))),
      schemaHash: schema.hash, columns: schema.count)
    return LoadedModel(artifact: artifact, schema: schema, ensemble: try MultiModalEnsemble(forecaster))
  }

  /// A schema's hash as manifests write it.
  package static func schemaText(_ schema: FeatureSchema) -> String {
    let digits = String(schema.hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
