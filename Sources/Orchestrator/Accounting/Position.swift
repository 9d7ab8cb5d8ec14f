// One instrument's holding: contracts, what they cost, what was realised. No market knowledge beyond the last mark.

package import TradingDomain

/// Which entry a closing trade is matched with.
@frozen package enum PositionMethod: UInt8, Sendable {
  /// Oldest contracts first.
  case firstInFirstOut = 1
  /// All contracts at their average price, as Brazilian tax law and brokers' notes reckon.
  case averagePrice = 2
}

/// What a fill did to the books.
@frozen package struct FillEffect: Hashable, Sendable {
  /// Profit realised by it, before fees.
  package var realised: Money
  /// Fees charged for it.
  package var fees: Money
  /// Signed contracts held after it.
  package var position: Int64

  @inlinable package init(realised: Money, fees: Money, position: Int64) {
    self.realised = realised
    self.fees = fees
    self.position = position
  }
}

/// The holding of one instrument with exact cost and profit.
///
/// Both methods realise the same money whenever the position is flat; while it is open they split the same total
/// between realised and open. `apply` neither allocates nor throws.
package struct Position: ~Copyable {
  package let instrument: InstrumentID
  package let method: PositionMethod
  /// Money per tick and contract.
  package let tickValue: Money
  /// Fee per contract and side.
  package let feePerContract: Money

  /// Signed contracts: positive long, negative short.
  package private(set) var contracts: Int64 = 0
  /// Price in ticks times contracts of what is held; unsigned sum of the open lots.
  package private(set) var costTicks: Int64 = 0
  /// Signed ticks times contracts realised so far.
  package private(set) var realisedTicks: Int64 = 0
  package private(set) var fees: Money = .zero
  /// Contracts traded on both sides.
  package private(set) var tradedContracts: Int64 = 0
  package private(set) var fillCount: UInt32 = 0
  /// Price at which the open quantity is valued: the last mark, or the last fill where none came since.
  package private(set) var mark = Price(ticks: 0)

  private var lots: LotQueue

  /// Lots kept apart by the first-in-first-out method before the overflow policy of ``LotQueue`` merges them.
  package static let lotCapacity = 1024

  package init(instrument: Instrument, method: PositionMethod, fees: ContractFees) {
    self.instrument = instrument.id
    self.method = method
    tickValue = instrument.tickValue
    feePerContract = fees.perSide
    lots = LotQueue(capacity: method == .firstInFirstOut ? Position.lotCapacity : 1)
  }

  /// Books a fill of this instrument.
  ///
  /// - Precondition: `fill` is of this instrument and has a positive quantity (``Portfolio`` sees to both).
  package mutating func apply(_ fill: Fill) -> FillEffect {
    let sign = fill.side.sign
    var incoming = Lot(contracts: fill.quantity.contracts, ticks: fill.ticks)
    let quantity = incoming.contracts
    mark = Price(ticks: fill.ticks / quantity)

    var realised: Int64 = 0
    if contracts != 0 && (contracts > 0) != (sign > 0) {
      let closing = min(quantity, abs(contracts))
      let received = incoming.take(closing)
      let paid = takeCost(closing)
      // Long positions earn exit minus entry, short ones entry minus exit; the closing side's sign is the opposite.
      realised = sign < 0 ? received - paid : paid - received
      contracts += sign * closing
    }
    if incoming.contracts > 0 {
      contracts += sign * incoming.contracts
      costTicks += incoming.ticks
      if method == .firstInFirstOut { lots.append(incoming) }
    }
    realisedTicks += realised
    let charged = feePerContract * quantity
    fees += charged
    tradedContracts += quantity
    fillCount += 1
    return FillEffect(realised: tickValue * realised, fees: charged, position: contracts)
  }

  /// Values the open quantity at `price` from now on.
  package mutating func setMark(_ price: Price) { mark = price }

  private mutating func takeCost(_ closing: Int64) -> Int64 {
    let cost: Int64
    switch method {
    case .firstInFirstOut: cost = lots.takeFirst(closing)
    case .averagePrice:
      var whole = Lot(contracts: abs(contracts), ticks: costTicks)
      cost = whole.take(closing)
    }
    costTicks -= cost
    return cost
  }

  /// Signed ticks times contracts of the open quantity at the mark.
  package var openTicks: Int64 {
    contracts >= 0 ? contracts * mark.ticks - costTicks : contracts * mark.ticks + costTicks
  }

  /// Profit since the position's books were opened.
  package var profit: ProfitAndLoss {
    ProfitAndLoss(realised: tickValue * realisedTicks, open: tickValue * openTicks, fees: fees)
  }

  /// Average price of the open quantity in ticks, for reports; nil when flat.
  package var averageTicks: Double? { contracts == 0 ? nil : Double(costTicks) / Double(abs(contracts)) }

  /// Whether the lots add up to the position; costs one pass, so it is for tests.
  package var isConsistent: Bool {
    switch method {
    case .averagePrice: return contracts != 0 || costTicks == 0
    case .firstInFirstOut: return lots.total == Lot(contracts: abs(contracts), ticks: costTicks)
    }
  }
}
