// Arrival times: the process that they are said to be, told from the same numbers by two other programs.

import Foundation
import QuantMath
import Simulation
import Testing
import TradingDomain

/// The kernel of the golden file: as in `Tests/oracle/make_hawkes_golden.py`.
private let goldenKernel = HawkesKernel(
  sameSide: [[0.30, 0.06, 0.04], [0.12, 0.25, 0.10], [0.10, 0.12, 0.20]],
  otherSide: [[0.08, 0.04, 0.03], [0.20, 0.05, 0.06], [0.05, 0.06, 0.10]], decays: [8, 0.5], shares: [0.6, 0.4])

private let goldenBaseline: FlowVector = [0.5, 0.5, 0.9, 0.9, 0.7, 0.7, 0, 0]

private func arrivals(_ kernel: HawkesKernel, count: Int, seed: UInt64, stream: UInt64 = 11) -> [HawkesArrival] {
  var process = HawkesArrivals(kernel, random: CounterRandom(seed: seed, stream: stream))
  var all: [HawkesArrival] = []
  while all.count < count {
    if let arrival = process.next(baseline: goldenBaseline, before: .max / 2) { all.append(arrival) }
  }
  return all
}

private func goldenText(_ name: String) throws -> String {
  try String(
    contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/" + name),
    encoding: .utf8)
}

/// Waits between arrivals of one kind in units of its integrated intensity; exponential of mean 1 for the true kernel.
private func residuals(_ all: [HawkesArrival], _ kernel: HawkesKernel) -> [[Double]] {
  var compensator = Compensator(kernel)
  var running = [Double](repeating: 0, count: 6)
  var waits = [[Double]](repeating: [], count: 6)
  var last: Int64 = 0
  for arrival in all {
    let excited = compensator.excited(last, arrival.time)
    for kind in 0..<6 { running[kind] += goldenBaseline[kind] * Double(arrival.time - last) * 1e-9 + excited[kind] }
    waits[arrival.kind.rawValue].append(running[arrival.kind.rawValue])
    running[arrival.kind.rawValue] = 0
    compensator.append(arrival)
    last = arrival.time
  }
  return waits
}

@Test func portableExponentialAndLogarithmAgreeWithTheLibraryToTwoUnitsInTheLastPlace() {
  var random = CounterRandom(seed: 5, stream: 1)
  for _ in 0..<200_000 {
    let x = random.nextUniform(in: -690..<690)
    #expect(abs(PortableMath.exponential(x) - exp(x)) <= 2 * exp(x).ulp)
    let y = random.nextOpenUniform()
    #expect(abs(PortableMath.logarithm(y) - log(y)) <= 2 * log(y).ulp)
    let z = 1 + random.nextUniform() * 1e6
    #expect(abs(PortableMath.logarithm(z) - log(z)) <= 2 * log(z).ulp)
  }
  #expect(PortableMath.exponential(0) == 1 && PortableMath.logarithm(1) == 0 && PortableMath.exponential(-1e9) == 0)
}

@Test func arrivalsInTheirOwnTimeArePoissonForTheTrueKernelAndNotForAnother() {
  let all = arrivals(goldenKernel, count: 30_000, seed: 3)
  let truth = residuals(all, goldenKernel)
  for kind in FlowKind.allCases {
    #expect(exponentialDistance(truth[kind.rawValue]) < 1.95, "\(kind)")
    // Neither may one wait tell the next.
    let waits = truth[kind.rawValue]
    #expect(
      abs(correlation(Array(waits.dropLast()), Array(waits.dropFirst()))) < 3.3 / Double(waits.count).squareRoot())
  }
  var wrong = goldenKernel
  wrong.sameSide[0][0] = 0.15
  #expect(exponentialDistance(residuals(all, wrong)[0]) > 1.95)
}

