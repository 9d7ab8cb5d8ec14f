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
    let schema = try schema(of: artifact)
    let forecaster = try ForestForecaster(
      direction: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.directionFile))),
      magnitude: ForestPredictor(Forest.load(path: artifact.path(BaselineTrainer.magnitudeFile))),
      schemaHash: schema.hash, columns: schema.count)
    return LoadedModel(artifact: artifact, schema: schema, ensemble: try MultiModalEnsemble(forecaster))
  }

  /// The schema that the model was trained on: one that this program knows, or the one that the artifact carries.
  private static func schema(of artifact: ModelArtifact) throws -> FeatureSchema {
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
