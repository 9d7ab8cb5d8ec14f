// What a trainer needs of a network that reads windows of bars.

/// Names the random numbers of one optimiser step, so that dropout depends on nothing but seed, step, layer and
/// element.
@frozen package struct DropoutKey: Hashable, Sendable {
  /// Of the training run.
  package let seed: UInt64
  /// Optimiser steps taken before this one.
  package let step: UInt64
  /// Where the chunk's first row stands in its batch: a batch cut into chunks draws what it draws whole.
  package let firstRow: UInt64

  package init(seed: UInt64, step: UInt64, firstRow: UInt64 = 0) {
    self.seed = seed
    self.step = step
    self.firstRow = firstRow
  }
}

/// A network over windows of T steps, forward and backward, with room for B windows made at its birth.
///
/// One instance serves one thread. Two instances may read the same weights: ``replica()`` shares values and has
/// gradients and activations of its own.
/// Sizes: B = ``maximumRows``, T = ``steps``, I = ``inputs``, O = ``outputs``.
package protocol SequenceNetwork<Scalar>: AnyObject {
  associatedtype Scalar: NetworkScalar

  /// Weights and their gradients.
  var arena: ParameterArena<Scalar> { get }
  /// B, the most windows of one call.
  var maximumRows: Int { get }
  /// T.
  var steps: Int { get }
  /// I.
  var inputs: Int { get }
  /// O.
  var outputs: Int { get }

  /// Outputs (rows, O) of the windows `x` (rows, T, I), valid until the next call.
  ///
  /// A window of which steps are missing gives what a window of as many fewer steps gives, outputs and gradients alike.
  ///
  /// - Parameters:
  ///   - x: Finite in missing steps, too.
  ///   - missing: (rows) steps at the beginning of each window that are not there, each in 0..<T; nil for none.
  ///   - dropout: Nil for evaluation: then nothing is dropped.
  /// - Precondition: `rows` lies in 1...B.
  func forward(
    _ x: UnsafePointer<Scalar>, rows: Int, missing: UnsafePointer<Int32>?, dropout: DropoutKey?
  ) -> UnsafePointer<Scalar>

  /// (B, O), to be filled with dL/doutput before ``backward(_:rows:)``.
  var outputGradient: UnsafeMutablePointer<Scalar> { get }

  /// Adds dL/dweights of the latest forward pass to the arena's gradients.
  ///
  /// - Parameter x: As in that pass.
  func backward(_ x: UnsafePointer<Scalar>, rows: Int)

  /// The same network for another thread: the same weights in memory, gradients and activations of its own.
  func replica() -> Self
}

extension SequenceNetwork {
  /// Outputs of whole windows.
  package func forward(_ x: UnsafePointer<Scalar>, rows: Int, dropout: DropoutKey?) -> UnsafePointer<Scalar> {
    forward(x, rows: rows, missing: nil, dropout: dropout)
  }
}
