// The virtual-time machine: replayed market, exchange, delays, clock; for any number of clients.

package import TradingDomain

/// One event on its way out of the venue.
package struct VenueDelivery: Hashable, Sendable {
  /// Client it is for; nil for all.
  package var client: Int?
  package var event: VenueEvent
}

/// Who takes events in place.
protocol VenueVisitor {
  /// Market data; the pointer is good for the duration of the call.
  func visit(_ event: UnsafePointer<MarketEvent>)
  /// An order report of any client.
  func visit(_ report: ClientReport)
}

/// Counts of a simulated session.
package struct VenueStatistics: Hashable, Sendable {
  package var marketEvents: UInt64 = 0
  package var commands: UInt64 = 0
  package var reports: UInt64 = 0
  package var filledContracts: Int64 = 0
  package var windows: UInt64 = 0
  /// Events of the stream whose instrument is not configured.
  package var unlistedEvents: Int = 0

  package init() {}
}

/// A simulated venue in virtual time.
///
/// Time at the exchange runs ahead of what clients have been shown, but never past the moment at which an answer to the
/// next event could reach it. So the sequence of events depends on the market, the configuration and the clients'
/// commands alone: not on how many events are fetched at a time, nor on real time.
///
/// Order of what happens at one instant: at the exchange, market inputs before commands, and commands by (decision
/// time, client, order of sending). Towards clients, order reports before market data before the clock.
///
/// Lockstep use: `openWindow`, then `nextInWindow` until nil, then the clients' commands by `submit`, then the next
/// window. Free-running use: `next(notAfter:)` up to the present instant, commands whenever they come.
package final class VenueCore {
  package let configuration: SimulationConfiguration
  private let latency: LatencyModel
  private let exchange: SimulatedExchange
  private let feed: FeedReader
  private var clients: [ClientLinks] = []
  /// When the next command reaches the exchange, and the next report a client; `Int64.max` for none.
  private var nextArrival = Int64.max
  private var nextReport = Int64.max
  /// Messages sent on any link so far.
  private var sent: UInt64 = 0
  private var lastMarketTime = Int64.min
  /// Market messages as the exchange sends them, and as clients have them; counted only where delays depend on them.
  private var sentRate = MessageRate()
  private var heardRate = MessageRate()
  private var nextClock: Int64
  private let lastClock: Int64
  private let isOrderByOrder: Bool
  private var isConnected = false
  private var hasEnded = false
  /// Latest instant up to which the exchange has acted: commands cannot arrive before it.
  private var exchangeTime = Int64.min
  private var windowStart: Int64
  private var windowEnd: Int64
  private var windowEvents = 0
  private var lastDelivery = Int64.min
  package private(set) var statistics = VenueStatistics()

  private static let second: Int64 = 1_000_000_000

  /// One client's two links; each keeps its messages in order.
  private final class ClientLinks {
    /// Without a command, the client's entry orders are to be withdrawn.
    var inward = LinkQueue<OrderCommand?>(capacity: 64)
    var outward = LinkQueue<OrderReport>(capacity: 256)
    var commands: UInt64 = 0
    var reports: UInt64 = 0
    var lastArrival = Int64.min
    var lastReport = Int64.min
  }

  package init(configuration: SimulationConfiguration, feed: MarketFeed) {
    self.configuration = configuration
    latency = configuration.latency
    exchange = SimulatedExchange(configuration)
    isOrderByOrder = configuration.queue == .orderByOrder
    precondition(
      !isOrderByOrder || feed.departures != nil,
      "the queue model order-by-order needs a feed that was made order by order")
    self.feed = FeedReader(feed: feed, instruments: configuration.instruments)
    let (open, close) = (configuration.open.nanoseconds, configuration.close.nanoseconds)
    nextClock = (open + VenueCore.second - 1) / VenueCore.second * VenueCore.second
    lastClock = close
    // Time begins with the first thing that happens, or with the session.
    windowStart = min(self.feed.nextTime, open)
    windowEnd = windowStart
    if nextClock > lastClock { nextClock = .max }
  }

  /// Adds a client and returns its index.
  package func addClient() -> Int {
    clients.append(ClientLinks())
    return clients.count - 1
  }

  /// Whether the last event has been delivered.
  package var isEnded: Bool { hasEnded }

  /// Virtual time of the last delivered event; nil before the first.
  package var time: Timestamp? { lastDelivery == .min ? nil : Timestamp(nanoseconds: lastDelivery) }

  /// Latest report of every order of a client, in order of submission: the snapshot for a client that lost its state.
  package func orderSnapshot(client: Int) -> [OrderReport] {
    (0..<exchange.orders.count).filter { exchange.orders[$0].client == client }.map {
      exchange.orders[$0].lastReport(epoch: configuration.gatewayEpoch)
    }
  }

  // MARK: Commands

  /// Takes a command from a client. Its decision time is held inside the current window: a client can neither answer
  /// events before it has seen them nor act in the past.
  package func submit(_ command: OrderCommand, client: Int) {
    let decision = min(max(command.decisionTime.nanoseconds, windowStart), max(windowEnd, windowStart))
    enqueue(command, client, decision)
  }

  /// Takes a command from a client without a virtual clock: it was decided now.
  package func submitNow(_ command: OrderCommand, client: Int, now: Timestamp) {
    enqueue(command, client, max(now.nanoseconds, lastDelivery, windowStart))
  }

  /// Withdraws a client's entry orders, those on their way to the exchange included: the gateway's duty when the client
  /// is lost. Protective stops, targets and exits stay.
  package func withdrawEntries(client: Int) {
    enqueue(nil, client, max(lastDelivery, windowStart))
  }

  private func enqueue(_ command: OrderCommand?, _ client: Int, _ decision: Int64) {
    precondition(clients.indices.contains(client), "client \(client) was never added to the venue")
    let links = clients[client]
    let delay = latency.entryDelay(client: client, index: links.commands, at: decision, rate: heardRate)
    links.commands += 1
    let arrival = max(decision + delay, links.lastArrival, exchangeTime)
    links.lastArrival = arrival
    statistics.commands += 1
    sent += 1
    links.inward.push(command, time: arrival, decided: decision, creation: sent)
    nextArrival = min(nextArrival, arrival)
  }

  /// Takes the command that arrives next: by time, decision, client, order of sending.
  private func popArrival() -> (client: Int, command: OrderCommand?) {
    var earliest = -1
    for client in clients.indices where clients[client].inward.nextTime == nextArrival {
      if earliest < 0 || clients[client].inward.first.pointee.decided < clients[earliest].inward.first.pointee.decided {
        earliest = client
      }
    }
    let command = clients[earliest].inward.pop().pointee.payload
    nextArrival = clients.reduce(.max) { min($0, $1.inward.nextTime) }
    return (earliest, command)
  }

  /// Takes the report that is delivered next: by time, then by order of making.
  private func popReport() -> ClientReport {
    var earliest = -1
    for client in clients.indices where clients[client].outward.nextTime == nextReport {
      if earliest < 0
        || clients[client].outward.first.pointee.creation < clients[earliest].outward.first.pointee.creation
      {
        earliest = client
      }
    }
    let report = clients[earliest].outward.pop().pointee.payload
    nextReport = clients.reduce(.max) { min($0, $1.outward.nextTime) }
    statistics.reports += 1
    return ClientReport(client: earliest, report: report)
  }

  // MARK: Windows

  /// Opens the next lockstep window and returns false when the session has ended. All commands that answer the events
  /// of the window before must have been submitted.
  package func openWindow() -> Bool {
    if hasEnded { return false }
    windowEvents = 0
    guard isConnected else { return true }
    advanceExchange(notBeyond: .max)
    let start = nextLocalTime
    if start == .max {
      // Nothing left in flight, and the clients have answered the last event with silence.
      (windowStart, windowEnd) = (max(lastDelivery, configuration.close.nanoseconds), .max)
      return true
    }
    statistics.windows += 1
    windowStart = start
    windowEnd = start + configuration.window.count
    return true
  }

  /// Virtual time at which the current window begins; nil for the first, which holds the connection event.
  package var windowTime: Timestamp? { isConnected ? Timestamp(nanoseconds: windowStart) : nil }

  /// The next event of the current window; nil when it is complete.
  @inline(__always)
  package func nextInWindow() -> VenueDelivery? {
    if !isConnected || windowEnd == .max { return windowEvents == 0 ? edgeOfSession() : nil }
    // A window without length holds one event.
    if windowEnd == windowStart {
      if windowEvents > 0 { return nil }
    } else {
      advanceExchange(notBeyond: windowEnd)
      if nextLocalTime >= windowEnd { return nil }
    }
    windowEvents += 1
    return deliver()
  }

  /// The next event due at or before `time`, for use without windows; nil when there is none (yet).
  package func next(notAfter time: Timestamp) -> VenueDelivery? {
    if hasEnded { return nil }
    if !isConnected { return edgeOfSession() }
    advanceExchange(notBeyond: time.nanoseconds == .max ? .max : time.nanoseconds + 1)
    let due = nextLocalTime
    if due == .max && feed.nextTime == .max && nextArrival == .max { return edgeOfSession() }
    return due <= time.nanoseconds ? deliver() : nil
  }

  /// Hands every event due at or before `time` to `visitor`, in place: as ``next(notAfter:)`` in a loop, without the
  /// copies. The visitor must not call back.
  @inline(__always)
  func deliver(notAfter time: Timestamp, to visitor: some VenueVisitor) {
    while isConnected && !hasEnded {
      advanceExchange(notBeyond: time.nanoseconds == .max ? .max : time.nanoseconds + 1)
      let due = nextLocalTime
      if due > time.nanoseconds { break }
      noteDelivery(due)
      if nextReport == due {
        visitor.visit(popReport())
      } else if feed.tape.nextAtClient == due {
        if latency.recorded != nil { heardRate.note(due) }
        visitor.visit(feed.tape.takeDelivered())
      }
    }
  }

  /// The earliest instant at which the next event can be due; nil when the session has nothing left but its end.
  package func nextDue() -> Timestamp? {
    if !isConnected { return .distantPast }
    let input = min(feed.nextTime, nextArrival)
    // The exchange is not run ahead to find out: commands that come meanwhile must still find it at the present.
    let effect = input == .max ? input : max(input, exchangeTime) + latency.shortestToClient
    let due = min(nextLocalTime, effect)
    return due == .max ? nil : Timestamp(nanoseconds: due)
  }

  // MARK: Time

  /// When the earliest known event reaches its client.
  private var nextLocalTime: Int64 {
    @inline(__always) get { min(nextReport, feed.tape.nextAtClient, nextClock) }
  }

  /// Lets the exchange act until nothing it has not yet done can reach a client at or before the earliest known event.
  ///
  /// That never goes past the moment at which an answer to that event could arrive, because no delay is negative and
  /// at one instant market inputs precede commands.
  @inline(__always)
  private func advanceExchange(notBeyond end: Int64) {
    while true {
      let input = feed.nextTime
      let arrival = nextArrival
      let next = min(input, arrival)
      if next == .max || next >= end { return }
      if max(next, exchangeTime) + latency.shortestToClient > nextLocalTime { return }
      exchangeTime = max(exchangeTime, next)
      if input <= arrival {
        acceptMarket()
      } else {
        let (client, command) = popArrival()
        if let command {
          exchange.execute(command, client: client, at: exchangeTime)
        } else {
          exchange.withdrawEntries(client: client, at: exchangeTime)
        }
      }
      if !exchange.reports.isEmpty { sendReports() }
    }
  }

  @inline(__always)
  private func acceptMarket() {
    guard feed.isEventNext else {
      exchange.accept(feed.nextMark(), at: exchangeTime)
      return
    }
    feed.readAhead()
    let (event, tag) = feed.tape.pass()
    if isOrderByOrder { leaveQueues(tag.pointee) }
    exchange.accept(event.pointee.update, tag.pointee.market, at: exchangeTime)
    statistics.marketEvents += 1
    if latency.recorded != nil { sentRate.note(exchangeTime) }
    let delay = latency.feedDelay(
      instrument: event.pointee.instrument, sequence: event.pointee.sequence, at: exchangeTime, rate: sentRate)
    lastMarketTime = max(lastMarketTime, exchangeTime + delay)
    feed.tape.deliver(tag, at: lastMarketTime)
  }

  /// Tells the exchange who left its queues with an event.
  private func leaveQueues(_ tag: MarketTape.Tag) {
    exchange.feedNumber = max(exchange.feedNumber, tag.number)
    while let departure = feed.departures?.next(of: tag.number) {
      exchange.orderLeft(departure, tag.market, at: exchangeTime)
    }
  }

  private func sendReports() {
    for report in exchange.reports {
      let links = clients[report.client]
      let delay = latency.responseDelay(
        client: report.client, index: links.reports, at: exchangeTime, rate: sentRate)
      links.reports += 1
      links.lastReport = max(links.lastReport, exchangeTime + delay)
      sent += 1
      links.outward.push(report.report, time: links.lastReport, decided: 0, creation: sent)
      nextReport = min(nextReport, links.lastReport)
    }
    exchange.reports.removeAll(keepingCapacity: true)
    statistics.filledContracts = exchange.filledContracts
  }

  @inline(__always)
  private func noteDelivery(_ due: Int64) {
    lastDelivery = due
    // A second that something else falls on needs no clock event.
    if due == nextClock { nextClock = due + VenueCore.second <= lastClock ? due + VenueCore.second : .max }
  }

  /// Takes the earliest event out.
  /// - Precondition: there is one.
  @inline(__always)
  private func deliver() -> VenueDelivery {
    let due = nextLocalTime
    noteDelivery(due)
    let local = Timestamp(nanoseconds: due)
    if nextReport == due {
      let report = popReport()
      return VenueDelivery(client: report.client, event: VenueEvent(localTime: local, update: .order(report.report)))
    }
    if feed.tape.nextAtClient == due {
      if latency.recorded != nil { heardRate.note(due) }
      return VenueDelivery(
        client: nil, event: VenueEvent(localTime: local, update: .market(feed.tape.takeDelivered().pointee)))
    }
    return VenueDelivery(client: nil, event: VenueEvent(localTime: local, update: .clock))
  }

  /// The first event of a session, or the last.
  private func edgeOfSession() -> VenueDelivery? {
    windowEvents += 1
    if isConnected {
      hasEnded = true
      statistics.unlistedEvents = feed.unlistedEvents
      let end = max(lastDelivery, configuration.close.nanoseconds)
      lastDelivery = end
      return VenueDelivery(
        client: nil, event: VenueEvent(localTime: Timestamp(nanoseconds: end), update: .endOfSession))
    }
    isConnected = true
    lastDelivery = windowStart
    return VenueDelivery(
      client: nil, event: VenueEvent(localTime: Timestamp(nanoseconds: windowStart), update: .connection(.ready)))
  }
}
