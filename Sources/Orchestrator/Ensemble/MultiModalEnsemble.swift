// Members of different kinds, weighted by regime, speaking with one voice.
package import TradingDomain

/// An ensemble whose members' weights depend on the market's regime.
///
/// The mean of probabilities is a probability, and of magnitudes a magnitude, so the ensemble's forecast is of the
/// same kind as its members'.
package final class MultiModalEnsemble: Forecaster {
  /// Number of regimes, for weight tables.
  static let regimeCount = Regime.allCases.count

  private let members: [any Forecaster]
  /// Row-major, regime x member; each row sums to 1.
  private let weights: [Float]
  package let schemaHash: UInt64

  /// Why members cannot form an ensemble.
  package enum Flaw: Error, Hashable, Sendable, CustomStringConvertible {
    case noMembers
    case differentSchemas
    case badWeights(regime: Regime)

    package var description: String {
      switch self {
      case .noMembers: return "an ensemble needs at least one member"
      case .differentSchemas: return "members were trained on different feature schemas: train them on one"
      case .badWeights(let regime): return "weights for regime \(regime) must be non-negative and not all zero"
      }
    }
  }

  /// `weights` gives a member's weight in each regime (raw values of ``Regime`` as index); rows are normalised.
  package init(_ members: [(forecaster: any Forecaster, weights: [Float])]) throws(Flaw) {
    guard let first = members.first else { throw .noMembers }
    guard members.allSatisfy({ $0.forecaster.schemaHash == first.forecaster.schemaHash }) else {
      throw .differentSchemas
    }
    var table: [Float] = []
    for regime in 0..<Self.regimeCount {
      let row = members.map { $0.weights.indices.contains(regime) ? $0.weights[regime] : 0 }
      let sum = row.reduce(0, +)
      guard row.allSatisfy({ $0.isFinite && $0 >= 0 }), sum > 0 else {
        throw .badWeights(regime: Regime(rawValue: UInt8(regime)) ?? .undefined)
      }
      table += row.map { $0 / sum }
    }
    self.members = members.map(\.forecaster)
    weights = table
    schemaHash = first.forecaster.schemaHash
  }

  /// An ensemble of one.
  package convenience init(_ member: any Forecaster) throws(Flaw) {
    try self.init([(member, Array(repeating: 1, count: Self.regimeCount))])
  }

  /// The members' forecast in `regime`, weighted.
  package func forecast(_ features: UnsafeBufferPointer<Float>, regime: Regime) -> Forecast {
    var mean = Forecast(probabilityUp: 0, probabilityDown: 0, magnitude: 0)
    let row = Int(regime.rawValue) * members.count
    for (index, member) in members.enumerated() {
      let weight = weights[row + index]
      guard weight > 0 else { continue }
      let forecast = member.forecast(features)
      mean.probabilityUp += weight * forecast.probabilityUp
      mean.probabilityDown += weight * forecast.probabilityDown
      mean.magnitude += weight * forecast.magnitude
    }
    return mean
  }

  package func forecast(_ features: UnsafeBufferPointer<Float>) -> Forecast {
    forecast(features, regime: .undefined)
  }
}
