// Where the parameters of a trial come from.

/// What is known of a finished trial when another one is chosen.
package struct Observation: Hashable, Sendable {
  package let number: Int
  package let parameters: ParameterSet
  /// What is minimised; nil for a trial that failed.
  package let loss: Double?
  /// Above 0 by how much a constraint was broken; 0 or less for a trial that kept them all.
  package let violation: Double

  package init(number: Int, parameters: ParameterSet, loss: Double?, violation: Double = 0) {
    self.number = number
    self.parameters = parameters
    self.loss = loss
    self.violation = violation
  }
}

/// Chooses the parameters of each trial.
///
/// The choice is a pure function of its arguments: whichever worker asks, in whatever order, however often.
package protocol Sampler: Sendable {
  /// Whether the choice depends on earlier trials.
  var learns: Bool { get }
  /// Number of trials after which there is nothing left to try; nil if there is no end.
  func limit(in space: SearchSpace) -> Int?
  /// The parameters of trial `number`.
  ///
  /// - Parameters:
  ///   - history: The trials that this one may know, ascending by number; which they are depends on `number` alone.
  ///   - pending: Parameters of the later trials before this one: what comes of them is not known yet.
  /// - Precondition: `number` is at least 0 and below ``limit(in:)``.
  func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation], pending: [ParameterSet]
  ) -> ParameterSet
}

extension Sampler {
  package var learns: Bool { true }
  package func limit(in space: SearchSpace) -> Int? { nil }

  /// The choice with nothing being worked on.
  package func parameters(
    ofTrial number: Int, in space: SearchSpace, seed: UInt64, history: [Observation] = []
  ) -> ParameterSet {
    parameters(ofTrial: number, in: space, seed: seed, history: history, pending: [])
  }
}
