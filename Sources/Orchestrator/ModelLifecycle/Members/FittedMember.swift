// A member that has learned: how to make it, and its files.

import DecisionForests
package import Ensemble
package import Foundation
package import NeuralNetworks
package import Storage

/// What a network is besides its weights.
package struct NetworkDescription: Codable, Hashable, Sendable {
  package var inputs: Int
  package var layers: Int
  /// Units of an LSTM, or width of a transformer's tokens.
  package var width: Int
  /// Of an LSTM: its lanes.
  package var lanes: Int?
  package var stagger: Int?
  /// Of a transformer.
  package var heads: Int?
  package var hidden: Int?
  package var span: Int?
  /// Scale of the features: (columns) means, and 1 / standard deviations.
  package var means: [Float]
  package var factors: [Float]
}

/// A member that has learned.
package enum FittedMember: Sendable {
  /// Shares of down, flat and up, with the columns of the rows.
  case base([Double], columns: Int)
  case logistic(LogisticModel)
  /// A model file of XGBoost or LightGBM.
  case trees(Data, name: String)
  /// Weights as PyTorch names them, in the safetensors format.
  case network(MemberKind, NetworkDescription, weights: Data)

  package var kind: MemberKind {
    switch self {
    case .base: return .base
    case .logistic: return .logistic
    case .trees: return .trees
    case .network(let kind, _, _): return kind
    }
  }

  /// Files by name, as they go into an artifact.
  package func files() throws -> [String: Data] {
    switch self {
    case .base(let shares, _): return ["base.json": try Self.encoder.encode(shares)]
    case .logistic(let model): return ["logistic.json": try Self.encoder.encode(model)]
    case .trees(let bytes, let name): return [Self.isText(name) ? "trees.txt" : "trees.ubj": bytes]
    case .network(let kind, let description, let weights):
      return [
        "\(kind.rawValue).json": try Self.encoder.encode(description), "\(kind.rawValue).safetensors": weights,
      ]
    }
  }

  /// Reads the member of that kind back.
  package init(_ kind: MemberKind, from artifact: ModelArtifact, columns: Int) throws {
    func decoded<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
      do {
        return try JSONDecoder().decode(type, from: artifact.file(name))
      } catch let error as DecodingError {
        throw StorageError(
          kind: .content, path: artifact.path(name), problem: "not what `trader train` writes (\(error))",
          mend: "Train the model again.")
      }
    }
    switch kind {
    case .base: self = .base(try decoded([Double].self, "base.json"), columns: columns)
    case .logistic: self = .logistic(try decoded(LogisticModel.self, "logistic.json"))
    case .trees:
      let name = artifact.manifest.files["trees.txt"] == nil ? "trees.ubj" : "trees.txt"
      self = .trees(try artifact.file(name), name: artifact.path(name))
    case .lstm, .transformer:
      self = .network(
        kind, try decoded(NetworkDescription.self, "\(kind.rawValue).json"),
        weights: try artifact.file("\(kind.rawValue).safetensors"))
    }
  }

  /// The member, ready to be fed.
  package func member() throws -> any EnsembleMember {
    switch self {
    case .base(let shares, let columns): return try BaseRateMember(shares: shares, columns: columns)
    case .logistic(let model): return try LogisticMember(model)
    case .trees(let bytes, let name): return try ForestMember(ForestPredictor(Forest(bytes: Array(bytes), named: name)))
    case .network(let kind, let description, let weights):
      return try NetworkMember(
        kind, description.network(kind, weights),
        scaling: Standardisation(means: description.means, factors: description.factors))
    }
  }

  private static func isText(_ name: String) -> Bool { name.hasSuffix(".txt") }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension NetworkDescription {
  var lstm: LstmShape { LstmShape(inputs: inputs, hidden: width, layers: layers, outputs: MoveClass.count) }

  var transformer: TransformerShape {
    TransformerShape(
      inputs: inputs, width: width, heads: heads ?? 1, layers: layers, hidden: hidden ?? 2 * width,
      outputs: MoveClass.count, positions: .rotary, span: span ?? 1)
  }

  fileprivate func network(_ kind: MemberKind, _ weights: Data) throws -> any StreamingNetwork {
    guard means.count == inputs, factors.count == inputs, (1...4_096).contains(inputs), (1...4_096).contains(width),
      (1...8).contains(layers), (1...16).contains(lanes ?? 1), (1...4_096).contains(stagger ?? 1),
      (1...width).contains(heads ?? 1), (1...4_096).contains(hidden ?? width), (1...4_096).contains(span ?? 1),
      width % (heads ?? 1) == 0
    else { throw MemberFlaw(kind, "its sizes cannot be: \(self)") }
    let file = try SafetensorsFile(parsing: Array(weights))
    if kind == .lstm {
      let arena = ParameterArena<Float>(lstm.layout())
      try arena.load(file)
      return StaggeredLstm(
        try LstmInference(lstm, weights: arena),
        schedule: LaneSchedule(lanes: lanes ?? 1, stagger: stagger ?? 1))
    }
    let arena = ParameterArena<Float>(transformer.layout())
    try arena.load(file)
    return try TransformerInference(transformer, weights: arena)
  }
}
