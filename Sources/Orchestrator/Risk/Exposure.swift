// What the gate must know about our own orders; filled in by whoever keeps them.

public import TradingDomain

/// Working quantity of one side, by what the orders are for. All numbers are contracts not yet traded.
///
/// An order whose fate is unknown (sent and not acknowledged, or lost from sight) counts as in doubt if it is an
/// entry and as working if it is an exit: the unknown is never taken for "no".
@frozen public struct SideExposure: Hashable, Sendable {
  /// Acknowledged entries.
  public var entries: Int64
  /// Entries that may work.
  public var inDoubt: Int64
  /// Exit and flatten orders.
  public var exits: Int64
  /// Protective stops.
  public var stops: Int64
  /// Targets; a stop and a target are legs of a pair, of which only one may trade.
  public var targets: Int64

  /// Every field as given.
  @inlinable public init(
    entries: Int64 = 0, inDoubt: Int64 = 0, exits: Int64 = 0, stops: Int64 = 0, targets: Int64 = 0
  ) {
    self.entries = entries
    self.inDoubt = inDoubt
    self.exits = exits
    self.stops = stops
    self.targets = targets
  }

  /// Nothing works on the side.
  @inlinable public static var none: SideExposure { SideExposure() }

  /// Most that the side's exits can trade: of a pair only the larger leg.
  @inlinable public var closing: Int64 { exits + max(stops, targets) }
}

/// Position and working quantity of one instrument, worst case included.
@frozen public struct Exposure: Hashable, Sendable {
  /// Signed contracts held.
  public var position: Int64
  /// What works on the buying side.
  public var buys: SideExposure
  /// What works on the selling side.
  public var sells: SideExposure
  /// Orders that work or may work, on both sides.
  public var workingOrderCount: Int64

  /// Every field as given.
  @inlinable public init(
    position: Int64 = 0, buys: SideExposure = .none, sells: SideExposure = .none, workingOrderCount: Int64 = 0
  ) {
    self.position = position
    self.buys = buys
    self.sells = sells
    self.workingOrderCount = workingOrderCount
  }

  /// Nothing held, nothing working.
  @inlinable public static var flat: Exposure { Exposure() }

  /// What works on that side.
  @inlinable public subscript(side: Side) -> SideExposure {
    get { side == .buy ? buys : sells }
    set { if side == .buy { buys = newValue } else { sells = newValue } }
  }

  /// Whether every count is non-negative and at most a million, so that sums of them cannot overflow.
  ///
  /// Beyond that the bookkeeping, not the market, is wrong.
  @inlinable public var isPlausible: Bool {
    // A negative count, seen as unsigned, is far beyond the limit: one comparison tests both ends.
    @inline(__always) func fits(_ count: Int64) -> Bool { UInt64(bitPattern: count) <= 1_000_000 }
    @inline(__always) func fits(_ side: SideExposure) -> Bool {
      fits(side.entries) && fits(side.inDoubt) && fits(side.exits) && fits(side.stops) && fits(side.targets)
    }
    return position.magnitude <= 1_000_000 && fits(buys) && fits(sells) && fits(workingOrderCount)
  }

  /// Whether nothing is held and nothing can open a position.
  @inlinable public var isFlat: Bool {
    position == 0 && buys.entries == 0 && sells.entries == 0 && buys.inDoubt == 0 && sells.inDoubt == 0
  }

  /// The largest position on `side` that can come about if everything on that side trades and nothing on the other.
  ///
  /// `max(0, position on that side + closing orders of that side) + entries + in doubt`. A position on the other side
  /// is not set against the entries, because its own exits, also later ones, may close it first.
  @inlinable public func worstCase(_ side: Side) -> Int64 {
    let working = self[side]
    return max(0, side.sign * position + working.closing) + working.entries + working.inDoubt
  }
}
