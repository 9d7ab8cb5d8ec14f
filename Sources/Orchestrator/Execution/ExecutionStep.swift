// What the execution layer asks for, as values: the engine judges, journals and sends.
package import TradingDomain

/// One step that the execution layer proposes.
@frozen package enum ExecutionStep: Hashable, Sendable {
  case submit(OrderIntent)
  case cancel(ClientOrderID)
  case change(ClientOrderID, quantity: Quantity)
  /// The position cannot be closed by the means at hand: stop trading and call a human.
  case giveUp
}

/// A bounded list of steps in preallocated memory.
///
/// Further steps are dropped once it is full: steps are derived from the state on every event, so what is dropped now
/// is proposed again. A step that several rules ask for is kept once.
package final class ExecutionSteps {
  package static let capacity = 16
  private let steps: UnsafeMutablePointer<ExecutionStep>
  package private(set) var count = 0

  package init() {
    steps = .allocate(capacity: Self.capacity)
    steps.initialize(repeating: .giveUp, count: Self.capacity)
  }

  deinit { steps.deallocate() }

  package func removeAll() { count = 0 }

  package func append(_ step: ExecutionStep) {
    guard count < Self.capacity else { return }
    for position in 0..<count where steps[position] == step { return }
    steps[count] = step
    count += 1
  }

  package subscript(position: Int) -> ExecutionStep {
    precondition(position < count)
    return steps[position]
  }
}
