// Probabilistic and deflated Sharpe ratios against scipy (Tests/oracle/make_validation_golden.py) and the papers.

import Testing
import Validation

@Suite struct SharpeSignificanceTests {
  private let results: [Double] = (0..<250).map { (t: Int) -> Double in
    let residue: Int = (t * t * 17 + t * 29) % 101
    return Double(residue - 48) / 1000
  }

  @Test func momentsAgreeWithScipy() throws {
    let sample = try #require(SharpeSample(results))
    #expect(abs(sample.ratio - 0.018090839655927535) < 1e-14)
    #expect(abs(sample.skewness - 0.02373035585155526) < 1e-13)
    #expect(abs(sample.kurtosis - 1.6577249936742322) < 1e-13)
  }

  @Test func probabilityAndTrackRecordAgreeWithScipy() throws {
    let sample = try #require(SharpeSample(results))
    let probability = try #require(sample.probabilityOfExceeding(0.01))
    #expect(abs(probability - 0.5508049342769331) < 1e-13)
    let periods = try #require(sample.minimumTrackRecord(benchmark: 0, confidence: 0.95))
    #expect(abs(periods - 8264.688958423) < 1e-6)
  }

  /// Bailey and Lopez de Prado (2014), the numerical example: benchmark 0.1132, deflated 0.9004; 0.9505 for N = 46.
  @Test(arguments: [
    (46.0, 0.10036237061765357, 0.9505017068755787), (100.0, 0.11317200186513214, 0.9003968344493903),
  ])
  func theExampleOfThePaperIsReproduced(trials: Double, benchmark: Double, probability: Double) throws {
    let winner = SharpeSample(count: 1250, ratio: 2.5 / (250.0).squareRoot(), skewness: -3, kurtosis: 10)
    let deflated = try #require(try DeflatedSharpe(winner: winner, trials: trials, variance: 0.5 / 250))
    #expect(abs(deflated.benchmark - benchmark) < 1e-13)
    #expect(abs(deflated.probability - probability) < 1e-12)
  }

  @Test func oneTrialIsNotDeflated() throws {
    let winner = SharpeSample(count: 100, ratio: 0.1, skewness: 0, kurtosis: 3)
    let deflated = try #require(try DeflatedSharpe(winner: winner, trials: 1, variance: 4))
    #expect(deflated.benchmark == 0)
    #expect(deflated.probability == winner.probabilityOfExceeding(0))
  }

  @Test func whatIsUndefinedIsNil() {
    #expect(SharpeSample([]) == nil)
    #expect(SharpeSample([1]) == nil)
    #expect(SharpeSample([0.5, 0.5, 0.5]) == nil)
    #expect(SharpeSample([1, .nan, 2]) == nil)
    let losing = SharpeSample(count: 100, ratio: -0.1, skewness: 0, kurtosis: 3)
    #expect(losing.minimumTrackRecord(benchmark: 0, confidence: 0.95) == nil)
    let impossible = SharpeSample(count: 100, ratio: 2, skewness: 5, kurtosis: 1)
    #expect(impossible.probabilityOfExceeding(0) == nil)
  }

  @Test func lessThanOneTrialIsRefused() {
    #expect(throws: ValidationError.self) { try DeflatedSharpe.expectedMaximum(trials: 0.5, variance: 1) }
    #expect(throws: ValidationError.self) { try DeflatedSharpe.expectedMaximum(trials: 5, variance: -1) }
  }
}
