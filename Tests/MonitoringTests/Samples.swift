// Snapshots and outputs shared by the tests of this module.

import Monitoring
import TradingDomain

/// Collects what is written to a terminal.
final class Screen {
  private(set) var writes: [String] = []

  func terminal(isInteractive: Bool, width: Int = 200, usesColor: Bool = false) -> Terminal {
    Terminal(isInteractive: isInteractive, usesColor: usesColor, width: width) { self.writes.append($0) }
  }
}

enum Samples {
  /// 2020-04-02 09:31:07 in Sao Paulo.
  static let time = Timestamp(nanoseconds: 1_585_830_667_000_000_000)

  static func decision(price: Int64) -> JournalFact {
    .decision(
      DecisionRecord(
        instrument: Instrument.dol.id, regime: .range, probabilityUp: 0.5, probabilityDown: 0.5, expectedMove: 0,
        wanted: 0, price: Price(ticks: price)))
  }

  static func report(_ status: OrderStatus) -> JournalFact {
    .report(
      OrderReport(
        id: ClientOrderID(epoch: 1, strategy: 1, counter: 1), gatewayOrderID: 7, instrument: Instrument.dol.id,
        status: status, reason: .none, side: .buy, quantity: 5, tradedQuantity: 0, tradedTicks: 0, exchangeTime: time))
  }

  /// A session with 400 decisions in 2 s, long 5 at 5210.5, net profit 1,230 BRL.
  static func system() -> RealTimeMonitoringSystem {
    let system = RealTimeMonitoringSystem(instrument: .dol, monotonicTime: .seconds(100))
    for _ in 0..<400 { system.observe(JournalEntry(time: time, fact: decision(price: 10_421))) }
    system.observe(
      SessionBeat(
        time: time, price: nil, position: 5, net: Money(brl: 1_230), fees: Money(brl: 20), state: .active,
        marketEvents: 0, decisions: 400, orders: 0, refusals: 0, fills: 0))
    for microseconds in 1...100 { system.observe(.microseconds(Int64(microseconds)), of: .decision) }
    return system
  }

  static func snapshot() -> MonitoringSnapshot { system().snapshot(monotonicTime: .seconds(102)) }
}
