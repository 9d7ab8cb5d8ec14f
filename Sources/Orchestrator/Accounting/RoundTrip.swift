// Completed trades for reports: from flat to flat. Reporting code, not for the hot path.

package import TradingDomain

/// A trade from the moment a position leaves zero until it returns to zero (or turns over).
package struct RoundTrip: Hashable, Sendable {
  package var instrument: InstrumentID
  /// Side of the first entry.
  package var side: Side
  package var entryTime: Timestamp
  package var exitTime: Timestamp
  /// Contracts entered (and left) over its life.
  package var contracts: Int64
  /// Price in ticks times contracts of all entries.
  package var entryTicks: Int64
  /// Price in ticks times contracts of all exits.
  package var exitTicks: Int64
  /// Largest number of contracts held at once.
  package var peakContracts: Int64
  /// Profit before fees.
  package var gross: Money
  package var fees: Money
  /// Worst open plus realised profit seen while it lasted (maximum adverse excursion); zero or negative.
  package var maximumAdverse: Money
  /// Best open plus realised profit seen while it lasted (maximum favourable excursion); zero or positive.
  package var maximumFavourable: Money

  /// Profit after fees.
  package var net: Money { gross - fees }
}

/// Builds round trips of one instrument from its fills and prices, in time order.
package struct RoundTripLedger {
  package let instrument: Instrument
  package let feePerContract: Money
  /// Trades completed so far, in order of exit.
  package private(set) var trips: [RoundTrip] = []
  private var current: RoundTrip?
  private var held: Int64 = 0

  package init(instrument: Instrument, fees: ContractFees) {
    self.instrument = instrument
    feePerContract = fees.perSide
  }

  /// Makes room for `count` completed trades, so that completing one of them takes no memory.
  package mutating func reserveCapacity(_ count: Int) { trips.reserveCapacity(count) }

  /// Books a fill; a fill that turns the position over ends one trade and starts the next.
  ///
  /// - Precondition: the fill is of this instrument and has a positive quantity.
  package mutating func apply(_ fill: Fill) {
    precondition(fill.instrument == instrument.id && fill.quantity.contracts > 0, "fill does not belong to this ledger")
    var incoming = Lot(contracts: fill.quantity.contracts, ticks: fill.ticks)
    if var trip = current, fill.side != trip.side {
      let closing = min(incoming.contracts, held)
      trip.exitTicks += incoming.take(closing)
      trip.exitTime = fill.exchangeTime
      trip.fees += feePerContract * closing
      held -= closing
      current = trip
      if held == 0 { finish() }
    }
    guard incoming.contracts > 0 else { return }
    var trip =
      current
      ?? RoundTrip(
        instrument: instrument.id, side: fill.side, entryTime: fill.exchangeTime, exitTime: fill.exchangeTime,
        contracts: 0, entryTicks: 0, exitTicks: 0, peakContracts: 0, gross: .zero, fees: .zero, maximumAdverse: .zero,
        maximumFavourable: .zero)
    trip.contracts += incoming.contracts
    trip.entryTicks += incoming.ticks
    trip.fees += feePerContract * incoming.contracts
    held += incoming.contracts
    trip.peakContracts = max(trip.peakContracts, held)
    current = trip
  }

  /// Notes a price seen while a trade is open, for its excursions.
  package mutating func observe(_ price: Price) {
    guard var trip = current else { return }
    let value = instrument.tickValue * (trip.side.sign * (trip.exitTicks + held * price.ticks - trip.entryTicks))
    trip.maximumAdverse = min(trip.maximumAdverse, value)
    trip.maximumFavourable = max(trip.maximumFavourable, value)
    current = trip
  }

  /// Whether a trade is still open.
  package var hasOpenTrade: Bool { current != nil }

  private mutating func finish() {
    guard var trip = current else { return }
    trip.gross = instrument.tickValue * (trip.side.sign * (trip.exitTicks - trip.entryTicks))
    trip.maximumAdverse = min(trip.maximumAdverse, trip.gross)
    trip.maximumFavourable = max(trip.maximumFavourable, trip.gross)
    trips.append(trip)
    current = nil
  }
}
