// The simulated exchange against hftbacktest: the same feed, delays and queue model must give a maker the same account.

import Foundation
import Simulation
import Testing
import TradingDomain

/// What hftbacktest made of the golden feed, by queue model (Tests/oracle/make_hftbacktest_golden.py).
private enum Golden {
  static let events: ContiguousArray<ComparisonEvent> = {
    var time: Int64 = 1_700_000_000_000_000_000
    return ContiguousArray(
      rows("hftbacktest-feed").map { row in
        let fields = row.compactMap { Int64($0) }
        time += fields[0] * 1_000
        return ComparisonEvent(
          time: time, price: fields[3], quantity: fields[4], kind: UInt8(fields[1]), side: UInt8(fields[2]))
      })
  }()

  static let changes: [String: [ReferenceMaker.Change]] = Dictionary(
    grouping: rows("hftbacktest-changes").filter { $0.count == 5 }, by: { $0[0] }
  ).mapValues { rows in
    rows.map { row in
      let fields = row.dropFirst().compactMap { Int64($0) }
      return ReferenceMaker.Change(step: fields[0], position: fields[1], cashTicks: fields[2], fills: fields[3])
    }
  }

  /// Steps that hftbacktest took.
  static let steps: [String: Int64] = Dictionary(
    uniqueKeysWithValues: rows("hftbacktest-changes").filter { $0.count == 2 }.map { ($0[0], Int64($0[1]) ?? 0) })

  private static func rows(_ name: String) -> [[String]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/\(name).csv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
  }
}

private func changes(
  _ name: String, liquidity: LiquidityRule = .unlimited, entry: Nanoseconds = .milliseconds(1)
) throws -> [ReferenceMaker.Change] {
  var configuration = ComparisonFeed.configuration(
    events: Golden.events, instrument: .wdo,
    latency: .constant(feed: .microseconds(200), entry: entry, response: .milliseconds(1)),
    queue: try #require(QueueModel(named: name)))
  configuration.liquidity = liquidity
  let core = VenueCore(
    configuration: configuration, feed: ComparisonFeed.market(events: Golden.events, instrument: Instrument.wdo.id))
  let maker = ReferenceMaker(core: core)
  maker.run(from: Timestamp(nanoseconds: Golden.events[0].time))
  return Array(maker.changes)
}

@Test(arguments: [
  "risk-averse", "power:1", "power:3", "power-share:2", "power-front:3", "logarithm", "logarithm-share",
])
func aMakerHasTheAccountThatHftbacktestGivesIt(model: String) throws {
  let golden = try #require(Golden.changes[model])
  #expect(golden.count > 40)
  // Theirs ends with the last event; ours has until the close of the session.
  let end = try #require(Golden.steps[model])
  let own = try changes(model).filter { $0.step <= end }
  let parting = zip(own, golden).first { $0 != $1 }
  #expect(parting == nil, "part at \(parting as Any)")
  #expect(own.count == golden.count)
}

@Test func theQueueModelsAndTheDelayDecideTheGoldenAccounts() throws {
  // Were any two the same, the comparison above could not tell them apart.
  let finals = Set(Golden.changes.values.map(\.count))
  #expect(finals.count >= 4)
  #expect(try changes("risk-averse", entry: .milliseconds(9)) != Golden.changes["risk-averse"])
}

@Test func conservingLiquidityNeverFillsMoreThanTheUnlimitedRule() throws {
  for model in ["careful", "risk-averse"] {
    let conserved = try changes(model, liquidity: .conserved).last?.fills ?? 0
    let unlimited = try changes(model).last?.fills ?? 0
    #expect(conserved > 0)
    #expect(conserved <= unlimited + 2, "\(model): \(conserved) against \(unlimited)")
  }
}
