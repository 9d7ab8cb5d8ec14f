// The size at which an edge is eaten by its own impact.

import Performance
import Testing
import TradingDomain

private func trades(_ nets: [Double], contracts: Int64 = 1) -> [ClosedTrade] {
  nets.enumerated().map { index, net in
    let entry = Timestamp(nanoseconds: Int64(index) * 60_000_000_000)
    return ClosedTrade(
      instrument: InstrumentID(1), side: .buy, quantity: Quantity(contracts), entryTime: entry,
      exitTime: entry + .seconds(30), grossProfit: Money(brl: net), fees: .zero)
  }
}

@Test func capacityFollowsTheSquareRootLaw() throws {
  // e = 10 BRL, sigma = 500 BRL, V = 100,000: 100,000 (10 / 1000)^2 = 10 contracts.
  let nets = Array(repeating: [0.0, 20.0], count: 50).flatMap { $0 }
  let found = try #require(
    Capacity(trades(nets), volumes: [80_000, 120_000], changesBRL: [500, -500]))
  #expect(abs(found.breakEven - 10) < 1e-9)
  #expect(abs(found.mostProfitable - 40 / 9) < 1e-9)
  // Mean 10 +- 1.96 * 1.00504.
  #expect(abs(found.range.lowerBound - 10 * 0.803_012 * 0.803_012) < 1e-3)
  #expect(abs(found.range.upperBound - 10 * 1.196_988 * 1.196_988) < 1e-3)
}

@Test func theEdgeOfAContractCountsNotThatOfATrade() throws {
  let nets = Array(repeating: [0.0, 60.0], count: 50).flatMap { $0 }
  let found = try #require(
    Capacity(trades(nets, contracts: 3), volumes: [80_000, 120_000], changesBRL: [500, -500]))
  #expect(abs(found.breakEven - 10) < 1e-9)
}

@Test func whatHasNoEdgeHasNoCapacity() {
  let losing = Array(repeating: [-20.0, 0.0], count: 50).flatMap { $0 }
  #expect(Capacity(trades(losing), volumes: [1, 2], changesBRL: [1, 2]) == nil)
  let few = [10.0, 20.0]
  #expect(Capacity(trades(few), volumes: [1, 2], changesBRL: [1, 2]) == nil)
  let nets = Array(repeating: [0.0, 20.0], count: 50).flatMap { $0 }
  #expect(Capacity(trades(nets), volumes: [0, 0], changesBRL: [1, 2]) == nil)
}
