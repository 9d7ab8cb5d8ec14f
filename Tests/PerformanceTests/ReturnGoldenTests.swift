// Statistics of returns against quantstats, empyrical and SciPy, on the series of Tests/oracle/make_return_golden.py.

import Foundation
import Performance
import Testing
import TradingDomain

private struct GoldenCase: Decodable {
  enum Statistic: Decodable {
    case number(Double)
    case word(String)
    case absent

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .absent
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .word(try container.decode(String.self))
      }
    }
  }

  var name: String
  var growth: String
  var first: String
  /// Returns as fractions (compounded), or centavos on a capital of 20,000 BRL (additive).
  var values: [Double]
  var statistics: [String: Statistic]
  var errors: [String: Double?]

  static func all() throws -> [GoldenCase] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/returns.json")
    return try JSONDecoder().decode([GoldenCase].self, from: Data(contentsOf: file))
  }

  /// The series on consecutive weekdays.
  func series() throws -> ResultSeries {
    let first = try #require(SessionDate(self.first))
    let dates = (0...).lazy.map { first.advanced(by: $0) }.filter { $0.weekday <= 5 }.prefix(values.count)
    if growth == "compounded" { return try ResultSeries(dates: Array(dates), compounding: values) }
    let profits = zip(dates, values).map { SessionProfit(date: $0, profit: Money(microBRL: Int64($1) * 10_000)) }
    return try ResultSeries(profits: profits, capital: Money(brl: 20_000))
  }
}

/// Our statistics under the names of the golden file.
private func named(_ statistics: ReturnStatistics) -> [String: Estimate?] {
  let (ratios, shape, outcomes) = (statistics.ratios, statistics.shape, statistics.outcomes)
  let (falls, months) = (statistics.drawdowns, statistics.months)
  var found: [String: Estimate?] = [
    "sharpe": ratios.sharpe, "smart sharpe": ratios.smartSharpe, "sortino": ratios.sortino,
    "smart sortino": ratios.smartSortino, "adjusted sortino": ratios.adjustedSortino,
    "adjusted smart sortino": ratios.adjustedSmartSortino, "win share": outcomes.winShare, "payoff": outcomes.payoff,
    "profit factor": outcomes.profitFactor, "gain to pain": outcomes.gainToPain, "cpc index": outcomes.cpcIndex,
    "kelly": outcomes.kelly, "omega": outcomes.profitFactor, "common sense": statistics.commonSense,
    "tail ratio": shape.tailRatio, "outlier win ratio": shape.outlierWinRatio,
    "outlier loss ratio": shape.outlierLossRatio, "volatility": shape.volatility, "skewness": shape.skewness,
    "excess kurtosis": shape.excessKurtosis, "mean": shape.mean, "median": shape.median, "best": shape.best,
    "worst": shape.worst, "win weeks": statistics.weeks.winShare, "win months": months.winShare,
    "win quarters": statistics.quarters.winShare, "best month": months.best, "worst month": months.worst,
    "average up month": months.averageGain, "average down month": months.averageLoss,
    "monthly gain to pain": months.gainToPain, "expected": statistics.expected, "expected month": months.expected,
    "expected year": statistics.years.expected, "yearly": statistics.yearly, "maximum drawdown": falls.maximum,
    "average drawdown": falls.average, "average drawdown days": falls.averageDays,
    "longest drawdown days": falls.longestDays, "calmar": falls.calmar, "recovery factor": falls.recoveryFactor,
    "ulcer index": falls.ulcerIndex, "ulcer performance": falls.ulcerPerformance, "serenity": falls.serenity,
    "r squared": statistics.trend?.rSquared,
  ]
  if statistics.series.growth == .additive {
    found["risk of ruin"] = RiskOfRuin.probability(statistics.series, floor: .lowest)
  }
  for tail in statistics.tails {
    let level = tail.level == 0.95 ? "95" : "99"
    found["historic VaR \(level)"] = tail.historicValueAtRisk
    found["normal VaR \(level)"] = tail.normalValueAtRisk
    found["historic shortfall \(level)"] = tail.historicShortfall
    found["normal shortfall \(level)"] = tail.normalShortfall
  }
  return found
}

private func isNear(_ ours: Double, _ theirs: Double, _ tolerance: Double = 1e-9) -> Bool {
  abs(ours - theirs) <= tolerance * max(1, abs(theirs))
}

