// A gateway client on a thread of its own: its events reach the engine through one ring, the engine's commands reach it
// through another. The link's side is in LinkRelay+Serving.swift.
import CHotPath
import Synchronization
package import TradingDomain

/// Parts the link's work (kernel calls, decoding, encoding) from the engine's, so that each has a core.
///
/// Exactly two threads use it: one calls ``serve()`` and owns the client, the other is the engine's and calls all the
/// rest. Rules that hold as with the client itself:
/// - Events reach the engine in the client's order, commands reach the client in the engine's.
/// - A command leaves before the barrier that follows it is answered: the engine publishes its commands before it
///   publishes what it has processed, and the link's side reads them in the opposite order. In virtual time the client
///   is polled only when everything handed out has been processed. So the journal is the same, to the byte.
/// - A new order that is refused after ``send(_:)`` said `.handedOver` (the connection was lost meanwhile, so it
///   provably did not leave) ends by an order report with the status `orderNotCreated`.
///
/// Nothing allocates after `init`, except where the session fails.
package final class LinkRelay: VenueSession, @unchecked Sendable {
  /// Events that the client may hand over at once.
  static let batch = 64
  static let eventCapacity = 4096
  static let commandCapacity = 4096
  /// Bytes of a head in the region: no two share a pair of cache lines.
  private static func span<Head>(of type: Head.Type) -> Int { (MemoryLayout<Head>.size + 127) & ~127 }

  /// Where the link's side is.
  enum Stage: UInt8, AtomicRepresentable {
    case opening, open, closed
  }

  let client: GatewayClient
  let idle: IdlePolicy
  private let region: hp_memory_region
  let events: UnsafeMutablePointer<hp_ring>
  let commands: UnsafeMutablePointer<hp_ring>
  /// Rung by the link's side when events were published, by the engine's when it needs the link's side.
  let engineBell: UnsafeMutablePointer<hp_doorbell>
  let linkBell: UnsafeMutablePointer<hp_doorbell>

  let stage = Atomic<Stage>(.opening)
  /// Whether the session was ever open: a link that is lost at once was open all the same.
  let hasOpened = Atomic<Bool>(false)
  /// Whether the client would take a command now.
  let isUp = Atomic<Bool>(false)
  let hasFailed = Atomic<Bool>(false)
  let wantsClose = Atomic<Bool>(false)
  /// Events processed by the engine since the beginning, with their commands published.
  let processed = Atomic<UInt64>(0)
  /// Written by the link's side before ``hasFailed`` is set, and never again.
  var linkFailure: GatewayError?
  /// Events published; the link's side only.
  var delivered: UInt64 = 0
  /// Events taken; the engine's side only.
  private var taken: UInt64 = 0

  /// Kind of page that holds the rings, `HP_PAGES_*`.
  package var pages: Int32 { region.pages }

  /// Prepares both rings for `client`, which no other thread may use from here on. `idle` rules both sides. `pages` is
  /// the kind of page wished for.
  package init(client: GatewayClient, idle: IdlePolicy, pages: Int32 = Int32(HP_PAGES_TRANSPARENT))
    throws(GatewayError)
  {
    precondition(_isPOD(VenueEvent.self) && _isPOD(OrderCommand.self), "events and commands are copied as bytes")
    let eventSlot = Self.slotSize(of: VenueEvent.self)
    let commandSlot = Self.slotSize(of: OrderCommand.self)
    let eventBytes = Self.eventCapacity * eventSlot
    let commandBytes = Self.commandCapacity * commandSlot
    let (ring, bell) = (Self.span(of: hp_ring.self), Self.span(of: hp_doorbell.self))
    let heads = 2 * ring + 2 * bell
    var region = hp_memory_region()
    let outcome = hp_memory_map(heads + eventBytes + commandBytes, pages, &region)
    guard outcome == 0, let base = region.address else { throw .ringUnavailable(code: -outcome) }
    self.client = client
    self.idle = idle
    self.region = region
    events = base.bindMemory(to: hp_ring.self, capacity: 1)
    commands = (base + ring).bindMemory(to: hp_ring.self, capacity: 1)
    engineBell = (base + 2 * ring).bindMemory(to: hp_doorbell.self, capacity: 1)
    linkBell = (base + 2 * ring + bell).bindMemory(to: hp_doorbell.self, capacity: 1)
    let slots = base + heads
    let made =
      hp_ring_init(events, slots, UInt64(Self.eventCapacity), UInt64(eventSlot)) == 0
      && hp_ring_init(commands, slots + eventBytes, UInt64(Self.commandCapacity), UInt64(commandSlot)) == 0
    precondition(made, "capacities are powers of two and slots multiples of 8")
  }

  deinit { hp_memory_unmap(region) }

  private static func slotSize<Item>(of type: Item.Type) -> Int { (MemoryLayout<Item>.size + 7) & ~7 }

  // MARK: The engine's side

  /// Waits until the client has opened its session on the other thread, and throws why it could not.
  package func waitUntilOpen() throws(GatewayError) {
    while stage.load(ordering: .acquiring) == .opening { sleepUntilRung(atMost: .milliseconds(10)) }
    // What was open and is lost by now is told by the events, after those that came before the loss.
    if !hasOpened.load(ordering: .acquiring), let failure { throw failure }
  }

  package var failure: GatewayError? { hasFailed.load(ordering: .acquiring) ? linkFailure : nil }

  package func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    if processed.load(ordering: .relaxed) != taken {
      // Releases the commands that follow from these events together with the word that they are all.
      processed.store(taken, ordering: .releasing)
      if idle.parkAfter != nil { hp_doorbell_ring(linkBell) }
    }
    var count = 0
    while count < buffer.count, let slot = hp_ring_next(events) {
      buffer[count] = slot.assumingMemoryBound(to: VenueEvent.self).pointee
      count += 1
    }
    if count > 0 { hp_ring_release(events) }
    taken += UInt64(count)
    return count
  }

  package func send(_ command: OrderCommand) -> SendOutcome {
    guard isUp.load(ordering: .acquiring), let slot = hp_ring_claim(commands) else { return .notSent }
    slot.assumingMemoryBound(to: OrderCommand.self).initialize(to: command)
    hp_ring_commit(commands)
    if idle.parkAfter != nil { hp_doorbell_ring(linkBell) }
    return .handedOver
  }

  package func rest(atMost span: Nanoseconds) { sleepUntilRung(atMost: span) }

  /// Tells the link's side to say goodbye and end.
  package func close() {
    wantsClose.store(true, ordering: .releasing)
    hp_doorbell_ring(linkBell)
  }

  private func sleepUntilRung(atMost span: Nanoseconds) {
    hp_doorbell_announce(engineBell)
    if hp_ring_size_guess(events) > 0 {
      hp_doorbell_awake(engineBell)
    } else {
      hp_doorbell_sleep(engineBell, span.count)
    }
  }
}
