// One block of memory for all weights of a model, one for all their gradients.

/// Where one tensor lies in an arena.
@frozen package struct ParameterSlot: Hashable, Sendable {
  /// Dotted name, as in a PyTorch state dictionary: `layers.0.weight`.
  package let name: String
  /// Sizes, slowest-varying first.
  package let shape: [Int]
  /// Elements before this tensor.
  package let offset: Int
  /// Number of elements.
  package let count: Int
}

/// The tensors of a model in the order of their declaration, packed without gaps.
package struct ParameterLayout: Hashable, Sendable {
  package private(set) var slots: [ParameterSlot] = []
  /// Elements in all.
  package private(set) var count = 0

  package init() {}

  /// Appends a tensor.
  ///
  /// - Precondition: the name is new, the shape has only positive sizes.
  package mutating func add(_ name: String, shape: [Int]) -> ParameterSlot {
    precondition(!slots.contains { $0.name == name }, "tensor '\(name)' is declared twice")
    precondition(shape.allSatisfy { $0 > 0 }, "tensor '\(name)' has a size below 1")
    let slot = ParameterSlot(name: name, shape: shape, offset: count, count: shape.reduce(1, *))
    slots.append(slot)
    count += slot.count
    return slot
  }
}

extension ParameterLayout {
  /// Where the tensor of that name lies.
  ///
  /// - Precondition: it was declared.
  package func slot(_ name: String) -> ParameterSlot {
    guard let slot = slots.first(where: { $0.name == name }) else {
      preconditionFailure("tensor '\(name)' was never declared")
    }
    return slot
  }
}

/// Weights and gradients of a model: two flat blocks, so that optimisers, clipping and checkpoints are single loops.
package final class ParameterArena<Scalar: NetworkScalar> {
  package let layout: ParameterLayout
  /// (layout.count) weights.
  package let values: UnsafeMutablePointer<Scalar>
  /// (layout.count) gradients, which backward passes add to.
  package let gradients: UnsafeMutablePointer<Scalar>
  /// The arena whose weights these are, kept alive; nil where they are this arena's own.
  private let lender: ParameterArena<Scalar>?

  /// An arena of zeros.
  package init(_ layout: ParameterLayout) {
    self.layout = layout
    lender = nil
    values = .allocate(capacity: layout.count)
    values.initialize(repeating: 0, count: layout.count)
    gradients = .allocate(capacity: layout.count)
    gradients.initialize(repeating: 0, count: layout.count)
  }

  /// An arena with the weights of `lender`, in the same memory, and with gradients of its own, all 0.
  package init(sharingValuesOf lender: ParameterArena<Scalar>) {
    layout = lender.layout
    self.lender = lender
    values = lender.values
    gradients = .allocate(capacity: layout.count)
    gradients.initialize(repeating: 0, count: layout.count)
  }

  deinit {
    if lender == nil { values.deallocate() }
    gradients.deallocate()
  }

  /// Weights of one tensor, `slot.shape` row-major.
  @inlinable package func values(_ slot: ParameterSlot) -> UnsafeMutablePointer<Scalar> { values + slot.offset }

  /// Gradients of one tensor, `slot.shape` row-major.
  @inlinable package func gradients(_ slot: ParameterSlot) -> UnsafeMutablePointer<Scalar> { gradients + slot.offset }

  /// Sets all gradients to 0.
  package func clearGradients() { gradients.update(repeating: 0, count: layout.count) }
}
