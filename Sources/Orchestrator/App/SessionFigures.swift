// The always-on figures of a session: counts and latencies in a file that `trader status` reads while they change.
import CHotPath
import Engine
import Monitoring
import TradingDomain

/// Names in the counter file beside those of `EngineCounter` and `LatencyStage`.
enum SessionFigure: String, CaseIterable {
  /// Events that the engine processed.
  case events = "engine_events"
  /// Of these, those after the warm-up.
  case warmEvents = "engine_warm_events"
  /// Bytes that the engine's thread took from the allocator after the warm-up: in the loop, that is, in receiving,
  /// deciding, keeping, sending, observing and resting.
  case warmAllocatedBytes = "engine_warm_allocated_bytes"
  /// Page faults of the engine's thread in its loop; known at the session's end.
  case pageFaults = "engine_page_faults"
  /// Processor time of the engine's thread in its loop, in nanoseconds; known at the session's end.
  case processorTime = "engine_processor_ns"
  /// When the last event was processed: CLOCK_MONOTONIC.
  case lastEvent = "engine_last_event_monotonic_ns"
}

/// Stages of one event in the counter file beside those of `LatencyStage`.
enum SessionStage: String, CaseIterable {
  /// One event, from the receipt of its bytes (with a link's own thread: the engine's first sight of it) to its last
  /// command lying ready for the kernel. Events that came together wait for each other, and that counts.
  case event = "event"
}

/// Written by the engine's thread alone, after each event; takes no memory and calls no kernel.
final class SessionFigures {
  private let file: SharedCounterFile
  private let block: CounterBlock
  private let figures: [SessionFigure: UnsafeMutablePointer<hp_counter>]
  private let events: UnsafeMutablePointer<hp_counter>
  private let warmEvents: UnsafeMutablePointer<hp_counter>
  private let warmAllocatedBytes: UnsafeMutablePointer<hp_counter>
  private let lastEvent: UnsafeMutablePointer<hp_counter>
  private let event: LatencyRecorder
  private let decision: LatencyRecorder
  private let tickToOrder: LatencyRecorder
  private var clock: hp_clock
  private var allocations: ThreadAllocations?
  private var coldEvents = SessionFigures.warmUp
  private var allocatedBefore: UInt64 = 0
  private var faultsBefore: UInt64 = 0
  private var processorBefore: Int64 = 0

  /// Events that count as warm-up: by then every kind has come by, and what is made at first use is made.
  static let warmUp: UInt64 = 10_000

  /// Makes the file at `path`, replacing one of that name.
  init(path: String, clock: hp_clock) throws {
    file = try SharedCounterFile(
      sessionAt: path, extraCounters: SessionFigure.allCases.map(\.rawValue),
      extraHistograms: SessionStage.allCases.map(\.rawValue))
    guard let block = file.counterBlock, let event = file.recorder(SessionStage.event.rawValue),
      let decision = file.recorder(LatencyStage.decision.name),
      let tickToOrder = file.recorder(LatencyStage.tickToOrder.name)
    else { preconditionFailure("the names stand above") }
    let file = self.file
    func counter(_ figure: SessionFigure) -> UnsafeMutablePointer<hp_counter> {
      guard let counter = file.counter(figure.rawValue) else { preconditionFailure("the names stand above") }
      return counter
    }
    figures = Dictionary(uniqueKeysWithValues: SessionFigure.allCases.map { ($0, counter($0)) })
    events = counter(.events)
    warmEvents = counter(.warmEvents)
    warmAllocatedBytes = counter(.warmAllocatedBytes)
    lastEvent = counter(.lastEvent)
    self.block = block
    self.event = event
    self.decision = decision
    self.tickToOrder = tickToOrder
    self.clock = clock
  }

  /// The engine's thread is about to enter its loop; called on it.
  func begin() {
    allocations = ThreadAllocations()
    faultsBefore = Self.faults()
    processorBefore = hp_thread_cpu_ns()
  }

  /// Takes note of one event.
  func observe(_ audit: AuditRecord, span: UInt64, endTicks: UInt64, decided: Bool, ordered: Bool) {
    hp_counter_add(events, 1)
    if coldEvents > 0 {
      coldEvents -= 1
      allocatedBefore = allocations?.bytes ?? 0
    } else if let allocations {
      hp_counter_add(warmEvents, 1)
      hp_counter_raise(warmAllocatedBytes, allocations.bytes - allocatedBefore)
    }
    hp_counter_raise(lastEvent, UInt64(max(0, hp_clock_at_ns(&clock, endTicks))))
    event.record(span)
    if decided { decision.record(span) }
    if ordered { tickToOrder.record(span) }
    block.raise(.marketEvents, to: audit.marketEvents)
    block.raise(.decisions, to: audit.decisions)
    block.raise(.ordersSent, to: audit.orders)
    block.raise(.refusals, to: audit.refusals)
    block.raise(.fills, to: audit.fills)
  }

  /// A beat for the status line was lost.
  func noteLostBeat() { block.add(.droppedObservations) }

  /// The loop is over; called on the engine's thread.
  func end() {
    figures[.pageFaults].map { hp_counter_raise($0, Self.faults() - faultsBefore) }
    figures[.processorTime].map { hp_counter_raise($0, UInt64(max(0, hp_thread_cpu_ns() - processorBefore))) }
    file.finish()
  }

  private static func faults() -> UInt64 {
    var (minor, major): (UInt64, UInt64) = (0, 0)
    return hp_memory_faults(&minor, &major) == 0 ? minor + major : 0
  }
}