@Suite struct ReturnGoldenTests {
  @Test func everyStatisticIsThatOfTheOracles() throws {
    var compared = 0
    for golden in try GoldenCase.all() {
      let statistics = ReturnStatistics(try golden.series(), floor: .lowest)
      var ours = named(statistics).mapValues { $0?.value }
      ours["autocorrelation penalty"] = statistics.ratios.autocorrelationPenalty
      ours["omega at 0.001"] = SessionOutcomes.omega(statistics.series.results, threshold: 0.001, floor: .lowest)?.value
      ours["longest winning"] = Double(statistics.outcomes.streaks.longestWinning)
      ours["longest losing"] = Double(statistics.outcomes.streaks.longestLosing)
      ours["months"] = Double(statistics.months.results.count)
      ours["drawdowns"] = Double(statistics.drawdowns.episodes.count)
      ours["total"] = statistics.series.total
      for (name, theirs) in golden.statistics.sorted(by: { $0.key < $1.key }) {
        let place = "\(golden.name), \(golden.growth): \(name)"
        switch theirs {
        case .word(let word):
          let worst = try #require(statistics.drawdowns.worst)
          let dates = [
            "worst drawdown start": worst.start, "worst drawdown valley": worst.valley, "worst drawdown end": worst.end,
          ]
          #expect(dates[name]?.description == word, "\(place)")
        case .absent: #expect(ours[name] ?? nil == nil, "\(place) is undefined")
        case .number(let number):
          guard let known = ours[name], let value = known else {
            Issue.record("\(place) is absent, but \(number)")
            continue
          }
          #expect(isNear(value, number), "\(place): ours \(value), theirs \(number)")
        }
        compared += 1
      }
    }
    #expect(compared > 500)
  }

  @Test func everyStandardErrorIsFoundByAnotherRoad() throws {
    var compared = 0
    for golden in try GoldenCase.all() {
      let ours = named(ReturnStatistics(try golden.series(), floor: .lowest))
      for (name, theirs) in golden.errors.sorted(by: { $0.key < $1.key }) {
        guard let theirs else { continue }
        let place = "\(golden.name), \(golden.growth): error of \(name)"
        let found: Double?
        if name.hasSuffix(" lower") {
          // A loss is the negated quantile: its bounds change places.
          let isLoss = name.hasPrefix("historic VaR")
          let interval = (ours[String(name.dropLast(6))] ?? nil)?.interval
          found = isLoss ? interval.map { -$0.upper } : interval?.lower
        } else if name.hasSuffix(" upper") {
          let isLoss = name.hasPrefix("historic VaR")
          let interval = (ours[String(name.dropLast(6))] ?? nil)?.interval
          found = isLoss ? interval.map { -$0.lower } : interval?.upper
        } else {
          found = (ours[name] ?? nil)?.standardError
        }
        guard let found else {
          Issue.record("\(place) is absent, but \(theirs)")
          continue
        }
        #expect(isNear(found, theirs, 1e-8), "\(place): ours \(found), theirs \(theirs)")
        compared += 1
      }
    }
    #expect(compared > 150)
  }

  @Test func whatRestsOnTooLittleIsAbsent() throws {
    let dates = (0..<10).map { SessionDate(dayNumber: 19_000 + Int32($0)) }
    let few = ReturnStatistics(
      try ResultSeries(dates: dates, compounding: (0..<10).map { Double($0 % 3) * 0.01 - 0.01 }))
    #expect(few.ratios.sharpe == nil && few.shape.skewness == nil && few.drawdowns.calmar == nil)
    #expect(few.tails.allSatisfy { $0.historicValueAtRisk == nil && $0.normalShortfall == nil })
    let same = ReturnStatistics(
      try ResultSeries(dates: dates, compounding: [Double](repeating: 0, count: 10)), floor: .lowest)
    #expect(same.ratios.sharpe == nil && same.outcomes.profitFactor == nil && same.drawdowns.recoveryFactor == nil)
    #expect(ReturnStatistics(try ResultSeries(dates: [], compounding: []), floor: .lowest).shape.mean == nil)
  }

  @Test func aSeriesThatCannotBeIsRefused() {
    let dates = [SessionDate(dayNumber: 19_001), SessionDate(dayNumber: 19_000)]
    #expect(throws: PerformanceError.self) { try ResultSeries(dates: dates, compounding: [0, 0]) }
    #expect(throws: PerformanceError.self) { try ResultSeries(dates: [dates[0]], compounding: [-1]) }
    #expect(throws: PerformanceError.self) { try ResultSeries(profits: [], capital: .zero) }
  }
}
