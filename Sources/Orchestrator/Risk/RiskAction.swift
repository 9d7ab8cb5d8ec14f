// What the gate asks the engine to do besides refusing orders.

package import TradingDomain

/// An action that a control demands at once.
@frozen package struct RiskAction: Hashable, Sendable {
  /// The trading state after the control acted.
  package var state: TradingState
  /// Withdraw every entry order.
  package var cancelsEntries: Bool
  /// Close the position, this hard; nil when it may stay.
  package var flatten: FlattenUrgency?
  /// Tell a human.
  package var pages: Bool
  /// The finding behind it.
  package var cause: RiskRefusal

  @inlinable package init(
    state: TradingState, cancelsEntries: Bool, flatten: FlattenUrgency?, pages: Bool, cause: RiskRefusal
  ) {
    self.state = state
    self.cancelsEntries = cancelsEntries
    self.flatten = flatten
    self.pages = pages
    self.cause = cause
  }
}

/// A change of the trading state, for the journal; it must be written before anything else follows from it.
@frozen package struct TradingStateChange: Hashable, Sendable {
  package var from: TradingState
  package var to: TradingState
  package var cause: RiskRefusal
  package var time: Timestamp

  @inlinable package init(from: TradingState, to: TradingState, cause: RiskRefusal, time: Timestamp) {
    self.from = from
    self.to = to
    self.cause = cause
    self.time = time
  }
}

/// What became of an operator's command.
@frozen package enum OperatorOutcome: Hashable, Sendable {
  /// Done; the action, if any, is to be carried out.
  case done(RiskAction?)
  /// Not allowed now.
  case refused(RiskRefusal)
}
