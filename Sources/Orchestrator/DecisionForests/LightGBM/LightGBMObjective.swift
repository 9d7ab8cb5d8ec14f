// LightGBM's objectives: the line `objective=` with its parameters.

/// What prediction must know of a LightGBM objective.
struct LightGBMObjective {
  let name: String
  let link: ForestLink
  /// Classes, where the objective counts them.
  let classCount: Int?

  /// Reads the text behind `objective=`; empty where the model was trained with a custom objective, whose link only its
  /// author knows: its margins are taken as they are.
  init(_ text: String) throws(ForestError) {
    let words = text.split(separator: " ")
    name = words.first.map(String.init) ?? "custom"
    let parameters = words.dropFirst()
    classCount = try Self.number("num_class", in: parameters, of: text).map { Int($0) }
    switch name {
    case "regression", "regression_l1", "huber", "fair", "quantile", "mape":
      link = parameters.contains("sqrt") ? .signedSquare : .identity
    case "poisson", "gamma", "tweedie": link = .exponential
    case "binary", "multiclassova":
      guard let scale = try Self.number("sigmoid", in: parameters, of: text), scale > 0 else {
        throw ForestError(.malformed, "objective \(text) has no positive sigmoid")
      }
      link = .sigmoid(scale: scale)
    case "multiclass": link = .softmax
    case "cross_entropy": link = .sigmoid(scale: 1)
    case "cross_entropy_lambda": link = .softplus
    case "lambdarank", "rank_xendcg", "custom": link = .identity
    default:
      throw ForestError(
        .unsupported, "objective \(name)",
        mend: "train with a regression, binary, multiclass, cross_entropy, poisson, gamma, tweedie or ranking objective"
      )
    }
    if name.hasPrefix("multiclass"), classCount == nil {
      throw ForestError(.malformed, "objective \(text) has no num_class")
    }
  }

  /// The number behind `key:`, or nil where there is none.
  private static func number(
    _ key: String, in parameters: ArraySlice<Substring>, of text: String
  ) throws(ForestError) -> Double? {
    guard let word = parameters.first(where: { $0.hasPrefix(key + ":") }) else { return nil }
    guard let value = Double(word.dropFirst(key.count + 1)), value.isFinite, abs(value) < 1e9 else {
      throw ForestError(.malformed, "objective \(text): \(word) is not a number")
    }
    return value
  }
}
