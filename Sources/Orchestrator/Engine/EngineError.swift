// Why an engine cannot be made.
package import Features
package import Risk

/// A part that does not fit the others.
package enum EngineError: Error, CustomStringConvertible, Sendable {
  case differentSchema(model: UInt64, engine: FeatureSchema)
  case limits(RiskLimitError)

  package var description: String {
    switch self {
    case .differentSchema(let model, let engine):
      return "the model was trained on feature schema \(String(model, radix: 16)), but this run computes schema "
        + "'\(engine.name)' (\(String(engine.hash, radix: 16))). Train a model on '\(engine.name)' or choose its "
        + "schema."
    case .limits(let error): return "\(error)"
    }
  }
}
