// Gathers what happens in a session: counts, latencies, position, state. It reads facts; it never steers the engine.

package import TradingDomain

/// The observer of one session.
///
/// Fed by one thread, in the order of events: the engine's own between two duty cycles, or a monitor thread that drains
/// a ``BeatRing``. Beats bring the totals; the journal's facts bring what beats do not have. A total and the facts that
/// it sums may both be shown: the higher count stands. Observing does not allocate.
/// ``counters`` may be read by any thread; everything else is for the feeding thread, which hands out snapshots.
package final class RealTimeMonitoringSystem {
  /// The live counts, for readers on other threads.
  package let counters: CounterBlock

  private let instrument: Instrument
  private let startedAt: Nanoseconds
  private let recorders: [LatencyRecorder]
  private var engineTime: Timestamp?
  private var engineStart: Timestamp?
  private var price: Price?
  private var position: Int64 = 0
  private var net = Money.zero
  private var fees = Money.zero
  private var state = TradingState.active
  private var connection: ConnectionState?

  /// `monotonicTime` is the process's monotonic clock at the start of the session; ``snapshot(monotonicTime:)`` must
  /// use the same clock. Counts and latencies lie in `counterFile`, made by ``SharedCounterFile/init(sessionAt:)``,
  /// where one is given, for other processes to read.
  package init(instrument: Instrument, monotonicTime: Nanoseconds, counterFile: SharedCounterFile? = nil) {
    self.instrument = instrument
    startedAt = monotonicTime
    counters = counterFile?.counterBlock ?? CounterBlock()
    recorders = LatencyStage.allCases.map { counterFile?.recorder($0.name) ?? LatencyRecorder() }
  }

  /// Takes note of one recorded fact.
  package func observe(_ entry: JournalEntry) {
    advance(to: entry.time)
    switch entry.fact {
    case .opened, .votes, .shadow, .roster, .benched: break
    case .decision(let decision):
      counters.add(.decisions)
      price = decision.price
    case .refusal: counters.add(.refusals)
    case .intent: counters.add(.ordersSent)
    case .cancelIntent, .changeIntent, .cancelAllIntent: counters.add(.amendmentsSent)
    case .notSent: counters.add(.ordersNotSent)
    case .report(let report):
      counters.add(.reports)
      if report.status == .rejected || report.status == .partiallyFilledRejected { counters.add(.rejections) }
    case .fill: counters.add(.fills)
    case .state(let newState, _): change(to: newState)
    case .connection(let newConnection):
      if newConnection == .linkDown, connection != .linkDown { counters.add(.disconnections) }
      connection = newConnection
    case .closed: break
    }
  }

  /// Takes note of a market event: its time, its price if it has one, and messages lost before it.
  package func observe(_ event: MarketEvent, at time: Timestamp) {
    advance(to: time)
    counters.add(.marketEvents)
    switch event.update {
    case .trade(let trade): price = trade.price
    case .bar(let bar): price = bar.close
    case .gap(let missing): counters.add(.missedMessages, missing)
    case .quote, .depth, .phase, .limits: break
    }
  }

  /// Takes note of the engine's state and totals.
  package func observe(_ beat: SessionBeat) {
    advance(to: beat.time)
    if let seen = beat.price { price = seen }
    position = beat.position
    net = beat.net
    fees = beat.fees
    change(to: beat.state)
    counters.raise(.marketEvents, to: beat.marketEvents)
    counters.raise(.decisions, to: beat.decisions)
    counters.raise(.ordersSent, to: beat.orders)
    counters.raise(.refusals, to: beat.refusals)
    counters.raise(.fills, to: beat.fills)
    if let latency = beat.decisionLatency { observe(latency, of: .decision) }
    if let latency = beat.tickToOrderLatency { observe(latency, of: .tickToOrder) }
  }

  /// Takes note of a measured duration; a negative one, which only a faulty clock gives, counts as 0.
  package func observe(_ latency: Nanoseconds, of stage: LatencyStage) {
    recorders[stage.rawValue].record(UInt64(max(0, latency.count)))
  }

  /// Tells that `count` observations were lost on the way here.
  package func observeLoss(of count: UInt64) { counters.add(.droppedObservations, count) }

  /// The picture at this moment; costs some ten microseconds, so take it at display rate and not per event.
  package func snapshot(monotonicTime: Nanoseconds) -> MonitoringSnapshot {
    MonitoringSnapshot(
      instrument: instrument, engineTime: engineTime, engineStart: engineStart, uptime: monotonicTime - startedAt,
      price: price, position: position, net: net, fees: fees, state: state, connection: connection,
      counts: EngineCounter.allCases.map { counters[$0] }, latencies: recorders.map(\.summary))
  }

  private func change(to newState: TradingState) {
    if newState != state { counters.add(.stateChanges) }
    state = newState
  }

  private func advance(to time: Timestamp) {
    if engineStart == nil { engineStart = time }
    engineTime = time
  }
}
