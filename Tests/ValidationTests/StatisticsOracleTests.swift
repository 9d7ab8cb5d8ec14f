// Figures of purgedcv and arch; Tests/oracle/make_statistics_golden.py makes them.

import Foundation
import Testing

import QuantMath
import Validation

private struct Golden: Decodable {
  struct Record: Decodable {
    var values: [Double]
    var ratio: Double
    var skewness: Double
    var kurtosis: Double
    var psr: Double
    var dsr: Double
    var stationary: Double
    var circular: Double
    var track_record: Double?
  }

  struct Table: Decodable {
    var returns: [[Double]]
    var blocks: Int
    var pbo: Double
  }

  var records: [Record]
  var matrices: [Table]
  var lengths: [[Double]]

  static func read() throws -> Golden {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/statistics.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
  }
}

@Test func theSharpeRatiosSignificanceEqualsPurgedcv() throws {
  for (number, record) in try Golden.read().records.enumerated() {
    let plain = try #require(SharpeSample(record.values))
    let sample = SharpeSample(
      count: plain.count, ratio: record.ratio, skewness: record.skewness, kurtosis: record.kurtosis)
    #expect(abs(try #require(sample.probabilityOfExceeding(0.05)) - record.psr) < 1e-9, "PSR of series \(number)")
    let deflated = try #require(try DeflatedSharpe(winner: sample, trials: 40, variance: 0.01))
    #expect(abs(deflated.probability - record.dsr) < 1e-9, "DSR of series \(number)")
    guard let expected = record.track_record else { continue }
    let length = try #require(plain.minimumTrackRecord(benchmark: 0.02, confidence: 0.95))
    // The library gives whole periods.
    #expect(abs(1 + (length - 1).rounded(.up) - expected) < 1e-9, "track record of series \(number)")
  }
}

@Test func theProbabilityOfOverfittingEqualsPurgedcv() throws {
  for table in try Golden.read().matrices {
    let periods = table.returns[0].count
    var results = Matrix<Double>(rows: periods, columns: table.returns.count)
    for (configuration, series) in table.returns.enumerated() {
      for (period, value) in series.enumerated() { results[period, configuration] = value }
    }
    #expect(abs(try BacktestOverfitting(results: results, blocks: table.blocks).probability - table.pbo) < 1e-12)
  }
}

@Test func theMinimumBacktestLengthEqualsPurgedcv() throws {
  for row in try Golden.read().lengths {
    #expect(abs(try DeflatedSharpe.minimumBacktestYears(trials: row[0], target: row[1]) - row[2]) < 1e-9)
  }
}

@Test func automaticBlockLengthsEqualArch() throws {
  for (number, record) in try Golden.read().records.enumerated() {
    let lengths = try BlockBootstrap.automaticLengths(record.values)
    #expect(abs(lengths.stationary - max(1, record.stationary)) < 1e-9, "stationary, series \(number)")
    #expect(abs(lengths.circular - max(1, record.circular)) < 1e-9, "circular, series \(number)")
  }
}

@Test func bootstrapIntervalsCoverTheMeanAsOftenAsTheyPromise() throws {
  var covered = 0
  for trial in 0..<200 as Range<UInt64> {
    var random = CounterRandom(seed: trial, purpose: "interval coverage")
    var last = 0.0
    let series = (0..<300).map { _ in
      last = 0.4 * last + random.nextGaussian()
      return last
    }
    let bootstrap = BlockBootstrap(
      scheme: .stationary(meanLength: try BlockBootstrap.automaticLengths(series).stationary), seed: trial)
    let interval = try bootstrap.interval(of: series, replicates: 300) { $0.reduce(0, +) / Double($0.count) }
    if interval.lower <= 0, interval.upper >= 0 { covered += 1 }
    #expect(interval.standardError > 0 && interval.lower < interval.upper)
  }
  // 95 % promised; blocks of a finite series fall a little short. Independent draws would give about 80 %.
  #expect((172...199).contains(covered), "\(covered) of 200")
}
