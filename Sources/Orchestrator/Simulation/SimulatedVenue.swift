// A simulated venue for one client in the same process: the backtest's source of events and its order gateway.

package import TradingDomain

/// ``VenueCore`` behind the engine's two ports.
///
/// `poll` hands out the current window; when it is spent, the next call opens another, after everything that was sent
/// meanwhile has been queued. The end of the session is the last event; after it `poll` returns 0 and `send` refuses.
package final class SimulatedVenue: VenueEventSource, OrderGateway {
  private let core: VenueCore
  private let client: Int
  private var isWindowOpen = false

  package init(configuration: SimulationConfiguration, feed: MarketFeed) {
    core = VenueCore(configuration: configuration, feed: feed)
    client = core.addClient()
  }

  package var statistics: VenueStatistics { core.statistics }

  package func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    guard buffer.count > 0 else { return 0 }
    if !isWindowOpen {
      guard core.openWindow() else { return 0 }
      isWindowOpen = true
    }
    var count = 0
    while count < buffer.count {
      guard let delivery = core.nextInWindow() else {
        isWindowOpen = false
        // A window is never empty, but the buffer may have ended with it: then the next one begins at once.
        if count > 0 || !core.openWindow() { return count }
        isWindowOpen = true
        continue
      }
      buffer[count] = delivery.event
      count += 1
    }
    return count
  }

  package func send(_ command: OrderCommand) -> SendOutcome {
    if core.isEnded { return .notSent }
    core.submit(command, client: client)
    return .handedOver
  }
}
