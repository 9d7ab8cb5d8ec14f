// The measurement of waiting: every message is seen under every policy, and the figures are of that thread.

import Monitoring
import Testing
import TradingDomain

@Test func everyWayOfWaitingSeesItsMessages() throws {
  let costs = try IdleCost.measure(parkAfter: [nil, .zero, .microseconds(200)], messages: 50)
  #expect(costs.map(\.policy) == ["spin", "park after 0 us", "park after 200 us"])
  for cost in costs {
    #expect(cost.reaction.count == 50)
    #expect(cost.reaction.p50 > 0 && cost.reaction.p50 <= cost.reaction.maximum)
    // The two clocks behind the share are not read at one moment.
    #expect(cost.processorShare > 0 && cost.processorShare < 1.05, "\(cost)")
  }
}
