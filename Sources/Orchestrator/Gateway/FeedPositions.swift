// How far each instrument's feed has been seen, so that a reconnection's loss can be told.
import TradingDomain

/// Last feed number per instrument, and which instruments must be checked after a reconnection. Single-threaded.
final class FeedPositions {
  private let last: UnsafeMutablePointer<UInt64>
  private let mustCheck: UnsafeMutablePointer<Bool>

  init() {
    last = .allocate(capacity: InstrumentTable.capacity)
    mustCheck = .allocate(capacity: InstrumentTable.capacity)
    last.initialize(repeating: 0, count: InstrumentTable.capacity)
    mustCheck.initialize(repeating: false, count: InstrumentTable.capacity)
  }

  deinit {
    last.deallocate()
    mustCheck.deallocate()
  }

  /// The connection was lost: the next event of every instrument seen so far is compared with the last one.
  func connectionLost() {
    for index in 0..<InstrumentTable.capacity { mustCheck[index] = last[index] != 0 }
  }

  /// Whether an event sent again (`isReplay`) has been seen already.
  func hasSeen(_ event: MarketEvent, isReplay: Bool) -> Bool {
    isReplay && event.sequence <= last[Int(event.instrument.rawValue)]
  }

  /// Feed messages lost before `event`; 0 unless it is the first after a reconnection and numbers are missing.
  func lost(before event: MarketEvent) -> UInt64 {
    let index = Int(event.instrument.rawValue)
    guard mustCheck[index] else { return 0 }
    mustCheck[index] = false
    let expected = last[index] &+ 1
    return event.sequence > expected ? event.sequence - expected : 0
  }

  func note(_ event: MarketEvent) { last[Int(event.instrument.rawValue)] = event.sequence }
}
