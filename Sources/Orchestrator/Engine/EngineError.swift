// Why an engine cannot be made.
package import Features
package import Risk

/// A part that does not fit the others.
package enum EngineError: Error, CustomStringConvertible, Sendable {
  case differentSchema(model: UInt64, engine: FeatureSchema)
  /// The engine follows one instrument, and the schema reads bars of others.
  case foreignInstruments(FeatureSchema)
  /// A feature that a restart would change.
  case pathDependent(FeatureSchema, feature: String)
  case limits(RiskLimitError)

  package var description: String {
    switch self {
    case .differentSchema(let model, let engine):
      return "the model was trained on feature schema \(String(model, radix: 16)), but this run computes schema "
        + "'\(engine.name)' (\(String(engine.hash, radix: 16))). Train a model on '\(engine.name)' or choose its "
        + "schema."
    case .foreignInstruments(let schema):
      return
        "schema '\(schema.name)' reads bars of \(schema.references.joined(separator: ", ")), and a run follows one "
        + "instrument. Train on a schema of one instrument."
    case .pathDependent(let schema, let feature):
      return
        "feature '\(feature)' of schema '\(schema.name)' depends on where the stream began: after a restart it would "
        + "have other values than the model learnt. Train without it."
    case .limits(let error): return "\(error)"
    }
  }
}
