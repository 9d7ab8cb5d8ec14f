// Where the parameters of a trial come from.

/// Chooses the parameters of each trial.
///
/// The choice is a pure function of its arguments: whichever worker asks, in whatever order, however often.
package protocol Sampler: Sendable {
  /// Number of trials after which there is nothing left to try; nil if there is no end.
  func limit(in space: SearchSpace) -> Int?
  /// The parameters of trial `number`.
  ///
  /// - Precondition: `number` is at least 0 and below ``limit(in:)``.
  func parameters(ofTrial number: Int, in space: SearchSpace, seed: UInt64) -> ParameterSet
}
