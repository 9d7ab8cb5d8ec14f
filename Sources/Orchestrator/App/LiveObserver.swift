// The engine's observer in a live run: keeps the report's record and the always-on figures, and publishes beats for the
// status line, without waiting and without taking memory.
import Backtest
import CHotPath
import Engine
import Monitoring
import TradingDomain

/// Called on the engine's thread after every event.
final class LiveObserver: EngineObserver {
  let recorder: SessionRecorder
  /// How busy the market was, and how late: with the journal, the session's delays.
  let pulse = FeedPulse()
  private let ring: BeatRing
  private let figures: SessionFigures
  private var clock: hp_clock
  private var last = AuditRecord()
  private(set) var lostBeats: UInt64 = 0
  private var eventsSinceBeat = 0
  /// A beat at least once in so many events, so that price and time stay fresh on the status line.
  private static let beatEvery = 32

  init(recorder: SessionRecorder, ring: BeatRing, figures: SessionFigures, clock: hp_clock) {
    self.recorder = recorder
    self.ring = ring
    self.figures = figures
    self.clock = clock
  }

  func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
    let audit = engine.audit
    recorder.observe(event, engine: engine, startTicks: startTicks, endTicks: endTicks)
    pulse.observe(event)
    let decided = audit.decisions != last.decisions
    let ordered = audit.orders != last.orders
    let span = max(0, hp_clock_span_ns(&clock, endTicks &- startTicks))
    figures.observe(audit, span: UInt64(span), endTicks: endTicks, decided: decided, ordered: ordered)
    eventsSinceBeat += 1
    guard decided || ordered || audit.fills != last.fills || eventsSinceBeat >= Self.beatEvery else { return }
    eventsSinceBeat = 0
    last = audit
    let beat = SessionBeat(
      time: audit.time, price: audit.price, position: audit.position, net: audit.net, fees: audit.fees,
      state: audit.state, marketEvents: audit.marketEvents, decisions: audit.decisions, orders: audit.orders,
      refusals: audit.refusals, fills: audit.fills, decisionLatency: decided ? Nanoseconds(span) : nil,
      tickToOrderLatency: ordered ? Nanoseconds(span) : nil)
    if !ring.offer(beat) {
      lostBeats += 1
      figures.noteLostBeat()
    }
  }
}
