// All holdings of one account, and its profit.

package import TradingDomain

/// The account's positions, one per registered instrument.
///
/// All memory is taken by `init`; `apply` and `mark` neither allocate, lock nor throw. Owned by one thread.
package final class Portfolio {
  private let positions: UnsafeMutablePointer<Position>
  private let count: Int

  /// Opens the books for `instruments`, each with its costs.
  ///
  /// - Precondition: no instrument is given twice.
  package init(instruments: [(instrument: Instrument, fees: ContractFees)], method: PositionMethod) {
    precondition(
      Set(instruments.map(\.instrument.id)).count == instruments.count, "an instrument is registered twice")
    count = instruments.count
    positions = .allocate(capacity: max(1, count))
    for (index, entry) in instruments.enumerated() {
      (positions + index).initialize(
        to: Position(instrument: entry.instrument, method: method, fees: entry.fees))
    }
  }

  deinit {
    positions.deinitialize(count: count)
    positions.deallocate()
  }

  /// Books a fill.
  ///
  /// Returns nil, and books nothing, when the instrument is not registered or the quantity is not positive: either
  /// means that the account holds something these books do not know, and the caller must stop taking risk.
  package func apply(_ fill: Fill) -> FillEffect? {
    guard fill.quantity.contracts > 0, let index = index(of: fill.instrument) else { return nil }
    return positions[index].apply(fill)
  }

  /// Values the open quantity of `instrument` at `price`; unknown instruments are ignored.
  package func mark(_ instrument: InstrumentID, at price: Price) {
    guard let index = index(of: instrument) else { return }
    positions[index].setMark(price)
  }

  /// Signed contracts held of `instrument`; nil when it is not registered.
  package func contracts(of instrument: InstrumentID) -> Int64? {
    index(of: instrument).map { positions[$0].contracts }
  }

  /// Profit of one instrument; nil when it is not registered.
  package func profit(of instrument: InstrumentID) -> ProfitAndLoss? {
    index(of: instrument).map { positions[$0].profit }
  }

  /// Average price in ticks of what is held of `instrument`; nil when flat or not registered.
  package func averageTicks(of instrument: InstrumentID) -> Double? {
    guard let index = index(of: instrument) else { return nil }
    return positions[index].averageTicks
  }

  /// Profit over all instruments.
  package var profit: ProfitAndLoss {
    var sum = ProfitAndLoss.zero
    for index in 0..<count { sum = sum + positions[index].profit }
    return sum
  }

  /// Fills booked over all instruments.
  package var fillCount: UInt32 {
    var sum: UInt32 = 0
    for index in 0..<count { sum += positions[index].fillCount }
    return sum
  }

  /// Contracts held over all instruments, regardless of side.
  package var openContracts: Int64 {
    var sum: Int64 = 0
    for index in 0..<count { sum += abs(positions[index].contracts) }
    return sum
  }

  /// Whether every position's lots add up; for tests.
  package var isConsistent: Bool {
    for index in 0..<count where !positions[index].isConsistent { return false }
    return true
  }

  private func index(of instrument: InstrumentID) -> Int? {
    // A handful of instruments: a walk is quicker than any table.
    for index in 0..<count where positions[index].instrument == instrument { return index }
    return nil
  }
}
