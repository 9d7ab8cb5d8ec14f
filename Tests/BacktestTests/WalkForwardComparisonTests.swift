// Strategies beside each other on the same days.

import Backtest
import Performance
import QuantMath
import Testing
import TradingDomain
import Validation

@Suite struct WalkForwardComparisonTests {
  /// Daily results whose common part is large beside what differs.
  static func days(_ count: Int, seed: UInt64, shift: Double) -> (candidate: [Double], baseline: [Double]) {
    var random = CounterRandom(seed: seed, stream: 1)
    var (candidate, baseline): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let market = random.nextGaussian() * 500
      baseline.append(market + random.nextGaussian() * 10)
      candidate.append(market + random.nextGaussian() * 10 + shift)
    }
    return (candidate, baseline)
  }

  @Test func pairingFindsADifferenceThatIsSmallBesideTheDays() throws {
    let days = Self.days(120, seed: 5, shift: 8)
    let difference = try PairedDifference(candidate: days.candidate, baseline: days.baseline, seed: 1)
    #expect(abs(difference.mean - 8) < 4)
    let (lower, upper, error) = (
      try #require(difference.lower), try #require(difference.upper), try #require(difference.standardError)
    )
    #expect(lower > 0 && lower < difference.mean && upper > difference.mean && difference.isDistinct)
    // Of independent differences: the deviation of 14 reais over the root of the days.
    #expect(abs(error - 14.1 / 120.0.squareRoot()) < 0.5)
  }

  @Test func theIntervalCoversNothingAsOftenAsItSays() throws {
    let misses = try (0..<60).count { seed in
      let days = Self.days(60, seed: 100 + UInt64(seed), shift: 0)
      return try PairedDifference(
        candidate: days.candidate, baseline: days.baseline, seed: UInt64(seed), replicates: 300
      ).isDistinct
    }
    #expect(misses <= 9, "5 % of 60 are 3; more than 9 have a chance below 1 in 500")
  }

  @Test func dependenceOfDaysWidensTheInterval() throws {
    var random = CounterRandom(seed: 3, stream: 2)
    var level = 0.0
    let persistent = (0..<200).map { _ in
      level = 0.9 * level + random.nextGaussian()
      return level
    }
    let zero = [Double](repeating: 0, count: 200)
    let blocks = try PairedDifference(candidate: persistent, baseline: zero, seed: 1)
    // The same values in an order that has no memory.
    var shuffled = persistent
    random.shuffle(&shuffled)
    let plain = try PairedDifference(candidate: shuffled, baseline: zero, seed: 1)
    #expect(try #require(blocks.blockLength) > 2 * #require(plain.blockLength))
    #expect(try #require(blocks.standardError) > 1.5 * #require(plain.standardError))
  }

  @Test func fewOrEqualDaysPromiseNothing() throws {
    let few = try PairedDifference(candidate: [1, 2, 3], baseline: [0, 0, 0], seed: 1)
    #expect(few.mean == 2 && few.lower == nil && !few.isDistinct && few.text.contains("too few"))
    let same = [Double](repeating: 4, count: 30)
    let equal = try PairedDifference(candidate: same, baseline: same, seed: 1)
    #expect(equal.mean == 0 && equal.lower == 0 && equal.upper == 0 && !equal.isDistinct)
    #expect(throws: ValidationError.self) {
      _ = try PairedDifference(candidate: [1, 2], baseline: [1], seed: 1)
    }
  }

  /// A loss on a single day leaves constant stretches, which the automatic block length cannot take.
  @Test func mostlyIdleDaysStillHaveAnInterval() throws {
    var candidate = [Double](repeating: 0, count: 25)
    candidate[3] = -100
    let difference = try PairedDifference(candidate: candidate, baseline: [Double](repeating: 0, count: 25), seed: 1)
    #expect(difference.mean == -4 && (difference.lower ?? 1) < -4 && difference.upper == 0)
  }

  private func entry(_ name: String, from first: Int32, _ profits: [Double]) -> ModelComparison.Entry {
    ModelComparison.Entry(
      name: name,
      profits: profits.enumerated().map {
        SessionProfit(date: SessionDate(dayNumber: first + Int32($0)), profit: Money(brl: $1))
      }, trades: [])
  }

  @Test func onlySessionsThatAllHaveAreCompared() throws {
    let comparison = try ModelComparison(
      baseline: entry("base", from: 10, [1, 2, 3, 4]), others: [entry("late", from: 12, [30, 40, 50])], seed: 1)
    #expect(comparison.sessions.map(\.dayNumber) == [12, 13] && comparison.isPartial)
    #expect(comparison.rows.map(\.score.net) == [7, 70])
    #expect(comparison.rows[0].difference == nil && comparison.rows[1].difference?.mean == 31.5)
    #expect(comparison.text.contains("PARTIAL"))
  }

  @Test func theDeepestFallIsFromTheTopBeforeIt() throws {
    let comparison = try ModelComparison(baseline: entry("base", from: 1, [5, -3, -4, 10, -1]), others: [], seed: 1)
    #expect(comparison.rows[0].deepestFall == 7 && !comparison.isPartial)
  }
}