@Test func theMarketsArrivalsArePoissonInTheTimeOfItsOwnBookAndHiddenStates() throws {
  var configuration = shortFlow(seed: 21, seconds: 300)
  configuration.signal = OrderFlowSignal(strength: 0.3, halfLife: 20)
  let source = OrderFlowSource(configuration)
  #expect(source.advance())
  var compensator = Compensator(configuration.kernel)
  var running = [Double](repeating: 0, count: 6)
  var waits = [[Double]](repeating: [], count: 6)
  var last: Int64 = 0
  while last < 295_000_000_000 {
    // The intensities of the next seconds, as long as nothing happens in them.
    let now = Int(last / 1_000_000_000)
    let ahead = (now..<min(now + 4, 300)).map { source.baseline($0) }
    guard source.advance(), let arrival = source.arrival else { break }
    for (offset, baseline) in ahead.enumerated() {
      let from = max(last, Int64(now + offset) * 1_000_000_000)
      let to = min(arrival.time, Int64(now + offset + 1) * 1_000_000_000)
      if to <= from { continue }
      for kind in FlowKind.allCases { running[kind.rawValue] += baseline[kind] * Double(to - from) * 1e-9 }
    }
    try #require(arrival.time < Int64(now + 4) * 1_000_000_000)
    for (kind, integral) in compensator.excited(last, arrival.time).enumerated() { running[kind] += integral }
    waits[arrival.kind.rawValue].append(running[arrival.kind.rawValue])
    running[arrival.kind.rawValue] = 0
    compensator.append(arrival)
    last = arrival.time
  }
  for kind in FlowKind.allCases {
    #expect(waits[kind.rawValue].count > 300)
    #expect(exponentialDistance(waits[kind.rawValue]) < 1.95, "\(kind)")
  }
}

@Test func spontaneousRatesFollowTheBookOnBothSides() throws {
  var configuration = shortFlow(seed: 33, seconds: 120)
  configuration.patience = 0.7
  let source = OrderFlowSource(configuration)
  var book = ReplayedBook()
  var checked = 0
  while source.advance() {
    for action in source.actions { book.apply(action) }
    checked += 1
    if checked % 50 != 0 { continue }
    let rates = source.baseline(Int((source.arrival?.time ?? 0) / 1_000_000_000))
    let activity = (rates[.buyMarket] + rates[.sellMarket]) / (2 * configuration.marketRate)
    #expect(activity > 0.1 && rates[.buyLimit] == rates[.sellLimit])
    for (side, kind) in [(Side.buy, FlowKind.buyCancel), (.sell, .sellCancel)] {
      let far = try #require(book.best(side.opposite))
      let weights = (book.queues[side] ?? [:]).reduce(0.0) { sum, level in
        sum + pow(Double(abs(far - level.key)), -0.7) * Double(level.value.count)
      }
      let expected = configuration.cancelRate * activity * weights
      #expect(abs(rates[kind] - expected) < 1e-9 * expected)
    }
  }
  #expect(checked > 2000)
}

@Test func anotherProgramDrawsTheSameArrivalsAndFindsTheBranchingRatioInThem() throws {
  let rows = try goldenText("hawkes_events.csv").split(separator: "\n").dropFirst()
  var time: Int64 = 0
  var listed: [HawkesArrival] = []
  for row in rows {
    let fields = row.split(separator: ",")
    time += try #require(Int64(fields[0]))
    listed.append(HawkesArrival(time: time, kind: try #require(Int(fields[1]).flatMap(FlowKind.init(rawValue:)))))
  }
  #expect(listed.count == 5000)
  #expect(listed == arrivals(goldenKernel, count: 5000, seed: 2024))

  var fit: [String: (value: Double, error: Double)] = [:]
  for row in try goldenText("hawkes_fit.csv").split(separator: "\n").dropFirst() {
    let fields = row.split(separator: ",")
    fit[String(fields[0])] = (try #require(Double(fields[1])), try #require(Double(fields[2])))
  }
  // Maximum likelihood on these arrivals, with its standard error.
  let ratio = try #require(fit["branching_ratio"])
  #expect(ratio.error < 0.06)
  #expect(abs(ratio.value - goldenKernel.branchingRatio) < 3 * ratio.error)
  for (name, truth) in [("market_rate", 0.5), ("limit_rate", 0.9), ("cancel_rate", 0.7)] {
    let found = try #require(fit[name])
    #expect(abs(found.value - truth) < 3 * found.error, "\(name)")
  }
  // The two programs' compensators at the true kernel agree.
  let waits = residuals(listed, goldenKernel)
  for kind in FlowKind.allCases {
    let mean = waits[kind.rawValue].reduce(0, +) / Double(waits[kind.rawValue].count)
    let golden = try #require(fit["mean_residual_\(kind.rawValue)"])
    #expect(abs(mean - golden.value) < 1e-6)
  }
}

@Test func theBranchingRatioIsTheLargestEigenvalue() {
  let diagonal = HawkesKernel(
    sameSide: [[0.3, 0, 0], [0, 0.5, 0], [0, 0, 0.1]], otherSide: [[0.2, 0, 0], [0, 0.1, 0], [0, 0, 0]],
    decays: [1, 2], shares: [0.5, 0.5])
  #expect(abs(diagonal.branchingRatio - 0.6) < 1e-9)
  #expect(HawkesKernel.independent.branchingRatio == 0)
}
