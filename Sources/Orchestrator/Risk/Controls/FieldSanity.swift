// P4: an order says everything it must, nothing it may not, and only what can be true.

package import TradingDomain

/// Refuses malformed orders. A refusal here is a software defect, so the engine counts it.
///
/// Prices are whole ticks already, so "multiple of the tick" and "finite" hold by type; what remains is checked here.
package enum FieldSanity {
  static let description = ControlDescription(
    .fieldSanity, "Field sanity",
    rule: "quantity a positive multiple of the lot; prices present exactly where the type needs them, 1 to 2^31 ticks; "
      + "identifier and times valid; own bookkeeping plausible",
    onBreach: "refuse (a software defect); at `fieldBreachesBeforeHalt` refusals HALTED")

  // Computed, not stored: a stored global costs an initialisation check at each use.

  /// No listed instrument comes near this many ticks.
  package static var largestTicks: Int64 { 1 << 31 }
  /// Largest quantity that the arithmetic of the gate is made for; the order limit is far below.
  package static var largestContracts: Int64 { 1_000_000 }

  /// Whether `time` lies between 2000-01-01 and 2100-01-01 UTC, so that differences of such times cannot overflow.
  package static func isTradingTime(_ time: Timestamp) -> Bool {
    time.nanoseconds >= 946_684_800_000_000_000 && time.nanoseconds <= 4_102_444_800_000_000_000
  }

  package static func evaluate(_ intent: OrderIntent, lot: Quantity) -> RiskRefusal? {
    let quantity = intent.quantity.contracts
    if quantity <= 0 || quantity > largestContracts {
      return RiskRefusal(.fieldSanity, .quantityNotPositive, limit: largestContracts, value: quantity)
    }
    if lot.contracts <= 0 || quantity % lot.contracts != 0 {
      return RiskRefusal(.fieldSanity, .quantityNotInLots, limit: lot.contracts, value: quantity)
    }
    switch intent.type {
    case .market:
      if let limit = intent.limit { return RiskRefusal(.fieldSanity, .limitUnexpected, value: limit.ticks) }
      if let stop = intent.stop { return RiskRefusal(.fieldSanity, .stopUnexpected, value: stop.ticks) }
    case .limit:
      guard let limit = intent.limit else { return RiskRefusal(.fieldSanity, .limitMissing) }
      if let stop = intent.stop { return RiskRefusal(.fieldSanity, .stopUnexpected, value: stop.ticks) }
      return priceRange(limit)
    case .stopLimit:
      guard let limit = intent.limit else { return RiskRefusal(.fieldSanity, .limitMissing) }
      guard let stop = intent.stop else { return RiskRefusal(.fieldSanity, .stopMissing) }
      if let refusal = priceRange(limit) ?? priceRange(stop) { return refusal }
      if intent.side.sign * (limit.ticks - stop.ticks) < 0 {
        return RiskRefusal(.fieldSanity, .stopLimitBehindTrigger, limit: stop.ticks, value: limit.ticks)
      }
    }
    return nil
  }

  /// Identity and times of an order judged at `now`.
  package static func evaluate(id: ClientOrderID, decisionTime: Timestamp, now: Timestamp) -> RiskRefusal? {
    if !id.isValid {
      return RiskRefusal(.fieldSanity, .identifierInvalid, value: Int64(bitPattern: id.low))
    }
    if !isTradingTime(now) || !isTradingTime(decisionTime) || now < decisionTime {
      return RiskRefusal(.fieldSanity, .timeInvalid, limit: now.nanoseconds, value: decisionTime.nanoseconds)
    }
    return nil
  }

  private static func priceRange(_ price: Price) -> RiskRefusal? {
    if price.ticks < 1 || price.ticks > largestTicks {
      return RiskRefusal(.fieldSanity, .priceOutOfRange, limit: largestTicks, value: price.ticks)
    }
    return nil
  }
}
