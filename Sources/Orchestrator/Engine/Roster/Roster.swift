// Who trades and who watches: an immutable list that the engine swaps between two events.
import QuantMath
package import TradingDomain

/// The models on the stream and what each may do. Made off the engine's thread; the engine only swaps a pointer.
package final class Roster {
  /// Most models that only watch.
  package static let mostShadows = 14

  /// Number of the deployment that it carries out; 0 for a run with a single model.
  package let number: UInt32
  /// Trades all decisions that the canary does not; nil: nobody opens positions.
  package let champion: ModelSeat?
  /// Trades a part of the decisions, in a size of its own.
  package let canary: ModelSeat?
  package let terms: CanaryTerms
  /// Part of the champion's usual quantity, at least one lot while it is above 0.
  package let size: Double
  /// How much more than usual is asked of a forecast, 0 to 1; see ``StrategyContext/caution``.
  package let caution: Double
  /// Those that watch.
  package let shadows: [ModelSeat]

  package init(
    number: UInt32 = 0, champion: ModelSeat?, canary: ModelSeat? = nil, terms: CanaryTerms = CanaryTerms(),
    size: Double = 1, caution: Double = 0, shadows: [ModelSeat] = []
  ) {
    precondition(shadows.count <= Self.mostShadows, "at most \(Self.mostShadows) models may watch")
    precondition(size >= 0 && size <= 1, "a size is a part")
    precondition(caution >= 0 && caution <= 1, "caution is a part")
    self.number = number
    self.champion = champion
    self.canary = canary
    self.terms = terms
    self.size = size
    self.caution = caution
    self.shadows = shadows
    seats = [champion, canary].compactMap { $0 } + shadows
  }

  /// Whether anybody is there besides the champion.
  var hasOthers: Bool { canary != nil || !shadows.isEmpty }
  /// For the journal.
  package var record: RosterRecord {
    RosterRecord(
      number: number, champion: champion?.model ?? 0, canary: canary?.model ?? 0,
      shareMillionths: canary == nil ? 0 : UInt32(terms.share * 1e6), sizeMillionths: UInt32(size * 1e6),
      shadows: UInt8(shadows.count))
  }
  /// Everyone; made once, since the engine goes through it.
  package let seats: [ModelSeat]

  func contains(_ seat: ModelSeat) -> Bool {
    seat === champion || seat === canary || shadows.contains { $0 === seat }
  }

  /// Contracts that `seat` opens a position with; 0 for one that may not.
  func quantity(of seat: ModelSeat, lot: Quantity) -> Quantity {
    let usual = seat.strategy.configuration.quantity
    if seat === canary { return Quantity(min(usual.contracts, Int64(terms.lots) * lot.contracts)) }
    guard seat === champion, size > 0 else { return Quantity(0) }
    let lots = Int64((Double(usual.contracts) / Double(max(1, lot.contracts)) * size).rounded(.down))
    return Quantity(max(1, lots) * lot.contracts)
  }

  /// Who decides after the bar that began at `start`, when nothing is held: a draw that is the same in every replay.
  func decider(at start: Timestamp) -> ModelSeat? {
    guard let canary else { return champion }
    let draw = CounterRandom.value(
      seed: UInt64(number), stream: 0x63_61_6E_61_72_79, counter: UInt64(bitPattern: start.nanoseconds))
    return Double(draw >> 11) * 0x1p-53 < terms.share ? canary : champion
  }
}

/// How much a canary may do.
package struct CanaryTerms: Hashable, Sendable, Codable {
  /// Part of the decisions, 0 to 1.
  package var share: Double
  /// Most contracts a position, in lots of the instrument.
  package var lots: Int

  package init(share: Double = 0.25, lots: Int = 1) {
    precondition(share >= 0 && share <= 1 && lots >= 1, "a canary has a part of the decisions and at least a lot")
    self.share = share
    self.lots = lots
  }
}
