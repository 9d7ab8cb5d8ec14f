// `bench maker`: the reference market maker over a feed that other simulators can read, for figures and for speed.

import ArgumentParser
import Foundation
import Simulation
import TradingDomain

/// Runs the maker and prints what became of its account, and the events per second of each round.
struct Maker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maker", abstract: "Runs the reference market maker over a comparison feed.",
    discussion: """
      The feed is a file of 32-byte records: time i64 (ns), price i64 (ticks), quantity i64 (lots), kind u8 (0 depth, \
      1 trade), side u8 (1 buy, 2 sell), 6 bytes unused. Benchmarks/peers/market_maker.py writes such files and runs \
      hftbacktest on the same events.
      """)

  @Argument(help: "The feed.")
  var feed: String
  @Option(help: "Queue model: \(QueueModel.names).")
  var queue = "risk-averse"
  @Option(help: "Delay of market data, ns.")
  var feedDelay: Int64 = 200_000
  @Option(help: "Delay of orders, ns.")
  var entryDelay: Int64 = 1_000_000
  @Option(help: "Delay of reports, ns.")
  var responseDelay: Int64 = 1_000_000
  @Option(help: "Time between decisions, ns.")
  var step: Int64 = 10_000_000
  @Option(help: "Largest position, lots.")
  var limit: Int64 = 5
  @Option(help: "Rounds to time.")
  var rounds = 1
  @Flag(help: "Only what an order takes stays taken, and prints fill at most what was printed.")
  var conserved = false
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard feedDelay >= 0, entryDelay >= 0, responseDelay >= 0, step > 0, limit > 0, rounds > 0 else {
      throw ValidationError("delays must not be negative, and --step, --limit and --rounds must be positive.")
    }
  }

  func run() throws {
    guard let model = QueueModel(named: queue), model != .orderByOrder else {
      throw BenchFailure.usage("--queue \(queue) is no queue model of a book by levels: use \(QueueModel.names)")
    }
    let events = try Self.read(feed)
    let latency = LatencyModel.constant(
      feed: Nanoseconds(feedDelay), entry: Nanoseconds(entryDelay), response: Nanoseconds(responseDelay))
    var configuration = ComparisonFeed.configuration(
      events: events, instrument: .wdo, latency: latency, queue: model)
    if conserved { configuration.liquidity = .conserved }
    var settings = ReferenceMaker.Settings()
    settings.step = Nanoseconds(step)
    settings.maximumPosition = limit
    var rates: [Double] = []
    var changes: ContiguousArray<ReferenceMaker.Change> = []
    for _ in 0..<rounds {
      let core = VenueCore(
        configuration: configuration, feed: ComparisonFeed.market(events: events, instrument: Instrument.wdo.id))
      let maker = ReferenceMaker(core: core, settings: settings)
      let start = Self.threadSeconds()
      maker.run(from: Timestamp(nanoseconds: events[0].time))
      rates.append(Double(events.count) / (Self.threadSeconds() - start))
      changes = maker.changes
    }
    show(changes, rates: rates, events: events.count)
  }

  private func show(_ changes: ContiguousArray<ReferenceMaker.Change>, rates: [Double], events: Int) {
    guard json else {
      let (fills, position, cash) = changes.last.map { ($0.fills, $0.position, $0.cashTicks) } ?? (0, 0, 0)
      print("\(events) events, \(fills) fills, position \(position), cash \(cash) ticks")
      for rate in rates { print(String(format: "%.2f M events/s", rate / 1e6)) }
      return
    }
    let rows = changes.map { "[\($0.step),\($0.position),\($0.cashTicks),\($0.fills)]" }.joined(separator: ",")
    let speeds = rates.map { String(format: "%.0f", $0) }.joined(separator: ",")
    print(#"{"events": \#(events), "events_per_second": [\#(speeds)], "changes": [\#(rows)]}"#)
  }

  /// Processor time of this thread: what others do on the machine must not decide the result.
  private static func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func read(_ path: String) throws(BenchFailure) -> ContiguousArray<ComparisonEvent> {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .badInput("\(path): cannot be read; Benchmarks/peers/market_maker.py writes such feeds")
    }
    let stride = MemoryLayout<ComparisonEvent>.stride
    guard stride == 32, data.count > 0, data.count % stride == 0 else {
      throw .badInput("\(path): \(data.count) bytes are no whole number of 32-byte records")
    }
    let events = data.withUnsafeBytes { ContiguousArray($0.bindMemory(to: ComparisonEvent.self)) }
    for (index, event) in events.enumerated() {
      guard event.kind <= 1, event.side == 1 || event.side == 2, event.quantity >= 0, event.price > 0,
        index == 0 || event.time >= events[index - 1].time
      else {
        throw .badInput(
          "\(path): record \(index) is impossible (time \(event.time), price \(event.price), quantity "
            + "\(event.quantity), kind \(event.kind), side \(event.side))")
      }
    }
    return events
  }
}
