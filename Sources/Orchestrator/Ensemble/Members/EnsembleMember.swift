// One voice of an ensemble.

package import DecisionForests
package import NeuralNetworks

/// Kinds of members.
package enum MemberKind: String, CaseIterable, Codable, Sendable {
  /// How often each class happened, whatever the features say.
  case base
  /// Logistic regression: what a line can tell.
  case logistic
  case trees
  case lstm
  case transformer

  /// For journals; never renumbered. 0 is nobody.
  package var code: UInt8 {
    switch self {
    case .base: 1
    case .logistic: 2
    case .trees: 3
    case .lstm: 4
    case .transformer: 5
    }
  }

  package init?(code: UInt8) {
    guard let kind = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = kind
  }

  /// For tables.
  package var words: String {
    switch self {
    case .base: return "base rate"
    case .logistic: return "logistic"
    case .trees: return "trees"
    case .lstm: return "LSTM"
    case .transformer: return "transformer"
    }
  }
}

/// The three outcomes that members speak of, in the order of their probabilities.
package enum MoveClass {
  package static let count = 3
  package static let down = 0
  package static let flat = 1
  package static let up = 2
}

/// A model that gives uncalibrated probabilities of down, flat and up, bar by bar; one stream, one thread.
package protocol EnsembleMember: AnyObject {
  var kind: MemberKind { get }
  /// Columns that it reads.
  var columns: Int { get }
  /// Forgets the stream.
  func reset()
  /// Takes the features of the next bar. False where they are no numbers: then it is as it was before.
  func observe(_ features: UnsafePointer<Float>, slot: Int64) -> Bool
  /// Writes the probabilities (3) after the bar observed last, whose features these are; false where there are none.
  /// Changes nothing.
  func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool
}

extension EnsembleMember {
  package func reset() {}
  package func observe(_ features: UnsafePointer<Float>, slot: Int64) -> Bool { true }
}

/// Why a model cannot be a member.
package struct MemberFlaw: Error, Hashable, Sendable, CustomStringConvertible {
  package let kind: MemberKind
  package let problem: String

  package init(_ kind: MemberKind, _ problem: String) {
    self.kind = kind
    self.problem = problem
  }

  package var description: String {
    "\(kind.words) cannot be a member: \(problem). Members give three probabilities, of down, flat and up."
  }
}

/// The base rate.
package final class BaseRateMember: EnsembleMember {
  package let kind = MemberKind.base
  package let columns: Int
  private let shares: SIMD3<Double>

  /// - Parameter shares: Of down, flat and up.
  package init(shares: [Double], columns: Int) throws(MemberFlaw) {
    guard shares.count == MoveClass.count, shares.allSatisfy({ $0 > 0 && $0 < 1 }),
      abs(shares.reduce(0, +) - 1) < 1e-6
    else { throw MemberFlaw(.base, "its shares are \(shares)") }
    self.shares = SIMD3(shares[0], shares[1], shares[2])
    self.columns = columns
  }

  package func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    for place in 0..<MoveClass.count { p[place] = shares[place] }
    return true
  }
}

/// A logistic regression.
package final class LogisticMember: EnsembleMember {
  package let kind = MemberKind.logistic
  private let model: LogisticModel

  package init(_ model: LogisticModel) throws(MemberFlaw) {
    guard model.classes == MoveClass.count else { throw MemberFlaw(.logistic, "it knows \(model.classes) classes") }
    self.model = model
  }

  package var columns: Int { model.columns }

  package func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    model.predict(features, into: p)
  }
}

/// Boosted trees, whichever library grew them.
package final class ForestMember: EnsembleMember {
  package let kind = MemberKind.trees
  private let predictor: ForestPredictor

  package init(_ predictor: ForestPredictor) throws(MemberFlaw) {
    guard predictor.outputCount == MoveClass.count, predictor.marginCount == MoveClass.count else {
      throw MemberFlaw(.trees, "the forest gives \(predictor.outputCount) values; grow it for three classes")
    }
    self.predictor = predictor
  }

  package var columns: Int { predictor.featureCount }

  package func read(_ features: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    predictor.predict(features, into: p)
    return p[0].isFinite && p[1].isFinite && p[2].isFinite
  }
}
