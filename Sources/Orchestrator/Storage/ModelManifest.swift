// What a model artifact says of itself: enough to make it again, and to refuse it where it does not fit.

/// The manifest of a model artifact; `manifest.json` in its folder.
///
/// It holds no wall-clock time: equal inputs and seed give equal bytes, hence an equal artifact.
package struct ModelManifest: Codable, Hashable, Sendable {
  package static let currentFormat = 1

  /// Layout version of this manifest.
  package var format: Int
  /// Instrument family the model was trained on.
  package var symbol: String
  /// Name of the feature schema, for people.
  package var schema: String
  /// Hash of the feature schema in 16 hexadecimal digits; a model never runs on another schema.
  package var schemaHash: String
  /// Duration of the bars it decides on, in seconds.
  package var barSeconds: Int
  /// First and last session of the training data (`YYYY-MM-DD`).
  package var trainedFrom: String
  package var trainedTo: String
  /// SHA-256 over the training bars as stored.
  package var dataHash: ContentHash
  /// Seed of everything random in training.
  package var seed: UInt64
  /// Version of the program that trained it.
  package var program: String
  /// The artifact that this one was meant to replace.
  package var parent: ContentHash?
  /// Hyper-parameters, labels and other settings, by name.
  package var settings: [String: String]
  /// Results of temporal validation, by name.
  package var validation: [String: Double]
  /// SHA-256 of every other file of the artifact, by file name.
  package var files: [String: ContentHash]

  package init(
    symbol: String, schema: String, schemaHash: String, barSeconds: Int, trainedFrom: String, trainedTo: String,
    dataHash: ContentHash, seed: UInt64, program: String, parent: ContentHash?, settings: [String: String],
    validation: [String: Double]
  ) {
    format = Self.currentFormat
    self.symbol = symbol
    self.schema = schema
    self.schemaHash = schemaHash
    self.barSeconds = barSeconds
    self.trainedFrom = trainedFrom
    self.trainedTo = trainedTo
    self.dataHash = dataHash
    self.seed = seed
    self.program = program
    self.parent = parent
    self.settings = settings
    self.validation = validation
    files = [:]
  }
}
