// Instrument numbers of the wire against those of this process: each end counts its own.
package import TradingDomain

/// Two-way table between the gateway's instrument numbers and ours; filled when a session opens, read per frame.
///
/// Numbers run from 1 to ``capacity`` - 1 on both sides; 0 stands for "none". Single-threaded.
package final class InstrumentTable {
  /// Exclusive bound of instrument numbers on the wire.
  package static let capacity = 1024

  @usableFromInline let localByWire: UnsafeMutablePointer<UInt16>
  @usableFromInline let wireByLocal: UnsafeMutablePointer<UInt16>

  /// An empty table.
  package init() {
    localByWire = .allocate(capacity: InstrumentTable.capacity)
    wireByLocal = .allocate(capacity: InstrumentTable.capacity)
    localByWire.initialize(repeating: 0, count: InstrumentTable.capacity)
    wireByLocal.initialize(repeating: 0, count: InstrumentTable.capacity)
  }

  /// A table in which the numbers of `instruments` are the same on both sides: what the side that numbers uses.
  package convenience init(identity instruments: some Sequence<InstrumentID>) {
    self.init()
    for instrument in instruments { _ = bind(wire: instrument.rawValue, local: instrument) }
  }

  deinit {
    localByWire.deallocate()
    wireByLocal.deallocate()
  }

  /// Makes `wire` stand for `local`. False when a number is 0 or too large, or already stands for something else.
  package func bind(wire: UInt16, local: InstrumentID) -> Bool {
    let (wireIndex, localIndex) = (Int(wire), Int(local.rawValue))
    guard wire > 0, local.rawValue > 0, wireIndex < InstrumentTable.capacity, localIndex < InstrumentTable.capacity,
      localByWire[wireIndex] == 0 || localByWire[wireIndex] == local.rawValue,
      wireByLocal[localIndex] == 0 || wireByLocal[localIndex] == wire
    else { return false }
    localByWire[wireIndex] = local.rawValue
    wireByLocal[localIndex] = wire
    return true
  }

  /// Forgets everything: before a new session defines its numbers.
  package func removeAll() {
    localByWire.update(repeating: 0, count: InstrumentTable.capacity)
    wireByLocal.update(repeating: 0, count: InstrumentTable.capacity)
  }

  /// Our number for a number of the wire, or nil.
  @inlinable package func local(_ wire: UInt16) -> InstrumentID? {
    guard wire < UInt16(InstrumentTable.capacity) else { return nil }
    let local = localByWire[Int(wire)]
    return local == 0 ? nil : InstrumentID(local)
  }

  /// The wire's number for ours; 0 when it has none.
  @inlinable package func wire(_ local: InstrumentID) -> UInt16 {
    local.rawValue < UInt16(InstrumentTable.capacity) ? wireByLocal[Int(local.rawValue)] : 0
  }
}
