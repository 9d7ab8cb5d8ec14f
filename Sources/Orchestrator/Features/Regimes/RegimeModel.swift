// A fitted regime model: a small value that can be kept, hashed and read back.

import QuantMath
package import TradingDomain

/// How a model was fitted; says nothing about how it does on other bars.
package struct RegimeFitRecord: Hashable, Codable, Sendable {
  /// Bars with an observation, bars without one, and sessions.
  package var observations: Int
  package var missing: Int
  package var sessions: Int
  /// Natural logarithm, of the observations given the model.
  package var logLikelihood: Double
  /// The same for one Gaussian without states: what four states gain.
  package var singleStateLogLikelihood: Double
  /// Steps of the chosen start, and whether it converged.
  package var iterations: Int
  package var hasConverged: Bool
  /// Starts tried, and those whose states could be named.
  package var restarts: Int
  package var separatedRestarts: Int
  package var seed: UInt64
  /// Distance of the emissions to those of the model that the names were taken from; nil for a first fit.
  package var distanceToPrevious: Double?
  /// Whether the names taken from the previous model are those that the parameters alone would have given.
  package var namesAgreeWithParameters: Bool
}

/// A hidden Markov chain with four Gaussian states named trend up, trend down, range and stress, in that order, and the
/// way bars become its observations.
package struct RegimeModel: Hashable, Codable, Sendable {
  /// Version of the JSON form.
  package static let formatVersion = 1
  /// The states in order.
  package static let states: [Regime] = [.trendUp, .trendDown, .range, .stress]

  package let version: Int
  package let observation: RegimeObservationSettings
  package let chain: GaussianHiddenMarkovModel
  package let record: RegimeFitRecord

  /// Why a model cannot be used.
  package enum Flaw: Error, Hashable, CustomStringConvertible {
    case unreadable(String)
    case wrongVersion(Int)
    case impossible(String)

    package var description: String {
      switch self {
      case .unreadable(let why): return "regime model: the JSON cannot be read (\(why)); fit the model again"
      case .wrongVersion(let version):
        return "regime model: format \(version), this program reads \(RegimeModel.formatVersion); fit the model again"
      case .impossible(let why): return "regime model: \(why); the file was changed or damaged, fit the model again"
      }
    }
  }

  /// Checks that the parts make a model.
  package init(
    observation: RegimeObservationSettings, chain: GaussianHiddenMarkovModel, record: RegimeFitRecord
  ) throws(Flaw) {
    version = RegimeModel.formatVersion
    self.observation = observation
    self.chain = chain
    self.record = record
    try validate()
  }

  /// Identity of what the model says: equal for models that give every bar the same probabilities. How it was fitted
  /// does not enter.
  package var hash: UInt64 {
    var hash = StableHash()
    hash.combine("regime model")
    hash.combine(UInt64(version))
    hash.combine(observation.trendHalfLifeBars)
    hash.combine(observation.slowHalfLifeBars)
    hash.combine(UInt64(observation.warmUpBars))
    hash.combine(UInt64(observation.sessionBreak))
    for values in [chain.start, chain.transitions, chain.means, chain.covariances] {
      for value in values { hash.combine(value) }
    }
    return hash.value
  }

  /// Throws what makes the model unusable: a value read from elsewhere may hold anything.
  package func validate() throws(Flaw) {
    guard version == RegimeModel.formatVersion else { throw .wrongVersion(version) }
    if let fault = observation.fault { throw .impossible(fault) }
    guard chain.stateCount == 4, chain.dimension == 3 else {
      throw .impossible("it has \(chain.stateCount) states and \(chain.dimension) observations, not 4 and 3")
    }
    if let fault = chain.fault { throw .impossible(fault) }
  }
}
